"""Login with the OAuth2 client credentials flow of an External Client App.

Source: help.salesforce.com, "OAuth 2.0 Client Credentials Flow for Server-to-Server Integration". The answer has no
`expires_in`; an expired session shows as 401 INVALID_SESSION_ID on the next call.
"""

from __future__ import annotations

from connectors.auth import ClientCredentials
from connectors.base import Access
from connectors.errors import Misconfigured
from connectors.http import Response, Transport

SECRETS = ("client_id", "client_secret")


def login(transport: Transport, access: Access) -> ClientCredentials:
    """The token holder of a connection; logs in when first used. Raises Misconfigured where a secret is missing."""
    missing = [name for name in SECRETS if not access.secrets.get(name)]
    if missing:
        raise Misconfigured(f"Connection {access.connection} lacks the secret {' and '.join(missing)}.")
    secrets = (access.secrets[name] for name in SECRETS)
    return ClientCredentials(transport, "/services/oauth2/token", *secrets)


def expired(answer: Response) -> bool:
    """Whether the system says the session is over."""
    return answer.status == 401


def check_instance(transport: Transport, credentials: ClientCredentials) -> None:
    """Log in and compare where the organisation lives with the address we were given; raises Misconfigured."""
    credentials.token()
    instance = credentials.answer.get("instance_url")
    if isinstance(instance, str) and not transport.same_origin(instance):
        raise Misconfigured(
            f"The organisation lives at {transport.redact(instance)}, not at {transport.host}; "
            "set the connection's address to its My Domain."
        )
