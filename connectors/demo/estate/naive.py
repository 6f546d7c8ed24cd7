"""Two rules anybody would try first, scored beside the hub: they show whether the estate is hard enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.demo.estate.goods import items
from connectors.demo.estate.goods.items import Item
from connectors.demo.estate.truth import Record

if TYPE_CHECKING:
    from connectors.demo.estate import Estate
    from connectors.demo.estate.goods import Goods

Native = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """What the naive rules look at in one record of a party, as it stands there."""

    record: Record
    name: str
    postcodes: tuple[str, ...]
    tax_ids: tuple[str, ...]
    emails: tuple[str, ...]

    @property
    def identifiers(self) -> list[str]:
        return [*self.tax_ids, *self.emails]

    @property
    def called(self) -> list[str]:
        return [f"{self.name.lower()}/{code}" for code in self.postcodes if self.name]


def identifier_join(rows: Iterable[Row | Item] | Estate | Goods) -> dict[Record, str]:
    """Records with the same tax id, e-mail, SKU or GTIN, all as they stand there, are one."""
    return _joined([(row.record, row.identifiers) for row in _rows(rows)])


def name_postcode_join(rows: Iterable[Row | Item] | Estate | Goods) -> dict[Record, str]:
    """Records with the same name in lower case are one; of parties their postcode must be the same as well."""
    return _joined([(row.record, row.called) for row in _rows(rows)])


def _rows(given: Iterable[Row | Item] | Estate | Goods) -> Iterable[Row | Item]:
    return given if isinstance(given, Iterable) else of_estate(given)


def _joined(keyed: Iterable[tuple[Record, list[str]]]) -> dict[Record, str]:
    """Records that share a key, also by way of others, get one cluster."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while above.setdefault(name, name) != name:
            above[name] = name = above[above[name]]
        return name

    found = [(record, keys or [f"alone {record}"]) for record, keys in keyed]
    for _, keys in found:
        for key in keys[1:]:
            above[top(key)] = top(keys[0])
    return {record: top(keys[0]) for record, keys in found}


# ---- an estate's records as rows -----------------------------------------------------------------------------------


def of_estate(estate: Estate | Goods) -> list[Row | Item]:
    """The rows of an estate before it is loaded."""
    offices = ((estate.salesforce, _salesforce), (estate.sap, _sap), (estate.shopify, _shopify))
    found = (read(one["object"], one["fields"]) for records, read in offices for one in records)
    return [*(row for row in found if row is not None), *items.of_estate(estate)]


def _salesforce(name: str, fields: Native) -> Row | None:
    if name not in ("Account", "Contact"):
        return None
    object_type = "Account" if name == "Account" else "Contact.Person"
    full_name = fields.get("Name") or f"{fields.get('FirstName', '')} {fields.get('LastName', '')}".strip()
    codes = (fields.get(f"{use}PostalCode") for use in ("Billing", "Shipping", "Mailing"))
    return Row(
        ("salesforce", object_type, fields["Id"]),
        full_name,
        _known(codes),
        _known(fields.get(name) for name in ("GSTIN__c", "VAT_Id__c", "EIN__c")),
        _known(fields.get(name) for name in ("Email__c", "PersonEmail", "Email")),
    )


def _sap(name: str, fields: Native) -> Row | None:
    if name != "A_BusinessPartner":
        return None
    parts = ("FirstName", "LastName", *(f"OrganizationBPName{number}" for number in (1, 2, 3, 4)))
    addresses = fields.get("to_BusinessPartnerAddress", [])
    mails = (mail.get("EmailAddress") for one in addresses for mail in one.get("to_EmailAddress", []))
    return Row(
        ("sap", "BusinessPartner", fields["BusinessPartner"]),
        " ".join(fields[part] for part in parts if fields.get(part)),
        _known(one.get("PostalCode") for one in addresses),
        _known(one.get("BPTaxNumber") for one in fields.get("to_BusinessPartnerTax", [])),
        _known(mails),
    )


def _shopify(name: str, fields: Native) -> Row | None:
    record = ("shopify", name, f"gid://shopify/{name}/{fields['id']}")
    if name == "Customer":
        full_name = f"{fields.get('firstName', '')} {fields.get('lastName', '')}".strip()
        codes = (one.get("zip") for one in fields.get("addresses", []))
        return Row(record, full_name, _known(codes), (), _known([fields.get("email")]))
    if name != "Company":
        return None
    place = fields["locations"][0]
    codes = (place.get(use, {}).get("zip") for use in ("billingAddress", "shippingAddress"))
    number = place.get("taxSettings", {}).get("taxRegistrationId")
    return Row(record, fields["name"], _known(codes), _known([number]), ())


def _known(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
