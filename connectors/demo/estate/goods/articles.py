"""Makes the articles of a catalogue from a seed: families of lengths and packs, and the twins beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from random import Random

from connectors.demo.estate.goods import lines, numbers, prices
from connectors.demo.estate.goods.lines import LINES
from connectors.demo.estate.goods.world import Article, Catalogue, Line

ARTICLES = 640  # at scale 1
Family = tuple[Line, str, str, str]  # line, size, grade, finish


def make(seed: int, scale: float) -> Catalogue:
    """About 640 articles at scale 1, from a stream of random numbers that nothing else draws from."""
    rng, catalogue = Random(f"goods {seed}"), Catalogue()
    wanted = max(12, round(ARTICLES * scale))
    while len(catalogue.articles) < wanted:
        line = rng.choices(LINES, lines.SHARES)[0]
        size = rng.choice(list(line.sizes))
        _family(rng, catalogue, (line, size, *_quality(rng, line)))
    del catalogue.articles[wanted:]
    _twins(catalogue)
    return catalogue


def _quality(rng: Random, line: Line) -> tuple[str, str]:
    """Grade and finish that go together: stainless steel is not plated."""
    grade = rng.choice(line.grades)
    return grade, "plain" if grade.startswith("A") else rng.choice(line.finishes)


def _family(rng: Random, catalogue: Catalogue, family: Family) -> None:
    """Neighbouring lengths of one screw, some in two packs; half of the families have a sister that is almost it."""
    line, size, _, _ = family
    made = [
        (length, pack)
        for length in _run(rng, line.sizes[size])
        for pack in rng.sample(lines.PACKS[lines.bulk(line, size, length)], rng.choice((1, 1, 1, 2)))
    ]
    _add(rng, catalogue, family, made)
    if rng.random() < 0.5:
        _add(rng, catalogue, _sister(rng, family), rng.sample(made, min(len(made), 2)))


def _run(rng: Random, lengths: tuple[int, ...]) -> list[int]:
    count = min(len(lengths), rng.choice((1, 2, 2, 3, 3, 4, 6)))
    start = rng.randrange(len(lengths) - count + 1)
    return list(lengths[start : start + count])


def _sister(rng: Random, family: Family) -> Family:
    """The same in another grade, finish or pitch."""
    line, size, grade, finish = family
    pitches = [
        (other, one)
        for other in LINES
        for one in other.sizes
        if line.code in (other.coarse, other.code) or line.coarse == other.code
        if one != size and one.split("x")[0] == size.split("x")[0]
    ]
    fits = [one for one in pitches if grade in one[0].grades and finish in one[0].finishes]
    if fits and rng.random() < 0.85:
        return (*rng.choice(fits), grade, finish)
    others = [one for one in line.finishes if one != finish]
    if others and not grade.startswith("A") and rng.random() < 0.6:
        return line, size, grade, rng.choice(others)
    grades = [one for one in line.grades if one != grade and one.startswith("A") == grade.startswith("A")]
    return line, size, rng.choice(grades or [grade]), finish


def _add(rng: Random, catalogue: Catalogue, family: Family, made: list[tuple[int, int]]) -> None:
    line, size, grade, finish = family
    for length, pack in made:
        name = f"article:{line.code}/{size}/{grade}/{finish}/{length}/{pack}"
        if length in line.sizes[size] and catalogue.free(name):
            catalogue.articles.append(_article(rng, catalogue, family, length, pack))


def _article(rng: Random, catalogue: Catalogue, family: Family, length: int, pack: int) -> Article:
    line, size, grade, finish = family
    gtin, bought = numbers.gtin(len(catalogue.articles) + 100), rng.random() < 0.12
    one = Article(
        id=f"A{len(catalogue.articles) + 1}",
        line=line,
        size=size,
        length=length,
        grade=grade,
        finish=finish,
        pack=pack,
        sku=numbers.sku(catalogue, line, size, length),
        old_sku=numbers.old_sku(rng, catalogue) if rng.random() < 0.35 else "",
        gtin=gtin,
        carton_gtin=numbers.carton_gtin(gtin),
        per_carton=rng.choice((4, 6, 8, 10)),
        weight=_weight(line, size, length),
        maker=rng.choice(lines.MAKERS) if bought else "",
        mpn=f"{rng.choice('ABKNPT')}{rng.choice('CFHS')}-{rng.randrange(10_000, 99_999)}" if bought else "",
        blocked=rng.random() < 0.03,
    )
    prices.set_for(rng, one)
    return one


def _weight(line: Line, size: str, length: int) -> Decimal:
    """Grams: a rod of steel with a head, or what a nut or washer of the size weighs."""
    thick = Decimal(size.lstrip("MST").split("x")[0])
    volume = thick * thick * (Decimal(length or 0) + thick * (Decimal("1.2") if length else Decimal("0.8")))
    return max(Decimal("0.01"), (volume * Decimal("0.0056")).quantize(Decimal("0.01")))


def _twins(catalogue: Catalogue) -> None:
    """Note of every article in what a neighbour differs that is alike in all else."""
    for trait in ("length", "pack", "grade", "finish"):
        _note(catalogue, trait, partial(_without, trait))
    _note(catalogue, "pitch", _but_for_pitch)


def _without(trait: str, one: Article) -> tuple[str, ...]:
    return tuple(value for name, value in one.traits.items() if name != trait)


def _but_for_pitch(one: Article) -> tuple[str, ...]:
    line, size = one.line.coarse or one.line.code, one.size.split("x")[0]
    return line, size, str(one.length), one.grade, one.finish, str(one.pack)


def _note(catalogue: Catalogue, label: str, rest: Callable[[Article], tuple[object, ...]]) -> None:
    groups: dict[tuple[object, ...], list[Article]] = defaultdict(list)
    for one in catalogue.articles:
        groups[rest(one)].append(one)
    for group in groups.values():
        if len(group) > 1:
            for one in group:
                one.twins.add(label)
