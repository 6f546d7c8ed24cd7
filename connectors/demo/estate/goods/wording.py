"""How an article is put into words: as a SAP short text, a product name of a sales person, a title of the shop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from connectors.demo.estate.goods import words
from connectors.demo.estate.goods.world import Article

TEXT = 40  # characters of a SAP short text
COARSE = {"M3": "0.5", "M4": "0.7", "M5": "0.8", "M6": "1.0", "M8": "1.25", "M10": "1.5", "M12": "1.75", "M16": "2.0",
          "M20": "2.5", "M24": "3.0"}  # fmt: skip
# Washers are made for a thread, and called after it as often as after their hole.
HOLES = {"4.3": "M4", "5.3": "M5", "6.4": "M6", "8.4": "M8", "10.5": "M10", "13": "M12", "17": "M16", "21": "M20",
         "5.1": "M5", "6.1": "M6", "8.1": "M8", "10.2": "M10", "12.2": "M12"}  # fmt: skip
ORDER = ("noun", "norm", "size", "grade", "finish", "pack")
ORDERS = (
    ("norm", "noun", "size", "grade", "finish", "pack"),
    ("size", "noun", "norm", "grade", "finish", "pack"),
    ("noun", "size", "norm", "finish", "grade", "pack"),
    ("norm", "size", "grade", "finish", "noun", "pack"),
    ("noun", "size", "grade", "finish", "norm", "pack"),
)


@dataclass(frozen=True, slots=True)
class Style:
    """How one clerk writes on one day. `norms` are the standards named; `leaves` what is not said at all."""

    language: str
    norms: tuple[str, ...]
    order: tuple[str, ...] = ORDER
    short: bool = False
    said: bool = False
    comma: bool = False
    by_thread: bool = False
    leaves: frozenset[str] = frozenset()


def style(rng: Random, article: Article, system: str, clean: bool = False) -> Style:
    """Drawn from what people of that system are like; clean leaves nothing out."""
    german = {"sap": 1.0, "salesforce": 0.35, "shopify": 0.55}[system]
    language = "de" if rng.random() < german else "en"
    return Style(
        language=language,
        norms=_norms(rng, article, clean),
        order=ORDER if (system == "sap" and rng.random() < 0.7) or rng.random() < 0.45 else rng.choice(ORDERS),
        short=system == "sap" or rng.random() < 0.15,
        said=system == "salesforce" and language == "en" and rng.random() < 0.6,
        comma=rng.random() < (0.6 if language == "de" else 0.04),
        by_thread=rng.random() < 0.35,
        leaves=frozenset() if clean else _left_out(rng, system),
    )


def _norms(rng: Random, article: Article, clean: bool) -> tuple[str, ...]:
    """The DIN name mostly, since everybody still says it; the ISO name, both, or neither."""
    known = article.line.standards
    if len(known) < 2:
        return known if clean or rng.random() < 0.9 else ()
    return rng.choices((known[:1], known[1:], known, ()), (54, 22, 16, 0 if clean else 8))[0]


def _left_out(rng: Random, system: str) -> frozenset[str]:
    shares = {
        "sap": {"pack": 0.35, "finish": 0.05},
        "salesforce": {"pack": 0.4, "finish": 0.1, "grade": 0.07, "noun": 0.05},
        "shopify": {"pack": 0.12, "finish": 0.04, "grade": 0.04},
    }[system]
    return frozenset(part for part, share in shares.items() if rng.random() < share)


def name(rng: Random, article: Article, style: Style) -> tuple[str, frozenset[str]]:
    """One line of text, and which of the article's traits it shows."""
    said = _parts(rng, article, style)
    shown = [part for part in style.order if said[part]]
    return " ".join(said[part] for part in shown), traits(shown)


def short_text(rng: Random, article: Article, style: Style) -> tuple[str, frozenset[str]]:
    """The same in capitals and cut to the length SAP has room for: what matters least goes first."""
    said = {part: text.upper() for part, text in _parts(rng, article, style).items() if text}
    for dispensable in ("pack", "finish", "norm", "grade"):
        text = " ".join(said[part] for part in style.order if part in said)
        if len(text) <= TEXT:
            break
        said.pop(dispensable, None)
    kept = [part for part in style.order if part in said]
    return " ".join(said[part] for part in kept)[:TEXT], traits(kept)


def title(rng: Random, article: Article, style: Style) -> str:
    """The title of a shop's product whose variants differ in length and pack."""
    said = _parts(rng, article, style) | {"size": size(article.size, 0, _plain, style)}
    return " ".join(said[part] for part in style.order if said[part] and part != "pack")


