"""What the system checks, fills and rewrites itself before it keeps a record, by entity set.

`CHECKS` see the proposed values and may refuse; `COMPLETIONS` see a new record with all that came below it and may
refuse; `SETTLEMENTS` run once it is kept and only put the rest in order.
"""

from __future__ import annotations

from collections.abc import Callable

from connectors.sandbox.sap.price_entities import RECORD, SCALE, VALIDITY
from connectors.sandbox.sap.product_entities import DESCRIPTION, EAN, PLANT, PRODUCT, SALES, TEXT, UNIT
from connectors.sandbox.sap.rules import address, contact, customer, partner, price, product
from connectors.sandbox.sap.rules.proposal import Proposal
from connectors.sandbox.sap.store import Records, Row

CHECKS: dict[str, Callable[[Proposal], None]] = {
    "A_BusinessPartner": partner.check,
    "A_BusinessPartnerRole": partner.check_role,
    "A_BusinessPartnerTaxNumber": partner.check_tax_number,
    "A_BuPaIdentification": partner.check_identification,
    "A_BusinessPartnerAddress": address.check,
    "A_BuPaAddressUsage": address.check_usage,
    "A_AddressEmailAddress": address.check_email,
    "A_AddressPhoneNumber": address.check_phone,
    "A_AddressFaxNumber": address.check_fax,
    "A_AddressHomePageURL": address.check_url,
    "A_Customer": customer.check,
    "A_CustomerSalesArea": customer.check_sales_area,
    "A_CustomerSalesAreaTax": customer.check_tax,
    "A_BusinessPartnerContact": contact.check,
    "A_BPContactToFuncAndDept": contact.check_function,
    PRODUCT: product.check,
    DESCRIPTION: product.check_text,
    TEXT: product.check_text,
    UNIT: product.check_unit,
    EAN: product.check_ean,
    SALES: product.check_sales,
    PLANT: product.check_plant,
    RECORD: price.check,
    VALIDITY: price.check_validity,
    SCALE: price.check_scale,
}
COMPLETIONS: dict[str, Callable[[Row], None]] = {
    "A_BusinessPartner": customer.complete,
    "A_BusinessPartnerContact": contact.complete,
    PRODUCT: product.complete,
    UNIT: product.complete_unit,
    RECORD: price.complete,
}
SETTLEMENTS: dict[str, Callable[[Records, Row], None]] = {
    "A_BusinessPartner": customer.settle,
    "A_BusinessPartnerRole": customer.settle,
    "A_BusinessPartnerAddress": address.settle,
    "A_BuPaAddressUsage": address.settle_usage,
    "A_AddressEmailAddress": address.settle_default,
    "A_AddressPhoneNumber": address.settle_default,
    "A_AddressFaxNumber": address.settle_default,
    PRODUCT: product.settle,
    UNIT: product.settle_unit,
    EAN: product.settle_ean,
    RECORD: price.settle,
    VALIDITY: price.settle_validity,
    SCALE: price.settle_scale,
}
# What may not be deleted, though its kind may; and what puts the rest in order when it goes.
GUARDS: dict[str, Callable[[Row], None]] = {
    "A_BusinessPartnerAddress": address.guard,
    UNIT: product.guard_unit,
    DESCRIPTION: product.guard_description,
}
UNSETTLING = frozenset({"A_BuPaAddressUsage", *address.DEFAULT_FLAG, EAN, SCALE})
