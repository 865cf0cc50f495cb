"""Why we think a tool is used: its records, its purchases with the records behind each, its people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Max, Min, Prefetch, QuerySet, Value, When

from discovery.models import Descriptor, Person, Purchase, Record
from inventory.figures import evidence, purchases, tool_records
from inventory.models import Tool, ToolMonth
from inventory.money_totals import reporting_currency
from inventory.reach import WHOLE, Reach

#: Reasons shown at most: the texts with the most records behind them.
_REASONS = 6


def of_tool(rows: QuerySet[Record], tool: Tool) -> QuerySet[Record]:
    """Those records, which know their ``tool``, that are of this one; found by the index of vendors.

    That index leaves out texts without a vendor, and a database uses it only where a query says the
    same in words: without them the page of a tool reads every record there is.
    """
    return rows.filter(tool=tool.key, descriptor__vendor=tool.vendor).exclude(descriptor__vendor="")


def records_of(tool: Tool, reach: Reach = WHOLE) -> QuerySet[Record]:
    """Records of a tool, newest first, attempts among them."""
    return (
        of_tool(reach.records(tool_records()), tool)
        .select_related("source", "person", "descriptor")
        .order_by("-date", "source__name", "-pk")
    )


def purchases_of(tool: Tool, reach: Reach = WHOLE) -> QuerySet[Purchase]:
    """Booked purchases of a tool, newest first, each with the records behind it."""
    of_it = booked_purchases(reach).filter(tool=tool.key, vendor=tool.vendor)
    return of_it.order_by("-date", "-pk")


def booked_purchases(
    reach: Reach = WHOLE, since: date | None = None, until: date | None = None
) -> QuerySet[Purchase]:
    """Booked purchases of all tools, with ``tool``, the payer, and as ``behind`` the records of each."""
    return (
        reach.purchases(purchases(since, until))
        .select_related("person")
        .prefetch_related(Prefetch("records", queryset=in_order_behind(), to_attr="behind"))
    )


def in_order_behind() -> QuerySet[Record]:
    """Current records as they stand behind a purchase: what charged it, then the metered use that it pays
    for, of which there may be a month's worth. Each by day.
    """
    use_last = Case(When(kind=Record.Kind.USAGE, then=Value(1)), default=Value(0))
    return Record.objects.filter(current=True).select_related("source").order_by(use_last, "date", "pk")


def people_of(tool: Tool, reach: Reach = WHOLE) -> QuerySet[Person]:
    """People with evidence of use, in no order."""
    return reach.people(Person.objects.filter(tools__tool=tool)).order_by()


@dataclass(frozen=True)
class Reason:
    """A text as it came, with what it was taken for and how much hangs on it."""

    descriptor: Descriptor
    records: int
    sources: list[str]
    first: object
    last: object

    @property
    def shown(self) -> str:
        """The text's normal form, or the evidence it consists of."""
        return self.descriptor.form or self.descriptor.host or self.descriptor.client_id


def reasons_of(tool: Tool, reach: Reach = WHOLE) -> tuple[list[Reason], int]:
    """The texts with the most records that a tool was recognised by, and how many texts there are.

    Two queries.
    """
    grouped: dict[int, list[dict[str, object]]] = defaultdict(list)
    rows = (
        of_tool(reach.records(evidence()), tool)
        .values("descriptor_id", "source__name")
        .annotate(count=Count("pk"), first=Min("date"), last=Max("date"))
        .order_by("source__name")
    )
    for row in rows:
        grouped[row["descriptor_id"]].append(row)
    counts = {number: sum(row["count"] for row in rows) for number, rows in grouped.items()}
    most = sorted(grouped, key=lambda number: (-counts[number], number))[:_REASONS]
    texts = Descriptor.objects.in_bulk(most)
    reasons = [
        Reason(
            descriptor=texts[number],
            records=counts[number],
            sources=[str(row["source__name"]) for row in grouped[number]],
            first=min(row["first"] for row in grouped[number]),
            last=max(row["last"] for row in grouped[number]),
        )
        for number in most
        if number in texts
    ]
    return reasons, len(grouped)


@dataclass(frozen=True)
class MonthLine:
    """A month's spend in one currency, by door; ``share`` of the largest month in per cent."""

    month: str
    currency: str
    doors: dict[str, int]
    total: int
    share: int


def months_of(tool: Tool, reach: Reach = WHOLE) -> list[MonthLine]:
    """Spend by month, newest first, a line for each currency, the reporting currency first."""
    doors: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in reach.months(ToolMonth.objects.filter(tool=tool)):
        doors[row.month, row.currency][row.door] += row.amount
    totals = {key: sum(by_door.values()) for key, by_door in doors.items()}
    largest: dict[str, int] = defaultdict(int)
    for (_, currency), total in totals.items():
        largest[currency] = max(largest[currency], total)
    wanted = reporting_currency()
    in_order = sorted(doors, key=lambda key: (key[1] != wanted, key[1]))
    in_order.sort(key=lambda key: key[0], reverse=True)
    return [
        MonthLine(
            month=month,
            currency=currency,
            doors=dict(doors[month, currency]),
            total=totals[month, currency],
            share=max(0, totals[month, currency] * 100 // largest[currency]) if largest[currency] else 0,
        )
        for month, currency in in_order
    ]
