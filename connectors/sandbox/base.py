"""What every simulated system shares: routing, one lock around the state, faults, controls, counters, a clock."""

from __future__ import annotations

import json
import re
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, Rule
from werkzeug.wrappers import Request, Response

from connectors.sandbox.server import Dropped

FAULTS = ("down", "slow", "throttle", "error", "lost_reply")


class Clock:
    """Time as the systems tell it: UTC, whole seconds. `monotonic` is for buckets and expiries."""

    def now(self) -> datetime:
        """The present second."""
        return datetime.now(UTC).replace(microsecond=0)

    def monotonic(self) -> float:
        """Seconds from an arbitrary start."""
        return time.monotonic()


class Refusal(Exception):
    """The system's rules forbid what was asked; its text is a sentence. Each system derives its own form."""


@dataclass
class Fault:
    """One planned misbehaviour: `times` left (None = until cleared), for requests whose text matches."""

    kind: str
    times: int | None = 1
    match: str | None = None
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in FAULTS:
            raise Refusal(f"There is no fault {self.kind!r}; choose one of {', '.join(FAULTS)}.")
        self._pattern = re.compile(self.match or "")

    def strikes(self, text: str) -> bool:
        """Whether it hits this request; uses up one of its times if so."""
        if self.times == 0 or not self._pattern.search(text):
            return False
        self.times = None if self.times is None else self.times - 1
        return True


def reply(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status, headers, content_type="application/json;charset=UTF-8")


