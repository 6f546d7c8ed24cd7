"""The shop's state: a table per kind of record, unique values, and what is to be told to webhooks."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.sandbox.base import Clock, Refusal

# A record holds the names the API answers with; names that begin with an underscore are ours.
Record = dict[str, Any]

KINDS = (
    "Customer",
    "Company",
    "CompanyContact",
    "CompanyLocation",
    "CompanyContactRole",
    "CompanyContactRoleAssignment",
    "MetafieldDefinition",
    "WebhookSubscription",
    "BasicEvent",
    "Product",
    "ProductVariant",
    "Publication",
)
FIRST_ID = 7_100_000_000_001


class Refused(Refusal):
    """The shop's data rules forbid it: `errors` are the userErrors of a mutation, {field, message, code} each."""

    def __init__(self, *errors: Record) -> None:
        super().__init__(" ".join(f"{error['message']} ({'.'.join(error['field'] or ['-'])})." for error in errors))
        self.errors = list(errors)


def problem(field: list[str] | None, message: str, code: str = "INVALID") -> Record:
    """One userError."""
    return {"field": field, "message": message, "code": code}


def stamp(moment: datetime) -> str:
    """A moment as the API writes it: UTC, whole seconds. Such texts sort as the moments do."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def gid(kind: str, number: int) -> str:
    """A global id; addresses of customers carry the vendor's suffix."""
    suffix = "?model_name=CustomerAddress" if kind == "MailingAddress" else ""
    return f"gid://shopify/{kind}/{number}{suffix}"


def parse_gid(text: Any) -> tuple[str, int] | None:
    """Kind and number of a global id, None where it is not one."""
    if not isinstance(text, str) or not text.startswith("gid://shopify/"):
        return None
    kind, _, rest = text.removeprefix("gid://shopify/").partition("/")
    number = rest.partition("?")[0]
    return (kind, int(number)) if number.isdigit() else None


class Table:
    """Records of one kind, in the order of their ids and in the order of their last change."""

    def __init__(self) -> None:
        self.rows: dict[int, Record] = {}
        self.gone: dict[int, Record] = {}
        self.ids: list[tuple[int]] = []
        self.changed: list[tuple[str, int]] = []

    def put(self, record: Record) -> None:
        """Keep a new record, or move a changed one in the order of changes."""
        number = record["_number"]
        if number not in self.rows:
            insort(self.ids, (number,))
        else:
            self._forget_change(record)
        self.rows[number] = record
        record["_changed"] = (record["updatedAt"], number)
        insort(self.changed, record["_changed"])

    def drop(self, record: Record) -> None:
        """Take a record away; it stays among the deleted."""
        number = record["_number"]
        self._forget_change(record)
        del self.ids[bisect_left(self.ids, (number,))]
        self.gone[number] = self.rows.pop(number)

    def _forget_change(self, record: Record) -> None:
        del self.changed[bisect_left(self.changed, record["_changed"])]


@dataclass(frozen=True)
class Notice:
    """One thing that happened to a record, as a webhook tells it; `payload` is final from here on."""

    topic: str
    record: Record
    payload: Record

    @property
    def id(self) -> str:
        """The global id of the record."""
        return str(self.record["id"])


