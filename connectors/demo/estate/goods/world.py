"""The real articles of the catalogue, before anybody typed them into a system."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of fastener as its standards define it.

    `din` or `iso` is empty where there is no such standard; both mean the same thing here. `sizes`: thread or diameter
    and the lengths it is made in, none for what has no length. `word` is its name in `words.NOUNS`. `hs`: its HS code.
    """

    code: str
    word: str
    din: str
    iso: str
    sizes: dict[str, tuple[int, ...]]
    grades: tuple[str, ...]
    finishes: tuple[str, ...]
    hs: str
    coarse: str = ""  # the code of the line this one is the fine pitch of

    @property
    def standards(self) -> tuple[str, ...]:
        return tuple(name for name in (self.din, self.iso) if name)


@dataclass(frozen=True, slots=True)
class Period:
    """A price between two days, both included; `scale`: from so many packs on a lower amount."""

    amount: Decimal
    start: str
    end: str
    scale: tuple[tuple[int, Decimal], ...] = ()


@dataclass(slots=True, kw_only=True, eq=False)
class Article:
    """One thing that is sold, which is a pack. `gtin` is the pack's, `carton_gtin` of a carton of `per_carton` packs.

    `weight`: grams of a piece. `prices`: (list, currency) -> periods, for `per` packs. `twins`: in what it differs
    from an article that is alike in all else.
    """

    id: str
    line: Line
    size: str
    length: int
    grade: str
    finish: str
    pack: int
    sku: str
    old_sku: str
    gtin: str
    carton_gtin: str
    per_carton: int
    weight: Decimal
    maker: str = ""
    mpn: str = ""
    blocked: bool = False
    per: int = 1
    prices: dict[tuple[str, str], list[Period]] = field(default_factory=dict)
    twins: set[str] = field(default_factory=set)

    @property
    def stainless(self) -> bool:
        return self.grade.startswith("A")

    @property
    def traits(self) -> dict[str, str]:
        """What tells it from every other article."""
        return {
            "line": self.line.code,
            "word": self.line.word,
            "size": self.size,
            "length": str(self.length),
            "grade": self.grade,
            "finish": self.finish,
            "pack": str(self.pack),
        }

    @property
    def group(self) -> tuple[str, str, str, str]:
        """What a shop shows as one product with variants by length and pack."""
        return (self.line.code, self.size, self.grade, self.finish)


@dataclass(slots=True)
class Catalogue:
    """All articles, and the numbers given out."""

    articles: list[Article] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def free(self, name: str) -> bool:
        """Take a number or combination that must not be given twice; False where it is taken already."""
        if name in self.taken:
            return False
        self.taken.add(name)
        return True

    def alike(self, traits: dict[str, str]) -> list[Article]:
        """Every article with these traits, whatever its others are."""
        return [one for one in self.articles if traits.items() <= one.traits.items()]
