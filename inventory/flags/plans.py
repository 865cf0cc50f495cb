"""Rules about the plans on which a tool is used.

Which plan it is, evidence names or amounts tell. What amounts tell for certain counts as named; what
they tell probably is said as such, may raise a flag, and takes none away.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from inventory.flags.facts import PlanInUse, PlanKind, Status, ToolFacts
from inventory.flags.rule import Finding, Rule, Severity
from inventory.flags.words import People, Sentence, gettext_noop, ngettext_lazy

#: So many people who each pay for themselves are a team (judgement).
TEAM = 5

#: Words that makers use for plans of one kind only. "Pro" and "premium" are sold as both.
_KIND_BY_NAME = {
    "free": PlanKind.INDIVIDUAL,
    "personal": PlanKind.INDIVIDUAL,
    "individual": PlanKind.INDIVIDUAL,
    "plus": PlanKind.INDIVIDUAL,
    "team": PlanKind.COMPANY,
    "business": PlanKind.COMPANY,
    "enterprise": PlanKind.COMPANY,
    "edu": PlanKind.COMPANY,
}


def kind_by_name(plan: str) -> PlanKind | None:
    """For whom a plan of this name is sold; None where the name does not tell."""
    return _KIND_BY_NAME.get(plan.lower())


class TrainsOnData(Rule):
    """On a plan in use the maker trains on what people enter, unless somebody switches it off."""

    id = "data.trains"
    title = gettext_noop("Trains on company data on the plan in use")
    severity = Severity.HIGH
    advice = gettext_noop("Switch training off, or move these people to a plan without it.")

    def check(self, tool: ToolFacts) -> Finding | None:
        if not tool.in_use or tool.status == Status.RETIRED:
            return None
        training = [plan for plan in tool.plans if plan.trains and not plan.likely]
        known = {plan.plan for plan in training}
        likely = [plan for plan in tool.plans if plan.trains and plan.likely and plan.plan not in known]
        if "" in known:  # it trains on every plan: which one it is tells nothing more
            likely = []
        if not (training or likely):
            return None
        names = sorted(name for name in known if name)
        probable = sorted(plan.plan for plan in likely)
        begun = (_trained_since(plan) for plan in (*training, *likely))
        since = min((day for day in begun if day), default=tool.first_seen or tool.today)
        titles, likely_titles = _titles(training), _titles(likely)
        detail = (
            _training(training, titles, likely_titles)
            if training
            else _probably_training(likely, likely_titles)
        )
        return self.found(tool, since, detail, *names, *(f"probably {plan}" for plan in probable))


def _titles(plans: Iterable[PlanInUse]) -> list[str]:
    """The plans as people call them; one that is not known has no name."""
    return sorted({plan.title or plan.plan for plan in plans if plan.plan})


def _people_on(plans: Iterable[PlanInUse]) -> int:
    return len(frozenset().union(*(plan.people for plan in plans)))


def _probably_training(plans: list[PlanInUse], names: list[str]) -> Sentence:
    """Who is on plans with training by what is paid, and only probably."""
    people, named = _people_on(plans), ", ".join(names)
    if people:
        return ngettext_lazy(
            "By what is paid %(people)s person is probably on a plan that trains by default: %(plans)s.",
            "By what is paid %(people)s people are probably on a plan that trains by default: %(plans)s.",
            people,
            people=People(people),
            plans=named,
        )
    text = gettext_noop("By what is paid probably in use on a plan that trains by default: %(plans)s.")
    return ngettext_lazy(text, text, 1, plans=named)


def _training(training: list[PlanInUse], plans: list[str], probable: list[str]) -> Sentence:
    """Who is on plans with training; without a plan's name it is so on every plan that is known."""
    people, named, more = _people_on(training), ", ".join(plans), ", ".join(probable)
    if plans and people and probable:
        return ngettext_lazy(
            "%(people)s person on a plan that trains by default: %(plans)s. By what is paid probably also on "
            "%(probable)s.",
            "%(people)s people on a plan that trains by default: %(plans)s. By what is paid probably also on "
            "%(probable)s.",
            people,
            people=People(people),
            plans=named,
            probable=more,
        )
    if plans and people:
        return ngettext_lazy(
            "%(people)s person on a plan that trains by default: %(plans)s.",
            "%(people)s people on a plan that trains by default: %(plans)s.",
            people,
            people=People(people),
            plans=named,
        )
    if plans and probable:
        text = gettext_noop(
            "In use on a plan that trains by default: %(plans)s. By what is paid probably also on "
            "%(probable)s."
        )
        return ngettext_lazy(text, text, 1, plans=named, probable=more)
    if plans:
        text = gettext_noop("In use on a plan that trains by default: %(plans)s.")
        return ngettext_lazy(text, text, 1, plans=named)
    if people:
        return ngettext_lazy(
            "Trains by default on every plan that the catalog knows; %(people)s person uses it.",
            "Trains by default on every plan that the catalog knows; %(people)s people use it.",
            people,
            people=People(people),
        )
    text = gettext_noop("Trains by default on every plan that the catalog knows; who uses it is not known.")
    return ngettext_lazy(text, text, 1)


