"""The estate: the same from a seed, valid, hard for naive rules, decidable for a careful person."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter, defaultdict
from contextlib import ExitStack
from functools import cache

import pytest
from stdnum.de import vat
from stdnum.in_ import gstin
from stdnum.us import ein

from connectors.demo import estate
from connectors.demo.estate import clerks, naive, population, score, sheets
from connectors.demo.estate.countries import COUNTRIES
from connectors.demo.estate.world import Firm
from tests.connectors.demo import matchability

DIRT = {
    "legal_form", "abbreviated_address", "moved_address", "transposed_digits", "missing_tax_id", "shared_tax_id",
    "shared_phone", "family_address", "private_and_firm", "subsidiary", "gstin_per_state", "duplicate_in_system",
    "wrong_account", "typo", "nickname", "transliteration", "trade_name", "initials", "middle_name", "swapped_names",
    "other_city_name",
}  # fmt: skip
SEEDS = (7, 11)
KINDS = ("organisation", "person")


@cache
def made(seed: int, scale: float = 1.0) -> estate.Estate:
    return estate.build(seed, scale)


def customers(truth: estate.Truth) -> estate.Truth:
    """The truth without the goods, which have tests of their own."""
    parties = tuple(party for party in truth.parties if party.kind in KINDS)
    held = {record for party in parties for record in party.records}
    labels = {record: names for record, names in truth.labels.items() if record in held}
    return estate.Truth(parties, labels, tuple(pair for pair in truth.pairs if pair[1] in held))


def test_a_seed_gives_one_estate_in_every_process() -> None:
    code = (
        "import hashlib, json; from connectors.demo import estate; found = estate.build(5, 0.05); "
        "print(hashlib.sha256(json.dumps([found.salesforce, found.sap, found.shopify, found.truth.to_json()])"
        ".encode()).hexdigest())"
    )
    digests = [subprocess.check_output([sys.executable, "-c", code], text=True) for _ in range(2)]
    assert digests[0] == digests[1]
    assert made(5, 0.05).salesforce != made(6, 0.05).salesforce


def test_the_estate_is_pure_data() -> None:
    code = "import sys, connectors.demo.estate; print([n for n in sys.modules if n.split('.')[0] in ('mdm', 'django')])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.parametrize("seed", SEEDS)
def test_size_and_kinds_of_dirt(seed: int) -> None:
    truth = customers(made(seed).truth)
    records = Counter(record[:2] for record in truth.party_of())
    assert 2_700 <= sum(records.values()) <= 3_300
    assert set(truth.dirt()) == DIRT
    assert set(records) == {
        ("salesforce", "Account"), ("salesforce", "Contact.Person"), ("sap", "BusinessPartner"),
        ("shopify", "Customer"), ("shopify", "Company"),
    }  # fmt: skip
    assert all(len(truth.matches(kind)) > 600 for kind in KINDS)


@pytest.mark.parametrize("scale", [0.05, 0.3])
def test_other_sizes(scale: int) -> None:
    assert len(customers(made(7, scale).truth).party_of()) == pytest.approx(2_950 * scale, rel=0.2)


def test_truth_survives_a_file() -> None:
    truth = made(7, 0.1).truth
    assert estate.Truth.from_json(json.loads(json.dumps(truth.to_json()))) == truth


@pytest.mark.parametrize("seed", SEEDS)
def test_every_record_is_one_party_s(seed: int) -> None:
    found = made(seed)
    records = [record for party in found.truth.parties for record in party.records]
    assert len(records) == len(set(records))
    assert {row.record for row in naive.of_estate(found)} == set(records)


def test_tax_ids_are_valid_where_no_digits_were_swapped() -> None:
    found = made(7)
    checks = {"GSTIN__c": gstin, "VAT_Id__c": vat, "EIN__c": ein}
    seen: Counter[str] = Counter()
    for record in found.salesforce:
        if record["object"] != "Account":
            continue
        fields = record["fields"]
        labels = found.truth.labels.get(("salesforce", "Account", fields["Id"]), ())
        for name, check in checks.items():
            if name in fields and "transposed_digits" not in labels:
                assert check.is_valid(fields[name]), fields
                seen[name] += 1
    assert set(seen) == set(checks)


def test_branches_share_a_pan_and_groups_a_tax_id() -> None:
    world = population.make(7, 0.5)
    branched = [firm for firm in world.firms if "gstin_per_state" in firm.dirt]
    assert branched and all(len({tax.number[2:12] for tax in firm.tax_ids}) == 1 for firm in branched)
    assert all(len({tax.number[:2] for tax in firm.tax_ids}) == len(firm.places) > 1 for firm in branched)
    holders = defaultdict(set)
    for firm in world.firms:
        for tax in firm.tax_ids:
            holders[tax.number].add(firm.id)
    shared = {name for names in holders.values() if len(names) > 1 for name in names}
    assert shared == {firm.id for firm in world.firms if "shared_tax_id" in firm.dirt} and shared


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_parties_look_alike(seed: int) -> None:
    world = population.make(seed, 1.0)
    names = Counter((firm.core.casefold(), firm.country.code) for firm in world.firms)
    people = Counter((one.given, one.family, one.home.city.name) for one in world.people)
    homes = Counter((one.given, one.family, one.home.fact) for one in world.people)
    assert max(names.values()) == 1
    assert max(homes.values()) == 1
    assert sum(count > 1 for count in people.values()) <= 3
    assert len({one.mail for one in world.people}) == len(world.people)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_careful_person_could_decide(seed: int) -> None:
    for filed in clerks.file_all(population.make(seed, 1.0), seed).of_party.values():
        known, left = filed[:1], filed[1:]
        while left:
            fit = next(sheet for sheet in left if any(sheets.shared(sheet, other) >= sheets.ENOUGH for other in known))
            left.remove(fit)
            known.append(fit)


def test_parties_are_known_in_overlapping_systems() -> None:
    spread = Counter(frozenset(record[0] for record in party.records) for party in customers(made(7).truth).parties)
    assert len(spread) == 7  # every choice of one, two or three systems
    assert spread[frozenset({"salesforce", "sap", "shopify"})] > 200


@pytest.mark.parametrize("scale", [1.0, 0.1])
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rule", [naive.identifier_join, naive.name_postcode_join])
def test_naive_rules_are_not_enough(rule, seed: int, scale: float) -> None:
    found = made(seed, scale)
    scores = score.pairwise(found.truth, rule(found))
    assert all(0.1 < scores[kind]["recall"] < 0.6 for kind in KINDS), scores


@pytest.mark.parametrize("seed", [7, 11, 1, 2])
def test_no_system_refuses_a_record(seed: int) -> None:
    with ExitStack() as stack:
        matchability.loaded(stack, made(seed, 1.0 if seed in SEEDS else 0.1))


def test_the_engine_finds_who_is_who() -> None:
    found = made(7, 0.4)
    with ExitStack() as stack:
        changes = list(matchability.parties(matchability.loaded(stack, found)))
    records = {(change.connection, change.object_type, change.external_id) for change in changes}
    assert records == set(customers(found.truth).party_of())
    scores = score.pairwise(customers(found.truth), matchability.partition(changes))
    assert all(scores[kind]["precision"] >= 0.99 for kind in KINDS), scores
    assert all(scores[kind]["recall"] >= 0.8 for kind in KINDS), scores


def test_countries_are_of_three() -> None:
    found = Counter(firm.country.code for firm in population.make(7, 1.0).firms)
    assert set(found) == set(COUNTRIES) and min(found.values()) > 100


def test_labels_of_a_firm_hold_for_all_its_records() -> None:
    files = clerks.file_all(population.make(7, 0.3), 7)
    firms = [sheet for sheet in files.sheets if isinstance(sheet.party, Firm)]
    assert all(sheet.party.dirt <= sheet.labels for sheet in firms)
