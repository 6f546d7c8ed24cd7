"""What an admin can set for an SAP connection, with the values it has where nothing is said. See README.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from connectors.errors import Misconfigured
from mdm.engine.values import Json

SERVICE_PATH = "/sap/opu/odata/sap/API_BUSINESS_PARTNER"
PRODUCT_PATH = "/sap/opu/odata/sap/API_PRODUCT_SRV"
PRICE_PATH = "/sap/opu/odata/sap/API_SLSPRICINGCONDITIONRECORD_SRV"
TAX_TYPES = {"GSTIN": "IN3", "EIN": "US01"}
ANY = "*"
UTC = ZoneInfo("UTC")
Reader = Callable[[str, Json], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of one connection.

    company_codes: legal entity, region or country of the customer -> company code; `*` for all others.
    sales_areas: company code -> `organisation/channel/division`; `*` for all others. currencies: the same -> currency.
    functions, departments, categories, brands: SAP's code -> the text stewards see. product_path, price_path: empty
    where products, or prices, are not read. product_types: those that are read, all where empty. price_area:
    organisation/channel whose prices and sales data count. tax_types: scheme -> tax number category to create.
    """

    service_path: str = SERVICE_PATH
    product_path: str = PRODUCT_PATH
    price_path: str = PRICE_PATH
    client: str = ""
    language: str = "en"
    time_zone: ZoneInfo = UTC
    grouping: str = ""
    company_codes: Mapping[str, str] = field(default_factory=lambda: {ANY: "1010"})
    sales_areas: Mapping[str, str] = field(default_factory=lambda: {ANY: "1010/10/00"})
    currencies: Mapping[str, str] = field(default_factory=dict)
    reconciliation_account: str = ""
    order_block: str = "01"
    payment_block: str = "A"
    tax_types: Mapping[str, str] = field(default_factory=lambda: TAX_TYPES)
    functions: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    brands: Mapping[str, str] = field(default_factory=dict)
    price_area: str = "1010/10"
    price_type: str = "PPR0"
    price_table: str = "306"
    blocked_statuses: tuple[str, ...] = ("01",)
    product_types: tuple[str, ...] = ()
    page_size: int = 200
    parallel: int = 4
    overlap_seconds: int = 2

    def company_code(self, scopes: tuple[str, ...]) -> str:
        """The company code of a customer by the first of its scopes that is set, empty if none is."""
        known = set(self.company_codes.values())
        for scope in scopes:
            if scope in self.company_codes:
                return self.company_codes[scope]
            if scope in known:
                return scope
        return self.company_codes.get(ANY, "")

    def sales_area(self, company_code: str) -> str:
        """The sales area that goes with a company code, empty if there is none."""
        return self.sales_areas.get(company_code, self.sales_areas.get(ANY, ""))

    def currency(self, company_code: str) -> str:
        """The currency a sales area gets where the customer names none."""
        return self.currencies.get(company_code, self.currencies.get(ANY, ""))


def read(given: Mapping[str, Json]) -> Options:
    """The options of a connection; raises Misconfigured naming the one that is wrong or unknown."""
    unknown = sorted(set(given) - READERS.keys())
    if unknown:
        raise Misconfigured(f"The option '{unknown[0]}' is not known; SAP has {', '.join(sorted(READERS))}.")
    return Options(**{name: READERS[name](name, value) for name, value in given.items()})


def _text(name: str, value: Json) -> str:
    if not isinstance(value, str):
        raise Misconfigured(f"The option '{name}' must be a text, not {value!r}.")
    return value.strip()


def _number(low: int, high: int) -> Reader:
    def read(name: str, value: Json) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise Misconfigured(f"The option '{name}' must be a whole number from {low} to {high}, not {value!r}.")
        return value

    return read


def _texts(name: str, value: Json) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(one, str) and one for one in value.values()):
        raise Misconfigured(f"The option '{name}' must be an object whose values are texts, not {value!r}.")
    return {str(key): str(one) for key, one in value.items()}


def _codes(name: str, value: Json) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise Misconfigured(f"The option '{name}' must be a list of codes, not {value!r}.")
    return tuple(value)


def _formed(form: str, example: str) -> Reader:
    def read(name: str, value: Json) -> str:
        if not isinstance(value, str) or not re.fullmatch(form, value):
            raise Misconfigured(f"The option '{name}' holds {value!r}; write it like {example}.")
        return value

    return read


def _scoped(form: str, example: str) -> Reader:
    """One text for all, or an object by scope, each of the form it must have."""

    def read(name: str, value: Json) -> dict[str, str]:
        texts = {ANY: value} if isinstance(value, str) else _texts(name, value)
        for text in texts.values():
            if not re.fullmatch(form, text):
                raise Misconfigured(f"The option '{name}' holds '{text}'; write it like {example}.")
        return texts

    return read


def _tax_types(name: str, value: Json) -> dict[str, str]:
    return {**TAX_TYPES, **_texts(name, value)}


def _zone(name: str, value: Json) -> ZoneInfo:
    try:
        return ZoneInfo(_text(name, value))
    except (KeyError, ValueError, OSError):
        raise Misconfigured(f"The option '{name}' holds {value!r}; write one like Europe/Berlin.") from None


READERS: Mapping[str, Reader] = {
    **dict.fromkeys(("service_path", "client", "language", "grouping", "reconciliation_account", "order_block",
                     "payment_block", "product_path", "price_path"), _text),
    **dict.fromkeys(("functions", "departments", "categories", "brands"), _texts),
    "price_area": _formed(r"[A-Z0-9]{4}/[A-Z0-9]{2}", "1010/10"),
    "price_type": _formed(r"[A-Z0-9]{4}", "PPR0"),
    "price_table": _formed(r"[A-Z0-9]{3}", "306"),
    **dict.fromkeys(("blocked_statuses", "product_types"), _codes),
    "company_codes": _scoped(r"[A-Z0-9]{4}", "1010"),
    "sales_areas": _scoped(r"[A-Z0-9]{4}/[A-Z0-9]{2}/[A-Z0-9]{2}", "1010/10/00"),
    "currencies": _scoped(r"[A-Z]{3}", "EUR"),
    "tax_types": _tax_types,
    "time_zone": _zone,
    "page_size": _number(1, 5000),
    "parallel": _number(1, 32),
    "overlap_seconds": _number(0, 86400),
}
