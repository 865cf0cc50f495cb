"""The list of tools: searched, filtered, sorted, with the totals of what is shown.

An inventory has hundreds of tools, not millions: a little of each is read, in a fixed number of
queries, and narrowed here; the rest only of those that a page shows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Max, Sum

from inventory.figures import DOORS, last_months
from inventory.head_counts import coarse, total_shown
from inventory.models import Tool, ToolMonth, ToolPerson, ToolStatus
from inventory.money_totals import reporting_currency, reporting_first
from inventory.naming import ToolName, capabilities_of, names_of
from inventory.reach import WHOLE, Reach

DOOR_NAMES = {
    "procurement": "Procurement",
    "model_api": "Model API",
    "cloud_bill": "Cloud bill",
    "corporate_card": "Corporate card",
    "employee_expense": "Employee expense",
    "sso": "Sign-in",
    "grant": "Grant",
    "network": "Network",
}
#: The same where room is scarce.
_SHORT_DOORS = {
    **{key: name.lower() for key, name in DOOR_NAMES.items()},
    "corporate_card": "card",
    "employee_expense": "expense",
}
SORTS = {"spend": "spend", "people": "people", "name": "name", "first": "first seen", "last": "last seen"}


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; words it does not know count as not asked."""

    query: str = ""
    status: str = ""
    door: str = ""
    sort: str = "spend"

    @classmethod
    def from_address(cls, address: Mapping[str, str]) -> Wanted:
        status, door, sort = (address.get(name, "") for name in ("status", "door", "sort"))
        return cls(
            query=address.get("q", "").strip()[:200],
            status=status if status in ToolStatus.values else "",
            door=door if door in DOORS else "",
            sort=sort if sort in SORTS else "spend",
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.query or self.status or self.door)


@dataclass(frozen=True)
class Line:
    """A tool as the list shows it."""

    tool: Tool
    name: ToolName
    capability: str
    spend: dict[str, int]  # currency → the twelve months' amount

    @property
    def doors(self) -> str:
        return ", ".join(_SHORT_DOORS[door] for door in self.tool.doors)


class Entry(NamedTuple):
    """What narrowing and sorting need of a tool: little, since every tool is asked for it."""

    pk: int
    key: str
    status: str
    doors: list[str]
    people: int
    first_seen: date | None
    last_seen: date | None
    name: ToolName
    spend: Mapping[str, int]


@dataclass(frozen=True)
class Listing:
    """Entries in order, and totals over all of them."""

    entries: list[Entry]
    all_tools: int
    undecided: int
    people_shown: str  # each person once; as exact as the reader may know
    spend: dict[str, int]
    window: tuple[str, str] | None
    statuses: dict[str, int] = field(default_factory=dict)
    doors: dict[str, int] = field(default_factory=dict)  # door → tools that came in by it


def listing(wanted: Wanted, reach: Reach = WHOLE) -> Listing:
    """Tools as wanted and within reach. Six queries at most, nine within departments, however many tools."""
    entries, window = _entries(reach)
    shown = sorted(_narrowed(entries, wanted), key=_SORT_KEYS[wanted.sort])
    total: dict[str, int] = defaultdict(int)
    for entry in shown:
        for currency, amount in entry.spend.items():
            total[currency] += amount
    people = reach.users(ToolPerson.objects.all())
    if wanted.narrowed:
        people = people.filter(tool__in=[entry.pk for entry in shown])
    statuses = Counter(entry.status for entry in entries)
    doors = Counter(door for entry in entries for door in entry.doors)
    return Listing(
        entries=shown,
        all_tools=len(entries),
        undecided=statuses[ToolStatus.DISCOVERED],
        people_shown=total_shown(
            people.values("person").distinct().count() if reach.exact else 0,
            (entry.people for entry in shown),
            reach.exact,
        ),
        spend=reporting_first(total),
        window=window,
        statuses=dict(statuses),
        doors=dict(doors),
    )


