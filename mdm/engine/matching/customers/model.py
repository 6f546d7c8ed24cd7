"""A published model: features, keys, comparison and decision with all weights frozen under one version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mdm.engine.matching import explain, score
from mdm.engine.matching.comparisons import Comparison
from mdm.engine.matching.customers import blocking, decide, vetoes
from mdm.engine.matching.customers import features as preparation
from mdm.engine.matching.customers.features import PERSON, Features
from mdm.engine.matching.customers.judges import addresses, companies, identifiers, mail, persons, phones
from mdm.engine.matching.explain import Evidence
from mdm.engine.matching.matcher import ByPairs
from mdm.engine.matching.zones import Zone
from mdm.engine.values import Json, Key

COMPANY = (
    companies.COMPANY_NAME,
    identifiers.TAX_ID,
    identifiers.IDENTIFIER,
    mail.COMPANY_EMAIL,
    phones.COMPANY_PHONE,
    addresses.COMPANY_ADDRESS,
)
PEOPLE = (
    persons.PERSON_NAME,
    identifiers.TAX_ID,
    identifiers.IDENTIFIER,
    mail.PERSON_EMAIL,
    phones.PERSON_PHONE,
    addresses.PERSON_ADDRESS,
)


@dataclass(frozen=True)
class Model(ByPairs[Features]):
    """Weights are in bits; a pair is a match from `match_at` on and is reviewed from `review_at` on.

    `prior` is the weight of a pair before anything is compared: log2 of the odds that two records are one party.
    """

    version: str
    match_at: float
    review_at: float
    prior: float
    organisations: tuple[Comparison[Features], ...] = COMPANY
    persons: tuple[Comparison[Features], ...] = PEOPLE
    type_attribute: str = "party_type"

    def features(self, values: Iterable[tuple[Key, str, Json]]) -> Features:
        """Features of one source record from its standard values (key, kind, value)."""
        return preparation.features(values, self.type_attribute)

    def keys(self, f: Features) -> frozenset[str]:
        """Blocking keys of one record."""
        return blocking.keys(f)

    def rule(self, key: str) -> str:
        """What a blocking key is made of, in words."""
        return blocking.RULES[key.partition(":")[0]]

    def compare(self, a: Features, b: Features) -> Evidence:
        """Weight, zone, veto and evidence of two records; the same whichever comes first."""
        comparisons = self.persons if PERSON in (a.party_type, b.party_type) else self.organisations
        found = score.findings(comparisons, a, b)
        weight = score.weight(comparisons, found, self.prior)
        veto = vetoes.veto(a, b)
        zone = Zone.NO_MATCH if veto else decide.zone(a, b, weight, found, self.match_at, self.review_at)
        lines = (explain.prior(self.prior), *(explain.line(item, found[item.name]) for item in comparisons))
        return Evidence(weight, zone, veto, lines)

    def veto(self, a: Features, b: Features) -> str:
        """The sentence that forbids the match of two records, or an empty text; cheaper than `compare`."""
        return vetoes.veto(a, b)


# One pair in ten thousand: a hub of some ten thousand parties held about twice. At +3 bits a match is right in about
# nine of ten pairs picked at random and in far more of those that share a blocking key; at -2 in one of five.
DEFAULT = Model(version="default-2", match_at=3.0, review_at=-2.0, prior=-13.3)
