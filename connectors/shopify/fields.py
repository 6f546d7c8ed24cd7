"""What we read and write of Shopify's objects, declared: native field <-> canonical key, and how values change form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import phonenumbers

from connectors import mapping
from connectors.base import FieldRow, ObjectType
from connectors.errors import Misconfigured
from connectors.mapping import Field
from connectors.shopify import goods
from mdm.engine.values import Json

CUSTOMER, COMPANY, CONTACT = "Customer", "Company", "CompanyContact"
VARIANT, FAMILY, OF_FAMILY = "ProductVariant", "Product", "ProductVariant.Family"
GID = {
    name: re.compile(rf"gid://shopify/{name}/\d{{1,20}}") for name in (CUSTOMER, COMPANY, CONTACT, VARIANT, FAMILY)
}
OWNER = {CUSTOMER: "CUSTOMER", COMPANY: "COMPANY", VARIANT: "PRODUCTVARIANT"}  # of metafields we read and write

KEY = "mdm.key"
IDS = {"golden": "mdm.golden_id", "crm": "mdm.salesforce_id", "erp": "mdm.sap_id"}
CONSENT = {"SUBSCRIBED": "opted_in", "UNSUBSCRIBED": "opted_out"}  # the other states say nothing about a wish
LENGTH = 255  # Shopify's names, lines and cities: "is too long (maximum is 255 characters)"
LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})?")
METAFIELD = re.compile(r"[A-Za-z0-9_-]{3,255}\.[A-Za-z0-9_-]{2,64}")
SCHEMES = {  # Shopify holds a tax id without its scheme: its form tells it, or else the country
    "GSTIN": re.compile(r"\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]Z[0-9A-Z]"),
    "VAT": re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,12}"),
    "EIN": re.compile(r"\d{2}-\d{7}"),
}
SCHEME_OF = {"IN": "GSTIN", "US": "EIN"}  # elsewhere VAT


def e164(value: Json) -> str:
    """The number as Shopify stores it; raises ValueError for one it would refuse or read as of its own country."""
    try:
        number = phonenumbers.parse(str(value), None)
    except phonenumbers.NumberParseException:
        raise ValueError("is no phone number with a country prefix.") from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError("is no possible phone number.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def locale(value: Json) -> str:
    """A language as Shopify's locale (`de`, `pt-BR`)."""
    given = str(value).strip().replace("_", "-")
    if not LOCALE.fullmatch(given):
        raise ValueError("is no language code.")
    language, dash, region = given.partition("-")
    return language.lower() + dash + region


def lower(value: Json) -> str:
    """An e-mail as Shopify stores it; raises ValueError for one longer than it takes."""
    if len(str(value)) > LENGTH:
        raise ValueError(f"is longer than {LENGTH} characters.")
    return str(value).strip().lower()


def consent(value: Json) -> str:
    """Our word for what Shopify says of e-mail marketing; "" where it says nothing."""
    return CONSENT.get(str(value), "")


def held(native: str, key: str, *, write: bool = True) -> Field:
    """A metafield (`namespace.key`) as a row."""
    return Field(f"metafields.{native}", key, write=write)


