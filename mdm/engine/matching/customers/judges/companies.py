"""Company names."""

from __future__ import annotations

from enum import IntEnum

from mdm.engine.matching.comparisons import Comparison, Finding, Level, best
from mdm.engine.matching.customers.features import Features
from mdm.engine.matching.names import CompanyName, telling
from mdm.engine.matching.similar import Alignment, align, heard, shortened, slip
from mdm.engine.matching.vocabulary import common, legal_forms


class Name(IntEnum):
    """Levels of company names, best first."""

    DISTINCTIVE = 0
    SAME = 1
    SLIP = 2
    FILLER = 3
    COMMON = 4
    INITIALS = 5
    FORM = 6
    EXTENDED = 7
    PARTIAL = 8
    DIFFERENT = 9


# m: what clerks do to names they copy, by our judgement; u: with some ten thousand companies in a hub one name in as
# many is shared by chance, one of two rare words in a hundred thousand, one made of everyday words in some thousand.
LEVELS = (
    Level("Same distinctive name", 0.46, 0.00001),
    Level("Same name", 0.20, 0.00005),
    Level("Same name but for a slip", 0.09, 0.00006),
    Level("Same name but for words left out or cut short", 0.07, 0.0002),
    Level("Same name, made of common words", 0.04, 0.0003),
    Level("One name is the initials of the other", 0.01, 0.0003),
    Level("Same name, another legal form", 0.04, 0.0003),
    Level("One name has more words", 0.05, 0.003),
    Level("Names share words and differ in others", 0.005, 0.01),
    Level("Different names", 0.035, 0.986),
)
# SAP cuts names at 35 or 40 characters.
_CUT = {35, 40}


def judge(a: Features, b: Features) -> Finding | None:
    return best([Finding(level(x, y), x.text, y.text) for x in a.companies for y in b.companies])


def level(a: CompanyName, b: CompanyName) -> Name:
    """The level of two names; the legal form counts only where the rest agrees."""
    if a.words == b.words:
        return _same(a, b)
    found = align(a.words, b.words, lambda x, y: _slip(a, b, x, y) or _shortened(a, b, x, y))
    if not found.only_a and not found.only_b:
        return _agreeing(a, b, found)
    if _cut_short(a, b) or _only_filler(found):
        return Name.FILLER if legal_forms.agree(a.form, b.form) else Name.FORM
    if _initials(a, b) or _initials(b, a):
        return Name.INITIALS
    shared = sum(map(telling, found.same)) + sum(telling(word) for word, _ in found.slips)
    if shared >= 0.8 and not (found.only_a and found.only_b):
        return Name.EXTENDED
    if shared >= 0.8 or (shared >= 0.4 and not (found.only_a and found.only_b)):
        return Name.PARTIAL
    return Name.DIFFERENT


def _agreeing(a: CompanyName, b: CompanyName, found: Alignment) -> Name:
    if not legal_forms.agree(a.form, b.form):
        return Name.FORM
    if not found.slips:
        return _same(a, b)
    return Name.SLIP if any(_slip(a, b, x, y) for x, y in found.slips) else Name.FILLER


def _slip(a: CompanyName, b: CompanyName, x: str, y: str) -> bool:
    """A slip in a word of one name and a word of the other, in whichever of its forms it is seen."""
    return slip(x, y) or heard(x, y) or slip(_plain(a, x), _plain(b, y))


def _plain(name: CompanyName, word: str) -> str:
    return name.plain[name.words.index(word)] if name.plain else word


def _shortened(a: CompanyName, b: CompanyName, x: str, y: str) -> bool:
    """A common word written short, or any word that has a dot after it."""
    if len(x) > len(y):
        a, b, x, y = b, a, y, x
    known = (y in common.COMMON and len(x) > 2) or x in a.dotted or x in b.dotted
    return known and shortened(x, y)


def _same(a: CompanyName, b: CompanyName) -> Name:
    if not legal_forms.agree(a.form, b.form):
        return Name.FORM
    said = min(sum(map(telling, a.words)), sum(map(telling, b.words)))
    if said < 1:
        return Name.COMMON
    return Name.DISTINCTIVE if said >= 2 and min(len(a.core), len(b.core)) >= 12 else Name.SAME


def _only_filler(found: Alignment) -> bool:
    """What one side has for itself says nothing, and what both share does: `Weber Industries`, `Weber`."""
    shared = sum(map(telling, found.same))
    return shared >= 1 and all(word in common.FILLER for word in found.only_a + found.only_b)


def _cut_short(a: CompanyName, b: CompanyName) -> bool:
    """Cut inside a word; a cut between two words cannot be told from a shorter name."""
    shorter, longer = sorted((a.text.casefold(), b.text.casefold()), key=len)
    return len(shorter) in _CUT and longer.startswith(shorter) and longer[len(shorter) :][:1].isalnum()


def _initials(short: CompanyName, long: CompanyName) -> bool:
    if len(short.words) != 1 or len(short.words[0]) < 3 or len(long.words) < 3:
        return False
    return short.words[0] == "".join(word[0] for word in long.words)


def one_more(a: CompanyName, b: CompanyName) -> tuple[str, ...]:
    """The words one of two names has for itself."""
    found = align(a.words, b.words)
    return found.only_a + found.only_b


COMPANY_NAME = Comparison("company_name", "Company name", LEVELS, judge)
