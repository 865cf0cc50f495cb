"""What this installation is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Installation(models.Model):
    """What this installation is. One row, or none before anybody named it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    company = models.CharField(max_length=120, blank=True)
    demo = models.BooleanField(default=False, help_text="holds the sample company: personas may sign in")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_installation")]

    def __str__(self) -> str:
        return self.company or "Penumbra"
