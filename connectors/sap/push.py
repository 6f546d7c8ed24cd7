"""Bringing SAP to what the hub wants: read what is there, write the difference by segment, read back. Safe to repeat.

Reads go by many numbers at once, writes one by one. A partner that the hub does not know there yet is first looked for
by its crosswalk key, a relationship by its two ends, so that a lost reply never makes two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from connectors.base import FieldRow, Outcome, Payload
from connectors.errors import Conflict, ConnectorError, Gone, Permanent, Retriable
from connectors.sap import contacts, mapping, odata, plan, products, reading_products
from connectors.sap.client import Client
from connectors.sap.odata import Record, quoted
from connectors.sap.options import Options
from connectors.sap.push_products import Products
from connectors.sap.reading import CHUNK, KINDS, Kind, by_number, chunks
from connectors.sap.writes import Write
from mdm.contracts import Desired

EPOCH = datetime.min.replace(tzinfo=UTC)
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Task:
    """One Desired on its way: the number it has there, what was read, and what came of it."""

    desired: Desired
    number: str = ""
    body: Record | None = None
    at: datetime = EPOCH
    written: bool = False
    error: ConnectorError | None = None

    @property
    def what(self) -> str:
        return f"{self.desired.object_type} {self.number or 'of ' + self.desired.golden_id}"


@dataclass(frozen=True)
class Pusher:
    """One lane of a push: a client of its own, all of one object type."""

    client: Client
    added: tuple[FieldRow, ...]
    options: Options
    clock: Clock = field(default=lambda: datetime.now(UTC))

    def run(self, wanted: Sequence[Desired]) -> list[Outcome]:
        """One outcome each, in order; raises where reading already failed, so that nothing was decided."""
        tasks = [Task(desired, desired.external_id) for desired in wanted]
        kind = KINDS[wanted[0].object_type]
        writer: Writer = WRITERS[kind.object_type](self)
        writer.find([task for task in tasks if not task.number])
        self._read(kind, tasks)
        for task in tasks:
            self._bring(task, writer)
        self._read_back(kind, [task for task in tasks if task.written and task.number])
        return [self._outcome(kind, task) for task in tasks]

    def _read(self, kind: Kind, tasks: Sequence[Task]) -> None:
        at = self.clock()
        found = self._held(kind, [task.number for task in tasks if task.number], at)
        for task in tasks:
            task.body, task.at = found.get(task.number), at

    def _read_back(self, kind: Kind, tasks: Sequence[Task]) -> None:
        """What is held now, as seen from the moment before each write; what was written stays written if this fails."""
        try:
            found = self._held(kind, [task.number for task in tasks], self.clock())
        except ConnectorError as error:
            for task in tasks:
                task.body, task.error = None, task.error or error
        else:
            for task in tasks:
                task.body = found.get(task.number)

    def _held(self, kind: Kind, numbers: Sequence[str], at: datetime) -> dict[str, Record]:
        if kind.object_type == products.PRODUCT:
            return reading_products.whole(self.client, numbers, self.added, self.options, at)
        return by_number(self.client, kind, numbers, self.added, at)

    def _bring(self, task: Task, writer: Writer) -> None:
        try:
            if not task.number and task.desired.operation == "upsert":
                writer.create(task)
            elif task.body is None or writer.is_archived(task.body):
                raise Gone(f"{task.what}: SAP no longer uses it; it is not created again without a steward.")
            else:
                self._write(task, writer.plan(task, task.body))
        except ConnectorError as error:
            task.error = task.error or _named(error, task)

    def _write(self, task: Task, writes: Sequence[Write]) -> None:
        """All segments that can be written; the first refusal is kept, anything else stops the rest."""
        task.at = self.clock() if writes else task.at
        for write in writes:
            try:
                self.client.write(write, task.what, correlation_id=task.desired.correlation_id)
            except Permanent as refusal:
                task.error = task.error or refusal
            task.written = True

    def _outcome(self, kind: Kind, task: Task) -> Outcome:
        payloads: tuple[Payload, ...] = ()
        if task.body is not None and not isinstance(task.error, (Conflict, Gone)):
            payloads = (Payload(object_type=kind.object_type, external_id=task.number, body=task.body,
                                observed_at=task.at),)
        error = task.error
        if error is None and task.body is None:
            error = Gone(f"{task.what}: SAP no longer has it; it is not created again without a steward.")
        return Outcome(desired=task.desired, external_id=task.number, payloads=payloads, error=error)


class Writer(Protocol):
    """What differs between the object types."""

    def find(self, tasks: Sequence[Task]) -> None:
        """Give those a number that are there although the hub does not know it."""

    def create(self, task: Task) -> None:
        """Create it and give it its number."""

    def plan(self, task: Task, body: Record) -> list[Write]:
        """The writes that bring what was read to what is wanted."""

    def is_archived(self, body: Record) -> bool:
        """Whether it is there but no longer to be used."""


class Partners:
    """Writes business partners."""

    def __init__(self, lane: Pusher) -> None:
        self.lane = lane

    def find(self, tasks: Sequence[Task]) -> None:
        """By the identification that holds the crosswalk key."""
        by_key = {task.desired.crosswalk_key: task for task in tasks if task.desired.crosswalk_key}
        for keys in chunks(sorted(by_key), CHUNK):
            either = " or ".join(f"BPIdentificationNumber eq {quoted(key)}" for key in keys)
            query = {"$filter": f"BPIdentificationType eq {quoted(mapping.CROSSWALK)} and ({either})",
                     "$select": "BusinessPartner,BPIdentificationNumber"}
            for row in self.lane.client.read("A_BuPaIdentification", query, "identifications").records:
                task = by_key.get(str(row.get("BPIdentificationNumber")))
                if task is not None:
                    task.number = str(row.get("BusinessPartner"))

    def create(self, task: Task) -> None:
        """One deep POST. Where SAP refuses it because somebody else just made it, the next try will find it."""
        body = plan.creation(plan.wish(task.desired, self.lane.added, self.lane.options))
        write = Write("POST", "A_BusinessPartner", body)
        task.at = self.lane.clock()
        try:
            made = self.lane.client.write(write, task.what, correlation_id=task.desired.correlation_id)
        except Permanent:
            self.find([task])
            if task.number:
                sentence = f"{task.what}: it was created in SAP at the same moment; it is tried again."
                raise Retriable(sentence) from None
            raise
        task.number, task.written = _number(made, "BusinessPartner", task), True

    def plan(self, task: Task, body: Record) -> list[Write]:
        """By segment; what the hub knew as unknown is compared whole."""
        wish = plan.wish(task.desired, self.lane.added, self.lane.options)
        return plan.update(wish, body, task.at)

    def is_archived(self, body: Record) -> bool:
        """SAP deletes no partner but marks it for archiving."""
        return body.get(mapping.ARCHIVED) is True


class Relationships:
    """Writes contact relationships."""

    def __init__(self, lane: Pusher) -> None:
        self.lane = lane

    def find(self, tasks: Sequence[Task]) -> None:
        """By their two ends, of those that hold now."""
        by_ends = {_ends(task.desired.refs): task for task in tasks if all(_ends(task.desired.refs))}
        kind, at = KINDS[mapping.CONTACT], self.lane.clock()
        for some in _runs(list(by_ends), CHUNK):
            either = " or ".join(
                f"(BusinessPartnerPerson eq {quoted(person)} and BusinessPartnerCompany eq {quoted(company)})"
                for person, company in some
            )
            query = {**kind.query(self.lane.added), "$filter": either}
            for row in self.lane.client.read(kind.entity_set, query, kind.object_type).records:
                task = by_ends.get((str(row.get("BusinessPartnerPerson")), str(row.get("BusinessPartnerCompany"))))
                if task is not None and contacts.is_current(row, at, kind.object_type):
                    task.number = str(row.get("RelationshipNumber"))

    def create(self, task: Task) -> None:
        """The relationship with its function and department."""
        today = self.lane.clock().astimezone(self.lane.options.time_zone).date()
        body = contacts.creation(task.desired, self.lane.added, self.lane.options, today)
        write = Write("POST", "A_BusinessPartnerContact", body)
        task.at = self.lane.clock()
        made = self.lane.client.write(write, task.what, correlation_id=task.desired.correlation_id)
        task.number, task.written = _number(made, "RelationshipNumber", task), True

    def plan(self, task: Task, body: Record) -> list[Write]:
        """Function, department and the ways to reach the person at work; the ends of a relationship are its key."""
        if task.desired.operation == "block":
            return []
        changes = contacts.difference(task.desired, body, self.lane.added, self.lane.options)
        held = odata.one(body, contacts.FUNCTION, task.what)
        if not changes:
            return []
        if held is None:
            raise Permanent(f"{task.what}: SAP keeps no function and department for it; enter one there.")
        return [Write("PATCH", odata.path("A_BPContactToFuncAndDept", held), changes, etag=odata.etag(held))]

    def is_archived(self, body: Record) -> bool:
        """One that ended is gone."""
        return contacts.has_ended(body, self.lane.clock(), mapping.CONTACT)


WRITERS: Mapping[str, Callable[[Pusher], Writer]] = {
    mapping.PARTNER: Partners,
    mapping.CONTACT: Relationships,
    products.PRODUCT: Products,
}


def _named(error: ConnectorError, task: Task) -> ConnectorError:
    """The error as it concerns somebody who knows no number there yet, and so has nothing to read again."""
    if task.desired.external_id or not isinstance(error, (Conflict, Gone)):
        return error
    return (Retriable if isinstance(error, Conflict) else Permanent)(str(error), detail=error.detail)


def _ends(refs: Mapping[str, str]) -> tuple[str, str]:
    return refs.get("person", ""), refs.get("organisation", "")


def _runs(items: Sequence[tuple[str, str]], size: int) -> list[Sequence[tuple[str, str]]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _number(made: Record, name: str, task: Task) -> str:
    number = made.get(name)
    if not isinstance(number, str) or not number:
        raise Permanent(f"{task.what}: SAP answered the creation without a number; look for it there.", field=name)
    return number
