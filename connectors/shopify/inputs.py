"""From what a slot should hold to Shopify's inputs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors import mapping
from connectors.base import FieldRow, Stamp
from connectors.errors import ConnectorError, Permanent
from connectors.mapping import dig
from connectors.shopify import documents as doc
from connectors.shopify.documents import Call
from connectors.shopify.fields import COMPANY, IDS, KEY, VARIANT, WRITE, metafields
from connectors.shopify.mapping import lines
from mdm.contracts import Desired
from mdm.engine.values import Json, Key

BLOCKED_TAG = "mdm-blocked"
BLOCKED = "mdm.blocked"  # companies have no tags
STATES = {"opted_in": "SUBSCRIBED", "opted_out": "UNSUBSCRIBED"}
TEXT, LINES = "single_line_text_field", "multi_line_text_field"
TYPES = {KEY: "id", BLOCKED: "boolean"}
MAILING = ("id", "firstName", "lastName", "company", "address1", "address2", "city", "provinceCode", "zip", "phone")
LOCATION = "gid://shopify/CompanyLocation/"
ROLES = {"addresses|bill_to": "BILLING", "addresses|ship_to": "SHIPPING"}


@dataclass(slots=True)
class Task:
    """One Desired on its way: the id it has or got, what is to be written, what went wrong, what the shop now holds."""

    desired: Desired
    id: str = ""
    created: bool = False
    error: ConnectorError | None = None
    now: Mapping[str, Json] = field(default_factory=dict)
    spared: frozenset[str] = frozenset()  # fields left out since another customer of the shop holds the value
    given: Mapping[str, Json] = field(default_factory=dict)  # metafields of the hub's own that the shop just accepted
    set: bool = False  # whether all its metafields went along with the record
    answer: Mapping[str, Json] = field(default_factory=dict)  # the whole record, as the shop answered the last write
    moved: list[Stamp] = field(default_factory=list)  # stamps that other objects got by the writing

    @property
    def begun(self) -> bool:
        """Whether something of it is in the shop that was not before."""
        return self.id != self.desired.external_id

    def got(self, number: Json) -> None:
        """Note the id a create answered with; one known already stays."""
        if not self.id and isinstance(number, str):
            self.id, self.created = number, True

    def moves(self, kind: str, node: Json) -> None:
        """Note the stamp the answer shows of another object, `{"id", "updatedAt"}`."""
        number, at = dig(node, "id"), dig(node, "updatedAt")
        if isinstance(number, str) and isinstance(at, str):
            self.moved.append(Stamp(kind, number, datetime.fromisoformat(at)))

    @property
    def due(self) -> frozenset[str]:
        """The attribute keys to write."""
        if self.desired.operation == "block":
            return frozenset(key for key in self.desired.changed if key.startswith("ids|"))
        if not self.desired.external_id:
            return self.desired.changed | self.desired.attributes.keys()
        return self.desired.changed

    @property
    def keyless(self) -> bool:
        """Whether the record may not carry our crosswalk key yet: the hub writes it together with the golden id."""
        return not self.desired.external_id or "ids|golden" not in self.desired.observed

    def wanted(self, key: str) -> Json:
        """The value to write under a key; None empties."""
        return self.desired.attributes.get(key)

    @property
    def unblocks(self) -> bool:
        """Whether a block of the hub's is to be taken back."""
        desired = self.desired
        return desired.operation == "upsert" and "blocked" in desired.changed and not desired.attributes.get("blocked")

    @property
    def what(self) -> str:
        return f"{self.desired.object_type} {self.id or self.desired.crosswalk_key}"


def written(task: Task, names: Sequence[str] | None = None) -> dict[str, Json]:
    """The plain fields that are due, in native form; raises Permanent."""
    rows = [row for row in WRITE[task.desired.object_type] if names is None or row.native in names]
    native = mapping.write(rows, {key: task.wanted(key) for key in task.due}, task.what)
    if native.get("locale", "") is None:
        del native["locale"]  # a locale can be changed but not taken away
    return native


# ---- customers ------------------------------------------------------------------------------------------------------


def customer_set(task: Task) -> Call | None:
    """The customerSet that is due, None where no field of its own changed."""
    native = {name: value for name, value in written(task).items() if name not in task.spared}
    if _places_due(task):
        native["addresses"] = mailing_list(task)
    if task.id:
        return Call(doc.CUSTOMER_SET, {"identifier": {"id": task.id}, "input": native}) if native else None
    return Call(doc.CUSTOMER_SET, {"identifier": {"customId": custom_id(task)}, "input": native})


def custom_id(task: Task) -> dict[str, Json]:
    """The crosswalk key as the custom id by which Shopify finds a customer."""
    namespace, _, key = KEY.partition(".")
    return {"namespace": namespace, "key": key, "value": task.desired.crosswalk_key}


def needs_now(task: Task) -> bool:
    """Whether the writing starts from what the shop holds now: a list that replaces, a location that has an id."""
    if not task.id or task.created:
        return False
    if task.desired.object_type != COMPANY:
        return any(key.startswith("addresses|") for key in task.due)
    emptied = any(task.wanted(key) is None for key in ROLES if key in task.due)  # is deleted by an id of its own
    return _of_location(task) and (emptied or not known_location(task))


