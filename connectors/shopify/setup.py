"""What must be there before a shop can be read and written: token, scopes, our definition, our subscriptions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from connectors.base import Access
from connectors.errors import ConnectorError, Misconfigured
from connectors.mapping import dig
from connectors.shopify import documents as doc
from connectors.shopify import fields, goods, refusals, webhook
from connectors.shopify.client import API_VERSION, Shop
from connectors.shopify.fields import KEY
from connectors.shopify.pull import Reader
from mdm.engine.values import Json

DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")
VERSION = re.compile(r"20\d\d-(01|04|07|10)")
SCOPES = (
    *("read_customers", "write_customers", "read_products", "write_products"),
    *("read_publications", "write_publications"),  # to take a blocked variant out of all of them
)
OWNERS = {  # of our key
    "CUSTOMER": "customers",
    "COMPANY": "companies",
    "PRODUCT": "products",
    "PRODUCTVARIANT": "product variants",
}
NEEDED = {"access_token": "the app's Admin API access token", "webhook_secret": "the app's client secret"}


def check(access: Access) -> None:
    """Whether secrets and options have the right form, without asking the shop; raises Misconfigured."""
    for name, what in NEEDED.items():
        if not access.secrets.get(name):
            raise Misconfigured(f"The secret {name} is not set; enter {what}.")
    if not DOMAIN.fullmatch(str(access.options.get("shop") or "")):
        raise Misconfigured("The option shop is no shop domain; write it like example.myshopify.com.")
    if not VERSION.fullmatch(str(access.options.get("api_version") or API_VERSION)):
        raise Misconfigured(f"The option api_version is no version of the Admin API; write it like {API_VERSION}.")
    for name, most in (("page_size", 250), ("batch_size", 100), ("overlap_seconds", 86400), ("sweep_seconds", 86400)):
        value = access.options.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= most:
            raise Misconfigured(f"The option {name} must be a number from 1 to {most}.")
    goods.shelf(access)
    for kind in fields.ENTITY:
        fields.metafields(kind, access.fields)


def prepare(shop: Shop, reader: Reader, access: Access) -> None:
    """See that the token opens the right shop with the right scopes, and that `mdm.key` is defined and unique."""
    check(access)
    data = shop.read(doc.WHO, {})
    domain = str(dig(data, "shop.myshopifyDomain"))
    if domain != access.options["shop"]:
        raise Misconfigured(f"The access token opens the shop {domain}; correct the option shop or the token.")
    money, wanted = str(dig(data, "shop.currencyCode")), goods.shelf(access).currency
    if money != wanted:
        raise Misconfigured(f"The shop sells in {money}, not in {wanted}; set the option currency to {money}.")
    granted = {str(one.get("handle")) for one in dig(data, "currentAppInstallation.accessScopes") or ()}
    granted |= {scope.replace("write_", "read_", 1) for scope in granted}  # who may write may read
    missing = [scope for scope in SCOPES if scope not in granted]
    if missing:
        raise Misconfigured(f"The app lacks the scope {', '.join(missing)}; grant it and install the app anew.")
    for owner in OWNERS:
        _define(shop, reader, owner)


def _define(shop: Shop, reader: Reader, owner: str) -> None:
    """A customer is found by its custom id, which takes a definition of type id; that type is unique by itself."""
    namespace, _, key = KEY.partition(".")
    known = reader.every(doc.DEFINITIONS, {"owner": owner}, "metafieldDefinitions")
    found = next((one for one in known if (one["namespace"], one["key"]) == (namespace, key)), None)
    if found is None:
        _done(shop.read(doc.DEFINE, {"definition": {
            "name": "MDM crosswalk key", "namespace": namespace, "key": key, "ownerType": owner, "type": "id",
        }}), "metafieldDefinitionCreate", f"define the metafield {KEY} of {OWNERS[owner]} with the type id")
    elif dig(found, "type.name") != "id" or not dig(found, "capabilities.uniqueValues.enabled"):
        raise Misconfigured(
            f"The metafield {KEY} of {OWNERS[owner]} has the type {dig(found, 'type.name')}; define it anew with type "
            "id, which makes its values unique."
        )


def subscribe(shop: Shop, reader: Reader, callback_url: str) -> None:
    """Leave exactly one subscription for each of our topics, to this address.

    Shopify removes a subscription whose deliveries keep failing, so this is run again and again. The new one is made
    before an old one goes: a notice may come twice but is not lost.
    """
    topics = [webhook.enum(topic) for topic in webhook.TOPICS]
    known = reader.every(doc.SUBSCRIPTIONS, {"topics": topics}, "webhookSubscriptions")
    ours = {node["topic"] for node in known if node["uri"] == callback_url}
    for topic in topics:
        if topic not in ours:
            to = {"uri": callback_url, "format": "JSON"}
            _done(shop.read(doc.SUBSCRIBE, {"topic": topic, "to": to}), "webhookSubscriptionCreate",
                  f"subscribe to {topic}")
    for node in _superfluous(known, callback_url):
        shop.read(doc.UNSUBSCRIBE, {"id": node["id"]})


def _superfluous(known: Sequence[Mapping[str, Json]], callback_url: str) -> list[Mapping[str, Json]]:
    kept: set[Json] = set()
    found = []
    for node in known:
        if node["uri"] != callback_url or node["topic"] in kept:
            found.append(node)
        else:
            kept.add(node["topic"])
    return found


def _done(data: Mapping[str, Json], name: str, what: str) -> None:
    """Raise Misconfigured where Shopify refused; one that came first by another worker of ours is no refusal."""
    errors = refusals.user_errors(data.get(name))
    if errors and not any("already been taken" in str(error.get("message")) or error.get("code") == "TAKEN"
                          for error in errors):
        error: ConnectorError = Misconfigured(f"Shopify does not let us {what}: {errors[0].get('message')}")
        raise error
