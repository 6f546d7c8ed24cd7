"""Who waits for whom: records first, then blocking keys, each hashed into a bounded number of buckets.

Transaction-scoped advisory locks in two classes, always taken in this order and sorted within, so they cannot deadlock;
bounded because PostgreSQL's lock table is (a few thousand locks a transaction are safe, 15,000 are not).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from django.db import connection

RECORDS, KEYS = 4701, 4702
BUCKETS = {RECORDS: 512, KEYS: 2048}


def take(space: int, names: Iterable[str | int]) -> None:
    """Hold the buckets of these names until the transaction ends."""
    buckets = sorted({zlib.crc32(str(name).encode()) % BUCKETS[space] for name in names})
    if buckets:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_advisory_xact_lock(%s, bucket)) FROM unnest(%s::int[]) AS bucket", [space, buckets]
            )
