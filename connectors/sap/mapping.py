"""Business partners and contact relationships <-> canonical attributes. Pure.

Lengths are those of API_BUSINESS_PARTNER's metadata.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from connectors.base import FieldRow, Payload
from connectors.errors import Permanent
from connectors.mapping import Field, flag, read, represent, required, run_time, text
from connectors.sap import addresses, names, odata, terms
from connectors.sap.odata import Record, many
from connectors.sap.options import Options
from mdm.contracts import SourceChange
from mdm.engine.values import Json, Key

PARTNER, CONTACT = "BusinessPartner", "BusinessPartnerContact"
CATEGORIES = {"1": "person", "2": "organisation"}
NATURES = {nature: category for category, nature in CATEGORIES.items()}
ARCHIVED, BLOCKED = "IsMarkedForArchiving", "BusinessPartnerIsBlocked"

CROSSWALK = "MDMKEY"
IDENTIFICATIONS = {"ids|golden": "MDMID", "ids|crm": "CRM", "ids|store": "WEB"}
IDENTIFICATION_LENGTH = 60

# Tax number category -> scheme; every `XX0` is the VAT registration number of country XX (IMG activity
# BUPA_TAXNUMTYPE: two letters of the country, then the number of the field it goes to).
SCHEMES = {"IN3": "GSTIN", "US01": "EIN", "US2": "EIN"}
VAT_TYPE = re.compile(r"[A-Z]{2}0")
VAT_PREFIXES = {"EL": "GR", "XI": "GB"}  # where the prefix of a VAT number is not SAP's country

# Navigation of the default address -> line, fields that may hold the number (best first), the one we write.
NUMBERS = {
    "to_PhoneNumber": ("main", ("InternationalPhoneNumber", "PhoneNumber"), "PhoneNumber"),
    "to_MobilePhoneNumber": ("mobile", ("InternationalPhoneNumber", "PhoneNumber"), "PhoneNumber"),
    "to_FaxNumber": ("fax", ("InternationalFaxNumber", "FaxNumber"), "FaxNumber"),
}
PREFERRED = {
    "to_EmailAddress": "IsDefaultEmailAddress", "to_PhoneNumber": "IsDefaultPhoneNumber",
    "to_MobilePhoneNumber": "IsDefaultPhoneNumber", "to_FaxNumber": "IsDefaultFaxNumber",
    "to_URLAddress": "IsDefaultURLAddress",
}
NUMBER_LENGTH, EMAIL_LENGTH, URL_LENGTH = 30, 241, 2048


def _language(value: Json) -> Json:
    if not re.fullmatch(r"[A-Za-z]{2}(?:[-_].*)?", str(value)):
        raise ValueError(f"'{value}' is no language; SAP has codes of two letters.")
    return str(value)[:2]


def _code(value: Json) -> Json:
    if len(str(value)) > 10:
        raise ValueError(f"'{value}' is longer than the 10 characters of a code.")
    return value


LANGUAGE = Field("CorrespondenceLanguage", "language", to_native=_language, max_length=2)
BASIC: tuple[Field, ...] = (
    LANGUAGE,
    Field("Industry", "industry", to_native=_code, max_length=10),
    Field(BLOCKED, "blocked", flag=True),
)
PERSON: tuple[Field, ...] = (
    Field("FirstName", "first_name", max_length=40),
    Field("LastName", "last_name", max_length=40),
    *BASIC,
)


def rows(category: str, added: tuple[FieldRow, ...]) -> tuple[Field, ...]:
    """The plain fields of a partner of a category, an admin's among them."""
    return (*(PERSON if category == "1" else BASIC), *run_time(added, PARTNER))


# ---- from SAP ------------------------------------------------------------------------------------------------------


def gone(connection: str, payload: Payload, entity: str, at: datetime | None = None) -> SourceChange:
    """The statement that an object is no longer used there; `at` if known, else as the body or the reading tells."""
    return SourceChange(
        connection=connection, object_type=payload.object_type, external_id=payload.external_id, entity=entity,
        kind="delete", source_time=at or _deleted_at(payload), observed_at=payload.observed_at, raw=payload.body,
    )


def is_gone(payload: Payload) -> bool:
    """Whether a payload only says that the object is no longer there."""
    return not payload.body or "_deleted_at" in payload.body


def _deleted_at(payload: Payload) -> datetime:
    given = payload.body.get("_deleted_at")
    try:
        at = datetime.fromisoformat(given) if isinstance(given, str) else payload.observed_at
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return payload.observed_at


