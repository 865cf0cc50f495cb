"""Files of the watched folder, as they were when they were taken."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class WatchedFile(models.Model):
    """A file that was found in the watched folder. While it stays as it is it is not taken again."""

    path = models.CharField(max_length=1_000, unique=True, help_text="within the folder")
    size = models.BigIntegerField(help_text="bytes")
    modified_ns = models.BigIntegerField(help_text="when it was last written, as its file system tells")
    taken_at = models.DateTimeField(help_text="when a worker last began with it")
    scans_begun = models.BooleanField(
        default=False, help_text="false while a worker is at it, or was stopped"
    )
    refused = models.TextField(blank=True, help_text="what of it cannot be read, a sentence a line")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(path=""), name="watched_file_has_a_path"),
        ]
        indexes = [models.Index(fields=["path"], name="watched_file_refused", condition=~Q(refused=""))]

    def __str__(self) -> str:
        return self.path
