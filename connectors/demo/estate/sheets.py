"""What somebody knew and typed of one party in one system, before it takes that system's form.

Every sheet keeps the facts it still shows, so that a later sheet of the same party can be drawn again until a careful
person could tell that the two are one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

from connectors.demo.estate import names, writing
from connectors.demo.estate.numbers import Phone
from connectors.demo.estate.world import Firm, Human, Place
from connectors.demo.estate.writing import Address

TRIES = 12
ENOUGH = 2.0  # facts two sheets must share


@dataclass(slots=True, kw_only=True)
class Sheet:
    """`facts` weigh what the sheet shows of its party; `labels` are its kinds of dirt."""

    party: Firm | Human
    system: str
    name: str = ""
    legal: str = ""
    given: str = ""
    family: str = ""
    address: Address | None = None
    ship: Address | None = None
    phone: Phone | None = None
    mobile: Phone | None = None
    mail: str = ""
    tax: tuple[str, str] | None = None
    firm: Firm | None = None
    private: bool = False
    facts: dict[str, float] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)


def shared(a: Sheet, b: Sheet) -> float:
    """The weight of the facts both show."""
    return sum(min(weight, b.facts[fact]) for fact, weight in a.facts.items() if fact in b.facts)


# How often each system knows a thing of a firm.
FIRM_KNOWS = {
    "salesforce": {"phone": 0.8, "mail": 0.55, "tax": 0.42, "address": 0.94, "ship": 0.35},
    "sap": {"phone": 0.7, "mail": 0.5, "tax": 0.92, "address": 1.0, "ship": 0.25},
    "shopify": {"phone": 0.65, "mail": 0.0, "tax": 0.42, "address": 0.95, "ship": 0.8},
}
FIRM_DIRT = {
    "legal_form": 0.38, "abbreviated_address": 0.4, "moved_address": 0.1, "transposed_digits": 0.09, "typo": 0.08,
    "trade_name": 0.05, "transliteration": 0.25, "other_city_name": 0.2,
}  # fmt: skip


def of_firm(rng: Random, firm: Firm, system: str, place: Place, clean: bool = False) -> Sheet:
    """What one system holds of a firm, at its head office or at a branch."""
    knows = _known(rng, FIRM_KNOWS[system], clean)
    sheet = Sheet(party=firm, system=system, labels=set(firm.dirt))
    dirt = set() if clean else _drawn(rng, FIRM_DIRT)
    _firm_name(rng, sheet, firm, dirt)
    if knows["tax"]:
        _tax(rng, sheet, firm, place, "transposed_digits" in dirt and rng.random() < 0.4)
    else:
        sheet.labels.add("missing_tax_id")
    if knows["address"]:
        _address(rng, sheet, place, firm.former if place is firm.place else place, dirt)
    if knows["ship"] and firm.store and place is firm.place:
        sheet.ship = writing.address(firm.store)
    if knows["phone"]:
        _phone(rng, sheet, firm.phone, dirt, 0.5 if "shared_phone" in firm.dirt else 1.0)
    if knows["mail"]:
        sheet.mail = f"{rng.choice(firm.country.mailboxes[:3])}@{firm.domain}"
        sheet.facts[f"domain:{firm.domain}"] = 1.0
    return sheet


def _known(rng: Random, shares: dict[str, float], clean: bool) -> dict[str, bool]:
    """What a system knows this time; all it can know where the sheet must be clean."""
    return {name: share > 0 if clean else rng.random() < share for name, share in shares.items()}


def _drawn(rng: Random, shares: dict[str, float]) -> set[str]:
    """At most three kinds of dirt."""
    found = [name for name, share in shares.items() if rng.random() < share]
    return set(rng.sample(found, min(3, len(found))))


def _firm_name(rng: Random, sheet: Sheet, firm: Firm, dirt: set[str]) -> None:
    if "trade_name" in dirt and "subsidiary" not in firm.dirt:
        sheet.name, sheet.legal = firm.trade_name, ""
        sheet.labels.add("trade_name")
        if sheet.system == "salesforce" and rng.random() < 0.5:
            sheet.legal = firm.legal_name
            sheet.facts["name"] = 1.0
        return
    core, form = firm.core, firm.form
    if "typo" in dirt:
        core = _changed(sheet, "typo", core, names.mistyped(rng, core))
    if "transliteration" in dirt:
        core = _changed(sheet, "transliteration", core, _firm_transliterated(rng, firm, core))
    if "legal_form" in dirt and form:
        form = _changed(sheet, "legal_form", form, rng.choice(firm.country.forms[form]))
    sheet.name = f"{core} {form}".strip()
    if sheet.system == "sap" and rng.random() < 0.2:
        sheet.name = names.spelled_out(sheet.name).upper()
    sheet.facts["name"] = 1.0


def _firm_transliterated(rng: Random, firm: Firm, core: str) -> str:
    """Only the first word is a name; the words of the trade everybody spells alike."""
    first, blank, rest = core.partition(" ")
    if firm.country.code == "DE":
        return names.transliterated(rng, core, by_ear=False)
    return names.transliterated(rng, first, by_ear=firm.country.code == "IN") + blank + rest


def _changed(sheet: Sheet, label: str, old: str, new: str) -> str:
    if new != old:
        sheet.labels.add(label)
    return new


def _tax(rng: Random, sheet: Sheet, firm: Firm, place: Place, wrong: bool) -> None:
    held = next((one for one in firm.tax_ids if one.place is place), firm.tax_ids[0])
    if wrong:
        sheet.tax = (held.scheme, writing.swapped_tax(rng, held.scheme, held.number))
        sheet.labels.add("transposed_digits")
        return
    sheet.tax = (held.scheme, held.number)
    core = held.number[2:12] if held.scheme == "GSTIN" else held.number
    sheet.facts[f"tax:{core}"] = 1.0 if "shared_tax_id" in firm.dirt else 2.0


def _address(rng: Random, sheet: Sheet, place: Place, former: Place, dirt: set[str]) -> None:
    moved = "moved_address" in dirt and former is not place
    if moved:
        sheet.labels.add("moved_address")
    here = former if moved else place
    found = writing.address(here)
    for label, act in (
        ("abbreviated_address", writing.abbreviated), ("other_city_name", writing.another_city_name),
    ):  # fmt: skip
        if label in dirt:
            fresh = act(rng, found)
            found = found if fresh == found else fresh
            sheet.labels |= {label} if fresh != writing.address(here) else set()
    if "transposed_digits" in dirt and "transposed_digits" not in sheet.labels and rng.random() < 0.5:
        found = writing.swapped_postcode(rng, found)
        sheet.labels.add("transposed_digits")
    sheet.address = found
    sheet.facts[here.fact] = 1.0


def _phone(rng: Random, sheet: Sheet, found: Phone, dirt: set[str], weight: float) -> None:
    if "transposed_digits" in dirt and "transposed_digits" not in sheet.labels:
        sheet.phone = writing.swapped_phone(rng, found)
        sheet.labels.add("transposed_digits")
        return
    sheet.phone = found
    sheet.facts[f"phone:{found.e164}"] = weight


# ---- persons -------------------------------------------------------------------------------------------------------

PERSON_KNOWS = {
    "salesforce": {"phone": 0.5, "mobile": 0.6, "mail": 0.7, "address": 0.75},
    "sap": {"phone": 0.4, "mobile": 0.45, "mail": 0.5, "address": 1.0},
    "shopify": {"phone": 0.0, "mobile": 0.6, "mail": 1.0, "address": 0.8},
}
SHOPPER_KNOWS = {
    "salesforce": {"phone": 0.4, "mobile": 0.6, "mail": 0.7, "address": 0.85},
    "sap": {"phone": 0.4, "mobile": 0.5, "mail": 0.5, "address": 1.0},
    "shopify": {"phone": 0.0, "mobile": 0.6, "mail": 0.97, "address": 0.9},
}
PERSON_DIRT = {
    "nickname": 0.35, "typo": 0.08, "transliteration": 0.25, "initials": 0.05, "moved_address": 0.1,
    "abbreviated_address": 0.35, "transposed_digits": 0.08, "other_city_name": 0.15, "other_mail": 0.4,
    "middle_name": 0.2, "swapped_names": 0.015,
}  # fmt: skip


def of_person(rng: Random, one: Human, system: str, firm: Firm | None, clean: bool = False) -> Sheet:
    """What one system holds of a person: as a contact of `firm`, or as a customer of their own."""
    knows = _known(rng, (PERSON_KNOWS if firm else SHOPPER_KNOWS)[system], clean)
    sheet = Sheet(party=one, system=system, firm=firm, private=firm is None, labels=set(one.dirt))
    dirt = set() if clean else _drawn(rng, PERSON_DIRT)
    _person_name(rng, sheet, one, dirt)
    if knows["mail"]:
        _mail(sheet, one, firm, "other_mail" in dirt)
    if knows["mobile"]:
        _mobile(rng, sheet, one, dirt)
    if knows["phone"]:
        shared_line = firm is not None or "shared_phone" in one.dirt
        _phone(rng, sheet, firm.phone if firm else one.landline, dirt, 0.5 if shared_line else 1.0)
        if firm:
            sheet.labels.add("shared_phone")
    if knows["address"]:
        place, former = (firm.place, firm.place) if firm else (one.home, one.former)
        _address(rng, sheet, place, former, dirt)
    return sheet


def _person_name(rng: Random, sheet: Sheet, one: Human, dirt: set[str]) -> None:
    given, family = one.given, one.family
    short = names.CALLED[one.country.code].get(given)
    if short and "nickname" in dirt and (sheet.system != "sap" or rng.random() < 0.4):  # accountants write full names
        given = rng.choice(short)
        sheet.labels.add("nickname")
    elif "initials" in dirt and "family_address" not in one.dirt:
        given = f"{given[0]}."
        sheet.labels.add("initials")
    elif "middle_name" in dirt:
        given = f"{given} {one.middle}"
        sheet.labels.add("middle_name")
    if "typo" in dirt:
        family = _changed(sheet, "typo", family, names.mistyped(rng, family))
    if "transliteration" in dirt:
        other = names.transliterated(rng, family, by_ear=one.country.code == "IN")
        family = _changed(sheet, "transliteration", family, other)
    if "swapped_names" in dirt:
        given, family = family, given
        sheet.labels.add("swapped_names")
    if sheet.system == "shopify" and rng.random() < 0.15:
        given, family = given.lower(), family.lower()
    sheet.given, sheet.family = given, family
    sheet.facts["name"] = 0.5 if "initials" in sheet.labels else 1.0


def _mail(sheet: Sheet, one: Human, firm: Firm | None, other: bool) -> None:
    """People use their private address at work, and the one at work in private."""
    usual, seldom = (one.work_mail, one.mail) if firm else (one.mail, one.work_mail)
    sheet.mail = seldom if other and seldom else usual
    sheet.facts[f"mail:{sheet.mail}"] = 1.0


def _mobile(rng: Random, sheet: Sheet, one: Human, dirt: set[str]) -> None:
    if "transposed_digits" in dirt and rng.random() < 0.5:
        sheet.mobile = writing.swapped_phone(rng, one.mobile)
        sheet.labels.add("transposed_digits")
        return
    sheet.mobile = one.mobile
    sheet.facts[f"phone:{one.mobile.e164}"] = 1.0


def without_mail(sheet: Sheet) -> Sheet:
    """The sheet of somebody whose e-mail address this system does not take."""
    facts = {fact: weight for fact, weight in sheet.facts.items() if not fact.startswith("mail:")}
    return replace(sheet, mail="", facts=facts)
