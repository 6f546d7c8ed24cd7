"""SAP addresses <-> canonical ones, and which address serves which use. Pure.

SAP prints street 2 and 3 above the street, street 4 and 5 below it. Countries write the house number before or after
the street (Universal Postal Union, "Postal addressing systems").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from connectors.mapping import fit, text
from connectors.sap.odata import Record, many, moment
from mdm.engine.values import Json

NAVIGATION = "to_BusinessPartnerAddress"
DEFAULT = "XXDEFAULT"
USES = {DEFAULT: "registered", "BILL_TO": "bill_to", "SHIP_TO": "ship_to"}
USAGES = {use: usage for usage, use in USES.items()}
NUMBER_FIRST = frozenset("AU BD CA FR GB HK IE IL IN KE LK LU MY NG NZ PH PK SG TH US ZA".split())
NUMBER = r"\d+[A-Za-z]?(?:[-/]\d+[A-Za-z]?)?"
LEADING, TRAILING = re.compile(rf"({NUMBER}) (\S.*)"), re.compile(rf"(.*\S) ({NUMBER})")

ABOVE = ("StreetPrefixName", "AdditionalStreetPrefixName")
BELOW = ("StreetSuffixName", "AdditionalStreetSuffixName")
STREET, LINE, HOUSE = 60, 40, 10
PLAIN = {"city": ("CityName", 40), "postcode": ("PostalCode", 10), "region": ("Region", 3), "country": ("Country", 3)}
CODES = ("region", "country")


# ---- one address ---------------------------------------------------------------------------------------------------


def canonical(address: Record, what: str) -> dict[str, str]:
    """The address of a native record, empty parts left out; raises Permanent for what is no text."""
    def read(name: str) -> str:
        return (text(address.get(name), name, what) or "").strip()

    country, name, house = read("Country"), read("StreetName"), read("HouseNumber")
    house = " ".join(part for part in (house, read("HouseNumberSupplementText")) if part)
    ordered = (house, name) if country in NUMBER_FIRST else (name, house)
    street = " ".join(part for part in ordered if part)
    lines = [line for line in (*map(read, ABOVE), street, *map(read, BELOW)) if line]
    found = {"street": "\n".join(lines), **{part: read(native) for part, (native, _) in PLAIN.items()}}
    return {part: value for part, value in found.items() if value}


def native(value: Mapping[str, Json]) -> dict[str, str]:
    """All native fields of a canonical address; those it does not need are emptied."""
    given = {part: str(value.get(part) or "").strip() for part in ("street", *PLAIN)}
    first, *more = _lines(given["street"]) or [""]
    name, house = _parted(first, given["country"])
    below = dict(zip(BELOW, [*more, "", ""], strict=False))
    return {
        "StreetName": name, "HouseNumber": house, "HouseNumberSupplementText": "", **dict.fromkeys(ABOVE, ""), **below,
        **{field: _plain(part, given[part]) for part, (field, _) in PLAIN.items()},
    }


def fitting(value: Json) -> dict[str, str] | None:
    """The address as SAP gives it back; None without a country, which SAP demands."""
    if not isinstance(value, Mapping):
        return None
    held = canonical(native(value), "address")
    return held if held.get("country") else None


def _lines(street: str) -> list[str]:
    """At most three lines; what would be a fourth joins the third."""
    lines = [" ".join(line.split()) for line in street.splitlines() if line.strip()]
    lines = [*lines[:2], ", ".join(lines[2:])] if len(lines) > 2 else lines
    return [fit(line, LINE if at else STREET) for at, line in enumerate(lines)]


def _parted(line: str, country: str) -> tuple[str, str]:
    """Street and house number of a line, so that putting them together again gives the line."""
    leads = country in NUMBER_FIRST
    found = (LEADING if leads else TRAILING).fullmatch(line)
    if not found:
        return line, ""
    house, name = found.groups() if leads else reversed(found.groups())
    return (name, house) if len(house) <= HOUSE else (line, "")


def _plain(part: str, value: str) -> str:
    length = PLAIN[part][1]
    if part in CODES:
        return value if len(value) <= length else ""  # half a code is another code
    return fit(value, length)


# ---- which address serves which use --------------------------------------------------------------------------------


def current(partner: Record, at: datetime, what: str) -> list[Record]:
    """The addresses valid at that moment, the default one first."""
    found = [address for address in many(partner, NAVIGATION, what) if _valid(address, at, what)]
    return sorted(found, key=lambda address: (DEFAULT not in usages(address, at, what), _order(address)))


def usages(address: Record, at: datetime, what: str) -> set[str]:
    """The usages of an address that are valid at that moment."""
    rows = many(address, "to_AddressUsage", what)
    return {str(row.get("AddressUsage")) for row in rows if _valid(row, at, what)}


def uses(addresses: Sequence[Record], at: datetime, what: str) -> dict[str, list[Record]]:
    """Use -> its addresses. Where none is kept for billing, SAP bills to the default address."""
    found: dict[str, list[Record]] = {}
    for address in addresses:
        held = usages(address, at, what)
        known = [use for usage, use in USES.items() if usage in held]
        for use in known if many(address, "to_AddressUsage", what) else ["other"]:
            found.setdefault(use, []).append(address)
    if "registered" in found and "bill_to" not in found:
        found["bill_to"] = found["registered"]
    return found


def _valid(row: Record, at: datetime, what: str) -> bool:
    until = row.get("ValidityEndDate")
    return until in (None, "") or moment(until, "ValidityEndDate", what) >= at


def _order(address: Record) -> tuple[int, str]:
    number = str(address.get("AddressID") or "")
    return len(number), number
