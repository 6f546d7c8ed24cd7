"""The auditor on real simulated systems and a hub that says what the test wrote down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import pytest
from werkzeug import Request, Response
from werkzeug.serving import make_server

from connectors.demo import estate
from connectors.demo.audit import AuditFailed, Auditor
from connectors.demo.estate.truth import Party, Truth
from tests.connectors.demo import matchability
from tests.connectors.sandbox.server import Running

ACCOUNT, PERSON_ACCOUNT = "0015i0000000001AAA", "0015i0000000002AAA"
COMPANY, CUSTOMER = "gid://shopify/Company/51", "gid://shopify/Customer/61"
STREET = {"city": "Ulm", "postcode": "89073", "country": "DE"}
FIRM = {
    "id": "firm-1", "status": "active", "name": "Weber Schrauben GmbH",
    "values": {
        "party_type": "organisation", "legal_name": "Weber Schrauben GmbH", "phones|main": "+497311234567",
        "addresses|bill_to": {"street": "Ringstr. 1", "region": "BW", **STREET}, "tax_ids|VAT": ["DE811569869"],
        "emails": ["info@weber.de", "kontakt@weber.de"], "payment_terms": "NT30", "segment": "Dealer",
        "addresses|ship_to": {"street": "Am Hafen 2", "region": "", **STREET},
    },
}  # fmt: skip
SHOPPER = {
    "id": "person-1", "status": "active", "name": "Anna Maier",
    "values": {
        "party_type": "person", "first_name": "Anna", "last_name": "Maier", "phones|main": "+4917112345678",
        "emails": ["anna@gmx.de"], "addresses|ship_to": {"street": "Weg 3", "region": "", **STREET},
    },
}  # fmt: skip
ROLES = {"salesforce": "crm", "sap": "erp", "shopify": "store"}


def record(connection: str, object_type: str, id: str, **more: Any) -> dict[str, Any]:
    known = {"status": "active", "created_by_hub": False, "role": ROLES[connection]}
    return {"connection": connection, "object_type": object_type, "external_id": id, **known, **more}


def native() -> estate.Estate:
    """Both parties in the three systems, each as its system writes things, with all ids in place."""
    place = {"StreetName": "Ringstr.", "HouseNumber": "1", "CityName": "ULM", "PostalCode": "89073", "Country": "DE"}
    ship = {"StreetName": "Am Hafen", "HouseNumber": "2", "CityName": "Ulm", "PostalCode": "89073", "Country": "DE"}
    billing = {"Street": "Ringstr. 1", "City": "Ulm", "PostalCode": "89073", "Country": "Deutschland"}
    shipping = {"Street": "Am Hafen 2", "City": "Ulm", "PostalCode": "89073", "Country": "Germany"}
    home = {"address1": "Weg 3", "city": "Ulm", "zip": "89073", "countryCode": "DE"}
    company = {"address1": "Ringstr. 1", "city": "Ulm", "zip": "89073", "countryCode": "DE"}
    account = {
        "Id": ACCOUNT, "Name": "Weber Schrauben", "Legal_Name__c": "Weber Schrauben GmbH", "Phone": "0731 1234567",
        "VAT_Id__c": "DE 811569869", "Email__c": "kontakt@weber.de", "Payment_Terms__c": "NT30", "Segment__c": "Dealer",
        "MDM_Key__c": "k1", "MDM_Id__c": "firm-1", "SAP_Id__c": "1000001", "Store_Id__c": COMPANY,
        **{f"Billing{part}": value for part, value in billing.items()},
        **{f"Shipping{part}": value for part, value in shipping.items()},
    }  # fmt: skip
    buyer = {
        "Id": PERSON_ACCOUNT, "RecordTypeId": "012gR0000000002", "FirstName": "Anna", "LastName": "Maier",
        "PersonEmail": "Anna@gmx.de", "Phone": "+49 171 12345678", "MDM_Key__c": "k3", "MDM_Id__c": "person-1",
        "Store_Id__c": CUSTOMER,
        **{f"Shipping{part}": value for part, value in (shipping | {"Street": "Weg 3"}).items()},
    }  # fmt: skip
    partner = {
        "BusinessPartner": "1000001", "BusinessPartnerCategory": "2", "OrganizationBPName1": "WEBER SCHRAUBEN GMBH",
        "to_BusinessPartnerRole": [{"BusinessPartnerRole": "FLCU00"}],
        "to_BusinessPartnerTax": [{"BPTaxType": "DE0", "BPTaxNumber": "DE811569869"}],
        "to_BuPaIdentification": [
            {"BPIdentificationType": kind, "BPIdentificationNumber": number}
            for kind, number in {"MDMKEY": "k1", "MDMID": "firm-1", "CRM": ACCOUNT, "WEB": COMPANY}.items()
        ],
        "to_BusinessPartnerAddress": [
            place | {
                "to_PhoneNumber": [{"PhoneNumber": "0731 1234567"}],
                "to_EmailAddress": [{"EmailAddress": "info@weber.de"}],
            },
            ship | {"to_AddressUsage": [{"AddressUsage": "SHIP_TO"}]},
        ],
        "to_Customer": {"to_CustomerCompany": [{"CompanyCode": "1010", "PaymentTerms": "NT30"}]},
    }  # fmt: skip
    shop_company = {
        "id": 51, "name": "Weber Schrauben GmbH", "externalId": "k1",
        "locations": [{
            "name": "Ulm", "phone": "+497311234567", "taxSettings": {"taxRegistrationId": "DE811569869"},
            "billingAddress": company, "shippingAddress": company | {"address1": "Am Hafen 2"},
        }],
        "metafields": _metafields(golden_id="firm-1", salesforce_id=ACCOUNT, sap_id="1000001"),
    }  # fmt: skip
    shopper = {
        "id": 61, "firstName": "anna", "lastName": "maier", "email": "anna@gmx.de", "phone": "+4917112345678",
        "addresses": [home], "metafields": _metafields(key="k3", golden_id="person-1", salesforce_id=PERSON_ACCOUNT),
    }  # fmt: skip
    truth = Truth((
        Party("F1", "organisation", (
            ("salesforce", "Account", ACCOUNT), ("sap", "BusinessPartner", "1000001"), ("shopify", "Company", COMPANY)
        )),
        Party("P1", "person", (("salesforce", "Account", PERSON_ACCOUNT), ("shopify", "Customer", CUSTOMER))),
    ))  # fmt: skip
    return estate.Estate(
        [{"object": "Account", "fields": account}, {"object": "Account", "fields": buyer}],
        [{"object": "A_BusinessPartner", "fields": partner}],
        [{"object": "Company", "fields": shop_company}, {"object": "Customer", "fields": shopper}],
        truth,
    )


def _metafields(**values: str) -> list[dict[str, str]]:
    return [{"namespace": "mdm", "key": key, "value": value} for key, value in values.items()]


@dataclass
class Hub:
    """What the hub says; `url` while it listens."""

    customers: list[dict[str, Any]] = field(default_factory=list)
    products: list[dict[str, Any]] = field(default_factory=list)
    expected: list[dict[str, Any]] = field(default_factory=list)
    expected_products: list[dict[str, Any]] = field(default_factory=list)
    relations: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def __call__(self, environ: Any, start: Any) -> Any:
        request = Request(environ)
        if request.headers.get("Authorization") != "Bearer t":
            return Response("no", 401)(environ, start)
        of_products = request.args.get("entity") == "product"
        items = getattr(self, request.path.rpartition("/")[2] + ("_products" if of_products else ""))
        after = int(request.args["cursor"] or 0)
        page = {"items": items[after : after + 1], "next": str(after + 1) if after + 1 < len(items) else None}
        return Response(json.dumps(page), content_type="application/json")(environ, start)

    def agree(self) -> None:
        """Say what the systems hold."""
        firm = [record("salesforce", "Account", ACCOUNT), record("sap", "BusinessPartner", "1000001"),
                record("shopify", "Company", COMPANY)]  # fmt: skip
        shopper = [record("salesforce", "Account", PERSON_ACCOUNT), record("shopify", "Customer", CUSTOMER)]
        self.customers = [json.loads(json.dumps({**FIRM, "records": firm})), {**SHOPPER, "records": shopper}]
        self.expected = [slots(one) for one in self.customers]
        self.products, self.expected_products = [], []


def slots(golden: dict[str, Any]) -> dict[str, Any]:
    """A slot for each of its records."""
    return {"id": golden["id"], "slots": [
        {"connection": row["connection"], "object_type": row["object_type"], "records": [row["external_id"]]}
        for row in golden["records"]
    ]}  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[dict[str, Running], Hub]]:
    hub = Hub()
    server = make_server("127.0.0.1", 0, hub, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    with ExitStack() as stack:
        yield matchability.loaded(stack, estate.Estate([], [], [], Truth(()))), hub
    server.shutdown()


@pytest.fixture
def systems(running: tuple[dict[str, Running], Hub]) -> dict[str, Running]:
    found = native()
    for code, system in running[0].items():
        system.control("reset")
        system.control("load", {"records": getattr(found, code)})
    running[1].agree()
    return running[0]


@pytest.fixture
def hub(running: tuple[dict[str, Running], Hub]) -> Hub:
    return running[1]


@pytest.fixture
def auditor(systems: dict[str, Running], hub: Hub) -> Auditor:
    access = {code: {"url": one.url, **matchability.SIGN_IN[code][1]} for code, one in systems.items()}
    return Auditor(hub.url, "t", access, native().truth)


def test_all_is_well_however_each_system_writes_it(auditor: Auditor) -> None:
    assert auditor.compare() == {"drift": 0, "doubled": 0, "missing": 0, "examples": []}
    assert auditor.completeness() == {
        "organisation": {"salesforce": [1, 1], "sap": [1, 1], "shopify": [1, 1]},
        "person": {"salesforce": [1, 1], "shopify": [1, 1]},
    }


EDITS = [
    ("salesforce", "Account", ACCOUNT, {"Legal_Name__c": "Weber Schrauben AG"}, "salesforce Account", "legal_name"),
    ("salesforce", "Account", ACCOUNT, {"Segment__c": "OEM"}, "salesforce Account", "segment"),
    ("salesforce", "Account", ACCOUNT, {"Payment_Terms__c": "NT45"}, "salesforce Account", "payment_terms"),
    ("salesforce", "Account", ACCOUNT, {"BillingCity": "Bonn"}, "salesforce Account", "addresses|bill_to"),
    ("salesforce", "Account", ACCOUNT, {"Email__c": "other@weber.de"}, "salesforce Account", "emails"),
    ("salesforce", "Account", PERSON_ACCOUNT, {"LastName": "Huber"}, "salesforce Account", "last_name"),
    ("sap", "A_BusinessPartner", "1000001", {"OrganizationBPName1": "Weber"}, "sap BusinessPartner", "legal_name"),
    (
        "sap", "A_BusinessPartner", "1000001",
        {"to_Customer": {"to_CustomerCompany": [{"CompanyCode": "1010", "PaymentTerms": "NT60"}]}},
        "sap BusinessPartner", "payment_terms",
    ),
    (
        "sap", "A_BusinessPartner", "1000001",
        {"to_BusinessPartnerTax": [{"BPTaxType": "DE0", "_delete": True}]}, "sap BusinessPartner", "tax_ids",
    ),
    ("shopify", "Company", COMPANY, {"name": "Weber"}, "shopify Company", "legal_name"),
    ("shopify", "Customer", CUSTOMER, {"phone": "+4917112345679"}, "shopify Customer", "phones|main"),
    ("shopify", "Customer", CUSTOMER, {"addresses": []}, "shopify Customer", "addresses|ship_to"),
]  # fmt: skip


@pytest.mark.parametrize("code, name, id, fields, where, key", EDITS)
def test_a_silent_edit_is_drift(auditor, systems, code, name, id, fields, where, key) -> None:
    systems[code].control("edit", {"object": name, "id": id, "fields": fields, "silent": True})
    found = auditor.compare()
    assert (found["drift"], found["doubled"], found["missing"]) == (1, 0, 0), found
    assert found["examples"][0].startswith(f"drift: {where} {id}: {key} is ")


IDS = [
    ("salesforce", "Account", ACCOUNT, {"SAP_Id__c": ""}, "organisation"),
    ("salesforce", "Account", PERSON_ACCOUNT, {"MDM_Id__c": "somebody-else"}, "person"),
    (
        "shopify", "Company", COMPANY,
        {"metafields": [{"namespace": "mdm", "key": "sap_id", "value": None}]}, "organisation",
    ),
    (
        "sap", "A_BusinessPartner", "1000001",
        {"to_BuPaIdentification": [{
            "BPIdentificationType": "WEB", "BPIdentificationNumber": COMPANY, "_delete": True}]},
        "organisation",
    ),
]  # fmt: skip


@pytest.mark.parametrize("code, name, id, fields, kind", IDS)
def test_a_missing_id_is_incomplete(auditor, systems, code, name, id, fields, kind) -> None:
    systems[code].control("edit", {"object": name, "id": id, "fields": fields, "silent": True})
    assert auditor.completeness()[kind][code] == [0, 1]


def test_a_record_that_is_gone_is_missing(auditor: Auditor, systems: dict[str, Running]) -> None:
    systems["shopify"].control("remove", {"object": "Company", "id": COMPANY})
    found = auditor.compare()
    assert (found["drift"], found["missing"]) == (0, 1)
    assert found["examples"] == ["missing: Weber Schrauben GmbH (firm-1) should be in shopify as Company and is not"]


def test_a_slot_without_a_record_is_missing(auditor: Auditor, hub: Hub) -> None:
    hub.expected[1]["slots"].append({"connection": "sap", "object_type": "BusinessPartner", "records": []})
    assert auditor.compare()["missing"] == 1
    assert auditor.completeness()["person"]["sap"] == [0, 1]


def test_doubled_records(auditor: Auditor, systems: dict[str, Running], hub: Hub) -> None:
    systems["sap"].control("load", {"records": [{"object": "A_BusinessPartner", "fields": {
        "BusinessPartner": "1000009", "BusinessPartnerCategory": "2", "OrganizationBPName1": "Weber Schrauben GmbH",
    }}]})  # fmt: skip
    records = hub.customers[0]["records"]
    records[1]["created_by_hub"] = True
    records.append(record("sap", "BusinessPartner", "1000009", created_by_hub=True))
    found = auditor.compare()
    assert found["doubled"] == 1 and "was created 2 times in sap BusinessPartner" in found["examples"][0]
    records[-1]["created_by_hub"] = False  # a duplicate of the system's own is none of the hub's making
    assert auditor.compare()["doubled"] == 0


def test_one_record_of_two_golden_records_is_doubled(auditor: Auditor, hub: Hub) -> None:
    hub.customers[1]["records"].append(record("sap", "BusinessPartner", "1000001"))
    assert auditor.compare()["examples"] == ["doubled: sap BusinessPartner 1000001 belongs to 2 golden records"]


def test_only_the_oldest_of_duplicates_must_hold_the_values(auditor: Auditor, systems, hub: Hub) -> None:
    double = {"Id": "0015i0000000009AAA", "Name": "Weber", "MDM_Id__c": "firm-1", "SAP_Id__c": "1000001"}
    systems["salesforce"].control("load", {"records": [{"object": "Account", "fields": double}]})
    hub.customers[0]["records"].append(record("salesforce", "Account", double["Id"]))
    hub.expected[0]["slots"][0]["records"].append(double["Id"])
    assert auditor.compare()["drift"] == 0
    assert auditor.completeness()["organisation"]["salesforce"] == [0, 1]  # it lacks the store's id


def test_the_shop_cannot_hold_an_e_mail_twice(auditor: Auditor, systems: dict[str, Running], hub: Hub) -> None:
    fields = {"email": "", "phone": ""}
    systems["shopify"].control("edit", {"object": "Customer", "id": CUSTOMER, "fields": fields, "silent": True})
    assert auditor.compare()["drift"] == 2
    other = {"id": 62, "lastName": "Maier", "email": "anna@gmx.de", "phone": "+4917112345678"}
    systems["shopify"].control("load", {"records": [{"object": "Customer", "fields": other}]})
    assert auditor.compare()["drift"] == 0


def test_contacts_are_linked(auditor: Auditor, systems: dict[str, Running], hub: Hub) -> None:
    hub.relations = [{"source": "person-1", "target": "firm-1", "type": "contact", "status": "active"}]
    assert auditor.contacts() == {"salesforce": [0, 1], "shopify": [0, 1]}
    link = {"companyId": COMPANY, "customerId": CUSTOMER}
    systems["shopify"].control("load", {"records": [{"object": "CompanyContact", "fields": link}]})
    fields = {"Id": "0035i0000000003AAA", "LastName": "Maier", "AccountId": ACCOUNT}
    systems["salesforce"].control("load", {"records": [{"object": "Contact", "fields": fields}]})
    hub.customers[1]["records"].append(record("salesforce", "Contact.Person", fields["Id"]))
    fields = {"BusinessPartner": "1000002", "BusinessPartnerCategory": "1", "LastName": "Maier"}
    ends = {"BusinessPartnerCompany": "1000001", "BusinessPartnerPerson": "1000002"}
    both = {"A_BusinessPartner": fields, "A_BusinessPartnerContact": ends}
    records = [{"object": name, "fields": held} for name, held in both.items()]
    systems["sap"].control("load", {"records": records})
    hub.customers[1]["records"].append(record("sap", "BusinessPartner", "1000002"))
    assert auditor.contacts() == {"salesforce": [1, 1], "sap": [1, 1], "shopify": [1, 1]}
    hub.relations[0]["status"] = "ended"
    assert auditor.contacts() == {}


def test_clusters_and_accuracy(auditor: Auditor, hub: Hub) -> None:
    assert set(auditor.clusters().values()) == {"firm-1", "person-1"}
    found = auditor.accuracy()
    assert found["precision"] == found["recall"] == {"organisation": 1.0, "person": 1.0}
    # the partner and the company share a VAT number as it stands, the account has a blank in its own
    assert found["naive"]["identifier_join"]["organisation"] == {"precision": 1.0, "recall": 0.3333}
    assert found["naive"]["name_postcode_join"]["person"] == {"precision": 1.0, "recall": 1.0}
    hub.customers[1]["records"] = [record("salesforce", "Account", PERSON_ACCOUNT)]
    assert auditor.accuracy()["recall"] == {"organisation": 1.0, "person": 0.0}


def test_refusals_are_told(systems: dict[str, Running], hub: Hub) -> None:
    access = {code: {"url": one.url, **matchability.SIGN_IN[code][1]} for code, one in systems.items()}
    with pytest.raises(AuditFailed, match="the hub's customers answered 401"):
        Auditor(hub.url, "wrong", access, Truth(())).clusters()
    access["salesforce"]["client_secret"] = "wrong"
    with pytest.raises(AuditFailed, match="Salesforce's login answered 400"):
        Auditor(hub.url, "t", access, Truth(())).compare()


def test_a_throttled_shop_is_asked_again(auditor: Auditor, systems: dict[str, Running]) -> None:
    systems["shopify"].control("fault", {"kind": "throttle", "times": 2})
    assert auditor.compare()["missing"] == 0
