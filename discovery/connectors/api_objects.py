"""Objects as a system's API gives them, out of JSON or out of a table whose columns are their fields.

What pulls from an API often writes tables: ``merchant_data.name`` in JSON is a column
``merchant_data.name``, ``merchant_data_name`` or ``merchantDataName`` there. All are one field
here, and so are names that a collector has rewritten in other letters.
"""

from __future__ import annotations

import csv
import io
import re
from abc import abstractmethod
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, BinaryIO, ClassVar

from discovery.connectors.base import Connector, Head, Kind, UnreadableFile
from discovery.connectors.csv_rows import EMPTY_ROW, HEADER_ROW, SHORT_ROW, Block, csv_blocks
from discovery.connectors.dates import FIRST_YEAR, LAST_YEAR, day
from discovery.connectors.declared_encodings import Rejoined
from discovery.connectors.decoding import decoded, text_lines
from discovery.connectors.json_documents import (
    BAD_JSON,
    Members,
    elements,
    first_objects,
    looks_like_json,
    lower_keys,
    refuse_other_list,
    why_unreadable,
)
from discovery.connectors.json_objects import as_objects, holds_objects
from discovery.connectors.pasted_answers import object_of
from discovery.connectors.stated_values import TEXT, text_of
from discovery.records import Ignored, Record, Rejected, Removed, Rows

_BLOCK = 1 << 16
_OF_MONEY = frozenset({Kind.CARD, Kind.BANK, Kind.EXPENSE, Kind.PROCUREMENT, Kind.USAGE, Kind.CLOUD})
_MOST_LOOKED_AT = 50
_DELIMITERS = ",;\t|"
_NOT_LETTERS = re.compile(r"[\W_]+")
#: How tables write that there is no value.
_NOTHING = frozenset({"", "null", "none", "nan", "nil", "\\n"})
_EPOCH = re.compile(r"(\d{10})(?:\.\d+|(\d{3}))?")


class _Lowered(dict[str, Any]):
    """An object inside another whose keys are folded already."""


class Fields:
    """One object. A field is asked for by its path, with dots: ``merchant_data.name``."""

    __slots__ = ("_members",)

    def __init__(self, members: dict[str, Any]) -> None:
        self._members = members  # by folded name; what is inside is folded when it is asked for

    def __call__(self, name: str) -> Any:
        """The value of a field, or None."""
        parts, last, flat = _path(name)
        members: dict[str, Any] = self._members
        for part in parts:
            inside = members.get(part)
            if type(inside) is dict:
                inside = members[part] = _Lowered(lower_keys(inside))
            if type(inside) is not _Lowered:
                return self._members.get(flat)  # a column of a table
            members = inside
        return members.get(last)

    def first(self, *names: str) -> Any:
        """The first value of several fields that one of them has."""
        for name in names:
            if (value := self(name)) not in (None, ""):
                return value
        return None

    def text(self, *names: str, limit: int = TEXT) -> str:
        """The first text that is not empty of several fields."""
        for name in names:
            if text := text_of(self(name), limit):
                return text
        return ""

    def objects(self, name: str) -> list[Fields]:
        """The objects of a list."""
        return [Fields(one) for one in as_objects(self(name))]

    def holds_objects(self) -> bool:
        """Whether any list of objects stands in it."""
        return holds_objects(self._members)

    def says(self, name: str) -> bool:
        """Whether a field for yes and no says yes."""
        value = self(name)
        return value is True or text_of(value).lower() in ("true", "1", "1.0", "yes", "t")

    def shown(self, *names: str) -> str:
        """The row for whoever mends it: the named fields alone, and no address where names have moved."""
        told = ((name, self.text(name, limit=200)) for name in names)
        return " ".join(f"{name}={text}" for name, text in told if text and "@" not in text)


