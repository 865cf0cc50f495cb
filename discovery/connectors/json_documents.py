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
from discovery.connectors.json_values import (
    BAD_JSON,
    MAX_ELEMENT,
    VALUE,
    Element,
    JsonText,
    Members,
    as_utf8,
    values,
)

__all__ = (
    "BAD_JSON", "MAX_ELEMENT", "Element", "Members", "elements", "first_objects", "looks_like_json",
    "lower_keys", "members_beside", "refuse_other_list", "shown", "why_unreadable",
)  # fmt: skip

_BLOCK = 1 << 18
#: What syslog writes before an event that it passes on: "<134>1 2026-06-18T12:00:00Z host app - - - {".
_SYSLOG = re.compile(rb"<\d{1,3}>[^{}|<\n]{0,300}(?=\{)")
_LIST_OF_OBJECTS = re.compile(rb"\[\s*\{")


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
    first = _behind_syslog(first)
    if ended and first.startswith(b"{") and first.endswith(b"}"):
        yield from _lines(chain((start,), blocks), lists, beside)
    elif not first or first[:1] in b"[{":
        yield from values(JsonText(chain((start,), blocks)), lists, count(1), beside)
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
    start = decoded(head.start[:4096]).lstrip()
    return start.startswith(("{", "[")) or bool(_SYSLOG.match(start.encode()))


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


def _lines(blocks: Iterable[bytes], lists: frozenset[str], beside: Members | None) -> Iterator[Element]:
    pages: bool | None = None  # whether each line is a page of an API, told by the first
    alone = b""  # the first object, where no other follows
    for number, line, ended in _numbered(blocks):
        raw = _behind_syslog(line.strip())
        if not raw:
            if line:
                continue
            yield number, b""
            continue
        if not ended and not VALUE.fullmatch(raw):
            raise UnreadableFile(f"the file breaks off in line {number}; export it again")
        if pages is None and raw[:1] == b"{":
            pages, alone = _is_page(raw, lists), raw
        else:
            alone = b""
        if raw[:1] == b"[" or pages:
            try:
                yield from list(values(JsonText([raw]), lists, repeat(number), beside))
            except UnreadableFile:
                yield number, raw
        else:
            yield number, as_utf8(raw)
    if beside is not None and alone and not pages:
        beside.update((name.lower(), bytes(value)) for name, value in _raw_members(alone).items())


def _behind_syslog(line: bytes) -> bytes:
    """The event itself, where syslog passed it on."""
    found = _SYSLOG.match(line) if line[:1] == b"<" else None
    return line[found.end() :] if found else line


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
