"""The entity sets this sandbox simulates, with names, types and lengths of SAP's OData v2 services."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.sap import address_fields as address
from connectors.sandbox.sap import contact_fields as contact
from connectors.sandbox.sap import customer_fields as customer
from connectors.sandbox.sap import partner_fields as partner
from connectors.sandbox.sap import price_entities, product_entities
from connectors.sandbox.sap.schema import Entity, entity


def _below_partner(name: str, lines: str, *more: str, **rest: Any) -> Entity:
    rest |= {"parent": "A_BusinessPartner", "inherits": {"BusinessPartner": "BusinessPartner"}}
    return entity(name, lines, indexed=("BusinessPartner", *more), **rest)


def _below_address(name: str, lines: str) -> Entity:
    inherits = {"AddressID": "AddressID", "Person": "Person"}
    return entity(name, lines, parent="A_BusinessPartnerAddress", inherits=inherits, indexed=("AddressID",))


def _below_customer(name: str, lines: str, navigation: str = "", **rest: Any) -> Entity:
    inherits = {"Customer": "Customer"}
    return entity(name, lines, navigation, parent="A_Customer", inherits=inherits, indexed=("Customer",), **rest)


PARTNER_NAVIGATION = """
    to_BuPaIdentification -> A_BuPaIdentification
    to_BuPaIndustry -> A_BuPaIndustry
    to_BusinessPartnerAddress -> A_BusinessPartnerAddress
    to_BusinessPartnerContact -> A_BusinessPartnerContact
    to_BusinessPartnerRole -> A_BusinessPartnerRole
    to_BusinessPartnerTax -> A_BusinessPartnerTaxNumber
    to_Customer => A_Customer
"""
ADDRESS_NAVIGATION = """
    to_AddressUsage -> A_BuPaAddressUsage
    to_EmailAddress -> A_AddressEmailAddress
    to_FaxNumber -> A_AddressFaxNumber
    to_MobilePhoneNumber -> A_AddressPhoneNumber if PhoneNumberType in 3,2
    to_PhoneNumber -> A_AddressPhoneNumber if PhoneNumberType in 1,none
    to_URLAddress -> A_AddressHomePageURL
"""
CUSTOMER_NAVIGATION = """
    to_CustomerCompany -> A_CustomerCompany
    to_CustomerSalesArea -> A_CustomerSalesArea
    to_CustomerTaxGrouping -> A_CustomerTaxGrouping
"""
SALES_AREA = ("Customer", "SalesOrganization", "DistributionChannel", "Division")
CONTACT = ("RelationshipNumber", "BusinessPartnerCompany", "BusinessPartnerPerson", "ValidityEndDate")

ENTITIES: dict[str, Entity] = {
    one.name: one
    for one in (
        entity("A_BusinessPartner", partner.BUSINESS_PARTNER, PARTNER_NAVIGATION, deletable=False),
        _below_partner("A_BusinessPartnerRole", partner.BUSINESS_PARTNER_ROLE, deletable=False),
        _below_partner("A_BusinessPartnerTaxNumber", partner.BUSINESS_PARTNER_TAX_NUMBER),
        _below_partner("A_BuPaIdentification", partner.BU_PA_IDENTIFICATION, "BPIdentificationNumber"),
        _below_partner("A_BuPaIndustry", partner.BU_PA_INDUSTRY),
        _below_partner(
            "A_BusinessPartnerAddress", address.BUSINESS_PARTNER_ADDRESS, "AddressID", navigation=ADDRESS_NAVIGATION
        ),
        entity(
            "A_BuPaAddressUsage",
            address.BU_PA_ADDRESS_USAGE,
            parent="A_BusinessPartnerAddress",
            inherits={"BusinessPartner": "BusinessPartner", "AddressID": "AddressID"},
            indexed=("BusinessPartner", "AddressID"),
        ),
        _below_address("A_AddressEmailAddress", address.ADDRESS_EMAIL_ADDRESS),
        _below_address("A_AddressPhoneNumber", address.ADDRESS_PHONE_NUMBER),
        _below_address("A_AddressFaxNumber", address.ADDRESS_FAX_NUMBER),
        _below_address("A_AddressHomePageURL", address.ADDRESS_HOME_PAGE_URL),
        entity(
            "A_Customer",
            customer.CUSTOMER,
            CUSTOMER_NAVIGATION,
            parent="A_BusinessPartner",
            inherits={"Customer": "BusinessPartner"},
            creatable=False,
            deletable=False,
        ),
        _below_customer("A_CustomerCompany", customer.CUSTOMER_COMPANY, deletable=False),
        _below_customer(
            "A_CustomerSalesArea",
            customer.CUSTOMER_SALES_AREA,
            "to_SalesAreaTax -> A_CustomerSalesAreaTax",
            deletable=False,
        ),
        _below_customer("A_CustomerTaxGrouping", customer.CUSTOMER_TAX_GROUPING, creatable=False),
        entity(
            "A_CustomerSalesAreaTax",
            customer.CUSTOMER_SALES_AREA_TAX,
            parent="A_CustomerSalesArea",
            inherits={name: name for name in SALES_AREA},
            indexed=("Customer",),
            deletable=False,
        ),
        entity(
            "A_BusinessPartnerContact",
            contact.BUSINESS_PARTNER_CONTACT,
            "to_ContactRelationship => A_BPContactToFuncAndDept",
            parent="A_BusinessPartner",
            inherits={"BusinessPartnerCompany": "BusinessPartner"},
            indexed=("BusinessPartnerCompany", "BusinessPartnerPerson", "RelationshipNumber"),
        ),
        entity(
            "A_BPContactToFuncAndDept",
            contact.BP_CONTACT_TO_FUNC_AND_DEPT,
            parent="A_BusinessPartnerContact",
            inherits={name: name for name in CONTACT},
            indexed=CONTACT[:3],
            creatable=False,
            deletable=False,
        ),
        *product_entities.ENTITIES,
        *price_entities.ENTITIES,
    )
}
