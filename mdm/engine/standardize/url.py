"""Web addresses."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from mdm.engine.standardize.base import Hints, Unclear, shown
from mdm.engine.standardize.text import line
from mdm.engine.values import Json

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d{1,5})?")


def url(raw: str, context: str, hints: Hints) -> Json:
    """`WWW.Acme.de/` becomes `https://www.acme.de`; only http and https addresses of a named host."""
    text = line(raw)
    try:
        parts = urlsplit(text if _SCHEME.match(text) else f"https://{text.lstrip('/')}")
        host = parts.netloc.lower()
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or " " in text:
        raise Unclear(f"'{shown(text)}' is no web address.")
    path = "" if parts.path == "/" and not parts.query and not parts.fragment else parts.path
    return urlunsplit((parts.scheme, host, path, parts.query, parts.fragment))
