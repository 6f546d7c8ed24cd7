"""Create, change, delete and merge records under the vendor's rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from connectors.sandbox.salesforce import errors, ids, prices, rules
from connectors.sandbox.salesforce.schema import (
    ACCOUNT,
    BUSINESS_ONLY,
    CONTACT,
    ENTRY,
    OBJECTS,
    PERSON_ONLY,
    PRICE_BOOK,
    RECORD_TYPE,
    Field,
    SObject,
)
from connectors.sandbox.salesforce.store import Row, Store

INTEGRATION_USER = ids.make("005", 1)
PAGE_USER = ids.make("005", 2)
BUSINESS_TYPE = ids.make("012", 1)
PERSON_TYPE = ids.make("012", 2)
ORGANISATION = ids.make("00D", 1)
STANDARD_BOOK = ids.make("01s", 1)

# The hidden contact of a person account shows the account's values under these names.
_MIRRORED = {
    **{name: name for name in ("Salutation", "FirstName", "LastName", "Phone", "Fax", "OwnerId")},
    **{f"Person{name}": name for name in ("Email", "MobilePhone", "HomePhone", "OtherPhone", "Title", "Department")},
    "PersonBirthdate": "Birthdate",
    "PersonHasOptedOutOfEmail": "HasOptedOutOfEmail",
    **{f"PersonMailing{part}": f"Mailing{part}" for part in ("Street", "City", "State", "PostalCode", "Country")},
}


class Records:
    """The organisation's data and the acts on it; `now` gives the present in the API's form."""

    def __init__(self, now: Callable[[], str]) -> None:
        self.now = now
        self.clear()

    def clear(self) -> None:
        """Start with no records but the record types and the standard price book."""
        self.store = Store()
        self._serial = dict.fromkeys((sobject.prefix for sobject in OBJECTS.values()), 0)
        self.locked: Counter[str] = Counter()
        kinds = (
            (BUSINESS_TYPE, "Business Account", "Business_Account"),
            (PERSON_TYPE, "Person Account", "PersonAccount"),
        )
        for id, name, developer_name in kinds:
            row = self._fresh(RECORD_TYPE, id, PAGE_USER) | {"Name": name, "DeveloperName": developer_name}
            person = id == PERSON_TYPE
            self.put(RECORD_TYPE, row | {"SobjectType": "Account", "IsActive": True, "IsPersonType": person})
        book = {"Name": "Standard Price Book", "IsActive": True, "IsStandard": True}
        self.put(PRICE_BOOK, self._fresh(PRICE_BOOK, STANDARD_BOOK, PAGE_USER) | book)

    # ---- reading --------------------------------------------------------------------------------------------------

    def find(self, sobject: SObject, id: str) -> Row:
        """The live row of an id; refuses an id that is malformed, unknown or deleted."""
        full = ids.canonical(id)
        if full is None:
            raise errors.no_external_id(id)
        row = self.store.table(sobject.name).rows.get(full)
        if row is None:
            raise errors.no_resource()
        if row.get("IsDeleted"):
            raise errors.deleted()
        return row

    def hold(self, sobject: SObject, id: str) -> Row:
        """The live row of an id, to be written; refuses while somebody else holds it (`locked`: id -> times left)."""
        row = self.find(sobject, id)
        if self.locked[row["Id"]] > 0:
            self.locked[row["Id"]] -= 1
            raise errors.locked(row["Id"])
        return row

    # ---- writing --------------------------------------------------------------------------------------------------

    def insert(self, sobject: SObject, values: Row, actor: str = INTEGRATION_USER, seed: Row | None = None) -> str:
        """Store a new record; `seed` may bring an Id and stamps, past the rules that keep callers from writing them."""
        given = self._values(sobject, values, actor, new=True)
        id = (seed or {}).get("Id") or self._next(sobject)
        if id in self.store.table(sobject.name).rows or not id.startswith(sobject.prefix):
            raise errors.malformed_id("Id", f"{sobject.name} ID", id)
        row = self._fresh(sobject, id, actor) | given | (seed or {})
        if sobject is ACCOUNT:
            row["RecordTypeId"] = row["RecordTypeId"] or BUSINESS_TYPE
            row["IsPersonAccount"] = row["RecordTypeId"] == PERSON_TYPE
        self._settle(sobject, row, given, actor)
        return id

    def update(
        self, sobject: SObject, id: str, values: Row, actor: str = INTEGRATION_USER, silent: bool = False
    ) -> None:
        """Change a record; its stamps move even when nothing differs, as the vendor's do, unless it is silent."""
        old = self.hold(sobject, id)
        if sobject is CONTACT and old["IsPersonAccount"]:
            text = "The contact of a person account is changed through its account."
            raise errors.Refused("INVALID_PERSON_ACCOUNT_OPERATION", text, [])
        given = self._values(sobject, values, actor)
        if "RecordTypeId" in given:
            given["RecordTypeId"] = given["RecordTypeId"] or old["RecordTypeId"]
            if (given["RecordTypeId"] == PERSON_TYPE) != old["IsPersonAccount"]:
                text = "An account cannot change between business and person by its record type."
                raise errors.Refused("FIELD_INTEGRITY_EXCEPTION", text, ["RecordTypeId"])
        self._settle(sobject, old | given | ({} if silent else self.touched(actor)), given, actor)

    def delete(self, sobject: SObject, id: str, actor: str = INTEGRATION_USER) -> None:
        """Move a record to the recycle bin with what belongs to it: contacts, prices; child accounts stay."""
        row = self.hold(sobject, id)
        if sobject is CONTACT and row["IsPersonAccount"]:
            text = "The contact of a person account is deleted with its account."
            raise errors.Refused("INVALID_PERSON_ACCOUNT_OPERATION", text, [])
        if sobject is ACCOUNT:
            for contact in self.children(CONTACT, "AccountId", row["Id"]):
                self.put(CONTACT, contact | {"IsDeleted": True} | self.touched(actor))
            for child in self.children(ACCOUNT, "ParentId", row["Id"]):
                self.put(ACCOUNT, child | {"ParentId": None} | self.touched(actor))
        for entry in prices.fall(self, sobject, row):
            self.put(ENTRY, entry | {"IsDeleted": True} | self.touched(actor))
        self.put(sobject, row | {"IsDeleted": True} | self.touched(actor))

    def merge(self, sobject: SObject, winner: str, losers: list[str], actor: str = PAGE_USER) -> None:
        """Delete the losers, tell them their master, and hang what belonged to them under the winner."""
        if not sobject.merge:
            raise errors.Refused("INVALID_MERGE_RECORD", f"Records of {sobject.name} cannot be merged.", [])
        master = self.find(sobject, winner)
        rows = [self.find(sobject, loser) for loser in losers]
        if any(row["Id"] == master["Id"] or row["IsPersonAccount"] != master["IsPersonAccount"] for row in rows):
            raise errors.Refused("INVALID_MERGE_RECORD", "These records cannot be merged with each other.", [])
        for row in rows:
            for child_type, name in (CONTACT, "AccountId"), (ACCOUNT, "ParentId"), (CONTACT, "ReportsToId"):
                for child in self.children(child_type, name, row["Id"]):
                    if not (child_type is CONTACT and child["IsPersonAccount"]):
                        parent = None if child["Id"] == master["Id"] else master["Id"]
                        self.put(child_type, child | {name: parent} | self.touched(actor))
            if sobject is ACCOUNT and row["PersonContactId"]:
                self._hide_contact(row, actor, master["PersonContactId"])
            gone = {"IsDeleted": True, "MasterRecordId": master["Id"]}
            self.put(sobject, row | gone | self.touched(actor))
        merged = self.find(sobject, winner) | self.touched(actor)
        try:
            self._check_circle(sobject, merged)
        except errors.Refused as circle:
            raise errors.Refused("MERGE_FAILED", circle.message, []) from None
        self.put(sobject, merged)

    # ---- the rules between fields and records ---------------------------------------------------------------------

    def _values(self, sobject: SObject, values: Row, actor: str, new: bool = False) -> Row:
        if not sobject.write:
            raise errors.Refused(
                "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type cannot be inserted: {sobject.name}", []
            )
        given = rules.named(sobject, self._resolved(sobject, values), new)
        if actor == PAGE_USER:
            given = {field: rules.typed_by_hand(field, value) for field, value in given.items()}
        checked = {field.name: rules.checked(sobject, field, value) for field, value in given.items()}
        for field in given:
            if field.type == "reference" and checked[field.name] is not None:
                self._check_reference(sobject, field, checked[field.name])
        return checked

    def _resolved(self, sobject: SObject, values: Row) -> Row:
        """Replace `{"Account": {"MDM_Key__c": "x"}}` by the id it stands for."""
        plain = {name: value for name, value in values.items() if name != "attributes" and not isinstance(value, dict)}
        for name, value in values.items():
            if name == "attributes" or not isinstance(value, dict):
                continue
            field = sobject.relation(name)
            if field is None:
                raise errors.no_column(name, sobject.name)
            plain[field.name] = self._by_external_id(OBJECTS[field.refers.lower()], value)
        return plain

    def _by_external_id(self, target: SObject, value: Row) -> str:
        keys = {name: text for name, text in value.items() if name != "attributes"}
        name, text = next(iter(keys.items()), ("", None))
        field = target.field(name)
        if len(keys) != 1 or field is None or not field.external:
            raise errors.no_column(name, target.name)
        found = self.store.table(target.name).live(field, text)
        if len(found) != 1:
            reason = f"Foreign key external ID: {text} not found for field {field.name} in entity {target.name}"
            raise errors.Refused("INVALID_FIELD", reason, [])
        return found[0]

    def _check_reference(self, sobject: SObject, field: Field, id: str) -> None:
        if field.refers == "User":
            if id not in (INTEGRATION_USER, PAGE_USER):
                raise errors.no_such_record([field.name])
            return
        target = OBJECTS[field.refers.lower()]
        if not id.startswith(target.prefix):
            raise errors.wrong_reference(field.name, rules.title(sobject, field), id)
        row = self.store.table(target.name).rows.get(id)
        if row is None:
            raise errors.no_such_record([field.name])
        if row.get("IsDeleted"):
            raise errors.deleted(400)
        if sobject is CONTACT and target is ACCOUNT and row["IsPersonAccount"]:
            text = "A contact cannot belong to a person account."
            raise errors.Refused("FIELD_INTEGRITY_EXCEPTION", text, [field.name])

    def _settle(self, sobject: SObject, row: Row, given: Row, actor: str) -> None:
        if sobject in (ACCOUNT, CONTACT):
            self._settle_party(sobject, row, given)
        else:
            prices.settle(self, sobject, row, given)
        self._check_unique(sobject, row, given)
        if sobject in (ACCOUNT, CONTACT):
            self._check_circle(sobject, row)
        if sobject is ACCOUNT and row["IsPersonAccount"]:
            row["PersonContactId"] = row["PersonContactId"] or self._next(CONTACT)
            self._show_contact(row)
        self.put(sobject, row)
        prices.follow(self, sobject, row, actor)

    def _settle_party(self, sobject: SObject, row: Row, given: Row) -> None:
        if sobject is ACCOUNT:
            strange = sorted(set(given) & (BUSINESS_ONLY if row["IsPersonAccount"] else PERSON_ONLY))
            if strange:
                raise errors.wrong_kind_of_account(strange)
        required = "Name" if sobject is ACCOUNT and not row["IsPersonAccount"] else "LastName"
        if row[required] is None:
            raise errors.required([required])
        if required == "LastName":
            row["Name"] = " ".join(part for part in (row["FirstName"], row["LastName"]) if part)

    def _check_unique(self, sobject: SObject, row: Row, given: Row) -> None:
        for field in self.store.table(sobject.name).indexed:
            value = row[field.name] if field.unique and field.name in given else None
            others = self.store.table(sobject.name).live(field, value) if value is not None else []
            others = [id for id in others if id != row["Id"]]
            if others:
                raise errors.duplicate(field.name, others[0])

    def _check_circle(self, sobject: SObject, row: Row) -> None:
        name = "ParentId" if sobject is ACCOUNT else "ReportsToId"
        above, rows = row[name], self.store.table(sobject.name).rows
        while above is not None:
            if above == row["Id"]:
                raise errors.Refused("CIRCULAR_DEPENDENCY", "attempt to form a circle of records", [name])
            above = rows[above][name]

    # ---- rows -----------------------------------------------------------------------------------------------------

    def _next(self, sobject: SObject) -> str:
        rows = self.store.table(sobject.name).rows
        while True:
            self._serial[sobject.prefix] += 1
            id = ids.make(sobject.prefix, self._serial[sobject.prefix])
            if id not in rows:
                return id

    def _fresh(self, sobject: SObject, id: str, actor: str) -> Row:
        row: Row = {field.name: field.default for field in sobject.fields.values() if field.type != "address"}
        made = {"Id": id, "CreatedDate": self.now(), "CreatedById": actor}
        owner = {"OwnerId": actor} if "OwnerId" in row else {}
        return row | made | owner | self.touched(actor)

    def touched(self, actor: str) -> Row:
        """The stamps of a change that happens now."""
        now = self.now()
        return {"LastModifiedDate": now, "LastModifiedById": actor, "SystemModstamp": now}

    def put(self, sobject: SObject, row: Row) -> None:
        """Store a row as it is."""
        self.store.put(sobject.name, row["Id"], row)

    def children(self, sobject: SObject, name: str, parent: str) -> list[Row]:
        """The live rows whose reference of that name points to a record."""
        table, field = self.store.table(sobject.name), sobject.field(name)
        assert field is not None
        return [table.rows[id] for id in table.live(field, parent)]

    def _show_contact(self, account: Row) -> None:
        id = account["PersonContactId"]
        row = self.store.table("Contact").rows.get(id) or self._fresh(CONTACT, id, account["CreatedById"])
        stamps = ("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp")
        mirrored = {theirs: account[ours] for ours, theirs in _MIRRORED.items()} | {s: account[s] for s in stamps}
        known = {"Name": account["Name"], "AccountId": account["Id"], "IsPersonAccount": True}
        self.put(CONTACT, row | mirrored | known)

    def _hide_contact(self, account: Row, actor: str, master: Any) -> None:
        row = self.store.table("Contact").rows[account["PersonContactId"]]
        self.put(CONTACT, row | {"IsDeleted": True, "MasterRecordId": master} | self.touched(actor))
