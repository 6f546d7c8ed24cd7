"""What the system knows of countries: their codes, dialling codes and the form of their postal codes."""

from __future__ import annotations

import re

# ISO 3166-1 alpha-2.
CODES = frozenset(
    """AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO
    JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR
    MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO
    RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV
    TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW""".split()
)

# Country, dialling code, and the digit dialled before an area code at home (- where there is none).
_DIALLING = """
AE 971 0, AR 54 0, AT 43 0, AU 61 0, BD 880 0, BE 32 0, BG 359 0, BR 55 0, CA 1 1, CH 41 0, CL 56 -, CN 86 0, CO 57 -,
CY 357 -, CZ 420 -, DE 49 0, DK 45 -, EE 372 -, EG 20 0, ES 34 -, FI 358 0, FR 33 0, GB 44 0, GR 30 -, HK 852 -,
HR 385 0, HU 36 0, ID 62 0, IE 353 0, IL 972 0, IN 91 0, IT 39 -, JP 81 0, KE 254 0, KR 82 0, LK 94 0, LT 370 0,
LU 352 -, LV 371 -, MT 356 -, MX 52 -, MY 60 0, NG 234 0, NL 31 0, NO 47 -, NP 977 0, NZ 64 0, PH 63 0, PK 92 0,
PL 48 -, PT 351 -, RO 40 0, RS 381 0, RU 7 -, SA 966 0, SE 46 0, SG 65 -, SI 386 0, SK 421 0, TH 66 0, TR 90 0,
TW 886 0, UA 380 0, US 1 1, VN 84 0, ZA 27 0
"""
DIALLING: dict[str, tuple[str, str]] = {
    country: (code, "" if trunk == "-" else trunk)
    for country, code, trunk in (part.split() for part in _DIALLING.split(",") if part.strip())
}

POSTAL_CODES = {
    "DE": (re.compile(r"\d{5}"), "five digits"),
    "IN": (re.compile(r"[1-9]\d{5}"), "six digits"),
    "US": (re.compile(r"\d{5}(-\d{4})?"), "five digits, or nine with a hyphen"),
}


def postal_code(country: str, given: str) -> str:
    """A postal code in the form its country writes it: no blanks in DE and IN, a hyphen before the last four in US."""
    if country not in POSTAL_CODES:
        return given.strip()
    bare = re.sub(r"[\s-]", "", given)
    if country == "US" and len(bare) == 9:
        return f"{bare[:5]}-{bare[5:]}"
    return bare


def postal_code_fault(country: str, code: str) -> str | None:
    """What a country's postal codes look like, where this one does not look so."""
    pattern, form = POSTAL_CODES.get(country, (None, ""))
    return form if code and pattern and not pattern.fullmatch(code) else None
