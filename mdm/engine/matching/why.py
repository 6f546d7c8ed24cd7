"""Why two are not one, why a weight is not higher, and how a cluster grew: in short sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from mdm.engine.clustering import Join
from mdm.engine.matching.explain import PRIOR, Evidence, missing
from mdm.engine.matching.zones import Zone


class Reason(NamedTuple):
    """`kind`: apart, veto, weight, unseen, common, held, against or pending."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of two groups of records that are not one; texts are sentences, empty for what does not hold.

    `evidence` of the pair that fits best; `keys`: kinds of the blocking keys of each side; `shared`: of those both have
    and few others, `common`: of those that too many have to say anything.
    """

    evidence: Evidence
    match_at: float
    keys: tuple[Collection[str], Collection[str]]
    shared: Collection[str] = ()
    common: Collection[str] = ()
    apart: str = ""
    veto: str = ""
    held: str = ""
    against: str = ""


def not_one(facts: Facts) -> list[Reason]:
    """Why they are not one: people's word first, then what forbids it, what is missing, and what stands in the way."""
    found = list(_reasons(facts))
    if found:
        return found
    return [
        Reason("pending", "By what is known now they are a match: the hub joins them when it next looks at either.")
    ]


def _reasons(facts: Facts) -> Iterator[Reason]:
    if facts.apart:
        yield Reason("apart", facts.apart)
    if facts.veto:
        yield Reason("veto", facts.veto)
    if facts.evidence.zone is not Zone.MATCH and not facts.evidence.veto:
        yield Reason("weight", _distance(facts.evidence, facts.match_at))
    if not facts.shared:
        yield _unmet(facts)
    if facts.held and not facts.apart and facts.held not in facts.veto and facts.held != facts.against:
        yield Reason("held", facts.held)
    if facts.against and facts.against != facts.veto:
        yield Reason("against", facts.against)


def _unmet(facts: Facts) -> Reason:
    """Why nobody compares them: only records that share a rare key are compared."""
    if facts.common:
        too = f"They share only keys that too many records have ({_listed(facts.common)}), so nobody compares them."
        return Reason("common", too)
    first, second = (_listed(one) or "none" for one in facts.keys)
    return Reason(
        "unseen", f"They share no key, so nobody compares them. Keys of the one: {first}; of the other: {second}."
    )


def not_higher(evidence: Evidence, match_at: float, held: str = "") -> list[str]:
    """How far the weight is from a match, what speaks against it, the heaviest first, and what nobody knows.

    `held`: why a match was not carried out.
    """
    found = [_distance(evidence, match_at)]
    if evidence.veto:
        found.insert(0, f"No weight would make them one: {evidence.veto}")
    if held and held != evidence.veto:
        found.append(f"Held back: {held}")
    against = sorted(
        (one for one in evidence.lines if one.weight < 0 and one.name != PRIOR), key=lambda one: one.weight
    )
    found += [f"{one.weight:+.1f} bits: {one.words}" for one in against]
    unknown = [name for one in evidence.lines if (name := missing(one))]
    if unknown:
        found.append(f"Not known on both sides: {_listed(unknown)}.")
    elif evidence.lines and not against and evidence.weight < match_at:
        found.append("Nothing they say differs, but what agrees is too common to outweigh how rare a match is.")
    return found


def _distance(evidence: Evidence, match_at: float) -> str:
    """How many bits the weight is short of a match, or above where one begins."""
    short = match_at - evidence.weight
    if short > 0:
        return f"{_bits(short)} short of a match, which begins at {match_at:+.1f}."
    above = f"{_bits(abs(short))} above where a match begins ({match_at:+.1f})"
    if evidence.zone is Zone.MATCH or evidence.veto:
        return f"{above}."
    return f"{above}, but weight alone is not enough: names, numbers or sizes that must agree do not, or are not known."


def _bits(number: float) -> str:
    return f"{number:.1f} bits" if number >= 0.05 or not number else "Less than 0.1 bits"


def step(join: Join, names: Mapping[str, str], tie: str = "") -> str:
    """One step of how a cluster grew; `names` of nodes, `tie`: what joined them if no evidence did."""
    sides = [(names[node], size) for node, size in zip((join.a, join.b), join.sizes, strict=True)]
    (one, size), (other, more) = sorted(sides, key=lambda side: side[1] > 1)
    by = tie or f"by {join.weight:.1f} bits"
    if size == more == 1:
        return f"{one} and {other} came together {by}."
    verb = "joined" if size == 1 else "came together with"
    return f"{_with(one, size)} {verb} {_with(other, more)} {by}."


def _with(name: str, size: int) -> str:
    return name if size == 1 else f"{name} and {size - 1} more"


def _listed(names: Collection[str]) -> str:
    return ", ".join(dict.fromkeys(names))
