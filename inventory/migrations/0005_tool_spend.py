import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Sum


def sum_months(apps, schema_editor):
    """Fill it from the months that are stored; from then on roll-ups keep it."""
    ToolMonth, ToolSpend = apps.get_model("inventory", "ToolMonth"), apps.get_model("inventory", "ToolSpend")
    sums = ToolMonth.objects.values("tool_id", "month", "currency").annotate(amount=Sum("amount")).order_by()
    ToolSpend.objects.bulk_create((ToolSpend(**row) for row in sums.iterator()), batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0004_access_and_departments"),
    ]

    operations = [
        migrations.CreateModel(
            name="ToolSpend",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.CharField(help_text="YYYY-MM", max_length=7)),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.BigIntegerField(help_text="tax included, as booked by the account")),
                (
                    "tool",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spend_months",
                        to="inventory.tool",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tool", "currency", "month", "amount"], name="tool_spend_covering")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tool", "month", "currency"), name="tool_spend_once")
                ],
            },
        ),
        migrations.RunPython(sum_months, migrations.RunPython.noop),
    ]
