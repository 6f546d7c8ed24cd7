"""Names of persons."""

from __future__ import annotations

import re
from enum import IntEnum

from mdm.engine.matching.comparisons import Comparison, Finding, Level, best
from mdm.engine.matching.customers.features import Features
from mdm.engine.matching.names import PersonName
from mdm.engine.matching.normal import sound
from mdm.engine.matching.similar import apart, heard, slip
from mdm.engine.matching.vocabulary import common
from mdm.engine.matching.vocabulary.given_names import GROUPS


class Given(IntEnum):
    """How two given names agree."""

    SAME = 0
    SHORT = 1
    BEGINS = 2
    SLIP = 3
    INITIAL = 4
    MISSING = 5
    UNSURE = 6
    DIFFERENT = 7


class Family(IntEnum):
    """How two family names agree."""

    SAME = 0
    SLIP = 1
    PART = 2
    MISSING = 3
    DIFFERENT = 4


class Name(IntEnum):
    """Levels of persons' names, best first."""

    SAME = 0
    COMMON = 1
    SWAPPED = 2
    SHORT = 3
    SLIP = 4
    BEGINS = 5
    PART = 6
    INITIAL = 7
    FAMILY_ONLY = 8
    GIVEN_ONLY = 9
    UNSURE = 10
    HOUSEHOLD = 11
    DIFFERENT = 12


# u: given and family name taken as independent, a middling name of each in 50 and in 300 persons (public name
# statistics of Germany and the US), a common family name in 50; m: what clerks do to names, by our judgement.
LEVELS = (
    Level("Same first and last name", 0.57, 0.00012),
    Level("Same first and last name, the last name a common one", 0.14, 0.0008),
    Level("Same names, first and last swapped", 0.01, 0.00002),
    Level("Same last name, first name a short form", 0.05, 0.0001),
    Level("Same names but for a slip", 0.09, 0.00015),
    Level("Same last name, first name looks like a short form", 0.01, 0.0003),
    Level("Same first name, one of two last names shared", 0.02, 0.0002),
    Level("Same last name, first name only an initial", 0.03, 0.0006),
    Level("Same last name, no first name on one side", 0.02, 0.003),
    Level("Same first name, no last name on one side", 0.01, 0.02),
    Level("Same last name, first names hardly alike", 0.01, 0.002),
    Level("Same last name, other first name", 0.001, 0.004),
    Level("Different names", 0.039, 0.969),
)

# What a pet form ends in, and what makes a woman's name of a man's.
_PET_ENDING = re.compile("(?:ie|ee|[yiuo])$")
_HERS = ("a", "e", "ia", "ina", "ine", "ette", "etta")


def judge(a: Features, b: Features) -> Finding | None:
    return best([Finding(level(x, y), x.text, y.text) for x in a.persons for y in b.persons])


def level(a: PersonName, b: PersonName) -> Name:
    """The level of two names."""
    found = _level(a, b)
    return min(found, _swapped(a, b)) if found >= Name.GIVEN_ONLY and a.given and b.given else found


def _level(a: PersonName, b: PersonName) -> Name:
    """Typos and umlauts are seen each in the form that shows them: the kinder one counts, for each part."""
    first = min(given(a.given, b.given), given(a.plain_given, b.plain_given))
    last = min(family(a.family, b.family), family(a.plain_family, b.plain_family))
    if last is Family.MISSING:
        return Name.GIVEN_ONLY if first <= Given.SLIP else Name.DIFFERENT
    if last is Family.DIFFERENT:
        return Name.DIFFERENT
    if last is Family.PART:
        return Name.PART if first <= Given.SHORT else Name.HOUSEHOLD if first is Given.DIFFERENT else Name.UNSURE
    if first >= Given.MISSING:
        return {Given.MISSING: Name.FAMILY_ONLY, Given.UNSURE: Name.UNSURE}.get(first, Name.HOUSEHOLD)
    if first is Given.INITIAL:
        return Name.INITIAL
    if last is Family.SLIP or first is Given.SLIP:
        return Name.SLIP
    if first is not Given.SAME:
        return Name.SHORT if first is Given.SHORT else Name.BEGINS
    return Name.COMMON if all(word in common.FAMILY for word in a.family) else Name.SAME


