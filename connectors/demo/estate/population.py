"""Makes everybody of an estate from a seed."""

from __future__ import annotations

from random import Random

from faker import Faker

from connectors.demo.estate import firms, people
from connectors.demo.estate.countries import COUNTRIES, Country
from connectors.demo.estate.world import Population

SHARES = (("IN", 0.4), ("DE", 0.34), ("US", 0.26))


def make(seed: int, scale: float) -> Population:
    """About 650 firms and 850 people at scale 1."""
    rng = Random(f"goldenrod {seed}")
    world = Population(rng)
    for country in COUNTRIES.values():
        world.fakers[country.code] = Faker(country.locale)
        world.fakers[country.code].seed_instance(rng.randrange(2**32))
    for _ in range(round(590 * scale)):
        world.firms.append(firms.firm(world, _country(rng)))
    firms.subsidiaries(world, max(3, round(45 * scale)))
    firms.branches(world, max(3, round(30 * scale)))
    firms.shared_phones(world, max(2, round(14 * scale)))
    for one in list(world.firms):
        for _ in range(rng.choices((0, 1, 2, 3), (30, 48, 18, 4))[0]):
            world.people.append(people.contact(world, one))
    for _ in range(round(215 * scale)):
        world.people.append(people.human(world, _country(rng)))
    people.families(world, max(3, round(38 * scale)))
    return world


def _country(rng: Random) -> Country:
    return COUNTRIES[rng.choices([code for code, _ in SHARES], [share for _, share in SHARES])[0]]
