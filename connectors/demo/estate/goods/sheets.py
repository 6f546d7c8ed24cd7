"""What somebody knew and typed of one article in one system, before it takes that system's form.

Every sheet keeps what it shows, so that a later sheet of the same article can be drawn again until a careful person
with the catalogue at hand could tell that the two are one: they share a number, or both describe no other article.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

from connectors.demo.estate.goods import numbers, wording
from connectors.demo.estate.goods.wording import Style
from connectors.demo.estate.goods.world import Article

TRIES = 12

# How often each system knows a thing, in a field of its own beside the name.
KNOWS = {
    "sap": {"gtin": 0.62, "norm": 0.7, "size": 0.6, "pack": 1.0, "mpn": 0.8, "english": 0.55, "old": 0.6,
            "carton": 0.5},
    "salesforce": {"gtin": 0.25, "norm": 0.35, "size": 0.28, "grade": 0.38, "finish": 0.3, "pack": 0.45, "mpn": 0.5},
    "shopify": {"gtin": 0.44, "mpn": 0.0},
}  # fmt: skip
SKU = {  # how the other systems hold the SKU, which is SAP's
    "salesforce": {"": 0.38, "sku_missing": 0.16, "sku_format": 0.3, "old_sku": 0.11, "sku_transposed": 0.05},
    "shopify": {"": 0.4, "sku_missing": 0.18, "sku_format": 0.28, "old_sku": 0.1, "sku_transposed": 0.04},
}
OTHER_LEVEL = 0.06
COPIED = 0.1  # of the names in Salesforce were taken over from SAP as they stood there


@dataclass(slots=True, kw_only=True, eq=False)
class Sheet:
    """`names` by language; `fields`: the traits that stand in fields of their own; `shows`: all that can be seen.

    `numbers` identify the article: `sku:`, `gtin:`, `carton:`, `old:`, `mpn:`. `stale`: its price is an earlier one.
    """

    article: Article
    system: str
    style: Style
    sku: str = ""
    old: str = ""
    gtin: str = ""
    mpn: str = ""
    with_carton: bool = False
    stale: bool = False
    names: dict[str, str] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    shows: frozenset[str] = frozenset()
    numbers: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)

    @property
    def shown(self) -> dict[str, str]:
        """Trait -> value of what can be seen."""
        return {name: value for name, value in self.article.traits.items() if name in self.shows}


def draw(rng: Random, article: Article, system: str, *, style: Style | None = None, twice: bool = False,
         clean: bool = False, sap: Sheet | None = None) -> Sheet:  # fmt: skip
    """What one system holds of an article.

    `style`: that of the shop's family, where it is in one. `twice`: a second record. `sap`: what SAP holds of it.
    """
    sheet = Sheet(article=article, system=system, style=style or wording.style(rng, article, system, clean))
    sheet.labels |= {f"near_twin_{one}" for one in article.twins}
    _sku(rng, sheet, twice, clean)
    _gtin(rng, sheet, clean)
    known = frozenset(name for name, share in KNOWS[system].items() if rng.random() < share or (clean and share))
    if article.mpn and "mpn" in known:
        sheet.mpn = article.mpn
        sheet.numbers.add(f"mpn:{article.maker}/{article.mpn}")
    _fields(sheet, known)
    if system == "salesforce" and sap and not clean and rng.random() < COPIED:
        _copy(sheet, sap)
    else:
        _name(rng, sheet, in_english="english" in known, in_family=style is not None)
    _label(sheet)
    sheet.stale = rng.random() < 0.25
    return sheet


def _sku(rng: Random, sheet: Sheet, twice: bool, clean: bool) -> None:
    one = sheet.article
    if sheet.system == "sap":
        # Whoever enters an article anew in SAP gets a new number.
        sheet.sku = f"{one.sku[:-2]}{90 + int(one.sku[-1])}" if twice else one.sku
        if not twice:
            sheet.numbers.add(f"sku:{one.sku}")
        return
    shares = SKU[sheet.system]
    how = "" if clean else rng.choices(list(shares), list(shares.values()))[0]
    if how == "old_sku" and not one.old_sku:
        how = "sku_missing"
    sheet.sku = {
        "": one.sku,
        "sku_missing": "",
        "sku_format": numbers.rewritten(rng, one.sku),
        "old_sku": one.old_sku,
        "sku_transposed": numbers.transposed(rng, one.sku),
    }[how]
    if how in ("", "sku_format"):
        sheet.numbers.add(f"sku:{one.sku}")
    elif how == "old_sku":
        sheet.numbers.add(f"old:{one.old_sku}")
    sheet.labels |= {how} - {""}


def _gtin(rng: Random, sheet: Sheet, clean: bool) -> None:
    if not clean and rng.random() >= KNOWS[sheet.system]["gtin"]:
        sheet.labels.add("gtin_missing")
    elif not clean and rng.random() < OTHER_LEVEL:
        sheet.gtin = sheet.article.carton_gtin
        sheet.numbers.add(f"carton:{sheet.gtin}")
        sheet.labels.add("gtin_other_level")
    else:
        sheet.gtin = sheet.article.gtin
        sheet.numbers.add(f"gtin:{sheet.gtin}")


def _fields(sheet: Sheet, known: frozenset[str]) -> None:
    """What stands beside the name. SAP knows packs and cartons as units, and may keep the number of before."""
    sheet.fields = known & {"norm", "size", "grade", "finish", "pack"}
    if "norm" in sheet.fields and not sheet.style.norms:
        sheet.fields -= {"norm"}
    if "carton" in known:
        sheet.with_carton = True
        sheet.numbers.add(f"carton:{sheet.article.carton_gtin}")
    if "old" in known and sheet.article.old_sku:
        sheet.old = sheet.article.old_sku
        sheet.numbers.add(f"old:{sheet.old}")
    sheet.shows |= wording.traits(sorted(sheet.fields))


def _name(rng: Random, sheet: Sheet, in_english: bool, in_family: bool) -> None:
    one, style = sheet.article, sheet.style
    if in_family:
        sheet.names[style.language] = ""  # the family's title says it, with the variant's options
        sheet.shows |= wording.traits(list(wording.ORDER))
    elif sheet.system == "sap":
        sheet.names["de"], shows = wording.short_text(rng, one, style)
        sheet.shows |= shows
        if in_english:
            other = wording.style(rng, one, "sap")
            english = replace(other, language="en", norms=style.norms, by_thread=style.by_thread)
            sheet.names["en"], shows = wording.short_text(rng, one, english)
            sheet.shows |= shows
    else:
        sheet.names[style.language], shows = wording.name(rng, one, style)
        sheet.shows |= shows


def _copy(sheet: Sheet, sap: Sheet) -> None:
    """The German short text, since that is always there."""
    sheet.style, sheet.names = sap.style, {"de": sap.names["de"]}
    sheet.shows |= sap.shows - wording.traits(sorted(sap.fields)) | wording.traits(sorted(sheet.fields))


def _label(sheet: Sheet) -> None:
    style = sheet.style
    if style.short or style.said:
        sheet.labels.add("abbreviation")
    if style.order != wording.ORDER:
        sheet.labels.add("word_order")
    if style.comma and "." in sheet.article.size:
        sheet.labels.add("decimal_comma")
    if style.by_thread and sheet.article.size in wording.HOLES:
        sheet.labels.add("thread_for_hole")
    if "size" not in sheet.fields and sheet.system != "shopify":
        sheet.labels.add("size_in_name_only")
