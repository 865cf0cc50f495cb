"""What people here say is wrong in the catalog."""

from django.db import models
from django.db.models import Q


class CatalogCorrection(models.Model):
    """Somebody's word that the catalog is wrong about a product; an administrator settles it.

    It changes nothing of the catalog by itself, and stays when the product leaves it.
    """

    product = models.CharField(max_length=160, help_text="its key")
    attribute = models.CharField(
        max_length=60, blank=True, help_text="what it is about; empty: something else"
    )
    said = models.CharField(max_length=500, help_text="what is wrong")
    source = models.CharField(max_length=500, blank=True, help_text="https address that says it")
    actor = models.CharField(max_length=254)
    made_at = models.DateTimeField()
    settled_by = models.CharField(max_length=254, blank=True)
    settled_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True, help_text="what became of it")

    class Meta:
        indexes = [
            # The list of what waits.
            models.Index(fields=["made_at"], condition=Q(settled_at=None), name="correction_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(said="") & ~Q(actor="") & ~Q(product=""),
                name="correction_says_who_what_and_of_which",
                violation_error_message="Say what is wrong.",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by="", answer="")
                | (Q(settled_at__isnull=False) & ~Q(settled_by="") & ~Q(answer="")),
                name="correction_settled_with_an_answer",
                violation_error_message="Say what became of it.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.said}"
