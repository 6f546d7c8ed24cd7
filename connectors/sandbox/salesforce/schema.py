"""The objects and fields this organisation has, standard ones with the vendor's types and lengths.

Lengths come from the vendor's object reference; custom fields are the ones an administrator of the demo added.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

LONG = 32_000


@dataclass(frozen=True)
class Field:
    """One column; `refers` names the object of a reference, `relationship` the way to it in a query."""

    name: str
    type: str = "string"
    length: int = 0
    label: str = ""
    write: bool = True
    nillable: bool = True
    default: Any = None
    unique: bool = False
    external: bool = False
    case_sensitive: bool = False
    values: tuple[str, ...] = ()
    restricted: bool = False
    refers: str = ""
    relationship: str = ""
    filterable: bool = True

    @property
    def custom(self) -> bool:
        """Added by the organisation."""
        return self.name.endswith("__c")


@dataclass(frozen=True)
class SObject:
    """One object type; `fields` by lower-case name, since the API ignores the case of names."""

    name: str
    prefix: str
    fields: dict[str, Field]
    write: bool = True

    def field(self, name: str) -> Field | None:
        """The field of that name in any case."""
        return self.fields.get(name.lower())

    def relation(self, name: str) -> Field | None:
        """The reference field behind a relationship name in any case."""
        wanted = name.lower()
        return next((field for field in self.fields.values() if field.relationship.lower() == wanted), None)


def label(name: str) -> str:
    """The label a field has unless it is given one: `BillingCity` -> `Billing City`, `AccountId` -> `Account ID`."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("__c").replace("_", " "))
    return re.sub(r"\bId$", "ID", words)


def _fields(*groups: Field | list[Field]) -> dict[str, Field]:
    flat = [field for group in groups for field in (group if isinstance(group, list) else [group])]
    return {field.name.lower(): field for field in flat}


def _texts(type: str, length: int, *names: str) -> list[Field]:
    return [Field(name, type, length) for name in names]


def _address(prefix: str) -> list[Field]:
    return [
        Field(f"{prefix}Street", "textarea", 255),
        Field(f"{prefix}City", length=40),
        Field(f"{prefix}State", length=80),
        Field(f"{prefix}PostalCode", length=20),
        Field(f"{prefix}Country", length=80),
        Field(f"{prefix}Latitude", "double"),
        Field(f"{prefix}Longitude", "double"),
        Field(f"{prefix}GeocodeAccuracy", "picklist", 40),
        Field(f"{prefix}Address", "address", write=False, filterable=False),
    ]


def _system() -> list[Field]:
    return [
        Field("Id", "id", 18, write=False, nillable=False),
        Field("IsDeleted", "boolean", write=False, nillable=False, default=False, label="Deleted"),
        Field("CreatedDate", "datetime", write=False, nillable=False),
        Field("CreatedById", "reference", 18, write=False, nillable=False, refers="User"),
        Field("LastModifiedDate", "datetime", write=False, nillable=False),
        Field("LastModifiedById", "reference", 18, write=False, nillable=False, refers="User"),
        Field("SystemModstamp", "datetime", write=False, nillable=False),
    ]


def _viewed() -> list[Field]:
    return [
        Field("LastActivityDate", "date", write=False),
        Field("LastViewedDate", "datetime", write=False),
        Field("LastReferencedDate", "datetime", write=False),
        Field("PhotoUrl", "url", 255, write=False),
        Field("OwnerId", "reference", 18, nillable=False, refers="User"),
    ]


def _shared_custom() -> list[Field]:
    return [
        Field("MDM_Key__c", length=255, unique=True, external=True, case_sensitive=True),
        Field("MDM_Id__c", length=64),
        Field("SAP_Id__c", length=40, external=True),
        Field("Store_Id__c", length=80),
        Field("Language__c", length=10),
        Field("Email_Consent__c", "picklist", 255, values=("opted_in", "opted_out"), restricted=True),
    ]


def _checkbox(*names: str, write: bool = True) -> list[Field]:
    return [Field(name, "boolean", nillable=False, default=False, write=write) for name in names]


