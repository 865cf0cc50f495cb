"""A list of a tool's members that says of no tool, or whose columns nobody knows, read as a person said.

Like :mod:`discovery.connectors.table_mapping` for spending: a mapping belongs to one header, whatever its
case and accents. Lists of many tools have the same header, so a mapping with a line above it ("Members of
Figma") reads those lists alone that have the same line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice

from discovery.connectors.base import Connector, Head, Said
from discovery.connectors.column_meaning import folded
from discovery.connectors.dates import day_first, numbers_of
from discovery.connectors.member_list import MemberList, named_above
from discovery.connectors.member_words import MEMBERS
from discovery.connectors.table_mapping import Guess, rows_above, shape_of, whole_lines
from discovery.records import Licence, Rejected

#: What a person can say that a column holds, in the order of importance.
OFFERED = (
    "email", "name", "given_name", "family_name", "plan", "role", "status", "last_active", "since",
    "account", "own_id",
)  # fmt: skip
_DATES = ("last_active", "since")
#: Rows that are passed over while looking for the first ones to show.
_MOST_LOOKED_THROUGH = 500
_NOTHING = Said()
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True)
class MemberMapping:
    """How lists of members of one shape are read.

    Attributes:
        headers: the cells of the header, as they stand in the file.
        columns: the column of each of ``OFFERED`` that the list has.
        said: whose members they are, and how ``03/04/2026`` is meant.
        above: what stands above the header, as ``line_above`` gives it.
    """

    headers: tuple[str, ...]
    columns: Mapping[str, int] = field(default_factory=dict)
    said: Said = _NOTHING
    above: str = ""

    @property
    def shape(self) -> str:
        return shape_of(self.headers)

    def columns_in(self, row: Sequence[str]) -> dict[str, int]:
        """The columns below a row that is this mapping's header; none below others."""
        return dict(self.columns) if shape_of(row) == self.shape else {}


def mapped_members(mapping: MemberMapping) -> Connector:
    """The connector that reads lists as the mapping says."""
    reader = MemberList().answered(mapping.said)
    reader.find = mapping.columns_in  # type: ignore[method-assign, assignment]
    return reader


def line_above(head: Head, shape: str) -> str:
    """What the first text above the header of this shape says, without the numbers that change daily."""
    return " ".join(folded(_NUMBERS.sub(" ", named_above(rows_above(head, shape)))).split())[:120]


def columns_of_members(found: Guess) -> dict[str, int]:
    """What its columns may hold, by their names and, of addresses, by their cells."""
    columns = {name: at for name, at in MEMBERS.columns(found.headers).items() if name in OFFERED}
    if not _addresses(found, columns.get("email")):
        columns.pop("email", None)
        with_some = [at for at in range(len(found.headers)) if _addresses(found, at)]
        if with_some:
            columns["email"] = with_some[0]
    taken: set[int] = set()
    for name in OFFERED:
        if columns.get(name) in taken:
            del columns[name]
        elif name in columns:
            taken.add(columns[name])
    return columns


def asks_for_order(found: Guess, columns: Mapping[str, int]) -> bool:
    """Whether dates in these columns leave open if the day or the month comes first."""
    cells = [cell for name in _DATES if name in columns for cell in found.cells(columns[name])]
    return any(map(numbers_of, cells)) and day_first(cells) is None


def first_members(
    mapping: MemberMapping, head: Head, number: int
) -> Iterator[tuple[int, Licence | Rejected]]:
    """How the first rows of a file would be read, with their lines. Raises UnreadableFile."""
    rows = islice(mapped_members(mapping).read(BytesIO(whole_lines(head))), _MOST_LOOKED_THROUGH)
    return islice(((line, row) for line, row in rows if isinstance(row, Licence | Rejected)), number)


def _addresses(found: Guess, column: int | None) -> bool:
    """Whether most cells of a column hold e-mail addresses."""
    cells = found.cells(column)
    return bool(cells) and sum("@" in cell for cell in cells) * 2 > len(cells)
