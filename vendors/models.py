"""The catalog in the database: what exists, and by which words it is known.

Loaded whole from the data files (``load_catalog``); the files are the truth for rows of
origin "catalog", this database for rows of origin "local" (a company's own products).
Keys are opaque and permanent: names change, keys do not.
"""

from django.db import models
from django.db.models import F, Q

from vendors.fact_models import Plan, Price, RiskFact
from vendors.matching.catalog import IdentifierKind, Scope, Strength
from vendors.own_models import OwnCapabilities, OwnFact, OwnPlan, OwnPrice
from vendors.pack_models import CatalogPack

__all__ = [
    "Capability",
    "CatalogPack",
    "CatalogState",
    "Identifier",
    "Origin",
    "OwnCapabilities",
    "OwnFact",
    "OwnPlan",
    "OwnPrice",
    "Plan",
    "Price",
    "Product",
    "ProductCapability",
    "RiskFact",
    "Vendor",
]


class Origin(models.TextChoices):
    CATALOG = "catalog", "from the shipped catalog"
    LOCAL = "local", "added here"


def _one_of(field: str, values: type, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [v.value for v in values]}), name=name)


class Vendor(models.Model):
    """Who makes a product."""

    key = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    website = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2, of the maker")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.CATALOG)

    class Meta:
        constraints = [_one_of("origin", Origin, "vendor_origin_known")]

    def __str__(self) -> str:
        return self.name


class Capability(models.Model):
    """One job a buyer would cancel one tool for because another does it."""

    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    group = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """An AI product, or the AI feature of a suite. A plan is not a product."""

    key = models.CharField(max_length=160, unique=True, help_text="vendor/product")
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="products")
    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=200, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    capabilities = models.ManyToManyField(Capability, through="ProductCapability")
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaces")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.CATALOG)
    withdrawn = models.BooleanField(
        default=False, help_text="no longer in the catalog; kept because keys are permanent"
    )

    class Meta:
        constraints = [
            _one_of("origin", Origin, "product_origin_known"),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
                name="product_not_replaced_by_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProductCapability(models.Model):
    product = models.ForeignKey(Product, models.CASCADE, related_name="capability_links")
    capability = models.ForeignKey(Capability, models.PROTECT)
    position = models.PositiveSmallIntegerField(help_text="0 is the primary one")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["product", "capability"], name="capability_once_per_product"),
            models.UniqueConstraint(fields=["product", "position"], name="capability_position_once"),
        ]


class Identifier(models.Model):
    """A word, domain or id that a product or vendor is known by."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="identifiers")
    product = models.ForeignKey(
        Product,
        models.CASCADE,
        null=True,
        related_name="identifiers",
        help_text="empty: tells the vendor only",
    )
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in IdentifierKind])
    value = models.CharField(max_length=200)
    strength = models.CharField(max_length=12, choices=[(s.value, s.value) for s in Strength])
    scope = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in Scope], default=Scope.DEDICATED.value
    )

    class Meta:
        constraints = [
            _one_of("kind", IdentifierKind, "identifier_kind_known"),
            _one_of("strength", Strength, "identifier_strength_known"),
            _one_of("scope", Scope, "identifier_scope_known"),
            # Two, since SQLite takes no two nulls for equal.
            models.UniqueConstraint(
                fields=["vendor", "product", "kind", "value"],
                condition=Q(product__isnull=False),
                name="identifier_once_per_product",
            ),
            models.UniqueConstraint(
                fields=["vendor", "kind", "value"],
                condition=Q(product__isnull=True),
                name="identifier_once_per_vendor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class CatalogState(models.Model):
    """Which catalog is loaded. One row; every recognition names the version it was made with."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.CharField(max_length=64, help_text="digest of all that matching reads")
    files = models.CharField(
        max_length=64, blank=True, default="", help_text="digest of the files that the rows here come from"
    )
    edition = models.CharField(
        max_length=20, blank=True, default="", help_text="of those files, such as 2026.11.26; empty: not said"
    )
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_catalog_state")]
