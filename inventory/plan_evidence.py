"""On which plan a tool is used, with what tells so: records in words, and amounts charge by charge."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import CharField, Count, Value
from django.db.models.functions import Coalesce, NullIf

from inventory.figures import purchases
from inventory.models import Tool
from inventory.plans_paid import charges
from inventory.reach import WHOLE, Reach
from vendors.product_facts import facts_of

#: Amounts shown at most: the ones that most charges have.
_LINES = 4


@dataclass(frozen=True)
class PlanCharges:
    """Charges of one amount that tell a plan: ``count`` of all ``of`` charges of the tool.

    ``certain``: the amount is exactly the price of this plan and of no other, or ``in_words``: a record
    names the plan; else it is only probable. ``amount``: 10⁻⁶, in the currency that the merchant charged.
    """

    plan: str  # its name
    certain: bool
    in_words: bool
    amount: int
    currency: str
    seats: int  # 0: not known
    count: int
    of: int


def plan_charges(tool: Tool, reach: Reach = WHOLE) -> list[PlanCharges]:
    """What charges tell of the plan, the most frequent first. Three queries at most."""
    booked = reach.purchases(purchases()).filter(tool=tool.key, vendor=tool.vendor)
    rows = list(
        charges(booked)
        .annotate(
            charged=Coalesce("merchant_amount", "amount"),
            charged_in=Coalesce(NullIf("merchant_currency", Value("")), "currency", output_field=CharField()),
        )
        .values("told", "plan_certain", "in_words", "charged", "charged_in", "seats")
        .annotate(count=Count("pk"))
        .order_by()
    )
    counts: dict[tuple[str, bool, bool, int, str, int], int] = defaultdict(int)
    for row in rows:
        if row["told"]:
            about = (row["told"], row["plan_certain"], row["in_words"])
            counts[*about, row["charged"], row["charged_in"], row["seats"]] += row["count"]
    if not counts:
        return []
    names, total = plan_names(tool), sum(row["count"] for row in rows)
    lines = [
        PlanCharges(_called(plan, names), *rest, count, total) for (plan, *rest), count in counts.items()
    ]
    return sorted(lines, key=lambda line: (-line.count, line.plan, line.currency, line.amount, line.seats))[
        :_LINES
    ]


@dataclass(frozen=True)
class PlanInWords:
    """What a tool's page says of its plan: names of the one that is known and of those that are likely."""

    known: str
    likely: tuple[str, ...]


def plan_in_words(tool: Tool) -> PlanInWords:
    """Two queries at most."""
    if not (tool.plan or tool.likely_plans):
        return PlanInWords("", ())
    names = plan_names(tool)
    return PlanInWords(_called(tool.plan, names), tuple(_called(plan, names) for plan in tool.likely_plans))


def _called(plan: str, names: dict[str, str]) -> str:
    """As its maker calls it; a plan that the catalog lacks is written as a name."""
    return names.get(plan, plan[:1].upper() + plan[1:])


def plan_names(tool: Tool) -> dict[str, str]:
    """Key → name of the tool's plans, as the catalog or this company has them. Two queries."""
    return {plan.key: plan.name for plan in facts_of({tool.key: tool.vendor}, ())[tool.key].plans}