def _trained_since(plan: PlanInUse) -> date | None:
    """Since when the plan is in use and its maker trains on it; None where neither is known."""
    return max((day for day in (plan.first, plan.trains_since) if day), default=None)


class PersonalPlan(Rule):
    """People use a personal or free plan of a tool that the company has approved and buys.

    A plan is personal by its name, by the amount that is paid for it, or where somebody was reimbursed
    for it although the company buys the tool. What an amount tells only probably adds people and spares none.
    """

    id = "plan.personal"
    title = gettext_noop("Personal or free plan of an approved tool")
    severity = Severity.MEDIUM
    advice = gettext_noop("Offer these people a seat on the company's plan.")

    def check(self, tool: ToolFacts) -> Finding | None:
        if not tool.approved or not tool.in_use:
            return None
        known = [plan for plan in tool.plans if not plan.likely]
        bought = any(plan.company_paid or plan.kind == PlanKind.COMPANY for plan in known)
        personal = {person for plan in known if plan.kind == PlanKind.INDIVIDUAL for person in plan.people}
        if bought:
            personal.update(
                person for plan in known if plan.kind != PlanKind.COMPANY for person in plan.expensed
            )
        people = personal.union(
            *(plan.people for plan in tool.plans if plan.likely and plan.kind == PlanKind.INDIVIDUAL)
        )
        people -= tool.spared
        if not people:
            return None
        first = [plan.first for plan in tool.plans if plan.first and not people.isdisjoint(plan.people)]
        since = min(first, default=tool.first_seen or tool.today)
        return self.found(
            tool, since, _on_personal_plans(len(people), len(people - personal)), *sorted(people)
        )


def _on_personal_plans(people: int, probably: int) -> Sentence:
    if not probably:
        return ngettext_lazy(
            "%(people)s person on a personal plan of it.",
            "%(people)s people on a personal plan of it.",
            people,
            people=People(people),
        )
    if probably == people:
        return ngettext_lazy(
            "By what is paid %(people)s person is probably on a personal plan of it.",
            "By what is paid %(people)s people are probably on a personal plan of it.",
            people,
            people=People(people),
        )
    return ngettext_lazy(
        "%(people)s person on a personal plan of it, %(probably)s of them probably, by what is paid.",
        "%(people)s people on a personal plan of it, %(probably)s of them probably, by what is paid.",
        people,
        people=People(people),
        probably=People(probably),
    )


class TeamOnIndividualPlans(Rule):
    """Enough people to be a team pay for a tool one by one."""

    id = "plan.team-on-individual"
    title = gettext_noop("Team-sized use on individual plans")
    severity = Severity.LOW
    advice = gettext_noop("Ask the maker for a company plan: one invoice, one administration.")
    under = ("plan.personal", "decision.prohibited-in-use")

    def check(self, tool: ToolFacts) -> Finding | None:
        if not tool.in_use or tool.status == Status.RETIRED:
            return None
        alone = [
            plan
            for plan in tool.plans
            if not plan.likely and plan.kind != PlanKind.COMPANY and not plan.company_paid
        ]
        paying = {person for plan in alone for person in (*plan.expensed, *plan.own_cards)}
        if len(paying) < TEAM:
            return None
        detail = ngettext_lazy(
            "%(people)s person pays for it alone.",
            "%(people)s people pay for it one by one.",
            len(paying),
            people=People(len(paying)),
        )
        first = [plan.first for plan in alone if plan.first]
        return self.found(tool, min(first, default=tool.first_seen or tool.today), detail)
