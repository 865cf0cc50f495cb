"""The footnote of every report: what its figures leave out. Pages, files and the API tell the same.

A total that does not say what no source told is taken for the truth
(docs/decisions/0105-every-report-carries-the-same-footnote.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inventory.coverage import (
    CoveredLine,
    NotCovered,
    covered_months,
    in_review,
    kinds_covered,
    last_year_of,
    not_covered,
)
from inventory.departments_told_of import NotToldOf, departments_not_told_of
from inventory.listing import months_of
from inventory.reach import Reach
from inventory.sealed import Sealed, sealed
from inventory.source_health import Health, health_of_sources
from inventory.source_history import history

Window = tuple[str, str]


@dataclass(frozen=True)
class Footnote:
    """What stands beside a report. What is the whole company's is None for who is limited to departments.

    ``window``: the months that the report's money is of, where it is of a year. ``people``: whether it counts
    people over several tools.
    """

    window: Window | None
    people: bool
    exact: bool
    looked_at: Window | None  # the months whose coverage is told
    not_covered: NotCovered
    gaps: list[CoveredLine]  # what was read once and lacks months
    not_told_of: NotToldOf | None
    alarming: list[Health] | None  # sources that fell silent, or bring nothing any more
    in_review: tuple[int, dict[str, int]]  # purchases that wait for a person, currency → 10⁻⁶
    sealed: Sealed | None


def footnote(reach: Reach, now: datetime, window: Window | None = None, *, people: bool = False) -> Footnote:
    """The footnote of a report of these months; of the last year that any file covers where none are given.

    Eight queries at most, of which two are asked again only after a scan.
    """
    read = history()
    spans = read.spans_by_kind()
    looked_at = window or last_year_of(spans)
    sources = health_of_sources(now, read).values() if reach.whole else []
    missing = not_covered(
        kinds_covered(one.source for one in sources if one.was_read) if reach.whole else None
    )
    never = {str(words) for words in missing.totals}
    lines = covered_months(months_of(looked_at), spans) if looked_at else []
    return Footnote(
        window=window,
        people=people,
        exact=reach.exact,
        looked_at=looked_at,
        not_covered=missing,
        gaps=[line for line in lines if line.missing and str(line.words) not in never],
        not_told_of=departments_not_told_of() if reach.whole else None,
        alarming=[one for one in sources if one.alarms] if reach.whole else None,
        in_review=in_review(reach),
        sealed=sealed() if reach.whole else None,
    )
