"""Cases about overlaps: how far each is, and what it brought.

What a case brought is measured, not estimated: what its tools cost a month before it was decided,
against what they cost in the whole months after its day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max, Min, Sum
from django.utils.translation import gettext as _

from inventory.company_time import day_of
from inventory.figures import last_months
from inventory.models import CaseEntry, OverlapDecision, Tool, ToolSpend
from inventory.naming import capabilities_of, names_of
from inventory.overlap import Step
from inventory.saving import Saving, restored, saving
from inventory.use import tools_in_use

Sums = Mapping[str, int]  # currency → 10⁻⁶


class WrongEntry(ValueError):
    """What cannot be written down about a case: one sentence that says why."""


@dataclass(frozen=True)
class Measured:
    """What a case's tools cost before it was decided and after its day, in whole months."""

    first: str  # YYYY-MM, the first month after its day
    last: str  # the last whole month that records tell of; before ``first`` where none is over yet
    months: int  # from first to last
    before_months: int
    before: Sums  # in the months before
    after: Sums  # in the months after

    @property
    def known(self) -> bool:
        return self.months > 0 and self.before_months > 0

    @property
    def brought(self) -> dict[str, int]:
        """Currency → what the months after would have cost as before, less what they did cost.

        Rounded down to 10⁻⁶. Negative where the tools cost more than before.
        """
        if not self.known:
            return {}
        return {
            currency: self.before.get(currency, 0) * self.months // self.before_months
            - self.after.get(currency, 0)
            for currency in sorted({*self.before, *self.after})
        }


def measured(
    spend: Mapping[str, Sums], told: tuple[str, str] | None, decided: date, effective: date, today: date
) -> Measured:
    """What tools cost before and after. Pure.

    ``spend``: month → currency → amount of the case's tools; ``told``: the first and the last month that
    any purchase of any tool tells of. The present month is not over, and the months from the decision to
    its day are neither before nor after. Before are twelve months at most.
    """
    first = _month_after(effective)
    window = last_months(_month_before(decided))
    earliest, latest = told or (window[1], window[0])
    earliest = max(earliest, window[0])
    last = min(latest, _month_before(today))
    return Measured(
        first=first,
        last=last,
        months=max(0, _number(last) - _number(first) + 1),
        before_months=max(0, _number(window[1]) - _number(earliest) + 1) if told else 0,
        before=_sums(spend, earliest, window[1]),
        after=_sums(spend, first, last),
    )


def _sums(spend: Mapping[str, Sums], first: str, last: str) -> Sums:
    totals: dict[str, int] = defaultdict(int)
    for month, sums in spend.items():
        if first <= month <= last:
            for currency, amount in sums.items():
                totals[currency] += amount
    return dict(totals)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _named(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _month_after(day: date) -> str:
    return _named(day.year * 12 + day.month)


def _month_before(day: date) -> str:
    return _named(day.year * 12 + day.month - 2)


@dataclass(frozen=True)
class PlannedTool:
    """What a case plans for a tool, and whether that happened."""

    key: str
    title: str
    step: str
    listed: bool  # in the inventory still
    in_use: bool

    @property
    def ends(self) -> bool:
        return self.step != Step.KEEP


@dataclass(frozen=True)
class Case:
    """A case with what came of it. ``done`` is the day it was called done."""

    decision: OverlapDecision
    name: str  # of the capability
    tools: tuple[PlannedTool, ...]  # kept ones first
    entries: tuple[CaseEntry, ...]  # newest first
    done: date | None
    taken_back: bool
    today: date
    expected: Saving
    measured: Measured

    @property
    def late(self) -> bool:
        due = self.decision.due
        return self.done is None and not self.taken_back and due is not None and due < self.today

    @property
    def ending(self) -> int:
        return sum(tool.ends for tool in self.tools)

    @property
    def ended(self) -> int:
        return sum(tool.ends and not tool.in_use for tool in self.tools)


def cases(today: date, only: int | None = None) -> list[Case]:
    """Cases, the one decided last first. A fixed number of queries, however many there are.

    One that was decided again before it was done is replaced and left out, and so is one taken back
    before it was done; asked for by its number, any is told.
    """
    decisions = list(OverlapDecision.objects.order_by("made_at", "pk"))
    entries: dict[int, list[CaseEntry]] = defaultdict(list)
    for entry in CaseEntry.objects.order_by("-made_at", "-pk"):
        entries[entry.case_id].append(entry)
    newest = {decision.capability: decision for decision in decisions}
    chosen, superseded = [], set()
    for decision in decisions:
        if decision.kind != OverlapDecision.Kind.CASE or (only is not None and decision.pk != only):
            continue
        holds = newest[decision.capability].pk == decision.pk
        done = any(entry.kind == CaseEntry.Kind.DONE for entry in entries[decision.pk])
        if not holds and not done:
            superseded.add(decision.pk)
        if only is not None or holds or done:
            chosen.append(decision)
    keys = {key for decision in chosen for key in decision.plan}
    listed = {tool.key: tool for tool in Tool.objects.filter(key__in=keys)}
    used = tools_in_use(listed.values(), today)
    titles = names_of({key: key.partition("/")[0] for key in keys})
    spend, told = _spend(keys)
    words = {key: name for having in capabilities_of(keys).values() for key, name in having}
    order = list(Step)
    found = []
    for decision in reversed(chosen):
        done = next(
            (day_of(entry.made_at) for entry in entries[decision.pk] if entry.kind == CaseEntry.Kind.DONE),
            None,
        )
        of_tools: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for key in decision.plan:
            for (month, currency), amount in spend.get(key, {}).items():
                of_tools[month][currency] += amount
        due = decision.due or day_of(decision.made_at)
        found.append(
            Case(
                decision=decision,
                name=words.get(decision.capability, decision.capability),
                tools=tuple(
                    PlannedTool(key, titles[key].title, step, key in listed, key in used)
                    for key, step in sorted(
                        decision.plan.items(), key=lambda item: (order.index(Step(item[1])), item[0])
                    )
                ),
                entries=tuple(entries[decision.pk]),
                done=done,
                taken_back=decision.pk in superseded,
                today=today,
                expected=saving(restored(decision.terms)),
                measured=measured(
                    of_tools, told, day_of(decision.made_at), min(due, done) if done else due, today
                ),
            )
        )
    return found


def _spend(
    keys: Iterable[str],
) -> tuple[dict[str, dict[tuple[str, str], int]], tuple[str, str] | None]:
    """Tool → (month, currency) → amount; and the months that any purchase tells of. Two queries."""
    found: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    rows = ToolSpend.objects.filter(tool__key__in=set(keys)).values_list("tool__key", "month", "currency")
    for key, month, currency, amount in rows.annotate(total=Sum("amount")).order_by():
        found[key][month, currency] = int(amount)
    told = ToolSpend.objects.aggregate(first=Min("month"), last=Max("month"))
    return found, (told["first"], told["last"]) if told["first"] else None


def write_down(case: OverlapDecision, words: str, *, done: bool, actor: str, now: datetime) -> CaseEntry:
    """Write down how a case goes on, or that it is done. Raises WrongEntry."""
    if not words.strip():
        raise WrongEntry(_("Say what happened: it is kept with the case."))
    kind = CaseEntry.Kind.DONE if done else CaseEntry.Kind.PROGRESS
    try:
        with transaction.atomic():
            return CaseEntry.objects.create(
                case=case, kind=kind, words=words.strip(), actor=actor, made_at=now
            )
    except IntegrityError:
        raise WrongEntry(_("This case is done already.")) from None
