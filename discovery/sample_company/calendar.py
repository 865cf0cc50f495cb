"""Days and months of the sample company's period. No clock: the last day is given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def first_day(end: date, months: int) -> date:
    """First day of the first of ``months`` calendar months, of which ``end``'s is the last."""
    number = end.year * 12 + end.month - months
    return date(number // 12, number % 12 + 1, 1)


def month_starts(start: date, end: date) -> Iterator[date]:
    """The first of every month from ``start``'s to ``end``'s."""
    month = start.replace(day=1)
    while month <= end:
        yield month
        month = (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def in_month(month: date, day: int) -> date:
    """That day of the month, or its last where it has fewer days."""
    last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY
    return month.replace(day=min(day, last.day))


def days(start: date, end: date) -> Iterator[date]:
    while start <= end:
        yield start
        start += ONE_DAY


def working_day(day: date) -> bool:
    return day.weekday() < 5
