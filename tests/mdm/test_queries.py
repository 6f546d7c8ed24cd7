"""Queries grow with batches, not with records: the numbers are pinned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mdm.contracts import SourceChange
from mdm.pipeline import process
from tests.factories import change, connections, organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def systems() -> None:
    connections()
    process.changes([organisation("crm", "warm", 1)])  # rules and models are read once a process


def firms(prefix: str, count: int, minute: float = 1, **more: Any) -> list[SourceChange]:
    return [
        organisation(
            "crm", f"{prefix}{n}", minute, legal_name=f"{prefix} Werke {n * 7919} GmbH", tax_ids__VAT=None,
            addresses__bill_to={"street": f"Weg {n}", "city": f"Ort {n}", "postcode": f"{10000 + n}", "country": "DE"},
            **more,
        )
        for n in range(count)
    ]  # fmt: skip


def contacts(prefix: str, count: int) -> list[SourceChange]:
    out = []
    for n in range(count):
        refs = {"person": ("Contact.Person", f"{prefix}{n}"), "organisation": ("Account", f"{prefix}{n}")}
        out.append(change("crm", f"{prefix}{n}", 1, object_type="Contact", entity="contact", role="Buyer", refs=refs))
        name = {"party_type": "person", "first_name": "Eva", "last_name": f"Kern{prefix}{n}"}
        out.append(change("crm", f"{prefix}{n}", 1, object_type="Contact.Person", **name))
    return out


def counted(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as found:
        work()
    return len(found)


def of(code: str, changes: Sequence[SourceChange]) -> list[SourceChange]:
    return [replace(one, connection=code) for one in changes]


CASES: dict[str, tuple[Callable[[str, int], tuple[Sequence[SourceChange], Sequence[SourceChange]]], int]] = {
    "new records": (lambda prefix, n: ([], firms(prefix, n)), 26),
    "edited records": (lambda prefix, n: (firms(prefix, n), firms(prefix, n, 5, segment="oem")), 25),
    "records read again": (lambda prefix, n: (firms(prefix, n), firms(prefix, n)), 11),
    "late versions": (lambda prefix, n: (firms(prefix, n, 5), firms(prefix, n, 2, segment="oem")), 26),
    "contacts of accounts": (lambda prefix, n: (firms(prefix, n), contacts(prefix, n)), 48),
    "accounts of contacts": (lambda prefix, n: (contacts(prefix, n), firms(prefix, n)), 45),
    "contested edits": (
        lambda prefix, n: (
            [*firms(prefix, n), *of("erp", firms(prefix, n, 1, payment_terms="NT30"))],
            firms(prefix, n, 5, payment_terms="NT60"),
        ), 25,
    ),
    "joins": (lambda prefix, n: (of("store", firms(prefix, n)), of("erp", firms(prefix, n))), 25),
}  # fmt: skip


@pytest.mark.parametrize(("case", "pinned"), CASES.values(), ids=CASES)
def test_a_batch_takes_as_many_queries_whatever_its_size(case: Any, pinned: int) -> None:
    small, large = (50, 200) if case is CASES["new records"][0] else (20, 80)
    found = {}
    for size in (small, large):
        before, batch = case(f"s{size}x", size)
        process.changes(before)
        found[size] = counted(lambda batch=batch: process.changes(batch))
    # two more or less where some of the made-up names happen to look alike
    assert abs(found[large] - found[small]) <= 2, found
    assert found[large] == pytest.approx(pinned, abs=2)
