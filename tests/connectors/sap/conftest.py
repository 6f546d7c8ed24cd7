"""One simulated SAP system for a module of tests, emptied before each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from connectors.base import Access, FieldRow, Outcome
from connectors.sap.connector import Sap
from mdm.contracts import Desired, SourceChange
from tests.connectors.sandbox.server import Running, running

SECRETS = {"username": "MDM_HUB", "password": "a-secret-of-the-test"}


class System:
    """The running system, users' acts in it, and connectors to it."""

    def __init__(self, process: Running) -> None:
        self.process = process

    def sap(self, *fields: FieldRow, **options: Any) -> Sap:
        """A fresh connector."""
        return Sap(Access(connection="erp", base_url=self.process.url, secrets=SECRETS, options=options, fields=fields))

    def enter(self, entity_set: str = "A_BusinessPartner", **fields: Any) -> str:
        """A user makes a record; returns its number."""
        made: str = self.process.control("create", {"object": entity_set, "fields": fields})["id"]
        return made

    def organisation(self, name: str = "Bolt GmbH", **fields: Any) -> str:
        """A customer with an address in Cologne."""
        given = {
            "BusinessPartnerCategory": "2", "OrganizationBPName1": name,
            "to_BusinessPartnerRole": [{"BusinessPartnerRole": "FLCU00"}, {"BusinessPartnerRole": "FLCU01"}],
            "to_BusinessPartnerAddress": [{"Country": "DE", "CityName": "Köln", "PostalCode": "50667"}],
            "to_Customer": {"to_CustomerCompany": [{"CompanyCode": "1010", "PaymentTerms": "0001"}]},
        }
        return self.enter(**{**given, **fields})

    def edit(self, number: str, entity_set: str = "A_BusinessPartner", silent: bool = False, **fields: Any) -> None:
        """A user changes a record."""
        body = {"object": entity_set, "id": number, "fields": fields, "silent": silent}
        self.process.control("edit", body)

    def fault(self, kind: str, match: str, times: int | None = 1) -> None:
        """Plan a misbehaviour."""
        self.process.control("fault", {"kind": kind, "times": times, "match": match})

    def counted(self) -> dict[str, int]:
        """How often each call was made since the last time this was asked."""
        before = self.__dict__.get("_counted", {})
        now = self.process.control("counters", method="GET")["by_path"]
        self.__dict__["_counted"] = now
        return {name: count - before.get(name, 0) for name, count in now.items() if count != before.get(name, 0)}

    def product(self, number: str = "B-8-40", **fields: Any) -> str:
        """A product with an English name."""
        name = {"to_Description": [{"Language": "EN", "ProductDescription": "Hexagon screw"}]}
        return self.enter("A_Product", **{"Product": number, "ProductType": "HAWA", "BaseUnit": "PC", **name, **fields})

    def price(self, number: str = "B-8-40", **fields: Any) -> str:
        """A price of list 10 from 2026 on; returns the number of its condition record."""
        period = {
            "SalesOrganization": "1010", "DistributionChannel": "10", "PriceListType": "10",
            "TransactionCurrency": "EUR", "Material": number, "ConditionValidityStartDate": "2026-01-01",
        }  # fmt: skip
        period |= {name: fields.pop(name) for name in list(fields) if name in period or "Validity" in name}
        given = {"ConditionType": "PPR0", "ConditionTable": "306", "ConditionRateValue": "12.50",
                 "ConditionRateValueUnit": "EUR", "ConditionQuantity": "100", "ConditionQuantityUnit": "PC"}
        return self.enter("A_SlsPrcgConditionRecord", **{**given, "to_SlsPrcgCndnRecdValidity": [period], **fields})

    def partners(self) -> list[dict[str, Any]]:
        """All partners, deep."""
        return self.process.dump("A_BusinessPartner")


@pytest.fixture(scope="module")
def process() -> Iterator[Running]:
    with running("sap", user=SECRETS["username"], password=SECRETS["password"]) as process:
        yield process


@pytest.fixture
def system(process: Running) -> System:
    process.control("reset")
    return System(process)


@pytest.fixture
def desired() -> Callable[..., Desired]:
    """A new partner or relationship as the hub wants it."""

    def make(attributes: dict[str, Any], object_type: str = "BusinessPartner", **changes: Any) -> Desired:
        base = Desired(
            connection="erp", object_type=object_type, golden_id="golden-1", crosswalk_key="hub-1",
            entity="customer" if object_type == "BusinessPartner" else "contact", attributes=attributes,
            ids={"golden": "golden-1"}, changed=frozenset(attributes) | {"ids|golden"}, correlation_id="corr-1",
        )
        return replace(base, **changes)

    return make


def change_of(sap: Sap, outcome: Outcome) -> SourceChange:
    """What an outcome's only payload says."""
    assert outcome.error is None, outcome.error
    (payload,) = outcome.payloads
    (change,) = sap.map(payload)
    return change
