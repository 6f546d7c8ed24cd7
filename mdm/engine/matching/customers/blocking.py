"""Blocking keys: two records are compared only if they share one.

Several cheap keys, each selective, so that a moved address, a typo or a missing id still leaves a key in common. Every
key starts with a short name of its rule, so that stop keys can be counted by rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from mdm.engine.matching.customers.features import PERSON, Features
from mdm.engine.matching.customers.places import Place
from mdm.engine.matching.names import CompanyName, PersonName, telling
from mdm.engine.matching.normal import sound
from mdm.engine.matching.vocabulary import common, mail
from mdm.engine.matching.vocabulary.given_names import GROUPS

_MOST_PLACES = 3
# What the keys of each rule are made of.
RULES = {
    "tax": "tax id",
    "digits": "digits of a tax id or phone",
    "mail": "e-mail",
    "tel": "phone",
    "id": "identifier",
    "dom": "domain",
    "name": "name",
    "area": "name with area",
    "city": "name with city",
    "door": "street with house number",
    "box": "e-mail before the @",
    "post": "family name with postcode",
}


def keys(f: Features) -> frozenset[str]:
    """The keys of one record."""
    own = _person(f) if f.party_type == PERSON else _company(f)
    return frozenset((*_identifying(f), *own))


def _identifying(f: Features) -> Iterator[str]:
    for scheme, value in f.tax_ids + f.damaged:
        core = value[2:12] if scheme == "GSTIN" and len(value) == 15 else value
        yield f"tax:{core}"
        yield f"digits:{''.join(sorted(core))}"
    yield from (f"mail:{email}" for email in f.emails)
    yield from (f"tel:{phone}" for phone in f.phones)
    yield from (f"id:{name}:{value}" for name, value in f.identifiers)


def _company(f: Features) -> Iterator[str]:
    yield from (f"dom:{domain}" for domain in f.domains)
    for name in f.companies:
        yield from (_swapped(phone, name.words[0]) for phone in f.phones)
        words = sorted(name.words, key=telling, reverse=True)
        heard = "".join(sorted(sound(word) for word in words[:2]))
        if sum(map(telling, words)) >= 1:
            yield f"name:{''.join(sorted(name.words))}"
        for place in _places(f):
            yield from _company_at(name, words, heard, place)


def _company_at(name: CompanyName, words: list[str], heard: str, place: Place) -> Iterator[str]:
    if place.area:
        yield f"area:{heard}:{place.area}"
    if place.city:
        yield f"city:{words[0]}:{place.city}"
    if place.house and place.street:
        yield f"door:{_street(place)}:{place.house}:{place.postcode or place.city}:{words[0][0]}"


def _person(f: Features) -> Iterator[str]:
    for email in f.emails:
        box = email.rpartition("@")[0]
        if len(box) >= 8 and box not in mail.SHARED_BOXES:
            yield f"box:{box}"
    for name in f.persons:
        if name.family:
            yield from (_swapped(phone, name.family[-1]) for phone in f.phones)
        yield from _person_named(name, f)
        for place in _places(f):
            yield from _person_at(name, place)


def _person_named(name: PersonName, f: Features) -> Iterator[str]:
    """The full name: as it is where it is rare, with the city where thousands may share it; either part first."""
    if not name.given or not name.family or len(name.given[0]) == 1:
        return
    either = f"name:{''.join(sorted(name.given[:1] + name.family))}"
    whole = f"name:{_canonical(name.given[0])}:{''.join(name.family)}"
    if name.family[-1] in common.FAMILY:
        yield from (f"{whole}:{place.city}" for place in _places(f) if place.city)
        yield from (f"{either}:{place.city}" for place in _places(f) if place.city)
        return
    yield whole
    yield either
    if name.given[0] in common.FAMILY:
        yield from (f"{either}:{place.city}" for place in _places(f) if place.city)


def _person_at(name: PersonName, place: Place) -> Iterator[str]:
    family = sound("".join(name.family)) if name.family else ""
    first = name.given[0] if name.given else ""
    if family and place.postcode:
        yield f"post:{family}:{first[:1]}:{place.postcode}"
    if family and first and place.city:
        yield f"city:{family}:{sound(first)}:{place.city}"
    if place.house and place.street:
        yield f"door:{_street(place)}:{place.house}:{place.postcode or place.city}:{family[:2]}"


def _swapped(phone: str, word: str) -> str:
    """A number whose digits may have been swapped, told from others with the same digits by how a name begins."""
    return f"digits:{phone[:3]}{''.join(sorted(phone[3:]))}:{sound(word)[:2]}"


def _canonical(given: str) -> str:
    """One name for all forms of a given name."""
    groups = GROUPS.get(given)
    return str(min(groups)) if groups else given


def _street(place: Place) -> str:
    """The longest word of the street as it sounds."""
    return sound(max(place.street.split(), key=lambda word: (len(word), word)))


def _places(f: Features) -> list[Place]:
    """The first few places, one per postcode and street."""
    return list(islice(f.places, _MOST_PLACES))
