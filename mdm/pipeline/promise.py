"""Promise a crosswalk key to each record the hub is about to create, before the first call goes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import F, Q, QuerySet

from mdm.models import Connection, Crosswalk, Relation, SourceRecord
from mdm.selectors.desired import Want


def keys(wants: Sequence[Want], connection: Connection, object_type: str, subject_type: str) -> None:
    """Give each create among the wants the key of its slot, the same one on every attempt."""
    creates = [want for want in wants if want.record is None]
    if not creates:
        return
    subjects = [want.subject_id for want in creates]
    slot = Crosswalk.objects.filter(connection=connection, object_type=object_type, subject_type=subject_type)
    if subject_type != "relation":
        _follow(slot, subjects)
    known = set(slot.filter(subject_id__in=subjects).values_list("subject_id", flat=True))
    fresh = [pk for pk in subjects if pk not in known]
    anchors = _anchors(subject_type, fresh)
    Crosswalk.objects.bulk_create(
        (
            Crosswalk(
                connection=connection,
                object_type=object_type,
                subject_type=subject_type,
                subject_id=pk,
                anchor_id=anchors.get(pk),
            )
            for pk in fresh
        ),
        ignore_conflicts=True,
    )
    promised = {row.subject_id: str(row.key) for row in slot.filter(subject_id__in=subjects)}
    for want in creates:
        want.desired = replace(want.desired, crosswalk_key=promised[want.subject_id])


@transaction.atomic
def _follow(slot: QuerySet[Crosswalk], goldens: Sequence[int]) -> None:
    """A promise made for a record goes with it where golden records join or part: a reply to it may still be lost.

    One whose place is taken steps aside (a negative subject): nobody asks for it any more, but its key still tells.
    """
    concerned = Q(subject_id__in=goldens) | Q(anchor__golden__in=goldens)
    rows = slot.filter(concerned, anchor__golden__isnull=False).exclude(subject_id=F("anchor__golden_id"))
    stray = list(rows.select_related("anchor").order_by("pk"))
    slot.filter(pk__in=[row.pk for row in stray]).update(subject_id=-F("anchor_id"))
    homes = {row.anchor.golden_id for row in stray if row.anchor and row.anchor.golden_id}
    taken = set(slot.filter(subject_id__in=homes).values_list("subject_id", flat=True))
    for row in stray:
        home = row.anchor.golden_id if row.anchor else None
        if home is not None and home not in taken:
            slot.filter(pk=row.pk).update(subject_id=home)
            taken.add(home)


def _anchors(subject_type: str, pks: Sequence[int]) -> dict[int, int]:
    """The record on whose behalf a new one is made: the oldest of the golden record, of a contact its person's."""
    goldens = {pk: pk for pk in pks}
    if subject_type == "relation":
        goldens = dict(Relation.objects.filter(pk__in=pks).values_list("pk", "source_id"))
    oldest: dict[int, SourceRecord] = {}
    rows = SourceRecord.objects.filter(golden__in=set(goldens.values()), created_for=None)
    for record in rows.prefetch_related("connection").defer("cells"):
        known = oldest.get(record.golden_id or 0)
        if known is None or record.age < known.age:
            oldest[record.golden_id or 0] = record
    return {pk: oldest[golden].pk for pk, golden in goldens.items() if golden in oldest}
