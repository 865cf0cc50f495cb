"""JSON files as systems export them, read element by element in bounded memory.

An element is what one row is made of: an object of a JSON array, a line of JSON lines, one of
several objects behind each other, or a member of the list that an API's envelope holds
(``{"Resources": [...]}``). Elements come as bytes: each connector decodes only the fields it
needs, and one element that is no JSON costs no other.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain, count, repeat
from typing import Any, BinaryIO

import msgspec

from discovery.connectors.base import Head, UnreadableFile
from discovery.connectors.declared_encodings import Rejoined
from discovery.connectors.decoding import decoded, encoding_of, text_blocks

#: The longest element. An event is some kilobytes; a directory person with a photo below a megabyte.
MAX_ELEMENT = 8 << 20
_BLOCK = 1 << 18
_DEEPEST = 40

#: What decoding an element may raise; a number too large for a float is a ValueError too.
BAD_JSON = (msgspec.MsgspecError, ValueError, RecursionError)

Element = tuple[int, bytes]  # (line, or position counted from 1; the object as UTF-8)
Members = dict[str, bytes]
#: The longest member beside a list that is kept whole; of a longer one its beginning is.
_LONGEST_BESIDE = 1 << 20
_BEGINNING = 1 << 10
_LIST_OF_OBJECTS = re.compile(rb"\[\s*\{")


def _value_pattern() -> re.Pattern[bytes]:
    """A JSON value up to its end: closed strings and brackets; what stands inside is checked later.

    Quantifiers are possessive, so that a value that does not end is given up after one look.
    """
    string = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
    inside = rb'[^\[\]{}"]++|' + string
    nested = rb"(?!)"
    for _ in range(_DEEPEST):
        nested = rb"[\[{](?:" + inside + rb"|" + nested + rb")*+[\]}]"
    return re.compile(nested + rb"|" + string + rb'|[^\s,:\[\]{}"]++', re.DOTALL)


_VALUE = _value_pattern()
_SPACE = re.compile(rb"\s*+")
_OPENING = re.compile(rb'\{\s*"[^"\\]{1,80}"\s*:')
_MEMBERS = msgspec.json.Decoder(list[msgspec.Raw])
#: How many places to try where one array element may end and the next begin.
_GUESSES = 8


def elements(
    stream: BinaryIO, lists: frozenset[str] = frozenset(), beside: Members | None = None
) -> Iterator[Element]:
    """Every element with its line (JSON lines) or position (arrays, envelopes).

    ``lists`` names, in lower case, the members under which an envelope holds its list. ``beside``
    is filled with the other members of the envelope, by name in lower case, as far as they were come
    to: with those of the same line where a line is an envelope, and with all of an object that is none
    and stands alone. An element longer than MAX_ELEMENT
    among JSON lines comes as ``b""``. Raises UnreadableFile where the file breaks off or nothing
    after this point can be told apart.
    """
    blocks = _utf8_blocks(stream)
    start = b""
    for block in blocks:
        start += block
        if start.strip():
            break
    first, ended, _ = start.lstrip().partition(b"\n")
    first = first.strip()
    if ended and first.startswith(b"{") and first.endswith(b"}"):
        yield from _lines(chain((start,), blocks), lists, beside)
    elif not first or first[:1] in b"[{":
        yield from _values(_Buffer(chain((start,), blocks)), lists, count(1), beside)
    elif re.search(rb"^\s*\{.*\}\s*$", start, re.MULTILINE):
        yield from _lines(chain((start,), blocks), lists, beside)
    else:
        raise UnreadableFile("the file is not JSON; export it as a JSON array or as JSON lines")


def refuse_other_list(beside: Members, lists: Iterable[str], *, deeper: bool = False) -> None:
    """For a file of which nothing is what it should list: say so where it lists something else.

    ``beside`` are the members beside its lists; ``deeper`` looks inside objects among them. Raises
    UnreadableFile where one is a list of objects, which is what comes of a list by another name.
    """
    for value in beside.values():
        if _LIST_OF_OBJECTS.match(value) or (deeper and _LIST_OF_OBJECTS.search(value)):
            raise UnreadableFile(
                f"what the file lists stands under no name that is known here ({', '.join(sorted(lists))}); "
                "export it again as the system gives it"
            )


def members_beside(stream: BinaryIO, lists: frozenset[str]) -> Members:
    """The members beside an envelope's lists, wherever in the file; the stream is left at its beginning."""
    beside: Members = {}
    try:
        for _ in elements(stream, lists, beside):
            pass
    except UnreadableFile:  # reading says so, after the rows before that
        pass
    stream.seek(0)
    return beside


