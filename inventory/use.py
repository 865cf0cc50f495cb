"""Whether a tool is in use: by evidence, seen from the last day that its sources tell of.

A seat that nobody sits in is no use: a licence counts on the day on which its person was last active.

A source that nobody read for a while makes no tool unused: "we could not look" is not "it is gone".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from django.db.models import Max

from discovery.models import Coverage, Scan
from discovery.purchases import Door
from inventory.figures import last_months
from inventory.flags.facts import USE_WINDOW
from inventory.models import Tool, ToolMonth


def told_until(today: date) -> dict[str, date]:
    """Source → the last day, not after today, that its files tell of. One query.

    A source whose files say nothing of days is left out.
    """
    days = (
        Coverage.objects.filter(scan__state=Scan.State.DONE)
        .values_list("source__name")
        .annotate(last=Max("last_day"))
        .order_by()
    )
    return {name: min(last, today) for name, last in days}


class Seen(Protocol):
    """What is asked of a tool here: it, or its figures."""

    key: str
    last_seen: date | None
    sources: list[str]


def seen_until(tools: Iterable[Seen], today: date) -> dict[str, date]:
    """Tool → the last day that any of its sources tells of, today at the latest. One query.

    Where files say nothing of days, what they showed last speaks for them.
    """
    tools = list(tools)
    told = told_until(today)
    shown: dict[str, date] = {}
    for tool in tools:
        for name in tool.sources:
            if name not in told and tool.last_seen:
                shown[name] = max(min(tool.last_seen, today), shown.get(name, date.min))
    told = shown | told
    return {
        tool.key: max((told[name] for name in tool.sources if name in told), default=today) for tool in tools
    }


def last_invoices(tools: Iterable[Tool]) -> dict[int, str]:
    """Tool → the last month in which procurement bought it. One query."""
    months = ToolMonth.objects.filter(door=Door.PROCUREMENT, amount__gt=0)
    numbers = [tool.pk for tool in tools]
    if len(numbers) < 500:
        months = months.filter(tool__in=numbers)
    return dict(months.values_list("tool").annotate(last=Max("month")).order_by())


def in_use(last_used: date | None, last_invoice: str | None, until: date) -> bool:
    """Whether somebody used it within the window before ``until``, or it was invoiced within a year."""
    if last_used is not None and last_used > until - USE_WINDOW:
        return True
    return last_invoice is not None and last_invoice >= last_months(until.isoformat()[:7])[0]


def tools_in_use(tools: Iterable[Tool], today: date) -> set[str]:
    """Keys of those in use and not retired. Two queries."""
    tools = list(tools)
    until, invoices = seen_until(tools, today), last_invoices(tools)
    return {
        tool.key
        for tool in tools
        if tool.status != Tool.Status.RETIRED
        and in_use(tool.last_used, invoices.get(tool.pk), until[tool.key])
    }
