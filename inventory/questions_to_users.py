"""Asking the people who use a tool, before somebody decides about it.

A question is asked of a tool and not of names: everybody with evidence of use reads it on their own
page until its last day, answers once in one click, and is told who asks. Who decides reads numbers of
answers, and of each answer the pseudonym as anywhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from discovery.models import Person
from inventory.company_time import day_of
from inventory.decisions import WrongDecision
from inventory.head_counts import shown
from inventory.models import AnswerOfUser, QuestionToUsers, Tool, ToolPerson, UsersAnswer
from inventory.opened_names import Names, Shown
from inventory.snoozing import snooze

#: So long people have for an answer, unless somebody names another day.
ANSWER_WITHIN = timedelta(days=14)
_LONGEST = 500


class NotAnswered(ValueError):
    """One sentence that says why an answer is not taken."""


@transaction.atomic
def ask_users(tool: str, text: str, answer_by: date | None, *, actor: str, now: datetime) -> QuestionToUsers:
    """Ask everybody who uses a tool; it leaves the queue until the day after the last one for an answer.

    Raises WrongDecision in one sentence.
    """
    text = " ".join(text.split())
    if not text:
        raise WrongDecision(_("say what you want to know of the people who use it"))
    if len(text) > _LONGEST:
        raise WrongDecision(_("ask it in 500 characters at most"))
    last = answer_by or day_of(now) + ANSWER_WITHIN
    if last <= day_of(now):
        raise WrongDecision(_("people need a day in the future to answer by"))
    if not ToolPerson.objects.filter(tool__key=tool).exists():
        raise WrongDecision(_("nobody is known to use it, so there is nobody to ask"))
    if open_questions(day_of(now)).filter(tool=tool).exists():
        raise WrongDecision(_("the people who use it are being asked already"))
    question = QuestionToUsers.objects.create(
        tool=tool, text=text, asked_by=actor, asked_at=now, answer_by=last
    )
    reason = _("asked the people who use it: %(question)s") % {"question": text}
    snooze([tool], last + timedelta(days=1), actor=actor, reason=reason, now=now)
    return question


@transaction.atomic
def take_back(question: QuestionToUsers, *, actor: str, now: datetime) -> None:
    """Ask no longer; answers so far stay. The tool is back in the queue."""
    changed = QuestionToUsers.objects.filter(pk=question.pk, taken_back_at=None)
    if not changed.update(taken_back_by=actor, taken_back_at=now):
        raise WrongDecision(_("this question was taken back already"))
    snooze([question.tool], None, actor=actor, reason=_("the question was taken back"), now=now)


def open_questions(today: date) -> QuerySet[QuestionToUsers]:
    """Questions that can be answered today."""
    return QuestionToUsers.objects.filter(taken_back_at=None, answer_by__gte=today)


def questions_for(person: Person, today: date) -> list[QuestionToUsers]:
    """What a person is asked and has not answered, the oldest first: of tools that they use. One query."""
    used = Tool.objects.filter(people__person=person).values("key")
    asked = open_questions(today).filter(tool__in=used).exclude(answers__person=person.email)
    return list(asked.order_by("asked_at", "pk"))


def answers_by(person: Person) -> list[AnswerOfUser]:
    """Everything that a person answered, newest first, for their own page. One query."""
    given = AnswerOfUser.objects.filter(person=person.email).select_related("question")
    return list(given.order_by("-answered_at", "-pk"))


def answer_question(
    question_id: int, person: Person, choice: str, words: str = "", *, now: datetime
) -> AnswerOfUser:
    """Take a person's answer, once. Raises NotAnswered in one sentence."""
    question = next((one for one in questions_for(person, day_of(now)) if one.pk == question_id), None)
    if question is None:
        raise NotAnswered(_("You are not asked this, or not any more."))
    if choice not in UsersAnswer.values:
        raise NotAnswered(_("Choose one of the answers."))
    words = " ".join(words.split())
    if len(words) > _LONGEST:
        raise NotAnswered(_("Say it in 500 characters at most."))
    try:
        with transaction.atomic():
            return AnswerOfUser.objects.create(
                question=question, person=person.email, answer=choice, words=words, answered_at=now
            )
    except IntegrityError:
        raise NotAnswered(_("You have answered this already.")) from None


@dataclass(frozen=True)
class Answered:
    """A question with its answers, as one reader sees them. ``said`` is empty for who may see no people."""

    question: QuestionToUsers
    counts: list[tuple[str, str]]  # answer in words → how many, as exact as the reader may know
    said: list[tuple[Shown, str, str]]  # who, the answer, their own words; by pseudonym
    open: bool


def asked_about(tool: str, names: Names | None, *, exact: bool, today: date) -> list[Answered]:
    """The questions about a tool, newest first. Three queries.

    ``names`` None: a reader who may not see people, who gets numbers in fives and nobody's words.
    """
    questions = list(
        QuestionToUsers.objects.filter(tool=tool).prefetch_related("answers").order_by("-asked_at", "-pk")
    )
    emails = {answer.person for question in questions for answer in question.answers.all()}
    people = {person.email: person for person in Person.objects.filter(email__in=emails)} if names else {}
    return [
        Answered(
            question,
            _counts([answer.answer for answer in question.answers.all()], exact),
            _said(list(question.answers.all()), people, names) if names else [],
            question.taken_back_at is None and question.answer_by >= today,
        )
        for question in questions
    ]


def _counts(answers: Sequence[str], exact: bool) -> list[tuple[str, str]]:
    counts = Counter(answers)
    return [(str(choice.label), shown(counts[choice], exact)) for choice in UsersAnswer if counts[choice]]


def _said(
    answers: list[AnswerOfUser], people: dict[str, Person], names: Names
) -> list[tuple[Shown, str, str]]:
    said = [
        (names.of(people[answer.person]), str(UsersAnswer(answer.answer).label), answer.words)
        for answer in answers
        if answer.person in people
    ]
    return sorted(said, key=lambda one: one[0].code)
