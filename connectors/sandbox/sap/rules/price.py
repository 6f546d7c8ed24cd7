"""Rules of sales prices: condition records, the periods and keys they are valid for, and their scales.

What may be changed is what SAP's own account of the service lists (blogs.sap.com, 2020-01-17, "How to use Condition
Record OData Service for Sales"). Periods of one key never overlap: a new one shortens, splits or replaces the others,
as condition maintenance does (blogs.sap.com, 2014-10-28, on end dates of 31.12.9999).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connectors.sandbox.sap import units
from connectors.sandbox.sap.errors import bad
from connectors.sandbox.sap.literals import LAST_DAY, day, milliseconds
from connectors.sandbox.sap.price_entities import RECORD, SCALE, VALIDITY
from connectors.sandbox.sap.product_entities import PRODUCT, UNIT
from connectors.sandbox.sap.rules.proposal import Proposal
from connectors.sandbox.sap.store import Records, Row

ONE_DAY = 86_400_000
CHANGEABLE = {
    RECORD: frozenset(
        "ConditionRateValue ConditionRateAmount ConditionExclusion AdditionalValueDays FixedValueDate PaymentTerms "
        "ConditionIsDeleted".split()
    ),
    VALIDITY: frozenset({"ConditionValidityStartDate", "ConditionValidityEndDate"}),
    SCALE: frozenset(
        {"ConditionScaleQuantity", "ConditionScaleAmount", "ConditionRateValue", "ConditionRateAmount"}
    ),
}
# Fields of the key of any condition table; those of a record's own table must be filled, the others must not.
KEY_FIELDS = frozenset(
    "SalesOrganization DistributionChannel Division PriceListType TransactionCurrency Material MaterialGroup Customer "
    "CustomerGroup CustomerPriceGroup MaterialPricingGroup SoldToParty".split()
)


def _only_changeable(proposal: Proposal) -> None:
    if proposal.before is None:
        return
    for name, held in proposal.values.items():
        if held != proposal.before[name] and name not in CHANGEABLE[proposal.row.entity.name]:
            raise bad("VK_ODATA/011", f"{name} cannot be changed in a condition record that exists.", name)


def check(proposal: Proposal) -> None:
    """A condition record: a price in a currency, for a quantity of a unit, by a table the system has."""
    _only_changeable(proposal)
    values, settings = proposal.values, proposal.settings
    if proposal.new:
        _birth(proposal)
    if values["ConditionType"] not in settings.condition_types:
        raise bad("VK/002", f"Condition type {values['ConditionType'] or '(none)'} is not defined.", "ConditionType")
    if values["ConditionTable"] not in settings.price_tables:
        text = f"Condition table {values['ConditionTable'] or '(none)'} does not exist."
        raise bad("VK/003", text, "ConditionTable")
    if values["ConditionQuantity"] < 0 or values["ConditionQuantityUnit"] not in units.UNITS:
        per = f"{values['ConditionQuantity']} {values['ConditionQuantityUnit'] or '(none)'}"
        raise bad("VK/010", f"A price per {per} is not possible.", "ConditionQuantityUnit")
    _amount(values, values["ConditionRateValueUnit"])


def _birth(proposal: Proposal) -> None:
    values, now = proposal.values, proposal.records.clock.now()
    span = "condition"
    if values["ConditionRecord"]:
        proposal.records.reserve(span, values["ConditionRecord"])
    values["ConditionRecord"] = (values["ConditionRecord"] or proposal.records.number(span, 1)).zfill(10)
    values |= {"ConditionSequentialNumber": "1", "CreatedByUser": proposal.settings.user[:12]}
    values["CreationDate"] = day(milliseconds(now))
    values["ConditionApplication"] = values["ConditionApplication"] or "V"
    values["ConditionCalculationType"] = values["ConditionCalculationType"] or "C"
    values["ConditionQuantity"] = values["ConditionQuantity"] or Decimal(1)
    values["ConditionRateValueUnit"] = values["ConditionRateValueUnit"] or values["ConditionCurrency"]
    proposal.records.tag(proposal.row, now)


def _amount(values: dict[str, Any], currency: str) -> None:
    """An amount above nothing with the decimals its currency has, in both properties that hold it."""
    if currency not in units.CURRENCIES:
        raise bad("SG/105", f"Currency {currency or '(none)'} is not defined.", "ConditionRateValueUnit")
    amount, places = values["ConditionRateValue"], units.DECIMALS.get(currency, 2)
    if amount <= 0:
        raise bad("VK/011", "Enter an amount greater than zero.", "ConditionRateValue")
    if amount != amount.quantize(Decimal(1).scaleb(-places)):
        raise bad("VK/012", f"{currency} has {places} decimals, {amount.normalize():f} has more.", "ConditionRateValue")
    values |= {"ConditionRateAmount": amount.quantize(Decimal("1.000000000")), "ConditionCurrency": currency}
    values["ConditionRateValueUnit"] = currency


def check_validity(proposal: Proposal) -> None:
    """A period: the key fields of the record's table filled, others not, of a product and in a unit it has."""
    _only_changeable(proposal)
    values, record = proposal.values, proposal.parent.values
    today = day(milliseconds(proposal.records.clock.now()))
    values["ConditionValidityStartDate"] = _or(values["ConditionValidityStartDate"], today)
    values["ConditionValidityEndDate"] = _or(values["ConditionValidityEndDate"], LAST_DAY)
    if values["ConditionValidityStartDate"] > values["ConditionValidityEndDate"]:
        raise bad("VK/020", "The period ends before it begins.", "ConditionValidityEndDate")
    if proposal.new:
        values |= {name: record[name] for name in ("ConditionApplication", "ConditionType", "ConditionReleaseStatus")}
        proposal.records.tag(proposal.row, proposal.records.clock.now())
        _key(proposal)
    if proposal.settings.refuse_overlaps and (other := next(iter(_overlapping(proposal.records, proposal.row)), None)):
        text = f"Condition record {other.values['ConditionRecord']} is valid in this period already."
        raise bad("VK/021", text, "ConditionValidityStartDate")


