"""Who is known in which system, how often, and under which firm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from connectors.demo.estate import sheets
from connectors.demo.estate.population import Population
from connectors.demo.estate.sheets import ENOUGH, TRIES, Sheet
from connectors.demo.estate.world import Firm, Human, Place

SYSTEMS = ("salesforce", "sap", "shopify")
KNOWN_IN = (
    (("salesforce", "sap", "shopify"), 0.32), (("salesforce", "sap"), 0.26), (("sap", "shopify"), 0.14),
    (("salesforce", "shopify"), 0.09), (("salesforce",), 0.07), (("sap",), 0.07), (("shopify",), 0.05),
)  # fmt: skip
CONTACT_IN = {"salesforce": 0.85, "sap": 0.6, "shopify": 0.7}
SHOPPER_IN = {"salesforce": 0.5, "sap": 0.4, "shopify": 0.9}
TWICE = 0.07


@dataclass(slots=True)
class Files:
    """All sheets by system, and what a shop takes only once."""

    rng: Random
    sheets: list[Sheet] = field(default_factory=list)
    of_party: dict[str, list[Sheet]] = field(default_factory=lambda: defaultdict(list))
    in_shop: set[str] = field(default_factory=set)

    def held(self, party: Firm | Human, system: str) -> list[Sheet]:
        """The sheets of a party in one system."""
        return [sheet for sheet in self.of_party[party.id] if sheet.system == system]

    def file(self, draw: Callable[[bool], Sheet]) -> Sheet | None:
        """Keep a sheet that fits those of its party kept before; drawn clean where dirt hides who it is."""
        for attempt in range(TRIES):
            sheet = self._shopped(draw(attempt == TRIES - 1))
            if sheet is None:
                continue
            earlier = self.of_party[sheet.party.id]
            if not earlier or any(sheets.shared(sheet, other) >= ENOUGH for other in earlier):
                self.sheets.append(sheet)
                earlier.append(sheet)
                self._claim(sheet)
                return sheet
        return None

    def _shopped(self, sheet: Sheet) -> Sheet | None:
        """The sheet as the shop takes it, which knows every e-mail and phone once; None for a contact without one."""
        if sheet.system != "shopify" or isinstance(sheet.party, Firm):
            return sheet
        if sheet.mail in self.in_shop:
            sheet = sheets.without_mail(sheet)
        if sheet.mobile and sheet.mobile.e164 in self.in_shop:
            sheet.facts.pop(f"phone:{sheet.mobile.e164}", None)
            sheet.mobile = None
        return None if sheet.firm and not sheet.mail else sheet

    def _claim(self, sheet: Sheet) -> None:
        if sheet.system == "shopify" and isinstance(sheet.party, Human):
            self.in_shop |= {sheet.mail, sheet.mobile.e164 if sheet.mobile else ""} - {""}


def file_all(world: Population, seed: int) -> Files:
    """Every party's sheets in the systems that know it."""
    files = Files(Random(f"clerks {seed}"))
    for firm in world.firms:
        _firm(files, firm)
    for one in world.people:
        if one.firm:
            _contact(files, one, world.firms)
        if one.buys:
            _shopper(files, one)
    return files


def _firm(files: Files, firm: Firm) -> None:
    rng = files.rng
    systems = rng.choices([one for one, _ in KNOWN_IN], [share for _, share in KNOWN_IN])[0]
    for system in systems:
        everywhere = system == "sap" or (system == "salesforce" and rng.random() < 0.5)
        places = firm.places if everywhere else firm.places[:1]
        for place in places:
            files.file(_firm_drawer(files, firm, system, place))
    if rng.random() < TWICE:
        files.file(_firm_drawer(files, firm, rng.choice(systems), firm.place))


def _firm_drawer(files: Files, firm: Firm, system: str, place: Place) -> Callable[[bool], Sheet]:
    return lambda clean: sheets.of_firm(files.rng, firm, system, place, clean)


def _contact(files: Files, one: Human, firms: list[Firm]) -> None:
    assert one.firm is not None
    rng, homes = files.rng, [system for system in SYSTEMS if files.held(one.firm, system)]
    chosen = [system for system in homes if rng.random() < CONTACT_IN[system]] or [rng.choice(homes)]
    for system in chosen:
        files.file(_person_drawer(files, one, system, one.firm))
    if rng.random() < TWICE:
        files.file(_person_drawer(files, one, rng.choice(chosen), one.firm))
    if rng.random() < 0.06:
        _misplace(files, rng.choice(files.of_party[one.id]), firms)


def _misplace(files: Files, sheet: Sheet, firms: list[Firm]) -> None:
    """Hang a contact under another firm of the same country in that system."""
    there = [firm for firm in firms if firm.country is sheet.party.country and files.held(firm, sheet.system)]
    others = [firm for firm in there if firm is not sheet.firm]
    if others and sheet.firm:
        sheet.firm = files.rng.choice(others)
        sheet.labels.add("wrong_account")


def _shopper(files: Files, one: Human) -> None:
    rng = files.rng
    chosen = [system for system in SYSTEMS if rng.random() < SHOPPER_IN[system]] or ["shopify"]
    if one.firm:
        chosen = [rng.choice(("shopify", "shopify", "salesforce", "sap"))]
    for system in chosen:
        files.file(_person_drawer(files, one, system, None))
    if rng.random() < TWICE:
        files.file(_person_drawer(files, one, rng.choice(chosen), None))


def _person_drawer(files: Files, one: Human, system: str, firm: Firm | None) -> Callable[[bool], Sheet]:
    return lambda clean: sheets.of_person(files.rng, one, system, firm, clean)
