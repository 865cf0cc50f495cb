"""Answers of an API as people save them: the status line and headers above, commas left over.

``curl -i`` writes the headers into the file; answers that were shortened by hand keep a comma
behind the last member, as the examples in vendors' own documentation do.
"""

from __future__ import annotations

import io
import re
from typing import Any, BinaryIO

import msgspec

from discovery.connectors.base import Head
from discovery.connectors.json_documents import BAD_JSON, lower_keys

_ANSWER = re.compile(rb"\s*HTTP/[\d.]+ \d{3}[^\n]*\n(?:[\w-]+:[^\n]*\n)*\r?\n")
_LEFT_OVER = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+")|,(?=\s*+[\]}])')
_LONGEST_HEADERS = 1 << 16


def answer_in(head: Head) -> Head:
    """The beginning of the answer itself, for recognition, as an API would have sent it."""
    found = _ANSWER.match(head.start)
    start = head.start[found.end() :] if found else head.start
    return Head(head.name, without_left_over_commas(start), head.complete)


def behind_headers(stream: BinaryIO) -> BinaryIO:
    """The stream, from where the answer itself begins."""
    if not stream.seekable():
        return stream
    start = stream.tell()
    found = _ANSWER.match(stream.read(_LONGEST_HEADERS))
    stream.seek(start + found.end() if found else start, io.SEEK_SET)
    return stream


def without_left_over_commas(raw: bytes) -> bytes:
    """JSON without commas behind the last member of an object or array."""
    return _LEFT_OVER.sub(lambda found: found[1] or b"", raw)


def object_of(raw: bytes) -> dict[str, Any]:
    """An element as an object, its keys in lower case. Raises what decoding raises."""
    try:
        return lower_keys(msgspec.json.decode(raw, type=dict[str, Any]))
    except BAD_JSON:
        return lower_keys(msgspec.json.decode(without_left_over_commas(raw), type=dict[str, Any]))
