"""Secrets of connections: encrypted in the database, never logged, never in history."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from connectors.errors import Misconfigured


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.GOLDENROD_SECRETS_KEYS])


@lru_cache(maxsize=64)  # every call from a system reads them; its connector holds them in memory anyway
def _opened(sealed: str, keys: tuple[str, ...]) -> str:
    return _box().decrypt(sealed.encode()).decode()


class SecretsField(models.TextField):  # type: ignore[type-arg]
    """A dict of texts, stored as one encrypted text; the first key encrypts, every key decrypts."""

    def from_db_value(self, value: str | None, *_: Any) -> dict[str, str]:
        if not value:
            return {}
        try:
            return dict(json.loads(_opened(value, tuple(settings.GOLDENROD_SECRETS_KEYS))))
        except InvalidToken:
            raise Misconfigured(
                "The secrets of a connection cannot be decrypted: GOLDENROD_SECRETS_KEY is not the key they were "
                "saved with. Put the old key back, behind the new one."
            ) from None

    def get_prep_value(self, value: Any) -> str:
        return _box().encrypt(json.dumps(value or {}).encode()).decode()

    def to_python(self, value: Any) -> dict[str, str]:
        return value if isinstance(value, dict) else json.loads(value or "{}")
