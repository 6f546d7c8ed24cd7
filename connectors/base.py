"""The contract between the hub and a connector: what a connector declares and the few things it can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from connectors.errors import ConnectorError
from mdm.contracts import Desired, SourceChange
from mdm.engine.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """A mapping row an admin added at run time: native field <-> key, e.g. `Dealer_Tier__c` <-> `dealer_tier`."""

    object_type: str
    native: str
    key: str
    read: bool = True
    write: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to reach one connection: address, decrypted secrets (never logged), options and run-time mapping rows."""

    connection: str
    base_url: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: Mapping[str, Json] = field(default_factory=dict)
    fields: tuple[FieldRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectType:
    """One kind of object a connector reads and writes.

    `holds`: canonical keys without value ids it can hold (`phones|main`); a name alone stands for all its contexts.
    `person_holds`: for a contact object that carries its person's own attributes too (Salesforce Contact).
    `needs`: (end, key) pairs of a relation: what the record at that end must hold there before the relation can be.
    `writable`: whether the hub may create or update it; `parts`: object types of the other source records that
    its payload yields (`Contact.Person`).
    """

    name: str
    entity: str
    holds: frozenset[str] = frozenset()
    person_holds: frozenset[str] = frozenset()
    refs: tuple[str, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    parts: tuple[str, ...] = ()
    writable: bool = True


@dataclass(frozen=True, slots=True)
class Stamp:
    """An object of the system, and when it last changed by the system's own word at some moment."""

    object_type: str
    external_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One object as the system gave it, in native form; an empty body means the system no longer has it.

    `changed_at`: of an object an event names, the stamp it had then, so that the echo of our own write is not read.
    `whole`: where an event names an object as a part of a larger one, whose fields it shows too: that one.
    """

    object_type: str
    external_id: str
    body: Mapping[str, Json]
    observed_at: datetime
    changed_at: datetime | None = None
    whole: Stamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a pull; `cursor` is stored in one transaction with the payloads and given back to go on from here."""

    payloads: tuple[Payload, ...]
    cursor: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A verified webhook: what it names, to be fetched by a worker; `key` is the same on every re-delivery.

    `payloads` with a body are taken as they are (deletes, merges); those without are fetched.
    """

    key: str
    topic: str
    payloads: tuple[Payload, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one Desired: the payloads the system now answers with, or the error.

    `payloads` has the same form as a pulled one, read after the write, so that `map` understands it.
    `observed_at` of these payloads is the moment before the write was sent.
    `moved`: stamps that this write, as its own answer tells, gave to other objects without changing what we read of
    them: a notice with just such a stamp is its echo.
    """

    desired: Desired
    external_id: str = ""
    payloads: tuple[Payload, ...] = ()
    moved: tuple[Stamp, ...] = ()
    error: ConnectorError | None = None


class Connector(ABC):
    """One connection's way to its system. Holds no state that outlives the process; opens HTTP sessions lazily."""

    kind: ClassVar[str]
    object_types: ClassVar[tuple[ObjectType, ...]]
    secret_names: ClassVar[tuple[str, ...]] = ()  # the secrets an admin is asked for

    def __init__(self, access: Access) -> None:
        self.access = access

    @abstractmethod
    def pull(self, object_type: str, cursor: Mapping[str, Json], *, full: bool = False) -> Iterator[Page]:
        """Yield pages of what changed since `cursor` (inclusive, overlapping), deletes and merges among them.

        An empty cursor or `full` reads everything. Raises ConnectorError; pages already yielded stay good.
        """

    @abstractmethod
    def fetch(self, object_type: str, external_ids: Sequence[str]) -> list[Payload]:
        """Read these objects now; one the system no longer has comes back with an empty body."""

    @abstractmethod
    def map(self, payload: Payload) -> list[SourceChange]:
        """Translate one payload to canonical changes, without I/O. Raises Permanent naming field and cause."""

    @abstractmethod
    def represent(self, object_type: str, attributes: Mapping[str, Json]) -> dict[str, Json]:
        """Canonical values as the target can hold them (lengths, codes), without I/O; what it cannot hold drops out."""

    @abstractmethod
    def push(self, wanted: Sequence[Desired]) -> list[Outcome]:
        """Write these, all of one object type, and read back; one outcome each, in order. Safe to repeat.

        Raises only where nothing at all was decided about any of them (system down, bad credentials).
        """

    def event(self, headers: Mapping[str, str], body: bytes) -> Event:
        """Verify and read one webhook; header names lower-case. Raises Rejected."""
        raise NotImplementedError(f"{self.kind} has no webhooks")

    def subscribe(self, callback_url: str) -> None:  # noqa: B027
        """Make sure the system's change notices reach `callback_url`; does nothing where there are none."""

    def prepare(self) -> None:  # noqa: B027
        """Check credentials and what must exist in the system (fields, definitions); raises Misconfigured."""
