"""Flags, the acceptance of their risk, and what waits to be checked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.log_models import LogRow


class FlagState(models.TextChoices):
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Risk accepted")
    CLOSED = "closed", _("Closed")


class FlagSeverity(models.TextChoices):
    CRITICAL = "critical", _("Critical")
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class FlagSubject(models.TextChoices):
    TOOL = "tool", _("Tool")
    APP = "app", _("App that nobody knows")
    SOURCE = "source", _("Source")


class Flag(models.Model):
    """A rule's finding on a tool, an app or a source, from when it was found until it holds no more.

    Derived from facts and acceptances, see :mod:`inventory.flags`; never edited.
    """

    State = FlagState

    rule = models.CharField(max_length=60)
    about = models.CharField(max_length=6, choices=FlagSubject)
    subject = models.CharField(max_length=200, help_text="tool key, app's descriptor in hex, source's name")
    subject_name = models.CharField(max_length=200, help_text="as it is called where no catalog knows it")
    severity = models.CharField(max_length=8, choices=FlagSeverity)
    state = models.CharField(max_length=8, choices=FlagState, default=FlagState.OPEN)
    folded_under = models.CharField(
        max_length=60, blank=True, help_text="the stronger rule whose open flag says all there is to do"
    )
    since = models.DateField(help_text="from which day it holds, as the facts tell")
    detail = models.JSONField(help_text="a sentence with its figures, see flags.words")
    evidence = models.CharField(max_length=64, help_text="digest of what an acceptance rests on")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "about", "subject"],
                condition=~Q(state="closed"),
                name="flag_once_while_it_holds",
                violation_error_message="This flag is there already.",
            ),
            models.CheckConstraint(condition=Q(state__in=FlagState.values), name="flag_state_known"),
            models.CheckConstraint(condition=Q(severity__in=FlagSeverity.values), name="flag_severity_known"),
            models.CheckConstraint(condition=Q(about__in=FlagSubject.values), name="flag_subject_known"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="flag_closed_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(folded_under=""), name="flag_folded_only_while_open"
            ),
        ]
        indexes = [models.Index(fields=["about", "subject"], name="flag_by_subject")]

    def __str__(self) -> str:
        return f"{self.rule} on {self.subject}"


class FlagAcceptance(LogRow):
    """That somebody accepts the risk of a flag until a day, as long as its evidence stays the same.

    The newest row for a rule and subject holds; one whose day is over, or without a day, accepts nothing.
    """

    rule = models.CharField(max_length=60)
    about = models.CharField(max_length=6, choices=FlagSubject)
    subject = models.CharField(max_length=200)
    evidence = models.CharField(max_length=64)
    until = models.DateField(null=True, help_text="the last day it holds; empty: taken back")
    actor = models.CharField(max_length=200)
    reason = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor=""),
                name="flag_acceptance_says_who",
                violation_error_message="An acceptance says who accepts.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="flag_acceptance_says_why",
                violation_error_message="An acceptance says why.",
            ),
        ]
        indexes = [models.Index(fields=["about", "subject"], name="flag_acceptance_by_subject")]

    def __str__(self) -> str:
        return f"{self.rule} on {self.subject} until {self.until}"


class ToolToCheck(models.Model):
    """A tool whose figures or decisions changed since its flags were last worked out."""

    tool = models.CharField(max_length=160, unique=True)
    serial = models.BigIntegerField(
        default=0, help_text="raised with every change, so that a newer one is never lost"
    )


class FlagTurn(models.Model):
    """Raised by every writing of flags, so that flags worked out from older facts are not written.

    One row.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    serial = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_flag_turn")]
