"""Single records: create, read, change, delete, by id or by external id, and upsert."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from connectors.sandbox.base import reply
from connectors.sandbox.salesforce import errors, ids
from connectors.sandbox.salesforce.core import DATA
from connectors.sandbox.salesforce.reading import Reading
from connectors.sandbox.salesforce.schema import Field, SObject
from connectors.sandbox.salesforce.shape import whole

# From this version an upsert that updates answers 200 with a body, before it 204.
_UPSERT_ANSWERS_SINCE = 46.0


class Rows(Reading):
    """Handlers of the single-record resources."""

    def row_routes(self) -> list[Rule]:
        """Their addresses."""
        one = f"{DATA}/sobjects/<name>"
        return [
            Rule(one, endpoint="insert", methods=["GET", "POST"]),
            Rule(f"{one}/<id>", endpoint="row", methods=["GET", "PATCH", "DELETE"]),
            Rule(f"{one}/<key>/<path:value>", endpoint="keyed_row", methods=["GET", "PATCH", "DELETE"]),
        ]

    def insert(self, request: Request, version: str, name: str) -> Response:
        """Create a record (POST), or describe the object in short (GET)."""
        sobject = self.sobject(name)
        if request.method == "GET":
            described = {"objectDescribe": {"name": sobject.name, "keyPrefix": sobject.prefix}}
            return reply(described | {"recentItems": []})
        return self._created(sobject, self.body(request))

    def row(self, request: Request, version: str, name: str, id: str) -> Response:
        """Read, change or delete one record by id."""
        return self._act(request, version, self.sobject(name), id)

    def keyed_row(self, request: Request, version: str, name: str, key: str, value: str) -> Response:
        """Read, upsert or delete one record by an external id."""
        sobject = self.sobject(name)
        field = self.external(sobject, key)
        value = self.last_part(request, 6)
        found = [value] if field.type == "id" else self.records.store.table(sobject.name).live(field, value)
        if len(found) > 1:
            return reply([f"{self.base(version)}/sobjects/{sobject.name}/{id}" for id in found], 300)
        if request.method == "PATCH":
            return self._upsert(request, version, sobject, field, value, found)
        if not found:
            raise errors.no_resource()
        return self._act(request, version, sobject, found[0])

    def external(self, sobject: SObject, name: str) -> Field:
        """The field of that name if records may be addressed by it."""
        field = sobject.field(name)
        if field is None or not (field.external or field.type == "id"):
            raise errors.no_external_id(name)
        return field

    def _act(self, request: Request, version: str, sobject: SObject, id: str) -> Response:
        if request.method == "GET":
            return self._shown(request, version, sobject, id)
        if request.method == "DELETE":
            self.records.delete(sobject, id)
        else:
            body = self.body(request)
            self._refuse_in_body(body, "Id")
            with self.records.store.transaction():
                self.records.update(sobject, id, body)
        self.wrote()
        return Response(status=204)

    def _shown(self, request: Request, version: str, sobject: SObject, id: str) -> Response:
        try:
            row = self.records.find(sobject, id)
        except errors.Refused as refusal:
            raise errors.no_resource() if refusal.code == "ENTITY_IS_DELETED" else refusal from None
        names = [name.strip() for name in request.args.get("fields", "").split(",") if name.strip()]
        shape = self.columns(sobject, names) if names else whole(sobject)
        return reply(shape.render(self.records.store, row, self.base(version)))

    def _created(self, sobject: SObject, values: dict[str, Any]) -> Response:
        with self.records.store.transaction():
            id = self.records.insert(sobject, values)
        self.wrote()
        return reply({"id": id, "success": True, "errors": []}, 201)

    def _upsert(
        self, request: Request, version: str, sobject: SObject, field: Field, value: str, found: list[str]
    ) -> Response:
        body = self.body(request)
        self._refuse_in_body(body, "Id", field.name)
        if not found:
            with self.records.store.transaction():
                id = self.records.insert(sobject, body | {field.name: value})
        else:
            id = ids.canonical(found[0]) or found[0]
            with self.records.store.transaction():
                self.records.update(sobject, id, body)
        self.wrote()
        if found and float(version) < _UPSERT_ANSWERS_SINCE:
            return Response(status=204)
        return reply({"id": id, "success": True, "errors": [], "created": not found}, 200 if found else 201)

    def _refuse_in_body(self, body: dict[str, Any], *names: str) -> None:
        for name in names:
            if name.lower() in (given.lower() for given in body):
                raise errors.Refused("INVALID_FIELD", f"The {name} field should not be specified in the sobject data.")
