"""Rows that could not be read, opened for the operator: only the command line calls this.

Rejected rows are sealed with a key of the installation and kept for 30 days (see ``retention``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from discovery.models import RejectedRow
from discovery.sealing import open_text


@dataclass(frozen=True)
class Rejected:
    """One row with the reason. ``row`` is as the file has it, with credentials removed."""

    file: str
    line: int
    reason: str
    row: str


def rejected_rows(source: str = "") -> Iterator[Rejected]:
    """Rejected rows of a source, or of all, by scan and line. Raises SealBroken with another's key."""
    rows = RejectedRow.objects.order_by("scan_id", "line", "pk")
    if source:
        rows = rows.filter(scan__source__name=source)
    values = rows.values_list("scan__file_name", "line", "reason", "row")
    for file, line, reason, row in values.iterator(chunk_size=1_000):
        yield Rejected(file, line, reason, open_text(row))
