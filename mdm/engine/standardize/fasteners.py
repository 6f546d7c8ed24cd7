"""Standards and threads as catalogues of fasteners write them."""

from __future__ import annotations

import re
from decimal import Decimal

from mdm.engine.standardize import decimals
from mdm.engine.standardize.base import Hints, Unclear, shown
from mdm.engine.standardize.text import line
from mdm.engine.values import Json

# Coarse pitches in mm of metric threads by nominal diameter (ISO 261).
COARSE = {
    Decimal(diameter): Decimal(pitch)
    for diameter, pitch in (
        pair.split(":")
        for pair in (
            "1:.25 1.1:.25 1.2:.25 1.4:.3 1.6:.35 1.8:.35 2:.4 2.2:.45 2.5:.45 3:.5 3.5:.6 4:.7 4.5:.75 5:.8 6:1 7:1 "
            "8:1.25 9:1.25 10:1.5 11:1.5 12:1.75 14:2 16:2 18:2.5 20:2.5 22:2.5 24:3 27:3 30:3.5 33:3.5 36:4 39:4 "
            "42:4.5 45:4.5 48:5 52:5 56:5.5 60:5.5 64:6 68:6"
        ).split()
    )
}
_METRIC = re.compile(
    r"M *(?P<diameter>\d{1,3}(?:[.,]\d{1,2})?)(?: *[X×*/-] *(?P<pitch>\d(?:[.,]\d{1,3})?|[.,]\d{1,3}))?"
    r"(?:[ -]+\d[EFGH](?:\d[EFGH])?)?(?:[-, ]+(?P<left>LH|LINKS|LEFT))?"
)
_INCH = re.compile(
    r'(?P<size>#\d{1,2}|(?:\d{1,2}[ -])?\d{1,2}/\d{1,2}|\d{1,2})(?: *(?:"|″|INCH|IN))? *-? *(?P<turns>\d{1,2}) *'
    r"(?P<series>UNC|UNF|UNEF|BSW|BSF)"
)
_TAPPING = re.compile(r"ST *(?P<diameter>\d{1,2}(?:[.,]\d{1,2})?)")
_PIPE = re.compile(r'(?P<series>G|RP|RC|R|NPT) *(?P<size>\d{1,2}(?:[ -]\d{1,2}/\d{1,2}|/\d{1,2})?) *"?')
_BARE = re.compile(r"(?:Ø *)?(?P<diameter>\d{1,3}(?:[.,]\d{1,2})?)(?: *MM)?")

_BODIES = "DIN|EN|ISO|ANSI|ASME|ASTM|BS|NF|UNI|JIS|GOST|GB/T|GB|SAE|IFI|VSM|IS"
_STANDARD = re.compile(
    rf"(?P<bodies>(?:{_BODIES})(?:[ /-]+(?:{_BODIES}))*)[ .-]*"
    r"(?P<letter>[A-Z]\.?)?(?P<number>\d{1,6}(?:\.\d{1,3})*)"
    r"(?:-(?P<part>\d{1,2}))?(?:[ :-]+(?:(?P<month>\d{4}-\d{2})|(?P<year>(?:19|20)\d{2})))?"
    r"(?:[ -]*(?:FORM|TYP|TYPE)?[ -]*(?P<form>[A-Z]))?"
)
# Between two standards, not inside `GB/T` or `ANSI/ASME`.
_BETWEEN = re.compile(rf"[;,+]|(?:(?<=\d)|(?<=\d[A-Z])|(?<=\d[ -][A-Z]))/(?={_BODIES})")


def thread(raw: str, context: str, hints: Hints) -> Json:
    """`M 8 x 1,25` becomes `M8` (the coarse pitch of ISO 261 goes without saying), `M 8 x 1` becomes `M8x1`.

    Also inch threads (`1/4-20 UNC`), tapping screws (`ST4.2`), pipe threads (`G1/2`) and a diameter alone (`4`).
    """
    text = line(raw)
    upper = text.upper()
    if found := _METRIC.fullmatch(upper):
        return _metric(found, text)
    if found := _INCH.fullmatch(upper):
        return f"{found['size'].replace(' ', '-')}-{int(found['turns'])} {found['series']}"
    if found := _TAPPING.fullmatch(upper):
        return f"ST{decimals.written(_size(found['diameter']))}"
    if found := _PIPE.fullmatch(upper):
        return f"{found['series'].capitalize() if len(found['series']) == 2 else found['series']}{found['size']}"
    if (found := _BARE.fullmatch(upper)) and _size(found["diameter"]) > 0:
        return decimals.written(_size(found["diameter"]))
    raise Unclear(f"'{shown(text)}' is no thread known here; write it as M8 or M8x1.")


def _metric(found: re.Match[str], text: str) -> str:
    diameter = _size(found["diameter"])
    coarse = COARSE.get(diameter, Decimal(6))
    pitch = _size(found["pitch"]) if found["pitch"] else None
    if not diameter or (pitch is not None and not Decimal("0.2") <= pitch <= coarse):
        most = decimals.written(coarse)
        raise Unclear(f"'{shown(text)}' is no metric thread: its pitch is at most {most} mm (ISO 261).")
    fine = f"x{decimals.written(pitch)}" if pitch and pitch != COARSE.get(diameter) else ""
    return f"M{decimals.written(diameter)}{fine}{' LH' if found['left'] else ''}"


def _size(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def standard(raw: str, context: str, hints: Hints) -> Json:
    """`din933`, `DIN 933:2017` become `DIN 933`; `DIN EN ISO 4017` is the national edition of `ISO 4017`.

    A part (`ISO 7380-1`) and a form (`DIN 125-A`) are kept, a year goes; several standards are joined by ` / `.
    """
    text = line(raw)
    parts = _BETWEEN.split(re.sub(" ?/ ?", "/", text.upper()))
    found = [_one(part.strip(), text) for part in parts if part.strip()]
    return " / ".join(dict.fromkeys(found))


def _one(part: str, text: str) -> str:
    found = _STANDARD.fullmatch(part)
    if not found:
        raise Unclear(f"'{shown(text)}' is no standard known here; write it as DIN 933 or ISO 4017.")
    bodies = re.split(r"[ -]+|/(?!T)", found["bodies"])
    body = next((body for body in ("ISO", "EN") if body in bodies), bodies[-1])
    number = f"{found['letter'] or ''}{found['number']}"
    return "-".join(filter(None, (f"{body} {number}", found["part"], found["form"])))
