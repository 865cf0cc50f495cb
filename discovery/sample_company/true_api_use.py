"""What metered use of an API comes to, beside the purchases that may pay for it.

A month of use is paid for by money that went to the same vendor, for the API or for nothing that is told,
in that month or the next up to its fifteenth; an invoice pays on any day of both. Then the use explains the
first such purchase. Else it is a purchase itself, once, through the door "model API".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from discovery.sample_company.world import ApiUse, Feed, World

if TYPE_CHECKING:
    from discovery.sample_company.truth import TruePurchase

_LAST_DAY = 15
_DOORS = ("procurement", "model_api", "cloud_bill", "corporate_card", "employee_expense")
#: Within a door what a bank says comes after what others say.
_OF_BANKS = (Feed.BANK.value, Feed.STATEMENT.value)


@dataclass(frozen=True, slots=True)
class TrueMetered:
    """What an account was metered at in a month. ``counts``: nothing that went out covers it."""

    month: str
    account: str
    tool: str
    currency: str
    amount: int
    counts: bool
    first_day: str
    department: str  # of the purchase that it explains


def metered(world: World, purchases: Sequence[TruePurchase]) -> list[TrueMetered]:
    months: dict[tuple[str, str, str, str], list[ApiUse]] = defaultdict(list)
    for use in world.api_use:
        months[f"{use.day:%Y-%m}", use.account, use.product, use.currency].append(use)
    found = []
    for (month, account, tool, currency), uses in sorted(months.items()):
        paid = _first_paid(purchases, tool, month)
        found.append(
            TrueMetered(
                month=month,
                account=account,
                tool=tool,
                currency=currency,
                amount=sum(use.amount for use in uses),
                counts=paid is None,
                first_day=min(use.day for use in uses).isoformat(),
                department=paid.department if paid else "",
            )
        )
    return found


def _first_paid(purchases: Iterable[TruePurchase], tool: str, month: str) -> TruePurchase | None:
    covering = [bought for bought in purchases if _covers(bought, tool, month)]
    return min(covering, key=_turn, default=None)


def _turn(bought: TruePurchase) -> tuple[int, bool, str, str, int]:
    """Which of several is the first: by door, feed, day, and the number that a card programme gave it."""
    own = bought.feeds[0] == Feed.PROGRAMME.value
    return (
        _DOORS.index(bought.door),
        bought.feeds[0] in _OF_BANKS,
        bought.date,
        f"TX{bought.number:09}" if own else "",
        bought.number,
    )


def _covers(bought: TruePurchase, tool: str, month: str) -> bool:
    if bought.amount <= 0 or bought.tool not in (tool, tool.partition("/")[0]) or bought.waits_for:
        return False
    if bought.month == month:
        return True
    day = date.fromisoformat(bought.date)
    in_time = day.day <= _LAST_DAY or Feed.INVOICES.value in bought.feeds
    before = day.month - 1 + 12 * day.year - 1
    return in_time and month == f"{before // 12:04}-{before % 12 + 1:02}"
