"""OAuth: client credentials and JWT bearer in, access tokens out; a token ends with time or on demand."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
import time
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from werkzeug.wrappers import Request

from connectors.sandbox.base import Clock
from connectors.sandbox.salesforce.records import INTEGRATION_USER, ORGANISATION

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Denied(Exception):
    """A refused token request, in the words of OAuth."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.body = {"error": error, "error_description": description}


class Sessions:
    """The tokens given out and what it takes to get one."""

    def __init__(self, options: dict[str, Any], clock: Clock) -> None:
        self.client_id = str(options.get("client_id", "goldenrod"))
        self.client_secret = str(options.get("client_secret", "goldenrod-secret"))
        self.username = str(options.get("username", "integration@example.com"))
        self.public_key = str(options.get("public_key", ""))
        self.seconds = float(options.get("session_seconds", 7200))
        self._clock = clock
        self._ends: dict[str, float] = {}

    def good(self, token: str) -> bool:
        """Whether a token still counts."""
        return self._ends.get(token, 0) > self._clock.monotonic()

    def expire(self) -> int:
        """End all sessions; returns how many there were."""
        ended = len(self._ends)
        self._ends.clear()
        return ended

    def grant(self, request: Request) -> dict[str, str]:
        """The answer to a token request; raises Denied."""
        kind = request.form.get("grant_type", "")
        if kind == "client_credentials":
            self._check_client(request)
        elif kind == JWT_BEARER:
            self._check_assertion(request.form.get("assertion", ""))
        else:
            raise Denied("unsupported_grant_type", "grant type not supported")
        return self._issue(request.host_url.rstrip("/"))

    def _issue(self, instance: str) -> dict[str, str]:
        token = f"{ORGANISATION[:15]}!{secrets.token_urlsafe(48)}"
        self._ends[token] = self._clock.monotonic() + self.seconds
        # No expires_in: the vendor gives none, callers find out by the first 401.
        return {
            "access_token": token,
            "instance_url": instance,
            "id": f"{instance}/id/{ORGANISATION}/{INTEGRATION_USER}",
            "token_type": "Bearer",
            "issued_at": str(int(time.time() * 1000)),
            "signature": secrets.token_urlsafe(32),
            "scope": "api",
        }

    def _check_client(self, request: Request) -> None:
        basic = request.authorization
        if basic is not None and basic.type == "basic":
            given = basic.username or "", basic.password or ""
        else:
            given = request.form.get("client_id", ""), request.form.get("client_secret", "")
        if given[0] != self.client_id:
            raise Denied("invalid_client_id", "client identifier invalid")
        if not hmac.compare_digest(given[1].encode(), self.client_secret.encode()):
            raise Denied("invalid_client", "invalid client credentials")

    def _check_assertion(self, assertion: str) -> None:
        """RFC 7523 as the vendor applies it: RS256, iss the client, sub the user, exp at most minutes away."""
        try:
            head, claims, signature = assertion.split(".")
            key = serialization.load_pem_public_key(self.public_key.encode())
            assert isinstance(key, rsa.RSAPublicKey)
            key.verify(_plain(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
            said = json.loads(_plain(claims))
        except (ValueError, AssertionError, InvalidSignature, binascii.Error):
            raise Denied("invalid_grant", "invalid assertion") from None
        if said.get("iss") != self.client_id:
            raise Denied("invalid_client_id", "client identifier invalid")
        if said.get("sub") != self.username:
            raise Denied("invalid_grant", "user hasn't approved this consumer")
        if not time.time() < float(said.get("exp", 0)) < time.time() + 600:
            raise Denied("invalid_grant", "expired authorization code")


def _plain(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
