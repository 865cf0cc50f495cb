"""Whether a source still comes in and still brings something. Pure: days in, an answer out.

What is expected of a source is, in this order: what a person said of it; its own history, which is how far
apart it was read; else a month, since statements, bills and most exports come by the month (general
knowledge, unverified). A year of statements that is read within three days is no source that is read every
day: in the first month how much its files tell of counts, too.

A source that is read every week is late after eleven days and silent after three weeks. One that is read on
time and brings no record any more is not on time but empty. Silence hides nothing: what was seen stays.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median, median_low

#: Days between two readings where nothing else is known.
MONTH = 31
#: So many readings, or files of one account, make a history.
_ENOUGH = 3
#: How many of its own intervals a source may take before it is late, and before it is silent.
_LATE, _SILENT = 1.5, 3.0
#: A day more is no delay: scans drift over midnight and weekends.
_GRACE = 1
#: A week without a record is no alarm: there are holidays.
_QUIET = 7

Span = tuple[date, date]


class State(StrEnum):
    """The value is the badge's name."""

    FRESH = "fresh"
    LATE = "late"
    SILENT = "silent"  # not read any more
    EMPTY = "empty"  # read on time, and brings nothing any more
    PAUSED = "paused"  # on purpose, until a day
    RETIRED = "retired"  # on purpose, for good
    NEVER = "never"


#: States that ask for something.
ALARMS = (State.SILENT, State.EMPTY)


class By(StrEnum):
    """What the expected rhythm is known from."""

    SAID = "said"
    HISTORY = "history"
    KIND = "kind"
    SCHEDULE = "schedule"


@dataclass(frozen=True)
class Said:
    """What a person said of a source on a day: it is due every so often, rests until a day, or is over."""

    on: date
    every: int | None = None
    paused_until: date | None = None
    retired: bool = False


@dataclass(frozen=True)
class Freshness:
    """How it goes with a source. Days are counted to the day that was asked about.

    ``every``: days between two readings, as expected. ``days_since``: since it was last read.
    ``days_without``: since it last brought a record, or was first read where it never did; None where it was
    never read.
    """

    state: State
    every: int | None
    days_since: int | None
    by: By | None = None
    days_without: int | None = None

    @property
    def alarms(self) -> bool:
        return self.state in ALARMS


def freshness(
    read_on: Iterable[date],
    today: date,
    *,
    told: Sequence[Span] = (),
    brought_on: Iterable[date] | None = None,
    said: Said | None = None,
) -> Freshness:
    """From the days on which a source was read to its end; several readings of a day are one.

    ``told``: the days that each of its files tells of. ``brought_on``: those of the days on which
    it brought a record; all of them where it is not given.
    """
    days = sorted(set(read_on))
    if said and said.retired and not (days and days[-1] > said.on):
        return _resting(State.RETIRED, days, today)
    every, by = _every(days, told)
    if said and said.every:
        every, by = said.every, By.SAID
    if said and said.paused_until and today <= said.paused_until:
        return _resting(State.PAUSED, days, today)
    if not days:
        return Freshness(State.NEVER, every if by == By.SAID else None, None, by if by == By.SAID else None)
    began = max(days[-1], said.paused_until) if said and said.paused_until else days[-1]
    waited = (today - began).days
    brought = days if brought_on is None else sorted(set(brought_on))
    usual = _usual_pause(days) if by == By.HISTORY else 0
    if waited > max(every * _SILENT, usual * _LATE) + _GRACE:
        state = State.SILENT
    elif is_empty(brought, days[0], days[-1], today, every, said):
        state = State.EMPTY
    elif waited > max(every * _LATE, usual) + _GRACE:
        state = State.LATE
    else:
        state = State.FRESH
    without = (today - (brought[-1] if brought else days[0])).days
    return Freshness(state, every, (today - days[-1]).days, by, without)


def is_empty(
    brought: Sequence[date],
    first_read: date,
    last_read: date,
    today: date,
    every: int,
    said: Said | None = None,
) -> bool:
    """Whether a source that is read brings nothing any more. ``brought`` in order.

    It is measured by the pauses between records, not by how often it is asked: bills that are pulled every
    day come once a month all the same.
    """
    if not brought:
        return (today - first_read).days > max(every, MONTH) + _GRACE
    if brought[-1] >= last_read:
        return False
    usual = max(every, MONTH)
    if said and said.every:
        usual = said.every
    elif len(brought) >= _ENOUGH:
        usual = round(median(gaps(brought)))
    quiet = max(usual * _SILENT, _usual_pause(brought) * _LATE, _QUIET)
    return (today - brought[-1]).days > quiet + _GRACE


def gaps(days: Sequence[date]) -> list[int]:
    return [(later - earlier).days for earlier, later in itertools.pairwise(days)]


def _resting(state: State, days: Sequence[date], today: date) -> Freshness:
    return Freshness(state, None, (today - days[-1]).days if days else None, By.SAID)


def _usual_pause(days: Sequence[date]) -> int:
    """The longest pause that is usual: the second longest, so that one holiday changes nothing."""
    pauses = sorted(gaps(days))
    return pauses[-2] if len(pauses) >= _ENOUGH else 0


def _every(days: Sequence[date], told: Sequence[Span]) -> tuple[int, By]:
    """Days between two readings, from history where there is one.

    In the first month files of many months may be read together: then a source is not due before a file is
    over, up to a month.
    """
    if len(days) < _ENOUGH:
        return MONTH, By.KIND
    every = round(median(gaps(days)))
    if (days[-1] - days[0]).days < MONTH and told:
        every = max(every, min(MONTH, median_low([(last - first).days + 1 for first, last in told])))
    return max(1, every), By.HISTORY
