"""Webhook subscriptions over HTTP: create, change, delete, list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from connectors.sandbox.shopify import paging
from connectors.sandbox.shopify.store import Record, Refused, Shop, problem

LOOPBACK = ("127.0.0.1", "localhost", "::1")
WHERE = "webhookSubscription"
TAKEN = "Address for this topic has already been taken"


def _target(given: Record) -> str | None:
    target = given.get("uri") or given.get("callbackUrl")
    return str(target).strip() if target else None


def _check(shop: Shop, topic: str, given: Record, record: Record | None) -> Record:
    """The stored form; raises Refused. Plain http is taken for this machine only, where the vendor wants https."""
    target = _target(given) or (record or {}).get("uri")
    at = [WHERE, "uri" if given.get("uri") else "callbackUrl"]
    if not target:
        raise Refused(problem(at, "Address can't be blank", "BLANK"))
    parts = urlsplit(target)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not secure or not parts.hostname:
        raise Refused(problem(at, f"Address protocol {parts.scheme or '?'}:// is not supported"))
    if given.get("filter") or (given.get("format") or "JSON") != "JSON":
        raise Refused(problem([WHERE, "filter"], "The simulated shop knows neither filters nor XML"))
    holder = shop.unique.get(("webhook", topic, target))
    if holder is not None and holder != (record or {}).get("_number"):
        raise Refused(problem(at, TAKEN, "TAKEN"))
    old = record or {"includeFields": [], "metafieldNamespaces": [], "name": None}
    return {
        "uri": target,
        "topic": topic,
        "format": "JSON",
        "filter": None,
        **{name: given.get(name) or old[name] for name in ("includeFields", "metafieldNamespaces", "name")},
    }


def create(shop: Shop, topic: str, webhookSubscription: Record) -> Record:
    """webhookSubscriptionCreate."""
    fields = _check(shop, topic, webhookSubscription, None)
    record = shop.add("WebhookSubscription", fields, [("webhook", topic, fields["uri"])])
    return {"webhookSubscription": record}


def _existing(shop: Shop, id: str) -> Record:
    record = shop.find("WebhookSubscription", id)
    if record is None:
        raise Refused(problem(["id"], "Webhook subscription does not exist", "NOT_FOUND"))
    return record


def update(shop: Shop, id: str, webhookSubscription: Record) -> Record:
    """webhookSubscriptionUpdate."""
    record = _existing(shop, id)
    fields = _check(shop, record["topic"], webhookSubscription, record)
    record |= fields
    shop.save(record, [("webhook", record["topic"], fields["uri"])])
    return {"webhookSubscription": record}


def delete(shop: Shop, id: str) -> Record:
    """webhookSubscriptionDelete."""
    record = _existing(shop, id)
    shop.remove(record)
    return {"deletedWebhookSubscriptionId": record["id"]}


def listed(shop: Shop, args: Record) -> Record:
    """webhookSubscriptions."""
    target = args.get("uri") or args.get("callbackUrl")
    topics = args.get("topics")

    def keep(record: Record) -> bool:
        return (not topics or record["topic"] in topics) and (not target or record["uri"] == target)

    rows = shop.rows("WebhookSubscription")
    by_id = args.get("sortKey") == "ID"
    keys: list[Any] = [(number,) if by_id else (record["createdAt"], number) for number, record in rows.items()]
    return paging.page(args, sorted(keys), rows.__getitem__, keep)
