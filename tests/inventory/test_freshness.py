"""Freshness and coverage: days in, an answer out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from inventory.coverage import FULL, NONE, PART, how_covered, joined
from inventory.freshness import State, freshness

TODAY = date(2026, 11, 25)


def read_every(days: int, last: int, times: int = 6) -> list[date]:
    return [TODAY - timedelta(days=last + back * days) for back in range(times)]


@pytest.mark.parametrize(
    ("every", "last", "state"),
    [
        (1, 0, State.FRESH),
        (1, 3, State.LATE),
        (1, 5, State.SILENT),
        (7, 11, State.FRESH),
        (7, 12, State.LATE),
        (7, 22, State.LATE),
        (7, 23, State.SILENT),
        (30, 45, State.FRESH),
        (30, 60, State.LATE),
    ],
)
def test_a_source_is_measured_by_its_own_rhythm(every, last, state):
    found = freshness(read_every(every, last), TODAY)
    assert (found.state, found.every, found.days_since) == (state, every, last)


def test_two_readings_make_no_rhythm_and_several_of_a_day_are_one():
    monday = TODAY - timedelta(days=2)
    assert freshness([monday, monday, monday], TODAY).state == State.NO_RHYTHM
    assert freshness([monday, TODAY], TODAY).state == State.NO_RHYTHM
    assert freshness([], TODAY).state == State.NEVER


def test_one_long_holiday_does_not_change_a_weekly_rhythm():
    days = [*read_every(7, 3), TODAY - timedelta(days=90)]
    assert freshness(days, TODAY).every == 7


def test_months_are_covered_whole_in_part_or_not_at_all():
    spans = [(date(2026, 3, 1), date(2026, 4, 20))]
    assert [how_covered(spans, f"2026-{month:02}") for month in (2, 3, 4, 5)] == [NONE, FULL, PART, NONE]


def test_a_quiet_week_between_two_files_is_no_gap_and_a_month_is_one():
    week = [(date(2026, 3, 1), date(2026, 3, 10)), (date(2026, 3, 18), date(2026, 3, 31))]
    assert joined(week, quiet=7) == [(date(2026, 3, 1), date(2026, 3, 31))]
    month = [(date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 5, 1), date(2026, 5, 31))]
    assert joined(month, quiet=7) == month
