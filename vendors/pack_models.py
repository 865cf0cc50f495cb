"""Packs of the catalog that were applied here: the newest as it came, of the others who and why."""

from django.db import models
from django.db.models import Q


class CatalogPack(models.Model):
    """One application of a pack. Only the newest keeps its content: it is loaded again after an upgrade."""

    edition = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64, help_text="of the whole file")
    signed_by = models.CharField(max_length=200, help_text="the name under which its key was trusted")
    content = models.BinaryField(null=True)
    actor = models.CharField(max_length=254)
    reason = models.CharField(max_length=500)
    applied_at = models.DateTimeField()
    recognised_at = models.DateTimeField(
        null=True, help_text="when every text had been asked about again; empty: that is still to be done"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(reason=""),
                name="pack_says_who_and_why",
                violation_error_message="Say who applies the pack and why.",
            ),
            models.UniqueConstraint(
                fields=["edition"],
                condition=Q(content__isnull=False),
                name="pack_content_once",
                violation_error_message="This edition is kept already.",
            ),
        ]

    def __str__(self) -> str:
        return f"edition {self.edition}"
