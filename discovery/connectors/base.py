"""What a connector is: the code that reads one kind of source.

One module per system, one class each, named in the literal list of
:mod:`discovery.connectors`. Connectors yield records and know neither models nor Django,
so that each can be read, tested and timed alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import BinaryIO, ClassVar, Self

from discovery.connectors.api import Api
from discovery.records import Row, Rows
from discovery.spend_columns import Block


class Kind(StrEnum):
    CARD = "card"
    BANK = "bank"
    EXPENSE = "expense"
    PROCUREMENT = "procurement"
    SSO = "sso"
    GRANT = "grant"
    DIRECTORY = "directory"
    LICENCE = "licence"
    USAGE = "usage"
    CLOUD = "cloud"
    NETWORK = "network"
    CODE = "code"
    ENDPOINT = "endpoint"


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file, which is all that recognition may look at."""

    name: str  # for messages; never decides alone
    start: bytes  # HEAD_BYTES at most; of a workbook, which only opens whole, up to 32 MiB
    complete: bool  # whether ``start`` is the whole file
    end: bytes = b""  # of a Parquet file, which says only there what it holds


HEAD_BYTES = 65_536
_BLOCK_ROWS = 1_000


class UnreadableFile(Exception):
    """The whole file cannot be read. The message is one sentence that says what to do."""


class Ask(StrEnum):
    """What a file may leave open so that a person must say it."""

    CURRENCY = "currency"  # of amounts that state none
    ORDER = "order"  # is 03/04 a day in March or in April?
    TOOL = "tool"  # whose members a list holds
    ACCOUNT = "account"  # whose a file is that disagrees with another about the same days
    COLUMNS = "columns"  # what the columns of a table hold that no connector knows


class LeftOpen(UnreadableFile):
    """The file can be read once a person has answered one question."""

    def __init__(self, sentence: str, ask: Ask) -> None:
        super().__init__(sentence)
        self.ask = ask


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said of a file. Of currency and order it holds where the file leaves them open.

    Attributes:
        currency: ISO 4217, "" where nobody was asked.
        day_first: how ``03/04/2026`` is meant, None where nobody was asked.
        tool: whose members a list holds, as records name it; before all but what a row says itself.
        url: that tool's web address, which tells it from others of its name.
        product: the same tool's key, for those who know the catalog.
    """

    currency: str = ""
    day_first: bool | None = None
    tool: str = ""
    url: str = ""
    product: str = ""


class Connector:
    """Reads one kind of file.

    Attributes:
        name: stored with every scan, used on the command line: never reuse.
        kind: which door the records come through.
        title: short and self-explaining, e.g. "Okta System Log".
        reads: "file", "api".
        api: how its records are pulled, where they can be.
        gateway: whether its metered use passed through to providers, which meter it themselves.
        of_one_tool: whether it tells of the use of one tool alone, so that what it leaves out is not unused.
        said: what a person said of the file that is read, see ``answered``.
    """

    name: ClassVar[str]
    kind: ClassVar[Kind]
    title: ClassVar[str]
    reads: ClassVar[tuple[str, ...]] = ("file",)
    api: ClassVar[Api | None] = None
    gateway: ClassVar[bool] = False
    of_one_tool: ClassVar[bool] = False
    said: Said = Said()

    def answered(self, said: Said) -> Self:
        """The same reader, for a file of which a person said this."""
        reader = copy(self)
        reader.said = said
        return reader

    def recognises(self, head: Head) -> int:
        """How surely the content is this format: 0 (no) to 100. The highest answer reads the file."""
        raise NotImplementedError

    def read(self, stream: BinaryIO) -> Rows:
        """Yield every row once, in file order, in bounded memory.

        Pure in what it yields: reading the same bytes again gives the same rows, which
        lets a scan that was cut off go on from where it stopped. A row that cannot be read
        is yielded as Rejected; raises UnreadableFile only where nothing of the file, or
        nothing after this point, can be read: LeftOpen where an answer would do.
        """
        raise NotImplementedError

    def read_blocks(self, stream: BinaryIO) -> Iterator[Block]:
        """The rows of ``read`` in blocks, for whoever reads many: a reader that has columns gives columns."""
        return in_blocks(self.read(stream))


def in_blocks(rows: Rows) -> Iterator[Block]:
    """Rows, so many at a time. What breaks off raises after the rows before it."""
    broken_off: UnreadableFile | None = None
    while broken_off is None:
        block: list[Row] = []
        try:
            block.extend(islice(rows, _BLOCK_ROWS))
        except UnreadableFile as error:
            broken_off = error
        if block:
            yield block
        elif broken_off is None:
            return
    raise broken_off
