"""The published model of products, with the face of that of customers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mdm.engine.matching import explain, score
from mdm.engine.matching.comparisons import Comparison
from mdm.engine.matching.explain import Evidence
from mdm.engine.matching.matcher import ByPairs
from mdm.engine.matching.products import blocking, decide, vetoes
from mdm.engine.matching.products import features as preparation
from mdm.engine.matching.products.features import ProductFeatures
from mdm.engine.matching.products.judges import dimensions, names, numbers, types
from mdm.engine.matching.zones import Zone
from mdm.engine.values import Json, Key

ALL: tuple[Comparison[ProductFeatures], ...] = (
    *(numbers.GTIN, numbers.SKU, numbers.MPN, names.BRAND, types.TYPE),
    *(dimensions.THREAD, dimensions.LENGTH, dimensions.GRADE, dimensions.MATERIAL, dimensions.FINISH, dimensions.PACK),
    names.WORDS,
)


@dataclass(frozen=True)
class ProductModel(ByPairs[ProductFeatures]):
    """Weights are in bits; a pair is a match from `match_at` on and is reviewed from `review_at` on."""

    version: str
    match_at: float
    review_at: float
    prior: float
    comparisons: tuple[Comparison[ProductFeatures], ...] = ALL

    def features(self, values: Iterable[tuple[Key, str, Json]]) -> ProductFeatures:
        """Features of one source record from its standard values (key, kind, value)."""
        return preparation.features(values)

    def keys(self, f: ProductFeatures) -> frozenset[str]:
        """Blocking keys of one record."""
        return blocking.keys(f)

    def rule(self, key: str) -> str:
        """What a blocking key is made of, in words."""
        return blocking.RULES[key.partition(":")[0]]

    def compare(self, a: ProductFeatures, b: ProductFeatures) -> Evidence:
        """Weight, zone, veto and evidence of two records; the same whichever comes first."""
        found = score.findings(self.comparisons, a, b)
        weight = score.weight(self.comparisons, found, self.prior)
        veto = vetoes.veto(a, b)
        zone = Zone.NO_MATCH if veto else decide.zone(weight, found, self.match_at, self.review_at)
        lines = (explain.prior(self.prior), *(explain.line(item, found[item.name]) for item in self.comparisons))
        return Evidence(weight, zone, veto, lines)

    def veto(self, a: ProductFeatures, b: ProductFeatures) -> str:
        """The sentence that forbids the match of two records, or an empty text; cheaper than `compare`."""
        return vetoes.veto(a, b)


# One pair in ten thousand, as for customers. All sizes equal and nothing else are just worth a match: in a catalogue
# of one maker they are the article. Without the pack, or with the type in words for a standard, a steward is asked.
PRODUCTS = ProductModel(version="products-4", match_at=3.0, review_at=-1.0, prior=-13.3)