def _or(held: int | None, default: int) -> int:
    return default if held is None else held


def _key(proposal: Proposal) -> None:
    values, record = proposal.values, proposal.parent.values
    wanted = set(proposal.settings.price_tables[record["ConditionTable"]])
    for name in sorted(KEY_FIELDS):
        if bool(values[name]) != (name in wanted):
            what = "needs" if name in wanted else "has no"
            raise bad("VK/030", f"Condition table {record['ConditionTable']} {what} {name}.", name)
    if (currency := values["TransactionCurrency"]) and currency not in units.CURRENCIES:
        raise bad("SG/105", f"Currency {currency} is not defined.", "TransactionCurrency")
    product = proposal.records.find(PRODUCT, (values["Material"],))
    if product is None:
        raise bad("VK/031", f"Product {values['Material'] or '(none)'} does not exist.", "Material")
    _convert(record, product)


def _convert(record: dict[str, Any], product: Row) -> None:
    """How the unit of the price relates to the product's base unit."""
    name = record["ConditionQuantityUnit"]
    unit = next((one for one in product.children(UNIT) if one.values["AlternativeUnit"] == name), None)
    if unit is None:
        text = f"Product {product.values['Product']} has no unit {name}."
        raise bad("VK/032", text, "ConditionQuantityUnit")
    record["BaseUnit"] = product.values["BaseUnit"]
    record["ConditionToBaseQtyNmrtr"] = unit.values["QuantityNumerator"]
    record["ConditionToBaseQtyDnmntr"] = unit.values["QuantityDenominator"]


