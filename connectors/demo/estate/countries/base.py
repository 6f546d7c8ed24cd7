"""What the estate knows of a country."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class City:
    """A city with some of its postcodes and its dialling code; `others` are names it also goes by."""

    name: str
    region: str
    postcodes: tuple[str, ...]
    area: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Country:
    """`forms`: legal form as registered -> how people write it, an empty text for leaving it out.

    `brands` and `trades` make names of firms; `divisions` (lines of business) and `areas` those of subsidiaries.
    `streets` are whole names, `estates` are industrial areas with plots. `mailboxes` are names of a firm's mailboxes.
    """

    code: str
    name: str
    locale: str
    language: str
    currency: str
    dialling: str
    company_code: str
    tax_category: str
    scheme: str
    domains: tuple[str, ...]
    free_mail: tuple[str, ...]
    mailboxes: tuple[str, ...]
    cities: tuple[City, ...]
    regions: dict[str, str]
    forms: dict[str, tuple[str, ...]]
    brands: tuple[str, ...]
    trades: tuple[str, ...]
    divisions: tuple[str, ...]
    areas: tuple[str, ...]
    streets: tuple[str, ...]
    estates: tuple[str, ...]
    roles: tuple[str, ...]


def cities(text: str) -> tuple[City, ...]:
    """`name[|other name] region area postcode ...` a line, blanks of names written as `_`."""
    return tuple(_city(*line.split()) for line in text.strip().splitlines())


def _city(names: str, region: str, area: str, *postcodes: str) -> City:
    name, *others = names.replace("_", " ").split("|")
    return City(name, region, postcodes, area, tuple(others))


def listed(text: str) -> tuple[str, ...]:
    """Entries with commas or line ends between them."""
    return tuple(entry.strip() for entry in text.replace("\n", ",").split(",") if entry.strip())
