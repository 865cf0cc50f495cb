"""What people declare of their own accord: what they get told at once, and what becomes of it.

A declaration is answered from what is decided already. What is not decided waits, with a day by
which somebody answers. That somebody uses a tool marks it in the inventory; for thirty days no flag
is raised against who said so (see :mod:`inventory.flags.facts`).
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from discovery.models import Person
from discovery.retention import first_kept_month
from inventory.access import person_of
from inventory.allowed import (
    Allowed,
    Answer,
    Case,
    allowed_tools,
    answer_about,
    answers_for,
    in_order,
    named,
    unknown,
)
from inventory.company_time import day_of
from inventory.declaration_models import (
    Attestation,
    Colleagues,
    Declaration,
    DeclarationAnswer,
    Outcome,
    Payer,
)
from inventory.flags.keep import check_tools
from inventory.flags.marks import tools_to_check
from inventory.models import DataClass, Tool
from vendors.models import Product

#: Working days until somebody answers (judgement): harmless data is quickly decided.
_ANSWERED_WITHIN, _HARMLESS_WITHIN = 10, 2
_HARMLESS = frozenset({DataClass.PUBLIC.value, DataClass.INTERNAL.value})
_LONGEST = {"name": 120, "purpose": 300}
_LONGEST_REASON = 500
#: How long a link to show somebody can be opened.
LINK_DAYS = 30
_SALT = "declaration"


class WrongDeclaration(ValueError):
    """One sentence that says what is missing. ``field`` is what it is about."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True)
class Said:
    """A declaration as it comes from a form."""

    tool: str = ""  # key, or "" for one that nobody knows
    name: str = ""  # what that one is called
    purpose: str = ""
    data: frozenset[str] = frozenset()
    payer: str = ""
    colleagues: str = ""


@dataclass(frozen=True)
class State:
    """Where a declaration stands: what holds for it now."""

    declaration: Declaration
    answer: Answer
    outcome: Outcome
    answered: DeclarationAnswer | None = None

    @property
    def waits(self) -> bool:
        return self.outcome == Outcome.REVIEW

    @property
    def data(self) -> list[str]:
        """The classes of data that go in, in words."""
        return [str(DataClass(value).label) for value in in_order(self.declaration.data)]

    @property
    def mood(self) -> str:
        if self.answered is None:
            return self.answer.mood
        moods = {Outcome.ALLOWED: "ok", Outcome.CONDITIONS: "warn"}
        return moods.get(Outcome(self.answered.outcome), "stop")


def case_of(user: AbstractUser, data: Iterable[str] = ()) -> Case:
    """The case of somebody who asks: their department as the directory has it."""
    person = person_of(user)
    return Case(frozenset(in_order(data)), person.department if person else "")


def answer_to(said: Said, case: Case, usable: list[Allowed] | None = None) -> Answer:
    """What is answered at once."""
    if said.tool:
        usable = allowed_tools() if usable is None else usable
        if found := answer_about(said.tool, usable, case):
            return found
    return unknown(said.name)


def due_on(data: Collection[str], today: date) -> date:
    """The day by which somebody answers."""
    left = _HARMLESS_WITHIN if _HARMLESS.issuperset(data) else _ANSWERED_WITHIN
    day = today
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    """Saturdays and Sundays are none; holidays differ from place to place and count."""
    return day.weekday() not in (calendar.SATURDAY, calendar.SUNDAY)


def declare(user: AbstractUser, said: Said, now: datetime) -> Declaration:
    """Write down what somebody declares, and what they were told.

    Raises WrongDeclaration, and keeps nothing, where something is missing.
    """
    _refuse_gaps(said)
    person = person_of(user)
    case = Case(said.data, person.department if person else "")
    answer = answer_to(said, case)
    if said.tool and not answer.key:
        raise WrongDeclaration("tool", _("There is no such tool; search for it again."))
    review = answer.outcome == Outcome.REVIEW
    with transaction.atomic():
        declaration = Declaration.objects.create(
            account=user.email.lower(),
            person=person.email if person else user.email.lower(),
            tool=answer.key,
            name=answer.title[: _LONGEST["name"]],
            purpose=said.purpose.strip(),
            data=list(in_order(said.data)),
            payer=said.payer,
            colleagues=said.colleagues,
            outcome=answer.outcome,
            due=due_on(said.data, day_of(now)) if review else None,
            declared_at=now,
        )
        if declaration.tool and not declaration.wanted_only:
            _mark(declaration.tool, day_of(now))
    if declaration.tool:
        check_tools([declaration.tool], now)
    return declaration


