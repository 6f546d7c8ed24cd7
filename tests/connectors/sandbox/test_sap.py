"""The simulated SAP over HTTP: login, tokens, locks, the query language, deep creates, contacts, controls, faults."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.connectors.sandbox.sap_caller import COMPANY, PERSON, SERVICE, Caller, refusal
from tests.connectors.sandbox.server import Running, running

DEEP = (
    "to_BusinessPartnerAddress/to_EmailAddress,to_BusinessPartnerAddress/to_PhoneNumber,to_BusinessPartnerRole,"
    "to_BusinessPartnerAddress/to_MobilePhoneNumber,to_BusinessPartnerAddress/to_AddressUsage,to_BusinessPartnerTax,"
    "to_BuPaIdentification,to_Customer/to_CustomerCompany,to_Customer/to_CustomerSalesArea/to_SalesAreaTax"
)


@pytest.fixture(scope="module")
def system() -> Iterator[Running]:
    with running("sap", page_size=3) as found:
        yield found


@pytest.fixture
def sap(system: Running) -> Caller:
    system.control("reset")
    caller = Caller(system)
    caller.fetch_token()
    return caller


def seeded(sap: Caller) -> None:
    """Five organisations, numbers 1000001 to 1000005, changed on the first day of five months at ten to the second."""
    names = ["Alpha", "Beta", "Gamma", "O'Neill", "Epsilon"]
    records = [
        {
            "object": "A_BusinessPartner",
            "fields": {
                "BusinessPartner": f"100000{at}",
                "BusinessPartnerCategory": "2",
                "OrganizationBPName1": name,
                "_changed": f"2026-0{at}-01T10:00:0{at}Z",
            },
        }
        for at, name in enumerate(names, 1)
    ]
    assert sap.system.control("load", {"records": records}) == {"loaded": 5}


# ---- login and tokens ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("auth", [None, ("MDM_HUB", "wrong"), ("nobody", "sandbox")])
@pytest.mark.parametrize("path", ["/", "/$metadata", "/A_BusinessPartner"])
def test_refuses_a_wrong_login(system: Running, auth: tuple[str, str] | None, path: str) -> None:
    answer = requests.get(system.url + SERVICE + path, auth=auth)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_a_token_comes_with_two_cookies_and_stays_that_of_its_session(sap: Caller) -> None:
    first = sap.http.headers["X-CSRF-Token"]
    assert set(sap.http.cookies.get_dict()) == {"sap-usercontext", "SAP_SESSIONID_S4H_100"}
    again = sap.fetch_token()
    assert again.headers["X-CSRF-Token"] == first
    assert "Set-Cookie" not in again.headers


@pytest.mark.parametrize("method", ["POST", "PATCH", "MERGE", "PUT", "DELETE"])
@pytest.mark.parametrize("lost", ["token", "other token", "sap-usercontext", "SAP_SESSIONID_S4H_100", "session"])
def test_a_write_needs_the_token_and_all_cookies(sap: Caller, method: str, lost: str) -> None:
    number = sap.number(COMPANY)
    if lost == "token":
        del sap.http.headers["X-CSRF-Token"]
    elif lost == "other token":
        sap.http.headers["X-CSRF-Token"] = "another"
    elif lost == "session":
        sap.system.control("expire_tokens")
    else:
        del sap.http.cookies[lost]
    answer = sap.call(method, f"A_BusinessPartner('{number}')", {"SearchTerm2": "NO"}, If_Match="*")
    assert (answer.status_code, answer.headers["X-CSRF-Token"]) == (403, "Required")
    assert sap.get(f"A_BusinessPartner('{number}')")["SearchTerm2"] == ""


def test_a_new_token_lets_the_write_pass(sap: Caller) -> None:
    sap.system.control("expire_tokens")
    sap.fetch_token()
    assert sap.number(PERSON) == "1000000"


def test_a_refused_read_brings_no_token(sap: Caller) -> None:
    answer = sap.call("GET", "A_BusinessPartner('9')", X_CSRF_Token="Fetch")
    assert answer.status_code == 404
    assert "X-CSRF-Token" not in answer.headers


# ---- optimistic lock -------------------------------------------------------------------------------------------------


def test_a_partner_changes_only_under_its_present_tag(sap: Caller) -> None:
    number = sap.number(COMPANY)
    path, read = f"A_BusinessPartner('{number}')", sap.etag(number)
    assert sap.call("GET", path).headers["ETag"] == read
    assert sap.call("PATCH", path, {"SearchTerm2": "A"}).status_code == 428
    assert sap.call("PATCH", path, {"SearchTerm2": "A"}, If_Match='W/"20000101"').status_code == 412
    assert sap.call("MERGE", path, {"SearchTerm2": "B"}, If_Match=read).status_code == 204
    assert sap.call("PATCH", path, {"SearchTerm2": "C"}, If_Match=read).status_code == 412
    assert sap.get(path)["SearchTerm2"] == "B"


def test_a_post_may_carry_the_method_merge(sap: Caller) -> None:
    path = f"A_BusinessPartner('{sap.number(COMPANY)}')"
    assert sap.call("POST", path, {"SearchTerm2": "M"}, If_Match="*", X_HTTP_Method="MERGE").status_code == 204
    assert sap.get(path)["SearchTerm2"] == "M"


def test_put_empties_what_is_not_sent(sap: Caller) -> None:
    number = sap.number({**COMPANY, "OrganizationBPName2": "Nord", "SearchTerm2": "X"})
    kept = {"BusinessPartnerCategory": "2", "BusinessPartnerGrouping": "BP01", "OrganizationBPName1": "Neu"}
    assert sap.call("PUT", f"A_BusinessPartner('{number}')", kept, If_Match="*").status_code == 204
    found = sap.get(f"A_BusinessPartner('{number}')")
    assert (found["BusinessPartnerFullName"], found["OrganizationBPName2"], found["SearchTerm2"]) == ("Neu", "", "")


def test_records_below_a_partner_have_no_tag_but_move_that_of_the_partner(sap: Caller) -> None:
    number = sap.number(COMPANY)
    before = sap.etag(number)
    [mail] = sap.rows("A_AddressEmailAddress")
    assert "etag" not in mail["__metadata"]
    key = "A_AddressEmailAddress(AddressID='26000',Person='',OrdinalNumber='1')"
    assert sap.call("PATCH", key, {"EmailAddress": "neu@rheinblick.example"}).status_code == 204
    assert sap.etag(number) != before


# ---- the query language ----------------------------------------------------------------------------------------------

FILTERS = [
    ("OrganizationBPName1 eq 'Beta'", "2"),
    ("OrganizationBPName1 eq 'O''Neill'", "4"),
    ("BusinessPartner ge '1000004'", "45"),
    ("BusinessPartner eq '0001000003'", "3"),
    ("not (OrganizationBPName1 eq 'Beta') and BusinessPartner lt '1000004'", "13"),
    ("OrganizationBPName1 eq 'Alpha' or OrganizationBPName1 eq 'Beta' and BusinessPartner eq '1000001'", "1"),
    ("(OrganizationBPName1 eq 'Alpha' or OrganizationBPName1 eq 'Beta') and BusinessPartner ne '1000001'", "2"),
    ("substringof('amm',OrganizationBPName1)", "3"),
    ("startswith(tolower(OrganizationBPName1),'e') eq true", "5"),
    ("endswith(OrganizationBPName1,'a')", "123"),
    ("LastChangeDate ge datetime'2026-04-01T00:00:00'", "45"),
    ("LastChangeDate gt datetime'2026-04-01T00:00:00'", "5"),
    ("LastChangeDate eq datetime'2026-04-01T00:00:00' and LastChangeTime ge time'PT10H00M04S'", "4"),
    ("LastChangeDate eq datetime'2026-04-01T00:00:00' and LastChangeTime gt time'PT10H00M04S'", ""),
    ("LastChangeDate gt datetime'2026-04-01T00:00:00' or (LastChangeDate eq datetime'2026-04-01T00:00:00'"
     " and LastChangeTime ge time'PT10H00M00S')", "45"),
    ("datetime'2026-02-01T00:00:00' ge LastChangeDate", "12"),
    ("LastChangeDate ge datetime'2026-05-01T00:00:00' or LastChangeDate eq datetime'2026-02-01T00:00:00'", "25"),
    ("LastChangeDate ge datetime'2026-05-01T00:00:00' or OrganizationBPName1 eq 'Alpha'", "15"),
    ("LastChangeDate lt datetime'2026-02-01T00:00:00'", "1"),
    ("LastChangeTime le time'PT10H00M02S'", "12"),
    ("BusinessPartnerUUID ne guid'00000000-0000-0000-0000-000000000000'", "12345"),
    ("BusinessPartnerIsBlocked eq false and OrganizationFoundationDate eq null", "12345"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FILTERS)
def test_filters(sap: Caller, text: str, expected: str) -> None:
    seeded(sap)
    found = sap.rows("A_BusinessPartner", filter=text, top="100", select="BusinessPartner")
    more = sap.rows("A_BusinessPartner", filter=text, skip="3", select="BusinessPartner") if len(found) == 3 else []
    assert "".join(row["BusinessPartner"][-1] for row in found + more) == expected
    assert sap.http.get(f"{sap.root}/A_BusinessPartner/$count", params={"$filter": text}).text == str(len(expected))


REFUSED_QUERIES = [
    {"filter": "Colour eq 'red'"},
    {"filter": "OrganizationBPName1 eq"},
    {"filter": "OrganizationBPName1 eq 'a' 'b'"},
    {"filter": "(OrganizationBPName1 eq 'a'"},
    {"filter": "LastChangeDate ge '2026'"},
    {"filter": "indexof(OrganizationBPName1,'a') eq 1"},
    {"filter": "OrganizationBPName1 eq 'a' ;"},
    {"select": "Colour"},
    {"expand": "to_Colour"},
    {"select": "to_BusinessPartnerAddress/CityName"},
    {"orderby": "Colour"},
    {"orderby": "SearchTerm1 up"},
    {"top": "-1"},
    {"skip": "x"},
    {"inlinecount": "some"},
    {"search": "x"},
]


@pytest.mark.parametrize("options", REFUSED_QUERIES)
def test_refuses_a_query_it_cannot_read(sap: Caller, options: dict[str, str]) -> None:
    [(name, value)] = options.items()
    answer = sap.http.get(f"{sap.root}/A_BusinessPartner", params={f"${name}": value})
    status, text, _ = refusal(answer)
    assert status == 400
    assert f"${name}" in text


def test_orders_tops_and_skips(sap: Caller) -> None:
    seeded(sap)
    by_name = sap.rows("A_BusinessPartner", orderby="OrganizationBPName1 desc", top="2", skip="1")
    assert [row["OrganizationBPName1"] for row in by_name] == ["Gamma", "Epsilon"]
    by_time = sap.rows("A_BusinessPartner", orderby="LastChangeDate desc,BusinessPartner", top="1")
    assert by_time[0]["BusinessPartner"] == "1000005"


def test_pages_by_a_link_on_the_same_origin(sap: Caller) -> None:
    seeded(sap)
    first = sap.get("A_BusinessPartner", inlinecount="allpages", filter="BusinessPartner ne '1000002'")
    assert first["__count"] == "4"
    assert [row["BusinessPartner"][-1] for row in first["results"]] == ["1", "3", "4"]
    assert first["__next"].startswith(sap.root)
    second = sap.http.get(first["__next"]).json()["d"]
    assert [row["BusinessPartner"][-1] for row in second["results"]] == ["5"]
    assert "__next" not in second


def test_selects_and_expands_in_depth(sap: Caller) -> None:
    number = sap.number(COMPANY)
    found = sap.get(
        f"A_BusinessPartner('{number}')",
        select="BusinessPartner,to_BusinessPartnerAddress/CityName,to_BusinessPartnerAddress/to_EmailAddress/EmailAddress",
        expand="to_BusinessPartnerAddress/to_EmailAddress",
    )
    assert set(found) == {"__metadata", "BusinessPartner", "to_BusinessPartnerAddress"}
    first, second = found["to_BusinessPartnerAddress"]["results"]
    assert (first["CityName"], second["CityName"]) == ("Köln", "Pune")
    assert [{key for key in mail if key != "__metadata"} for mail in first["to_EmailAddress"]["results"]] == [
        {"EmailAddress"}
    ]


def test_answers_in_the_vendors_json(sap: Caller) -> None:
    number = sap.number(COMPANY)
    found = sap.get(f"A_BusinessPartner('{number}')", format="json")
    uri = f"{sap.root}/A_BusinessPartner('{number}')"
    assert found["__metadata"] == {
        "id": uri,
        "uri": uri,
        "type": "API_BUSINESS_PARTNER.A_BusinessPartnerType",
        "etag": f'W/"{found["ETag"]}"',
    }
    assert found["to_Customer"] == {"__deferred": {"uri": f"{uri}/to_Customer"}}
    assert (found["OrganizationFoundationDate"], found["FirstName"], found["IsMale"]) == (None, "", False)
    [usage] = sap.rows(f"A_BusinessPartner('{number}')/to_BusinessPartnerAddress", filter="Country eq 'IN'")
    assert usage["ValidityEndDate"] == "/Date(253402300799000+0000)/"
    deferred = sap.http.get(found["to_BusinessPartnerAddress"]["__deferred"]["uri"]).json()["d"]
    assert [row["Country"] for row in deferred["results"]] == ["DE", "IN"]


def test_reads_by_key_and_along_navigations(sap: Caller) -> None:
    number = sap.number(COMPANY)
    usage = (
        f"A_BuPaAddressUsage(BusinessPartner='{number}',AddressUsage='BILL_TO',AddressID='26000',"
        "ValidityEndDate=datetimeoffset'9999-12-31T23:59:59Z')"
    )
    assert sap.get(usage)["StandardUsage"] is False
    assert sap.get(f"A_Customer('{number}')/to_CustomerCompany")["results"][0]["PaymentTerms"] == "0004"
    assert sap.get(f"A_BusinessPartner('{number}')/to_Customer")["Customer"] == number
    assert sap.get(f"A_BusinessPartner('000{number}')")["BusinessPartner"] == number
    address = f"A_BusinessPartnerAddress(BusinessPartner='{number}',AddressID='26000')"
    assert sap.http.get(f"{sap.root}/{address}/to_PhoneNumber/$count").text == "1"
    assert sap.rows(f"{address}/to_MobilePhoneNumber")[0]["InternationalPhoneNumber"] == "+491715566"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("A_BusinessPartner('9')", 404),
        ("A_Colour", 404),
        ("A_BusinessPartner('1000000')/to_Colour", 404),
        ("A_BusinessPartner('1000000')/to_Supplier", 404),
        ("A_Supplier", 404),
        ("A_BusinessPartnerAddress('26000')", 400),
        ("A_BusinessPartner(1000000)", 400),
        ("A_BusinessPartner/to_Customer", 400),
        ("A_BusinessPartner('1000000')/$count", 400),
        ("A_BusinessPartner('1000000')/FirstName", 501),
        ("$batch", 501),
    ],
)
def test_refuses_paths_that_lead_nowhere(sap: Caller, path: str, status: int) -> None:
    sap.number(COMPANY)
    assert refusal(sap.call("GET", path))[0] == status


def test_a_partner_that_is_no_customer_has_none(sap: Caller) -> None:
    number = sap.number(PERSON)
    assert sap.get(f"A_BusinessPartner('{number}')", expand="to_Customer")["to_Customer"] is None
    assert sap.call("GET", f"A_BusinessPartner('{number}')/to_Customer").status_code == 404


def test_only_json_is_simulated(sap: Caller) -> None:
    answer = sap.call("GET", "A_BusinessPartner", Accept="application/atom+xml")
    assert (answer.status_code, answer.headers["Content-Type"]) == (406, "application/xml;charset=utf-8")
    assert "<code>" in answer.text


# ---- creating --------------------------------------------------------------------------------------------------------


def test_creates_deep_and_answers_what_it_holds(sap: Caller) -> None:
    answer = sap.call("POST", "A_BusinessPartner", COMPANY)
    made = answer.json()["d"]
    number = made["BusinessPartner"]
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{sap.root}/A_BusinessPartner('{number}')"
    assert answer.headers["ETag"] == made["__metadata"]["etag"]
    assert (number, made["Customer"], made["BusinessPartnerGrouping"]) == ("1000000", "1000000", "BP01")
    home, other = made["to_BusinessPartnerAddress"]["results"]
    assert (home["AddressID"], other["AddressID"]) == ("26000", "26001")
    assert [row["AddressUsage"] for row in home["to_AddressUsage"]["results"]] == ["XXDEFAULT", "BILL_TO"]
    assert home["to_FaxNumber"]["results"][0]["InternationalFaxNumber"] == "+4922199"
    read = sap.get(f"A_BusinessPartner('{number}')", expand=DEEP)
    assert read["to_BusinessPartnerTax"] == made["to_BusinessPartnerTax"]
    area = read["to_Customer"]["to_CustomerSalesArea"]["results"][0]
    assert (area["Customer"], area["Currency"]) == (number, "EUR")
    assert area["to_SalesAreaTax"]["results"][0]["CustomerTaxClassification"] == "1"
    assert sap.number(COMPANY | {"to_BuPaIdentification": []}) == "1000001"


def test_a_refused_part_leaves_nothing_behind(sap: Caller) -> None:
    broken = COMPANY | {"to_BusinessPartnerTax": [{"BPTaxType": "DE0", "BPTaxNumber": "123"}]}
    assert sap.call("POST", "A_BusinessPartner", broken).status_code == 400
    for name in ("A_BusinessPartner", "A_BusinessPartnerAddress", "A_AddressEmailAddress", "A_BuPaIdentification"):
        assert sap.rows(name) == []


def test_creates_below_a_partner_by_set_and_by_navigation(sap: Caller) -> None:
    number = sap.number(COMPANY)
    gstin = {"BPTaxType": "IN3", "BPTaxNumber": "27aapfu0939f1zv"}
    second = f"A_BusinessPartnerAddress(BusinessPartner='{number}',AddressID='26001')"
    parts: list[tuple[str, dict[str, Any]]] = [
        ("A_BusinessPartnerTaxNumber", {"BusinessPartner": number, **gstin}),
        (f"A_BusinessPartner('{number}')/to_BusinessPartnerTax", {"BPTaxType": "US01", "BPTaxNumber": "12-3456789"}),
        ("A_AddressEmailAddress", {"AddressID": "26000", "EmailAddress": "zwei@rheinblick.example"}),
        (f"{second}/to_PhoneNumber", {"PhoneNumber": "020 1"}),
        ("A_CustomerCompany", {"Customer": number, "CompanyCode": "1710"}),
        ("A_BuPaIndustry", {"BusinessPartner": number, "IndustrySector": "91", "IndustrySystemType": "0001"}),
    ]
    for path, body in parts:
        sap.post(path, body)
    assert [row["BPTaxNumber"] for row in sap.rows("A_BusinessPartnerTaxNumber")] == [
        "DE123456789",
        "27AAPFU0939F1ZV",
        "12-3456789",
    ]
    mails = sap.rows("A_AddressEmailAddress")
    assert [(row["OrdinalNumber"], row["IsDefaultEmailAddress"]) for row in mails] == [("1", True), ("2", False)]
    assert sap.rows("A_AddressPhoneNumber", filter="AddressID eq '26001'")[0]["InternationalPhoneNumber"] == "+91201"


def test_a_customer_role_makes_a_customer(sap: Caller) -> None:
    number = sap.number(PERSON)
    assert sap.rows("A_Customer") == []
    sap.post("A_BusinessPartnerRole", {"BusinessPartner": number, "BusinessPartnerRole": "FLCU01"})
    [customer] = sap.rows("A_Customer")
    assert (customer["Customer"], customer["CustomerName"]) == (number, "Asha Rao")
    assert sap.get(f"A_BusinessPartner('{number}')")["Customer"] == number
    assert refusal(sap.call("POST", "A_Customer", {"Customer": number}))[0] == 405


@pytest.mark.parametrize(
    "path",
    [
        "A_BusinessPartner('1000000')",
        "A_Customer('1000000')",
        "A_BusinessPartnerRole(BusinessPartner='1000000',BusinessPartnerRole='FLCU01')",
        "A_CustomerCompany(Customer='1000000',CompanyCode='1010')",
    ],
)
def test_what_the_vendor_does_not_delete_stays(sap: Caller, path: str) -> None:
    sap.number(COMPANY)
    assert refusal(sap.call("DELETE", path, If_Match="*"))[0] == 405
    assert sap.call("GET", path).status_code == 200


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("A_BusinessPartnerTaxNumber(BusinessPartner='1000000',BPTaxType='DE0')", "A_BusinessPartnerTaxNumber"),
        ("A_AddressEmailAddress(AddressID='26000',Person='',OrdinalNumber='1')", "A_AddressEmailAddress"),
        (
            "A_BuPaIdentification(BusinessPartner='1000000',BPIdentificationType='MDMKEY',BPIdentificationNumber='crm-001Aa')",
            "A_BuPaIdentification",
        ),
    ],
)
def test_deletes_records_below_a_partner(sap: Caller, path: str, name: str) -> None:
    sap.number(COMPANY)
    before = sap.etag("1000000")
    assert sap.call("DELETE", path).status_code == 204
    assert sap.rows(name) == []
    assert sap.call("DELETE", path).status_code == 404
    assert sap.etag("1000000") != before


def test_an_address_takes_its_entries_along_and_the_standard_one_stays(sap: Caller) -> None:
    number = sap.number(COMPANY)
    standard = f"A_BusinessPartnerAddress(BusinessPartner='{number}',AddressID='26000')"
    assert refusal(sap.call("DELETE", standard))[0] == 400
    sap.post("A_BuPaAddressUsage", {"BusinessPartner": number, "AddressID": "26001", "AddressUsage": "XXDEFAULT"})
    [usage] = sap.rows("A_BuPaAddressUsage", filter="AddressUsage eq 'XXDEFAULT'")
    assert usage["AddressID"] == "26001"
    assert sap.call("DELETE", standard).status_code == 204
    assert sap.rows("A_AddressPhoneNumber") == sap.rows("A_AddressEmailAddress") == []


# ---- contacts --------------------------------------------------------------------------------------------------------


def test_contacts(sap: Caller) -> None:
    company, person = sap.number(COMPANY), sap.number(PERSON)
    before = sap.etag(company), sap.etag(person)
    made = sap.post(
        "A_BusinessPartnerContact",
        {
            "BusinessPartnerCompany": company,
            "BusinessPartnerPerson": person,
            "to_ContactRelationship": {"ContactPersonFunction": "0001", "EmailAddress": "a@b.example"},
        },
    )
    assert (made["RelationshipNumber"], made["RelationshipCategory"]) == ("1", "BUR001")
    assert made["ValidityEndDate"] == "/Date(253402214400000)/"
    assert (sap.etag(company) != before[0], sap.etag(person) != before[1]) == (True, True)
    [found] = sap.rows(f"A_BusinessPartner('{company}')/to_BusinessPartnerContact", expand="to_ContactRelationship")
    assert found["to_ContactRelationship"]["ContactPersonFunction"] == "0001"
    uri = found["to_ContactRelationship"]["__metadata"]["uri"].removeprefix(f"{sap.root}/")
    assert "ValidityEndDate=datetime'9999-12-31T00%3A00%3A00'" in uri
    assert sap.call("PATCH", uri, {"ContactPersonDepartment": "0002"}).status_code == 204
    [function] = sap.rows("A_BPContactToFuncAndDept", filter=f"BusinessPartnerPerson eq '{person}'")
    assert (function["EmailAddress"], function["ContactPersonDepartment"]) == ("a@b.example", "0002")
    assert refusal(sap.call("POST", "A_BPContactToFuncAndDept", {"RelationshipNumber": "1"}))[0] == 405
    assert sap.call("DELETE", found["__metadata"]["uri"].removeprefix(f"{sap.root}/")).status_code == 204
    assert sap.rows("A_BPContactToFuncAndDept") == []


@pytest.mark.parametrize(
    ("company", "person", "target"),
    [
        ("1000000", "9", "BusinessPartnerPerson"),
        ("9", "1000001", "RelationshipNumber"),
        ("1000000", "1000000", "BusinessPartnerPerson"),
        ("1000001", "1000001", "BusinessPartnerCompany"),
        ("1000000", "1000002", "BusinessPartnerPerson"),  # joined already
    ],
)
def test_refuses_contacts(sap: Caller, company: str, person: str, target: str) -> None:
    for body in (COMPANY, PERSON, PERSON):
        sap.number(body)
    sap.post("A_BusinessPartnerContact", {"BusinessPartnerCompany": "1000000", "BusinessPartnerPerson": "1000002"})
    body = {"BusinessPartnerCompany": company, "BusinessPartnerPerson": person}
    assert refusal(sap.call("POST", "A_BusinessPartnerContact", body))[::2] == (400, target)
    assert len(sap.rows("A_BusinessPartnerContact")) == 1


# ---- controls and faults ---------------------------------------------------------------------------------------------


def test_a_user_edits_in_depth_and_a_drift_moves_no_stamp(sap: Caller) -> None:
    number = sap.number(COMPANY)
    control = sap.system.control
    before = sap.etag(number)
    change = {
        "SearchTerm2": "DRIFT",
        "to_BusinessPartnerAddress": [{"AddressID": "26000", "to_PhoneNumber": [{"PhoneNumber": "0221 777"}]}],
        "to_BusinessPartnerTax": [{"BPTaxType": "DE0", "BPTaxNumber": "DE999999999"}],
    }
    control("edit", {"object": "A_BusinessPartner", "id": number, "fields": change, "silent": True})
    assert sap.etag(number) == before
    change["to_BusinessPartnerTax"] = [{"BPTaxType": "DE0", "_delete": True}]
    change["to_BusinessPartnerAddress"] = [{"Country": "US", "CityName": "Austin", "_create": True}]
    control("edit", {"object": "A_BusinessPartner", "id": number, "fields": change})
    assert sap.etag(number) != before
    found = sap.get(f"A_BusinessPartner('{number}')", expand=DEEP)
    cities = [row["CityName"] for row in found["to_BusinessPartnerAddress"]["results"]]
    assert (found["SearchTerm2"], cities) == ("DRIFT", ["Köln", "Pune", "Austin"])
    phone = found["to_BusinessPartnerAddress"]["results"][0]["to_PhoneNumber"]["results"][0]
    assert (phone["InternationalPhoneNumber"], found["to_BusinessPartnerTax"]["results"]) == ("+49221777", [])


def test_users_archive_and_merge(sap: Caller) -> None:
    control = sap.system.control
    ids = [
        control("create", {"object": "A_BusinessPartner", "fields": PERSON | {"LastName": name}})["id"]
        for name in "ABC"
    ]
    control("merge", {"object": "A_BusinessPartner", "winner": ids[0], "losers": [ids[1]]})
    control("remove", {"object": "A_BusinessPartner", "id": ids[2]})
    marks = [(row["BusinessPartnerIsBlocked"], row["IsMarkedForArchiving"]) for row in sap.rows("A_BusinessPartner")]
    assert marks == [(False, False), (True, True), (False, True)]
    assert [row["_deleted"] for row in sap.system.dump("A_BusinessPartner")] == [False, True, True]


def test_what_was_dumped_can_be_loaded(sap: Caller) -> None:
    company, person = sap.number(COMPANY), sap.number(PERSON)
    sap.post("A_BusinessPartnerContact", {"BusinessPartnerCompany": company, "BusinessPartnerPerson": person})
    sap.post(f"A_BusinessPartner('{person}')/to_BusinessPartnerAddress", {"Country": "DE", "to_EmailAddress": [
        {"EmailAddress": "asha@example.org"}]})  # fmt: skip
    dumped = sap.system.dump("A_BusinessPartner")
    contacts = dumped[0].pop("to_BusinessPartnerContact")
    sap.system.control("reset")
    records = [{"object": "A_BusinessPartner", "fields": fields} for fields in dumped]
    records += [{"object": "A_BusinessPartnerContact", "fields": fields} for fields in contacts]
    assert sap.system.control("load", {"records": records}) == {"loaded": 3}
    again = sap.system.dump("A_BusinessPartner")
    assert again[0].pop("to_BusinessPartnerContact") == contacts
    tags = [row.pop("ETag") for row in (*dumped, *again)]
    for row in (*dumped, *again):  # loading the contact touches its partners, perhaps in a later second
        for stamp in ("_changed", "LastChangeDate", "LastChangeTime"):
            row.pop(stamp, None)
    assert (again, len(set(tags))) == (dumped, 4)


def test_loads_fast_and_reads_deep_fast(sap: Caller) -> None:
    def fields(at: int) -> dict[str, Any]:
        key = {"BPIdentificationType": "MDMKEY", "BPIdentificationNumber": f"k{at}"}
        return COMPANY | {"BusinessPartner": str(1_000_000 + at), "to_BuPaIdentification": [key]}

    records = [{"object": "A_BusinessPartner", "fields": fields(at)} for at in range(1000)]
    started = time.monotonic()
    sap.system.control("load", {"records": records})
    assert time.monotonic() - started < 5  # 0.6 s when idle
    started = time.monotonic()
    for at in range(50):
        sap.get(f"A_BusinessPartner('{1_000_000 + at}')", expand=DEEP)
    assert (time.monotonic() - started) / 50 < 0.05  # 2 ms when idle


def test_a_refused_load_names_the_record(sap: Caller) -> None:
    good, bad = COMPANY | {"BusinessPartner": "1000007"}, {"BusinessPartnerCategory": "2"}
    body = {"records": [{"object": "A_BusinessPartner", "fields": fields} for fields in (good, bad)]}
    answer = requests.post(f"{sap.system.url}/_control/load", json=body)
    assert answer.status_code == 400
    assert "Record 1 (A_BusinessPartner)" in answer.json()["error"]


def test_throttling_and_breakdown_in_the_vendors_form(sap: Caller) -> None:
    sap.system.control("fault", {"kind": "throttle", "times": 1})
    sap.system.control("fault", {"kind": "error", "times": 1, "match": "^POST"})
    throttled = sap.call("GET", "A_BusinessPartner")
    assert (refusal(throttled)[0], throttled.headers["Retry-After"]) == (429, "1")
    assert refusal(sap.call("POST", "A_BusinessPartner", PERSON))[0] == 500
    assert sap.rows("A_BusinessPartner") == []


def test_a_lost_reply_was_carried_out_and_can_be_found_by_its_key(sap: Caller) -> None:
    sap.system.control("fault", {"kind": "lost_reply", "times": 1, "match": "^POST"})
    with pytest.raises(requests.ConnectionError):
        sap.call("POST", "A_BusinessPartner", COMPANY)
    query = "BPIdentificationType eq 'MDMKEY' and BPIdentificationNumber eq 'crm-001Aa'"
    assert [row["BusinessPartner"] for row in sap.rows("A_BuPaIdentification", filter=query)] == ["1000000"]
    assert refusal(sap.call("POST", "A_BusinessPartner", COMPANY))[2] == "BPIdentificationNumber"


def test_counts_requests_and_writes(sap: Caller) -> None:
    before = sap.system.control("counters", method="GET")
    number = sap.number(PERSON)
    sap.patch(f"A_BusinessPartner('{number}')", {"SearchTerm2": "X"})
    after = sap.system.control("counters", method="GET")
    assert (after["requests"] - before["requests"], after["writes"] - before["writes"]) == (2, 2)
    assert after["by_path"]["PATCH A_BusinessPartner"] == 1
