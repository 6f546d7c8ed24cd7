"""Salesforce fields <-> canonical attributes. Pure.

Lengths are those of the Object Reference (standard fields) and of README.md (custom fields, which an admin creates).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from connectors.base import FieldRow, Payload
from connectors.errors import Permanent
from connectors.mapping import (
    Address,
    Field,
    Row,
    fit,
    flag,
    natives,
    read,
    represent,
    required,
    run_time,
    stamp,
    text,
    write,
)
from connectors.salesforce import products
from connectors.salesforce.prices import DEFAULT, Catalogue
from connectors.salesforce.record import ALWAYS, GONE, IDS, KEY, Seen, checked
from mdm.contracts import ChangeKind, Desired, Ref, SourceChange
from mdm.engine.values import Json

NAME_LENGTH = 255
CONSENTS = ("opted_in", "opted_out")


def _consent(value: Json) -> Json:
    if value not in CONSENTS:
        raise ValueError(f"'{value}' is no consent; it is {' or '.join(CONSENTS)}.")
    return value


def _address(key: str, prefix: str, *, write: bool = True) -> Address:
    names = {"street": "Street", "city": "City", "region": "State", "postcode": "PostalCode", "country": "Country"}
    lengths = {"street": 255, "city": 40, "region": 80, "postcode": 20, "country": 80}
    return Address(key, {part: prefix + name for part, name in names.items()}, lengths, write=write)


ACCOUNT: tuple[Row, ...] = (
    Field("AccountNumber", "account_number", max_length=40),
    Field("Currency__c", "currency", max_length=3),
    Field("Language__c", "language", max_length=10),
    Field("Industry", "industry", max_length=255),
    Field("Segment__c", "segment", max_length=40),
    Field("Service_Level__c", "service_level", max_length=40),
    Field("Web_Preferences__c", "web_preferences", max_length=32000),
    Field("Loyalty_Id__c", "loyalty_id", max_length=40),
    Field("Region__c", "region", max_length=40),
    Field("Legal_Entity__c", "legal_entity", max_length=40),
    Field("Website", "website", max_length=255),
    Field("Email_Consent__c", "consent|email", to_native=_consent),
    Field("Phone", "phones|main", max_length=40),
    Field("Fax", "phones|fax", max_length=40),
    _address("addresses|bill_to", "Billing"),
    _address("addresses|ship_to", "Shipping"),
    Field("Payment_Terms__c", "payment_terms", max_length=40),
    Field("Credit_Block__c", "credit_block", flag=True),
    Field("GSTIN__c", "tax_ids|GSTIN", max_length=15),
    Field("VAT_Id__c", "tax_ids|VAT", max_length=20),
    Field("EIN__c", "tax_ids|EIN", max_length=10),
    *IDS,
)
BUSINESS: tuple[Row, ...] = (*ACCOUNT, Field("Email__c", "emails", max_length=80))
PERSON: tuple[Row, ...] = (
    *ACCOUNT,
    Field("FirstName", "first_name", max_length=40),
    Field("LastName", "last_name", max_length=80),
    Field("PersonEmail", "emails", max_length=80),
    Field("PersonMobilePhone", "phones|mobile", max_length=40),
)
CONTACT: tuple[Row, ...] = (
    Field("Title", "role", max_length=128),
    Field("Department", "department", max_length=80),
    Field("Phone", "work_phone", max_length=40),
    Field("Email", "work_email", max_length=80),
    *IDS,
)
CONTACT_PERSON: tuple[Row, ...] = (
    Field("FirstName", "first_name", max_length=40),
    Field("LastName", "last_name", max_length=80),
    Field("Language__c", "language", max_length=10),
    Field("Email_Consent__c", "consent|email", to_native=_consent),
    Field("MobilePhone", "phones|mobile", max_length=40),
    Field("Phone", "phones|main", write=False),  # the work phone and e-mail again: they help to recognise the person,
    Field("Email", "emails", write=False),       # but belong to the relation, which writes them
    _address("addresses|other", "Mailing", write=False),
)

NAMES = ("legal_name", "trade_name")
SELECTED = {
    "Account": (*ALWAYS, "IsPersonAccount", "ParentId", "Name", "Legal_Name__c", *natives((*PERSON, *BUSINESS))),
    "Contact": (*ALWAYS, "IsPersonAccount", "AccountId", *natives((*CONTACT, *CONTACT_PERSON))),
    "Product2": products.SELECTED,
}


def selected(object_type: str, rows: tuple[FieldRow, ...]) -> tuple[str, ...]:
    """The native fields to ask for, each once: the declared ones and an admin's, also those for a part's attributes."""
    added = (row.native for row in rows if row.object_type.partition(".")[0] == object_type and row.read)
    return tuple(dict.fromkeys((*SELECTED[object_type], *added)))


# ---- from Salesforce -----------------------------------------------------------------------------------------------


def changes(
    connection: str, payload: Payload, rows: tuple[FieldRow, ...], catalogue: Catalogue = DEFAULT
) -> list[SourceChange]:
    """All a payload says: an Account and its parent, a Contact and its person, or a product. Raises Permanent."""
    if payload.object_type not in SELECTED:
        raise Permanent(f"Salesforce objects of type '{payload.object_type}' are not mapped.")
    seen = Seen(connection, payload)
    if payload.body.keys() <= GONE:
        return _gone(seen)
    if payload.object_type == "Product2":
        return [products.change(seen, rows, catalogue)]
    return _account(seen, rows) if payload.object_type == "Account" else _contact(seen, rows)


def _gone(seen: Seen) -> list[SourceChange]:
    at = stamp(seen.body, "_deleted_at", seen.what) if "_deleted_at" in seen.body else seen.payload.observed_at
    into = text(seen.body.get("_merged_into"), "_merged_into", seen.what) or ""
    kind: ChangeKind = "merged" if into else "delete"
    if seen.payload.object_type == "Account":
        return [seen.change("Account", "customer", at, kind, merged_into=into),
                seen.change("Account.Parent", "subsidiary", at, "delete")]
    if seen.payload.object_type == "Product2":
        return [seen.change("Product2", "product", at, kind, merged_into=into)]
    return [seen.change("Contact", "contact", at, kind, merged_into=into),
            seen.change("Contact.Person", "customer", at, kind, merged_into=into)]


def _account(seen: Seen, rows: tuple[FieldRow, ...]) -> list[SourceChange]:
    body, what, at = seen.body, seen.what, checked(seen)
    person = flag(body.get("IsPersonAccount"), "IsPersonAccount", what) is True
    found: dict[str, Json] = {"party_type": "person" if person else "organisation"}
    found |= {"buys_privately": True} if person else _names(body, what)
    found |= read((*(PERSON if person else BUSINESS), *run_time(rows, "Account")), body, what)
    key = text(body.get(KEY), KEY, what) or ""
    return [seen.change("Account", "customer", at, attributes=found, crosswalk_key=key), _parent(seen, at)]


def _parent(seen: Seen, at: datetime) -> SourceChange:
    parent = text(seen.body.get("ParentId"), "ParentId", seen.what)
    if parent is None:
        return seen.change("Account.Parent", "subsidiary", at, "delete")
    refs = {"organisation": Ref("Account", seen.payload.external_id), "parent": Ref("Account", parent)}
    return seen.change("Account.Parent", "subsidiary", at, refs=refs)


def _contact(seen: Seen, rows: tuple[FieldRow, ...]) -> list[SourceChange]:
    body, what, at = seen.body, seen.what, checked(seen)
    if body.get("IsPersonAccount") is True:
        return []  # the hidden half of a Person Account: all it says, the Account says
    account = text(body.get("AccountId"), "AccountId", what)
    refs = {"person": Ref("Contact.Person", seen.payload.external_id),
            "organisation": Ref("Account", account) if account else None}
    relation = read((*CONTACT, *run_time(rows, "Contact")), body, what)
    person = {"party_type": "person"} | read((*CONTACT_PERSON, *run_time(rows, "Contact.Person")), body, what)
    key = text(body.get(KEY), KEY, what) or ""
    return [seen.change("Contact", "contact", at, attributes=relation, refs=refs, crosswalk_key=key),
            seen.change("Contact.Person", "customer", at, attributes=person)]


def _names(body: Mapping[str, Json], what: str) -> dict[str, Json]:
    """Name is the legal name unless Legal_Name__c holds another one; then it is the trade name."""
    name, legal = required(body, "Name", what), text(body.get("Legal_Name__c"), "Legal_Name__c", what)
    return {"legal_name": legal, "trade_name": name} if legal not in (None, name) else {"legal_name": name}


# ---- to Salesforce -------------------------------------------------------------------------------------------------


def represented(
    object_type: str,
    attributes: Mapping[str, Json],
    rows: tuple[FieldRow, ...],
    catalogue: Catalogue = DEFAULT,
) -> dict[str, Json]:
    """Canonical values as Salesforce would give them back; what it cannot hold drops out."""
    if object_type == "Product2":
        return products.represented(attributes, rows, catalogue)
    if object_type == "Contact":
        return represent(_contact_rows(rows), attributes)
    party = attributes.get("party_type")
    held = represent(_account_rows(party, rows), attributes)
    if party != "person":
        held |= _represented_names(attributes)
    return {"party_type": party, **held} if party in ("organisation", "person") else held


def native(desired: Desired, rows: tuple[FieldRow, ...], catalogue: Catalogue = DEFAULT) -> dict[str, Json]:
    """What to send for one Desired: every value of a create, the changed ones of an update. Raises Permanent."""
    what = f"{desired.object_type} {desired.external_id or desired.crosswalk_key}"
    keys = desired.changed if desired.external_id else frozenset(desired.attributes)
    values = {key: desired.attributes.get(key) for key in keys} if desired.operation == "upsert" else {}
    values |= {f"ids|{name}": value for name, value in desired.ids.items()
               if not desired.external_id or f"ids|{name}" in desired.changed}
    if desired.object_type == "Product2":
        return products.native(desired, values, rows, catalogue, what)
    if desired.object_type == "Contact":
        return write(_contact_rows(rows), values, what) | _account_of(desired)
    party = _party(desired, what)
    found = write(_account_rows(party, rows), values, what)
    if party != "person" and any(name in values for name in NAMES):
        found |= _native_names(desired)
    if "parent" in desired.refs and (not desired.external_id or "parent" in desired.changed):
        found["ParentId"] = desired.refs["parent"]
    return found


def _account_rows(party: Json, rows: tuple[FieldRow, ...]) -> tuple[Row, ...]:
    return (*(PERSON if party == "person" else BUSINESS), *run_time(rows, "Account"))


def _contact_rows(rows: tuple[FieldRow, ...]) -> tuple[Row, ...]:
    return (*CONTACT, *CONTACT_PERSON, *run_time(rows, "Contact"), *run_time(rows, "Contact.Person"))


def _party(desired: Desired, what: str) -> Json:
    held, wanted = desired.observed.get("party_type"), desired.attributes.get("party_type")
    if held and wanted and held != wanted:
        raise Permanent(f"{what}: its type in Salesforce is {held} and cannot become {wanted}.", field="party_type")
    return held or wanted


def _account_of(desired: Desired) -> dict[str, Json]:
    if not desired.external_id or "organisation" in desired.changed:
        return {"AccountId": desired.refs.get("organisation")}
    return {}


def _represented_names(attributes: Mapping[str, Json]) -> dict[str, Json]:
    given = [attributes.get(name) for name in NAMES]
    legal, trade = (fit(name.strip(), NAME_LENGTH) if isinstance(name, str) else "" for name in given)
    pair = {"legal_name": legal or trade, "trade_name": trade if legal and trade != legal else ""}
    return {name: value for name, value in pair.items() if value}


def _native_names(desired: Desired) -> dict[str, Json]:
    """Both name fields, as one decides where the other stands: changed ones as wanted, the other as observed."""
    fresh = desired.attributes if not desired.external_id else {
        name: (desired.attributes if name in desired.changed else desired.observed).get(name) for name in NAMES
    }
    pair = _represented_names(fresh)
    if not pair:
        return {}  # a business account cannot be without a name
    legal, trade = pair["legal_name"], pair.get("trade_name")
    return {"Name": trade or legal, "Legal_Name__c": legal if trade else None}
