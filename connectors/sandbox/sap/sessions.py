"""Who may come in: Basic credentials, and for writing a CSRF token that belongs to the session of its cookies.

A token is fetched by a read with `X-CSRF-Token: Fetch` and is worth nothing without all cookies set with it
(help.sap.com, SAP Gateway, "Cross-Site Request Forgery Protection"; SAP KBA 3048103).
"""

from __future__ import annotations

import secrets
from collections import OrderedDict

from werkzeug.wrappers import Request, Response

from connectors.sandbox.sap.errors import Turned
from connectors.sandbox.sap.settings import Settings

HEADER = "X-CSRF-Token"
MOST = 10_000  # sessions kept; the oldest go first


class LogonFailed(Turned):
    """No credentials, or wrong ones."""

    content_type = "text/html;charset=utf-8"


class Sessions:
    """The sessions in which tokens were fetched."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.tokens: OrderedDict[str, str] = OrderedDict()
        self.cookie = f"SAP_SESSIONID_{settings.sid}_{settings.client}"
        self.context = f"sap-client={settings.client}"

    def expire(self) -> None:
        """End every session; their tokens end with them."""
        self.tokens.clear()

    def authenticate(self, request: Request) -> None:
        """Refuse a request without the communication user's credentials."""
        given = request.authorization
        if given and given.type == "basic" and self._right(given.username or "", given.password or ""):
            return
        realm = f'Basic realm="SAP NetWeaver Application Server [{self.settings.sid}/{self.settings.client}]"'
        page = "<html><body>Logon failed: check user and password.</body></html>"
        raise LogonFailed(401, "", page, headers={"WWW-Authenticate": realm})

    def _right(self, user: str, password: str) -> bool:
        right_user = secrets.compare_digest(user.encode(), self.settings.user.encode())
        return right_user and secrets.compare_digest(password.encode(), self.settings.password.encode())

    def protect(self, request: Request) -> None:
        """Refuse a write without the token of its session."""
        token = self.tokens.get(request.cookies.get(self.cookie, ""))
        known = token is not None and request.cookies.get("sap-usercontext") == self.context
        if not known or not secrets.compare_digest(request.headers.get(HEADER, "").encode(), (token or "").encode()):
            raise Turned(403, "", "CSRF token validation failed", headers={HEADER: "Required"})

    def hand_out(self, request: Request, response: Response) -> None:
        """Give a token, and the cookies it needs, to a read that asks for one."""
        if request.headers.get(HEADER, "").lower() != "fetch":
            return
        session = request.cookies.get(self.cookie, "")
        if session not in self.tokens:
            session = self._open()
            response.set_cookie("sap-usercontext", self.context, path="/")
            response.set_cookie(self.cookie, session, path="/", httponly=True)
        response.headers[HEADER] = self.tokens[session]

    def _open(self) -> str:
        session = secrets.token_urlsafe(24)
        self.tokens[session] = secrets.token_urlsafe(18)
        while len(self.tokens) > MOST:
            self.tokens.popitem(last=False)
        return session
