"""Judges of the simulated SAP: pyodata, SAP's own client, and the vendor's metadata (our extract, or the full file).

GOLDENROD_SAP_SPEC may name a complete API_BUSINESS_PARTNER metadata document; without it the extract alone judges.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyodata
import pytest
import requests

from connectors.sandbox.sap import metadata
from tests.connectors.sandbox.sap_caller import COMPANY, LOGIN, PERSON, SERVICE
from tests.connectors.sandbox.server import Running, running
from tests.connectors.sap.spec import extract

FULL = os.environ.get("GOLDENROD_SAP_SPEC", "")


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
    assert {one.name for one in client.schema.entity_sets} == set(extract.USED)


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


def test_what_is_simulated_is_what_the_extract_says() -> None:
    assert extract.read(metadata.document()) == json.loads(extract.EXTRACT.read_text())


@pytest.mark.skipif(not FULL, reason="GOLDENROD_SAP_SPEC names no complete metadata document")
def test_the_extract_is_what_the_vendor_says() -> None:
    assert extract.text(extract.read(Path(FULL).read_text())) == extract.EXTRACT.read_text()


def test_the_extract_can_differ() -> None:
    given = 'Name="LastName" Type="Edm.String" MaxLength="40"'
    other = given.replace("40", "41")
    assert extract.read(metadata.document().replace(given, other)) != extract.read(metadata.document())
