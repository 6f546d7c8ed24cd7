"""What the shop accepts as text, e-mail and phone, and how it writes them down."""

from __future__ import annotations

import re
from typing import Any

import phonenumbers

from connectors.sandbox.shopify.store import Record, problem

EMAIL = re.compile(r"^[^@\s,;<>()\[\]\\\"]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", re.IGNORECASE)
TAGS = re.compile(r"<[^<>]*>")


class Problems:
    """Collects userErrors under one path of the input, such as ["input", "company"]."""

    def __init__(self, where: list[str]) -> None:
        self.where = where
        self.found: list[Record] = []

    def add(self, name: str | list[str], message: str, code: str = "INVALID") -> None:
        """One more."""
        names = [name] if isinstance(name, str) else name
        self.found.append(problem([*self.where, *names], message, code))

    def text(self, given: Record, name: str, label: str, limit: int = 255, html: bool = True) -> str | None:
        """A trimmed text or None for a blank one; complains when it is too long or, where forbidden, holds tags."""
        value = (given.get(name) or "").strip() or None
        if value and len(value) > limit:
            self.add(name, f"{label} is too long (maximum is {limit} characters)", "TOO_LONG")
        if value and not html and TAGS.search(value):
            self.add(name, f"{label} cannot contain HTML tags")
        return value


def plain(text: str) -> str:
    """Text without HTML tags."""
    return TAGS.sub("", text).strip()


def email(raw: Any) -> str | None:
    """The e-mail as stored (trimmed, lower case), None for a blank one; raises ValueError when it cannot be one."""
    text = (raw or "").strip().lower()
    if text and (len(text) > 255 or not EMAIL.match(text) or ".." in text):
        raise ValueError(text)
    return text or None


def phone(raw: Any, region: str) -> str | None:
    """The phone as stored (E.164), None for a blank one; raises ValueError when no number of `region` has that form.

    A number without a country prefix is read as one of the shop's country.
    """
    text = (raw or "").strip()
    if not text:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise ValueError(text) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def tags(given: list[str]) -> list[str]:
    """Tags as stored: trimmed, split at commas, each once whatever its case, in order of the alphabet."""
    parts = (part.strip() for tag in given for part in tag.split(","))
    return sorted({part.lower(): part for part in parts if part}.values(), key=str.lower)
