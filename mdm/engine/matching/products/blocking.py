"""Blocking keys of products: two records are compared only if they share one.

Numbers first; then the size with one more dimension each, so that a finish left out of a short text still leaves a
key in common; then the words of the name. Dimensions with several possible values give a key for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from mdm.engine.matching.normal import sound
from mdm.engine.matching.products.features import FAMILY, Number, ProductFeatures
from mdm.engine.matching.vocabulary.fasteners import NUTS, WASHERS, WITHOUT_LENGTH

_MOST = 32  # keys of one record, the most telling first
_VAGUE = 4  # a dimension that may have more values than this is no key
# What the keys of each rule are made of.
RULES = {
    "gtin": "GTIN",
    "digits": "digits of a GTIN",
    "item": "GTIN of the item in the carton",
    "num": "part number",
    "groups": "groups of a part number",
    "swapped": "letters and digits of a part number",
    "family": "type with grade",
    "size": "size with type",
    "grade": "size with grade",
    "finish": "size with finish",
    "bare": "size with pack",
    "words": "name",
    "heard": "sound of the name",
}


def keys(f: ProductFeatures) -> frozenset[str]:
    """The keys of one record."""
    return frozenset(islice(dict.fromkeys((*_numbers(f), *_sizes(f), *_names(f))), _MOST))


def _numbers(f: ProductFeatures) -> Iterator[str]:
    for gtin in f.gtins + f.damaged:
        yield f"gtin:{gtin}"
        yield f"digits:{''.join(sorted(gtin))}"
        yield f"item:{gtin[1:-1]}"
    for number in f.skus + f.mpns:
        yield f"num:{number.compact}"
        yield from _core(number)
        if number.groups:
            yield f"groups:{number.groups}"
        if len(number.compact) > 5:
            yield f"swapped:{''.join(sorted(number.compact))}"


def _core(number: Number) -> Iterator[str]:
    """The number without letters before or after it."""
    core = number.compact.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if len(core) >= 5 and core != number.compact:
        yield f"num:{core}"


def _sizes(f: ProductFeatures) -> Iterator[str]:
    if f.product_type == FAMILY:
        yield from (f"family:{kind}:{grade}" for kind, grade in product(_kinds(f), _values(f, "grade")))
        return
    threads = dict.fromkeys(thread.lstrip("MST") for thread in _values(f, "thread"))
    for thread, length in product(threads, _lengths(f)):
        size = f"{thread}:{length}"
        yield from (f"size:{size}:{kind}" for kind in _kinds(f))
        for one, other in (("grade", "finish"), ("grade", "pack"), ("finish", "pack")):
            for x, y in product(_values(f, one), _values(f, other)):
                yield from (f"{one}:{other}:{size}:{x}:{y}:{kind}" for kind in _kinds(f))
        for pack, other in product(_values(f, "pack"), ("grade", "finish")):
            yield from (f"bare:{size}:{pack}:{value}" for value in _values(f, other))


def _kinds(f: ProductFeatures) -> list[str]:
    """The standard, the type, and for nuts and washers, which words seldom tell apart, also that: a key for each."""
    types = f.may_be("type")
    group = [name for name, members in (("nut", NUTS), ("washer", WASHERS)) if types and types <= members]
    return [*_values(f, "standard"), *group, *_values(f, "type")]


def _lengths(f: ProductFeatures) -> list[str]:
    types = f.may_be("type")
    return _values(f, "length") or ([""] if types and types <= WITHOUT_LENGTH else [])


def _values(f: ProductFeatures, dimension: str) -> list[str]:
    values = sorted(f.may_be(dimension))
    return values if len(values) <= _VAGUE else []


def _names(f: ProductFeatures) -> Iterator[str]:
    """Names without sizes: the whole of the words, and the two longest as they sound."""
    if f.words and not f.may_be("thread"):
        yield f"words:{''.join(f.words)}"
        longest = sorted(f.words, key=lambda word: (-len(word), word))[:2]
        if len(longest) == 2:
            yield f"heard:{':'.join(sorted(map(sound, longest)))}"
