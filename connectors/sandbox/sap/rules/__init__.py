"""What the system checks, fills and rewrites itself before it keeps a record, by entity set.

`CHECKS` see the proposed values and may refuse; `COMPLETIONS` see a new record with all that came below it and may
refuse; `SETTLEMENTS` run once it is kept and only put the rest in order.
"""

from __future__ import annotations

from collections.abc import Callable

from connectors.sandbox.sap.rules import address, contact, customer, partner
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
}
COMPLETIONS: dict[str, Callable[[Row], None]] = {
    "A_BusinessPartner": customer.complete,
    "A_BusinessPartnerContact": contact.complete,
}
SETTLEMENTS: dict[str, Callable[[Records, Row], None]] = {
    "A_BusinessPartner": customer.settle,
    "A_BusinessPartnerRole": customer.settle,
    "A_BusinessPartnerAddress": address.settle,
    "A_BuPaAddressUsage": address.settle_usage,
    "A_AddressEmailAddress": address.settle_default,
    "A_AddressPhoneNumber": address.settle_default,
    "A_AddressFaxNumber": address.settle_default,
}
