"""The shop's log of what came and went: how a reader learns of deletions without webhooks."""

from __future__ import annotations

from connectors.sandbox.shopify.store import Record, Shop

SUBJECTS = {
    "Customer": "CUSTOMER",
    "Company": "COMPANY",
    "CompanyLocation": "COMPANY_LOCATION",
    "Product": "PRODUCT",
    "ProductVariant": "PRODUCT_VARIANT",
}
ACTIONS = {"create": "create", "delete": "destroy", "merge": "destroy"}


def keep(shop: Shop, verb: str, record: Record) -> None:
    """Write down a creation or deletion of a kind that has events; contacts have none."""
    subject = SUBJECTS.get(record["__typename"])
    if subject is None or verb not in ACTIONS:
        return
    action = ACTIONS[verb]
    fields = {
        "action": action,
        "appTitle": None,
        "attributeToApp": False,
        "attributeToUser": False,
        "author": "Goldenrod",
        "criticalAlert": False,
        "message": f"{subject.title().replace('_', ' ')} {record['_number']}: {action}",
        "subjectId": record["id"],
        "subjectType": subject,
    }
    with shop.mode(loading=True):
        shop.add("BasicEvent", fields, [])
