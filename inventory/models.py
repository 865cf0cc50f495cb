"""What we decided: the tools of this company, with figures worked out from records and purchases.

A tool's decisions (status, owners, review date) are people's and are never changed by a scan.
Its figures are derived (see :mod:`inventory.rollups`) and may be thrown away at any time.
"""

from __future__ import annotations

from datetime import date
from typing import NoReturn

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from discovery.models import Person
from discovery.purchases import Door
from inventory.access_models import AccessChange, DepartmentScope, NameOpening
from inventory.api_tokens import ApiToken
from inventory.case_models import CaseEntry
from inventory.contract_models import ContractEdit
from inventory.correction_models import CatalogCorrection
from inventory.declaration_models import Attestation, Declaration, DeclarationAnswer
from inventory.join_models import CatalogJoin
from inventory.notice_models import (
    Delivery,
    DeliveryTry,
    Digest,
    DigestLine,
    Notice,
    NoticeChoice,
    NoticeTurn,
    Webhook,
    WebhookChange,
)
from inventory.ownership_models import OwnershipRequest
from inventory.privacy_models import DataRequest
from inventory.sample_models import SampleRemoval
from inventory.triage_models import (
    AnswerOfUser,
    HomeVisit,
    Policy,
    PolicyBatch,
    PolicySwitch,
    QuestionToUsers,
    Snooze,
    ToolArrival,
    UsersAnswer,
)
from inventory.weight_models import RiskWeights

__all__ = [
    "AccessChange",
    "AnswerOfUser",
    "ApiToken",
    "Attestation",
    "CaseEntry",
    "CatalogCorrection",
    "CatalogJoin",
    "ContractEdit",
    "DataRequest",
    "Declaration",
    "DeclarationAnswer",
    "Delivery",
    "DeliveryTry",
    "DepartmentScope",
    "Digest",
    "DigestLine",
    "HomeVisit",
    "Installation",
    "NameOpening",
    "Notice",
    "NoticeChoice",
    "NoticeTurn",
    "OwnershipRequest",
    "Policy",
    "PolicyBatch",
    "PolicySwitch",
    "Preview",
    "QuestionToUsers",
    "RiskWeights",
    "RollupTurn",
    "SampleRemoval",
    "Snooze",
    "Tool",
    "ToolArrival",
    "ToolDepartment",
    "ToolMonth",
    "ToolPerson",
    "ToolSpend",
    "ToolStatus",
    "UsersAnswer",
    "Webhook",
    "WebhookChange",
]


class ToolStatus(models.TextChoices):
    DISCOVERED = "discovered", "Not yet decided"
    UNDER_REVIEW = "under_review", "Under review"
    SANCTIONED = "sanctioned", "Sanctioned"
    RESTRICTED = "restricted", "Restricted"
    PROHIBITED = "prohibited", "Prohibited"
    RETIRED = "retired", "Retired"


class DataClass(models.TextChoices):
    """What data people put into a tool, as far as a decision tells kinds of it apart."""

    PUBLIC = "public", _("Public")
    INTERNAL = "internal", _("Internal")
    CUSTOMER = "customer", _("Customers’ data")
    PERSONAL = "personal", _("Personal data")
    CONFIDENTIAL = "confidential", _("Confidential")