def known_location(task: Task) -> str:
    """The id of a company's main location, under which its addresses were observed; empty where it had none."""
    seen = (Key.parse(text) for text in task.desired.observed)
    return next((key.value_id for key in seen if str(key.slot) in ROLES and key.value_id.startswith(LOCATION)), "")


def _of_location(task: Task) -> bool:
    """Whether anything is due that stands in the company's location."""
    plain = {row.key for row in WRITE[COMPANY]} - {"legal_name"}
    return any(key.startswith(("addresses|", "tax_ids|")) or key in plain for key in task.due)


def mailing_list(task: Task) -> list[dict[str, Json]]:
    """The whole new list of a customer's addresses: what the shop holds now, with ours changed, added or left out.

    Shopify deletes every address a list leaves out, so all others go along as they are.
    """
    held = [_as_input(node) for node in dig(task.now, "addressesV2.nodes") or ()]
    default = dig(task.now, "defaultAddress.id")
    taken = {default}
    for use in _places_due(task):
        number = default if use == "ship_to" else _other(task, [str(entry.get("id")) for entry in held], taken)
        taken.add(number)
        entry = next((entry for entry in held if number and entry.get("id") == number), None)
        value = task.wanted(f"addresses|{use}")
        if value is None:
            held = [other for other in held if other is not entry]
        elif entry is not None:
            entry.update(native_address(value, "provinceCode"))
        else:
            held.insert(0 if use == "ship_to" else len(held), native_address(value, "provinceCode"))
    return _distinct(held)


def _places_due(task: Task) -> list[str]:
    return [use for use in ("ship_to", "other") if f"addresses|{use}" in task.due]


def _other(task: Task, numbers: Sequence[str], taken: set[Json]) -> str | None:
    """The further address the hub has seen first and the shop still holds."""
    seen = [Key.parse(text) for text in task.desired.observed]
    return next(
        (key.value_id for key in seen
         if key.slot == Key("addresses", "other") and key.value_id in numbers and key.value_id not in taken),
        None,
    )


def _as_input(node: Mapping[str, Json]) -> dict[str, Json]:
    return {**{name: node.get(name) for name in MAILING}, "countryCode": node.get("countryCodeV2")}


def _distinct(entries: Sequence[dict[str, Json]]) -> list[dict[str, Json]]:
    """Without entries equal to an earlier one, which Shopify refuses."""
    found: dict[str, dict[str, Json]] = {}
    for entry in entries:
        face = repr(sorted((name, str(value or "").lower()) for name, value in entry.items() if name != "id" and value))
        found.setdefault(face, entry)
    return list(found.values())


def native_address(value: Json, zone: str) -> dict[str, Json]:
    """An address with all its parts; what it lacks is emptied."""
    if not isinstance(value, Mapping):
        raise Permanent("An address to be written is no address.", field="addresses")
    first, second = lines(value.get("street"))
    return {
        "address1": first or None,
        "address2": second or None,
        "city": value.get("city") or None,
        zone: value.get("region") or None,
        "countryCode": value.get("country") or None,
        "zip": value.get("postcode") or None,
    }


def consent(task: Task) -> Call | None:
    """The change of e-mail marketing that is due; a wish once known cannot be unsaid, so emptying it does nothing."""
    state = STATES.get(str(task.wanted("consent|email"))) if "consent|email" in task.due else None
    if state is None:
        return None
    values = {"customerId": task.id, "emailMarketingConsent": {"marketingState": state}}
    return Call(doc.CONSENT, {"input": values})


def tag(task: Task) -> Call | None:
    """The mark of a blocked customer; tagsAdd leaves the other tags alone."""
    if task.desired.operation != "block":
        return None
    return Call(doc.TAGS_ADD, {"id": task.id, "tags": [BLOCKED_TAG]})


# ---- metafields -----------------------------------------------------------------------------------------------------


def metafields_due(task: Task, rows: Sequence[FieldRow], types: Mapping[str, str]) -> tuple[list[Json], list[Json]]:
    """The metafields to set and those to delete. `types`: those the shop defines, by `namespace.key`."""
    kind = task.desired.object_type
    due: dict[str, Json] = {}
    for row in metafields(kind, rows):
        if row.write and row.key in task.due and not row.key.startswith("ids|"):
            due[row.native.removeprefix("metafields.")] = task.wanted(row.key)
    for name, native in IDS.items():
        if name in task.desired.ids and (not task.desired.external_id or f"ids|{name}" in task.desired.changed):
            due[native] = task.desired.ids[name]
    if task.keyless and not (kind == COMPANY and task.created):  # which has it as its externalId
        due[KEY] = task.desired.crosswalk_key
    if kind in (COMPANY, VARIANT) and task.desired.operation == "block":
        due[BLOCKED] = True
    if kind == VARIANT and task.unblocks:
        due[BLOCKED] = None
    fresh = [_metafield(task, native, value, types) for native, value in due.items() if value not in (None, "")]
    gone = [_name(task, native) for native, value in due.items() if value in (None, "") and not task.created]
    return fresh, gone


