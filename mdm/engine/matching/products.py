"""Products: for now told by their identifiers alone; names and dimensions come with judges of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mdm.engine.kinds import Kind
from mdm.engine.matching.decide import Zone
from mdm.engine.matching.explain import Evidence, Line, prior
from mdm.engine.values import Json, Key

STRONG = {Kind.GTIN: 18.0, Kind.PART_NUMBER: 14.0}  # bits a shared identifier of the kind weighs


@dataclass(frozen=True, slots=True)
class ProductFeatures:
    """What one record of a product says: its type, and (attribute, kind, value) of each identifier, sorted."""

    product_type: str = ""
    identifiers: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class ProductModel:
    """The same face as `Model`, for products."""

    version: str
    match_at: float
    review_at: float
    prior: float

    def features(self, values: Iterable[tuple[Key, str, Json]]) -> ProductFeatures:
        """Features of one source record from its standard values (key, kind, value)."""
        given = [(key.name, kind, value) for key, kind, value in values if isinstance(value, str) and value]
        own = next((value for name, _, value in given if name == "product_type"), "")
        return ProductFeatures(own, tuple(sorted({one for one in given if one[1] in STRONG})))

    def keys(self, f: ProductFeatures) -> frozenset[str]:
        """Blocking keys of one record."""
        return frozenset(f"{name}:{value}" for name, _, value in f.identifiers)

    def compare(self, a: ProductFeatures, b: ProductFeatures) -> Evidence:
        """Weight, zone, veto and evidence of two records; the same whichever comes first."""
        shared = sorted({*a.identifiers} & {*b.identifiers})
        lines = [Line(name, "Same", STRONG[Kind(kind)], f"Same {name}: {value}.") for name, kind, value in shared]
        weight, veto = self.prior + sum(line.weight for line in lines), self.veto(a, b)
        zone = Zone.MATCH if weight >= self.match_at else Zone.REVIEW if weight >= self.review_at else Zone.NO_MATCH
        return Evidence(weight, Zone.NO_MATCH if veto else zone, veto, (prior(self.prior), *lines))

    def veto(self, a: ProductFeatures, b: ProductFeatures) -> str:
        """The sentence that forbids the match of two records, or an empty text."""
        types = {a.product_type, b.product_type} - {""}
        return "One is an item, the other a family." if len(types) > 1 else ""


PRODUCTS = ProductModel(version="products-0", match_at=3.0, review_at=0.0, prior=-13.3)
