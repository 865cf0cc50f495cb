"""What the catalog says of the plans that were seen in use."""

from __future__ import annotations

from datetime import date

from inventory.flags.facts import PlanKind
from inventory.flags.plans import kind_by_name
from inventory.models import Tool
from vendors.product_facts import COMPANY_TIERS, INDIVIDUAL_TIERS, ProductFacts

TRAINING = "training.default"
#: Values that mean: content trains models unless somebody does something about it.
_TRAINS = frozenset({"opt-out-user", "opt-out-admin", "always"})


def kind_of_plan(name: str, said: ProductFacts) -> PlanKind | None:
    """For whom a plan of this name is sold: as the catalog has it, else as the name tells, else None."""
    tiers = said.tiers_named(name)
    if tiers and tiers <= COMPANY_TIERS:
        return PlanKind.COMPANY
    if tiers and tiers <= INDIVIDUAL_TIERS:
        return PlanKind.INDIVIDUAL
    return None if tiers else kind_by_name(name)


def plans_of(tool: Tool, said: ProductFacts) -> tuple[str, ...]:
    """Keys of the plans that a tool may be used on: the one that is known and, beside it, those that amounts
    make likely; all where none is known. So a guess can only widen what follows."""
    names = (tool.plan, *tool.likely_plans) if tool.plan else ("",)
    return tuple(dict.fromkeys(key for name in names for key in said.plans_named(name)))


def kind_of_tool(tool: Tool, said: ProductFacts) -> PlanKind | None:
    """For whom the plans are sold that a tool may be used on; None where that is not known of each."""
    kinds = {kind_of_plan(name, said) for name in (tool.plan, *(tool.likely_plans if tool.plan else ()))}
    return kinds.pop() if len(kinds) == 1 else None


def trains_on(name: str, said: ProductFacts) -> tuple[bool | None, date | None]:
    """Whether the maker trains by default on a plan of this name, and since when, where a fact says so.

    Where the name leaves several plans open, only what holds on all of them is known.
    """
    facts = [said.on_plan(TRAINING, plan) for plan in said.plans_named(name)]
    answers = {fact.value in _TRAINS if fact else None for fact in facts}
    if len(answers) != 1 or None in answers:
        return None, None
    trains = answers.pop()
    begun = [fact.since for fact in facts if fact and fact.since]
    return trains, min(begun, default=None) if trains else None
