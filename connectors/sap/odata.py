"""The form of OData v2 as SAP Gateway speaks it: literals, keys, dates, lists and errors. Pure.

Source: OData 2.0, "Operations", "JSON format" and "URI conventions"; names and key types of the services' metadata.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from urllib.parse import quote

from connectors.errors import Permanent
from mdm.engine.values import Json

Record = Mapping[str, Json]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DATE = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{1,4})?\)/")
TIME = re.compile(r"PT(?:(\d{1,2})H)?(?:(\d{1,2})M)?(?:(\d{1,2})(?:\.\d+)?S)?")

ADDRESS_PART = ("AddressID", "Person", "OrdinalNumber")
SALES_AREA = ("SalesOrganization", "DistributionChannel", "Division")
KEYS: dict[str, tuple[str, ...]] = {
    "A_BusinessPartner": ("BusinessPartner",),
    "A_BusinessPartnerRole": ("BusinessPartner", "BusinessPartnerRole"),
    "A_BusinessPartnerTaxNumber": ("BusinessPartner", "BPTaxType"),
    "A_BuPaIdentification": ("BusinessPartner", "BPIdentificationType", "BPIdentificationNumber"),
    "A_BusinessPartnerAddress": ("BusinessPartner", "AddressID"),
    "A_BuPaAddressUsage": ("BusinessPartner", "ValidityEndDate", "AddressUsage", "AddressID"),
    "A_AddressEmailAddress": ADDRESS_PART,
    "A_AddressPhoneNumber": ADDRESS_PART,
    "A_AddressFaxNumber": ADDRESS_PART,
    "A_AddressHomePageURL": (*ADDRESS_PART, "ValidityStartDate", "IsDefaultURLAddress"),
    "A_Customer": ("Customer",),
    "A_CustomerCompany": ("Customer", "CompanyCode"),
    "A_CustomerSalesArea": ("Customer", *SALES_AREA),
    "A_CustomerSalesAreaTax": ("Customer", *SALES_AREA, "DepartureCountry", "CustomerTaxCategory"),
    "A_BusinessPartnerContact": (
        "RelationshipNumber", "BusinessPartnerCompany", "BusinessPartnerPerson", "ValidityEndDate"
    ),
    "A_BPContactToFuncAndDept": (
        "RelationshipNumber", "BusinessPartnerCompany", "BusinessPartnerPerson", "ValidityEndDate"
    ),
    "A_Product": ("Product",),
    "A_ProductDescription": ("Product", "Language"),
    "A_ProductBasicText": ("Product", "Language"),
    "A_ProductUnitsOfMeasure": ("Product", "AlternativeUnit"),
    "A_ProductSalesDelivery": ("Product", "ProductSalesOrg", "ProductDistributionChnl"),
    "A_ProductPlant": ("Product", "Plant"),
    "A_SlsPrcgConditionRecord": ("ConditionRecord",),
    "A_SlsPrcgCndnRecdValidity": ("ConditionRecord", "ConditionValidityEndDate"),
    "A_SlsPrcgCndnRecordScale": ("ConditionRecord", "ConditionSequentialNumber", "ConditionScaleLine"),
}
# Keys that are times, by entity set: SAP types an address usage's validity with an offset, all others without.
WITH_OFFSET = {"A_BuPaAddressUsage"}


def quoted(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def path(entity_set: str, record: Record) -> str:
    """The address of a record below the service, from the record itself; raises Permanent where a key is missing."""
    pairs = [(name, _literal(entity_set, name, record.get(name))) for name in KEYS[entity_set]]
    if len(pairs) == 1:
        return f"{entity_set}({pairs[0][1]})"
    return f"{entity_set}({','.join(f'{name}={literal}' for name, literal in pairs)})"


def _literal(entity_set: str, name: str, value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        sentence = f"SAP gave a record of {entity_set} without its key '{name}'; it cannot be written."
        raise Permanent(sentence, field=name)
    if not DATE.fullmatch(value):
        return quote(quoted(value), safe="'")
    at = moment(value, name, entity_set)
    text = quote(at.replace(tzinfo=None, microsecond=0).isoformat(), safe="")
    return f"datetimeoffset'{text}Z'" if entity_set in WITH_OFFSET else f"datetime'{text}'"


def day_literal(at: date) -> str:
    """A date in a filter."""
    return f"datetime'{at.isoformat()}T00:00:00'"


def moment_literal(at: datetime) -> str:
    """A moment in a filter."""
    return f"datetimeoffset'{at.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()}Z'"


def time_literal(at: time) -> str:
    """A time of day in a filter."""
    return f"time'PT{at:%H}H{at:%M}M{at:%S}S'"


def moment(value: Json, native: str, what: str) -> datetime:
    """A date of the JSON form as a UTC moment; raises Permanent."""
    found = DATE.fullmatch(value) if isinstance(value, str) else None
    try:
        if found:
            return EPOCH + timedelta(milliseconds=int(found[1]))
    except OverflowError:
        pass
    raise Permanent(f"{what}: field '{native}' holds {_shown(value)}, which is no date.", field=native)


def stamp(record: Record, date_field: str, time_field: str, zone: tzinfo, what: str) -> datetime | None:
    """The moment SAP keeps in two fields, in the system's time zone; None where there is no date.

    Of an hour that autumn's clock shows twice the later is taken: better read once too often than passed over.
    """
    if record.get(date_field) in (None, ""):
        return None
    day = moment(record[date_field], date_field, what)
    given = record.get(time_field)
    found = TIME.fullmatch(given) if isinstance(given, str) else None
    if given is not None and not found:
        raise Permanent(f"{what}: field '{time_field}' holds {_shown(given)}, which is no time.", field=time_field)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    try:
        local = day.replace(tzinfo=zone, hour=0, minute=0, second=0, microsecond=0)
        local += timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return local.replace(fold=1).astimezone(UTC)
    except OverflowError:
        sentence = f"{what}: field '{date_field}' holds {_shown(day)}, which is no date."
        raise Permanent(sentence, field=date_field) from None


def many(record: Record, navigation: str, what: str) -> list[Record]:
    """The records a navigation leads to; raises Permanent where it was not read: absent is never taken for empty."""
    found = record.get(navigation)
    if isinstance(found, Mapping) and "results" in found:
        found = found["results"]
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise Permanent(f"{what}: field '{navigation}' is not a list of records.", field=navigation)
    return found


def one(record: Record, navigation: str, what: str) -> Record | None:
    """The record a navigation leads to, None where there is none; raises Permanent where it was not read."""
    found = record.get(navigation)
    if found is None:
        return None
    if not isinstance(found, Mapping) or "__deferred" in found:
        raise Permanent(f"{what}: field '{navigation}' is not a record.", field=navigation)
    return found


def slim(record: Json) -> Json:
    """A record without the links SAP repeats in every part of it; entity tags stay."""
    if isinstance(record, list):
        return [slim(one) for one in record]
    if not isinstance(record, Mapping):
        return record
    about = {"__metadata": {"etag": tag}} if (tag := etag(record)) else {}
    return {**about, **{name: slim(value) for name, value in record.items() if name != "__metadata"}}


def etag(record: Record) -> str:
    """The entity tag a record was read with, empty where its kind has none."""
    about = record.get("__metadata")
    found = about.get("etag") if isinstance(about, Mapping) else None
    return found if isinstance(found, str) else ""


def _shown(value: Json) -> str:
    return f"'{str(value)[:40]}'"
