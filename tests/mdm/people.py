"""Made-up persons in the hub, in two systems, with duplicates and the truth about them."""

from __future__ import annotations

from functools import cache

from mdm.contracts import SourceChange
from mdm.models import SourceRecord
from mdm.pipeline import process
from tests.engine import twins
from tests.factories import change, connections


@cache
def people(count: int, seed: int = 7) -> tuple[tuple[SourceChange, ...], dict[str, str]]:
    """Changes that bring so many source records, and the person of each by external id."""
    made = twins.persons(count, seed, "de_DE")
    changes = []
    for n, (name, row) in enumerate(zip(made.records.ids, made.records.values.to_dicts(), strict=True)):
        place = {"street": row["street"], "city": row["city"], "postcode": row["zip"], "country": "DE"}
        said = {"first_name": row["first"], "last_name": row["last"], "addresses__registered": place}
        said |= {"emails": row["mail"], "phones__main": row["phone"]}
        changes.append(change("crm" if n % 2 else "store", name, 1 + n / 100, party_type="person", **said))
    return tuple(changes), dict(zip(made.records.ids, made.entities, strict=True))


def arrive(count: int, seed: int = 7) -> dict[str, str]:
    """Have them arrive; gives the person of each by external id."""
    connections()
    changes, truth = people(count, seed)
    for start in range(0, count, 200):
        process.changes(changes[start : start + 200])
    return truth


def quality(truth: dict[str, str]) -> tuple[float, float]:
    """Precision and recall of pairs of source records in one golden record."""
    found = dict(SourceRecord.objects.values_list("external_id", "golden"))
    names = sorted(truth)
    ours = {(a, b) for a in names for b in names if a < b and found[a] == found[b]}
    theirs = {(a, b) for a in names for b in names if a < b and truth[a] == truth[b]}
    return len(ours & theirs) / max(len(ours), 1), len(ours & theirs) / len(theirs)
