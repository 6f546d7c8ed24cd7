"""Text in the plain form in which it is compared: ASCII, lower case, words; and how words sound."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

_INITIALS = re.compile(r"\b[a-z](?:\.[a-z])+\b\.?")
_OTHER = re.compile(r"[^a-z0-9]+")
# German, Scandinavian and Dutch spellings without their own letters: Mueller and Müller must become one.
_DIGRAPH = re.compile("([aou])e")
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("ph|pf|v|w", "f"),
        ("tsch|sch|sh|sz|cz|tz|ts|ch(?=[ei])|c(?=[eiy])|z", "s"),
        ("ck|ch|kh|gh|c|q|g", "k"),
        ("x", "ks"),
        ("th|dh|dt|d", "t"),
        ("bh|p", "b"),
        ("dj|y", "j"),
    )
]

_BY_EAR = [
    (re.compile(pattern), letters)
    for pattern, letters in (("ee|ie|y", "i"), ("oo", "u"), ("aa", "a"), ("w", "v"), ("([tdbg])h", r"\1"))
]


@lru_cache(maxsize=131072)
def fold(text: str) -> str:
    """Words of any script in lower-case ASCII: `Łódź` and `Lodz`, `Müller` and `Mueller` come out alike.

    Dots between single letters vanish (`G.m.b.H.`), an apostrophe joins, all else that is no letter separates.
    """
    return _DIGRAPH.sub(r"\1", plain(text))


@lru_cache(maxsize=131072)
def plain(text: str) -> str:
    """As `fold`, word by word, but `Mueller` keeps its e: in `Lpoez` the letters before the e are no umlaut."""
    ascii_text = anyascii(text).lower().replace("'", "").replace("&", " and ").replace("+", " and ")
    joined = _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", ascii_text)
    return " ".join(_OTHER.sub(" ", joined).split())


@lru_cache(maxsize=131072)
def by_ear(word: str) -> str:
    """A word without what is written one way or another in Latin letters for an Indian name: `kapoor` `kapur`."""
    for pattern, letters in _BY_EAR:
        word = pattern.sub(letters, word)
    return word


@lru_cache(maxsize=131072)
def sound(word: str) -> str:
    """Consonants of a folded word as an ear trained in German, English or Hindi may write them down: `meyer` `mr`.

    In the spirit of Kölner Phonetik (Postel 1969), coarser: vowels and h go, voiced and voiceless fall together.
    """
    for pattern, letter in _SOUNDS:
        word = pattern.sub(letter, word)
    head = "a" if word[:1] in "aeiou" else word[:1]
    rest = re.sub("[aeiouhj]", "", word[1:])
    return re.sub(r"(.)\1+", r"\1", head + rest)
