"""Webhooks: proven to be Shopify's, then read for what they name; nothing else in them is believed.

Rules: shopify.dev, "Deliver webhooks through HTTPS". The signature covers the body only; the headers say which shop and
topic, so a body is used for its ids alone and the record is fetched, except that deletes and merges leave nothing to
fetch. Several topics may tell of one event, so the key of an event is its id, its topic and the record it names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from connectors.base import Access, Event, Payload, Stamp
from connectors.errors import Rejected
from connectors.shopify.auth import signed
from connectors.shopify.fields import COMPANY, CONTACT, CUSTOMER, FAMILY, GID, VARIANT
from mdm.engine.values import Json

REQUIRED = ("x-shopify-topic", "x-shopify-shop-domain", "x-shopify-api-version", "x-shopify-webhook-id")
Body = Mapping[str, Json]
Named = list[tuple[str, str, dict[str, Json]]]  # object type, id, body of the payload (empty: to be fetched)


def read(headers: Mapping[str, str], body: bytes, access: Access, now: datetime | None = None) -> Event:
    """The event of one delivery; raises Rejected: 401 where it is not our shop's, 400 where it cannot be read."""
    secret = access.secrets.get("webhook_secret", "")
    if not secret or not signed(body, headers.get("x-shopify-hmac-sha256", ""), secret):
        raise Rejected("The webhook's signature is missing or wrong.", status=401)
    missing = [name for name in REQUIRED if not headers.get(name)]
    if missing:
        raise Rejected(f"The webhook lacks the header {missing[0]}.", status=400)
    if headers["x-shopify-shop-domain"].lower() != str(access.options.get("shop") or "").lower():
        raise Rejected("The webhook is of another shop than this connection's.", status=401)
    topic = headers["x-shopify-topic"]
    told = _object(body) if topic in TOPICS else {}
    named = TOPICS[topic](told, _at(headers)) if topic in TOPICS else []
    moment = now or datetime.now(UTC)
    at = None if topic.endswith("/delete") else _changed_at(told)  # what went keeps its last stamp
    parts, whole = _parts(told, at) if topic.startswith("products/") else ({}, None)
    payloads = tuple(
        Payload(
            object_type=kind,
            external_id=number,
            body=given,
            observed_at=moment,
            changed_at=parts.get(number, at),
            whole=whole if number in parts else None,
        )
        for kind, number, given in named
    )
    event = headers.get("x-shopify-event-id") or headers["x-shopify-webhook-id"]
    return Event(key=":".join([event, topic, *(number for _, number, _ in named[:1])]), topic=topic, payloads=payloads)


def _object(body: bytes) -> Body:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Rejected("The webhook's body is not JSON.", status=400) from None
    if not isinstance(found, Mapping):
        raise Rejected("The webhook's body is no object.", status=400)
    return found


