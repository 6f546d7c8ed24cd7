"""Scores over pairs, and the two naive rules, on records small enough to count by hand."""

from __future__ import annotations

import pytest

from connectors.demo.estate import naive, score
from connectors.demo.estate.naive import Row
from connectors.demo.estate.truth import Party, Truth

A, B, C, D, E = (("crm", "Account", name) for name in "abcde")
P, Q = ("erp", "BusinessPartner", "p"), ("erp", "BusinessPartner", "q")
TRUTH = Truth(
    (Party("F1", "organisation", (A, B, C)), Party("F2", "organisation", (D, E)), Party("P1", "person", (P, Q))),
    {A: ("typo",), D: ("typo", "moved_address")},
    (("duplicate_in_system", B, A), ("shared_phone", A, D)),
)


@pytest.mark.parametrize(
    "partition, organisation, person",
    [
        ({}, (1.0, 0.0), (1.0, 0.0)),
        ({A: "1", B: "1", C: "1", D: "2", E: "2", P: "3", Q: "3"}, (1.0, 1.0), (1.0, 1.0)),
        ({A: "1", B: "1", C: "2", D: "2"}, (0.5, 0.25), (1.0, 0.0)),
        ({A: "1", P: "1", Q: "1"}, (0.0, 0.0), (0.3333, 1.0)),
    ],
)
def test_pairwise(partition, organisation, person) -> None:
    found = score.pairwise(TRUTH, partition)
    assert (found["organisation"]["precision"], found["organisation"]["recall"]) == organisation
    assert (found["person"]["precision"], found["person"]["recall"]) == person


def test_by_dirt_counts_pairs_either_side_touches() -> None:
    found = score.by_dirt(TRUTH, {A: "1", B: "1", D: "2", E: "2"})
    assert found == {"typo": 0.6667, "moved_address": 1.0, "duplicate_in_system": 1.0}  # AB AC DE; DE; AB


def test_wrong_and_missed_pairs() -> None:
    partition = {A: "1", B: "1", C: "1", D: "1", P: "2", Q: "2"}
    assert score.wrong(TRUTH, partition) == [(A, D), (B, D), (C, D)]
    assert score.missed(TRUTH, partition) == [(D, E)]


ROWS = [
    Row(A, "Weber GmbH", ("89073",), ("DE1",), ("info@weber.de",)),
    Row(B, "Weber", ("89073",), (), ("info@weber.de",)),
    Row(C, "WEBER GMBH", ("10115", "89073"), ("DE 1",), ()),
    Row(D, "Weber", ("10115",), ("DE1",), ()),
    Row(E, "", ("89073",), (), ()),
]


@pytest.mark.parametrize(
    "rule, together",
    [(naive.identifier_join, [{A, B, D}, {C}, {E}]), (naive.name_postcode_join, [{A, C}, {B}, {D}, {E}])],
)
def test_naive_rules(rule, together) -> None:
    groups: dict[str, set] = {}
    for record, cluster in rule(ROWS).items():
        groups.setdefault(cluster, set()).add(record)
    assert sorted(map(sorted, groups.values())) == sorted(map(sorted, together))
