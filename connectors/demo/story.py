"""The scripted live changes of the demo: what people do in the systems, and whether the hub did its part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

Told = dict[str, bool]
Settle = Callable[[Callable[[], bool]], None]  # waits until all is quiet and this is so, or too long has gone by


@dataclass(frozen=True, slots=True)
class Outside:
    """People at work in the simulated systems, and a client of the hub's API."""

    urls: dict[str, str]
    web: str
    token: str

    def act(self, system: str, verb: str, **body: Any) -> Any:
        """Create, edit, remove or merge as a user of the system would; raises for a refusal."""
        answer = requests.post(f"{self.urls[system]}/_control/{verb}", json=body, timeout=30)
        if not answer.ok:
            raise RuntimeError(f"{system} refused to {verb}: {answer.text[:300]}")
        return answer.json()

    def record(self, system: str, object_type: str, key: str, value: Any) -> dict[str, Any]:
        """The record of a system with this value in a field; empty if there is none."""
        answer = requests.get(f"{self.urls[system]}/_control/dump", params={"object": object_type}, timeout=60)
        return next((row for row in answer.json()["records"] if row.get(key) == value), {})

    def hub(self, path: str) -> Any:
        """Read from the hub's API."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = requests.get(f"{self.web}/api/v1/{path}", headers=headers, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def decide(self, proposal: int, verb: str) -> None:
        """Decide a proposal through the API."""
        headers = {"Authorization": f"Bearer {self.token}"}
        where = f"{self.web}/api/v1/proposals/{proposal}"
        version = requests.get(where, headers=headers, timeout=30).json()["version"]
        told = requests.post(f"{where}/{verb}", json={"version": version}, headers=headers, timeout=30)
        told.raise_for_status()

    def customers(self) -> list[dict[str, Any]]:
        """All golden customers."""
        found: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self.hub(f"customers?limit=1000&cursor={cursor}")
            found, cursor = found + page["items"], page["next"]
        return found

    def customer_of(self, system: str, external_id: str) -> dict[str, Any]:
        """The golden customer a record belongs to; empty if none."""
        for item in self.customers():
            if any((row["connection"], row["external_id"]) == (system, external_id) for row in item["records"]):
                return item
        return {}


def play(urls: dict[str, str], web: str, token: str, settle: Settle) -> Told:
    """Play the changes one after the other; gives what was expected and whether it came true."""
    outside = Outside(urls, web, token)
    return {
        **_new_account(outside, settle),
        **_first_time_shopper(outside, settle),
        **_proposal(outside, settle),
    }


def _seen(look: Callable[[], Told], settle: Settle) -> Told:
    """What there is to see once all is quiet and all of it came true, or nothing more is to be expected."""
    settle(lambda: all(look().values()))
    return look()


def _new_account(outside: Outside, settle: Settle) -> Told:
    made = outside.act(
        "salesforce",
        "create",
        object="Account",
        fields={
            "Name": "Nordlicht Verbindungstechnik GmbH",
            "BillingStreet": "Speicherstr. 12",
            "BillingCity": "Kiel",
            "BillingPostalCode": "24103",
            "BillingCountry": "Germany",
            "Phone": "+49 431 5550123",
        },
    )["id"]

    def look() -> Told:
        number = outside.record("salesforce", "Account", "Id", made).get("SAP_Id__c")
        partner = outside.record("sap", "A_BusinessPartner", "BusinessPartner", number) if number else {}
        values = outside.customer_of("salesforce", made).get("values", {}) if number else {}
        return {
            "new account got its SAP number back": bool(partner),
            "golden record took the SAP number": values.get("account_number") == number != None,  # noqa: E711
        }

    return _seen(look, settle)


def _first_time_shopper(outside: Outside, settle: Settle) -> Told:
    made = outside.act(
        "shopify",
        "create",
        object="Customer",
        fields={
            "firstName": "Ottilie",
            "lastName": "Brandtner",
            "email": "ottilie.brandtner@example.com",
            "phone": "+4943155598765",
            "addresses": [
                {"address1": "Deichweg 3", "city": "Husum", "zip": "25813", "countryCodeV2": "DE", "country": "Germany"}
            ],
        },
    )["id"]

    def roles() -> dict[str, str]:
        return {row["role"]: row["external_id"] for row in outside.customer_of("shopify", made).get("records", [])}

    def everywhere() -> Told:
        return {"first-time shopper was created in CRM and ERP": {"crm", "erp", "store"} <= roles().keys()}

    told = _seen(everywhere, settle)
    if not all(told.values()):
        return told
    outside.act(
        "salesforce", "edit", object="Account", id=roles()["crm"], fields={"PersonMobilePhone": "+49 171 5550777"}
    )
    outside.act(
        "shopify",
        "edit",
        object="Customer",
        id=made,
        fields={
            "addresses": [
                {"address1": "Am Markt 9", "city": "Husum", "zip": "25813", "countryCodeV2": "DE", "country": "Germany"}
            ]
        },
    )

    def both() -> Told:
        values = outside.customer_of("shopify", made)["values"]
        street = (values.get("addresses|ship_to") or {}).get("street", "")
        survived = values.get("phones|mobile") == "+491715550777" and "Am Markt 9" in street
        return {"phone from the CRM and address from the store both survived": survived}

    return told | _seen(both, settle)


def _proposal(outside: Outside, settle: Settle) -> Told:
    golden = _with_terms(outside)
    account = next(row["external_id"] for row in golden["records"] if row["connection"] == "salesforce")
    outside.act("salesforce", "edit", object="Account", id=account, fields={"Payment_Terms__c": "NT75"})

    def proposals(query: str) -> list[dict[str, Any]]:
        return [row for row in outside.hub(f"proposals?{query}")["items"] if row["customer"] == golden["id"]]

    def held() -> Any:
        return outside.record("salesforce", "Account", "Id", account).get("Payment_Terms__c")

    def corrected() -> Told:
        return {
            "non-owner's edit became a proposal": [row["value"] for row in proposals("state=open")] == ["NT75"],
            "non-owner's edit was corrected": held() == golden["values"]["payment_terms"],
        }

    told = _seen(corrected, settle)
    own = proposals("state=open")
    if not own:
        return told
    outside.decide(own[0]["id"], "accept")

    def confirmed() -> Told:
        states = [row["state"] for row in proposals("limit=1000") if row["id"] == own[0]["id"]]
        after = outside.hub(f"customers/{golden['id']}")["values"].get("payment_terms")
        return {
            "accepted proposal was confirmed by its owner": states == ["confirmed"] and after == "NT75",
            "confirmed value reached the CRM": held() == "NT75",
        }

    return told | _seen(confirmed, settle)


def _with_terms(outside: Outside) -> dict[str, Any]:
    """A golden organisation with one account and one partner, whose terms SAP has set."""
    for item in outside.customers():
        types = [row["object_type"] for row in item["records"] if row["status"] == "active"]
        single = types.count("Account") == types.count("BusinessPartner") == 1
        stated = [row for row in item["records"] if row["connection"] == "sap" and not row["created_by_hub"]]
        if single and stated and item["values"].get("payment_terms") not in (None, "NT75"):
            return item
    raise RuntimeError("The estate has no organisation with one account, one partner and payment terms.")


def drift(urls: dict[str, str], reconcile: Callable[[], None]) -> Told:
    """Change a field behind the hub's back, without a stamp or a notice; only a full compare can see that."""
    outside = Outside(urls, "", "")
    answer = requests.get(f"{urls['salesforce']}/_control/dump", params={"object": "Account"}, timeout=60)
    account = next(row for row in answer.json()["records"] if row.get("SAP_Id__c") and row.get("Payment_Terms__c"))
    before = account["Payment_Terms__c"]
    outside.act(
        "salesforce", "edit", object="Account", id=account["Id"], fields={"Payment_Terms__c": "NT01"}, silent=True
    )
    reconcile()
    healed = outside.record("salesforce", "Account", "Id", account["Id"]).get("Payment_Terms__c")
    return {"planted drift was found and healed": healed == before}
