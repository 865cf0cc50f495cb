import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Capability",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("group", models.CharField(max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name="CatalogState",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("version", models.CharField(help_text="digest of all that matching reads", max_length=64)),
                ("loaded_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="one_catalog_state")
                ],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(help_text="vendor/product", max_length=160, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("domain", models.CharField(blank=True, max_length=200)),
                ("summary", models.CharField(blank=True, max_length=300)),
                (
                    "origin",
                    models.CharField(
                        choices=[("catalog", "from the shipped catalog"), ("local", "added here")],
                        default="catalog",
                        max_length=10,
                    ),
                ),
                (
                    "withdrawn",
                    models.BooleanField(
                        default=False, help_text="no longer in the catalog; kept because keys are permanent"
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="vendors.product",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProductCapability",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(help_text="0 is the primary one")),
                (
                    "capability",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="vendors.capability"),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="capability_links",
                        to="vendors.product",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.AddField(
            model_name="product",
            name="capabilities",
            field=models.ManyToManyField(through="vendors.ProductCapability", to="vendors.capability"),
        ),
        migrations.CreateModel(
            name="Vendor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("website", models.CharField(blank=True, max_length=200)),
                (
                    "country",
                    models.CharField(blank=True, help_text="ISO 3166-1 alpha-2, of the maker", max_length=2),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("catalog", "from the shipped catalog"), ("local", "added here")],
                        default="catalog",
                        max_length=10,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["catalog", "local"])), name="vendor_origin_known"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="product",
            name="vendor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="products", to="vendors.vendor"
            ),
        ),
        migrations.CreateModel(
            name="Identifier",
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
                            ("name", "name"),
                            ("former_name", "former_name"),
                            ("legal_entity", "legal_entity"),
                            ("descriptor", "descriptor"),
                            ("domain", "domain"),
                            ("client_id", "client_id"),
                        ],
                        max_length=20,
                    ),
                ),
                ("value", models.CharField(max_length=200)),
                (
                    "strength",
                    models.CharField(
                        choices=[("distinctive", "distinctive"), ("common", "common")], max_length=12
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("dedicated", "dedicated"), ("shared", "shared")],
                        default="dedicated",
                        max_length=10,
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        help_text="empty: tells the vendor only",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identifiers",
                        to="vendors.product",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identifiers",
                        to="vendors.vendor",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="productcapability",
            constraint=models.UniqueConstraint(
                fields=("product", "capability"), name="capability_once_per_product"
            ),
        ),
        migrations.AddConstraint(
            model_name="productcapability",
            constraint=models.UniqueConstraint(
                fields=("product", "position"), name="capability_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["catalog", "local"])), name="product_origin_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaced_by__isnull", True),
                    models.Q(("replaced_by", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="product_not_replaced_by_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["name", "former_name", "legal_entity", "descriptor", "domain", "client_id"])
                ),
                name="identifier_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(("strength__in", ["distinctive", "common"])),
                name="identifier_strength_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(("scope__in", ["dedicated", "shared"])), name="identifier_scope_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.UniqueConstraint(
                condition=models.Q(("product__isnull", False)),
                fields=("vendor", "product", "kind", "value"),
                name="identifier_once_per_product",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.UniqueConstraint(
                condition=models.Q(("product__isnull", True)),
                fields=("vendor", "kind", "value"),
                name="identifier_once_per_vendor",
            ),
        ),
    ]
