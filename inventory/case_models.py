"""How a case about an overlap goes on: what was written down about it, and that it is done."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CaseEntry(models.Model):
    """Something that somebody wrote down about a case. Added to and never changed."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", _("Progress")
        DONE = "done", _("Done")

    case = models.ForeignKey("inventory.OverlapDecision", models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=8, choices=Kind)
    words = models.TextField()
    actor = models.CharField(max_length=254)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["progress", "done"]), name="case_entry_kind_known"),
            models.CheckConstraint(
                condition=~Q(words="") & ~Q(actor=""),
                name="case_entry_says_who_and_what",
                violation_error_message="Say what happened.",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(kind="done"),
                name="case_done_once",
                violation_error_message="This case is done already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}"
