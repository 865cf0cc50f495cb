"""Freshness and coverage: days in, an answer out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from inventory.coverage import FULL, NONE, PART, how_covered, joined
from inventory.freshness import By, Said, State, freshness
from inventory.source_words import runs_of

TODAY = date(2026, 11, 25)


def ago(*days: int) -> list[date]:
    return [TODAY - timedelta(days=one) for one in days]


def read_every(days: int, last: int, times: int = 6) -> list[date]:
    return [TODAY - timedelta(days=last + back * days) for back in range(times)]


def files(*spans: tuple[int, int]) -> list[tuple[date, date]]:
    """(first, last) day that each file of an account tells of, as days ago."""
    return [(TODAY - timedelta(days=first), TODAY - timedelta(days=last)) for first, last in spans]


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
    assert (found.state, found.every, found.days_since, found.by) == (state, every, last, By.HISTORY)


@pytest.mark.parametrize("read", [ago(0), ago(0, 1), ago(0, 0, 0)])
def test_a_source_that_was_read_once_or_twice_is_expected_by_the_month(read):
    for days, state in ((30, State.FRESH), (47, State.FRESH), (48, State.LATE), (95, State.SILENT)):
        found = freshness(read, TODAY + timedelta(days=days))
        assert (found.state, found.every, found.by) == (state, 31, By.KIND)


def test_what_was_never_read_has_no_rhythm():
    found = freshness([], TODAY)
    assert (found.state, found.every, found.days_since, found.by) == (State.NEVER, None, None, None)


def test_one_long_holiday_does_not_change_a_weekly_rhythm():
    days = [*read_every(7, 3), TODAY - timedelta(days=90)]
    assert freshness(days, TODAY).every == 7
    assert freshness(days, TODAY + timedelta(days=9)).state == State.LATE


def test_a_source_that_rests_at_weekends_is_not_late_on_monday():
    fridays = [0, 7, 14]
    workdays = [monday + back for monday in fridays for back in range(5)]
    friday = freshness(ago(*workdays), TODAY)
    assert (friday.every, friday.state) == (1, State.FRESH)
    assert freshness(ago(*workdays), TODAY + timedelta(days=4)).state == State.FRESH
    assert freshness(ago(*workdays), TODAY + timedelta(days=6)).state == State.SILENT


# --- what files tell of ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "every"),
    [
        (files(*((back + 30, back) for back in range(0, 360, 30))), 31),  # a year of statements
        (files((31, 1), (32, 2), (30, 1)), 31),  # the first ones of three cards
        (files((360, 270), (269, 180), (179, 90), (89, 0)), 31),  # quarters
        (files((365, 0)), 31),
        (files((6, 0), (13, 7)), 7),
        (files(*((day, day) for day in range(20))), 1),  # invoices of a day each, or nightly files
    ],
)
def test_in_the_first_month_a_source_is_not_due_before_a_file_is_over(told, every):
    assert freshness(ago(0, 1, 2), TODAY, told=told).every == every
    silent = freshness(ago(0, 1, 2), TODAY + timedelta(days=3 * every + 2), told=told)
    assert (silent.state, silent.by) == (State.SILENT, By.HISTORY)
    assert freshness(ago(0, 1, 2), TODAY + timedelta(days=every), told=told).state == State.FRESH


def test_after_a_month_the_readings_alone_count():
    """A night job may export the last thirty days each time."""
    windows = files(*((back + 30, back) for back in range(40)))
    assert freshness(read_every(1, 0, times=40), TODAY, told=windows).every == 1
    assert freshness(read_every(1, 0, times=20), TODAY, told=windows).every == 31


def test_what_was_read_on_one_day_is_due_by_the_month():
    invoices = files(*((day, day) for day in range(20)))
    assert freshness(ago(0), TODAY, told=invoices).every == 31


# --- read on time, and nothing in it ----------------------------------------------------------------------


def test_a_source_that_is_read_and_brings_nothing_any_more_is_not_on_time():
    read, brought = read_every(1, 0, times=60), read_every(1, 30, times=30)
    found = freshness(read, TODAY, brought_on=brought)
    assert (found.state, found.days_since, found.days_without, found.alarms) == (State.EMPTY, 0, 30, True)


@pytest.mark.parametrize(
    ("brought", "state"),
    [
        (read_every(1, 8), State.FRESH),  # a quiet week
        (read_every(1, 9), State.EMPTY),
        (read_every(30, 60), State.FRESH),  # bills by the month, asked for every day
        (read_every(30, 92), State.EMPTY),
        (ago(40), State.FRESH),  # once is no rhythm: by the month
        (ago(95), State.EMPTY),
    ],
)
def test_whether_it_brings_nothing_is_measured_by_the_pauses_between_records(brought, state):
    assert freshness(read_every(1, 0, times=120), TODAY, brought_on=brought).state == state


def test_what_never_brought_a_record_is_waited_for_a_month():
    read = read_every(1, 0, times=33)
    assert freshness(read, TODAY, brought_on=[]).state == State.FRESH
    assert freshness(read, TODAY + timedelta(days=1), brought_on=[]).state == State.EMPTY


def test_what_is_not_read_any_more_is_silent_and_not_empty():
    assert freshness(read_every(1, 30), TODAY, brought_on=read_every(1, 40)).state == State.SILENT


# --- what people said --------------------------------------------------------------------------------------


def test_a_person_knows_the_rhythm_better():
    said = Said(TODAY, every=90)
    found = freshness(read_every(7, 60), TODAY, said=said)
    assert (found.state, found.every, found.by) == (State.FRESH, 90, By.SAID)
    assert freshness(read_every(7, 272), TODAY, said=said).state == State.SILENT


def test_a_pause_ends_by_itself_and_is_counted_from_its_end():
    read, said = read_every(7, 100), Said(TODAY, paused_until=TODAY)
    assert freshness(read, TODAY, said=said).state == State.PAUSED
    assert freshness(read, TODAY + timedelta(days=1), said=said).state == State.FRESH
    assert freshness(read, TODAY + timedelta(days=23), said=said).state == State.SILENT


def test_what_is_over_alarms_no_more_unless_it_is_read_again():
    said = Said(TODAY - timedelta(days=50), retired=True)
    over = freshness(read_every(7, 100), TODAY, said=said)
    assert (over.state, over.every, over.alarms) == (State.RETIRED, None, False)
    assert freshness([*read_every(7, 100), *ago(40)], TODAY, said=said).state == State.SILENT


# --- months -------------------------------------------------------------------------------------------------


def test_months_are_covered_whole_in_part_or_not_at_all():
    spans = [(date(2026, 3, 1), date(2026, 4, 20))]
    assert [how_covered(spans, f"2026-{month:02}") for month in (2, 3, 4, 5)] == [NONE, FULL, PART, NONE]


def test_a_quiet_week_between_two_files_is_no_gap_and_a_month_is_one():
    week = [(date(2026, 3, 1), date(2026, 3, 10)), (date(2026, 3, 18), date(2026, 3, 31))]
    assert joined(week, quiet=7) == [(date(2026, 3, 1), date(2026, 3, 31))]
    month = [(date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 5, 1), date(2026, 5, 31))]
    assert joined(month, quiet=7) == month


def test_months_beside_each_other_are_one_stretch():
    months = ["2025-11", "2025-12", "2026-01", "2026-03"]
    assert runs_of(months) == [("2025-11", "2026-01"), ("2026-03", "2026-03")]
    assert runs_of([]) == []
