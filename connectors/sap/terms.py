"""What SAP keeps per company code and sales area: payment terms, blocks, currency, tax classification. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from connectors.mapping import text
from connectors.sap.odata import SALES_AREA, Record, many, one
from connectors.sap.options import Options
from mdm.engine.values import Json, Key

COMPANY, SALES = "company", "sales"
CUSTOMER_ROLES = ("FLCU00", "FLCU01")
CONTACT_ROLE = "BUP001"
TERMS_LENGTH, CURRENCY_LENGTH, CLASS_LENGTH = 4, 5, 1
COMPANY_TERMS, SALES_TERMS = "PaymentTerms", "CustomerPaymentTerms"
COMPANY_BLOCK, SALES_BLOCKS = "PaymentBlockingReason", ("OrderIsBlockedForCustomer", "DeliveryIsBlockedForCustomer")
WHOLE_BLOCKS = ("OrderIsBlockedForCustomer", "DeliveryIsBlocked")


class Customer(NamedTuple):
    """The customer side of a business partner; companies and sales areas by their context's name, in order."""

    record: Record
    companies: dict[str, Record]
    sales_areas: dict[str, Record]


def customer(partner: Record, what: str) -> Customer | None:
    """The customer side of a deep-read partner, None where it is no customer; raises Permanent."""
    record = one(partner, "to_Customer", what)
    if record is None or not text(record.get("Customer"), "Customer", what):
        return None
    companies = {_code(row, ("CompanyCode",), what): row for row in many(record, "to_CustomerCompany", what)}
    areas = {_code(row, SALES_AREA, what): row for row in many(record, "to_CustomerSalesArea", what)}
    return Customer(record, dict(sorted(companies.items())), dict(sorted(areas.items())))


def _code(row: Record, names: tuple[str, ...], what: str) -> str:
    return "/".join(text(row.get(name), name, what) or "" for name in names)


def read(found: Customer, what: str) -> Iterator[tuple[str, Json]]:
    """Canonical pairs of a customer side; empty values among them."""
    yield "account_number", text(found.record.get("Customer"), "Customer", what)
    yield "credit_block", _blocked(found.record, WHOLE_BLOCKS, what)
    first = next(iter(found.companies), None)
    if first:
        yield "legal_entity", first
        yield "payment_terms", text(found.companies[first].get(COMPANY_TERMS), COMPANY_TERMS, what)
    for code, row in found.companies.items():
        yield _key("payment_terms", COMPANY, code), text(row.get(COMPANY_TERMS), COMPANY_TERMS, what)
        yield _key("credit_block", COMPANY, code), _blocked(row, (COMPANY_BLOCK,), what)
    for area, row in reversed(found.sales_areas.items()):  # the first area has the last word on what is one value
        yield _key("payment_terms", SALES, area), text(row.get(SALES_TERMS), SALES_TERMS, what)
        yield _key("credit_block", SALES, area), _blocked(row, SALES_BLOCKS, what)
        yield "currency", text(row.get("Currency"), "Currency", what)
        yield from _taxes(row, what)


def _taxes(area: Record, what: str) -> Iterator[tuple[str, Json]]:
    for row in many(area, "to_SalesAreaTax", what):
        context = tax_context(row, what)
        yield str(Key("tax_classification", context)), text(
            row.get("CustomerTaxClassification"), "CustomerTaxClassification", what
        )


def tax_context(row: Record, what: str) -> str:
    """`country/category` of one tax row of a sales area."""
    return _code(row, ("DepartureCountry", "CustomerTaxCategory"), what)


def _key(name: str, kind: str, code: str) -> str:
    return str(Key(name, f"{kind}:{code}"))


def _blocked(row: Record, names: tuple[str, ...], what: str) -> bool:
    return any(text(row.get(name), name, what) for name in names)


# ---- towards SAP ---------------------------------------------------------------------------------------------------


def represent(attributes: Mapping[str, Json], options: Options) -> Iterator[tuple[str, Json]]:
    """The canonical pairs a customer of this connection can hold."""
    companies = set(options.company_codes.values())
    whole = attributes.get(_key("payment_terms", COMPANY, _first_company(attributes, companies)))
    for text_key, value in attributes.items():
        # the whole customer's terms are those of its first company, so the nearer statement wins
        wanted = whole if text_key == "payment_terms" and whole is not None else value
        if _is_held(Key.parse(text_key), wanted, companies, options):
            yield text_key, wanted


def _is_held(key: Key, value: Json, companies: set[str], options: Options) -> bool:
    kind, _, code = key.context.partition(":")
    segment = code in {COMPANY: companies, SALES: set(options.sales_areas.values())}.get(kind, ())
    match key.name:
        case "payment_terms":
            return (segment or bool(not key.context and companies)) and _is_code(value, TERMS_LENGTH)
        case "credit_block":
            return (segment or not key.context) and isinstance(value, bool)
        case "tax_classification":
            return bool(options.sales_areas) and _is_code(value, CLASS_LENGTH) and _is_tax(key.context)
        case "currency":
            return bool(options.sales_areas) and not key.context and _is_code(value, CURRENCY_LENGTH)
        case "legal_entity":
            return not key.context and isinstance(value, str) and value in {*companies, *options.company_codes}
    return False


def _first_company(attributes: Mapping[str, Json], companies: set[str]) -> str:
    """The first company code these attributes speak of, empty if none."""
    contexts = (Key.parse(text_key).context.partition(":") for text_key in attributes)
    return min((code for kind, _, code in contexts if kind == COMPANY and code in companies), default="")


def _is_code(value: Json, length: int) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= length


def _is_tax(context: str) -> bool:
    country, slash, category = context.partition("/")
    return bool(slash) and 2 <= len(country) <= 3 and 1 <= len(category) <= 4
