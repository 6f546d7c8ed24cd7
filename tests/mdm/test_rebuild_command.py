"""`manage.py rebuild` brings golden records in line with their inputs; `--check` tells what is not."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from mdm.models import Customer, OutboxEvent
from mdm.pipeline import process
from tests.factories import connections, organisation

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def mastered() -> None:
    connections()
    process.changes([organisation("crm", "1", 1), organisation("erp", "100", 2, payment_terms="NT30")])


def said(*args: Any) -> list[str]:
    out = StringIO()
    call_command("rebuild", *args, stdout=out)
    return out.getvalue().splitlines()


def spoil() -> Customer:
    """Change a golden value behind the hub's back."""
    row = Customer.objects.get()
    Customer.objects.filter(pk=row.pk).update(legal_name="Somebody else")
    return row


def test_check_finds_nothing_where_nothing_is_wrong() -> None:
    assert said("--check") == ["Recomputing golden records (1) from source records (2) ...", "No differences."]


def test_check_names_what_differs_ends_with_1_and_writes_nothing() -> None:
    row, events, out = spoil(), OutboxEvent.objects.count(), StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("rebuild", "--check", stdout=out)
    assert str(failed.value) == "Differences: golden values 1. `manage.py rebuild` brings golden records in line."
    assert failed.value.returncode == 1
    assert f"golden values {row.pk}" in out.getvalue()
    assert "'legal_name': 'Somebody else'" in out.getvalue()
    assert "'legal_name': 'Bolzen Meier GmbH'" in out.getvalue()
    assert Customer.objects.get().legal_name == "Somebody else"
    assert OutboxEvent.objects.count() == events


def test_rebuild_heals_and_tells_the_systems() -> None:
    row = spoil()
    OutboxEvent.objects.all().delete()
    assert said() == ["Rebuilding golden records; source records: 2 ...", "Changed: 1."]
    assert Customer.objects.get().legal_name == "Bolzen Meier GmbH"
    assert OutboxEvent.objects.filter(topic="golden.changed", subject_id=row.pk).count() == 1
    assert said("--check")[-1] == "No differences."