# Reading follows the shape of a node, writing that of an input; both are named in the vendor's schema.
READ: dict[str, tuple[Field, ...]] = {
    CUSTOMER: (
        Field("firstName", "first_name"),
        Field("lastName", "last_name"),
        Field("defaultEmailAddress.emailAddress", "emails"),
        Field("defaultPhoneNumber.phoneNumber", "phones|main"),
        Field("locale", "language"),
        Field("defaultEmailAddress.marketingState", "consent|email", to_canonical=consent),
    ),
    COMPANY: (
        Field("name", "legal_name"),
        Field("location.phone", "phones|main"),
        Field("location.locale", "language"),
    ),
    CONTACT: (Field("title", "role"),),
}
WRITE: dict[str, tuple[Field, ...]] = {
    CUSTOMER: (
        Field("firstName", "first_name", max_length=LENGTH),
        Field("lastName", "last_name", max_length=LENGTH),
        Field("email", "emails", to_native=lower),
        Field("phone", "phones|main", to_native=e164),
        Field("locale", "language", to_native=locale),
    ),
    COMPANY: (
        Field("name", "legal_name", max_length=LENGTH),
        Field("phone", "phones|main", to_native=e164),
        Field("locale", "language", to_native=locale),
    ),
    CONTACT: (Field("title", "role", max_length=LENGTH),),
}
HELD: dict[str, tuple[Field, ...]] = {
    CUSTOMER: (
        held("custom.loyalty_id", "loyalty_id"),
        held("custom.preferences", "web_preferences"),
        *(held(native, f"ids|{name}") for name, native in IDS.items()),
    ),
    COMPANY: tuple(held(native, f"ids|{name}") for name, native in IDS.items()),
    CONTACT: (),
    VARIANT: (
        *(replace(row, native=f"metafields.{row.native}") for row in goods.FACTS),
        *(held(native, f"ids|{name}") for name, native in IDS.items()),
    ),
    FAMILY: (),
}
PLACES = {CUSTOMER: ("ship_to", "other"), COMPANY: ("bill_to", "ship_to"), CONTACT: (), VARIANT: ()}
OBJECT_TYPES = (
    ObjectType(
        name=CUSTOMER,
        entity="customer",
        holds=frozenset(row.key for row in (*WRITE[CUSTOMER], *HELD[CUSTOMER]) if not row.key.startswith("ids|"))
        | {"consent|email", "addresses|ship_to", "addresses|other"},
    ),
    ObjectType(
        name=COMPANY,
        entity="customer",
        holds=frozenset(row.key for row in WRITE[COMPANY])
        | {"addresses|bill_to", "addresses|ship_to", *(f"tax_ids|{scheme}" for scheme in SCHEMES)},
    ),
    ObjectType(
        name=CONTACT,
        entity="contact",
        holds=frozenset({"role"}),
        refs=("person", "organisation"),
        needs=(("person", "emails"),),  # a customer without an e-mail cannot be a company's contact
    ),
    ObjectType(
        name=VARIANT,
        entity="product",
        holds=frozenset(row.key for row in (*goods.WRITE_ITEM, *goods.FACTS) if row.write)
        | {"product_type", "brand", "names", "prices"},
        parts=(OF_FAMILY,),
    ),
    ObjectType(name=FAMILY, entity="product", writable=False),
)
ENTITY = {kind.name: kind.entity for kind in OBJECT_TYPES}


def metafields(object_type: str, rows: Sequence[FieldRow]) -> tuple[Field, ...]:
    """The metafields we read or write of an object: ours and those an admin added. Raises Misconfigured."""
    added = [row for row in rows if row.object_type == object_type]
    wrong = next((row.native for row in added if not METAFIELD.fullmatch(row.native)), None)
    if wrong is not None or (added and object_type not in OWNER):
        raise Misconfigured(
            f"The mapping row '{wrong or added[0].native}' of {object_type} names no metafield; "
            + ("write namespace.key." if object_type in OWNER else f"the hub reads none of a {object_type}.")
        )
    try:
        fields = mapping.run_time(added, object_type)
    except ValueError as error:
        raise Misconfigured(f"A mapping row of {object_type} is wrong: {error}") from None
    named = {row.native.partition(".")[2] for row in HELD[object_type]}
    fresh = (replace(row, native=f"metafields.{row.native}") for row in fields if row.native not in named)
    return (*HELD[object_type], *fresh)


def keys(object_type: str, rows: Sequence[FieldRow]) -> list[str]:
    """The `namespace.key` of every metafield to ask for."""
    if object_type not in OWNER:
        return []
    return [KEY, *dict.fromkeys(row.native.removeprefix("metafields.") for row in metafields(object_type, rows))]


def scheme(number: str, country: str | None) -> str:
    """The scheme of a tax id that came without one: by its form, else by the company's country."""
    plain = re.sub(r"[\s.]", "", number.upper())
    by_form = next((name for name, form in SCHEMES.items() if form.fullmatch(plain)), None)
    return by_form or SCHEME_OF.get((country or "").upper(), "VAT")
