"""Systems that records are pulled from: where they are, with which credential, how far each list is read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Connection(models.Model):
    """A system of the company's, and the credential with which it is asked.

    The credential is sealed to the workers: no page can open it, and none is shown again.
    """

    name = models.CharField(max_length=80, unique=True, help_text="what people call it")
    system = models.CharField(max_length=40, help_text="name of the system, as its connectors say")
    settings = models.JSONField(default=dict, help_text="what is entered of a system and is no secret")
    credential = models.BinaryField(null=True, help_text="secret settings, sealed; empty once deleted")
    credential_at = models.DateTimeField(null=True, help_text="when the credential was last entered")
    test_asked_at = models.DateTimeField(null=True, help_text="a test waits for a worker since")
    tested_at = models.DateTimeField(null=True)
    test_results = models.JSONField(default=list, help_text="[connector, sentence or '' where it works]")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="connection_has_a_name",
                violation_error_message="Say what you call this system.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ConnectionChange(models.Model):
    """Who changed what about a connection, and why. Added to, never changed."""

    connection = models.ForeignKey(Connection, models.PROTECT, related_name="changes")
    what = models.CharField(max_length=40)
    actor = models.CharField(max_length=254)
    reason = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(actor=""), name="connection_change_says_who_and_why"
            ),
        ]


class PulledSource(models.Model):
    """A source whose records are pulled, and how far.

    ``cursor`` moves in the transaction that ends a pull's reading; while one is under way, its scan
    holds a cursor of its own.
    """

    source = models.OneToOneField("discovery.Source", models.PROTECT, primary_key=True, related_name="pulled")
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="lists")
    cursor = models.JSONField(default=dict)
    every_minutes = models.PositiveIntegerField(help_text="between two pulls")
    due_at = models.DateTimeField(help_text="when the next pull begins")
    paused = models.BooleanField(default=False)
    last_success = models.DateTimeField(null=True, help_text="when a pull last read all that there was")
    trouble = models.TextField(blank=True, help_text="what stopped the last pull, in one sentence")
    troubled_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    denied = models.BooleanField(default=False, help_text="the trouble is one that only a person can mend")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(every_minutes__gte=1), name="pulled_source_has_a_rhythm"),
            models.CheckConstraint(
                condition=Q(trouble="", troubled_since__isnull=True, denied=False)
                | (~Q(trouble="") & Q(troubled_since__isnull=False)),
                name="pulled_source_trouble_has_a_beginning",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="pulled_source_by_due")]  # the sweep


class WorkerKey(models.Model):
    """The public key that credentials are sealed to; the private one is the workers' alone. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    public = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_worker_key")]
