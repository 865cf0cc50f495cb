"""Declarations for who answers them: within reach, those that wait first, and how long answers take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import Exists, OuterRef, QuerySet

from discovery.models import Person
from inventory import my_tools
from inventory.company_time import day_of
from inventory.declaration_models import Attestation, Declaration, DeclarationAnswer, Outcome
from inventory.declarations import State, is_working_day, states_of
from inventory.models import Tool, ToolStatus
from inventory.naming import names_of
from inventory.opened_names import Names
from inventory.pseudonyms import pseudonym
from inventory.reach import Reach

#: Answers that the usual time is worked out from; words shown that it was somebody else.
_LATEST, _NOT_ME = 50, 10


@dataclass(frozen=True)
class Line:
    """A declaration as who answers reads it: a person, or a pseudonym of who is in no record."""

    state: State
    person: Person | None
    code: str
    in_inventory: bool


@dataclass(frozen=True)
class Denied:
    """Somebody says that what evidence says of them was somebody else."""

    attestation: Attestation
    title: str
    person: Person | None


def within(reach: Reach) -> QuerySet[Declaration]:
    """Declarations of people within reach, newest first."""
    rows = Declaration.objects.order_by("-declared_at", "-pk")
    return rows if reach.whole else rows.filter(person__in=_addresses(reach))


def waiting(reach: Reach) -> QuerySet[Declaration]:
    """Those in review that nobody answered, of tools that nobody decided about; the first due first."""
    answered = DeclarationAnswer.objects.filter(declaration=OuterRef("pk"))
    undecided = (ToolStatus.DISCOVERED, ToolStatus.UNDER_REVIEW)
    decided = Tool.objects.exclude(status__in=undecided).filter(key=OuterRef("tool"))
    open_ = within(reach).filter(~Exists(answered), ~Exists(decided), outcome=Outcome.REVIEW)
    return open_.order_by("due", "pk")


def lines(declarations: Iterable[Declaration], names: Names) -> list[Line]:
    """Declarations as a reader sees them, in their order. A fixed number of queries."""
    states = states_of(declarations)
    people = {p.email: p for p in Person.objects.filter(email__in={s.declaration.person for s in states})}
    tools = set(
        Tool.objects.filter(key__in={s.declaration.tool for s in states}).values_list("key", flat=True)
    )
    return [
        Line(
            state,
            people.get(state.declaration.person),
            pseudonym(state.declaration.person, names.role),
            state.declaration.tool in tools,
        )
        for state in states
    ]


def not_me(reach: Reach) -> list[Denied]:
    """The latest words of people within reach that it was not them."""
    rows = my_tools.said_not_me()
    if not reach.whole:
        rows = rows.filter(person__in=_addresses(reach))
    words = list(rows[:_NOT_ME])
    people = {p.email: p for p in Person.objects.filter(email__in={word.person for word in words})}
    vendors = dict(Tool.objects.filter(key__in={word.tool for word in words}).values_list("key", "vendor"))
    titles = names_of(vendors)
    return [
        Denied(word, titles[word.tool].title if word.tool in titles else word.tool, people.get(word.person))
        for word in words
    ]


def usual_days() -> int | None:
    """Working days that half of the latest answers took at most; None where nobody answered yet."""
    answers = DeclarationAnswer.objects.select_related("declaration").order_by("-made_at", "-pk")[:_LATEST]
    taken = [_working_days(one) for one in answers]
    return round(median(taken)) if taken else None


def _working_days(answer: DeclarationAnswer) -> int:
    first, last = day_of(answer.declaration.declared_at), day_of(answer.made_at)
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(map(is_working_day, days))


def _addresses(reach: Reach) -> QuerySet[Person]:
    return reach.people(Person.objects.all()).values("email")
