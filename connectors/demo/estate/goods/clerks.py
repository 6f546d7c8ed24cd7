"""Which article is known in which system, how often, and what the shop shows as one product with variants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from connectors.demo.estate.goods import sheets, wording
from connectors.demo.estate.goods.sheets import TRIES, Sheet
from connectors.demo.estate.goods.wording import Style
from connectors.demo.estate.goods.world import Article, Catalogue

KNOWN_IN = (
    (("sap", "salesforce", "shopify"), 0.42), (("sap", "salesforce"), 0.2), (("sap", "shopify"), 0.16),
    (("salesforce", "shopify"), 0.04), (("sap",), 0.1), (("salesforce",), 0.04), (("shopify",), 0.04),
)  # fmt: skip
TWICE = 0.07
IN_FAMILY = 0.75

Group = tuple[str, str, str, str]


@dataclass(slots=True)
class Shelves:
    """All sheets; the style of every family of the shop, with those who are in it."""

    rng: Random
    catalogue: Catalogue
    sheets: list[Sheet] = field(default_factory=list)
    of_article: dict[str, list[Sheet]] = field(default_factory=lambda: defaultdict(list))
    families: dict[Group, tuple[Style, list[Sheet]]] = field(default_factory=dict)
    in_sap: set[str] = field(default_factory=set)

    def file(self, draw: Callable[[bool], Sheet]) -> Sheet | None:
        """Keep a sheet that fits those of its article kept before; drawn clean where dirt hides which it is."""
        for attempt in range(TRIES):
            sheet = self._numbered(draw(attempt == TRIES - 1))
            earlier = self.of_article[sheet.article.id]
            if not earlier or any(self.fit(sheet, other) for other in earlier):
                self.sheets.append(sheet)
                earlier.append(sheet)
                return sheet
        return None

    def fit(self, a: Sheet, b: Sheet) -> bool:
        """Whether a careful person could tell that both are one article."""
        return bool(a.numbers & b.numbers) or (self.described(a) and self.described(b))

    def described(self, sheet: Sheet) -> bool:
        """Whether what it shows is true of one article only."""
        return len(self.catalogue.alike(sheet.shown)) == 1

    def _numbered(self, sheet: Sheet) -> Sheet:
        """The sheet as SAP takes it, which lets one product have a GTIN."""
        if sheet.system == "sap" and f"again:{sheet.article.id}" in self.in_sap:
            sheet.numbers -= {f"gtin:{sheet.gtin}", f"carton:{sheet.gtin}", f"carton:{sheet.article.carton_gtin}"}
            sheet.gtin, sheet.with_carton = "", False
            sheet.labels = sheet.labels - {"gtin_other_level"} | {"gtin_missing"}
        return sheet


def file_all(catalogue: Catalogue, seed: int) -> Shelves:
    """Every article's sheets in the systems that know it."""
    shelves = Shelves(Random(f"goods clerks {seed}"), catalogue)
    _families(shelves)
    for article in catalogue.articles:
        systems = shelves.rng.choices([one for one, _ in KNOWN_IN], [share for _, share in KNOWN_IN])[0]
        for system in systems:
            _first(shelves, article, system)
        if shelves.rng.random() < TWICE:
            _again(shelves, article, shelves.rng.choice(systems))
    return shelves


def _families(shelves: Shelves) -> None:
    """What the shop will show in variants; whoever writes such a title says all that the variants share."""
    groups: dict[Group, list[Article]] = defaultdict(list)
    for article in shelves.catalogue.articles:
        groups[article.group].append(article)
    for group, articles in groups.items():
        if len(articles) > 1 and shelves.rng.random() < IN_FAMILY:
            shelves.families[group] = (wording.style(shelves.rng, articles[0], "shopify", clean=True), [])


def _first(shelves: Shelves, article: Article, system: str) -> None:
    rng = shelves.rng
    style, members = shelves.families.get(article.group, (None, [])) if system == "shopify" else (None, [])
    sap = next((one for one in shelves.of_article[article.id] if one.system == "sap"), None)
    sheet = shelves.file(lambda clean: sheets.draw(rng, article, system, style=style, clean=clean, sap=sap))
    if sheet:
        members.append(sheet)
    if system == "sap":
        shelves.in_sap.add(f"again:{article.id}")


def _again(shelves: Shelves, article: Article, system: str) -> None:
    """A second record in one system, in the shop as a product of its own."""
    rng = shelves.rng
    shelves.file(lambda clean: sheets.draw(rng, article, system, twice=True, clean=clean))
