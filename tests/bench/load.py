"""`make bench-load`: a first load through the whole pipeline, inbox to golden records, as JSON lines.

Three simulated systems are filled with the estate of the demo and pulled over HTTP into the inbox (not counted); then
one process takes the inbox through the pipeline, which is what is timed. Beside it stand the floor (a COPY of the same
payloads into an empty table) and the number of queries of a small and a large batch.
Options: BENCH_RECORDS (default 20000).
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import django

from tests.bench import folder  # noqa: F401

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from connectors import inbound, reach  # noqa: E402
from connectors.demo import estate, run, stack, world  # noqa: E402
from connectors.models import InboundMessage  # noqa: E402
from mdm import embedded, processes  # noqa: E402
from mdm.models import Connection, Customer, SourceRecord  # noqa: E402

RECORDS_AT_SCALE_1 = 3000


def main() -> None:
    wanted = int(os.environ.get("BENCH_RECORDS", "20000"))
    with processes.stoppable(), embedded.start(Path(settings.DATA_DIR)) as services:
        world.wipe()
        call_command("migrate", verbosity=0)
        _fill(services, wanted)
        _tell(bench="copy floor", **_copy())
        queries = [_queries(50), _queries(500)]
        done = InboundMessage.objects.filter(state="done").count()
        started = time.perf_counter()
        while inbound.process_inbox(500):
            pass
        seconds = time.perf_counter() - started
        messages = InboundMessage.objects.filter(state="done").count() - done
        assert not InboundMessage.objects.filter(state="waiting").exists(), "the inbox is not empty"
        _tell(
            bench="load",
            messages=messages,
            source_records=SourceRecord.objects.count(),
            golden=Customer.objects.count(),
            dead=InboundMessage.objects.filter(state="dead").count(),
            seconds=round(seconds, 2),
            messages_per_second=round(messages / seconds),
            durable=True,
        )
        _tell(bench="queries", batch_of_50=queries[0], batch_of_500=queries[1])


def _fill(services: embedded.Services, wanted: int) -> None:
    env = stack.environment(services.env)
    planned = world.systems()
    urls = {one.code: stack.sandbox(services.supervisor, env, one.code, one.sandbox) for one in planned}
    world.furnish(planned, urls)
    made = estate.build(7, wanted / RECORDS_AT_SCALE_1)
    started = time.perf_counter()
    for code, url in urls.items():
        run.load(url, getattr(made, code))
    for row in Connection.objects.all():
        reach.prepare(row)
        inbound.pull(row, full=True)
    pulled = InboundMessage.objects.count()
    _tell(bench="fill and pull over HTTP", messages=pulled, seconds=round(time.perf_counter() - started, 2))


def _copy() -> dict[str, Any]:
    rows = list(InboundMessage.objects.values_list("connection_id", "object_type", "external_id", "body"))
    rows = [(*row[:3], json.dumps(row[3])) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_floor (connection bigint, object_type text, external_id text, body jsonb)")
        started = time.perf_counter()
        with cursor.copy("COPY bench_floor FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_floor")
    return {"rows": len(rows), "seconds": round(seconds, 2), "rows_per_second": round(len(rows) / seconds)}


def _queries(batch: int) -> int:
    with CaptureQueriesContext(connection) as seen:
        inbound.process_inbox(batch)
    return len(seen)


def _tell(**line: Any) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
