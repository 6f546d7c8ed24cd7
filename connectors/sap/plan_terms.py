"""What must be written on the customer side: roles, company codes, sales areas, blocks, tax classification. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from connectors.sap import mapping, odata, terms
from connectors.sap.odata import SALES_AREA
from connectors.sap.options import Options
from connectors.sap.terms import COMPANY, SALES, Customer
from connectors.sap.writes import Write, difference
from mdm.engine.values import Json, Key

Attributes = Mapping[str, Json]
Native = dict[str, Json]
NAMES = frozenset({"payment_terms", "credit_block", "tax_classification", "currency"})


def creation(asked: Attributes, options: Options) -> Native:
    """The customer side of a new partner: its company code and sales area, and others its values speak of."""
    main = company_code(asked, options)
    area = options.sales_area(main)
    companies, areas = _segments(asked, options, main, area)
    return _filled({
        "OrderIsBlockedForCustomer": options.order_block if asked.get("credit_block") is True else "",
        "to_CustomerCompany": [
            _company(code, companies[code], options) for code in sorted({main, *companies} - {""})],
        "to_CustomerSalesArea": [
            _area(code, areas[code], asked, options, main) for code in sorted({area, *areas} - {""})],
    })


def company_code(asked: Attributes, options: Options) -> str:
    """The company code of a new customer: by legal entity, else by region, else by the country of its address."""
    given = [asked.get("legal_entity"), asked.get("region")]
    for use in ("bill_to", "registered", "ship_to"):
        address = asked.get(str(Key("addresses", use)))
        given.append(address.get("country") if isinstance(address, Mapping) else None)
    return options.company_code(tuple(scope for scope in given if isinstance(scope, str)))


def _segments(
    asked: Attributes, options: Options, main: str, area: str
) -> tuple[defaultdict[str, Native], defaultdict[str, Native]]:
    """Fields asked for by company code and by sales area; the whole customer's terms go to the main ones."""
    companies: defaultdict[str, Native] = defaultdict(dict)
    areas: defaultdict[str, Native] = defaultdict(dict)
    whole = asked.get("payment_terms")
    if main and isinstance(whole, str):
        companies[main][terms.COMPANY_TERMS] = whole
    if area and isinstance(whole, str):
        areas[area][terms.SALES_TERMS] = whole
    for text_key, value in asked.items():
        key = Key.parse(text_key)
        kind, _, code = key.context.partition(":")
        if kind == COMPANY and key.name in NAMES:
            companies[code] |= _company_fields(key.name, value, options)
        elif kind == SALES and key.name in NAMES:
            areas[code] |= _area_fields(key.name, value, options)
    return companies, areas


def _company_fields(name: str, value: Json, options: Options) -> Native:
    if name == "payment_terms":
        return {terms.COMPANY_TERMS: value or ""}
    return {terms.COMPANY_BLOCK: options.payment_block if value else ""}


def _area_fields(name: str, value: Json, options: Options) -> Native:
    if name == "payment_terms":
        return {terms.SALES_TERMS: value or ""}
    order, delivery = terms.SALES_BLOCKS
    return {order: options.order_block} if value else {order: "", delivery: ""}


def _company(code: str, fields: Native, options: Options) -> Native:
    return _filled({"CompanyCode": code, "ReconciliationAccount": options.reconciliation_account, **fields})


def _area(code: str, fields: Native, asked: Attributes, options: Options, main: str) -> Native:
    currency = asked.get("currency") or options.currency(main)
    taxes = [{"DepartureCountry": country, "CustomerTaxCategory": category, "CustomerTaxClassification": value}
             for (country, category), value in _taxes(asked).items() if value]
    return {**_keys(code), **_filled({"Currency": currency, **fields, "to_SalesAreaTax": taxes})}


def _keys(code: str) -> Native:
    return dict(zip(SALES_AREA, code.split("/"), strict=True))


def _taxes(asked: Attributes) -> dict[tuple[str, str], Json]:
    found = {}
    for text_key, value in asked.items():
        key = Key.parse(text_key)
        country, slash, category = key.context.partition("/")
        if key.name == "tax_classification" and slash:
            found[country, category] = value
    return found


# ---- a customer that is there --------------------------------------------------------------------------------------


