"""``export inventory``: an object for every tool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from discovery.models import Person
from discovery.money import as_text, as_texts
from inventory.contracts import contracts, next_to_end
from inventory.exports.flags import rules_by_tool
from inventory.exports.period import Period, Row
from inventory.exports.readers import Reader
from inventory.figures import Figures, figures, last_months
from inventory.models import Tool
from inventory.money_totals import in_reporting_currency, reporting_currency
from inventory.naming import capabilities_of, names_of
from inventory.ownership import suggest

COLUMNS = (
    "product",
    "product_name",
    "vendor",
    "vendor_name",
    "domain",
    "capabilities",
    "plan",
    "origin",
    "status",
    "review_due",
    "owner",
    "suggested_owner",
    "technical_owner",
    "unowned_since",
    "tags",
    "departments",
    "people",
    "people_count",
    "people_unresolved",
    "spend_total",
    "spend_12m",
    "currency",
    "spend_by_currency",
    "first_seen",
    "last_seen",
    "doors",
    "sources",
    "risk_low",
    "risk_high",
    "contract_end",
    "notice_by",
    "flags",
)

#: Keys whose feature does not exist yet.
_LATER = ("risk_low", "risk_high")


def rows(period: Period) -> Iterator[Row]:
    """Every tool with evidence in the period; without one, also those that people decided about."""
    reader = period.reader
    found = figures(since=period.since, until=period.until, reach=reader.reach)
    decided = {tool.key: tool for tool in Tool.objects.all()}
    if period.since is None and period.until is None and reader.reach.whole:
        for key, tool in decided.items():
            if key not in found and not tool.untouched:
                found[key] = Figures(key, tool.vendor)
    names = names_of({key: tool.vendor for key, tool in found.items()})
    capabilities = capabilities_of(list(found))
    addresses = addresses_of(found, reader)
    latest = latest_month(found)
    unowned = [tool for key, tool in decided.items() if key in found and not tool.owner]
    suggested = suggest(unowned) if reader.operator else {}  # names a person, and why
    rules = rules_by_tool() if reader.reach.whole else {}  # speak of the whole company
    ending = next_to_end(contracts(reach=reader.reach))
    for key in sorted(found):
        tool, name = found[key], names[key]
        decision = decided.get(key) or Tool(key=key, vendor=tool.vendor, first_seen=tool.first_seen)
        owners = suggested.get(key)
        spend = tool.spend
        people = sorted(addresses[person] for person in tool.people) if reader.reach.exact else []
        yield {
            "product": name.product or None,
            "product_name": name.product_name or None,
            "vendor": name.vendor,
            "vendor_name": name.vendor_name,
            "domain": name.domain or None,
            "capabilities": [capability for capability, _ in capabilities[key]],
            "plan": tool.plan or None,
            "origin": name.origin or None,
            "status": decision.status,
            "review_due": decision.review_due,
            "owner": decision.owner or None,
            "suggested_owner": owners[0].email if owners else None,
            "technical_owner": decision.technical_owner or None,
            "unowned_since": decision.unowned_since,
            "tags": decision.tags,
            # Of a few people in several departments the departments would tell how many they are.
            "departments": tool.departments if reader.reach.exact else [],
            "people": people,
            "people_count": reader.count(len(tool.people)) if period.people_told else None,
            "people_unresolved": reader.count(tool.people_unresolved) if period.people_told else None,
            "spend_total": as_text(in_reporting_currency(spend)),
            "spend_12m": as_text(in_reporting_currency(spend_12_months(tool, latest))),
            "currency": reporting_currency(),
            "spend_by_currency": as_texts(spend),
            "first_seen": tool.first_seen,
            "last_seen": tool.last_seen,
            "doors": tool.doors,
            "sources": tool.sources,
            "contract_end": ending[key].end if key in ending else None,
            "notice_by": ending[key].last_day_of_notice if key in ending else None,
            "flags": rules.get(key, []),
            **dict.fromkeys(_LATER),
        }


def latest_month(found: Mapping[str, Figures]) -> str:
    """The latest month with a booked purchase of any tool, or "".

    Twelve months are counted back from it: today is never assumed, so that the same input gives
    the same figures on any day.
    """
    return max((cell.month for tool in found.values() for cell in tool.months), default="")


def spend_12_months(tool: Figures, latest: str) -> dict[str, int]:
    """Currency → booked amount of the twelve months up to ``latest``."""
    totals: dict[str, int] = defaultdict(int)
    if latest:
        first, last = last_months(latest)
        for cell, sums in tool.months.items():
            if first <= cell.month <= last:
                totals[cell.currency] += sums.amount
    return totals


def addresses_of(found: Mapping[str, Figures], reader: Reader) -> dict[int, str]:
    """Person → e-mail address, or what stands for it, for everybody in these figures."""
    wanted = {person for tool in found.values() for person in tool.people}
    everybody = Person.objects.order_by().iterator()
    return {person.pk: reader.address(person) for person in everybody if person.pk in wanted}
