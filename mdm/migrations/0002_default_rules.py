"""The first published rule set: who owns what, and how the rest survives. Admins change it as they like."""

from django.db import migrations
from django.utils import timezone

OWNERS = [
    ("customer", "account_number", "*", "erp"),
    ("customer", "addresses", "bill_to", "erp"),
    ("customer", "tax_ids", "*", "erp"),
    ("customer", "tax_classification", "*", "erp"),
    ("customer", "payment_terms", "*", "erp"),
    ("customer", "credit_block", "*", "erp"),
    ("customer", "blocked", "*", "erp"),
    ("customer", "segment", "*", "crm"),
    ("customer", "service_level", "*", "crm"),
    ("customer", "web_preferences", "*", "store"),
    ("contact", "role", "*", "crm"),
    ("contact", "department", "*", "crm"),
    ("contact", "work_phone", "*", "crm"),
    ("contact", "work_email", "*", "crm"),
]
SURVIVORS = [
    ("customer", "*", "most_recent", []),
    ("customer", "party_type", "most_frequent", []),
    ("customer", "legal_name", "priority", ["erp", "crm", "store"]),
    ("customer", "trade_name", "priority", ["crm", "store", "erp"]),
    ("customer", "first_name", "priority", ["crm", "store", "erp"]),
    ("customer", "last_name", "priority", ["crm", "store", "erp"]),
    ("customer", "website", "most_complete", []),
    ("customer", "buys_privately", "any_true", []),
    ("customer", "emails", "union", []),
    ("customer", "tax_ids", "union", []),
]


def install(apps, schema_editor):
    RuleSet = apps.get_model("mdm", "RuleSet")
    if RuleSet.objects.exists():
        return
    rule_set = RuleSet.objects.create(
        version=1, state="published", note="What Goldenrod starts with", published_at=timezone.now(), applied_revision=1
    )
    Ownership = apps.get_model("mdm", "OwnershipRule")
    Ownership.objects.bulk_create(
        Ownership(rule_set=rule_set, entity=entity, attribute=attribute, context=context, owner=owner)
        for entity, attribute, context, owner in OWNERS
    )
    Survivorship = apps.get_model("mdm", "SurvivorshipRule")
    Survivorship.objects.bulk_create(
        Survivorship(rule_set=rule_set, entity=entity, attribute=attribute, strategy=strategy, sources=sources)
        for entity, attribute, strategy, sources in SURVIVORS
    )


class Migration(migrations.Migration):
    dependencies = [("mdm", "0001_first")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
