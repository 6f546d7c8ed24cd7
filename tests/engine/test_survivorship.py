"""Which value survives: ownership first, then the strategy; the same whatever the order of the testimonies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdm.engine.survivorship.resolve import Resolution, resolve
from mdm.engine.survivorship.resolve import Testimony as Words
from mdm.engine.survivorship.rules import OwnerRule, RuleBook, Scope, SurvivorRule
from mdm.engine.survivorship.strategies import STRATEGIES, Candidate, Source, completeness, ranked
from mdm.engine.values import Json, Key, Statement
from mdm.entities import Attribute, Kind, Shape

T0 = datetime(2026, 1, 1, tzinfo=UTC)
ATTRIBUTES = {
    one.name: one
    for one in (
        Attribute("name", Kind.TEXT, "Name"),
        Attribute("terms", Kind.CATEGORY, "Terms", Shape.BY_CONTEXT),
        Attribute("emails", Kind.EMAIL, "E-mails", Shape.MANY),
        Attribute("region", Kind.CATEGORY, "Region"),
        Attribute("legal_entity", Kind.CATEGORY, "Legal entity"),
        Attribute("given", Kind.GIVEN_NAME, "Given", group="person"),
        Attribute("family", Kind.FAMILY_NAME, "Family", group="person"),
    )
}


def t(minute: float) -> datetime:
    return T0 + timedelta(minutes=minute)


def source(code: str) -> Source:
    """`crm`, or `erp-2`: role and number; the record id follows from both, the key is code and number."""
    role = code.partition("-")[0]
    return Source(record_id=sum(map(ord, code)), key=f"{code}:Account:1", connection=code, role=role)


def said(value: Json, minute: float = 1, run: int = 0) -> Statement:
    return Statement(value, t(minute), run)


def speaks(code: str, **statements: Any) -> Words:
    """Statements by key with __ for |; a value alone is a first value of minute 1."""
    read = {
        Key.parse(key.replace("__", "|")): value if isinstance(value, Statement) else said(value)
        for key, value in statements.items()
    }
    return Words(source(code), read)


def book(owners: tuple[OwnerRule, ...] = (), *survivors: SurvivorRule) -> RuleBook:
    return RuleBook(version=1, attributes=ATTRIBUTES, owners=owners, survivors=survivors)


def own(attribute: str, owner: str, **scope: str) -> OwnerRule:
    return OwnerRule(attribute=attribute, owner=owner, scope=Scope(**scope))


def survive(attribute: str, strategy: str, *sources: str, **scope: str) -> SurvivorRule:
    return SurvivorRule(attribute=attribute, strategy=strategy, sources=sources, scope=Scope(**scope))


def in_any_order(rules: RuleBook, *testimonies: Words) -> Resolution:
    """The resolution, the same for every order of the testimonies and of their statements."""
    first = resolve(rules, testimonies)
    for order in permutations(testimonies):
        turned = [Words(one.source, dict(reversed(one.statements.items()))) for one in order]
        assert resolve(rules, turned) == first
    return first


def outcome(resolution: Resolution) -> dict[str, tuple[Json, str, str]]:
    """Key -> value, winning connection, rule."""
    won: Mapping[str, Any] = resolution.winners
    return {key: (value, won[key].source.connection, won[key].rule) for key, value in resolution.values.items()}


def contests(resolution: Resolution) -> set[tuple[str, str, Json, Json]]:
    return {(one.source.connection, one.key, one.value, one.owner_value) for one in resolution.contests}


LONG = {"street": "Weg 5", "city": "Bremen", "postcode": None}
SHORT = {"street": "Weg 5 Hinterhaus rechts", "city": "", "postcode": None}

STRATEGY_CASES: list[tuple[str, tuple[str, ...], list[tuple[str, Json, float]], list[str]]] = [
    ("priority", ("erp", "crm"), [("crm", "a", 9), ("erp", "b", 1), ("store", "c", 12)], ["erp", "crm", "store"]),
    ("priority", ("crm-2", "crm"), [("crm-1", "a", 9), ("crm-2", "b", 1)], ["crm-2", "crm-1"]),
    ("priority", ("erp",), [("crm", "a", 1), ("store", "b", 2)], ["store", "crm"]),
    ("priority", ("erp",), [("erp-1", "a", 1), ("erp-2", "b", 2)], ["erp-2", "erp-1"]),
    ("most_recent", (), [("crm", "a", 1), ("erp", "b", 3), ("store", "c", 2)], ["erp", "store", "crm"]),
    ("most_complete", (), [("crm", "abc", 9), ("erp", "abcd", 1)], ["erp", "crm"]),
    ("most_complete", (), [("crm", LONG, 1), ("erp", SHORT, 9)], ["crm", "erp"]),
    ("most_frequent", (), [("crm", "a", 1), ("erp", "b", 9), ("store", "a", 2)], ["store", "crm", "erp"]),
    ("most_frequent", (), [("crm", {"x": 1, "y": 2}, 1), ("erp", 7, 9), ("store", {"y": 2, "x": 1}, 2)],
     ["store", "crm", "erp"]),
    ("union", (), [("crm", "a", 1), ("erp", "b", 3)], ["erp", "crm"]),
    ("pinned", (), [("crm", "a", 9), ("hub", "b", 1)], ["hub", "crm"]),
    ("any_true", (), [("crm", False, 9), ("erp", True, 1)], ["erp", "crm"]),
    ("any_true", (), [("crm", "true", 9), ("erp", True, 1)], ["erp", "crm"]),
    ("any_true", (), [("crm", False, 9), ("erp", False, 1)], ["crm", "erp"]),
]  # fmt: skip


@pytest.mark.parametrize(("strategy", "sources", "given_", "expected"), STRATEGY_CASES)
def test_strategies(
    strategy: str, sources: tuple[str, ...], given_: list[tuple[str, Json, float]], expected: list[str]
) -> None:
    candidates = [Candidate(source(code), said(value, minute)) for code, value, minute in given_]
    for order in permutations(candidates):
        assert [one.source.connection for one in ranked(order, strategy, sources)] == expected


def test_every_strategy_has_a_case() -> None:
    assert {case[0] for case in STRATEGY_CASES} == set(STRATEGIES)


@pytest.mark.parametrize("strategy", sorted(STRATEGIES))
def test_ties_end_at_the_newest_and_then_at_the_source_key(strategy: str) -> None:
    equal = [Candidate(source(code), said(True, minute)) for code, minute in (("b", 1), ("a", 1), ("c", 2))]
    for order in permutations(equal):
        assert [one.source.connection for one in ranked(order, strategy)] == ["c", "a", "b"]


def test_two_values_of_one_record_and_moment_still_have_an_order() -> None:
    values = [Candidate(source("crm"), said(value)) for value in ("b", "a", None, 3)]
    orders = {tuple(str(one.value) for one in ranked(order, "most_recent")) for order in permutations(values)}
    assert len(orders) == 1


def test_an_unknown_strategy_is_an_error() -> None:
    with pytest.raises(KeyError):
        ranked([Candidate(source("crm"), said("a"))], "loudest")


@pytest.mark.parametrize(
    ("value", "expected"), [("", 0), ("abc", 3), (1234, 4), ({"a": "xy", "b": None, "c": ""}, 1002), ({}, 0), (True, 4)]
)
def test_completeness(value: Json, expected: int) -> None:
    assert completeness(value) == expected


RULES = (
    own("terms", "crm"),
    own("terms", "erp", context="company:*"),
    own("terms", "store", context="company:*", region="IN"),
    own("terms", "erp-2", context="company:*", legal_entity="L1"),
    own("terms", "erp-9", context="company:*", legal_entity="L1", region="IN"),
    own("terms", "hub", region="IN", legal_entity="L1"),
)


@pytest.mark.parametrize(
    ("context", "region", "legal_entity", "owner"),
    [
        ("", "", "", "crm"),
        ("sales:1", "", "", "crm"),
        ("company:1", "", "", "erp"),
        ("company:1", "DE", "", "erp"),
        ("company:1", "IN", "", "store"),
        ("company:1", "", "L1", "erp-2"),
        ("company:1", "DE", "L1", "erp-2"),
        ("company:1", "IN", "L1", "erp-9"),
        ("sales:1", "IN", "L1", "hub"),
        ("", "IN", "L2", "crm"),
        ("Company:1", "", "", "crm"),
    ],
)
def test_the_narrowest_scope_decides(context: str, region: str, legal_entity: str, owner: str) -> None:
    for order in (RULES, RULES[::-1]):
        found = book(order).owner("terms", context, region, legal_entity)
        assert found is not None
        assert found.owner == owner
    survivors = tuple(survive("terms", "priority", one.owner, **_fields(one.scope)) for one in RULES)
    assert book((), *survivors).survivor("terms", context, region, legal_entity).sources == (owner,)


def _fields(scope: Scope) -> dict[str, str]:
    return {"context": scope.context, "region": scope.region, "legal_entity": scope.legal_entity}


def test_rules_that_contradict_each_other_still_decide_alike_everywhere() -> None:
    rules = (
        own("terms", "crm", context="company:*"),
        own("terms", "erp", context="*:10"),
        own("terms", "hub", context="*:10"),
    )
    owners = {book(order).owner("terms", "company:10") for order in permutations(rules)}
    assert len(owners) == 1
    ways = (survive("name", "pinned"), survive("name", "most_recent"), survive("*", "union"))
    assert len({book((), *order).survivor("name") for order in permutations(ways)}) == 1


def test_a_rule_of_the_attribute_beats_a_narrower_one_of_all_attributes() -> None:
    rules = book((), survive("*", "most_complete", context="bill_to", region="IN"), survive("terms", "pinned"))
    assert rules.survivor("terms", "bill_to", "IN").strategy == "pinned"
    assert rules.survivor("emails", "bill_to", "IN").strategy == "most_complete"
    assert rules.survivor("emails", "", "").strategy == "most_recent"


def test_the_owner_wins_over_newer_words_of_others() -> None:
    found = in_any_order(
        book((own("name", "erp"),)), speaks("crm", name=said("A", 9)), speaks("erp", name=said("B", 1))
    )
    assert outcome(found) == {"name": ("B", "erp", "owned by erp")}


def test_an_owner_may_be_one_connection_of_a_role() -> None:
    found = in_any_order(
        book((own("name", "erp-2"),)), speaks("erp-1", name=said("A", 9)), speaks("erp-2", name=said("B", 1))
    )
    assert outcome(found)["name"] == ("B", "erp-2", "owned by erp-2")


def test_among_the_owners_own_records_the_strategy_decides() -> None:
    rules = book((own("name", "erp"),), survive("name", "most_complete"))
    found = in_any_order(rules, speaks("erp-1", name=said("AA", 1)), speaks("erp-2", name=said("B", 9)))
    assert outcome(found)["name"] == ("AA", "erp-1", "owned by erp")
    assert contests(found) == set()


def test_until_the_owner_speaks_the_others_survive_by_rule() -> None:
    rules = book((own("name", "erp"),), survive("name", "priority", "store", "crm"))
    found = in_any_order(rules, speaks("crm", name=said("A", 9, 3)), speaks("store", name=said("B", 1)))
    assert outcome(found) == {"name": ("B", "store", "priority (store > crm)")}
    assert contests(found) == set()
    never = in_any_order(rules, speaks("crm", name="A"), speaks("erp", name=said(None, 2, 0)))
    assert outcome(never)["name"][:2] == ("A", "crm")


def test_an_owner_that_emptied_its_value_has_spoken() -> None:
    found = in_any_order(
        book((own("name", "erp"),)), speaks("erp", name=said(None, 5, 1)), speaks("crm", name=said("A", 9, 0))
    )
    assert outcome(found) == {"name": (None, "erp", "owned by erp")}
    assert contests(found) == set()  # what the other holds is a first value


def test_an_emptied_value_of_one_owner_gives_way_to_a_filled_one_of_another() -> None:
    found = in_any_order(
        book((own("name", "erp"),)), speaks("erp-1", name=said(None, 9, 2)), speaks("erp-2", name=said("B", 1))
    )
    assert outcome(found)["name"] == ("B", "erp-2", "owned by erp")


def test_what_nobody_owns_and_nobody_fills_has_no_value() -> None:
    found = in_any_order(book(), speaks("crm", name=said(None, 5, 1)), speaks("erp", name=None))
    assert (found.values, found.winners, found.contests) == ({}, {}, ())


CONTEST_CASES = {
    "an edit that differs is contested": (said("A", 5, 1), {("crm", "name", "A", "B")}),
    "a first value never is": (said("A", 5, 0), set()),
    "an edit to what the owner holds is not": (said("B", 5, 1), set()),
    "emptying is not": (said(None, 5, 1), set()),
    "an edit older than the owner's word still is": (said("A", 0, 1), {("crm", "name", "A", "B")}),
}


@pytest.mark.parametrize(("statement", "expected"), CONTEST_CASES.values(), ids=CONTEST_CASES)
def test_contests(statement: Statement, expected: set[tuple[str, str, Json, Json]]) -> None:
    found = in_any_order(
        book((own("name", "erp"),)), speaks("erp", name=said("B", 3, 2)), speaks("crm", name=statement)
    )
    assert found.values == {"name": "B"}
    assert contests(found) == expected


def test_every_edit_of_another_is_contested_with_its_time_and_owner() -> None:
    found = in_any_order(
        book((own("terms", "erp", context="company:*"),)),
        speaks("erp", **{"terms__company:1": "NT30"}),
        speaks("crm", **{"terms__company:1": said("NT60", 7, 1), "terms__sales:1": said("NT90", 7, 1)}),
        speaks("store", **{"terms__company:1": said("NT45", 8, 2)}),
    )
    assert contests(found) == {("crm", "terms|company:1", "NT60", "NT30"), ("store", "terms|company:1", "NT45", "NT30")}
    assert [one.at for one in found.contests] == [t(8).isoformat(), t(7).isoformat()]
    assert {one.owner for one in found.contests} == {"erp"}
    assert found.values["terms|sales:1"] == "NT90"


def test_region_and_legal_entity_of_the_party_choose_the_rules() -> None:
    rules = book((own("name", "crm"), own("name", "store", region="IN"), own("name", "hub", legal_entity="L1")))
    words = {"crm": "A", "store": "B", "hub": "C"}

    def winner(**scope: str) -> str:
        spoken = [speaks(code, name=value) for code, value in words.items()]
        return str(in_any_order(rules, speaks("erp", **scope), *spoken).values["name"])

    assert winner() == "A"
    assert winner(region="DE") == "A"
    assert winner(region="IN") == "B"
    assert winner(region="IN", legal_entity="L1") == "C"


def test_the_region_itself_is_owned_like_any_other() -> None:
    rules = book((own("region", "erp"), own("name", "crm", region="IN"), own("name", "erp", region="DE")))
    found = in_any_order(rules, speaks("crm", region=said("IN", 9, 1), name="A"), speaks("erp", region="DE", name="B"))
    assert found.values == {"region": "DE", "name": "B"}
    assert contests(found) == {("crm", "region", "IN", "DE")}


def test_a_group_travels_together() -> None:
    rules = book((), survive("given", "priority", "crm"), survive("family", "priority", "store"))
    found = in_any_order(
        rules, speaks("crm", given="Eva", family="Kern"), speaks("store", given="E.", family="Kern-Adler")
    )
    assert outcome(found) == {
        "given": ("Eva", "crm", "priority (crm)"),
        "family": ("Kern", "crm", "priority (crm)"),
    }


def test_a_group_is_led_by_the_first_attribute_anybody_fills() -> None:
    rules = book((), survive("given", "priority", "crm"), survive("family", "priority", "store"))
    found = in_any_order(rules, speaks("crm", given=None, family="Kern"), speaks("store", given=None, family="Adler"))
    assert outcome(found)["family"] == ("Adler", "store", "priority (store)")


def test_what_the_leader_of_a_group_never_said_others_say() -> None:
    rules = book((), survive("given", "priority", "crm"))
    found = in_any_order(rules, speaks("crm", given="Eva"), speaks("store", given="E.", family="Adler"))
    assert outcome(found) == {
        "given": ("Eva", "crm", "priority (crm)"),
        "family": ("Adler", "store", "most recent"),
    }
    emptied = in_any_order(
        rules, speaks("crm", given="Eva", family=said(None, 5, 1)), speaks("store", given="E.", family="Adler")
    )
    assert emptied.values == {"given": "Eva"}  # it says that there is none


def test_edits_of_every_attribute_of_an_owned_group_are_contested() -> None:
    rules = book((own("given", "crm"), own("family", "crm")))
    found = in_any_order(
        rules, speaks("crm", given="Eva", family="Kern"), speaks("store", given="Eva", family=said("Adler", 5, 1))
    )
    assert found.values == {"given": "Eva", "family": "Kern"}
    assert contests(found) == {("store", "family", "Adler", "Kern")}


def test_a_list_is_the_union_of_what_all_hold_best_first() -> None:
    rules = book((), survive("emails", "union"))
    found = in_any_order(
        rules,
        speaks("crm", emails__=said("a@x.de", 1), emails____v2=said("b@x.de", 4)),
        speaks("erp", emails__=said("a@x.de", 3)),
        speaks("store", emails__=said(None, 9, 1)),
    )
    assert found.values == {"emails": ["b@x.de", "a@x.de"]}
    assert found.winners["emails"].source.connection == "crm"


def test_an_owned_list_holds_what_the_owner_says() -> None:
    rules = book((own("emails", "erp"),), survive("emails", "union"))
    found = in_any_order(
        rules,
        speaks("erp", emails____1="a@x.de", emails____2="b@x.de"),
        speaks("crm", emails____1=said("b@x.de", 5, 1), emails____2=said("c@x.de", 5, 1)),
    )
    assert found.values == {"emails": ["a@x.de", "b@x.de"]}
    assert contests(found) == {("crm", "emails", "c@x.de", "a@x.de")}


def test_an_owner_that_emptied_its_list_leaves_it_empty() -> None:
    rules = book((own("emails", "erp"),))
    found = in_any_order(rules, speaks("erp", emails=said(None, 5, 1)), speaks("crm", emails="a@x.de"))
    assert found.values == {"emails": []}


def test_lists_by_context_are_apart() -> None:
    found = in_any_order(
        book(), speaks("crm", emails__work="a@x.de", emails__home="b@x.de"), speaks("erp", emails__work="c@x.de")
    )
    assert found.values == {"emails|home": ["b@x.de"], "emails|work": ["a@x.de", "c@x.de"]}


def test_what_nobody_declared_is_left_out() -> None:
    found = in_any_order(book(), speaks("crm", shoe_size="44", name="A"))
    assert found.values == {"name": "A"}


VALUES = {
    "name": ["A", "B", None],
    "terms|company:1": ["NT30", "NT60", None],
    "terms|sales:1": ["NT30", None],
    "emails||1": ["a@x.de", "b@x.de", None],
    "emails||2": ["a@x.de", "c@x.de"],
    "region": ["IN", "DE", None],
    "legal_entity": ["L1", None],
    "given": ["Eva", "E.", None],
    "family": ["Kern", "Adler", None],
}
CODES = ["crm", "erp-1", "erp-2", "store", "hub"]


@st.composite
def speakers(draw: st.DrawFn) -> list[Words]:
    out = []
    for code in draw(st.lists(st.sampled_from(CODES), unique=True, min_size=1)):
        keys = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True))
        spoken = {
            Key.parse(key): said(draw(st.sampled_from(VALUES[key])), draw(st.integers(0, 3)), draw(st.integers(0, 1)))
            for key in keys
        }
        out.append(Words(source(code), spoken))
    return out


@st.composite
def books(draw: st.DrawFn) -> RuleBook:
    names = sorted(ATTRIBUTES)
    scopes = st.builds(
        Scope, context=st.sampled_from(["*", "company:*", "*:1"]), region=st.sampled_from(["", "IN"]),
        legal_entity=st.sampled_from(["", "L1"]),
    )  # fmt: skip
    owners = st.builds(
        OwnerRule,
        attribute=st.sampled_from(names),
        owner=st.sampled_from(["crm", "erp", "erp-2", "store"]),
        scope=scopes,
    )
    ways = st.builds(
        SurvivorRule, attribute=st.sampled_from(["*", *names]), strategy=st.sampled_from(sorted(STRATEGIES)),
        sources=st.sampled_from([(), ("crm",), ("erp-2", "store")]), scope=scopes,
    )  # fmt: skip
    return book(tuple(draw(st.lists(owners, max_size=6))), *draw(st.lists(ways, max_size=6)))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(books(), speakers(), st.randoms(use_true_random=False))
def test_order_decides_nothing(rules: RuleBook, spoken: list[Words], random: Any) -> None:
    expected = resolve(rules, spoken)
    owners, ways, turned = list(rules.owners), list(rules.survivors), []
    for one in spoken:
        items = list(one.statements.items())
        random.shuffle(items)
        turned.append(Words(one.source, dict(items)))
    for shuffled in (owners, ways, turned):
        random.shuffle(shuffled)
    assert resolve(book(tuple(owners), *ways), turned) == expected


@settings(max_examples=150, deadline=None, derandomize=True)
@given(books(), speakers())
def test_every_value_was_said_and_every_winner_said_it(rules: RuleBook, spoken: list[Words]) -> None:
    found = resolve(rules, spoken)
    statements = {one.source: one.statements for one in spoken}
    assert found.values.keys() == found.winners.keys()
    for key, value in found.values.items():
        said_by = [one.value for text, one in statements[found.winners[key].source].items() if str(text.slot) == key]
        assert value == [] or (value[0] if isinstance(value, list) else value) in said_by
    for contest in found.contests:
        assert not contest.source.is_one_of(contest.owner)
        assert contest.value is not None
