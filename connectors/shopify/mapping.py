"""Between Shopify's objects and canonical changes. Pure: no request is made here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from connectors import mapping
from connectors.base import Access, Payload
from connectors.errors import Permanent
from connectors.mapping import dig, fit, stamp, text
from connectors.shopify import goods, goods_mapping, zones
from connectors.shopify.fields import (
    COMPANY,
    CONTACT,
    CUSTOMER,
    ENTITY,
    FAMILY,
    KEY,
    LENGTH,
    OF_FAMILY,
    PLACES,
    READ,
    SCHEMES,
    VARIANT,
    WRITE,
    metafields,
    scheme,
)
from mdm.contracts import Ref, SourceChange
from mdm.engine.values import Json, Key

ALIAS = re.compile(r"m\d+")


def read(payload: Payload, access: Access) -> list[SourceChange]:
    """The changes one payload stands for; raises Permanent naming the object and the field."""
    what = f"{payload.object_type} {payload.external_id}"
    if payload.object_type not in ENTITY:
        raise Permanent(f"{what}: Shopify has no such object for us.")
    body: Json = payload.body
    if not isinstance(body, Mapping):
        raise Permanent(f"{what}: the payload is no object.")
    if not body or "_deleted_at" in body or "_merged_into" in body:
        ended = _ended(payload, body, access, what)
        part = replace(ended, object_type=OF_FAMILY, entity="variant", kind="delete", merged_into="")
        return [ended, part] if payload.object_type == VARIANT else [ended]
    if mapping.required(body, "id", what) != payload.external_id:
        raise Permanent(f"{what}: the payload is of another record.", field="id")
    record = _record(body, payload.object_type, what)
    if payload.object_type in (VARIANT, FAMILY):
        return _goods(payload, record, access, what)
    attributes = {
        **mapping.read((*READ[payload.object_type], *metafields(payload.object_type, access.fields)), record, what),
        **EXTRA[payload.object_type](record, what),
    }
    return [
        SourceChange(
            connection=access.connection,
            object_type=payload.object_type,
            external_id=payload.external_id,
            entity=ENTITY[payload.object_type],
            kind="snapshot",
            source_time=_changed_at(record, payload.object_type, what),
            observed_at=payload.observed_at,
            attributes={key: value for key, value in attributes.items() if value != ""},
            refs=_refs(record, what) if payload.object_type == CONTACT else {},
            crosswalk_key=_crosswalk(record, payload.object_type, what),
            raw=body,
        )
    ]


def _goods(payload: Payload, record: Mapping[str, Json], access: Access, what: str) -> list[SourceChange]:
    """A variant with its place in a family, which is deleted where it has none; or the family."""
    shelf, item = goods.shelf(access), payload.object_type == VARIANT
    attributes = (
        goods_mapping.item(record, access.fields, shelf, what) if item else goods_mapping.family(record, shelf, what)
    )
    change = SourceChange(
        connection=access.connection,
        object_type=payload.object_type,
        external_id=payload.external_id,
        entity="product",
        kind="snapshot",
        source_time=goods_mapping.changed_at(record, what),
        observed_at=payload.observed_at,
        attributes=attributes,
        crosswalk_key=(text(dig(record, f"metafields.{KEY}"), KEY, what) or "") if item else "",
        raw=payload.body,
    )
    if not item:
        return [change]
    refs = goods_mapping.refs(record, what)
    part = replace(change, object_type=OF_FAMILY, entity="variant", attributes={}, refs=refs or {}, crosswalk_key="")
    return [change, part if refs else replace(part, kind="delete")]


def _ended(payload: Payload, body: Mapping[str, Json], access: Access, what: str) -> SourceChange:
    at = stamp(body, "_deleted_at", what) if body.get("_deleted_at") else payload.observed_at
    into = text(body.get("_merged_into"), "_merged_into", what) or ""
    return SourceChange(
        connection=access.connection,
        object_type=payload.object_type,
        external_id=payload.external_id,
        entity=ENTITY[payload.object_type],
        kind="merged" if into else "delete",
        source_time=at,
        observed_at=payload.observed_at,
        merged_into=into,
        raw=body,
    )


def _record(body: Mapping[str, Json], object_type: str, what: str) -> dict[str, Json]:
    """The node with its metafields by name and, for a company, its main location beside it."""
    record = dict(body)
    if object_type != CONTACT:
        record["metafields"] = _metafields(body, what)
    if object_type == COMPANY:
        record["location"] = next(iter(_nodes(body, "locations", what)), {})
    return record


def _metafields(body: Mapping[str, Json], what: str) -> dict[str, dict[str, Json]]:
    """What stands under the aliases `m0`, `m1`, ... by namespace and key."""
    found: dict[str, dict[str, Json]] = {}
    for alias, node in body.items():
        if node is None or not ALIAS.fullmatch(str(alias)):
            continue
        if not isinstance(node, Mapping):
            raise Permanent(f"{what}: the metafield '{alias}' is no object.", field=str(alias))
        namespace, key = mapping.required(node, "namespace", what), mapping.required(node, "key", what)
        found.setdefault(namespace, {})[key] = node.get("value")
    return found


def _nodes(record: Mapping[str, Json], name: str, what: str) -> list[Mapping[str, Json]]:
    nodes = dig(record, f"{name}.nodes")
    if nodes is None:
        return []
    if not isinstance(nodes, list) or not all(isinstance(node, Mapping) for node in nodes):
        raise Permanent(f"{what}: field '{name}' is no list of objects.", field=name)
    return nodes


def _customer(record: Mapping[str, Json], what: str) -> dict[str, Json]:
    default = text(dig(record, "defaultAddress.id"), "defaultAddress.id", what)
    found: dict[str, Json] = {"party_type": "person"}
    for node in _nodes(record, "addressesV2", what):
        number = mapping.required(node, "id", what)
        use = "ship_to" if number == default else "other"
        found[str(Key("addresses", use, number))] = address(node, "provinceCode", "countryCodeV2", what)
    profiles = record.get("companyContactProfiles")
    if profiles is not None and not isinstance(profiles, list):
        raise Permanent(f"{what}: field 'companyContactProfiles' is no list.", field="companyContactProfiles")
    if not profiles:
        found["buys_privately"] = True
    return {key: value for key, value in found.items() if value is not None}


def _company(record: Mapping[str, Json], what: str) -> dict[str, Json]:
    location = record["location"]
    found: dict[str, Json] = {"party_type": "organisation"}
    country = None
    for use, name in (("bill_to", "billingAddress"), ("ship_to", "shippingAddress")):
        node = location.get(name)
        if node is None:
            continue
        if not isinstance(node, Mapping):
            raise Permanent(f"{what}: field '{name}' is no object.", field=name)
        value = address(node, "zoneCode", "countryCode", what)
        if value is not None:
            found[str(Key("addresses", use, mapping.required(location, "id", what)))] = value
            country = country or value.get("country")
    number = text(dig(location, "taxSettings.taxRegistrationId"), "taxRegistrationId", what)
    if number:
        found[f"tax_ids|{scheme(number, country)}"] = number
    return found


def _contact(record: Mapping[str, Json], what: str) -> dict[str, Json]:
    return {}


EXTRA = {CUSTOMER: _customer, COMPANY: _company, CONTACT: _contact}


def address(node: Mapping[str, Json], zone: str, country: str, what: str) -> dict[str, str] | None:
    """An address in canonical parts, those it has; None where it is empty."""
    lines = [text(node.get(name), name, what) for name in ("address1", "address2")]
    parts = {
        "street": "\n".join(line for line in lines if line) or None,
        "city": text(node.get("city"), "city", what),
        "region": text(node.get(zone), zone, what) or text(node.get("province"), "province", what),
        "postcode": text(node.get("zip"), "zip", what),
        "country": text(node.get(country), country, what),
    }
    return {part: value for part, value in parts.items() if value is not None} or None


def _refs(record: Mapping[str, Json], what: str) -> dict[str, Ref | None]:
    return {
        "person": Ref(CUSTOMER, mapping.required(record, "customer.id", what)),
        "organisation": Ref(COMPANY, mapping.required(record, "company.id", what)),
    }


def _crosswalk(record: Mapping[str, Json], object_type: str, what: str) -> str:
    """Our key; a company made by us has it as its externalId, one that was entered may have one of its own there."""
    names = {CUSTOMER: (f"metafields.{KEY}",), COMPANY: (f"metafields.{KEY}", "externalId")}.get(object_type, ())
    return next((found for name in names if (found := text(dig(record, name), name, what))), "")


def _changed_at(record: Mapping[str, Json], object_type: str, what: str) -> datetime:
    """When it last changed; a company's location and addresses have stamps of their own."""
    places = [record]
    if object_type == COMPANY:
        location = record["location"]
        places += [location, *(location.get(name) or {} for name in ("billingAddress", "shippingAddress"))]
    return max(stamp(place, "updatedAt", what) for place in places if place is record or place.get("updatedAt"))