class Tool(models.Model):
    """A product that this company uses, or a vendor where no more is known."""

    Status = ToolStatus

    key = models.CharField(
        max_length=160, unique=True, help_text="product key, or vendor key where only the vendor is known"
    )
    vendor = models.CharField(max_length=80)
    # --- decisions of people: sticky
    status = models.CharField(max_length=12, choices=ToolStatus, default=ToolStatus.DISCOVERED)
    owner = models.CharField(max_length=254, blank=True, help_text="e-mail address; empty: nobody yet")
    technical_owner = models.CharField(max_length=254, blank=True, help_text="e-mail address")
    review_due = models.DateField(
        null=True, blank=True, help_text="when the decision lapses unless somebody confirms it"
    )
    conditions = models.TextField(blank=True, help_text="on which it may be used, in words")
    allowed_departments = models.JSONField(default=list, help_text="empty: no department is left out")
    allowed_data = models.JSONField(default=list, help_text="classes of data; empty: none is left out")
    tags = models.JSONField(default=dict, help_text="key → value")
    status_since = models.DateField(null=True, help_text="the day the present status was decided")
    owner_until = models.DateField(null=True, help_text="the day its owner was taken away; empty: had none")
    decided_at = models.DateTimeField(
        null=True, help_text="when a person last decided anything about it; empty: never"
    )
    declared_since = models.DateField(
        null=True, help_text="the day somebody first declared that they use it; empty: nobody did"
    )
    # --- figures: derived, see rollups
    people_count = models.PositiveIntegerField(default=0, help_text="people with evidence of use, ever")
    people_unresolved = models.PositiveIntegerField(
        default=0, help_text="cards, logins and printed names that no person is known for"
    )
    first_seen = models.DateField(null=True)
    last_seen = models.DateField(null=True)
    last_used = models.DateField(null=True, help_text="as last_seen, but that a seat alone is no use")
    spend = models.JSONField(default=dict, help_text="currency → booked amount of all time in 10⁻⁶")
    doors = models.JSONField(default=list)
    sources = models.JSONField(default=list, help_text="names of the sources that showed it")
    departments = models.JSONField(default=list)
    plan = models.CharField(
        max_length=60, blank=True, help_text="where all evidence names the same one, or all amounts tell it"
    )
    likely_plans = models.JSONField(default=list, help_text="plans that amounts tell beside it; derived")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ToolStatus.values),
                name="tool_status_known",
                violation_error_message="This is not a status a tool can have.",
            ),
            models.CheckConstraint(
                condition=Q(first_seen__isnull=True, last_seen__isnull=True)
                | Q(first_seen__lte=F("last_seen")),
                name="tool_first_seen_before_last",
            ),
        ]
        indexes = [models.Index(fields=["vendor"], name="tool_by_vendor")]  # roll-ups go by vendor

    def __str__(self) -> str:
        return self.key

    @property
    def product(self) -> str:
        """Product key, or "" where only the vendor is known."""
        return "" if self.key == self.vendor else self.key

    @property
    def untouched(self) -> bool:
        """Whether no person has decided or declared anything about it: only such a tool may be dropped."""
        return (
            self.decided_at is None
            and self.status == ToolStatus.DISCOVERED
            and not self.owner
            and not self.technical_owner
            and self.review_due is None
            and self.declared_since is None
        )

    @property
    def unowned_since(self) -> date | None:
        """The day since which nobody owns it: its last owner's end, or else the day it was first seen."""
        return None if self.owner else self.owner_until or self.first_seen


class ToolMonth(models.Model):
    """Booked purchases of a tool in a month, by department, door and currencies; in 10⁻⁶."""

    tool = models.ForeignKey(Tool, models.CASCADE, related_name="months")
    month = models.CharField(max_length=7, help_text="YYYY-MM")
    department = models.CharField(max_length=120, blank=True, help_text="empty: unattributed")
    door = models.CharField(max_length=20, choices=[(d.value, d.value) for d in Door])
    currency = models.CharField(max_length=3)
    merchant_currency = models.CharField(max_length=3, blank=True)
    amount = models.BigIntegerField(help_text="tax included, as booked by the account")
    net = models.BigIntegerField(null=True, help_text="empty unless every purchase states it")
    tax = models.BigIntegerField(null=True, help_text="empty unless every purchase states it")
    merchant_amount = models.BigIntegerField(null=True, help_text="empty unless every purchase states it")
    purchases = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tool", "month", "department", "door", "currency", "merchant_currency"],
                name="tool_month_once",
            ),
            models.CheckConstraint(
                condition=Q(door__in=[d.value for d in Door]), name="tool_month_door_known"
            ),
        ]
        indexes = [
            models.Index(fields=["month"], name="tool_month_by_month"),
            # Holds all that a sum by tool and currency asks for of a reader limited to departments.
            models.Index(
                fields=["department", "tool", "currency", "month", "amount"], name="tool_month_of_department"
            ),
        ]


class ToolSpend(models.Model):
    """What was booked on a tool in a month and currency: :class:`ToolMonth` without its parts; in 10⁻⁶.

    Lists and sparklines read this: a tool has a dozen rows here and hundreds there.
    """

    tool = models.ForeignKey(Tool, models.CASCADE, related_name="spend_months", db_index=False)
    month = models.CharField(max_length=7, help_text="YYYY-MM")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(help_text="tax included, as booked by the account")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tool", "month", "currency"], name="tool_spend_once"),
        ]
        indexes = [
            # Holds all that a sum by tool and currency asks for: the table itself is not read.
            models.Index(fields=["tool", "currency", "month", "amount"], name="tool_spend_covering"),
        ]


class ToolPerson(models.Model):
    """A person with evidence of having paid for, signed in to, granted or licensed a tool, ever."""

    tool = models.ForeignKey(Tool, models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, models.CASCADE, related_name="tools")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tool", "person"], name="tool_person_once")]


