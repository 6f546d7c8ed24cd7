"""The steward's path: human decisions, which the machine never overrides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from itertools import product

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mdm import outbox, rules
from mdm.entities import CUSTOMER, MASTERED
from mdm.models import Actor, Case, Decision, GoldenRecord, MatchEdge, Proposal, SourceRecord, bulk
from mdm.pipeline import consolidate, link, locks, relate


class Stale(Exception):
    """Somebody else decided, or the evidence moved, since the page was read."""


class Inseparable(Exception):
    """A record that cannot be taken out of its golden record, with the sentence that says why."""


class Unlike(Stale):
    """Two golden records of different entities."""


@transaction.atomic
def merge(case: Case, *, actor: Actor, version: int, reason: str = "", hold: float = 0) -> None:
    """Decide that the two golden records of a case are one. Raises Stale if the case moved on.

    `hold`: seconds in which nothing of it is written to any system, so that `withdraw` leaves no trace there.
    """
    _take(case, version, "merged", actor)
    goldens = _decide(case, Decision.Verdict.TOGETHER, actor, reason)
    locks.hold(goldens, timezone.now() + timedelta(seconds=hold))


@transaction.atomic
def keep_apart(case: Case, *, actor: Actor, version: int, reason: str) -> None:
    """Decide for good that the two golden records of a case are not the same. Raises Stale if the case moved on."""
    _take(case, version, "kept apart", actor)
    _decide(case, Decision.Verdict.APART, actor, reason)


@transaction.atomic
def withdraw(case: Case, *, actor: Actor, version: int) -> Case | None:
    """Take the decision on a case back: both sides stand as before and wait for a decision again.

    Gives the case that is open now, None where nothing is uncertain any more. Raises Stale where there is no decision
    of a person to take back, or a later one on the same records.
    """
    locks.goldens((case.first_id, case.second_id))
    closed = Case.objects.filter(pk=case.pk, version=version, state=Case.State.CLOSED, actor__isnull=False)
    pairs = _standing(case)
    again = Case.objects.filter(first=case.first_id, second=case.second_id, state=Case.State.OPEN)
    if (
        not pairs
        or again.exists()
        or not closed.update(
            state=Case.State.OPEN, resolution="", about=[], actor=None, closed_at=None, version=version + 1
        )
    ):
        raise Stale("There is no decision here any more that could be taken back. Load the case again.")
    goldens = _write(pairs, Decision.Verdict.WITHDRAWN, case, actor, "")
    locks.hold(goldens, None)
    return Case.objects.filter(first__in=goldens, second__in=goldens, state=Case.State.OPEN).order_by("pk").first()


@transaction.atomic
def join(first: int, second: int, *, actor: Actor, reason: str = "", hold: float = 0) -> Case:
    """Decide that two golden records are one, whether or not a case asks; gives the case the decision stands on.

    Raises Stale where one of them was merged meanwhile, Unlike where they are of two entities.
    """
    pair = sorted((first, second))
    locks.goldens(pair)
    if len(set(GoldenRecord.objects.filter(pk__in=pair).values_list("entity", flat=True))) > 1:
        raise Unlike("A customer and a product can never be one. Name two golden records of the same entity.")
    if GoldenRecord.objects.filter(pk__in=pair).exclude(merged_into=None).exists():
        raise Stale("One of the two was merged meanwhile. Load both again to see what happened.")
    evidence = {"weight": 0.0, "zone": "review", "veto": "", "lines": [], "held": "A person said that they are one."}
    case, _ = Case.objects.get_or_create(
        first_id=pair[0], second_id=pair[1], state=Case.State.OPEN, defaults={"weight": 0.0, "evidence": evidence}
    )
    sides = _members(case)
    merge(case, actor=actor, version=case.version, reason=reason, hold=hold)
    _bind(sides, case, actor, reason)
    return case


def _bind(sides: tuple[Sequence[SourceRecord], Sequence[SourceRecord]], case: Case, actor: Actor, reason: str) -> None:
    """Say of every record of two sides that it goes with the other side, whatever would forbid it one by one."""
    a, b = (min(side, key=lambda record: record.age).pk for side in sides)
    pairs = {(a, row.pk) for row in sides[1]} | {(row.pk, b) for row in sides[0]}
    _write({(min(pair), max(pair)) for pair in pairs}, Decision.Verdict.TOGETHER, case, actor, reason)


@transaction.atomic
def part(record: SourceRecord, *, actor: Actor, reason: str) -> tuple[int, int]:
    """Take a source record, and what the hub made for it, out of its golden record for good.

    Gives the golden record of what is left, and that of the record: the id stays with the oldest source key.

    Raises Stale where it moved meanwhile, Inseparable where nothing would be left to part from.
    """
    golden = record.golden_id
    locks.goldens([golden] if golden else [])
    own, rest = parting(record)
    pairs = {(min(a.pk, b.pk), max(a.pk, b.pk)) for a in own for b in rest}
    _write(pairs, Decision.Verdict.APART, None, actor, reason)
    now = dict(SourceRecord.objects.filter(pk__in=[rest[0].pk, record.pk]).values_list("pk", "golden"))
    return now[rest[0].pk] or 0, now[record.pk] or 0


def parting(record: SourceRecord) -> tuple[list[SourceRecord], list[SourceRecord]]:
    """The records that would go with this one if it were taken out of its golden record, and those that would stay.

    Raises Stale where it moved meanwhile, Inseparable where nothing would be left to part from.
    """
    rows = SourceRecord.objects.filter(golden=record.golden_id, entity=record.entity).select_related("connection")
    members = {row.pk: row for row in rows}
    if record.golden_id is None or record.pk not in members:
        raise Stale("This record belongs to another golden record by now. Load it again to see what happened.")
    own = _made_for(record.pk, members)
    rest = [row for pk, row in sorted(members.items()) if pk not in own]
    if not rest:
        raise Inseparable("There is no other record it could be parted from.")
    if members[record.pk].created_for_id in {row.pk for row in rest}:
        raise Inseparable("The hub made this record there for another one of the same golden record; part that one.")
    return [members[pk] for pk in sorted(own)], rest


def _made_for(pk: int, members: Mapping[int, SourceRecord]) -> set[int]:
    """A record and all that the hub made for it, or for one of those."""
    found, grown = set[int](), {pk}
    while grown > found:
        found = grown
        grown = found | {row.pk for row in members.values() if row.created_for_id in found}
    return found


@transaction.atomic
def accept(proposal: Proposal, *, actor: Actor, version: int, hold: float = 0) -> None:
    """Have a proposed value written to the attribute's owner; it closes when the owner confirms. Raises Stale.

    `hold`: seconds in which nothing of it is written to any system, so that `reopen` leaves no trace there.
    """
    if not settle({proposal.pk: version}, Proposal.State.ACCEPTED, actor=actor, hold=hold):
        raise Stale("This proposal was decided meanwhile. Load it again to see what happened.")


@transaction.atomic
def reject(proposal: Proposal, *, actor: Actor, version: int) -> None:
    """Turn a proposed value down; its system has been given the owner's value back already. Raises Stale."""
    if not settle({proposal.pk: version}, Proposal.State.REJECTED, actor=actor):
        raise Stale("This proposal was decided meanwhile. Load it again to see what happened.")