class ApiObjects(Connector):
    """What connectors of one kind of an API's objects share.

    Attributes:
        lists: the members, in lower case, under which an answer of the API holds its list.
    """

    lists: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def is_one(self, found: Fields) -> bool:
        """Whether this is such an object."""

    @abstractmethod
    def row(self, found: Fields) -> Record | Removed | Rejected | Ignored | None:
        """What the object is; None for what is no row but explains others."""

    def starts_over(self, stream: BinaryIO) -> ApiObjects:
        """The reader of one file, left at its beginning; a connector that keeps nothing is its own."""
        return self

    def recognises(self, head: Head) -> int:
        return 95 if any(self.is_one(found) for found in first_in(head, self.lists)) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row an object. Raises UnreadableFile where the file breaks off."""
        reader = self.starts_over(stream)
        for position, found in objects_in(stream, self.lists, self.is_one):
            row = reader.row(found) if isinstance(found, Fields) else found
            if isinstance(found, Rejected) and self.kind not in _OF_MONEY:
                row = found._replace(row="")  # nobody can tell which of its cells are a person's
            if row is not None:
                yield position, row


def day_in(value: object) -> date | None:
    """A day as stated, or that of seconds or milliseconds since 1970, in UTC; None where it is neither."""
    text = text_of(value)
    try:
        if found := _EPOCH.fullmatch(text):
            at = datetime.fromtimestamp(int(found[1]), UTC).date()
            return at if FIRST_YEAR <= at.year <= LAST_YEAR else None
        return day(text)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=1000)
def _path(name: str) -> tuple[tuple[str, ...], str, str]:
    """The objects on the way to a field, the field itself, and how a table names it; all folded."""
    *parts, last = map(_folded, name.split("."))
    return tuple(parts), last, "".join((*parts, last))


def _folded(name: str) -> str:
    return _NOT_LETTERS.sub("", name).lower()


# --- reading ----------------------------------------------------------------------------------------


def objects_in(
    stream: BinaryIO, lists: frozenset[str], is_one: Callable[[Fields], bool]
) -> Iterator[tuple[int, Fields | Rejected | Ignored]]:
    """Every object with its line or position, and what is none.

    Raises UnreadableFile where it breaks off, and at the end where ``is_one`` was true of no object and
    a list of objects stands under another name than those of ``lists``.
    """
    start = stream.read(_BLOCK)
    again: Any = Rejoined(start, stream)
    if not looks_like_json(Head("", start, False)):
        yield from _of_table(again)
        return
    beside: Members = {}
    known = False
    for position, raw in elements(again, lists, beside):
        try:
            found = Fields(object_of(raw))
        except BAD_JSON:
            known = True  # what cannot be read may be one
            yield position, Rejected(why_unreadable(raw))
            continue
        known = known or is_one(found)
        yield position, found
    if not known:
        refuse_other_list(beside, lists)


def _of_table(stream: BinaryIO) -> Iterator[tuple[int, Fields | Rejected | Ignored]]:
    lines = text_lines(stream)
    number, line = next(((n, text) for n, text in enumerate(lines, 1) if text.strip()), (0, ""))
    if not line:
        raise UnreadableFile("the file is empty; export it again")
    delimiter, names = _header(line)
    yield number, HEADER_ROW
    for block in csv_blocks(lines, delimiter, len(names)):
        if not isinstance(block, Block):
            yield number + block[0], block[1]
            continue
        for at, cells in zip(block.lines, block.rows, strict=True):
            if not any(cell.strip() for cell in cells):
                yield number + at, EMPTY_ROW
            elif len(cells) < len(names):
                yield number + at, SHORT_ROW
            else:
                yield number + at, _of_cells(names, cells)


def _header(line: str) -> tuple[str, list[str]]:
    delimiter = max(_DELIMITERS, key=line.count)
    try:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        cells = line.split(delimiter)
    return delimiter, [_folded(cell) for cell in cells]


def _of_cells(names: list[str], cells: list[str]) -> Fields:
    members: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=False):
        value = cell.strip()
        if name and value.lower() not in _NOTHING:
            members.setdefault(name, value)
    return Fields(members)


def first_in(head: Head, lists: frozenset[str]) -> Iterator[Fields]:
    """The first objects of a file, for recognition."""
    if looks_like_json(head):
        yield from map(Fields, first_objects(head, lists, _MOST_LOOKED_AT))
        return
    start = decoded(head.start[:_BLOCK])
    lines = start.splitlines(keepends=True)
    line = next((line for line in lines if line.strip()), "")
    if len(line) > _BLOCK // 2 or not any(d in line for d in _DELIMITERS):
        return
    try:
        for number, (_, found) in enumerate(_of_table(io.BytesIO(start.encode(errors="replace")))):
            if isinstance(found, Fields):
                yield found
            if number == _MOST_LOOKED_AT:
                return
    except UnreadableFile:
        return
