"""What an export is asked for: which days, and what beside booked purchases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from inventory.exports.readers import OPERATOR, Reader

Row = dict[str, Any]

REVIEW, UNKNOWN = "review", "unknown"
INCLUDABLE = (REVIEW, UNKNOWN)


class WrongPeriod(Exception):
    """One sentence that says what to ask for instead."""


@dataclass(frozen=True)
class Period:
    """Days from ``since`` to ``until``, both inclusive; None is open. ``include`` is for spend only.

    ``reader`` is who the export is for.
    """

    since: date | None = None
    until: date | None = None
    include: frozenset[str] = frozenset()
    reader: Reader = OPERATOR

    @property
    def people_told(self) -> bool:
        """Whether people are counted: in fives never of some days, since days could be subtracted."""
        return self.reader.reach.exact or (self.since is None and self.until is None)

    def months(self) -> tuple[str, str]:
        """First and last month (YYYY-MM), for figures that are kept by month only.

        Raises WrongPeriod where the days cut a month in two.
        """
        if self.since and self.since.day != 1:
            raise WrongPeriod(
                f"--include unknown counts whole months, and --since {self.since} is inside one; "
                f"give {self.since.replace(day=1)}"
            )
        if self.until and (self.until + timedelta(days=1)).day != 1:
            raise WrongPeriod(
                f"--include unknown counts whole months, and --until {self.until} is inside one; "
                f"give {_last_day(self.until)}"
            )
        first = self.since.isoformat()[:7] if self.since else "0000-00"
        last = self.until.isoformat()[:7] if self.until else "9999-99"
        return first, last


def _last_day(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
