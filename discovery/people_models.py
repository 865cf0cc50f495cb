"""People whom records are about, and what directories state of them."""

from django.db import models

from discovery.scan_models import Scan, Source


class Person(models.Model):
    """Somebody records are about: from a directory, or an e-mail address that a record states.

    Derived from directory entries and records; never edited.
    """

    email = models.CharField(max_length=254, unique=True, help_text="the main address, lower case")
    name = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=120, blank=True)
    cost_centre = models.CharField(max_length=60, blank=True)
    active = models.BooleanField(default=True)
    in_directory = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name or self.email


class DirectoryEntry(models.Model):
    """A version of a person as one directory stated it."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="directory_entries")
    identity = models.BinaryField(max_length=16)
    content = models.BinaryField(max_length=8)
    current = models.BooleanField(default=True)
    email = models.CharField(max_length=254, blank=True)
    login = models.CharField(max_length=254, blank=True)
    aliases = models.JSONField(default=list)
    name = models.CharField(max_length=200, blank=True)
    given_name = models.CharField(max_length=120, blank=True)
    family_name = models.CharField(max_length=120, blank=True)
    department = models.CharField(max_length=120, blank=True)
    cost_centre = models.CharField(max_length=60, blank=True)
    manager = models.CharField(max_length=254, blank=True)
    active = models.BooleanField(default=True)
    stated_at = models.CharField(max_length=40, blank=True)
    scan = models.ForeignKey(Scan, models.PROTECT, related_name="+", help_text="the scan that stored it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "identity", "content"], name="directory_version_once"),
        ]
