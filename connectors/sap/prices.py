"""Sales price condition records <-> the prices of a product. Pure.

A price is a record of one condition type by one condition table, whose key is sales area, price list, currency and
material (standard table 306); its periods stand in A_SlsPrcgCndnRecdValidity, from where its record and the lines of
its scale are read. SAP ends, splits or replaces the periods a new one overlaps, as condition maintenance does, so a new
price is one POST.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.errors import Permanent
from connectors.mapping import flag, plain, required, text
from connectors.sap import odata, units
from connectors.sap.odata import Record, many
from connectors.sap.options import Options
from mdm.engine.values import Json, Key

PRICES = "prices"  # where a product's body holds the periods of its prices
RECORD, SCALE = "to_SlsPrcgConditionRecord", "to_SlsPrcgCndnRecordScale"
START, END = "ConditionValidityStartDate", "ConditionValidityEndDate"
FOREVER, DAY = date(9999, 12, 31), timedelta(days=1)
MOST = 99999  # of ConditionQuantity
CURRENCY_DECIMALS = {"JPY": 0, "KRW": 0, "HUF": 0}  # two in any other
PeriodsByKey = dict[str, list[dict[str, Any]]]


def read(body: Record, options: Options, what: str) -> PeriodsByKey:
    """`prices|list/currency` -> its periods, the earliest first; raises Permanent.

    Left out: deleted records, those not released, of other tables, without a price list, or in another currency than
    their key's.
    """
    found: PeriodsByKey = {}
    for row in many(body, PRICES, what):
        record = odata.one(row, RECORD, what)
        if record is not None and _counts(row, record, options, what):
            key = str(Key("prices", f"{row['PriceListType']}/{row['TransactionCurrency']}"))
            found.setdefault(key, []).append(_period(row, record, what))
    return {key: sorted(periods, key=lambda one: str(one["valid_from"])) for key, periods in sorted(found.items())}


def changed_at(body: Record, what: str) -> Iterator[datetime]:
    """When the condition records were last changed, those that say so."""
    for row in many(body, PRICES, what):
        record = odata.one(row, RECORD, what) or {}
        if record.get("LastChangeDateTime") not in (None, ""):
            yield odata.moment(record["LastChangeDateTime"], "LastChangeDateTime", what)


def _counts(row: Record, record: Record, options: Options, what: str) -> bool:
    price_list, currency = (text(row.get(name), name, what) for name in ("PriceListType", "TransactionCurrency"))
    return bool(
        price_list
        and currency
        and not text(row.get("ConditionReleaseStatus"), "ConditionReleaseStatus", what)
        and not flag(record.get("ConditionIsDeleted"), "ConditionIsDeleted", what)
        and text(record.get("ConditionTable"), "ConditionTable", what) == options.price_table
        and text(record.get("ConditionRateValueUnit"), "ConditionRateValueUnit", what) == currency
    )


def _period(row: Record, record: Record, what: str) -> dict[str, Any]:
    unit = required(record, "ConditionQuantityUnit", what)
    lines = dict(sorted(_lines(record, unit, what)))
    base = [start for start in lines if start <= 1]
    amount = lines[base[-1]] if base else units.number(record, "ConditionRateValue", what)
    if amount is None:
        raise Permanent(f"{what}: field 'ConditionRateValue' is missing.", field="ConditionRateValue")
    period = {
        "amount": plain(amount),
        "per": plain(units.number(record, "ConditionQuantity", what) or Decimal(1)),
        "unit": units.code(unit),
        "valid_from": _date(row, START, what),
        "valid_to": _date(row, END, what),
    }
    scale = [{"from": plain(start), "amount": plain(lines[start])} for start in lines if start not in base]
    return period | ({"scale": scale} if scale else {})


def _lines(record: Record, unit: str, what: str) -> Iterator[tuple[Decimal, Decimal]]:
    for line in many(record, SCALE, what):
        other = text(line.get("ConditionScaleQuantityUnit"), "ConditionScaleQuantityUnit", what) or unit
        if units.code(other) != units.code(unit):
            sentence = f"{what}: a price per {unit} has a scale in {other[:10]}; give it one in {unit} in SAP."
            raise Permanent(sentence, field="ConditionScaleQuantityUnit")
        start, amount = (units.number(line, name, what) for name in ("ConditionScaleQuantity", "ConditionRateValue"))
        if amount is not None:
            yield start or Decimal(0), amount


def _date(row: Record, name: str, what: str) -> str:
    return odata.moment(row.get(name), name, what).date().isoformat()


# ---- towards SAP ---------------------------------------------------------------------------------------------------


def form(key: Key, value: Json) -> Json:
    """Prices of one list and currency as SAP can hold them, None where it cannot."""
    price_list, _, currency = key.context.partition("/")
    if not isinstance(value, list) or not value or not 0 < len(price_list) <= 2 or len(currency) != 3:
        return None
    periods = [_fitting(period, currency) for period in value if isinstance(period, Mapping)]
    return periods if len(periods) == len(value) and all(periods) else None


def _fitting(period: Mapping[str, Json], currency: str) -> dict[str, Json] | None:
    amount, per = _amount(period.get("amount"), currency), _decimal(period.get("per", "1"))
    if amount is None or per is None or per != int(per) or not 0 < per <= MOST or period.get("unit") not in _KNOWN:
        return None
    steps = period.get("scale") or []
    if not isinstance(steps, list) or not all(isinstance(step, Mapping) for step in steps):
        return None
    scale = [{"from": _start(step), "amount": _amount(step.get("amount"), currency)} for step in steps]
    if not all(step["from"] and step["amount"] for step in scale):
        return None
    dates = {name: period[name] for name in ("valid_from", "valid_to") if name in period}
    head = {"amount": amount, "per": plain(per), "unit": period["unit"], **dates}
    return {**head, "scale": scale} if scale else head


_KNOWN = frozenset(units.CODES.values())


def _decimal(value: Json) -> Decimal | None:
    try:
        return Decimal(value) if isinstance(value, str) and units.NUMBER.fullmatch(value) else None
    except InvalidOperation:
        return None


def _amount(value: Json, currency: str) -> str | None:
    """An amount with no more decimals than its currency has; SAP keeps nine digits before the point."""
    amount, places = _decimal(value), CURRENCY_DECIMALS.get(currency, 2)
    if amount is None or not 0 < amount < 10**9 or amount != amount.quantize(Decimal(1).scaleb(-places)):
        return None
    return plain(amount)


def _start(step: Mapping[str, Json]) -> str | None:
    start = _decimal(step.get("from"))
    return plain(start) if start is not None and 1 < start < 10**12 else None


def at_day(periods: Iterable[Mapping[str, Json]], day: date) -> Mapping[str, Json] | None:
    """The period that holds on a day."""
    iso = day.isoformat()
    return next((one for one in periods if str(one["valid_from"]) <= iso <= str(one["valid_to"])), None)


def is_same(held: Mapping[str, Json] | None, wanted: Mapping[str, Json]) -> bool:
    """Whether two periods say the same price, whatever their dates."""
    names = ("amount", "per", "unit", "scale")
    return held is not None and [held.get(name) for name in names] == [wanted.get(name) for name in names]


def creation(
    key: Key,
    wanted: Mapping[str, Json],
    held: Sequence[Mapping[str, Json]],
    product: Record,
    day: date,
    options: Options,
) -> dict[str, Json]:
    """The condition record that holds a price from a day on, until the price it takes the place of would have ended.

    `product` is the product's number (`Product`) and its units; raises Permanent where it lacks the unit.
    """
    price_list, _, currency = key.context.partition("/")
    unit, organisation, channel = _unit(product, str(wanted["unit"])), *options.price_area.split("/")
    line = {"ConditionRateValueUnit": currency}
    steps = [{"from": "1", "amount": wanted["amount"]}, *wanted["scale"]] if wanted.get("scale") else []
    return {
        "ConditionType": options.price_type, "ConditionTable": options.price_table,
        "ConditionRateValue": wanted["amount"], **line,
        "ConditionQuantity": wanted.get("per", "1"), "ConditionQuantityUnit": unit,
        "to_SlsPrcgCndnRecdValidity": [{
            "SalesOrganization": organisation, "DistributionChannel": channel, "PriceListType": price_list,
            "TransactionCurrency": currency, "Material": product["Product"],
            START: _native(day), END: _native(_until(held, day)),
        }],
        **({SCALE: [{"ConditionScaleQuantity": step["from"], "ConditionScaleQuantityUnit": unit,
                     "ConditionRateValue": step["amount"], **line} for step in steps]} if steps else {}),
    }  # fmt: skip


def _unit(product: Record, code: str) -> str:
    what = f"A_Product {product.get('Product')}"
    rows = many(product, "to_ProductUnitsOfMeasure", what)
    found = [unit for row in rows if units.code(unit := str(row.get("AlternativeUnit"))) == code]
    if not found:
        sentence = f"{what}: SAP has no unit {code} for it, so no price per {code}; enter the unit there."
        raise Permanent(sentence, field="prices")
    return found[0]


def _until(held: Sequence[Mapping[str, Json]], day: date) -> date:
    if current := at_day(held, day):
        return date.fromisoformat(str(current["valid_to"]))
    later = [date.fromisoformat(str(one["valid_from"])) for one in held if str(one["valid_from"]) > day.isoformat()]
    return min(later) - DAY if later else FOREVER


def _native(day: date) -> str:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return f"/Date({(at - odata.EPOCH) // timedelta(milliseconds=1)})/"
