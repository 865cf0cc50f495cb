"""Days as the company counts them. What depends on "today" is given it; only edges ask here."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings


def day_of(instant: datetime) -> date:
    """The company's calendar day at an instant (aware)."""
    return instant.astimezone(ZoneInfo(settings.PENUMBRA["TIME_ZONE"])).date()