def first_objects(head: Head, lists: frozenset[str] = frozenset(), most: int = 50) -> list[dict[str, Any]]:
    """The first objects of a file, keys in lower case, for recognition."""
    found: list[dict[str, Any]] = []
    try:
        for _, raw in elements(io.BytesIO(head.start), lists):
            try:
                found.append(lower_keys(msgspec.json.decode(raw, type=dict[str, Any])))
            except BAD_JSON:
                continue
            if len(found) == most:
                break
    except UnreadableFile:  # the head of a longer file breaks off
        pass
    return found


def looks_like_json(head: Head) -> bool:
    """Whether it is worth looking for objects at all."""
    return decoded(head.start[:4096]).lstrip().startswith(("{", "["))


def lower_keys(members: dict[str, Any]) -> dict[str, Any]:
    """The same object with keys in lower case and without underscores: collectors rewrite them."""
    return {key.lower().replace("_", ""): value for key, value in members.items()}


def why_unreadable(raw: bytes) -> str:
    """The sentence of an element that could not be decoded."""
    if not raw:
        return f"the row is longer than {MAX_ELEMENT >> 20} MB; export the file again"
    return "the row is not a readable JSON object; export the file again"


def shown(raw: bytes, kept: frozenset[str]) -> str:
    """The row for whoever mends it: the named members alone, and no address where names have moved."""
    try:
        members = msgspec.json.decode(raw, type=dict[str, Any])
        told = {
            name: value
            for name, value in members.items()
            if name.lower() in kept and b"@" not in msgspec.json.encode(value)
        }
        return msgspec.json.encode(told)[:4000].decode(errors="ignore")
    except (*BAD_JSON, TypeError):
        return ""


# --- reading ----------------------------------------------------------------------------------------


def _utf8_blocks(stream: BinaryIO) -> Iterator[bytes]:
    start = stream.read(_BLOCK)
    encoding, mark = encoding_of(start)
    if encoding != "utf-8":
        rejoined: Any = Rejoined(start, stream)
        for text in text_blocks(rejoined):
            yield text.encode(errors="replace")
        return
    yield start[mark:]
    while block := stream.read(_BLOCK):
        yield block


def _as_utf8(raw: bytes) -> bytes:
    """The same bytes, or, where they are no UTF-8, what they mean in Windows-1252."""
    if not raw.isascii():
        try:
            raw.decode()
        except UnicodeDecodeError:
            return decoded(raw).encode()
    return raw


def _lines(blocks: Iterable[bytes], lists: frozenset[str], beside: Members | None) -> Iterator[Element]:
    pages: bool | None = None  # whether each line is a page of an API, told by the first
    alone = b""  # the first object, where no other follows
    for number, line, ended in _numbered(blocks):
        raw = line.strip()
        if not raw:
            if line:
                continue
            yield number, b""
            continue
        if not ended and not _VALUE.fullmatch(raw):
            raise UnreadableFile(f"the file breaks off in line {number}; export it again")
        if pages is None and raw[:1] == b"{":
            pages, alone = _is_page(raw, lists), raw
        else:
            alone = b""
        if raw[:1] == b"[" or pages:
            try:
                yield from list(_values(_Buffer([raw]), lists, repeat(number), beside))
            except UnreadableFile:
                yield number, raw
        else:
            yield number, _as_utf8(raw)
    if beside is not None and alone and not pages:
        beside.update((name.lower(), bytes(value)) for name, value in _raw_members(alone).items())


def _is_page(raw: bytes, lists: frozenset[str]) -> bool:
    return any(
        name.lower() in lists and bytes(value)[:1] == b"[" for name, value in _raw_members(raw).items()
    )


def _raw_members(raw: bytes) -> dict[str, msgspec.Raw]:
    try:
        return msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    except BAD_JSON:
        return {}


