"""What is one of a few values: countries, regions, categories."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

import pycountry

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned.guess.numbers import NUMBER
from mdm.engine.matching.learned.guess.sample import Sample
from mdm.engine.matching.normal import fold
from mdm.engine.standardize.country import find as country_code


def kind(sample: Sample) -> Kind | None:
    """The kind, or None where the values are many."""
    if (sample.distinct <= 6 or sample.most(3) > 0.85) and sample.distinct < 0.5 * sample.records:
        return Kind.CATEGORY if sample.like(NUMBER) < 0.5 else None
    codes = sample.share(len(value) <= 3 for value in sample.values) > 0.5
    if sample.share(value.isdigit() for value in sample.values) < 0.1:
        states = max(sample.known(names.__contains__) for names in _regions().values())
        lands = sample.known(lambda value: bool(country_code(value)))
        if max(states, lands) > 0.6 and (codes or sample.distinct < 400):
            return Kind.REGION if states > lands else Kind.COUNTRY
    if sample.like(NUMBER) > 0.85:
        return None
    often = sample.records / sample.distinct  # a value comes, on average
    few = any(sample.distinct <= many and often > times for many, times in ((12, 2), (20, 3.3), (60, 20)))
    return Kind.CATEGORY if few else None


@lru_cache(maxsize=1)
def _regions() -> dict[str, frozenset[str]]:
    """Codes and names of the states or provinces, by country (ISO 3166-2)."""
    found: dict[str, set[str]] = defaultdict(set)
    for item in pycountry.subdivisions:
        found[item.country_code] |= {fold(item.name), fold(item.code.partition("-")[2])}
    return {code: frozenset(names - {""}) for code, names in found.items() if len(names) > 5}
