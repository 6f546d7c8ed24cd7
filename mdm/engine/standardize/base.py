"""The face every kind's standardiser has, and how it says that it could not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from mdm.engine.values import Json


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known about the record a value stands in; `country` is ISO alpha-2, for phones, addresses and dates."""

    country: str = ""


@dataclass(frozen=True, slots=True)
class Standard:
    """A value in its standard form; with a `problem` (a sentence for a steward) the value is the one that came in."""

    value: Json
    problem: str = ""


class Unclear(ValueError):
    """A value that has no standard form; the message is the sentence a steward reads."""


Standardiser = Callable[[str, str, Hints], Json]

_SHAPES = {bool: "yes or no", list: "a list", dict: "a group of fields", float: "a fraction", int: "a huge number"}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def as_text(raw: Json, limit: int = 2000) -> str:
    """Text of a JSON scalar: whole numbers are written out, anything else that is not text, or too long, is Unclear."""
    if isinstance(raw, str):
        return raw if len(raw) <= limit else _too_long(raw, limit)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw) if abs(raw) < 10**30 else _refuse(raw)
    return _refuse(raw)


def _refuse(raw: Json) -> str:
    raise Unclear(f"Expected text but got {_SHAPES.get(type(raw), 'something else')}; correct it in the source system.")


def _too_long(raw: str, limit: int) -> str:
    raise Unclear(f"{len(raw)} characters where at most {limit} make sense; correct it in the source system.")


def kept(raw: Json) -> Json:
    """The raw value as it came, without the few characters no database can store (NUL, lone surrogates)."""
    if isinstance(raw, str):
        return _UNSTORABLE.sub("", raw)
    if isinstance(raw, list):
        return [kept(item) for item in raw]
    if isinstance(raw, dict):
        return {kept(key): kept(item) for key, item in raw.items()}
    return raw


def shown(text: str, limit: int = 60) -> str:
    """The value as a sentence quotes it: one line, not longer than `limit`."""
    line = " ".join(_UNSTORABLE.sub("", text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
