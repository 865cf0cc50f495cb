import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ChangedTool",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tool",
                    models.CharField(
                        help_text="product key, or vendor key where no more is known",
                        max_length=160,
                        unique=True,
                    ),
                ),
                (
                    "serial",
                    models.BigIntegerField(
                        default=0, help_text="raised with every change, so that a newer one is never lost"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DataKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.CharField(help_text="YYYY-MM", max_length=7)),
                ("wrapped", models.BinaryField(null=True)),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "email",
                    models.CharField(help_text="the main address, lower case", max_length=254, unique=True),
                ),
                ("name", models.CharField(blank=True, max_length=200)),
                ("department", models.CharField(blank=True, max_length=120)),
                ("cost_centre", models.CharField(blank=True, max_length=60)),
                ("active", models.BooleanField(default=True)),
                ("in_directory", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Scan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("connector", models.CharField(max_length=60)),
                (
                    "file_name",
                    models.CharField(
                        help_text="as messages name it, a.zip!b.xml inside an archive", max_length=400
                    ),
                ),
                ("path", models.TextField(help_text="where the bytes are while they are being read")),
                (
                    "member",
                    models.CharField(
                        blank=True, help_text="the file inside an archive at that path", max_length=400
                    ),
                ),
                (
                    "uploaded",
                    models.BooleanField(
                        default=False, help_text="the file is our own copy, deleted once read"
                    ),
                ),
                (
                    "opened_on",
                    models.CharField(
                        blank=True,
                        help_text="the machine whose path that is, unless the copy is our own",
                        max_length=200,
                    ),
                ),
                ("fingerprint", models.CharField(help_text="keyed hash of the content", max_length=32)),
                (
                    "account",
                    models.CharField(
                        blank=True, help_text="given by a person where the content has none", max_length=120
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("reading", "reading"),
                            ("merging", "merging"),
                            ("deriving", "working out people and purchases"),
                            ("done", "done"),
                            ("question", "needs an answer"),
                            ("failed", "failed"),
                            ("withdrawing", "being withdrawn"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                (
                    "error",
                    models.TextField(
                        blank=True, help_text="one sentence for people; never holds a row's data"
                    ),
                ),
                ("attempt", models.PositiveIntegerField(default=0)),
                ("holder", models.CharField(blank=True, max_length=120)),
                ("held_at", models.DateTimeField(null=True)),
                (
                    "troubles",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="how often work on it ended in a fault of ours; after some it is given up",
                    ),
                ),
                ("rows_read", models.PositiveIntegerField(default=0)),
                ("records_new", models.PositiveIntegerField(default=0)),
                ("records_known", models.PositiveIntegerField(default=0)),
                ("records_changed", models.PositiveIntegerField(default=0)),
                ("rows_rejected", models.PositiveIntegerField(default=0)),
                ("rows_ignored", models.PositiveIntegerField(default=0)),
                ("sealed", models.PositiveIntegerField(default=0)),
                ("recognised", models.PositiveIntegerField(default=0)),
                ("in_review", models.PositiveIntegerField(default=0)),
                (
                    "stated_at",
                    models.CharField(
                        blank=True,
                        help_text="ISO instant that the content states of itself, the latest",
                        max_length=40,
                    ),
                ),
                ("seconds", models.FloatField(default=0, help_text="spent on this file alone, of every try")),
                (
                    "rows_expected",
                    models.PositiveIntegerField(help_text="an estimate, for progress only", null=True),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("requested_by", models.CharField(blank=True, max_length=200)),
                (
                    "applied_at",
                    models.DateTimeField(help_text="when the inventory took it; empty: it waits", null=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                ("connector", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("card", "card"),
                            ("bank", "bank"),
                            ("expense", "expense"),
                            ("procurement", "procurement"),
                            ("sso", "sso"),
                            ("grant", "grant"),
                            ("directory", "directory"),
                            ("licence", "licence"),
                            ("usage", "usage"),
                            ("cloud", "cloud"),
                            ("network", "network"),
                            ("code", "code"),
                            ("endpoint", "endpoint"),
                        ],
                        max_length=20,
                    ),
                ),
                ("busy_with", models.CharField(blank=True, max_length=140)),
                ("busy_at", models.DateTimeField(help_text="that writer's last sign of life", null=True)),
                (
                    "reconciled",
                    models.BigIntegerField(
                        default=0,
                        help_text="the recognition serial this source's records were last brought in line with",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UnderivedVendor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("vendor", models.CharField(max_length=90, unique=True)),
                ("serial", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("recognise", "what a text stands for"),
                            ("same_purchase", "two records are one purchase"),
                            ("different_purchases", "two records are not one purchase"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "subject",
                    models.JSONField(
                        help_text="channel and text (keyed hash; readable or sealed beside it), or two record keys in hex"
                    ),
                ),
                ("before", models.JSONField(null=True)),
                (
                    "after",
                    models.JSONField(
                        help_text="product or vendor key, 'not_ai', or empty for a withdrawn decision",
                        null=True,
                    ),
                ),
                ("actor", models.CharField(max_length=200)),
                ("reason", models.TextField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["recognise", "same_purchase", "different_purchases"])
                        ),
                        name="decision_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="decision_has_a_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Derivation",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("busy_with", models.CharField(blank=True, max_length=140)),
                ("busy_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_derivation")],
            },
        ),
        migrations.CreateModel(
            name="Descriptor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BinaryField(max_length=16, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ai", "an AI tool"),
                            ("review", "waits for a person"),
                            ("sealed", "not AI, or unknown without a sign of AI"),
                        ],
                        max_length=8,
                    ),
                ),
                ("channel", models.CharField(max_length=12)),
                ("form", models.TextField(blank=True)),
                ("mcc", models.CharField(blank=True, max_length=4)),
                ("client_id", models.CharField(blank=True, max_length=200)),
                ("host", models.CharField(blank=True, max_length=255)),
                ("sealed", models.BinaryField(null=True)),
                ("decision", models.CharField(max_length=8)),
                ("product", models.CharField(blank=True, max_length=160)),
                ("vendor", models.CharField(blank=True, max_length=80)),
                ("none_because", models.CharField(blank=True, max_length=12)),
                ("carrier", models.CharField(blank=True, max_length=80)),
                ("plan", models.CharField(blank=True, max_length=60)),
                ("model_vendor", models.CharField(blank=True, max_length=80)),
                ("score", models.FloatField(default=0)),
                ("reasons", models.JSONField(default=list)),
                ("alternatives", models.JSONField(default=list)),
                (
                    "decided_by",
                    models.CharField(
                        blank=True,
                        help_text="the person whose decision holds; empty: the matcher",
                        max_length=200,
                    ),
                ),
                ("normaliser", models.PositiveSmallIntegerField()),
                ("catalog", models.CharField(max_length=64)),
                (
                    "data_key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="discovery.datakey",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Purchase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.BinaryField(
                        help_text="identity of the record it books under", max_length=16, unique=True
                    ),
                ),
                ("product", models.CharField(blank=True, max_length=160)),
                ("vendor", models.CharField(max_length=80)),
                ("date", models.DateField()),
                ("door", models.CharField(max_length=20)),
                (
                    "amount",
                    models.BigIntegerField(help_text="10⁻⁶ of the major unit, tax included, as booked"),
                ),
                ("currency", models.CharField(max_length=3)),
                ("net", models.BigIntegerField(null=True)),
                ("tax", models.BigIntegerField(null=True)),
                ("merchant_amount", models.BigIntegerField(null=True)),
                ("merchant_currency", models.CharField(blank=True, max_length=3)),
                ("department", models.CharField(blank=True, max_length=120)),
                ("booked", models.BooleanField(help_text="false while its recognition waits for a person")),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="purchases",
                        to="discovery.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecognitionState",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("serial", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="one_recognition_state")
                ],
            },
        ),
        migrations.CreateModel(
            name="RejectedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=300)),
                ("row", models.BinaryField(help_text="sealed, credentials removed")),
                (
                    "scan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rejected",
                        to="discovery.scan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Chunk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("staged", "staged"), ("merged", "merged")], default="staged", max_length=8
                    ),
                ),
                ("rows", models.PositiveIntegerField(help_text="rows of the file in this chunk")),
                ("records", models.PositiveIntegerField()),
                ("keys", models.BinaryField(help_text="packed identities and contents, one entry a record")),
                ("coverage", models.BinaryField(help_text="accounts and days, sealed with the staging key")),
                ("body", models.BinaryField(help_text="the records, sealed with the staging key")),
                (
                    "scan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="discovery.scan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SightingRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("piece", models.PositiveIntegerField()),
                ("entries", models.BinaryField()),
                ("count", models.PositiveIntegerField()),
                (
                    "scan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sightings",
                        to="discovery.scan",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="discovery.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealedBlock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.CharField(max_length=7)),
                ("identities", models.BinaryField()),
                ("index", models.BinaryField(help_text="which descriptors occur, sealed")),
                ("body", models.BinaryField(help_text="the records, sealed")),
                ("count", models.PositiveIntegerField(help_text="records that count")),
                (
                    "sums",
                    models.JSONField(
                        default=dict, help_text="currency → [spend records, sum in 10⁻⁶] of those that count"
                    ),
                ),
                (
                    "data_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="discovery.datakey"
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        help_text="the scan that stored it",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="discovery.scan",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sealed_blocks",
                        to="discovery.source",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="scan",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="scans", to="discovery.source"
            ),
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identity", models.BinaryField(max_length=16)),
                ("content", models.BinaryField(max_length=8)),
                ("current", models.BooleanField(default=True)),
                ("line", models.PositiveIntegerField(help_text="in that scan's file")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spend", "spend"),
                            ("presence", "sign-in in a week"),
                            ("grant", "OAuth grant"),
                        ],
                        max_length=8,
                    ),
                ),
                ("account", models.CharField(blank=True, max_length=120)),
                ("date", models.DateField(help_text="of a presence: the Monday of its week")),
                ("text", models.TextField(help_text="as it came")),
                ("own_id", models.CharField(blank=True, max_length=200)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("login", models.CharField(blank=True, max_length=254)),
                ("person_name", models.CharField(blank=True, max_length=200)),
                ("card", models.CharField(blank=True, max_length=40)),
                ("payment", models.CharField(blank=True, max_length=8)),
                (
                    "type",
                    models.CharField(
                        blank=True, help_text="the source's own word for the kind of line", max_length=40
                    ),
                ),
                ("amount", models.BigIntegerField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("net", models.BigIntegerField(null=True)),
                ("tax", models.BigIntegerField(null=True)),
                ("merchant_amount", models.BigIntegerField(null=True)),
                ("merchant_currency", models.CharField(blank=True, max_length=3)),
                ("department", models.CharField(blank=True, max_length=120)),
                ("cost_centre", models.CharField(blank=True, max_length=60)),
                ("scopes", models.JSONField(default=list)),
                (
                    "document",
                    models.CharField(blank=True, help_text="the invoice that the line is of", max_length=200),
                ),
                (
                    "due",
                    models.DateField(help_text="when it is to be paid, where the source says so", null=True),
                ),
                ("revoked", models.BooleanField(default=False)),
                (
                    "attempt",
                    models.BooleanField(default=False, help_text="a refused or failed sign-in: not use"),
                ),
                (
                    "descriptor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="discovery.descriptor",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="records",
                        to="discovery.person",
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="records",
                        to="discovery.purchase",
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        help_text="the scan that stored it",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="discovery.scan",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="discovery.source",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HandleLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("handle", models.BinaryField(max_length=16)),
                ("hint", models.BinaryField(max_length=16)),
                ("count", models.IntegerField()),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="discovery.source"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DirectoryEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identity", models.BinaryField(max_length=16)),
                ("content", models.BinaryField(max_length=8)),
                ("current", models.BooleanField(default=True)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("login", models.CharField(blank=True, max_length=254)),
                ("aliases", models.JSONField(default=list)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("given_name", models.CharField(blank=True, max_length=120)),
                ("family_name", models.CharField(blank=True, max_length=120)),
                ("department", models.CharField(blank=True, max_length=120)),
                ("cost_centre", models.CharField(blank=True, max_length=60)),
                ("manager", models.CharField(blank=True, max_length=254)),
                ("active", models.BooleanField(default=True)),
                ("stated_at", models.CharField(blank=True, max_length=40)),
                (
                    "scan",
                    models.ForeignKey(
                        help_text="the scan that stored it",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="discovery.scan",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="directory_entries",
                        to="discovery.source",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="datakey",
            name="source",
            field=models.ForeignKey(
                help_text="empty: descriptors of all sources",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="discovery.source",
            ),
        ),
        migrations.CreateModel(
            name="Coverage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_key", models.BinaryField(max_length=16)),
                (
                    "account_stated",
                    models.BooleanField(help_text="the content or a person named the account"),
                ),
                ("own_ids", models.BooleanField(help_text="the records carry the system's own ids")),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("days", models.BinaryField(help_text="packed (day number, records) pairs")),
                (
                    "scan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="coverage",
                        to="discovery.scan",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="discovery.source"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="descriptor",
            index=models.Index(
                condition=models.Q(("product", ""), _negated=True),
                fields=["product"],
                name="descriptor_by_product",
            ),
        ),
        migrations.AddIndex(
            model_name="descriptor",
            index=models.Index(
                condition=models.Q(("vendor", ""), _negated=True),
                fields=["vendor"],
                name="descriptor_by_vendor",
            ),
        ),
        migrations.AddConstraint(
            model_name="descriptor",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["ai", "review", "sealed"])), name="descriptor_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="descriptor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("client_id", ""),
                        ("form", ""),
                        ("host", ""),
                        ("mcc", ""),
                        ("product", ""),
                        ("sealed__isnull", False),
                        ("state", "sealed"),
                        ("vendor", ""),
                    ),
                    models.Q(("sealed__isnull", True), models.Q(("state", "sealed"), _negated=True)),
                    _connector="OR",
                ),
                name="descriptor_sealed_or_readable",
            ),
        ),
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(fields=["vendor", "product"], name="purchase_by_tool"),
        ),
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(fields=["date"], name="purchase_by_date"),
        ),
        migrations.AddIndex(
            model_name="rejectedrow",
            index=models.Index(fields=["scan", "line"], name="rejected_by_line"),
        ),
        migrations.AddConstraint(
            model_name="chunk",
            constraint=models.UniqueConstraint(fields=("scan", "number"), name="chunk_once_per_scan"),
        ),
        migrations.AddConstraint(
            model_name="chunk",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["staged", "merged"])), name="chunk_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="sightingrun",
            constraint=models.UniqueConstraint(fields=("scan", "piece"), name="sighting_piece_once"),
        ),
        migrations.AddIndex(
            model_name="sealedblock",
            index=models.Index(fields=["source", "month"], name="sealed_by_source_month"),
        ),
        migrations.AddIndex(
            model_name="scan",
            index=models.Index(fields=["state"], name="scan_by_state"),
        ),
        migrations.AddIndex(
            model_name="scan",
            index=models.Index(fields=["fingerprint"], name="scan_by_content"),
        ),
        migrations.AddConstraint(
            model_name="scan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "waiting",
                            "reading",
                            "merging",
                            "deriving",
                            "done",
                            "question",
                            "failed",
                            "withdrawing",
                            "withdrawn",
                        ],
                    )
                ),
                name="scan_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="scan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    (
                        "rows_read",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("records_new"), "+", models.F("records_known")
                                ),
                                "+",
                                models.F("rows_rejected"),
                            ),
                            "+",
                            models.F("rows_ignored"),
                        ),
                    ),
                    _connector="OR",
                ),
                name="scan_rows_tie",
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.UniqueConstraint(
                fields=("source", "identity", "content"), name="record_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["spend", "presence", "grant"])), name="record_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount__isnull", False),
                        ("kind", "spend"),
                        models.Q(("currency", ""), _negated=True),
                    ),
                    models.Q(("kind", "spend"), _negated=True),
                    _connector="OR",
                ),
                name="spend_has_amount_and_currency",
            ),
        ),
        migrations.AddIndex(
            model_name="handlelink",
            index=models.Index(fields=["handle"], name="handle_link_by_handle"),
        ),
        migrations.AddConstraint(
            model_name="handlelink",
            constraint=models.UniqueConstraint(fields=("source", "handle", "hint"), name="handle_link_once"),
        ),
        migrations.AddConstraint(
            model_name="directoryentry",
            constraint=models.UniqueConstraint(
                fields=("source", "identity", "content"), name="directory_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="datakey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source__isnull", False)),
                fields=("source", "month"),
                name="data_key_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="datakey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source__isnull", True)), fields=("month",), name="descriptor_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="datakey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("wrapped__isnull", False), ("destroyed_at__isnull", False), _connector="OR"
                ),
                name="data_key_or_destroyed",
            ),
        ),
        migrations.AddIndex(
            model_name="coverage",
            index=models.Index(fields=["source", "account_key"], name="coverage_by_account"),
        ),
        migrations.AddConstraint(
            model_name="coverage",
            constraint=models.UniqueConstraint(
                fields=("scan", "account_key"), name="coverage_once_per_account"
            ),
        ),
    ]
