"""What forbids a match of two products whatever the weight; each veto is a sentence."""

from __future__ import annotations

from mdm.engine.matching.products.features import ProductFeatures
from mdm.engine.matching.products.judges.dimensions import Agree, level, shown
from mdm.engine.matching.products.judges.numbers import Gtin, judge_gtin

_DIMENSIONS = {
    "standard": "The standards differ and are not equivalent",
    "type": "Different types of part",
    "thread": "Different threads",
    "length": "Different lengths",
    "grade": "Different grades",
    "material": "Different materials",
    "finish": "Different finishes",
    "run": "The threads run over different parts of the shank",
    "drive": "Different drives",
    "pack": "Different packs",
}


def veto(a: ProductFeatures, b: ProductFeatures) -> str:
    """The first veto that holds between two records, or an empty text."""
    return product_type(a, b) or dimensions(a, b) or gtins(a, b)


def product_type(a: ProductFeatures, b: ProductFeatures) -> str:
    if a.product_type and b.product_type and a.product_type != b.product_type:
        return "One is an item, the other a family."
    return ""


def dimensions(a: ProductFeatures, b: ProductFeatures) -> str:
    """Values both records say and that cannot be one: M8 and M10, 40 mm and 45 mm, a pack of 100 and of 500."""
    for dimension, sentence in _DIMENSIONS.items():
        x, y = a.may_be(dimension), b.may_be(dimension)
        if level(x, y) is Agree.DIFFERENT:
            return _sentence(sentence, shown(x), shown(y))
    return ""


def gtins(a: ProductFeatures, b: ProductFeatures) -> str:
    """Two valid GTINs of the same kind of pack; that of a carton says nothing against that of its content."""
    found = judge_gtin(a, b)
    packs = {gtin[0] for gtin in a.gtins} & {gtin[0] for gtin in b.gtins}
    if found and found.level == Gtin.DIFFERENT and packs:
        return _sentence("Different valid GTINs", ", ".join(a.gtins), ", ".join(b.gtins))
    return ""


def _sentence(start: str, a: str, b: str) -> str:
    first, second = sorted((a, b))
    return f"{start} ({first} and {second})."
