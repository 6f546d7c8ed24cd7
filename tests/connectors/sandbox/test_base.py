"""What all simulated systems share: faults, controls, counters, keep-alive, one process each."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from connectors.sandbox import build
from connectors.sandbox.base import Clock, Refusal, Sandbox, reply
from connectors.sandbox.server import listen
from tests.connectors.sandbox.server import PROJECT, Running, running


class Shelf(Sandbox):
    """The smallest system: things by id."""

    system = "shelf"
    things: dict[str, Any]

    def routes(self) -> list[Rule]:
        return [Rule("/things/<id>", endpoint="thing", methods=["GET", "PUT"])]

    def thing(self, request: Request, id: str) -> Response:
        if id == "bug":
            raise RuntimeError("a mistake of ours")
        if id == "forbidden":
            raise Refusal("Nobody may touch this.")
        if request.method == "PUT":
            self.things[id] = request.get_data(as_text=True)
            self.wrote()
        return reply({"id": id, "held": self.things.get(id)}, headers={"Client": request.environ["REMOTE_PORT"]})

    def reset(self) -> None:
        self.things = {}

    def load(self, records: list[dict[str, Any]]) -> int:
        self.things.update((record["fields"]["id"], record["fields"]["held"]) for record in records)
        return len(records)

    def dump(self, object: str) -> list[dict[str, Any]]:
        return [{"id": id, "held": held} for id, held in self.things.items()]

    def refused(self, request: Request, refusal: Refusal) -> Response:
        return reply({"vendor": str(refusal)}, 422)

    def unknown(self, request: Request, error: HTTPException) -> Response:
        return reply({"vendor": "unknown"}, error.code or 400)

    def throttled(self, request: Request) -> Response:
        return reply({"vendor": "slower"}, 429)

    def broken(self, request: Request) -> Response:
        return reply({"vendor": "broken"}, 500)


@pytest.fixture
def shelf() -> Iterator[Running]:
    sandbox = Shelf({}, Clock())
    sandbox.reset()
    server = listen(sandbox, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield Running(f"http://127.0.0.1:{server.port}")
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/things/a", 200, {"id": "a", "held": None}),
        ("GET", "/things/a/", 200, {"id": "a", "held": None}),
        ("PUT", "/things/a", 200, {"id": "a", "held": "x"}),
        ("POST", "/things/a", 405, {"vendor": "unknown"}),
        ("GET", "/elsewhere", 404, {"vendor": "unknown"}),
        ("GET", "/things/forbidden", 422, {"vendor": "Nobody may touch this."}),
        ("GET", "/things/bug", 500, {"vendor": "broken"}),
    ],
)
def test_whatever_is_asked_the_answer_has_the_vendors_form(
    shelf: Running, method: str, path: str, status: int, body: dict[str, Any]
) -> None:
    answer = shelf.http.request(method, shelf.url + path, data="x" if method == "PUT" else None)
    assert (answer.status_code, answer.json()) == (status, body)


def test_a_connection_serves_many_requests(shelf: Running) -> None:
    bodies: list[Any] = [b"whole", iter([b"in ", b"pieces"]), b"whole"]
    answers = [shelf.http.put(f"{shelf.url}/things/{place}", data=body) for place, body in enumerate(bodies)]
    assert [thing["held"] for thing in shelf.dump("thing")] == ["whole", "in pieces", "whole"]
    assert len({answer.headers["Client"] for answer in answers}) == 1


@pytest.mark.parametrize(("kind", "status"), [("throttle", 429), ("error", 500)])
def test_a_fault_answers_in_the_vendors_form_and_is_used_up(shelf: Running, kind: str, status: int) -> None:
    shelf.control("fault", {"kind": kind, "times": 2, "match": "^PUT /things/"})
    codes = [shelf.http.put(f"{shelf.url}/things/a", data="x").status_code for _ in range(3)]
    assert codes == [status, status, 200]
    assert shelf.control("counters", method="GET")["writes"] == 1


def test_a_fault_leaves_requests_alone_that_it_does_not_match(shelf: Running) -> None:
    shelf.control("fault", {"kind": "error", "times": None, "match": "^PUT"})
    assert shelf.http.get(f"{shelf.url}/things/a").status_code == 200
    assert shelf.http.put(f"{shelf.url}/things/a").status_code == 500
    shelf.control("fault", method="DELETE")
    assert shelf.http.put(f"{shelf.url}/things/a").status_code == 200


@pytest.mark.parametrize(("kind", "held"), [("down", None), ("lost_reply", "x")])
def test_the_connection_closes_without_an_answer(shelf: Running, kind: str, held: str | None) -> None:
    shelf.control("fault", {"kind": kind, "times": 1})
    with pytest.raises(requests.ConnectionError):
        shelf.http.put(f"{shelf.url}/things/a", data="x")
    assert shelf.http.get(f"{shelf.url}/things/a").json()["held"] == held


def test_a_slow_answer_does_not_keep_others_waiting(shelf: Running) -> None:
    shelf.control("fault", {"kind": "slow", "times": 1, "seconds": 0.5, "match": "/things/slow"})
    took: list[float] = []

    def ask() -> None:
        began = time.monotonic()
        requests.get(f"{shelf.url}/things/slow", timeout=5)
        took.append(time.monotonic() - began)

    thread = threading.Thread(target=ask)
    thread.start()
    began = time.monotonic()
    assert shelf.http.get(f"{shelf.url}/things/a").status_code == 200
    assert time.monotonic() - began < 0.4
    thread.join()
    assert took[0] >= 0.5


def test_counters_count_the_api_and_not_the_controls(shelf: Running) -> None:
    shelf.control("load", {"records": [{"object": "thing", "fields": {"id": "a", "held": 1}}]})
    shelf.http.put(f"{shelf.url}/things/b", data="x")
    shelf.http.get(f"{shelf.url}/elsewhere")
    expected = {"requests": 2, "writes": 1, "by_path": {"PUT /things/<id>": 1}}
    assert shelf.control("counters", method="GET") == expected
    shelf.control("reset")
    assert shelf.control("counters", method="GET") == {"requests": 0, "writes": 0, "by_path": {}}
    assert shelf.dump("thing") == []


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("fault", {"kind": "earthquake"}, "There is no fault 'earthquake'"),
        ("fault", {"kind": "down", "match": "("}, "Not a control request we understand"),
        ("load", {}, "Not a control request we understand"),
        ("nothing", {}, "not found"),
    ],
)
def test_a_control_that_makes_no_sense_is_refused(shelf: Running, name: str, body: dict[str, Any], says: str) -> None:
    answer = shelf.http.post(f"{shelf.url}/_control/{name}", json=body)
    assert answer.status_code in (400, 404)
    assert says in answer.json()["error"]


def test_controls_answer_to_the_same_machine_only() -> None:
    sandbox = Shelf({}, Clock())
    client = Client(sandbox)
    assert client.get("/_control/health", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403
    assert client.get("/_control/health", environ_base={"REMOTE_ADDR": "127.0.0.1"}).status_code == 200


def test_a_system_runs_as_a_process_without_django() -> None:
    with running("salesforce") as salesforce:
        assert salesforce.control("health", method="GET") == {"system": "salesforce", "ready": True}
    probe = "import sys, connectors.sandbox.salesforce; print('django' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", probe], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_an_unknown_system_is_named() -> None:
    with pytest.raises(
        ValueError, match="There is no simulated system 'oracle'; choose one of salesforce, sap, shopify"
    ):
        build("oracle")


def test_an_idle_process_ends_on_a_signal() -> None:
    command = [sys.executable, "-m", "connectors.sandbox", "salesforce"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT, env=os.environ.copy())
    assert process.stdout is not None
    process.stdout.readline()
    process.terminate()
    assert process.wait(5) != 0
    process.stdout.close()
