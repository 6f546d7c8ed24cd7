"""Records in the words of each system, short: what users enter there, and what stands there now."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
PERSON_TYPE = "012gR0000000002"
COMPANY_CODE = "1010"


def account(name: str, street: str, city: str, postcode: str, **more: Any) -> Json:
    """A German firm as a Salesforce account."""
    place = {"BillingStreet": street, "BillingCity": city, "BillingPostalCode": postcode, "BillingCountry": "Germany"}
    return {"Name": name, **place, **more}


def person_account(first: str, last: str, **more: Any) -> Json:
    """Somebody who buys privately, as a Salesforce account."""
    return {"RecordTypeId": PERSON_TYPE, "FirstName": first, "LastName": last, **more}


def partner(name: str, street: str, city: str, postcode: str, terms: str = "NT30", **more: Any) -> Json:
    """A German firm as a SAP business partner that is a customer of one company code."""
    street, _, house = street.rpartition(" ")
    place = {"StreetName": street, "HouseNumber": house, "CityName": city, "PostalCode": postcode, "Country": "DE"}
    return {
        "BusinessPartnerCategory": "2",
        "BusinessPartnerGrouping": "BP01",
        "OrganizationBPName1": name,
        "to_BusinessPartnerRole": [{"BusinessPartnerRole": role} for role in ("000000", "FLCU00", "FLCU01")],
        "to_BusinessPartnerAddress": [{**place, "Language": "DE"}],
        "to_Customer": {
            "to_CustomerCompany": [
                {"CompanyCode": COMPANY_CODE, "PaymentTerms": terms, "ReconciliationAccount": "12100000"}
            ]
        },
        **more,
    }


def shopper(first: str, last: str, street: str, city: str, postcode: str, **more: Any) -> Json:
    """Somebody in Germany as a customer of the store."""
    return {"firstName": first, "lastName": last, "addresses": [place(street, city, postcode)], **more}


def company(name: str, street: str, city: str, postcode: str, **more: Any) -> Json:
    """A German firm as a company of the store."""
    location = {"name": name, "shippingAddress": place(street, city, postcode), "billingSameAsShipping": True}
    return {"name": name, "locations": [location], **more}


def place(street: str, city: str, postcode: str) -> Json:
    """An address of the store."""
    return {"address1": street, "city": city, "zip": postcode, "countryCode": "DE"}


# ---- what stands there ---------------------------------------------------------------------------------------------


def street_of(partner: Json, usage: str) -> str:
    """Street and house number of a partner's address of this usage; empty if it has none."""
    for address in partner.get("to_BusinessPartnerAddress", []):
        if usage in {row["AddressUsage"] for row in address["to_AddressUsage"]}:
            return f"{address['StreetName']} {address['HouseNumber']}".strip()
    return ""


def phones_of(partner: Json) -> set[str]:
    """The phone numbers of all addresses of a partner, with country prefix."""
    addresses = partner.get("to_BusinessPartnerAddress", [])
    return {row["InternationalPhoneNumber"] for address in addresses for row in address["to_PhoneNumber"]}


def terms_of(partner: Json) -> str:
    """Payment terms of a partner in our one company code."""
    companies = (partner.get("to_Customer") or {}).get("to_CustomerCompany", [])
    return next((row["PaymentTerms"] for row in companies if row["CompanyCode"] == COMPANY_CODE), "")


def numbers_of(partner: Json) -> dict[str, str]:
    """Identification type -> number."""
    rows = partner.get("to_BuPaIdentification", [])
    return {row["BPIdentificationType"]: row["BPIdentificationNumber"] for row in rows}


def metafields_of(record: Json) -> dict[str, str]:
    """`namespace.key` -> value."""
    return {f"{row['namespace']}.{row['key']}": row["value"] for row in record.get("metafields", [])}


def ids(golden: Json) -> set[tuple[str, str, str]]:
    """The living records of a golden customer: connection, object type, id."""
    return {
        (row["connection"], row["object_type"], row["external_id"])
        for row in golden.get("records", [])
        if row["status"] == "active"
    }


def id_in(golden: Json, system: str, object_type: str = "") -> str:
    """The id of the first living record in a system; empty if there is none."""
    for connection, kind, external_id in sorted(ids(golden)):
        if connection == system and object_type in ("", kind):
            return external_id
    return ""
