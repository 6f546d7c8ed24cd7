"""Features of a record in one line, standardised the way the pipeline does."""

from __future__ import annotations

from typing import Any

from mdm.engine.matching import DEFAULT, Features
from mdm.engine.standardize import Hints, standardize
from mdm.engine.values import Key
from mdm.entities import CUSTOMER


def address(
    street: str = "", city: str = "", postcode: str = "", country: str = "DE", region: str = ""
) -> dict[str, str]:
    return {"street": street, "city": city, "region": region, "postcode": postcode, "country": country}


def values(country: str = "DE", **attributes: Any) -> list[tuple[Key, str, Any]]:
    """Standard values of attributes; a list for several, a pair (context, value) for one with a context."""
    found = []
    for name, given in attributes.items():
        attribute = CUSTOMER.attribute(name)
        assert attribute, name
        for number, item in enumerate(given if isinstance(given, list) else [given]):
            context, value = item if isinstance(item, tuple) else ("", item)
            standard = standardize(attribute.kind, value, context, Hints(country)).value
            found.append((Key(name, context, str(number)), str(attribute.kind), standard))
    return found


def org(name: str = "", **attributes: Any) -> Features:
    names = {"legal_name": name} if name else {}
    return DEFAULT.features(values(party_type="organisation", **names, **attributes))


def person(name: str = "", **attributes: Any) -> Features:
    """`Anna|Weber` is given and family name."""
    given, _, family = name.partition("|")
    return DEFAULT.features(values(party_type="person", first_name=given, last_name=family, **attributes))
