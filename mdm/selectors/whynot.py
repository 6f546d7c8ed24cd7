"""Why two records are not one, or how they became one: any two golden records, or source records of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from mdm import rules
from mdm.engine.clustering import one_to_one
from mdm.engine.matching import Evidence, Matcher, why
from mdm.models import OVERSIZED, Case, Decision, MatchKey, SourceRecord
from mdm.selectors import explain, golden, ties
from mdm.selectors.sides import Side

Item = dict[str, Any]
Named = Callable[[SourceRecord], str]
MOST = 30  # source records of a side that are compared, the oldest
_COMMON = """
SELECT key FROM unnest(%s::bigint[]) AS asked (key) WHERE (
    SELECT count(*) FROM (SELECT 1 FROM mdm_matchkey held WHERE held.key = asked.key LIMIT %s) AS few) > %s
"""


class Pair(NamedTuple):
    """Two source records and what comparing them finds."""

    a: SourceRecord
    b: SourceRecord
    evidence: Evidence


def told(first: Side, second: Side, named: Named = str) -> Item:
    """Whether both are one; if so how they came together, if not why not, and the pair of them that fits best.

    By the match model in force and what the records say now. `named` tells a source record.
    """
    one = first.row.pk == second.row.pk
    whole = one and len(first.meant) == len(second.meant) == len(first.records)
    best = None if whole or first.row.entity != second.row.entity else _best(first, second)
    case = None if one else _case(first, second)
    held = str(case.evidence.get("held", "")) if case else ""
    return {
        "one": one,
        "first": _side(first),
        "second": _side(second),
        "compared": _compared(best, held, named) if best else None,
        "reasons": [] if one else _reasons(first, second, best, held, named),
        "grown": explain.grown(first.records, named) if one else [],
        "case": case.pk if case else None,
    }


def _side(side: Side) -> Item:
    own = side.meant[0].source_key if len(side.meant) == 1 else ""
    row = side.row
    return {"golden": str(row.golden.uid), "entity": row.golden.entity, "name": row.display_name, "record": own}


def _best(first: Side, second: Side) -> Pair | None:
    """The pair of both that weighs most, with every line of its evidence."""
    pairs = [(a, b) for a, b in product(first.meant[:MOST], second.meant[:MOST]) if a.pk != b.pk]
    model, ready = _model(first), _features([*first.meant[:MOST], *second.meant[:MOST]])
    found = model.evidence([(ready[a.pk], ready[b.pk]) for a, b in pairs]) if pairs else []
    both = zip(found, pairs, strict=True)
    best = min(both, key=lambda one: (-one[0].weight, one[1][0].age, one[1][1].age), default=None)
    return Pair(*best[1], model.compare(*(ready[one.pk] for one in best[1]))) if best else None


def _model(side: Side) -> Matcher:
    return rules.current().models[side.row.golden.entity]


def _features(records: Iterable[SourceRecord]) -> dict[int, Any]:
    book = rules.current()
    return {one.pk: book.models[one.entity].features(book.said(one)) for one in records}


def _compared(best: Pair, held: str, named: Named) -> Item:
    match_at = rules.current().models[best.a.entity].match_at
    found = best.evidence
    return {
        "first": named(best.a),
        "second": named(best.b),
        "weight": found.weight,
        "match_at": match_at,
        "zone": str(found.zone),
        "veto": found.veto,
        "explanation": golden.waterfall(found.to_json()),
        "why_not_higher": why.not_higher(found, match_at, held),
    }


def _reasons(first: Side, second: Side, best: Pair | None, held: str, named: Named) -> list[Item]:
    if best is None:
        sentence = f"One is a {first.row.golden.entity}, the other a {second.row.golden.entity}."
        if first.row.golden.entity == second.row.golden.entity:
            sentence = "One of them has no source record any more: there is nothing to compare."
        return [_reason("entity", sentence)]
    apart = _kept_apart(first, second)
    facts = _facts(first, second, best, held, _apart_words(apart, named) if apart else "", named)
    reasons = [_reason(kind, words) for kind, words in why.not_one(facts)]
    if apart:
        reasons[0] |= {"actor": apart.actor.name, "at": apart.at, "reason": apart.reason}
    return reasons


def _reason(kind: str, words: str) -> Item:
    return {"kind": kind, "words": words, "actor": "", "at": None, "reason": ""}


def _kept_apart(first: Side, second: Side) -> Decision | None:
    """The newest word that keeps a record of the one from a record of the other."""
    a, b = ([one.pk for one in side.records] for side in (first, second))
    rows = Decision.objects.filter(Q(a__in=a, b__in=b) | Q(a__in=b, b__in=a)).order_by("pk")
    words = ties.newest_words(rows.select_related("actor", "a__connection", "b__connection")).values()
    kept = [row for row in words if row.verdict == Decision.Verdict.APART]
    return max(kept, key=lambda row: row.pk, default=None)


def _apart_words(row: Decision, named: Named) -> str:
    because = f": {row.reason.rstrip('.')}" if row.reason else ""
    return f"{row.actor.name} keeps {named(row.a)} and {named(row.b)} apart since {row.at:%Y-%m-%d}{because}."


def _facts(first: Side, second: Side, best: Pair, held: str, apart: str, named: Named) -> why.Facts:
    model, ready = _model(first), _features([*first.records[:MOST], *second.records[:MOST]])
    pairs = list(product(first.records[:MOST], second.records[:MOST]))
    veto = best.evidence.veto or _veto(model, ready, pairs, named)
    against = "" if veto else _against(model, ready, pairs)
    keys = [_keys(model, (ready[one.pk] for one in side.meant[:MOST])) for side in (first, second)]
    shared = {key: keys[0][key] or keys[1][key] for key in keys[0].keys() & keys[1].keys()}
    common = _common(first.row.golden.entity, shared)
    own = [sorted({model.rule(key) for key in found}) for found in keys]
    return why.Facts(
        evidence=best.evidence,
        match_at=model.match_at,
        keys=(own[0], own[1]),
        shared=sorted({model.rule(key) for key in shared.keys() - common}),
        common=sorted({model.rule(key) for key in common}),
        apart=apart,
        veto=veto,
        held=held,
        against=against,
    )


def _against(model: Matcher, ready: Mapping[int, Any], pairs: Sequence[tuple[SourceRecord, SourceRecord]]) -> str:
    """What keeps the groups of both sides apart though no two of their records forbid it, as linking says it."""
    book = rules.current()
    known = {one.source_key: one for pair in pairs for one in pair}

    def on_the_whole(keys: Sequence[tuple[str, str]]) -> str:
        return model.against([(ready[known[a].pk], ready[known[b].pk]) for a, b in keys])

    vetoes = one_to_one(ties.alone(known.values(), book, book.models), on_the_whole)
    keys = ((a.source_key, b.source_key) for a, b in pairs)
    return vetoes(sorted((min(pair), max(pair)) for pair in keys))


def _veto(
    model: Matcher, ready: Mapping[int, Any], pairs: Iterable[tuple[SourceRecord, SourceRecord]], named: Named
) -> str:
    """What forbids any two records of both sides to be one, with their names."""
    found = ((a, b, model.veto(ready[a.pk], ready[b.pk])) for a, b in pairs)
    return next((f"{named(a)} and {named(b)} cannot be one: {words}" for a, b, words in found if words), "")


def _keys(model: Matcher, features: Iterable[Any]) -> dict[str, bool]:
    """Blocking keys of some records, each with whether the model left it out as too common when it was made."""
    found: dict[str, bool] = {}
    for one in features:
        found |= dict.fromkeys(model.too_common(one), True) | dict.fromkeys(model.keys(one), False)
    return found


def _common(entity: str, shared: Mapping[str, bool]) -> set[str]:
    """Those of these keys that too many records have to be compared by."""
    number = rules.current().numbers[entity]
    hashes = {MatchKey.hashed(entity, key, number): key for key, stopped in shared.items() if not stopped}
    common = {key for key, stopped in shared.items() if stopped}
    if not hashes:
        return common
    with connection.cursor() as cursor:
        cursor.execute(_COMMON, [list(hashes), OVERSIZED + 1, OVERSIZED])
        return common | {hashes[row[0]] for row in cursor.fetchall()}


def _case(first: Side, second: Side) -> Case | None:
    a, b = first.row.pk, second.row.pk
    rows = Case.objects.filter(Q(first=a, second=b) | Q(first=b, second=a), state=Case.State.OPEN)
    return rows.only("pk", "evidence").first()
