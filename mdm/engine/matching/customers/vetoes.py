"""What forbids a match whatever the weight; each veto is a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from mdm.engine.matching.customers.features import Features
from mdm.engine.matching.customers.judges import persons
from mdm.engine.matching.customers.judges.identifiers import one_slip, space


def veto(a: Features, b: Features) -> str:
    """The first veto that holds between two records, or an empty text."""
    return party_type(a, b) or tax_ids(a, b) or generation(a, b) or given_names(a, b)


def party_type(a: Features, b: Features) -> str:
    if a.party_type and b.party_type and a.party_type != b.party_type:
        return "One is a person, the other an organisation."
    return ""


def tax_ids(a: Features, b: Features) -> str:
    """Valid ids of one scheme contradict each other.

    An Indian firm has one GSTIN per state, so PANs are compared; VAT numbers only within one country; an EIN has no
    check digit, so one that differs by a slip may be mistyped.
    """
    if a.pans and b.pans and not set(a.pans) & set(b.pans):
        return _sentence("The GSTINs belong to different companies (PAN", a.pans, b.pans, ")")
    first, second = _by_space(a), _by_space(b)
    for key in sorted(first.keys() & second.keys()):
        mine, theirs = first[key], second[key]
        if key[0] == "VAT" and not set(mine) & set(theirs):
            return _sentence(f"Different valid VAT numbers of {key[1]} (", mine, theirs, ")")
        if key[0] == "EIN" and not any(one_slip(x, y) for x in mine for y in theirs):
            return _sentence("The EINs differ by more than a slip (", mine, theirs, ")")
    return ""


def _by_space(f: Features) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for tax_id in f.tax_ids:
        found[space(tax_id)].append(tax_id[1])
    return found


def generation(a: Features, b: Features) -> str:
    """Jr. is not Sr."""
    first = {name.generation for name in a.persons if name.generation}
    second = {name.generation for name in b.persons if name.generation}
    if first and second and not first & second:
        return _sentence("Different generations (", sorted(first), sorted(second), ")")
    return ""


def given_names(a: Features, b: Features) -> str:
    """Clearly different first names in one family: two people, however much of the rest they share."""
    if not a.persons or not b.persons:
        return ""
    levels = {persons.level(x, y) for x in a.persons for y in b.persons}
    if levels <= {persons.Name.HOUSEHOLD, persons.Name.DIFFERENT} and persons.Name.HOUSEHOLD in levels:
        return _sentence("Two people of one family (", _texts(a), _texts(b), ")")
    return ""


def _texts(f: Features) -> list[str]:
    return [name.text for name in f.persons]


def _sentence(start: str, a: Iterable[str], b: Iterable[str], end: str) -> str:
    first, second = sorted(", ".join(side) for side in (a, b))
    return f"{start}{'' if start.endswith('(') else ' '}{first} and {second}{end}."
