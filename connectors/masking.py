"""Payloads as people may see them: what looks like a secret is covered, and put back where an edit left it covered."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mdm.engine.values import Json

COVER = "••••••"
_SECRET = re.compile(
    r"pass(word|wd|phrase|code)?$|secret|token|api[-_]?key|authori[sz]ation|cookie|credential|private[-_]?key|hmac",
    re.IGNORECASE,
)


def covered(body: Json) -> Json:
    """The same with each secret covered; what is empty stays empty."""
    if isinstance(body, Mapping):
        return {key: COVER if _is_secret(key, value) else covered(value) for key, value in body.items()}
    return [covered(one) for one in body] if isinstance(body, list) else body


def restored(edited: Json, original: Json) -> Json:
    """What a person edited, with the secrets they left covered as they were in the original."""
    if isinstance(edited, Mapping):
        known = original if isinstance(original, Mapping) else {}
        return {
            key: known[key] if value == COVER and key in known and _is_secret(key, known[key]) else
            restored(value, known.get(key))
            for key, value in edited.items()
        }  # fmt: skip
    if isinstance(edited, list):
        known_items = original if isinstance(original, list) else []
        return [restored(one, known_items[n] if n < len(known_items) else None) for n, one in enumerate(edited)]
    return edited


def _is_secret(key: str, value: Json) -> bool:
    return bool(value) and isinstance(value, str | int | float) and not isinstance(value, bool) and bool(
        _SECRET.search(str(key))
    )
