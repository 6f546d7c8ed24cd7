"""What the simulated SAP refuses and what it rewrites before it keeps it, property by property."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.sap_caller import COMPANY, PERSON, Caller, refusal
from tests.connectors.sandbox.server import Running, running

PARTNER, NUMBER = "A_BusinessPartner", "1000000"


@pytest.fixture(scope="module")
def system() -> Iterator[Running]:
    with running("sap") as found:
        yield found


@pytest.fixture
def sap(system: Running) -> Caller:
    system.control("reset")
    caller = Caller(system)
    caller.fetch_token()
    return caller


def address(**fields: Any) -> dict[str, Any]:
    return {**PERSON, "to_BusinessPartnerAddress": [{"Country": "DE", **fields}]}


def tax(category: str, number: str, name: str = "BPTaxNumber") -> dict[str, Any]:
    return {**PERSON, "to_BusinessPartnerTax": [{"BPTaxType": category, name: number}]}


def identified(kind: str, number: str) -> dict[str, Any]:
    return {**PERSON, "to_BuPaIdentification": [{"BPIdentificationType": kind, "BPIdentificationNumber": number}]}


REFUSED_PARTNERS = [
    ({"BusinessPartnerCategory": "2"}, "OrganizationBPName1"),
    ({"BusinessPartnerCategory": "2", "OrganizationBPName1": "  "}, "OrganizationBPName1"),
    ({"BusinessPartnerCategory": "1", "FirstName": "Asha"}, "LastName"),
    ({"BusinessPartnerCategory": "3"}, "GroupBusinessPartnerName1"),
    ({"OrganizationBPName1": "X"}, "BusinessPartnerCategory"),
    ({**PERSON, "Colour": "red"}, "Colour"),
    ({**PERSON, "LastName": "x" * 41}, "LastName"),
    ({**PERSON, "LastName": 7}, "LastName"),
    ({**PERSON, "IsMale": "yes"}, "IsMale"),
    ({**PERSON, "BirthDate": "yesterday"}, "BirthDate"),
    ({**PERSON, "InternationalLocationNumber1": "12a"}, "InternationalLocationNumber1"),
    ({**PERSON, "BusinessPartnerGrouping": "ZZZZ"}, "BusinessPartnerGrouping"),
    ({**PERSON, "BusinessPartner": "77"}, "BusinessPartner"),  # BP01 numbers itself
    ({**PERSON, "BusinessPartnerGrouping": "BP02"}, "BusinessPartner"),  # BP02 wants a number
    ({**PERSON, "BusinessPartnerGrouping": "BP02", "BusinessPartner": "1000500"}, "BusinessPartner"),
    ({**PERSON, "to_BusinessPartnerRole": [{"BusinessPartnerRole": "COOK"}]}, "BusinessPartnerRole"),
    ({**PERSON, "to_BusinessPartnerRole": [{"BusinessPartnerRole": "BUP001"}] * 2}, "BusinessPartnerRole"),
    ({**PERSON, "to_BusinessPartnerRole": "BUP001"}, "to_BusinessPartnerRole"),
    ({**PERSON, "to_Customer": {}}, "to_BusinessPartnerRole"),  # no customer role
    ({**PERSON, "to_BusinessPartnerAddress": [{"CityName": "Köln"}]}, "Country"),
    (address(Country="QQ"), "Country"),
    (address(CityName="x" * 41), "CityName"),
    (address(PostalCode="1234"), "PostalCode"),
    (address(Country="IN", PostalCode="011001"), "PostalCode"),
    (address(Country="US", PostalCode="9021"), "PostalCode"),
    (address(AddressID="7"), "AddressID"),
    (address(to_EmailAddress=[{"EmailAddress": "nobody"}]), "EmailAddress"),
    (address(to_PhoneNumber=[{}]), "PhoneNumber"),
    (address(to_PhoneNumber=[{"PhoneNumber": "call me"}]), "PhoneNumber"),
    (address(to_PhoneNumber=[{"PhoneNumber": "+999 1"}]), "PhoneNumber"),
    (address(to_PhoneNumber=[{"PhoneNumber": "1", "PhoneNumberType": "3"}]), "PhoneNumberType"),
    (address(to_AddressUsage=[{}]), "AddressUsage"),
    (address(to_AddressUsage=[{"AddressUsage": "BILL_TO", "AddressID": "9"}]), "AddressID"),
    (tax("IN3", "27AAPFU0939F1Z"), "BPTaxNumber"),
    (tax("IN3", "XXAAPFU0939F1ZV"), "BPTaxNumber"),
    (tax("DE0", "DE12345678"), "BPTaxNumber"),
    (tax("DE0", "123456789"), "BPTaxNumber"),
    (tax("FR0", "DE123456789"), "BPTaxNumber"),
    (tax("GR0", "GR123456789"), "BPTaxNumber"),
    (tax("US01", "12-345678"), "BPTaxNumber"),
    (tax("ZZ9", "1"), "BPTaxType"),
    (tax("IN3", ""), "BPTaxNumber"),
    (tax("IN3", "x" * 21), "BPTaxNumber"),
    (identified("FAX", "1"), "BPIdentificationType"),
    (identified("CRM", ""), "BPIdentificationNumber"),
    (identified("CRM", "x" * 61), "BPIdentificationNumber"),
]


@pytest.mark.parametrize(("body", "target"), REFUSED_PARTNERS)
def test_refuses_partners(sap: Caller, body: dict[str, Any], target: str) -> None:
    assert refusal(sap.call("POST", PARTNER, body))[::2] == (400, target)
    assert sap.rows(PARTNER) == []


def test_names_what_is_too_long(sap: Caller) -> None:
    _, text, _ = refusal(sap.call("POST", PARTNER, {**PERSON, "LastName": "x" * 41}))
    assert text == f"Property 'LastName' takes 40 characters; '{'x' * 40}' has 41."


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"Colour": "red"}, "Colour"),
        ({"OrganizationBPName1": ""}, "OrganizationBPName1"),
        ({"OrganizationBPName1": None}, "OrganizationBPName1"),
        ({"BusinessPartnerCategory": "1", "LastName": "X"}, "BusinessPartnerCategory"),
        ({"BusinessPartnerGrouping": "BP02"}, "BusinessPartnerGrouping"),
        ({"BusinessPartner": "1000009"}, "BusinessPartner"),
        ({"to_BusinessPartnerTax": []}, "to_BusinessPartnerTax"),
    ],
)
def test_refuses_changes(sap: Caller, body: dict[str, Any], target: str) -> None:
    sap.number(COMPANY)
    before = sap.get(f"{PARTNER}('{NUMBER}')")
    assert refusal(sap.call("PATCH", f"{PARTNER}('{NUMBER}')", body, If_Match="*"))[::2] == (400, target)
    assert sap.get(f"{PARTNER}('{NUMBER}')") == before


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [(b"{", "application/json", 400), (b"[]", "application/json", 400), (b"<a/>", "text/xml", 415)],
)
def test_refuses_a_body_that_is_no_json_object(sap: Caller, body: bytes, content_type: str, status: int) -> None:
    answer = sap.http.post(f"{sap.root}/{PARTNER}", data=body, headers={"Content-Type": content_type})
    assert refusal(answer)[0] == status


REWRITTEN = [
    ({"LastName": " Rao ", "FirstName": " Asha"}, {"BusinessPartnerFullName": "Asha Rao", "SearchTerm1": "ASHA RAO"}),
    (
        {"MiddleName": "K."},
        {"BusinessPartnerName": "Asha K. Rao", "PersonFullName": "Asha K. Rao", "PersonNumber": "52000"},
    ),
    ({"SearchTerm1": "mine", "CorrespondenceLanguage": "en"}, {"SearchTerm1": "MINE", "CorrespondenceLanguage": "EN"}),
    ({"BirthDate": "/Date(315576000000)/"}, {"BirthDate": "/Date(315532800000)/"}),
    ({"BusinessPartnerFullName": "Else", "ETag": "x"}, {"BusinessPartnerFullName": "Asha Rao"}),
    ({"BusinessPartnerGrouping": "BP02", "BusinessPartner": "0000000077"}, {"BusinessPartner": "77"}),
]


@pytest.mark.parametrize(("given", "kept"), REWRITTEN)
def test_rewrites_partners(sap: Caller, given: dict[str, Any], kept: dict[str, Any]) -> None:
    made = sap.post(PARTNER, PERSON | given)
    assert {name: made[name] for name in kept} == kept


ADDRESSES = [
    ({"CityName": " Köln ", "StreetName": " Am Ring "}, {"CityName": "Köln", "StreetName": "Am Ring"}),
    ({"PostalCode": "50 667", "Region": "nw"}, {"PostalCode": "50667", "Region": "NW"}),
    ({"Country": "in", "PostalCode": "411 001"}, {"Country": "IN", "PostalCode": "411001"}),
    ({"Country": "US", "PostalCode": "787011234"}, {"PostalCode": "78701-1234"}),
    ({"Country": "GB", "PostalCode": "EC1A 1BB"}, {"PostalCode": "EC1A 1BB"}),
    (
        {},
        {
            "Person": "52000",
            "FullName": "Asha Rao",
            "Language": "EN",
            "ValidityEndDate": "/Date(253402300799000+0000)/",
        },
    ),
]


@pytest.mark.parametrize(("given", "kept"), ADDRESSES)
def test_rewrites_addresses(sap: Caller, given: dict[str, Any], kept: dict[str, Any]) -> None:
    sap.number(address(**given))
    [found] = sap.rows("A_BusinessPartnerAddress")
    assert {name: found[name] for name in kept} == kept
    [usage] = sap.rows("A_BuPaAddressUsage")
    assert usage["AddressUsage"] == "XXDEFAULT"


PHONES = [
    ("DE", "+49 (0)221 1234-5", "", "DE", "221 1234-5", "+4922112345"),
    ("DE", "0221 / 12345", "", "DE", "0221 / 12345", "+4922112345"),
    ("DE", "0049 221 12345", "", "DE", "221 12345", "+4922112345"),
    ("DE", "+91 98765 43210", "", "IN", "98765 43210", "+919876543210"),
    ("DE", "+1 512 555 0100", "", "US", "512 555 0100", "+15125550100"),
    ("DE", "+1 416 555 0100", "CA", "CA", "416 555 0100", "+14165550100"),
    ("IN", "098765 43210", "", "IN", "098765 43210", "+919876543210"),
    ("US", "(512) 555-0100", "", "US", "(512) 555-0100", "+15125550100"),
    ("IT", "06 698", "", "IT", "06 698", "+3906698"),
    ("AQ", "123", "", "AQ", "123", ""),
]


@pytest.mark.parametrize(("home", "number", "country", "kept_country", "kept", "international"), PHONES)
def test_keeps_phones_apart_from_their_country(
    sap: Caller, home: str, number: str, country: str, kept_country: str, kept: str, international: str
) -> None:
    phone = {"PhoneNumber": number, "DestinationLocationCountry": country}
    sap.number(address(Country=home, to_PhoneNumber=[phone]))
    [found] = sap.rows("A_AddressPhoneNumber")
    names = ("DestinationLocationCountry", "PhoneNumber", "InternationalPhoneNumber", "PhoneNumberType", "Person")
    assert tuple(found[name] for name in names) == (kept_country, kept, international, "1", "52000")


def test_a_changed_phone_is_computed_anew_and_one_is_the_default(sap: Caller) -> None:
    numbers = [{"PhoneNumber": "1"}, {"PhoneNumber": "2", "PhoneNumberExtension": "34"}]
    sap.number(address(to_PhoneNumber=numbers, to_MobilePhoneNumber=[{"PhoneNumber": "0171 5"}]))
    second = "A_AddressPhoneNumber(AddressID='26000',Person='52000',OrdinalNumber='002')"
    sap.patch(second, {"IsDefaultPhoneNumber": True})
    sap.patch(second, {"PhoneNumber": "+44 20 7946"})
    found = sap.rows("A_AddressPhoneNumber")
    assert [row["IsDefaultPhoneNumber"] for row in found] == [False, True, True]
    assert [row["InternationalPhoneNumber"] for row in found] == ["+491", "+4420794634", "+491715"]
    assert sap.call("DELETE", second).status_code == 204
    assert [row["IsDefaultPhoneNumber"] for row in sap.rows("A_AddressPhoneNumber")] == [True, True]


def test_keeps_emails_as_sent_and_searches_them_in_capitals(sap: Caller) -> None:
    mail, url = {"EmailAddress": " Asha.Rao@Firm-with-a-name.example "}, {"WebsiteURL": "https://rao.example"}
    sap.number(address(to_EmailAddress=[mail], to_URLAddress=[url]))
    [found] = sap.rows("A_AddressEmailAddress")
    assert (found["EmailAddress"], found["SearchEmailAddress"]) == (
        mail["EmailAddress"].strip(),
        "ASHA.RAO@FIRM-WITH-A",
    )
    [site] = sap.rows("A_AddressHomePageURL")
    assert (site["URLFieldLength"], site["IsDefaultURLAddress"]) == (19, True)


@pytest.mark.parametrize(
    ("category", "number", "kept"),
    [
        ("IN3", " 27aapfu0939f1zv", "27AAPFU0939F1ZV"),
        ("DE0", "DE 123 456 789", "DE123456789"),
        ("GR0", "EL123456789", "EL123456789"),
        ("US01", "123456789", "123456789"),
        ("GB0", "GB 1", "GB1"),  # a category whose form is not known here
    ],
)
def test_keeps_tax_numbers_without_blanks(sap: Caller, category: str, number: str, kept: str) -> None:
    sap.number(tax(category, number))
    assert [row["BPTaxNumber"] for row in sap.rows("A_BusinessPartnerTaxNumber")] == [kept]


def test_long_tax_numbers_have_a_property_of_their_own(sap: Caller) -> None:
    sap.number(tax("BR1", "1" * 30, "BPTaxLongNumber"))
    [found] = sap.rows("A_BusinessPartnerTaxNumber")
    assert (found["BPTaxNumber"], found["BPTaxLongNumber"]) == ("", "1" * 30)


def test_the_crosswalk_key_exists_once_and_the_golden_id_may_twice(sap: Caller) -> None:
    first = sap.number(identified("MDMKEY", "k1"))
    status, text, target = refusal(sap.call("POST", PARTNER, identified("MDMKEY", "k1")))
    assert (status, target) == (400, "BPIdentificationNumber")
    assert first in text
    assert sap.call("POST", PARTNER, identified("MDMKEY", "K1")).status_code == 201  # keys keep their case
    for _ in range(2):
        sap.number(identified("MDMID", "g1"))
    assert len(sap.rows("A_BuPaIdentification", filter="BPIdentificationNumber eq 'g1'")) == 2


def test_a_partner_has_one_tax_number_of_a_category(sap: Caller) -> None:
    number = sap.number(COMPANY)
    body = {"BusinessPartner": number, "BPTaxType": "DE0", "BPTaxNumber": "DE987654321"}
    assert refusal(sap.call("POST", "A_BusinessPartnerTaxNumber", body))[::2] == (400, "BPTaxType")
    assert [row["BPTaxNumber"] for row in sap.rows("A_BusinessPartnerTaxNumber")] == ["DE123456789"]


CHANGES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("PATCH", f"{PARTNER}('{NUMBER}')", {"SearchTerm2": "NEW"}),
    ("PATCH", f"A_BusinessPartnerAddress(BusinessPartner='{NUMBER}',AddressID='26000')", {"CityName": "Bonn"}),
    ("PATCH", "A_AddressEmailAddress(AddressID='26000',Person='',OrdinalNumber='1')", {"EmailAddress": "x@y.example"}),
    ("PATCH", f"A_CustomerCompany(Customer='{NUMBER}',CompanyCode='1010')", {"PaymentTerms": "0001"}),
    ("PATCH", f"A_Customer('{NUMBER}')", {"OrderIsBlockedForCustomer": "01"}),
    ("POST", "A_BusinessPartnerRole", {"BusinessPartner": NUMBER, "BusinessPartnerRole": "BUP001"}),
    ("DELETE", f"A_BusinessPartnerTaxNumber(BusinessPartner='{NUMBER}',BPTaxType='DE0')", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_any_change_moves_the_partners_stamp(sap: Caller, method: str, path: str, body: dict[str, Any] | None) -> None:
    fields = COMPANY | {"BusinessPartner": NUMBER, "_changed": "2026-01-02T03:04:05+00:00"}
    sap.system.control("load", {"records": [{"object": PARTNER, "fields": fields}]})
    old = sap.get(f"{PARTNER}('{NUMBER}')")
    assert (old["LastChangeDate"], old["LastChangeTime"]) == ("/Date(1767312000000)/", "PT03H04M05S")
    before = int(time.time())
    assert sap.call(method, path, body, If_Match="*").ok
    new = sap.get(f"{PARTNER}('{NUMBER}')")
    day = int(new["LastChangeDate"][6:-2]) // 1000
    hours, minutes, seconds = (int(new["LastChangeTime"][at : at + 2]) for at in (2, 5, 8))
    assert before <= day + hours * 3600 + minutes * 60 + seconds <= int(time.time())
    assert new["ETag"] != old["ETag"]
    changed = sap.rows(
        PARTNER, filter=f"LastChangeDate ge datetime'{time.strftime('%Y-%m-%d', time.gmtime(day))}T00:00:00'"
    )
    assert [row["BusinessPartner"] for row in changed] == [NUMBER]


def test_a_change_that_changes_nothing_moves_no_stamp(sap: Caller) -> None:
    number = sap.number(COMPANY)
    before = sap.etag(number)
    sap.patch(f"{PARTNER}('{number}')", {"OrganizationBPName1": f" {COMPANY['OrganizationBPName1']}"})
    assert sap.etag(number) == before


def test_a_new_name_reaches_customer_and_addresses(sap: Caller) -> None:
    number = sap.number(COMPANY)
    sap.patch(f"{PARTNER}('{number}')", {"OrganizationBPName1": "Rhein AG"})
    assert sap.get(f"A_Customer('{number}')")["CustomerName"] == "Rhein AG"
    assert {row["FullName"] for row in sap.rows("A_BusinessPartnerAddress")} == {"Rhein AG"}
    assert sap.get(f"{PARTNER}('{number}')")["SearchTerm1"] == "RHEINBLICK SCHRAUBEN"


def test_blocks_and_archives_by_change(sap: Caller) -> None:
    number = sap.number(COMPANY)
    sap.patch(f"{PARTNER}('{number}')", {"BusinessPartnerIsBlocked": True, "IsMarkedForArchiving": True})
    assert sap.rows(PARTNER, filter="IsMarkedForArchiving eq true and BusinessPartnerIsBlocked eq true") != []


# ---- options ---------------------------------------------------------------------------------------------------------


def test_a_create_may_answer_as_sent() -> None:
    with running("sap", answers_as_sent=True) as system:
        sap = Caller(system)
        sap.fetch_token()
        answer = sap.call("POST", PARTNER, COMPANY | {"OrganizationBPName1": " Rhein AG "})
        made = answer.json()["d"]
        assert "ETag" not in answer.headers
        assert "etag" not in made["__metadata"]
        assert (made["BusinessPartner"], made["OrganizationBPName1"]) == (NUMBER, " Rhein AG ")
        assert (made["BusinessPartnerFullName"], made["CreationDate"]) == ("", None)
        first, second = made["to_BusinessPartnerAddress"]["results"]
        assert (first["AddressID"], second["AddressID"], first["ValidityEndDate"]) == ("26000", "26001", None)
        assert first["to_PhoneNumber"]["results"][0]["InternationalPhoneNumber"] == ""
        assert sap.get(f"{PARTNER}('{NUMBER}')")["BusinessPartnerFullName"] == "Rhein AG"


def test_customizing_is_an_option() -> None:
    options: dict[str, Any] = {
        "user": "me",
        "password": "secret",
        "unique_identification": False,
        "identification_types": ["DUNS", "MDMKEY"],
        "groupings": {"ZDLR": {"from": 70, "to": 72}},
        "stamp_on_create": False,
        "postal_codes": False,
    }
    with running("sap", **options) as system:
        sap = Caller(system)
        sap.http.auth = ("me", "secret")
        sap.fetch_token()
        first = sap.post(PARTNER, identified("MDMKEY", "k") | address(PostalCode="1"))
        assert (first["BusinessPartner"], first["LastChangeDate"]) == ("70", None)
        assert refusal(sap.call("POST", PARTNER, identified("CRM", "k")))[2] == "BPIdentificationType"
        assert sap.number(identified("MDMKEY", "k")) == "72"  # the refused one used up a number
        assert refusal(sap.call("POST", PARTNER, PERSON))[::2] == (400, "BusinessPartner")  # as is the range now
        assert sap.rows(PARTNER, filter="LastChangeDate ge datetime'2020-01-01T00:00:00'") == []
        sap.patch(f"{PARTNER}('70')", {"SearchTerm2": "X"})
        assert len(sap.rows(PARTNER, filter="LastChangeDate ge datetime'2020-01-01T00:00:00'")) == 1
