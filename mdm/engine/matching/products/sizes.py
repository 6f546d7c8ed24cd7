"""Reading numbers out of the name of a fastener: standard, pack, grade, thread and length.

Each reader takes the text still unread (upper-case ASCII) and gives what it found and the rest. The order matters:
`DIN 933` must go before `933 St` could be a pack, the pack before `M8 - 100` could be a length.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from mdm.engine.matching.vocabulary.standards import CLASSES
from mdm.engine.standardize.decimals import written
from mdm.engine.standardize.fasteners import COARSE

_STANDARD = re.compile(
    r"\b(?:(?:DIN[ -]?)?(?:EN[ -]?)?(?P<iso>ISO)|(?:DIN[ -]?)?(?P<en>EN)|DIN)[ .:-]{0,2}(?P<number>\d{1,5})"
    r"(?P<part>-\d(?![\d.,]))?(?:/(?P<second>\d{3,5})(?!\d))?(?::?(?:19|20)\d\d\b)?"
    r"(?:[ -]?(?:FORM )?(?P<form>[ABCFHJKNPRZ])(?![A-Z0-9.]))?"
)
_NUMBER = r"\d{1,3}(?:[.,]\d{3})+|\d{1,6}"
_PIECES = r"(?:STUECK|STUCK|STCK|STK|ST|PCS|PCES|PCE|PC|PIECES|PIECE|EA)\b\.?"
WHOLE = re.compile(r"(?:STUECK|STUCK|STCK|STK|ST|PCS|PIECES)\.?")  # at the end of a name they are not cut
_PACK_WORD = (
    r"(?:VPE|VE|PACKUNG|PACKS?|PACKAGE|PKG|PKT|PAK|PK|BOX(?:ES)?|CARTON|CTN|KARTON|BEUTEL|BAG|QTY|PU|INHALT|SCHACHTEL)"
)
_BETWEEN = r"[ ./:=-]{0,3}"
_NO_LENGTH = r"(?<![X*\d.,/-])(?<!X )"  # before a number: it is not the length after `M8x`
_PACKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_PACK_WORD}{_BETWEEN}(?:OF|MIT|ZU|A|QTY)?{_BETWEEN}(?P<count>{_NUMBER})\b(?! ?(?:MM|X))(?: ?{_PIECES})?",
        rf"{_NO_LENGTH}\b(?P<count>{_NUMBER})(?:ER)?[ -]?(?:{_PIECES}[ /]*(?:PER|JE|PRO|/)? ?)?{_PACK_WORD}\b",
        rf"{_NO_LENGTH}\b(?P<count>{_NUMBER}) ?(?:PER|JE|PRO|/) ?{_PACK_WORD}\b",
        rf"(?<![X*\d.,-])(?<!X )\b(?P<count>{_NUMBER})[ -]?{_PIECES}",
        rf"\((?P<count>{_NUMBER})\)",
    )
)
_COATING_CODE = re.compile(r"\bA[1-9][A-HJ-LP-T]\b")  # ISO 4042: zinc, not stainless A2
_STAINLESS = re.compile(r"\bA ?(?P<steel>[124])(?: ?[- ] ?(?P<strength>50|70|80))?(?!\d|[.,]\d|[A-Z])")
_GRADE = re.compile(
    r"(?<![\dX*.,M])(?<!ST)(?<!ST )(?P<grade>(?:3|4|5|6|8|9|10|12)[.,](?:6|8|9))(?!\d|[.,]\d)(?! ?[X*]| ?MM)"
)
_CLASS = re.compile(
    r"(?:\b(?:FEST\w*KLASSE|KLASSE|CLASS|CL|FKL|FK|KL|GRADE|GR|GUETE|GUTE)[ .:-]*|\||\bI)(?P<grade>4|5|6|8|10|12)"
    r"(?:\||I\b|(?!\d|[.,]\d))"
)
_SPRING_STEEL = re.compile(r"\bC ?(?P<grade>45|60|67|75)S?\b")
_HARDNESS = re.compile(r"\b(?P<grade>14|22|33|45)H\b|\b(?P<vickers>100|140|160|200|300) ?HV\b")

_MM = r"\d{1,4}(?:[.,]\d{1,3})?"
_TIMES = r" ?[X*/-] ?"
_END = r"(?!\d|[.,]\d)"
_TURNED = re.compile(
    r"(?<![\dX.,-])(?P<length>\d{1,4}) ?(?:MM)? ?[X*] ?M ?(?P<diameter>\d{1,2}(?:[.,]\d)?)(?!\d|[.,]\d|X)"
)
_METRIC = re.compile(
    rf"(?<![A-Z\d])M ?(?P<diameter>\d{{1,3}}(?:[.,]\d)?)(?:{_TIMES}(?P<first>{_MM}){_END}(?: ?MM\b)?)?"
    rf"(?:{_TIMES}(?P<second>{_MM}){_END}(?: ?MM\b)?)?(?P<left>[ -]?(?:LH|LINKS\w*|LEFT)\b)?"
)
_INCH = re.compile(
    r"(?<![\d/])(?P<size>#\d{1,2}|(?:\d[ -])?\d/\d{1,2})\"?[ -]{1,3}(?P<turns>\d{1,2})(?: ?(?:UNC|UNF|UN))?"
    r"(?: ?X ?(?P<length>(?:\d{1,2}[ -])?\d{1,2}/\d{1,2}|\d{1,2}(?:\.\d{1,3})?)(?:\"| ?IN\b)?)?(?![\d/])"
)
_BARE = re.compile(
    rf"(?<![\dA-Z.,/-])(?P<tapping>ST ?)?(?P<diameter>\d{{1,2}}(?:[.,]\d{{1,2}})?) ?[X*] ?(?P<length>{_MM})"
    rf"(?: ?[X*] ?(?P<third>{_MM}))?(?: ?MM\b)?(?![\dA-Z])"
)
_TAPPING = re.compile(r"\bST ?(?P<diameter>\d{1,2}[.,]\d{1,2})(?![\d.,])")
_LENGTH = re.compile(
    rf"\b(?:L|LG|LANG|LAENGE|LANGE|LENGTH|LEN)[ .:=]*(?P<said>{_MM}) ?(?P<its>MM|CM|M)?\b"
    rf"|(?<![\dX.,])(?P<plain>{_MM}) ?(?P<unit>MM|CM|M|LANG|LG|LONG)\b"
)
_HOLE = re.compile(r"(?<![\d.,X])(?P<hole>\d{1,2}(?:[.,]\d)?)(?![\d.,])")
_NUT_CLASS = re.compile(r"(?<![\w.,/-])(?:4|5|6|8|10|12)(?![\w/]|[.,]\d)")
# thread a washer is made for, by its hole in mm (flat: ISO 7089, ISO 7093; spring: DIN 127)
HOLES = dict(
    pair.split(":")
    for pair in (
        "1.7:M1.6 2.2:M2 2.7:M2.5 3.2:M3 4.3:M4 5.3:M5 6.4:M6 8.4:M8 10.5:M10 13:M12 15:M14 17:M16 19:M18 21:M20 "
        "23:M22 25:M24 28:M27 31:M30 34:M33 37:M36 2.1:M2 2.6:M2.5 3.1:M3 4.1:M4 5.1:M5 6.1:M6 8.1:M8 10.2:M10 "
        "12.2:M12 14.2:M14 16.2:M16 18.2:M18 20.2:M20 22.5:M22 24.5:M24 27.5:M27 30.5:M30 36.5:M36"
    ).split()
)


class Read(NamedTuple):
    """What one reader found, and the text without it."""

    said: list[tuple[str, frozenset[str]]]
    rest: str


def read(text: str) -> Read:
    """All that the numbers of a name say, and what is left of it."""
    said: list[tuple[str, frozenset[str]]] = []
    for reader in _READERS:
        found, text = reader(text)
        said += found
    return Read(said, text)


def standard_class(text: str) -> frozenset[str]:
    """The classes a standard may stand for; one we do not know is a class of its own."""
    known = CLASSES.get(text) or CLASSES.get(text.rpartition("-")[0])
    return known or frozenset({text})


def millimetres(text: str, unit: str = "MM") -> frozenset[str]:
    value = Decimal(text.replace(",", ".")) * {"CM": 10, "M": 1000}.get(unit, 1)
    return frozenset({f"{written(value)} mm"})


def _standards(text: str) -> Read:
    said = []
    for found in _STANDARD.finditer(text):
        body = found["iso"] or found["en"] or "DIN"
        base = f"{body} {found['number']}"
        name = "".join((base, found["part"] or "", f"-{found['form']}" if found["form"] else ""))
        classes = standard_class(name) if name in CLASSES or not found["part"] else standard_class(base)
        if found["second"]:
            classes |= standard_class(f"{body} {found['second']}")
        said += [("standard", classes), ("written", frozenset({name}))]
    return Read(said, _STANDARD.sub(" ", text))


def _pack(text: str) -> Read:
    for pattern in _PACKS:
        found = [*pattern.finditer(text)]
        # `pin 4 St 500 pcs` is made of steel
        sure = [match for match in found if not match[0].endswith("ST")] or found
        if counts := {re.sub("[.,]", "", match["count"]).lstrip("0") for match in sure} - {""}:
            return Read([("pack", frozenset(counts))], text if len(sure) < len(found) else pattern.sub(" ", text))
    return Read([], text)


def _coatings(text: str) -> Read:
    """`A2K` and the like are zinc with a chromate: blue, yellow, black (the letter says which, ISO 4042 table)."""
    said = [
        ("finish", frozenset({"yellow zinc plated" if found[0][-1] in "CGL" else "zinc plated"}))
        for found in _COATING_CODE.finditer(text)
    ]
    return Read(said, _COATING_CODE.sub(" ", text))


def _grades(text: str) -> Read:
    said: list[tuple[str, frozenset[str]]] = []
    for found in _STAINLESS.finditer(text):
        strengths = [found["strength"]] if found["strength"] else ["50", "70", "80"]
        said.append(("grade", frozenset(f"A{found['steel']}-{strength}" for strength in strengths)))
    text = _STAINLESS.sub(" ", text)
    for found in _GRADE.finditer(text):
        said.append(("grade", frozenset({found["grade"].replace(",", ".")})))
    text = _GRADE.sub(" ", text)
    for found in _HARDNESS.finditer(text):
        said.append(("grade", frozenset({f"{found['vickers']} HV" if found["vickers"] else f"{found['grade']}H"})))
    text = _HARDNESS.sub(" ", text)
    said += [("grade", frozenset({f"C{found['grade']}"})) for found in _SPRING_STEEL.finditer(text)]
    text = _SPRING_STEEL.sub(" ", text)
    said += [("grade", frozenset({found["grade"]})) for found in _CLASS.finditer(text)]
    return Read(said, _CLASS.sub(" ", text))


def _turned(text: str) -> Read:
    """`40 x M8`."""
    said = []
    for found in _TURNED.finditer(text):
        said += [("thread", _thread(found["diameter"])), ("length", millimetres(found["length"]))]
    return Read(said, _TURNED.sub(" ", text))


def _metric(text: str) -> Read:
    """`M8x1x40`, `M 8 x 40`, `M8-40`: what follows the diameter is a pitch if it is no coarser than ISO 261 has it."""
    said = []
    for found in _METRIC.finditer(text):
        numbers = [number for number in (found["first"], found["second"]) if number]
        pitched = bool(numbers) and _is_pitch(found["diameter"], numbers[0])
        pitch, rest = (numbers[0], numbers[1:]) if pitched else ("", numbers)
        said.append(("thread", _thread(found["diameter"], pitch, bool(found["left"]))))
        said += [("length", millimetres(rest[0]))] if rest else []
    return Read(said, _METRIC.sub(" ", text))


def _is_pitch(diameter: str, number: str) -> bool:
    coarse = COARSE.get(_decimal(diameter), Decimal(6))
    return Decimal("0.2") <= _decimal(number) <= coarse


def _thread(diameter: str, pitch: str = "", left: bool = False) -> frozenset[str]:
    size = _decimal(diameter)
    fine = f"x{written(_decimal(pitch))}" if pitch and _decimal(pitch) != COARSE.get(size) else ""
    return frozenset({f"M{written(size)}{fine}{' LH' if left else ''}"})


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _inch(text: str) -> Read:
    said = []
    for found in _INCH.finditer(text):
        said.append(("thread", frozenset({f"{found['size'].replace(' ', '-')}-{int(found['turns'])}"})))
        if found["length"]:
            inches = sum(Fraction(part) for part in re.split("[ -]", found["length"]))
            said.append(("length", millimetres(str(round(float(inches) * 25.4, 2)))))
    return Read(said, _INCH.sub(" ", text))


def _bare(text: str) -> Read:
    """`4,0x40` of screws for wood, `ST 4,2x13`; a sloppy `8x40` may mean M8."""
    said = []
    for found in _BARE.finditer(text):
        size = written(_decimal(found["diameter"]))
        names = {f"ST{size}"} if found["tapping"] else {size, f"M{size}", f"ST{size}"}
        hole = HOLES.get(size) if found["third"] else None
        said.append(("thread", frozenset({hole} if hole else names)))
        said += [] if found["third"] else [("length", millimetres(found["length"]))]
    return Read(said, _BARE.sub(" ", text))


def _tapping(text: str) -> Read:
    """`ST4.2` without a length."""
    said = [("thread", frozenset({f"ST{written(_decimal(found['diameter']))}"})) for found in _TAPPING.finditer(text)]
    return Read(said, _TAPPING.sub(" ", text))


def _length(text: str) -> Read:
    said = [
        ("length", millimetres(found["said"] or found["plain"], found["its"] or found["unit"] or "MM"))
        for found in _LENGTH.finditer(text)
    ]
    return Read(said, _LENGTH.sub(" ", text))


def nut_class(text: str) -> frozenset[str]:
    """The class of a nut that stands alone (`M8 8 vz`), where it is the only such number."""
    found = set(_NUT_CLASS.findall(text))
    return frozenset(found) if len(found) == 1 else frozenset()


def diameter(text: str) -> frozenset[str]:
    """A diameter that stands alone, where it is the only number: `Spanplattenschraube 4,5`."""
    found = {written(_decimal(match["hole"])) for match in _HOLE.finditer(text)}
    return frozenset(f"{kind}{size}" for size in found for kind in ("", "M", "ST")) if len(found) == 1 else frozenset()


def hole(text: str) -> frozenset[str]:
    """The thread a washer is for, where the name gives its hole (`8,4`)."""
    found = {HOLES.get(written(_decimal(match["hole"]))) for match in _HOLE.finditer(text)}
    return frozenset(thread for thread in found if thread)


_READERS: tuple[Callable[[str], Read], ...] = (
    *(_standards, _pack, _coatings, _grades, _turned, _metric, _inch, _bare, _tapping, _length),
)
