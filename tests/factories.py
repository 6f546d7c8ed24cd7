"""Short ways to the rows and changes tests begin with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from mdm.contracts import Ref, SourceChange
from mdm.models import Connection, RuleSet

START = datetime(2026, 1, 1, tzinfo=UTC)
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
