import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0009_declarations"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnershipRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tool", models.CharField(help_text="key", max_length=160)),
                (
                    "technical",
                    models.BooleanField(default=False, help_text="as technical, not as business owner"),
                ),
                ("asked", models.CharField(help_text="e-mail address of who is asked", max_length=254)),
                ("asked_by", models.CharField(max_length=254)),
                ("reason", models.TextField()),
                ("asked_at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "No answer yet"),
                            ("accepted", "Accepted"),
                            ("handed_on", "Handed on"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=9,
                    ),
                ),
                ("answer_reason", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["asked"], name="ownership_request_by_asked")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "")),
                        fields=("tool", "technical", "asked"),
                        name="ownership_asked_once_at_a_time",
                        violation_error_message="They were asked already and have not answered yet.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer__in", ["", "accepted", "handed_on", "declined", "withdrawn"])
                        ),
                        name="ownership_answer_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True)),
                            models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="ownership_answer_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked", ""), _negated=True),
                            models.Q(("asked_by", ""), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                        ),
                        name="ownership_request_says_who_and_why",
                        violation_error_message="Say whom you ask, and why.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("progress", "Progress"), ("done", "Done")], max_length=8),
                ),
                ("words", models.TextField()),
                ("actor", models.CharField(max_length=254)),
                ("made_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="inventory.overlapdecision",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["progress", "done"])), name="case_entry_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("words", ""), _negated=True), models.Q(("actor", ""), _negated=True)
                        ),
                        name="case_entry_says_who_and_what",
                        violation_error_message="Say what happened.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "done")),
                        fields=("case",),
                        name="case_done_once",
                        violation_error_message="This case is done already.",
                    ),
                ],
            },
        ),
    ]
