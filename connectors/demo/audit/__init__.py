"""The auditor: an outsider who holds the hub against the systems and the truth, over HTTP alone.

It reads the hub's API and the systems' own APIs with its own little clients and its own knowledge of their fields, and
shares no code with the connectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from connectors.demo.audit import findings
from connectors.demo.audit.findings import Evidence
from connectors.demo.audit.hub import Hub
from connectors.demo.audit.salesforce import Salesforce
from connectors.demo.audit.sap import Sap
from connectors.demo.audit.seen import AuditFailed, Seen
from connectors.demo.audit.shopify import Shopify
from connectors.demo.estate import naive, score
from connectors.demo.estate.goods.items import Item
from connectors.demo.estate.naive import Row
from connectors.demo.estate.truth import Record, Truth

__all__ = ["AuditFailed", "Auditor"]

EXAMPLES = 20


class Auditor:
    """`systems`: per connection its url and how to sign in there (see the readers)."""

    def __init__(self, hub_url: str, hub_token: str, systems: Mapping[str, Mapping[str, str]], truth: Truth) -> None:
        self.hub, self.truth = Hub(hub_url, hub_token), truth
        self.access = {code: dict(access) for code, access in systems.items()}

    def clusters(self) -> dict[Record, str]:
        """Which golden record each record of the truth belongs to; records the hub does not have are left out."""
        known = self.truth.party_of()
        return {
            record: golden["id"]
            for golden in (*self.hub.customers(), *self.hub.products())
            for one in golden["records"]
            if (record := (one["connection"], one["object_type"], one["external_id"])) in known
        }

    def accuracy(self) -> dict[str, Any]:
        """Pairwise precision and recall per kind of party, recall by dirt, and two naive rules on the same records."""
        partition = self.clusters()
        scores = score.pairwise(self.truth, partition)
        known = self.truth.party_of()
        rows = [row for row in map(_row, self._records().values()) if row.record in known]
        rules = {"identifier_join": naive.identifier_join, "name_postcode_join": naive.name_postcode_join}
        return {
            "precision": {kind: found["precision"] for kind, found in scores.items()},
            "recall": {kind: found["recall"] for kind, found in scores.items()},
            "recall_by_dirt": score.by_dirt(self.truth, partition),
            "naive": {name: score.pairwise(self.truth, rule(rows)) for name, rule in rules.items()},
        }

    def audit(self) -> tuple[dict[str, Any], dict[str, dict[str, list[int]]]]:
        """Both `compare` and `completeness`, from one reading."""
        evidence = self._evidence()
        return _compared(evidence), findings.completeness(evidence)

    def completeness(self) -> dict[str, dict[str, list[int]]]:
        """Per kind and connection: slots whose records exist there and carry all their ids, of all slots expected."""
        return findings.completeness(self._evidence())

    def contacts(self) -> dict[str, list[int]]:
        """Per connection: contacts that link person and organisation there, of those whose two ends are both there."""
        return findings.contacts(self._evidence(), self.hub.contacts())

    def compare(self) -> dict[str, Any]:
        """How many values differ, records are doubled and records are missing, with examples in words."""
        return _compared(self._evidence())

    def _evidence(self) -> Evidence:
        return Evidence(self.hub.customers(), self.hub.products(), self.hub.expected(), self._records())

    def _records(self) -> dict[Record, Seen]:
        """Every record of every system; raises AuditFailed where an API shows fewer or more than the system holds."""
        found: dict[Record, Seen] = {}
        for code, reader in (("salesforce", Salesforce), ("sap", Sap), ("shopify", Shopify)):
            system = reader(self.access[code])
            seen = system.read()
            if len(seen) != system.count():
                raise AuditFailed(f"The API of {code} shows {len(seen)} records, the system holds {system.count()}.")
            found |= {(code, one.object_type, one.id): one for one in seen}
        return found


def _compared(evidence: Evidence) -> dict[str, Any]:
    found = {
        "drift": list(findings.drift(evidence)),
        "doubled": list(findings.doubled(evidence)),
        "missing": list(findings.missing(evidence)),
    }
    words = [f"{name}: {one}" for name, ones in found.items() for one in islice(ones, EXAMPLES)]
    return {**{name: len(ones) for name, ones in found.items()}, "examples": words}


def _row(seen: Seen) -> Row | Item:
    values = seen.values
    if "names" in values:
        numbers = (values.get("sku"), values.get("other_sku"), values.get("gtin"), *values.get("other_gtins", []))
        names = tuple(values["names"].values())
        return Item((seen.connection, seen.object_type, seen.id), names, tuple(dict.fromkeys(n for n in numbers if n)))
    places = (values[key] for key in values if key.startswith("addresses|") and values[key])
    codes = values.get("all_postcodes") or [place["postcode"] for place in places]
    mails = [*values.get("emails", []), *values.get("work_emails", [])]
    return Row(
        (seen.connection, seen.object_type, seen.id),
        seen.name,
        tuple(dict.fromkeys(code for code in codes if code)),
        tuple(values.get("tax_ids", [])),
        tuple(mails),
    )
