"""The connector of the recipe in connectors/README.md, taken from there and put through the acceptance suite."""

from __future__ import annotations

import base64
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

import connectors
from connectors import registry
from connectors.sandbox.base import Clock, Refusal, Sandbox, reply
from connectors.sandbox.server import listen
from tests.connectors.contract import Contract, Harness
from tests.connectors.sandbox.server import Running

README = Path(connectors.__file__).with_name("README.md") if connectors.__file__ else Path("connectors/README.md")
SECRETS = {"user": "hub", "password": "a-secret-of-the-test"}
Firm = dict[str, Any]


class Refused(Refusal):
    """A refusal of Tiny."""

    def __init__(self, status: int, error: str, field: str = "") -> None:
        super().__init__(error)
        self.status, self.field = status, field


class TinySystem(Sandbox):
    """Tiny as its users and API clients know it."""

    system = "tiny"

    def __init__(self) -> None:
        self.firms: dict[str, Firm] = {}
        super().__init__({}, Clock())

    def routes(self) -> list[Rule]:
        return [
            Rule("/firms", endpoint="changed", methods=["GET"]),
            Rule("/firms/<id>", endpoint="one", methods=["GET", "PATCH"]),
            Rule("/firms/by-key/<key>", endpoint="by_key", methods=["PUT"]),
        ]

    def changed(self, request: Request) -> Response:
        self._login(request)
        since, page = request.args["since"], int(request.args["page"])
        found = sorted((f for f in self.firms.values() if f["changed"] >= since), key=lambda f: (f["changed"], f["id"]))
        return reply({"firms": found[page * 3 : page * 3 + 3], "more": len(found) > page * 3 + 3})

    def one(self, request: Request, id: str) -> Response:
        self._login(request)
        if id not in self.firms or "deleted" in self.firms[id]:
            raise Refused(404, "no such firm")
        if request.method == "PATCH":
            self._store(id, request.get_json())
            self.wrote()
        return reply(self.firms[id])

    def by_key(self, request: Request, key: str) -> Response:
        self._login(request)
        found = next((id for id, firm in self.firms.items() if firm.get("key") == key), "")
        id = self._store(found or str(len(self.firms) + 1), {**request.get_json(), "key": key})
        self.wrote()
        return reply(self.firms[id])

    def _login(self, request: Request) -> None:
        proof = "Basic " + base64.b64encode(":".join(SECRETS.values()).encode()).decode()
        if request.headers.get("Authorization") != proof:
            raise Refused(401, "who are you?")

    def _store(self, id: str, values: Firm) -> str:
        firm = {**self.firms.get(id, {"id": id, "name": None}), **values}
        if not firm["name"]:
            raise Refused(422, "a firm needs a name", "name")
        self.firms[id] = firm | {"changed": self.clock.now().isoformat()}
        return id

    def refused(self, request: Request, refusal: Refusal) -> Response:
        assert isinstance(refusal, Refused)
        return reply({"error": str(refusal), "field": refusal.field}, refusal.status)

    def throttled(self, request: Request) -> Response:
        return reply({}, 429, {"Retry-After": "1"})

    def broken(self, request: Request) -> Response:
        return reply({}, 500)

    def create(self, object: str, fields: Firm) -> str:
        return self._store(str(len(self.firms) + 1), fields)

    def edit(self, object: str, id: str, fields: Firm, silent: bool = False) -> None:
        self._store(id, fields)

    def remove(self, object: str, id: str) -> None:
        self.firms[id] = {"id": id, "changed": self.clock.now().isoformat(), "deleted": True}

    def dump(self, object: str) -> list[Firm]:
        return list(self.firms.values())


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Iterator[None]:
    """The recipe's files, importable as connectors.tiny."""
    place = tmp_path_factory.mktemp("recipe")
    (place / "tiny").mkdir()
    (place / "tiny" / "__init__.py").touch()
    blocks = re.findall(r"^```python file=connectors/(\S+)\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL)
    assert [name for name, _ in blocks] == ["tiny/mapping.py", "tiny/client.py", "tiny/connector.py"]
    for name, code in blocks:
        (place / name).write_text(code)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connectors, "__path__", [*connectors.__path__, str(place)])
        patch.setattr(registry, "CONNECTORS", registry.CONNECTORS | {"tiny"})
        importlib.invalidate_caches()
        yield
    for name in [name for name in sys.modules if name.startswith("connectors.tiny")]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def running(installed) -> Iterator[Running]:
    """Tiny, listening."""
    server = listen(TinySystem(), "127.0.0.1", 0)
    Thread(target=server.serve_forever, daemon=True).start()
    yield Running(f"http://127.0.0.1:{server.port}")
    server.shutdown()
    server.server_close()


class TestTiny(Contract):
    @pytest.fixture
    def harness(self, running) -> Harness:
        def act(name, **body):
            return running.control(name, {"object": "Firm", **body})

        return Harness(
            running=running, kind="tiny", secrets=SECRETS, wrong_secret={"user": "hub", "password": "not-the-secret"},
            object_type="Firm", entity="customer", write="PUT /firms/by-key", too_long="legal_name",
            example=lambda n: {"party_type": "organisation", "legal_name": f"Bolt {n}", "emails": f"b{n}@example.com"},
            change=lambda n: {"legal_name": f"Bolt {n} Ltd", "phones|main": f"+1 555 {n}"},
            enter=lambda n: act("create", fields={"name": f"Nut {n}", "phone": "1"})["id"],
            entered=lambda n: {"party_type": "organisation", "legal_name": f"Nut {n}", "phones|main": "1"},
            edit=lambda id, n: act("edit", id=id, fields={"name": f"Nut {n} Inc"}),
            edited=lambda n: {"legal_name": f"Nut {n} Inc"},
            remove=lambda id: act("remove", id=id),
            refused=lambda n: {"party_type": "organisation", "emails": "a@b.example"},
            held=lambda key: sum(firm.get("key") == key for firm in running.dump("Firm")),
        )
