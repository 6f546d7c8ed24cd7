"""SAP S/4HANA as a connection of the hub: business partners, contact relationships, and products with prices."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property

from connectors.base import Access, Connector, ObjectType, Outcome, Page, Payload
from connectors.errors import ConnectorError, Misconfigured, Permanent
from connectors.http import Transport
from connectors.sap import auth, contacts, mapping, options, products, pull, push, reading_products
from connectors.sap.client import Client
from connectors.sap.odata import Record
from connectors.sap.options import Options
from connectors.sap.reading import KINDS, by_number
from mdm.contracts import Desired, SourceChange
from mdm.engine.values import Json

PULLS = {
    mapping.PARTNER: pull.partners,
    mapping.CONTACT: pull.relationships,
    products.PRODUCT: reading_products.changed,
}
FORMS = {
    mapping.PARTNER: mapping.partner_form,
    mapping.CONTACT: contacts.form,
    products.PRODUCT: products.form,
}
LANE = 25  # most objects one lane of a push takes at a time


class Sap(Connector):
    """Talks to three OData v2 services. Secrets: username, password. Options: see README.md."""

    kind = "sap"
    secret_names = auth.SECRETS
    object_types = (
        ObjectType(name=mapping.PARTNER, entity="customer", holds=mapping.HOLDS),
        ObjectType(name=mapping.CONTACT, entity="contact", holds=contacts.HOLDS, refs=("person", "organisation")),
        ObjectType(name=products.PRODUCT, entity="product", holds=products.HOLDS),
    )

    def __init__(self, access: Access) -> None:
        super().__init__(access)
        self._idle: list[Client] = []
        self._lock = threading.Lock()

    @cached_property
    def options(self) -> Options:
        """The connection's options; raises Misconfigured."""
        return options.read(self.access.options)

    def pull(self, object_type: str, cursor: Mapping[str, Json], *, full: bool = False) -> Iterator[Page]:
        self._known(object_type)
        with self._client() as client:
            yield from PULLS[object_type](client, cursor, self.access.fields, self.options, full=full)

    def fetch(self, object_type: str, external_ids: Sequence[str]) -> list[Payload]:
        self._known(object_type)
        at = datetime.now(UTC)
        with self._client() as client:
            found = self._held(client, object_type, external_ids, at)
        return [
            Payload(object_type=object_type, external_id=number, body=found.get(number, {}), observed_at=at)
            for number in external_ids
        ]

    def _held(self, client: Client, object_type: str, numbers: Sequence[str], at: datetime) -> dict[str, Record]:
        if object_type == products.PRODUCT:
            self._products_are_on()
            return reading_products.whole(client, numbers, self.access.fields, self.options, at)
        return by_number(client, KINDS[object_type], numbers, self.access.fields, at)

    def map(self, payload: Payload) -> list[SourceChange]:
        self._known(payload.object_type)
        connection, fields = self.access.connection, self.access.fields
        if payload.object_type == products.PRODUCT:
            return products.changes(connection, payload, fields, self.options)
        if payload.object_type == mapping.CONTACT:
            return [contacts.change(connection, payload, fields, self.options)]
        return mapping.changes(connection, payload, fields, self.options)

    def represent(self, object_type: str, attributes: Mapping[str, Json]) -> dict[str, Json]:
        self._known(object_type)
        return FORMS[object_type](attributes, self.access.fields, self.options)

    def push(self, wanted: Sequence[Desired]) -> list[Outcome]:
        for object_type in {desired.object_type for desired in wanted}:
            self._known(object_type)
            if object_type == products.PRODUCT:
                self._products_are_on()
        size = min(LANE, math.ceil(len(wanted) / self.options.parallel)) or 1
        lanes = [wanted[start : start + size] for start in range(0, len(wanted), size)]
        if len(lanes) <= 1:
            return [outcome for lane in lanes for outcome in self._lane(lane)]
        with ThreadPoolExecutor(self.options.parallel, thread_name_prefix="sap-push") as pool:
            done = list(pool.map(self._tried, lanes))
        errors = [error for error in done if isinstance(error, ConnectorError)]
        if len(errors) == len(done):
            raise errors[0]
        return [outcome for lane, one in zip(lanes, done, strict=True) for outcome in _outcomes(lane, one)]

    def prepare(self) -> None:
        """Log in and read one object of each type; raises Misconfigured, or Retriable if SAP is down."""
        wanted = {kind.object_type: (kind.entity_set, kind.query(self.access.fields)) for kind in KINDS.values()}
        if not self.options.product_path:
            del wanted[products.PRODUCT]
        elif self.options.price_path:
            wanted["prices"] = (reading_products.PERIOD, reading_products.query())
        with self._client() as client:
            for what, (entity_set, query) in wanted.items():
                try:
                    client.read(entity_set, {**query, "$top": "1"}, what)
                except Permanent as refusal:
                    sentence = (f"SAP does not answer the read of {what} as expected ({refusal}); check the paths of "
                                "the services in the options, and the mapping rows.")
                    raise Misconfigured(sentence, detail=refusal.detail) from None

    def _lane(self, wanted: Sequence[Desired]) -> list[Outcome]:
        with self._client() as client:
            return push.Pusher(client, self.access.fields, self.options).run(wanted)

    def _tried(self, wanted: Sequence[Desired]) -> list[Outcome] | ConnectorError:
        try:
            return self._lane(wanted)
        except ConnectorError as error:
            return error

    @contextmanager
    def _client(self) -> Iterator[Client]:
        """A client nobody else uses at the moment; its session and token are kept for the next."""
        with self._lock:
            client = self._idle.pop() if self._idle else None
        client = client or self._new()
        try:
            yield client
        finally:
            with self._lock:
                self._idle.append(client)

    def _new(self) -> Client:
        login = auth.login(self.access)
        transport = Transport(self.access.base_url, secrets=(self.access.secrets["password"],))
        return Client(transport, login, self.options)

    def _products_are_on(self) -> None:
        if not self.options.product_path:
            raise Misconfigured("Products are switched off: the option product_path is empty.")

    def _known(self, object_type: str) -> None:
        if object_type not in KINDS:
            raise Permanent(f"SAP objects of type '{object_type}' are not mapped.")


def _outcomes(wanted: Sequence[Desired], done: list[Outcome] | ConnectorError) -> list[Outcome]:
    """The outcomes of one lane; where its reading failed, that is the error of each of its objects."""
    if isinstance(done, ConnectorError):
        return [Outcome(desired=desired, external_id=desired.external_id, error=done) for desired in wanted]
    return done
