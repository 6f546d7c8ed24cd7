"""Every GraphQL text we send. Names and types are those of the Admin API 2026-10; tests validate each one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mdm.engine.values import Json

# Along with a customer five addresses are read, along with a company ten contacts; the few who have more cost a
# further request (MORE_...), so that a page stays cheap: Shopify counts what is asked for, not what there is.
# Where a fragment says "# metafields", `holding` asks for each one wanted. One by one they cost a point each that is
# there; as a connection, two more.
METAFIELDS = "# metafields"

MAILING = """
fragment Mailing on MailingAddress {
  id firstName lastName company address1 address2 city province provinceCode countryCodeV2 zip phone
}
"""

CUSTOMER = (
    """
fragment Customer on Customer {
  id firstName lastName locale tags createdAt updatedAt
  defaultEmailAddress { emailAddress marketingState }
  defaultPhoneNumber { phoneNumber }
  defaultAddress { id }
  addressesV2(first: 5) { nodes { ...Mailing } pageInfo { hasNextPage endCursor } }
  companyContactProfiles { id }
  # metafields
}
"""
    + MAILING
)

COMPANY = """
fragment Company on Company {
  id name externalId createdAt updatedAt
  locations(first: 1, sortKey: ID) {
    nodes {
      id name phone locale updatedAt
      taxSettings { taxRegistrationId }
      billingAddress { ...Place }
      shippingAddress { ...Place }
    }
  }
  # metafields
}
fragment Place on CompanyAddress {
  id address1 address2 city province zoneCode countryCode zip updatedAt
}
"""

CONTACT = """
fragment Contact on CompanyContact {
  id title createdAt updatedAt
  company { id }
  customer { id }
}
"""

CUSTOMERS = (
    """
