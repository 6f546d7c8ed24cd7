"""From evidence on two products to a zone."""

from __future__ import annotations

from collections.abc import Mapping

from mdm.engine.matching.comparisons import Finding
from mdm.engine.matching.products.judges.dimensions import Agree
from mdm.engine.matching.products.judges.numbers import Gtin, Mpn, Sku
from mdm.engine.matching.zones import Zone

Findings = Mapping[str, Finding | None]


def zone(weight: float, findings: Findings, match_at: float, review_at: float) -> Zone:
    """The zone of two records no veto stands between.

    Identifiers that contradict each other (one SKU, two GTINs) are for a steward, and so are articles told by sizes
    alone of which one is not certain.
    """
    if weight < review_at:
        return Zone.NO_MATCH
    if weight < match_at or _contradiction(findings):
        return Zone.REVIEW
    return Zone.MATCH if _identified(findings) or not _uncertain(findings) else Zone.REVIEW


def _identified(findings: Findings) -> bool:
    """A number that is given once is the same."""
    return _reaches(findings, "gtin", Gtin.OTHER_PACK) or _reaches(findings, "sku", Sku.MARKED) or _maker(findings)


def _maker(findings: Findings) -> bool:
    return _reaches(findings, "mpn", Mpn.SAME)


def _contradiction(findings: Findings) -> bool:
    gtin = findings.get("gtin")
    return gtin is not None and gtin.level == Gtin.DIFFERENT


def _uncertain(findings: Findings) -> bool:
    """A size, finish or pack that only one record says, or that may be another."""
    found = (findings.get(name) for name in ("thread", "length", "finish", "pack"))
    return any(one is not None and one.level != Agree.SAME for one in found)


def _reaches(findings: Findings, name: str, level: int) -> bool:
    found = findings.get(name)
    return found is not None and found.level <= level
