"""Rows of a file in blocks: as they come, or spend lines held column by column.

A statement of a million rows is read, packed and identified column by column, which costs half of what
making a record of each row does. Pure, like :mod:`discovery.records`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from discovery.records import Row, Spend


@dataclass(frozen=True, slots=True)
class SpendColumns:
    """Rows that follow each other in a file, nearly all of which are spend lines.

    Attributes:
        lines: of the spend lines, ascending.
        columns: each field holds the values of all spend lines.
        others: the rows between them, none of which is a record.
    """

    lines: Sequence[int]
    columns: Spend
    others: Sequence[Row] = ()

    def __len__(self) -> int:
        return len(self.lines) + len(self.others)

    def rows(self) -> list[Row]:
        """The same rows one by one, in the order of their lines."""
        spends: list[Row] = list(
            zip(self.lines, map(Spend._make, zip(*self.columns, strict=True)), strict=True)
        )
        return sorted([*spends, *self.others], key=itemgetter(0)) if self.others else spends


#: Rows that follow each other.
Block = list[Row] | SpendColumns


def rows_of(blocks: Iterable[Block]) -> Iterator[Row]:
    """The rows of blocks one by one."""
    for block in blocks:
        yield from block.rows() if isinstance(block, SpendColumns) else block
