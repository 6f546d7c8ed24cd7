"""Random histories of three systems, ways to disturb their order, and what must come out the same."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from mdm.contracts import SourceChange
from mdm.entities import MASTERED
from mdm.models import VALUES, Case, Connection, Crosswalk, Proposal, Relation, SourceRecord
from mdm.pipeline import process
from tests.factories import change

FIRMS = (
    ("Bolzen Meier GmbH", "DE136695976", ("Hauptstr. 5", "Bremen", "28195"), "+49421123456", "info@bolzen-meier.de"),
    ("Nordwind Logistik AG", "DE811569869", ("Am Kai 17", "Hamburg", "20457"), "+4940555666", "kai@nordwind.de"),
    ("Eisen Krause KG", "DE129273398", ("Ring 88", "Leipzig", "04103"), "+4934177889", "post@eisenkrause.de"),
)
PEOPLE = (
    ("Eva", "Kern", "eva.kern@meier.de", "+4917112345678"),
    ("Jonas", "Brandt", "j.brandt@web.de", "+4915198765432"),
    ("Mira", "Osterloh", "mira@osterloh.de", "+4917655544433"),
)
TYPES = {"crm": "Account", "erp": "BusinessPartner", "store": "Company"}
PROMISE = uuid.UUID("11111111-2222-4333-8444-555555555555")
ANCHOR = ("crm", "anchor")


@dataclass(frozen=True)
class Story:
    """What happened, oldest first. The anchor is in the hub before anything else, as the promise is made for it."""

    anchor: SourceChange
    changes: tuple[SourceChange, ...]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """One to three versions each of up to six firms' records, two people's, contacts and subsidiaries."""
    changes: list[SourceChange] = []
    for connection in TYPES:
        for number in range(draw(st.integers(1, 2))):
            changes += draw(_firm(connection, f"{connection[0]}{number}"))
    for number in range(draw(st.integers(0, 2))):
        changes += draw(_contact(f"k{number}"))
    if draw(st.booleans()):
        changes += draw(_shopper())
    if draw(st.booleans()):
        changes += draw(_subsidiary())
    changes += draw(_created())
    anchor = _organisation("crm", "anchor", 0, 0, {"legal_name": "Anker Werke GmbH"})
    return Story(anchor, tuple(sorted(changes, key=lambda one: (one.observed_at, one.source_time))))


@st.composite
def _firm(draw: st.DrawFn, connection: str, external_id: str) -> list[SourceChange]:
    out = []
    for minute in draw(_minutes()):
        kind = draw(st.sampled_from(["snapshot"] * 6 + ["patch", "patch", "delete", "merged"]))
        if kind == "delete":
            out.append(_bare(connection, external_id, minute, "delete"))
        elif kind == "merged":
            winner = f"{connection[0]}{draw(st.integers(0, 1))}"
            out.append(replace(_bare(connection, external_id, minute, "merged"), merged_into=winner))
        else:
            out.append(draw(_version(connection, external_id, minute, kind)))
    return _seen_again(draw, out)


@st.composite
def _version(draw: st.DrawFn, connection: str, external_id: str, minute: int, kind: str) -> SourceChange:
    own = draw(st.integers(0, 2))
    changed: dict[str, Any] = {}
    for key, place in (("legal_name", 0), ("tax_ids__VAT", 1), ("addresses__bill_to", 2), ("phones__main", 3)):
        other = draw(st.sampled_from([None, None, own, own, own, own, (own + 1) % 3]))
        changed[key] = None if other is None else _value(key, FIRMS[other][place])
    changed["payment_terms"] = draw(st.sampled_from([None, "NT30", "NT60"]))
    changed["segment"] = draw(st.sampled_from([None, "dealer", "oem"]))
    changed["emails__" + draw(st.sampled_from(["", "v1"]))] = draw(st.sampled_from([None, *(f[4] for f in FIRMS)]))
    full = _organisation(connection, external_id, minute, own, changed, kind=kind)
    if kind == "patch":
        keep = draw(st.sets(st.sampled_from(sorted(full.attributes)), min_size=1))
        return replace(full, attributes={key: full.attributes[key] for key in sorted(keep)})
    whole = replace(full, attributes={key: value for key, value in full.attributes.items() if value is not None})
    return replace(whole, sent=draw(_sent(whole))) if draw(st.integers(0, 4)) == 0 else whole


@st.composite
def _sent(draw: st.DrawFn, answer: SourceChange) -> dict[str, Any]:
    """What the hub asked for when the system answered so: some of it, some of it in another form, some emptied."""
    keys = draw(st.sets(st.sampled_from([*sorted(answer.attributes), "segment", "emails"])))
    return {key: draw(st.sampled_from([answer.attributes.get(key), "asked", None])) for key in sorted(keys)}


def _value(key: str, value: Any) -> Any:
    if key != "addresses__bill_to":
        return value
    return dict(zip(("street", "city", "postcode"), value, strict=True)) | {"country": "DE"}


def _organisation(
    connection: str, external_id: str, minute: float, own: int, values: dict[str, Any], **more: Any
) -> SourceChange:
    values = {"party_type": "organisation", "legal_name": FIRMS[own][0], **values}
    return change(connection, external_id, minute, object_type=TYPES[connection], **values, **more)


def _bare(connection: str, external_id: str, minute: float, kind: str, object_type: str = "") -> SourceChange:
    return change(connection, external_id, minute, kind=kind, object_type=object_type or TYPES[connection])


@st.composite
def _contact(draw: st.DrawFn, external_id: str) -> list[SourceChange]:
    """A contact of the CRM, which carries its person, under one account and then maybe another."""
    out = []
    first, last, email, phone = PEOPLE[draw(st.integers(0, 2))]
    for minute in draw(_minutes()):
        if draw(st.sampled_from([False] * 5 + [True])):
            out.append(change("crm", external_id, minute, kind="delete", object_type="Contact", entity="contact"))
            out.append(_bare("crm", external_id, minute, "delete", "Contact.Person"))
            continue
        account = draw(st.sampled_from(["c0", "c1", None]))
        refs = {"person": ("Contact.Person", external_id), "organisation": ("Account", account) if account else None}
        role = draw(st.sampled_from(["Buyer", "Owner"]))
        out.append(change("crm", external_id, minute, object_type="Contact", entity="contact", role=role, refs=refs))
        mail = draw(st.sampled_from([email, None]))
        values = {"party_type": "person", "first_name": first, "last_name": last, "phones__mobile": phone}
        person = {**values, **({"emails": mail} if mail else {})}
        out.append(change("crm", external_id, minute, object_type="Contact.Person", **person))
    return _seen_again(draw, out)


@st.composite
def _shopper(draw: st.DrawFn) -> list[SourceChange]:
    out = []
    for minute in draw(_minutes()):
        first, last, email, phone = PEOPLE[draw(st.integers(0, 1))]
        values = {"party_type": "person", "first_name": first, "last_name": last, "emails": email}
        values |= {"phones__mobile": phone} if draw(st.booleans()) else {}
        out.append(change("store", "s9", minute, object_type="Customer", **values))
    return _seen_again(draw, out)


@st.composite
def _subsidiary(draw: st.DrawFn) -> list[SourceChange]:
    out = []
    for minute in draw(_minutes()):
        child, parent = draw(st.sampled_from([("c0", "c1"), ("c1", "c0"), ("c0", "anchor"), ("c1", "c1")]))
        refs = {"organisation": ("Account", child), "parent": ("Account", parent)}
        out.append(change("crm", "p0", minute, object_type="Account.Parent", entity="subsidiary", refs=refs))
    return _seen_again(draw, out)


@st.composite
def _created(draw: st.DrawFn) -> list[SourceChange]:
    """A record the hub made in the ERP for the anchor: polls, and answers to pushes with what was sent."""
    out = []
    for minute in draw(_minutes()):
        values: dict[str, Any] = {"legal_name": draw(st.sampled_from(["Anker Werke GmbH", "ANKER WERKE", FIRMS[0][0]]))}
        if draw(st.booleans()):
            values |= {"tax_ids__VAT": FIRMS[0][1], "addresses__bill_to": _value("addresses__bill_to", FIRMS[0][2])}
        if draw(st.booleans()):
            values["payment_terms"] = draw(st.sampled_from(["NT30", "NT60"]))
        plain = replace(_organisation("erp", "made", minute, 0, values), crosswalk_key=str(PROMISE))
        how = draw(st.sampled_from(["answer", "poll with the key", "poll without"]))
        if how == "answer":
            sent = {key: plain.attributes[key] for key in draw(st.sets(st.sampled_from(sorted(plain.attributes))))}
            out.append(replace(plain, sent={**sent, "legal_name": "Anker Werke GmbH"}))
        else:
            out.append(plain if how == "poll with the key" else replace(plain, crosswalk_key=""))
    return _seen_again(draw, out)


def _minutes() -> st.SearchStrategy[list[int]]:
    """Source times, some of them the same: systems stamp by the second."""
    return st.lists(st.integers(1, 6), min_size=1, max_size=3)


def _seen_again(draw: st.DrawFn, changes: list[SourceChange]) -> list[SourceChange]:
    """Some are read once more later, and some at the same moment as others."""
    again = draw(st.lists(st.sampled_from(changes), max_size=1)) if changes else []
    late = draw(st.integers(0, 4))
    return changes + [
        replace(one, observed_at=one.observed_at + (late * (one.observed_at - one.source_time))) for one in again
    ]


Batches = list[list[SourceChange]]


def in_order(story: Story) -> Batches:
    return [[one] for one in story.changes]


def disturbed(story: Story, seed: int) -> Batches:
    """Shuffled, some twice, in batches of random size."""
    random = Random(seed)
    changes = [*story.changes, *(one for one in story.changes if random.random() < 0.3)]
    random.shuffle(changes)
    batches: Batches = []
    while changes:
        size = random.choice([1, 1, 2, 3, 5, 50])
        batches.append(changes[:size])
        changes = changes[size:]
    return batches


@contextmanager
def forgotten() -> Iterator[None]:
    """Whatever is written inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def play(story: Story, batches: Batches, after: Callable[[], None] = lambda: None) -> None:
    """Process the anchor, make the promise, then process the batches."""
    process.changes([story.anchor])
    anchor = SourceRecord.objects.get(external_id=story.anchor.external_id)
    erp = Connection.objects.get(code="erp")
    Crosswalk.objects.create(
        key=PROMISE, connection=erp, object_type="BusinessPartner", subject_type="customer",
        subject_id=anchor.golden_id, anchor=anchor,
    )  # fmt: skip
    for batch in batches:
        process.changes(batch)
        after()


