"""``export overlap``: capabilities that two or more tools in use serve, as the overlap page has them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from django.utils import timezone

from discovery.money import as_text
from discovery.purchases import Door
from inventory.company_time import day_of
from inventory.exports.period import Period, Row
from inventory.exports.tools import latest_month, spend_12_months
from inventory.figures import Figures, figures
from inventory.models import Tool
from inventory.money_totals import in_reporting_currency, reporting_currency
from inventory.naming import capabilities_of
from inventory.overlap import building_capabilities, grouped, state_of
from inventory.overlap_decisions import newest_decisions
from inventory.use import in_use, seen_until

COLUMNS = ("capability", "tools", "people_in_common", "spend_12m", "currency", "state")


def rows(period: Period) -> Iterator[Row]:
    """``people_in_common`` counts who was seen with at least two of the tools.

    With a period, tools are in use that have evidence in it. Retired ones never are.
    """
    today = day_of(timezone.now())
    found = figures(since=period.since, until=period.until, reach=period.reader.reach)
    latest = latest_month(found)
    used = found.keys() if period.since or period.until else _in_use(found, today)
    retired = set(Tool.objects.filter(status=Tool.Status.RETIRED).values_list("key", flat=True))
    members = grouped(capabilities_of(used - retired), building_capabilities())
    decisions = newest_decisions(members)
    for capability, tools in members.items():
        seen = Counter(person for key in tools for person in found[key].people)
        spend: dict[str, int] = defaultdict(int)
        for key in tools:
            for currency, amount in spend_12_months(found[key], latest).items():
                spend[currency] += amount
        yield {
            "capability": capability,
            "tools": tools,
            "people_in_common": _in_common(period, len(tools), sum(count > 1 for count in seen.values())),
            "spend_12m": as_text(in_reporting_currency(spend)),
            "currency": reporting_currency(),
            "state": state_of(decisions.get(capability), tools, today).value,
        }


def _in_use(found: Mapping[str, Figures], today: date) -> set[str]:
    until = seen_until(found.values(), today)
    return {key for key, tool in found.items() if in_use(tool.last_used, _last_invoice(tool), until[key])}


def _last_invoice(tool: Figures) -> str | None:
    months = (c.month for c, sums in tool.months.items() if c.door == Door.PROCUREMENT and sums.amount > 0)
    return max(months, default=None)


def _in_common(period: Period, tools: int, people: int) -> int | str | None:
    """In fives of two tools only: of more, the fives of each tool and of all could be played off."""
    told = period.reader.reach.exact or (period.people_told and tools == 2)
    return period.reader.count(people) if told else None
