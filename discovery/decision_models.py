"""What people decided about recognitions, purchases and records."""

from django.db import models
from django.db.models import Q

from discovery.choice_constraints import one_of


class DecisionKind(models.TextChoices):
    RECOGNISE = "recognise", "what a text stands for"
    SAME_PURCHASE = "same_purchase", "two records are one purchase"
    DIFFERENT_PURCHASES = "different_purchases", "two records are not one purchase"
    PRIVATE = "private", "a record is its person's own affair"
    RULE = "rule", "what every text of a pattern stands for"
    OPENING = "opening", "whether the company's own words open sealed records"


class Decision(models.Model):
    """What a person decided about recognitions, purchases or records: sticky, with who and why.

    Binds to texts and record keys, never to derived ids; the newest for a subject holds.
    """

    Kind = DecisionKind

    kind = models.CharField(max_length=20, choices=Kind)
    subject = models.JSONField(
        help_text="channel and text (keyed hash; readable or sealed beside it), two record keys in hex, "
        "one with the identity it belongs to, a rule's number, or what would open a seal"
    )
    before = models.JSONField(null=True)
    after = models.JSONField(
        null=True,
        help_text="product or vendor key, 'not_ai', what a rule says, or empty for a withdrawn decision",
    )
    actor = models.CharField(max_length=200)
    reason = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            one_of("kind", DecisionKind, "decision_kind_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_a_reason"),
        ]
