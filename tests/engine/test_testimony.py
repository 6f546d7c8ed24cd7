"""What a source record holds and says, from its versions in any order."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.engine.testimony import State, Version, fold
from mdm.engine.values import Cell, Statement

T0 = datetime(2026, 1, 1, tzinfo=UTC)


def t(minute: float) -> datetime:
    return T0 + timedelta(minutes=minute)


def seen(minute: float, observed: float | None = None, kind: str = "snapshot", sent=None, **values) -> Version:
    observed = minute + 0.5 if observed is None else observed
    digest = repr((kind, sorted(values.items()), sorted((sent or {}).items()), sent is None))
    return Version(
        kind=kind, source_time=t(minute), observed_at=t(observed), digest=digest, attributes=values, sent=sent
    )


CASES = {
    "first value": ([seen(1, phone="1")], Cell("1", Statement("1", t(1), 0))),
    "unbroken run keeps its time": ([seen(1, phone="1"), seen(5, phone="1")], Cell("1", Statement("1", t(1), 0))),
    "an edit is a new run": ([seen(1, phone="1"), seen(5, phone="2")], Cell("2", Statement("2", t(5), 1))),
    "a value that comes back is a new run": (
        [seen(1, phone="1"), seen(5, phone="2"), seen(7, phone="1")],
        Cell("1", Statement("1", t(7), 2)),
    ),
    "absent from a snapshot is emptied": (
        [seen(1, phone="1", name="a"), seen(5, name="a")],
        Cell(None, Statement(None, t(5), 1)),
    ),
    "absent from a patch is unchanged": (
        [seen(1, phone="1"), seen(5, kind="patch", name="a")],
        Cell("1", Statement("1", t(1), 0)),
    ),
    "what the hub wrote is held, the last word stands": (
        [seen(1, phone="1"), seen(5, phone="2", sent={"phone": "2"})],
        Cell("2", Statement("1", t(1), 0), by_hub=True, sent="2"),
    ),
    "the echo of our write states nothing": (
        [seen(1, phone="1"), seen(5, phone="2", sent={"phone": "2"}), seen(5, 9, phone="2")],
        Cell("2", Statement("1", t(1), 0), by_hub=True, sent="2"),
    ),
    "an edit after our write is a statement": (
        [seen(1, phone="1"), seen(5, phone="2", sent={"phone": "2"}), seen(8, phone="3")],
        Cell("3", Statement("3", t(8), 1)),
    ),
    "writing what was there takes no word away": (
        [seen(1, phone="1"), seen(5, phone="1", sent={"phone": "1"})],
        Cell("1", Statement("1", t(1), 0), sent="1"),
    ),
    "what we did not send is the system's own": (
        [seen(1, phone="1"), seen(5, phone="2", sent={})],
        Cell("2", Statement("2", t(5), 1)),
    ),
    "own normalisation is remembered beside what was asked": (
        [seen(1), seen(5, phone="(555) 1", sent={"phone": "5551"})],
        Cell("(555) 1", None, by_hub=True, sent="5551"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cell(name: str) -> None:
    versions, expected = CASES[name]
    for order in permutations(versions):
        assert fold(order).cells["phone"] == expected


def test_a_record_the_hub_created_states_only_what_its_system_gave_itself() -> None:
    state = fold([seen(1, phone="1", number="77")], ours=True, assigned=frozenset({"number"}))
    assert state.cells["phone"] == Cell("1", None, by_hub=True)
    assert state.cells["number"] == Cell("77", Statement("77", t(1), 0))


@pytest.mark.parametrize(
    ("versions", "status"),
    [
        ([seen(1, a=1), seen(5, kind="delete")], "deleted"),
        ([seen(1, a=1), seen(5, kind="delete"), seen(3, a=2)], "deleted"),
        ([seen(1, a=1), seen(5, kind="delete"), seen(9, a=2)], "active"),
        ([seen(1, a=1), seen(5, kind="delete"), seen(9, kind="patch", a=2)], "deleted"),
    ],
)
def test_status(versions: list[Version], status: str) -> None:
    for order in permutations(versions):
        assert fold(order).status == status


values = st.sampled_from(["1", "2", None])
versions = st.builds(
    lambda minute, observed, kind, phone, name, ours: seen(
        minute, observed, kind, {"phone": phone} if ours else None, phone=phone, name=name
    ),
    st.integers(0, 4),
    st.integers(0, 9),
    st.sampled_from(["snapshot", "patch", "delete"]),
    values,
    values,
    st.booleans(),
)


@given(st.lists(versions, max_size=7), st.randoms())
def test_order_does_not_matter(history: list[Version], random) -> None:
    shuffled = random.sample(history, len(history))
    assert fold(shuffled) == fold(history)


@given(st.lists(versions, max_size=7), st.integers(0, 7))
def test_folding_on_equals_folding_all(history: list[Version], cut: int) -> None:
    ordered = sorted(history, key=lambda version: version.order)
    assert fold(ordered[cut:], fold(ordered[:cut])) == fold(ordered)


@given(st.lists(versions, min_size=1, max_size=5))
def test_cells_survive_json(history: list[Version]) -> None:
    cells = fold(history).cells
    assert {key: Cell.from_json(cell.to_json()) for key, cell in cells.items()} == dict(cells)


def test_nothing_yet() -> None:
    assert fold([]) == State()
