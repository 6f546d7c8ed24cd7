"""A hub with as many golden records as wanted, in minutes: one goes through the pipeline, the rest are copies.

A copy is what the pipeline made of its pattern, in every table, with other names, numbers and ids. Its blocking keys
are those the engine makes of the pattern, with the same changes. What is measured on such a hub is reading and looking
up; nobody decided about these records and nothing was pushed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Max, Model

from mdm import rules
from mdm.contracts import SourceChange
from mdm.models import VALUES, Case, GoldenRecord, Link, MatchEdge, MatchKey, SourceRecord, SourceVersion
from mdm.pipeline import process
from mdm.pipeline.testimony import features
from tests.factories import connections, organisation

IDS = {"id", "golden_id", "record_id", "a_id", "b_id", "history_id"}  # those that move with the copy
STEP = 4  # ids a copy may use in each table
NAMES = "Abel Bader Conrad Dorn Ebert Fuchs Gruber Haas Illner Jansen Kaiser Lorenz Mertens Neuber Olbrich Pohl".split()
TRADES = "Stahl Holz Bau Glas Technik Logistik Handel Plast Guss Kabel Motoren Pumpen Ventile Draht Optik Garn".split()
REGIONS = 8
REGION = f"'R' || (w.n + 1) / 2 %% {REGIONS}"  # of a customer; the two of a case are neighbours in one region
# What the pattern says, and what the copy of number n says instead, in Python and in SQL.
PATTERN = {
    "Qqname": ("{name}", "w.name"),
    "Qqtrade": ("{trade}", "w.trade"),
    "Qqtail": ("X{n:07}", "'X' || lpad(w.n::text, 7, '0')"),
    "136695976": ("{n:09}", "lpad(w.n::text, 9, '0')"),
    "42155501234": ("421{n:08}", "'421' || lpad(w.n::text, 8, '0')"),
    "qqmail": ("info{n}", "'info' || w.n"),
    "QQCRM": ("001{n:012}", "'001' || lpad(w.n::text, 12, '0')"),
    "QQERP": ("{n:010}", "lpad(w.n::text, 10, '0')"),
    "QQSKU": ("S{n:08}", "'S' || lpad(w.n::text, 8, '0')"),
}
WORDS = """(SELECT n, (%(names)s::text[])[n %% 16 + 1] AS name, (%(trades)s::text[])[n / 16 %% 16 + 1] AS trade
            FROM generate_series(1, %(count)s) AS n) w"""


def fill(golden: int, cases: int) -> None:
    """Golden customers with two source records each; the first `2 * cases` copies stand in open cases, two by two."""
    connections("observe")
    said = {
        "legal_name": "Qqname Qqtrade Qqtail GmbH", "tax_ids__VAT": "DE136695976", "phones__main": "+4942155501234",
        "emails": ["qqmail@example.com"], "industry": "Steel", "segment": "A",
    }  # fmt: skip
    multiply("customer", [organisation("crm", "QQCRM", 1, **said), organisation("erp", "QQERP", 2, **said)], golden)
    with connection.cursor() as cursor:
        _open(cursor, cases)
    settle()


def multiply(entity: str, changes: Sequence[SourceChange], count: int) -> None:
    """Put the changes of one golden record through the pipeline, and copy what became of them in every table."""
    values: Any = VALUES[entity]
    tables = (GoldenRecord, values, values.history.model, SourceRecord, SourceVersion, Link, MatchEdge)
    before = {model: model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for model in tables}
    process.changes(changes)
    texts = _keys(entity, before[SourceRecord])
    with connection.cursor() as cursor:
        for model in tables:
            _copy(cursor, model, before[model], count)
        with cursor.copy("COPY mdm_matchkey (key, record_id) FROM STDIN") as copy:
            for row in _key_rows(entity, texts, count):
                copy.write_row(row)


def settle() -> None:
    """What autovacuum does by itself within its next rounds; until then, counting would visit every row."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def words(number: int) -> dict[str, Any]:
    """The words of a copy: its name is `{name} {trade} X{n:07} GmbH`."""
    return {"n": number, "name": NAMES[number % 16], "trade": TRADES[number // 16 % 16]}


def _copy(cursor: Any, model: type[Model], after: int, count: int) -> None:
    columns = [(field.column, field.db_type(connection)) for field in model._meta.concrete_fields]
    taken = ", ".join(f'"{name}"' for name, _ in columns)
    made = ", ".join(_made(name, str(kind)) for name, kind in columns)
    table, key = model._meta.db_table, model._meta.pk.column  # type: ignore[union-attr]
    cursor.execute(f"CREATE TEMP TABLE pattern AS SELECT * FROM {table} WHERE {key} > %s", [after])
    cursor.execute(
        f"INSERT INTO {table} ({taken}) OVERRIDING SYSTEM VALUE SELECT {made} FROM pattern p CROSS JOIN {WORDS}",
        {"names": NAMES, "trades": TRADES, "count": count},
    )
    cursor.execute("DROP TABLE pattern")
    counter = "SELECT setval(s, (SELECT max({}) FROM {})) FROM pg_get_serial_sequence(%s, %s) s WHERE s IS NOT NULL"
    cursor.execute(counter.format(key, table), [table, key])


def _made(name: str, kind: str) -> str:
    column = f'p."{name}"'
    if name == "region":
        return REGION
    if name in IDS:
        return f"{column} + w.n * {STEP}"
    if kind == "uuid":
        return "gen_random_uuid()"
    if kind.startswith("varchar") or kind in ("text", "jsonb"):
        changed = f"{column}::text"
        for token, (_, value) in PATTERN.items():
            changed = f"replace({changed}, '{token}', {value})"
        return f"({changed})::{kind}"
    return column


def _keys(entity: str, after: int) -> list[tuple[int, str]]:
    book = rules.current()
    return [
        (record.pk, key)
        for record in SourceRecord.objects.filter(pk__gt=after).order_by("pk")
        for key in sorted(book.models[entity].keys(features(record, book)))
    ]


def _key_rows(entity: str, texts: list[tuple[int, str]], count: int) -> Iterator[tuple[int, int]]:
    lower = {token.lower(): form.lower() for token, (form, _) in PATTERN.items()}
    forms = [(pk, _form(text, lower)) for pk, text in texts]
    for number in range(1, count + 1):
        said = {key: str(value).lower() if key != "n" else value for key, value in words(number).items()}
        for pk, form in forms:
            yield MatchKey.hashed(entity, form.format(**said)), pk + number * STEP


def _form(text: str, tokens: dict[str, str]) -> str:
    form = text.replace("{", "{{").replace("}", "}}")
    for token, value in tokens.items():
        form = form.replace(token, value).replace(token.upper(), value)
    return form


def _open(cursor: Any, count: int) -> None:
    """Open cases of two neighbours each; their evidence is that between the records of the pattern."""
    cursor.execute(
        f"""INSERT INTO {Case._meta.db_table} (state, version, first_id, second_id, weight, evidence, resolution, about,
                opened_at)
            SELECT 'open', 1, g.id + (2 * n - 1) * {STEP}, g.id + 2 * n * {STEP}, 2 + n %% 997 / 100.0, e.evidence, '',
                '[]', now() - n * interval '1 second'
            FROM (SELECT min(id) AS id FROM mdm_goldenrecord) g, (SELECT evidence FROM mdm_matchedge LIMIT 1) e,
                generate_series(1, %s) AS n""",
        [count],
    )
