"""Numbers of articles: SKUs, GTINs with their check digits, and what people make of them."""

from __future__ import annotations

import re
from random import Random

from connectors.demo.estate.goods.world import Catalogue, Line
from connectors.demo.estate.writing import swapped

# GS1 keeps the prefix 952 for demonstrations and examples (gs1.org, "GS1 Company Prefix").
PREFIX = "9521470"


def check_digit(body: str) -> str:
    """The last digit of a GTIN (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(body)))
    return str(-total % 10)


def gtin(serial: int) -> str:
    """A GTIN-13 of our own."""
    body = f"{PREFIX}{serial:05d}"
    return body + check_digit(body)


def carton_gtin(of_pack: str, level: int = 1) -> str:
    """The GTIN-14 of a carton of such packs."""
    body = f"{level}{of_pack[:-1]}"
    return body + check_digit(body)


def sku(catalogue: Catalogue, line: Line, size: str, length: int) -> str:
    """A number that tells line, diameter and length, and counts the rest: `GF0933-08040-02`."""
    thick = round(float(size.lstrip("MST").split("x")[0]) * (1 if size.startswith("M") else 10))
    start = f"GF{int(line.code):04d}-" + (f"{thick:02d}{length:03d}" if thick < 100 else f"{thick}{length:02d}")
    counted = next(number for number in range(1, 100) if catalogue.free(f"sku:{start}-{number:02d}"))
    return f"{start}-{counted:02d}"


def old_sku(rng: Random, catalogue: Catalogue) -> str:
    """A number from before the catalogue was renumbered: six digits."""
    while True:
        found = f"{rng.randrange(210_000, 489_999)}"
        if catalogue.free(f"old:{found}"):
            return found


def rewritten(rng: Random, sku: str) -> str:
    """A SKU as somebody wrote it who did not copy it: other separators, no prefix, small letters, zeros left out."""
    plain = sku.removeprefix("GF")
    return rng.choice((
        sku.replace("-", ""), sku.replace("-", "."), sku.replace("-", " "), sku.replace("-", "/"), sku.lower(),
        plain, plain.replace("-", ""), f"GF {plain}", f"GF-{plain}", re.sub(r"(^|-)0+", r"\1", plain),
    ))  # fmt: skip


def transposed(rng: Random, sku: str) -> str:
    """A SKU with two neighbouring digits swapped."""
    return "GF" + swapped(rng, sku.removeprefix("GF"))
