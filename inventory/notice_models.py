"""Notices: what happened, who is told of it by mail, and which other programs are told by webhook.

The tables are the outbox: they say what is to be sent. Who sends claims a row by raising its
``lease`` and may write the outcome only while it holds that number.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    """The value stands in what webhooks are sent: never reuse one."""

    FLAG_OPENED = "flag.opened", _("A flag opened")
    FLAG_CLOSED = "flag.closed", _("A flag closed")
    TOOL_SEEN = "tool.seen", _("A tool was seen for the first time")
    TOOL_DECIDED = "tool.decided", _("A decision was made")
    REVIEW_NEAR = "tool.review_near", _("A review date is near")
    OWNER_ASKED = "owner.asked", _("An owner was asked")
    DECLARATION_ANSWERED = "declaration.answered", _("A declaration was answered")
    SOURCE_FIRST_READ = "source.first_read", _("A source was read for the first time")
    SOURCE_SILENT = "source.silent", _("A source is silent")
    SUMMARY = "inventory.changed", _("Much changed at once")


class Severity(models.TextChoices):
    """As of flags, the most severe first."""

    CRITICAL = "critical", _("Critical")
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


def new_event_id() -> str:
    return f"evt_{uuid.uuid4().hex}"


class Notice(models.Model):
    """Something that happened, once. What it holds names things and counts, never persons.

    ``to`` alone is a person's: whom it is for where it is for one only. It is sent to nobody else, and
    in no webhook.
    """

    Kind = NoticeKind

    kind = models.CharField(max_length=24, choices=NoticeKind)
    of = models.CharField(max_length=240, help_text="what happened, so that it is told once")
    event_id = models.CharField(max_length=40, default=new_event_id, unique=True, editable=False)
    happened_at = models.DateTimeField()
    made_at = models.DateTimeField()
    severity = models.CharField(max_length=8, choices=Severity, blank=True, help_text="of a flag")
    tools = models.JSONField(default=list, help_text="keys of the tools it is about")
    facts = models.JSONField(default=dict, help_text="names of things and counts")
    to = models.CharField(max_length=254, blank=True, help_text="e-mail address of the one it is for")
    summed_in = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="parts", help_text="the summary that tells of it"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "of"],
                name="notice_once",
                violation_error_message="This was told already.",
            ),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind_known"),
            models.CheckConstraint(
                condition=Q(severity__in=["", *Severity.values]), name="notice_severity_known"
            ),
        ]
        indexes = [models.Index(fields=["made_at"], name="notice_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.of}"


class NoticeTurn(models.Model):
    """Raised by every gathering of notices, so that two at once do not make two summaries. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    serial = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_notice_turn")]


class Rhythm(models.TextChoices):
    NEVER = "never", _("Never")
    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")


class NoticeChoice(models.Model):
    """How often somebody wants a digest of what concerns one of their roles. Each chooses for oneself."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_choices")
    role = models.CharField(max_length=40)
    rhythm = models.CharField(max_length=6, choices=Rhythm, default=Rhythm.NEVER)
    least = models.CharField(
        max_length=8, choices=Severity, default=Severity.HIGH, help_text="flags from this severity on"
    )
    language = models.CharField(max_length=5)
    since = models.DateTimeField(help_text="what happened before is not sent")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="notice_choice_once_per_role"),
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="notice_rhythm_known"),
            models.CheckConstraint(condition=Q(least__in=Severity.values), name="notice_least_known"),
        ]


class Sending(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    GIVEN_UP = "given_up", _("Given up")


class Outgoing(models.Model):
    """Something to be sent: tried with growing waits until it is sent or given up."""

    State = Sending

    state = models.CharField(max_length=8, choices=Sending, default=Sending.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(help_text="not tried before")
    lease = models.PositiveIntegerField(default=0, help_text="raised by each claim")
    holder = models.CharField(max_length=120, blank=True, help_text="the process that is sending it")
    held_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Digest(Outgoing):
    """One mail to one person about one role and one day or week."""

    choice = models.ForeignKey(NoticeChoice, models.CASCADE, related_name="digests")
    period = models.CharField(max_length=10, help_text="the day, or the Monday of the week, it was made on")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["choice", "period"], name="digest_once_a_period"),
            models.CheckConstraint(condition=Q(state__in=Sending.values), name="digest_state_known"),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="digest_waiting", condition=Q(state="waiting")),
        ]


class DigestLine(models.Model):
    """That a notice stands in a digest: in one of each choice."""

    choice = models.ForeignKey(NoticeChoice, models.CASCADE, related_name="+")
    digest = models.ForeignKey(Digest, models.CASCADE, related_name="lines")
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["choice", "notice"], name="notice_in_one_digest"),
        ]


class Webhook(models.Model):
    """An address of another program that is told of notices, signed."""

    name = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    secret = models.BinaryField(help_text="sealed; shown once when it is made")
    kinds = models.JSONField(default=list, help_text="kinds of notices it is told")
    least = models.CharField(max_length=8, choices=Severity, default=Severity.HIGH)
    active = models.BooleanField(default=True)
    since = models.DateTimeField(help_text="what happened before is not sent")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="webhook_name_once",
                violation_error_message="Another webhook is called so; choose another name.",
            ),
            models.CheckConstraint(condition=Q(least__in=Severity.values), name="webhook_least_known"),
        ]

    def __str__(self) -> str:
        return self.name


class WebhookChange(models.Model):
    """That somebody made, changed or switched a webhook: added, never changed."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="changes")
    what = models.CharField(max_length=20)
    actor = models.CharField(max_length=254)
    reason = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(actor=""),
                name="webhook_change_has_actor_and_reason",
                violation_error_message="Say who changes the webhook, and why.",
            ),
        ]


class Delivery(Outgoing):
    """That a notice is to reach a webhook, once; or a test of it, which is about no notice."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    notice = models.ForeignKey(Notice, models.CASCADE, null=True, related_name="deliveries")
    event_id = models.CharField(max_length=40, help_text="the same whenever it is sent")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event_id"], name="delivery_once_per_event"),
            models.CheckConstraint(condition=Q(state__in=Sending.values), name="delivery_state_known"),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_waiting", condition=Q(state="waiting")),
        ]


class DeliveryTry(models.Model):
    """One attempt to deliver and what the other side said."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="log")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="of HTTP; empty: there was no answer")
    answer = models.CharField(max_length=200, blank=True, help_text="how the answer begins, or what failed")
