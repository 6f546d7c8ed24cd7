"""Who waits for whom: records first, then blocking keys, then golden records.

Records and keys are transaction-scoped advisory locks in two classes, always taken in this order and sorted within, so
they cannot deadlock; hashed into buckets because PostgreSQL's lock table is bounded (a few thousand locks a transaction
are safe, 15,000 are not). Golden records are row locks, which several steps take; a deadlock there is run again.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from mdm.models import GoldenRecord

RECORDS, KEYS = 4701, 4702
BUCKETS = {RECORDS: 2048, KEYS: 2048}


def take(space: int, names: Iterable[str | int]) -> None:
    """Hold the buckets of these names until the transaction ends."""
    buckets = sorted({zlib.crc32(str(name).encode()) % BUCKETS[space] for name in names})
    if buckets:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_advisory_xact_lock(%s, bucket)) FROM unnest(%s::int[]) AS bucket", [space, buckets]
            )


def goldens(pks: Iterable[int]) -> None:
    """Hold these golden records in id order until the transaction ends; rows that merely point to them may be made."""
    rows = GoldenRecord.objects.select_for_update(no_key=True).filter(pk__in=set(pks))
    list(rows.order_by("pk").values_list("pk"))


def hold(pks: Iterable[int], until: datetime | None) -> None:
    """Keep these golden records from being written to any system until then; None ends that."""
    GoldenRecord.objects.filter(pk__in=set(pks)).update(held_until=until)
