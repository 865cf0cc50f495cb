"""What is worked out from records: purchases, metered use, and what waits to be worked out again."""

from django.db import models
from django.db.models import Q

from discovery.choice_constraints import one_of
from discovery.people_models import Person
from discovery.scan_models import Source


class Purchase(models.Model):
    """One spend fact with one or more records as evidence. Derived; see ``purchases``."""

    key = models.BinaryField(max_length=16, unique=True, help_text="identity of the record it books under")
    product = models.CharField(max_length=160, blank=True)
    vendor = models.CharField(max_length=80)
    date = models.DateField()
    door = models.CharField(max_length=20)
    amount = models.BigIntegerField(help_text="10⁻⁶ of the major unit, tax included, as booked")
    currency = models.CharField(max_length=3)
    net = models.BigIntegerField(null=True)
    tax = models.BigIntegerField(null=True)
    merchant_amount = models.BigIntegerField(null=True)
    merchant_currency = models.CharField(max_length=3, blank=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="purchases")
    department = models.CharField(max_length=120, blank=True)
    booked = models.BooleanField(help_text="false while its recognition waits for a person")
    plan = models.CharField(
        max_length=60, blank=True, default="", help_text="key of the plan, or its name as a text has it"
    )
    plan_certain = models.BooleanField(default=False, help_text="else it is only likely")
    seats = models.PositiveIntegerField(default=0, help_text="that the amount pays for; 0: unknown")
    likely_product = models.CharField(
        max_length=160, blank=True, default="", help_text="where only the vendor is booked: what it may be"
    )
    attribution = models.TextField(
        blank=True, default="", help_text="why the plan is told, or is not: a sentence a line"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(likely_product="") | Q(product="", plan_certain=False),
                name="purchase_likely_product_is_not_booked",
            ),
        ]
        indexes = [
            models.Index(fields=["vendor", "product"], name="purchase_by_tool"),
            models.Index(fields=["date"], name="purchase_by_date"),
            # What waits for a person is little among much, and stands beside every total.
            models.Index(fields=["currency", "amount"], name="purchase_in_review", condition=Q(booked=False)),
        ]


class Standing(models.TextChoices):
    """Whether metered use counts as spend."""

    COUNTS = "counts", "counts as spend"
    COVERED = "covered", "explains a charge"
    TWICE = "twice", "told by another source too"


class Consumption(models.Model):
    """What metered use of a tool cost in an account and month, and whether it counts as spend. Derived.

    See :mod:`discovery.consumption`.
    """

    vendor = models.CharField(max_length=80)
    product = models.CharField(max_length=160, blank=True)
    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    account = models.CharField(max_length=120, blank=True)
    month = models.CharField(max_length=7, help_text="YYYY-MM")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(help_text="10⁻⁶, before tax")
    standing = models.CharField(max_length=8, choices=[(s.value, s.value) for s in Standing])
    charged = models.BigIntegerField(
        null=True, help_text="10⁻⁶: what the charges that cover it come to in this currency"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "product", "source", "account", "month", "currency"],
                name="consumption_once",
            ),
            one_of("standing", Standing, "consumption_standing_known"),
            models.CheckConstraint(
                condition=Q(standing="covered") | Q(charged__isnull=True),
                name="consumption_charged_where_covered",
            ),
        ]

    def __str__(self) -> str:
        return f"metered use of {self.product or self.vendor} in {self.month}"


class ChangedTool(models.Model):
    """A product or vendor whose records or purchases changed: waits for whoever keeps figures above."""

    tool = models.CharField(
        max_length=160, unique=True, help_text="product key, or vendor key where no more is known"
    )
    serial = models.BigIntegerField(
        default=0, help_text="raised with every change, so that a newer one is never lost"
    )


class UnderivedVendor(models.Model):
    """A vendor whose spend records changed since its purchases were last worked out."""

    vendor = models.CharField(max_length=90, unique=True)
    serial = models.BigIntegerField(default=0)


class Derivation(models.Model):
    """Who works out people and purchases: one at a time, so that the last sees everything. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    busy_with = models.CharField(max_length=140, blank=True)
    busy_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_derivation")]
