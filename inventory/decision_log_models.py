"""The decision log: what people decided about tools, with who and why."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from inventory.log_models import LogRow


class DecisionBatch(LogRow):
    """What somebody decided in one go, about one tool or many. Never changed or deleted.

    A batch that undoes another is a batch like any other, and says which.
    """

    actor = models.CharField(max_length=200)
    reason = models.TextField()
    made_at = models.DateTimeField()
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor=""),
                name="decision_batch_says_who",
                violation_error_message="A decision says who took it.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="decision_batch_says_why",
                violation_error_message="A decision says why.",
            ),
            models.CheckConstraint(
                condition=Q(undoes__isnull=True) | ~Q(undoes=F("id")),
                name="decision_batch_undoes_another",
            ),
        ]
        indexes = [models.Index(fields=["made_at"], name="decision_batch_by_time")]

    def __str__(self) -> str:
        return f"decision {self.pk} of {self.actor}"


class ToolDecision(LogRow):
    """A row of the decision log: what a batch changed of one tool. Never changed or deleted.

    Binds to the tool's key, which is permanent, not to a row that roll-ups may make anew.
    """

    batch = models.ForeignKey(DecisionBatch, models.PROTECT, related_name="decisions")
    tool = models.CharField(max_length=160)
    before = models.JSONField(help_text="column → value, of what changed")
    after = models.JSONField(help_text="the same columns → new value")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "tool"], name="tool_decided_once_a_batch"),
        ]
        indexes = [models.Index(fields=["tool"], name="tool_decision_by_tool")]

    def __str__(self) -> str:
        return f"{self.tool}: {', '.join(self.after)}"
