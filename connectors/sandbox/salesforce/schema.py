"""The objects this organisation has: its parties here, its products and prices in catalogue.py.

Lengths come from the vendor's object reference; custom fields are the ones an administrator of the demo added.
"""

from __future__ import annotations

from connectors.sandbox.salesforce.catalogue import ENTRY, PRICE_BOOK, PRODUCT
from connectors.sandbox.salesforce.fields import LONG, Field, SObject, checkbox, declared, keys, system, texts


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


def _viewed() -> list[Field]:
    return [
        Field("LastActivityDate", "date", write=False),
        Field("LastViewedDate", "datetime", write=False),
        Field("LastReferencedDate", "datetime", write=False),
        Field("PhotoUrl", "url", 255, write=False),
        Field("OwnerId", "reference", 18, nillable=False, refers="User"),
    ]


def _spoken() -> list[Field]:
    return [
        Field("Language__c", length=10),
        Field("Email_Consent__c", "picklist", 255, values=("opted_in", "opted_out"), restricted=True),
    ]


ACCOUNT = SObject(
    "Account",
    "001",
    declared(
        system(),
        _viewed(),
        keys(),
        _spoken(),
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
        texts("picklist", 255, "Type", "Industry", "AccountSource"),
        Field("AnnualRevenue", "currency"),
        Field("NumberOfEmployees", "int", label="Employees"),
        Field("Description", "textarea", LONG, label="Account Description", filterable=False),
        Field("SicDesc", length=80, label="SIC Description"),
        Field("Jigsaw", length=20, label="Data.com Key"),
        Field("JigsawCompanyId", length=20, write=False),
        checkbox("IsCustomerPortal", "IsPersonAccount", write=False),
        # Person accounts
        Field("Salutation", "picklist", 40),
        Field("FirstName", length=40),
        Field("LastName", length=80),
        Field("PersonContactId", "reference", 18, write=False, refers="Contact", relationship="PersonContact"),
        Field("PersonEmail", "email", 80, label="Email"),
        texts("phone", 40, "PersonMobilePhone", "PersonHomePhone", "PersonOtherPhone"),
        Field("PersonTitle", length=80),
        Field("PersonDepartment", length=80),
        Field("PersonBirthdate", "date"),
        checkbox("PersonHasOptedOutOfEmail"),
        _address("PersonMailing"),
        # The organisation's own
        Field("Legal_Name__c", length=255),
        Field("GSTIN__c", length=15),
        Field("VAT_Id__c", length=20),
        Field("EIN__c", length=10),
        Field("Payment_Terms__c", length=40),
        checkbox("Credit_Block__c"),
        texts("string", 40, "Segment__c", "Service_Level__c", "Region__c", "Legal_Entity__c", "Loyalty_Id__c"),
        Field("Dealer_Tier__c", length=40),
        Field("Currency__c", length=3),
        Field("Email__c", "email", 80),
        Field("Web_Preferences__c", "textarea", LONG, filterable=False),
    ),
    merge=True,
)

CONTACT = SObject(
    "Contact",
    "003",
    declared(
        system(),
        _viewed(),
        keys(),
        _spoken(),
        Field("Name", length=121, label="Full Name", write=False, nillable=False),
        Field("MasterRecordId", "reference", 18, write=False, refers="Contact", relationship="MasterRecord"),
        Field("AccountId", "reference", 18, refers="Account", relationship="Account", children="Contacts"),
        Field("Salutation", "picklist", 40),
        Field("FirstName", length=40),
        Field("LastName", length=80, nillable=False),
        _address("Mailing"),
        _address("Other"),
        Field("Phone", "phone", 40, label="Business Phone"),
        Field("Fax", "phone", 40, label="Business Fax"),
        texts("phone", 40, "MobilePhone", "HomePhone", "OtherPhone", "AssistantPhone"),
        Field("ReportsToId", "reference", 18, refers="Contact", relationship="ReportsTo"),
        Field("Email", "email", 80),
        Field("Title", length=128),
        Field("Department", length=80),
        Field("AssistantName", length=40),
        Field("LeadSource", "picklist", 255),
        Field("Birthdate", "date"),
        Field("Description", "textarea", LONG, filterable=False),
        checkbox("HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall"),
        checkbox("IsEmailBounced", "IsPersonAccount", write=False),
        Field("EmailBouncedReason", length=255),
        Field("EmailBouncedDate", "datetime"),
    ),
    merge=True,
)

RECORD_TYPE = SObject(
    "RecordType",
    "012",
    declared(
        [field for field in system() if field.name != "IsDeleted"],
        Field("Name", length=80),
        Field("DeveloperName", length=80),
        Field("SobjectType", "picklist", 40),
        Field("Description", length=255),
        checkbox("IsActive", "IsPersonType", write=False),
    ),
    write=False,
)

OBJECTS = {sobject.name.lower(): sobject for sobject in (ACCOUNT, CONTACT, RECORD_TYPE, PRODUCT, PRICE_BOOK, ENTRY)}

# What a business account does not have, and what a person account does not.
PERSON_ONLY = frozenset(
    field.name
    for field in ACCOUNT.fields.values()
    if field.name.startswith("Person") or field.name in ("Salutation", "FirstName", "LastName")
)
BUSINESS_ONLY = frozenset({"Name", "ParentId"})
