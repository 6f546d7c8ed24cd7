"""What matching looks at in one source record, prepared once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from mdm.engine.kinds import Kind
from mdm.engine.matching import names
from mdm.engine.matching.customers.places import Place, place
from mdm.engine.matching.names import CompanyName, PersonName
from mdm.engine.matching.vocabulary import mail
from mdm.engine.standardize import standardize
from mdm.engine.values import Json, Key

ORGANISATION, PERSON = "organisation", "person"


@dataclass(frozen=True, slots=True)
class Features:
    """The evidence one record carries; every list is sorted, so that nothing depends on the order of arrival.

    `tax_ids` are (scheme, id) that pass their check, `damaged` those that do not; `pans` stand inside the GSTINs.
    `identifiers` are (attribute, value): numbers of different attributes are never compared.
    """

    party_type: str = ""
    companies: tuple[CompanyName, ...] = ()
    persons: tuple[PersonName, ...] = ()
    tax_ids: tuple[tuple[str, str], ...] = ()
    damaged: tuple[tuple[str, str], ...] = ()
    pans: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Found:
    """Sets that fill up while the values are read."""

    party_type: str = ""
    companies: set[CompanyName] = field(default_factory=set)
    name_parts: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    persons: set[PersonName] = field(default_factory=set)
    tax_ids: set[tuple[str, str]] = field(default_factory=set)
    damaged: set[tuple[str, str]] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    places: set[Place] = field(default_factory=set)
    identifiers: set[tuple[str, str]] = field(default_factory=set)


def features(values: Iterable[tuple[Key, str, Json]], type_attribute: str = "party_type") -> Features:
    """Features of one record from its standard values, each with its key and kind; an attribute may come repeatedly.

    Values that had no standard form may be among them: what is no valid e-mail address or phone number says nothing.
    `type_attribute` names the one attribute that says organisation or person; without it the names decide.
    """
    found = _Found()
    for key, kind, value in values:
        if key.name == type_attribute:
            found.party_type = value if value in (ORGANISATION, PERSON) else ""
        elif value not in (None, "") and not _endless(value) and (read := _READERS.get(kind)):
            read(found, key, kind, value)
    for parts in found.name_parts.values():
        if name := names.person(parts.get(Kind.GIVEN_NAME, ""), parts.get(Kind.FAMILY_NAME, "")):
            found.persons.add(names.spelled_out(name, found.emails))
    return _frozen(found)


def _endless(value: Json) -> bool:
    """Longer than any name or address: nothing to compare, and nothing to keep in a cache."""
    parts = value.values() if isinstance(value, Mapping) else (value,)
    return any(isinstance(part, str) and len(part) > 2000 for part in parts)


def _frozen(found: _Found) -> Features:
    domains = {email.rpartition("@")[2] for email in found.emails}
    return Features(
        party_type=found.party_type or (PERSON if found.persons and not found.companies else ""),
        companies=tuple(sorted(found.companies, key=lambda name: name.text)),
        persons=tuple(sorted(found.persons, key=lambda name: name.text)),
        tax_ids=tuple(sorted(found.tax_ids)),
        damaged=tuple(sorted(found.damaged)),
        pans=tuple(sorted({value[2:12] for scheme, value in found.tax_ids if scheme == "GSTIN"})),
        emails=tuple(sorted(found.emails)),
        domains=tuple(sorted(domain for domain in domains if domain not in mail.PUBLIC)),
        phones=tuple(sorted(found.phones)),
        places=tuple(sorted(found.places, key=lambda place: place.text)),
        identifiers=tuple(sorted(found.identifiers)),
    )


def _company(found: _Found, key: Key, kind: str, value: Json) -> None:
    if isinstance(value, str) and (name := names.company(value)):
        found.companies.add(name)


def _person_part(found: _Found, key: Key, kind: str, value: Json) -> None:
    if isinstance(value, str):
        found.name_parts.setdefault((key.context, key.value_id), {})[kind] = value


def _person(found: _Found, key: Key, kind: str, value: Json) -> None:
    if isinstance(value, str) and (name := names.full_name(value)):
        found.persons.add(name)


def _tax_id(found: _Found, key: Key, kind: str, value: Json) -> None:
    scheme = key.context.upper()
    if isinstance(value, str):
        (found.damaged if standardize(Kind.TAX_ID, value, scheme).problem else found.tax_ids).add((scheme, value))


def _email(found: _Found, key: Key, kind: str, value: Json) -> None:
    box, at, domain = value.rpartition("@") if isinstance(value, str) else ("", "", "")
    if at and box and "." in domain and box not in mail.NOTHING:
        found.emails.add(value)


def _phone(found: _Found, key: Key, kind: str, value: Json) -> None:
    if isinstance(value, str) and value.startswith("+") and value[1:].isdigit() and len(set(value[-6:])) > 1:
        found.phones.add(value)


def _address(found: _Found, key: Key, kind: str, value: Json) -> None:
    if isinstance(value, Mapping) and (read := place(value)):
        found.places.add(read)


def _identifier(found: _Found, key: Key, kind: str, value: Json) -> None:
    found.identifiers.add((key.name, str(value)))


_READERS: dict[str, Callable[[_Found, Key, str, Json], None]] = {
    Kind.COMPANY_NAME: _company,
    Kind.GIVEN_NAME: _person_part,
    Kind.FAMILY_NAME: _person_part,
    Kind.PERSON_NAME: _person,
    Kind.TAX_ID: _tax_id,
    Kind.EMAIL: _email,
    Kind.PHONE: _phone,
    Kind.ADDRESS: _address,
    Kind.IDENTIFIER: _identifier,
}
