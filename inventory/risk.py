"""How risky a tool is, as a range: from what is known to what it may come to.

Pure. Some questions are answered by what was seen here, the others by facts of the catalog. Each has
points (judgement; together a hundred at most). What is known has as many points at both ends; what is
unknown widens the range to both sides of every answer there could be, since unknown is not safe: a tool
of which less is known never comes out as less risky than its twin of which more is.

How much each question weighs is a company's own (:mod:`inventory.risk_weights`); the answers to one keep
their proportions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.figures import GRANT
from inventory.flags.facts import PlanKind
from vendors.matching.scopes import Reach as Access
from vendors.risk_attributes import Kind, attributes

#: What an app can do with each: the most counts, every further one adds a little.
_ACCESS = {
    Access.ADMINISTRATION: 26,
    Access.MAIL: 22,
    Access.CODE: 22,
    Access.FILES: 19,
    Access.CALENDAR: 11,
}
_FURTHER, MOST_ACCESS = 4, 30
_UNSEEN_ACCESS, _PLAN, _OWNER, _PRODUCT = 15, 10, 5, 5

#: Attribute → points of each value. The most of them is what an unknown one may come to.
_POINTS: dict[str, dict[str, int]] = {
    "training.default": {
        "never": 0,
        "opt-in": 2,
        "opt-out-admin": 9,
        "opt-out-user": 12,
        "always": 15,
    },
    "retention.default": {
        "zero": 0,
        "up-to-30-days": 1,
        "customer-sets": 1,
        "up-to-1-year": 3,
        "until-deleted": 4,
        "longer": 5,
    },
    "human-review": {"no": 0, "abuse-only": 1, "yes": 5},
    "content-licence": {"none": 0, "service-only": 0, "broad": 5},
    "acts": {
        "none": 0,
        "drafts": 1,
        "writes-in-apps": 6,
        "runs-code": 7,
        "browses": 8,
        "spends-money": 10,
    },
    "records-third-parties": {"no": 0, "yes": 5},
}
#: Either of them will do.
_AUDITS: dict[str, dict[str, int]] = {
    "cert.soc2": {"type-2": 0, "type-1": 2, "none": 5},
    "cert.iso27001": {"yes": 0, "no": 5},
}
#: The facts that risk asks for.
RISK_ATTRIBUTES = (*_POINTS, *_AUDITS)
#: Attribute → what it may be; None among the values: it may be unknown.
Answers = Mapping[str, frozenset[str | None]]

#: Question → the points that it can have.
Weights = Mapping[str, int]
ACCESS, PLAN, AUDITS, OWNER, PRODUCT = "access", "plan", "audits", "owner", "product"
#: A hundred together (judgement).
SHIPPED_WEIGHTS: Weights = MappingProxyType(
    {
        ACCESS: MOST_ACCESS,
        PLAN: _PLAN,
        **{attribute: max(points.values()) for attribute, points in _POINTS.items()},
        AUDITS: 5,
        OWNER: _OWNER,
        PRODUCT: _PRODUCT,
    }
)
QUESTIONS: Mapping[str, str | Promise] = {
    ACCESS: _("What it may reach"),
    PLAN: _("Plan in use"),
    **{attribute: attributes()[attribute].name for attribute in _POINTS},
    AUDITS: _("Audited"),
    OWNER: _("Somebody answers for it"),
    PRODUCT: _("Which product it is"),
}

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
    """What an app may reach, 0 to 30."""
    points = sorted((_ACCESS[Access(one)] for one in access), reverse=True)
    return min(MOST_ACCESS, points[0] + _FURTHER * (len(points) - 1)) if points else 0


def risk_of(
    *,
    access: Collection[str],
    doors: Collection[str],
    plan: PlanKind | None,
    owned: bool,
    product: bool,
    facts: Answers,
    weights: Weights = SHIPPED_WEIGHTS,
) -> Risk:
    """The risk of a tool by what it reaches, how it came in, its plan, whether anybody answers for it, and
    what the catalog says on the plans that may be in use. An attribute that ``facts`` lacks is unknown."""
    answers = {
        ACCESS: _access(access, doors),
        PLAN: _plan(plan),
        **{attribute: _fact(attribute, facts) for attribute in _POINTS},
        AUDITS: _audits(facts),
        OWNER: _Answer(_("yes, it has an owner"), 0, 0)
        if owned
        else _Answer(_("no, nobody owns it"), _OWNER, _OWNER),
        PRODUCT: _Answer(_("known"), 0, 0) if product else _Answer(None, 0, _PRODUCT),
    }
    return Risk(
        tuple(
            Part(
                QUESTIONS[question],
                answer.words,
                _weighed(answer.low, question, weights),
                _weighed(answer.high, question, weights),
            )
            for question, answer in answers.items()
        )
    )


class _Answer(NamedTuple):
    """In words (None: unknown), and in points as they are shipped."""

    words: str | Promise | None
    low: int
    high: int


def _weighed(points: int, question: str, weights: Weights) -> int:
    """Shipped points by a company's weight, to the nearest whole one: all of them are all of the weight, and
    none is none."""
    most = SHIPPED_WEIGHTS[question]
    return (2 * points * weights[question] + most) // (2 * most)


def _fact(key: str, facts: Answers) -> _Answer:
    return _Answer(in_words(key, facts.get(key, frozenset())), *_between(key, _POINTS[key], facts))


def _audits(facts: Answers) -> _Answer:
    """Audited by either of two standards: the better of the two counts."""
    ends = [_between(key, points, facts) for key, points in _AUDITS.items()]
    said = [
        f"{attributes()[key].name}: {words}"
        for key in _AUDITS
        if (words := in_words(key, facts.get(key, frozenset()))) is not None
    ]
    low, high = (min(end[side] for end in ends) for side in (0, 1))
    return _Answer(", ".join(map(str, said)) or None, low, high)


def _between(key: str, points: Mapping[str, int], facts: Answers) -> tuple[int, int]:
    """The fewest and the most points that what is known leaves open."""
    most = max(points.values())
    low, high = [], []
    for value in facts.get(key) or {None}:
        if value is None:
            low.append(0)
            high.append(most)
        else:
            # Of several values the worst counts.
            worst = max(points.get(one, most) for one in attributes()[key].keys(value))
            low.append(worst)
            high.append(worst)
    return min(low), max(high)


def in_words(key: str, values: Collection[str | None]) -> str | Promise | None:
    """What is known of an attribute, all of it where plans differ; None for nothing."""
    attribute = attributes()[key]
    known = sorted(attribute.words(value) for value in values if value is not None)
    if not known:
        return None
    said = (" · " if attribute.kind == Kind.SEVERAL else " / ").join(known)
    return _("%(said)s; unknown on other plans") % {"said": said} if None in values else said


def _access(access: Collection[str], doors: Collection[str]) -> _Answer:
    if points := access_points(access):
        return _Answer(access_in_words(access), points, points)
    if GRANT in doors:
        return _Answer(_("who signs in, nothing wide that is known of"), 0, 0)
    return _Answer(None, 0, _UNSEEN_ACCESS)


def access_in_words(access: Collection[str]) -> str:
    """What is reached, the most telling first."""
    ordered = sorted(map(Access, access), key=lambda one: (-_ACCESS[one], one))
    return ", ".join(str(ACCESS_NAMES[one]) for one in ordered)


def _plan(plan: PlanKind | None) -> _Answer:
    match plan:
        case PlanKind.INDIVIDUAL:
            return _Answer(_("for one person, or free"), _PLAN, _PLAN)
        case PlanKind.COMPANY:
            return _Answer(_("bought for the company"), 0, 0)
        case _unknown:
            return _Answer(None, 0, _PLAN)
