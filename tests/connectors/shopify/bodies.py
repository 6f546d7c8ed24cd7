"""Bodies as the Admin API answers them, made by hand."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from connectors.base import Access, FieldRow, Payload

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TIER = (
    FieldRow(object_type="Customer", native="custom.dealer_tier", key="dealer_tier", write=True),
    FieldRow(object_type="Company", native="custom.dealer_tier", key="dealer_tier", write=True),
)
SHOP = "goldenrod-demo.myshopify.com"
SECRETS = {"access_token": "shpat_of-the-test", "webhook_secret": "shpss_of-the-test"}
ACCESS = Access(
    connection="store", base_url="https://example.com", fields=TIER, secrets=SECRETS, options={"shop": SHOP}
)

HOME = "gid://shopify/MailingAddress/31?model_name=CustomerAddress"
WORK = "gid://shopify/MailingAddress/32?model_name=CustomerAddress"
CUSTOMER: dict[str, Any] = {
    "id": "gid://shopify/Customer/11",
    "firstName": "Asha",
    "lastName": "Rao",
    "locale": "en-IN",
    "tags": ["vip"],
    "createdAt": "2025-01-01T00:00:00Z",
    "updatedAt": "2026-02-03T04:05:06Z",
    "defaultEmailAddress": {"emailAddress": "asha@example.com", "marketingState": "SUBSCRIBED"},
    "defaultPhoneNumber": {"phoneNumber": "+919876543210"},
    "defaultAddress": {"id": HOME},
    "addressesV2": {
        "nodes": [
            {
                "id": HOME, "firstName": "Asha", "lastName": "Rao", "company": None, "address1": "12 Ring Road",
                "address2": "Plot 4", "city": "Pune", "province": "Maharashtra", "provinceCode": "MH",
                "countryCodeV2": "IN", "zip": "411001", "phone": "+912012345678",
            },
            {
                "id": WORK, "firstName": None, "lastName": None, "company": "Rao & Co", "address1": "1 Dock",
                "address2": None, "city": "Hamburg", "province": None, "provinceCode": None, "countryCodeV2": "DE",
                "zip": "20457", "phone": None,
            },
        ],
        "pageInfo": {"hasNextPage": False, "endCursor": "x"},
    },
    "companyContactProfiles": [],
    "m0": {"namespace": "mdm", "key": "key", "value": "src-1", "type": "id"},
    "m1": {"namespace": "mdm", "key": "golden_id", "value": "G1", "type": "single_line_text_field"},
    "m2": {"namespace": "mdm", "key": "salesforce_id", "value": "001A", "type": "single_line_text_field"},
    "m3": {"namespace": "custom", "key": "dealer_tier", "value": "gold", "type": "single_line_text_field"},
    "m4": {"namespace": "custom", "key": "loyalty_id", "value": "L-7", "type": "single_line_text_field"},
    "m5": {"namespace": "custom", "key": "preferences", "value": "dark", "type": "single_line_text_field"},
}
PLACE = "gid://shopify/CompanyLocation/51"
BILL, SHIP = "gid://shopify/CompanyAddress/41", "gid://shopify/CompanyAddress/42"
COMPANY: dict[str, Any] = {
    "id": "gid://shopify/Company/21",
    "name": "Schrauben GmbH",
    "externalId": "src-2",
    "createdAt": "2025-01-01T00:00:00Z",
    "updatedAt": "2026-02-03T04:05:06Z",
    "locations": {
        "nodes": [
            {
                "id": PLACE, "name": "Main", "phone": "+4973112345", "locale": "de",
                "updatedAt": "2026-02-03T04:05:07Z", "taxSettings": {"taxRegistrationId": "DE129273398"},
                "billingAddress": {
                    "id": BILL, "address1": "Weg 1", "address2": None, "city": "Ulm",
                    "province": None, "zoneCode": None, "countryCode": "DE", "zip": "89073",
                    "updatedAt": "2026-02-03T04:05:09Z",
                },
                "shippingAddress": {
                    "id": SHIP, "address1": "Tor 2", "address2": None, "city": "Ulm",
                    "province": None, "zoneCode": None, "countryCode": "DE", "zip": "89077",
                    "updatedAt": "2026-02-03T04:05:08Z",
                },
            }
        ]
    },
    "m0": None,
    "m3": {"namespace": "custom", "key": "dealer_tier", "value": "gold", "type": "single_line_text_field"},
}
CONTACT: dict[str, Any] = {
    "id": "gid://shopify/CompanyContact/61",
    "title": "Buyer",
    "createdAt": "2025-01-01T00:00:00Z",
    "updatedAt": "2026-02-03T04:05:06Z",
    "company": {"id": "gid://shopify/Company/21"},
    "customer": {"id": "gid://shopify/Customer/11"},
}
GOODS: dict[str, Any] = {
    "id": "gid://shopify/Product/71",
    "title": "Hex bolt DIN 933 M8",
    "descriptionHtml": "<p>Full thread</p>",
    "vendor": "Reyher",
    "productType": "Bolts",
    "status": "ACTIVE",
    "createdAt": "2025-01-01T00:00:00Z",
    "updatedAt": "2026-02-03T04:05:08Z",
    "variantsCount": {"count": 2},
    "media": {"nodes": [{"id": "gid://shopify/MediaImage/91", "image": {"url": "https://cdn.example/bolt.png"}}, {}]},
}
VARIANT: dict[str, Any] = {
    "id": "gid://shopify/ProductVariant/81",
    "sku": "BM-1040",
    "barcode": "4006381333931",
    "price": "12.50",
    "createdAt": "2025-01-01T00:00:00Z",
    "updatedAt": "2026-02-03T04:05:06Z",
    "selectedOptions": [{"name": "Length", "value": "40 mm"}, {"name": "Pack", "value": "100"}],
    "inventoryItem": {
        "harmonizedSystemCode": "73181569", "measurement": {"weight": {"value": 1.25, "unit": "KILOGRAMS"}},
    },
    "m0": {"namespace": "mdm", "key": "key", "value": "src-3", "type": "id"},
    "m1": {"namespace": "mdm", "key": "base_unit", "value": "H87", "type": "single_line_text_field"},
    "m2": {"namespace": "mdm", "key": "pack_size", "value": "100", "type": "single_line_text_field"},
    "m3": {"namespace": "mdm", "key": "sap_id", "value": "1040", "type": "single_line_text_field"},
    "product": GOODS,
    "_shop": "Goldenrod Fasteners",
}
FAMILY: dict[str, Any] = {**GOODS, "_shop": "Goldenrod Fasteners"}
BODIES = {
    "ProductVariant": VARIANT, "Product": FAMILY,
    "Customer": CUSTOMER, "Company": COMPANY, "CompanyContact": CONTACT,
}


def body(name: str, path: str = "", value: Any = None) -> dict[str, Any]:
    """A copy of a good body, with one value at a dotted path replaced."""
    copy: Any = deepcopy(BODIES[name])
    if path:
        *way, last = path.split(".")
        place = copy
        for step in way:
            place = place[int(step)] if step.isdigit() else place[step]
        place[int(last) if last.isdigit() else last] = value
    return dict(copy)


def payload(name: str, given: Any = None) -> Payload:
    """A payload of that object with the good body or another one."""
    return Payload(
        object_type=name, external_id=BODIES[name]["id"], body=BODIES[name] if given is None else given, observed_at=NOW
    )
