"""Flags: what rules find on tools, on apps that nobody knows, and on sources.

``facts``, ``rule``, ``words`` and the rules are pure. ``collect`` makes facts from the database,
``keep`` holds what was found.
"""

from __future__ import annotations

from collections.abc import Iterable

from inventory.flags.access import ScopesGrown, WideScopes
from inventory.flags.decided import OutsideConditions, ProhibitedInUse, ReviewDue, Undecided
from inventory.flags.facts import Facts
from inventory.flags.overlaps import SeveralInDepartment
from inventory.flags.owners import Leavers, NoOwner, OwnerLeft
from inventory.flags.plans import PersonalPlan, TeamOnIndividualPlans, TrainsOnData
from inventory.flags.prices import PriceMoved
from inventory.flags.rule import Finding, Rule
from inventory.flags.sources import SourceSilent

RULES: tuple[Rule, ...] = (
    ProhibitedInUse(),
    WideScopes(),
    ScopesGrown(),
    TrainsOnData(),
    OutsideConditions(),
    Leavers(),
    Undecided(),
    OwnerLeft(),
    PersonalPlan(),
    ReviewDue(),
    SourceSilent(),
    NoOwner(),
    TeamOnIndividualPlans(),
    SeveralInDepartment(),
    PriceMoved(),
)
RULE_BY_ID = {rule.id: rule for rule in RULES}


def findings(facts: Iterable[Facts]) -> list[Finding]:
    """What all rules have to say. Pure."""
    return [
        finding
        for one in facts
        for rule in RULES
        if isinstance(one, rule.about) and (finding := rule.check(one))
    ]
