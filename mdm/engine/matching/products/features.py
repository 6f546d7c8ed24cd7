"""What matching looks at in one record of a product, prepared once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from mdm.engine.kinds import Kind
from mdm.engine.matching.names import company
from mdm.engine.matching.normal import fold
from mdm.engine.matching.products import reader, sizes
from mdm.engine.standardize import standardize
from mdm.engine.values import Json, Key

ITEM, FAMILY = "item", "family"
_ZEROS = re.compile(r"^0+(?=.)")
_MARKS = re.compile(r"[^0-9A-Z]+")


@dataclass(frozen=True, slots=True)
class Number:
    """A part number as it is written, without separators, case and zeros before it, and group by group.

    The groups of digits and letters come without zeros before them and without the letters it begins with:
    `GF0933-05040-01` is `933-5040-1`, and so is `933-05040-1`.
    """

    text: str
    compact: str
    groups: str = ""


@dataclass(frozen=True, slots=True)
class ProductFeatures:
    """The evidence one record carries; every list is sorted, so that nothing depends on the order of arrival.

    `said` are the dimensions with the values they may mean; `gtins` pass their check, `damaged` do not.
    `standards` are shown where equivalent ones agree. `words` are those of its names that are no size or surface.
    """

    product_type: str = ""
    gtins: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    skus: tuple[Number, ...] = ()
    mpns: tuple[Number, ...] = ()
    brands: tuple[str, ...] = ()
    said: tuple[tuple[str, frozenset[str]], ...] = ()
    standards: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def may_be(self, dimension: str) -> frozenset[str]:
        """The values a dimension may have; empty where the record does not say."""
        return next((values for name, values in self.said if name == dimension), frozenset())


@dataclass(slots=True)
class _Found:
    """Sets that fill up while the values are read."""

    product_type: str = ""
    gtins: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)
    numbers: dict[str, set[Number]] = field(default_factory=lambda: {"sku": set(), "mpn": set()})
    brands: set[str] = field(default_factory=set)
    declared: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    standards: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


def features(values: Iterable[tuple[Key, str, Json]]) -> ProductFeatures:
    """Features of one record from its standard values, each with its key and kind.

    Values that had no standard form may be among them: a GTIN that fails its check is kept apart, what is no thread
    or quantity says nothing.
    """
    found = _Found()
    for key, kind, value in values:
        if isinstance(value, (str, int, float)) and value != "" and len(str(value)) <= 2000:
            if known := _BY_NAME.get(key.name):
                known(found, str(value))
            elif kind == Kind.PRODUCT_NAME:
                _name(found, str(value))
    return _frozen(found)


def _frozen(found: _Found) -> ProductFeatures:
    readings = [reader.read(name) for name in sorted(found.names)]
    said = reader.together([*found.declared, *(one for reading in readings for one in reading.said)])
    brand_words = {word for brand in found.brands for word in brand.split()}
    return ProductFeatures(
        product_type=found.product_type,
        gtins=tuple(sorted(found.gtins)),
        damaged=tuple(sorted(found.damaged)),
        skus=_sorted(found.numbers["sku"]),
        mpns=_sorted(found.numbers["mpn"]),
        brands=tuple(sorted(found.brands)),
        said=tuple((name, _known(values)) for name, values in reader.followed(said).items()),
        standards=tuple(sorted(found.standards.union(*(reading.standards for reading in readings)))),
        names=tuple(sorted({fold(name) for name in found.names})),
        words=tuple(sorted({word for reading in readings for word in reading.words} - brand_words)),
    )


def _known(values: frozenset[str]) -> frozenset[str]:
    """Without the labels nobody knows, where something known is said beside them."""
    return frozenset(value for value in values if not value.startswith(UNKNOWN)) or values


def _sorted(numbers: set[Number]) -> tuple[Number, ...]:
    return tuple(sorted(numbers, key=lambda number: (number.compact, number.text)))


def compact(text: str) -> str:
    """A number without separators, case and zeros before it: `sb-933.08` is `SB93308`."""
    return _ZEROS.sub("", _MARKS.sub("", text.upper()))


def grouped(text: str) -> str:
    """The groups of a number; empty where it is only one, or too short to tell anything."""
    groups = [_ZEROS.sub("", group) for group in re.findall(r"\d+|[A-Z]+", text.upper())]
    rest = groups[1:] if groups and groups[0].isalpha() else groups
    return "-".join(rest) if len(rest) > 1 and sum(map(len, rest)) > 4 else ""


def _product_type(found: _Found, value: str) -> None:
    found.product_type = value if value in (ITEM, FAMILY) else ""


def _gtin(found: _Found, value: str) -> None:
    if not standardize(Kind.GTIN, value).problem:
        found.gtins.add(value)
    elif (digits := re.sub(r"\D", "", value)) and len(digits) in (12, 13, 14):
        found.damaged.add(digits.zfill(14))


def _number(name: str) -> Callable[[_Found, str], None]:
    def add(found: _Found, value: str) -> None:
        if core := compact(value):
            found.numbers[name].add(Number(value, core, grouped(value)))

    return add


def _brand(found: _Found, value: str) -> None:
    if read := company(value):
        found.brands.add(" ".join(read.words))


def _name(found: _Found, value: str) -> None:
    found.names.add(value)


def _standard(found: _Found, value: str) -> None:
    if not standardize(Kind.STANDARD, value).problem:
        listed = value.split(" / ")
        found.standards |= set(listed)
        found.declared.append(("standard", reader.narrowed(sizes.standard_class(one) for one in listed)))


def _thread(found: _Found, value: str) -> None:
    if standardize(Kind.THREAD, value).problem:
        return
    inch = re.match(r"(.*?-\d+) [A-Z]+$", value)
    may_be = {inch[1]} if inch else {value}
    if value.replace(".", "").isdigit():
        may_be |= {f"M{value}", f"ST{value}"}
    found.declared.append(("thread", frozenset(may_be)))


def _length(found: _Found, value: str) -> None:
    number, _, unit = value.partition(" ")
    if not standardize(Kind.QUANTITY, value).problem and unit in ("mm", "cm", "m"):
        found.declared.append(("length", sizes.millimetres(number, unit.upper())))


def _pack(found: _Found, value: str) -> None:
    if value.isdigit() and (count := value.lstrip("0")):
        found.declared.append(("pack", frozenset({count})))


def _by_words(dimension: str) -> Callable[[_Found, str], None]:
    """A label as a name would write it; a label nobody knows stands for itself and contradicts nothing."""

    def add(found: _Found, value: str) -> None:
        said = [one for one in reader.read(value).said if one[0] == dimension]
        found.declared += said or [(dimension, frozenset({f"{UNKNOWN}{fold(value)}"}))]

    return add


def _grade(found: _Found, value: str) -> None:
    if re.fullmatch(r"\d{1,2}", value.strip()):
        found.declared.append(("grade", frozenset({value.strip()})))
    else:
        _by_words("grade")(found, value)


UNKNOWN = "?"
_BY_NAME: dict[str, Callable[[_Found, str], None]] = {
    "product_type": _product_type,
    "gtin": _gtin,
    "sku": _number("sku"),
    "former_sku": _number("sku"),  # a number that was replaced names the same article
    "mpn": _number("mpn"),
    "brand": _brand,
    "standard": _standard,
    "thread": _thread,
    "nominal_length": _length,
    "pack_size": _pack,
    "grade": _grade,
    "material": _by_words("material"),
    "finish": _by_words("finish"),
    "web_title": _name,
}
