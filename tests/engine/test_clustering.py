"""Clusters: tables for every rule, properties for every order."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdm.engine.clustering import Clustering, Edge, Held, cluster, one_to_one


def table(veto: dict[str, str]):
    """A veto function from {"ab": reason}; asked in any order."""
    return lambda pairs: next((veto[x + y] for a, b in pairs for x, y in ((a, b), (b, a)) if x + y in veto), "")


def groups(result: Clustering) -> list[str]:
    return ["".join(sorted(group)) for group in result.groups]


CASES = [
    # nodes, edges, vetoes, together, apart, groups, held
    ("abc", [], {}, [], [], ["a", "b", "c"], []),
    ("abc", [("a", "b", 9)], {}, [], [], ["ab", "c"], []),
    ("abcd", [("a", "b", 9), ("b", "c", 5)], {}, [], [], ["abc", "d"], []),
    # the heavier edge joins first; the lighter one is held because of a pair it would bring together
    ("abc", [("a", "b", 5), ("b", "c", 9)], {"ac": "No."}, [], [], ["a", "bc"], [("a", "b", 5, "No.")]),
    ("abc", [("a", "b", 9), ("b", "c", 5)], {"ac": "No."}, [], [], ["ab", "c"], [("b", "c", 5, "No.")]),
    # b fits a and c alike, which must not be together: it joins neither
    (
        "abc",
        [("b", "c", 5), ("a", "b", 7)],
        {"ac": "No."},
        [],
        [],
        ["a", "b", "c"],
        [
            ("a", "b", 7, "c fits almost as well and cannot be the same: No."),
            ("b", "c", 5, "a fits almost as well and cannot be the same: No."),
        ],
    ),
    # a margin of three bits decides
    ("abc", [("b", "c", 5), ("a", "b", 8)], {"ac": "No."}, [], [], ["ab", "c"], [("b", "c", 5, "No.")]),
    # a human link beats a veto between its two nodes, and joins without any edge
    ("ab", [("a", "b", 9)], {"ab": "No."}, [("b", "a")], [], ["ab"], []),
    ("ab", [], {}, [("a", "b")], [], ["ab"], []),
    # what is kept apart stays apart, whatever the weight, also by way of others
    (
        "abc",
        [("a", "b", 99), ("a", "c", 12), ("b", "c", 7)],
        {},
        [],
        [("b", "a")],
        ["ac", "b"],
        [("a", "b", 99, "A steward keeps a and b apart."), ("b", "c", 7, "A steward keeps a and b apart.")],
    ),
    # together against apart: apart wins for the pair and is reported
    (
        "ab",
        [],
        {},
        [("a", "b")],
        [("a", "b")],
        ["a", "b"],
        [("a", "b", 0, "A steward put a and b together, but a and b are kept apart.")],
    ),
    (
        "abc",
        [],
        {},
        [("a", "b"), ("b", "c")],
        [("a", "c")],
        ["ab", "c"],
        [("b", "c", 0, "A steward put b and c together, but a and c are kept apart.")],
    ),
    # a veto against one member of a linked group holds a third record off
    ("abc", [("a", "c", 9)], {"bc": "No."}, [("a", "b")], [], ["ab", "c"], [("a", "c", 9, "No.")]),
    # the same pair twice counts once, with its heavier weight
    ("abc", [("a", "b", 1), ("b", "a", 9), ("b", "c", 5)], {"ac": "No."}, [], [], ["ab", "c"], [("b", "c", 5, "No.")]),
    # nodes that are not there, and a node with itself, are left out
    ("a", [("a", "z", 9), ("a", "a", 9)], {}, [("a", "z")], [("z", "y")], ["a"], []),
]


@pytest.mark.parametrize(("nodes", "edges", "veto", "together", "apart", "expected", "held"), CASES)
def test_cases(nodes, edges, veto, together, apart, expected, held):
    result = cluster(list(nodes), [Edge(*edge) for edge in edges], table(veto), together, apart)
    assert groups(result) == expected
    assert list(result.held) == [Held(*item) for item in held]


@pytest.mark.parametrize(("across", "sizes"), [(5.0, [15, 15]), (8.0, [1] * 30)])
def test_groups_that_do_not_grow_are_asked_about_once(across, sizes):
    """Two families at one address: everybody fits everybody, and no asking again makes the families one.

    Where those of the other family fit almost as well, nobody is joined.
    """
    nodes = [f"{family}{number:02}" for family in "ab" for number in range(15)]
    edges = [Edge(a, b, 9.0 if a[0] == b[0] else across) for a, b in combinations(nodes, 2)]
    asked = []

    def veto(pairs):
        asked.append(frozenset(map(frozenset, pairs)))
        return "Other families." if any(a[0] != b[0] for a, b in pairs) else ""

    result = cluster(nodes, edges, veto)
    assert [len(group) for group in result.groups] == sizes
    assert result.held
    assert len(asked) == len(set(asked))


NODES = "abcdefgh"
PAIR = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda pair: pair[0] != pair[1])
EDGE = st.tuples(PAIR, st.integers(0, 4)).map(lambda item: Edge(*item[0], item[1]))
INPUTS = st.fixed_dictionaries(
    {
        "edges": st.lists(EDGE, max_size=16),
        "veto": st.sets(PAIR, max_size=5),
        "together": st.sets(PAIR, max_size=4),
        "apart": st.sets(PAIR, max_size=4),
    }
)


def run(given_input, nodes=NODES, edges=None, together=None) -> Clustering:
    veto = table({x + y: f"{min(x, y)}{max(x, y)} No." for x, y in given_input["veto"]})
    return cluster(
        list(nodes),
        given_input["edges"] if edges is None else edges,
        veto,
        given_input["together"] if together is None else together,
        given_input["apart"],
    )


@settings(deadline=None)
@given(given_input=INPUTS, data=st.data())
def test_order_does_not_matter(given_input, data):
    nodes = data.draw(st.permutations(NODES))
    edges = [Edge(b, a, w) for a, b, w in data.draw(st.permutations(given_input["edges"]))]
    assert run(given_input, nodes, edges) == run(given_input)


@settings(deadline=None)
@given(given_input=INPUTS)
def test_what_is_kept_apart_is_never_together(given_input):
    result = run(given_input)
    for group in result.groups:
        assert not any(a in group and b in group for a, b in given_input["apart"])


@settings(deadline=None)
@given(given_input=INPUTS)
def test_a_veto_holds_unless_people_linked(given_input):
    result = run(given_input)
    linked = cluster(list(NODES), [], together=given_input["together"], apart=given_input["apart"])
    for a, b in given_input["veto"]:
        by_people = any(a in group and b in group for group in linked.groups)
        assert by_people or not any(a in group and b in group for group in result.groups)


@settings(deadline=None)
@given(given_input=INPUTS)
def test_groups_given_back_as_links_stay(given_input):
    first = run(given_input)
    chains = {pair for group in first.groups for pair in zip(sorted(group), sorted(group)[1:], strict=False)}
    assert run(given_input, together=chains).groups == first.groups


@settings(deadline=None)
@given(given_input=INPUTS)
def test_every_edge_joins_or_is_held(given_input):
    result = run(given_input)
    held = {frozenset(item[:2]) for item in result.held}
    for a, b, _ in given_input["edges"]:
        together = any(a in group and b in group for group in result.groups)
        assert together or frozenset((a, b)) in held
    assert sorted(node for group in result.groups for node in group) == sorted(NODES)


CRM = {"a": "crm", "b": "crm", "x": "erp", "y": "erp"}
TWICE = "a and b both stand in crm, which holds nobody and nothing twice."
TWINS = [("a", "b", 9)]
ONE_TO_ONE = [
    # edges, vetoes, together, groups, held
    ([("a", "b", 9)], {}, [], ["a", "b", "x", "y"], [("a", "b", 9, TWICE)]),
    # the better one joins; the other is held because of where the first stands
    ([("a", "x", 9), ("b", "x", 5)], {}, [], ["ax", "b", "y"], [("b", "x", 5, TWICE)]),
    # two that fit alike: neither joins
    (
        [("a", "x", 9), ("b", "x", 8)],
        {},
        [],
        ["a", "b", "x", "y"],
        [
            ("a", "x", 9, f"b fits almost as well and cannot be the same: {TWICE}"),
            ("b", "x", 8, f"a fits almost as well and cannot be the same: {TWICE}"),
        ],
    ),
    # a twin in the own source is no rival: it could never be the same
    ([("a", "b", 9), ("a", "x", 8)], {"bx": "No."}, [], ["ax", "b", "y"], [("a", "b", 9, TWICE)]),
    # of twins that fit alike the older one joins, and keeps its partner when the other comes
    ([*TWINS, ("a", "x", 8), ("b", "x", 8)], {}, [], ["ax", "b", "y"], [("a", "b", 9, TWICE), ("b", "x", 8, TWICE)]),
    (
        [("a", "b", 9), ("a", "x", 8), ("b", "x", 10)],
        {},
        [],
        ["ax", "b", "y"],
        [("a", "b", 9, TWICE), ("b", "x", 10, f"a fits almost as well and cannot be the same: {TWICE}")],
    ),
    # unless the younger one is clearly better
    ([*TWINS, ("a", "x", 8), ("b", "x", 12)], {}, [], ["a", "bx", "y"], [("a", "b", 9, TWICE), ("a", "x", 8, TWICE)]),
    # what people put together is one, and others join it
    ([("a", "x", 9)], {}, [("a", "b")], ["abx", "y"], []),
    # other vetoes hold as before
    ([("a", "x", 9)], {"ax": "No."}, [], ["a", "b", "x", "y"], [("a", "x", 9, "No.")]),
    # of a group with two of a source each would be the second
    ([("a", "x", 9), ("b", "y", 7), ("a", "y", 3)], {}, [], ["ax", "by"], [("a", "y", 3, TWICE)]),
]


@pytest.mark.parametrize(("edges", "veto", "together", "wanted", "held"), ONE_TO_ONE)
def test_a_source_without_duplicates(edges, veto, together, wanted, held):
    result = cluster(list("abxy"), [Edge(*edge) for edge in edges], table(veto), together, sources=CRM)
    assert groups(result) == wanted
    assert sorted(result.held) == sorted(Held(*one) for one in held)


def test_without_such_sources_vetoes_are_left_as_they_are():
    veto = table({})
    assert one_to_one({}, veto) is veto
