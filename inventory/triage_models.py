"""What triage keeps beside decisions: arrivals, snoozes, questions to users, and policies with what they did.

Tools are named by their keys, which are permanent, and not by rows that roll-ups may make anew.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def _says(*columns: str, name: str, message: object) -> models.CheckConstraint:
    filled = Q()
    for column in columns:
        filled &= ~Q(**{column: ""})
    return models.CheckConstraint(condition=filled, name=name, violation_error_message=message)


class ToolArrival(models.Model):
    """That the inventory came to know of a tool, once and for all.

    A tool of a baseline was there when its sources were first looked at: it is no news.
    """

    tool = models.CharField(max_length=160, unique=True)
    baseline = models.BooleanField(help_text="every source that told of it did so at its first look")
    arrived_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.tool


class HomeVisit(models.Model):
    """When an account last looked at its home, and until when it had looked the time before."""

    account = models.CharField(max_length=254, unique=True, help_text="e-mail address of the account")
    looked_at = models.DateTimeField()
    before = models.DateTimeField(null=True, help_text="end of the visit before; empty at the first")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(before=None) | Q(before__lt=F("looked_at")),
                name="home_visit_after_the_one_before",
            )
        ]

    def __str__(self) -> str:
        return self.account


class Snooze(models.Model):
    """That somebody put a tool out of the queue until a day. The newest row of a tool holds."""

    tool = models.CharField(max_length=160)
    until = models.DateField(null=True, help_text="the day it comes back; empty: taken back")
    actor = models.CharField(max_length=200)
    reason = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            _says("actor", "reason", name="snooze_says_who_and_why", message=_("Say who snoozes, and why."))
        ]
        indexes = [models.Index(fields=["tool"], name="snooze_by_tool")]

    def __str__(self) -> str:
        return f"{self.tool} until {self.until}"


class QuestionToUsers(models.Model):
    """What somebody who decides asks the people who use a tool. Each of them may answer once, until a day.

    Whom it is asked of is not kept: it is everybody with evidence of use, on the day they look.
    """

    tool = models.CharField(max_length=160)
    text = models.CharField(max_length=500)
    asked_by = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    answer_by = models.DateField(help_text="the last day on which it is shown and answered")
    taken_back_by = models.CharField(max_length=254, blank=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            _says("text", "asked_by", name="question_says_what_and_who", message=_("Say what you ask.")),
            models.CheckConstraint(
                condition=Q(taken_back_by="", taken_back_at__isnull=True)
                | (~Q(taken_back_by="") & Q(taken_back_at__isnull=False)),
                name="question_taken_back_says_who",
                violation_error_message=_("A question that is taken back says by whom."),
            ),
        ]
        indexes = [models.Index(fields=["tool"], name="question_by_tool")]

    def __str__(self) -> str:
        return f"{self.tool}: {self.text}"


class UsersAnswer(models.TextChoices):
    NEED = "need", _("I need it")
    OTHER = "other", _("I could use something else")
    NO_LONGER = "no_longer", _("I no longer use it")
    NEVER = "never", _("I never used it")


class AnswerOfUser(models.Model):
    """What one person answered. Persons are worked out anew, so who it was stands as an e-mail address."""

    question = models.ForeignKey(QuestionToUsers, models.CASCADE, related_name="answers")
    person = models.CharField(max_length=254, help_text="e-mail address")
    answer = models.CharField(max_length=9, choices=UsersAnswer)
    words = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "person"],
                name="question_answered_once",
                violation_error_message=_("You have answered this already."),
            ),
            models.CheckConstraint(condition=Q(answer__in=UsersAnswer.values), name="users_answer_known"),
            _says("person", name="users_answer_says_who", message=_("An answer says whose it is.")),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.answer}"


class Policy(models.Model):
    """A rule that decides about tools before a person has to. Its terms are written once: another rule is
    another policy; only whether it is on changes, and each change of that is logged.
    """

    name = models.CharField(max_length=80, unique=True)
    conditions = models.JSONField(help_text="of inventory.policy_terms.Conditions")
    outcome = models.JSONField(help_text="of inventory.policy_terms.Outcome")
    on = models.BooleanField(default=False)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            _says("name", "made_by", name="policy_has_name_and_maker", message=_("Give the policy a name."))
        ]

    def __str__(self) -> str:
        return self.name


class PolicySwitch(models.Model):
    """That somebody switched a policy on or off. Never changed or deleted."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="switches")
    on = models.BooleanField()
    actor = models.CharField(max_length=200)
    reason = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            _says(
                "actor",
                "reason",
                name="policy_switch_says_who_and_why",
                message=_("Say who switches the policy, and why."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {'on' if self.on else 'off'}"


class PolicyBatch(models.Model):
    """That a batch of decisions is a policy's and not a person's."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="batches")
    batch = models.OneToOneField("inventory.DecisionBatch", models.PROTECT, related_name="of_policy")

    def __str__(self) -> str:
        return f"policy {self.policy_id}: decision {self.batch_id}"
