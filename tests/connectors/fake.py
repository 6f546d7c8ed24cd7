"""A system and its connector, in memory: does what the contract says, refuses and fails when told to."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.utils import timezone

from connectors import base, reach, registry
from connectors.errors import Gone, Permanent, Rejected, Retriable
from connectors.models import Access
from mdm import rules
from mdm.contracts import Desired, Ref, SourceChange
from mdm.engine.values import Json, Key
from mdm.models import Connection, DistributionRule
from tests.factories import rule_set

HELD = "party_type legal_name trade_name first_name last_name phones addresses emails tax_ids payment_terms segment"
HOLDS = frozenset(HELD.split())
ITEM_HOLDS = frozenset("product_type sku gtin names length prices blocked".split())
Id = tuple[str, str]


@dataclass
class System:
    """Its records by (object type, id), what was asked of it, and what it is to do wrong next."""

    code: str
    records: dict[Id, dict[str, Json]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    pushed: list[Desired] = field(default_factory=list)
    answers: dict[str, list[Exception]] = field(default_factory=lambda: defaultdict(list))  # by call, or by golden id
    lose_reply: bool = False
    upper: bool = False  # whether it stores names in capitals
    during_push: Callable[[], None] | None = None
    clock: int = 0

    def put(self, object_type: str, external_id: str, **body: Any) -> dict[str, Json]:
        """Somebody works in the system: the record as given."""
        self.clock += 1
        at = (timezone.now() - timedelta(hours=1) + timedelta(seconds=self.clock)).isoformat()
        kept = {"key": "", "native": {}, "refs": {}, "values": {}}
        self.records[object_type, external_id] = {**kept, **body, "at": at, "id": external_id}
        return self.records[object_type, external_id]

    def edit(self, object_type: str, external_id: str, **values: Json) -> None:
        """Somebody changes some values of a record."""
        record = self.records[object_type, external_id]
        self.put(object_type, external_id, **{**record, "values": {**record["values"], **values}})

    def of(self, object_type: str) -> dict[str, dict[str, Json]]:
        return {external_id: body for (kind, external_id), body in self.records.items() if kind == object_type}


SYSTEMS: dict[str, System] = {}


class Fake(base.Connector):
    """Object types Account, Contact and Item; `values` of a body are canonical, `native` holds run-time fields."""

    kind: ClassVar[str] = "fake"
    object_types: ClassVar[tuple[base.ObjectType, ...]] = (
        base.ObjectType(name="Account", entity="customer", holds=HOLDS),
        base.ObjectType(
            name="Contact",
            entity="contact",
            holds=frozenset({"role", "ids|golden"}),
            person_holds=frozenset({"first_name", "last_name", "emails"}),
            refs=("organisation",),
            parts=("Contact.Person",),
        ),
        base.ObjectType(name="Item", entity="product", holds=ITEM_HOLDS),
    )

    @property
    def system(self) -> System:
        return SYSTEMS[self.access.connection]

    def _called(self, call: str) -> None:
        self.system.calls.append(call)
        if self.system.answers[call]:
            raise self.system.answers[call].pop(0)

    def pull(self, object_type: str, cursor: Mapping[str, Json], *, full: bool = False) -> Iterator[base.Page]:
        self._called(f"pull {object_type}")
        since = "" if full else str(cursor.get("since", ""))
        found = sorted((body["at"], external_id) for external_id, body in self.system.of(object_type).items())
        found = [(at, external_id) for at, external_id in found if at >= since]
        for start in range(0, max(len(found), 1), 3):
            page = found[start : start + 3]
            payloads = tuple(self._payload(object_type, external_id) for _, external_id in page)
            yield base.Page(payloads=payloads, cursor={"since": page[-1][0] if page else since})
            self._called(f"page {object_type}")

    def fetch(self, object_type: str, external_ids: Sequence[str]) -> list[base.Payload]:
        self._called(f"fetch {object_type}")
        return [self._payload(object_type, external_id) for external_id in external_ids]

    def _payload(self, object_type: str, external_id: str) -> base.Payload:
        body = self.system.records.get((object_type, external_id), {})
        copy = json.loads(json.dumps(body))
        return base.Payload(object_type=object_type, external_id=external_id, body=copy, observed_at=timezone.now())

    def map(self, payload: base.Payload) -> list[SourceChange]:
        whole = next(found for found in self.object_types if found.name == payload.object_type)
        if not payload.body:
            parts = [(whole.name, whole.entity), *((name, "customer") for name in whole.parts)]
            return [self._change(payload, name, entity, kind="delete") for name, entity in parts]
        if "unreadable" in payload.body:
            raise Permanent(f"Account {payload.external_id}: field 'Name' holds a list where a text was expected.")
        if "broken" in payload.body:
            raise KeyError("Name")
        values = {**payload.body["values"], **self._added(payload)}
        key = payload.body["key"]
        if not whole.parts:
            return [self._change(payload, whole.name, whole.entity, attributes=values, crosswalk_key=key)]
        person = {key: value for key, value in values.items() if Key.parse(key).name in whole.person_holds}
        role = {key: value for key, value in values.items() if key not in person and key != "party_type"}
        refs = {"person": Ref("Contact.Person", payload.external_id)}
        refs |= {name: Ref("Account", value) for name, value in payload.body["refs"].items()}
        return [
            self._change(payload, "Contact", "contact", attributes=role, refs=refs, crosswalk_key=key),
            self._change(payload, "Contact.Person", "customer", attributes={"party_type": "person", **person},
                         crosswalk_key=key),
        ]  # fmt: skip

    def _added(self, payload: base.Payload) -> dict[str, Json]:
        rows = [row for row in self.access.fields if row.object_type == payload.object_type and row.read]
        native = payload.body["native"]
        return {row.key: native[row.native] for row in rows if native.get(row.native) is not None}

    def _change(self, payload: base.Payload, object_type: str, entity: str, **more: Any) -> SourceChange:
        at = payload.body.get("at")
        change = SourceChange(
            connection=self.access.connection, object_type=object_type, external_id=payload.external_id, entity=entity,
            kind="snapshot", source_time=payload.observed_at, observed_at=payload.observed_at, raw=payload.body,
        )  # fmt: skip
        return replace(change, **more, **({"source_time": timezone.datetime.fromisoformat(str(at))} if at else {}))

    def represent(self, object_type: str, attributes: Mapping[str, Json]) -> dict[str, Json]:
        if any(value == "explode" for value in attributes.values()):
            raise ZeroDivisionError("a bug of the connector")
        added = {row.key for row in self.access.fields if row.object_type == object_type and row.write}
        out = {}
        for key, value in attributes.items():
            if Key.parse(key).name in HOLDS | ITEM_HOLDS | added | {"ids", "role"}:
                out[key] = value[:20] if isinstance(value, str) and key == "legal_name" else value
        return out

    def push(self, wanted: Sequence[Desired]) -> list[base.Outcome]:
        self._called(f"push {wanted[0].object_type}")
        if self.system.during_push:
            self.system.during_push()
        return [self._push(one) for one in wanted]

    def _push(self, wanted: Desired) -> base.Outcome:
        scripted = self.system.answers[wanted.golden_id]
        if scripted:
            error = scripted.pop(0)
            if not isinstance(error, base.ConnectorError):
                raise error
            return base.Outcome(desired=wanted, error=error)
        before = timezone.now()
        external_id = wanted.external_id or self._by_key(wanted)
        if wanted.external_id and (wanted.object_type, wanted.external_id) not in self.system.records:
            return base.Outcome(desired=wanted, error=Gone(f"{wanted.external_id} no longer exists."))
        self.system.pushed.append(wanted)
        self._write(wanted, external_id)
        if self.system.lose_reply:
            raise Retriable("The connection broke before the answer came.")
        payload = replace(self._payload(wanted.object_type, external_id), observed_at=before)
        return base.Outcome(desired=wanted, external_id=external_id, payloads=(payload,))

    def _by_key(self, wanted: Desired) -> str:
        held = self.system.of(wanted.object_type)
        known = [external_id for external_id, body in held.items() if body["key"] == wanted.crosswalk_key]
        return known[0] if known else f"{self.system.code}-{len(held) + 1}"

    def _write(self, wanted: Desired, external_id: str) -> None:
        body = self.system.records.get((wanted.object_type, external_id)) or {}
        values, native = dict(body.get("values", {})), dict(body.get("native", {}))
        rows = {row.key: row.native for row in self.access.fields if row.write}
        everything = {**{f"ids|{name}": value for name, value in wanted.ids.items()}, **wanted.attributes}
        for key in wanted.changed:
            held, name = (native, rows[key]) if key in rows else (values, key)
            value = everything.get(key)
            held.pop(name, None) if value is None else held.update({name: value})
        if self.system.upper and "legal_name" in values:
            values["legal_name"] = str(values["legal_name"]).upper()
        refs = {**body.get("refs", {}), **{name: value for name, value in wanted.refs.items() if name != "person"}}
        self.system.put(
            wanted.object_type, external_id, values=values, native=native, refs=refs, key=wanted.crosswalk_key
        )

    def event(self, headers: Mapping[str, str], body: bytes) -> base.Event:
        if headers.get("x-signature") != "genuine":
            raise Rejected("The signature does not fit the body.", status=401)
        try:
            found = json.loads(body)
            named = [(one["type"], one["id"]) for one in found["changed"]]
        except (ValueError, KeyError, TypeError):
            raise Rejected("The body is no list of changes.") from None
        empty: dict[str, Json] = {}
        payloads = tuple(
            base.Payload(object_type=kind, external_id=pk, body=empty, observed_at=timezone.now()) for kind, pk in named
        )
        return base.Event(key=headers.get("x-event", "") or found["event"], topic="changed", payloads=payloads)


@pytest.fixture
def fakes(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, System]:
    """Three systems the hub writes to: crm and erp hold firms, and contacts with an e-mail; the store holds both."""
    genuine = registry.connector_class
    monkeypatch.setattr(registry, "CONNECTORS", registry.CONNECTORS | {"fake"})
    monkeypatch.setattr(registry, "connector_class", lambda kind: Fake if kind == "fake" else genuine(kind))
    reach._live.clear()
    rules._load.cache_clear()  # a test that is rolled back gives its revisions to the next
    SYSTEMS.clear()
    for role in ("crm", "erp", "store"):
        connect(role)
    return SYSTEMS


def connect(role: str, code: str = "", mode: str = "write") -> Connection:
    """One more fake system with access and distribution rows for firms and contacts."""
    code = code or role
    row = Connection.objects.create(code=code, name=code.upper(), kind="fake", role=role, mode=mode, country="DE")
    Access.objects.create(connection=row, base_url=f"https://{code}.example")
    distribute(row, "Account", "customer", {"party_type": "organisation"})
    distribute(row, "Contact", "contact", {})
    SYSTEMS[code] = System(code)
    return row


def distribute(row: Connection, object_type: str, entity: str, conditions: dict[str, Json], **more: bool) -> None:
    DistributionRule.objects.create(
        rule_set=rule_set(), connection=row, object_type=object_type, entity=entity, conditions=conditions, **more
    )
