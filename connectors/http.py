"""One HTTP way to every system: retries, throttle answers, same-origin links, size cap and redaction in one place."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests
from requests.structures import CaseInsensitiveDict

from connectors.errors import ConnectorError, Misconfigured, Permanent, Retriable
from mdm.engine.values import Json

log = logging.getLogger(__name__)

PASSING = frozenset({502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
DEFAULT_PORTS = {"http": 80, "https": 443}


def redact(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret, also in its URL-quoted form, replaced by ***; longest first."""
    forms = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""))}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, "***")
    return text


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer, already read; header names in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Json:
        """The body as JSON; raises Retriable where it is none (a proxy's error page, a cut answer)."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            host = urlsplit(self.url).netloc
            raise Retriable(
                f"{host} answered {self.status} with something that is not JSON; if this goes on, check the address.",
                detail=self.text[:500],
            ) from None


class Transport:
    """All traffic of one connection. Cookies are kept between requests; no redirect is followed.

    `secrets` never appear in an error or a log line; add to it what is learnt later (`transport.secrets.add(token)`).
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: tuple[float, float] = (5, 60),
        session: requests.Session | None = None,
        secrets: Iterable[str] = (),
        tries: int = 3,
        max_bytes: int = 64 * 1024 * 1024,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self.timeout = timeout
        self.session = session or requests.Session()
        self.secrets = {secret for secret in secrets if secret}
        self.tries = tries
        self.max_bytes = max_bytes
        self.sleep = sleep
        self.origin = _origin(self.base_url)
        if self.origin is None or "@" in urlsplit(self.base_url).netloc:
            raise Misconfigured(f"'{self.redact(base_url)}' is no plain address; set one like https://example.com.")
        self.host = urlsplit(self.base_url).netloc

    def request(
        self,
        method: str,
        target: str,
        *,
        idempotent: bool,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Json = None,
        data: Mapping[str, str] | bytes | None = None,
        auth: requests.auth.AuthBase | None = None,
        correlation_id: str = "",
    ) -> Response:
        """Send and read one answer, whatever its status, except those that mean the same everywhere.

        `target` is a path under `base_url` or a link the system gave. Lost connections and 502, 503, 504 are repeated a
        few times if `idempotent`, then Retriable; at once Retriable are 429, with the system's own waiting time, and a
        read timeout. A redirect is Misconfigured, a link to another origin Permanent.
        """
        url = self.url(target)
        sent = {"Accept": "application/json", **({"X-Correlation-Id": correlation_id} if correlation_id else {})}
        options: dict[str, Any] = {"params": params, "json": json, "data": data, "auth": auth or _no_netrc}
        options["headers"] = {**sent, **(headers or {})}
        for turn in range(self.tries):
            last = turn + 1 == self.tries
            try:
                answer = self._send(method, url, options)
            except _Lost as error:
                if last or not (idempotent or error.unsent):
                    raise Retriable(
                        f"{self.host} cannot be reached or closed the connection; it is tried again later.",
                        detail=self.redact(str(error)),
                    ) from None
            else:
                if answer.status not in PASSING or "Retry-After" in answer.headers or last or not idempotent:
                    return self._judged(answer)
            self.sleep(random.uniform(0.5, 1.5) * 0.2 * 2**turn)
        raise AssertionError("unreachable: the last turn returns or raises")

    def url(self, target: str) -> str:
        """The absolute address of a path or link; raises Permanent for another origin, so no credentials leave."""
        url = urljoin(self.base_url, target)
        if not self.same_origin(url):
            raise Permanent(f"{self.host} gave a link to another place ({_place(url)}); it is not followed.")
        return url

    def same_origin(self, url: str) -> bool:
        """Whether an absolute address has our scheme, host and port, and carries no user name."""
        return _origin(url) == self.origin and "@" not in urlsplit(url).netloc

    def redact(self, text: str) -> str:
        """The text without our secrets."""
        return redact(text, self.secrets)

    def _send(self, method: str, url: str, options: dict[str, Any]) -> Response:
        began = time.monotonic()
        try:
            with self.session.request(
                method, url, timeout=self.timeout, allow_redirects=False, stream=True, **options
            ) as answer:
                body = self._body(answer)
        except requests.exceptions.SSLError as error:
            raise Misconfigured(
                f"The certificate of {self.host} is not accepted; correct it or the address.",
                detail=self.redact(str(error)),
            ) from None
        except requests.exceptions.ConnectTimeout as error:
            raise _Lost(str(error), unsent=True) from None
        except requests.exceptions.ReadTimeout as error:
            raise Retriable(
                f"{self.host} did not answer within {self.timeout[1]:g} seconds; it is tried again later.",
                detail=self.redact(str(error)),
            ) from None
        except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            raise _Lost(str(error), unsent="NewConnectionError" in repr(error)) from None
        except requests.exceptions.RequestException as error:
            raise Permanent(
                f"A request to {self.host} cannot be sent or its answer not be read.", detail=self.redact(str(error))
            ) from None
        self._note(method, url, answer.status_code, began, options["headers"].get("X-Correlation-Id", ""))
        return Response(answer.status_code, CaseInsensitiveDict(answer.headers), body, url)

    def _body(self, answer: requests.Response) -> bytes:
        body = bytearray()
        for chunk in answer.iter_content(65536):
            body += chunk
            if len(body) > self.max_bytes:
                raise Permanent(f"{self.host} answered with more than {self.max_bytes} bytes; ask for smaller pages.")
        return bytes(body)

    def _judged(self, answer: Response) -> Response:
        if answer.status == 429 or answer.status in PASSING:
            reason = "is asked too often" if answer.status == 429 else f"is not available ({answer.status})"
            raise Retriable(
                f"{self.host} {reason}; it is tried again later.",
                detail=self.redact(answer.text[:500]),
                after=retry_after(answer),
            )
        if answer.status in REDIRECTS:
            place = _place(urljoin(answer.url, answer.headers.get("Location", "")))
            raise Misconfigured(f"{self.host} redirects to {place}; set the connection's address to its real place.")
        return answer

    def _note(self, method: str, url: str, status: int, began: float, correlation_id: str) -> None:
        path = self.redact(urlsplit(url).path)
        seconds = round(time.monotonic() - began, 3)
        log.debug("%s %s%s -> %s in %ss %s", method, self.host, path, status, seconds, correlation_id)


class _Lost(Exception):
    """No answer came; `unsent` when the request surely did not arrive either."""

    def __init__(self, text: str, *, unsent: bool) -> None:
        super().__init__(text)
        self.unsent = unsent


def retry_after(answer: Response) -> float | None:
    """Seconds named by Retry-After, as a number or as a date against the answer's own Date; None if there is none."""
    given = answer.headers.get("Retry-After", "").strip()
    try:
        if given.replace(".", "", 1).isdigit():
            return float(given)
        until, now = parsedate_to_datetime(given), parsedate_to_datetime(answer.headers.get("Date", ""))
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError):
        return None


def error_of(answer: Response, sentence: str) -> ConnectorError:
    """The error an answer deserves by its status alone, for systems that say nothing better: 5xx Retriable,
    401 and 403 Misconfigured, everything else Permanent."""
    detail = answer.text[:500]
    if answer.status >= 500:
        return Retriable(sentence, detail=detail)
    return (Misconfigured if answer.status in (401, 403) else Permanent)(sentence, detail=detail)


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request  # with no auth given, requests would let a .netrc file replace our Authorization header


def _origin(url: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None


def _place(url: str) -> str:
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return "an unreadable address"
