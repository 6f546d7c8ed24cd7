"""What every connector must do, tried on a real simulated system: subclass `Contract` and give a `harness` fixture.

A connector's `test_contract.py`:

    class TestTiny(Contract):
        @pytest.fixture(scope="module")
        def system(self):
            with running("tiny", **OPTIONS) as system:
                yield Harness(...)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.base import Access, Connector, FieldRow, Outcome, Payload
from connectors.errors import ConnectorError, Gone, Misconfigured, Permanent, Retriable
from connectors.registry import connector_class
from mdm.contracts import Desired, SourceChange
from mdm.engine.values import Json, Key
from mdm.entities import ENTITIES
from tests.connectors.sandbox.server import Running

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
serial = count(1)  # records of one module live in one system: each test makes its own, told apart by a number


@dataclass(kw_only=True)
class Harness:
    """One running system, and for one of its object types an example of each act.

    `example(n)`: canonical attributes of the n-th new record, in represented form. `change`: an edit of it by the hub,
    key -> value. `enter(n)`: a user makes a record in the system and its id comes back; `entered(n)`: canonical
    attributes that must then be read. `edit(id, n)`: a user changes the record; `edited(n)`: what is then read.
    `remove`, `merge(winner, loser)`: where the system has these. `held(key)`: how many records of the system carry
    this crosswalk key. `write`: matches the faults' text of a call that creates; `unknown_field`: a run-time row of
    a field the system does not have. `refused(n)`: attributes the system refuses, as they are too wrong.
    """

    running: Running
    kind: str
    secrets: Mapping[str, str]
    wrong_secret: Mapping[str, str]
    object_type: str
    entity: str
    example: Callable[[int], dict[str, Json]]
    change: Callable[[int], dict[str, Json]]
    enter: Callable[[int], str]
    entered: Callable[[int], dict[str, Json]]
    edit: Callable[[str, int], None]
    edited: Callable[[int], dict[str, Json]]
    held: Callable[[str], int]
    write: str
    remove: Callable[[str], None] | None = None
    merge: Callable[[str, str], None] | None = None
    refused: Callable[[int], dict[str, Json]] | None = None
    unknown_field: FieldRow | None = None
    too_long: str = ""
    options: dict[str, Json] = field(default_factory=dict)
    refs: Mapping[str, str] = field(default_factory=dict)
    ids: tuple[str, ...] = ("golden",)

    def connector(self, *, base_url: str = "", **changes: Any) -> Connector:
        """A fresh connector on the running system."""
        access = Access(connection="test", base_url=base_url or self.running.url, secrets=self.secrets,
                        options=self.options)
        return connector_class(self.kind)(replace(access, **changes))

    def desired(self, n: int, attributes: Mapping[str, Json] | None = None, **changes: Any) -> Desired:
        """The n-th record to be created."""
        given = self.example(n) if attributes is None else dict(attributes)
        ids = {name: f"{name}-{n}" for name in self.ids}
        base = Desired(
            connection="test", object_type=self.object_type, entity=self.entity, golden_id=f"golden-{n}",
            crosswalk_key=f"test-key-{n}", attributes=given, ids=ids, refs=self.refs,
            changed=frozenset(given) | {f"ids|{name}" for name in ids}, correlation_id=f"corr-{n}",
        )
        return replace(base, **changes)

    def updated(self, before: Outcome, values: Mapping[str, Json], connector: Connector, **changes: Any) -> Desired:
        """The same record with some values changed, as the hub would ask after reading the answer to a push."""
        observed = self.main(connector, before.payloads[0]).attributes
        attributes = {**before.desired.attributes, **values}
        return replace(before.desired, external_id=before.external_id, attributes=attributes,
                       changed=frozenset(values), observed=observed, **changes)

    def main(self, connector: Connector, payload: Payload) -> SourceChange:
        """The change of the object itself among all a payload says."""
        return next(change for change in connector.map(payload) if change.object_type == payload.object_type)

    def read(self, connector: Connector, id: str) -> SourceChange:
        """What the system holds of one record now."""
        return self.main(connector, connector.fetch(self.object_type, [id])[0])


def said(change: SourceChange) -> dict[str, Json]:
    """A change's attributes without value ids."""
    return {str(Key.parse(key).slot): value for key, value in change.attributes.items()}


def holding(changes: SourceChange | list[SourceChange], wanted: Mapping[str, Json]) -> bool:
    """Whether a change, or all a payload says, has all of these values, whatever else it has."""
    found: dict[str, list[Json]] = {}
    for change in changes if isinstance(changes, list) else [changes]:
        for key, value in change.attributes.items():
            found.setdefault(str(Key.parse(key).slot), []).append(value)
    missing = {key: (value, found.get(key)) for key, value in wanted.items() if value not in found.get(key, [None])}
    assert not missing, missing
    return True


