"""How much each question of risk weighs here."""

from django.db import models
from django.db.models import Q


class RiskWeights(models.Model):
    """A company's weights. The newest row holds; one without weights gives back the shipped ones."""

    version = models.PositiveIntegerField(help_text="1 for the first change, and so on")
    weights = models.JSONField(null=True, help_text="question → points; empty: as shipped")
    actor = models.CharField(max_length=254)
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(reason=""),
                name="weights_say_who_and_why",
                violation_error_message="Say who changes the weights and why.",
            ),
            models.UniqueConstraint(fields=["version"], name="weights_version_once"),
        ]

    def __str__(self) -> str:
        return f"weights of {self.made_at:%Y-%m-%d}"
