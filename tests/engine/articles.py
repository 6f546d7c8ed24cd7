"""Features of a record of a product in one line, standardised the way the pipeline does."""

from __future__ import annotations

from typing import Any

from mdm.engine.matching import PRODUCTS
from mdm.engine.matching.products import ProductFeatures
from mdm.engine.standardize import standardize
from mdm.engine.values import Key
from mdm.entities import PRODUCT


def values(**attributes: Any) -> list[tuple[Key, str, Any]]:
    """Standard values of attributes; a list for several, a pair (context, value) for one with a context."""
    found = []
    for name, given in attributes.items():
        attribute = PRODUCT.attribute(name)
        assert attribute, name
        for number, item in enumerate(given if isinstance(given, list) else [given]):
            context, value = item if isinstance(item, tuple) else ("", item)
            standard = standardize(attribute.kind, value, context).value
            found.append((Key(name, context, str(number)), str(attribute.kind), standard))
    return found


def article(name: str = "", **attributes: Any) -> ProductFeatures:
    listed = values(**attributes)
    return PRODUCTS.features([*listed, *values(names=[("de", name)])] if name else listed)
