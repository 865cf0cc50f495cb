"""Plans, list prices and facts in the database, as the catalog's files state them.

A fact is never overwritten by another: one that the files no longer hold stays as history, so that a
page can say since when something is so.
"""

from django.db import models
from django.db.models import F, Q

from vendors.fact_files import EVERY, PER, TIERS
from vendors.risk_attributes import Basis


def _known(field: str, values: tuple[str, ...], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)


_BASES = tuple(basis.value for basis in Basis)


class Plan(models.Model):
    """A plan on which a product is sold. It is no product of its own. It is known from where it says so
    itself, or else from its prices."""

    product = models.ForeignKey("vendors.Product", models.CASCADE, related_name="plans")
    key = models.CharField(max_length=60, help_text="permanent within the product")
    name = models.CharField(max_length=80)
    tier = models.CharField(max_length=10, choices=[(tier, tier) for tier in TIERS])
    position = models.PositiveSmallIntegerField(help_text="as the file orders them")
    withdrawn = models.BooleanField(default=False, help_text="no longer in the catalog; history may name it")
    source = models.CharField(
        max_length=500, blank=True, default="", help_text="https address that tells of it"
    )
    seen = models.DateField(null=True, help_text="the day on which the source was seen")
    basis = models.CharField(
        max_length=20,
        blank=True,
        default="",
        choices=[(basis, basis) for basis in _BASES],
        help_text="empty: known from its prices",
    )

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            _known("tier", TIERS, "plan_tier_known"),
            _known("basis", ("", *_BASES), "plan_basis_known"),
            models.CheckConstraint(
                condition=~Q(source="") | Q(basis__in=("", Basis.GENERAL_KNOWLEDGE.value)),
                name="plan_has_a_source",
            ),
            models.CheckConstraint(
                condition=Q(basis="", source="", seen__isnull=True) | (~Q(basis="") & Q(seen__isnull=False)),
                name="plan_source_has_basis_and_day",
            ),
            models.UniqueConstraint(fields=["product", "key"], name="plan_once_per_product"),
        ]

    def __str__(self) -> str:
        return self.name


class _Sourced(models.Model):
    """What was read somewhere on some day."""

    identity = models.CharField(max_length=64, help_text="digest of what makes it the same when read again")
    source = models.CharField(max_length=500, blank=True, help_text="https address; empty: general knowledge")
    seen = models.DateField(help_text="the day on which the source was seen")
    basis = models.CharField(max_length=20, choices=[(basis, basis) for basis in _BASES])
    since = models.DateField(null=True, help_text="from when it holds; empty: not known")
    until = models.DateField(null=True, help_text="it holds no longer since then; empty: it holds")
    vanished = models.BooleanField(
        default=False, help_text="the files no longer state it, and until is when that was noticed"
    )

    class Meta:
        abstract = True


class Price(_Sourced):
    """A list price of a plan."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="prices")
    amount = models.BigIntegerField(help_text="10⁻⁶ of the currency, charged once each every")
    currency = models.CharField(max_length=3)
    per = models.CharField(max_length=10, choices=[(per, per) for per in PER])
    every = models.CharField(max_length=10, choices=[(every, every) for every in EVERY])
    billed = models.CharField(max_length=10, blank=True, help_text="yearly: charged by the year")
    minimum_seats = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            _known("basis", _BASES, "price_basis_known"),
            _known("per", PER, "price_per_known"),
            _known("every", EVERY, "price_every_known"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="price_not_negative"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="price_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(source="") | Q(basis=Basis.GENERAL_KNOWLEDGE.value), name="price_has_a_source"
            ),
            models.UniqueConstraint(fields=["plan", "identity"], name="price_once_per_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.amount / 1_000_000} {self.currency}"

    @property
    def told(self) -> object:
        """What it says."""
        return self.amount, self.minimum_seats


class RiskFact(_Sourced):
    """One value of one attribute, of a product or of all products of a vendor."""

    vendor = models.ForeignKey("vendors.Vendor", models.CASCADE, related_name="facts")
    product = models.ForeignKey(
        "vendors.Product",
        models.CASCADE,
        null=True,
        related_name="facts",
        help_text="empty: all of the vendor",
    )
    attribute = models.CharField(max_length=60)
    value = models.CharField(max_length=500, help_text="several values with a space between")
    plans = models.CharField(max_length=500, blank=True, help_text="keys with a space between; empty: all")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            _known("basis", _BASES, "fact_basis_known"),
            models.CheckConstraint(
                condition=~Q(source="") | Q(basis=Basis.GENERAL_KNOWLEDGE.value), name="fact_has_a_source"
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="fact_ends_after_it_begins",
            ),
            models.UniqueConstraint(fields=["vendor", "identity"], name="fact_once_per_vendor"),
        ]

    def __str__(self) -> str:
        return f"{self.attribute}: {self.value}"

    @property
    def told(self) -> object:
        """What it says."""
        return self.value