@transaction.atomic
def settle(versions: Mapping[int, int], state: str, *, actor: Actor, hold: float = 0) -> int:
    """Accept or reject open proposals, each on the version that was seen; those that moved on are left. Gives how many.

    `hold` as in `accept`.
    """
    goldens = Proposal.objects.filter(pk__in=versions).values_list("golden", flat=True)
    locks.goldens(goldens)  # before proposals, as consolidating takes them
    rows = Proposal.objects.select_for_update().filter(pk__in=versions, state=Proposal.State.OPEN).order_by("pk")
    open_ = [row for row in rows if row.version == versions[row.pk]]
    now = timezone.now()
    for row in open_:
        row.state, row.actor, row.version, row.decided_at = state, actor, row.version + 1, now
        row.closed_at = now if state == Proposal.State.REJECTED else None
    bulk.update(open_, ["state", "actor", "version", "decided_at", "closed_at"])
    if state == Proposal.State.ACCEPTED and open_:
        concerned = {row.golden_id for row in open_}
        if hold:
            locks.hold(concerned, now + timedelta(seconds=hold))
        outbox.goldens(dict.fromkeys(concerned, "proposal.accepted"))
    return len(open_)


@transaction.atomic
def reopen(proposal: Proposal, *, version: int) -> None:
    """Take a decision on a proposal back, as long as its owner has not confirmed the value. Raises Stale."""
    locks.goldens([proposal.golden_id])
    by_person = Q(actor__isnull=False, state__in=[Proposal.State.ACCEPTED, Proposal.State.REJECTED])
    decided = Proposal.objects.filter(by_person, pk=proposal.pk, version=version)
    again = {"state": Proposal.State.OPEN, "actor": None, "decided_at": None, "closed_at": None}
    if not decided.update(**again, version=version + 1):
        raise Stale("There is no decision here any more that could be taken back. Load it again to see what happened.")
    locks.hold([proposal.golden_id], None)
    outbox.goldens({proposal.golden_id: "golden.changed"})