def update(
    asked: Attributes, wanted: Attributes, body: odata.Record, number: str, options: Options, what: str
) -> Iterator[Write]:
    """The writes for the customer side; a partner without one gets it where it is to buy or to have terms.

    `wanted` is all the hub wants there: terms it wants of the first company code outweigh the whole customer's.
    """
    found = terms.customer(body, what)
    if found is not None:
        first = str(Key("payment_terms", f"{COMPANY}:{next(iter(found.companies), '')}"))
        nearer = {"payment_terms"} if wanted.get(first) is not None else set()
        left = {key: value for key, value in asked.items() if key not in nearer}
        yield from _changes(left, found, options, what)
    elif _is_to_buy(asked, body):
        for role in sorted(set(terms.CUSTOMER_ROLES) - mapping.roles(body, what)):
            path = f"A_BusinessPartner({odata.quoted(number)})/to_BusinessPartnerRole"
            yield Write("POST", path, {"BusinessPartner": number, "BusinessPartnerRole": role})
        made = creation(asked, options)
        customer = f"A_Customer({odata.quoted(number)})"
        for navigation in ("to_CustomerCompany", "to_CustomerSalesArea"):
            for row in made.get(navigation) or ():
                yield Write("POST", f"{customer}/{navigation}", {"Customer": number, **row})
        if "OrderIsBlockedForCustomer" in made:
            block = {"OrderIsBlockedForCustomer": made["OrderIsBlockedForCustomer"]}
            yield Write("PATCH", customer, block)


def _is_to_buy(asked: Attributes, body: odata.Record) -> bool:
    if body.get("BusinessPartnerCategory") == "2":
        return any(Key.parse(key).name in {*NAMES, "legal_entity"} for key in asked)
    return asked.get("buys_privately") is True


def _changes(asked: Attributes, found: Customer, options: Options, what: str) -> Iterator[Write]:
    """By segment; one that is asked for and not there is created."""
    yield from _block(asked, found, options)
    main = next(iter(found.companies), "") or company_code(asked, options)
    companies, areas = _segments(asked, options, main, "")
    if main and not found.companies and "legal_entity" in asked:
        companies[main] |= {}
    first_area = next(iter(found.sales_areas), "") or options.sales_area(main)
    if first_area and isinstance(asked.get("currency"), str):
        areas[first_area]["Currency"] = asked["currency"]
    if first_area and not found.sales_areas and _taxes(asked):
        areas[first_area] |= {}
    customer = odata.path("A_Customer", found.record)
    for code, fields in sorted(companies.items()):
        row = found.companies.get(code)
        new = {"Customer": found.record["Customer"], **_company(code, fields, options)}
        yield from _segment("A_CustomerCompany", row, fields, f"{customer}/to_CustomerCompany", new)
    for code, fields in sorted(areas.items()):
        row = found.sales_areas.get(code)
        new = {"Customer": found.record["Customer"], **_area(code, fields, asked, options, main)}
        yield from _segment("A_CustomerSalesArea", row, fields, f"{customer}/to_CustomerSalesArea", new)
    yield from _tax_changes(asked, found, what)


def _block(asked: Attributes, found: Customer, options: Options) -> Iterator[Write]:
    if not isinstance(asked.get("credit_block"), bool):
        return
    order, delivery = terms.WHOLE_BLOCKS
    blocked = any(found.record.get(name) for name in terms.WHOLE_BLOCKS)
    if asked["credit_block"] is blocked:
        return
    wanted: Native = {order: "", delivery: ""} if blocked else {order: options.order_block}
    yield Write("PATCH", odata.path("A_Customer", found.record), difference(wanted, found.record),
                etag=odata.etag(found.record))


def _segment(
    entity_set: str, row: odata.Record | None, fields: Native, path: str, new: Native
) -> Iterator[Write]:
    if row is None:
        yield Write("POST", path, new)
        return
    # a block that stands by another reason is a block all the same
    wanted = {name: row.get(name) or value if name in BLOCKS and value else value for name, value in fields.items()}
    if changed := difference(wanted, row):
        yield Write("PATCH", odata.path(entity_set, row), changed, etag=odata.etag(row))


BLOCKS = frozenset({terms.COMPANY_BLOCK, *terms.SALES_BLOCKS})


def _tax_changes(asked: Attributes, found: Customer, what: str) -> Iterator[Write]:
    """A classification stands in every sales area that has its country and category, else it is added to the first."""
    for (country, category), value in _taxes(asked).items():
        held = [(area, row) for area in found.sales_areas.values() for row in odata.many(area, "to_SalesAreaTax", what)]
        rows = [row for _, row in held if terms.tax_context(row, what) == f"{country}/{category}"]
        wanted = {"CustomerTaxClassification": value}
        for row in rows:
            if changed := difference(wanted, row):
                yield Write("PATCH", odata.path("A_CustomerSalesAreaTax", row), changed, etag=odata.etag(row))
        area = next(iter(found.sales_areas.values()), None)
        if not rows and area is not None and value:
            keys = {name: area[name] for name in ("Customer", *SALES_AREA)}
            yield Write("POST", f"{odata.path('A_CustomerSalesArea', area)}/to_SalesAreaTax",
                        {**keys, "DepartureCountry": country, "CustomerTaxCategory": category, **wanted})


def _filled(parts: Mapping[str, Json]) -> Native:
    return {name: part for name, part in parts.items() if part not in (None, "", [])}
