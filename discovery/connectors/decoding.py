"""Bytes as they come out of other people's systems, read as lines of text.

Says what the encoding is (byte order mark, UTF-16 by its zero bytes, Windows-1251 by its words, else
UTF-8) and reads in bounded memory. A byte that is not UTF-8 is read as Windows-1252, one by one, so
that an old export, or a file glued together from two, loses no row.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import BinaryIO

#: A longer line comes cut: see ``text_lines``. Real rows are below a hundredth of it.
MAX_LINE = 1 << 20

_BLOCK = 1 << 16
#: Longest first: the mark of UTF-32 begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Words of letters that only Windows-1251 has so many of in a row, and how many of them tell.
_CYRILLIC = re.compile(rb"[\xc0-\xff]{4,}")
_WORDS = 3
_ERRORS = "penumbra-windows-1252"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    # Five bytes mean nothing in Windows-1252; they stay what they are in Latin-1.
    read = "".join(bytes((b,)).decode("cp1252", "ignore") or chr(b) for b in wrong)
    return read, error.end


codecs.register_error(_ERRORS, _as_windows_1252)


def encoding_of(start: bytes) -> tuple[str, int]:
    """The encoding that the first bytes of a file show, and how many of them are the mark."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name, len(mark)
    sample = start[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half and odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le", 0
    if half and even > half * 0.4 and odd < half * 0.1:
        return "utf-16-be", 0
    if len(_CYRILLIC.findall(start)) >= _WORDS and not _is_utf_8(start):
        return "cp1251", 0
    return "utf-8", 0


def _is_utf_8(start: bytes) -> bool:
    """Whether bytes are UTF-8 as far as they go: a character may be cut off at their end."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def _errors(encoding: str) -> str:
    return _ERRORS if encoding == "utf-8" else "replace"


def decoded(start: bytes) -> str:
    """The beginning of a file as text, for recognition: a character cut off at its end is left out."""
    return _remembered(start) if len(start) <= _BLOCK else _decoded(start)


def _decoded(start: bytes) -> str:
    encoding, skip = encoding_of(start)
    decoder = codecs.getincrementaldecoder(encoding)(_errors(encoding))
    return decoder.decode(start[skip:]).replace("\0", "")


#: Every connector is asked about the same beginning.
_remembered = lru_cache(maxsize=2)(_decoded)


def text_blocks(stream: BinaryIO) -> Iterator[str]:
    """The text in pieces of bounded size, line ends as ``\\n``, zero characters left out."""
    block = stream.read(_BLOCK)
    encoding, skip = encoding_of(block)
    block = block[skip:]
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(encoding)(_errors(encoding)), translate=True
    )
    while True:
        text = decoder.decode(block, final=not block)
        if "\0" in text:
            text = text.replace("\0", "")
        if text:
            yield text
        if not block:
            return
        block = stream.read(_BLOCK)


def text_lines(stream: BinaryIO) -> Iterator[str]:
    """The lines of a file, each ending in ``\\n`` (the last one too), in bounded memory.

    A line of more than MAX_LINE characters comes once, cut to MAX_LINE + 1 characters with its
    end, so that whoever reads can reject that row and go on.
    """
    return chain.from_iterable(_lines_by_block(stream))


def _lines_by_block(stream: BinaryIO) -> Iterator[list[str]]:
    rest: list[str] = []
    held = 0
    for block in text_blocks(stream):
        end = block.rfind("\n") + 1
        if end:
            whole = "".join(rest) + block[:end]
            lines = list(io.StringIO(whole, newline="\n"))
            if len(whole) > MAX_LINE:
                lines = [line if len(line) <= MAX_LINE else line[:MAX_LINE] + "\n" for line in lines]
            yield lines
            rest, held = [], 0
        if end < len(block) and held <= MAX_LINE:
            rest.append(block[end:])
            held += len(block) - end
    if rest:
        yield ["".join(rest)[:MAX_LINE] + "\n"]