ACCOUNT = SObject(
    "Account",
    "001",
    _fields(
        _system(),
        _viewed(),
        _shared_custom(),
        Field("Name", length=255, label="Account Name", nillable=False),
        Field("MasterRecordId", "reference", 18, write=False, refers="Account", relationship="MasterRecord"),
        Field("ParentId", "reference", 18, label="Parent Account ID", refers="Account", relationship="Parent"),
        Field("RecordTypeId", "reference", 18, label="Record Type ID", refers="RecordType", relationship="RecordType"),
        _address("Billing"),
        _address("Shipping"),
        Field("Phone", "phone", 40, label="Account Phone"),
        Field("Fax", "phone", 40, label="Account Fax"),
        Field("Website", "url", 255),
        Field("AccountNumber", length=40),
        _texts("picklist", 255, "Type", "Industry", "AccountSource"),
        Field("AnnualRevenue", "currency"),
        Field("NumberOfEmployees", "int", label="Employees"),
        Field("Description", "textarea", LONG, label="Account Description", filterable=False),
        Field("SicDesc", length=80, label="SIC Description"),
        Field("Jigsaw", length=20, label="Data.com Key"),
        Field("JigsawCompanyId", length=20, write=False),
        _checkbox("IsCustomerPortal", "IsPersonAccount", write=False),
        # Person accounts
        Field("Salutation", "picklist", 40),
        Field("FirstName", length=40),
        Field("LastName", length=80),
        Field("PersonContactId", "reference", 18, write=False, refers="Contact", relationship="PersonContact"),
        Field("PersonEmail", "email", 80, label="Email"),
        _texts("phone", 40, "PersonMobilePhone", "PersonHomePhone", "PersonOtherPhone"),
        Field("PersonTitle", length=80),
        Field("PersonDepartment", length=80),
        Field("PersonBirthdate", "date"),
        _checkbox("PersonHasOptedOutOfEmail"),
        _address("PersonMailing"),
        # The organisation's own
        Field("Legal_Name__c", length=255),
        Field("GSTIN__c", length=15),
        Field("VAT_Id__c", length=20),
        Field("EIN__c", length=10),
        Field("Payment_Terms__c", length=40),
        _checkbox("Credit_Block__c"),
        _texts("string", 40, "Segment__c", "Service_Level__c", "Region__c", "Legal_Entity__c", "Loyalty_Id__c"),
        Field("Dealer_Tier__c", length=40),
        Field("Currency__c", length=3),
        Field("Email__c", "email", 80),
        Field("Web_Preferences__c", "textarea", LONG, filterable=False),
    ),
)

CONTACT = SObject(
    "Contact",
    "003",
    _fields(
        _system(),
        _viewed(),
        _shared_custom(),
        Field("Name", length=121, label="Full Name", write=False, nillable=False),
        Field("MasterRecordId", "reference", 18, write=False, refers="Contact", relationship="MasterRecord"),
        Field("AccountId", "reference", 18, refers="Account", relationship="Account"),
        Field("Salutation", "picklist", 40),
        Field("FirstName", length=40),
        Field("LastName", length=80, nillable=False),
        _address("Mailing"),
        _address("Other"),
        Field("Phone", "phone", 40, label="Business Phone"),
        Field("Fax", "phone", 40, label="Business Fax"),
        _texts("phone", 40, "MobilePhone", "HomePhone", "OtherPhone", "AssistantPhone"),
        Field("ReportsToId", "reference", 18, refers="Contact", relationship="ReportsTo"),
        Field("Email", "email", 80),
        Field("Title", length=128),
        Field("Department", length=80),
        Field("AssistantName", length=40),
        Field("LeadSource", "picklist", 255),
        Field("Birthdate", "date"),
        Field("Description", "textarea", LONG, filterable=False),
        _checkbox("HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall"),
        _checkbox("IsEmailBounced", "IsPersonAccount", write=False),
        Field("EmailBouncedReason", length=255),
        Field("EmailBouncedDate", "datetime"),
    ),
)

RECORD_TYPE = SObject(
    "RecordType",
    "012",
    _fields(
        [field for field in _system() if field.name != "IsDeleted"],
        Field("Name", length=80),
        Field("DeveloperName", length=80),
        Field("SobjectType", "picklist", 40),
        Field("Description", length=255),
        _checkbox("IsActive", "IsPersonType", write=False),
    ),
    write=False,
)

OBJECTS = {sobject.name.lower(): sobject for sobject in (ACCOUNT, CONTACT, RECORD_TYPE)}

# What a business account does not have, and what a person account does not.
PERSON_ONLY = frozenset(
    field.name
    for field in ACCOUNT.fields.values()
    if field.name.startswith("Person") or field.name in ("Salutation", "FirstName", "LastName")
)
BUSINESS_ONLY = frozenset({"Name", "ParentId"})
