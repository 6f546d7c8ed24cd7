"""The one list of kinds, shared by entities, engine and commands."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a value is; decides how it is standardised, compared and blocked on."""

    PERSON_NAME = "person_name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    COMPANY_NAME = "company_name"
    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    STREET = "street"
    HOUSE_NUMBER = "house_number"
    CITY = "city"
    REGION = "region"
    POSTCODE = "postcode"
    COUNTRY = "country"
    DATE = "date"
    IDENTIFIER = "identifier"
    TAX_ID = "tax_id"
    CATEGORY = "category"
    NUMBER = "number"
    NAME_LIST = "name_list"
    URL = "url"
    LANGUAGE = "language"
    CURRENCY = "currency"
    FLAG = "flag"
    PART_NUMBER = "part_number"
    GTIN = "gtin"
    PRODUCT_NAME = "product_name"
    STANDARD = "standard"
    THREAD = "thread"
    QUANTITY = "quantity"
    UNIT = "unit"
    UNIT_FACTOR = "unit_factor"
    PRICE = "price"


# What is agreed on or set, whatever it is about: records of one thing may differ in it, and those of two agree.
TERMS = frozenset({Kind.LANGUAGE, Kind.CURRENCY, Kind.FLAG, Kind.UNIT, Kind.UNIT_FACTOR, Kind.PRICE})
