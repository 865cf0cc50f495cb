"""The values of a JSON text one by one, in bounded memory: arrays, envelopes, objects behind each other.

Cuts a text where a value ends and never looks inside: whether the inside is JSON is found out by whoever
decodes it, so that one element that is none costs no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from discovery.connectors.base import UnreadableFile
from discovery.connectors.decoding import decoded

#: The longest element. An event is some kilobytes; a directory person with a photo below a megabyte.
MAX_ELEMENT = 8 << 20
_DEEPEST = 40

#: What decoding an element may raise; a number too large for a float is a ValueError too.
BAD_JSON = (msgspec.MsgspecError, ValueError, RecursionError)

Element = tuple[int, bytes]  # (line, or position counted from 1; the object as UTF-8)
Members = dict[str, bytes]
#: The longest member beside a list that is kept whole; of a longer one its beginning is.
_LONGEST_BESIDE = 1 << 20
_BEGINNING = 1 << 10


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


VALUE = _value_pattern()
_SPACE = re.compile(rb"\s*+")
_OPENING = re.compile(rb'\{\s*"[^"\\]{1,80}"\s*:')
_MEMBERS = msgspec.json.Decoder(list[msgspec.Raw])
#: How many places to try where one array element may end and the next begin.
_GUESSES = 8


def as_utf8(raw: bytes) -> bytes:
    """The same bytes, or, where they are no UTF-8, what they mean in Windows-1252."""
    if not raw.isascii():
        try:
            raw.decode()
        except UnicodeDecodeError:
            return decoded(raw).encode()
    return raw


def values(
    buffer: JsonText, lists: frozenset[str], positions: Iterator[int], beside: Members | None = None
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
                yield position, as_utf8(raw)
        except _Damaged:
            raise _damaged(position) from None


class _Damaged(Exception):
    """What follows is neither a value nor an end."""


def _damaged(position: int) -> UnreadableFile:
    where = f"after element {position}" if position else "at its beginning"
    return UnreadableFile(f"the file is damaged {where}; export it again")


def _array(buffer: JsonText) -> Iterator[bytes]:
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


def _object(buffer: JsonText, lists: frozenset[str], beside: Members | None) -> Iterator[bytes]:
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


class JsonText:
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
            found = VALUE.match(self._data, self._at)
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
