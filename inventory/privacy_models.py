"""What the privacy officer did for people: written down without their names, never changed."""

from django.db import models
from django.db.models import Q


class DataRequest(models.Model):
    """That somebody's data was handed out to them, at their own request."""

    person = models.CharField(max_length=12, help_text="pseudonym, as the privacy officer reads it")
    records = models.PositiveIntegerField(help_text="how many records were handed out")
    actor = models.CharField(max_length=254)
    reason = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(actor="") & ~Q(person=""),
                name="data_request_says_who_whose_why",
                violation_error_message="Say why this person’s data is handed out.",
            ),
        ]

    def __str__(self) -> str:
        return f"data of {self.person}"
