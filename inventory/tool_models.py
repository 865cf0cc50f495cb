"""The tools of this company, with figures worked out from records and purchases.

A tool's decisions (status, owners, review date) are people's and are never changed by a scan.
Its figures are derived (see :mod:`inventory.rollups`) and may be thrown away at any time.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from discovery.models import Person
from discovery.purchases import Door


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


class RollupTurn(models.Model):
    """Raised by every writing of figures, so that figures worked out from an older state are not written.

    One row.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    serial = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_rollup_turn")]
