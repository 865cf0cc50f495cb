"""What people write over a contract's register, and why."""

from django.db import models
from django.db.models import Q


class ContractEdit(models.Model):
    """A value that somebody gave to a field of a contract. Added to and never changed; the newest holds.

    Binds to the contract's key, which is the same on every day that its register is read.
    """

    contract = models.CharField(max_length=32, help_text="its key, see discovery.identity")
    field = models.CharField(max_length=12)
    value = models.JSONField(null=True, help_text="empty: what the register says")
    stated = models.JSONField(null=True, help_text="what the register said then: until it changes this holds")
    actor = models.CharField(max_length=254)
    reason = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(field__in=["start", "end", "notice_by", "amount", "seats", "plan"]),
                name="contract_edit_field_known",
            ),
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(reason=""),
                name="contract_edit_says_who_and_why",
                violation_error_message="Say why: it is kept with your name.",
            ),
        ]
        indexes = [models.Index(fields=["contract", "field"], name="contract_edit_by_field")]

    def __str__(self) -> str:
        return f"{self.field} of a contract"
