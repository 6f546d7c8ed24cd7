"""Why not, why not higher, how it grew: tables of sentences."""

from __future__ import annotations

from typing import Any

import pytest

from mdm.engine.clustering import Edge, Join, cluster
from mdm.engine.matching import DEFAULT, PRODUCTS, Evidence, Line, Zone, explain, why
from mdm.engine.matching.learned.published.version import told
from tests.engine import articles, records

PRIOR = explain.prior(-13.3)
FIRST = Line("given", "Other", -6.25, "Other first name: Adam | Anna.")
TOWN = Line("city", "Other", -1.0, "Other town: Bonn | Ulm.")
MAIL = Line("email", "Equal", 12.0, "Equal: a@x.example.")
PHONE, BORN = explain.unknown("phone", "Phone"), explain.unknown("born", "Birth date")
AGAINST = ["-6.2 bits: Other first name: Adam | Anna.", "-1.0 bits: Other town: Bonn | Ulm."]
COMMON = "Nothing they say differs, but what agrees is too common to outweigh how rare a match is."


def evidence(weight: float, *lines: Line, zone: str = "no_match", veto: str = "") -> Evidence:
    return Evidence(weight, Zone(zone), veto, (PRIOR, *lines))


@pytest.mark.parametrize(
    ("found", "held", "told"),
    [
        (
            evidence(-8.55, TOWN, MAIL, FIRST),
            "",
            ["11.6 bits short of a match, which begins at +3.0.", *AGAINST],
        ),
        (
            evidence(-1.3, MAIL, PHONE, BORN, zone="review"),
            "",
            ["4.3 bits short of a match, which begins at +3.0.", "Not known on both sides: Phone, Birth date."],
        ),
        (evidence(-1.3, MAIL, zone="review"), "", ["4.3 bits short of a match, which begins at +3.0.", COMMON]),
        (
            evidence(2.97, MAIL, PHONE, zone="review"),
            "",
            ["Less than 0.1 bits short of a match, which begins at +3.0.", "Not known on both sides: Phone."],
        ),
        (evidence(3.0, MAIL, zone="match"), "", ["0.0 bits above where a match begins (+3.0)."]),
        (
            evidence(9.5, MAIL, TOWN, zone="match"),
            "C fits as well.",
            ["6.5 bits above where a match begins (+3.0).", "Held back: C fits as well.", AGAINST[1]],
        ),
        (
            evidence(9.5, MAIL, zone="review"),
            "",
            [
                "6.5 bits above where a match begins (+3.0), but weight alone is not enough: "
                "names, numbers or sizes that must agree do not, or are not known."
            ],
        ),
        (
            evidence(9.5, MAIL, veto="Other sizes."),
            "Other sizes.",
            ["No weight would make them one: Other sizes.", "6.5 bits above where a match begins (+3.0)."],
        ),
        (Evidence(-4.0, Zone.NO_MATCH, "", ()), "", ["7.0 bits short of a match, which begins at +3.0."]),
    ],
)
def test_why_a_weight_is_not_higher(found: Evidence, held: str, told: list[str]) -> None:
    assert why.not_higher(found, 3.0, held) == told


MATCH, SHORT = evidence(9.5, MAIL, zone="match"), evidence(1.0, MAIL, zone="review")
DISTANCE = ("weight", "2.0 bits short of a match, which begins at +3.0.")
MET: dict[str, Any] = {"shared": ["e-mail"]}


