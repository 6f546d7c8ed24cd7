"""Reads accounts, contacts and products over Salesforce's REST API."""

from __future__ import annotations

from collections.abc import Iterator

import requests

from connectors.demo.audit import salesforce_goods
from connectors.demo.audit.seen import TIMEOUT, Json, Seen, address, dumped, json_of, known

VERSION = "v67.0"
IDS = {"golden": "MDM_Id__c", "erp": "SAP_Id__c", "store": "Store_Id__c"}
PLACE = ("Street", "City", "State", "PostalCode", "Country")
ACCOUNT = (
    *("Id", "IsPersonAccount", "MDM_Key__c", *IDS.values(), "Name", "Legal_Name__c", "FirstName", "LastName", "Phone"),
    *("PersonMobilePhone", "Email__c", "PersonEmail", "GSTIN__c", "VAT_Id__c", "EIN__c", "Payment_Terms__c"),
    *("Segment__c", *(f"{use}{part}" for use in ("Billing", "Shipping") for part in PLACE)),
)
CONTACT = (
    *("Id", "AccountId", "MDM_Key__c", *IDS.values(), "FirstName", "LastName", "Phone", "MobilePhone", "Email"),
    *(f"Mailing{part}" for part in PLACE),
)


class Salesforce:
    """`access` holds url, client_id and client_secret."""

    def __init__(self, access: dict[str, str]) -> None:
        self.url = access["url"].rstrip("/")
        self.session = requests.Session()
        form = {name: access[name] for name in ("client_id", "client_secret")} | {"grant_type": "client_credentials"}
        answer = self.session.post(f"{self.url}/services/oauth2/token", data=form, timeout=TIMEOUT)
        token = json_of(answer, "Salesforce's login")["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    def read(self) -> list[Seen]:
        """All accounts, contacts and products; the hidden contacts of person accounts are their accounts."""
        accounts = map(_account, self._query(f"SELECT {','.join(ACCOUNT)} FROM Account"))
        contacts = map(_contact, self._query(f"SELECT {','.join(CONTACT)} FROM Contact WHERE IsPersonAccount = false"))
        return [*accounts, *contacts, *map(salesforce_goods.product, self._query(salesforce_goods.QUERY))]

    def count(self) -> int:
        """How many it holds, past the API."""
        contacts = sum(not row["IsDeleted"] and not row["IsPersonAccount"] for row in dumped(self.url, "Contact"))
        others = (row for name in ("Account", "Product2") for row in dumped(self.url, name))
        return contacts + sum(not row["IsDeleted"] for row in others)

    def _query(self, soql: str) -> Iterator[dict[str, Json]]:
        target: str | None = f"/services/data/{VERSION}/query"
        params = {"q": soql}
        while target:
            answer = self.session.get(f"{self.url}{target}", params=params, timeout=TIMEOUT)
            page = json_of(answer, "Salesforce")
            yield from page["records"]
            target, params = page.get("nextRecordsUrl"), {}


def _account(row: dict[str, Json]) -> Seen:
    person = bool(row["IsPersonAccount"])
    name, legal = row["Name"], row["Legal_Name__c"]
    values = {
        "shown_name": name,
        "phones|main": row["Phone"],
        "tax_ids": known(row["GSTIN__c"], row["VAT_Id__c"], row["EIN__c"]),
        "emails": known(row["PersonEmail"] if person else row["Email__c"]),
        "addresses|bill_to": _place(row, "Billing"),
        "addresses|ship_to": _place(row, "Shipping"),
        "payment_terms": row["Payment_Terms__c"],
        "segment": row["Segment__c"],
    }
    if person:
        values |= {"first_name": row["FirstName"], "last_name": row["LastName"]}
        values["phones|mobile"] = row["PersonMobilePhone"]
    else:
        values |= {"legal_name": legal or name, "trade_name": name if legal and legal != name else None}
    return Seen(
        connection="salesforce", object_type="Account", id=row["Id"], person=person, **_marks(row), values=values
    )


def _contact(row: dict[str, Json]) -> Seen:
    """Its work phone and e-mail belong to the place of work, so they are only there to be recognised by."""
    values = {
        "first_name": row["FirstName"],
        "last_name": row["LastName"],
        "phones|mobile": row["MobilePhone"],
        "work_emails": known(row["Email"]),
        "addresses|work": _place(row, "Mailing"),
    }
    firms = tuple(known(row["AccountId"]))
    return Seen(
        connection="salesforce",
        object_type="Contact.Person",
        id=row["Id"],
        person=True,
        works_for=firms,
        values=values,
        **_marks(row),
    )


def _marks(row: dict[str, Json]) -> dict[str, Json]:
    return {"key": row["MDM_Key__c"] or "", "ids": {role: row[name] for role, name in IDS.items() if row[name]}}


def _place(row: dict[str, Json], use: str) -> dict[str, str] | None:
    street, *rest = (row[f"{use}{part}"] for part in PLACE)
    return address([street], *rest)
