"""Salesforce: business and person accounts, contacts, products with their prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from connectors.auth import ClientCredentials
from connectors.base import Connector, ObjectType, Outcome, Page, Payload
from connectors.errors import Misconfigured, Permanent
from connectors.http import Transport
from connectors.mapping import holds
from connectors.salesforce import auth, checks, mapping, products
from connectors.salesforce.client import Client
from connectors.salesforce.price_push import Books, Prices
from connectors.salesforce.pull import Reader
from connectors.salesforce.push import Writer
from mdm.contracts import Desired, SourceChange
from mdm.engine.values import Json

PERSON_TYPES = "SELECT Id FROM RecordType WHERE SobjectType = 'Account' AND IsPersonType = true"


class Salesforce(Connector):
    """One Salesforce organisation; README.md lists its secrets, its options and the fields it needs there."""

    kind = "salesforce"
    secret_names = auth.SECRETS
    object_types = (
        ObjectType(
            name="Account",
            entity="customer",
            holds=holds((*mapping.BUSINESS, *mapping.PERSON)) | {"party_type", *mapping.NAMES},
            parts=("Account.Parent",),
        ),
        ObjectType(
            name="Contact",
            entity="contact",
            holds=holds(mapping.CONTACT),
            person_holds=holds(mapping.CONTACT_PERSON),
            refs=("organisation", "person"),
            parts=("Contact.Person",),
        ),
        ObjectType(name="Product2", entity="product", holds=products.HELD),
    )

    @cached_property
    def client(self) -> Client:
        """The API client; `client.api_usage` tells (used, allowed) calls of the day."""
        checks.check_rows(self.access.fields)
        chosen = self._options
        return Client(self._transport, self._credentials, version=chosen.version, page_size=chosen.page_size,
                      share=chosen.share)

    def prepare(self) -> None:
        """Log in; check the address, the fields, the rights on them and the record type of persons."""
        client = self.client
        auth.check_instance(self._transport, self._credentials)
        for object_type in self.object_types:
            checks.check_fields(client, object_type.name, self.access.fields)
        checks.check_prices(client, self._options.catalogue)
        _ = self._person_type

    def pull(self, object_type: str, cursor: Mapping[str, Json], *, full: bool = False) -> Iterator[Page]:
        """Live records in the order of SystemModstamp, then what was repriced, deleted or merged since."""
        return self._reader.pull(object_type, self._fields(object_type), cursor, full)

    def fetch(self, object_type: str, external_ids: Sequence[str]) -> list[Payload]:
        """Read these objects now; for one that was merged the body tells into which."""
        return self._reader.fetch(object_type, self._fields(object_type), external_ids)

    def map(self, payload: Payload) -> list[SourceChange]:
        """An Account with its parent, a Contact with its person, or a product with its prices."""
        return mapping.changes(self.access.connection, payload, self.access.fields, self._options.catalogue)

    def represent(self, object_type: str, attributes: Mapping[str, Json]) -> dict[str, Json]:
        """Canonical values as Salesforce would give them back; the only name of an organisation is its legal name."""
        return mapping.represented(object_type, attributes, self.access.fields, self._options.catalogue)

    def push(self, wanted: Sequence[Desired]) -> list[Outcome]:
        """Creates by upsert on the crosswalk key, updates by id, 200 a call, then prices, then all is read back."""
        writer = Writer(self.client, self.access.fields, lambda: self._person_type, catalogue=self._options.catalogue,
                        products=self._reader.products, prices=Prices(self.client, lambda: self._books))
        return writer.push(wanted)

    @property
    def _reader(self) -> Reader:
        return Reader(self.client, self._options.overlap)

    def _fields(self, object_type: str) -> tuple[str, ...]:
        if object_type not in mapping.SELECTED:
            known = ", ".join(mapping.SELECTED)
            raise Permanent(f"Salesforce objects of type '{object_type}' are not read; choose one of {known}.")
        return mapping.selected(object_type, self.access.fields)

    @cached_property
    def _options(self) -> checks.Options:
        return checks.options(self.access)

    @cached_property
    def _transport(self) -> Transport:
        return Transport(self.access.base_url, secrets=self.access.secrets.values())

    @cached_property
    def _credentials(self) -> ClientCredentials:
        return auth.login(self._transport, self.access)

    @cached_property
    def _books(self) -> Books:
        return checks.books(self.client, self._options.catalogue)

    @cached_property
    def _person_type(self) -> str:
        for found in self.client.query(PERSON_TYPES):
            for record in found.records:
                return str(record.get("Id"))
        raise Misconfigured("Salesforce has no record type for Person Accounts; enable Person Accounts there.")
