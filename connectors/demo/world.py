"""The demo's set-up: simulated systems, connections, distribution, logins."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection as database
from django.db import transaction

from connectors.models import Access
from mdm.models import Actor, Connection, DistributionRule, RuleSet

SHOP = "goldenrod-demo.myshopify.com"
COMPANY_CODES = {"IN": "1110", "DE": "1010", "US": "1710", "*": "1010"}
SALES_AREAS = {"1110": "1110/10/00", "1010": "1010/10/00", "1710": "1710/10/00", "*": "1010/10/00"}
MARK = "goldenrod demo"


class NotOurs(Exception):
    """The database holds data that is not the demo's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One simulated system of the demo: how it is started and how the hub signs in."""

    code: str
    role: str
    sandbox: dict[str, Any]
    secrets: dict[str, str]
    options: dict[str, Any] = field(default_factory=dict)
    pull_every: int = 2


def systems(shop_plan: dict[str, int] | None = None) -> list[System]:
    """The three simulated systems, with fresh secrets each time."""
    salesforce = {"client_id": "goldenrod", "client_secret": secrets.token_urlsafe(16)}
    sap = {"username": "MDM_HUB", "password": secrets.token_urlsafe(16)}
    token, webhook_secret = f"shpat_{secrets.token_hex(16)}", f"shpss_{secrets.token_hex(16)}"
    plan = shop_plan or {"bucket": 10000, "restore": 500}
    return [
        System(
            code="salesforce",
            role="crm",
            sandbox=salesforce,
            secrets=salesforce,
            # All clocks are this machine's: reading ten seconds again each time, as is usual, would be for nothing.
            options={"overlap_seconds": 2},
        ),
        System(
            code="sap",
            role="erp",
            sandbox={"user": sap["username"], "password": sap["password"]},
            secrets=sap,
            options={"company_codes": COMPANY_CODES, "sales_areas": SALES_AREAS},
        ),
        System(
            code="shopify",
            role="store",
            sandbox={"token": token, "secret": webhook_secret, "plan": {**plan, "sizing": "measured"}, "domain": SHOP},
            secrets={"access_token": token, "webhook_secret": webhook_secret},
            options={"shop": SHOP},
            pull_every=5,
        ),
    ]


def wipe() -> None:
    """Empty the demo's database. Raises NotOurs where it holds anything the demo did not make."""
    with database.cursor() as cursor:
        cursor.execute("SELECT obj_description('public'::regnamespace)")
        marked = cursor.fetchone()[0] == MARK
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        if cursor.fetchone()[0] and not marked:
            raise NotOurs(
                "This database holds data that is not the demo's. Unset DATABASE_URL, or let it name an empty database."
            )
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute(f"COMMENT ON SCHEMA public IS '{MARK}'")


@transaction.atomic
def furnish(planned: list[System], urls: dict[str, str]) -> None:
    """Rows of the demo: connections that only observe at first, their accesses, and who should hold what."""
    for system in planned:
        row = Connection.objects.create(
            code=system.code,
            name=system.code.capitalize() if system.code != "sap" else "SAP",
            kind=system.code,
            role=system.role,
            mode=Connection.Mode.OBSERVE,
        )
        Access.objects.create(
            connection=row,
            base_url=urls[system.code],
            secrets=system.secrets,  # type: ignore[misc]
            options=system.options,
            pull_every=0,
            reconcile_every=0,
        )
    rows = {row.code: row for row in Connection.objects.all()}
    _distribute(rows)


def _distribute(rows: dict[str, Connection]) -> None:
    rule_set = RuleSet.objects.get(state=RuleSet.State.PUBLISHED)
    organisation, shopper = {"party_type": "organisation"}, {"party_type": "person", "buys_privately": True}
    contact = {"party_type": "person", "contact_of": True}
    # Items of SAP (what SAP does not hold is provisional), blocked ones too, so that the others hear of the block.
    sold = {"product_type": "item", "status": ["active", "blocked"]}
    for code, entity, object_type, conditions in (
        ("salesforce", "customer", "Account", organisation),
        ("salesforce", "customer", "Account", shopper),
        ("salesforce", "contact", "Contact", {}),
        ("sap", "customer", "BusinessPartner", organisation),
        ("sap", "customer", "BusinessPartner", shopper),
        ("sap", "customer", "BusinessPartner", contact),
        ("sap", "contact", "BusinessPartnerContact", {}),
        ("shopify", "customer", "Company", organisation),
        ("shopify", "customer", "Customer", shopper),
        # A shop knows a company's contact by e-mail only.
        ("shopify", "customer", "Customer", {**contact, "emails": True}),
        ("shopify", "contact", "CompanyContact", {"emails": True}),
        ("salesforce", "product", "Product2", sold),
        ("sap", "product", "A_Product", sold),
        ("shopify", "product", "ProductVariant", sold),
    ):
        DistributionRule.objects.create(
            rule_set=rule_set,
            entity=entity,
            connection=rows[code],
            object_type=object_type,
            conditions=conditions,
            may_create=(code, entity) != ("sap", "product"),
        )


def people() -> list[tuple[str, str]]:
    """The demo logins with fresh passwords: a data admin and a steward."""
    logins = []
    for name, is_admin in (("admin", True), ("steward", False)):
        password = secrets.token_urlsafe(9)
        user = get_user_model().objects.create_user(name, password=password, is_staff=True, is_superuser=is_admin)
        if not is_admin:
            user.groups.set(Group.objects.filter(name="Stewards"))
        Actor.objects.create(kind=Actor.Kind.USER, name=name, user=user)
        logins.append((name, password))
    return logins


def client_token() -> str:
    """A fresh API token for the auditor."""
    scopes = {"scopes": "read steward admin"}
    return Actor.objects.update_or_create(kind=Actor.Kind.CLIENT, name="auditor", defaults=scopes)[0].issue_token()
