"""E-mail addresses and the domains of companies."""

from __future__ import annotations

from enum import IntEnum

from rapidfuzz.distance import OSA

from mdm.engine.matching.comparisons import Comparison, Finding, Level, best
from mdm.engine.matching.customers.features import Features
from mdm.engine.matching.vocabulary import mail


class Mail(IntEnum):
    """Levels of e-mail, best first."""

    SAME = 0
    SHARED_BOX = 1
    SLIP = 2
    BOX = 3
    DOMAIN = 4
    DIFFERENT = 5


_LABELS = (
    "Same e-mail address",
    "Same shared mailbox",
    "Same e-mail address but for a slip",
    "Same mailbox name at another domain",
    "Same company domain",
    "Different e-mail addresses",
)
# A person keeps several addresses, so another one says little. A domain of its own says much about a company and
# hardly anything about a person, who shares it with all colleagues. u: families share addresses.
_PERSON = ((0.45, 0.00006), (0.02, 0.0006), (0.03, 0.0001), (0.03, 0.003), (0.03, 0.02), (0.44, 0.9762))
_COMPANY = ((0.35, 0.00006), (0.12, 0.00012), (0.02, 0.0002), (0.01, 0.01), (0.20, 0.003), (0.30, 0.987))


def judge(a: Features, b: Features) -> Finding | None:
    return best([Finding(level(x, y), x, y) for x in a.emails for y in b.emails])


def level(a: str, b: str) -> Mail:
    """The level of two standard addresses."""
    (box_a, _, domain_a), (box_b, _, domain_b) = a.rpartition("@"), b.rpartition("@")
    shared = box_a in mail.SHARED_BOXES or box_b in mail.SHARED_BOXES
    if a == b:
        return Mail.SHARED_BOX if shared else Mail.SAME
    if not shared and _slip(box_a, domain_a, box_b, domain_b):
        return Mail.SLIP
    if domain_a == domain_b:
        return Mail.DIFFERENT if domain_a in mail.PUBLIC else Mail.DOMAIN
    return Mail.BOX if box_a == box_b and not shared and len(box_a) >= 6 else Mail.DIFFERENT


def _slip(box_a: str, domain_a: str, box_b: str, domain_b: str) -> bool:
    """One slip on one side of the @; numbers that differ are other people, and two known domains are no slip."""
    if domain_a == domain_b:
        return min(len(box_a), len(box_b)) >= 6 and _one_slip(box_a, box_b)
    return (
        box_a == box_b and len(box_a) >= 4 and not {domain_a, domain_b} <= mail.PUBLIC and _one_slip(domain_a, domain_b)
    )


def _one_slip(a: str, b: str) -> bool:
    digits = [[char for char in text if char.isdigit()] for text in (a, b)]
    return digits[0] == digits[1] and OSA.distance(a, b, score_cutoff=1) <= 1


def _levels(weights: tuple[tuple[float, float], ...]) -> tuple[Level, ...]:
    return tuple(Level(label, m, u) for label, (m, u) in zip(_LABELS, weights, strict=True))


PERSON_EMAIL = Comparison("email", "E-mail", _levels(_PERSON), judge)
COMPANY_EMAIL = Comparison("email", "E-mail", _levels(_COMPANY), judge)