def _numbered(blocks: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """(number, line, whether it ended); a line that is too long is empty, without its line end."""
    rest: list[bytes] = []
    held = 0
    number = 1
    for block in blocks:
        lines = block.split(b"\n")
        for line in lines[:-1]:
            whole = b"".join((*rest, line, b"\n")) if rest else line + b"\n"
            yield number, (whole if held + len(line) <= MAX_ELEMENT else b""), True
            rest, held = [], 0
            number += 1
        held += len(lines[-1])
        if held <= MAX_ELEMENT:
            rest.append(lines[-1])
        else:
            rest = [b""]
    if held:
        yield number, (b"".join(rest) if held <= MAX_ELEMENT else b""), False


class _Buffer:
    """The part of the text that is being looked at."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._data = b""
        self._at = 0
        self._kept: int | None = None  # where a value begins that may be wanted whole
        self._one_by_one = 0  # before here, values are found one by one

    def _more(self) -> bool:
        """Read on, as much again as is held; False at the end of the text."""
        keep = self._at if self._kept is None else self._kept
        if keep:
            self._data = self._data[keep:]
            self._at -= keep
            self._one_by_one -= keep
            self._kept = None if self._kept is None else 0
        if len(self._data) > MAX_ELEMENT:
            raise UnreadableFile(
                f"the file holds an object longer than {MAX_ELEMENT >> 20} MB; export it as JSON lines"
            )
        new: list[bytes] = []
        size = 0
        for block in self._blocks:
            new.append(block)
            size += len(block)
            if size >= len(self._data):
                break
        if new:
            self._data = b"".join((self._data, *new))
        return bool(new)

    def next_char(self) -> bytes:
        """The next character that is no white space, not consumed; empty at the end."""
        while True:
            space = _SPACE.match(self._data, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._data):
                return self._data[self._at : self._at + 1]
            if not self._more():
                return b""

    def skip(self) -> None:
        self._at += 1

    def value(self) -> bytes:
        """The value that begins here. Raises UnreadableFile where it has no end."""
        while True:
            found = _VALUE.match(self._data, self._at)
            open_end = found is not None and found.end() == len(self._data) and found[0][-1:] not in b'"]}'
            if found and not open_end:
                break
            if not self._more():
                if found:
                    break
                raise UnreadableFile("the file breaks off or is damaged; export it again")
        self._at = found.end()
        return found[0]

    def run(self) -> list[bytes]:
        """The array elements from here to as far as can be told in one go: fifteen times as fast.

        An element mostly opens with the name the one before it opened with. Where cutting
        there leaves a valid list, it was the right place; where it never does, none is given.
        """
        opening = _OPENING.match(self._data, self._at) if self._at >= self._one_by_one else None
        cut = len(self._data)
        for _ in range(_GUESSES if opening else 0):
            cut = self._data.rfind(opening[0], self._at + 1, cut) if opening else 0
            if cut <= self._at:
                break
            text = self._data[self._at : cut].rstrip()
            if not text.endswith(b","):
                continue
            try:
                found = _MEMBERS.decode(b"[" + text[:-1] + b"]")
            except BAD_JSON:
                continue
            self._at = cut
            return [bytes(raw) for raw in found]
        self._one_by_one = max(self._one_by_one, len(self._data) if opening else self._one_by_one)
        return []

    def keep(self) -> None:
        """Hold on to everything from here, for ``kept``."""
        self._kept = self._at

    def kept(self) -> bytes:
        assert self._kept is not None  # noqa: S101  (set by keep)
        raw = self._data[self._kept : self._at]
        self._kept = None
        return raw

    def let_go(self) -> None:
        self._kept = None


def _values(
    buffer: _Buffer, lists: frozenset[str], positions: Iterator[int], beside: Members | None = None
) -> Iterator[Element]:
    """The elements of arrays, envelopes and single objects that stand behind each other."""
    position = 0
    while start := buffer.next_char():
        if start == b"[":
            inside = _array(buffer)
        elif start == b"{":
            inside = _object(buffer, lists, beside)
        else:
            raise _damaged(position)
        try:
            for raw in inside:
                position = next(positions)
                yield position, _as_utf8(raw)
        except _Damaged:
            raise _damaged(position) from None


class _Damaged(Exception):
    """What follows is neither a value nor an end."""


def _damaged(position: int) -> UnreadableFile:
    where = f"after element {position}" if position else "at its beginning"
    return UnreadableFile(f"the file is damaged {where}; export it again")


def _array(buffer: _Buffer) -> Iterator[bytes]:
    buffer.skip()
    if buffer.next_char() == b"]":
        buffer.skip()
        return
    while True:
        buffer.next_char()
        yield from buffer.run()
        yield buffer.value()
        follows = buffer.next_char()
        buffer.skip()
        if follows == b"]":
            return
        if not follows:
            raise UnreadableFile("the file breaks off; export it again")
        if follows != b",":
            raise _Damaged


def _object(buffer: _Buffer, lists: frozenset[str], beside: Members | None) -> Iterator[bytes]:
    """The members of the lists it holds, or, where it holds none, the object itself."""
    envelope = False
    if beside is not None:
        beside.clear()
    buffer.keep()
    buffer.skip()
    while (char := buffer.next_char()) != b"}":
        if char == b",":
            buffer.skip()
            continue
        name = buffer.value()
        if buffer.next_char() != b":":
            raise _Damaged
        buffer.skip()
        key = name[1:-1].decode(errors="replace").lower()
        if buffer.next_char() == b"[" and key in lists:
            envelope = True
            buffer.let_go()
            yield from _array(buffer)
            continue
        value = buffer.value()
        if beside is not None:
            beside[key] = value if len(value) <= _LONGEST_BESIDE else value[:_BEGINNING]
    buffer.skip()
    if not envelope:
        yield buffer.kept()
