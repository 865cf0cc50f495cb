from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0005_tool_spend"),
    ]

    operations = [
        migrations.CreateModel(
            name="Preview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.TextField(help_text="our own copy, in a folder of its own")),
                ("file_name", models.CharField(max_length=400)),
                ("connector", models.CharField(blank=True, help_text="empty: recognise it", max_length=60)),
                ("account", models.CharField(blank=True, max_length=120)),
                ("requested_by", models.CharField(max_length=254)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("begun_at", models.DateTimeField(help_text="when a worker began to read it", null=True)),
                (
                    "outcomes",
                    models.JSONField(
                        help_text="what each file in it would bring; empty: not read yet", null=True
                    ),
                ),
                (
                    "thrown_away_by",
                    models.CharField(
                        blank=True, help_text="who did not want it; the file is gone", max_length=254
                    ),
                ),
                ("thrown_away_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("thrown_away_at__isnull", True), ("thrown_away_by", "")),
                            models.Q(
                                models.Q(("thrown_away_by", ""), _negated=True),
                                ("thrown_away_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="preview_thrown_away_says_who",
                        violation_error_message="A file that is thrown away says by whom.",
                    )
                ],
            },
        ),
    ]
