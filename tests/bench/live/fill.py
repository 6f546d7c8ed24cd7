"""A hub of so many golden persons with a source record each, its model trained on them, and its match index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import polars as pl
from django.db import connection

from mdm import rules
from mdm.engine.matching.learned import Options, Records, deduplicate, statements
from mdm.engine.matching.learned.published import freeze, store
from mdm.models import AttributeDefinition, Connection, MatchKey, MatchModel, RuleSet
from tests.bench.live import crowd
from tests.factories import START, connections

_SHARED = """
INSERT INTO mdm_goldenrecord (id, uid, entity, created_at)
    SELECT id, gen_random_uuid(), 'customer', now() FROM mdm_sourcerecord ORDER BY id;
INSERT INTO mdm_customer (golden_id, status, party_type, first_name, last_name, lists, extra, winners, rule_version,
    updated_at)
    SELECT id, 'active', 'person', cells #>> '{first_name,v}', cells #>> '{last_name,v}', '{}', '{}', '{}', 1, now()
    FROM mdm_sourcerecord ORDER BY id;
INSERT INTO mdm_link (record_id, golden_id, cause, at, model_version, correlation_id)
    SELECT id, id, 'new', now(), '', '' FROM mdm_sourcerecord ORDER BY id;
"""
_RECORDS = """
COPY mdm_sourcerecord (id, connection_id, object_type, external_id, entity, status, merged_into, crosswalk_key,
    golden_id, cells, problems, first_at, head_at, head_observed_at, head_digest, seen_at) FROM STDIN
"""
_COUNTERS = """
SELECT setval(pg_get_serial_sequence(t, 'id'), %s) FROM unnest(ARRAY['mdm_sourcerecord', 'mdm_goldenrecord']) AS t
"""


def fill(people: crowd.Crowd) -> list[str]:
    """Records and golden records; nobody decided about them and nothing was pushed. Gives the cells of all records."""
    crm = connections("observe")["crm"]
    own = RuleSet.objects.get(state=RuleSet.State.PUBLISHED)
    AttributeDefinition.objects.create(rule_set=own, name="born", label="Born", kind="date")
    held = [*crowd.spread(crowd.cells, people.known.to_dicts(), rules.current())]
    with _unchecked() as cursor:
        with cursor.copy(_RECORDS) as copy:
            for number, (identity, cells) in enumerate(zip(people.known["id"], held, strict=True), 1):
                copy.write_row(_row(number, crm, identity, cells))
        cursor.execute(_SHARED)
        cursor.execute(_COUNTERS, [len(held)])
    return held


def _row(number: int, crm: Connection, identity: str, cells: str) -> tuple[Any, ...]:
    uid = f"00000000-0000-4000-8000-{number:012x}"
    about = (number, crm.pk, "Account", identity, "customer", "active", "", uid, number)
    return (*about, cells, "{}", START, START, START, f"{number:032x}", START)


def train(people: crowd.Crowd, held: list[str]) -> None:
    """A model learnt from the hub's records and copies of them, in force at once."""
    book = rules.current()
    columns = statements.columns(book.books["customer"].attributes.values())
    more = [*crowd.spread(crowd.cells, people.learnt.to_dicts(), book)]
    said = crowd.spread(crowd.texts, held + more, book)
    schema = {column.name: pl.String for column in columns}
    parts = [pl.DataFrame(part, schema=schema) for part in iter(lambda: list(islice(said, crowd.CHUNK)), [])]
    ids, table = pl.concat([people.known["id"], people.learnt["id"]]), pl.concat(parts)
    filled = tuple(column for column in columns if table[column.name].null_count() < len(table))
    records = Records(ids, filled, table.select([column.name for column in filled]))
    result = deduplicate(records, options=Options(keys=True))
    data = store.to_bytes(freeze(result, "customer-1"))
    figures = {name: result.summary[name] for name in ("records", "candidates", "blocking_recall")}
    published = MatchModel.State.PUBLISHED
    MatchModel.objects.create(entity="customer", version=1, state=published, data=data, figures=figures)


def index(held: list[str]) -> None:
    """The match index of all records, as the pipeline writes it."""
    book = rules.current()
    with connection.schema_editor() as editor:
        editor.remove_index(MatchKey, MatchKey._meta.indexes[0])
        editor.remove_constraint(MatchKey, MatchKey._meta.constraints[0])
    with _unchecked() as cursor, cursor.copy("COPY mdm_matchkey (record_id, model, key) FROM STDIN") as copy:
        for number, keys in enumerate(crowd.spread(crowd.keys, held, book), 1):
            for model, key in keys:
                copy.write_row((number, model, key))
    with connection.schema_editor() as editor:
        editor.add_constraint(MatchKey, MatchKey._meta.constraints[0])
        editor.add_index(MatchKey, MatchKey._meta.indexes[0])


@contextmanager
def _unchecked() -> Iterator[Any]:
    """Foreign keys are not looked at row by row: all rows are known to be right."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")