class Preview(models.Model):
    """An uploaded file that is looked at before anything of it counts: read in, or thrown away.

    A worker says what a scan would find. The file lies in the folder of uploads meanwhile, for a day at most.
    That somebody threw it away stays, without the file and without what was in it.
    """

    path = models.TextField(help_text="our own copy, in a folder of its own")
    file_name = models.CharField(max_length=400)
    connector = models.CharField(max_length=60, blank=True, help_text="empty: recognise it")
    account = models.CharField(max_length=120, blank=True)
    requested_by = models.CharField(max_length=254)
    created_at = models.DateTimeField(auto_now_add=True)
    begun_at = models.DateTimeField(null=True, help_text="when a worker began to read it")
    outcomes = models.JSONField(null=True, help_text="what each file in it would bring; empty: not read yet")
    thrown_away_by = models.CharField(
        max_length=254, blank=True, help_text="who did not want it; the file is gone"
    )
    thrown_away_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(thrown_away_by="", thrown_away_at__isnull=True)
                | (~Q(thrown_away_by="") & Q(thrown_away_at__isnull=False)),
                name="preview_thrown_away_says_who",
                violation_error_message="A file that is thrown away says by whom.",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def readable(self) -> bool:
        """Whether it was looked at and any file in it can be read in."""
        return any(not outcome.get("error") for outcome in self.outcomes or ())


class ToolDepartment(models.Model):
    """What the records of one department's people say of a tool: all that a reader limited to it may see."""

    tool = models.ForeignKey(Tool, models.CASCADE, related_name="in_departments")
    department = models.CharField(max_length=120)
    first_seen = models.DateField()
    last_seen = models.DateField()
    doors = models.JSONField(default=list)
    sources = models.JSONField(default=list, help_text="names of the sources that showed it there")
    people = models.PositiveIntegerField(default=0, help_text="of this department, with evidence of using it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tool", "department"], name="tool_department_once"),
            models.CheckConstraint(condition=~Q(department=""), name="tool_department_is_named"),
            models.CheckConstraint(
                condition=Q(first_seen__lte=F("last_seen")), name="tool_department_first_before_last"
            ),
        ]
        indexes = [models.Index(fields=["department"], name="tool_department_by_name")]


class WrittenOnce(models.QuerySet):
    """Rows that are added and never changed or deleted: logs."""

    def update(self, **values: object) -> NoReturn:
        raise TypeError(f"{self.model.__name__} is a log: add a row instead of changing one")

    def delete(self) -> NoReturn:
        raise TypeError(f"{self.model.__name__} is a log: its rows stay")


class LogRow(models.Model):
    """A row that can be added and read, and nothing else."""

    objects = WrittenOnce.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: object, **options: object) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is a log: add a row instead of changing one")
        super().save(*args, **options)

    def delete(self, *args: object, **options: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is a log: its rows stay")


class DecisionBatch(LogRow):
    """What somebody decided in one go, about one tool or many. Never changed or deleted.

    A batch that undoes another is a batch like any other, and says which.
    """

    actor = models.CharField(max_length=200)
    reason = models.TextField()
    made_at = models.DateTimeField()
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor=""),
                name="decision_batch_says_who",
                violation_error_message="A decision says who took it.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="decision_batch_says_why",
                violation_error_message="A decision says why.",
            ),
            models.CheckConstraint(
                condition=Q(undoes__isnull=True) | ~Q(undoes=F("id")),
                name="decision_batch_undoes_another",
            ),
        ]
        indexes = [models.Index(fields=["made_at"], name="decision_batch_by_time")]

    def __str__(self) -> str:
        return f"decision {self.pk} of {self.actor}"


class ToolDecision(LogRow):
    """A row of the decision log: what a batch changed of one tool. Never changed or deleted.

    Binds to the tool's key, which is permanent, not to a row that roll-ups may make anew.
    """

    batch = models.ForeignKey(DecisionBatch, models.PROTECT, related_name="decisions")
    tool = models.CharField(max_length=160)
    before = models.JSONField(help_text="column → value, of what changed")
    after = models.JSONField(help_text="the same columns → new value")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "tool"], name="tool_decided_once_a_batch"),
        ]
        indexes = [models.Index(fields=["tool"], name="tool_decision_by_tool")]

    def __str__(self) -> str:
        return f"{self.tool}: {', '.join(self.after)}"


class FlagState(models.TextChoices):
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Risk accepted")
    CLOSED = "closed", _("Closed")


class FlagSeverity(models.TextChoices):
    CRITICAL = "critical", _("Critical")
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class FlagSubject(models.TextChoices):
    TOOL = "tool", _("Tool")
    APP = "app", _("App that nobody knows")
    SOURCE = "source", _("Source")