class Sandbox:
    """One simulated system. Subclasses give the routes, the state, the vendor's forms of refusal and users' acts.

    Handlers are methods `name(self, request, **parts_of_the_path) -> Response`, named by the endpoint of their Rule and
    run under `self.lock`. They raise the system's own Refusal for what its rules forbid.
    """

    system: str = ""

    def __init__(self, options: dict[str, Any], clock: Clock) -> None:
        self.options = options
        self.clock = clock
        self.lock = threading.RLock()
        self.faults: list[Fault] = []
        self.requests = 0
        self.writes = 0
        self.by_path: Counter[str] = Counter()
        self._map = Map(
            [*_control_rules(), *self.controls(), *self.routes()], strict_slashes=False, merge_slashes=False
        )

    # ---- what a system must say -----------------------------------------------------------------------------------

    def routes(self) -> list[Rule]:
        """The API's rules; the endpoint of each is a method's name."""
        raise NotImplementedError

    def controls(self) -> list[Rule]:
        """Further rules under /_control/ that only this system has."""
        return []

    def refused(self, request: Request, refusal: Refusal) -> Response:
        """The vendor's form of a refusal."""
        raise NotImplementedError

    def unknown(self, request: Request, error: HTTPException) -> Response:
        """The vendor's form for a path, method or body we do not simulate."""
        raise NotImplementedError

    def throttled(self, request: Request) -> Response:
        """The vendor's form of too many requests."""
        raise NotImplementedError

    def broken(self, request: Request) -> Response:
        """The vendor's form of an internal error."""
        raise NotImplementedError

    def reset(self) -> None:
        """Forget every record."""
        raise NotImplementedError

    def load(self, records: list[dict[str, Any]]) -> int:
        """Seed many `{"object", "fields"}` past the credentials but not past the data rules; returns how many."""
        raise NotImplementedError

    def create(self, object: str, fields: dict[str, Any]) -> str:
        """A user of the system enters a record; returns its id."""
        raise NotImplementedError

    def edit(self, object: str, id: str, fields: dict[str, Any], silent: bool) -> None:
        """A user of the system changes a record; silent moves no stamp and sends no webhook (a drift)."""
        raise NotImplementedError

    def remove(self, object: str, id: str) -> None:
        """A user of the system deletes a record."""
        raise NotImplementedError

    def merge(self, object: str, winner: str, losers: list[str]) -> None:
        """A user of the system merges the losers into the winner."""
        raise NotImplementedError

    def dump(self, object: str) -> list[dict[str, Any]]:
        """Every record of an object, deleted ones flagged."""
        raise NotImplementedError

    # ---- what a system may change ---------------------------------------------------------------------------------

    def fault_text(self, request: Request) -> str:
        """What a fault's `match` is tried on."""
        return f"{request.method} {request.path}"

    def counter_key(self, request: Request, rule: Rule) -> str:
        """Under which name a request is counted in `by_path`."""
        return f"{request.method} {rule.rule}"

    def admit(self, request: Request, rule: Rule) -> None:
        """Refuse a request before its handler sees it (credentials, quotas); runs under the lock."""

    def wrote(self, records: int = 1) -> None:
        """Handlers report how many records an API call wrote."""
        self.writes += records

    def finished(self, request: Request, response: Response) -> Response:
        """A last touch to each answer of the API, such as a usage header."""
        return response

    # ---- one request ----------------------------------------------------------------------------------------------

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        adapter = self._map.bind_to_environ(environ)
        answer = self._control if request.path.startswith("/_control") else self._api
        return answer(request, adapter)(environ, start_response)

    def _api(self, request: Request, adapter: MapAdapter) -> Response:
        with self.lock:
            self.requests += 1
            faults = [fault for fault in self.faults if fault.strikes(self.fault_text(request))]
        for fault in faults:
            if fault.kind == "slow":
                time.sleep(fault.seconds)
        kinds = {fault.kind for fault in faults}
        if "down" in kinds:
            raise Dropped
        if "throttle" in kinds:
            return self.finished(request, self.throttled(request))
        if "error" in kinds:
            return self.finished(request, self.broken(request))
        response = self._handle(request, adapter)
        if "lost_reply" in kinds:
            raise Dropped
        return response

    def _handle(self, request: Request, adapter: MapAdapter) -> Response:
        try:
            rule, parts = adapter.match(return_rule=True)
            with self.lock:
                self.by_path[self.counter_key(request, rule)] += 1
                self.admit(request, rule)
                response: Response = getattr(self, rule.endpoint)(request, **parts)
        except Refusal as refusal:
            response = self.refused(request, refusal)
        except HTTPException as error:
            response = self.unknown(request, error)
        except Exception:  # a mistake of ours must look like a mistake of the vendor's
            traceback.print_exc(file=sys.stderr)
            response = self.broken(request)
        return self.finished(request, response)

    # ---- controls -------------------------------------------------------------------------------------------------

    def _control(self, request: Request, adapter: MapAdapter) -> Response:
        if not ip_address(request.remote_addr or "0.0.0.0").is_loopback:
            return reply({"error": "Controls answer to this machine only."}, 403)
        try:
            endpoint, parts = adapter.match()
            with self.lock:
                response: Response = getattr(self, endpoint)(request, **parts)
            return response
        except Refusal as refusal:
            return reply({"error": str(refusal)}, 400)
        except HTTPException as error:
            return reply({"error": error.description}, error.code or 400)
        except (KeyError, TypeError, ValueError, re.error) as error:
            return reply({"error": f"Not a control request we understand: {error!r}"}, 400)

    def control_health(self, request: Request) -> Response:
        """Say that we listen."""
        return reply({"system": self.system, "ready": True})

    def control_load(self, request: Request) -> Response:
        """Seed records."""
        return reply({"loaded": self.load(request.get_json()["records"])})

    def control_create(self, request: Request) -> Response:
        """A user's new record."""
        body = request.get_json()
        return reply({"id": self.create(body["object"], body["fields"])}, 201)

    def control_edit(self, request: Request) -> Response:
        """A user's edit."""
        body = request.get_json()
        self.edit(body["object"], str(body["id"]), body["fields"], bool(body.get("silent", False)))
        return reply({})

    def control_remove(self, request: Request) -> Response:
        """A user's deletion."""
        body = request.get_json()
        self.remove(body["object"], str(body["id"]))
        return reply({})

    def control_merge(self, request: Request) -> Response:
        """A user's merge."""
        body = request.get_json()
        self.merge(body["object"], str(body["winner"]), [str(loser) for loser in body["losers"]])
        return reply({})

    def control_dump(self, request: Request) -> Response:
        """Every record of one object."""
        return reply({"records": self.dump(request.args["object"])})

    def control_counters(self, request: Request) -> Response:
        """How much the API was used since the last reset; control requests do not count."""
        return reply({"requests": self.requests, "writes": self.writes, "by_path": dict(self.by_path)})

    def control_reset(self, request: Request) -> Response:
        """Forget records, faults and counters."""
        self.reset()
        self.faults.clear()
        self.requests = self.writes = 0
        self.by_path.clear()
        return reply({})

    def control_fault(self, request: Request) -> Response:
        """Plan one fault (POST) or clear all (DELETE)."""
        if request.method == "DELETE":
            self.faults.clear()
        else:
            self.faults.append(Fault(**request.get_json()))
        return reply({"faults": [asdict(fault) for fault in self.faults]})


def _control_rules() -> list[Rule]:
    posts = ("load", "create", "edit", "remove", "merge", "reset")
    gets = ("health", "dump", "counters")
    return [
        *(Rule(f"/_control/{name}", endpoint=f"control_{name}", methods=["POST"]) for name in posts),
        *(Rule(f"/_control/{name}", endpoint=f"control_{name}", methods=["GET"]) for name in gets),
        Rule("/_control/fault", endpoint="control_fault", methods=["POST", "DELETE"]),
    ]