def _at(headers: Mapping[str, str]) -> dict[str, Json]:
    """When it happened, as the body of a delete; empty where the header is absent or unreadable."""
    given = headers.get("x-shopify-triggered-at", "")
    try:
        at = datetime.fromisoformat(_microseconds(given))
    except ValueError:
        at = datetime.now(UTC)
    return {"_deleted_at": (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()}


def _changed_at(body: Body) -> datetime | None:
    """When the shop changed what the message tells of, be it a part of the object we read; None where it does not say.

    An object we have read with a later stamp was read after that.
    """
    try:
        at = datetime.fromisoformat(str(body.get("updated_at")))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _parts(product: Body, at: datetime | None) -> tuple[dict[str, datetime], Stamp | None]:
    """The own stamps of a product's variants, and the product's; none where the message lacks any of them."""
    listed = product.get("variant_gids") or product.get("variants")
    found = {str(one["admin_graphql_api_id"]): _changed_at(one) for one in listed} if isinstance(listed, list) else {}
    parts = {number: stamp for number, stamp in found.items() if stamp}
    if at is None or len(parts) < len(found):
        return {}, None
    return parts, Stamp(FAMILY, str(product.get("admin_graphql_api_id")), at)


def _microseconds(stamp: str) -> str:
    """Shopify writes nanoseconds, of which Python reads six digits."""
    head, dot, tail = stamp.partition(".")
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return head + dot + tail[: min(6, digits)] + tail[digits:] if dot else stamp


def _gid(kind: str, value: Json) -> str:
    """A global id of that kind, given whole or by its number; raises Rejected."""
    text = f"gid://shopify/{kind}/{value}" if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not GID[kind].fullmatch(text):
        raise Rejected(f"The webhook names no {kind}.", status=400)
    return text


def _customer(body: Body, at: Body) -> Named:
    return [(CUSTOMER, _gid(CUSTOMER, body.get("admin_graphql_api_id") or body.get("id")), {})]


def _customer_gone(body: Body, at: Body) -> Named:
    return [(CUSTOMER, _customer(body, at)[0][1], dict(at))]


def _consent(body: Body, at: Body) -> Named:
    return [(CUSTOMER, _gid(CUSTOMER, body.get("customer_id")), {})]


def _merged(body: Body, at: Body) -> Named:
    """Only a completed merge is one; a failed or running one changed nothing yet."""
    kept = _gid(CUSTOMER, body.get("admin_graphql_api_customer_kept_id"))
    gone = _gid(CUSTOMER, body.get("admin_graphql_api_customer_deleted_id"))
    if str(body.get("status") or "").lower() not in ("completed", "succeeded"):
        return []
    return [(CUSTOMER, gone, {"_merged_into": kept, **at}), (CUSTOMER, kept, {})]


def _company(body: Body, at: Body) -> Named:
    return [(COMPANY, _gid(COMPANY, body.get("admin_graphql_api_id")), {})]


def _company_gone(body: Body, at: Body) -> Named:
    return [(COMPANY, _company(body, at)[0][1], dict(at))]


def _location(body: Body, at: Body) -> Named:
    """A location is part of its company for us."""
    company = body.get("company")
    return [(COMPANY, _gid(COMPANY, company.get("admin_graphql_api_id") if isinstance(company, Mapping) else None), {})]


def _contact(body: Body, at: Body) -> Named:
    """The contact alone: what it changes of its person, whom it keeps, has a message of its own."""
    return [(CONTACT, _gid(CONTACT, body.get("admin_graphql_api_id")), {})]


def _contact_new(body: Body, at: Body) -> Named:
    """The contact, and the person, who may have begun or ceased to buy for a company."""
    return [*_contact(body, at), (CUSTOMER, _gid(CUSTOMER, body.get("customer_admin_graphql_api_id")), {})]


def _contact_gone(body: Body, at: Body) -> Named:
    (kind, number, _), person = _contact_new(body, at)
    return [(kind, number, dict(at)), person]


def _product(body: Body, at: Body) -> Named:
    """The product's variants, all of which stand under `variant_gids`, and the family they are if there are several."""
    listed = body.get("variant_gids") or body.get("variants")
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise Rejected("The webhook of a product names no variants.", status=400)
    named: Named = [(VARIANT, _gid(VARIANT, one.get("admin_graphql_api_id")), {}) for one in listed]
    return [*named, (FAMILY, _gid(FAMILY, body.get("admin_graphql_api_id")), {})] if len(named) > 1 else named


def _product_gone(body: Body, at: Body) -> Named:
    """Its number is all that is told, not whether it was a family: the next pull learns from the shop's events which
    variants went with it, the next full compare that a family did."""
    _gid(FAMILY, body.get("admin_graphql_api_id") or body.get("id"))
    return []


TOPICS: dict[str, Callable[[Body, Body], Named]] = {
    "customers/create": _customer,
    "customers/update": _customer,
    "customers/delete": _customer_gone,
    "customers/merge": _merged,
    "customers_email_marketing_consent/update": _consent,
    "companies/create": _company,
    "companies/update": _company,
    "companies/delete": _company_gone,
    "company_locations/create": _location,
    "company_locations/update": _location,
    "company_locations/delete": _location,
    "company_contacts/create": _contact_new,
    "company_contacts/update": _contact,
    "company_contacts/delete": _contact_gone,
    "products/create": _product,
    "products/update": _product,
    "products/delete": _product_gone,
}


def enum(topic: str) -> str:
    """A topic as the API's WebhookSubscriptionTopic names it."""
    return topic.replace("/", "_").upper()
