"""What a company says itself of products of the catalog: it goes before it and survives each loading.

Rows are added and taken back, never changed: together they are their own log of who said what, when and why.
"""

from django.db import models
from django.db.models import Q

from vendors.fact_files import EVERY, PER, TIERS


class _OwnWord(models.Model):
    """Something that somebody here says of a product, until it is taken back or said anew."""

    product = models.CharField(
        max_length=160, help_text="its key: the word stays when the product's row goes"
    )
    source = models.CharField(max_length=500, blank=True, help_text="https address, where there is one")
    actor = models.CharField(max_length=254)
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    taken_back_by = models.CharField(max_length=254, blank=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        abstract = True


def _says_who(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=~Q(actor="") & ~Q(reason="") & ~Q(product=""),
        name=name,
        violation_error_message="Say who says it and why.",
    )


def _taken_back(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(taken_back_at=None, taken_back_by="", taken_back_reason="")
        | (Q(taken_back_at__isnull=False) & ~Q(taken_back_by="") & ~Q(taken_back_reason="")),
        name=name,
        violation_error_message="What is taken back says by whom and why.",
    )


def _holds_once(*fields: str, name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=fields,
        condition=Q(taken_back_at=None),
        name=name,
        violation_error_message="Somebody has said the same thing just now.",
    )


class OwnFact(_OwnWord):
    """A value of an attribute, for some plans or for all."""

    attribute = models.CharField(max_length=60)
    value = models.CharField(max_length=500, help_text="as facts of the catalog keep it")
    plans = models.CharField(max_length=500, blank=True, help_text="keys with a space between; empty: all")
    apart = models.CharField(
        max_length=500,
        blank=True,
        default="",
        help_text="the value again where several may hold at the same time, such as incidents; else empty",
    )

    class Meta:
        constraints = [
            _says_who("own_fact_says_who_and_why"),
            _taken_back("own_fact_taken_back_says_who"),
            _holds_once("product", "attribute", "plans", "apart", name="own_fact_holds_once"),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.attribute}: {self.value}"


class OwnPlan(_OwnWord):
    """A plan that this company has and the catalog lacks, or holds for one of another tier."""

    key = models.CharField(max_length=60, help_text="of the catalog's plan where it is one")
    name = models.CharField(max_length=80)
    tier = models.CharField(max_length=10, choices=[(tier, tier) for tier in TIERS])

    class Meta:
        constraints = [
            _says_who("own_plan_says_who_and_why"),
            _taken_back("own_plan_taken_back_says_who"),
            _holds_once("product", "key", name="own_plan_holds_once"),
            models.CheckConstraint(condition=Q(tier__in=TIERS), name="own_plan_tier_known"),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.name}"


class OwnPrice(_OwnWord):
    """What this company pays on a plan by its contract."""

    plan = models.CharField(max_length=60, help_text="the plan's key")
    amount = models.BigIntegerField(help_text="10⁻⁶ of the currency, charged once each every")
    currency = models.CharField(max_length=3)
    per = models.CharField(max_length=10, choices=[(per, per) for per in PER])
    every = models.CharField(max_length=10, choices=[(every, every) for every in EVERY])

    class Meta:
        constraints = [
            _says_who("own_price_says_who_and_why"),
            _taken_back("own_price_taken_back_says_who"),
            _holds_once("product", "plan", "currency", "per", "every", name="own_price_holds_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="own_price_not_negative"),
            models.CheckConstraint(condition=Q(per__in=PER), name="own_price_per_known"),
            models.CheckConstraint(condition=Q(every__in=EVERY), name="own_price_every_known"),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.amount / 1_000_000} {self.currency}"


class OwnCapabilities(_OwnWord):
    """What a product does for this company, the main thing first."""

    capabilities = models.JSONField(help_text="keys")
    catalog = models.JSONField(
        help_text="what the catalog says, kept up with every loading: for taking it back"
    )

    class Meta:
        constraints = [
            _says_who("own_capabilities_say_who_and_why"),
            _taken_back("own_capabilities_taken_back_say_who"),
            _holds_once("product", name="own_capabilities_hold_once"),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {', '.join(self.capabilities)}"
