"""Two versions of a match model beside each other on the hub's own records: what would come together, what apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any

from mdm import rules
from mdm.engine import partitions
from mdm.engine.clustering import Clustering
from mdm.engine.matching import Evidence, Matcher, Zone
from mdm.entities import ENTITIES
from mdm.models import VALUES, Decision, MatchModel, RuleSet, SourceRecord
from mdm.pipeline import match, partition
from mdm.rules import Rules
from mdm.selectors import matchmodels, ties

MOST = 20_000  # source records compared; of more, a part that hangs together
SHOWN = 12  # differences of each sort
BATCH = 5000
Told = Callable[[str, float], None]
Pair = tuple[int, int]


class Unknown(Exception):
    """There is no such version."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How one version sees the records: weight and zone of the pairs it does not rule out, and the group of each."""

    model: Matcher
    features: Mapping[int, Any]
    edges: Mapping[Pair, tuple[float, str]]
    groups: Mapping[int, int]


def compare(entity: str, first: int, second: int, told: Told = lambda phase, share: None) -> dict[str, Any]:
    """What version `second` of an entity would change if `first` were in force, as plain data; 0 is the built-in one.

    Decisions of people hold in both. Precision and recall are of the pairs they decided, by what each version alone
    says of them. Raises Unknown.
    """
    book = rules.current()
    records, total = _records(entity)
    apart, together = _decisions(records)
    sides = []
    for place, version in enumerate((first, second)):
        told(f"version {version}", place / 2)
        sides.append(_seen(entity, _model(entity, version), records, apart, together, book))
    told("differences", 0.95)
    before, after = sides
    return {
        "entity": entity,
        "versions": [first, second],
        "records": len(records),
        "of": total,
        "gained": _joined(before, after),
        "broken": _joined(after, before),
        "cases": _cases(before, after, apart),
        "decisions": [_judged(side, together, apart) for side in sides],
        "thresholds": [
            _thresholds(entity, version, side.model) for version, side in zip((first, second), sides, strict=True)
        ],
        "levels": _levels(entity, first, second),
        "differences": [
            *_examples("gained", before, after, before, after, records),
            *_examples("broken", after, before, before, after, records),
        ],
    }


def _model(entity: str, version: int) -> Matcher:
    if version == 0:
        return rules.built_in(RuleSet.objects.get(state=RuleSet.State.PUBLISHED))[entity]
    pk = MatchModel.objects.filter(entity=entity, version=version).values_list("pk", flat=True).first()
    if pk is None:
        raise Unknown(f"{ENTITIES[entity].label} has no match model of version {version}.")
    return rules.learned(pk)[1]


def _records(entity: str) -> tuple[dict[int, SourceRecord], int]:
    """The records compared, and how many there are; of too many the newest golden records, each with all of its own."""
    rows = SourceRecord.objects.filter(entity=entity)
    total = rows.count()
    if total > MOST:
        goldens = rows.order_by("-golden").values_list("golden", flat=True)[:MOST]
        rows = rows.filter(golden__in=set(goldens))
    return {row.pk: row for row in rows.defer("problems").select_related("connection").order_by("pk")}, total


def _decisions(records: Mapping[int, SourceRecord]) -> tuple[set[Pair], set[Pair]]:
    rows = Decision.objects.order_by("pk").only("a", "b", "verdict").iterator()
    apart, together = ties.decisions(row for row in rows if row.a_id in records and row.b_id in records)
    return apart, together


def _seen(
    entity: str, model: Matcher, records: Mapping[int, SourceRecord], apart: set[Pair], together: set[Pair], book: Rules
) -> Seen:
    features = {pk: model.features(book.said(record)) for pk, record in records.items()}
    edges = {
        pair: (found.weight, str(found.zone))
        for pair, found in _evidence(model, features, _pairs(model, features))
        if found.zone is not Zone.NO_MATCH
    }
    matches = ((a, b, weight) for (a, b), (weight, zone) in edges.items() if zone == Zone.MATCH)
    models, said = {entity: model}, lambda record: features[record.pk]
    found = partition.of(records, matches, apart, together, book, models, said)
    return Seen(model, features, edges, _groups(found, records))


def _pairs(model: Matcher, features: Mapping[int, Any]) -> Iterator[Pair]:
    """Pairs that share a key which is rare enough among these records to block by.

    Of all records these are the pairs that matching finds. Of a part of them they may be more: a key that too many of
    the hub share may be rare here.
    """
    blocks: dict[str, list[int]] = defaultdict(list)
    for pk, found in features.items():
        for key in model.keys(found):
            blocks[key].append(pk)
    known: set[Pair] = set()
    for block in blocks.values():
        if len(block) <= match.OVERSIZED:
            fresh = set(combinations(sorted(block), 2)) - known
            known |= fresh
            yield from fresh


def _evidence(model: Matcher, features: Mapping[int, Any], pairs: Iterator[Pair]) -> Iterator[tuple[Pair, Evidence]]:
    while batch := list(islice(pairs, BATCH)):
        yield from zip(batch, model.evidence([(features[a], features[b]) for a, b in batch]), strict=True)