class Shop:
    """All state of one shop. Callers hold the sandbox's lock."""

    def __init__(self, options: dict[str, Any], clock: Clock) -> None:
        self.options = options
        self.clock = clock
        self.describe: Callable[[Shop, str, Record], list[Notice]] = lambda shop, verb, record: []
        self.witness: Callable[[Shop, str, Record], None] = lambda shop, verb, record: None
        self.loading = False
        self.silent = False
        self.clear()

    def clear(self) -> None:
        """Forget every record."""
        self.tables = {kind: Table() for kind in KINDS}
        self.unique: dict[tuple[str, ...], int] = {}
        self.addresses: dict[int, Record] = {}
        self.happened: dict[tuple[str, int, bool], tuple[str, Record]] = {}
        self.last_id = FIRST_ID

    @property
    def now(self) -> str:
        """The present second."""
        return stamp(self.clock.now())

    @contextmanager
    def mode(self, *, loading: bool = False, silent: bool = False) -> Iterator[None]:
        """Loading keeps given stamps and tells nobody; silent moves no stamp and tells nobody."""
        before = self.loading, self.silent
        self.loading, self.silent = loading, silent
        try:
            yield
        finally:
            self.loading, self.silent = before

    # ---- finding ----------------------------------------------------------------------------------------------------

    def rows(self, kind: str) -> dict[int, Record]:
        """The living records of a kind, by number."""
        return self.tables[kind].rows

    def find(self, kind: str, id: Any) -> Record | None:
        """The record of that global id, None where it is another kind's or nobody's."""
        parsed = parse_gid(id)
        return self.rows(kind).get(parsed[1]) if parsed and parsed[0] == kind else None

    def owner_of(self, *key: str, kind: str) -> Record | None:
        """The record that holds a unique value, such as ("email", "a@b.c")."""
        number = self.unique.get(key)
        return None if number is None else self.rows(kind).get(number)

    # ---- writing ----------------------------------------------------------------------------------------------------

    def number(self, kind: str, given: Any = None) -> int:
        """A new id number, or the given one (a number or a global id) while loading."""
        if given is None:
            self.last_id += 1
            return self.last_id
        parsed = parse_gid(given) or (kind, int(given))
        number = parsed[1]
        if kind in self.tables and (number in self.rows(kind) or number in self.tables[kind].gone):
            raise Refused(problem(["id"], f"There is or was a {kind} {number} already", "TAKEN"))
        self.last_id = max(self.last_id, number)
        return number

    def add(self, kind: str, fields: Record, claims: list[tuple[str, ...]], given: Record | None = None) -> Record:
        """Keep a new record with an id and stamps; `given` may bring `id`, `createdAt`, `updatedAt` while loading."""
        given = given or {}
        number = self.number(kind, given.get("id"))
        record = {
            "__typename": kind,
            "_number": number,
            "_claims": (),
            "id": gid(kind, number),
            "createdAt": self._given(given, "createdAt") or self._given(given, "updatedAt") or self.now,
            **fields,
        }
        record["updatedAt"] = self._given(given, "updatedAt") or record["createdAt"]
        self.claim(record, claims)
        self.tables[kind].put(record)
        self.tell("create", record)
        return record

    def save(self, record: Record, claims: list[tuple[str, ...]] | None = None, given: Record | None = None) -> None:
        """Keep a changed record: move its stamp and tell, as the mode of the moment asks."""
        if claims is not None:
            self.claim(record, claims)
        if not self.silent:
            record["updatedAt"] = self._given(given or {}, "updatedAt") or self.now
        self.tables[record["__typename"]].put(record)
        self.tell("update", record)

    def remove(self, record: Record, verb: str = "delete") -> None:
        """Delete a record and free its unique values."""
        self.claim(record, [])
        self.tell(verb, record)
        self.tables[record["__typename"]].drop(record)
        record["_goneAt"] = self.now

    def touch_company(self, number: int) -> None:
        """Move a company's stamp because a contact or location came, changed or went (option "touch_company").

        The vendor does not say whether it does so; with the option off, only webhooks and full reads show it.
        """
        record = self.rows("Company").get(number)
        if record is not None and self.options.get("touch_company", True) and not self.loading:
            self.save(record)

    def touch_product(self, record: Record) -> None:
        """Move the stamp of a changed variant's product and tell of it; does nothing for other records."""
        product = self.rows("Product").get(record.get("_product", 0))
        if product is not None:
            self.save(product)

    def tell(self, verb: str, record: Record) -> None:
        """Note what happened; several changes in one request are told once, a creation before a change."""
        if self.loading or self.silent:
            return
        key = (record["__typename"], record["_number"], verb == "consent")
        told = self.happened.get(key)
        if verb == "update" and told:
            return
        self.happened[key] = (verb, record)

    def take_notices(self) -> list[Notice]:
        """What happened since the last time, in the form webhooks carry."""
        happened, self.happened = list(self.happened.values()), {}
        for verb, record in happened:
            self.witness(self, verb, record)
        return [notice for verb, record in happened for notice in self.describe(self, verb, record)]

    def _given(self, given: Record, name: str) -> str | None:
        if not self.loading or not given.get(name):
            return None
        moment = datetime.fromisoformat(str(given[name]).replace("Z", "+00:00"))
        return stamp(moment.astimezone(self.clock.now().tzinfo))

    def claim(self, record: Record, claims: list[tuple[str, ...]]) -> None:
        """Replace the unique values a record holds."""
        for key in record["_claims"]:
            self.unique.pop(key, None)
        record["_claims"] = tuple(claims)
        for key in claims:
            self.unique[key] = record["_number"]