# ---- representing ---------------------------------------------------------------------------------------------------


def represent(object_type: str, attributes: Mapping[str, Json], access: Access) -> dict[str, Json]:
    """Canonical values as Shopify would hold them; what it cannot hold is left out."""
    if object_type not in ENTITY or object_type == FAMILY:
        return {}
    trimmed = {key: value.strip() if isinstance(value, str) else value for key, value in attributes.items()}
    given = {key: value for key, value in trimmed.items() if value not in (None, "")}
    if object_type == VARIANT:
        return goods_mapping.represent(given, access.fields, goods.shelf(access))
    held = mapping.represent((*WRITE[object_type], *metafields(object_type, access.fields)), given)
    for use in PLACES[object_type]:
        place = represent_address(given.get(f"addresses|{use}"), whole=object_type == COMPANY)
        if place:
            held[f"addresses|{use}"] = place
    if object_type == COMPANY:
        held |= _tax_id(given, held)
    if object_type == CUSTOMER and "emails" in held and given.get("consent|email") in ("opted_in", "opted_out"):
        held["consent|email"] = given["consent|email"]  # without an e-mail there is nothing to consent to
    return held


def represent_address(given: Json, *, whole: bool) -> dict[str, str] | None:
    """An address as Shopify keeps it: two lines, a country code, a province where the country has them there.

    `whole`: a company's address must have a street. None for one that cannot be held at all.
    """
    value = given if isinstance(given, Mapping) else {}
    country = zones.country(value.get("country"))
    if country is None:
        return None
    first, second = lines(value.get("street"))
    parts = {
        "street": "\n".join(line for line in (first, second) if line),
        "city": fit(str(value.get("city") or "").strip(), LENGTH),
        "region": zones.zone(country, value.get("region")) or "",
        "postcode": fit(str(value.get("postcode") or "").strip().upper(), LENGTH),
        "country": country,
    }
    if (whole and not first) or not any(parts[part] for part in ("street", "city", "postcode")):
        return None
    return {part: value for part, value in parts.items() if value}


def lines(street: Json) -> tuple[str, str]:
    """A street in Shopify's two lines; a third and further ones are joined to the second."""
    found = [line.strip() for line in str(street or "").splitlines() if line.strip()]
    return (fit(found[0], LENGTH) if found else ""), fit(", ".join(found[1:]), LENGTH)


def _tax_id(given: Mapping[str, Json], held: Mapping[str, Json]) -> dict[str, Json]:
    """The one tax id a company's location has room for: that of its country, else the first there is."""
    country = next((held[key]["country"] for key in ("addresses|bill_to", "addresses|ship_to") if key in held), None)
    wanted = [scheme("", country), *SCHEMES] if country else [*SCHEMES]
    found = ((f"tax_ids|{name}", given.get(f"tax_ids|{name}")) for name in wanted)
    return next(({key: fit(value, LENGTH)} for key, value in found if isinstance(value, str)), {})
