"""That a product of a company's own and one of the catalog are the same."""

from django.db import models
from django.db.models import Q


class CatalogJoin(models.Model):
    """Somebody joined two products; undone, the row stays."""

    local = models.CharField(max_length=160, help_text="key of the own product")
    catalog = models.CharField(max_length=160, help_text="key of the catalog's; the same where both have one")
    actor = models.CharField(max_length=254)
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    undone_by = models.CharField(max_length=254, blank=True)
    undone_reason = models.CharField(max_length=500, blank=True)
    undone_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(
        null=True,
        help_text="when records and decisions had followed; empty: a worker is still to see to that",
    )
    kept = models.JSONField(
        default=dict, help_text="what undoing needs: the own product as it was, rows and decisions that moved"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(reason=""),
                name="join_says_who_and_why",
                violation_error_message="Say who joins the products and why.",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by="", undone_reason="")
                | (Q(undone_at__isnull=False) & ~Q(undone_by="") & ~Q(undone_reason="")),
                name="join_undone_says_who_and_why",
                violation_error_message="What is undone says by whom and why.",
            ),
            models.UniqueConstraint(
                fields=["local"],
                condition=Q(undone_at=None),
                name="join_once_a_product",
                violation_error_message="This product is joined already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local} is {self.catalog}"
