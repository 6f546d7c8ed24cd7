"""Collections: up to 200 records a call, each row with its own result, all or none of them if asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from connectors.sandbox.base import reply
from connectors.sandbox.salesforce import errors, ids
from connectors.sandbox.salesforce.core import DATA
from connectors.sandbox.salesforce.errors import Refused
from connectors.sandbox.salesforce.rows import Rows
from connectors.sandbox.salesforce.schema import OBJECTS, Field, SObject

_MOST_RECORDS = 200
_MOST_CHUNKS = 10
_ROLLED_BACK = Refused(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
)

Record = dict[str, Any]
Result = dict[str, Any]
Act = Callable[[Record], Result]


class _RollBackError(Exception):
    """Leaves the transaction of a call that wants all or none."""


class Collections(Rows):
    """Handlers of the collection resources."""

    def collection_routes(self) -> list[Rule]:
        """Their addresses."""
        return [
            Rule(f"{DATA}/composite/sobjects", endpoint="write_many", methods=["POST", "PATCH", "DELETE"]),
            Rule(f"{DATA}/composite/sobjects/<name>/<key>", endpoint="upsert_many", methods=["PATCH"]),
        ]

    def write_many(self, request: Request, version: str) -> Response:
        """Create (POST), change (PATCH) or delete (DELETE) many records, of several objects."""
        if request.method == "DELETE":
            wanted = [{"id": id} for id in request.args.get("ids", "").split(",") if id]
            return self._run(wanted, request.args.get("allOrNone") == "true", self._delete_one)
        records, whole = self._records(request)
        kinds = [self._kind(record) for record in records]
        chunks = sum(1 for place, kind in enumerate(kinds) if place == 0 or kind != kinds[place - 1])
        if chunks > _MOST_CHUNKS:
            advice = "Please rearrange the data to reduce chunking."
            raise Refused("LIMIT_EXCEEDED", f"Cannot have more than 10 chunks in a single operation. {advice}")
        return self._run(records, whole, self._insert_one if request.method == "POST" else self._update_one)

    def upsert_many(self, request: Request, version: str, name: str, key: str) -> Response:
        """Create or change many records of one object by an external id."""
        sobject = self.sobject(name)
        field = self.external(sobject, key)
        records, whole = self._records(request)
        if any(self._kind(record) is not sobject for record in records):
            text = f"All records of this call must be of type {sobject.name}"
            raise Refused("INVALID_TYPE", text)
        keys = Counter(str(_value(record, field.name)).lower() for record in records)

        def act(record: Record) -> Result:
            value = _value(record, field.name)
            if value in (None, ""):
                raise Refused("MISSING_ARGUMENT", f"{field.name} not specified", [])
            if keys[str(value).lower()] > 1:
                raise errors.duplicate_in_request(str(value))
            return self._upsert_one(sobject, field, record, value)

        return self._run(records, whole, act, {"created": False})

    # ---- a call ---------------------------------------------------------------------------------------------------

    def _records(self, request: Request) -> tuple[list[Record], bool]:
        body = self.body(request)
        records = body.get("records")
        if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
            raise errors.malformed_json(
                "Cannot deserialize records: a list of objects is expected at [line:1, column:1]"
            )
        return records, bool(body.get("allOrNone", False))

    def _kind(self, record: Record) -> SObject:
        attributes = record.get("attributes")
        name = attributes.get("type") if isinstance(attributes, dict) else None
        if not isinstance(name, str):
            raise Refused("MISSING_ARGUMENT", "Each record must name its type in attributes.type")
        if name.lower() not in OBJECTS:
            raise errors.no_object(name)
        return OBJECTS[name.lower()]

    def _run(self, records: list[Record], whole: bool, act: Act, failed: Result | None = None) -> Response:
        """Results in the order of the records; a row that fails has no id."""
        if len(records) > _MOST_RECORDS:
            text = f"record limit reached. cannot submit more than {_MOST_RECORDS} records into this call"
            raise Refused("EXCEEDED_ID_LIMIT", text)
        results: list[Result] = []
        try:
            with self.records.store.transaction():
                results = [self._one(record, act, failed or {}) for record in records]
                if whole and not all(result["success"] for result in results):
                    raise _RollBackError
        except _RollBackError:
            undone = {"success": False, "errors": [_ROLLED_BACK.row()]} | (failed or {})
            return reply([undone if result["success"] else result for result in results])
        self.wrote(sum(result["success"] for result in results))
        return reply(results)

    def _one(self, record: Record, act: Act, failed: Result) -> Result:
        try:
            with self.records.store.transaction():
                return act(record)
        except Refused as refusal:
            if refusal.code == "JSON_PARSER_ERROR":
                raise
            return {"success": False, "errors": [refusal.row()]} | failed

    # ---- one row --------------------------------------------------------------------------------------------------

    def _insert_one(self, record: Record) -> Result:
        return _done(self.records.insert(self._kind(record), record))

    def _update_one(self, record: Record) -> Result:
        sobject = self._kind(record)
        given = _value(record, "Id")
        if given is None:
            raise Refused("MISSING_ARGUMENT", "Id not specified in an update call", [])
        id = self._known(sobject, given)
        self.records.update(sobject, id, {name: value for name, value in record.items() if name.lower() != "id"})
        return _done(id)

    def _delete_one(self, record: Record) -> Result:
        full = ids.canonical(record["id"]) or ""
        sobject = next((kind for kind in OBJECTS.values() if kind.write and full.startswith(kind.prefix)), None)
        if sobject is None:
            raise errors.malformed_id("Id", "Record ID", record["id"])
        id = self._known(sobject, full)
        self.records.delete(sobject, id)
        return _done(id)

    def _upsert_one(self, sobject: SObject, field: Field, record: Record, value: Any) -> Result:
        rest = {name: held for name, held in record.items() if name.lower() != field.name.lower()}
        if field.type == "id":
            id = self._known(sobject, value)
            self.records.update(sobject, id, rest)
            return _done(id) | {"created": False}
        found = self.records.store.table(sobject.name).live(field, value)
        if len(found) > 1:
            text = f"{field.name}: more than one record found for external id field: {found}"
            raise Refused("DUPLICATE_EXTERNAL_ID", text, [field.name])
        if found:
            self.records.update(sobject, found[0], rest)
            return _done(found[0]) | {"created": False}
        return _done(self.records.insert(sobject, record)) | {"created": True}

    def _known(self, sobject: SObject, given: Any) -> str:
        """The full id of a record that exists, deleted or not, with the refusals of a row."""
        full = ids.canonical(given)
        if full is None or not full.startswith(sobject.prefix):
            raise errors.malformed_id("Id", f"{sobject.name} ID", given)
        row = self.records.store.table(sobject.name).rows.get(full)
        if row is None:
            raise errors.no_such_record(["Id"])
        return full


def _value(record: Record, name: str) -> Any:
    return next((value for given, value in record.items() if given.lower() == name.lower()), None)


def _done(id: str) -> Result:
    return {"id": id, "success": True, "errors": []}
