"""Are two source records one product?"""

from __future__ import annotations

import pytest

from mdm.engine.kinds import Kind
from mdm.engine.matching import MODELS, Zone
from mdm.engine.matching.products import ProductFeatures
from mdm.engine.values import Key

MODEL = MODELS["product"]
KINDS = {"sku": Kind.PART_NUMBER, "mpn": Kind.PART_NUMBER, "gtin": Kind.GTIN, "product_type": Kind.CATEGORY}


def features(**values: str) -> ProductFeatures:
    found = MODEL.features((Key(name), KINDS[name], value) for name, value in values.items())
    assert isinstance(found, ProductFeatures)
    return found


@pytest.mark.parametrize(
    ("a", "b", "zone"),
    [
        ({"sku": "1004"}, {"sku": "1004"}, Zone.REVIEW),
        ({"gtin": "04006381333931"}, {"gtin": "04006381333931"}, Zone.MATCH),
        ({"sku": "1004", "mpn": "A7"}, {"sku": "1004", "mpn": "A7"}, Zone.MATCH),
        ({"sku": "1004"}, {"mpn": "1004"}, Zone.NO_MATCH),
        ({"sku": "1004"}, {"sku": "1005"}, Zone.NO_MATCH),
    ],
)
def test_identifiers_tell(a: dict[str, str], b: dict[str, str], zone: Zone) -> None:
    first, second = features(**a), features(**b)
    assert MODEL.compare(first, second).zone is zone
    assert MODEL.compare(second, first) == MODEL.compare(first, second)
    assert bool(MODEL.keys(first) & MODEL.keys(second)) == (zone is not Zone.NO_MATCH)


def test_an_item_is_never_its_family() -> None:
    one, other = (
        features(gtin="04006381333931", product_type="item"),
        features(gtin="04006381333931", product_type="family"),
    )
    found = MODEL.compare(one, other)
    assert (found.zone, found.veto) == (Zone.NO_MATCH, "One is an item, the other a family.")
