from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def mark(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What amounts tell of plans is worked out with the next take-in."""
    changed = apps.get_model("discovery", "ChangedTool").objects
    for key in apps.get_model("inventory", "Tool").objects.values_list("key", flat=True):
        changed.get_or_create(tool=key)


class Migration(migrations.Migration):
    dependencies = [
        ("discovery", "0009_plans_of_purchases"),
        ("inventory", "0022_said_of_uploads"),
    ]

    operations = [
        migrations.AddField(
            model_name="tool",
            name="likely_plans",
            field=models.JSONField(default=list, help_text="plans that amounts tell beside it; derived"),
        ),
        migrations.AlterField(
            model_name="tool",
            name="plan",
            field=models.CharField(
                blank=True,
                help_text="where all evidence names the same one, or all amounts tell it",
                max_length=60,
            ),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
