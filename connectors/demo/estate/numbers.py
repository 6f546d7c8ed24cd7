"""Numbers as they are given out: phones, tax ids with their check digits, record ids."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from connectors.demo.estate.countries import City, Country

STATES = {  # the first two digits of a GSTIN
    "PB": "03",
    "HR": "06",
    "DL": "07",
    "RJ": "08",
    "UP": "09",
    "AS": "18",
    "WB": "19",
    "JH": "20",
    "OD": "21",
    "CG": "22",
    "MP": "23",
    "GJ": "24",
    "MH": "27",
    "KA": "29",
    "KL": "32",
    "TN": "33",
    "TS": "36",
    "AP": "37",
}
BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
GERMAN_MOBILE = ("151", "152", "160", "170", "171", "172", "173", "175", "177", "179")


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number in its parts; `area` is empty where the country's mobile numbers have none."""

    country: str
    dialling: str
    area: str
    local: str

    @property
    def e164(self) -> str:
        return f"+{self.dialling}{self.area}{self.local}"


def landline(rng: Random, country: Country, city: City) -> Phone:
    """A number in a city."""
    if country.code == "US":
        return Phone("US", "1", city.area, _us_local(rng))
    if country.code == "IN":
        return Phone("IN", "91", city.area, "2" + rng.choice("23456789") + _digits(rng, 8 - len(city.area)))
    return Phone("DE", "49", city.area, rng.choice("23456789") + _digits(rng, 5 if len(city.area) > 3 else 6))


def mobile(rng: Random, country: Country, city: City) -> Phone:
    """A mobile number; in the US it has the area code of a city like any other."""
    if country.code == "US":
        return Phone("US", "1", city.area, _us_local(rng))
    if country.code == "IN":
        return Phone("IN", "91", "", rng.choice("9987") + rng.choice("0123456789") + _digits(rng, 8))
    prefix = rng.choice(GERMAN_MOBILE)
    return Phone("DE", "49", prefix, rng.choice("23456789") + _digits(rng, 7 if prefix[1] == "5" else 6))


def _us_local(rng: Random) -> str:
    return rng.choice("2346789") + rng.choice("023456789") + rng.choice("023456789") + _digits(rng, 4)


def _digits(rng: Random, size: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(size))


def pan(rng: Random, incorporated: bool, initial: str) -> str:
    """A Permanent Account Number: the fourth letter tells companies from persons and partnerships."""
    letters = "".join(rng.choice(BASE36[10:]) for _ in range(3))
    initial = initial.upper() if "A" <= initial.upper() <= "Z" else "A"
    return f"{letters}{'C' if incorporated else rng.choice('FP')}{initial}{_digits(rng, 4)}{rng.choice(BASE36[10:])}"


def gstin(state: str, pan: str, registration: str = "1") -> str:
    """The GSTIN of a PAN in a state, with its check character (a Luhn sum in base 36)."""
    body = f"{STATES[state]}{pan}{registration}Z"
    total = 0
    for place, char in enumerate(reversed(body)):
        value = BASE36.index(char) * (2 if place % 2 == 0 else 1)
        total += value // 36 + value % 36
    return body + BASE36[-total % 36]


def vat(rng: Random) -> str:
    """A German VAT number with its check digit (ISO 7064 Mod 11, 10)."""
    body = rng.choice("123456789") + _digits(rng, 7)
    check = 10
    for digit in body:
        total = (check + int(digit)) % 10 or 10
        check = total * 2 % 11
    return f"DE{body}{(11 - check) % 10}"


PREFIXES = ("20", "26", "27", "36", "38", "39", "41", "45", "46", "47", "52", "56", "61", "74", "75", "81", "84", "91")


def ein(rng: Random) -> str:
    """An Employer Identification Number; it has no check digit."""
    return f"{rng.choice(PREFIXES)}-{_digits(rng, 7)}"


def salesforce_id(prefix: str, serial: int) -> str:
    """A record id of 18 characters: the last three tell which of the others are capitals."""
    digits = ""
    while serial:
        serial, digit = divmod(serial, 62)
        digits = BASE62[digit] + digits
    short = f"{prefix}5i0{digits.rjust(9, '0')}"
    groups = (short[start : start + 5] for start in (0, 5, 10))
    return short + "".join(_CHECK[sum(1 << place for place, c in enumerate(group) if c.isupper())] for group in groups)


_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
