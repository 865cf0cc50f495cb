"""The queue: tools that wait for a decision, those with the most risk × reach × access first.

In it is what nobody has decided about, and what was decided and asks for another look. Of the tools
that a first look at a source found, the ten that matter most; the rest is one line.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from inventory.decisions import REVIEWED
from inventory.flags.access import ScopesGrown
from inventory.flags.decided import OutsideConditions, ProhibitedInUse, ReviewDue, Undecided
from inventory.flags.wording import title_of
from inventory.models import Flag, FlagSeverity, Snooze, ToolArrival, ToolStatus
from inventory.open_flags import open_flags
from inventory.reach import Reach
from inventory.risk import Weights, access_in_words
from inventory.snoozing import snoozed
from inventory.weighing import Weighed, weigh

#: Tools of a first look that stand in the queue at a time.
OF_FIRST_LOOK = 10
#: Flags that bring a decided tool back.
_ANOTHER_LOOK = {ProhibitedInUse.id, OutsideConditions.id, ScopesGrown.id, ReviewDue.id}
_UNDECIDED = (ToolStatus.DISCOVERED, ToolStatus.UNDER_REVIEW)


@dataclass(frozen=True)
class Waiting:
    """A tool that waits, why, and how soon somebody should look."""

    weighed: Weighed
    why: str
    severity: str
    flags: tuple[Flag, ...]

    @property
    def key(self) -> str:
        return self.weighed.key


@dataclass(frozen=True)
class Queue:
    """``first_look``: tools that were there at the first look at their source; ``left_out`` of them wait
    and are not shown."""

    waiting: list[Waiting]
    first_look: int
    first_look_shown: int
    left_out: int
    snoozed: list[tuple[Weighed, Snooze]]

    @property
    def all_waiting(self) -> int:
        return len(self.waiting) + self.left_out


def queue(reach: Reach, today: date, weights: Weights | None = None) -> Queue:
    """The queue of somebody who decides for the whole company; by other weights than the company's, where
    they are given. A dozen queries, however many tools."""
    weighed = weigh(weights)
    out = snoozed(today)
    flags = open_flags([one.key for one in weighed], reach)
    baseline = set(ToolArrival.objects.filter(baseline=True).values_list("tool", flat=True))
    waiting = [
        _waiting(one, tuple(flags.get(one.key, ())), one.key not in baseline)
        for one in weighed
        if one.key not in out and _waits(one, flags.get(one.key, ()), today)
    ]
    waiting.sort(key=lambda one: (one.severity != FlagSeverity.CRITICAL, -one.weighed.rank, one.key))
    first_look = {one.key for one in waiting if _of_first_look(one.weighed, baseline)}
    shown = [one.key for one in waiting if one.key in first_look][:OF_FIRST_LOOK]
    return Queue(
        waiting=[one for one in waiting if one.key not in first_look or one.key in shown],
        first_look=sum(one.key in baseline for one in weighed),
        first_look_shown=len(shown),
        left_out=len(first_look) - len(shown),
        snoozed=[(one, out[one.key]) for one in weighed if one.key in out],
    )


def _of_first_look(one: Weighed, baseline: set[str]) -> bool:
    return one.key in baseline and one.tool.status == ToolStatus.DISCOVERED


def _waits(one: Weighed, flags: list[Flag] | tuple[Flag, ...], today: date) -> bool:
    tool = one.tool
    if tool.status in _UNDECIDED:
        return tool.last_seen is not None
    if tool.status not in REVIEWED:
        return False
    overdue = tool.review_due is not None and tool.review_due <= today
    return overdue or any(flag.rule in _ANOTHER_LOOK for flag in flags)


def _waiting(one: Weighed, flags: tuple[Flag, ...], news: bool) -> Waiting:
    severity = flags[0].severity if flags else _severity((one.risk.low + one.risk.high) // 2)
    return Waiting(one, _why(one, flags, news), severity, flags)


def _severity(middle: int) -> str:
    """By the middle of the range: its upper end alone would call everything high that little is known of."""
    if middle >= 55:
        return FlagSeverity.HIGH
    return FlagSeverity.MEDIUM if middle >= 35 else FlagSeverity.LOW


def _why(one: Weighed, flags: tuple[Flag, ...], news: bool) -> str:
    """The one reason that a tool is in the queue."""
    if one.tool.status not in _UNDECIDED:
        again = next((flag for flag in flags if flag.rule in _ANOTHER_LOOK), None)
        return title_of(again) if again else _("Its review is due")
    if one.access:
        return _("May reach %(data)s") % {"data": access_in_words(one.access)}
    if one.tool.status == ToolStatus.UNDER_REVIEW:
        return _("Under review")
    if news:
        return _("New")
    telling = next((flag for flag in flags if flag.rule != Undecided.id), None)
    return title_of(telling) if telling else _("Not yet decided")


@dataclass(frozen=True)
class Alike:
    """Undecided tools that have something in common, as the list of tools finds them."""

    words: str
    parameter: str
    value: str
    tools: int


def alike(one: Waiting, waiting: list[Waiting]) -> list[Alike]:
    """What a tool has in common with others that nobody has decided about: to be decided in one go."""
    undecided = [other.weighed for other in waiting if other.weighed.tool.status == ToolStatus.DISCOVERED]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for other in undecided:
        counts["q"][other.name.vendor_name] += 1
        if other.job:
            counts["capability"][other.job.key] += 1
    found = []
    job = one.weighed.job
    for parameter, value, words in (
        ("q", one.weighed.name.vendor_name, one.weighed.name.vendor_name),
        ("capability", job.key if job else "", job.name if job else ""),
    ):
        if value and counts[parameter][value] > 1:
            found.append(Alike(words, parameter, value, counts[parameter][value]))
    return found
