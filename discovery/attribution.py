"""What each purchase of a vendor was for: the plan, and where only the vendor is known the likely product.

One pass over purchases whose recognition is certain, from amounts, days and words alone: no department,
role or name of a person is asked for, and the order in which scans came cannot matter. A product that is
only likely is never booked. Pure: purchases in, what they tell out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from discovery.purchases import Door, Fact, Group
from vendors.matching.prices import NOTHING, Attributed, Interval, ListPrice, Paid, attribute

_BY_INVOICE = (Door.PROCUREMENT, Door.MODEL_API, Door.CLOUD_BILL)
#: Days between charges that are made each month or each year: months differ, and weekends move them.
_MONTH = range(26, 36)
_YEAR = range(350, 381)
#: Equal charges from which on an interval is believed.
_MONTHLY_CHARGES = 3
_YEARLY_CHARGES = 2


def attributed(groups: Sequence[Group], prices: Sequence[ListPrice]) -> list[Attributed]:
    """What each purchase tells, in the same order. ``prices``: of all products of the vendor."""
    intervals = _intervals(groups)
    return [_attributed(group, prices, intervals) for group in groups]


def _attributed(
    group: Group, prices: Sequence[ListPrice], intervals: Mapping[Hashable, Interval]
) -> Attributed:
    facts = [fact for fact in group.ordered() if fact.booked]
    if not facts:
        return NOTHING
    product = next((fact.product for fact in facts if fact.product), "")
    plan = next((fact.plan for fact in facts if fact.plan), "")
    if not prices and not plan:
        return NOTHING
    texts = tuple(sorted({fact.text for fact in facts}))
    interval = intervals.get(_series(group.first), Interval.UNKNOWN)
    day = min(fact.date for fact in facts)
    told = NOTHING
    for amount, currency, net in _stated(group):
        found = attribute(Paid(amount, currency, day, net, plan, interval, texts), prices, product)
        if told is NOTHING or (found.plan and (found.certain or not told.plan)):
            told = found
        if told.certain:
            break
    return told


def _stated(group: Group) -> Iterable[tuple[int, str, int | None]]:
    """(amount, currency, net) as the records state it: in the merchant's currency first, as prices are."""
    facts = group.ordered()
    for fact in facts:
        if fact.merchant_amount is not None and fact.merchant_currency:
            yield fact.merchant_amount, fact.merchant_currency, None
            break
    first = facts[0]
    yield first.amount, first.currency, next((fact.net for fact in facts if fact.net is not None), None)


def _intervals(groups: Iterable[Group]) -> dict[Hashable, Interval]:
    """Charges of one payer, product and amount → how far they lie apart."""
    days: dict[Hashable, set[date]] = defaultdict(set)
    for group in groups:
        days[_series(group.first)].add(group.first.date)
    return {series: interval_of(of_it) for series, of_it in days.items()}


def _series(fact: Fact) -> Hashable:
    return _payer(fact), fact.product, fact.currency, fact.amount


def _payer(fact: Fact) -> Hashable:
    """Who pays: a person, a card, or the company by invoice. Of whom nothing is known pays only this once."""
    if fact.person:
        return "person", fact.person
    if fact.card:
        return "card", fact.card
    return "company" if fact.door in _BY_INVOICE else fact.key


def interval_of(days: Iterable[date]) -> Interval:
    """How far apart equal charges lie, where all of them do so."""
    ordered = sorted(set(days))
    gaps = [(later - earlier).days for earlier, later in pairwise(ordered)]
    if len(ordered) >= _MONTHLY_CHARGES and all(gap in _MONTH for gap in gaps):
        return Interval.MONTHLY
    if len(ordered) >= _YEARLY_CHARGES and all(gap in _YEAR for gap in gaps):
        return Interval.YEARLY
    return Interval.UNKNOWN
