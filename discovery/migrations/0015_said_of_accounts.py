"""What was said of a table's currency holds for one account; a scan says what it asks for."""

from django.db import migrations, models


def keep_for_the_source(apps, schema_editor):
    """Of which account it was said is not known: it holds for files that state none."""
    mappings = apps.get_model("discovery", "TableMapping")
    for mapping in mappings.objects.exclude(currency=""):
        mapping.currencies = {f"source:{mapping.name}": mapping.currency}
        mapping.save(update_fields=["currencies"])
    apps.get_model("discovery", "Scan").objects.filter(state="question").update(asks="account")


class Migration(migrations.Migration):
    dependencies = [
        ("discovery", "0014_what_grants_read"),
    ]

    operations = [
        migrations.AddField(
            model_name="scan",
            name="asks",
            field=models.CharField(
                blank=True,
                help_text="what a person must say before it can be read; see base.Ask",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="tablemapping",
            name="currencies",
            field=models.JSONField(
                default=dict,
                help_text="account → currency of amounts whose row states none; see discovery.said_currencies",
            ),
        ),
        migrations.RunPython(keep_for_the_source, migrations.RunPython.noop),
        migrations.RemoveField(model_name="tablemapping", name="currency"),
    ]
