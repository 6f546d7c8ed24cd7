"""What callers say of a record, turned into attribute keys and values the pipeline takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mdm.api.common.problems import Problem
from mdm.engine.values import Json, Key
from mdm.entities import ENTITIES, Shape
from mdm.rules import Rules

MOST = 500  # values of one record


def attributes(entity: str, given: Mapping[str, Any], book: Rules, region: str = "") -> dict[str, Json]:
    """Values by attribute key, lists spread over keys of their own. Raises Problem 422 with every key that is wrong.

    A caller of one region writes into that region: it may leave it out, and may name no other.
    """
    known = book.books[entity].attributes
    found: dict[str, Json] = {}
    wrong: list[dict[str, str]] = []
    for text, value in given.items():
        try:
            found |= _spread(Key.parse(text), value, known)
        except ValueError as error:
            wrong.append({"where": f"body.attributes.{text}", "what": str(error)})
    if region and entity in _REGIONAL and found.setdefault("region", region) != region:
        wrong.append({"where": "body.attributes.region", "what": f"You may write into {region} only."})
    if len(found) > MOST:
        wrong.append({"where": "body.attributes", "what": f"One record has {MOST} values at most."})
    if wrong:
        raise Problem(422, "Not as described", "Some attributes are wrong; `errors` names them.", errors=wrong)
    return found


_REGIONAL = {name for name, entity in ENTITIES.items() if entity.attribute("region")}


def _spread(key: Key, value: Any, known: Mapping[str, Any]) -> dict[str, Json]:
    attribute = known.get(key.name)
    if attribute is None:
        raise ValueError(f"There is no attribute '{key.name}'; there are {', '.join(sorted(known))}.")
    if attribute.shape == Shape.ONE and (key.context or key.value_id):
        raise ValueError(f"{key.name} has one value and no contexts; write it without the bar.")
    if attribute.shape == Shape.MANY and isinstance(value, list):
        return {str(Key(key.name, key.context, str(place))): one for place, one in enumerate(value, start=1)}
    return {str(key): value}
