"""Purchases as a list, each with the records behind it, and how the feeds' totals lead to theirs.

A booked purchase counts once, whatever number of feeds tell of it. What feeds tell beyond that was
counted twice, and the bridge says how much: feeds − counted twice = purchases, to the cent.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from discovery.identity import version_key
from discovery.models import Purchase, Record
from inventory.evidence import in_order_behind
from inventory.figures import DOORS, MONTH, purchases
from inventory.money_totals import reporting_first
from inventory.naming import ToolName, names_of
from inventory.reach import WHOLE, Reach
from inventory.words import DOOR_NAMES, month_title, source_title

#: Days that two purchases may lie apart to be offered as perhaps the same, and how many are offered.
_DAYS_APART = 31
_OFFERED = 10


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to, as the address says it; "" is everything."""

    tool: str = ""
    door: str = ""
    month: str = ""  # YYYY-MM
    source: str = ""

    @classmethod
    def from_address(cls, parameters: Mapping[str, str]) -> Wanted:
        month = parameters.get("month", "")
        return cls(
            tool=parameters.get("tool", ""),
            door=parameters.get("door", ""),
            month=month if _days_of(month) else "",
            source=parameters.get("source", ""),
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.tool or self.door or self.month or self.source)


def _days_of(month: str) -> tuple[date, date] | None:
    """First and last day of YYYY-MM; None where that is no month."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return None
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def found(wanted: Wanted, reach: Reach = WHOLE) -> QuerySet[Purchase]:
    """Booked purchases within reach, with their ``tool`` key."""
    days = _days_of(wanted.month)
    rows = reach.purchases(purchases(*days) if days else purchases())
    if wanted.tool:
        rows = rows.filter(Q(product=wanted.tool) | Q(product="", vendor=wanted.tool))
    if wanted.door:
        rows = rows.filter(door=wanted.door)
    if wanted.source:
        # Read once from the source's side: asked of each purchase, SQLite walks the source's records anew.
        told = Record.objects.filter(current=True, purchase__isnull=False, source__name=wanted.source)
        rows = rows.filter(pk__in=told.values("purchase"))
    return rows


def in_order(rows: QuerySet[Purchase]) -> QuerySet[Purchase]:
    """Newest first, each with its person and the records behind it (``behind``)."""
    return (
        rows.select_related("person")
        .prefetch_related(Prefetch("records", queryset=in_order_behind(), to_attr="behind"))
        .order_by("-date", "-pk")
    )


def named(rows: list[Purchase]) -> list[tuple[Purchase, ToolName]]:
    """Purchases with what their tools are called. Two queries."""
    names = names_of({row.tool: row.vendor for row in rows})
    return [(row, names[row.tool]) for row in rows]


# --- the bridge --------------------------------------------------------------------------------------


@dataclass
class Bridge:
    """How the feeds' totals in one currency lead to the purchases' total; in 10⁻⁶."""

    currency: str
    feeds: list[tuple[str, int, int]] = field(default_factory=list)  # kind of source, amount, records
    purchases: int = 0
    total: int = 0

    @property
    def told(self) -> int:
        return sum(amount for _kind, amount, _records in self.feeds)

    @property
    def twice(self) -> int:
        """What several feeds tell of, beyond once."""
        return self.told - self.total

    @property
    def taken_off(self) -> int:
        return -self.twice

    @property
    def records_twice(self) -> int:
        return sum(records for _kind, _amount, records in self.feeds) - self.purchases


def bridges(rows: QuerySet[Purchase]) -> list[Bridge]:
    """A bridge for each currency, the reporting currency first. Two queries."""
    made: dict[str, Bridge] = {}
    sums = rows.order_by().values("currency").annotate(number=Count("pk"), total=Sum("amount"))
    for row in sums.order_by("currency"):
        made[row["currency"]] = Bridge(row["currency"], [], row["number"], int(row["total"]))
    records = Record.objects.filter(current=True, purchase__in=rows.order_by().values("pk"))
    told = records.values("source__kind", "currency").annotate(number=Count("pk"), total=Sum("amount"))
    for row in told.order_by("source__kind"):
        bridge = made.setdefault(row["currency"], Bridge(row["currency"]))
        bridge.feeds.append((row["source__kind"], int(row["total"]), row["number"]))
    return [made[currency] for currency in reporting_first(dict.fromkeys(made, 0))]


# --- what the list can be narrowed to ------------------------------------------------------------------

Options = list[tuple[str, str, int]]


def options(rows: QuerySet[Purchase]) -> dict[str, Options]:
    """Tools, doors, months and sources of purchases: (value, words, how many). Six queries."""
    rows = rows.order_by()
    tools = {
        row["tool"]: (row["vendor"], row["number"])
        for row in rows.values("tool", "vendor").annotate(number=Count("pk"))
    }
    called = names_of({key: vendor for key, (vendor, _number) in tools.items()})
    doors = dict(rows.values_list("door").annotate(number=Count("pk")))
    months = dict(rows.annotate(month=MONTH).values_list("month").annotate(number=Count("pk")))
    sources: dict[str, int] = defaultdict(int)
    told = Record.objects.filter(current=True, purchase__in=rows.values("pk"))
    for name, number in told.values_list("source__name").annotate(number=Count("purchase", distinct=True)):
        sources[name] = number
    return {
        "tools": sorted(
            ((key, called[key].title, number) for key, (_vendor, number) in tools.items()),
            key=lambda one: one[1].casefold(),
        ),
        "doors": [(key, str(DOOR_NAMES[key]), doors[key]) for key in DOORS if key in doors],
        "months": [(key, month_title(key), months[key]) for key in sorted(months, reverse=True)],
        "sources": [(key, source_title(key), sources[key]) for key in sorted(sources, key=source_title)],
    }


# --- one purchase ---------------------------------------------------------------------------------------


def booking_record(purchase: Purchase, records: list[Record]) -> Record | None:
    """The record that a purchase books under: its date, door and amount are the purchase's."""
    key = bytes(purchase.key)
    return next((one for one in records if version_key(one.identity, one.content) == key), None)


def perhaps_the_same(purchase: Purchase, reach: Reach = WHOLE) -> list[Purchase]:
    """Other purchases of the vendor in the currency, near in time: the nearest in amount first."""
    near = reach.purchases(purchases()).filter(
        vendor=purchase.vendor,
        currency=purchase.currency,
        date__range=(purchase.date - timedelta(_DAYS_APART), purchase.date + timedelta(_DAYS_APART)),
    )
    others = list(in_order(near.exclude(pk=purchase.pk)))

    def distance(other: Purchase) -> tuple[int, int, int]:
        return (abs(other.amount - purchase.amount), abs((other.date - purchase.date).days), other.pk)

    return sorted(others, key=distance)[:_OFFERED]