def changes(connection: str, payload: Payload, added: tuple[FieldRow, ...], options: Options) -> list[SourceChange]:
    """What the payload of a partner says; raises Permanent. Partners of category 3 (groups) say nothing."""
    if is_gone(payload):
        return [gone(connection, payload, "customer")]
    body, what = payload.body, f"{PARTNER} {payload.external_id}"
    number = required(body, "BusinessPartner", what)
    if number != payload.external_id:
        raise Permanent(f"{what}: field 'BusinessPartner' holds '{number[:20]}'.", field="BusinessPartner")
    category = required(body, "BusinessPartnerCategory", what)
    if category == "3":
        return []
    if category not in CATEGORIES:
        raise Permanent(f"{what}: field 'BusinessPartnerCategory' holds '{category[:10]}', not 1, 2 or 3.",
                        field="BusinessPartnerCategory")
    at = changed_at(body, options, what)
    if flag(body.get(ARCHIVED), ARCHIVED, what):
        return [gone(connection, payload, "customer", at)]
    held = {key: value for key, value in _attributes(payload, category, added, what) if value is not None}
    ids = dict(_identifications(body, what))
    return [SourceChange(
        connection=connection, object_type=PARTNER, external_id=number, entity="customer", kind="snapshot",
        source_time=at, observed_at=payload.observed_at, attributes={**held, **_ids(ids)},
        crosswalk_key=ids.get(CROSSWALK, ""), raw=body,
    )]


def changed_at(body: Record, options: Options, what: str) -> datetime:
    """When a partner last changed; SAP leaves the change stamp empty until the first change after the creation."""
    for kind in ("LastChange", "Creation"):
        at = odata.stamp(body, f"{kind}Date", f"{kind}Time", options.time_zone, what)
        if at is not None:
            return at
    raise Permanent(f"{what}: field 'LastChangeDate' is missing, and so is 'CreationDate'.", field="LastChangeDate")


def _attributes(
    payload: Payload, category: str, added: tuple[FieldRow, ...], what: str
) -> Iterator[tuple[str, Json]]:
    """Canonical pairs of a partner; empty values among them."""
    body = payload.body
    yield "party_type", CATEGORIES[category]
    if category == "2":
        yield "legal_name", names.join(body, what)
    yield from read(rows(category, added), body, what).items()
    if not text(body.get(LANGUAGE.native), LANGUAGE.native, what):
        yield LANGUAGE.key, text(body.get("Language"), "Language", what)
    yield "blocked", bool(flag(body.get(BLOCKED), BLOCKED, what))
    yield from _tax_ids(body, what)
    found = addresses.current(body, payload.observed_at, what)
    for use, serving in addresses.uses(found, payload.observed_at, what).items():
        for address in serving:
            key = Key("addresses", use, required(address, "AddressID", what))
            yield str(key), addresses.canonical(address, what) or None
    if found:
        yield from _communication(found[0], what)
    customer = terms.customer(body, what)
    if customer:
        yield from terms.read(customer, what)
    if category == "1" and roles(body, what) & set(terms.CUSTOMER_ROLES):
        yield "buys_privately", True


def roles(body: Record, what: str) -> set[str]:
    """The roles of a partner."""
    return {str(row.get("BusinessPartnerRole")) for row in many(body, "to_BusinessPartnerRole", what)}


def _identifications(body: Record, what: str) -> Iterator[tuple[str, str]]:
    """Type -> number; the first in order of numbers where a type was given twice."""
    kind, number = "BPIdentificationType", "BPIdentificationNumber"
    rows = many(body, "to_BuPaIdentification", what)
    found = [(required(row, kind, what), text(row.get(number), number, what)) for row in rows]
    yield from sorted(((one, held) for one, held in found if held), reverse=True)


def _ids(found: Mapping[str, str]) -> dict[str, Json]:
    return {key: found[kind] for key, kind in IDENTIFICATIONS.items() if kind in found}


def scheme(tax_type: Json) -> str:
    """The scheme of a tax number category, empty for one we do not know."""
    if not isinstance(tax_type, str):
        return ""
    return SCHEMES.get(tax_type) or ("VAT" if VAT_TYPE.fullmatch(tax_type) else "")


def tax_number(row: Record, what: str) -> str | None:
    """The number of a tax row; long ones stand in a field of their own."""
    plain, long = (text(row.get(name), name, what) for name in ("BPTaxNumber", "BPTaxLongNumber"))
    return plain or long


def _tax_ids(body: Record, what: str) -> Iterator[tuple[str, Json]]:
    for row in many(body, "to_BusinessPartnerTax", what):
        if name := scheme(row.get("BPTaxType")):
            yield str(Key("tax_ids", name, str(row["BPTaxType"]))), tax_number(row, what)


def _communication(address: Record, what: str) -> Iterator[tuple[str, Json]]:
    for row in entries(address, "to_EmailAddress", what):
        yield str(Key("emails", "", entry_id(row, what))), text(row.get("EmailAddress"), "EmailAddress", what)
    for navigation, (line, fields, _) in NUMBERS.items():
        for row in entries(address, navigation, what):
            yield str(Key("phones", line, entry_id(row, what))), number_of(row, fields, what)
    for row in entries(address, "to_URLAddress", what)[:1]:
        yield "website", text(row.get("WebsiteURL"), "WebsiteURL", what)