def lines(entries: Sequence[Entry], reach: Reach = WHOLE) -> list[Line]:
    """The lines of some entries, as a page shows them. Two queries, five within departments."""
    within = reach.tools(Tool.objects.filter(pk__in=[entry.pk for entry in entries]))
    tools = {tool.pk: tool for tool in within}
    capabilities = capabilities_of([entry.name.product for entry in entries if entry.name.product])
    return [
        Line(
            tools[entry.pk],
            entry.name,
            _primary(capabilities.get(entry.key)),
            reporting_first(entry.spend),
        )
        for entry in entries
        if entry.pk in tools  # it may have lost its evidence a moment ago
    ]


def _entries(reach: Reach) -> tuple[list[Entry], tuple[str, str] | None]:
    window = spend_window(reach)
    spend = _spend(window, reach)
    rows = _rows(reach)
    names = names_of({row[1]: row[-1] for row in rows})
    return [Entry(*row[:-1], names[row[1]], spend.get(row[0], {})) for row in rows], window


_COLUMNS = ("pk", "key", "status", "doors", "people_count", "first_seen", "last_seen", "vendor")


def _rows(reach: Reach) -> list[tuple[Any, ...]]:
    """``_COLUMNS`` of the tools within reach. Of the whole company without making objects of them."""
    if not reach.whole:
        tools = reach.tools(Tool.objects.only(*_COLUMNS, "people_unresolved").order_by("key"))
        return [tuple(getattr(tool, column) for column in _COLUMNS) for tool in tools]
    rows = list(Tool.objects.order_by("key").values_list(*_COLUMNS))
    if reach.exact:
        return rows
    people = _COLUMNS.index("people_count")
    return [(*row[:people], coarse(row[people]), *row[people + 1 :]) for row in rows]


def spend_window(reach: Reach = WHOLE) -> tuple[str, str] | None:
    """The twelve months up to the latest with a booked purchase, or None where nothing was bought."""
    latest = reach.months(ToolMonth.objects.all()).aggregate(latest=Max("month"))["latest"]
    return last_months(latest) if latest else None


def _spend(window: tuple[str, str] | None, reach: Reach) -> dict[int, dict[str, int]]:
    """Tool → currency → booked amount of the window."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    if window:
        months = reach.months(ToolMonth.objects.filter(month__gte=window[0], month__lte=window[1]))
        sums = months.values_list("tool", "currency").annotate(total=Sum("amount")).order_by()
        for tool, currency, total in sums:
            found[tool][currency] = int(total)
    return found


def _primary(capabilities: Sequence[tuple[str, str]] | None) -> str:
    return capabilities[0][1] if capabilities else ""


def _narrowed(entries: Sequence[Entry], wanted: Wanted) -> Iterator[Entry]:
    words = wanted.query.casefold().split()
    capabilities = capabilities_of([entry.name.product for entry in entries]) if words else {}
    for entry in entries:
        if wanted.status and entry.status != wanted.status:
            continue
        if wanted.door and wanted.door not in entry.doors:
            continue
        if words:
            name = entry.name
            does = _primary(capabilities.get(entry.key))
            text = " ".join((name.title, name.vendor_name, name.domain, does, entry.key)).casefold()
            if not all(word in text for word in words):
                continue
        yield entry


def _by_spend(entry: Entry) -> tuple[object, ...]:
    """The reporting currency decides; amounts in others cannot be compared and come after."""
    amount = entry.spend.get(reporting_currency(), 0)
    return -amount, not entry.spend, entry.name.title.casefold(), entry.key


_NEVER = date.min
_SORT_KEYS = {
    "spend": _by_spend,
    "people": lambda entry: (-entry.people, entry.name.title.casefold(), entry.key),
    "name": lambda entry: (entry.name.title.casefold(), entry.key),
    "first": lambda entry: (-(entry.first_seen or _NEVER).toordinal(), entry.key),
    "last": lambda entry: (-(entry.last_seen or _NEVER).toordinal(), entry.key),
}
