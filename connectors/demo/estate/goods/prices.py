"""What articles cost: per list and currency, in the past, today and in the years to come, less for many pieces."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from connectors.demo.estate.goods.world import Article, Period

# The standard list in three currencies, and one for dealers. Everything has a price in the first.
LISTS = ((("10", "EUR"), 1.0), (("10", "USD"), 0.25), (("10", "INR"), 0.15), (("20", "EUR"), 0.2))
RATES = {"EUR": Decimal(1), "USD": Decimal("1.1"), "INR": Decimal(90)}
DEALER = Decimal("0.82")
SURCHARGE = {"hot_dip": "1.25", "flake": "1.3", "yellow": "1.05", "black": "1.1", "zinc": "1.08"}
EVER = "9999-12-31"
CENT = Decimal("0.01")


def set_for(rng: Random, article: Article) -> None:
    """Give an article its prices: for a pack, seldom for ten packs."""
    base = _base(rng, article)
    article.per = rng.choices((1, 10), (9, 1))[0]
    for (price_list, currency), share in LISTS:
        if rng.random() < share:
            amount = base * RATES[currency] * (DEALER if price_list == "20" else 1)
            article.prices[price_list, currency] = _periods(rng, article, amount)


def current(article: Article, price_list: str = "10", currency: str = "EUR") -> Period:
    """The period that holds at the time of the estate and for years after."""
    periods = article.prices[price_list, currency]
    return next(one for one in periods if one.start <= "2026-01-01" <= one.end)


def _base(rng: Random, article: Article) -> Decimal:
    """What a pack costs: by weight, material and finish."""
    per_kilo = Decimal(21) if article.stainless else Decimal("7.5")
    factor = Decimal(SURCHARGE.get(article.finish, "1")) * Decimal(rng.randrange(85, 125)) / 100
    return article.weight * article.pack / 1000 * per_kilo * factor + Decimal("1.4")


def _periods(rng: Random, article: Article, amount: Decimal) -> list[Period]:
    """One price for ever, or the one before it as well, or also the one agreed for years ahead."""
    course = rng.choices(("one", "past", "future", "all"), (40, 35, 10, 15))[0]
    scaled = rng.random() < 0.3
    spans = [("2025-07-01", EVER, Decimal(1))]
    if course in ("future", "all"):
        spans = [("2025-07-01", "2035-12-31", Decimal(1)), ("2036-01-01", EVER, Decimal("1.04"))]
    if course in ("past", "all"):
        spans = [("2024-01-01", "2025-06-30", Decimal("0.96")), *spans]
    return [_period(article, amount * factor, start, end, scaled) for start, end, factor in spans]


def _period(article: Article, amount: Decimal, start: str, end: str, scaled: bool) -> Period:
    """To the cent for each pack, also where the price is for ten."""
    steps = ((10, Decimal("0.95")), (50, Decimal("0.88"))) if scaled else ()

    def rounded(share: Decimal) -> Decimal:
        return (amount * share).quantize(CENT) * article.per

    return Period(rounded(Decimal(1)), start, end, tuple((at, rounded(share)) for at, share in steps))
