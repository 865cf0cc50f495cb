"""What people decided about tools that do the same job."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.log_models import LogRow


class OverlapDecisionKind(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted as intended")
    CASE = "case", _("Case")
    REOPENED = "reopened", _("Open again")


class OverlapDecision(LogRow):
    """What somebody decided about the tools of one capability. The newest row for a capability holds."""

    Kind = OverlapDecisionKind

    capability = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=OverlapDecisionKind)
    tools = models.JSONField(help_text="keys of the tools it was decided about")
    until = models.DateField(null=True, help_text="the last day an acceptance holds")
    plan = models.JSONField(default=dict, help_text="of a case: tool → keep, move or retire")
    terms = models.JSONField(default=dict, help_text="of a case: what its saving is worked out from")
    owner = models.CharField(max_length=254, blank=True, help_text="who sees to a case: e-mail address")
    due = models.DateField(null=True, help_text="when a case is to be done")
    actor = models.CharField(max_length=200)
    reason = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=OverlapDecisionKind.values), name="overlap_decision_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind="accepted") | Q(until__isnull=False),
                name="overlap_accepted_until_a_day",
                violation_error_message="An overlap is accepted until a day.",
            ),
            models.CheckConstraint(
                condition=~Q(actor=""),
                name="overlap_decision_says_who",
                violation_error_message="A decision says who took it.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="overlap_decision_says_why",
                violation_error_message="A decision says why.",
            ),
        ]
        indexes = [models.Index(fields=["capability"], name="overlap_decision_by_capability")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.capability}"
