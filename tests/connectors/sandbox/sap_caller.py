"""Speak to a simulated SAP system as an integration would: Basic login, CSRF token, JSON."""

from __future__ import annotations

from typing import Any

import requests

from tests.connectors.sandbox.server import Running

SERVICE = "/sap/opu/odata/sap/API_BUSINESS_PARTNER"
PRODUCTS = "/sap/opu/odata/sap/API_PRODUCT_SRV"
PRICES = "/sap/opu/odata/sap/API_SLSPRICINGCONDITIONRECORD_SRV"
LOGIN = ("MDM_HUB", "sandbox")

COMPANY: dict[str, Any] = {
    "BusinessPartnerCategory": "2",
    "OrganizationBPName1": "Rheinblick Schrauben GmbH",
    "CorrespondenceLanguage": "DE",
    "to_BusinessPartnerRole": [{"BusinessPartnerRole": "FLCU01"}, {"BusinessPartnerRole": "FLCU00"}],
    "to_BusinessPartnerAddress": {
        "results": [
            {
                "Country": "DE",
                "CityName": "Köln",
                "PostalCode": "50667",
                "StreetName": "Hauptstr.",
                "HouseNumber": "1",
                "to_AddressUsage": [{"AddressUsage": "XXDEFAULT"}, {"AddressUsage": "BILL_TO"}],
                "to_EmailAddress": [{"EmailAddress": "Info@Rheinblick.example"}],
                "to_PhoneNumber": [{"PhoneNumber": "+49 221 1234-5"}],
                "to_MobilePhoneNumber": [{"PhoneNumber": "0171 5566"}],
                "to_FaxNumber": [{"FaxNumber": "0221 99"}],
            },
            {"Country": "IN", "CityName": "Pune", "to_AddressUsage": [{"AddressUsage": "SHIP_TO"}]},
        ]
    },
    "to_BusinessPartnerTax": [{"BPTaxType": "DE0", "BPTaxNumber": "DE123456789"}],
    "to_BuPaIdentification": [{"BPIdentificationType": "MDMKEY", "BPIdentificationNumber": "crm-001Aa"}],
    "to_Customer": {
        "to_CustomerCompany": [{"CompanyCode": "1010", "PaymentTerms": "0004"}],
        "to_CustomerSalesArea": [
            {
                "SalesOrganization": "1010",
                "DistributionChannel": "10",
                "Division": "00",
                "Currency": "EUR",
                "to_SalesAreaTax": [
                    {"DepartureCountry": "DE", "CustomerTaxCategory": "TTX1", "CustomerTaxClassification": "1"}
                ],
            }
        ],
    },
}
BOLT: dict[str, Any] = {
    "Product": "B-8-40",
    "ProductType": "HAWA",
    "BaseUnit": "PC",
    "ProductGroup": "L001",
    "GrossWeight": "0.021",
    "NetWeight": "0.020",
    "WeightUnit": "KG",
    "SizeOrDimensionText": "M8x40",
    "IndustryStandardName": "DIN 933",
    "ProductStandardID": "4006381333931",
    "to_Description": [
        {"Language": "DE", "ProductDescription": "Sechskantschraube DIN 933 M8x40 8.8"},
        {"Language": "EN", "ProductDescription": "Hexagon screw DIN 933 M8x40 8.8"},
    ],
    "to_ProductBasicText": [{"Language": "EN", "LongText": "Full thread.\nZinc plated."}],
    "to_ProductUnitsOfMeasure": [
        {
            "AlternativeUnit": "CAR",
            "QuantityNumerator": "100",
            "QuantityDenominator": "1",
            "UnitSpecificProductLength": "20",
            "ProductMeasurementUnit": "CM",
            "to_InternationalArticleNumber": [{"ProductStandardID": "04006381333948"}],
        }
    ],
    "to_SalesDelivery": [
        {"ProductSalesOrg": "1010", "ProductDistributionChnl": "10", "SalesMeasureUnit": "CAR"}
    ],
    "to_Plant": [{"Plant": "1010", "Commodity": "73181588"}],
}
PRICE: dict[str, Any] = {
    "ConditionType": "PPR0",
    "ConditionTable": "306",
    "ConditionRateValue": "12.50",
    "ConditionRateValueUnit": "EUR",
    "ConditionQuantity": "100",
    "ConditionQuantityUnit": "PC",
    "to_SlsPrcgCndnRecdValidity": [
        {
            "SalesOrganization": "1010",
            "DistributionChannel": "10",
            "PriceListType": "10",
            "TransactionCurrency": "EUR",
            "Material": "B-8-40",
            "ConditionValidityStartDate": "/Date(1767225600000)/",
            "ConditionValidityEndDate": "/Date(253402214400000)/",
        }
    ],
}
PERSON: dict[str, Any] = {"BusinessPartnerCategory": "1", "FirstName": "Asha", "LastName": "Rao"}


class Caller:
    """A logged-in session with a token; paths are below the service."""

    def __init__(self, system: Running, service: str = SERVICE) -> None:
        self.system = system
        self.root = system.url + service
        self.http = requests.Session()
        self.http.auth = LOGIN
        self.http.headers["Accept"] = "application/json"

    def fetch_token(self) -> requests.Response:
        """Fetch a token, to be sent from now on."""
        answer = self.http.get(f"{self.root}/", headers={"X-CSRF-Token": "Fetch"})
        self.http.headers["X-CSRF-Token"] = answer.headers["X-CSRF-Token"]
        return answer

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """One request; header names with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.request(method, f"{self.root}/{path}", json=body, headers=sent)

    def get(self, path: str, **options: str) -> Any:
        """What stands under `d` of a read; options without their dollar."""
        query = {f"${name}": value for name, value in options.items()}
        answer = self.http.get(f"{self.root}/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["d"]

    def rows(self, path: str, **options: str) -> list[dict[str, Any]]:
        """The records of a collection."""
        found: list[dict[str, Any]] = self.get(path, **options)["results"]
        return found

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Create; what stands under `d`."""
        answer = self.call("POST", path, body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()["d"]
        return made

    def number(self, body: dict[str, Any]) -> str:
        """The number of a new partner."""
        return str(self.post("A_BusinessPartner", body)["BusinessPartner"])

    def etag(self, number: str) -> str:
        """The partner's present entity tag."""
        return str(self.get(f"A_BusinessPartner('{number}')")["__metadata"]["etag"])

    def patch(self, path: str, body: dict[str, Any], **headers: str) -> None:
        """Change; the lock of a partner is taken over blindly."""
        answer = self.call("PATCH", path, body, If_Match="*", **headers)
        assert answer.status_code == 204, answer.text


def refusal(answer: requests.Response) -> tuple[int, str, str]:
    """Status, sentence and target property of a refusal, its form checked."""
    error = answer.json()["error"]
    [detail] = error["innererror"]["errordetails"]
    assert error["message"]["lang"] == "en"
    assert error["message"]["value"] == detail["message"]
    assert error["code"] == detail["code"] != ""
    assert len(error["innererror"]["transactionid"]) == 32
    return answer.status_code, detail["message"], detail["target"]
