"""Makes people: contacts of firms, shoppers, families."""

from __future__ import annotations

from connectors.demo.estate import numbers
from connectors.demo.estate.countries import City, Country
from connectors.demo.estate.names import CALLED, alike, drawn, slug
from connectors.demo.estate.places import place
from connectors.demo.estate.world import Firm, Human, Population


def human(world: Population, country: Country, city: City | None = None) -> Human:
    """A person who buys for themselves."""
    home = place(world, country, city, home=True)
    given, family = _new_name(world, country, home.city)
    return Human(
        id=f"P{len(world.people) + 1}",
        country=country,
        given=given,
        middle=_middle(world, country),
        family=family,
        home=home,
        former=place(world, country, home=True),
        mobile=numbers.mobile(world.rng, country, home.city),
        landline=numbers.landline(world.rng, country, home.city),
        mail=_private_mail(world, country, given, family),
        buys=True,
        loyalty_id=f"GR-{world.rng.randrange(10**6, 10**7)}" if world.rng.random() < 0.3 else "",
    )


def contact(world: Population, firm: Firm) -> Human:
    """A person who works for a firm; some buy for themselves as well."""
    one = human(world, firm.country, firm.place.city)
    one.firm, one.role, one.buys = firm, world.rng.choice(firm.country.roles), world.rng.random() < 0.07
    one.work_mail = _work_mail(world, one)
    if one.buys:
        one.dirt.add("private_and_firm")
    return one


def _middle(world: Population, country: Country) -> str:
    """A second given name; outside India it is only written as an initial."""
    if country.code == "IN":
        return world.rng.choice(("Kumar", "Kumar", "Chandra", "Prasad", "Lal", "Nath", "Bhai"))
    return f"{drawn(world.fakers[country.code].first_name)[0]}."


def _new_name(world: Population, country: Country, city: City) -> tuple[str, str]:
    """Full names are of one person each, but for a few namesakes in other cities."""
    fake = world.fakers[country.code]
    while True:
        common = world.rng.random() < 0.17
        given = world.rng.choice(list(CALLED[country.code])) if common else drawn(fake.first_name)
        family = drawn(fake.last_name)
        new = world.free(f"person:{given} {family}")
        here = world.free(f"person:{given} {family}/{city.name}")
        if new or (here and world.rng.random() < 0.15):
            return given, family


def _private_mail(world: Population, country: Country, given: str, family: str) -> str:
    first, last = slug(given), slug(family)
    while True:
        box = world.rng.choice(
            (f"{first}.{last}", f"{first[0]}{last}", f"{last}.{first}", f"{first}{last[0]}", f"{first}_{last}")
        )
        number = world.rng.choice(("", "", str(world.rng.randrange(1, 99)), str(world.rng.randrange(1960, 2004))))
        found = f"{box}{number}@{world.rng.choice(country.free_mail)}"
        if world.free(found):
            return found


def _work_mail(world: Population, one: Human) -> str:
    assert one.firm is not None
    first, last = slug(one.given), slug(one.family)
    for box in (
        world.rng.choice((f"{first}.{last}", f"{first[0]}.{last}", last, first)),
        f"{first}.{last}",
        f"{last}2",
    ):
        found = f"{box}@{one.firm.domain}"
        if world.free(found):
            return found
    return f"{first}.{last}{len(world.people)}@{one.firm.domain}"


def families(world: Population, count: int) -> None:
    """People of one name at one address, most with one landline."""
    shoppers = [one for one in world.people if one.firm is None]
    for first in world.rng.sample(shoppers, min(count, len(shoppers))):
        called = [first.given]
        for _ in range(world.rng.choice((1, 1, 2))):
            other = human(world, first.country, first.home.city)
            while any(alike(other.given, one) for one in called):
                other.given = drawn(world.fakers[first.country.code].first_name)
            called.append(other.given)
            other.family, other.home, other.former = first.family, first.home, first.former
            other.mail = _private_mail(world, first.country, other.given, other.family)
            if world.rng.random() < 0.7:
                other.landline = first.landline
                first.dirt.add("shared_phone")
                other.dirt.add("shared_phone")
            first.dirt.add("family_address")
            other.dirt.add("family_address")
            world.people.append(other)