def entries(address: Record, navigation: str, what: str) -> list[Record]:
    """The entries of one kind of an address, the preferred one first."""
    found = many(address, navigation, what)
    return sorted(found, key=lambda row: (row.get(PREFERRED[navigation]) is not True, str(row.get("OrdinalNumber"))))


def entry_id(row: Record, what: str) -> str:
    """The value id of an e-mail address or number: `address/ordinal`."""
    return f"{required(row, 'AddressID', what)}/{required(row, 'OrdinalNumber', what)}"


def number_of(row: Record, fields: tuple[str, ...], what: str) -> str | None:
    """A telephone or fax number, in its international form where SAP has it."""
    best, home = (text(row.get(name), name, what) for name in fields)
    extension = text(row.get(f"{fields[1]}Extension"), f"{fields[1]}Extension", what)
    return best or (f"{home}-{extension}" if home and extension else home)


# ---- towards SAP ---------------------------------------------------------------------------------------------------


def partner_form(attributes: Mapping[str, Json], added: tuple[FieldRow, ...], options: Options) -> dict[str, Json]:
    """Canonical values as a business partner can hold them; keys it cannot hold drop out.

    A person that is no customer of its own holds no terms, and nothing without an address holds ways to reach it.
    """
    nature = attributes.get("party_type")
    category = NATURES.get(nature, "") if isinstance(nature, str) else ""
    held = dict(represent(_all_rows(category, added), attributes))
    held |= {key: value for key, value in _party(attributes, category) if value is not None}
    keys = [key for key in map(_address_key, addresses.USAGES) if key in attributes]
    located = {key: addresses.fitting(attributes[key]) for key in keys}
    held |= {key: value for key, value in located.items() if value}
    if any(located.values()):
        held |= {key: value for key, value in _reachable(attributes) if value is not None}
    held |= {key: value for key, value in _taxed(attributes) if value is not None}
    if category != "1" or attributes.get("buys_privately") is True:
        held |= dict(terms.represent(attributes, options))
    held |= {key: attributes[key] for key in IDENTIFICATIONS if _text(attributes.get(key), IDENTIFICATION_LENGTH)}
    return held


def _all_rows(category: str, added: tuple[FieldRow, ...]) -> tuple[Field, ...]:
    return rows("2" if category == "2" else "1", added)


def _party(attributes: Mapping[str, Json], category: str) -> Iterator[tuple[str, Json]]:
    if category:
        yield "party_type", attributes["party_type"]
    legal_name = attributes.get("legal_name")
    if category != "1" and isinstance(legal_name, str):
        yield "legal_name", names.fitting(legal_name) or None
    if category != "2" and attributes.get("buys_privately") is True:
        yield "buys_privately", True  # a role once given cannot be taken away there, so False is never asked for


def _reachable(attributes: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    for line, _, _ in NUMBERS.values():
        key = str(Key("phones", line))
        yield key, _text(attributes.get(key), NUMBER_LENGTH)
    yield "emails", _text(attributes.get("emails"), EMAIL_LENGTH)
    yield "website", _text(attributes.get("website"), URL_LENGTH)


def _taxed(attributes: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    for name in ("GSTIN", "EIN"):
        key = str(Key("tax_ids", name))
        yield key, _text(attributes.get(key), 20)
    key = str(Key("tax_ids", "VAT"))
    number = _text(attributes.get(key), 20)
    yield key, number if number and vat_type(number) else None


def vat_type(number: str) -> str:
    """The tax number category of a VAT number, from its country prefix; empty where it has none."""
    prefix = number.strip()[:2].upper()
    country = VAT_PREFIXES.get(prefix, prefix)
    return f"{country}0" if re.fullmatch(r"[A-Z]{2}", country) else ""


def tax_type(name: str, number: str, options: Options) -> str:
    """The tax number category under which a number of a scheme is created."""
    return vat_type(number) if name == "VAT" else options.tax_types[name]


def _address_key(use: str) -> str:
    return str(Key("addresses", use))


def _text(value: Json, length: int) -> str | None:
    """A text that fits whole: half a number or address would be another one."""
    return value if isinstance(value, str) and 0 < len(value.strip()) <= length else None


HOLDS = frozenset({
    "party_type", "legal_name", "first_name", "last_name", "language", "industry", "blocked", "buys_privately",
    "currency", "legal_entity", "website", "emails", "payment_terms", "credit_block", "tax_classification",
    *(str(Key("phones", line)) for line, _, _ in NUMBERS.values()),
    *(str(Key("addresses", use)) for use in addresses.USAGES),
    *(str(Key("tax_ids", name)) for name in ("GSTIN", "VAT", "EIN")),
})
