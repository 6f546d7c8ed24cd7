"""Promise a crosswalk key to each record the hub is about to create, before the first call goes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mdm.models import Connection, Crosswalk, Relation, SourceRecord
from mdm.selectors.desired import Want


def keys(wants: Sequence[Want], connection: Connection, object_type: str, subject_type: str) -> None:
    """Give each create among the wants the key of its slot, the same one on every attempt."""
    creates = [want for want in wants if want.record is None]
    if not creates:
        return
    subjects = [want.subject_id for want in creates]
    anchors = _anchors(subject_type, subjects)
    slot = {"connection": connection, "object_type": object_type, "subject_type": subject_type}
    Crosswalk.objects.bulk_create(
        (Crosswalk(**slot, subject_id=pk, anchor_id=anchors.get(pk)) for pk in subjects), ignore_conflicts=True
    )
    promised = {row.subject_id: str(row.key) for row in Crosswalk.objects.filter(**slot, subject_id__in=subjects)}
    for want in creates:
        want.desired = replace(want.desired, crosswalk_key=promised[want.subject_id])


def _anchors(subject_type: str, pks: Sequence[int]) -> dict[int, int]:
    """The record on whose behalf a new one is made: the oldest of the golden record, of a contact its person's."""
    goldens = {pk: pk for pk in pks}
    if subject_type == "relation":
        goldens = dict(Relation.objects.filter(pk__in=pks).values_list("pk", "source_id"))
    oldest: dict[int, SourceRecord] = {}
    rows = SourceRecord.objects.filter(golden__in=set(goldens.values()), entity="customer", created_for=None)
    for record in rows.select_related("connection").defer("cells"):
        known = oldest.get(record.golden_id or 0)
        if known is None or record.age < known.age:
            oldest[record.golden_id or 0] = record
    return {pk: oldest[golden].pk for pk, golden in goldens.items() if golden in oldest}
