"""Texts that were seen, what each stands for, and how often that changed."""

from django.db import models
from django.db.models import Q

from discovery.choice_constraints import one_of
from discovery.sealed_models import DataKey
from vendors.matching import Asks


class DescriptorState(models.TextChoices):
    AI = "ai", "an AI tool"
    REVIEW = "review", "waits for a person"
    SEALED = "sealed", "not AI, or unknown without a sign of AI"


class Descriptor(models.Model):
    """A text with its discrete evidence, and what it stands for.

    Readable (``form`` and the evidence) where it is an AI tool or waits for a person; else
    only ``sealed`` holds it and the columns say no more than "not AI" or "unknown".
    """

    State = DescriptorState

    key = models.BinaryField(max_length=16, unique=True)
    state = models.CharField(max_length=8, choices=State)
    channel = models.CharField(max_length=12)
    form = models.TextField(blank=True)
    mcc = models.CharField(max_length=4, blank=True)
    client_id = models.CharField(max_length=200, blank=True)
    host = models.CharField(max_length=255, blank=True)
    asks = models.CharField(
        max_length=12, blank=True, help_text="what the permissions of a grant let the app do, where it tells"
    )
    sealed = models.BinaryField(null=True)
    data_key = models.ForeignKey(DataKey, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=8)
    product = models.CharField(max_length=160, blank=True)
    vendor = models.CharField(max_length=80, blank=True)
    none_because = models.CharField(max_length=12, blank=True)
    carrier = models.CharField(max_length=80, blank=True)
    plan = models.CharField(max_length=60, blank=True)
    model_vendor = models.CharField(max_length=80, blank=True)
    score = models.FloatField(default=0)
    reasons = models.JSONField(default=list)
    alternatives = models.JSONField(default=list)
    decided_by = models.CharField(
        max_length=200, blank=True, help_text="the person or rule whose decision holds; empty: the matcher"
    )
    normaliser = models.PositiveSmallIntegerField()
    catalog = models.CharField(max_length=64)

    class Meta:
        constraints = [
            one_of("state", DescriptorState, "descriptor_state_known"),
            models.CheckConstraint(
                condition=Q(asks__in=["", *(one.value for one in Asks)]), name="descriptor_asks_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="sealed",
                    form="",
                    client_id="",
                    host="",
                    mcc="",
                    asks="",
                    product="",
                    vendor="",
                    sealed__isnull=False,
                )
                | (Q(sealed__isnull=True) & ~Q(state="sealed")),
                name="descriptor_sealed_or_readable",
            ),
        ]
        indexes = [
            models.Index(fields=["product"], name="descriptor_by_product", condition=~Q(product="")),
            models.Index(fields=["vendor"], name="descriptor_by_vendor", condition=~Q(vendor="")),
            # Few wait for a person, and every page says how many.
            models.Index(fields=["channel"], name="descriptor_in_review", condition=Q(state="review")),
        ]


class RecognitionState(models.Model):
    """Raised whenever a descriptor changes sides; sources behind it are brought in line. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    serial = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_recognition_state")]
