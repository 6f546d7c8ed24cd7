"""Names of people and firms as they are, and the forms they take under other hands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from difflib import SequenceMatcher
from random import Random


def _listed(text: str) -> list[list[str]]:
    return [entry.split() for entry in text.replace("\n", " ").split(",")]


# Given names and what people are called; the first is the full name.
SHORT = {
    "US": _listed("""
        Robert Bob Rob, William Bill Will, Richard Rick Dick, Michael Mike, James Jim,
        Joseph Joe, Thomas Tom, Christopher Chris, Daniel Dan, Matthew Matt,
        Anthony Tony, Steven Steve, Edward Ed Ted, Charles Charlie Chuck, Kenneth Ken,
        Timothy Tim, Jeffrey Jeff, Gregory Greg, Benjamin Ben, Samuel Sam,
        Patrick Pat, Alexander Alex, Nicholas Nick, Jonathan Jon, Andrew Andy,
        Elizabeth Liz Beth, Jennifer Jenny Jen, Katherine Kathy Kate, Margaret Maggie Peggy, Patricia Pat Patty,
        Deborah Debbie, Rebecca Becky, Susan Sue, Jessica Jess, Kimberly Kim,
        Pamela Pam, Cynthia Cindy, Victoria Vicky
    """),
    "DE": _listed("""
        Hans-Jürgen Hajo, Karl-Heinz Heinz, Johannes Hannes, Maximilian Max, Sebastian Basti,
        Friedrich Fritz, Wilhelm Willi, Heinrich Heiner, Andreas Andi, Christian Chris,
        Stefanie Steffi, Katharina Kathi, Susanne Susi, Gabriele Gabi, Elisabeth Elli,
        Brigitte Gitti, Ulrike Uli, Joachim Achim
    """),
    "IN": _listed("""
        Rajendra Raju, Venkatesh Venky, Krishnamurthy Krishna, Balasubramanian Bala, Subramaniam Subbu,
        Jagdish Jaggi, Vikramjit Vicky, Dineshkumar Dinesh, Lakshmi Laxmi, Siddharth Sid,
        Abhishek Abhi, Priyanka Priya
    """),
}
CALLED = {code: {full: short for full, *short in lines} for code, lines in SHORT.items()}
PLAIN = re.compile(r"[A-ZÀ-Ý][a-zß-ÿ]+(?:-[A-ZÀ-Ý][a-zß-ÿ]+)?")
LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
# Indian names are written in Latin letters by ear.
BY_EAR = (
    ("aa", "a"),
    ("ee", "i"),
    ("oo", "u"),
    ("sh", "s"),
    ("ksh", "x"),
    ("v", "w"),
    ("th", "t"),
    ("dh", "d"),
    ("ai", "ay"),
    ("bh", "b"),
    ("kh", "k"),
    ("y", "i"),
    ("ph", "f"),
)


def drawn(draw: Callable[[], str]) -> str:
    """A name from a list, in one piece: some lists hold titles, initials and numbers."""
    while True:
        found = draw()
        if len(found) > 2 and PLAIN.fullmatch(found):
            return found


def spelled_out(text: str) -> str:
    """Umlauts and sharp s in plain letters, as on keyboards without them."""
    return "".join(LETTERS.get(char, char) for char in text)


def bare(text: str) -> str:
    """Without any accents, as careless exports leave them: `Müller` becomes `Muller`."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.replace("ß", "ss")) if not unicodedata.combining(c))


def slug(text: str) -> str:
    """For domains and mailboxes."""
    return re.sub(r"[^a-z0-9]+", "-", bare(spelled_out(text)).lower()).strip("-")


def transliterated(rng: Random, name: str, by_ear: bool) -> str:
    """Another spelling of the same name, in India by ear too; the name itself where it has none."""
    if spelled_out(name) != name:
        return rng.choice((spelled_out(name), spelled_out(name), bare(name)))
    if not by_ear:
        return name
    fitting = [(old, new) for old, new in BY_EAR if old in name[1:]]
    if not fitting:
        return name
    old, new = rng.choice(fitting)
    return name[0] + name[1:].replace(old, new, 1)


def alike(a: str, b: str) -> bool:
    """Whether two given names could be taken for one: a part in common, or nearly the same letters."""
    first, second = (slug(name) for name in (a, b))
    parts = set(first.split("-")) & set(second.split("-"))
    return bool(parts) or SequenceMatcher(None, first, second).ratio() > 0.7


def mistyped(rng: Random, text: str) -> str:
    """One slip of the fingers inside one of the longer words, its first letter kept."""
    words = text.split(" ")
    long = [at for at, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long:
        return text
    at = rng.choice(long)
    words[at] = _slip(rng, words[at])
    return " ".join(words)


def _slip(rng: Random, word: str) -> str:
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + rng.choice(NEAR.get(word[at].lower(), "aeio")) + word[at + 1 :]


NEAR = {
    "a": "sq",
    "b": "vn",
    "c": "xv",
    "d": "sf",
    "e": "wr",
    "f": "dg",
    "g": "fh",
    "h": "gj",
    "i": "uo",
    "j": "hk",
    "k": "jl",
    "l": "k",
    "m": "n",
    "n": "bm",
    "o": "ip",
    "p": "o",
    "r": "et",
    "s": "ad",
    "t": "ry",
    "u": "yi",
    "v": "cb",
    "w": "qe",
    "x": "zc",
    "y": "tu",
    "z": "xa",
}
