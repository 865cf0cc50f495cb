"""Tools that wait outside the queue until a day: each with who and why, and taken back like anything else."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.utils.translation import gettext as _

from inventory.company_time import day_of
from inventory.decisions import WrongDecision
from inventory.models import Snooze, Tool


def snooze(
    tools: Collection[str], until: date | None, *, actor: str, reason: str, now: datetime
) -> list[Snooze]:
    """Put tools out of the queue until a day, or back into it (None). Raises WrongDecision."""
    if not reason.strip():
        raise WrongDecision(_("say why: the reason is kept"))
    if until is not None and until <= day_of(now):
        raise WrongDecision(_("a tool is snoozed until a day in the future; name one"))
    known = set(Tool.objects.filter(key__in=tools).values_list("key", flat=True))
    if missing := sorted(set(tools) - known):
        raise WrongDecision(_("the inventory has no %(tool)s") % {"tool": missing[0]})
    return Snooze.objects.bulk_create(
        [
            Snooze(tool=key, until=until, actor=actor.strip(), reason=reason.strip(), made_at=now)
            for key in sorted(known)
        ]
    )


def snoozed(today: date) -> dict[str, Snooze]:
    """Tool → what holds it out of the queue today. One query."""
    newest = {row.tool: row for row in Snooze.objects.order_by("made_at", "pk")}
    return {key: row for key, row in newest.items() if row.until is not None and row.until > today}
