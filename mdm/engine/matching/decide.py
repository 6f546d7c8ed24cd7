"""From evidence to a zone."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from mdm.engine.matching.comparisons import Finding
from mdm.engine.matching.features import Features
from mdm.engine.matching.judges import companies, persons
from mdm.engine.matching.judges.addresses import Where
from mdm.engine.matching.judges.identifiers import Tax
from mdm.engine.matching.judges.mail import Mail
from mdm.engine.matching.judges.phones import Phone
from mdm.engine.matching.normal import fold
from mdm.engine.matching.similar import slip
from mdm.engine.matching.vocabulary import common


class Zone(StrEnum):
    """What follows from a comparison: link, ask a steward, or leave apart."""

    MATCH = "match"
    REVIEW = "review"
    NO_MATCH = "no_match"


Findings = Mapping[str, Finding | None]


def zone(a: Features, b: Features, weight: float, findings: Findings, match_at: float, review_at: float) -> Zone:
    """The zone of two records no veto stands between.

    A shared valid tax id links unless the names are clearly different (VAT groups and subsidiaries share one); without
    one the names must agree, because phones, e-mail and addresses are shared by people and firms that are not the same.
    """
    if strong(findings):
        return Zone.MATCH if _one_company(a, b, findings) else Zone.REVIEW
    if weight >= match_at:
        return Zone.MATCH if _names_agree(findings) else Zone.REVIEW
    return Zone.REVIEW if weight >= review_at and not _names_differ(findings) else Zone.NO_MATCH


def strong(findings: Findings) -> bool:
    """Both hold the same valid tax id, or GSTINs of one company."""
    tax = findings.get("tax_id")
    return tax is not None and tax.level in (Tax.SAME, Tax.PAN)


def _names_agree(findings: Findings) -> bool:
    company, person = findings.get("company_name"), findings.get("person_name")
    if company:
        return company.level <= companies.Name.INITIALS
    # At one address an initial may be a brother's, and Lisa somebody else than Elisabeth: what is one's own must tell.
    if person is None or person.level > persons.Name.INITIAL:
        return False
    if person.level == persons.Name.INITIAL:
        return _reaches(findings, "email", Mail.SAME)
    if person.level < persons.Name.SHORT or _reaches(findings, "phone", Phone.SLIP):
        return True
    unknown = person.level != persons.Name.SHORT and findings.get("email") is None
    return unknown or _reaches(findings, "email", Mail.BOX)


def _reaches(findings: Findings, name: str, level: int) -> bool:
    """Whether a comparison found this level or a better one."""
    found = findings.get(name)
    return found is not None and found.level <= level


def _names_differ(findings: Findings) -> bool:
    """Names that differ are worth a steward's look only if everything else agrees."""
    company, person = findings.get("company_name"), findings.get("person_name")
    if company:
        return company.level >= companies.Name.PARTIAL
    return person is not None and person.level >= persons.Name.HOUSEHOLD


def _one_company(a: Features, b: Features, findings: Findings) -> bool:
    """Whether the names allow what a shared tax id says."""
    company, person = findings.get("company_name"), findings.get("person_name")
    if person and not company:
        return person.level <= persons.Name.GIVEN_ONLY
    if not company or company.level <= companies.Name.FORM:
        return True
    if company.level != companies.Name.EXTENDED:
        return False
    if not (_reaches(findings, "address", Where.STREET) or _reaches(findings, "phone", Phone.SAME)):
        return False
    tax = findings["tax_id"]
    return not _beside_parent(a, b, by_place=tax is None or "GSTIN" not in {scheme for scheme, _ in a.tax_ids})


def _beside_parent(a: Features, b: Features, by_place: bool) -> bool:
    """Whether the longer name marks another company of the group: a line of business or, outside India, a place.

    A PAN names one legal person, so a place added to its name is a branch of the same.
    """
    more = {
        word
        for x in a.companies
        for y in b.companies
        if companies.level(x, y) is companies.Name.EXTENDED
        for word in companies.one_more(x, y)
    }
    towns = {word for f in (a, b) for place in f.places for word in f"{place.city} {fold(place.text)}".split()}
    return any(_structure(word) or (by_place and word in towns) for word in more)


def _structure(word: str) -> bool:
    return any(word.startswith(stem) or slip(word[: len(stem)], stem) for stem in common.STRUCTURE)
