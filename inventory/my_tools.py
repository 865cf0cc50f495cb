"""The tools of one person, from evidence about them, and their own word on each: one click."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.db.models import Max, Min, QuerySet

from discovery.models import Person, Record
from discovery.private import private_records
from inventory import my_data
from inventory.access import person_of
from inventory.company_time import day_of
from inventory.declaration_models import Attestation, Word
from inventory.figures import evidence
from inventory.listing import Job, jobs_by_product
from inventory.models import QuestionToUsers, Tool
from inventory.naming import names_of
from inventory.questions_to_users import questions_for
from inventory.words import hue_of

#: After so long a "yes, I use it" is asked for again (judgement: twice a year).
_ASK_AGAIN = timedelta(days=182)


class NotMine(Exception):
    """There is no evidence that this tool is the asker's."""


@dataclass(frozen=True)
class Sign:
    """One kind of evidence about a person and a tool."""

    kind: str
    first: date
    last: date  # of a sign-in: the Monday of its week


@dataclass(frozen=True)
class MyTool:
    """A tool that evidence connects with a person."""

    key: str
    title: str
    job: Job | None
    status: str
    signs: tuple[Sign, ...]
    word: Attestation | None  # their newest word on it
    asks: bool  # whether it needs a word from them
    may_be_private: bool  # whether any of its records can be called private

    @property
    def hue(self) -> str:
        return hue_of(self.job.group) if self.job else "c0"


def my_tools(user: AbstractUser, now: datetime) -> list[MyTool]:
    """What evidence says somebody uses, by name. A fixed number of queries."""
    person = person_of(user)
    if person is None:
        return []
    signs: dict[str, list[Sign]] = defaultdict(list)
    rows = _evidence_of(person).values_list("tool", "kind")
    for key, kind, first, last in rows.annotate(first=Min("date"), last=Max("date")).order_by("kind"):
        signs[key].append(Sign(kind, first, last))
    tools = {tool.key: tool for tool in Tool.objects.filter(key__in=signs)}
    names = names_of({key: tool.vendor for key, tool in tools.items()})
    jobs = jobs_by_product(list(tools))
    words = _words_of(user)
    private = set(_private_ones(person).values_list("tool", flat=True))
    found = []
    for key, tool in tools.items():
        last = max(sign.last for sign in signs[key])
        word = words.get(key)
        found.append(
            MyTool(
                key,
                names[key].title,
                jobs.get(key),
                tool.status,
                tuple(signs[key]),
                word,
                needs_a_word(word.word if word else "", day_of(word.made_at) if word else None, last, now),
                key in private,
            )
        )
    return sorted(found, key=lambda one: (one.title.casefold(), one.key))


def needs_a_word(word: str, said_on: date | None, last: date, now: datetime) -> bool:
    """Whether somebody is asked again: never asked before, half a year later, or seen after "no longer"."""
    if said_on is None:
        return True
    if word == Word.USES:
        return said_on + _ASK_AGAIN <= day_of(now)
    return last > said_on


def say(user: AbstractUser, key: str, word: str, now: datetime) -> Attestation:
    """Write down somebody's word on a tool that evidence connects with them. Raises NotMine."""
    person = person_of(user)
    if person is None or word not in Word.values or not _of(person, key).exists():
        raise NotMine
    return Attestation.objects.create(
        account=user.email.lower(), person=person.email, tool=key, word=word, made_at=now
    )


def call_tool_private(user: AbstractUser, key: str) -> int:
    """Call every own record of a tool private that may be: how many there were. Raises NotMine."""
    person = person_of(user)
    if person is None or not _of(person, key).exists():
        raise NotMine
    numbers = list(_private_ones(person).filter(tool=key).values_list("pk", flat=True))
    for number in numbers:
        my_data.call_private(user, number)
    return len(numbers)


def questions_to(user: AbstractUser, now: datetime) -> list[tuple[str, QuestionToUsers]]:
    """What somebody is asked about tools they use and has not answered, each with the tool's name."""
    person = person_of(user)
    asked = questions_for(person, day_of(now)) if person else []
    vendors = dict(Tool.objects.filter(key__in={one.tool for one in asked}).values_list("key", "vendor"))
    names = names_of(vendors)
    return [(names[one.tool].title, one) for one in asked if one.tool in names]


def said_not_me() -> QuerySet[Attestation]:
    """Words of people that what evidence says of them was somebody else, newest first."""
    return Attestation.objects.filter(word=Word.NOT_ME).order_by("-made_at", "-pk")


def _words_of(user: AbstractUser) -> dict[str, Attestation]:
    words = Attestation.objects.filter(account=user.email.lower()).order_by("made_at", "pk")
    return {word.tool: word for word in words}


def _evidence_of(person: Person) -> QuerySet[Record]:
    """What counts on a person: not what they took back, nor what they called private a moment ago."""
    called = [bytes.fromhex(decision.subject["identity"]) for decision in private_records().values()]
    found = evidence().filter(person=person).exclude(kind=Record.Kind.GRANT, revoked=True)
    found = found.exclude(kind=Record.Kind.CONTRACT)
    return found.exclude(identity__in=called)


def _of(person: Person, key: str) -> QuerySet[Record]:
    return _evidence_of(person).filter(tool=key)


def _private_ones(person: Person) -> QuerySet[Record]:
    return my_data.may_be_private(_evidence_of(person))
