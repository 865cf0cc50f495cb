"""``export overlap``: capabilities that two or more tools in use have as their primary one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from discovery.money import as_text
from inventory.exports.period import Period, Row
from inventory.exports.tools import latest_month, spend_12_months
from inventory.figures import figures
from inventory.money_totals import in_reporting_currency, reporting_currency
from inventory.naming import capabilities_of

COLUMNS = ("capability", "tools", "people_in_common", "spend_12m", "currency", "state")


def rows(period: Period) -> Iterator[Row]:
    """``people_in_common`` counts who was seen with at least two of the tools; ``state`` comes later."""
    found = figures(since=period.since, until=period.until, reach=period.reader.reach)
    latest = latest_month(found)
    groups: dict[str, list[str]] = defaultdict(list)
    for key, capabilities in capabilities_of(list(found)).items():
        groups[capabilities[0][0]].append(key)
    for capability in sorted(groups):
        tools = sorted(groups[capability])
        if len(tools) < 2:
            continue
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
            "state": None,
        }


def _in_common(period: Period, tools: int, people: int) -> int | str | None:
    """In fives of two tools only: of more, the fives of each tool and of all could be played off."""
    told = period.reader.reach.exact or (period.people_told and tools == 2)
    return period.reader.count(people) if told else None
