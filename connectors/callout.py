"""One call to an address somebody outside gave us: never to a place inside our own network, and never redirected.

The name is resolved here and the call goes to just that address, so a name that resolves to another place a moment
later (DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from connectors.errors import Misconfigured, Retriable

TIMEOUT = (5, 15)
MOST = 65_536  # bytes of an answer that are read
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def post(url: str, body: bytes, headers: dict[str, str], *, private: bool = False) -> tuple[int, str]:
    """Post a body; the status and the beginning of the answer.

    Raises Misconfigured for an address that may not be called, Retriable where no answer came. `private` allows plain
    HTTP and addresses inside the network.
    """
    parts, address = _checked(url, private)
    host = parts.hostname or ""
    with requests.Session() as session:
        session.trust_env = False  # no proxy and no .netrc of ours
        session.mount("https://", _Pinned(host))
        try:
            with session.post(
                _at(parts, address),
                data=body,
                headers={**headers, "Host": parts.netloc},
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer:
                return answer.status_code, next(answer.iter_content(MOST), b"")[:500].decode("utf-8", "replace")
        except requests.exceptions.RequestException as error:
            raise Retriable(f"{host} did not answer.", detail=f"{type(error).__name__}: {error}"[:500]) from None


def check(url: str, *, private: bool = False) -> None:
    """Raises Misconfigured with a sentence for an address that may not be called."""
    _checked(url, private)


def _checked(url: str, private: bool) -> tuple[Any, str]:
    """The parts of an address and where it leads now."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except (ValueError, KeyError):
        raise Misconfigured("This is no address; write it as https://example.com/notices.") from None
    if parts.scheme != "https" and not private:
        raise Misconfigured("Only https is called; give an address that begins with https://.")
    if not parts.hostname or "@" in parts.netloc:
        raise Misconfigured("Give an address with a host and without a user, like https://example.com/notices.")
    return parts, _resolved(parts.hostname, port, private)


def _resolved(host: str, port: int, private: bool) -> str:
    try:
        found = {str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise Retriable(f"The name {host} cannot be resolved.") from None
    inside = [one for one in sorted(found) if not is_public(ipaddress.ip_address(one.partition("%")[0]))]
    if inside and not private:
        raise Misconfigured(f"{host} leads to {inside[0]}, which is not on the public internet; it is not called.")
    return sorted(found, key=lambda one: (":" in one, one))[0]


def is_public(address: Address) -> bool:
    """Whether an address lies on the public internet, also where it only wraps another one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.sixtofour or address.teredo or address in ipaddress.ip_network("64:ff9b::/96"):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _at(parts: Any, address: str) -> str:
    where = f"[{address}]" if ":" in address else address
    return str(parts._replace(netloc=f"{where}:{parts.port}" if parts.port else where, fragment="").geturl())


class _Pinned(HTTPAdapter):
    """HTTPS to an IP address, with the certificate of the host that was meant."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more, server_hostname=self.host, assert_hostname=self.host)
