"""Open cases to work on, made in bulk."""

from __future__ import annotations

from typing import Any

from mdm import rules
from mdm.models import Case, Customer, GoldenValues, MatchEdge, SourceRecord
from mdm.pipeline import process
from mdm.pipeline.testimony import features
from tests.factories import organisation

PHONE = "+49421123456"
STREETS = ("Hauptstr. 5", "Am Wall 12", "Industriestr. 88")


def opened(count: int) -> list[Case]:
    """Cases of two firms each, the strongest first; every firm stands for itself."""
    changes = []
    for number in range(count):
        street = STREETS[number % len(STREETS)]
        changes.append(_firm("crm", f"C{number:04}", f"Alpha {number:04} Werke AG", street, phones__main=PHONE))
        changes.append(_firm("erp", f"E{number:04}", f"Beta {number:04} Handels GmbH", street, industry="Steel"))
    process.changes(changes)
    MatchEdge.objects.all().delete()
    Case.objects.all().delete()
    records = {row.external_id: row for row in SourceRecord.objects.all()}
    return [_case(records[f"C{number:04}"], records[f"E{number:04}"], 12 - number / 10) for number in range(count)]


def _firm(connection: str, external_id: str, name: str, street: str, **values: Any) -> Any:
    address = {"street": street, "city": "Bremen", "postcode": "28195", "country": "DE"}
    return organisation(
        connection,
        external_id,
        1,
        **{"legal_name": name, "tax_ids__VAT": None, "addresses__bill_to": address, **values},
    )


def _case(first: SourceRecord, second: SourceRecord, weight: float) -> Case:
    lines = [
        ["prior", "", -8.0, "before any evidence"],
        ["address", "equal", weight + 5, "the billing addresses are equal"],
        ["name", "other", -3.0, "the names differ"],
        ["phone", "missing", 6.0, "the phones are alike but for one digit"],
    ]
    evidence = {"weight": weight, "zone": "review", "veto": "", "lines": lines}
    a, b = sorted((first.pk, second.pk))
    MatchEdge.objects.create(a_id=a, b_id=b, weight=weight, zone="review", evidence=evidence, model_version="test")
    goldens = sorted(Customer.objects.filter(pk__in=[first.golden_id, second.golden_id]).values_list("pk", flat=True))
    return Case.objects.create(first_id=goldens[0], second_id=goldens[1], weight=weight, evidence=evidence)


def between(first: GoldenValues, second: GoldenValues) -> Case:
    """An open case of two golden records, with what the match model finds between their oldest records."""
    book = rules.current()
    a, b = (features(row.golden.records.order_by("pk")[0], book) for row in (first, second))
    found = book.models[first.entity.name].compare(a, b)
    return Case.objects.create(
        first_id=first.pk, second_id=second.pk, weight=found.weight, evidence=found.to_json()
    )
