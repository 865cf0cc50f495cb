"""Text of files that say in their first lines which encoding they are in, and are often wrong.

UTF-8, UTF-16 and Windows-1252 show in the bytes (see ``decoding``), whatever is declared. Only a
declared code page that cannot be told from its bytes (1250, 1251, Shift-JIS …) is taken at its word.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from discovery.connectors.base import UnreadableFile
from discovery.connectors.decoding import encoding_of, text_blocks

_BLOCK = 1 << 16
_DECLARED = re.compile(rb"""CHARSET:\s*([\w-]+)|<\?xml[^>]*encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
#: The families of code pages; Python's other codecs (compression, escapes) are none.
_CODE_PAGE = re.compile(r"(?:cp|iso8859-|mac-|koi8-|shift_jis|euc_|big5|gb).*")
#: What ``decoding`` reads by itself, and what nobody means.
_SHOWN_BY_BYTES = frozenset(
    {"none", "ascii", "us-ascii", "usascii", "ansi", "utf-8", "utf8", "unicode", "utf-16"}
    | {"cp1252", "windows-1252", "iso-8859-1", "latin1"}
)


def declared_text(stream: BinaryIO) -> Iterator[str]:
    """The text in pieces of bounded size, line ends as ``\\n``, zero characters left out."""
    start = stream.read(_BLOCK)
    again: Any = Rejoined(start, stream)
    codec = _declared(start)
    if codec is None or encoding_of(start) not in (("utf-8", 0), ("cp1251", 0)):
        yield from text_blocks(again)
        return
    decoder = io.IncrementalNewlineDecoder(codec("replace"), translate=True)
    while True:
        block = again.read(_BLOCK)
        try:
            text = decoder.decode(block, final=not block)
        except (UnicodeError, TypeError):
            raise UnreadableFile("the file names an encoding that it is not in; save it as UTF-8") from None
        if text:
            yield text.replace("\0", "")
        if not block:
            return


def _declared(start: bytes) -> Any:
    """The decoder of the declared code page, or None where the bytes tell more."""
    if _is_utf8(start) and not start.isascii():
        return None
    stated = _DECLARED.search(start[:2000])
    name = (stated[1] or stated[2]).decode().lower() if stated else ""
    name = f"cp{name}" if name.isdigit() else name
    if not name or name in _SHOWN_BY_BYTES:
        return None
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return codec.incrementaldecoder if _CODE_PAGE.fullmatch(codec.name) else None


def _is_utf8(start: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


class Rejoined:
    """A stream whose beginning was already read, with that beginning put back."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start, self._rest = start, rest

    def read(self, size: int = -1) -> bytes:
        if self._start:
            start, self._start = self._start, b""
            return start
        return self._rest.read(size)
