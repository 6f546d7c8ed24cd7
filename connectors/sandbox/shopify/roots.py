"""The root fields: queries, and mutations that answer userErrors where the rules refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLError

from connectors.sandbox.shopify import (
    companies,
    company_mutations,
    contacts,
    customers,
    listing,
    metafields,
    product_answers,  # noqa: F401 - registers the fields of products
    product_mutations,
    products,
    subscriptions,
    values,
)
from connectors.sandbox.shopify.fields import RESOLVERS, SCOPES, Info, api_version
from connectors.sandbox.shopify.store import KINDS, Record, Refused, Shop, parse_gid

LONGEST_LIST = 250
LONGER = ("variants", "values")  # of productSet, which takes a product with all its variants
MUTATIONS: dict[str, Callable[..., Record]] = {
    "customerSet": customers.set_,
    "customerCreate": customers.create,
    "customerUpdate": customers.update,
    "customerDelete": customers.delete,
    "customerEmailMarketingConsentUpdate": customers.consent_update,
    "customerAddressCreate": customers.address_create,
    "customerAddressUpdate": customers.address_update,
    "customerAddressDelete": customers.address_delete,
    "customerUpdateDefaultAddress": customers.address_default,
    "tagsAdd": customers.tags_add,
    "tagsRemove": customers.tags_remove,
    "companyCreate": company_mutations.create,
    "companyUpdate": company_mutations.update,
    "companyDelete": company_mutations.delete,
    "companyContactCreate": contacts.create,
    "companyContactUpdate": contacts.update,
    "companyContactDelete": contacts.delete,
    "companyContactRemoveFromCompany": contacts.remove,
    "companyAssignCustomerAsContact": contacts.assign,
    "companyAssignMainContact": contacts.make_main,
    "companyRevokeMainContact": contacts.unmake_main,
    "companyContactAssignRoles": contacts.assign_roles,
    "companyLocationCreate": company_mutations.location_create,
    "companyLocationUpdate": company_mutations.location_update,
    "companyLocationDelete": company_mutations.location_delete,
    "companyLocationAssignAddress": company_mutations.assign_address,
    "companyAddressDelete": company_mutations.address_delete,
    "companyLocationTaxSettingsUpdate": company_mutations.tax_settings,
    "productSet": product_mutations.set_,
    "productUpdate": product_mutations.update,
    "productDelete": product_mutations.delete,
    "productVariantsBulkUpdate": product_mutations.variants_update,
    "publishablePublish": product_mutations.publish,
    "publishableUnpublish": product_mutations.unpublish,
    "metafieldsSet": metafields.set_,
    "metafieldsDelete": metafields.delete,
    "metafieldDefinitionCreate": metafields.define,
    "webhookSubscriptionCreate": subscriptions.create,
    "webhookSubscriptionUpdate": subscriptions.update,
    "webhookSubscriptionDelete": subscriptions.delete,
}


def _mutation(act: Callable[..., Record]) -> Callable[..., Record]:
    def resolve(root: Any, info: Info, **args: Any) -> Record:
        _short_lists(args)
        try:
            payload = act(info.context.shop, **args)
        except Refused as refused:
            return {"userErrors": refused.errors, "shop": about(info.context.shop)}
        info.context.writes += 1
        return {**payload, "userErrors": [], "shop": about(info.context.shop)}

    return resolve


def _short_lists(value: Any) -> None:
    if isinstance(value, list) and len(value) > LONGEST_LIST:
        message = f"The input array size of {len(value)} is greater than the maximum allowed of {LONGEST_LIST}."
        raise GraphQLError(message, extensions={"code": "MAX_INPUT_SIZE_EXCEEDED"})
    if isinstance(value, dict):
        value = [inner for name, inner in value.items() if name not in LONGER]
    for inner in value if isinstance(value, list) else ():
        _short_lists(inner)


RESOLVERS["Mutation"] = {name: _mutation(act) for name, act in MUTATIONS.items()}
QUERIES = RESOLVERS.setdefault("QueryRoot", {})


def _bad_id(id: str) -> GraphQLError:
    extensions = {"code": "argumentLiteralsIncompatible", "typeName": "CoercionError"}
    return GraphQLError(f"Invalid global id '{id}'", extensions=extensions)


def _one(kind: str) -> Callable[..., Any]:
    def resolve(root: Any, info: Info, id: str) -> Any:
        parsed = parse_gid(id)
        if parsed is None:
            raise _bad_id(id)
        if parsed[0] != kind:
            raise GraphQLError("invalid id", extensions={"code": "RESOURCE_NOT_FOUND"})
        return info.context.shop.rows(kind).get(parsed[1])

    return resolve


def _all(kind: str) -> Callable[..., Any]:
    def resolve(root: Any, info: Info, **args: Any) -> Record:
        call = info.context
        return listing.everything(call.shop, kind, args, call.warnings, info.path.as_list())

    return resolve


for _name, _kind in (
    ("customer", "Customer"),
    ("company", "Company"),
    ("companyContact", "CompanyContact"),
    ("companyContactRole", "CompanyContactRole"),
    ("companyLocation", "CompanyLocation"),
    ("webhookSubscription", "WebhookSubscription"),
    ("product", "Product"),
    ("productVariant", "ProductVariant"),
):
    QUERIES[_name] = _one(_kind)
for _name, _kind in (
    ("customers", "Customer"),
    ("companies", "Company"),
    ("companyLocations", "CompanyLocation"),
    ("events", "BasicEvent"),
    ("products", "Product"),
    ("productVariants", "ProductVariant"),
    ("publications", "Publication"),
):
    QUERIES[_name] = _all(_kind)


def about(shop: Shop) -> Record:
    """The shop itself."""
    domain = shop.options.get("domain", "goldenrod-demo.myshopify.com")
    return {
        "__typename": "Shop",
        "id": "gid://shopify/Shop/7000000001",
        "name": shop.options.get("name", "Goldenrod Fasteners"),
        "email": "shop@goldenrod.example",
        "contactEmail": "shop@goldenrod.example",
        "myshopifyDomain": domain,
        "url": f"https://{domain}",
        "currencyCode": shop.options.get("currency", "EUR"),
        "ianaTimezone": "Etc/UTC",
        "plan": {"publicDisplayName": "Shopify Plus", "partnerDevelopment": False, "shopifyPlus": True},
    }


def node(shop: Shop, id: str) -> Record | None:
    """Any record by its global id; a kind we do not simulate is an error, not an absence."""
    parsed = parse_gid(id)
    if parsed is None:
        raise _bad_id(id)
    kind, number = parsed
    if kind in ("MailingAddress", "CompanyAddress"):
        found = shop.addresses.get(number)
        return found if found and found["__typename"] == kind else None
    if kind == "Shop":
        return about(shop) if about(shop)["id"] == id else None
    if kind == "PaymentTermsTemplate":
        return companies.TERMS.get(id)
    if kind not in KINDS:
        raise GraphQLError(f"The simulated shop holds no {kind}.", extensions={"code": "RESOURCE_NOT_FOUND"})
    return shop.rows(kind).get(number)


def _query(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        QUERIES[name] = lambda root, info, **args: function(info, **args)
        return function

    return register


_query("shop")(lambda info: about(info.context.shop))
_query("node")(lambda info, id: node(info.context.shop, id))
_query("publicApiVersions")(lambda info: [api_version()])


@_query("nodes")
def _nodes(info: Info, ids: list[str]) -> list[Record | None]:
    _short_lists(ids)
    return [node(info.context.shop, id) for id in ids]


@_query("currentAppInstallation")
def _installation(info: Info) -> Record:
    scopes = [{"handle": scope, "description": scope.replace("_", " ")} for scope in SCOPES]
    return {"id": "gid://shopify/AppInstallation/7000000002", "accessScopes": scopes}


@_query("customersCount")
def _customers_count(info: Info, limit: int | None = None, query: str | None = None) -> Record:
    call = info.context
    found = listing.count(call.shop, "Customer", query, call.warnings, info.path.as_list())
    over = limit is not None and found > limit
    return {"count": limit if over else found, "precision": "AT_LEAST" if over else "EXACT"}


@_query("customerByIdentifier")
def _customer_by_identifier(info: Info, identifier: Record) -> Any:
    shop = info.context.shop
    if identifier.get("customId"):
        return metafields.owner(shop, "CUSTOMER", identifier["customId"])
    if identifier.get("id"):
        return _one("Customer")(None, info, identifier["id"])
    try:
        if identifier.get("emailAddress"):
            return shop.owner_of("email", values.email(identifier["emailAddress"]) or "", kind="Customer")
        number = values.phone(identifier["phoneNumber"], shop.options.get("country", "US"))
        return shop.owner_of("phone", number or "", kind="Customer")
    except ValueError:
        return None


@_query("productByIdentifier")
def _product_by_identifier(info: Info, identifier: Record) -> Any:
    shop = info.context.shop
    if identifier.get("customId"):
        return metafields.owner(shop, "PRODUCT", identifier["customId"])
    if identifier.get("id"):
        return _one("Product")(None, info, identifier["id"])
    return shop.owner_of("handle", products.slug(identifier["handle"]), kind="Product")


@_query("productVariantByIdentifier")
def _variant_by_identifier(info: Info, identifier: Record) -> Any:
    if identifier.get("customId"):
        return metafields.owner(info.context.shop, "PRODUCTVARIANT", identifier["customId"])
    return _one("ProductVariant")(None, info, identifier["id"])


@_query("metafieldDefinition")
def _definition(info: Info, id: str | None = None, identifier: Record | None = None) -> Any:
    shop = info.context.shop
    if identifier:
        return metafields.definition(shop, identifier["ownerType"], identifier.get("namespace"), identifier["key"])
    return _one("MetafieldDefinition")(None, info, id or "")


@_query("metafieldDefinitions")
def _definitions(info: Info, ownerType: str, **args: Any) -> Record:
    shop = info.context.shop
    wanted = {"ownerType": ownerType, "namespace": args.get("namespace"), "key": args.get("key")}
    rows = shop.rows("MetafieldDefinition")
    numbers = [
        number
        for number, record in rows.items()
        if all(value is None or record[name] == value for name, value in wanted.items())
    ]
    path = info.path.as_list()
    found = listing.search(shop, "MetafieldDefinition", args.get("query"), info.context.warnings, path)
    return listing.some(shop, "MetafieldDefinition", numbers, args, found)


@_query("webhookSubscriptions")
def _subscriptions(info: Info, **args: Any) -> Record:
    return subscriptions.listed(info.context.shop, args)


@_query("paymentTermsTemplates")
def _terms(info: Info, paymentTermsType: str | None = None) -> list[Record]:
    return [term for term in companies.TERMS.values() if paymentTermsType in (None, term["paymentTermsType"])]
