"""Metered use → what of it counts as spend, by account and month.

What a model or a cloud service is metered at is no charge: a bill or a card pays for it. So for each
tool, account, month and currency:

1. What passed through a company's own gateway is told twice where a provider or a cloud meters the same
   product in that month, under whatever account.
2. Where several sources tell of one account's month, the one with the most cost is believed.
3. Where a charge, an invoice or bought credit of the same vendor covers the month, the use explains it
   and counts for nothing. A charge that is known to be for another product of the vendor does not.
4. Else it is a purchase, through the door of its source.

A month is covered by money that went out from its first day to the fifteenth of the next month, or by
an invoice of any day of both: use is billed at the beginning of the next month, invoices come later.
A decision of a person that a record of use and a record of a charge are one purchase, or are not, goes
before the rule.

Pure: facts in, months out; storing is :mod:`discovery.derive`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from discovery.purchases import Door, Links

#: The last day of the next month on which a charge still pays for a month (judgement: decision 91).
LAST_DAY = 15


@dataclass(frozen=True, slots=True)
class Metered:
    """One record of metered use with its cost."""

    record: int
    key: bytes  # decisions bind to it
    version: bytes
    source: str
    account: str
    date: date
    amount: int
    currency: str
    product: str
    door: Door
    booked: bool
    department: str = ""
    text: str = ""
    own_id: str = ""
    gateway: bool = False  # it passed through to a provider, which meters it too

    def order(self) -> tuple[Any, ...]:
        return self.date, self.source, self.own_id, self.text, self.amount, self.version

    def month(self) -> str:
        return self.date.isoformat()[:7]


@dataclass(frozen=True, slots=True)
class Charge:
    """A purchase that may pay for metered use."""

    key: bytes
    rank: tuple[Any, ...]  # which comes first where several cover a month; from content alone
    date: date
    amount: int
    currency: str
    product: str
    invoice: bool
    keys: frozenset[bytes] = frozenset()  # of its records, which decisions bind to


@dataclass(frozen=True, slots=True)
class Bought:
    """Metered use that is a purchase of its own: a department's part of an account's month."""

    first: Metered  # in order
    amount: int
    records: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A source's metered use of a tool in an account and month, and what became of it."""

    source: str
    account: str
    month: str
    currency: str
    product: str
    amount: int
    standing: str  # counts, covered or twice, as the model has it
    #: What covers it in its currency and no earlier month; None: nothing does, or in another currency.
    charged: int | None = None


@dataclass(frozen=True, slots=True)
class Consumed:
    """What follows from all metered use of a vendor."""

    months: tuple[Month, ...]  # of what is booked
    bought: tuple[Bought, ...]
    explained: dict[int, bytes]  # record → key of the charge that it explains


_NO_LINKS = Links()
COUNTS, COVERED, TWICE = "counts", "covered", "twice"

_Cell = tuple[bool, str, str, str, str]  # booked, product, account, month, currency


def consumption(metered: Iterable[Metered], charges: Sequence[Charge], links: Links = _NO_LINKS) -> Consumed:
    """``metered`` and ``charges`` of one vendor; charges are booked ones."""
    metered = list(metered)
    links = _about({one.key for one in metered}, links)
    cells: dict[_Cell, dict[str, list[Metered]]] = defaultdict(lambda: defaultdict(list))
    for one in sorted(metered, key=Metered.order):
        cell = (one.booked, one.product, one.account, one.month(), one.currency)
        cells[cell][one.source].append(one)
    used = {(product, month) for booked, product, _, month, _ in cells if booked}
    direct = {
        (one.product, one.month())
        for one in metered
        if one.booked and not one.gateway and one.amount > 0  # a credit alone tells of no use
    }
    months: list[Month] = []
    bought: list[Bought] = []
    explained: dict[int, bytes] = {}
    for cell, by_source in sorted(cells.items()):
        booked, product, account, month, currency = cell
        sums = {source: sum(one.amount for one in told) for source, told in by_source.items()}
        believed = set(sums)
        if booked and _metered_by_provider(product, month, direct):
            believed = {source for source in sums if not by_source[source][0].gateway}
        # Without an account nothing says that two sources tell of the same.
        if account and believed:
            believed = {min(believed, key=lambda source: (-sums[source], source))}
        keys = {one.key for told in by_source.values() for one in told}
        covering = [
            charge
            for charge in charges
            if booked and _settled(charge, keys, links, otherwise=covers(charge, product, month))
        ]
        beside = (
            charge.amount
            for charge in covering
            if charge.currency == currency and _first_paid(charge, product, month, used) == month
        )
        charged = sum(beside) or None
        for source in sorted(by_source):
            standing = TWICE if source not in believed else COVERED if covering else COUNTS
            if booked:
                covered = charged if standing == COVERED else None
                months.append(
                    Month(source, account, month, currency, product, sums[source], standing, covered)
                )
            if covering:
                first = min(covering, key=lambda charge: charge.rank)
                explained |= {one.record: first.key for one in by_source[source]}
            elif standing == COUNTS:
                bought.extend(_bought(by_source[source]))
    return Consumed(tuple(months), tuple(bought), explained)


def _bought(told: list[Metered]) -> list[Bought]:
    """Purchases of one source's account and month, by department; what costs nothing is none."""
    parts: dict[str, list[Metered]] = defaultdict(list)
    for one in told:
        parts[one.department].append(one)
    found = []
    for _, part in sorted(parts.items()):
        amount = sum(one.amount for one in part)
        if amount:
            found.append(Bought(part[0], amount, tuple(one.record for one in part)))
    return found


def covers(charge: Charge, product: str, month: str) -> bool:
    """Whether a charge may pay for metered use of a product ("": only the vendor is known) in a month."""
    if charge.amount <= 0 or (charge.product and product and charge.product != product):
        return False
    of_charge = charge.date.isoformat()[:7]
    if of_charge == month:
        return True
    return of_charge == _next(month) and (charge.invoice or charge.date.day <= LAST_DAY)


def _metered_by_provider(product: str, month: str, direct: Set[tuple[str, str]]) -> bool:
    """Whether a provider meters a product ("": only the vendor is known) in a month."""
    return any(of == month and (not product or other in ("", product)) for other, of in direct)


def _first_paid(charge: Charge, product: str, month: str, used: Set[tuple[str, str]]) -> str:
    """The first month with use that a charge may pay: beside it alone it stands, so that sums tie."""
    paid = (other for of, other in used if of == product and covers(charge, product, other))
    return min(paid, default=month)  # by the rule none, but a person said that it pays this one


def _about(keys: Set[bytes], links: Links) -> Links:
    """The decisions about these records."""
    return Links(
        frozenset(pair for pair in links.same if pair & keys),
        frozenset(pair for pair in links.different if pair & keys),
    )


def _settled(charge: Charge, keys: Set[bytes], links: Links, *, otherwise: bool) -> bool:
    """Whether a charge covers some use: as a person decided about one of its records, else by the rule."""

    def among(pairs: frozenset[frozenset[bytes]]) -> bool:
        return any(pair & keys and pair & charge.keys for pair in pairs)

    if among(links.different):
        return False
    return otherwise or among(links.same)


def _next(month: str) -> str:
    number = int(month[:4]) * 12 + int(month[5:])
    return f"{number // 12:04}-{number % 12 + 1:02}"
