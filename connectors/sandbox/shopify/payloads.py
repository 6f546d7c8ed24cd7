"""What webhooks carry: the REST-like form of records, as the vendor's webhook reference of 2026-10 shows it.

Customers come without tags and consent (consent has a topic of its own), a deleted customer comes as little more than
its id. Companies, contacts and locations have no number, only a global id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.sandbox.shopify import geography, product_payloads
from connectors.sandbox.shopify.store import Notice, Record, Shop

FAMILIES = {
    "Customer": "CUSTOMERS",
    "Company": "COMPANIES",
    "CompanyContact": "COMPANY_CONTACTS",
    "CompanyLocation": "COMPANY_LOCATIONS",
    "Product": "PRODUCTS",
}


def notices(shop: Shop, verb: str, record: Record) -> list[Notice]:
    """The notices of one happening; none for kinds without webhooks."""
    family = FAMILIES.get(record["__typename"])
    if family is None or (verb == "consent" and record["_number"] not in shop.rows("Customer")):
        return []
    if verb == "consent":
        return [Notice("CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE", record, consent(record))]
    if verb == "merge":
        return [Notice("CUSTOMERS_MERGE", record, merge(record))]
    payload = GONE[family](record) if verb == "delete" and family in GONE else of(shop, record)
    return [Notice(f"{family}_{verb.upper()}", record, payload)]


def of(shop: Shop, record: Record) -> Record:
    """A record in the form its webhooks carry."""
    makers: dict[str, Any] = {
        "Customer": customer,
        "Company": company,
        "CompanyContact": contact,
        "CompanyLocation": location,
        "Product": product_payloads.product,
    }
    payload: Record = makers[record["__typename"]](shop, record)
    return payload


def _stamps(record: Record) -> Record:
    return {"created_at": record["createdAt"], "updated_at": record["updatedAt"]}


def customer(shop: Shop, record: Record) -> Record:
    """customers/create and customers/update."""
    addresses = [mailing(record, address) for address in record["_addresses"]]
    payload = {
        "id": record["_number"],
        **_stamps(record),
        "first_name": record["firstName"],
        "last_name": record["lastName"],
        "state": record["state"].lower(),
        "note": record["note"],
        "verified_email": record["verifiedEmail"],
        "multipass_identifier": None,
        "tax_exempt": record["taxExempt"],
        "email": record["email"],
        "phone": record["phone"],
        "currency": shop.options.get("currency", "EUR"),
        "addresses": addresses,
        "tax_exemptions": record["taxExemptions"],
        "admin_graphql_api_id": record["id"],
    }
    default = next((address for address in addresses if address["default"]), None)
    return {**payload, "default_address": default} if default else payload


def mailing(record: Record, address: Record) -> Record:
    """One address of a customer."""
    country = address["countryCodeV2"]
    plain = {name: address[name] for name in ("company", "address1", "address2", "city", "zip", "phone")}
    return {
        "id": address["_number"],
        "customer_id": record["_number"],
        "first_name": address["firstName"],
        "last_name": address["lastName"],
        **plain,
        "province": geography.zone_name(country, address["provinceCode"]),
        "province_code": address["provinceCode"],
        "country": geography.country_name(country),
        "country_code": country,
        "country_name": geography.country_name(country),
        "name": " ".join(name for name in (address["firstName"], address["lastName"]) if name),
        "default": address["_number"] == record["_default"],
    }


def gone_customer(record: Record) -> Record:
    """customers/delete."""
    return {"id": record["_number"], "tax_exemptions": [], "admin_graphql_api_id": record["id"]}


# How a deletion is told, where not as the record itself.
GONE: dict[str, Callable[[Record], Record]] = {"CUSTOMERS": gone_customer, "PRODUCTS": product_payloads.gone}


def merge(record: Record) -> Record:
    """customers/merge, told of the customer that is gone."""
    return {
        "admin_graphql_api_customer_kept_id": record["_merged_into"],
        "admin_graphql_api_customer_deleted_id": record["id"],
        "admin_graphql_api_job_id": None,
        "status": "completed",
        "errors": [],
    }


def consent(record: Record) -> Record:
    """customers_email_marketing_consent/update."""
    held = record["_consent"]
    return {
        "customer_id": record["_number"],
        "email_address": record["email"],
        "email_marketing_consent": {
            "state": held["marketingState"].lower(),
            "opt_in_level": (held["marketingOptInLevel"] or "").lower() or None,
            "consent_updated_at": held["consentUpdatedAt"],
        },
    }


def company(shop: Shop, record: Record) -> Record:
    """companies/create, update and delete."""
    main = shop.rows("CompanyContact").get(record["_main"])
    return {
        "name": record["name"],
        "note": record["note"],
        "external_id": record["externalId"],
        "main_contact_admin_graphql_api_id": main["id"] if main else None,
        **_stamps(record),
        "customer_since": record["customerSince"],
        "admin_graphql_api_id": record["id"],
    }


def contact(shop: Shop, record: Record) -> Record:
    """company_contacts/create, update and delete."""
    return {
        "customer_admin_graphql_api_id": record["_person"]["id"],
        "title": record["title"],
        "locale": record["locale"],
        **_stamps(record),
        "admin_graphql_api_id": record["id"],
        "company": company(shop, _company_of(shop, record)),
    }


def _company_of(shop: Shop, record: Record) -> Record:
    table = shop.tables["Company"]
    return table.rows.get(record["_company"]) or table.gone[record["_company"]]


def location(shop: Shop, record: Record) -> Record:
    """company_locations/create, update and delete."""
    tax = record["_tax"]
    return {
        "name": record["name"],
        "external_id": record["externalId"],
        "phone": record["phone"],
        "locale": record["locale"],
        **_stamps(record),
        "note": record["note"],
        "buyer_experience_configuration": record["_experience"],
        "admin_graphql_api_id": record["id"],
        "tax_exemptions": tax["taxExemptions"],
        "tax_settings": {
            "tax_registration_id": tax["taxRegistrationId"],
            "tax_exempt": tax["taxExempt"],
            "tax_exemptions": tax["taxExemptions"],
        },
        "company": company(shop, _company_of(shop, record)),
        "billing_address": place(shop, record, record["billingAddress"]),
        "shipping_address": place(shop, record, record["shippingAddress"]),
        "tax_registration": {"tax_id": tax["taxRegistrationId"]},
    }


def place(shop: Shop, owner: Record, address: Record | None) -> Record | None:
    """A company location's address."""
    if address is None:
        return None
    plain = ("address1", "city", "zip", "recipient", "address2", "phone")
    return {
        **{name: address[name] for name in plain},
        "first_name": address["firstName"],
        "last_name": address["lastName"],
        "province": geography.zone_name(address["countryCode"], address["zoneCode"]),
        "country": geography.country_name(address["countryCode"]),
        "zone_code": address["zoneCode"],
        "country_code": address["countryCode"],
        **_stamps(address),
        "admin_graphql_api_id": address["id"],
        "company_admin_graphql_api_id": _company_of(shop, owner)["id"],
    }


def metafields(record: Record, namespaces: list[str]) -> list[Record]:
    """The metafields a subscription asked to have added, by namespace."""
    return [
        {
            "id": field["_number"],
            "namespace": field["namespace"],
            "key": field["key"],
            "value": field["value"],
            "type": field["type"],
            "owner_id": record["_number"],
            "owner_resource": record["__typename"].lower(),
            **_stamps(field),
            "admin_graphql_api_id": field["id"],
        }
        for field in record.get("_metafields", {}).values()
        if field["namespace"] in namespaces
    ]
