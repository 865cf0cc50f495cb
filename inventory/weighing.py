"""What weighs in a decision about a tool: risk, reach, access and what it costs, for many tools at once.

From roll-ups and flags alone, in a fixed number of queries. Numbers of people are in fives for every
reader, so that neither an order nor what a policy matches tells a small one (docs/decisions/0051).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Sum

from inventory.flags.access import WideScopes
from inventory.flags.facts import PlanKind
from inventory.flags.words import restored
from inventory.head_counts import coarse
from inventory.listing import Job, jobs_by_product, spend_window
from inventory.models import Flag, FlagSubject, Tool, ToolSpend
from inventory.money_totals import in_reporting_currency, reporting_first
from inventory.naming import ToolName, names_of
from inventory.plan_kinds import kind_of_tool, plans_of
from inventory.risk import MOST_ACCESS, RISK_ATTRIBUTES, Risk, Weights, access_points, risk_of
from inventory.risk_weights import weights_now
from inventory.words import hue_of
from vendors.product_facts import ProductFacts, facts_of


@dataclass(frozen=True, slots=True)
class Weighed:
    """A tool with what weighs in a decision about it."""

    tool: Tool
    name: ToolName
    job: Job | None
    people: int  # in fives
    spend: int | None  # 10⁻⁶ of the reporting currency, twelve months; None: a rate is missing
    sums: dict[str, int]  # the same by currency, without those of nothing
    access: frozenset[str]
    plan: PlanKind | None
    maker: frozenset[str]  # statuses of the other tools of its maker
    risk: Risk

    @property
    def key(self) -> str:
        return self.tool.key

    @property
    def hue(self) -> str:
        return hue_of(self.job.group) if self.job else "c0"

    @property
    def rank(self) -> float:
        """Risk × reach × access. Only compared, never shown."""
        return rank_of(self.risk, self.people, self.access)


def rank_of(risk: Risk, people: int, access: Collection[str]) -> float:
    """What the risk may come to, times people by powers of two, times what it may read.

    By the upper end: whatever the middle, a tool of which less is known would come behind its twin of
    which the worst is.
    """
    return risk.high * (1 + math.log2(1 + people)) * (1 + access_points(access) / MOST_ACCESS)


def weigh(weights: Weights | None = None) -> list[Weighed]:
    """Every tool of the company, by key; with other weights than the company's, where they are given.
    Eleven queries."""
    weights = weights or weights_now()
    tools = list(Tool.objects.order_by("key"))
    names = names_of({tool.key: tool.vendor for tool in tools})
    jobs = jobs_by_product()
    spend = _spend()
    access = access_of()
    said = facts_of({tool.key: tool.vendor for tool in tools}, RISK_ATTRIBUTES)
    of_maker: dict[str, dict[str, str]] = defaultdict(dict)
    for tool in tools:
        of_maker[tool.vendor][tool.key] = tool.status
    weighed = []
    for tool in tools:
        reached = access.get(tool.key, frozenset())
        paid = {currency: amount for currency, amount in spend.get(tool.pk, {}).items() if amount}
        others = {status for key, status in of_maker[tool.vendor].items() if key != tool.key}
        weighed.append(
            Weighed(
                tool=tool,
                name=names[tool.key],
                job=jobs.get(tool.key),
                people=coarse(tool.people_count),
                spend=in_reporting_currency(paid),
                sums=reporting_first(paid),
                access=reached,
                plan=kind_of_tool(tool, said[tool.key]),
                maker=frozenset(others),
                risk=risk_of_tool(tool, reached, said[tool.key], weights),
            )
        )
    return weighed


def risk_of_tool(tool: Tool, access: Collection[str], said: ProductFacts, weights: Weights) -> Risk:
    """The risk of a tool by what it may reach and what the catalog says of the plans it may be used on."""
    plans = plans_of(tool, said)
    return risk_of(
        access=access,
        doors=tool.doors,
        plan=kind_of_tool(tool, said),
        owned=bool(tool.owner),
        product=bool(tool.product),
        facts={attribute: said.values(attribute, plans) for attribute in RISK_ATTRIBUTES},
        weights=weights,
    )


def access_of(tools: Collection[str] | None = None) -> dict[str, frozenset[str]]:
    """Tool → what of the company's data it may reach, as its open flag tells. One query.

    That it may says nothing of how many people granted it.
    """
    flags = Flag.objects.filter(rule=WideScopes.id, about=FlagSubject.TOOL).exclude(state=Flag.State.CLOSED)
    if tools is not None:
        flags = flags.filter(subject__in=tools)
    return {
        subject: frozenset(str(restored(detail).values["reaches"]).split(", "))
        for subject, detail in flags.values_list("subject", "detail")
    }


def _spend() -> dict[int, dict[str, int]]:
    """Tool → currency → booked in the twelve months. Two queries."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    if window := spend_window():
        months = ToolSpend.objects.filter(month__gte=window[0], month__lte=window[1])
        for tool, currency, total in (
            months.values_list("tool_id", "currency").annotate(total=Sum("amount")).order_by()
        ):
            found[tool][currency] = int(total)
    return found
