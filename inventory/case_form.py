"""A case as somebody fills it in: what becomes of each tool, and the terms of the saving.

Every term starts from what is known and says where that is from. A term that somebody changed stays as
it is when the plan changes; the others follow the plan.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import get_format, number_format
from django.utils.translation import gettext as _

from discovery.money import from_micro, to_micro
from inventory.models import ToolStatus
from inventory.money_totals import reporting_currency
from inventory.overlap import Group, GroupState, Step, proposed_terms
from inventory.saving import Range, Saving, Terms, restored, saving

#: The most that a term may come to, in major units or heads: what is larger is a slip of the hand.
_MOST = 10**9
#: Terms of which whole numbers are meant; the others are money.
_COUNTED = ("seats", "hours")
_EXAMPLES = (1_250_500_000, 1_250)  # of money, of what is counted
TERMS = ("ended", "seats", "seat_price", "committed", "hours", "hourly")


class WrongNumber(ValueError):
    """A number that cannot be read: one sentence that says why."""


@dataclass(frozen=True)
class TermLine:
    """A term as the form shows it."""

    name: str
    words: str
    low: str  # as the reader writes numbers
    high: str
    default_low: str
    default_high: str
    source: str
    known: bool  # whether anything is known of it

    @property
    def edited(self) -> bool:
        return (self.low, self.high) != (self.default_low, self.default_high)


@dataclass(frozen=True)
class CaseForm:
    """A case as filled in so far. ``wrong`` says in one sentence why there is no result."""

    plan: Mapping[str, str]
    lines: tuple[TermLine, ...]
    terms: Terms | None
    result: Saving | None
    wrong: str

    @property
    def guessed(self) -> list[str]:
        """What is not known and nobody filled in: it counts as nothing, and the page says so."""
        return [line.words for line in self.lines if not line.known and not line.edited]

    @property
    def cost_known(self) -> bool:
        """Whether anything says what the tools that end cost: without it there is no saving to tell."""
        return any(line.name == "ended" and (line.known or line.edited) for line in self.lines)


def first_plan(group: Group) -> dict[str, str]:
    """What a new case begins with: the tool that is decided for, else that costs most, is kept."""
    currency = reporting_currency()
    kept = min(
        group.members,
        key=lambda one: (
            one.tool.status != ToolStatus.SANCTIONED,
            -one.spend.get(currency, 0),
            one.tool.key,
        ),
    ).tool.key
    return {key: Step.KEEP if key == kept else Step.MOVE for key in group.keys}


def as_decided(group: Group) -> dict[str, str]:
    """The case in force as a form would send it, to be changed; nothing where there is none."""
    decision = group.decision
    if decision is None or group.state != GroupState.CASE:
        return {}
    data = {f"step:{key}": step for key, step in decision.plan.items()}
    terms = restored(decision.terms)
    for name in TERMS:
        value: Range = getattr(terms, name)
        data |= {f"{name}_low": written(name, value.low), f"{name}_high": written(name, value.high)}
    return data


def filled_in(group: Group, data: Mapping[str, str], today: date) -> CaseForm:
    """What a form says; of a new one, what is known."""
    plan = {
        key: step if (step := data.get(f"step:{key}", "")) in set(Step) else otherwise
        for key, otherwise in first_plan(group).items()
    }
    proposed, unknown = proposed_terms(group, plan, today)
    lines = tuple(_line(name, proposed, name not in unknown, data) for name in TERMS)
    try:
        terms = Terms(proposed.currency, **{line.name: _range_of(line) for line in lines})
    except ValueError as wrong:
        return CaseForm(plan, lines, None, None, str(wrong))
    return CaseForm(plan, lines, terms, saving(terms), "")


def _line(name: str, proposed: Terms, known: bool, data: Mapping[str, str]) -> TermLine:
    default: Range = getattr(proposed, name)
    shown = {"low": written(name, default.low), "high": written(name, default.high)}
    values = {}
    for end, now in shown.items():
        typed = data.get(f"{name}_{end}", "").strip()
        before = data.get(f"{name}_{end}_default", "")
        values[end] = typed if typed and typed != before else now
    return TermLine(
        name=name,
        words=_WORDS[name](),
        low=values["low"],
        high=values["high"],
        default_low=shown["low"],
        default_high=shown["high"],
        source=(_SOURCES if known else _NOT_KNOWN)[name](),
        known=known,
    )


_WORDS = {
    "ended": lambda: _("Cost that ends, a year"),
    "seats": lambda: _("Seats to buy"),
    "seat_price": lambda: _("A seat of what is kept, a year"),
    "committed": lambda: _("Committed remaining term"),
    "hours": lambda: _("Hours of moving"),
    "hourly": lambda: _("An hour of moving"),
}
_SOURCES = {
    "ended": lambda: _("what the tools that end cost in the last twelve months"),
    "seats": lambda: _("people here who have a tool that moves and none that is kept: seen lately, and ever"),
    "seat_price": lambda: _("what the kept tools came to a person in the last twelve months"),
}
_NOT_KNOWN = {
    "ended": lambda: _("not known: it was paid in several currencies, and there is no rate"),
    "seat_price": lambda: _("not known: nothing was paid for a kept tool, or there is no rate"),
    "committed": lambda: _("not known: no contract is recorded"),
    "hours": lambda: _("not known: estimate it"),
    "hourly": lambda: _("not known: estimate it"),
}


def written(name: str, value: int) -> str:
    """A term's number as the reader writes it."""
    if name in _COUNTED:
        return number_format(value, force_grouping=True)
    return number_format(from_micro(value), force_grouping=True)


def _range_of(line: TermLine) -> Range:
    low, high = _number(line.name, line.words, line.low), _number(line.name, line.words, line.high)
    if low > high:
        raise WrongNumber(
            _("%(term)s: at least %(low)s and at most %(high)s cannot both be.")
            % {"term": line.words, "low": line.low, "high": line.high}
        )
    return Range(low, high)


def _number(name: str, words: str, text: str) -> int:
    """What somebody typed, exactly: a point and a comma are taken only where they stand as they should."""
    point, comma = get_format("DECIMAL_SEPARATOR"), get_format("THOUSAND_SEPARATOR")
    digits = rf"\d{{1,3}}(?:{re.escape(comma)}\d{{3}})+|\d+"
    decimals = "" if name in _COUNTED else rf"(?:{re.escape(point)}\d{{1,6}})?"
    sign = "-?" if name == "ended" else ""
    plain = text.strip().replace("−", "-")
    if re.fullmatch(f"{sign}(?:{digits}){decimals}", plain, re.ASCII):
        value = Decimal(plain.replace(comma, "").replace(point, "."))
        if abs(value) <= _MOST:
            return int(value) if name in _COUNTED else to_micro(value)
    raise WrongNumber(
        _("%(term)s: “%(text)s” cannot be read; write it like %(example)s.")
        % {"term": words, "text": text[:40], "example": written(name, _EXAMPLES[name in _COUNTED])}
    )
