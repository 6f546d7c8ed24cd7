"""Addresses, each made once."""

from __future__ import annotations

from random import Random

from connectors.demo.estate.countries import City, Country
from connectors.demo.estate.names import drawn
from connectors.demo.estate.world import Place, Population


def place(world: Population, country: Country, city: City | None = None, *, home: bool = False) -> Place:
    """An address nobody has yet."""
    rng = world.rng
    while True:
        where = city or rng.choice(country.cities)
        found = Place(country, where, rng.choice(where.postcodes), *_street(world, country, home))
        if world.free(found.fact):
            return found


def _street(world: Population, country: Country, home: bool) -> tuple[str, str]:
    rng = world.rng
    name = rng.choice(country.streets) if rng.random() < 0.8 else _named_street(world, country)
    if country.code == "DE":
        return f"{name} {rng.randrange(1, 160)}{rng.choice(('', '', '', '', 'a', 'b'))}", ""
    if country.code == "US":
        unit = f"{rng.choice(('Suite', 'Unit') if not home else ('Apt',))} {rng.randrange(1, 400)}"
        return f"{rng.randrange(100, 9900)} {name}", unit if rng.random() < 0.25 else ""
    if not home and rng.random() < 0.45:
        return f"Plot No. {rng.randrange(1, 480)}, {rng.choice(country.estates)}", _phase(rng)
    number = f"{rng.randrange(1, 250)}" if rng.random() < 0.6 else f"{rng.randrange(1, 90)}/{rng.randrange(1, 30)}"
    return f"{number}, {name}", _building(rng, home)


def _phase(rng: Random) -> str:
    return f"Phase {rng.choice(('I', 'II', 'III'))}" if rng.random() < 0.4 else ""


def _building(rng: Random, home: bool) -> str:
    if rng.random() < 0.55:
        return ""
    if home:
        return f"Flat No. {rng.randrange(1, 900)}, {rng.choice(('Shanti', 'Sai', 'Lake View', 'Green'))} Apartments"
    return f"Shop No. {rng.randrange(1, 60)}, {rng.choice(('Laxmi', 'Raj', 'Gokul', 'Steel', 'Navjivan'))} Building"


def _named_street(world: Population, country: Country) -> str:
    family = drawn(world.fakers[country.code].last_name)
    if country.code == "DE":
        return f"{family}{world.rng.choice(('straße', 'weg', 'allee'))}"
    return f"{family} {world.rng.choice(('Road', 'Street') if country.code == 'IN' else ('Avenue', 'Drive', 'Road'))}"
