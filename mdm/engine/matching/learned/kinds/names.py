"""Names of one or two words: people and cities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from mdm.engine.kinds import Kind
from mdm.engine.matching.learned.aspects import EQUAL, SAME, Key, Levels, Unequal, steps
from mdm.engine.matching.learned.fields import Field, Form
from mdm.engine.matching.learned.kinds.forms import FOLDED
from mdm.engine.matching.learned.kinds.quantities import different
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.similar import begins, closeness, graded, near, pairwise, two_close, two_near
from mdm.engine.matching.learned.values import Codes, Values
from mdm.engine.matching.learned.written import all_heard, folded, heard, mapped, replaced
from mdm.engine.matching.names import full_name
from mdm.engine.matching.normal import fold, plain
from mdm.engine.matching.vocabulary import common
from mdm.engine.matching.vocabulary.common_given_names import COMMON, SPELLINGS
from mdm.engine.matching.vocabulary.given_names import GENERATIONS, GROUPS

STEPS = steps(
    0.7,
    ("In the place of another name", 0.02, 5e-4),
    ("A form of the same name", 0.02, 3e-4),
    ("A slip apart", 0.1, 1.2e-3),
    ("Short for it", 0.03, 4e-4),
    ("Much alike", 0.025, 7e-4),
    ("Somewhat alike", 0.03, 6e-3),
    ("Different", 0.06, 0.98),
)
GIVEN = steps(
    0.72,
    ("In the place of another name", 0.02, 5e-4),
    ("A form of the same name", 0.03, 8e-4),
    ("A slip apart", 0.09, 1.2e-3),
    ("Short for it", 0.02, 4e-4),
    ("Much alike", 0.02, 7e-4),
    ("Its initial", 0.02, 1.5e-3),
    ("Somewhat alike", 0.02, 8e-3),
    ("Another name, though alike", 0.003, 1e-2),
    ("Different", 0.05, 0.97),
)
GENERATION = steps(1.0, ("Different", 0.0, 0.7))
TURNED, FORM, SLIP, SHORT, ALIKE, SOMEWHAT, OTHER = range(EQUAL, EQUAL + 7)
INITIAL, ANOTHER, DIFFERENT = ALIKE + 1, ALIKE + 3, ALIKE + 4
_AS_GIVEN = np.array([*range(ALIKE + 1), INITIAL + 1, ANOTHER + 1], np.int8)  # levels of given names by those of others
COMMON_FAMILY = 8.0  # bits of a family name that is listed: one in 250
WELL_KNOWN = 6.5  # bits of a given name that is listed: one in ninety bears it
# A Chinese or Korean name without a blank: one sign is the family's.
_EASTERN = re.compile("[\u4e00-\u9fff]{2,3}|[\uac00-\ud7a3]{2,4}")
_GENERATION = f" (?:{'|'.join(sorted(GENERATIONS))}|i)(?: |$)"
_FIRST = "i"  # at the end of a name: the first of that name, where his son is the second


def people(columns: Sequence[Column]) -> list[Field]:
    """Given and family names; whole names fill in what stands in no column of its own."""
    given = _parts(columns, Kind.GIVEN_NAME, 0)
    family = _parts(columns, Kind.FAMILY_NAME, 1)
    first = tuple(name for name, _ in given)
    last = tuple(name for name, _ in family)
    own = [named(name, Kind.GIVEN_NAME, sources, 10, "person", last) for name, sources in given]
    out = [
        replace(field, steps=GIVEN, judge=given_names, two=two_given, familiar=usual, common=WELL_KNOWN)
        for field in own
    ]
    own = [named(name, Kind.FAMILY_NAME, sources, 10, "person", first) for name, sources in family]
    out += [replace(field, familiar=usual_family, common=COMMON_FAMILY) for field in own]
    out = [replace(field, one_stock=True) for field in out]
    return [*out, _generation(columns)]


Sources = tuple[tuple[str, Form], ...]


def _parts(columns: Sequence[Column], kind: Kind, part: int) -> list[tuple[str, Sources]]:
    """Fields of one part of a name: its own columns, the gaps of the first one filled from whole names."""
    own = [(c.name, ((c.name, _NAMED),)) for c in columns if c.kind == kind]
    whole = tuple((c.name, PARTS[part]) for c in columns if c.kind == Kind.PERSON_NAME)
    if not own and whole:
        return [(f"{whole[0][0]} ({'family' if part else 'given'})", whole)]
    return [(name, sources + (whole if number == 0 else ())) for number, (name, sources) in enumerate(own)]


def _without_generations(column: pl.Series) -> pl.Series:
    """The same of a column: a word that stands alone stays."""
    found = folded(column)
    several = found.str.contains(" ", literal=True).fill_null(False)
    return replaced(found, several, mapped(found.filter(several), without_generation))


def without_generation(text: str) -> str | None:
    """A part of a name without Jr, Sr, II and the like, if more than that is there."""
    words = text.split()
    words = words[:-1] if len(words) > 1 and words[-1] == _FIRST else words
    return " ".join([word for word in words if word not in GENERATIONS] or words) or None


_NAMED = Form(FOLDED.then(without_generation).one, _without_generations)


def _generation(columns: Sequence[Column]) -> Field:
    """Jr is not Sr: a field of its own where any name says so."""
    sources = tuple((column.name, Form(generation, _generations)) for column in columns)
    return Field("generation", Kind.CATEGORY, sources, 3, GENERATION, different, rare=True)


def _generations(column: pl.Series) -> pl.Series:
    """The same of a column, of which few say any."""
    maybe = folded(column).str.contains(_GENERATION).fill_null(False)
    found = pl.Series(column.name, [None], dtype=pl.String).new_from_index(0, len(column))
    return replaced(found, maybe, mapped(column.filter(maybe), generation))


def generation(text: str) -> str | None:
    """Jr, Sr, II and the like, as it stands in any name."""
    words = plain(text).split()[1:]
    found = next((GENERATIONS[word] for word in words if word in GENERATIONS), None)
    return found or ("sr" if words[-1:] == [_FIRST] else None)


def split(text: str) -> tuple[str, str]:
    """Given and family names of a whole name, in plain letters."""
    if _EASTERN.fullmatch(text.strip()):
        return plain(text.strip()[1:]), plain(text.strip()[0])
    read = full_name(text)
    return (" ".join(read.plain_given), " ".join(read.plain_family)) if read else ("", "")


def _part(number: int) -> Form:
    return Form(lambda text: split(text)[number] or None).then(without_generation)


PARTS = (_part(0), _part(1))


def usual(text: str) -> bool:
    """Whether a given name is well known."""
    return text in GROUPS or text in COMMON or text in SPELLINGS


def usual_family(text: str) -> bool:
    """Whether a family name is one of the commonest."""
    return fold(text) in common.FAMILY


def places(columns: Sequence[Column]) -> list[Field]:
    """Cities, regions and countries."""
    return [named(c.name, c.kind, ((c.name, FOLDED),), 8) for c in columns]


def _start(text: str) -> str | None:
    return text[:4] if len(text) >= 5 else None


def _starts(column: pl.Series) -> pl.Series:
    return column.str.head(4).set(column.str.len_chars() < 5, None)


KEYS = (SAME, Key("sound", heard, all_heard), Key("start", _start, _starts))


def named(
    name: str,
    kind: Kind,
    sources: Sources,
    bits: float,
    together: str = "",
    elsewhere: tuple[str, ...] = (),
) -> Field:
    """A field of one or two words, which may stand in the place of others."""
    return Field(name, kind, sources, bits, STEPS, unequal, KEYS, together, elsewhere, TURNED, two=two_names)


def given_names(own: Values) -> Unequal:
    """Levels of given names that differ: forms of one name are known, and names that are others however alike."""
    alike, letters = unequal(own), own.words.lengths
    forms = [_forms(text) for text in own.words.texts]
    listed = np.array([usual(text) for text in own.words.texts], np.bool_)

    def judge(x: Codes, y: Codes) -> Levels:
        out = _AS_GIVEN[alike(x, y)]
        out[(out == SHORT) & ((letters[x] == 1) | (letters[y] == 1))] = INITIAL
        known = np.flatnonzero(listed[x] & listed[y])
        same = np.array([bool(forms[p] & forms[q]) for p, q in zip(x[known], y[known], strict=True)], np.bool_)
        slip = (out[known] == SLIP) | (out[known] == SHORT)
        out[known] = np.where(same, FORM, np.where(slip, ANOTHER, DIFFERENT))
        return out

    return judge


def two_given(x: str, y: str) -> int:
    """The same of two given names."""
    out = int(_AS_GIVEN[two_names(x, y)])
    out = INITIAL if out == SHORT and min(len(x), len(y)) == 1 else out
    if not (usual(x) and usual(y)):
        return out
    if not _forms(x).isdisjoint(_forms(y)):
        return FORM
    return ANOTHER if out in (SLIP, SHORT) else DIFFERENT


def _forms(text: str) -> frozenset[int]:
    return GROUPS.get(SPELLINGS.get(text, text), frozenset())


def _ear(text: str) -> str | None:
    """The consonants of a name that has enough of them to tell."""
    found = heard(text)
    return found if len(found) >= 3 or (len(found) == 2 and len(text) >= 5) else None


def _ears(column: pl.Series) -> pl.Series:
    found = all_heard(column)
    size = found.str.len_bytes()
    return found.set((size < 2) | ((size == 2) & (column.str.len_bytes() < 5)), None)


def unequal(own: Values) -> Unequal:
    """Levels of names that differ. Those with the same consonants (faisal, fysl) are alike at least somewhat."""
    words = own.words

    def judge(x: Codes, y: Codes) -> Levels:
        ears = words.written(_ear, _ears)
        out = np.where((ears[x] >= 0) & (ears[x] == ears[y]), SOMEWHAT, OTHER).astype(np.int8)
        hope = np.flatnonzero(near(words, x, y, 0.3))
        close = pairwise(words, x[hope], y[hope], closeness)
        out[hope] = graded([close >= 0.95, close >= 0.88, close >= 0.78], [SLIP, ALIKE, SOMEWHAT], out[hope])
        maybe = hope[close < 0.95]
        out[maybe[begins(words, x[maybe], y[maybe])]] = SHORT
        return out

    return judge


def two_names(x: str, y: str) -> int:
    """The same of two names in order."""
    ear = _ear(x)
    out = SOMEWHAT if ear and ear == _ear(y) else OTHER
    if not two_near(x, y, 0.3):
        return out
    close = two_close(x, y)
    if close >= 0.95:
        return SLIP
    if x.startswith(y) or y.startswith(x):
        return SHORT
    return ALIKE if close >= 0.88 else SOMEWHAT if close >= 0.78 else out
