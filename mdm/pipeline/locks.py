"""Who waits for whom: records first, then blocking keys, then golden records.

Records and keys are transaction-scoped advisory locks in two classes, always taken in this order and sorted within, so
they cannot deadlock; hashed into buckets because PostgreSQL's lock table is bounded (a few thousand locks a transaction
are safe, 15,000 are not). Each mastered entity has buckets of its own, so that a batch of customers never makes one of
products wait. Golden records are row locks, which several steps take; a deadlock there is run again.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

from mdm.entities import MASTERED
from mdm.models import GoldenRecord

RECORDS, KEYS = 4701, 4702
STEP = 10  # from the class of one entity to that of the next


def take(space: int, names: Mapping[str, Iterable[str | int]]) -> None:
    """Hold the buckets of these names, which come by mastered entity, until the transaction ends."""
    held = sorted(
        {
            (space + STEP * place, zlib.crc32(str(name).encode()) % (2048 >> place))
            for place, entity in enumerate(MASTERED)
            for name in names.get(entity, ())
        }
    )
    if held:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_advisory_xact_lock(class, bucket))"
                " FROM unnest(%s::int[], %s::int[]) AS held (class, bucket)",
                [[one for one, _ in held], [bucket for _, bucket in held]],
            )


def goldens(pks: Iterable[int]) -> None:
    """Hold these golden records in id order until the transaction ends; rows that merely point to them may be made."""
    rows = GoldenRecord.objects.select_for_update(no_key=True).filter(pk__in=set(pks))
    list(rows.order_by("pk").values_list("pk"))


def hold(pks: Iterable[int], until: datetime | None) -> None:
    """Keep these golden records from being written to any system until then; None ends that."""
    GoldenRecord.objects.filter(pk__in=set(pks)).update(held_until=until)
