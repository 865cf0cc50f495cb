"""Figures of tools as a pure function of current records and booked purchases.

Worked out for whole vendors at a time: purchases of a vendor hang together, and what is known of
the vendor only moves to a product as soon as a twin record names it. Sums run in the database,
on integers of 10⁻⁶.

What counts as evidence: current records whose text stands for an AI tool, and records of a booked
purchase. Refused and failed sign-ins are attempts, not use: they are no evidence. A licence is evidence
that its person may use a tool, on the day of its list; use it is on the day it says it was last used.
A contract is evidence of the tool alone: its owner need not use it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Case, CharField, Count, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Substr

from discovery.connectors.base import Kind
from discovery.models import Descriptor, Person, Purchase, Record
from discovery.purchases import Door
from inventory.plans_paid import named_plans, paid_plans, plans_of_tool

if TYPE_CHECKING:
    from inventory.reach import Reach

#: Kinds of records that show no use by their day.
_NO_USE = (Record.Kind.LICENCE, Record.Kind.CONTRACT)
#: Doors of tools that cost nothing, beside those of purchases.
SSO, GRANT, NETWORK = "sso", "grant", "network"
LICENCE, CODE, DEVICE = "licence", "code", "device"
DOORS = (*(door.value for door in Door), SSO, GRANT, NETWORK, LICENCE, CODE, DEVICE)


class Cell(NamedTuple):
    """What one line of spend is about, apart from its tool."""

    month: str
    department: str
    door: str
    currency: str
    merchant_currency: str


class Sums(NamedTuple):
    """A line of spend; a part that not every purchase states is None, never a partial sum."""

    amount: int
    net: int | None
    tax: int | None
    merchant_amount: int | None
    purchases: int


@dataclass
class DepartmentFigures:
    """What the records of one department say of a tool."""

    first_seen: date
    last_seen: date
    doors: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    people: int = 0


@dataclass
class Figures:
    """What records and purchases say of one tool."""

    key: str
    vendor: str
    people: set[int] = field(default_factory=set)
    people_unresolved: int = 0
    first_seen: date | None = None
    last_seen: date | None = None
    last_used: date | None = None  # as last_seen, but that a seat alone is no use
    doors: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)
    plan: str = ""
    likely_plans: list[str] = field(default_factory=list)
    months: dict[Cell, Sums] = field(default_factory=dict)
    in_departments: dict[str, DepartmentFigures] = field(default_factory=dict)

    @property
    def spend(self) -> dict[str, int]:
        """Booked amount by currency."""
        totals: dict[str, int] = defaultdict(int)
        for cell, sums in self.months.items():
            totals[cell.currency] += sums.amount
        return dict(sorted(totals.items()))


#: The tool of a record: its purchase may know the product where its own text tells the vendor only.
RECORD_TOOL = Case(
    When(purchase__product__gt="", then=F("purchase__product")),
    When(descriptor__product__gt="", then=F("descriptor__product")),
    When(purchase__vendor__gt="", then=F("purchase__vendor")),
    default=F("descriptor__vendor"),
    output_field=CharField(),
)
#: The department of a record: its person's, else that of its purchase.
RECORD_DEPARTMENT = Case(
    When(person__department__gt="", then=F("person__department")),
    When(purchase__department__gt="", then=F("purchase__department")),
    default=Value(""),
    output_field=CharField(),
)
PURCHASE_TOOL = Case(When(product__gt="", then=F("product")), default=F("vendor"), output_field=CharField())
MONTH = Substr(Cast("date", CharField()), 1, 7)

_UNRESOLVED = Case(
    When(card__gt="", then=F("card")),
    When(login__gt="", then=F("login")),
    default=F("person_name"),
    output_field=CharField(),
)


def tool_records(since: date | None = None, until: date | None = None) -> QuerySet[Record]:
    """Current records of tools with their ``tool`` key, attempts included. Days are inclusive."""
    recognised = Q(descriptor__state=Descriptor.State.AI) | Q(purchase__booked=True)
    records = Record.objects.filter(recognised, current=True).annotate(tool=RECORD_TOOL)
    return _within(records.exclude(tool=""), since, until)


def evidence(since: date | None = None, until: date | None = None) -> QuerySet[Record]:
    """Current records that show a tool in use, with their ``tool`` key."""
    return tool_records(since, until).filter(attempt=False)


def purchases(since: date | None = None, until: date | None = None) -> QuerySet[Purchase]:
    """Booked purchases with their ``tool`` key."""
    booked = Purchase.objects.filter(booked=True).annotate(tool=PURCHASE_TOOL).exclude(tool="")
    return _within(booked, since, until)


def _within(rows: QuerySet[Any], since: date | None, until: date | None) -> QuerySet[Any]:
    if since:
        rows = rows.filter(date__gte=since)
    if until:
        rows = rows.filter(date__lte=until)
    return rows


def figures(
    vendors: Collection[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    reach: Reach | None = None,
) -> dict[str, Figures]:
    """Tool key → figures, for some vendors or all, from evidence of some days or all.

    Nine queries; ten within a reach of some departments, which counts these departments' people only.
    """
    records, booked = evidence(since, until), purchases(since, until)
    if reach is not None:
        records, booked = reach.records(records), reach.purchases(booked)
    if vendors is not None:
        # By subquery, and not by the join alone: else SQLite walks every record for each few vendors.
        theirs = Descriptor.objects.filter(~Q(vendor=""), vendor__in=vendors)
        records = records.filter(descriptor__in=theirs)
        booked = booked.filter(vendor__in=vendors)
    tools: dict[str, Figures] = {}
    _add_presence(tools, records)
    department_of = _add_people(tools, records.exclude(kind=Record.Kind.CONTRACT))
    _add_spend(tools, booked)
    _add_departments(tools, records.exclude(kind=Record.Kind.CONTRACT), department_of)
    _add_plans(tools, records, booked)
    if reach is not None and not reach.whole:
        _keep_people(tools, set(reach.people(Person.objects.order_by()).values_list("pk", flat=True)))
    return tools


def _keep_people(tools: dict[str, Figures], within: set[int]) -> None:
    for tool in tools.values():
        tool.people &= within
        tool.people_unresolved = 0  # who nobody is known for belongs to no department
        tool.plan, tool.likely_plans = "", []


def _tool(tools: dict[str, Figures], key: str, vendor: str) -> Figures:
    return tools.setdefault(key, Figures(key, vendor))


def _widen(tool: Figures, first: date, last: date, used: date | None) -> None:
    tool.first_seen = min(first, tool.first_seen or first)
    tool.last_seen = max(last, tool.last_seen or last)
    tool.last_used = max((day for day in (used, tool.last_used) if day), default=None)


def _add_presence(tools: dict[str, Figures], records: QuerySet[Record]) -> None:
    """When, where and through which free door a tool was seen."""
    seen = (
        records.values("tool", "descriptor__vendor", "source__name", "source__kind", "kind")
        .annotate(first=Min("date"), last=Max("date"), active=Max("last_active"))
        .order_by()
    )
    for row in seen:
        tool = _tool(tools, row["tool"], row["descriptor__vendor"])
        used = row["active"] if row["kind"] in _NO_USE else row["last"]
        _widen(tool, row["first"], row["last"], used)
        if row["source__name"] not in tool.sources:
            tool.sources.append(row["source__name"])
        door = _free_door(row)
        if door and door not in tool.doors:
            tool.doors.append(door)
    for tool in tools.values():
        tool.sources.sort()
        tool.doors.sort(key=DOORS.index)


def _free_door(row: dict[str, Any]) -> str:
    """The door of records that cost nothing; "" for spend, whose purchase knows its door."""
    if row["kind"] == Record.Kind.SPEND:
        return ""
    match row["kind"], row["source__kind"]:
        case _, Kind.NETWORK:
            return NETWORK
        case Record.Kind.GRANT, _:
            return GRANT
        case Record.Kind.CONTRACT, _:
            return Door.PROCUREMENT.value
        case Record.Kind.LICENCE, _:
            return LICENCE
        case Record.Kind.USAGE, kind:
            return Door.CLOUD_BILL.value if kind == Kind.CLOUD else Door.MODEL_API.value
        case Record.Kind.SEEN, kind:
            return CODE if kind == Kind.CODE else DEVICE
    return SSO


def _add_people(tools: dict[str, Figures], records: QuerySet[Record]) -> dict[int, str]:
    """The people of each tool; returns the department of each."""
    department_of = {}
    known = records.filter(person__isnull=False).values_list("tool", "person_id", "person__department")
    for key, person, department in known.distinct().order_by():
        tools[key].people.add(person)
        department_of[person] = department
    unknown = (
        records.filter(person__isnull=True)
        .annotate(handle=_UNRESOLVED)
        .exclude(handle="")
        .values("tool")
        .annotate(handles=Count("handle", distinct=True))
        .order_by()
    )
    for row in unknown:
        tools[row["tool"]].people_unresolved = row["handles"]
    return department_of


def _add_plans(tools: dict[str, Figures], records: QuerySet[Record], booked: QuerySet[Purchase]) -> None:
    named, paid = named_plans(records), paid_plans(booked.annotate(month=MONTH))
    for key in named.keys() | paid.keys():
        tool = tools[key]
        told = plans_of_tool(named[key], paid[key], len(tool.people) + tool.people_unresolved)
        tool.plan, tool.likely_plans = told.plan, list(told.likely)


def _add_spend(tools: dict[str, Figures], booked: QuerySet[Purchase]) -> None:
    paid: dict[str, set[str]] = defaultdict(set)
    for row in spend_lines(booked, "tool", "vendor"):
        tool = _tool(tools, row["tool"], row["vendor"])
        tool.months[cell_of(row)] = sums_of(row)
        paid[tool.key].add(row["door"])
        _widen(tool, row["first_day"], row["last_day"], row["last_day"])
        if row["department"]:
            part = _part(tool, row["department"], row["first_day"], row["last_day"])
            if row["door"] not in part.doors:
                part.doors.append(row["door"])
    for key, doors in paid.items():
        tools[key].doors = sorted(doors, key=DOORS.index)


def spend_lines(booked: QuerySet[Purchase], *by: str) -> QuerySet[Purchase, dict[str, Any]]:
    """Sums by month, department, door and currencies, and by what else is named."""
    return (
        booked.annotate(month=MONTH)
        .values(*by, "month", "department", "door", "currency", "merchant_currency")
        .annotate(
            first_day=Min("date"),
            last_day=Max("date"),
            count=Count("pk"),
            sum_amount=Sum("amount"),
            sum_net=Sum("net"),
            with_net=Count("net"),
            sum_tax=Sum("tax"),
            with_tax=Count("tax"),
            sum_merchant=Sum("merchant_amount"),
            with_merchant=Count("merchant_amount"),
        )
        .order_by()
    )


def cell_of(row: dict[str, Any]) -> Cell:
    return Cell(row["month"], row["department"], row["door"], row["currency"], row["merchant_currency"])


def sums_of(row: dict[str, Any]) -> Sums:
    count = row["count"]

    def whole(total: str, stated: str) -> int | None:
        return int(row[total]) if row[stated] == count else None

    return Sums(
        int(row["sum_amount"]),
        whole("sum_net", "with_net"),
        whole("sum_tax", "with_tax"),
        whole("sum_merchant", "with_merchant"),
        count,
    )


def _add_departments(
    tools: dict[str, Figures], records: QuerySet[Record], department_of: Mapping[int, str]
) -> None:
    """What each department has of a tool: by its people's records, and by its purchases."""
    seen = (
        records.annotate(department_of_it=RECORD_DEPARTMENT)
        .exclude(department_of_it="")
        .values("tool", "department_of_it", "source__name", "source__kind", "kind")
        .annotate(first=Min("date"), last=Max("date"))
        .order_by("source__name")
    )
    for row in seen:
        part = _part(tools[row["tool"]], row["department_of_it"], row["first"], row["last"])
        if row["source__name"] not in part.sources:
            part.sources.append(row["source__name"])
        door = _free_door(row)
        if door and door not in part.doors:
            part.doors.append(door)
    for tool in tools.values():
        people = Counter(department_of[person] for person in tool.people)
        for department, part in tool.in_departments.items():
            part.people = people[department]
            part.doors.sort(key=DOORS.index)
        tool.departments = sorted(tool.in_departments)


def _part(tool: Figures, department: str, first: date, last: date) -> DepartmentFigures:
    part = tool.in_departments.setdefault(department, DepartmentFigures(first, last))
    part.first_seen = min(first, part.first_seen)
    part.last_seen = max(last, part.last_seen)
    return part


def last_months(latest: str, count: int = 12) -> tuple[str, str]:
    """First and last of the ``count`` months up to ``latest`` (all YYYY-MM)."""
    number = int(latest[:4]) * 12 + int(latest[5:]) - count
    return f"{number // 12:04}-{number % 12 + 1:02}", latest