@dataclass(frozen=True)
class Outcome:
    """All that must not depend on order, by source keys instead of ids."""

    records: dict[str, Any]
    goldens: dict[frozenset[str], Any]
    relations: dict[tuple[str, frozenset[str], frozenset[str]], Any]
    proposals: frozenset[tuple[str, str, str]]
    cases: dict[frozenset[frozenset[str]], Any]


def outcome() -> Outcome:
    records = list(SourceRecord.objects.select_related("connection"))
    groups: dict[int, set[str]] = defaultdict(set)
    for record in records:
        if record.entity in MASTERED:
            groups[record.golden_id or 0].add(record.source_key)
    keys = {pk: frozenset(group) for pk, group in groups.items()}
    return Outcome(
        records={record.source_key: _of_record(record) for record in records},
        goldens={
            keys[row.pk]: (row.status, row.values, _winners(row.winners))
            for model in VALUES.values()
            for row in model._default_manager.filter(pk__in=keys)
        },
        relations={
            (row.type, keys[row.source_id], keys[row.target_id]): (
                row.status, row.attributes, _winners(row.winners), row.valid_from, row.valid_to,
            )
            for row in Relation.objects.filter(records__isnull=False).distinct()
        },
        proposals=frozenset(
            (row.record.source_key, row.key, str(row.value))
            for row in Proposal.objects.filter(state="open").select_related("record__connection")
        ),
        cases={
            frozenset((keys[case.first_id], keys[case.second_id])): (round(case.weight, 6), case.evidence)
            for case in Case.objects.filter(state="open")
        },
    )  # fmt: skip


def _of_record(record: SourceRecord) -> Any:
    made_for = record.created_for.source_key if record.created_for else ""
    return record.status, record.merged_into, record.cells, record.first_at, made_for, record.problems


def _winners(winners: dict[str, Any]) -> dict[str, Any]:
    return {key: (won["source"], won["rule"], won["at"]) for key, won in winners.items()}


def differences(first: Outcome, second: Outcome) -> Sequence[str]:
    """What differs, in words, part by part; empty where all is the same."""
    found = []
    for part in ("records", "goldens", "relations", "proposals", "cases"):
        a, b = getattr(first, part), getattr(second, part)
        if a == b:
            continue
        if isinstance(a, frozenset):
            found.append(f"{part}: only first {sorted(a - b)}, only second {sorted(b - a)}")
            continue
        for key in {*a, *b}:
            if a.get(key) != b.get(key):
                found.append(f"{part} {key}: {a.get(key)} != {b.get(key)}")
    return found
