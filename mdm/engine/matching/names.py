"""Names as they are compared: companies without their legal form, persons by given and family name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from mdm.engine.matching.normal import fold, plain
from mdm.engine.matching.vocabulary import common, given_names, legal_forms

_DOTTED = re.compile(r"([^\W\d_]{2,})\.")


@dataclass(frozen=True, slots=True)
class CompanyName:
    """`text` as written; `words` of the core in their order; `form` the class of the legal form, empty if none.

    `dotted` are the words written with a dot after them, which are short for others; `plain` are `words` in the same
    order, with the letters an umlaut may be written with left as they are.
    """

    text: str
    words: tuple[str, ...]
    form: str
    dotted: frozenset[str] = frozenset()
    plain: tuple[str, ...] = ()

    @property
    def core(self) -> str:
        """The words in a fixed order: the same for `Weber Schrauben` and `Schrauben Weber`."""
        return " ".join(sorted(self.words))


@dataclass(frozen=True, slots=True)
class PersonName:
    """`text` as written; words of the given and family names; `generation` jr, sr, 2, ... or empty.

    The plain names are the same words with the letters an umlaut may be written with left as they are.
    """

    text: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    generation: str = ""
    plain_given: tuple[str, ...] = ()
    plain_family: tuple[str, ...] = ()

    @property
    def turned(self) -> PersonName:
        """The name with given and family name in each other's place."""
        return replace(
            self,
            given=self.family,
            family=self.given,
            plain_given=self.plain_family,
            plain_family=self.plain_given,
        )


@lru_cache(maxsize=65536)
def company(text: str) -> CompanyName | None:
    """Read a company name; None for what is typed where no name was known."""
    folded = fold(text)
    if folded in common.NOTHING:
        return None
    words, form = _without_form(tuple(folded.split()))
    core = tuple(word for word in words if word not in common.STOP)
    dotted = frozenset(fold(word) for word in _DOTTED.findall(text)).intersection(core)
    return CompanyName(text, core or words, form, dotted, _plain(text, core or words))


def _without_form(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Cut out the last legal form found after the first word, the longest spelling first."""
    form = ""
    for size in range(legal_forms.LONGEST, 0, -1):
        for start in range(len(words) - size, 0, -1):
            phrase = words[start : start + size]
            if name := _form(phrase, at_end=start + size == len(words)):
                return _without_more(words[:start] + words[start + size :]), name
    return words, form


def _form(phrase: tuple[str, ...], at_end: bool) -> str:
    name = legal_forms.PHRASES.get(phrase) or (legal_forms.SUFFIXES.get(phrase, "") if at_end else "")
    return "" if name and not at_end and " ".join(phrase) in legal_forms.ONLY_AT_THE_END else name


def _without_more(words: tuple[str, ...]) -> tuple[str, ...]:
    """`Weber KG GmbH & Co.` has two forms; the first found names the class, the others only go."""
    more, form = _without_form(words) if len(words) > 1 else (words, "")
    return more if form else words


@lru_cache(maxsize=65536)
def person(given: str, family: str) -> PersonName | None:
    """Read a person's name in two parts; None if nothing of it says anything."""
    first, last = _person_words(given), _person_words(family)
    generation = next((given_names.GENERATIONS[word] for word in last + first if word in given_names.GENERATIONS), "")
    first, last = (_without_generation(words) for words in (first, last))
    family_core = tuple(word for word in last if word not in given_names.PARTICLES) or last
    if not first and not family_core:
        return None
    text = f"{given} {family}".strip()
    return PersonName(text, first, family_core, generation, _plain(given, first), _plain(family, family_core))


def _plain(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    spelt = dict(zip(fold(text).split(), plain(text).split(), strict=True))
    return tuple(spelt.get(word, word) for word in words)


def full_name(text: str) -> PersonName | None:
    """Read a name in one string: `Weber, Anna` or `Anna Weber`; a single word is a family name."""
    family, comma, given = text.partition(",")
    if comma and fold(given) not in given_names.GENERATIONS:
        return person(given.strip(), family.strip())
    words = text.replace(",", " ").split()
    last = max(len(words) - 1, 0)
    while last > 1 and fold(words[last]) in given_names.GENERATIONS:
        last -= 1
    while last > 1 and fold(words[last - 1]) in given_names.PARTICLES:
        last -= 1
    return person(" ".join(words[:last]), " ".join(words[last:]))


def spelled_out(name: PersonName, emails: Iterable[str]) -> PersonName:
    """A given name that is only an initial, taken from an address like `anna.weber7@...` if all of it fits."""
    if not name.given or len(name.given[0]) > 1 or not name.family:
        return name
    boxes = (fold(re.sub(r"\d+", "", email.rpartition("@")[0])).split() for email in sorted(emails))
    for box in boxes:
        if len(box) == 2 and box[1] == "".join(name.family) and len(box[0]) > 2 and box[0].startswith(name.given[0]):
            given = (box[0], *name.given[1:])
            return replace(name, given=given, plain_given=(box[0], *name.plain_given[1:]))
    return name


def _person_words(text: str) -> tuple[str, ...]:
    folded = fold(text)
    if folded in common.NOTHING and len(folded) != 1:
        return ()
    return tuple(word for word in folded.split() if word not in given_names.TITLES)


def _without_generation(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in given_names.GENERATIONS)


def telling(word: str) -> float:
    """How much a word of a company name says: 1 for a rare one, little for a common one, less for a filler."""
    if word in common.FILLER:
        return 0.2
    return 0.4 if word in common.COMMON or word in common.FAMILY or len(word) < 3 else 1.0
