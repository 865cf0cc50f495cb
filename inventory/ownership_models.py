"""That somebody was asked to own a tool, and what they answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OwnershipAnswer(models.TextChoices):
    OPEN = "", _("No answer yet")
    ACCEPTED = "accepted", _("Accepted")
    HANDED_ON = "handed_on", _("Handed on")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class OwnershipRequest(models.Model):
    """Somebody is asked to be a tool's owner. Binds to addresses and to the tool's key, which are permanent.

    Nobody owns a tool by being asked: who accepts decides so, see ``ownership.accept_ownership``.
    """

    Answer = OwnershipAnswer

    tool = models.CharField(max_length=160, help_text="key")
    technical = models.BooleanField(default=False, help_text="as technical, not as business owner")
    asked = models.CharField(max_length=254, help_text="e-mail address of who is asked")
    asked_by = models.CharField(max_length=254)
    reason = models.TextField()
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=9, choices=OwnershipAnswer, blank=True)
    answer_reason = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tool", "technical", "asked"],
                condition=Q(answer=""),
                name="ownership_asked_once_at_a_time",
                violation_error_message="They were asked already and have not answered yet.",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=OwnershipAnswer.values), name="ownership_answer_known"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="ownership_answer_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(asked="") & ~Q(asked_by="") & ~Q(reason=""),
                name="ownership_request_says_who_and_why",
                violation_error_message="Say whom you ask, and why.",
            ),
        ]
        indexes = [models.Index(fields=["asked"], name="ownership_request_by_asked")]

    def __str__(self) -> str:
        return f"{self.asked} for {self.tool}"
