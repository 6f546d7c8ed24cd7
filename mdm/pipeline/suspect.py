"""A system says that another of its records holds what must be unique there: evidence for a steward."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from mdm.engine.values import Json
from mdm.models import Case, Connection, Decision, SourceRecord
from mdm.pipeline import locks


@transaction.atomic
def reported(
    golden: int, connection: Connection, object_type: str, key: str, value: Json, sentence: str
) -> bool:
    """Open a case between a golden customer and the one whose record there holds the value already.

    False where nobody known holds it, or a steward has said that the two are not the same.
    """
    holders = SourceRecord.objects.filter(
        connection=connection, object_type=object_type, status=SourceRecord.Status.ACTIVE, **{f"cells__{key}__v": value}
    )
    holder = holders.exclude(golden=golden).exclude(golden=None).order_by("pk").first()
    if holder is None or holder.golden_id is None or _kept_apart(golden, holder.golden_id):
        return False
    first, second = sorted((golden, holder.golden_id))
    locks.goldens((first, second))
    evidence = {"weight": 0.0, "zone": "review", "veto": "", "lines": [], "held": sentence, "reported": True}
    Case.objects.get_or_create(
        first_id=first, second_id=second, state=Case.State.OPEN, defaults={"weight": 0.0, "evidence": evidence}
    )
    return True


def _kept_apart(a: int, b: int) -> bool:
    pairs = Q(a__golden=a, b__golden=b) | Q(a__golden=b, b__golden=a)
    newest = Decision.objects.filter(pairs).order_by("-pk").first()
    return newest is not None and newest.verdict == Decision.Verdict.APART
