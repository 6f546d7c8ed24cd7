"""Read settings from environment variables; every error names the variable and says what it may hold."""

import os
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """The variable without outer blanks; an empty one counts as unset."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    """A yes or no."""
    given = text(name).lower()
    if given and given not in _YES | _NO:
        raise ImproperlyConfigured(f"{name} is {given!r}: set it to 1 or 0.")
    return given in _YES if given else default


def number(name: str, default: int) -> int:
    """A whole number, zero or more."""
    given = text(name, str(default))
    if not given.isdecimal():
        raise ImproperlyConfigured(f"{name} is {given!r}: set it to a whole number, zero or more.")
    return int(given)


def items(name: str, default: str = "") -> list[str]:
    """A list parted by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed words; the first is the default."""
    given = text(name, allowed[0])
    if given not in allowed:
        raise ImproperlyConfigured(f"{name} is {given!r}: set it to one of {', '.join(allowed)}.")
    return given


def zone(name: str, default: str) -> str:
    """A time zone by its IANA name."""
    given = text(name, default)
    try:
        ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a name that is a path, or a folder of names
        raise ImproperlyConfigured(f"{name} is {given!r}: set it to an IANA name such as Europe/Berlin.") from None
    return given


def url(name: str, default: str, schemes: tuple[str, ...]) -> str:
    """A URL of one of the schemes. The error shows the scheme only, since the rest may hold a password."""
    given = text(name, default)
    scheme = urlsplit(given).scheme
    if scheme not in schemes:
        raise ImproperlyConfigured(f"{name} starts with {scheme or 'no scheme'!r}: use {', '.join(schemes)}.")
    return given


def folder(name: str, default: str, base: Path) -> Path:
    """An absolute folder; a relative one counts from `base`, so every process finds the same."""
    return (base / Path(text(name, default)).expanduser()).resolve()


def required(name: str, hint: str) -> str:
    """The variable, or an error that says how to get a value."""
    given = text(name)
    if not given:
        raise ImproperlyConfigured(f"{name} is not set. {hint}")
    return given
