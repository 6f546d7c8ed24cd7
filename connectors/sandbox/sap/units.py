"""What the system knows of units of measure, languages and currencies."""

from __future__ import annotations

# Codes as the OData services show them: the commercial ones of an English and of a German logon.
MASS = frozenset({"G", "KG", "TO", "LB", "MG"})
LENGTH = frozenset({"MM", "CM", "M", "KM", '"', "IN", "FT"})
VOLUME = frozenset({"ML", "L", "CCM", "CDM", "M3", "CM3", "DM3"})
AREA = frozenset({"M2", "CM2"})
COUNT = frozenset("PC ST EA PAA PAK PAC KAR CAR BOX BAG SET ROL PAL KI CRT DZ TS BT GRO".split())
UNITS = MASS | LENGTH | VOLUME | AREA | COUNT

# ISO 639-1, those a standard installation offers.
LANGUAGES = frozenset(
    "AF AR BG CA CS DA DE EL EN ES ET FI FR HE HI HR HU ID IT JA KK KO LT LV MS NL NO PL PT RO RU SH SK SL SR SV TH TR "
    "UK VI ZF ZH".split()
)

DECIMALS = {"JPY": 0, "KRW": 0, "HUF": 0, "KWD": 3, "BHD": 3}  # of an amount; two in any other currency
CURRENCIES = frozenset(
    "AED AUD BGN BHD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF INR JPY KRW KWD MXN NOK NZD PLN RON RUB SAR SEK SGD THB "
    "TRY TWD UAH USD ZAR".split()
)


def check_digit_is_right(number: str) -> bool:
    """Whether the last digit of a GTIN of 8, 12, 13 or 14 digits fits the others (GS1 General Specifications, 7.9)."""
    if not number.isascii() or not number.isdigit() or len(number) not in (8, 12, 13, 14):
        return False
    weighted = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(number)))
    return weighted % 10 == 0