class Flag(models.Model):
    """A rule's finding on a tool, an app or a source, from when it was found until it holds no more.

    Derived from facts and acceptances, see :mod:`inventory.flags`; never edited.
    """

    State = FlagState

    rule = models.CharField(max_length=60)
    about = models.CharField(max_length=6, choices=FlagSubject)
    subject = models.CharField(max_length=200, help_text="tool key, app's descriptor in hex, source's name")
    subject_name = models.CharField(max_length=200, help_text="as it is called where no catalog knows it")
    severity = models.CharField(max_length=8, choices=FlagSeverity)
    state = models.CharField(max_length=8, choices=FlagState, default=FlagState.OPEN)
    folded_under = models.CharField(
        max_length=60, blank=True, help_text="the stronger rule whose open flag says all there is to do"
    )
    since = models.DateField(help_text="from which day it holds, as the facts tell")
    detail = models.JSONField(help_text="a sentence with its figures, see flags.words")
    evidence = models.CharField(max_length=64, help_text="digest of what an acceptance rests on")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "about", "subject"],
                condition=~Q(state="closed"),
                name="flag_once_while_it_holds",
                violation_error_message="This flag is there already.",
            ),
            models.CheckConstraint(condition=Q(state__in=FlagState.values), name="flag_state_known"),
            models.CheckConstraint(condition=Q(severity__in=FlagSeverity.values), name="flag_severity_known"),
            models.CheckConstraint(condition=Q(about__in=FlagSubject.values), name="flag_subject_known"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="flag_closed_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(folded_under=""), name="flag_folded_only_while_open"
            ),
        ]
        indexes = [models.Index(fields=["about", "subject"], name="flag_by_subject")]

    def __str__(self) -> str:
        return f"{self.rule} on {self.subject}"


class FlagAcceptance(LogRow):
    """That somebody accepts the risk of a flag until a day, as long as its evidence stays the same.

    The newest row for a rule and subject holds; one whose day is over, or without a day, accepts nothing.
    """

    rule = models.CharField(max_length=60)
    about = models.CharField(max_length=6, choices=FlagSubject)
    subject = models.CharField(max_length=200)
    evidence = models.CharField(max_length=64)
    until = models.DateField(null=True, help_text="the last day it holds; empty: taken back")
    actor = models.CharField(max_length=200)
    reason = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor=""),
                name="flag_acceptance_says_who",
                violation_error_message="An acceptance says who accepts.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="flag_acceptance_says_why",
                violation_error_message="An acceptance says why.",
            ),
        ]
        indexes = [models.Index(fields=["about", "subject"], name="flag_acceptance_by_subject")]

    def __str__(self) -> str:
        return f"{self.rule} on {self.subject} until {self.until}"


class OverlapDecisionKind(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted as intended")
    CASE = "case", _("Case")
    REOPENED = "reopened", _("Open again")


class OverlapDecision(LogRow):
    """What somebody decided about the tools of one capability. The newest row for a capability holds."""

    Kind = OverlapDecisionKind

    capability = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=OverlapDecisionKind)
    tools = models.JSONField(help_text="keys of the tools it was decided about")
    until = models.DateField(null=True, help_text="the last day an acceptance holds")
    plan = models.JSONField(default=dict, help_text="of a case: tool → keep, move or retire")
    terms = models.JSONField(default=dict, help_text="of a case: what its saving is worked out from")
    owner = models.CharField(max_length=254, blank=True, help_text="who sees to a case: e-mail address")
    due = models.DateField(null=True, help_text="when a case is to be done")
    actor = models.CharField(max_length=200)
    reason = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=OverlapDecisionKind.values), name="overlap_decision_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind="accepted") | Q(until__isnull=False),
                name="overlap_accepted_until_a_day",
                violation_error_message="An overlap is accepted until a day.",
            ),
            models.CheckConstraint(
                condition=~Q(actor=""),
                name="overlap_decision_says_who",
                violation_error_message="A decision says who took it.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="overlap_decision_says_why",
                violation_error_message="A decision says why.",
            ),
        ]
        indexes = [models.Index(fields=["capability"], name="overlap_decision_by_capability")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.capability}"


class ToolToCheck(models.Model):
    """A tool whose figures or decisions changed since its flags were last worked out."""

    tool = models.CharField(max_length=160, unique=True)
    serial = models.BigIntegerField(
        default=0, help_text="raised with every change, so that a newer one is never lost"
    )


class FlagTurn(models.Model):
    """Raised by every writing of flags, so that flags worked out from older facts are not written.

    One row.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    serial = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_flag_turn")]


class RollupTurn(models.Model):
    """Raised by every writing of figures, so that figures worked out from an older state are not written.

    One row.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    serial = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_rollup_turn")]


class Installation(models.Model):
    """What this installation is. One row, or none before anybody named it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    company = models.CharField(max_length=120, blank=True)
    demo = models.BooleanField(default=False, help_text="holds the sample company: personas may sign in")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_installation")]

    def __str__(self) -> str:
        return self.company or "Penumbra"
