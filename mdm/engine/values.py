"""Attribute keys and what one source record says about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

Json = Any  # str | int | float | bool | None | list[Json] | dict[str, Json]: what JSONB can hold


class Key(NamedTuple):
    """Attribute key: name, context (company code, use, scheme, language) and the source's own value id."""

    name: str
    context: str = ""
    value_id: str = ""

    def __str__(self) -> str:
        return _text(self)

    @property
    def slot(self) -> Key:
        """The key without its value id: what an edit of one listed value leaves unchanged."""
        return Key(self.name, self.context)

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read the text form `name|context|value_id`; trailing empty parts may be left out."""
        return _parsed(text)


# The same few thousand keys are read and written over and over: cached, they cost a tenth.
@lru_cache(maxsize=20_000)
def _parsed(text: str) -> Key:
    parts = [_unescape(part) for part in text.split("|")]
    if not parts[0] or len(parts) > 3:
        raise ValueError(f"'{text}' is no attribute key; write name, name|context or name|context|value id.")
    return Key(*parts)


@lru_cache(maxsize=20_000)
def _text(key: Key) -> str:
    return "|".join(_escape(part) for part in key).rstrip("|")


def _escape(part: str) -> str:
    return part.replace("%", "%25").replace("|", "%7C")


def _unescape(part: str) -> str:
    return part.replace("%7C", "|").replace("%25", "%")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a system itself last said: a value, since when (attribute time), and in which run of values.

    `run` is 0 for the first value the record was ever seen with, so anything above 0 is an edit.
    """

    value: Json
    at: datetime
    run: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One attribute of one source record: what it holds, whether the hub put it there, and the system's own word.

    `sent` is what the hub asked for when the system answered with `held` in its own normalisation.
    """

    held: Json
    stated: Statement | None
    by_hub: bool = False
    sent: Json = None

    def to_json(self) -> dict[str, Json]:
        """Compact form for JSONB; the common case (held equals stated) stores the value once."""
        out: dict[str, Json] = {"v": self.held}
        if self.stated is not None:
            out["t"], out["n"] = self.stated.at.isoformat(), self.stated.run
            if self.stated.value != self.held:
                out["s"] = self.stated.value
        if self.by_hub:
            out["o"] = "hub"
        if self.sent is not None:
            out["w"] = self.sent
        return out

    @classmethod
    def from_json(cls, data: dict[str, Json]) -> Cell:
        stated = None
        if "t" in data:
            at = datetime.fromisoformat(data["t"]).astimezone(UTC)
            stated = Statement(data.get("s", data["v"]), at, data["n"])
        return cls(data["v"], stated, data.get("o") == "hub", data.get("w"))
