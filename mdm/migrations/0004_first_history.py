"""Give rules that came without history the row their first change will be compared with."""

from django.db import migrations
from django.utils import timezone

MODELS = ("RuleSet", "AttributeDefinition", "OwnershipRule", "SurvivorshipRule", "DistributionRule", "FieldMapping")


def begin(apps, schema_editor):
    for name in MODELS:
        model, past = apps.get_model("mdm", name), apps.get_model("mdm", f"Historical{name}")
        known = past.objects.values("id")
        past.objects.bulk_create(
            past(
                history_date=timezone.now(),
                history_type="+",
                **{field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields},
            )
            for row in model.objects.exclude(pk__in=known)
        )


class Migration(migrations.Migration):
    dependencies = [("mdm", "0003_desk")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
