"""Reads business partners and products over SAP's OData services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

import requests

from connectors.demo.audit import sap_goods
from connectors.demo.audit.seen import TIMEOUT, Json, Seen, address, dumped, json_of, known

SERVICE = "/sap/opu/odata/sap/API_BUSINESS_PARTNER"
PAGE = 500
ADDRESS = "to_BusinessPartnerAddress"
EXPAND = (
    *("to_BuPaIdentification", "to_BusinessPartnerTax", "to_Customer/to_CustomerCompany", f"{ADDRESS}/to_AddressUsage"),
    *(f"{ADDRESS}/to_{way}" for way in ("EmailAddress", "PhoneNumber", "MobilePhoneNumber")),
)
IDS = {"golden": "MDMID", "crm": "CRM", "store": "WEB"}
NAMES = tuple(f"OrganizationBPName{number}" for number in (1, 2, 3, 4))
LINES = ("StreetPrefixName", "AdditionalStreetPrefixName", "", "StreetSuffixName", "AdditionalStreetSuffixName")
NUMBER_FIRST = ("IN", "US")
USES = {"BILL_TO": "bill_to", "SHIP_TO": "ship_to", "XXDEFAULT": "registered"}
TAXES = ("IN3", "DE0", "US01", "US2")


class Sap:
    """`access` holds url, username and password."""

    def __init__(self, access: dict[str, str]) -> None:
        self.url = access["url"].rstrip("/")
        self.session = requests.Session()
        self.session.auth = (access["username"], access["password"])
        self.session.headers["Accept"] = "application/json"

    def read(self) -> list[Seen]:
        """All products, and all business partners but those that are to be archived."""
        firms: dict[str, list[str]] = defaultdict(list)
        for row in filter(_valid, self._all("A_BusinessPartnerContact", {})):
            firms[row["BusinessPartnerPerson"]].append(row["BusinessPartnerCompany"])
        partners = self._all("A_BusinessPartner", {"$expand": ",".join(EXPAND)})
        found = [
            _partner(row, tuple(firms[row["BusinessPartner"]])) for row in partners if not row["IsMarkedForArchiving"]
        ]
        costs = sap_goods.costs(self._all("A_SlsPrcgCndnRecdValidity", sap_goods.VALIDITY, sap_goods.PRICES))
        products = self._all("A_Product", {"$expand": sap_goods.EXPAND}, sap_goods.PRODUCTS)
        return [*found, *(sap_goods.product(row, costs) for row in products)]

    def count(self) -> int:
        """How many it holds, past the API."""
        partners = sum(not row["_deleted"] for row in dumped(self.url, "A_BusinessPartner"))
        return partners + sum(1 for _ in dumped(self.url, "A_Product"))

    def _all(self, name: str, query: dict[str, str], service: str = SERVICE) -> Iterator[dict[str, Json]]:
        skip, more = 0, True
        while more:
            asked = {**query, "$skip": str(skip), "$top": str(PAGE)}
            answer = self.session.get(f"{self.url}{service}/{name}", params=asked, timeout=TIMEOUT)
            found = json_of(answer, "SAP")["d"]["results"]
            yield from found
            skip, more = skip + len(found), len(found) > 0


def _partner(row: dict[str, Json], firms: tuple[str, ...]) -> Seen:
    person = row["BusinessPartnerCategory"] == "1"
    identified = {
        one["BPIdentificationType"]: one["BPIdentificationNumber"] for one in _many(row, "to_BuPaIdentification")
    }
    return Seen(
        connection="sap",
        object_type="BusinessPartner",
        id=row["BusinessPartner"],
        person=person,
        key=identified.get("MDMKEY", ""),
        ids={role: identified[kind] for role, kind in IDS.items() if kind in identified},
        works_for=firms,
        values={**_names(row, person), **_located(row), **_commercial(row)},
    )


def _names(row: dict[str, Json], person: bool) -> dict[str, Json]:
    if person:
        return {"first_name": row["FirstName"], "last_name": row["LastName"]}
    name = " ".join(row[part] for part in NAMES if row[part])
    return {"legal_name": name, "shown_name": name}


def _located(row: dict[str, Json]) -> dict[str, Json]:
    """Addresses by use; phones and e-mails stand with the standard address, without which there is no room for them."""
    found: dict[str, Json] = {"addresses|bill_to": None, "addresses|ship_to": None, "all_postcodes": []}
    for one in _many(row, ADDRESS):
        found["all_postcodes"] += known(one["PostalCode"])
        uses = [use["AddressUsage"] for use in _many(one, "to_AddressUsage") if _valid(use)]
        found |= {f"addresses|{USES[use]}": _place(one) for use in uses if use in USES}
        if "XXDEFAULT" in uses:
            found |= _reached(one)
    if found["addresses|bill_to"] is None:
        found["addresses|bill_to"] = found.get("addresses|registered")
    return found


def _reached(one: dict[str, Json]) -> dict[str, Json]:
    lines = {"phones|main": "to_PhoneNumber", "phones|mobile": "to_MobilePhoneNumber"}
    return {
        "emails": [mail["EmailAddress"] for mail in _many(one, "to_EmailAddress")],
        **{line: next((phone["InternationalPhoneNumber"] for phone in _many(one, way)), None)
           for line, way in lines.items()},
    }  # fmt: skip


def _commercial(row: dict[str, Json]) -> dict[str, Json]:
    """Tax ids, and the terms of the first company code where the partner is a customer."""
    taxes = (tax for tax in _many(row, "to_BusinessPartnerTax") if tax["BPTaxType"] in TAXES)
    found: dict[str, Json] = {"tax_ids": [tax["BPTaxNumber"] or tax["BPTaxLongNumber"] for tax in taxes]}
    companies = _many(row.get("to_Customer") or {}, "to_CustomerCompany")
    if companies:
        found["payment_terms"] = min(companies, key=lambda one: str(one["CompanyCode"]))["PaymentTerms"] or None
    return found


def _place(one: dict[str, Json]) -> dict[str, str] | None:
    house = " ".join(known(one["HouseNumber"], one["HouseNumberSupplementText"]))
    ordered = (house, one["StreetName"]) if one["Country"] in NUMBER_FIRST else (one["StreetName"], house)
    street = [one[line] if line else " ".join(known(*ordered)) for line in LINES]
    return address(street, one["CityName"], one["Region"], one["PostalCode"], one["Country"])


def _valid(row: dict[str, Json]) -> bool:
    until = str(row.get("ValidityEndDate") or "").strip("/Date()").partition("+")[0]
    return not until or int(until) / 1000 >= datetime.now(UTC).timestamp()


def _many(row: dict[str, Json], name: str) -> list[dict[str, Json]]:
    found = row.get(name) or {}
    return list(found.get("results", []))
