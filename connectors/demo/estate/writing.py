"""How people write addresses, phones and numbers down: in full, cut short, in one format or another."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random

from connectors.demo.estate.countries import COUNTRIES
from connectors.demo.estate.numbers import Phone
from connectors.demo.estate.world import Place

SHORT = {
    "DE": (("straße", "str."), ("Straße", "Str."), ("platz", "pl.")),
    "IN": (
        ("Plot No. ", "Plot "), ("Industrial Area", "Indl. Area"), ("Industrial Estate", "Ind. Est."), ("Road", "Rd"),
        ("Street", "St"), ("Shop No. ", "Shop "), ("Building", "Bldg"), ("Flat No. ", "Flat "), ("Apartments", "Apts"),
        ("Phase III", "Ph-III"), ("Phase II", "Ph-II"), ("Phase I", "Ph-I"), ("Main ", ""), ("Lane", "Ln"),
    ),
    "US": (
        ("Street", "St"), ("Avenue", "Ave"), ("Parkway", "Pkwy"), ("Boulevard", "Blvd"), ("Drive", "Dr"),
        ("Road", "Rd"), ("Lane", "Ln"), ("Highway", "Hwy"), ("Suite", "Ste"),
        ("Industrial", "Ind."),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """An address as somebody wrote it; region and country are codes, which the systems write out as they like."""

    street: str
    unit: str
    city: str
    region: str
    postcode: str
    country: str


def address(place: Place) -> Address:
    """A place written out in full."""
    return Address(place.street, place.unit, place.city.name, place.city.region, place.postcode, place.country.code)


def abbreviated(rng: Random, found: Address) -> Address:
    """Words of the street cut short, the unit or the region left out."""
    street, unit = found.street, found.unit
    for long, short in SHORT[found.country]:
        street, unit = street.replace(long, short), unit.replace(long, short)
    if found.country == "IN" and rng.random() < 0.3:
        street = street.replace(", ", " ")
    if found.country == "US" and rng.random() < 0.3:
        street = street.upper()
    return replace(found, street=street, unit=unit if rng.random() < 0.7 else "")


def another_city_name(rng: Random, found: Address) -> Address:
    """The city by an older, foreign or plain-letter name, where it has one."""
    country = COUNTRIES[found.country]
    others = next((city.others for city in country.cities if city.name == found.city), ())
    return replace(found, city=rng.choice(others)) if others else found


def swapped_postcode(rng: Random, found: Address) -> Address:
    """Two neighbouring digits of the postcode swapped, the first one kept."""
    return replace(found, postcode=found.postcode[0] + swapped(rng, found.postcode[1:]))


def swapped(rng: Random, text: str) -> str:
    """Two different neighbouring digits swapped; the text as it is where there are none."""
    spots = [at for at in range(len(text) - 1) if text[at : at + 2].isdigit() and text[at] != text[at + 1]]
    if not spots:
        return text
    at = rng.choice(spots)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def swapped_tax(rng: Random, scheme: str, number: str) -> str:
    """A tax id with two digits swapped that still has the form of one."""
    start, end = {"GSTIN": (7, 11), "VAT": (2, 11), "EIN": (3, 10)}[scheme]
    return number[:start] + swapped(rng, number[start:end]) + number[end:]


def swapped_phone(rng: Random, found: Phone) -> Phone:
    """A number with two of its last digits swapped."""
    return replace(found, local=found.local[:1] + swapped(rng, found.local[1:]))


def phone(rng: Random, found: Phone) -> str:
    """A number as people type it: with or without its country, with blanks, slashes, brackets."""
    local = found.local
    form = rng.choice(FORMS[found.country if found.area else "IN mobile"])
    return form.format(area=found.area, local=local, head=local[:3], tail=local[3:], five=local[:5], rest=local[5:])


FORMS = {
    "US": ("({area}) {head}-{tail}", "{area}-{head}-{tail}", "+1 {area} {head} {tail}", "1-{area}-{head}-{tail}"),
    "DE": ("0{area} {local}", "0{area}/{local}", "+49 {area} {local}", "+49 (0){area} {local}", "0{area}-{local}"),
    "IN": ("0{area}-{local}", "+91 {area} {local}", "0{area} {local}", "+91-{area}-{local}"),
    "IN mobile": ("+91 {five} {rest}", "0{local}", "{five} {rest}", "+91-{local}"),
}


def tax(rng: Random, scheme: str, number: str) -> str:
    """A tax id as people type it; the simulated systems and their forms decide what may come in between."""
    if rng.random() < 0.7:
        return number
    if scheme == "GSTIN":
        return number.lower()
    return number.replace("-", "") if scheme == "EIN" else re.sub(r"^DE", "DE ", number)
