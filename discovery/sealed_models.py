"""What nobody can read: records that are not AI, the keys that seal them, and what links handles.

Outside its ciphertext stand keyed identities, counts and sums. Without the installation's key they can
neither be computed nor compared with a guess.
"""

from django.db import models
from django.db.models import Q

from discovery.scan_models import Scan, Source


class DataKey(models.Model):
    """The key of one source and month, wrapped; without it what it sealed is gone for good."""

    source = models.ForeignKey(
        Source, models.PROTECT, null=True, help_text="empty: descriptors of all sources"
    )
    month = models.CharField(max_length=7, help_text="YYYY-MM")
    wrapped = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "month"], name="data_key_once", condition=Q(source__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["month"], name="descriptor_key_once", condition=Q(source__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(wrapped__isnull=False) | Q(destroyed_at__isnull=False),
                name="data_key_or_destroyed",
            ),
        ]


class SealedBlock(models.Model):
    """About a thousand records of one source and month that are not AI, unreadable.

    ``identities`` (packed, keyed) say what is inside; ``sums`` let totals tie.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="sealed_blocks")
    month = models.CharField(max_length=7)
    scan = models.ForeignKey(Scan, models.PROTECT, related_name="+", help_text="the scan that stored it")
    data_key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    identities = models.BinaryField()
    index = models.BinaryField(help_text="which descriptors occur, sealed")
    body = models.BinaryField(help_text="the records, sealed")
    count = models.PositiveIntegerField(help_text="records that count")
    sums = models.JSONField(
        default=dict, help_text="currency → [spend records, sum in 10⁻⁶] of those that count"
    )
    charges = models.JSONField(
        default=dict, help_text="currency → sum in 10⁻⁶ of the amounts above zero among them"
    )

    class Meta:
        indexes = [models.Index(fields=["source", "month"], name="sealed_by_source_month")]


class HandleLink(models.Model):
    """How often a card or login stood beside a hint of a person, both as keyed hashes."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    handle = models.BinaryField(max_length=16)
    hint = models.BinaryField(max_length=16)
    count = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "handle", "hint"], name="handle_link_once")]
        indexes = [models.Index(fields=["handle"], name="handle_link_by_handle")]
