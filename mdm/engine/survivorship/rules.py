"""Published rules as frozen values: who owns an attribute, which strategy picks where nobody does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Protocol

ANY = "*"


class AttributeLike(Protocol):
    """What survivorship needs to know of a declared attribute."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def shape(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def coexist(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a rule holds; an empty region or legal entity means everywhere, `context` is a shell pattern."""

    context: str = ANY
    region: str = ""
    legal_entity: str = ""

    def covers(self, context: str, region: str, legal_entity: str) -> bool:
        return (
            fnmatchcase(context, self.context)
            and self.region in ("", region)
            and self.legal_entity in ("", legal_entity)
        )

    @property
    def narrowness(self) -> int:
        """How specific the scope is: the most specific covering rule decides."""
        return 4 * (self.context != ANY) + 2 * bool(self.legal_entity) + bool(self.region)

    @property
    def rank(self) -> tuple[int, str, str, str]:
        """By narrowness; the rest only gives rules that contradict each other an order that is always the same."""
        return (self.narrowness, self.context, self.legal_entity, self.region)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRule:
    """`owner` is a role (erp) or a connection code (sap-de)."""

    attribute: str
    owner: str
    scope: Scope = Scope()


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivorRule:
    """`sources` ranks roles or connection codes for the priority strategy; `attribute` may be `*`."""

    attribute: str
    strategy: str
    sources: tuple[str, ...] = ()
    scope: Scope = Scope()

    @property
    def words(self) -> str:
        ranked = f" ({' > '.join(self.sources)})" if self.sources else ""
        return self.strategy.replace("_", " ") + ranked


DEFAULT_RULE = SurvivorRule(attribute=ANY, strategy="most_recent")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """All rules of one entity in one published version."""

    version: int
    attributes: Mapping[str, AttributeLike]
    owners: tuple[OwnerRule, ...] = ()
    survivors: tuple[SurvivorRule, ...] = ()
    _seen: dict[tuple[str, ...], OwnerRule | SurvivorRule | None] = field(
        default_factory=dict, repr=False, compare=False
    )

    def owner(self, attribute: str, context: str = "", region: str = "", legal_entity: str = "") -> OwnerRule | None:
        memo = ("owner", attribute, context, region, legal_entity)
        if memo not in self._seen:
            fitting = [
                rule
                for rule in self.owners
                if rule.attribute == attribute and rule.scope.covers(context, region, legal_entity)
            ]
            self._seen[memo] = max(fitting, key=lambda rule: (rule.scope.rank, rule.owner), default=None)
        found = self._seen[memo]
        return found if isinstance(found, OwnerRule) else None

    def survivor(self, attribute: str, context: str = "", region: str = "", legal_entity: str = "") -> SurvivorRule:
        memo = ("survivor", attribute, context, region, legal_entity)
        if memo not in self._seen:
            fitting = [
                rule
                for rule in self.survivors
                if rule.attribute in (attribute, ANY) and rule.scope.covers(context, region, legal_entity)
            ]
            rank = lambda rule: (rule.attribute != ANY, rule.scope.rank, rule.words)  # noqa: E731
            self._seen[memo] = max(fitting, key=rank, default=DEFAULT_RULE)
        found = self._seen[memo]
        return found if isinstance(found, SurvivorRule) else DEFAULT_RULE
