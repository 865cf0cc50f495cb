"""Moments as people and programs write them: a date as in ``dates``, and a time of day behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta, timezone

from discovery.connectors.dates import FIRST_YEAR, LAST_YEAR, day, instant, numbers_of

#: PowerShell 5 and Xero write a moment in JSON as milliseconds since 1970; the zone only says how to show it.
_MILLISECONDS = re.compile(r"\\?/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\\?/")
_TIME = re.compile(
    r"(?:[T,]|\s)\s*(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*([ap])\.?\s?m\b\.?)?(?:\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?\s*$",
    re.IGNORECASE,
)


def moment(text: str, day_first: bool | None = None) -> datetime:
    """The moment in UTC; one without a zone is meant in UTC, one without a time is its midnight.

    ``day_first`` says how ``03/04/2026`` is meant, as in ``dates.day``. Raises ValueError.
    """
    text = text.strip().strip("'\"")
    if stated := _MILLISECONDS.fullmatch(text):
        return since_1970(int(stated[1]) / 1000)
    try:
        return instant(text)
    except (ValueError, OverflowError):
        begun = day(text, day_first)
    found = _TIME.search(text)
    return datetime.combine(begun, _time(found) if found else time(), UTC) - _offset(found)


def stated_instant(text: str, day_first: bool | None = None) -> str:
    """A date or moment as records keep it: an ISO instant in UTC, to the second; "" where it is none."""
    try:
        return moment(text, day_first).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return ""


def since_1970(seconds: float) -> datetime:
    """The moment so many seconds after 1970. Raises ValueError where no export was written then."""
    try:
        found = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError):
        raise ValueError("not a moment") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError("an impossible year")
    return found


def leaves_order_open(texts: Iterable[str]) -> bool:
    """Whether any of the texts may be a day before a month or a month before a day."""
    return any(
        numbers is not None and numbers[0] != numbers[1] and max(numbers[:2]) <= 12
        for numbers in map(numbers_of, texts)
    )


def _time(found: re.Match[str]) -> time:
    hour = int(found[1])
    if found[4]:
        if not 1 <= hour <= 12:
            raise ValueError("an impossible time")
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    return time(hour, int(found[2]), int(found[3] or 0))


def _offset(found: re.Match[str] | None) -> timedelta:
    stated = found[5] if found else None
    if not stated or stated[0] not in "+-":
        return timedelta()
    ahead = timedelta(hours=int(stated[1:3]), minutes=int(stated[-2:]))
    # The zone's own limit refuses what is no offset.
    return timezone(ahead if stated[0] == "+" else -ahead).utcoffset(None)
