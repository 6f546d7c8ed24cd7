"""Ways to prove who we are: a token by OAuth2 client credentials, renewed when the system says it expired; Basic."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from connectors.errors import Misconfigured, Retriable
from connectors.http import Response, Transport
from mdm.engine.values import Json

Send = Callable[[Mapping[str, str]], Response]


class Auth(Protocol):
    """What a client needs of any way to log in."""

    def call(self, send: Send, expired: Callable[[Response], bool]) -> Response:
        """Run `send` with the headers that prove who we are."""


class Basic:
    """User name and password on every request."""

    def __init__(self, user: str, password: str) -> None:
        self._header = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def headers(self) -> dict[str, str]:
        """The header to send along."""
        return {"Authorization": self._header}

    def call(self, send: Send, expired: Callable[[Response], bool] = lambda answer: False) -> Response:
        """Run `send`; nothing expires."""
        return send(self.headers())


class ClientCredentials:
    """Holds one access token for all threads (RFC 6749, 4.4); logs in when first needed and when told it expired.

    `answer` keeps the whole last token answer (`instance_url`, `scope`), without reading anything into it.
    """

    def __init__(
        self, transport: Transport, path: str, client_id: str, client_secret: str, *, scheme: str = "Bearer"
    ) -> None:
        self._transport, self._path = transport, path
        self._form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        self._scheme = scheme
        self._lock = threading.Lock()
        self._token = ""
        self.answer: Mapping[str, Json] = {}
        transport.secrets.add(client_secret)

    def token(self) -> str:
        """The token in use; logs in first where there is none."""
        return self._token or self.renew("")

    def renew(self, stale: str) -> str:
        """A token other than `stale`; only the first of several threads that found it stale logs in."""
        with self._lock:
            if self._token == stale:
                self._token = self._login()
            return self._token

    def call(self, send: Send, expired: Callable[[Response], bool]) -> Response:
        """Run `send` with the token; if `expired` says so of the answer, log in and run it once more.

        An expired session is refused before anything is done, so even a write may be sent again.
        """
        token = self.token()
        answer = send(self._headers(token))
        if expired(answer):
            answer = send(self._headers(self.renew(token)))
        return answer

    def _headers(self, token: str) -> dict[str, str]:
        return {"Authorization": f"{self._scheme} {token}"}

    def _login(self) -> str:
        answer = self._transport.request("POST", self._path, idempotent=True, data=self._form)
        if answer.status >= 500:
            raise Retriable(
                f"{self._transport.host} could not log us in ({answer.status}); it is tried again later.",
                detail=self._transport.redact(answer.text[:500]),
            )
        body = answer.json() if answer.body[:1] == b"{" else {}
        token = body.get("access_token") if isinstance(body, dict) else None
        if not answer.ok or not isinstance(token, str) or not token:
            raise Misconfigured(self._refusal(answer, body), detail=self._transport.redact(answer.text[:500]))
        self._transport.secrets.add(token)
        self.answer = body
        return token

    def _refusal(self, answer: Response, body: Mapping[str, Json]) -> str:
        reason = str(body.get("error_description") or body.get("error") or f"status {answer.status}")
        reason = self._transport.redact(reason)
        return f"{self._transport.host} refuses the login ({reason}); check the secrets client_id and client_secret."
