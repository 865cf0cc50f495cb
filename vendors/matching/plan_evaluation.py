"""How good the plan is that an amount tells, on labelled rows whose text names the plan.

The plan's name is kept from the amount, which has to tell the same plan. Most amounts of the corpus are made
up and are nobody's price, so what counts is how often a plan that is told is the one that the text names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from vendors.matching.answers import Decision
from vendors.matching.evaluation import LabelledRow
from vendors.matching.matcher import Matcher
from vendors.matching.normalise import describe
from vendors.matching.prices import MICRO, ListPrice, Paid, attribute, named_plans


@dataclass(slots=True)
class PlanTally:
    """Rows of products with prices whose text names plans of the catalog, by what the amount alone tells."""

    rows: int = 0
    certain: int = 0
    certain_right: int = 0
    probable: int = 0
    probable_right: int = 0
    unnamed: int = 0  # rows whose text names no plan
    unnamed_certain: int = 0  # of these, told by the amount; no label says whether it is right


def evaluate_plans(
    matcher: Matcher, rows: Iterable[LabelledRow], prices: Mapping[str, Sequence[ListPrice]]
) -> PlanTally:
    """``prices``: vendor → those of its products that hold now."""
    tally = PlanTally()
    for row in rows:
        found = matcher.recognise(describe(row.channel, row.text, mcc=row.mcc))
        amount = _micro(row.amount)
        if found.decision != Decision.MATCH or not found.product or not found.vendor or amount is None:
            continue
        offered = [price for price in prices.get(found.vendor, ()) if price.product == found.product]
        if not offered:
            continue
        told = attribute(Paid(amount, row.currency, texts=(row.text,)), offered, found.product)
        named = named_plans(found.plan or "", offered)
        if not named:
            tally.unnamed += 1
            tally.unnamed_certain += told.certain
            continue
        right = (found.product, told.plan) in named
        tally.rows += 1
        tally.certain += told.certain
        tally.certain_right += told.certain and right
        tally.probable += bool(told.plan) and not told.certain
        tally.probable_right += bool(told.plan) and not told.certain and right
    return tally


def _micro(amount: str) -> int | None:
    try:
        return round(Decimal(amount.replace(",", ".")) * MICRO)
    except (InvalidOperation, ValueError, OverflowError):
        return None
