"""What is written for a wish: exactly the segments that differ, in the order that is safe."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import Permanent
from connectors.sap import contacts, options, plan
from connectors.sap.writes import Write, difference
from mdm.contracts import Desired
from tests.connectors.sap.test_mapping import ADDRESS, LAST, READ, addresses, payload

TAG = payload("organisation").body["__metadata"]["etag"]
PARTNER = "A_BusinessPartner('1000000')"
HOME = "A_BusinessPartnerAddress(BusinessPartner='1000000',AddressID='26000')"
PUNE = "A_BusinessPartnerAddress(BusinessPartner='1000000',AddressID='26001')"
FIRST_AREA = "A_CustomerSalesArea(Customer='1000000',SalesOrganization='1010',DistributionChannel='10',Division='00')"
SECOND_AREA = FIRST_AREA.replace("Organization='1010'", "Organization='1710'")
AREA_TAX = ("A_CustomerSalesAreaTax(Customer='1000000',SalesOrganization='1010',DistributionChannel='10',Division='00',"
            "DepartureCountry='DE',CustomerTaxCategory='TTX1')")
BONN = {"street": "Markt 1", "city": "Bonn", "postcode": "53111", "country": "DE"}
BONN_NATIVE = {"StreetName": "Markt", "HouseNumber": "1", "CityName": "Bonn", "PostalCode": "53111", "Country": "DE"}

BONN_PATCH = {"StreetName": "Markt", "HouseNumber": "1", "CityName": "Bonn", "PostalCode": "53111", "Region": ""}


def desired(attributes: dict[str, Any], **changes: Any) -> Desired:
    base = Desired(connection="erp", object_type="BusinessPartner", entity="customer", golden_id="golden-1",
                   crosswalk_key="sap-1", external_id="1000000", attributes=attributes, changed=frozenset(attributes))
    return replace(base, **changes)


def writes(wanted: Desired, body: Any = None, **given: Any) -> list[tuple[str, str, Any]]:
    wish = plan.wish(wanted, (), options.read(given))
    planned = plan.update(wish, body or payload("organisation").body, READ)
    return [(one.method, one.path, one.body) for one in planned]


UPDATES = [
    ("nothing", {}, []),
    ("what it holds already", {
        "legal_name": "Rheinblick Schrauben und Befestigungs technik GmbH & Co. KG", "language": "de",
        "addresses|registered": ADDRESS, "addresses|bill_to": ADDRESS, "emails": "info@rheinblick.example",
        "phones|main": "+4922112345", "tax_ids|EIN": "12-3456789", "payment_terms": "NT30", "credit_block": True,
        "credit_block|sales:1710/10/00": True, "website": "https://rheinblick.example", "party_type": "organisation",
        "tax_classification|DE/TTX1": "1", "currency": "EUR", "blocked": False, "legal_entity": "1710",
    }, []),
    ("a name", {"legal_name": "Rheinblick AG", "industry": None}, [
        ("PATCH", PARTNER, {"Industry": "", "OrganizationBPName1": "Rheinblick AG", "OrganizationBPName2": ""})]),
    ("a block", {"blocked": True}, [("PATCH", PARTNER, {"BusinessPartnerIsBlocked": True})]),
    ("an e-mail", {"emails": "new@rheinblick.example"}, [
        ("PATCH", "A_AddressEmailAddress(AddressID='26000',Person='',OrdinalNumber='2')",
         {"EmailAddress": "new@rheinblick.example"})]),
    ("no phone", {"phones|main": None, "phones|mobile": "+49171"}, [
        ("DELETE", "A_AddressPhoneNumber(AddressID='26000',Person='',OrdinalNumber='1')", None),
        ("PATCH", "A_AddressPhoneNumber(AddressID='26000',Person='',OrdinalNumber='2')", {"PhoneNumber": "+49171"})]),
    ("a phone with an extension", {"phones|main": "+4922177"}, [
        ("PATCH", "A_AddressPhoneNumber(AddressID='26000',Person='',OrdinalNumber='1')",
         {"PhoneNumber": "+4922177", "PhoneNumberExtension": ""})]),
    ("a tax number of the same category", {"tax_ids|VAT": "DE999999999", "tax_ids|GSTIN": None}, [
        ("PATCH", "A_BusinessPartnerTaxNumber(BusinessPartner='1000000',BPTaxType='DE0')",
         {"BPTaxNumber": "DE999999999"}),
        ("DELETE", "A_BusinessPartnerTaxNumber(BusinessPartner='1000000',BPTaxType='IN3')", None)]),
    ("a tax number of another country", {"tax_ids|VAT": "EL123456789"}, [
        ("POST", f"{PARTNER}/to_BusinessPartnerTax",
         {"BusinessPartner": "1000000", "BPTaxType": "GR0", "BPTaxNumber": "EL123456789"})]),
    ("an EIN under the category it has", {"tax_ids|EIN": "98-7654321"}, [
        ("PATCH", "A_BusinessPartnerTaxNumber(BusinessPartner='1000000',BPTaxType='US2')",
         {"BPTaxNumber": "98-7654321"})]),
    ("the whole customer's terms", {"payment_terms": "NT45"}, [
        ("PATCH", "A_CustomerCompany(Customer='1000000',CompanyCode='1010')", {"PaymentTerms": "NT45"})]),
    ("terms by context", {"payment_terms|company:1710": "NT10", "payment_terms|sales:1710/10/00": "NT20",
                          "credit_block|company:1010": False, "credit_block|sales:1010/10/00": True}, [
        ("PATCH", "A_CustomerCompany(Customer='1000000',CompanyCode='1010')", {"PaymentBlockingReason": ""}),
        ("PATCH", "A_CustomerCompany(Customer='1000000',CompanyCode='1710')", {"PaymentTerms": "NT10"}),
        ("PATCH", FIRST_AREA, {"OrderIsBlockedForCustomer": "01"}),
        ("PATCH", SECOND_AREA, {"CustomerPaymentTerms": "NT20"})]),
    ("a company it is not in yet", {"payment_terms|company:3310": "NT10"}, [
        ("POST", "A_Customer('1000000')/to_CustomerCompany",
         {"Customer": "1000000", "CompanyCode": "3310", "PaymentTerms": "NT10"})]),
    ("a block lifted", {"credit_block": False}, [("PATCH", "A_Customer('1000000')", {"DeliveryIsBlocked": ""})]),
    ("a currency", {"currency": "CHF"}, [("PATCH", FIRST_AREA, {"Currency": "CHF"})]),
    ("tax classifications", {"tax_classification|DE/TTX1": "0", "tax_classification|IN/JOCG": "2"}, [
        ("PATCH", AREA_TAX, {"CustomerTaxClassification": "0"}),
        ("POST", f"{FIRST_AREA}/to_SalesAreaTax",
         {"Customer": "1000000", "SalesOrganization": "1010", "DistributionChannel": "10", "Division": "00",
          "DepartureCountry": "IN", "CustomerTaxCategory": "JOCG", "CustomerTaxClassification": "2"})]),
    ("both uses of one address", {"addresses|registered": BONN, "addresses|bill_to": BONN}, [
        ("PATCH", HOME, {**BONN_PATCH, "StreetPrefixName": "", "StreetSuffixName": ""})]),
    ("one use of an address", {"addresses|bill_to": BONN}, [
        ("POST", f"{PARTNER}/to_BusinessPartnerAddress",
         {"BusinessPartner": "1000000", **BONN_NATIVE, "to_AddressUsage": [{"AddressUsage": "BILL_TO"}]})]),
    ("the default address alone", {"addresses|registered": BONN}, [
        ("PATCH", HOME, {**BONN_PATCH, "StreetPrefixName": "", "StreetSuffixName": ""}),
        ("POST", f"{PARTNER}/to_BusinessPartnerAddress",
         {"BusinessPartner": "1000000", "StreetName": "Hauptstr.", "HouseNumber": "12a", "CityName": "Köln",
          "StreetPrefixName": "Gebäude C", "StreetSuffixName": "3. OG", "PostalCode": "50667", "Region": "05",
          "Country": "DE",
          "to_AddressUsage": [{"AddressUsage": "BILL_TO"}]})]),
    ("an address of its own", {"addresses|ship_to": {**BONN, "street": "Markt 2"}}, [
        ("PATCH", PUNE, {**BONN_PATCH, "HouseNumber": "2", "Country": "DE"})]),
    ("an address no more", {"addresses|ship_to": None}, [("DELETE", PUNE, None)]),
    ("never the default address", {"addresses|registered": None, "addresses|bill_to": None}, []),
]


@pytest.mark.parametrize(("attributes", "expected"), [case[1:] for case in UPDATES], ids=[case[0] for case in UPDATES])
def test_only_what_differs_is_written(attributes, expected):
    assert writes(desired(attributes)) == expected


def test_only_what_changed_is_looked_at():
    wanted = desired({"legal_name": "Other", "phones|main": "+4922177"}, changed=frozenset({"phones|main"}))
    assert [path for _, path, _ in writes(wanted)] == [
        "A_AddressPhoneNumber(AddressID='26000',Person='',OrdinalNumber='1')"]


def test_the_partner_is_locked_by_its_tag_and_comes_first():
    wish = plan.wish(desired({"payment_terms": "NT45", "legal_name": "Other"}), (), options.read({}))
    first, second = plan.update(wish, payload("organisation").body, READ)
    assert (first.path, first.etag, second.etag) == (PARTNER, TAG, "")


def test_a_usage_is_added_where_the_address_is_there_already():
    body = payload("organisation", **addresses(("1", [("XXDEFAULT", LAST)]))).body
    assert writes(desired({"addresses|ship_to": {"city": "1", "country": "DE"}}), body) == [
        ("POST", "A_BusinessPartnerAddress(BusinessPartner='1000000',AddressID='1')/to_AddressUsage",
         {"AddressUsage": "SHIP_TO"})]


def test_a_use_with_a_usage_of_its_own_lets_go_of_it():
    body = payload("organisation", **addresses(("1", [("XXDEFAULT", LAST), ("BILL_TO", LAST), ("SHIP_TO", LAST)]))).body
    for row in body["to_BusinessPartnerAddress"]["results"][0]["to_AddressUsage"]["results"]:
        row |= {"BusinessPartner": "1000000", "AddressID": "1"}
    wanted = desired({"addresses|bill_to": BONN, "addresses|ship_to": BONN})
    usage = ("A_BuPaAddressUsage(BusinessPartner='1000000',ValidityEndDate=datetimeoffset'9999-12-31T23%3A59%3A59Z',"
             "AddressUsage='{}',AddressID='1')")
    assert writes(wanted, body) == [
        ("DELETE", usage.format("BILL_TO"), None),
        ("DELETE", usage.format("SHIP_TO"), None),
        ("POST", f"{PARTNER}/to_BusinessPartnerAddress",
         {"BusinessPartner": "1000000", **BONN_NATIVE,
          "to_AddressUsage": [{"AddressUsage": "BILL_TO"}, {"AddressUsage": "SHIP_TO"}]})]


def test_ids_are_replaced_and_never_missing_in_between():
    wanted = desired({}, crosswalk_key="hub-7", ids={"golden": "golden-2", "crm": "001Bb", "store": "gid/1"},
                     changed=frozenset({"ids|golden", "ids|store"}))
    key = "A_BuPaIdentification(BusinessPartner='1000000',BPIdentificationType='{}',BPIdentificationNumber='{}')"
    posted = [("POST", body["BPIdentificationType"], body["BPIdentificationNumber"]) if body else (method, path, None)
              for method, path, body in writes(wanted)]
    assert posted == [
        ("POST", "MDMKEY", "hub-7"), ("DELETE", key.format("MDMKEY", "sap-1"), None),
        ("POST", "MDMID", "golden-2"), ("DELETE", key.format("MDMID", "golden-1"), None), ("POST", "WEB", "gid/1"),
    ]


def test_blocking_writes_nothing_else():
    assert writes(desired({"legal_name": "Other"}, operation="block")) == [
        ("PATCH", PARTNER, {"BusinessPartnerIsBlocked": True})]


def test_a_contact_person_that_starts_to_buy_becomes_a_customer():
    person = payload("person", to_Customer=None, to_BusinessPartnerRole=[{"BusinessPartnerRole": "BUP001"}])
    wanted = desired({"buys_privately": True}, external_id="1000001", crosswalk_key="")
    number = {"Customer": "1000001"}
    assert writes(wanted, person.body, currencies="EUR") == [
        ("POST", "A_BusinessPartner('1000001')/to_BusinessPartnerRole",
         {"BusinessPartner": "1000001", "BusinessPartnerRole": "FLCU00"}),
        ("POST", "A_BusinessPartner('1000001')/to_BusinessPartnerRole",
         {"BusinessPartner": "1000001", "BusinessPartnerRole": "FLCU01"}),
        ("POST", "A_Customer('1000001')/to_CustomerCompany", {**number, "CompanyCode": "1010"}),
        ("POST", "A_Customer('1000001')/to_CustomerSalesArea",
         {**number, "SalesOrganization": "1010", "DistributionChannel": "10", "Division": "00", "Currency": "EUR"}),
    ]
    assert writes(desired({"payment_terms": "NT30"}, crosswalk_key=""), person.body) == []


def test_terms_of_a_company_outweigh_those_of_the_whole_customer():
    both = {"payment_terms": "NT45", "payment_terms|company:1010": "NT30"}
    assert writes(desired(both, changed=frozenset({"payment_terms"}))) == []


def test_a_customer_without_segments_gets_those_its_values_need():
    bare = {"Customer": "1000000", "to_CustomerCompany": [], "to_CustomerSalesArea": []}
    body = payload("organisation", to_Customer=bare).body
    wanted = {"payment_terms": "NT30", "currency": "EUR", "tax_classification|DE/TTX1": "1", "legal_entity": "1010"}
    area = {"Customer": "1000000", "SalesOrganization": "1010", "DistributionChannel": "10", "Division": "00"}
    tax = {"DepartureCountry": "DE", "CustomerTaxCategory": "TTX1", "CustomerTaxClassification": "1"}
    assert writes(desired(wanted), body) == [
        ("POST", "A_Customer('1000000')/to_CustomerCompany",
         {"Customer": "1000000", "CompanyCode": "1010", "PaymentTerms": "NT30"}),
        ("POST", "A_Customer('1000000')/to_CustomerSalesArea", {**area, "Currency": "EUR", "to_SalesAreaTax": [tax]}),
    ]
    assert writes(desired({"legal_entity": "1010"}), body) == [
        ("POST", "A_Customer('1000000')/to_CustomerCompany", {"Customer": "1000000", "CompanyCode": "1010"})]
    assert writes(desired({"phones|fax": "+4922199"}), body) == []


@pytest.mark.parametrize(("attributes", "field"), [
    ({"party_type": "person"}, "party_type"),
])
def test_what_can_never_be_is_said(attributes, field):
    with pytest.raises(Permanent, match="a steward") as refusal:
        writes(desired(attributes))
    assert refusal.value.field == field


def test_a_way_to_reach_it_needs_an_address():
    with pytest.raises(Permanent, match=r"'a@example\.com' with an address"):
        writes(desired({"emails": "a@example.com"}), payload("organisation", **addresses()).body)
    made = writes(desired({"emails": "a@example.com", "addresses|ship_to": BONN}),
                  payload("organisation", **addresses()).body)
    assert made == [("POST", f"{PARTNER}/to_BusinessPartnerAddress", {
        **BONN_NATIVE, "to_AddressUsage": [{"AddressUsage": "XXDEFAULT"}, {"AddressUsage": "SHIP_TO"}],
        "to_EmailAddress": [{"EmailAddress": "a@example.com", "IsDefaultEmailAddress": True}]})]


# ---- a new partner -------------------------------------------------------------------------------------------------


def created(attributes: dict[str, Any], **given: Any) -> dict[str, Any]:
    wanted = desired(attributes, external_id="", crosswalk_key="hub-7", ids={"golden": "golden-1"})
    return plan.creation(plan.wish(wanted, (), options.read(given)))


def test_an_organisation_is_created_with_all_it_holds():
    body = created({
        "party_type": "organisation", "legal_name": "Bolt GmbH", "language": "de", "blocked": False,
        "addresses|registered": BONN, "addresses|bill_to": BONN, "addresses|ship_to": {**BONN, "street": "Markt 2"},
        "emails": "info@bolt.example", "phones|main": "+49228", "phones|mobile": "+49171", "phones|fax": "+492289",
        "website": "https://bolt.example", "tax_ids|VAT": "DE123456789", "tax_ids|EIN": "12-3456789",
        "payment_terms": "NT30", "credit_block|sales:1010/10/00": True, "credit_block": True, "currency": "CHF",
        "tax_classification|DE/TTX1": "1",
    }, grouping="BP02", reconciliation_account="140000")
    assert body == {
        "BusinessPartnerCategory": "2", "BusinessPartnerGrouping": "BP02", "OrganizationBPName1": "Bolt GmbH",
        "CorrespondenceLanguage": "DE", "BusinessPartnerIsBlocked": False,
        "to_BusinessPartnerRole": [{"BusinessPartnerRole": "FLCU00"}, {"BusinessPartnerRole": "FLCU01"}],
        "to_BuPaIdentification": [{"BPIdentificationType": "MDMKEY", "BPIdentificationNumber": "hub-7"},
                                  {"BPIdentificationType": "MDMID", "BPIdentificationNumber": "golden-1"}],
        "to_BusinessPartnerTax": [{"BPTaxType": "DE0", "BPTaxNumber": "DE123456789"},
                                  {"BPTaxType": "US01", "BPTaxNumber": "12-3456789"}],
        "to_BusinessPartnerAddress": [
            {**BONN_NATIVE, "to_AddressUsage": [{"AddressUsage": "XXDEFAULT"}, {"AddressUsage": "BILL_TO"}],
             "to_EmailAddress": [{"EmailAddress": "info@bolt.example", "IsDefaultEmailAddress": True}],
             "to_PhoneNumber": [{"PhoneNumber": "+49228", "PhoneNumberType": "1", "IsDefaultPhoneNumber": True}],
             "to_MobilePhoneNumber": [{"PhoneNumber": "+49171", "PhoneNumberType": "3", "IsDefaultPhoneNumber": True}],
             "to_FaxNumber": [{"FaxNumber": "+492289", "IsDefaultFaxNumber": True}],
             "to_URLAddress": [{"WebsiteURL": "https://bolt.example", "IsDefaultURLAddress": True}]},
            {**BONN_NATIVE, "HouseNumber": "2", "to_AddressUsage": [{"AddressUsage": "SHIP_TO"}]},
        ],
        "to_Customer": {
            "OrderIsBlockedForCustomer": "01",
            "to_CustomerCompany": [{"CompanyCode": "1010", "ReconciliationAccount": "140000", "PaymentTerms": "NT30"}],
            "to_CustomerSalesArea": [{
                "SalesOrganization": "1010", "DistributionChannel": "10", "Division": "00", "Currency": "CHF",
                "CustomerPaymentTerms": "NT30", "OrderIsBlockedForCustomer": "01",
                "to_SalesAreaTax": [{"DepartureCountry": "DE", "CustomerTaxCategory": "TTX1",
                                     "CustomerTaxClassification": "1"}]}],
        },
    }


PERSON = {"party_type": "person", "first_name": "Ann", "last_name": "Lee", "addresses|ship_to": {"country": "IN"}}


@pytest.mark.parametrize(("attributes", "roles", "company"), [
    (PERSON, ["BUP001"], None),
    ({**PERSON, "buys_privately": True}, ["FLCU00", "FLCU01"], "3310"),
    ({**PERSON, "buys_privately": True, "legal_entity": "1010"}, ["FLCU00", "FLCU01"], "1010"),
])
def test_a_person_is_a_customer_only_if_it_buys(attributes, roles, company):
    body = created(attributes, company_codes={"IN": "3310", "*": "1010"}, sales_areas={"3310": "3310/10/00"})
    assert [row["BusinessPartnerRole"] for row in body["to_BusinessPartnerRole"]] == roles
    assert (body.get("to_Customer") or {}).get("to_CustomerCompany") == (
        [{"CompanyCode": company}] if company else None)


@pytest.mark.parametrize(("attributes", "field"), [
    ({"legal_name": "Bolt"}, "party_type"),
    ({"party_type": "organisation", "last_name": "Lee"}, "legal_name"),
    ({"party_type": "person", "first_name": "Ann"}, "last_name"),
])
def test_a_partner_without_a_name_is_not_sent(attributes, field):
    with pytest.raises(Permanent) as refusal:
        created(attributes)
    assert refusal.value.field == field


# ---- contacts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("attributes", "expected"), [
    ({"role": "0002", "work_phone": "0221 1234-77", "work_email": "a.rao@rheinblick.example"},
     {}),
    ({"work_phone": "0221 9"}, {"PhoneNumber": "0221 9", "PhoneNumberExtension": ""}),
    ({"role": "0003", "department": None}, {"ContactPersonFunction": "0003", "ContactPersonDepartment": ""}),
    ({"role": "0002"}, {}),
])
def test_a_contact_changes_by_field(attributes, expected):
    wanted = desired(attributes, object_type="BusinessPartnerContact", external_id="1")
    assert contacts.difference(wanted, payload("contact").body, (), options.read({})) == expected


def test_a_contact_needs_both_its_ends():
    wanted = desired({"role": "0002"}, object_type="BusinessPartnerContact", external_id="", refs={"person": "7"})
    with pytest.raises(Permanent, match="before its organisation has a number") as refusal:
        contacts.creation(wanted, (), options.read({}), READ.date())
    assert refusal.value.field == "organisation"
    both = replace(wanted, refs={"person": "7", "organisation": "8"})
    made = contacts.creation(both, (), options.read({}), READ.date())
    assert made == {
        "BusinessPartnerCompany": "8", "BusinessPartnerPerson": "7", "RelationshipCategory": "BUR001",
        "ValidityStartDate": "/Date(1795219200000)/", "ValidityEndDate": "/Date(253402214400000)/",
        "to_ContactRelationship": {"ContactPersonFunction": "0002"},
    }


def test_empty_forms_are_no_difference():
    held = {"A": None, "B": "", "C": False, "D": "x", "E": True}
    assert difference({"A": "", "B": None, "C": None, "D": None, "E": False}, held) == {"D": "", "E": False}
    assert Write("DELETE", "x").body is None
