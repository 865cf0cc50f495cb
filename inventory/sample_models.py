"""That the sample company was removed: who asked, when, and what went."""

from django.db import models
from django.db.models import Q


class SampleRemoval(models.Model):
    """One removal of the sample data. Its scans are withdrawn first, which takes workers a while."""

    requested_by = models.CharField(max_length=254)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, help_text="when nothing of the sample was left")
    removed = models.JSONField(default=dict, help_text="what went → how many")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(requested_by=""),
                name="sample_removal_says_who",
                violation_error_message="Say who removes the sample data.",
            ),
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(finished_at=None),
                name="one_sample_removal_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"sample data removed by {self.requested_by}"
