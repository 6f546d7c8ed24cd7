"""Numbers and dates."""

from __future__ import annotations

import math
import re
from datetime import date as Date

from mdm.engine.standardize.base import Hints, Unclear, as_text, shown
from mdm.engine.standardize.text import line
from mdm.engine.values import Json

_NUMBER = re.compile(r"[+-]?\d{1,3}(?:([ ,.'’])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?|[+-]?\d+(?:[.,]\d+)?")
_YEAR_FIRST = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")


def number(raw: Json, context: str, hints: Hints) -> Json:
    """A JSON number, whole where it is whole. `1.234,50` and `1,234.50` are read; `1,234` could be either: Unclear."""
    if isinstance(raw, float):
        return _plain(raw, str(raw))
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    text = line(as_text(raw))
    return _plain(float(decimal(text)), text)


def decimal(text: str) -> str:
    """The digits of a written number with a point before the fraction; Unclear if it is none or may be two."""
    if len(text) > 40 or not _NUMBER.fullmatch(text) or not text.isascii():
        raise Unclear(f"'{shown(text)}' is no number.")
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text):
        raise Unclear(f"'{text}' may mean thousands or a fraction; write it without a comma.")
    return _bare(text)


def _bare(text: str) -> str:
    marks = [char for char in text if char in ".,"]
    if not marks or marks.count(marks[-1]) > 1:
        return re.sub(r"[ ,.']", "", text)
    whole, _, fraction = text.rpartition(marks[-1])
    return re.sub(r"[ ,.']", "", whole) + "." + fraction


def _plain(value: float, text: str) -> Json:
    if not math.isfinite(value):
        raise Unclear(f"'{shown(text)}' is no number.")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def date(raw: str, context: str, hints: Hints) -> Json:
    """ISO 8601 `YYYY-MM-DD`; day before month, except in the US; what could be read both ways is Unclear."""
    text = line(raw)
    if found := _YEAR_FIRST.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]), text)
    if not (found := _YEAR_LAST.fullmatch(text)):
        raise Unclear(f"'{shown(text)}' is no date; write it as year-month-day.")
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if found[2] != "." and first != second and max(first, second) <= 12 and not hints.country:
        raise Unclear(f"'{text}' may start with the day or the month; write it as year-month-day.")
    month_first = second > 12 or (first <= 12 and hints.country.upper() == "US" and found[2] != ".")
    return _date(year, first, second, text) if month_first else _date(year, second, first, text)


def _date(year: int, month: int, day: int, text: str) -> str:
    try:
        return Date(year, month, day).isoformat()
    except ValueError:
        raise Unclear(f"'{shown(text)}' is no day of the calendar.") from None
