"""The goods of the demo's estate: a fastener maker's catalogue in three systems, with the dirt of real ones.

It draws from random numbers of its own, so that the firms and people of a seed do not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from random import Random

from connectors.demo.estate.goods import articles, clerks, salesforce, sap, shopify
from connectors.demo.estate.goods.sheets import Sheet
from connectors.demo.estate.register import Native
from connectors.demo.estate.truth import Party, Record

Pairs = tuple[tuple[str, Record, Record], ...]


@dataclass(frozen=True)
class Goods:
    """Records for each system's `/_control/load`, and which of them are one article."""

    salesforce: list[Native]
    sap: list[Native]
    shopify: list[Native]
    parties: tuple[Party, ...]
    labels: dict[Record, tuple[str, ...]]
    pairs: Pairs


def build(seed: int, scale: float) -> Goods:
    """About 1,500 products at scale 1, families of the shop among them."""
    shelves = clerks.file_all(articles.make(seed, scale), seed)
    in_crm, crm_of = salesforce.records(shelves, Random(f"goods salesforce {seed}"))
    in_erp, erp_of = sap.records(shelves, Random(f"goods sap {seed}"))
    in_shop, shop_of, families = shopify.records(shelves, Random(f"goods shopify {seed}"))
    record_of = {**crm_of, **erp_of, **shop_of}
    parties = [
        Party(name, "product", tuple(sorted(record_of[sheet] for sheet in found)))
        for name, found in sorted(shelves.of_article.items())
    ]
    parties += [Party(f"G{at}", "product", (record,)) for at, record in enumerate(families, 1)]
    labels = {record_of[sheet]: tuple(sorted(sheet.labels)) for sheet in shelves.sheets if sheet.labels}
    pairs = tuple(_between(shelves.of_article.values(), record_of))
    return Goods(in_crm, in_erp, in_shop, tuple(parties), labels, pairs)


def _between(groups: Iterable[list[Sheet]], record_of: dict[Sheet, Record]) -> Iterator[tuple[str, Record, Record]]:
    """What lies between two records of one article: two in one system, DIN here and ISO there, two languages."""
    for found in groups:
        for a, b in combinations(found, 2):
            first, second = sorted((record_of[a], record_of[b]))
            for name in _differ(a, b):
                yield name, first, second


def _differ(a: Sheet, b: Sheet) -> Iterator[str]:
    if a.system == b.system:
        yield "product_twice"
    mine, theirs = set(a.style.norms), set(b.style.norms)
    if mine and theirs and not mine & theirs:
        yield "din_beside_iso"
    if not a.names.keys() & b.names.keys():
        yield "other_language"