def options(article: Article, style: Style) -> dict[str, str]:
    """What a variant of such a product is chosen by."""
    german = style.language == "de"
    pack = f"{article.pack} {'Stück' if german else 'pcs'}"
    length = {"Länge" if german else "Length": f"{article.length} mm"} if article.length else {}
    return {**length, "Packung" if german else "Pack": pack}


def traits(parts: list[str]) -> frozenset[str]:
    """What the parts of a name tell of an article."""
    tells = {"noun": ("word",), "norm": ("line", "word"), "size": ("size", "length")}
    return frozenset(trait for part in parts for trait in tells.get(part, (part,)))


def _parts(rng: Random, article: Article, style: Style) -> dict[str, str]:
    """Part of a name -> how it is written, empty where it is left out."""
    german, forms = style.language == "de", FORMS["short" if style.short else style.language]
    parts = {
        "noun": _noun(rng, article, style),
        "norm": norm(rng, style.norms, tight=style.short),
        "size": size(article.size, article.length, rng.choice(forms), style),
        "grade": _grade(rng, article, style),
        "finish": _finish(rng, article, style),
        "pack": rng.choice(words.PACKS["de" if german else "en"]).format(article.pack),
    }
    return {part: "" if part in style.leaves else text for part, text in parts.items()}


def _noun(rng: Random, article: Article, style: Style) -> str:
    noun, german = words.NOUNS[article.line.word], style.language == "de"
    if style.said:
        return rng.choice(noun.said)
    if style.short:
        return rng.choice(noun.de_short if german else noun.en_short)
    return noun.de if german else noun.en


def norm(rng: Random, norms: tuple[str, ...], tight: bool = False) -> str:
    """Standards as people write them: `DIN 933`, `DIN933`, `DIN 933 / ISO 4017`, `DIN EN ISO 4017`."""
    written = []
    for one in norms:
        body, _, number = one.partition(" ")
        body = "DIN EN ISO" if body == "ISO" and not tight and rng.random() < 0.25 else body
        written.append(f"{body}{'' if rng.random() < (0.5 if tight else 0.15) else ' '}{number}")
    return rng.choice((" / ", "/", " ~ ")).join(written)


def _grade(rng: Random, article: Article, style: Style) -> str:
    form = "{}" if style.short else rng.choice(words.GRADES[style.language])
    grade = article.grade
    if article.stainless and rng.random() < 0.25:
        steel = "Edelstahl" if style.language == "de" else "stainless"
        grade = grade.replace("-", " ") if "-" in grade else f"{steel} {grade}"
        form = "{}"
    if style.comma and "." in grade and rng.random() < 0.15:
        grade = grade.replace(".", ",")
    return form.format(grade)


def _finish(rng: Random, article: Article, style: Style) -> str:
    german, short, english, shorts = words.FINISHES[article.finish]
    if article.finish == "plain" and (article.stainless or rng.random() < 0.5):
        return ""
    if style.said and article.finish in words.COLLOQUIAL:
        return rng.choice((english, *words.COLLOQUIAL[article.finish]))
    if style.short:
        return rng.choice(short if style.language == "de" else shorts)
    return german if style.language == "de" else english


Form = Callable[[str, str, str], str]  # thread, pitch or nothing, length or nothing


def _plain(thread: str, pitch: str, length: str) -> str:
    return "x".join(part for part in (thread, pitch, length) if part)


def _spaced(thread: str, pitch: str, length: str) -> str:
    return " x ".join(part for part in (thread, pitch, length) if part)


def _millimetres(thread: str, pitch: str, length: str) -> str:
    return _spaced(thread, pitch, f"{length} mm" if length else "")


def _apart(thread: str, pitch: str, length: str) -> str:
    return _plain(f"M {thread[1:]}" if thread.startswith("M") else thread, pitch, length)


def _american(thread: str, pitch: str, length: str) -> str:
    """With the pitch also where it is the usual one: `M8-1.25 x 40`."""
    pitch = pitch or COARSE.get(thread, "")
    return _spaced(f"{thread}-{pitch}" if pitch else thread, "", length)


FORMS: dict[str, tuple[Form, ...]] = {
    "short": (_plain, _plain, _plain, _apart, _spaced),
    "de": (_plain, _spaced, _apart, _millimetres),
    "en": (_plain, _spaced, _millimetres, _american),
}


def size(text: str, length: int, form: Form, style: Style) -> str:
    """Thread or diameter, pitch and length, with a comma for the point where the clerk writes so."""
    thread, _, pitch = (HOLES.get(text, text) if style.by_thread else text).partition("x")
    written = form(thread, pitch, str(length) if length else "")
    return written.replace(".", ",") if style.comma else written
