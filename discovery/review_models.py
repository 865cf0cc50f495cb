"""What people ask on pages about recognitions and purchases, until and after it became a decision."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class AskedRecognition(models.Model):
    """An answer that somebody gave on a page to what a text stands for, or that one is to be undone.

    Pages have no sealing key, which a decision's subject needs: they write this down, and a worker
    decides by it. It names the text by its descriptor or its decision, so that no text stands here.
    """

    descriptor = models.ForeignKey("discovery.Descriptor", models.CASCADE, null=True, related_name="asked")
    undoes = models.ForeignKey("discovery.Decision", models.PROTECT, null=True, related_name="undone_by")
    answer = models.CharField(
        max_length=160, blank=True, help_text="product or vendor key, or 'not_ai'; empty: what held before"
    )
    ask_all = models.BooleanField(
        default=False, help_text="the catalog changed with it: every text is to be recognised again"
    )
    actor = models.CharField(max_length=200)
    reason = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)
    decision = models.OneToOneField(
        "discovery.Decision", models.PROTECT, null=True, related_name="asked", help_text="what came of it"
    )
    refused = models.TextField(blank=True, help_text="why nothing came of it, in one sentence")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(descriptor__isnull=False, undoes__isnull=True) & ~Q(answer="")
                | Q(descriptor__isnull=True, undoes__isnull=False, answer=""),
                name="asked_about_a_text_or_a_decision",
                violation_error_message="An answer is about a text, or undoes a decision.",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(actor=""),
                name="asked_recognition_says_who_and_why",
                violation_error_message="Say why: the reason is kept with the decision.",
            ),
            models.UniqueConstraint(
                fields=["descriptor"],
                condition=Q(decision__isnull=True, refused=""),
                name="asked_once_about_a_text",
                violation_error_message="Somebody has answered this one just now.",
            ),
            models.UniqueConstraint(
                fields=["undoes"],
                condition=Q(refused=""),
                name="decision_undone_once",
                violation_error_message="This decision is undone already.",
            ),
        ]

    def __str__(self) -> str:
        return f"asked by {self.actor}"


class JudgedRecords(models.Model):
    """The two records that a decision about purchases was taken on, to show it and to undo it.

    The decision itself binds to their keys; a record that left the readable ones is empty here.
    """

    decision = models.OneToOneField("discovery.Decision", models.PROTECT, related_name="judged")
    act = models.ForeignKey(
        "discovery.Decision", models.PROTECT, related_name="+", help_text="the first of those taken in one go"
    )
    one = models.ForeignKey("discovery.Record", models.SET_NULL, null=True, related_name="+")
    other = models.ForeignKey("discovery.Record", models.SET_NULL, null=True, related_name="+")
    undoes = models.ForeignKey(
        "discovery.Decision", models.PROTECT, null=True, related_name="+", help_text="the act it takes back"
    )

    def __str__(self) -> str:
        return f"records of decision {self.decision_id}"
