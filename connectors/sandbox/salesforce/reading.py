"""Resources that only read: queries, pages, retrieval by ids, what was deleted or updated, describes, limits."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from connectors.sandbox.base import reply
from connectors.sandbox.salesforce import describe, ids, soql
from connectors.sandbox.salesforce.core import DATA, LONGEST_URI, Organisation
from connectors.sandbox.salesforce.errors import Refused, no_column
from connectors.sandbox.salesforce.query import Cursor, Runner
from connectors.sandbox.salesforce.schema import OBJECTS, SObject
from connectors.sandbox.salesforce.shape import Shape
from connectors.sandbox.salesforce.store import Row, stamp

VERSION = "67.0"
_MOST_RETRIEVED = 2000
_KEPT = {"deleted": timedelta(days=15), "updated": timedelta(days=30)}


class Reading(Organisation):
    """Handlers of the reading resources."""

    def reading_routes(self) -> list[Rule]:
        """Their addresses."""
        return [
            Rule("/services/data", endpoint="versions", methods=["GET"]),
            Rule(DATA, endpoint="resources", methods=["GET"]),
            Rule(f"{DATA}/limits", endpoint="limits", methods=["GET"]),
            Rule(f"{DATA}/query", endpoint="query", methods=["GET"]),
            Rule(f"{DATA}/queryAll", endpoint="query_all", methods=["GET"]),
            Rule(f"{DATA}/query/<locator>", endpoint="query_more", methods=["GET"]),
            Rule(f"{DATA}/queryAll/<locator>", endpoint="query_more", methods=["GET"]),
            Rule(f"{DATA}/sobjects", endpoint="describe_all", methods=["GET"]),
            Rule(f"{DATA}/sobjects/<name>/describe", endpoint="describe", methods=["GET"]),
            Rule(f"{DATA}/sobjects/<name>/deleted", endpoint="deleted", methods=["GET"]),
            Rule(f"{DATA}/sobjects/<name>/updated", endpoint="updated", methods=["GET"]),
            Rule(f"{DATA}/composite/sobjects/<name>", endpoint="retrieve", methods=["GET", "POST"]),
        ]

    def versions(self, request: Request) -> Response:
        """The versions on offer; needs no session."""
        return reply([{"label": "Summer '26", "url": self.base(VERSION), "version": VERSION}])

    def resources(self, request: Request, version: str) -> Response:
        """Where the resources of a version are."""
        names = ("sobjects", "query", "queryAll", "composite", "limits")
        return reply({name: f"{self.base(version)}/{name}" for name in names})

    def limits(self, request: Request, version: str) -> Response:
        """What is left of the day's calls."""
        left = max(self.daily_limit - self.calls, 0)
        return reply({"DailyApiRequests": {"Max": self.daily_limit, "Remaining": left}})

    def describe_all(self, request: Request, version: str) -> Response:
        """All objects in short."""
        found = [describe.brief(sobject, self.base(version)) for sobject in OBJECTS.values()]
        return reply({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": found})

    def describe(self, request: Request, version: str, name: str) -> Response:
        """One object with its fields."""
        return reply(describe.full(self.sobject(name), self.base(version)))

    # ---- queries --------------------------------------------------------------------------------------------------

    def query(self, request: Request, version: str, deleted: bool = False) -> Response:
        """The first page of a query."""
        if len(str(request.environ.get("RAW_URI", ""))) > LONGEST_URI:
            return Response("URI Too Long", 414)
        if "q" not in request.args:
            raise Refused("MALFORMED_QUERY", "A query string has to be specified")
        parsed = soql.parse(request.args["q"])
        runner = Runner(self.records.store, parsed, deleted)
        shape, rows = runner.shape(), runner.rows()
        if parsed.count:
            return reply({"totalSize": len(rows), "done": True, "records": []})
        cursor = Cursor(shape, [row["Id"] for row in rows], deleted, _batch(request))
        return self._page(cursor, "", 0, version)

    def query_all(self, request: Request, version: str) -> Response:
        """The first page of a query that sees deleted records too."""
        return self.query(request, version, deleted=True)

    def query_more(self, request: Request, version: str, locator: str) -> Response:
        """A later page: `<locator>-<where it starts>`."""
        key, _, start = locator.rpartition("-")
        if not start.isdigit():
            raise Refused("INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(self.cursors.get(key), key, int(start), version)

    def _page(self, cursor: Cursor, key: str, start: int, version: str) -> Response:
        """Rows keep the order of the query; their values are of now, and those deleted meanwhile are left out."""
        end = start + cursor.batch
        table = self.records.store.table(cursor.shape.sobject.name)
        rows = [table.rows[id] for id in cursor.ids[start:end] if id in table.rows]
        base = self.base(version)
        shown = [
            cursor.shape.render(self.records.store, row, base)
            for row in rows
            if cursor.deleted or not row.get("IsDeleted")
        ]
        answer: dict[str, Any] = {"totalSize": len(cursor.ids), "done": end >= len(cursor.ids)}
        if not answer["done"]:
            key = key or self.cursors.open(cursor)
            answer["nextRecordsUrl"] = f"{base}/query/{key}-{end}"
        return reply(answer | {"records": shown})

    # ---- retrieval by ids -----------------------------------------------------------------------------------------

    def retrieve(self, request: Request, version: str, name: str) -> Response:
        """Many records by id, in the order asked for; null for one that is not there."""
        sobject = self.sobject(name)
        if request.method == "POST":
            body = self.body(request)
            wanted, names = body.get("ids"), body.get("fields")
        else:
            wanted = _split(request.args.get("ids"))
            names = _split(request.args.get("fields"))
        if not isinstance(wanted, list) or not isinstance(names, list) or not wanted or not names:
            raise Refused("MISSING_ARGUMENT", "ids and fields must both be specified")
        if len(wanted) > _MOST_RETRIEVED:
            raise Refused("EXCEEDED_ID_LIMIT", f"record limit reached. cannot retrieve more than {_MOST_RETRIEVED} ids")
        shape = self.columns(sobject, names)
        found = [self._live(sobject, id) for id in wanted]
        return reply([row and shape.render(self.records.store, row, self.base(version)) for row in found])

    def columns(self, sobject: SObject, names: list[str]) -> Shape:
        """A shape of named columns."""
        shape = Shape(sobject)
        for name in names:
            field = sobject.field(name)
            if field is None:
                raise no_column(name, sobject.name)
            shape.add([field])
        return shape

    def _live(self, sobject: SObject, id: Any) -> Row | None:
        full = ids.canonical(id)
        if full is None:
            raise Refused("MALFORMED_ID", f"{sobject.name} ID: id value of incorrect type: {id}", ["Id"])
        row = self.records.store.table(sobject.name).rows.get(full)
        return None if row is None or row.get("IsDeleted") else row

    # ---- what changed ---------------------------------------------------------------------------------------------

    def deleted(self, request: Request, version: str, name: str) -> Response:
        """Ids and times of what was deleted between two minutes, at most 15 days ago."""
        start, end = self._window(request, "deleted")
        rows = [row for row in self._changed(name, start, end) if row.get("IsDeleted")]
        found = [{"deletedDate": row["SystemModstamp"], "id": row["Id"]} for row in rows]
        earliest = stamp(self.clock.now() - _KEPT["deleted"])
        covered = min(end, stamp(self.clock.now()))
        return reply({"deletedRecords": found, "earliestDateAvailable": earliest, "latestDateCovered": covered})

    def updated(self, request: Request, version: str, name: str) -> Response:
        """Ids of what was created or changed between two minutes, at most 30 days ago."""
        start, end = self._window(request, "updated")
        found = [row["Id"] for row in self._changed(name, start, end) if not row.get("IsDeleted")]
        return reply({"ids": found, "latestDateCovered": min(end, stamp(self.clock.now()))})

    def _changed(self, name: str, start: str, end: str) -> list[Row]:
        table = self.records.store.table(self.sobject(name).name)
        return [row for row in table.since(start) if row["SystemModstamp"] < end]

    def _window(self, request: Request, kind: str) -> tuple[str, str]:
        """Both ends cut to the minute, as the vendor does."""
        try:
            given = [datetime.fromisoformat(request.args[name].replace(" ", "+")) for name in ("start", "end")]
        except KeyError as missing:
            raise Refused("MISSING_ARGUMENT", f"{missing.args[0]} parameter is required") from None
        except ValueError as error:
            raise Refused("INVALID_DATE_FORMAT", str(error)) from None
        now = self.clock.now()
        zoned = [moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in given]
        start, end = (moment.replace(second=0, microsecond=0) for moment in zoned)
        if start >= end:
            raise Refused("INVALID_REPLICATION_DATE", "endDate must be at least one minute greater than startDate")
        if start < now - _KEPT[kind] - timedelta(minutes=1):
            text = f"startDate cannot be more than {_KEPT[kind].days} days ago"
            raise Refused("INVALID_REPLICATION_DATE", text)
        return stamp(start), stamp(end)


def _split(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _batch(request: Request) -> int:
    """Rows a page: 2000 unless the header asks for fewer; the vendor keeps it between 200 and 2000."""
    found = re.search(r"batchSize\s*=\s*(\d+)", request.headers.get("Sforce-Query-Options", ""))
    return min(max(int(found[1]), 200), 2000) if found else 2000
