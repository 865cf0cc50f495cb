"""Uploaded files that are looked at before anything of them counts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Preview(models.Model):
    """An uploaded file that is looked at before anything of it counts: read in, or thrown away.

    A worker says what a scan would find. The file lies in the folder of uploads meanwhile, for a day at most.
    That somebody threw it away stays, without the file and without what was in it.
    """

    path = models.TextField(help_text="our own copy, in a folder of its own")
    file_name = models.CharField(max_length=400)
    connector = models.CharField(max_length=60, blank=True, help_text="empty: recognise it")
    account = models.CharField(max_length=120, blank=True)
    said = models.JSONField(default=dict, help_text="what a person said of it, see connectors.base.Said")
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
