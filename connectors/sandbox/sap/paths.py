"""Resource paths: `A_Set('key')/to_Navigation/$count`, as segments with their key predicates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.sap import literals
from connectors.sandbox.sap.errors import Refused, bad, missing
from connectors.sandbox.sap.schema import Entity

QUOTED = r"'(?:[^']|'')*+'"
PIECE = re.compile(rf"(?:[^/'()]|{QUOTED}|\((?:[^'()]|{QUOTED})*+\))++")
SEGMENT = re.compile(r"(?P<name>[^(]+)(?:\((?P<keys>.*)\))?", re.DOTALL)
PAIR = re.compile(rf"\s*(?:(?P<name>\w+)\s*=\s*)?(?P<literal>[A-Za-z]*{QUOTED}|[^,']+)\s*(?:,|$)")


@dataclass(frozen=True)
class Segment:
    """One step of a path; `keys` is the text between the parentheses, None where there are none."""

    name: str
    keys: str | None = None


def parse(path: str) -> list[Segment]:
    """The segments of a decoded path; a slash inside quotes does not part them."""
    pieces = PIECE.findall(path)
    if "/".join(pieces) != path.strip("/"):
        raise missing(path)
    return [_segment(piece) for piece in pieces]


def _segment(piece: str) -> Segment:
    found = SEGMENT.fullmatch(piece)
    if not found:
        raise missing(piece)
    return Segment(found["name"], found["keys"])


def key(entity: Entity, text: str) -> tuple[Any, ...]:
    """The key of a predicate, in the entity's order; one unnamed value will do where the key is one property."""
    given: dict[str, Any] = {}
    for found in PAIR.finditer(text):
        name = found["name"] or (entity.keys[0] if len(entity.keys) == 1 else "")
        if name not in entity.keys:
            raise _malformed(entity, text)
        given[name] = _value(entity, name, found["literal"].strip(), text)
    if set(given) != set(entity.keys):
        raise _malformed(entity, text)
    return tuple(given[name] for name in entity.keys)


def _value(entity: Entity, name: str, literal: str, text: str) -> Any:
    prop = entity.properties[name]
    try:
        held = literals.from_url(literal)
    except ValueError:
        raise _malformed(entity, text) from None
    if prop.type == "String":
        if not isinstance(held, str):
            raise _malformed(entity, text)
        return literals.tidy(prop, held)
    return held


def _malformed(entity: Entity, text: str) -> Refused:
    keys = ", ".join(entity.keys)
    return bad("/IWBEP/CM_MGW_RT/029", f"The key ({text}) does not fit {entity.name}; its key is {keys}.")


def predicate(entity: Entity, key: tuple[Any, ...]) -> str:
    """The key predicate of a key, as it stands in a URL."""
    pairs = [literals.to_url(entity.properties[name], held) for name, held in zip(entity.keys, key, strict=True)]
    if len(pairs) == 1:
        return f"({pairs[0]})"
    return "(" + ",".join(f"{name}={text}" for name, text in zip(entity.keys, pairs, strict=True)) + ")"