def _refuse_gaps(said: Said) -> None:
    if not said.tool and not said.name.strip():
        raise WrongDeclaration("tool", _("Say which tool."))
    if len(said.name) > _LONGEST["name"]:
        raise WrongDeclaration("tool", _("A tool’s name has at most 120 letters."))
    if not said.purpose.strip():
        raise WrongDeclaration("purpose", _("Say in a few words what for."))
    if len(said.purpose) > _LONGEST["purpose"]:
        raise WrongDeclaration("purpose", _("Say what for in at most 300 letters."))
    if not said.data or said.data.difference(DataClass.values):
        raise WrongDeclaration("data", _("Tick what goes in, at least one."))
    if said.payer not in Payer.values:
        raise WrongDeclaration("payer", _("Choose who pays."))
    if said.colleagues not in Colleagues.values:
        raise WrongDeclaration("colleagues", _("Choose how many of you use it."))


def _mark(key: str, today: date) -> None:
    """That it is used stands in the inventory from now on, with or without other evidence."""
    vendor = Product.objects.filter(key=key).values_list("vendor__key", flat=True).first() or key
    tool, _made = Tool.objects.get_or_create(key=key, defaults={"vendor": vendor})
    if tool.declared_since is None:
        Tool.objects.filter(pk=tool.pk, declared_since=None).update(declared_since=today)
    tools_to_check([key])


def states_of(declarations: Iterable[Declaration]) -> list[State]:
    """Where declarations stand, in their order. A fixed number of queries.

    An answer of a person holds; without one, what is decided of the tool by now.
    """
    declarations = list(declarations)
    usable = allowed_tools()
    newest: dict[int, DeclarationAnswer] = {}
    for given in DeclarationAnswer.objects.filter(declaration__in=declarations).order_by("made_at", "pk"):
        newest[given.declaration_id] = given
    tools = {one.key: one for one in named(sorted({d.tool for d in declarations} - {""}))}
    departments = _departments({d.person for d in declarations})
    asked = [
        (tools[d.tool], Case(frozenset(d.data), departments.get(d.person, "")))
        for d in declarations
        if d.tool in tools
    ]
    told = iter(answers_for(asked, usable))
    found = []
    for declaration in declarations:
        given = newest.get(declaration.pk)
        answer = next(told) if declaration.tool in tools else unknown(declaration.name)
        outcome = Outcome(given.outcome) if given else answer.outcome
        found.append(State(declaration, answer, outcome, given))
    return found


def _departments(people: Collection[str]) -> Mapping[str, str]:
    return dict(Person.objects.filter(email__in=people).values_list("email", "department"))


def own(user: AbstractUser) -> QuerySet[Declaration]:
    """What somebody declared, newest first."""
    return Declaration.objects.filter(account=user.email.lower()).order_by("-declared_at", "-pk")


# --- a link to show somebody ---------------------------------------------------------------------


def link_code(declaration: Declaration) -> str:
    """What makes the link unguessable: signed by this installation, with its time."""
    return signing.dumps(declaration.pk, salt=_SALT)


def behind_link(code: str) -> Declaration | None:
    """The declaration that a link shows, or None where it is made up, too old, or of one that is gone."""
    try:
        number = signing.loads(code, salt=_SALT, max_age=timedelta(days=LINK_DAYS))
    except signing.BadSignature:
        return None
    return Declaration.objects.filter(pk=number).first()


def author(declaration: Declaration) -> str:
    """The name of who declared, who shows it of their own accord."""
    names = Person.objects.filter(email=declaration.person).values_list("name", flat=True)
    return names.first() or declaration.account


# --- for who answers -----------------------------------------------------------------------------


def answer_declaration(
    declaration: Declaration, outcome: str, *, actor: str, reason: str, now: datetime
) -> DeclarationAnswer:
    """Answer somebody's declaration. The tool itself is decided on its own page.

    Raises WrongDeclaration, and keeps nothing, where the answer decides nothing or gives no reason.
    """
    if outcome not in Outcome.values or outcome == Outcome.REVIEW:
        raise WrongDeclaration("outcome", _("Choose an answer."))
    if not reason.strip():
        raise WrongDeclaration("reason", _("Say why: who declared it reads your words."))
    if len(reason) > _LONGEST_REASON:
        raise WrongDeclaration("reason", _("Say why in at most 500 letters."))
    return DeclarationAnswer.objects.create(
        declaration=declaration, outcome=outcome, actor=actor.lower(), reason=reason.strip(), made_at=now
    )


# --- not kept longer than needed -----------------------------------------------------------------


def forget(now: datetime) -> int:
    """Delete what people said longer ago than readable records are kept; how many declarations and words."""
    first = first_kept_month(day_of(now), int(settings.PENUMBRA["RECORD_RETENTION_MONTHS"]))
    oldest = datetime.fromisoformat(f"{first}-01T00:00:00+00:00")
    declarations = Declaration.objects.filter(declared_at__lt=oldest)
    words = Attestation.objects.filter(made_at__lt=oldest)
    gone = declarations.count() + words.count()
    declarations.delete()
    words.delete()
    return gone
