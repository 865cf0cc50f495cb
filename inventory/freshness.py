"""Whether a source still comes in, measured by its own rhythm. Pure: days in, an answer out.

Nobody types in how often a source is read: the days on which it was read say so. A source that is
read every week is late after ten days and silent after three weeks; one that was always read once a
month is neither. Silence hides nothing: what was seen before stays.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median

#: Days on which a source must have been read before its rhythm is believed.
_ENOUGH = 3
#: How many of its own intervals a source may take before it is late, and before it is silent.
_LATE, _SILENT = 1.5, 3.0
#: A day more is no delay: scans drift over midnight and weekends.
_GRACE = 1


class State(StrEnum):
    """The value is the badge's name."""

    FRESH = "fresh"
    LATE = "late"
    SILENT = "silent"
    NO_RHYTHM = "no_rhythm"
    NEVER = "never"


@dataclass(frozen=True)
class Freshness:
    """``every`` is the usual number of days between two readings, None where too few are known."""

    state: State
    every: int | None
    days_since: int | None


def freshness(read_on: Iterable[date], today: date) -> Freshness:
    """From the days on which a source was read to its end; several readings of a day are one."""
    days = sorted(set(read_on))
    if not days:
        return Freshness(State.NEVER, None, None)
    since = (today - days[-1]).days
    if len(days) < _ENOUGH:
        return Freshness(State.NO_RHYTHM, None, since)
    gaps = [(later - earlier).days for earlier, later in itertools.pairwise(days)]
    every = max(1, round(median(gaps)))
    if since > every * _SILENT + _GRACE:
        return Freshness(State.SILENT, every, since)
    if since > every * _LATE + _GRACE:
        return Freshness(State.LATE, every, since)
    return Freshness(State.FRESH, every, since)