def own(entries: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """The hub's own ids among metafields to be set, by `namespace.key`, as Shopify answers them: texts stay as sent."""
    named = {f"{entry['namespace']}.{entry['key']}": entry for entry in entries}
    return {
        name: {part: entry[part] for part in ("namespace", "key", "value", "type")}
        for name, entry in named.items()
        if name in (KEY, *IDS.values())
    }


def _metafield(task: Task, native: str, value: Json, types: Mapping[str, str]) -> Json:
    plain = ("true" if value else "false") if isinstance(value, bool) else str(value)
    default = TYPES.get(native) or (LINES if "\n" in plain else TEXT)
    return {**_name(task, native), "type": types.get(native, default), "value": plain}


def _name(task: Task, native: str) -> dict[str, Json]:
    namespace, _, key = native.partition(".")
    return {"ownerId": task.id, "namespace": namespace, "key": key}


# ---- companies and contacts -----------------------------------------------------------------------------------------


def company_create(task: Task) -> Call:
    """The company with its first location, which takes addresses, phone, locale and tax id."""
    native = written(task)
    name = native.pop("name", None)
    location = {"name": name, **native}
    for key, given in (("addresses|bill_to", "billingAddress"), ("addresses|ship_to", "shippingAddress")):
        if task.wanted(key) is not None:
            location[given] = native_address(task.wanted(key), "zoneCode")
    number = tax_id(task)
    if number:
        location["taxRegistrationId"] = number
    company = {"name": name, "externalId": task.desired.crosswalk_key}
    return Call(doc.COMPANY_CREATE, {"input": {"company": company, "companyLocation": location}})


def company_update(task: Task) -> list[Call]:
    """The calls that change an existing company and its main location."""
    native = written(task, ["name"])
    calls = [Call(doc.COMPANY_UPDATE, {"companyId": task.id, "input": native})] if native else []
    return [*calls, *_location(task)] if _of_location(task) else calls


def _location(task: Task) -> list[Call]:
    location = next(iter(dig(task.now, "locations.nodes") or ()), None) if task.now else {"id": known_location(task)}
    if location is None:
        create = company_create(task).values["input"]["companyLocation"]
        create["name"] = create["name"] or dig(task.now, "name")
        create["externalId"] = task.desired.crosswalk_key  # unique, so that a repeated call makes no second one
        return [Call(doc.LOCATION_CREATE, {"companyId": task.id, "input": create})]
    number = {"companyLocationId": location["id"]}
    native = written(task, ["phone", "locale"])
    calls = [Call(doc.LOCATION_UPDATE, {**number, "input": native})] if native else []
    for roles, value in _places(task):
        calls += _place(location, roles, value)
    if any(key.startswith("tax_ids|") for key in task.due):
        calls.append(Call(doc.TAX_SETTINGS, {**number, "taxRegistrationId": tax_id(task)}))
    return calls


def _places(task: Task) -> list[tuple[list[str], Json]]:
    """The addresses that are due, each with its roles: one that bills and ships goes out once."""
    found: list[tuple[list[str], Json]] = []
    for key, role in ROLES.items():
        value = task.wanted(key)
        same = next((roles for roles, other in found if other == value), None)
        if key in task.due and same is not None:
            same.append(role)
        elif key in task.due:
            found.append(([role], value))
    return found


def _place(location: Mapping[str, Json], roles: Sequence[str], value: Json) -> list[Call]:
    if value is not None:
        address = native_address(value, "zoneCode")
        values = {"locationId": location["id"], "address": address, "addressTypes": list(roles)}
        return [Call(doc.ADDRESS_ASSIGN, values)]
    held = (location.get("billingAddress" if role == "BILLING" else "shippingAddress") for role in roles)
    return [Call(doc.ADDRESS_DELETE, {"addressId": one["id"]}) for one in held if one]


def tax_id(task: Task) -> str | None:
    """The one tax id wanted: one that is due, else any other that is to be held."""
    held = {key: value for key, value in task.desired.attributes.items() if key.startswith("tax_ids|") and value}
    return next((str(held[key]) for key in sorted(held, key=lambda key: key not in task.due)), None)


def contact_assign(task: Task) -> Call:
    """Make the person a contact of the organisation; both must be in the shop. Raises Permanent."""
    missing = [end for end in ("person", "organisation") if not task.desired.refs.get(end)]
    if missing:
        raise Permanent(f"{task.what}: its {' and '.join(missing)} is not in the shop yet.", field=missing[0])
    ends = {"companyId": task.desired.refs["organisation"], "customerId": task.desired.refs["person"]}
    return Call(doc.CONTACT_ASSIGN, ends)


def contact_update(task: Task) -> Call | None:
    """The change of a contact's own fields that is due."""
    native = written(task)
    return Call(doc.CONTACT_UPDATE, {"companyContactId": task.id, "input": native}) if native else None
