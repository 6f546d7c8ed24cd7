"""The demo's estate: a fastener maker's made-up customers and goods in three systems, with the dirt of real ones.

`build` is pure: one seed and scale always give the same records. Nothing here knows the hub.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from random import Random
from typing import Any

from connectors.demo.estate import clerks, goods, population, salesforce, sap, shopify
from connectors.demo.estate.goods import Goods
from connectors.demo.estate.register import Register
from connectors.demo.estate.sheets import Sheet
from connectors.demo.estate.truth import Party, Record, Truth
from connectors.demo.estate.world import Firm

__all__ = ["Estate", "Party", "Record", "Truth", "build"]


@dataclass(frozen=True)
class Estate:
    """Records for each system's `/_control/load`, in loading order, and which of them are one party."""

    salesforce: list[dict[str, Any]]
    sap: list[dict[str, Any]]
    shopify: list[dict[str, Any]]
    truth: Truth


def build(seed: int, scale: float = 1.0) -> Estate:
    """About 3,000 accounts, contacts, business partners, companies and shoppers and 1,500 products at scale 1."""
    filed = clerks.file_all(population.make(seed, scale), seed).sheets
    record_of: dict[int, Record] = {}
    made = {}
    for system, office in (("salesforce", salesforce), ("sap", sap), ("shopify", shopify)):
        register = Register(system, Random(f"{system} {seed}"), filed)
        made[system] = office.records(register)
        record_of |= register.record_of
    sold = goods.build(seed, scale)
    for system, records in made.items():
        records += getattr(sold, system)
    return Estate(made["salesforce"], made["sap"], made["shopify"], _with(sold, _truth(filed, record_of)))


def _with(sold: Goods, customers: Truth) -> Truth:
    """The truth about customers and goods."""
    labels = {**customers.labels, **sold.labels}
    return Truth((*customers.parties, *sold.parties), labels, (*customers.pairs, *sold.pairs))


def _truth(filed: list[Sheet], record_of: dict[int, Record]) -> Truth:
    by_party: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in filed:
        by_party[sheet.party.id].append(sheet)
    parties = [
        Party(
            name,
            "organisation" if isinstance(found[0].party, Firm) else "person",
            tuple(sorted(record_of[id(sheet)] for sheet in found)),
        )
        for name, found in sorted(by_party.items())
    ]
    labels = {record_of[id(sheet)]: tuple(sorted(sheet.labels)) for sheet in filed if sheet.labels}
    return Truth(tuple(parties), labels, tuple(_twice(by_party.values(), record_of)))


def _twice(groups: Iterable[list[Sheet]], record_of: dict[int, Record]) -> Iterable[tuple[str, Record, Record]]:
    """Pairs of one party in one system; branches of one firm are no duplicates."""
    for found in groups:
        for a, b in combinations(found, 2):
            if a.system == b.system and a.private == b.private and "gstin_per_state" not in a.labels:
                first, second = sorted((record_of[id(a)], record_of[id(b)]))
                yield "duplicate_in_system", first, second
