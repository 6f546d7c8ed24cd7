"""Customer: a party, organisation or person.

Contexts: addresses by use (registered, bill_to, ship_to, other); phones by line (main, mobile, fax); tax_ids by scheme
(GSTIN, VAT, EIN); payment_terms and credit_block by company code or sales area (`company:1010`, `sales:1010/10/00`) or
empty for the customer as a whole; tax_classification by `country/category` (`DE/MWST`); consent by channel (email).

An address is `{"street", "city", "region", "postcode", "country"}` with the lines of the street joined by a line feed.
"""

from mdm.entities.base import Attribute, Entity, Kind, Shape

CUSTOMER = Entity(
    name="customer",
    label="Customer",
    vouched_by=frozenset({"crm", "erp", "hub", "other"}),  # known to the store alone: nobody has seen this party yet
    attributes=(
        Attribute("party_type", Kind.CATEGORY, "Party type"),  # organisation | person
        Attribute("legal_name", Kind.COMPANY_NAME, "Legal name"),
        Attribute("trade_name", Kind.COMPANY_NAME, "Trade name"),
        Attribute("first_name", Kind.GIVEN_NAME, "First name", group="person name"),
        Attribute("last_name", Kind.FAMILY_NAME, "Last name", group="person name"),
        Attribute("account_number", Kind.IDENTIFIER, "Account number", assigned=True, identifies=False),
        Attribute("currency", Kind.CURRENCY, "Currency"),
        Attribute("language", Kind.LANGUAGE, "Language"),
        Attribute("industry", Kind.CATEGORY, "Industry"),
        Attribute("segment", Kind.CATEGORY, "Segment", identifies=False),
        Attribute("service_level", Kind.CATEGORY, "Service level", identifies=False),
        Attribute("web_preferences", Kind.TEXT, "Web preferences", identifies=False),
        Attribute("loyalty_id", Kind.IDENTIFIER, "Loyalty id"),
        Attribute("region", Kind.CATEGORY, "Region", identifies=False),
        Attribute("legal_entity", Kind.CATEGORY, "Legal entity", identifies=False),
        Attribute("website", Kind.URL, "Website"),
        Attribute("blocked", Kind.FLAG, "Blocked"),
        Attribute("buys_privately", Kind.FLAG, "Buys privately"),  # a person who is a customer, not only a contact
        Attribute("consent", Kind.CATEGORY, "Consent", Shape.BY_CONTEXT, identifies=False),  # opted_in | opted_out
        Attribute("phones", Kind.PHONE, "Phones", Shape.BY_CONTEXT),
        Attribute("addresses", Kind.ADDRESS, "Addresses", Shape.BY_CONTEXT),
        Attribute("payment_terms", Kind.CATEGORY, "Payment terms", Shape.BY_CONTEXT, identifies=False),
        Attribute("credit_block", Kind.FLAG, "Credit block", Shape.BY_CONTEXT),
        Attribute("tax_classification", Kind.CATEGORY, "Tax classification", Shape.BY_CONTEXT, identifies=False),
        Attribute("emails", Kind.EMAIL, "E-mails", Shape.MANY, coexist=True),
        Attribute("tax_ids", Kind.TAX_ID, "Tax ids", Shape.MANY, coexist=True),
    ),
)
