"""Who we are to SAP: a communication user by Basic, and the CSRF token every write needs.

A token is worth nothing without all cookies that came with it; the transport's session keeps them (help.sap.com, SAP
Gateway, "Cross-Site Request Forgery Protection"; KBA 3048103: cookie names vary, so none is looked at).
"""

from __future__ import annotations

from connectors.auth import Basic
from connectors.base import Access
from connectors.errors import Misconfigured
from connectors.http import Response

SECRETS = ("username", "password")
TOKEN = "X-CSRF-Token"


def login(access: Access) -> Basic:
    """The credentials of a connection; raises Misconfigured where a secret is missing."""
    missing = [name for name in SECRETS if not access.secrets.get(name)]
    if missing:
        raise Misconfigured(f"Connection {access.connection} lacks the secret {' and '.join(missing)}; "
                            "enter the communication user of SAP.")
    return Basic(access.secrets["username"], access.secrets["password"])


class Csrf:
    """The token of one HTTP session; any read may bring a new one."""

    def __init__(self) -> None:
        self.token = ""

    def asking(self) -> dict[str, str]:
        """The header by which a read asks for a token, while we have none."""
        return {} if self.token else {TOKEN: "Fetch"}

    def keep(self, answer: Response) -> None:
        """Remember the token of an answer to a read."""
        given = answer.headers.get(TOKEN, "")
        if answer.ok and given and given.lower() not in ("required", "fetch"):
            self.token = given

    def refused(self, answer: Response) -> bool:
        """Whether a write was refused for want of a valid token; it is forgotten then."""
        if answer.status != 403 or answer.headers.get(TOKEN, "").lower() != "required":
            return False
        self.token = ""
        return True