def preview(records: Sequence[SourceRecord]) -> consolidate.Planned:
    """What one golden record of these source records would be by the rules of today; changes nothing."""
    entity = records[0].entity if records else CUSTOMER.name
    return consolidate.plan(entity, sorted(records, key=lambda record: record.pk), rules.current())


def _take(case: Case, version: int, resolution: str, actor: Actor) -> None:
    # Golden rows before cases, as linking takes them.
    locks.goldens((case.first_id, case.second_id))
    open_ = Case.objects.filter(pk=case.pk, version=version, state=Case.State.OPEN)
    sides = GoldenRecord.objects.select_related(*MASTERED).in_bulk([case.first_id, case.second_id])
    names = {pk: str(side.typed or "") for pk, side in sides.items()}
    if not open_.update(
        state=Case.State.CLOSED,
        resolution=resolution,
        about=[names.get(case.first_id, ""), names.get(case.second_id, "")],
        actor=actor,
        closed_at=timezone.now(),
        version=version + 1,
    ):
        raise Stale("This case was decided or changed meanwhile. Load it again to see what happened.")


def _members(case: Case) -> tuple[list[SourceRecord], list[SourceRecord]]:
    rows = SourceRecord.objects.filter(golden__in=[case.first_id, case.second_id])
    first: list[SourceRecord] = []
    second: list[SourceRecord] = []
    for record in rows.select_related("connection"):
        (first if record.golden_id == case.first_id else second).append(record)
    return first, second


def _decide(case: Case, verdict: str, actor: Actor, reason: str) -> set[int]:
    """Apart holds between all records of both sides; together needs one pair, the strongest evidence or the oldest,
    and those of one source, which would else be kept apart where it is said to hold no duplicates."""
    first, second = _members(case)
    pairs = list(product(first, second))
    if verdict == Decision.Verdict.TOGETHER:
        pairs = [_strongest(first, second), *((a, b) for a, b in pairs if a.source == b.source)]
    return _write({(min(a.pk, b.pk), max(a.pk, b.pk)) for a, b in pairs}, verdict, case, actor, reason)


def _write(pairs: Collection[tuple[int, int]], verdict: str, case: Case | None, actor: Actor, reason: str) -> set[int]:
    """Keep the verdict on these pairs and let everything follow from it; gives the golden records concerned."""
    Decision.objects.bulk_create(
        Decision(a_id=a, b_id=b, verdict=verdict, case=case, actor=actor, reason=reason) for a, b in sorted(pairs)
    )
    book = rules.current()
    linked = link.apply({pk for pair in pairs for pk in pair}, book, actor)
    relations = relate.apply([], linked.moved, book, "decided")
    consolidate.apply(linked.goldens, book, actor, "decided")
    outbox.goldens(dict.fromkeys(linked.goldens, "golden.changed"))
    outbox.emit(("relation.changed", "relation", pk, "") for pk in sorted(relations))
    return linked.goldens


def _standing(case: Case) -> set[tuple[int, int]]:
    """The pairs on which the last word is one of this case's."""
    pairs = set(Decision.objects.filter(case=case).values_list("a", "b"))
    ends = {pk for pair in pairs for pk in pair}
    newest = {(row.a_id, row.b_id): row for row in Decision.objects.filter(a__in=ends, b__in=ends).order_by("pk")}
    ours = {pair: newest[pair] for pair in pairs if newest[pair].case_id == case.pk}
    return {pair for pair, row in ours.items() if row.verdict != Decision.Verdict.WITHDRAWN}


def _strongest(first: Sequence[SourceRecord], second: Sequence[SourceRecord]) -> tuple[SourceRecord, SourceRecord]:
    by_pk = {record.pk: record for record in (*first, *second)}
    edges = MatchEdge.objects.filter(a__in=by_pk, b__in=by_pk).order_by("-weight", "pk")
    for edge in edges:
        a, b = by_pk[edge.a_id], by_pk[edge.b_id]
        if a.golden_id != b.golden_id:
            return a, b
    return min(first, key=lambda record: record.age), min(second, key=lambda record: record.age)
