"""Rules that contradict each other: both cover a value, they say different things, and neither is the narrower one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from mdm.engine.survivorship.rules import ANY, OwnerRule, Scope, SurvivorRule


def of_owners(rules: Sequence[OwnerRule]) -> Iterator[str]:
    """A sentence for each pair of ownership rules of one entity between which nothing decides."""
    for a, b in combinations(rules, 2):
        if a.attribute == b.attribute and a.owner != b.owner and undecided(a.scope, b.scope):
            yield (
                f"{a.attribute} has two owners: {a.owner} {_where(a.scope)} and {b.owner} {_where(b.scope)}. "
                "Remove one, or narrow its scope."
            )


def of_survivors(rules: Sequence[SurvivorRule]) -> Iterator[str]:
    """A sentence for each pair of survivorship rules of one entity between which nothing decides."""
    for a, b in combinations(rules, 2):
        same = (a.strategy, a.sources) == (b.strategy, b.sources)
        if a.attribute == b.attribute and not same and undecided(a.scope, b.scope):
            yield (
                f"{a.attribute} survives by two rules: {a.words} {_where(a.scope)} and {b.words} {_where(b.scope)}. "
                "Remove one, or narrow its scope."
            )


def undecided(a: Scope, b: Scope) -> bool:
    """Whether some value lies in both scopes while neither is narrower than the other."""
    return (
        a.narrowness == b.narrowness
        and meet(a.context, b.context)
        and _compatible(a.region, b.region)
        and _compatible(a.legal_entity, b.legal_entity)
    )


def _compatible(a: str, b: str) -> bool:
    return a == b or not a or not b


@lru_cache(maxsize=4096)
def meet(a: str, b: str) -> bool:
    """Whether some text fits both shell patterns; a set of letters in brackets is taken as any letter."""
    if not a or not b:
        return set(a + b) <= {"*"}
    if a[0] == "*":
        return meet(a[1:], b) or meet(a, b[_token(b) :])
    if b[0] == "*":
        return meet(b, a)
    fits = a[0] in "?[" or b[0] in "?[" or a[0] == b[0]
    return fits and meet(a[_token(a) :], b[_token(b) :])


def _token(pattern: str) -> int:
    """Length of the first token: a whole [set], else one character."""
    end = pattern.find("]", 2) if pattern[0] == "[" else -1
    return end + 1 if end > 0 else 1


def _where(scope: Scope) -> str:
    """The scope in words."""
    parts = [
        f"for context {scope.context}" if scope.context != ANY else "",
        f"in region {scope.region}" if scope.region else "",
        f"in legal entity {scope.legal_entity}" if scope.legal_entity else "",
    ]
    return " ".join(filter(None, parts)) or "everywhere"
