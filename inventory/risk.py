"""How risky a tool is, as a range: from what is known to what it may come to.

Pure. Five questions, each with points (judgement; together a hundred at most). What is known has as many
points at both ends; what is unknown widens the range, since unknown is not safe.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.figures import GRANT
from inventory.flags.facts import PlanKind
from inventory.flags.scopes import Reach as Access

#: What an app can do with each: the most counts, every further one adds a little.
_ACCESS = {
    Access.ADMINISTRATION: 35,
    Access.MAIL: 30,
    Access.CODE: 30,
    Access.FILES: 25,
    Access.CALENDAR: 15,
}
_FURTHER, _ALL_ACCESS = 5, 40
_UNSEEN_ACCESS, _PLAN, _TRAINING, _OWNER, _PRODUCT = 20, 20, 20, 10, 10

ACCESS_NAMES = {
    Access.MAIL: _("mail"),
    Access.FILES: _("files"),
    Access.CALENDAR: _("calendars"),
    Access.CODE: _("code"),
    Access.ADMINISTRATION: _("administration"),
}


class Part(NamedTuple):
    """One question, its answer (None: unknown) and how many points it has at least and at most."""

    question: str | Promise
    answer: str | Promise | None
    low: int
    high: int


class Risk(NamedTuple):
    parts: tuple[Part, ...]

    @property
    def low(self) -> int:
        return sum(part.low for part in self.parts)

    @property
    def high(self) -> int:
        return sum(part.high for part in self.parts)

    @property
    def known(self) -> int:
        """How many of the questions have an answer."""
        return sum(part.answer is not None for part in self.parts)


def access_points(access: Collection[str]) -> int:
    """What an app may reach, 0 to 40."""
    points = sorted((_ACCESS[Access(one)] for one in access), reverse=True)
    return min(_ALL_ACCESS, points[0] + _FURTHER * (len(points) - 1)) if points else 0


def risk_of(
    *, access: Collection[str], doors: Collection[str], plan: PlanKind | None, owned: bool, product: bool
) -> Risk:
    """The risk of a tool by what it reaches, how it came in, its plan, and whether anybody answers for it.

    Whether its maker trains on what people enter is unknown throughout: the catalog holds no facts yet.
    """
    return Risk(
        (
            _access(access, doors),
            _plan(plan),
            Part(_("Trains on what people enter"), None, 0, _TRAINING),
            Part(
                _("Somebody answers for it"),
                _("yes, it has an owner") if owned else _("no, nobody owns it"),
                *((0, 0) if owned else (_OWNER, _OWNER)),
            ),
            Part(_("Which product it is"), _("known"), 0, 0)
            if product
            else Part(_("Which product it is"), None, 0, _PRODUCT),
        )
    )


def _access(access: Collection[str], doors: Collection[str]) -> Part:
    question = _("What it may reach")
    if points := access_points(access):
        return Part(question, access_in_words(access), points, points)
    if GRANT in doors:
        return Part(question, _("who signs in, nothing wide that is known of"), 0, 0)
    return Part(question, None, 0, _UNSEEN_ACCESS)


def access_in_words(access: Collection[str]) -> str:
    """What is reached, the most telling first."""
    ordered = sorted(map(Access, access), key=lambda one: (-_ACCESS[one], one))
    return ", ".join(str(ACCESS_NAMES[one]) for one in ordered)


def _plan(plan: PlanKind | None) -> Part:
    question = _("Plan in use")
    match plan:
        case PlanKind.INDIVIDUAL:
            return Part(question, _("for one person, or free"), _PLAN, _PLAN)
        case PlanKind.COMPANY:
            return Part(question, _("bought for the company"), 0, 0)
        case _unknown:
            return Part(question, None, 0, _PLAN)
