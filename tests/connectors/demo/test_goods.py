"""The goods of the estate: the same from a seed, valid numbers, near twins, hard for naive rules, decidable."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import ExitStack
from functools import cache
from itertools import pairwise

import pytest
from stdnum import ean

from connectors.demo import estate
from connectors.demo.estate import goods, naive, population, score
from connectors.demo.estate.goods import articles, clerks
from connectors.demo.estate.goods.wording import TEXT
from connectors.demo.estate.truth import Record, Truth
from tests.connectors.demo import matchability
from tests.connectors.demo.matchability import SIGN_IN
from tests.connectors.sandbox.server import running

DIRT = {
    "sku_missing", "sku_format", "old_sku", "sku_transposed", "gtin_missing", "gtin_other_level", "din_beside_iso",
    "other_language", "abbreviation", "word_order", "decimal_comma", "size_in_name_only", "thread_for_hole",
    "product_twice", "near_twin_length", "near_twin_pitch", "near_twin_grade", "near_twin_finish", "near_twin_pack",
}  # fmt: skip
SEEDS = (7, 11)


@cache
def made(seed: int, scale: float = 1.0) -> goods.Goods:
    return goods.build(seed, scale)


def truth(found: goods.Goods) -> Truth:
    return Truth(found.parties, found.labels, found.pairs)


@pytest.mark.parametrize("seed", SEEDS)
def test_size_and_kinds_of_dirt(seed: int) -> None:
    found = truth(made(seed))
    records = Counter(record[:2] for record in found.party_of())
    assert 1_400 <= sum(records.values()) <= 1_650
    assert set(found.dirt()) == DIRT
    assert set(records) == {
        ("salesforce", "Product2"), ("sap", "A_Product"), ("shopify", "ProductVariant"), ("shopify", "Product"),
    }  # fmt: skip
    assert len(found.matches("product")) > 900


@pytest.mark.parametrize("scale", [0.05, 0.3])
def test_other_sizes(scale: float) -> None:
    assert len(truth(made(7, scale)).party_of()) == pytest.approx(1_530 * scale, rel=0.2)


def test_a_seed_gives_one_catalogue_and_another_seed_another() -> None:
    assert goods.build(7, 0.1) == goods.build(7, 0.1)
    assert made(7, 0.1).sap != made(11, 0.1).sap


def test_goods_take_nothing_from_the_random_numbers_of_the_customers() -> None:
    before = population.make(7, 0.05)
    goods.build(7, 0.05)
    after = population.make(7, 0.05)
    assert [firm.legal_name for firm in before.firms] == [firm.legal_name for firm in after.firms]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_record_is_one_party_s(seed: int) -> None:
    found = made(seed)
    records = [record for party in found.parties for record in party.records]
    assert len(records) == len(set(records))
    assert {row.record for row in naive.of_estate(found)} == set(records)


def test_gtins_are_valid_and_of_one_article_each() -> None:
    found = made(7)
    party_of = truth(found).party_of()
    holders: dict[str, set[str]] = defaultdict(set)
    for record, gtin in gtins(found):
        assert ean.is_valid(gtin) and "9521470" in gtin[:8], gtin
        holders[gtin].add(party_of[record].id)
    assert all(len(parties) == 1 for parties in holders.values())
    assert {len(gtin) for gtin in holders} == {13, 14}


def gtins(found: goods.Goods) -> list[tuple[Record, str]]:
    """Everything that stands in a field for a GTIN."""
    held = [(("sap", "A_Product", one["fields"]["Product"]), one["fields"].get("ProductStandardID"))
            for one in found.sap if one["object"] == "A_Product"]  # fmt: skip
    held += [(("salesforce", "Product2", one["fields"]["Id"]), one["fields"].get("GTIN__c"))
             for one in found.salesforce if one["object"] == "Product2"]  # fmt: skip
    variants = [variant for one in found.shopify for variant in one["fields"]["variants"]]
    held += [(("shopify", "ProductVariant", f"gid://shopify/ProductVariant/{one['id']}"), one.get("barcode"))
             for one in variants]  # fmt: skip
    return [(record, gtin) for record, gtin in held if gtin]


def test_short_texts_fit_into_sap() -> None:
    texts = [text for one in made(7).sap if one["object"] == "A_Product" for text in one["fields"]["to_Description"]]
    assert max(len(text["ProductDescription"]) for text in texts) <= TEXT
    languages = Counter(text["Language"] for text in texts)
    assert languages["DE"] > languages["EN"] > 200


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_articles_are_alike_and_many_are_almost(seed: int) -> None:
    catalogue = articles.make(seed, 1.0)
    assert len({tuple(one.traits.values()) for one in catalogue.articles}) == len(catalogue.articles)
    assert len({one.sku for one in catalogue.articles}) == len(catalogue.articles)
    twins = Counter(twin for one in catalogue.articles for twin in one.twins)
    assert set(twins) == {"length", "pack", "grade", "finish", "pitch"} and min(twins.values()) >= 20, twins
    assert all(one.finish == "plain" for one in catalogue.articles if one.stainless)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_careful_person_with_the_catalogue_at_hand_could_decide(seed: int) -> None:
    shelves = clerks.file_all(articles.make(seed, 1.0), seed)
    for filed in shelves.of_article.values():
        known, left = filed[:1], filed[1:]
        while left:
            fit = next(sheet for sheet in left if any(shelves.fit(sheet, other) for other in known))
            left.remove(fit)
            known.append(fit)


@pytest.mark.parametrize("seed, scale", [(7, 1.0), (11, 1.0), (7, 0.1)])
@pytest.mark.parametrize("rule, least", [(naive.identifier_join, 0.3), (naive.name_postcode_join, 0.01)])
def test_naive_rules_are_not_enough(rule, least: float, seed: int, scale: float) -> None:
    found = made(seed, scale)
    recall = score.pairwise(truth(found), rule(found))["product"]["recall"]
    assert least < recall < 0.6


def test_prices_have_a_past_a_present_and_a_future_without_gaps() -> None:
    courses: Counter[int] = Counter()
    for one in articles.make(7, 1.0).articles:
        assert ("10", "EUR") in one.prices
        for periods in one.prices.values():
            courses[len(periods)] += 1
            assert periods[-1].end == "9999-12-31"
            assert all(a.end < b.start for a, b in pairwise(periods))
            assert sum(period.start <= "2026-01-01" <= period.end for period in periods) == 1
            assert all(at > 1 and amount < period.amount for period in periods for at, amount in period.scale)
    assert set(courses) == {1, 2, 3}


@pytest.mark.parametrize("code", ["salesforce", "sap", "shopify"])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_system_refuses_a_record(code: str, seed: int) -> None:
    records = getattr(made(seed), code)
    with ExitStack() as stack:
        system = stack.enter_context(running(code, **SIGN_IN[code][0]))
        assert system.control("load", {"records": records}) == {"loaded": len(records)}


def test_the_engine_finds_which_is_which() -> None:
    found = estate.build(7, 0.4)
    with ExitStack() as stack:
        changes = list(matchability.parties(matchability.loaded(stack, found), "product"))
    whole = found.truth
    truth = Truth(tuple(party for party in whole.parties if party.kind == "product"), whole.labels)
    assert {(one.connection, one.object_type, one.external_id) for one in changes} == set(truth.party_of())
    scores = score.pairwise(truth, matchability.partition(changes, "product"))["product"]
    assert scores["precision"] >= 0.995 and scores["recall"] >= 0.8, scores
