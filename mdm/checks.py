"""System checks for wrong configuration; each names the setting and says what to do."""

import os
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security)
def secrets_key(**_: Any) -> list[CheckMessage]:
    """GOLDENROD_SECRETS_KEY holds Fernet keys; never shows one."""
    wrong = [place for place, key in enumerate(settings.GOLDENROD_SECRETS_KEYS, start=1) if not _is_fernet(key)]
    return [
        Error(
            f"GOLDENROD_SECRETS_KEY: key number {place} is not a Fernet key.",
            hint="A key is 32 bytes in URL-safe base64: 44 characters. Keep the old keys behind the new one.",
            id="mdm.E001",
        )
        for place in wrong
    ]


def _is_fernet(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


@register()
def data_folder(**_: Any) -> list[CheckMessage]:
    """DATA_DIR can be written, or made."""
    place = settings.DATA_DIR
    while not place.exists():
        place = place.parent
    if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
        return []
    hint = "Give this user access to the folder, or set DATA_DIR to another one."
    return [Error(f"DATA_DIR: {settings.DATA_DIR} cannot be written.", hint=hint, id="mdm.E002")]


@register(Tags.database)
def database_engine(**_: Any) -> list[CheckMessage]:
    """PostgreSQL is the one engine: locks, COPY and JSONB queries rely on it."""
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        return []
    hint = "Set DATABASE_URL to postgresql://user:password@host/name."
    return [Error("DATABASE_URL: the database is not PostgreSQL.", hint=hint, id="mdm.E003")]


@register(Tags.security, deploy=True)
def trial_in_production(**_: Any) -> list[CheckMessage]:
    """The embedded database is for a trial on one machine."""
    if not settings.TRIAL:
        return []
    hint = "Set DATABASE_URL and REDIS_URL to servers of your own."
    return [Warning("DATABASE_URL is not set: this is a trial with an embedded database.", hint=hint, id="mdm.W001")]
