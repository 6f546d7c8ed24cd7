"""The real firms and people, before anybody typed them into a system."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from faker import Faker

from connectors.demo.estate.countries import City, Country
from connectors.demo.estate.numbers import Phone


@dataclass(frozen=True, slots=True)
class Place:
    """An address: `street` with its house or plot, `unit` a second line or empty."""

    country: Country
    city: City
    postcode: str
    street: str
    unit: str = ""

    @property
    def fact(self) -> str:
        return f"place:{self.street}/{self.postcode}"


@dataclass(frozen=True, slots=True)
class TaxId:
    """A tax id and where it is registered."""

    scheme: str
    number: str
    place: Place


@dataclass(slots=True, kw_only=True)
class Firm:
    """One organisation. `core` is its name without the legal form; `former` the address before it moved."""

    id: str
    country: Country
    core: str
    form: str
    trade_name: str
    places: list[Place]
    former: Place
    store: Place | None
    phone: Phone
    domain: str
    tax_ids: list[TaxId]
    parent: Firm | None = None
    industry: str = ""
    segment: str = ""
    service_level: str = ""
    tier: str = ""
    terms: str = ""
    blocked: bool = False
    dirt: set[str] = field(default_factory=set)  # kinds that all its records carry

    @property
    def legal_name(self) -> str:
        return f"{self.core} {self.form}".strip()

    @property
    def place(self) -> Place:
        return self.places[0]


@dataclass(slots=True, kw_only=True)
class Human:
    """One person. With a firm it is a contact there; `buys` it also buys for itself, as do all without a firm."""

    id: str
    country: Country
    given: str
    middle: str
    family: str
    home: Place
    former: Place
    mobile: Phone
    landline: Phone
    mail: str
    firm: Firm | None = None
    work_mail: str = ""
    role: str = ""
    buys: bool = False
    loyalty_id: str = ""
    dirt: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Population:
    """Everybody, and what is taken already, so that no two are told apart by nothing."""

    rng: Random
    firms: list[Firm] = field(default_factory=list)
    people: list[Human] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    fakers: dict[str, Faker] = field(default_factory=dict)

    def free(self, name: str) -> bool:
        """Take a name that must not be given twice; False where it is taken already."""
        if name in self.taken:
            return False
        self.taken.add(name)
        return True
