"""What happens to customers while the demo plays."""

from __future__ import annotations

from typing import Any

from connectors.demo.story.outside import Outside, Story, Told


def new_account(outside: Outside) -> Story:
    """A sales person enters an account."""
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

    yield look


def first_time_shopper(outside: Outside) -> Story:
    """Somebody buys for the first time, then CRM and store each learn something of them."""
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

    told = yield everywhere
    if not all(told.values()):
        return
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

    yield both


def proposal(outside: Outside) -> Story:
    """A sales person changes what SAP owns."""
    golden = _with_terms(outside)
    account = next(row["external_id"] for row in golden["records"] if row["connection"] == "salesforce")
    outside.act("salesforce", "edit", object="Account", id=account, fields={"Payment_Terms__c": "NT75"})

    def proposals(state: str = "") -> list[dict[str, Any]]:
        rows = outside.hub(f"proposals?limit=1000{state}")["items"]  # the latest stands last
        return [row for row in rows if row["customer"] == golden["id"]]

    def held() -> Any:
        return outside.record("salesforce", "Account", "Id", account).get("Payment_Terms__c")

    def corrected() -> Told:
        return {
            "non-owner's edit became a proposal": [row["value"] for row in proposals("&state=open")] == ["NT75"],
            "non-owner's edit was corrected": held() == golden["values"]["payment_terms"],
        }

    yield corrected
    own = proposals("&state=open")
    if not own:
        return
    outside.decide(own[0]["id"], "accept")

    def confirmed() -> Told:
        states = [row["state"] for row in proposals() if row["id"] == own[0]["id"]]
        after = outside.hub(f"customers/{golden['id']}")["values"].get("payment_terms")
        return {
            "accepted proposal was confirmed by its owner": states == ["confirmed"] and after == "NT75",
            "confirmed value reached the CRM": held() == "NT75",
        }

    yield confirmed


def _with_terms(outside: Outside) -> dict[str, Any]:
    """A golden organisation with one account and one partner, whose terms SAP has set."""
    for item in outside.customers():
        types = [row["object_type"] for row in item["records"] if row["status"] == "active"]
        single = types.count("Account") == types.count("BusinessPartner") == 1
        stated = [row for row in item["records"] if row["connection"] == "sap" and not row["created_by_hub"]]
        if single and stated and item["values"].get("payment_terms") not in (None, "NT75"):
            return item
    raise RuntimeError("The estate has no organisation with one account, one partner and payment terms.")
