"""How we prove to Shopify who we are, and how Shopify proves it to us."""

from __future__ import annotations

import base64
import hashlib
import hmac

TOKEN_HEADER = "X-Shopify-Access-Token"


def signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether `signature` is the base64 HMAC-SHA256 of the raw body, compared in constant time."""
    right = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(right, signature.encode("utf-8", "replace"))
