"""Shopify's userErrors in a 200 answer, as errors by what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.errors import Conflict, ConnectorError, Duplicate, Gone, Permanent, Retriable
from mdm.engine.values import Json

KEYS = {  # the last part of an error's path that we know -> whose value it is, in words and as a key
    "email": ("its e-mail", "emails"),
    "phone": ("its phone", "phones|main"),
    "firstName": ("its first name", "first_name"),
    "lastName": ("its last name", "last_name"),
    "locale": ("its language", "language"),
    "name": ("its name", "legal_name"),
    "title": ("its role", "role"),
    "externalId": ("its crosswalk key", "externalId"),
    "taxRegistrationId": ("its tax id", "tax_ids"),
    "billingAddress": ("its billing address", "addresses|bill_to"),
    "shippingAddress": ("its shipping address", "addresses|ship_to"),
    "addresses": ("an address of it", "addresses"),
    "address": ("an address of it", "addresses"),
    "emailMarketingConsent": ("its consent", "consent|email"),
    "metafields": ("a metafield of it", "metafields"),
}
GOODS = {  # of products and variants
    "title": ("its title", "names"),
    "vendor": ("its brand", "brand"),
    "barcode": ("its barcode", "gtin"),
    "price": ("its price", "prices"),
    "sku": ("its SKU", "sku"),
    "harmonizedSystemCode": ("its customs code", "hs_code"),
    "weight": ("its weight", "gross_weight"),
    "metafields": KEYS["metafields"],
}
OWN = ("input", "id", "identifier", "ownerId", "customerId", "companyId", "companyContactId", "productId")
MISSING = ("NOT_FOUND", "RESOURCE_NOT_FOUND")
ALREADY_CONTACT = "already associated with a company contact"


def user_errors(answer: Json) -> list[Mapping[str, Json]]:
    """The userErrors of one mutation's answer."""
    found = answer.get("userErrors") if isinstance(answer, Mapping) else None
    return [error for error in found if isinstance(error, Mapping)] if isinstance(found, list) else []


def refusal(
    what: str, errors: Sequence[Mapping[str, Json]], keys: Mapping[str, tuple[str, str]] = KEYS
) -> ConnectorError | None:
    """The error these userErrors amount to, None for none; `what` names the record in its sentence.

    The first error decides; Shopify's messages name fields, never values.
    """
    if not errors:
        return None
    error = errors[0]
    code, message = str(error.get("code") or ""), str(error.get("message") or "no reason given")
    path = [str(part) for part in error["field"]] if isinstance(error.get("field"), list) else []
    words, key = next((keys[part] for part in reversed(path) if part in keys), ("it", ""))
    if any(part in ("addresses", "billingAddress", "shippingAddress", "address") for part in path):
        words, key = next(KEYS[part] for part in path if part in KEYS)
    detail = f"{code} at {'.'.join(path)}: {message}"
    if _is_gone(code, path, message):
        return Gone(f"{what} no longer exists in the shop.", detail=detail)
    if code == "INTERNAL_ERROR":
        return Retriable(f"{what}: Shopify had an internal error; it is tried again later.", detail=detail)
    if code == "STALE_OBJECT":
        return Conflict(f"{what} changed in the shop meanwhile; it is decided again.", detail=detail)
    kind = Duplicate if "already been taken" in message and key in ("emails", "phones|main") else Permanent
    return kind(f"{what}: Shopify refuses {words}: {message}", detail=detail, field=key)


def _is_gone(code: str, path: Sequence[str], message: str) -> bool:
    """Whether the record itself is missing, not an address or a template it names."""
    said = code in MISSING or any(words in message.lower() for words in ("not found", "does not exist"))
    return said and (not path or path[-1] in OWN)


def position(error: Mapping[str, Json]) -> int | None:
    """Which element of the list sent is wrong: by its index, or by the number in its path (`metafields.3.value`)."""
    index = error.get("elementIndex")
    if isinstance(index, int):
        return index
    path = error.get("field")
    return next((int(str(part)) for part in path if str(part).isdigit()), None) if isinstance(path, list) else None


def taken(errors: Sequence[Mapping[str, Json]], name: str) -> bool:
    """Whether a unique value of that field is another record's."""
    return any(error.get("code") == "TAKEN" and name in (error.get("field") or ()) for error in errors)


def all_taken(errors: Sequence[Mapping[str, Json]]) -> frozenset[str]:
    """The fields whose values other records of the shop hold already; empty if anything else is wrong too."""
    paths = [error["field"][-1] if isinstance(error.get("field"), list) and error["field"] else "" for error in errors]
    clashes = ["already been taken" in str(error.get("message")) for error in errors]
    return frozenset(map(str, paths)) if errors and all(clashes) else frozenset()
