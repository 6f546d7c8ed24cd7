"""Product: one sellable item (a SKU), or a family that a store sells in variants.

Contexts: names and descriptions by language (ISO 639-1: `names|en`); alternative_units by unit code of UN/ECE
Recommendation 20 (`alternative_units|CT`); prices by list and currency (`prices|10/EUR`).

A quantity is a decimal, a blank and a unit symbol ("40 mm", "0.125 kg"). A unit factor is
`{"numerator": "100", "denominator": "1"}`: one of that unit is so many base units. Prices of one list and currency are
a list of periods, the earliest first:
`[{"amount": "12.5", "per": "100", "unit": "H87", "valid_from": "2026-01-01", "valid_to": "9999-12-31",
"scale": [{"from": "500", "amount": "11.9"}]}]`, decimals as plain text without trailing zeros. The two dates (both days
included) are absent where a system knows none, the scale where there is none. What a system should hold is the one
period valid today, without its dates.
"""

from mdm.entities.base import Attribute, Entity, Kind, Shape

PRODUCT = Entity(
    name="product",
    label="Product",
    vouched_by=frozenset({"erp"}),
    withdrawn=True,
    attributes=(
        Attribute("product_type", Kind.CATEGORY, "Product type"),  # item | family
        Attribute("sku", Kind.PART_NUMBER, "SKU"),
        Attribute("former_sku", Kind.PART_NUMBER, "Former SKU"),  # others may hold it still
        Attribute("mpn", Kind.PART_NUMBER, "Manufacturer part number"),
        Attribute("gtin", Kind.GTIN, "GTIN"),
        Attribute("brand", Kind.COMPANY_NAME, "Brand"),
        Attribute("category", Kind.CATEGORY, "Category", identifies=False),
        Attribute("material_group", Kind.CATEGORY, "Material group", identifies=False),
        Attribute("hs_code", Kind.IDENTIFIER, "HS code"),
        Attribute("standard", Kind.STANDARD, "Standard"),
        Attribute("material", Kind.CATEGORY, "Material"),
        Attribute("grade", Kind.CATEGORY, "Grade"),
        Attribute("finish", Kind.CATEGORY, "Finish"),
        Attribute("thread", Kind.THREAD, "Thread"),
        Attribute("nominal_length", Kind.QUANTITY, "Nominal length"),
        Attribute("pack_size", Kind.NUMBER, "Pack size"),  # pieces in a sales pack
        Attribute("base_unit", Kind.UNIT, "Base unit"),
        Attribute("length", Kind.QUANTITY, "Length", group="dimensions"),
        Attribute("width", Kind.QUANTITY, "Width", group="dimensions"),
        Attribute("height", Kind.QUANTITY, "Height", group="dimensions"),
        Attribute("gross_weight", Kind.QUANTITY, "Gross weight"),
        Attribute("net_weight", Kind.QUANTITY, "Net weight"),
        Attribute("blocked", Kind.FLAG, "Blocked"),
        Attribute("web_title", Kind.TEXT, "Web title"),
        Attribute("web_description", Kind.TEXT, "Web description", identifies=False),
        Attribute("sales_family", Kind.CATEGORY, "Sales family", identifies=False),
        Attribute("sales_notes", Kind.TEXT, "Sales notes", identifies=False),
        Attribute("names", Kind.PRODUCT_NAME, "Names", Shape.BY_CONTEXT),
        Attribute("descriptions", Kind.TEXT, "Descriptions", Shape.BY_CONTEXT, identifies=False),
        Attribute("alternative_units", Kind.UNIT_FACTOR, "Alternative units", Shape.BY_CONTEXT),
        Attribute("prices", Kind.PRICE, "Prices", Shape.BY_CONTEXT),
        Attribute("images", Kind.URL, "Images", Shape.MANY, identifies=False),
    ),
)

VARIANT = Entity(name="variant", label="Variant of", refs=("product", "family"), ends="product", attributes=())
