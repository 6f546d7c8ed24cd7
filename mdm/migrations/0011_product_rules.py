"""The rules products begin with, in every rule set that is in force or being drafted and has none for them yet."""

from django.db import migrations
from django.db.models import F
from django.utils import timezone

ERP = (
    *("sku", "former_sku", "mpn", "gtin", "material_group", "hs_code", "base_unit", "alternative_units", "prices", "blocked"),
    *("length", "width", "height", "gross_weight", "net_weight"),
    *("standard", "material", "grade", "finish", "thread", "nominal_length", "pack_size"),
)
OWNERS = {
    **dict.fromkeys(ERP, "erp"),
    **dict.fromkeys(("web_title", "web_description", "images"), "store"),
    **dict.fromkeys(("sales_family", "sales_notes"), "crm"),
}
SURVIVORS = [
    ("*", "most_recent", []),
    ("names", "priority", ["erp", "crm", "store"]),
    ("images", "union", []),
]
REASON = "Products are mastered from now on"


def install(apps, schema_editor):
    Ownership, Survivorship = apps.get_model("mdm", "OwnershipRule"), apps.get_model("mdm", "SurvivorshipRule")
    for rule_set in apps.get_model("mdm", "RuleSet").objects.exclude(state="retired"):
        own = {"rule_set": rule_set, "entity": "product"}
        if any(model.objects.filter(**own).exists() for model in (Ownership, Survivorship)):
            continue
        _add(apps, Ownership, [Ownership(**own, attribute=name, owner=owner) for name, owner in OWNERS.items()])
        _add(
            apps,
            Survivorship,
            [Survivorship(**own, attribute=name, strategy=how, sources=ranked) for name, how, ranked in SURVIVORS],
        )
        _moved(rule_set)


def _add(apps, model, rows):
    """Add rows with the history that a change in the admin would leave."""
    model.objects.bulk_create(rows)
    past = apps.get_model("mdm", f"Historical{model.__name__}")
    past.objects.bulk_create(
        past(
            history_date=timezone.now(),
            history_type="+",
            history_change_reason=REASON,
            **{field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields},
        )
        for row in rows
    )


def _moved(rule_set):
    """Running processes read the rules anew; no golden record has to follow, as there is no product yet."""
    applied = rule_set.applied_revision == rule_set.revision
    rows = type(rule_set).objects.filter(pk=rule_set.pk)
    rows.update(revision=F("revision") + 1, applied_revision=F("applied_revision") + int(applied))


class Migration(migrations.Migration):
    dependencies = [("mdm", "0010_products")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
