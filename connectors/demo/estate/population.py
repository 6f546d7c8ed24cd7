"""Makes the firms and people of an estate from a seed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from faker import Faker

from connectors.demo.estate import numbers
from connectors.demo.estate.countries import COUNTRIES, City, Country
from connectors.demo.estate.names import CALLED, alike, slug
from connectors.demo.estate.world import Firm, Human, Place, TaxId

SHARES = (("IN", 0.4), ("DE", 0.34), ("US", 0.26))
INDUSTRIES = ("Machinery", "Automotive", "Furniture", "Railways", "Energy", "Building", "Marine", "Aerospace", "Retail")
SEGMENTS = ("Dealer", "Dealer", "Dealer", "OEM", "Key Account", "Workshop")
NAME = re.compile(r"[A-ZÀ-Ý][a-zß-ÿ]+(?:-[A-ZÀ-Ý][a-zß-ÿ]+)?")


@dataclass(slots=True)
class Population:
    """Everybody, and what is taken already, so that no two are told apart by nothing."""

    rng: Random
    firms: list[Firm] = field(default_factory=list)
    people: list[Human] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    fakers: dict[str, Faker] = field(default_factory=dict)


def make(seed: int, scale: float) -> Population:
    """About 650 firms and 850 people at scale 1."""
    rng = Random(f"goldenrod {seed}")
    world = Population(rng)
    for country in COUNTRIES.values():
        world.fakers[country.code] = Faker(country.locale)
        world.fakers[country.code].seed_instance(rng.randrange(2**32))
    for _ in range(round(590 * scale)):
        world.firms.append(firm(world, _country(rng)))
    _subsidiaries(world, max(3, round(45 * scale)))
    _branches(world, max(3, round(30 * scale)))
    _shared_phones(world, max(2, round(14 * scale)))
    for one in list(world.firms):
        for _ in range(rng.choices((0, 1, 2, 3), (30, 48, 18, 4))[0]):
            world.people.append(contact(world, one))
    for _ in range(round(215 * scale)):
        world.people.append(human(world, _country(rng)))
    _families(world, max(3, round(38 * scale)))
    return world


def _country(rng: Random) -> Country:
    return COUNTRIES[rng.choices([code for code, _ in SHARES], [share for _, share in SHARES])[0]]


# ---- places --------------------------------------------------------------------------------------------------------


def place(world: Population, country: Country, city: City | None = None, *, home: bool = False) -> Place:
    """An address nobody has yet."""
    rng = world.rng
    while True:
        where = city or rng.choice(country.cities)
        found = Place(country, where, rng.choice(where.postcodes), *_street(world, country, home))
        if _free(world, found.fact):
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
    family = _name(world.fakers[country.code].last_name)
    if country.code == "DE":
        return f"{family}{world.rng.choice(('straße', 'weg', 'allee'))}"
    return f"{family} {world.rng.choice(('Road', 'Street') if country.code == 'IN' else ('Avenue', 'Drive', 'Road'))}"


# ---- firms ---------------------------------------------------------------------------------------------------------


def firm(world: Population, country: Country, parent: Firm | None = None, added: Sequence[str] = ()) -> Firm:
    """A firm with a name, a domain, addresses and tax ids of its own.

    A subsidiary has its parent's name and one word of `added` after it.
    """
    rng = world.rng
    core = _core(world, country, parent, added)
    form = parent.form if parent and rng.random() < 0.6 else rng.choice(list(country.forms))
    here = place(world, country, parent.place.city if parent and rng.random() < 0.5 else None)
    domain = parent.domain if parent and rng.random() < 0.4 else _domain(world, country, core)
    return Firm(
        id=f"F{len(world.firms) + 1}",
        country=country,
        core=core,
        form=form,
        trade_name=_trade_name(world, country, core),
        places=[here],
        former=place(world, country, here.city),
        store=place(world, country, here.city) if rng.random() < 0.3 else None,
        phone=numbers.landline(rng, country, here.city),
        domain=domain,
        tax_ids=_tax_ids(rng, country, core, form, here),
        parent=parent,
        industry=rng.choice(INDUSTRIES),
        segment=rng.choice(SEGMENTS),
        service_level=rng.choice(("gold", "silver", "bronze", "bronze")),
        tier=rng.choice(("A", "B", "B", "C", "C")),
        terms=rng.choice(("NT00", "NT14", "NT30", "NT30", "NT30", "NT45", "NT60")),
        blocked=rng.random() < 0.03,
        dirt={"subsidiary"} if parent else set(),
    )


def _core(world: Population, country: Country, parent: Firm | None, added: Sequence[str]) -> str:
    while True:
        core = f"{parent.core} {world.rng.choice(added)}" if parent else _fresh_core(world, country)
        if _free(world, f"core:{slug(core)}"):
            return core


def _fresh_core(world: Population, country: Country) -> str:
    rng, fake = world.rng, world.fakers[country.code]
    trade = rng.choice(country.trades)
    kind = rng.random()
    if kind < 0.45:
        return f"{_name(fake.last_name)} {trade}"
    if kind < 0.6:
        return f"{rng.choice(country.brands)} {trade}"
    if kind < 0.75:
        return f"{_name(fake.last_name)} {'&' if country.code != 'DE' else 'und'} {_name(fake.last_name)} {trade}"
    if kind < 0.9:
        return f"{_name(fake.first_name)} {_name(fake.last_name)} {trade}"
    return f"{rng.choice(country.brands)} {rng.choice(country.cities).name.split()[0]} {trade}"


def _trade_name(world: Population, country: Country, core: str) -> str:
    """Half of the trade names begin like the registered ones, the others are somebody's idea."""
    start = core.split()[0] if world.rng.random() < 0.5 else ""
    while True:
        one = start or world.rng.choice((*country.brands, _name(world.fakers[country.code].last_name)))
        name = f"{one} {world.rng.choice(country.trades)}"
        if _free(world, f"core:{slug(name)}"):
            return name


