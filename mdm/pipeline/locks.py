"""Who waits for whom: records first, then blocking keys, then golden records.

Records and keys are transaction-scoped advisory locks in two classes, always taken in this order and sorted within, so
they cannot deadlock; hashed into buckets because PostgreSQL's lock table is bounded (a few thousand locks a transaction
are safe, 15,000 are not). Each mastered entity has buckets of its own, so that a batch of customers never makes one of
products wait. Golden records are row locks, which several steps take; a deadlock there is run again.

Whoever holds records or keys also shares the era, so that who changes it waits for all that began before, and all that
come later read the rules of the new one.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from mdm.entities import ENTITIES, MASTERED
from mdm.models import GoldenRecord, SourceRecord, reading

RECORDS, KEYS, ERA, VERSIONS = 4701, 4702, 4703, 4704
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
                "SELECT count(pg_advisory_xact_lock(class, bucket)), pg_advisory_xact_lock_shared(%s, 0)"
                " FROM unnest(%s::int[], %s::int[]) AS held (class, bucket)",
                [ERA, *map(reading.numbers, zip(*held, strict=True))],
            )


def records(rows: QuerySet[SourceRecord]) -> None:
    """Hold these source records, as who receives changes of them does."""
    names: dict[str, set[str | int]] = defaultdict(set)
    for entity, *key in rows.values_list("entity", "connection_id", "object_type", "external_id"):
        names[ENTITIES[entity].mastered].add("|".join(map(str, key)))
    take(RECORDS, names)


def era() -> None:
    """Wait until all who hold records or keys are done, and keep others from it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [ERA])


def versions(entity: str) -> None:
    """Number match models of an entity alone until the transaction ends; of the first there is no row to hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [VERSIONS, entity])


def goldens(pks: Iterable[int]) -> None:
    """Hold these golden records in id order until the transaction ends; rows that merely point to them may be made."""
    rows = GoldenRecord.objects.select_for_update(no_key=True).filter(pk__in=set(pks))
    list(rows.order_by("pk").values_list("pk"))


def hold(pks: Iterable[int], until: datetime | None) -> None:
    """Keep these golden records from being written to any system until then; None ends that."""
    GoldenRecord.objects.filter(pk__in=set(pks)).update(held_until=until)
