"""From evidence to a zone."""

from __future__ import annotations

from collections.abc import Mapping

from mdm.engine.matching.comparisons import Finding
from mdm.engine.matching.customers.features import Features
from mdm.engine.matching.customers.judges import companies, persons
from mdm.engine.matching.customers.judges.addresses import Where
from mdm.engine.matching.customers.judges.identifiers import Tax
from mdm.engine.matching.customers.judges.mail import Mail
from mdm.engine.matching.customers.judges.phones import Phone
from mdm.engine.matching.normal import fold
from mdm.engine.matching.similar import slip
from mdm.engine.matching.vocabulary import common
from mdm.engine.matching.zones import Zone

Findings = Mapping[str, Finding | None]


def zone(a: Features, b: Features, weight: float, findings: Findings, match_at: float, review_at: float) -> Zone:
    """The zone of two records no veto stands between.

    A shared valid tax id links unless the names are clearly different (VAT groups and subsidiaries share one) and too
    little else agrees to take one for a trade name; without one the names must agree, because phones, e-mail and
    addresses are shared by people and firms that are not the same.
    """
    if strong(findings):
        return Zone.MATCH if _one_company(a, b, findings) else Zone.REVIEW
    if weight >= match_at:
        return Zone.MATCH if _names_agree(a, b, findings) else Zone.REVIEW
    return Zone.REVIEW if weight >= review_at and not _names_differ(a, b, findings) else Zone.NO_MATCH


def strong(findings: Findings) -> bool:
    """Both hold the same valid tax id, or GSTINs of one company."""
    return _reaches(findings, "tax_id", Tax.PAN)


def _names_agree(a: Features, b: Features, findings: Findings) -> bool:
    if company := findings.get("company_name"):
        return company.level <= companies.Name.INITIALS
    person = findings.get("person_name")
    return person is not None and _person_agrees(persons.Name(person.level), a, b, findings)


def _person_agrees(name: persons.Name, a: Features, b: Features, findings: Findings) -> bool:
    """At one address an initial may be a brother's, and Lisa another than Elisabeth: what is one's own must tell."""
    phone, mailbox = _reaches(findings, "phone", Phone.SLIP), _reaches(findings, "email", Mail.BOX)
    if name < persons.Name.SHORT or (mailbox and name < persons.Name.INITIAL):
        return True
    if name < persons.Name.BEGINS:
        spelt = name == persons.Name.SLIP and findings.get("email") is None
        return phone or spelt or _one_at_home(a, b, findings)
    if name == persons.Name.BEGINS:
        return (phone and not _mailbox_each(a, b)) or _one_at_home(a, b, findings)
    if name == persons.Name.PART:
        return phone or findings.get("email") is None
    if name == persons.Name.INITIAL and _reaches(findings, "email", Mail.SAME):
        return True
    return name < persons.Name.HOUSEHOLD and _own_mailbox(a, b, findings)


def _one_at_home(a: Features, b: Features, findings: Findings) -> bool:
    """One address, and nothing tells two of a family: no other phone, unless the mailboxes are of one first name."""
    if not _reaches(findings, "address", Where.SAME) or _mailbox_each(a, b):
        return False
    known = _given(a) | _given(b)
    return findings.get("phone") is None or bool(_spelt(a, known) and _spelt(b, known))


def _mailbox_each(a: Features, b: Features) -> bool:
    """Each holds e-mail addresses made of a first name only it has: Lisa and Elisabeth under one roof."""
    first, second = _given(a), _given(b)
    spelt_a, spelt_b = _spelt(a, first | second), _spelt(b, first | second)
    return bool(spelt_a and spelt_b) and spelt_a <= first - second and spelt_b <= second - first


def _given(f: Features) -> set[str]:
    return {word for name in f.persons for word in name.given if len(word) > 2}


def _spelt(f: Features, known: set[str]) -> set[str]:
    """The longest of the names known that a word of each mailbox begins with."""
    boxes = [fold(email.rpartition("@")[0].replace("_", ".")).split() for email in f.emails]
    found = ([name for name in known if any(word.startswith(name) for word in box)] for box in boxes)
    return {max(names, key=len) for names in found if names}


def _own_mailbox(a: Features, b: Features, findings: Findings) -> bool:
    """Both hold an e-mail address that spells the first name of one of them: a person's own, not a family's."""
    email = findings.get("email")
    if email is None or email.level != Mail.SAME:
        return False
    box = fold(email.a.rpartition("@")[0])
    return any(len(word) > 2 and word in box for f in (a, b) for name in f.persons for word in name.given)


def _reaches(findings: Findings, name: str, level: int) -> bool:
    """Whether a comparison found this level or a better one."""
    found = findings.get(name)
    return found is not None and found.level <= level


def _names_differ(a: Features, b: Features, findings: Findings) -> bool:
    """Names that differ are worth a steward's look only if everything else agrees."""
    company, person = findings.get("company_name"), findings.get("person_name")
    if company and company.level == companies.Name.EXTENDED:
        return _beside_parent(a, b, by_place=True)
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
        return _trade_name(a, b, findings)
    if not (_reaches(findings, "address", Where.STREET) or _reaches(findings, "phone", Phone.SAME)):
        return False
    return not _beside_parent(a, b, _place_tells(a))


def _trade_name(a: Features, b: Features, findings: Findings) -> bool:
    """Whether a quite different name is what the company trades under, not another company of its VAT group.

    Two things besides the tax id agree, only one side writes a legal form, and no word marks a part of a group.
    """
    email = findings.get("email")
    facts = (
        _reaches(findings, "phone", Phone.SAME),
        _reaches(findings, "address", Where.SAME),
        email is not None and email.level in {Mail.SAME, Mail.SHARED_BOX, Mail.DOMAIN},
    )
    if sum(facts) < 2 or all(any(name.form for name in f.companies) for f in (a, b)):
        return False
    return not _beside_parent(a, b, _place_tells(a), companies.Name.DIFFERENT)


def _place_tells(f: Features) -> bool:
    """Outside India a company of its own may be named by its place."""
    return "GSTIN" not in {scheme for scheme, _ in f.tax_ids}


def _beside_parent(a: Features, b: Features, by_place: bool, last: companies.Name = companies.Name.EXTENDED) -> bool:
    """Whether the longer name marks another company of the group: a line of business or, outside India, a place.

    A PAN names one legal person, so a place added to its name is a branch of the same.
    """
    more = {
        word
        for x in a.companies
        for y in b.companies
        if companies.Name.EXTENDED <= companies.level(x, y) <= last
        for word in companies.one_more(x, y)
    }
    towns = {word for f in (a, b) for place in f.places for word in f"{place.city} {fold(place.text)}".split()}
    return any(_structure(word) or (by_place and word in towns) for word in more)


def _structure(word: str) -> bool:
    return any(word.startswith(stem) or slip(word[: len(stem)], stem) for stem in common.STRUCTURE)
