"""What can be exported, with its columns: the shapes that others build on (docs: command line).

Each export is a function from a :class:`Period` to rows in a fixed order. Rows carry no ids of
this installation and no clock times, so that two installations with the same input export the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from inventory.exports import coverage, flags, overlap, people, records, spend, tools
from inventory.exports.period import Period, Row


@dataclass(frozen=True)
class Export:
    """One export: its name, its columns in order, and what makes its rows."""

    name: str
    columns: Callable[[Period], tuple[str, ...]]
    rows: Callable[[Period], Iterable[Row]]


EXPORTS = {
    export.name: export
    for export in (
        Export("inventory", lambda period: tools.COLUMNS, tools.rows),
        Export("spend", spend.columns, spend.rows),
        Export("people", lambda period: people.COLUMNS, people.rows),
        Export("flags", lambda period: flags.COLUMNS, flags.rows),
        Export("overlap", lambda period: overlap.COLUMNS, overlap.rows),
        Export("records", lambda period: records.COLUMNS, records.rows),
        Export("coverage", lambda period: coverage.COLUMNS, coverage.rows),
    )
}