def check_scale(proposal: Proposal) -> None:
    """A line of a scale: from a quantity no other line begins with, at an amount."""
    _only_changeable(proposal)
    values, record = proposal.values, proposal.parent.values
    if proposal.new:
        lines = [int(one.values["ConditionScaleLine"]) for one in proposal.parent.children(SCALE)]
        values["ConditionScaleLine"] = str(max(lines, default=0) + 1)
        values["ConditionSequentialNumber"] = record["ConditionSequentialNumber"]
        values["ConditionScaleQuantityUnit"] = values["ConditionScaleQuantityUnit"] or record["ConditionQuantityUnit"]
        proposal.records.tag(proposal.row, proposal.records.clock.now())
    others = [one for one in proposal.parent.children(SCALE) if one is not proposal.row]
    if any(one.values["ConditionScaleQuantity"] == values["ConditionScaleQuantity"] for one in others):
        raise bad("VK/040", "Another line of the scale begins with this quantity.", "ConditionScaleQuantity")
    if values["ConditionScaleQuantity"] < 0:
        raise bad("VK/041", "A scale begins with a quantity of zero or more.", "ConditionScaleQuantity")
    _amount(values, record["ConditionRateValueUnit"])


def complete(record: Row) -> None:
    """A new condition record is valid for something; with a scale, its price is that of the first line."""
    periods = record.children(VALIDITY)
    if not periods:
        raise bad("VK/022", "Say what the price is valid for, and when.", "to_SlsPrcgCndnRecdValidity")
    for name in ("ConditionValidityStartDate", "ConditionValidityEndDate"):
        record.values[name] = periods[0].values[name]
    _from_scale(record)


def _first(record: Row) -> Row | None:
    return min(record.children(SCALE), key=lambda one: one.values["ConditionScaleQuantity"], default=None)


def _from_scale(record: Row) -> None:
    if first := _first(record):
        record.values |= {name: first.values[name] for name in ("ConditionRateValue", "ConditionRateAmount")}
        record.values |= {"PricingScaleType": "A", "PricingScaleBasis": "C"}


# ---- once it is kept -----------------------------------------------------------------------------------------------


def settle(records: Records, record: Row) -> None:
    """A changed price is that of the first line of its scale."""
    del records
    if first := _first(record):
        first.values |= {name: record.values[name] for name in ("ConditionRateValue", "ConditionRateAmount")}


def settle_scale(records: Records, line: Row) -> None:
    """The price of a record with a scale is that of the first line."""
    del records
    if line.root.entity.name == RECORD:
        _from_scale(line.root)


def settle_validity(records: Records, period: Row) -> None:
    """Periods of the same key give way; the record shows its first one."""
    start, end = period.values["ConditionValidityStartDate"], period.values["ConditionValidityEndDate"]
    for other in _overlapping(records, period):
        _give_way(records, other, start, end)
    periods = period.root.children(VALIDITY)
    first = min(periods, key=lambda one: one.values["ConditionValidityStartDate"]).values
    for name in ("ConditionValidityStartDate", "ConditionValidityEndDate"):
        period.root.values[name] = first[name]


def _overlapping(records: Records, period: Row) -> list[Row]:
    """Other periods of the same table and key that share a day with this one."""
    values = period.values
    return [
        other
        for other in records.by(VALIDITY, "Material", values["Material"])
        if other is not period
        and _identity(other) == _identity(period)
        and other.values["ConditionValidityStartDate"] <= values["ConditionValidityEndDate"]
        and values["ConditionValidityStartDate"] <= other.values["ConditionValidityEndDate"]
    ]


def _identity(period: Row) -> tuple[Any, ...]:
    record = period.root.values
    keys = tuple(period.values[name] for name in sorted(KEY_FIELDS))
    return (record["ConditionTable"], record["ConditionType"], record["ConditionIsDeleted"], *keys)


def _give_way(records: Records, other: Row, start: int, end: int) -> None:
    """Shorten a period, split it, or take it away where the new one covers it."""
    held = other.values
    before = held["ConditionValidityStartDate"] < start
    after = held["ConditionValidityEndDate"] > end
    records.mark(other, records.clock.now())
    if before and after:
        tail = Row(other.entity, {**held, "ConditionValidityStartDate": end + ONE_DAY}, other.parent)
        records.put(other, {**held, "ConditionValidityEndDate": start - ONE_DAY})
        records.attach(tail)
    elif before:
        records.put(other, {**held, "ConditionValidityEndDate": start - ONE_DAY})
    elif after:
        records.put(other, {**held, "ConditionValidityStartDate": end + ONE_DAY})
    else:
        alone = len(other.root.children(VALIDITY)) == 1
        records.detach(other.root if alone else other)
