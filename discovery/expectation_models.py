"""What people said of a source: how often it is due, that it rests, that it is over."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

#: Days between two readings that a person can expect.
LONGEST_RHYTHM = 400


class Expected(models.TextChoices):
    DUE = "due", _("it is due again")
    PAUSED = "paused", _("paused")
    RETIRED = "retired", _("retired")


class SourceExpectation(models.Model):
    """A word on a source. Added to, never changed: the newest holds."""

    What = Expected

    source = models.ForeignKey("discovery.Source", models.CASCADE, related_name="expectations")
    what = models.CharField(max_length=8, choices=Expected)
    every_days = models.PositiveSmallIntegerField(
        null=True, help_text="between two readings; empty: as its history and kind say"
    )
    until = models.DateField(null=True, help_text="of a pause, its last day")
    actor = models.CharField(max_length=254)
    reason = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(what__in=Expected.values), name="source_expectation_known"),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(actor=""),
                name="source_expectation_says_who_and_why",
                violation_error_message="Say why: the reason is kept with the change.",
            ),
            models.CheckConstraint(
                condition=Q(every_days__isnull=True)
                | Q(what="due", every_days__gte=1, every_days__lte=LONGEST_RHYTHM),
                name="source_expectation_rhythm_of_what_is_due",
                violation_error_message=f"A rhythm is from 1 to {LONGEST_RHYTHM} days.",
            ),
            models.CheckConstraint(
                condition=Q(what="paused", until__isnull=False) | (~Q(what="paused") & Q(until__isnull=True)),
                name="source_expectation_pause_has_an_end",
                violation_error_message="Say until which day the source is paused.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.what}"
