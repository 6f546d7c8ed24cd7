"""A floor under quality and a ceiling over cost, on a generated catalogue of fasteners."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import pytest

from mdm.engine.matching import PRODUCTS, Zone
from tests.engine import measure
from tests.engine.catalogue import Record, catalogue

SEEDS = (21, 22, 23)


@lru_cache
def measured(seed: int) -> tuple[list[Record], measure.Run]:
    _, records = catalogue(seed, 400)
    return records, measure.run([record.values for record in records], PRODUCTS)


def true_pairs(records: list[Record]) -> set[measure.Pair]:
    return measure.truth([record.article for record in records])


@pytest.mark.parametrize("seed", SEEDS)
def test_precision_and_recall(seed):
    records, run = measured(seed)
    true = true_pairs(records)
    precision, recall = measure.scores(run.pairs(), true)
    assert len(true) > 700
    assert precision >= 0.995
    assert recall >= 0.85


@pytest.mark.parametrize("seed", SEEDS)
def test_most_of_what_is_not_linked_is_asked(seed):
    """Pairs that are one article are hardly ever vetoed, and reviews are right about as often as they are wrong."""
    records, run = measured(seed)
    true = true_pairs(records)
    assert sum(run.evidence[pair].veto != "" for pair in true & set(run.evidence)) <= 0.005 * len(true)
    asked = [pair for pair, found in run.evidence.items() if found.zone is Zone.REVIEW]
    assert len(set(asked) & true) >= 0.3 * len(asked)


@pytest.mark.parametrize("seed", SEEDS)
def test_keys_find_the_pairs_and_stay_selective(seed):
    records, run = measured(seed)
    true = true_pairs(records)
    assert len(true & set(run.evidence)) / len(true) >= 0.98
    assert run.largest_block <= 60
    assert len(run.evidence) <= 8 * len(records)
    assert sum(len(PRODUCTS.keys(found)) for found in run.features) / len(records) <= 16


@pytest.mark.parametrize("seed", SEEDS)
def test_what_naive_rules_find_is_less(seed):
    """The data is hard enough: one exact identifier, or the same name, find far less than the model."""
    records, run = measured(seed)
    true = true_pairs(records)
    for rule in (lambda f: {number.text for number in f.skus} | set(f.gtins), lambda f: set(f.names)):
        joined = {pair for pair in true if rule(run.features[pair[0]]) & rule(run.features[pair[1]])}
        assert len(joined) / len(true) < 0.6


def test_every_kind_of_dirt_is_there():
    records, _ = measured(SEEDS[0])
    dirt = Counter(kind for record in records for kind in record.dirt)
    assert min(dirt.values()) >= 10
    assert {"duplicate", "iso for din", "mistyped gtin", "no sku", "no pack in name", "coarse pitch written"} <= set(
        dirt
    )


def test_another_hash_seed_finds_the_same():
    program = (
        "from tests.engine import measure; from tests.engine.catalogue import catalogue\n"
        "from mdm.engine.matching import PRODUCTS\n"
        "run = measure.run([record.values for record in catalogue(24, 60)[1]], PRODUCTS)\n"
        "print([sorted(group) for group in run.clustering.groups], run.clustering.held, run.evidence)"
    )
    printed = measure.printed_under_hash_seeds(program)
    assert len(printed) == 1
    assert len(printed.pop()) > 1000
