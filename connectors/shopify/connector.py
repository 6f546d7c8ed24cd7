"""The Shopify connector: persons who buy, companies and their contacts, and products of one shop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from connectors.base import Access, Connector, Event, Outcome, Page, Payload
from connectors.errors import Misconfigured
from connectors.shopify import fields, mapping, setup, webhook
from connectors.shopify.client import Shop
from connectors.shopify.pull import Reader
from connectors.shopify.push import Writer
from mdm.contracts import Desired, SourceChange
from mdm.engine.values import Json


class Shopify(Connector):
    """One shop by its Admin GraphQL API. Secrets, options and limits are described in the README beside this."""

    kind = "shopify"
    secret_names = tuple(setup.NEEDED)
    object_types = fields.OBJECT_TYPES

    def __init__(self, access: Access) -> None:
        super().__init__(access)
        self._types: dict[str, dict[str, str]] = {}

    def pull(self, object_type: str, cursor: Mapping[str, Json], *, full: bool = False) -> Iterator[Page]:
        return self._reader.pull(self._known(object_type), cursor, full=full)

    def fetch(self, object_type: str, external_ids: Sequence[str]) -> list[Payload]:
        return self._reader.fetch(self._known(object_type), external_ids)

    def map(self, payload: Payload) -> list[SourceChange]:
        return mapping.read(payload, self.access)

    def represent(self, object_type: str, attributes: Mapping[str, Json]) -> dict[str, Json]:
        return mapping.represent(object_type, attributes, self.access)

    def push(self, wanted: Sequence[Desired]) -> list[Outcome]:
        return Writer(self._shop, self.access, self._reader, self._types_of).push(wanted)

    def event(self, headers: Mapping[str, str], body: bytes) -> Event:
        return webhook.read(headers, body, self.access)

    def subscribe(self, callback_url: str) -> None:
        setup.subscribe(self._shop, self._reader, callback_url)

    def prepare(self) -> None:
        setup.check(self.access)
        setup.prepare(self._shop, self._reader, self.access)

    @cached_property
    def _shop(self) -> Shop:
        return Shop(self.access)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._shop, self.access)

    def _types_of(self, object_type: str) -> Mapping[str, str]:
        if object_type not in self._types:
            self._types[object_type] = self._reader.types(object_type)
        return self._types[object_type]

    def _known(self, object_type: str) -> str:
        if object_type not in fields.ENTITY:
            raise Misconfigured(f"Shopify has no object type {object_type}; choose one of {', '.join(fields.ENTITY)}.")
        return object_type
