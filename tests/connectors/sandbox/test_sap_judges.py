"""Judges of the simulated SAP: pyodata, SAP's own client, and the vendor's metadata (our extracts, or the full files).

GOLDENROD_SAP_SPEC, GOLDENROD_SAP_PRODUCT_SPEC and GOLDENROD_SAP_PRICE_SPEC may name the complete metadata documents of
the three services; without them the extracts alone judge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyodata
import pytest
import requests

from connectors.sandbox.sap import metadata
from connectors.sandbox.sap.schema import SERVICES
from tests.connectors.sandbox.sap_caller import BOLT, COMPANY, LOGIN, PERSON, PRICE, PRICES, PRODUCTS, SERVICE
from tests.connectors.sandbox.server import Running, running
from tests.connectors.sap.spec import extract


@pytest.fixture(scope="module")
def system() -> Iterator[Running]:
    with running("sap") as found:
        yield found


@pytest.fixture
def session(system: Running) -> requests.Session:
    """What pyodata leaves to its caller: the login and the token."""
    system.control("reset")
    found = requests.Session()
    found.auth = LOGIN
    answer = found.head(f"{system.url}{SERVICE}/", headers={"X-CSRF-Token": "Fetch"})
    found.headers["X-CSRF-Token"] = answer.headers["X-CSRF-Token"]
    return found


@pytest.fixture
def client(system: Running, session: requests.Session) -> Any:
    return pyodata.Client(f"{system.url}{SERVICE}/", session)


def company(client: Any) -> Any:
    """A new partner with all below it, made by the judge."""
    addresses = COMPANY["to_BusinessPartnerAddress"]["results"]
    fields = {**COMPANY, "to_BusinessPartnerAddress": addresses}
    return client.entity_sets.A_BusinessPartner.create_entity().set(**fields).execute()


def test_pyodata_reads_the_metadata(client: Any) -> None:
    partner = client.schema.entity_type("A_BusinessPartnerType")
    assert [key.name for key in partner.key_proprties] == ["BusinessPartner"]
    assert partner.proprty("OrganizationBPName1").max_length == 40
    assert {one.name for one in client.schema.entity_sets} == sets_of("API_BUSINESS_PARTNER")


def sets_of(service: str) -> set[str]:
    """The entity sets of a service as our extract has them."""
    return set(json.loads(extract.FILES[service].read_text()))


@pytest.fixture
def products(system: Running, session: requests.Session) -> Any:
    return pyodata.Client(f"{system.url}{PRODUCTS}/", session)


@pytest.fixture
def prices(system: Running, session: requests.Session) -> Any:
    return pyodata.Client(f"{system.url}{PRICES}/", session)


def test_pyodata_reads_the_metadata_of_products_and_prices(products: Any, prices: Any) -> None:
    assert {one.name for one in products.schema.entity_sets} == sets_of("API_PRODUCT_SRV")
    assert {one.name for one in prices.schema.entity_sets} == sets_of("API_SLSPRICINGCONDITIONRECORD_SRV")
    assert products.schema.entity_type("A_ProductDescriptionType").proprty("ProductDescription").max_length == 40
    period = prices.schema.entity_type("A_SlsPrcgCndnRecdValidityType")
    assert [key.name for key in period.key_proprties] == ["ConditionRecord", "ConditionValidityEndDate"]


def bolt(client: Any) -> Any:
    """A new product with all below it, made by the judge."""
    return client.entity_sets.A_Product.create_entity().set(**BOLT).execute()


def test_pyodata_creates_products_deep_and_reads_them_deep(products: Any) -> None:
    made = bolt(products)
    paths = "to_Description,to_ProductUnitsOfMeasure/to_InternationalArticleNumber"
    found = products.entity_sets.A_Product.get_entity(made.Product).expand(paths).execute()
    assert found.etag == made.etag
    assert {one.Language for one in found.to_Description} == {"DE", "EN"}
    units = {one.AlternativeUnit: one for one in found.to_ProductUnitsOfMeasure}
    assert units["PC"].GlobalTradeItemNumber == "4006381333931"
    assert [one.ProductStandardID for one in units["CAR"].to_InternationalArticleNumber] == ["04006381333948"]


def test_pyodata_updates_a_product_under_its_lock(products: Any, session: requests.Session) -> None:
    made = bolt(products)
    update = products.entity_sets.A_Product.update_entity(Product=made.Product).set(ProductHierarchy="NEU")
    with pytest.raises(pyodata.exceptions.HttpError) as refused:
        update.execute()
    assert refused.value.response.status_code == 428
    session.headers["If-Match"] = made.etag
    update.execute()
    assert products.entity_sets.A_Product.get_entity(made.Product).execute().ProductHierarchy == "NEU"


def test_pyodata_follows_a_price_from_its_period(products: Any, prices: Any) -> None:
    bolt(products)
    made = prices.entity_sets.A_SlsPrcgConditionRecord.create_entity().set(**PRICE).execute()
    periods = prices.entity_sets.A_SlsPrcgCndnRecdValidity
    way = "to_SlsPrcgConditionRecord/to_SlsPrcgCndnRecordScale"
    period, = periods.get_entities().filter("Material eq 'B-8-40'").expand(way).execute()
    assert period.ConditionRecord == made.ConditionRecord == "0000000001"
    assert (period.ConditionValidityStartDate.year, period.ConditionValidityEndDate.year) == (2026, 9999)
    assert float(period.to_SlsPrcgConditionRecord.ConditionRateValue) == 12.5


def test_pyodata_creates_deep_and_reads_deep(client: Any) -> None:
    made = company(client)
    assert made.to_BusinessPartnerAddress[0].to_EmailAddress[0].EmailAddress == "Info@Rheinblick.example"
    paths = "to_BusinessPartnerAddress/to_PhoneNumber,to_Customer/to_CustomerSalesArea/to_SalesAreaTax"
    found = client.entity_sets.A_BusinessPartner.get_entity(made.BusinessPartner).expand(paths).execute()
    assert found.etag == made.etag
    assert found.to_BusinessPartnerAddress[0].to_PhoneNumber[0].InternationalPhoneNumber == "+4922112345"
    assert found.to_BusinessPartnerAddress[0].ValidityEndDate.year == 9999
    assert found.to_Customer.to_CustomerSalesArea[0].to_SalesAreaTax[0].CustomerTaxClassification == "1"


def test_pyodata_filters_counts_orders_and_pages(client: Any) -> None:
    partners = client.entity_sets.A_BusinessPartner
    for name in ("Rao", "Iyer", "Das"):
        partners.create_entity().set(**PERSON | {"LastName": name}).execute()
    names = partners.get_entities().select("LastName").order_by("LastName").top(2).skip(1).execute()
    assert [row.LastName for row in names] == ["Iyer", "Rao"]
    assert partners.get_entities().filter("substringof('a',LastName)").count().execute() == 2
    counted = partners.get_entities().filter(partners.get_entities().LastName == "Das").count(inline=True).execute()
    assert (counted.total_count, counted[0].FirstName) == (1, "Asha")


def test_pyodata_updates_under_the_lock_it_read(client: Any, session: requests.Session) -> None:
    made = company(client)
    partners = client.entity_sets.A_BusinessPartner
    update = partners.update_entity(BusinessPartner=made.BusinessPartner).set(SearchTerm2="NEU")
    with pytest.raises(pyodata.exceptions.HttpError) as refused:
        update.execute()
    assert refused.value.response.status_code == 428
    session.headers["If-Match"] = made.etag
    update.execute()
    assert partners.get_entity(made.BusinessPartner).execute().SearchTerm2 == "NEU"


def test_pyodata_follows_keys_of_dates_and_deletes(client: Any) -> None:
    made = company(client)
    address = {"BusinessPartner": made.BusinessPartner, "AddressID": made.to_BusinessPartnerAddress[0].AddressID}
    addressed = client.entity_sets.A_BusinessPartnerAddress.get_entity(**address)
    first, _ = addressed.nav("to_AddressUsage").get_entities().execute()
    again = client.entity_sets.A_BuPaAddressUsage.get_entity(key=first.entity_key).execute()
    assert again.AddressUsage == "BILL_TO"
    client.entity_sets.A_BuPaAddressUsage.delete_entity(key=again.entity_key).execute()
    assert client.entity_sets.A_BuPaAddressUsage.get_entities().count().execute() == 2


# ---- the vendor's metadata -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_simulated_is_what_the_extract_says(service: str) -> None:
    assert extract.read(metadata.document(service)) == json.loads(extract.FILES[service].read_text())


@pytest.mark.parametrize("service", SERVICES)
def test_the_extract_is_what_the_vendor_says(service: str) -> None:
    full = extract.full(service)
    if not full:
        pytest.skip(f"{extract.FULL[service]} names no complete metadata document")
    assert extract.text(extract.read(full)) == extract.FILES[service].read_text()


def test_the_extract_can_differ() -> None:
    given, document = 'Name="LastName" Type="Edm.String" MaxLength="40"', metadata.document("API_BUSINESS_PARTNER")
    assert extract.read(document.replace(given, given.replace("40", "41"))) != extract.read(document)