def _groups(found: Clustering, records: Mapping[int, SourceRecord]) -> dict[int, int]:
    """The group of each record, called by its smallest id."""
    pks = {record.source_key: pk for pk, record in records.items()}
    members = [[pks[name] for name in group] for group in found.groups]
    return {pk: min(group) for group in members for pk in group}


def _joined(before: Seen, after: Seen) -> dict[str, int]:
    found = partitions.joined(before.groups, after.groups)
    return {"pairs": found.pairs, "goldens": len(found.groups)}


def _cases(before: Seen, after: Seen, apart: set[Pair]) -> dict[str, Any]:
    first, second = _asked(before, apart), _asked(after, apart)
    return {
        "counts": [_count(before, first), _count(after, second)],
        "more": len(second - first),
        "fewer": len(first - second),
    }


def _asked(seen: Seen, apart: set[Pair]) -> set[Pair]:
    """Pairs of records that a steward would be asked about."""
    return {pair for pair in seen.edges if seen.groups[pair[0]] != seen.groups[pair[1]] and pair not in apart}


def _count(seen: Seen, asked: set[Pair]) -> int:
    """A case is about two golden records, however many pairs of their records raise it."""
    return len({frozenset((seen.groups[a], seen.groups[b])) for a, b in asked})


def _judged(seen: Seen, together: set[Pair], apart: set[Pair]) -> dict[str, Any]:
    zones = {
        pair: str(found.zone) for pair, found in _evidence(seen.model, seen.features, iter(sorted(together | apart)))
    }
    right = sum(zones[pair] == Zone.MATCH for pair in together)
    wrong = sum(zones[pair] == Zone.MATCH for pair in apart)
    return {
        "together": len(together),
        "apart": len(apart),
        "right": right,
        "wrong": wrong,
        "asked": sum(zone == Zone.REVIEW for zone in zones.values()),
        "precision": round(right / (right + wrong), 4) if right + wrong else None,
        "recall": round(right / len(together), 4) if together else None,
    }


def _examples(
    sort: str, before: Seen, after: Seen, first: Seen, second: Seen, records: Mapping[int, SourceRecord]
) -> list[dict[str, Any]]:
    """Some pairs that are together in `after` alone, one a group: the surest, the least sure and between."""
    groups = set(partitions.joined(before.groups, after.groups).groups)
    best: dict[int, tuple[float, int, int]] = {}
    for group, a, b in partitions.newly(before.groups, after.groups, groups):
        weight = after.edges.get((a, b), (float("-inf"), ""))[0]
        best[group] = max(best.get(group, (float("-inf"), 0, 0)), (weight, a, b))
    ranked = sorted((one for one in best.values() if one[1]), reverse=True)
    step = max(1, len(ranked) // SHOWN)
    return [_example(sort, records[a], records[b], first, second) for _, a, b in ranked[::step][:SHOWN]]


def _example(sort: str, a: SourceRecord, b: SourceRecord, first: Seen, second: Seen) -> dict[str, Any]:
    found = [side.model.compare(side.features[a.pk], side.features[b.pk]).to_json() for side in (first, second)]
    return {"sort": sort, "records": [_named(a), _named(b)], "evidence": found}


def _named(record: SourceRecord) -> dict[str, Any]:
    """A record as people know it: by the name it states itself."""
    row = VALUES[record.entity]()
    for key, stated in record.statements().items():
        if key.name in row.entity.scalars:
            setattr(row, key.name, stated.value)
        else:
            row.lists.setdefault(str(key.slot), stated.value)
    emails = row.lists.get("emails")
    row.lists["emails"] = emails if isinstance(emails, list) else [emails or ""]
    name = row.display_name
    unnamed = name.endswith(" None")
    return {"name": record.source_key if unnamed else name, "key": record.source_key, "golden": record.golden_id}


def _thresholds(entity: str, version: int, model: Matcher) -> dict[str, float]:
    """Match weights from which records merge, and from which a steward is asked."""
    if version == 0:
        found = {name: getattr(model, f"{name}_at", None) for name in ("match", "review")}
    else:
        found = MatchModel.objects.values_list("model", flat=True).get(entity=entity, version=version)
    at = {name: found.get(name) for name in ("match", "review")}
    return {name: round(weight, 2) for name, weight in at.items() if weight is not None}


def _levels(entity: str, first: int, second: int) -> list[dict[str, Any]]:
    """Levels whose weights moved most from one learned version to the other."""
    rows = MatchModel.objects.filter(entity=entity, version__in=[first, second]).values_list("version", "model")
    weights = {version: _weights(model) for version, model in rows}
    if len(weights) < 2:
        return []
    old, new = weights[first], weights[second]
    moved = sorted(old.keys() & new.keys(), key=lambda key: (-abs(new[key] - old[key]), key))
    return [
        {"comparison": name, "level": label, "weights": [old[name, label], new[name, label]]}
        for name, label in moved[:SHOWN]
        if old[name, label] != new[name, label]
    ]


def _weights(model: Mapping[str, Any]) -> dict[tuple[str, str], float]:
    compared = matchmodels.weights(model)
    found = {(one["name"], level["label"]): level["weight"] for one in compared for level in one["levels"]}
    return {("before", "Before comparing"): matchmodels.before(model), **found}
