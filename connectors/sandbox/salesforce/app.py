"""The simulated Salesforce organisation: its routes, and what its users and an experimenter do to it."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from connectors.sandbox.base import Refusal, reply
from connectors.sandbox.salesforce import errors, ids, rules
from connectors.sandbox.salesforce.collection import Collections
from connectors.sandbox.salesforce.records import INTEGRATION_USER, PAGE_USER
from connectors.sandbox.salesforce.schema import OBJECTS, SObject
from connectors.sandbox.salesforce.sessions import Denied
from connectors.sandbox.salesforce.shape import value
from connectors.sandbox.salesforce.store import Row

_SEEDED = ("CreatedDate", "LastModifiedDate", "SystemModstamp")


class Salesforce(Collections):
    """One organisation: API v67.0, accounts (business and person), contacts, record types,
    products, price books and their entries."""

    def routes(self) -> list[Rule]:
        """All simulated resources; anything else is not found."""
        token = Rule("/services/oauth2/token", endpoint="token", methods=["POST"])
        return [token, *self.collection_routes(), *self.reading_routes(), *self.row_routes()]

    def controls(self) -> list[Rule]:
        """Further acts of an experimenter: `/_control/expire_tokens`, `/_control/lock {"id", "times"}`."""
        names = ("expire_tokens", "lock")
        return [Rule(f"/_control/{name}", endpoint=f"control_{name}", methods=["POST"]) for name in names]

    def token(self, request: Request) -> Response:
        """A token for client credentials or a signed assertion."""
        try:
            return reply(self.sessions.grant(request))
        except Denied as denied:
            return reply(denied.body, 400)

    def control_expire_tokens(self, request: Request) -> Response:
        """The next call of each client meets INVALID_SESSION_ID."""
        return reply({"expired": self.sessions.expire()})

    def control_lock(self, request: Request) -> Response:
        """The next writes of a record, one unless told otherwise, fail with UNABLE_TO_LOCK_ROW."""
        body = request.get_json()
        full = ids.canonical(body["id"])
        if full is None:
            raise Refusal(f"{body['id']} is not a record id.")
        self.records.locked[full] = int(body.get("times", 1))
        return reply({})

    # ---- users' acts ----------------------------------------------------------------------------------------------

    def load(self, records: list[Row]) -> int:
        """Seed records, in an order in which references come after what they refer to; all or none.

        `fields` may also bring Id (15 or 18 characters), CreatedDate, LastModifiedDate and SystemModstamp (ISO with
        zone; one given alone stands for the later ones too).
        """
        with self.records.store.transaction():
            for place, record in enumerate(records):
                try:
                    self._seed(record)
                except Refusal as refusal:
                    raise Refusal(f"Record {place} ({record.get('object')}): {refusal}") from refusal
        return len(records)

    def _seed(self, record: Row) -> None:
        sobject = self._object(record["object"])
        given = dict(record["fields"])
        seed = {name: rules.moment(given.pop(name)) for name in _SEEDED if name in given}
        if "Id" in given:
            id = given.pop("Id")
            full = ids.canonical(id)
            if full is None:
                raise errors.malformed_id("Id", f"{sobject.name} ID", id)
            seed["Id"] = full
        for earlier, later in (("CreatedDate", "LastModifiedDate"), ("LastModifiedDate", "SystemModstamp")):
            if earlier in seed:
                seed.setdefault(later, seed[earlier])
        if "SystemModstamp" in seed:
            seed.setdefault("LastModifiedDate", seed["SystemModstamp"])
            seed.setdefault("CreatedDate", seed["LastModifiedDate"])
        self.records.insert(sobject, given, INTEGRATION_USER, seed)

    def create(self, object: str, fields: Row) -> str:
        """A user enters a record; returns its 18-character id."""
        with self.records.store.transaction():
            return self.records.insert(self._object(object), fields, PAGE_USER)

    def edit(self, object: str, id: str, fields: Row, silent: bool = False) -> None:
        """A user changes a record; ten typed digits of a phone become (555) 123-4567."""
        with self.records.store.transaction():
            self.records.update(self._object(object), id, fields, PAGE_USER, silent)

    def remove(self, object: str, id: str) -> None:
        """A user deletes a record."""
        with self.records.store.transaction():
            self.records.delete(self._object(object), id, PAGE_USER)

    def merge(self, object: str, winner: str, losers: list[str]) -> None:
        """A user merges records."""
        with self.records.store.transaction():
            self.records.merge(self._object(object), winner, losers, PAGE_USER)

    def dump(self, object: str) -> list[dict[str, Any]]:
        """All rows with every field, deleted ones with IsDeleted, hidden contacts with IsPersonAccount."""
        sobject = self._object(object)
        rows = self.records.store.table(sobject.name).rows.values()
        return [{field.name: value(row, field) for field in sobject.fields.values()} for row in rows]

    def _object(self, name: str) -> SObject:
        sobject = OBJECTS.get(str(name).lower())
        if sobject is None:
            raise errors.no_object(name)
        return sobject
