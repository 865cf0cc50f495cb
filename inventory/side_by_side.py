"""What tools that stand side by side differ in by the catalog: their risk, and the facts that decide most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from inventory.models import Tool
from inventory.open_flags import may_read_flags
from inventory.plan_kinds import plans_of
from inventory.reach import Reach
from inventory.risk import RISK_ATTRIBUTES, Risk, in_words
from inventory.risk_weights import weights_now
from inventory.weighing import access_of, risk_of_tool
from vendors.product_facts import ProductFacts, facts_of
from vendors.risk_attributes import attributes

#: What the choice between two tools turns on most often (judgement).
COMPARED = ("training.default", "residency", "cert.soc2")


@dataclass(frozen=True, slots=True)
class Beside:
    """One tool. ``risk`` is None for who may not know what people granted."""

    risk: Risk | None
    answers: tuple[str | Promise | None, ...]  # to COMPARED, in its order; None: unknown


def compared_names() -> list[str]:
    """What is compared, in words."""
    return [attributes()[key].name for key in COMPARED]


def beside(tools: Sequence[Tool], reach: Reach) -> dict[str, Beside]:
    """Tool key → how it stands beside the others. Six queries, however many tools."""
    said = facts_of({tool.key: tool.vendor for tool in tools}, {*RISK_ATTRIBUTES, *COMPARED})
    risks: dict[str, Risk] = {}
    if may_read_flags(reach):
        access = access_of([tool.key for tool in tools])
        weights = weights_now()
        risks = {
            tool.key: risk_of_tool(tool, access.get(tool.key, frozenset()), said[tool.key], weights)
            for tool in tools
        }
    return {tool.key: Beside(risks.get(tool.key), _answers(tool, said[tool.key])) for tool in tools}


def _answers(tool: Tool, said: ProductFacts) -> tuple[str | Promise | None, ...]:
    """On the plans that may be in use."""
    plans = plans_of(tool, said)
    return tuple(in_words(key, said.values(key, plans)) for key in COMPARED)
