"""What a policy asks of a tool and what it decides then: plain values, stored as JSON. Pure.

People are asked for in fives, so that trying policies on a preview tells nobody a small number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inventory.decision_words import STATUS_NAMES
from inventory.decisions import WrongDecision
from inventory.figures import DOORS
from inventory.flags.facts import PlanKind
from inventory.models import ToolStatus
from inventory.risk import access_in_words
from inventory.weighing import Weighed
from inventory.words import DOOR_NAMES
from vendors.matching.scopes import Reach as Access

#: Numbers of people that a condition can name.
PEOPLE = (5, 10, 20, 50, 100)
PLANS = {
    PlanKind.INDIVIDUAL.value: gettext_lazy("for one person, or free"),
    PlanKind.COMPANY.value: gettext_lazy("bought for the company"),
}
MAKERS = (ToolStatus.SANCTIONED, ToolStatus.RESTRICTED, ToolStatus.PROHIBITED)
STATUSES = (
    ToolStatus.SANCTIONED,
    ToolStatus.RESTRICTED,
    ToolStatus.PROHIBITED,
    ToolStatus.UNDER_REVIEW,
)
SNOOZE = "snooze"
_MOST_DAYS = 730
_MOST_RISK = 100


@dataclass(frozen=True)
class Conditions:
    """All that are named must hold. An empty text, None or () asks nothing."""

    capability: str = ""
    door: str = ""
    access: tuple[str, ...] = ()  # reaches at least one of these
    no_access: bool = False  # reaches nothing wide, as far as is known
    plan: str = ""
    maker: str = ""  # another tool of the same maker has this status
    people_below: int | None = None
    people_from: int | None = None
    spend_below: int | None = None  # 10⁻⁶ of the reporting currency in twelve months
    spend_from: int | None = None
    risk_below: int | None = None  # the upper end of the range
    risk_from: int | None = None

    def __post_init__(self) -> None:
        if all(getattr(self, f.name) in ("", (), None, False) for f in fields(self)):
            raise WrongDecision(_("a policy without a condition would decide everything; name one"))
        self._refuse_unknown("door", self.door, DOORS)
        self._refuse_unknown("plan", self.plan, PLANS)
        self._refuse_unknown("maker", self.maker, MAKERS)
        for one in self.access:
            self._refuse_unknown("access", one, tuple(Access))
        for number in (self.people_below, self.people_from):
            if number is not None and number not in PEOPLE:
                raise WrongDecision(_("a policy counts people as one of the numbers of the list"))
        if self.no_access and self.access:
            raise WrongDecision(_("a tool cannot reach something and nothing; choose one"))
        for number in (self.risk_below, self.risk_from):
            if number is not None and not 0 <= number <= _MOST_RISK:
                raise WrongDecision(_("risk goes from 0 to 100"))
        for low, high in (
            (self.people_from, self.people_below),
            (self.spend_from, self.spend_below),
            (self.risk_from, self.risk_below),
        ):
            if low is not None and high is not None and low >= high:
                raise WrongDecision(
                    _("nothing is from %(low)s and below %(high)s") % {"low": low, "high": high}
                )

    @staticmethod
    def _refuse_unknown(name: str, value: str, known: Any) -> None:
        if value and value not in known:
            raise WrongDecision(
                _("“%(value)s” is not among the choices for %(name)s") % {"value": value, "name": name}
            )

    def hold_for(self, one: Weighed) -> bool:
        """Whether a tool meets all of them. What is not known meets no condition about it."""
        return (
            (not self.capability or (one.job is not None and one.job.key == self.capability))
            and (not self.door or self.door in one.tool.doors)
            and (not self.access or not one.access.isdisjoint(self.access))
            and not (self.no_access and one.access)
            and (not self.plan or one.plan == self.plan)
            and (not self.maker or self.maker in one.maker)
            and _between(one.people, self.people_from, self.people_below)
            and _between(one.spend, self.spend_from, self.spend_below)
            and _between(one.risk.high, self.risk_from, self.risk_below)
        )

    def stored(self) -> dict[str, Any]:
        """As JSON holds it: what asks nothing is left out."""
        told = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}
        return {name: value for name, value in told.items() if value not in ("", [], None, False)}

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Conditions:
        return cls(**{**stored, "access": tuple(stored.get("access", ()))})

    def in_words(self, capabilities: Mapping[str, str], money: Any) -> list[str]:
        """Each condition as a phrase. ``money`` writes an amount of 10⁻⁶."""
        words = [
            (
                self.capability,
                _("does %(what)s") % {"what": capabilities.get(self.capability, self.capability)},
            ),
            (self.door, _("came in by %(door)s") % {"door": DOOR_NAMES.get(self.door, self.door)}),
            (self.access, _("may reach %(data)s") % {"data": access_in_words(self.access)}),
            (self.no_access, _("reaches nothing wide that is known of")),
            (self.plan, _("plan: %(plan)s") % {"plan": PLANS.get(self.plan, "")}),
            (
                self.maker,
                _("another tool of its maker is %(status)s")
                % {"status": STATUS_NAMES[self.maker] if self.maker else ""},
            ),
            (self.people_from, _("%(n)s people or more") % {"n": self.people_from}),
            (self.people_below, _("fewer than %(n)s people") % {"n": self.people_below}),
            (self.spend_from, _("costs %(amount)s a year or more") % {"amount": money(self.spend_from)}),
            (self.spend_below, _("costs less than %(amount)s a year") % {"amount": money(self.spend_below)}),
            (self.risk_from is not None, _("risk may come to %(n)s or more") % {"n": self.risk_from}),
            (self.risk_below, _("risk stays below %(n)s") % {"n": self.risk_below}),
        ]
        return [phrase for asked, phrase in words if asked or (asked == 0 and asked is not False)]


def _between(value: int | None, low: int | None, high: int | None) -> bool:
    if low is None and high is None:
        return True
    return value is not None and (low is None or value >= low) and (high is None or value < high)


@dataclass(frozen=True)
class Outcome:
    """A status with its conditions and a review after some days, or a snooze of some days."""

    act: str
    days: int
    conditions: str = ""

    def __post_init__(self) -> None:
        if self.act not in (*STATUSES, SNOOZE):
            raise WrongDecision(_("choose what the policy decides"))
        if not 0 < self.days <= _MOST_DAYS:
            raise WrongDecision(_("name from 1 to %(days)s days") % {"days": _MOST_DAYS})
        if self.act == ToolStatus.RESTRICTED and not self.conditions.strip():
            raise WrongDecision(_("say on which conditions a restricted tool may be used"))

    @property
    def snoozes(self) -> bool:
        return self.act == SNOOZE

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    def in_words(self) -> str:
        if self.snoozes:
            words = ngettext("snooze for %(days)s day", "snooze for %(days)s days", self.days)
            return words % {"days": self.days}
        words = ngettext(
            "%(status)s, to be reviewed after %(days)s day",
            "%(status)s, to be reviewed after %(days)s days",
            self.days,
        ) % {"status": STATUS_NAMES[self.act], "days": self.days}
        return f"{words}: {self.conditions}" if self.conditions else words
