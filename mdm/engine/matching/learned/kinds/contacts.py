"""Ways to reach somebody: e-mail, phones, web pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from mdm.engine.matching.learned.aspects import EQUAL, SAME, Key, Levels, Unequal, steps
from mdm.engine.matching.learned.fields import Field, Form, where_ascii
from mdm.engine.matching.learned.kinds import codes, mailboxes
from mdm.engine.matching.learned.kinds.codes import coded
from mdm.engine.matching.learned.kinds.quantities import category
from mdm.engine.matching.learned.records import Column
from mdm.engine.matching.learned.similar import edits, graded, near, pairwise, two_edits, two_near
from mdm.engine.matching.learned.values import Codes, Values
from mdm.engine.matching.learned.written import replaced

STEPS = steps(
    0.75,
    ("In another column", 0.02, 1e-5),
    ("A slip apart", 0.09, 1e-4),
    ("Same mailbox name", 0.04, 1e-4),
    ("Much alike", 0.04, 3e-4),
    ("Somewhat alike", 0.015, 8e-3),
    ("Different", 0.06, 0.99),
)
TURNED, SLIP, BOX, ALIKE, SOMEWHAT, OTHER = range(EQUAL, EQUAL + 6)
# No \s and \W: the tools for columns take other signs for blanks and letters than Python does.
_MAIL = re.compile(r"([^ \t\r\n<>\"]+@[^ \t\r\n<>\"]+)")
_HOST = re.compile(r"^[ \t\r\n]*(?:[a-z]+://)?(?:www\.)?([^/ \t\r\n?#]+)")


def emails(columns: Sequence[Column]) -> list[Field]:
    """E-mail addresses, in lower case, without what stands around them; which column holds which says little."""
    return [
        replace(
            Field(c.name, c.kind, ((c.name, ADDRESS),), 20, STEPS, unequal, KEYS, "mail", beside(c, columns), TURNED),
            two=two_mails,
        )
        for c in columns
    ]


def beside(column: Column, columns: Sequence[Column]) -> tuple[str, ...]:
    """The names of the other columns."""
    return tuple(other.name for other in columns if other != column)


def mail(text: str) -> str | None:
    """The first address in a text."""
    found = _MAIL.search(text.lower())
    return found[1] if found else None


def _mails(column: pl.Series) -> pl.Series:
    found = column.str.to_lowercase()
    others = ~found.str.contains(f"^{_MAIL.pattern}$").fill_null(True)  # to cut addresses out is slower
    return replaced(found, others, found.filter(others).str.extract(_MAIL.pattern, 1))


ADDRESS = Form(mail, where_ascii(mail, _mails))
KEYS = (
    SAME,
    mailboxes.KEY,
    Key("start", lambda text: text[:6], lambda column: column.str.head(6)),
    Key("middle", lambda text: text[3:12], lambda column: column.str.slice(3, 9)),
)


def unequal(own: Values) -> Unequal:
    """Levels of addresses that differ."""
    words = own.words

    def judge(x: Codes, y: Codes) -> Levels:
        boxes = words.written(mailboxes.box, mailboxes.boxes)
        personal = words.written(mailboxes.unshared, mailboxes.all_unshared)
        telling = words.written(mailboxes.own, mailboxes.all_own)
        out = np.full(len(x), OTHER, np.int8)
        hope = np.flatnonzero(near(words, x, y, 0.4))
        slips = pairwise(words, x[hope], y[hope], edits)
        likeness = 1 - slips / np.maximum(words.lengths[x[hope]], words.lengths[y[hope]])
        out[hope] = graded([slips <= 2, likeness >= 0.75, likeness >= 0.6], [SLIP, ALIKE, SOMEWHAT], OTHER)
        same = (boxes[x] >= 0) & (boxes[x] == boxes[y])
        out[same & ((personal[x] < 0) | (out > SOMEWHAT))] = SOMEWHAT  # of firms, a slip of the domain is another firm
        out[same & (telling[x] >= 0) & (out > BOX)] = BOX
        return out

    return judge


def two_mails(x: str, y: str) -> int:
    """The same of two addresses in order."""
    out = OTHER
    if two_near(x, y, 0.4):
        slips = two_edits(x, y)
        likeness = 1 - slips / max(len(x), len(y))
        out = SLIP if slips <= 2 else ALIKE if likeness >= 0.75 else SOMEWHAT if likeness >= 0.6 else OTHER
    box = mailboxes.box(x)
    if not box or box != mailboxes.box(y):
        return out
    if not mailboxes.unshared(x) or out > SOMEWHAT:
        out = SOMEWHAT
    return BOX if mailboxes.own(x) and out > BOX else out


def phones(columns: Sequence[Column]) -> list[Field]:
    """Phone numbers by their last ten digits; a local one is part of a long one."""
    found = (coded(column, DIGITS, tail=7) for column in columns)
    return [
        replace(field, together="phone", elsewhere=beside(column, columns), turned=codes.TURNED)
        for field, column in zip(found, columns, strict=True)
    ]


def digits(text: str) -> str | None:
    """The last ten digits, without leading zeros; None where there are too few for a number."""
    found = re.sub(r"\D", "", text).lstrip("0")
    return found[-10:] if len(found) >= 5 else None


def _digits(column: pl.Series) -> pl.Series:
    found = column.str.replace_all(r"\D", "").str.strip_chars_start("0")
    return found.set(found.str.len_chars() < 5, None).str.tail(10)


DIGITS = Form(digits, where_ascii(digits, _digits))


def urls(columns: Sequence[Column]) -> list[Field]:
    """Web pages by their host."""
    return [category(column, HOST, usual=12) for column in columns]


def host(text: str) -> str | None:
    """The host of a web page, without `www`."""
    found = _HOST.search(text.lower())
    return found[1] if found else None


HOST = Form(host, where_ascii(host, lambda column: column.str.to_lowercase().str.extract(_HOST.pattern, 1)))
