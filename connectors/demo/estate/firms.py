"""Makes firms, with those that are easily taken for another: subsidiaries, branches, neighbours on one switchboard."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from random import Random

from connectors.demo.estate import numbers
from connectors.demo.estate.countries import Country
from connectors.demo.estate.names import drawn, slug
from connectors.demo.estate.places import place
from connectors.demo.estate.world import Firm, Place, Population, TaxId

INDUSTRIES = ("Machinery", "Automotive", "Furniture", "Railways", "Energy", "Building", "Marine", "Aerospace", "Retail")
SEGMENTS = ("Dealer", "Dealer", "Dealer", "OEM", "Key Account", "Workshop")


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
        if world.free(f"core:{slug(core)}"):
            return core


def _fresh_core(world: Population, country: Country) -> str:
    rng, fake = world.rng, world.fakers[country.code]
    trade = rng.choice(country.trades)
    kind = rng.random()
    if kind < 0.45:
        return f"{drawn(fake.last_name)} {trade}"
    if kind < 0.6:
        return f"{rng.choice(country.brands)} {trade}"
    if kind < 0.75:
        return f"{drawn(fake.last_name)} {'&' if country.code != 'DE' else 'und'} {drawn(fake.last_name)} {trade}"
    if kind < 0.9:
        return f"{drawn(fake.first_name)} {drawn(fake.last_name)} {trade}"
    return f"{rng.choice(country.brands)} {rng.choice(country.cities).name.split()[0]} {trade}"


def _trade_name(world: Population, country: Country, core: str) -> str:
    """Half of the trade names begin like the registered ones, the others are somebody's idea."""
    start = core.split()[0] if world.rng.random() < 0.5 else ""
    words = [start or world.rng.choice((*country.brands, drawn(world.fakers[country.code].last_name)))]
    for tries in count():
        name = " ".join([*words, world.rng.choice(country.trades)])
        if world.free(f"core:{slug(name)}"):
            return name
        if not start:
            words = [world.rng.choice((*country.brands, drawn(world.fakers[country.code].last_name)))]
        if tries > 20:  # a large estate uses all short ones up
            words.append(drawn(world.fakers[country.code].last_name))
    raise AssertionError("unreachable")


def _domain(world: Population, country: Country, core: str) -> str:
    words = [word for word in slug(core).split("-") if word not in ("und", "and", "the")]
    while True:
        joined = world.rng.choice(("-", "")).join(words[: world.rng.choice((1, 2, 2, 3))])
        name = f"{joined}.{world.rng.choice(country.domains)}"
        if len(joined) > 4 and world.free(f"domain:{name}"):
            return name
        words = [*words, str(world.rng.randrange(10, 99))] if len(words) < 4 else [*words[:2], *words[3:], "online"]


def _tax_ids(rng: Random, country: Country, core: str, form: str, here: Place) -> list[TaxId]:
    if country.code == "IN":
        return [TaxId("GSTIN", numbers.gstin(here.city.region, numbers.pan(rng, "Limited" in form, core[0])), here)]
    number = numbers.vat(rng) if country.code == "DE" else numbers.ein(rng)
    return [TaxId(country.scheme, number, here)]


def subsidiaries(world: Population, number: int) -> None:
    """Firms of their own, named after their parent; a third share its VAT number or borrow its EIN."""
    parents = world.rng.sample(world.firms, min(number, len(world.firms)))
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


def branches(world: Population, number: int) -> None:
    """Indian firms registered for GST in further states: one PAN, several GSTINs."""
    single = [one for one in world.firms if one.country.code == "IN" and not one.parent]
    for one in world.rng.sample(single, min(number, len(single))):
        pan = one.tax_ids[0].number[2:12]
        others = [city for city in one.country.cities if city.region != one.place.city.region]
        for city in world.rng.sample(others, world.rng.choice((1, 1, 2))):
            if city.region not in [there.city.region for there in one.places]:
                there = place(world, one.country, city)
                one.places.append(there)
                one.tax_ids.append(TaxId("GSTIN", numbers.gstin(city.region, pan), there))
        one.dirt.add("gstin_per_state")


def shared_phones(world: Population, number: int) -> None:
    """Unrelated firms of one city behind one switchboard."""
    by_city: dict[str, list[Firm]] = {}
    for one in world.firms:
        by_city.setdefault(one.place.city.name, []).append(one)
    pairs = [group[:2] for group in by_city.values() if len(group) > 1]
    for first, second in world.rng.sample(pairs, min(number, len(pairs))):
        second.phone = first.phone
        for one in (first, second):
            one.dirt.add("shared_phone")
