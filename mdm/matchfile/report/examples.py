"""Pairs with their records side by side and their weights: certain, doubtful and rejected ones."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from mdm.matchfile.report import charts
from mdm.matchfile.report.html import Content, Html, cut, element, table
from mdm.matchfile.report.source import Source, spread

EACH = 3
SAMPLE = 60  # pairs the weights of the fields are counted on
COLUMNS = 30  # of a record that are shown


def section(source: Source) -> Html:
    """Three of each sort, as far as there are any."""
    doubt = (source.match + source.review) / 2
    doubtful = source.pairs(source.review, source.match)
    chosen = (
        ("Certain", "good", "Sure enough to be merged without a person.", spread(source.pairs(source.match, 2), EACH)),
        ("Doubtful", "doubt", "Between the thresholds: worth a person's look.",
         doubtful.sort((pl.col("probability") - doubt).abs(), "id_a", "id_b").head(EACH)),
        ("Rejected", "bad", "Alike enough to be compared, and taken as different.",
         spread(source.pairs(0, source.review), EACH)),
    )  # fmt: skip
    return element(
        "section",
        element("h2", "Pairs and their weights", id="pairs"),
        element(
            "p",
            "Each finding adds or takes bits: +1 doubles the odds that two records are the same, -1 halves them. The "
            "start is how rare a match is among pairs picked at random.",
            class_="soft",
        ),
        [_group(source, *one) for one in chosen],
    )


def _group(source: Source, name: str, chip: str, told: str, pairs: pl.DataFrame) -> Content:
    shown = [_pair(source, name, chip, *row) for row in pairs.select("id_a", "id_b", "probability").iter_rows()]
    empty = element("p", "There are none.", class_="soft")
    return [element("h3", name), element("p", told, class_="soft"), shown or empty]


def _pair(source: Source, name: str, chip: str, a: str, b: str, probability: float) -> Html:
    last = len(source.records) - 1
    first, second = source.values([a]).get(a, {}), source.values([b], last).get(b, {})
    return element(
        "article",
        element("h3", f"{cut(a, 60)} and {cut(b, 60)} ", element("span", chance(probability), class_=f"chip {chip}")),
        side_by_side(f"{name} pair: the two records", first, second),
        charts.waterfall(source.explain(a, b)),
        class_="card pair",
    )


def chance(probability: float) -> str:
    """A probability as one reads it; near the ends as the rest to certainty."""
    if probability > 0.999:
        return f"p > {0.999 if probability < 0.9999 else 0.9999}"
    return f"p = {probability:.3f}" if probability >= 0.001 else "p < 0.001"


def side_by_side(caption: str, first: dict[str, str | None], second: dict[str, str | None]) -> Html:
    """Both records, column by column; what neither says is left out."""
    names = [name for name in dict.fromkeys((*first, *second)) if first.get(name) or second.get(name)][:COLUMNS]
    rows = [(name, *_differing(first.get(name), second.get(name))) for name in names]
    return table(caption, ("column", "first", "second"), rows)


def _differing(a: str | None, b: str | None) -> list[Content]:
    """Both values, marked where they are known and differ."""
    differ = "differs" if a and b and a != b else None
    return [element("span", cut(value), class_=differ) if value else "–" for value in (a, b)]


def weights(source: Source) -> Html:
    """How much each field added on average, where pairs were joined and where they were not."""
    joined, apart = source.pairs(source.match, 2), source.pairs(0, source.review)
    parts = [("certain", joined), ("rejected", apart)]
    shown = [_means(source, name, spread(pairs, SAMPLE)) for name, pairs in parts if len(pairs)]
    return element(
        "section",
        element("h2", "Fields that carried weight", id="fields"),
        element("p", "Mean bits that a field added to a pair, counted on some pairs of each sort.", class_="soft"),
        shown or element("p", "No pair was scored.", class_="soft"),
    )


def _means(source: Source, name: str, pairs: pl.DataFrame) -> Html:
    sums: dict[str, float] = defaultdict(float)
    spoke: dict[str, int] = defaultdict(int)
    for a, b in pairs.select("id_a", "id_b").iter_rows():
        for line in source.explain(a, b)[1:]:
            sums[line.name] += line.weight
            spoke[line.name] += bool(line.weight)
    rows = [
        (charts.NAMED.get(field, field), total / len(pairs), f"had a say in {spoke[field] / len(pairs):.0%} of them")
        for field, total in sorted(sums.items(), key=lambda item: -abs(item[1]))[:COLUMNS]
    ]
    return element("div", element("h3", f"{len(pairs)} {name} pairs"), charts.shares(rows), class_="card")
