"""What people say of their own accord: that they use or want a tool, and whether they still use one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Payer(models.TextChoices):
    NOBODY = "nobody", _("Nobody, it is free")
    COMPANY = "company", _("The company, by invoice or company card")
    CLAIMED = "claimed", _("I pay and claim it back")
    MYSELF = "myself", _("I pay myself")
    NOT_YET = "not_yet", _("Nobody yet: I would like to start")


class Colleagues(models.TextChoices):
    """How many people use it, as far as who declares knows: never a number to rank by."""

    ALONE = "alone", _("Only me")
    FEW = "few", _("2 to 4 of us")
    TEAM = "team", _("5 to 19 of us")
    MANY = "many", _("20 or more of us")


class Outcome(models.TextChoices):
    """What follows for one case: a tool with certain data."""

    ALLOWED = "allowed", _("Allowed")
    CONDITIONS = "conditions", _("Allowed with conditions")
    INSTEAD = "instead", _("Use another tool")
    REFUSED = "refused", _("Not allowed")
    REVIEW = "review", _("In review")


class Declaration(models.Model):
    """An employee's own word that they use or want a tool.

    Persons are derived and may be worked out anew, so whose it is stands as e-mail addresses.
    """

    account = models.CharField(max_length=254, help_text="e-mail address of who declared")
    person = models.CharField(max_length=254, help_text="main address of that person in the records")
    tool = models.CharField(max_length=160, blank=True, help_text="product's key; empty: nobody knows it")
    name = models.CharField(max_length=120, help_text="as it was called then")
    purpose = models.CharField(max_length=300)
    data = models.JSONField(help_text="classes of data that go in")
    payer = models.CharField(max_length=8, choices=Payer)
    colleagues = models.CharField(max_length=5, choices=Colleagues)
    outcome = models.CharField(max_length=10, choices=Outcome, help_text="what was answered at once")
    due = models.DateField(null=True, help_text="of one in review: the day by which somebody answers")
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(account="") & ~Q(person="") & ~Q(name="") & ~Q(purpose=""),
                name="declaration_says_who_what_for",
                violation_error_message="A declaration says who uses what, and what for.",
            ),
            models.CheckConstraint(condition=Q(payer__in=Payer.values), name="declaration_payer_known"),
            models.CheckConstraint(
                condition=Q(colleagues__in=Colleagues.values), name="declaration_colleagues_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values)
                & (Q(outcome="review", due__isnull=False) | (~Q(outcome="review") & Q(due__isnull=True))),
                name="declaration_in_review_has_a_date",
                violation_error_message="What is in review says by when it is answered.",
            ),
        ]
        indexes = [
            models.Index(fields=["account"], name="declaration_by_account"),
            models.Index(fields=["tool"], name="declaration_by_tool"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def wanted_only(self) -> bool:
        """Whether it is not in use yet."""
        return self.payer == Payer.NOT_YET


class DeclarationAnswer(models.Model):
    """What somebody answered to a declaration, with the reason that who declared reads. The newest holds."""

    declaration = models.ForeignKey(Declaration, models.CASCADE, related_name="answers")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField()
    actor = models.CharField(max_length=254)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=[o for o in Outcome.values if o != "review"]),
                name="declaration_answer_decides",
                violation_error_message="An answer decides: nothing is in review after it.",
            ),
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(reason=""),
                name="declaration_answer_says_who_why",
                violation_error_message="An answer says who gives it, and why.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration}: {self.outcome}"


class Word(models.TextChoices):
    USES = "uses", _("I use it")
    STOPPED = "stopped", _("No longer")
    NOT_ME = "not_me", _("That was not me")


class Attestation(models.Model):
    """Somebody's answer whether they use a tool that evidence says they do. The newest holds."""

    account = models.CharField(max_length=254, help_text="e-mail address of who said it")
    person = models.CharField(max_length=254, help_text="main address of that person in the records")
    tool = models.CharField(max_length=160, help_text="tool's key")
    word = models.CharField(max_length=7, choices=Word)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(word__in=Word.values), name="attestation_word_known"),
            models.CheckConstraint(condition=~Q(account="") & ~Q(person=""), name="attestation_says_who"),
        ]
        indexes = [models.Index(fields=["account"], name="attestation_by_account")]

    def __str__(self) -> str:
        return f"{self.tool}: {self.word}"
