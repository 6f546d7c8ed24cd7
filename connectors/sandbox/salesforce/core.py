"""What all resources of the simulated organisation stand on: options, sessions, the forms of refusal, the records."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from connectors.sandbox.base import Clock, Refusal, Sandbox, reply
from connectors.sandbox.salesforce import errors
from connectors.sandbox.salesforce.query import Cursors
from connectors.sandbox.salesforce.records import Records
from connectors.sandbox.salesforce.schema import OBJECTS, SObject
from connectors.sandbox.salesforce.sessions import Sessions
from connectors.sandbox.salesforce.store import stamp

DATA = "/services/data/v<version>"
LONGEST_URI = 16_384


class Organisation(Sandbox):
    """State and common forms. Options: client_id, client_secret, public_key (PEM, for JWT bearer), username,
    session_seconds, daily_limit (API calls).
    """

    system = "salesforce"

    def __init__(self, options: dict[str, Any], clock: Clock) -> None:
        self.sessions = Sessions(options, clock)
        self.daily_limit = int(options.get("daily_limit", 100_000))
        self.calls = 0
        self.cursors = Cursors()
        self.records = Records(lambda: stamp(clock.now()))
        super().__init__(options, clock)

    def reset(self) -> None:
        """Forget records, cursors and the calls counted; tokens stay good."""
        self.records.clear()
        self.cursors = Cursors()
        self.calls = 0

    # ---- before and after a handler -------------------------------------------------------------------------------

    def admit(self, request: Request, rule: Rule) -> None:
        """Every data resource but the list of versions needs a session and counts against the daily limit."""
        if not rule.rule.startswith(DATA):
            return
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in ("bearer", "oauth") or not self.sessions.good(token):
            raise errors.session_expired()
        self.calls += 1
        if self.calls > self.daily_limit:
            raise errors.limit_exceeded()

    def finished(self, request: Request, response: Response) -> Response:
        """Tell the use of the API on every answer of it."""
        if request.path.startswith("/services/data/"):
            response.headers["Sforce-Limit-Info"] = f"api-usage={min(self.calls, self.daily_limit)}/{self.daily_limit}"
        return response

    def refused(self, request: Request, refusal: Refusal) -> Response:
        """A list with one error."""
        if not isinstance(refusal, errors.Refused):
            refusal = errors.Refused("UNKNOWN_EXCEPTION", str(refusal), status=500)
        return reply(refusal.body(), refusal.status)

    def unknown(self, request: Request, error: HTTPException) -> Response:
        """What is not simulated: not found, or a method the resource does not have."""
        if isinstance(error, MethodNotAllowed):
            allowed = ",".join(sorted(error.valid_methods or ()))
            text = f"HTTP Method '{request.method}' not allowed. Allowed are {allowed}"
            return self.refused(request, errors.Refused("METHOD_NOT_ALLOWED", text, status=405))
        return self.refused(request, errors.no_resource())

    def throttled(self, request: Request) -> Response:
        """The daily limit as if it were reached."""
        return self.refused(request, errors.limit_exceeded())

    def broken(self, request: Request) -> Response:
        """An internal error."""
        text = "An unexpected error occurred. Please include this ErrorId if you contact support: 1234567890-1 (1)"
        return self.refused(request, errors.Refused("UNKNOWN_EXCEPTION", text, status=500))

    # ---- reading a request ----------------------------------------------------------------------------------------

    def sobject(self, name: str) -> SObject:
        """The object a path names; an unknown one is a resource that does not exist."""
        found = OBJECTS.get(name.lower())
        if found is None:
            raise errors.no_resource()
        return found

    def base(self, version: str) -> str:
        """The path of an API version."""
        return f"/services/data/v{version}"

    def body(self, request: Request) -> dict[str, Any]:
        """The JSON object a request carries."""
        try:
            found = json.loads(request.get_data() or b"null")
        except ValueError as error:
            raise errors.malformed_json(f"Unexpected character at [line:1, column:1]: {error}") from None
        if not isinstance(found, dict):
            raise errors.malformed_json("Cannot deserialize request body: an object is expected at [line:1, column:1]")
        return found

    def last_part(self, request: Request, parts: int) -> str:
        """What follows the first `parts` segments of the path, where a slash of a value may come encoded."""
        raw = str(request.environ.get("RAW_URI", request.path)).partition("?")[0]
        return unquote(raw.split("/", parts + 1)[-1])