@pytest.mark.parametrize(
    ("found", "more", "reasons"),
    [
        (SHORT, MET, [DISTANCE]),
        (
            SHORT,
            {},
            [
                DISTANCE,
                (
                    "unseen",
                    "They share no key, so nobody compares them. "
                    "Keys of the one: e-mail, name; of the other: none.",
                ),
            ],
        ),
        (
            MATCH,
            {"common": ["name", "name"]},
            [
                (
                    "common",
                    "They share only keys that too many records have (name), so nobody compares them.",
                )
            ],
        ),
        (MATCH, {**MET, "apart": "Mia keeps them apart."}, [("apart", "Mia keeps them apart.")]),
        (
            SHORT,
            {**MET, "apart": "Mia keeps them apart.", "held": "A steward keeps a and b apart.", "veto": "Other sizes."},
            [("apart", "Mia keeps them apart."), ("veto", "Other sizes."), DISTANCE],
        ),
        (MATCH, {**MET, "held": "c fits almost as well."}, [("held", "c fits almost as well.")]),
        (MATCH, {**MET, "held": "Far.", "against": "Far."}, [("against", "Far.")]),
        (MATCH, {**MET, "veto": "No.", "held": "No.", "against": "No."}, [("veto", "No.")]),
        (evidence(9.5, MAIL, veto="No."), {**MET, "veto": "No."}, [("veto", "No.")]),
        (
            MATCH,
            MET,
            [("pending", "By what is known now they are a match: the hub joins them when it next looks at either.")],
        ),
    ],
)
def test_why_two_are_not_one(found: Evidence, more: dict[str, Any], reasons: list[tuple[str, str]]) -> None:
    facts = why.Facts(evidence=found, match_at=3.0, keys=(["e-mail", "name", "name"], []), **more)
    assert why.not_one(facts) == reasons


@pytest.mark.parametrize(
    ("join", "tie", "told"),
    [
        (Join("a", "b", 21.34, (1, 1)), "", "CRM 1 and SAP 2 came together by 21.3 bits."),
        (Join("a", "b", 12.1, (1, 2)), "", "CRM 1 joined SAP 2 and 1 more by 12.1 bits."),
        (Join("a", "b", 12.1, (3, 1)), "", "SAP 2 joined CRM 1 and 2 more by 12.1 bits."),
        (Join("a", "b", 9.0, (2, 4)), "", "CRM 1 and 1 more came together with SAP 2 and 3 more by 9.0 bits."),
        (Join("a", "b", 0.0, (1, 1)), "by the word of Mia", "CRM 1 and SAP 2 came together by the word of Mia."),
    ],
)
def test_how_a_cluster_grew(join: Join, tie: str, told: str) -> None:
    assert why.step(join, {"a": "CRM 1", "b": "SAP 2"}, tie) == told


def test_joins_are_told_in_their_order_with_the_sizes_before() -> None:
    edges = [Edge("a", "b", 5), Edge("c", "d", 9), Edge("d", "b", 7), Edge("a", "c", 1)]
    expected = (
        Join("d", "e", 0.0, (1, 1)),
        Join("c", "d", 9, (1, 2)),
        Join("b", "d", 7, (1, 3)),
        Join("a", "b", 5, (1, 4)),
    )
    for order in (edges, edges[::-1]):
        found = cluster("abcdef", order, together=[("e", "d")])
        assert found.joins == expected, "the pair that came last joined nothing: its groups were one already"


def test_what_is_held_is_no_join() -> None:
    found = cluster("ab", [Edge("a", "b", 9)], apart=[("a", "b")])
    assert found.joins == () and len(found.held) == 1


def test_every_key_of_the_built_in_models_is_told_in_words() -> None:
    firm = records.org(
        "Zylka GmbH",
        emails=["info@zylka.de"],
        phones=[("main", "0731 12345")],
        tax_ids=[("VAT", "DE136695976")],
        account_number="0010001",
        addresses=[("bill_to", records.address("Hauptstr. 12", "Ulm", "89073"))],
    )
    someone = records.person(
        "Anna|Zylka", emails=["anna.zylka@web.de"], addresses=[("home", records.address("Weg 1", "Ulm", "89073"))]
    )
    told = {DEFAULT.rule(key) for f in (firm, someone) for key in DEFAULT.keys(f)}
    assert told >= {"tax id", "e-mail", "phone", "identifier", "domain", "name", "family name with postcode"}
    bolt = articles.article("Sechskantschraube DIN 931 M8x40 8.8 verzinkt", sku="GF-0933-05040", gtin="4006381333931")
    named = articles.article("Handschuhe Leder braun")
    told = {PRODUCTS.rule(key) for f in (bolt, named) for key in PRODUCTS.keys(f)}
    assert told >= {"GTIN", "part number", "size with type", "size with grade", "name", "sound of the name"}


def test_keys_of_a_learned_model_are_told_by_their_fields() -> None:
    assert told("family name.sound+city.same\x1fmeier\x1fulm") == "family name with city"
    assert told("email.same\x1fa@x.example") == "email"
