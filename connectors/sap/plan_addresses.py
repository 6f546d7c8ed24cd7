"""What must be written so that a partner has the addresses, numbers and e-mail addresses the hub wants. Pure.

One SAP address may serve several uses. It is changed in place only where all of them get the new value; otherwise the
uses that differ move to an address of their own, and the default address stays the registered one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from connectors.errors import Permanent
from connectors.mapping import text
from connectors.sap import addresses, mapping, odata
from connectors.sap.odata import Record, many
from connectors.sap.writes import Write, difference
from mdm.engine.values import Json, Key

Attributes = Mapping[str, Json]
Native = dict[str, Json]
EMAIL, URL = "to_EmailAddress", "to_URLAddress"
NUMBER_TYPES = {"to_PhoneNumber": "1", "to_MobilePhoneNumber": "3"}
SETS = {EMAIL: "A_AddressEmailAddress", URL: "A_AddressHomePageURL", "to_PhoneNumber": "A_AddressPhoneNumber",
        "to_MobilePhoneNumber": "A_AddressPhoneNumber", "to_FaxNumber": "A_AddressFaxNumber"}


def creation(asked: Attributes) -> list[Native]:
    """The addresses of a new partner: equal ones once, the first of them the default, with all ways to reach it."""
    wanted = {use: value for use, value in _addresses(asked).items() if value}
    grouped: list[tuple[Native, list[str]]] = []
    for use, value in wanted.items():
        same = next((group for group in grouped if group[0] == addresses.native(value)), None)
        if same:
            same[1].append(use)
        else:
            grouped.append((dict(addresses.native(value)), [use]))
    made = [_made(fields, uses, first=at == 0) for at, (fields, uses) in enumerate(grouped)]
    if made:
        made[0] |= _reach(asked)
    return made


def _made(fields: Native, uses: Sequence[str], first: bool = False) -> Native:
    names = dict.fromkeys([*([addresses.DEFAULT] if first else []), *(addresses.USAGES[use] for use in uses)])
    filled = {name: value for name, value in fields.items() if value}
    return {**filled, "to_AddressUsage": [{"AddressUsage": name} for name in names]}


def _addresses(asked: Attributes) -> dict[str, Mapping[str, Json] | None]:
    """Use -> address asked for, None to empty; the registered one first."""
    keys = {use: str(Key("addresses", use)) for use in addresses.USAGES}
    found = {use: asked[key] for use, key in keys.items() if key in asked}
    return {use: value if isinstance(value, Mapping) else None for use, value in found.items()}


# ---- addresses that are there --------------------------------------------------------------------------------------


def update(asked: Attributes, body: Record, number: str, at: datetime, what: str) -> Iterator[Write]:
    """The writes for addresses and for what hangs on the default one."""
    held = addresses.current(body, at, what)
    changed = _addresses(asked)
    if not held:
        yield from _first(asked, number, what)
        return
    yield from _moves(changed, held, number, at, what)
    yield from _reach_changes(asked, held[0], what)


def _first(asked: Attributes, number: str, what: str) -> Iterator[Write]:
    made = creation(asked)
    lost = next((value for _, value, _ in _ways(asked) if value), None)
    if lost and not made:
        raise Permanent(f"{what}: SAP keeps '{lost}' with an address, and it has none; give it one first.",
                        field=addresses.NAVIGATION)
    for one in made:
        yield Write("POST", f"A_BusinessPartner({odata.quoted(number)})/to_BusinessPartnerAddress", one)


def _moves(
    changed: Mapping[str, Mapping[str, Json] | None], held: Sequence[Record], number: str, at: datetime, what: str
) -> Iterator[Write]:
    serving = {use: rows[0] for use, rows in addresses.uses(held, at, what).items()}
    new: list[tuple[Native, list[str]]] = []
    steady = []
    for address in held:
        uses = [use for use in addresses.USAGES if serving.get(use) is address]
        yield from _shared(address, uses, changed, new, at, what)
        if not changed.keys() & set(uses):
            steady.append(address)
    for use, value in changed.items():
        if value and use not in serving:
            same = next((one for one in steady if addresses.canonical(one, what) == addresses.fitting(value)), None)
            if same is None:
                _add(new, dict(addresses.native(value)), use)
            else:
                yield Write("POST", f"{odata.path('A_BusinessPartnerAddress', same)}/to_AddressUsage",
                            {"AddressUsage": addresses.USAGES[use]})
    for fields, uses in new:
        path = f"A_BusinessPartner({odata.quoted(number)})/to_BusinessPartnerAddress"
        yield Write("POST", path, {"BusinessPartner": number, **_made(fields, uses)})


def _shared(
    address: Record, uses: Sequence[str], changed: Mapping[str, Mapping[str, Json] | None],
    new: list[tuple[Native, list[str]]], at: datetime, what: str,
) -> Iterator[Write]:
    """The writes for one address and the uses it serves; what moves away is added to `new`."""
    present = {name: address.get(name) or "" for name in addresses.native({})}
    wanted: dict[str, Native] = {}
    for use in uses:
        value = changed.get(use)
        if use not in changed or (value is None and use == "registered"):  # a partner always has a default address
            wanted[use] = present
        elif value is not None:
            wanted[use] = _unlike(dict(addresses.native(value)), value, address, what)
    stays = next((use for use in wanted if use == "registered" or use not in changed), next(iter(wanted), None))
    kept = [use for use in wanted if stays is not None and wanted[use] == wanted[stays]]
    for use in wanted:
        if use not in kept:
            _add(new, wanted[use], use)
    if stays is not None and (fields := difference(wanted[stays], address)):
        yield Write("PATCH", odata.path("A_BusinessPartnerAddress", address), fields, etag=odata.etag(address))
    yield from _released(address, [use for use in uses if use not in kept], bool(kept), at, what)


def _unlike(native: Native, value: Mapping[str, Json], address: Record, what: str) -> Native:
    """The native fields of a wanted address; as they are where the address already says the same in other fields."""
    same = addresses.canonical(address, what) == addresses.fitting(value)
    return {name: address.get(name) or "" for name in native} if same else native


def _add(new: list[tuple[Native, list[str]]], fields: Native, use: str) -> None:
    same = next((uses for held, uses in new if held == fields), None)
    if same is not None:
        same.append(use)
    else:
        new.append((fields, [use]))


def _released(address: Record, uses: Sequence[str], used: bool, at: datetime, what: str) -> Iterator[Write]:
    """Take the usages of an address that no longer serves these uses; an address left without any goes itself."""
    names = {addresses.USAGES[use] for use in uses}
    rows = [row for row in many(address, "to_AddressUsage", what) if row.get("AddressUsage") in names]
    if not rows:
        return
    if not used and addresses.usages(address, at, what) <= names:
        yield Write("DELETE", odata.path("A_BusinessPartnerAddress", address), etag=odata.etag(address))
        return
    for row in rows:
        yield Write("DELETE", odata.path("A_BuPaAddressUsage", row), etag=odata.etag(row))


# ---- numbers, e-mail addresses, web site ---------------------------------------------------------------------------


def _ways(asked: Attributes) -> Iterator[tuple[str, str | None, Native]]:
    """Navigation, value asked for (None to empty) and the native fields that carry it."""
    if "emails" in asked:
        value = _one(asked["emails"])
        yield EMAIL, value, {"EmailAddress": value}
    for navigation, (line, _, field) in mapping.NUMBERS.items():
        key = str(Key("phones", line))
        if key in asked:
            value = _one(asked[key])
            yield navigation, value, {field: value, f"{field}Extension": ""}
    if "website" in asked:
        value = _one(asked["website"])
        yield URL, value, {"WebsiteURL": value}


def _one(value: Json) -> str | None:
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, str) and value.strip() else None


def _reach(asked: Attributes) -> dict[str, list[Native]]:
    return {navigation: [_entry(navigation, fields)] for navigation, value, fields in _ways(asked) if value}


def _entry(navigation: str, fields: Native) -> Native:
    kind = {"PhoneNumberType": NUMBER_TYPES[navigation]} if navigation in NUMBER_TYPES else {}
    return {**{name: value for name, value in fields.items() if value}, **kind, mapping.PREFERRED[navigation]: True}


def _reach_changes(asked: Attributes, address: Record, what: str) -> Iterator[Write]:
    for navigation, value, fields in _ways(asked):
        rows = mapping.entries(address, navigation, what)
        if value is None:
            yield from (Write("DELETE", odata.path(SETS[navigation], row), etag=odata.etag(row)) for row in rows)
        elif not rows:
            path = f"{odata.path('A_BusinessPartnerAddress', address)}/{navigation}"
            yield Write("POST", path, _entry(navigation, fields))
        elif not any(_says(row, navigation, what) == value for row in rows):
            changes = difference(fields, rows[0])
            if changes:
                yield Write("PATCH", odata.path(SETS[navigation], rows[0]), changes, etag=odata.etag(rows[0]))


def _says(row: Record, navigation: str, what: str) -> str | None:
    if navigation in mapping.NUMBERS:
        return mapping.number_of(row, mapping.NUMBERS[navigation][1], what)
    name = "EmailAddress" if navigation == EMAIL else "WebsiteURL"
    return text(row.get(name), name, what)
