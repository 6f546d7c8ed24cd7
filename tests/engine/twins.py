"""Made tables with duplicates and their truth: persons, companies, and products of two shops.

Everything comes from Faker and a seed; no word list of the engine is used. Errors are typos, swapped names, wrong days,
missing values, moves, other spellings of legal forms and streets, and titles with other words around the same article.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
from faker import Faker

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned import Column, Records

Row = dict[str, str | None]
KINDS = {
    "persons": {
        "first": Kind.GIVEN_NAME, "last": Kind.FAMILY_NAME, "born": Kind.DATE, "street": Kind.STREET,
        "city": Kind.CITY, "zip": Kind.POSTCODE, "mail": Kind.EMAIL, "phone": Kind.PHONE,
    },
    "companies": {"name": Kind.COMPANY_NAME, "address": Kind.ADDRESS, "zip": Kind.POSTCODE, "phone": Kind.PHONE},
    "products": {"title": Kind.TEXT, "price": Kind.NUMBER},
}  # fmt: skip


@dataclass(frozen=True)
class Twins:
    """Records with the entity of each, in the same order."""

    records: Records
    entities: list[str]

    def true_pairs(self) -> set[tuple[str, str]]:
        """Pairs of ids of one entity, each in order."""
        found: dict[str, list[str]] = {}
        for name, entity in zip(self.records.ids, self.entities, strict=True):
            found.setdefault(entity, []).append(name)
        return {(min(a, b), max(a, b)) for ids in found.values() for a in ids for b in ids if a < b}


def persons(count: int, seed: int = 1, locale: str = "en_US") -> Twins:
    """So many records; three in ten are copies with errors, up to three of one person."""
    return _table("persons", _person, _worn_person, count, seed, locale)


def companies(count: int, seed: int = 1, locale: str = "de_DE") -> Twins:
    return _table("companies", _company, _worn_company, count, seed, locale)


def products(count: int, seed: int = 1) -> tuple[Records, Records, set[tuple[str, str]]]:
    """Two shops with about `count` articles each, of which three in four are in both; the true links."""
    fake, rng = _made("en_US", seed)
    left, right, links = [], [], set()
    for number in range(count):
        article = _article(fake, rng)
        left.append((f"a{number}", _offer(article, rng)))
        if rng.random() < 0.75:
            right.append((f"b{number}", _offer(article, rng)))
            links.add((f"a{number}", f"b{number}"))
        else:
            right.append((f"b{number}", _offer(_article(fake, rng), rng)))
    rng.shuffle(right)
    return _records("products", left), _records("products", right), links


def copies(
    what: str, count: int, times: tuple[int, int], share: float = 1.0, seed: int = 1
) -> tuple[Records, Records, set[tuple[str, str]]]:
    """Two tables of "persons" or "companies" and the true links: a share of the entities stand so many times in either
    table, the others once."""
    make, wear = {"persons": (_person, _worn_person), "companies": (_company, _worn_company)}[what]
    fake, rng = _made("de_DE", seed)
    tables: tuple[list[tuple[str, Row]], list[tuple[str, Row]]] = ([], [])
    links: set[tuple[str, str]] = set()
    for entity in range(count):
        original, often = make(fake, rng), rng.random() < share
        ids = [[f"{side}{entity}-{k}" for k in range(n if often else 1)] for side, n in zip("ab", times, strict=True)]
        for rows, names in zip(tables, ids, strict=True):
            rows += [(name, wear(original, fake, rng)) for name in names]
        links |= {(a, b) for a in ids[0] for b in ids[1]}
    left, right = (_records(what, rng.sample(rows, len(rows))) for rows in tables)
    return left, right, links


def table(records: Records) -> pl.DataFrame:
    """Records as a file holds them, the column `id` first."""
    return records.values.select(records.ids.alias("id"), pl.all())


def only(records: Records, names: list[str]) -> Records:
    """The same records with some of their columns."""
    columns = tuple(column for column in records.columns if column.name in names)
    return Records(records.ids, columns, records.values.select(names))


def typo(text: str, rng: random.Random) -> str:
    """One letter left out, put in, replaced, or two swapped."""
    at, letter = rng.randrange(len(text)), rng.choice("abcdefghijklmnopqrstuvwxyz")
    pair = text[at : at + 2]
    return rng.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + letter + text[at:],
            text[:at] + letter + text[at + 1 :],
            text[:at] + pair[::-1] + text[at + 2 :],
        )
    )


def _made(locale: str, seed: int) -> tuple[Faker, random.Random]:
    fake = Faker(locale)
    fake.seed_instance(seed)
    return fake, random.Random(seed)


def _table(what: str, make: Callable[..., Row], wear: Callable[..., Row], count: int, seed: int, locale: str) -> Twins:
    fake, rng = _made(locale, seed)
    rows: list[tuple[str, Row]] = []
    entity = 0
    while len(rows) < count:
        entity += 1
        original = make(fake, rng)
        rows.append((f"e{entity}", original))
        copies = rng.choices((0, 1, 2, 3), (72, 18, 7, 3))[0]
        rows += [(f"e{entity}", wear(original, fake, rng)) for _ in range(copies)]
    rows = rng.sample(rows, count)
    named = [(f"r{number}", row) for number, (_, row) in enumerate(rows)]
    return Twins(_records(what, named), [name for name, _ in rows])


def _records(what: str, rows: list[tuple[str, Row]]) -> Records:
    columns = tuple(Column(name, kind) for name, kind in KINDS[what].items())
    values = pl.DataFrame(
        [[row[column.name] for column in columns] for _, row in rows],
        schema={column.name: pl.String for column in columns},
        orient="row",
    )
    return Records(pl.Series("id", [name for name, _ in rows], dtype=pl.String), columns, values)


def _person(fake: Faker, rng: random.Random) -> Row:
    first, last = fake.first_name(), fake.last_name()
    return {
        "first": first,
        "last": last,
        "born": fake.date_of_birth(minimum_age=18, maximum_age=90).isoformat(),
        **_place(fake),
        "mail": f"{first}.{last}{rng.randrange(1000)}@{fake.free_email_domain()}".lower().replace(" ", ""),
        "phone": fake.numerify("0###%######"),
    }


def _place(fake: Faker) -> Row:
    return {"street": fake.street_address().replace("\n", " "), "city": fake.city(), "zip": fake.postcode()}


def _worn_person(row: Row, fake: Faker, rng: random.Random) -> Row:
    worn = dict(row)
    if rng.random() < 0.1:
        worn |= _place(fake)
    if rng.random() < 0.04:
        worn["first"], worn["last"] = worn["last"], worn["first"]
    if rng.random() < 0.08:
        worn["born"] = f"{worn['born'][:8]}{rng.randrange(1, 29):02}"  # type: ignore[index]
    worn = _typos(worn, ("first", "last", "street", "city", "mail"), 0.2, rng)
    return _missing(worn, rng, 0.1, ("mail", "phone", "zip", "born"))


def _company(fake: Faker, rng: random.Random) -> Row:
    place = _place(fake)
    return {
        "name": fake.company(),
        "address": f"{place['street']}, {place['city']}",
        "zip": place["zip"],
        "phone": fake.numerify("0###%#####"),
    }


SPELLINGS = (
    ("GmbH & Co. KG", "GmbH und Co KG"), ("GmbH", "Gesellschaft mbH"), ("AG", "Aktiengesellschaft"),
    ("Inc", "Incorporated"), ("Ltd", "Limited"), ("straße", "str."), ("Street", "St"), ("Avenue", "Ave"),
)  # fmt: skip


def _worn_company(row: Row, fake: Faker, rng: random.Random) -> Row:
    worn = dict(row)
    for long, short in SPELLINGS:
        for name in ("name", "address"):
            if rng.random() < 0.5:
                worn[name] = worn[name].replace(long, short)  # type: ignore[union-attr]
    if rng.random() < 0.15:
        worn["name"] = worn["name"].upper()  # type: ignore[union-attr]
    return _missing(_typos(worn, ("name", "address"), 0.25, rng), rng, 0.2, ("zip", "phone", "address"))


def _typos(row: Row, columns: tuple[str, ...], rate: float, rng: random.Random) -> Row:
    return {
        name: typo(value, rng) if value and name in columns and rng.random() < rate else value
        for name, value in row.items()
    }


def _missing(row: Row, rng: random.Random, rate: float, columns: tuple[str, ...]) -> Row:
    return {name: None if name in columns and rng.random() < rate else value for name, value in row.items()}


THINGS = "Kettle Toaster Blender Headphones Speaker Monitor Keyboard Camera Router Printer Drill Vacuum Fan".split()
TRAITS = "Black White Silver Compact Wireless Digital Portable Stainless Steel Cordless Quiet Professional Mini".split()
FILLERS = "new original with warranty fast delivery retail pack series edition home office".split()


def _article(fake: Faker, rng: random.Random) -> Row:
    code = fake.bothify(rng.choice(("??-####", "??####", "???##?", "##-???")), letters="ABCDEFGHKLMNPRSTX").upper()
    return {
        "brand": fake.last_name(),
        "thing": rng.choice(THINGS),
        "traits": " ".join(rng.sample(TRAITS, 3)),
        "code": code,
        "price": f"{rng.uniform(15, 900):.2f}",
    }


def _offer(article: Row, rng: random.Random) -> Row:
    """How one shop writes an article: its own choice and order of words, the code now and then, a price near by."""
    code = str(article["code"])
    words = [str(article["brand"]), str(article["thing"]), *str(article["traits"]).split()[: rng.randrange(1, 4)]]
    if rng.random() < 0.85:
        words.append(code.replace("-", "") if rng.random() < 0.5 else code)
    words += rng.sample(FILLERS, rng.randrange(0, 3))
    if rng.random() < 0.5:
        words = [words[0], *rng.sample(words[1:], len(words) - 1)]
    price = float(str(article["price"])) * rng.uniform(0.9, 1.1)
    return {"title": " ".join(words), "price": f"${price:.2f}" if rng.random() < 0.6 else None}
