"""``export coverage``: what the other exports leave out, a line a gap; the footnote of reports as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from discovery.money import as_texts
from inventory.coverage import months_seen
from inventory.exports.period import Period, Row
from inventory.footnote import Footnote, Window, footnote

COLUMNS = ("gap", "subject", "kinds", "months", "number", "amounts")

#: What a line is about: the values of ``gap``.
KIND_NOT_READ = "kind_not_read"
KIND_NOT_READ_YET = "kind_not_read_optional"
MONTHS_NOT_COVERED = "months_not_covered"
DEPARTMENT_NOT_TOLD_OF = "department_not_told_of"
SMALL_DEPARTMENTS = "small_departments_not_told_of"
SOURCE_SILENT, SOURCE_EMPTY = "source_silent", "source_without_records"
IN_REVIEW, SEALED = "purchases_in_review", "records_sealed"


def rows(period: Period) -> Iterator[Row]:
    """What no source covers, in the months of the period or of the last year that any file covers."""
    yield from lines_of(footnote(period.reader.reach, timezone.now(), window_of(period)))


def lines_of(left_out: Footnote) -> Iterator[Row]:
    """A footnote as rows. Departments of fewer than five people are a number, as on pages."""
    missing = left_out.not_covered
    for number, (words, kinds) in enumerate(zip(missing.totals + missing.more, missing.kinds, strict=True)):
        gap = KIND_NOT_READ if number < len(missing.totals) else KIND_NOT_READ_YET
        yield _row(gap, subject=str(words), kinds=kinds)
    for line in left_out.gaps:
        yield _row(MONTHS_NOT_COVERED, subject=str(line.words), kinds=line.kinds, months=line.missing_months)
    if told := left_out.not_told_of:
        for name in told.names:
            yield _row(DEPARTMENT_NOT_TOLD_OF, subject=name)
        if told.small:
            yield _row(SMALL_DEPARTMENTS, number=told.small)
    for health in left_out.alarming or []:
        gap = SOURCE_SILENT if health.freshness.state == "silent" else SOURCE_EMPTY
        yield _row(gap, subject=health.source.name, kinds=[health.source.kind])
    waiting, sums = left_out.in_review
    if waiting:
        yield _row(IN_REVIEW, number=waiting, amounts=as_texts(sums))
    if left_out.sealed and left_out.sealed.records:
        yield _row(SEALED, number=left_out.sealed.records, amounts=as_texts(left_out.sealed.sums))


def _row(gap: str, **more: Any) -> Row:
    return {"gap": gap, "subject": None, "kinds": [], "months": [], "number": None, "amounts": {}, **more}


def window_of(period: Period) -> Window | None:
    """The months of a period's days, as far as any file covers; None where it is open on both sides."""
    if not (period.since or period.until) or (seen := months_seen()) is None:
        return None
    first = f"{period.since:%Y-%m}" if period.since else seen[0]
    last = f"{period.until:%Y-%m}" if period.until else seen[1]
    return (first, last) if first <= last else None
