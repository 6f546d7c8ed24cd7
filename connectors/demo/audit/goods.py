"""Whether a system's record of a product says what the golden product says, as far as that system can hold it.

Values a record shows: `names` (language -> text, the language empty where the system has only one), `sku`, `gtin`,
`standard`, `grade`, `thread`, `pack_size` and so on as texts, `prices` (list/currency -> price of one unit), how such a
list/currency must begin for the system to have room for it (`price_room`), how long a name may be (`name_length`), and
whether it is sold (`active`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from connectors.demo.audit import same
from connectors.demo.audit.seen import Json, Seen

Difference = tuple[str, Json, Json]
CODES = ("sku", "mpn", "material_group", "brand", "category", "material", "finish", "grade")
CENT = Decimal("0.01")
NOWHERE = "nowhere"


def differences(product: Mapping[str, Json], seen: Seen) -> Iterator[Difference]:
    """Key, golden and held value of each difference; keys the record has no room for are passed over."""
    held, golden = seen.values, product["values"]
    blocked = product["status"] == "blocked"
    if "active" in held and held["active"] == blocked:
        yield "active", not blocked, held["active"]
    if blocked:
        return  # what is withdrawn follows once it is sold again
    for key, test in {**dict.fromkeys(CODES, same.text), "gtin": _gtin, "standard": _standard, "thread": _size,
                      "nominal_length": _size, "pack_size": _number}.items():  # fmt: skip
        if golden.get(key) not in (None, "") and key in held and not test(golden[key], held[key]):
            yield key, golden[key], held[key]
    yield from _names(golden, held)
    yield from _prices(golden, held)


def _names(golden: Mapping[str, Json], held: Mapping[str, Json]) -> Iterator[Difference]:
    for language, name in held.get("names", {}).items():
        wanted = golden.get(f"names|{language}")
        if wanted and not same.text(wanted, name) and not _cut(wanted, name, held.get("name_length", 255)):
            yield f"names|{language}", wanted, name


def _cut(golden: str, held: str, length: int) -> bool:
    """Whether a name that is too long was cut between its words."""
    return len(golden) > length >= len(held) > length / 2 and same.squeezed(golden).startswith(same.squeezed(held))


def _prices(golden: Mapping[str, Json], held: Mapping[str, Json]) -> Iterator[Difference]:
    """What one unit costs today, to the cent, of every list and currency the system has room for."""
    for key in sorted(golden):
        context = key.removeprefix("prices|")
        if context != key and context.startswith(held.get("price_room", NOWHERE)):
            wanted, found = today(golden[key]), held["prices"].get(context)
            if wanted is not None and cents(wanted) != cents(found):
                yield key, str(wanted), str(found)


def cents(value: Decimal | None) -> Decimal | None:
    """A price as a system with two decimals holds it."""
    return value.quantize(CENT, ROUND_HALF_UP) if value is not None else None


def today(periods: Json, day: str = "") -> Decimal | None:
    """What one unit costs on a day (today, if none is named) by golden periods; None where nothing holds."""
    day = day or datetime.now(UTC).date().isoformat()
    for one in periods or []:
        if one.get("valid_from", "") <= day <= one.get("valid_to", "9999-12-31"):
            return Decimal(one["amount"]) / Decimal(one.get("per") or 1)
    return None


def _gtin(golden: Json, held: Json) -> bool:
    return str(golden).lstrip("0") == str(held or "").strip().lstrip("0")


def _standard(golden: Json, held: Json) -> bool:
    """The national edition of an international standard is that standard."""
    return _plain(golden) == _plain(held)


def _plain(text: Json) -> str:
    return same.squeezed(re.sub(r"(?i)\b(?:DIN|EN)\b[ /]*(?=(?:EN[ /]*)?ISO)|\bEN[ /]*(?=ISO)", "", str(text or "")))


def _size(golden: Json, held: Json) -> bool:
    return same.squeezed(_point(golden)) == same.squeezed(_point(held))


def _point(text: Json) -> str:
    """With a word for the decimal point, which would be lost among separators."""
    return re.sub(r"(\d)[.,](\d)", r"\1p\2", re.sub(r"(?<=[.,]\d)0+\b", "", str(text or "")))


def _number(golden: Json, held: Json) -> bool:
    try:
        return Decimal(str(golden)) == Decimal(str(held))
    except InvalidOperation:
        return False
