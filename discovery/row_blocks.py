"""The rows of a file in blocks, from a row on, as many together as a chunk holds."""

from __future__ import annotations

from collections.abc import Iterator

from discovery.connectors.base import UnreadableFile
from discovery.records import Row
from discovery.spend_columns import Block, SpendColumns


class RowBlocks:
    """Reads blocks one after the other. Where the file breaks off, ``broken_off`` says so."""

    def __init__(self, blocks: Iterator[Block]) -> None:
        self._blocks = blocks
        self._rest: Block | None = None
        self.broken_off: UnreadableFile | None = None

    def skip(self, rows: int) -> None:
        """Pass over so many rows, which were read before."""
        while rows > 0 and (block := self._next()) is not None:
            if len(block) > rows:
                self._rest = _one_by_one(block)[rows:]
            rows -= len(block)

    def take(self, rows: int) -> list[Block]:
        """Blocks that hold so many rows together; a block of columns stays whole, even if it holds more."""
        taken: list[Block] = []
        while rows > 0 and (block := self._next()) is not None:
            if len(block) > rows and not (isinstance(block, SpendColumns) and taken):
                block, self._rest = _one_by_one(block)[:rows], _one_by_one(block)[rows:]
            taken.append(block)
            rows -= len(block)
        return taken

    def _next(self) -> Block | None:
        if self._rest is not None:
            block, self._rest = self._rest, None
            return block
        if self.broken_off is not None:
            return None
        try:
            return next(self._blocks, None)
        except UnreadableFile as error:
            self.broken_off = error
            return None


def _one_by_one(block: Block) -> list[Row]:
    return block.rows() if isinstance(block, SpendColumns) else block