class Contract:
    """The acceptance suite."""

    @pytest.fixture(autouse=True)
    def calm(self, harness: Harness) -> Iterator[None]:
        """Each test begins and ends without faults."""
        harness.running.control("fault", method="DELETE")
        yield
        harness.running.control("fault", method="DELETE")

    def pulled(self, harness: Harness, connector: Connector, cursor: Mapping[str, Json], **how: Any
               ) -> tuple[dict[str, Payload], dict[str, Json]]:
        """Payloads by id, and the cursor after the last page as the database gives it back."""
        found: dict[str, Payload] = {}
        for page in connector.pull(harness.object_type, cursor, **how):
            found |= {payload.external_id: payload for payload in page.payloads}
            cursor = page.cursor
        return found, json.loads(json.dumps(dict(cursor)))

    # ---- set-up ---------------------------------------------------------------------------------------------------

    def test_a_right_connection_is_accepted(self, harness):
        harness.connector().prepare()

    def test_a_wrong_secret_is_misconfigured_and_not_told(self, harness):
        with pytest.raises(Misconfigured) as refusal:
            harness.connector(secrets=harness.wrong_secret).prepare()
        assert not any(value in f"{refusal.value} {refusal.value.detail}" for value in harness.wrong_secret.values())

    def test_a_missing_secret_is_named(self, harness):
        for name in harness.secrets:
            rest = {key: value for key, value in harness.secrets.items() if key != name}
            with pytest.raises(Misconfigured, match=name):
                harness.connector(secrets=rest).prepare()

    def test_an_unreachable_system_is_retriable(self, harness):
        connector = harness.connector(base_url="http://127.0.0.1:9")
        with pytest.raises(Retriable):
            list(connector.pull(harness.object_type, {}))
        with pytest.raises(Retriable):
            connector.push([harness.desired(next(serial))])

    def test_an_unknown_field_is_refused_by_name(self, harness):
        if harness.unknown_field is None:
            pytest.skip("this system takes any field")
        with pytest.raises(Misconfigured, match=harness.unknown_field.native):
            harness.connector(fields=(harness.unknown_field,)).prepare()

    # ---- reading --------------------------------------------------------------------------------------------------

    def test_a_first_pull_reads_everything(self, harness):
        made = {harness.enter(n): n for n in [next(serial) for _ in range(3)]}
        connector = harness.connector()
        found, _ = self.pulled(harness, connector, {})
        for id, n in made.items():
            assert holding(harness.main(connector, found[id]), harness.entered(n))

    def test_pages_give_each_record(self, harness):
        made = {harness.enter(next(serial)) for _ in range(5)}
        found, _ = self.pulled(harness, harness.connector(), {})
        again, _ = self.pulled(harness, harness.connector(), {}, full=True)
        assert made <= found.keys() == again.keys()

    def test_an_incremental_pull_is_inclusive(self, harness):
        n = next(serial)
        id = harness.enter(n)
        connector = harness.connector()
        _, cursor = self.pulled(harness, connector, {})
        harness.edit(id, n)  # most likely within the second of the pull
        for _ in range(2):  # asked twice from the same place, it says the same
            found, _ = self.pulled(harness, connector, cursor)
            assert holding(harness.main(connector, found[id]), harness.edited(n))

    def test_a_deletion_is_told(self, harness):
        if harness.remove is None:
            pytest.skip("this system deletes nothing")
        connector, id = harness.connector(), harness.enter(next(serial))
        _, cursor = self.pulled(harness, connector, {})
        harness.remove(id)
        found, _ = self.pulled(harness, connector, cursor)
        for payload in (found[id], *connector.fetch(harness.object_type, [id])):
            assert {change.kind for change in connector.map(payload)} == {"delete"}

    def test_a_merge_is_told(self, harness):
        if harness.merge is None:
            pytest.skip("this system merges nothing, or does not tell")
        connector = harness.connector()
        winner, loser = harness.enter(next(serial)), harness.enter(next(serial))
        _, cursor = self.pulled(harness, connector, {})
        harness.merge(winner, loser)
        found, _ = self.pulled(harness, connector, cursor)
        change = harness.main(connector, found[loser])
        assert (change.kind, change.merged_into) == ("merged", winner)

    def test_changes_are_well_formed(self, harness):
        connector, id = harness.connector(), harness.enter(next(serial))
        found, _ = self.pulled(harness, connector, {})
        declared = {kind.name: kind.entity for kind in connector.object_types}
        parts = {part for kind in connector.object_types for part in kind.parts}
        for change in connector.map(found[id]):
            assert change.object_type in declared.keys() | parts
            assert declared.get(change.object_type, change.entity) == change.entity
            assert change.source_time.tzinfo is not None and change.observed_at.tzinfo is not None
            assert abs(change.source_time - datetime.now(UTC)) < timedelta(days=2)
            for key in map(Key.parse, change.attributes):
                assert key.name == "ids" or ENTITIES[change.entity].attribute(key.name), key

    # ---- writing --------------------------------------------------------------------------------------------------

    def test_a_create_is_answered_as_it_will_be_pulled(self, harness):
        n, connector = next(serial), harness.connector()
        wanted = harness.desired(n)
        assert connector.represent(harness.object_type, wanted.attributes) == wanted.attributes
        (outcome,) = connector.push([wanted])
        assert outcome.error is None, outcome.error
        change = harness.main(connector, outcome.payloads[0])
        assert holding(connector.map(outcome.payloads[0]), wanted.attributes)
        assert holding(change, {f"ids|{name}": value for name, value in wanted.ids.items()})
        assert (change.external_id, change.crosswalk_key) == (outcome.external_id, wanted.crosswalk_key)
        found, _ = self.pulled(harness, connector, {})
        pulled = connector.map(found[outcome.external_id])
        answered = [replace(part, observed_at=pulled[0].observed_at) for part in connector.map(outcome.payloads[0])]
        assert [_bare(part) for part in answered] == [_bare(part) for part in pulled]

    def test_an_update_changes_what_it_names(self, harness):
        n, connector = next(serial), harness.connector()
        (created,) = connector.push([harness.desired(n)])
        (outcome,) = connector.push([harness.updated(created, harness.change(n), connector)])
        assert outcome.error is None, outcome.error
        assert said(harness.main(connector, outcome.payloads[0])) == {
            **said(harness.main(connector, created.payloads[0])), **harness.change(n)
        }
        assert harness.held(outcome.desired.crosswalk_key) == 1

    def test_an_update_gives_an_entered_record_its_keys(self, harness):
        n, connector = next(serial), harness.connector()
        id = harness.enter(n)
        before = harness.read(connector, id)
        assert before.crosswalk_key == ""
        wanted = harness.desired(n, {**said(before), **harness.change(n)}, external_id=id, observed=before.attributes,
                                 changed=frozenset({*harness.change(n), *(f"ids|{name}" for name in harness.ids)}))
        (outcome,) = connector.push([wanted])
        assert outcome.error is None, outcome.error
        change = harness.main(connector, outcome.payloads[0])
        assert change.crosswalk_key == wanted.crosswalk_key
        assert holding(change, {f"ids|{name}": value for name, value in wanted.ids.items()} | harness.change(n))

    def test_pushing_nothing_changes_nothing(self, harness):
        n, connector = next(serial), harness.connector()
        (created,) = connector.push([harness.desired(n)])
        writes = harness.running.control("counters", method="GET")["writes"]
        (outcome,) = connector.push([harness.updated(created, {}, connector)])
        assert outcome.error is None, outcome.error
        assert harness.main(connector, outcome.payloads[0]).attributes == (
            harness.main(connector, created.payloads[0]).attributes
        )
        assert harness.running.control("counters", method="GET")["writes"] == writes

    @pytest.mark.parametrize("times", [1, None])
    def test_a_create_whose_reply_is_lost_gives_one_record(self, harness, times):
        connector, wanted = harness.connector(), harness.desired(next(serial))
        harness.running.control("fault", {"kind": "lost_reply", "times": times, "match": harness.write})
        first = _settled(connector, wanted)
        assert first.error is None or isinstance(first.error, Retriable)
        harness.running.control("fault", method="DELETE")
        (second,) = harness.connector().push([wanted])
        assert second.error is None, second.error
        assert holding(connector.map(second.payloads[0]), wanted.attributes)
        assert harness.held(wanted.crosswalk_key) == 1

    @pytest.mark.parametrize("kind", ["down", "throttle", "error"])
    def test_a_system_in_trouble_is_retriable(self, harness, kind):
        connector, wanted = harness.connector(), harness.desired(next(serial))
        harness.running.control("fault", {"kind": kind, "times": None, "match": harness.write})
        assert isinstance(_settled(connector, wanted).error, Retriable)
        assert harness.held(wanted.crosswalk_key) == 0
        harness.running.control("fault", method="DELETE")
        assert harness.connector().push([wanted])[0].error is None

    def test_one_bad_record_does_not_stop_the_others(self, harness):
        if harness.refused is None:
            pytest.skip("no example of a record this system refuses")
        bad, good = next(serial), [next(serial), next(serial)]
        wanted = [harness.desired(good[0]), harness.desired(bad, harness.refused(bad)), harness.desired(good[1])]
        outcomes = harness.connector().push(wanted)
        assert [outcome.desired for outcome in outcomes] == wanted
        assert [type(outcome.error) for outcome in outcomes] == [type(None), Permanent, type(None)]
        assert str(outcomes[1].error)

    def test_a_removed_record_is_gone_and_not_made_again(self, harness):
        if harness.remove is None:
            pytest.skip("this system deletes nothing")
        n, connector = next(serial), harness.connector()
        (created,) = connector.push([harness.desired(n)])
        harness.remove(created.external_id)
        (outcome,) = connector.push([harness.updated(created, harness.change(n), connector)])
        assert isinstance(outcome.error, Gone)
        assert harness.held(created.desired.crosswalk_key) == 0

    def test_blocking_answers_what_is_held(self, harness):
        n, connector = next(serial), harness.connector()
        (created,) = connector.push([harness.desired(n)])
        (outcome,) = connector.push([replace(harness.updated(created, {}, connector), operation="block")])
        assert outcome.error is None, outcome.error
        assert outcome.external_id == created.external_id and outcome.payloads

    # ---- values ---------------------------------------------------------------------------------------------------

    def test_a_value_too_long_is_shown_cut_and_then_accepted(self, harness):
        if not harness.too_long:
            pytest.skip("no limited text")
        n, connector = next(serial), harness.connector()
        asked = {**harness.example(n), harness.too_long: f"{'long words ' * 100}{n}"}
        held = connector.represent(harness.object_type, asked)
        assert held[harness.too_long] and asked[harness.too_long].startswith(held[harness.too_long])
        assert connector.represent(harness.object_type, held) == held
        (outcome,) = connector.push([harness.desired(n, held)])
        assert outcome.error is None, outcome.error
        assert holding(connector.map(outcome.payloads[0]), held)

    def test_what_it_cannot_hold_drops_out(self, harness):
        connector = harness.connector()
        kind = next(kind for kind in connector.object_types if kind.name == harness.object_type)
        assert connector.represent(harness.object_type, {"no_such_attribute": "x", "ids|nowhere": "y"}) == {}
        names = {key for key in harness.example(1) if key in kind.holds | kind.person_holds}
        names |= {key for key in harness.example(1) if key.partition("|")[0] in kind.holds | kind.person_holds}
        assert names == set(harness.example(1))

    def test_any_payload_is_changes_or_a_sentence(self, harness):
        connector = harness.connector()
        id = harness.enter(next(serial))
        (good,) = connector.fetch(harness.object_type, [id])

        @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
        @given(broken=_broken(dict(good.body)))
        def tried(broken: dict[str, Json]) -> None:
            try:
                changes = connector.map(replace(good, body=broken))
            except Permanent as error:
                assert str(error)
            else:
                assert all(isinstance(change, SourceChange) for change in changes)

        tried()


def _settled(connector: Connector, wanted: Desired) -> Outcome:
    """The one outcome, also where push raises."""
    try:
        return connector.push([wanted])[0]
    except ConnectorError as error:
        return Outcome(desired=wanted, error=error)


def _bare(change: SourceChange) -> SourceChange:
    return replace(change, raw={})


def _paths(value: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _paths(inner, (*path, key))


def _with(value: Json, path: tuple[Any, ...], new: Json) -> Json:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _with(copy[path[0]], path[1:], new)
    return copy


def _broken(good: dict[str, Json]) -> st.SearchStrategy[dict[str, Json]]:
    """The good body with one to three of its values, at any depth, replaced by anything; or anything at all."""
    paths = sorted(_paths(good), key=repr)

    def apply(edits: list[tuple[tuple[Any, ...], Json]]) -> dict[str, Json]:
        body = good
        for path, new in edits:
            try:
                body = _with(body, path, new)
            except (KeyError, IndexError, TypeError):
                continue  # an earlier edit took the place away
        return body

    mangled = st.lists(st.tuples(st.sampled_from(paths), JSON), min_size=1, max_size=3).map(apply)
    return mangled | st.dictionaries(st.text(max_size=10) | st.sampled_from(sorted(good)), JSON, max_size=5)
