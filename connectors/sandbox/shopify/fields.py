"""How the fields of each type are answered where the record itself does not hold them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import GraphQLResolveInfo

from connectors.sandbox.shopify import companies, geography, listing, metafields, paging
from connectors.sandbox.shopify.store import Record, Shop

VERSION = "2026-10"
SCOPES = (
    *("read_customers", "write_customers", "read_companies", "write_companies"),
    *("read_products", "write_products", "read_publications", "write_publications"),
)


@dataclass
class Call:
    """What resolvers share during one request."""

    shop: Shop
    warnings: list[Record] = field(default_factory=list)
    writes: int = 0


Info: TypeAlias = "GraphQLResolveInfo[Call]"
Resolver = Callable[..., Any]
RESOLVERS: dict[str, dict[str, Resolver]] = {}


def answers(type_: str, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register `function(shop, record, args)` as the answer of one field."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        def resolve(record: Record, info: Info, **args: Any) -> Any:
            return function(info.context.shop, record, args)

        RESOLVERS.setdefault(type_, {})[name] = resolve
        return function

    return register


def _of(kind: str, key: str) -> Callable[[Shop, Record, Record], Any]:
    return lambda shop, record, args: shop.rows(kind).get(record[key])


def page_of(kind: str, key: str) -> Callable[[Shop, Record, Record], Any]:
    """The answer of a connection over the records of a kind whose numbers stand under a key."""

    def answer(shop: Shop, record: Record, args: Record) -> Record:
        found = listing.search(shop, kind, args["query"], [], []) if args.get("query") else None
        return listing.some(shop, kind, record[key], args, found)

    return answer


def _count(key: str) -> Callable[[Shop, Record, Record], Any]:
    return lambda shop, record, args: {"count": len(record[key]), "precision": "EXACT"}


def list_of(rows: list[Record], args: Record) -> Record:
    """A connection over rows that stand in an order of their own."""
    keys = [(place, place) for place in range(len(rows))]
    return paging.page(args, keys, rows.__getitem__)


def _spread(address: Record, zone: str, country: str) -> list[str]:
    town = " ".join(part for part in (address["city"], address[zone], address["zip"]) if part)
    lines = (address["address1"], address["address2"], town, geography.country_name(address[country]))
    return [line for line in lines if line]


def _area(address: Record, zone: str, country: str) -> str | None:
    parts = [address["city"], address[zone], geography.country_name(address[country])]
    return ", ".join(part for part in parts if part) or None


# ---- metafields, on every owner -------------------------------------------------------------------------------------


def metafield(shop: Shop, record: Record, args: Record) -> Any:
    """One metafield of a record by namespace and key."""
    return record["_metafields"].get((args.get("namespace") or "", args["key"]))


def metafields_page(shop: Shop, record: Record, args: Record) -> Record:
    """The metafields of a record, those of a namespace or of some keys where asked."""
    namespace, wanted = args.get("namespace"), args.get("keys")
    rows = [
        one
        for one in sorted(record["_metafields"].values(), key=lambda one: one["_number"])
        if (not namespace or one["namespace"] == namespace)
        and (not wanted or (one["key"] if namespace else f"{one['namespace']}.{one['key']}") in wanted)
    ]
    return list_of(rows, args)


for _owner in ("Customer", "Company", "CompanyLocation"):
    answers(_owner, "metafield")(metafield)
    answers(_owner, "metafields")(metafields_page)

answers("Metafield", "legacyResourceId")(lambda shop, record, args: str(record["_number"]))
answers("Metafield", "owner")(lambda shop, record, args: record["_owner"])
answers("Metafield", "compareDigest")(lambda shop, record, args: metafields.digest(record))
answers("Metafield", "sizeInBytes")(lambda shop, record, args: len(record["value"].encode()))
answers("Metafield", "definition")(
    lambda shop, record, args: metafields.definition(shop, record["ownerType"], record["namespace"], record["key"])
)


@answers("Metafield", "jsonValue")
def _json_value(shop: Shop, record: Record, args: Record) -> Any:
    read = record["type"] in ("json", "number_integer", "boolean") or record["type"].startswith("list.")
    return json.loads(record["value"]) if read else record["value"]


@answers("MetafieldDefinition", "type")
def _definition_type(shop: Shop, record: Record, args: Record) -> Record:
    return {"name": record["_type"], "category": metafields.CATEGORIES[record["_type"]]}


@answers("MetafieldDefinition", "capabilities")
def _capabilities(shop: Shop, record: Record, args: Record) -> Record:
    eligible = record["_type"] in metafields.UNIQUE_TYPES
    unique = {"eligible": eligible, "enabled": record["_unique"]}
    return {"uniqueValues": unique, "adminFilterable": {"eligible": False, "enabled": False}}


@answers("MetafieldDefinition", "metafieldsCount")
def _metafields_count(shop: Shop, record: Record, args: Record) -> int:
    place = (record["namespace"], record["key"])
    return sum(place in one["_metafields"] for one in shop.rows(metafields.OWNERS[record["ownerType"]]).values())


# ---- customers ------------------------------------------------------------------------------------------------------

answers("Customer", "legacyResourceId")(lambda shop, record, args: str(record["_number"]))
answers("Customer", "displayName")(lambda shop, record, args: listing.display_name(record))
answers("Customer", "canDelete")(lambda shop, record, args: not record["_contacts"])
answers("Customer", "numberOfOrders")(lambda shop, record, args: "0")
answers("Customer", "addresses")(lambda shop, record, args: record["_addresses"][: args.get("first")])
answers("Customer", "addressesV2")(lambda shop, record, args: list_of(record["_addresses"], args))
answers("Customer", "defaultAddress")(lambda shop, record, args: shop.addresses.get(record["_default"]))
answers("Customer", "emailMarketingConsent")(lambda shop, record, args: record["_consent"] if record["email"] else None)
answers("Customer", "defaultPhoneNumber")(
    lambda shop, record, args: {"phoneNumber": record["phone"]} if record["phone"] else None
)
answers("Customer", "companyContactProfiles")(
    lambda shop, record, args: [shop.rows("CompanyContact")[number] for number in record["_contacts"]]
)


@answers("Customer", "defaultEmailAddress")
def _email_address(shop: Shop, record: Record, args: Record) -> Record | None:
    if not record["email"]:
        return None
    held = record["_consent"]
    return {
        "emailAddress": record["email"],
        "validFormat": True,
        "marketingUpdatedAt": held["consentUpdatedAt"],
        **held,
    }


answers("MailingAddress", "countryCode")(lambda shop, record, args: record["countryCodeV2"])
answers("MailingAddress", "country")(lambda shop, record, args: geography.country_name(record["countryCodeV2"]))
answers("MailingAddress", "province")(
    lambda shop, record, args: geography.zone_name(record["countryCodeV2"], record["provinceCode"])
)
answers("MailingAddress", "name")(
    lambda shop, record, args: " ".join(part for part in (record["firstName"], record["lastName"]) if part) or None
)
answers("MailingAddress", "formatted")(lambda shop, record, args: _spread(record, "provinceCode", "countryCodeV2"))
answers("MailingAddress", "formattedArea")(lambda shop, record, args: _area(record, "provinceCode", "countryCodeV2"))

# ---- companies ------------------------------------------------------------------------------------------------------

answers("Company", "contacts")(page_of("CompanyContact", "_contacts"))
answers("Company", "contactsCount")(_count("_contacts"))
answers("Company", "locations")(page_of("CompanyLocation", "_locations"))
answers("Company", "locationsCount")(_count("_locations"))
answers("Company", "contactRoles")(page_of("CompanyContactRole", "_roles"))
answers("Company", "mainContact")(_of("CompanyContact", "_main"))
answers("Company", "defaultRole")(lambda shop, record, args: shop.rows("CompanyContactRole")[record["_roles"][1]])

answers("CompanyContact", "company")(_of("Company", "_company"))
answers("CompanyContact", "customer")(_of("Customer", "_customer"))
answers("CompanyContact", "roleAssignments")(page_of("CompanyContactRoleAssignment", "_assignments"))


@answers("CompanyContact", "isMainContact")
def _is_main(shop: Shop, record: Record, args: Record) -> bool:
    return bool(shop.rows("Company")[record["_company"]]["_main"] == record["_number"])


answers("CompanyContactRoleAssignment", "company")(_of("Company", "_company"))
answers("CompanyContactRoleAssignment", "companyContact")(_of("CompanyContact", "_contact"))
answers("CompanyContactRoleAssignment", "companyLocation")(_of("CompanyLocation", "_location"))
answers("CompanyContactRoleAssignment", "role")(_of("CompanyContactRole", "_role"))

answers("CompanyLocation", "company")(_of("Company", "_company"))
answers("CompanyLocation", "currency")(lambda shop, record, args: shop.options.get("currency", "EUR"))
answers("CompanyLocation", "taxSettings")(lambda shop, record, args: record["_tax"])
answers("CompanyLocation", "taxRegistrationId")(lambda shop, record, args: record["_tax"]["taxRegistrationId"])
answers("CompanyLocation", "taxExemptions")(lambda shop, record, args: record["_tax"]["taxExemptions"])
answers("CompanyLocation", "roleAssignments")(page_of("CompanyContactRoleAssignment", "_assignments"))


@answers("CompanyLocation", "buyerExperienceConfiguration")
def _experience(shop: Shop, record: Record, args: Record) -> Record | None:
    held = record["_experience"]
    return {**held, "paymentTermsTemplate": companies.TERMS.get(held.get("paymentTermsTemplateId"))} if held else None


@answers("CompanyAddress", "companyName")
def _company_name(shop: Shop, record: Record, args: Record) -> str:
    location = shop.rows("CompanyLocation")[record["_location"]]
    return str(shop.rows("Company")[location["_company"]]["name"])


answers("CompanyAddress", "country")(lambda shop, record, args: geography.country_name(record["countryCode"]))
answers("CompanyAddress", "province")(
    lambda shop, record, args: geography.zone_name(record["countryCode"], record["zoneCode"])
)
answers("CompanyAddress", "formattedAddress")(lambda shop, record, args: _spread(record, "zoneCode", "countryCode"))
answers("CompanyAddress", "formattedArea")(lambda shop, record, args: _area(record, "zoneCode", "countryCode"))

# ---- the rest -------------------------------------------------------------------------------------------------------

answers("WebhookSubscription", "legacyResourceId")(lambda shop, record, args: str(record["_number"]))
answers("WebhookSubscription", "callbackUrl")(lambda shop, record, args: record["uri"])
answers("WebhookSubscription", "endpoint")(
    lambda shop, record, args: {"__typename": "WebhookHttpEndpoint", "callbackUrl": record["uri"]}
)
answers("WebhookSubscription", "apiVersion")(lambda shop, record, args: api_version())


def api_version() -> Record:
    """The one version we answer."""
    return {"handle": VERSION, "displayName": VERSION, "supported": True}