query Customers($first: Int!, $after: String, $query: String) {
  customers(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { ...Customer }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + CUSTOMER
)

COMPANIES = (
    """
query Companies($first: Int!, $after: String, $query: String) {
  companies(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { ...Company }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + COMPANY
)

CHANGED_LOCATIONS = """
query ChangedLocations($first: Int!, $after: String, $query: String) {
  companyLocations(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id updatedAt company { id } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

CONTACTS_BY_COMPANY = (
    """
query ContactsByCompany($first: Int!, $after: String, $query: String, $companies: String) {
  companies(first: $first, after: $after, query: $companies, sortKey: ID) {
    nodes {
      id
      contacts(first: 10, query: $query, sortKey: ID) {
        nodes { ...Contact }
        pageInfo { hasNextPage endCursor }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + CONTACT
)

MORE_CONTACTS = (
    """
query MoreContacts($id: ID!, $after: String, $query: String) {
  company(id: $id) {
    contacts(first: 50, after: $after, query: $query, sortKey: ID) {
      nodes { ...Contact }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
    + CONTACT
)

MORE_ADDRESSES = (
    """
query MoreAddresses($id: ID!, $after: String) {
  customer(id: $id) {
    addressesV2(first: 100, after: $after) { nodes { ...Mailing } pageInfo { hasNextPage endCursor } }
  }
}
"""
    + MAILING
)

CUSTOMERS_BY_ID = (
    """
query CustomersById($ids: [ID!]!) {
  nodes(ids: $ids) { ...Customer }
}
"""
    + CUSTOMER
)

COMPANIES_BY_ID = (
    """
query CompaniesById($ids: [ID!]!) {
  nodes(ids: $ids) { ...Company }
}
"""
    + COMPANY
)

# The same by way of the shop's search, where a page costs less than its records one by one.
CUSTOMERS_FOUND = (
    """
query CustomersFound($first: Int!, $query: String!) {
  customers(first: $first, query: $query) { nodes { ...Customer } }
}
"""
    + CUSTOMER
)

COMPANIES_FOUND = (
    """
query CompaniesFound($first: Int!, $query: String!) {
  companies(first: $first, query: $query) { nodes { ...Company } }
}
"""
    + COMPANY
)

CONTACTS_BY_ID = (
    """
query ContactsById($ids: [ID!]!) {
  nodes(ids: $ids) { ...Contact }
}
"""
    + CONTACT
)

ITEM = """
fragment Item on ProductVariant {
  id sku barcode price createdAt updatedAt
  selectedOptions { name value }
  inventoryItem { harmonizedSystemCode measurement { weight { value unit } } }
  # metafields
}
"""

GOODS = """
fragment Goods on Product {
  id title descriptionHtml vendor productType status createdAt updatedAt
  variantsCount { count }
  media(first: 5) { nodes { ... on MediaImage { id image { url } } } }
}
"""

PRODUCTS = (
    """
query Products($first: Int!, $after: String, $query: String) {
  shop { name }
  products(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { ...Goods variants(first: 3) { nodes { ...Item } pageInfo { hasNextPage endCursor } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + GOODS
    + ITEM
)

MORE_VARIANTS = (
    """
query MoreVariants($id: ID!, $after: String) {
  product(id: $id) {
    variants(first: 40, after: $after) { nodes { ...Item } pageInfo { hasNextPage endCursor } }
  }
}
"""
    + ITEM
)

FAMILIES = (
    """
query Families($first: Int!, $after: String, $query: String) {
  shop { name }
  products(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { ...Goods }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + GOODS
)

VARIANTS_BY_ID = (
    """
query VariantsById($ids: [ID!]!) {
  shop { name }
  nodes(ids: $ids) { ...Item ... on ProductVariant { product { ...Goods } } }
}
"""
    + GOODS
    + ITEM
)

VARIANTS_FOUND = (
    """
query VariantsFound($first: Int!, $query: String!) {
  shop { name }
  productVariants(first: $first, query: $query) { nodes { ...Item product { ...Goods } } }
}
"""
    + GOODS
    + ITEM
)

FAMILIES_BY_ID = (
    """
query FamiliesById($ids: [ID!]!) {
  shop { name }
  nodes(ids: $ids) { ...Goods }
}
"""
    + GOODS
)

# What must be known of a variant before it is written: whose it is, and whether it is the only one there.
STANDING = """
query Standing($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on ProductVariant {
      id
      product { id status variantsCount { count } }
      blocked: metafield(namespace: "mdm", key: "blocked") { value }
    }
  }
}
"""

PUBLICATIONS = """
query Publications($after: String) {
  publications(first: 50, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
}
"""

PROFILES = """
query Profiles($id: ID!) {
  customer(id: $id) { companyContactProfiles { id company { id } } }
}
"""

COMPANY_BY_KEY = """
query CompanyByKey($query: String!) {
  companies(first: 2, query: $query) { nodes { id externalId } }
}
"""

DELETIONS = """
query Deletions($first: Int!, $after: String, $query: String!) {
  events(first: $first, after: $after, query: $query, sortKey: CREATED_AT) {
    nodes {
      action
      createdAt
      ... on BasicEvent { subjectId subjectType }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""

WHO = """
query Who {
  shop { myshopifyDomain currencyCode }
  currentAppInstallation { accessScopes { handle } }
}
"""

DEFINITIONS = """
query Definitions($owner: MetafieldOwnerType!, $after: String) {
  metafieldDefinitions(ownerType: $owner, first: 100, after: $after) {
    nodes { namespace key type { name } capabilities { uniqueValues { enabled } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

DEFINE = """
mutation Define($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) {
    createdDefinition { id }
    userErrors { field message code }
  }
}
"""

SUBSCRIPTIONS = """
query Subscriptions($after: String, $topics: [WebhookSubscriptionTopic!]) {
  webhookSubscriptions(first: 50, after: $after, topics: $topics) {
    nodes { id topic uri }
    pageInfo { hasNextPage endCursor }
  }
}
"""

SUBSCRIBE = """
mutation Subscribe($topic: WebhookSubscriptionTopic!, $to: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $to) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""

UNSUBSCRIBE = """
mutation Unsubscribe($id: ID!) {
  webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } }
}
"""


def holding(document: str, names: Sequence[str], spared: Collection[str] = ()) -> str:
    """The document with these metafields (`namespace.key`) asked for under the aliases `m0`, `m1`, ..., the spared ones
    left out."""
    pairs = ((at, *name.split(".")) for at, name in enumerate(names) if name not in spared)
    lines = (
        f'm{at}: metafield(namespace: "{space}", key: "{key}") {{ namespace key value type }}'
        for at, space, key in pairs
    )
    return document.replace(METAFIELDS, "\n  ".join(lines))


@dataclass(frozen=True, slots=True)
class Root:
    """A mutation (or a query) as we use it: its arguments with their types, and what we read of its answer."""

    name: str
    arguments: Mapping[str, str]
    answer: str
    operation: str = "mutation"


CODED = "userErrors { field message code }"
UNCODED = "userErrors { field message }"

CUSTOMER_BY_KEY = Root("customerByIdentifier", {"identifier": "CustomerIdentifierInput!"}, "id", "query")
CUSTOMER_SET = Root(
    "customerSet",
    {"identifier": "CustomerSetIdentifiers", "input": "CustomerSetInput!"},
    "customer { id } " + CODED,
)
CONSENT = Root(
    "customerEmailMarketingConsentUpdate", {"input": "CustomerEmailMarketingConsentUpdateInput!"}, CODED
)
TAGS_ADD = Root("tagsAdd", {"id": "ID!", "tags": "[String!]!"}, UNCODED)
COMPANY_CREATE = Root("companyCreate", {"input": "CompanyCreateInput!"}, "company { id } " + CODED)
COMPANY_UPDATE = Root("companyUpdate", {"companyId": "ID!", "input": "CompanyInput!"}, CODED)
LOCATION_CREATE = Root("companyLocationCreate", {"companyId": "ID!", "input": "CompanyLocationInput!"}, CODED)
LOCATION_UPDATE = Root(
    "companyLocationUpdate", {"companyLocationId": "ID!", "input": "CompanyLocationUpdateInput!"}, CODED
)
ADDRESS_ASSIGN = Root(
    "companyLocationAssignAddress",
    {"locationId": "ID!", "address": "CompanyAddressInput!", "addressTypes": "[CompanyAddressType!]!"},
    CODED,
)
ADDRESS_DELETE = Root("companyAddressDelete", {"addressId": "ID!"}, CODED)
TAX_SETTINGS = Root(
    "companyLocationTaxSettingsUpdate", {"companyLocationId": "ID!", "taxRegistrationId": "String"}, CODED
)
# What a mutation answers costs no more than reading it: a contact need not be read back. The stamps of the company and
# of the product are what our own write made of them, so that the notice of just that is known as its echo.
_CONTACT = "companyContact { id title createdAt updatedAt company { id updatedAt } customer { id } } "
CONTACT_ASSIGN = Root(
    "companyAssignCustomerAsContact", {"companyId": "ID!", "customerId": "ID!"}, _CONTACT + CODED
)
CONTACT_UPDATE = Root(
    "companyContactUpdate", {"companyContactId": "ID!", "input": "CompanyContactInput!"}, _CONTACT + CODED
)
PRODUCT_BY_KEY = Root(
    "productByIdentifier",
    {"identifier": "ProductIdentifierInput!"},
    "id variantsCount { count } variants(first: 1) { nodes { id } }",
    "query",
)
VARIANT_BY_KEY = Root("productVariantByIdentifier", {"identifier": "ProductVariantIdentifierInput!"}, "id", "query")
PRODUCT_SET = Root(
    "productSet",
    {"identifier": "ProductSetIdentifiers", "input": "ProductSetInput!", "synchronous": "Boolean"},
    "product { id variants(first: 1) { nodes { id } } } " + CODED,
)
PRODUCT_UPDATE = Root("productUpdate", {"product": "ProductUpdateInput"}, "product { id updatedAt } " + UNCODED)
VARIANTS_UPDATE = Root(
    "productVariantsBulkUpdate",
    {"productId": "ID!", "variants": "[ProductVariantsBulkInput!]!"},
    "product { id updatedAt } " + CODED,
)
PUBLISH = Root("publishablePublish", {"id": "ID!", "input": "[PublicationInput!]!"}, UNCODED)
UNPUBLISH = Root("publishableUnpublish", {"id": "ID!", "input": "[PublicationInput!]!"}, UNCODED)
METAFIELDS_SET = Root(
    "metafieldsSet", {"metafields": "[MetafieldsSetInput!]!"}, "userErrors { field message code elementIndex }"
)
METAFIELDS_DELETE = Root("metafieldsDelete", {"metafields": "[MetafieldIdentifierInput!]!"}, UNCODED)

@dataclass(frozen=True, slots=True)
class Call:
    """One root field with its values, to be sent with others of its kind in one request; errors stay with the call."""

    root: Root
    values: Mapping[str, Json]


def batch(calls: Sequence[Call]) -> tuple[str, dict[str, Any]]:
    """One document with an alias per call (`c0`, `c1`, ...) and its variables; Shopify runs them one after another."""
    heads, lines, variables = [], [], {}
    for index, call in enumerate(calls):
        given = [name for name in call.root.arguments if name in call.values]
        for name in given:
            heads.append(f"${name}{index}: {call.root.arguments[name]}")
            variables[f"{name}{index}"] = call.values[name]
        arguments = ", ".join(f"{name}: ${name}{index}" for name in given)
        lines.append(f"  c{index}: {call.root.name}({arguments}) {{ {call.root.answer} }}")
    return f"{calls[0].root.operation} Batch({', '.join(heads)}) {{\n" + "\n".join(lines) + "\n}\n", variables
