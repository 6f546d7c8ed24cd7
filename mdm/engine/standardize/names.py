"""Names of companies, persons and products: spacing, quotes and Unicode are tidied; case, order and form are kept."""

from __future__ import annotations

import re

from mdm.engine.standardize.base import Hints
from mdm.engine.standardize.text import line
from mdm.engine.values import Json

_QUOTES = str.maketrans("“”„‟«»″‘’‚‛‹›`´", "\"\"\"\"\"\"\"''''''''")
_SPACE_BEFORE = re.compile(r" +([,;])")


def company_name(raw: str, context: str, hints: Hints) -> Json:
    """`"Acme  Fasteners" GmbH ,` becomes `"Acme Fasteners" GmbH`; quotes around the whole name go."""
    name, before = line(raw).translate(_QUOTES), ""
    while name != before:
        before, name = name, _unquoted(_tidy(name))
    return name


def person_name(raw: str, context: str, hints: Hints) -> Json:
    """Given, family or full name on one line with straight apostrophes."""
    return _tidy(line(raw).translate(_QUOTES))


def product_name(raw: str, context: str, hints: Hints) -> Json:
    """The name of an article in one language, on one line."""
    return _tidy(line(raw).translate(_QUOTES))


def name_list(raw: str, context: str, hints: Hints) -> Json:
    """Names separated by `;`, `|` or line breaks become a list without repeats, in their order."""
    names = (person_name(part, context, hints) for part in re.split(r"[;|\r\n]", raw))
    return list(dict.fromkeys(filter(None, names)))


def _tidy(name: str) -> str:
    return _SPACE_BEFORE.sub(r"\1", name).strip(" ,;")


def _unquoted(name: str) -> str:
    for quote in "\"'":
        if len(name) > 1 and name[0] == name[-1] == quote and quote not in name[1:-1]:
            return name[1:-1]
    return name
