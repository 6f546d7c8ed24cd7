"""Kinds of columns guessed from values: generated tables of several countries, whatever their order and headers."""

from __future__ import annotations

import random
from collections.abc import Callable

import polars as pl
import pytest
from faker import Faker

from mdm.engine.matching.learned.guess import guess

COUNT = 400
LOCALES = ("en_US", "de_DE", "en_GB", "fr_FR", "en_IN")


def column(make: Callable[[Faker], object], locale: str, missing: float = 0.1) -> pl.Series:
    """Values of one kind, some missing, some twice, some with a typo."""
    fake, rng = Faker(locale), random.Random(5)
    fake.seed_instance(5)
    values: list[str | None] = [str(make(fake)).replace("\n", ", ") for _ in range(COUNT)]
    values += rng.choices(values, k=COUNT // 3)
    for at in rng.sample(range(len(values)), len(values) // 10):
        values[at] = typo(str(values[at]), rng)
    for at in rng.sample(range(len(values)), int(len(values) * missing)):
        values[at] = None
    rng.shuffle(values)
    return pl.Series(values, dtype=pl.String)


def typo(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return rng.choice((text[:at] + text[at + 1 :], text[:at] + rng.choice("aeiou19") + text[at:]))


EVERYWHERE: dict[str, Callable[[Faker], object]] = {
    "email": lambda fake: fake.email(),
    "url": lambda fake: fake.url(),
    "date": lambda fake: fake.date(),
    "phone": lambda fake: fake.phone_number(),
    "postcode": lambda fake: fake.postcode(),
    "person_name": lambda fake: f"{fake.first_name()} {fake.last_name()}",
    "company_name": lambda fake: fake.company(),
    "address": lambda fake: fake.address(),
    "family_name": lambda fake: fake.last_name(),
    "identifier": lambda fake: fake.bothify("??-######"),
    "text": lambda fake: fake.paragraph(),
    "country": lambda fake: fake.country(),
    "number": lambda fake: fake.pydecimal(left_digits=3, right_digits=2, positive=True),
    "house_number": lambda fake: fake.random_int(1, 9) if fake.boolean(30) else fake.random_int(1, 180),
    "category": lambda fake: fake.random_element(("Gold", "Silver", "Basic")),
    "name_list": lambda fake: "; ".join(fake.name() for _ in range(3)),
}
# the libraries make up cities in some countries, and know few given names of others
SOMEWHERE: tuple[tuple[str, str, Callable[[Faker], object]], ...] = (
    *(("given_name", locale, lambda fake: fake.first_name()) for locale in ("en_US", "de_DE", "en_GB", "fr_FR")),
    *(("city", locale, lambda fake: fake.city()) for locale in ("de_DE", "en_IN")),
    *(("street", locale, lambda fake: fake.street_name()) for locale in ("en_US", "de_DE", "en_GB", "en_IN", "fr_FR")),
    *(("address", locale, lambda fake: fake.street_address()) for locale in ("de_DE", "en_GB", "fr_FR", "en_IN")),
    ("region", "en_US", lambda fake: fake.state_abbr()),
    ("region", "de_DE", lambda fake: fake.state()),
    ("region", "en_IN", lambda fake: fake.state()),
    ("identifier", "en_US", lambda fake: fake.ssn()),
    ("date", "en_US", lambda fake: fake.date(pattern="%m/%d/%y")),
    ("date", "en_US", lambda fake: fake.date(pattern="%Y%m%d")),
    ("date", "de_DE", lambda fake: fake.date(pattern="%d.%m.%Y")),
    ("date", "en_GB", lambda fake: fake.date(pattern="%d %B %Y")),
    ("date", "en_GB", lambda fake: fake.random_int(1900, 2020)),
    ("number", "en_US", lambda fake: fake.pricetag()),
    ("number", "en_US", lambda fake: fake.random_int(18, 90)),
    ("country", "en_US", lambda fake: fake.country_code()),
    ("category", "en_US", lambda fake: fake.random_element(("m", "f"))),
    ("category", "en_US", lambda fake: fake.random_element(("Yes", "No", "Unknown"))),
    ("phone", "en_US", lambda fake: f"773{fake.random_int(2, 9)}{fake.numerify('######')}"),
    ("identifier", "en_US", lambda fake: fake.numerify("########")),
)
CASES = [
    *((kind, locale, make) for locale in LOCALES for kind, make in EVERYWHERE.items()),
    *SOMEWHERE,
]


@pytest.mark.parametrize(("kind", "locale", "make"), CASES)
def test_the_kind_is_guessed_from_values(kind, locale, make):
    assert guess(column(make, locale)) == kind


def test_order_header_and_missing_values_say_nothing():
    values = column(EVERYWHERE["person_name"], "en_US", missing=0.6)
    shuffled = values.sample(fraction=1, shuffle=True, seed=3).alias("phone")
    assert guess(values.alias("zip")) == guess(shuffled) == "person_name"


@pytest.mark.parametrize("values", [[], [None, None], ["x"], ["x", "x", None]])
def test_one_value_throughout_says_nothing(values):
    assert guess(pl.Series(values, dtype=pl.String)) is None


@pytest.mark.parametrize("value", ["x" * 10_000_000, "\x00\x1b", "💥", "-" * 50])
def test_strange_values_do_no_harm(value):
    assert guess(pl.Series([value, "Anna", "Berta", "Clara"])) is not None
