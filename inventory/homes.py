"""What the home of finance asks for: this month's money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Sum
from django.utils.translation import gettext as _

from inventory.charts import Bars, stacked
from inventory.figures import DOORS, last_months
from inventory.listing import months_of, spend_window
from inventory.models import ToolMonth
from inventory.money_totals import reporting_currency, reporting_first
from inventory.reach import WHOLE, Reach
from inventory.words import DOOR_NAMES

Sums = dict[str, int]  # currency → 10⁻⁶


@dataclass
class MonthsApart:
    """What one department or door cost in a month and in the one before it."""

    name: object
    now: Sums = field(default_factory=dict)
    before: Sums = field(default_factory=dict)


@dataclass(frozen=True)
class Money:
    """The latest month with a booked purchase, the one before, and the year up to it."""

    window: tuple[str, str]
    month: str
    before: str
    now_total: Sums
    before_total: Sums
    year_total: Sums
    change: int | None  # per cent, in the reporting currency
    change_in: str  # that currency, where a month has amounts in others too: they are not in the change
    unattributed: Sums | None  # None: out of the reader's reach
    unattributed_share: str
    departments: list[MonthsApart]
    doors: list[MonthsApart]
    chart: Bars | None
    by_month: list[tuple[str, Sums]]


def money(reach: Reach = WHOLE) -> Money | None:
    """What AI costs within reach, or None where nothing was bought. Three queries."""
    window = spend_window(reach)
    if not window:
        return None
    month = window[1]
    before = last_months(month, 2)[0]
    departments: dict[str, MonthsApart] = {}
    doors: dict[str, MonthsApart] = {}
    both = reach.months(ToolMonth.objects.filter(month__in=[month, before]))
    rows = both.values("month", "department", "door", "currency")
    for row in rows.annotate(total=Sum("amount")).order_by():
        for found, key, name in (
            (departments, row["department"], row["department"]),
            (doors, row["door"], DOOR_NAMES[row["door"]]),
        ):
            line = found.setdefault(key, MonthsApart(name))
            sums = line.now if row["month"] == month else line.before
            sums[row["currency"]] = sums.get(row["currency"], 0) + int(row["total"])
    by_month = _by_month(window, reach)
    now_total, before_total = by_month.get(month, {}), by_month.get(before, {})
    unattributed = departments[""].now if "" in departments else {}
    currency = reporting_currency()
    return Money(
        window=window,
        month=month,
        before=before,
        now_total=reporting_first(now_total),
        before_total=reporting_first(before_total),
        year_total=reporting_first(_together(by_month.values())),
        change=_change(now_total.get(currency, 0), before_total.get(currency, 0)),
        change_in=currency if {*now_total, *before_total} - {currency} else "",
        unattributed=unattributed if reach.whole else None,
        unattributed_share=_share(unattributed.get(currency, 0), now_total.get(currency, 0)),
        departments=[departments[key] for key in sorted(departments, key=lambda name: (not name, name))],
        doors=[doors[door] for door in DOORS if door in doors],
        chart=_chart(by_month, months_of(window)),
        by_month=[(key, reporting_first(by_month.get(key, {}))) for key in reversed(months_of(window))],
    )


def _by_month(window: tuple[str, str], reach: Reach) -> dict[str, Sums]:
    found: dict[str, Sums] = defaultdict(dict)
    months = reach.spend().filter(month__gte=window[0], month__lte=window[1])
    rows = months.values_list("month", "currency")
    for month, currency, total in rows.annotate(total=Sum("amount")).order_by():
        found[month][currency] = int(total)
    return found


def _together(parts: object) -> Sums:
    total: Sums = defaultdict(int)
    for sums in parts:
        for currency, amount in sums.items():
            total[currency] += amount
    return total


def _change(now: int, before: int) -> int | None:
    return round(100 * (now - before) / before) if before > 0 else None


def _share(part: int, whole: int) -> str:
    """Per cent with one digit; "" where there is nothing to take a share of."""
    return f"{100 * part / whole:.1f}" if whole > 0 else ""


def _chart(by_month: Mapping[str, Sums], months: list[str]) -> Bars | None:
    currency = reporting_currency()
    amounts = {month: sums.get(currency, 0) for month, sums in by_month.items()}
    if not any(amount > 0 for amount in amounts.values()):
        return None
    label = _("Spend by month, %(currency)s; the table holds the same figures") % {"currency": currency}
    return stacked(label, months, {"all": amounts}, "c1", {"all": _("all tools, %s") % currency})
