"""A match model simple enough to know what it must do: equal values of one attribute are a match."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

import pytest

from mdm import rules
from mdm.engine.matching import Evidence, Line, Zone
from mdm.engine.values import Json, Key
from mdm.models import MatchModel

Said = frozenset[str]


@dataclass(frozen=True)
class Equal:
    """Records that share a value of `attribute` are one (or asked about, if `zone` says review)."""

    attribute: str
    zone: str = "match"
    version: str = ""
    match_at: float = 5.0
    review_at: float = 0.0
    sources: Sequence[str] = ()  # without duplicates

    @property
    def one_to_one(self) -> frozenset[str]:
        return frozenset(self.sources)

    def features(self, values: Iterable[tuple[Key, str, Json]]) -> Said:
        return frozenset(str(value) for key, _, value in values if key.name == self.attribute)

    def keys(self, f: Said) -> frozenset[str]:
        return f

    def too_common(self, f: Said) -> frozenset[str]:
        return frozenset()

    def rule(self, key: str) -> str:
        return self.attribute

    def compare(self, a: Said, b: Said) -> Evidence:
        shared = sorted(a & b)
        line = Line(self.attribute, "Equal", 9.0, f"Equal: {shared[0]}.") if shared else None
        return Evidence(9.0 if line else -9.0, Zone(self.zone) if line else Zone.NO_MATCH, "", (line,) if line else ())

    def veto(self, a: Said, b: Said) -> str:
        return ""

    def evidence(self, pairs: Sequence[tuple[Said, Said]]) -> list[Evidence]:
        return [self.compare(a, b) for a, b in pairs]

    def against(self, pairs: Sequence[tuple[Said, Said]]) -> str:
        return ""

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Equal:
        return cls(**json.loads(data))

    def with_version(self, name: str) -> Equal:
        return replace(self, version=name)

    def stored(self, version: int, entity: str = "customer", **more: object) -> MatchModel:
        return MatchModel.objects.create(entity=entity, version=version, data=self.to_bytes(), **more)


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stored models are read as this one."""
    monkeypatch.setattr(rules, "read", lambda entity, version, data: Equal.from_bytes(data).with_version(version))