def _domain(world: Population, country: Country, core: str) -> str:
    words = [word for word in slug(core).split("-") if word not in ("und", "and", "the")]
    while True:
        joined = world.rng.choice(("-", "")).join(words[: world.rng.choice((1, 2, 2, 3))])
        name = f"{joined}.{world.rng.choice(country.domains)}"
        if len(joined) > 4 and _free(world, f"domain:{name}"):
            return name
        words = [*words, str(world.rng.randrange(10, 99))] if len(words) < 4 else [*words[:2], *words[3:], "online"]


def _tax_ids(rng: Random, country: Country, core: str, form: str, here: Place) -> list[TaxId]:
    if country.code == "IN":
        return [TaxId("GSTIN", numbers.gstin(here.city.region, numbers.pan(rng, "Limited" in form, core[0])), here)]
    number = numbers.vat(rng) if country.code == "DE" else numbers.ein(rng)
    return [TaxId(country.scheme, number, here)]


def _subsidiaries(world: Population, count: int) -> None:
    """Firms of their own, named after their parent; a third share its VAT number or borrow its EIN."""
    parents = world.rng.sample(world.firms, min(count, len(world.firms)))
    for at, parent in enumerate(parents):
        country, one_id = parent.country, at % 3 == 0 and parent.country.code != "IN"
        added = country.divisions if one_id or world.rng.random() < 0.5 else country.areas
        child = firm(world, country, parent, added)
        parent.dirt.add("subsidiary")
        if one_id:
            child.tax_ids = list(parent.tax_ids)
            for one in (parent, child):
                one.dirt.add("shared_tax_id")
        elif world.rng.random() < 0.3:
            child.phone = parent.phone
            for one in (parent, child):
                one.dirt.add("shared_phone")
        world.firms.append(child)


def _branches(world: Population, count: int) -> None:
    """Indian firms registered for GST in further states: one PAN, several GSTINs."""
    single = [one for one in world.firms if one.country.code == "IN" and not one.parent]
    for one in world.rng.sample(single, min(count, len(single))):
        pan = one.tax_ids[0].number[2:12]
        others = [city for city in one.country.cities if city.region != one.place.city.region]
        for city in world.rng.sample(others, world.rng.choice((1, 1, 2))):
            if city.region not in [there.city.region for there in one.places]:
                there = place(world, one.country, city)
                one.places.append(there)
                one.tax_ids.append(TaxId("GSTIN", numbers.gstin(city.region, pan), there))
        one.dirt.add("gstin_per_state")


def _shared_phones(world: Population, count: int) -> None:
    """Unrelated firms of one city behind one switchboard."""
    by_city: dict[str, list[Firm]] = {}
    for one in world.firms:
        by_city.setdefault(one.place.city.name, []).append(one)
    pairs = [group[:2] for group in by_city.values() if len(group) > 1]
    for first, second in world.rng.sample(pairs, min(count, len(pairs))):
        second.phone = first.phone
        for one in (first, second):
            one.dirt.add("shared_phone")


# ---- people --------------------------------------------------------------------------------------------------------


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
    return f"{_name(world.fakers[country.code].first_name)[0]}."


def _new_name(world: Population, country: Country, city: City) -> tuple[str, str]:
    """Full names are of one person each, but for a few namesakes in other cities."""
    fake = world.fakers[country.code]
    while True:
        common = world.rng.random() < 0.17
        given = world.rng.choice(list(CALLED[country.code])) if common else _name(fake.first_name)
        family = _name(fake.last_name)
        new = _free(world, f"person:{given} {family}")
        here = _free(world, f"person:{given} {family}/{city.name}")
        if new or (here and world.rng.random() < 0.15):
            return given, family


def _name(draw: Callable[[], str]) -> str:
    """A drawn name in one piece: some of the lists hold titles, initials and numbers."""
    while True:
        found = draw()
        if len(found) > 2 and NAME.fullmatch(found):
            return found


def _private_mail(world: Population, country: Country, given: str, family: str) -> str:
    first, last = slug(given), slug(family)
    while True:
        box = world.rng.choice(
            (f"{first}.{last}", f"{first[0]}{last}", f"{last}.{first}", f"{first}{last[0]}", f"{first}_{last}")
        )
        number = world.rng.choice(("", "", str(world.rng.randrange(1, 99)), str(world.rng.randrange(1960, 2004))))
        found = f"{box}{number}@{world.rng.choice(country.free_mail)}"
        if _free(world, found):
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
        if _free(world, found):
            return found
    return f"{first}.{last}{len(world.people)}@{one.firm.domain}"


def _families(world: Population, count: int) -> None:
    """People of one name at one address, most with one landline."""
    shoppers = [one for one in world.people if one.firm is None]
    for first in world.rng.sample(shoppers, min(count, len(shoppers))):
        called = [first.given]
        for _ in range(world.rng.choice((1, 1, 2))):
            other = human(world, first.country, first.home.city)
            while any(alike(other.given, one) for one in called):
                other.given = _name(world.fakers[first.country.code].first_name)
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


def _free(world: Population, name: str) -> bool:
    if name in world.taken:
        return False
    world.taken.add(name)
    return True
