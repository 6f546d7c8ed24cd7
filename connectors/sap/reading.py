"""What is asked of SAP of each object type: entity set, expansions and fields; and reads by number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.base import FieldRow
from connectors.sap import addresses, contacts, mapping, names, products, terms
from connectors.sap.client import Client
from connectors.sap.odata import SALES_AREA, Record, quoted

CHUNK = 20  # numbers in one filter; keeps the address of a read well below 8 KB
STAMPS = ("CreationDate", "CreationTime", "LastChangeDate", "LastChangeTime")
ADDRESS = addresses.NAVIGATION
ENTRY = ("AddressID", "Person", "OrdinalNumber")
PHONE = (*ENTRY, "IsDefaultPhoneNumber", "PhoneNumber", "PhoneNumberExtension", "InternationalPhoneNumber")
RELATION = ("RelationshipNumber", "BusinessPartnerCompany", "BusinessPartnerPerson", "ValidityEndDate")

# Navigation path ("" is the object itself) -> its fields that are read.
PARTNER_FIELDS: dict[str, tuple[str, ...]] = {
    "": ("BusinessPartner", "BusinessPartnerCategory", mapping.ARCHIVED, "Language", *STAMPS, *names.FIELDS,
         *(row.native for row in mapping.PERSON)),
    ADDRESS: ("BusinessPartner", "AddressID", "ValidityEndDate", *addresses.native({})),
    f"{ADDRESS}/to_AddressUsage": ("BusinessPartner", "ValidityEndDate", "AddressUsage", "AddressID"),
    f"{ADDRESS}/to_EmailAddress": (*ENTRY, "IsDefaultEmailAddress", "EmailAddress"),
    f"{ADDRESS}/to_PhoneNumber": PHONE,
    f"{ADDRESS}/to_MobilePhoneNumber": PHONE,
    f"{ADDRESS}/to_FaxNumber": (
        *ENTRY, "IsDefaultFaxNumber", "FaxNumber", "FaxNumberExtension", "InternationalFaxNumber"),
    f"{ADDRESS}/to_URLAddress": (*ENTRY, "ValidityStartDate", "IsDefaultURLAddress", "WebsiteURL"),
    "to_BusinessPartnerRole": ("BusinessPartner", "BusinessPartnerRole"),
    "to_BusinessPartnerTax": ("BusinessPartner", "BPTaxType", "BPTaxNumber", "BPTaxLongNumber"),
    "to_BuPaIdentification": ("BusinessPartner", "BPIdentificationType", "BPIdentificationNumber"),
    "to_Customer": ("Customer", *terms.WHOLE_BLOCKS),
    "to_Customer/to_CustomerCompany": ("Customer", "CompanyCode", terms.COMPANY_TERMS, terms.COMPANY_BLOCK),
    "to_Customer/to_CustomerSalesArea": ("Customer", *SALES_AREA, "Currency", terms.SALES_TERMS, *terms.SALES_BLOCKS),
    "to_Customer/to_CustomerSalesArea/to_SalesAreaTax": (
        "Customer", *SALES_AREA, "DepartureCountry", "CustomerTaxCategory", "CustomerTaxClassification"),
}
CONTACT_FIELDS: dict[str, tuple[str, ...]] = {
    "": (*RELATION, "ValidityStartDate"),
    contacts.FUNCTION: (*RELATION, "ContactPersonFunction", "ContactPersonDepartment", "PhoneNumber",
                        "PhoneNumberExtension", "EmailAddress"),
}
PRODUCT_FIELDS: dict[str, tuple[str, ...]] = {
    "": ("Product", "ProductType", "CreationDate", "LastChangeDateTime", products.DELETED, products.STATUS,
         products.STATUS_DATE, "ProductHierarchy", "Brand", "SizeOrDimensionText", "ProductStandardID",
         products.WEIGHT_UNIT, *products.WEIGHTS.values(), *(row.native for row in products.rows(()))),
    products.DESCRIPTION: ("Product", "Language", "ProductDescription"),
    products.TEXT: ("Product", "Language", "LongText"),
    products.UNITS: ("Product", "AlternativeUnit", "QuantityNumerator", "QuantityDenominator", "GlobalTradeItemNumber",
                     products.DIMENSION_UNIT, *products.DIMENSIONS.values()),
    products.SALES: ("Product", "ProductSalesOrg", "ProductDistributionChnl", products.SALES_STATUS,
                     products.SALES_STATUS_DATE, "SalesMeasureUnit"),
    products.PLANT: ("Product", "Plant", "Commodity"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """How one object type is read; `key` is the property its external id stands in."""

    object_type: str
    entity_set: str
    key: str
    fields: Mapping[str, tuple[str, ...]]

    def query(self, added: Sequence[FieldRow]) -> dict[str, str]:
        """`$expand` and `$select` of a deep read, with an admin's fields."""
        asked = [f"{way}/{name}" if way else name for way, names in self.fields.items() for name in names]
        below = contacts.FUNCTION + "/" if self.object_type == mapping.CONTACT else ""
        asked += [below + row.native.replace(".", "/") for row in added if row.object_type == self.object_type]
        ways = [way for way in self.fields if way and not any(other.startswith(f"{way}/") for other in self.fields)]
        return {"$expand": ",".join(ways), "$select": ",".join(dict.fromkeys(asked))}


KINDS = {
    mapping.PARTNER: Kind(mapping.PARTNER, "A_BusinessPartner", "BusinessPartner", PARTNER_FIELDS),
    mapping.CONTACT: Kind(mapping.CONTACT, "A_BusinessPartnerContact", "RelationshipNumber", CONTACT_FIELDS),
    products.PRODUCT: Kind(products.PRODUCT, "A_Product", "Product", PRODUCT_FIELDS),
}


def by_number(
    client: Client, kind: Kind, numbers: Iterable[str], added: Sequence[FieldRow], at: datetime
) -> dict[str, Record]:
    """The objects of these numbers that are there, in full; of a relationship's time slices the one that holds now."""
    found: dict[str, Record] = {}
    query = kind.query(added)
    for some in chunks(sorted(set(numbers)), CHUNK):
        asked = " or ".join(f"{kind.key} eq {quoted(number)}" for number in some)
        for record in everything(client, kind, {**query, "$filter": asked}):
            number = str(record.get(kind.key))
            if number not in found or _holds(kind, record, at):
                found[number] = record
    return found


def everything(client: Client, kind: Kind, query: Mapping[str, str]) -> Iterator[Record]:
    """All records of a read, however the server pages them."""
    skip, more = 0, True
    while more:
        start = {"$skip": str(skip)} if skip else {}
        found = client.read(kind.entity_set, {**query, **start}, kind.object_type)
        yield from found.records
        skip, more = skip + len(found.records), found.more and bool(found.records)


def chunks(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The items in runs of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _holds(kind: Kind, record: Record, at: datetime) -> bool:
    return kind.object_type == mapping.CONTACT and contacts.is_current(record, at, kind.object_type)
