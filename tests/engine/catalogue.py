"""A catalogue of fasteners in three systems with dirt of named kinds, made from a seed.

Made apart from the demo estate on purpose: what is tuned to one must not be proved by it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from stdnum import ean

from mdm.engine.values import Key
from tests.engine.articles import values


@dataclass(frozen=True)
class Range:
    """Articles of one standard: how it and its type are written, and in what it comes."""

    din: str
    iso: str
    german: tuple[str, ...]
    english: tuple[str, ...]
    lengths: tuple[int, ...]
    grades: tuple[str, ...] = ("8.8", "10.9", "A2-70", "A4-70")
    pitches: tuple[str, ...] = ("", "", "")


SHORT, LONG = (10, 12, 16, 20, 25, 30, 35, 40), (40, 45, 50, 60, 70, 80, 90, 100)
RANGES = (
    Range("DIN 933", "ISO 4017", ("Sechskantschraube", "6kt-Schraube", "SKT-Schr.", "Sechskantschr. VG"),
          ("Hex bolt", "Hexagon head screw full thread", "Hex head bolt fully threaded"), (*SHORT, 45, 50)),
    Range("DIN 931", "ISO 4014", ("Sechskantschraube m. Schaft", "6kt-Schr. TG", "Sechskantschraube Teilgewinde"),
          ("Hex bolt partial thread", "Hexagon bolt with shank"), LONG),
    Range("DIN 912", "ISO 4762", ("Zylinderschraube mit Innensechskant", "Zyl.schr. ISK", "Inbusschraube Zylinderkopf"),
          ("Socket head cap screw", "Hexagon socket cap screw", "Allen cap screw"), (*SHORT, *LONG),
          ("8.8", "10.9", "12.9", "A2-70")),
    Range("DIN 7991", "ISO 10642", ("Senkschraube mit Innensechskant", "Senkschr. ISK"),
          ("Countersunk socket screw", "Socket csk screw"), SHORT, ("8.8", "10.9", "A2-70")),
    Range("DIN 934", "ISO 4032", ("Sechskantmutter", "6kt-Mutter", "Mutter 6kt"),
          ("Hex nut", "Hexagon nut", "Full nut"), (), ("8", "10", "A2-70", "A4-80"), ("", "", "x1")),
    Range("DIN 985", "ISO 10511", ("Stoppmutter", "Sicherungsmutter", "Sechskantmutter selbstsichernd"),
          ("Nyloc nut", "Prevailing torque lock nut", "Self-locking nut nylon insert"), (), ("8", "10", "A2-70")),
    Range("DIN 125-A", "ISO 7089", ("Scheibe", "Unterlegscheibe", "U-Scheibe"),
          ("Flat washer", "Plain washer", "Washer"), (),
          ("200 HV", "140 HV", "A2", "A4")),
    Range("DIN 976-1", "", ("Gewindestange", "Gew.stange"), ("Threaded rod", "Studding"), (250, 500, 1000, 2000),
          ("4.8", "8.8", "A2-70")),
)  # fmt: skip
SIZES = {"M5": 0.8, "M6": 1, "M8": 1.25, "M10": 1.5, "M12": 1.75, "M16": 2, "M20": 2.5, "M24": 3}
FINE = {"M8": "x1", "M10": "x1.25", "M12": "x1.5", "M16": "x1.5", "M20": "x1.5", "M24": "x2"}
FINISHES = {
    "zinc": (("verzinkt", "vz", "galv. verz.", "verz."), ("zinc plated", "galvanised", "ZP", "BZP")),
    "hot": (("feuerverzinkt", "fvz", "tZn"), ("hot-dip galvanised", "HDG", "hot dip galv.")),
    "plain": (("blank", "unbehandelt"), ("plain", "self-colour", "uncoated")),
    "yellow": (("gelb verzinkt", "gelb chromatiert"), ("yellow zinc", "zinc yellow")),
    "flake": (("zinklamelle", "flZn"), ("zinc flake",)),
}
PACKS = (25, 50, 100, 200, 500)
PACKED = (
    ("VE {}", "{} St.", "{} Stück", "VPE {}", "{}er Pack"),
    ("pack of {}", "{} pcs", "Box/{}", "{} per box", "({})"),
)
BRAND = "Nordhalm"


@dataclass(frozen=True)
class Article:
    """What is true of one article."""

    number: int
    of: Range
    size: str
    pitch: str
    length: int
    grade: str
    finish: str
    pack: int
    gtin: str

    @property
    def sku(self) -> str:
        return f"NH-{100000 + self.number * 7}"

    @property
    def stainless(self) -> bool:
        return self.grade.startswith("A")


@dataclass
class Record:
    """One record of an article in one system, and the dirt it got."""

    article: int
    system: str
    values: list[tuple[Key, str, Any]]
    dirt: list[str] = field(default_factory=list)


class Catalogue:
    """Draws articles and records; everything follows from the seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(f"catalogue {seed}")
        self.articles: list[Article] = []
        self.records: list[Record] = []
        self.dirt: list[str] = []

    def pick(self, options: Any) -> Any:
        return self.random.choice(list(options))

    def happens(self, share: float, dirt: str = "") -> bool:
        if self.random.random() >= share:
            return False
        self.dirt += [dirt] if dirt else []
        return True

    def fill(self, count: int) -> None:
        """Articles and, beside most of them, ones that differ in a single thing."""
        seen: set[tuple[object, ...]] = set()
        while len(self.articles) < count:
            first = self._drawn()
            for found in (first, *(self._twin(first) for _ in range(self.random.randrange(4)))):
                if (key := (found["of"].din, *(found[name] for name in sorted(found) if name != "of"))) not in seen:
                    seen.add(key)
                    number = len(self.articles)
                    body = f"400{seed_digits(self.random)}{number:05}"
                    self.articles.append(Article(number=number, gtin=body + ean.calc_check_digit(body), **found))

    def _drawn(self) -> dict[str, Any]:
        of, size = self.pick(RANGES), self.pick(SIZES)
        grade = self.pick(of.grades)
        return {
            "of": of,
            "size": size,
            "pitch": FINE.get(size, "") if self.happens(0.1) and of.din != "DIN 125-A" else "",
            "length": self.pick(of.lengths) if of.lengths else 0,
            "grade": grade,
            "finish": "plain" if grade.startswith("A") else self.pick(FINISHES),
            "pack": self.pick(PACKS),
        }

    def _twin(self, first: dict[str, Any]) -> dict[str, Any]:
        other = {**first}
        name = self.pick(("size", "pitch", "length", "grade", "finish", "pack"))
        other[name] = self._drawn()[name] if name not in ("length", "grade") else self._of(first, name)
        stainless = other["grade"].startswith("A")
        if stainless or first["grade"].startswith("A"):
            other["finish"] = "plain" if stainless else self.pick(FINISHES)
        if other["pitch"]:
            other["pitch"] = FINE.get(other["size"], "")
        return other

    def _of(self, first: dict[str, Any], name: str) -> Any:
        options = first["of"].lengths if name == "length" else first["of"].grades
        return self.pick(options) if options else 0

    def write(self) -> None:
        """The records of all systems, in an order that says nothing."""
        for article in self.articles:
            self._record(article, "erp", self._erp)
            if self.happens(0.06):
                self._record(article, "erp", self._erp_again)
            if self.happens(0.8):
                self._record(article, "crm", self._crm)
            if self.happens(0.75):
                self._record(article, "store", self._store)
        self.random.shuffle(self.records)

    def _record(self, article: Article, system: str, made: Callable[[Article], dict[str, Any]]) -> None:
        self.dirt = []
        listed = values(product_type="item", **{name: value for name, value in made(article).items() if value})
        self.records.append(Record(article.number, system, listed, self.dirt))

    def _erp(self, article: Article) -> dict[str, Any]:
        standard = self._standard(article)
        declared = {
            "standard": standard,
            "thread": f"{article.size}{article.pitch}",
            "nominal_length": f"{article.length},0 MM" if article.length else "",
            "grade": article.grade,
            "finish": "" if article.stainless else self.pick(FINISHES[article.finish][0]),
            "pack_size": article.pack,
        }
        kept = {name: value for name, value in declared.items() if not self.happens(0.12, f"no {name}")}
        texts = [("de", self._name(article, 0, standard)[:40]), ("en", self._name(article, 1, standard)[:40])]
        gtin = "" if self.happens(0.35, "no gtin") else article.gtin
        return {"sku": article.sku, "mpn": article.sku, "gtin": gtin, "brand": BRAND, "names": texts, **kept}

    def _erp_again(self, article: Article) -> dict[str, Any]:
        self.dirt.append("duplicate")
        return {**self._erp(article), "sku": f"NH-9{article.number:05}", "mpn": ""}

    def _crm(self, article: Article) -> dict[str, Any]:
        language = self.pick((0, 1))
        name = self._name(article, language, self._standard(article))
        return {"sku": self._sku(article, 0.3), "names": [(("de", "en")[language], name)]}

    def _store(self, article: Article) -> dict[str, Any]:
        gtin = "" if self.happens(0.5, "no gtin") else article.gtin
        if gtin and self.happens(0.06, "mistyped gtin"):
            at = self.random.randrange(3, 12)
            gtin = gtin[:at] + str((int(gtin[at]) + 1) % 10) + gtin[at + 1 :]
        name = self._name(article, 1, self._standard(article), 0.15)
        return {"sku": self._sku(article, 0.35), "gtin": gtin, "brand": BRAND, "names": [("en", name)]}

    def _sku(self, article: Article, lost: float) -> str:
        if self.happens(lost, "no sku"):
            return ""
        if self.happens(0.3, "sku written another way"):
            return str(self.pick((article.sku.replace("-", ""), article.sku.lower(), article.sku.removeprefix("NH-"))))
        return article.sku

    def _standard(self, article: Article) -> str:
        return article.of.iso if article.of.iso and self.happens(0.4, "iso for din") else article.of.din

    def _name(self, article: Article, language: int, standard: str, lost: float = 0.08) -> str:
        """The parts of a name as one clerk writes them, in an order of his own."""
        if self.happens(lost, "no standard in name"):
            standard = ""
        if self.happens(0.5):
            standard = standard.replace(" ", "")
        kinds = (article.of.german, article.of.english)[language]
        finish = "" if article.stainless or self.happens(lost, "no finish in name") else article.finish
        parts = [
            self.pick(kinds),
            standard,
            self._size(article),
            article.grade if "HV" not in article.grade or self.happens(0.7) else "",
            self.pick(FINISHES[finish][language]) if finish else "",
        ]
        if self.happens(0.3, "another order"):
            parts[1:] = self.random.sample(parts[1:], 4)
        if not self.happens(lost, "no pack in name"):
            parts.append(self.pick(PACKED[language]).format(article.pack))
        return self.pick((" ", " ", ", ", " - ")).join(part for part in parts if part)

    def _size(self, article: Article) -> str:
        times = self.pick(("x", "X", " x ", "×"))
        pitch = article.pitch.replace("x", times)
        if not pitch and self.happens(0.08, "coarse pitch written"):
            pitch = f"{times}{SIZES[article.size]:g}"
        length = f"{times}{article.length}" if article.length else ""
        return f"{article.size}{pitch}{length}"


def seed_digits(source: random.Random) -> str:
    return f"{source.randrange(10000):04}"


def catalogue(seed: int, articles: int) -> tuple[list[Article], list[Record]]:
    made = Catalogue(seed)
    made.fill(articles)
    made.write()
    return made.articles, made.records
