"""Rules that people ask for on pages, and sealed records that a company's own words would open."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from vendors.matching.patterns import LONGEST, Fits


class AskedRuleState(models.TextChoices):
    ASKED = "asked", "is played back"
    PLAYED = "played", "waits for who wrote it"
    ACCEPTED = "accepted", "is taking effect"
    FOLLOWED = "followed", "took effect"
    DROPPED = "dropped", "dropped"
    REFUSED = "refused", "nothing came of it"


class AskedRule(models.Model):
    """A rule or a new version of one that somebody wrote, or that a version is to be undone.

    Pages have no sealing key: a worker plays it back over everything seen, and once its author accepts
    that, it becomes a decision. What holds is told by decisions alone; this is how it came to them.
    """

    State = AskedRuleState

    of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="later", help_text="the first version; empty: this"
    )
    fits = models.CharField(max_length=12, blank=True, choices=[(fits.value, fits.value) for fits in Fits])
    text = models.CharField(max_length=LONGEST, blank=True, help_text="the pattern as it was written")
    channel = models.CharField(max_length=12, blank=True, help_text="empty: all")
    answer = models.CharField(max_length=160, blank=True, help_text="product or vendor key, or 'not_ai'")
    undoes = models.ForeignKey("discovery.Decision", models.PROTECT, null=True, related_name="+")
    actor = models.CharField(max_length=200)
    reason = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=AskedRuleState, default=AskedRuleState.ASKED)
    seen = models.PositiveIntegerField(default=0, help_text="descriptors played back so far")
    expected = models.PositiveIntegerField(default=0, help_text="of so many")
    busy_at = models.DateTimeField(null=True, help_text="a worker's last sign of life")
    would = models.JSONField(default=dict, help_text="what it would move, as playback tells it")
    decision = models.OneToOneField(
        "discovery.Decision",
        models.PROTECT,
        null=True,
        related_name="asked_rule",
        help_text="what came of it",
    )
    refused = models.TextField(blank=True, help_text="why nothing came of it, in one sentence")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AskedRuleState.values), name="asked_rule_state_known"
            ),
            models.CheckConstraint(
                condition=Q(undoes__isnull=True) & ~Q(fits="") & ~Q(text="") & ~Q(answer="")
                | Q(undoes__isnull=False, fits="", text="", answer="", channel=""),
                name="asked_rule_says_or_undoes",
                violation_error_message="A rule has a pattern and an answer, or undoes a version.",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(actor=""),
                name="asked_rule_says_who_and_why",
                violation_error_message="Say why: the reason is kept with the rule.",
            ),
            models.UniqueConstraint(
                fields=["undoes"],
                condition=~Q(state="refused"),
                name="rule_version_undone_once",
                violation_error_message="This version is undone already.",
            ),
        ]

    def __str__(self) -> str:
        return f"rule {self.number}"

    @property
    def number(self) -> int:
        """What the rule is called in all its versions."""
        return self.of_id or self.pk


class SealOpeningState(models.TextChoices):
    WAITING = "waiting", "waits for the privacy officer"
    AGREED = "agreed", "is being opened"
    OPENED = "opened", "opened"
    REFUSED = "refused", "refused"
    LAPSED = "lapsed", "what would have opened them no longer holds"


class SealOpening(models.Model):
    """That a rule or product which the company wrote itself may open sealed records, or may not.

    Who asked cannot be who agrees. Kept for good: it is the log of openings.
    """

    State = SealOpeningState

    key = models.CharField(max_length=240, help_text="which rule or product, and exactly what it says")
    rule = models.PositiveBigIntegerField(null=True, help_text="the rule's number; empty: a product")
    product = models.CharField(max_length=160, blank=True)
    asked_by = models.CharField(max_length=200)
    reason = models.TextField()
    asked_at = models.DateTimeField(auto_now_add=True)
    descriptors = models.PositiveIntegerField(help_text="sealed texts that it would open, when it was asked")
    records = models.PositiveIntegerField(help_text="sealed records with them")
    state = models.CharField(max_length=8, choices=SealOpeningState, default=SealOpeningState.WAITING)
    answered_by = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer_reason = models.TextField(blank=True)
    opened_descriptors = models.PositiveIntegerField(null=True, help_text="that were opened then")
    opened_records = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SealOpeningState.values), name="seal_opening_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(answered_by=F("asked_by")),
                name="seal_opening_by_a_second_person",
                violation_error_message="Somebody else has to agree than who asked.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "lapsed"])
                | ~Q(answered_by="") & ~Q(answer_reason="") & Q(answered_at__isnull=False),
                name="seal_opening_answer_says_who_and_why",
                violation_error_message="Say why: the reason is kept with the answer.",
            ),
            models.CheckConstraint(
                condition=~Q(state="opened")
                | Q(opened_descriptors__isnull=False, opened_records__isnull=False),
                name="seal_opening_counts_what_it_opened",
            ),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state="waiting"),
                name="seal_opening_asked_once",
                violation_error_message="This waits for the privacy officer already.",
            ),
        ]

    def __str__(self) -> str:
        return f"opening asked by {self.asked_by}"
