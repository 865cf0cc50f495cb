from django.db import migrations, models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce


def count_people(apps, schema_editor):
    """What the next change of a tool would count: lists of departments are right from the first page on."""
    ToolDepartment = apps.get_model("inventory", "ToolDepartment")
    ToolPerson = apps.get_model("inventory", "ToolPerson")
    people = (
        ToolPerson.objects.filter(tool=OuterRef("tool"), person__department=OuterRef("department"))
        .order_by()
        .values("tool")
        .annotate(count=Count("person"))
        .values("count")
    )
    ToolDepartment.objects.update(people=Coalesce(Subquery(people), 0))


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0016_reported_errors"),
    ]

    operations = [
        migrations.AddField(
            model_name="tooldepartment",
            name="people",
            field=models.PositiveIntegerField(
                default=0, help_text="of this department, with evidence of using it"
            ),
        ),
        migrations.RunPython(count_people, migrations.RunPython.noop),
    ]
