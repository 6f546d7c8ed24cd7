"""Short ways to the rows and changes tests begin with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from mdm.contracts import Ref, SourceChange
from mdm.models import Connection, RuleSet

START = datetime(2026, 1, 1, tzinfo=UTC)
PRODUCT_TYPES = {"erp": "A_Product", "crm": "Product2", "store": "ProductVariant"}
ROLES = {"crm": "salesforce", "erp": "sap", "store": "shopify"}


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def connections(mode: str = "observe") -> dict[str, Connection]:
    """A CRM, an ERP and a store, by code; no connector needs to reach them."""
    return {
        role: Connection.objects.get_or_create(
            code=role, defaults={"name": role.upper(), "kind": kind, "role": role, "mode": mode, "country": "DE"}
        )[0]
        for role, kind in ROLES.items()
    }


def rule_set() -> RuleSet:
    return RuleSet.objects.get(state=RuleSet.State.PUBLISHED)


def change(connection: str, external_id: str, minute: float = 0, **values: Any) -> SourceChange:
    """A change of a customer; `attributes` by keyword, contexts with two underscores: phones__main."""
    settings = {
        name: values.pop(name)
        for name in ("object_type", "entity", "kind", "merged_into", "crosswalk_key", "sent", "refs", "observed")
        if name in values
    }
    observed = settings.pop("observed", minute + 0.5)
    refs = {name: Ref(*ref) if ref else None for name, ref in settings.pop("refs", {}).items()}
    return SourceChange(
        connection=connection,
        object_type=settings.pop("object_type", "Account"),
        external_id=external_id,
        entity=settings.pop("entity", "customer"),
        kind=settings.pop("kind", "snapshot"),
        source_time=at(minute),
        observed_at=at(observed),
        attributes={key.replace("__", "|"): value for key, value in values.items()},
        refs=refs,
        raw=dict(values),
        **settings,
    )


def organisation(connection: str, external_id: str, minute: float = 0, **values: Any) -> SourceChange:
    """A firm with enough on it to be matched by name, tax id and address."""
    return change(
        connection,
        external_id,
        minute,
        **{
            "party_type": "organisation",
            "legal_name": "Bolzen Meier GmbH",
            "tax_ids__VAT": "DE136695976",
            "addresses__bill_to": {
                "street": "Hauptstr. 5",
                "city": "Bremen",
                "postcode": "28195",
                "country": "DE",
                "region": None,
            },
            **values,
        },
    )


def product(connection: str, external_id: str, minute: float = 0, **values: Any) -> SourceChange:
    """An item with enough on it to be matched by its identifiers."""
    return change(
        connection,
        external_id,
        minute,
        entity="product",
        **{
            "object_type": PRODUCT_TYPES[connection],
            "product_type": "item",
            "sku": "BM-1004",
            "gtin": "04006381333931",
            "names__en": "Hexagon head screw DIN 933 M8x40 8.8 zinc plated",
            **values,
        },
    )


def price(amount: str, first: str = "", last: str = "", *, per: str = "100", unit: str = "H87") -> list[dict[str, str]]:
    """A price list of one period, without dates where none are given."""
    dates = {name: day for name, day in (("valid_from", first), ("valid_to", last)) if day}
    return [{"amount": amount, "per": per, "unit": unit, **dates}]