def given(a: tuple[str, ...], b: tuple[str, ...]) -> Given:
    """How two given names agree; a middle name may be missing on one side, and says nothing where both have it."""
    if not a or not b:
        return Given.MISSING
    pairs = [(x, y) for x in a for y in b if len(x) > 1 and len(y) > 1 and (x == a[0] or y == b[0])]
    if any(x == y for x, y in pairs) or "".join(a) == "".join(b):
        return Given.SAME
    if any(GROUPS.get(x, frozenset()) & GROUPS.get(y, frozenset()) for x, y in pairs):
        return Given.SHORT
    if any(_begins(x, y) for x, y in pairs):
        return Given.BEGINS
    if any(_given_slip(x, y) for x, y in pairs):
        return Given.SLIP
    if len(a[0]) == 1 or len(b[0]) == 1:
        return Given.INITIAL if a[0][0] == b[0][0] else Given.DIFFERENT
    return Given.DIFFERENT if all(_clearly_different(x, y) for x, y in pairs) else Given.UNSURE


def _given_slip(a: str, b: str) -> bool:
    """A slip, but not from Tina to Ina or Karan to Kiran: there the other name is one of its own too often."""
    one_letter_off = len(a) == len(b) <= 5 and sorted(a) != sorted(b)
    return a[0] == b[0] and slip(a, b) and not (one_letter_off or _two_known(a, b) or _other_sex(a, b))


def _begins(a: str, b: str) -> bool:
    """One begins with three letters or more of the other, or with what a pet form is made of: Jagdish and Jaggi."""
    short, long = sorted((a, b), key=lambda word: (len(word), word))
    if _two_known(a, b) or _other_sex(a, b):
        return False
    stem = _PET_ENDING.sub("", short)
    stem = stem[:-1] if stem[-2:-1] == stem[-1:] else stem
    return any(len(start) >= 3 and long.startswith(start) for start in (short, stem))


def _two_known(a: str, b: str) -> bool:
    """Both are names of their own: Anna and Hanna are sisters, not a slip."""
    return a in GROUPS and b in GROUPS and not GROUPS[a] & GROUPS[b]


def _other_sex(a: str, b: str) -> bool:
    """Martin and Martina, Mario and Maria, Simon and Simone."""
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) < 3:
        return False
    return longer in {shorter + ending for ending in _HERS} or (a[:-1] == b[:-1] and {a[-1], b[-1]} == {"a", "o"})


def _clearly_different(a: str, b: str) -> bool:
    return _two_known(a, b) or _other_sex(a, b) or (apart(a, b) and sound(a) != sound(b))


def family(a: tuple[str, ...], b: tuple[str, ...]) -> Family:
    """How two family names agree; of a double name one part may be missing."""
    if not a or not b:
        return Family.MISSING
    first, second = "".join(a), "".join(b)
    if first == second or sorted(a) == sorted(b):
        return Family.SAME
    if slip(first, second) or heard(first, second):
        return Family.SLIP
    return Family.PART if set(a) & set(b) else Family.DIFFERENT


def _swapped(a: PersonName, b: PersonName) -> Name:
    """The level with the parts of one name swapped; only where both parts agree then.

    Thomas Martin is not Martina Thomas, though his last name is hers but for a slip.
    """
    readings = (_level(a.turned, b), _level(a, b.turned))
    found = Name.DIFFERENT if Name.HOUSEHOLD in readings else min(readings)
    if found <= Name.SWAPPED:
        return Name.SWAPPED
    return found if found <= Name.BEGINS else Name.DIFFERENT


PERSON_NAME = Comparison("person_name", "Name", LEVELS, judge)
