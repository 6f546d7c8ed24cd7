"""Reading products with their prices, which a service of its own keeps: by number, and what changed since a cursor.

Products and condition records both carry a stamp of their last change. A product whose price changed is read again,
although its own stamp stays. Pages of products go by number and $skip, since none is ever deleted; pages of condition
records go on after the last number, since records can be deleted while we read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from connectors.base import FieldRow, Page, Payload
from connectors.sap import odata, prices, products
from connectors.sap.client import Client
from connectors.sap.odata import Record, quoted
from connectors.sap.options import Options
from connectors.sap.reading import KINDS, by_number, chunks
from mdm.engine.values import Json

Cursor = Mapping[str, Json]
CHUNK = 50  # materials in one filter, each of at most 40 characters
PERIOD, RECORD = "A_SlsPrcgCndnRecdValidity", "A_SlsPrcgConditionRecord"
# Navigation path from the period -> its fields that are read.
PERIOD_FIELDS: dict[str, tuple[str, ...]] = {
    "": ("ConditionRecord", prices.START, prices.END, "PriceListType", "TransactionCurrency", "Material",
         "ConditionReleaseStatus"),
    prices.RECORD: ("ConditionRecord", "ConditionTable", "ConditionIsDeleted", "ConditionRateValue",
                    "ConditionRateValueUnit", "ConditionQuantity", "ConditionQuantityUnit", "LastChangeDateTime"),
    f"{prices.RECORD}/{prices.SCALE}": (
        "ConditionRecord", "ConditionSequentialNumber", "ConditionScaleLine", "ConditionScaleQuantity",
        "ConditionScaleQuantityUnit", "ConditionRateValue"),
}  # fmt: skip


# ---- by number -----------------------------------------------------------------------------------------------------


def whole(
    client: Client, numbers: Iterable[str], added: Sequence[FieldRow], options: Options, at: datetime
) -> dict[str, Record]:
    """The products of these numbers that are there, with their prices."""
    if not options.product_path:
        return {}
    found = by_number(client, KINDS[products.PRODUCT], numbers, added, at)
    return dict(zip(found, priced(client, list(found.values()), options, at), strict=True))


def priced(client: Client, found: Sequence[Record], options: Options, at: datetime) -> list[Record]:
    """Products with the periods of their prices that have not ended."""
    periods: dict[str, list[Record]] = defaultdict(list)
    if options.price_path:
        for some in chunks(sorted({str(one.get("Product")) for one in found}), CHUNK):
            for period in _periods(client, some, options, at):
                periods[str(period.get("Material"))].append(period)
    return [{**one, prices.PRICES: periods[str(one.get("Product"))]} for one in found]


def _periods(client: Client, numbers: Sequence[str], options: Options, at: datetime) -> Iterator[Record]:
    asked = " or ".join(f"Material eq {quoted(number)}" for number in numbers)
    today = odata.day_literal(at.astimezone(options.time_zone).date())
    window = {
        "$filter": f"{_scope(options)} and {prices.END} ge {today} and ({asked})",
        "$orderby": f"ConditionRecord,{prices.END}",
    }
    skip, more = 0, True
    while more:
        start = {"$skip": str(skip)} if skip else {}
        page = client.read(PERIOD, {**query(), **window, **start}, "prices")
        yield from page.records
        skip, more = skip + len(page.records), page.more and bool(page.records)


def query() -> dict[str, str]:
    """`$expand` and `$select` of a read of prices from their periods."""
    names = [f"{way}/{name}" if way else name for way, names in PERIOD_FIELDS.items() for name in names]
    return {"$expand": f"{prices.RECORD}/{prices.SCALE}", "$select": ",".join(names)}


def _scope(options: Options) -> str:
    organisation, channel = options.price_area.split("/")
    return (f"ConditionType eq {quoted(options.price_type)} and SalesOrganization eq {quoted(organisation)} "
            f"and DistributionChannel eq {quoted(channel)}")


# ---- since a cursor ------------------------------------------------------------------------------------------------


def changed(
    client: Client, cursor: Cursor, added: Sequence[FieldRow], options: Options, *, full: bool
) -> Iterator[Page]:
    """Pages of products that changed, or whose prices did; all where `full`. Nothing where they are switched off.

    The cursor is `{"since": stamp}`; inside a run `{..., "next", "skip"}` and then `{..., "next", "record"}`. A run
    that was cut short goes on where it stopped.
    """
    if not options.product_path:
        yield Page(payloads=(), cursor=cursor or {"since": ""})
        return
    position: Cursor = {} if full else cursor
    if "record" not in position:
        for page in _products(client, position, added, options):
            position = page.cursor
            yield page
    if "record" in position:
        yield from _repriced(client, position, added, options)


def _products(client: Client, cursor: Cursor, added: Sequence[FieldRow], options: Options) -> Iterator[Page]:
    kind, since = KINDS[products.PRODUCT], _time(cursor.get("since"))
    skip, following = int(cursor.get("skip") or 0), str(cursor.get("next") or "")
    asked = _asked(since, options)
    window = {"$filter": asked} if asked else {}
    query = {**kind.query(added), "$orderby": kind.key, "$top": str(options.page_size), **window}
    more = True
    while more:
        at = datetime.now(UTC)
        found = client.read(kind.entity_set, {**query, "$skip": str(skip)}, kind.object_type)
        following = following or ((found.at or at) - timedelta(seconds=options.overlap_seconds)).isoformat()
        skip += len(found.records)
        more = bool(found.records) and (found.more or len(found.records) >= options.page_size)
        news = [record for record in found.records if since is None or _is_news(record, since)]
        inside = {"since": since.isoformat() if since else "", "next": following}
        prices_next = since is not None and options.price_path
        last: Cursor = {**inside, "record": ""} if prices_next else {"since": following}
        yield _page(priced(client, news, options, at), at, {**inside, "skip": skip} if more else last)


def _repriced(client: Client, cursor: Cursor, added: Sequence[FieldRow], options: Options) -> Iterator[Page]:
    """Products whose condition records changed."""
    since, last, following = str(cursor["since"]), str(cursor.get("record") or ""), str(cursor["next"])
    stamp = odata.moment_literal(datetime.fromisoformat(since))
    query = {"$expand": "to_SlsPrcgCndnRecdValidity", "$orderby": "ConditionRecord", "$top": str(options.page_size),
             "$select": "ConditionRecord,to_SlsPrcgCndnRecdValidity/Material"}
    more = True
    while more:
        asked = (f"ConditionType eq {quoted(options.price_type)} and LastChangeDateTime ge {stamp} "
                 f"and ConditionRecord gt {quoted(last)}")
        at = datetime.now(UTC)
        found = client.read(RECORD, {**query, "$filter": asked}, "prices")
        more = bool(found.records) and (found.more or len(found.records) >= options.page_size)
        last = str(found.records[-1].get("ConditionRecord")) if found.records else last
        numbers = {str(row.get("Material")) for record in found.records
                   for row in odata.many(record, "to_SlsPrcgCndnRecdValidity", "prices") if row.get("Material")}
        records = list(whole(client, numbers, added, options, at).values())
        rest = {"since": since, "next": following, "record": last}
        yield _page(records, at, rest if more else {"since": following})


def _page(records: Sequence[Record], at: datetime, cursor: Cursor) -> Page:
    payloads = (Payload(object_type=products.PRODUCT, external_id=str(one.get("Product")), body=one, observed_at=at)
                for one in records)
    return Page(payloads=tuple(payloads), cursor=cursor)


def _time(text: Json) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if isinstance(text, str) and text else None


def _asked(since: datetime | None, options: Options) -> str:
    """Products of the types that are read, changed since. A new one may have no change stamp yet, so those created
    since that day count too."""
    types = " or ".join(f"ProductType eq {quoted(one)}" for one in options.product_types)
    parts = [types] if types else []
    if since:
        created = odata.day_literal(since.astimezone(options.time_zone).date())
        parts.append(f"LastChangeDateTime ge {odata.moment_literal(since)} or CreationDate ge {created}")
    return " and ".join(f"({part})" for part in parts)


def _is_news(record: Record, since: datetime) -> bool:
    stamp = record.get("LastChangeDateTime")
    what = f"{products.PRODUCT} {record.get('Product')}"
    return stamp in (None, "") or odata.moment(stamp, "LastChangeDateTime", what) >= since.replace(microsecond=0)
