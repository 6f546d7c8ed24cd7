"""The simulated S/4HANA system as one sees it over HTTP: its services and the controls."""

from __future__ import annotations

from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from connectors.sandbox.base import Clock, Refusal, Sandbox, reply
from connectors.sandbox.sap import acts, errors, metadata, reading, resources, settings, writing
from connectors.sandbox.sap.errors import Refused, Turned
from connectors.sandbox.sap.resources import Resource
from connectors.sandbox.sap.schema import SERVICES
from connectors.sandbox.sap.sessions import Sessions
from connectors.sandbox.sap.store import Records, Row

ROOT = "/sap/opu/odata/sap"
SERVICE = f"{ROOT}/<any({', '.join(SERVICES)}):service>"
READS = ("GET", "HEAD")


class Sap(Sandbox):
    """S/4HANA with three OData v2 services: business partners, products, sales prices. Options: settings.Settings."""

    system = "sap"

    def __init__(self, options: dict[str, Any], clock: Clock) -> None:
        super().__init__(options, clock)
        self.settings = settings.read(options)
        self.records = Records(self.settings, clock)
        self.sessions = Sessions(self.settings)

    def routes(self) -> list[Rule]:
        """The root of each service and everything below it, by any method."""
        return [
            Rule(f"{SERVICE}/", endpoint="root"),
            Rule(f"{SERVICE}/$metadata", endpoint="described"),
            Rule(f"{SERVICE}/<path:path>", endpoint="resource"),
        ]

    def controls(self) -> list[Rule]:
        """The end of all sessions, as after a restart of the real system."""
        return [Rule("/_control/expire_tokens", endpoint="control_expire_tokens", methods=["POST"])]

    def control_expire_tokens(self, request: Request) -> Response:
        """End every session."""
        self.sessions.expire()
        return reply({})

    # ---- the service -----------------------------------------------------------------------------------------------

    def root(self, request: Request, service: str) -> Response:
        """The service document: what clients read to fetch a token."""
        self._read_only(request)
        if errors.wants_json(request):
            sets = [one.name for one in metadata.of(service)]
            response = reply({"d": {"EntitySets": sets}}, headers={"DataServiceVersion": "2.0"})
        else:
            text = metadata.service_document(service, self._base(request, service))
            response = Response(text, content_type="application/atomsvc+xml;charset=utf-8")
        self.sessions.hand_out(request, response)
        return response

    def described(self, request: Request, service: str) -> Response:
        """The metadata document."""
        self._read_only(request)
        response = Response(metadata.document(service), content_type=errors.XML, headers={"DataServiceVersion": "2.0"})
        self.sessions.hand_out(request, response)
        return response

    def resource(self, request: Request, service: str, path: str) -> Response:
        """A set, a record or a navigation: read, create, change, delete."""
        self.sessions.authenticate(request)
        method = self._method(request)
        if method in READS:
            found = resources.find(self.records, path, service)
            response = reading.answer(request, found, self._base(request, service), self.settings.page_size)
            self.sessions.hand_out(request, response)
            return response
        self.sessions.protect(request)
        found = resources.find(self.records, path, service)
        if method == "POST":
            return self._created(request, found, self._base(request, service))
        if method in ("PATCH", "MERGE", "PUT"):
            return self._changed(request, found, replace=method == "PUT")
        if method == "DELETE":
            return self._deleted(request, found)
        raise Refused(405, "/IWBEP/CM_MGW_RT/038", f"Method {method} is not allowed here.")

    def _created(self, request: Request, found: Resource, base: str) -> Response:
        reading.refuse_other_formats(request)
        if found.counted or found.row is not None:
            raise Refused(405, "/IWBEP/CM_MGW_RT/039", "Create records in a collection, not in one record.")
        if not found.entity.creatable:
            raise Refused(405, "/IWBEP/CM_MGW_RT/021", f"{found.entity.name} cannot be created by itself.")
        payload = _payload(request)
        row = writing.create(self.records, found.entity, payload, parent=found.above, via=found.via)
        self.wrote()
        return reading.created(row, payload, base, as_sent=self.settings.answers_as_sent)

    def _changed(self, request: Request, found: Resource, *, replace: bool) -> Response:
        row = _single(found)
        _match(request, row)
        writing.update(self.records, row, _payload(request), replace=replace)
        self.wrote()
        return Response(status=204, headers={"DataServiceVersion": "2.0"})

    def _deleted(self, request: Request, found: Resource) -> Response:
        row = _single(found)
        if row.entity.deletable:
            _match(request, row)
        writing.delete(self.records, row)
        self.wrote()
        return Response(status=204, headers={"DataServiceVersion": "2.0"})

    def _read_only(self, request: Request) -> None:
        self.sessions.authenticate(request)
        if request.method not in READS:
            raise Refused(405, "/IWBEP/CM_MGW_RT/038", f"Method {request.method} is not allowed here.")

    def _method(self, request: Request) -> str:
        """The method meant: a POST may carry another one in a header."""
        return request.headers.get("X-HTTP-Method", request.method) if request.method == "POST" else request.method

    def _base(self, request: Request, service: str) -> str:
        return f"{request.host_url.rstrip('/')}{ROOT}/{service}"

    # ---- the base's questions --------------------------------------------------------------------------------------

    def counter_key(self, request: Request, rule: Rule) -> str:
        """Count by method and entity set."""
        first = request.path[len(ROOT) :].strip("/").partition("/")[2].split("/")[0].split("(")[0]
        return f"{request.method} {first or '/'}"

    def refused(self, request: Request, refusal: Refusal) -> Response:
        """The service's error form."""
        found = refusal if isinstance(refusal, Refused) else errors.bad("GOLDENROD/400", str(refusal))
        return errors.answer(request, found)

    def unknown(self, request: Request, error: HTTPException) -> Response:
        """A path outside the service is unknown to the web server; a bad body is the service's refusal."""
        if request.path.startswith(ROOT):
            return errors.answer(request, Refused(error.code or 400, "/IWBEP/CM_MGW_RT/040", str(error.description)))
        return errors.answer(request, Turned(404, "", "The requested resource does not exist on this system."))

    def throttled(self, request: Request) -> Response:
        """Too many requests, with the time to wait."""
        wait = {"Retry-After": str(self.settings.retry_after)}
        return errors.answer(request, Refused(429, "429", "Too many requests: try again later.", headers=wait))

    def broken(self, request: Request) -> Response:
        """An internal error."""
        return errors.answer(request, Refused(500, "SY/530", "An internal server error occurred."))

    def reset(self) -> None:
        """Forget every record and session."""
        self.records.clear()
        self.sessions.expire()

    def load(self, records: list[dict[str, Any]]) -> int:
        """Seed records; `_changed` in the fields of a partner is the moment of its last change."""
        return acts.load(self.records, records)

    def create(self, object: str, fields: dict[str, Any]) -> str:
        """A user enters a record."""
        return acts.create(self.records, object, fields)

    def edit(self, object: str, id: str, fields: dict[str, Any], silent: bool) -> None:
        """A user changes a record and records below it."""
        acts.edit(self.records, acts.find(self.records, object, id), fields, silent=silent)

    def remove(self, object: str, id: str) -> None:
        """A user marks a partner for archiving, or deletes another record."""
        acts.remove(self.records, acts.find(self.records, object, id))

    def merge(self, object: str, winner: str, losers: list[str]) -> None:
        """A user blocks the losers and marks them for archiving."""
        rows = [acts.find(self.records, object, loser) for loser in losers]
        acts.merge(self.records, acts.find(self.records, object, winner), rows)

    def dump(self, object: str) -> list[dict[str, Any]]:
        """Every record of an entity set, deep."""
        return acts.dump(self.records, object)


def _single(found: Resource) -> Row:
    if found.row is None:
        raise Refused(405, "/IWBEP/CM_MGW_RT/039", "Change and delete one record, not a collection.")
    return found.row


def _match(request: Request, row: Row) -> None:
    """Optimistic lock: the tag the caller read must still be the record's (SAP KBA 3514624 for the 428)."""
    if not row.entity.tag:
        return
    given = request.headers.get("If-Match")
    if given is None:
        raise Refused(428, "SADL_ENTITY_RUNTIME/006", "Precondition required: send If-Match with the ETag you read.")
    if given != "*" and row.etag not in [tag.strip() for tag in given.split(",")]:
        raise Refused(412, "/IWBEP/CM_MGW_RT/041", "Precondition failed: the record was changed since it was read.")


def _payload(request: Request) -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise Refused(415, "/IWBEP/CM_MGW_RT/042", "Send JSON with Content-Type: application/json.")
    body = request.get_json()
    if not isinstance(body, dict):
        raise errors.bad("/IWBEP/CM_MGW_RT/043", "The body is not one JSON object.")
    inner = body.get("d", body)
    return inner if isinstance(inner, dict) else body
