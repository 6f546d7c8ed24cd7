"""What the name of an article says: its sizes and surfaces, the type of part, and the words beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from mdm.engine.matching.normal import fold
from mdm.engine.matching.products import sizes
from mdm.engine.matching.vocabulary.fasteners import BY_DIAMETER, LINKS, NUTS, PARTS, TYPES, WASHERS, WITHOUT_LENGTH
from mdm.engine.matching.vocabulary.standards import RUN_OF, TYPE_OF
from mdm.engine.matching.vocabulary.surfaces import FILLER, PHRASES, STAINLESS

_LONGEST = 60  # letters of a compound
DIMENSIONS = ("type", "standard", "thread", "length", "grade", "material", "finish", "pack", "run", "drive")
Said = dict[str, frozenset[str]]
# SAP cuts descriptions of materials at 40 characters (MAKT-MAKTX); where a blank came last it is gone.
_CUT, _CUT_BETWEEN = 40, 39
# With these begins what a cut left unfinished: `zinc` (flake), `VE` (100).
_BEGUN = set("ZINC ZINK HOT DIP YELLOW GELB BRIGHT BLACK DIN ISO EN".split())
_COUNTED = set("VE VPE VE. VPE. PU PACK BOX OF QTY".split())
_TIMES = re.compile(r"[X*/-]|.*[\dM]X")
_NUMBER = re.compile(r"M?\d.*")
_PHRASE = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, PHRASES), key=lambda text: (-len(text), text)))})\b")
_GRADED_NUT = {"4 mm", "5 mm", "6 mm", "8 mm", "10 mm", "12 mm"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a name says by dimension (the values it may mean), the standards it writes, and its other words."""

    said: tuple[tuple[str, frozenset[str]], ...]
    standards: tuple[str, ...]
    words: tuple[str, ...]


def narrowed(statements: Iterable[frozenset[str]]) -> frozenset[str]:
    """What several statements may mean together: what all allow; where they contradict each other, any of them."""
    listed = [statement for statement in statements if statement]
    if not listed:
        return frozenset()
    return frozenset.intersection(*listed) or frozenset.union(*listed)


def together(statements: Iterable[tuple[str, frozenset[str]]]) -> Said:
    """Statements by dimension, narrowed."""
    listed = list(statements)
    found = {name: narrowed(said for dimension, said in listed if dimension == name) for name in DIMENSIONS}
    return {name: values for name, values in found.items() if values}


@lru_cache(maxsize=65536)
def read(name: str) -> Reading:
    """The reading of one name in any language; what it does not say is left out."""
    found = sizes.read(_whole(name))
    said, words = _surfaces(f" {fold(found.rest)} ")
    listed = [word for word in words if len(word) > 1]
    said += [*found.said, ("type", _type(listed))]
    types = followed(together(said)).get("type", WITHOUT_LENGTH)
    if types <= WASHERS and not any(dimension == "thread" for dimension, _ in said):
        said += [("thread", sizes.hole(found.rest))]
    if types <= BY_DIAMETER and not any(dimension == "thread" for dimension, _ in said):
        said += [("thread", sizes.diameter(found.rest))]
    if types <= NUTS and not any(dimension == "grade" for dimension, _ in said):
        said += [("grade", sizes.nut_class(found.rest))]
    standards = {text for name, values in found.said if name == "written" for text in values}
    rest = {word for word in listed if not _parts(word) and word not in FILLER}
    return Reading(tuple(followed(together(said)).items()), tuple(sorted(standards)), tuple(sorted(rest)))


def _whole(name: str) -> str:
    """Upper-case ASCII; of a name that was cut the end goes, since it may be half a word, size or finish."""
    words = anyascii(name).upper().split()
    if len(name) not in (_CUT, _CUT_BETWEEN):
        return " ".join(words)
    cut = len(name) == _CUT and words and not sizes.WHOLE.fullmatch(words[-1])
    last = words.pop() if cut else ""
    if words and words[-1] in _COUNTED:
        return " ".join(words[:-1])
    while words and (words[-1] in _BEGUN or _goes_on(words[-1], last)):
        last = words.pop()
    return " ".join(words)


def _goes_on(word: str, last: str) -> bool:
    """Whether a size ran on from this word into what was lost after it: `M8 x` and `10`."""
    if _TIMES.fullmatch(word):
        return not last or bool(_NUMBER.fullmatch(last))
    return bool(_NUMBER.fullmatch(word)) and bool(_TIMES.fullmatch(last))


def followed(said: Said) -> Said:
    """What follows from what is said: the type from the standard, steel from its grade, no coating on stainless."""
    out = dict(said)
    if types := _each(out, "standard", TYPE_OF):  # words are used more loosely than standards
        out["type"] = types & out.get("type", types) or types
    _put(out, "run", _each(out, "standard", RUN_OF))
    types = out.get("type", frozenset())
    if types and types <= WITHOUT_LENGTH:
        if types <= NUTS and "grade" not in out and out.get("length", frozenset()) <= _GRADED_NUT:
            _put(out, "grade", frozenset(text.removesuffix(" mm") for text in out.get("length", ())))
        out.pop("length", None)
    if types and types <= {"lock nut", "flange lock nut"}:
        out["material"] = out.get("material", frozenset()) - {"polyamide"}  # that of the ring in it
    if grades := out.get("grade"):
        _put(out, "material", frozenset(_material(grade) for grade in grades))
    if "finish" not in out and out.get("material") and out["material"] <= STAINLESS | {"brass", "polyamide"}:
        out["finish"] = frozenset({"plain"})
    return {name: out[name] for name in DIMENSIONS if out.get(name)}


def _put(out: Said, name: str, values: frozenset[str]) -> None:
    if values:
        out[name] = narrowed((out.get(name, frozenset()), values))


def _each(said: Said, name: str, table: dict[str, str]) -> frozenset[str]:
    """What the table says of all values of a dimension; nothing if it is silent on one."""
    found = {table.get(value, "") for value in said.get(name, ())}
    return frozenset() if "" in found else frozenset(found)


def _material(grade: str) -> str:
    return f"stainless {grade[:2]}" if grade[:1] == "A" else "steel"


def _surfaces(text: str) -> tuple[list[tuple[str, frozenset[str]]], list[str]]:
    said = [PHRASES[found[0]] for found in _PHRASE.finditer(text)]
    return said, _PHRASE.sub(" ", text).split()


def _type(words: list[str]) -> frozenset[str]:
    parts = frozenset(part for word in words for part in _parts(word))
    return next((types for said, types in TYPES if said <= parts), frozenset())


@lru_cache(maxsize=65536)
def _parts(word: str) -> frozenset[str]:
    """What a word tells of the type of part; a German compound tells what all its parts do."""
    if word in PARTS or len(word) > _LONGEST:
        return PARTS.get(word, frozenset())
    for end in range(len(word) - 2, 2, -1):
        head = word[:end]
        if head in PARTS or head in FILLER:
            for link in LINKS:
                rest = word[end + len(link) :]
                if word[end:].startswith(link) and len(rest) > 1 and (rest in FILLER or _parts(rest)):
                    return PARTS.get(head, frozenset()) | _parts(rest)
    return frozenset()
