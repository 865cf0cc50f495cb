import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("discovery", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("company", models.CharField(blank=True, max_length=120)),
                (
                    "demo",
                    models.BooleanField(
                        default=False, help_text="holds the sample company: personas may sign in"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="one_installation")
                ],
            },
        ),
        migrations.CreateModel(
            name="RollupTurn",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("serial", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="one_rollup_turn")
                ],
            },
        ),
        migrations.CreateModel(
            name="Tool",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="product key, or vendor key where only the vendor is known",
                        max_length=160,
                        unique=True,
                    ),
                ),
                ("vendor", models.CharField(max_length=80)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("discovered", "Not yet decided"),
                            ("under_review", "Under review"),
                            ("sanctioned", "Sanctioned"),
                            ("restricted", "Restricted"),
                            ("prohibited", "Prohibited"),
                            ("retired", "Retired"),
                        ],
                        default="discovered",
                        max_length=12,
                    ),
                ),
                (
                    "owner",
                    models.CharField(
                        blank=True, help_text="e-mail address; empty: nobody yet", max_length=254
                    ),
                ),
                ("technical_owner", models.CharField(blank=True, help_text="e-mail address", max_length=254)),
                ("review_due", models.DateField(blank=True, null=True)),
                (
                    "people_count",
                    models.PositiveIntegerField(default=0, help_text="people with evidence of use, ever"),
                ),
                (
                    "people_unresolved",
                    models.PositiveIntegerField(
                        default=0, help_text="cards, logins and printed names that no person is known for"
                    ),
                ),
                ("first_seen", models.DateField(null=True)),
                ("last_seen", models.DateField(null=True)),
                (
                    "spend",
                    models.JSONField(default=dict, help_text="currency → booked amount of all time in 10⁻⁶"),
                ),
                ("doors", models.JSONField(default=list)),
                ("sources", models.JSONField(default=list, help_text="names of the sources that showed it")),
                ("departments", models.JSONField(default=list)),
                (
                    "plan",
                    models.CharField(
                        blank=True, help_text="where all evidence names the same one", max_length=60
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["vendor"], name="tool_by_vendor")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "discovered",
                                    "under_review",
                                    "sanctioned",
                                    "restricted",
                                    "prohibited",
                                    "retired",
                                ],
                            )
                        ),
                        name="tool_status_known",
                        violation_error_message="This is not a status a tool can have.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("first_seen__isnull", True), ("last_seen__isnull", True)),
                            ("first_seen__lte", models.F("last_seen")),
                            _connector="OR",
                        ),
                        name="tool_first_seen_before_last",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ToolMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.CharField(help_text="YYYY-MM", max_length=7)),
                ("department", models.CharField(blank=True, help_text="empty: unattributed", max_length=120)),
                (
                    "door",
                    models.CharField(
                        choices=[
                            ("procurement", "procurement"),
                            ("model_api", "model_api"),
                            ("cloud_bill", "cloud_bill"),
                            ("corporate_card", "corporate_card"),
                            ("employee_expense", "employee_expense"),
                        ],
                        max_length=20,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("merchant_currency", models.CharField(blank=True, max_length=3)),
                ("amount", models.BigIntegerField(help_text="tax included, as booked by the account")),
                ("net", models.BigIntegerField(help_text="empty unless every purchase states it", null=True)),
                ("tax", models.BigIntegerField(help_text="empty unless every purchase states it", null=True)),
                (
                    "merchant_amount",
                    models.BigIntegerField(help_text="empty unless every purchase states it", null=True),
                ),
                ("purchases", models.PositiveIntegerField()),
                (
                    "tool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="months",
                        to="inventory.tool",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["month"], name="tool_month_by_month")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tool", "month", "department", "door", "currency", "merchant_currency"),
                        name="tool_month_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "door__in",
                                [
                                    "procurement",
                                    "model_api",
                                    "cloud_bill",
                                    "corporate_card",
                                    "employee_expense",
                                ],
                            )
                        ),
                        name="tool_month_door_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ToolPerson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tools",
                        to="discovery.person",
                    ),
                ),
                (
                    "tool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="inventory.tool",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tool", "person"), name="tool_person_once")],
            },
        ),
    ]
