"""Zeek: names looked up and sites visited, out of dns.log, ssl.log and http.log.

Logs: https://docs.zeek.org/en/master/logs/index.html

Tab-separated with a header that may change in the middle of a file, or a JSON object a line. Zeek
knows computers by their addresses alone, which are not read: what it tells is that somebody went there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import BinaryIO

import msgspec

from discovery.connectors.base import Connector, Head
from discovery.connectors.csv_rows import HEADER_ROW
from discovery.connectors.declared_encodings import Rejoined
from discovery.connectors.decoding import decoded, text_lines
from discovery.connectors.json_documents import BAD_JSON, elements, first_objects, looks_like_json
from discovery.connectors.network_domains import KIND, NO_SITE, NO_SUCH_NAME, NO_WHEN, SHORT, request
from discovery.records import Ignored, Rejected, Rows, Seen

#: The log, and which of its columns names the site.
_SITE = {"dns": "query", "ssl": "server_name", "http": "host"}
_OTHER = Ignored("a line of another log of Zeek's")
_SEPARATOR = re.compile(r"#separator\s+(\S+)")
_NOTHING = frozenset({"-", "(empty)", ""})
_BLOCK = 1 << 16
#: Digits of a moment that tell its day, as seconds since 1970: half days.
_HALF_A_DAY = 43_200

Get = Callable[[str], str]


class Zeek(Connector):
    name = "zeek"
    kind = KIND
    title = "Zeek dns.log, ssl.log and http.log"

    def recognises(self, head: Head) -> int:
        if looks_like_json(head):
            return 90 if any(map(_is_of_zeek, first_objects(head, most=5))) else 0
        text = decoded(head.start[:8192])
        if not text.startswith("#separator"):
            return 0
        path = re.search(r"^#path\s+(\S+)", text, re.MULTILINE)
        return 95 if path and path[1] in _SITE else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a line. Raises UnreadableFile where JSON breaks off."""
        start = stream.read(_BLOCK)
        again: BinaryIO = Rejoined(start, stream)  # type: ignore[assignment]
        if looks_like_json(Head("", start, False)):
            return _of_json(again)
        return _of_lines(text_lines(again))


def _is_of_zeek(found: dict[str, object]) -> bool:
    return "uid" in found and "id.origh" in found and bool(_log_of(found.keys()))


def _log_of(names: object) -> str:
    """Which log has these members; a JSON line does not say."""
    has = set(names)  # type: ignore[call-overload]
    if "query" in has and has & {"qtypename", "qclassname", "rcodename", "qtype"}:
        return "dns"
    if "servername" in has:
        return "ssl"
    return "http" if "host" in has and has & {"method", "uri", "statuscode"} else ""


def _of_json(stream: BinaryIO) -> Rows:
    for line, raw in elements(stream):
        try:
            members = msgspec.json.decode(raw, type=dict[str, object])
        except BAD_JSON:
            yield line, SHORT
            continue
        log = _log_of({name.replace("_", "") for name in members})
        yield line, _row(log, _member_of(members)) if log else _OTHER


def _member_of(members: dict[str, object]) -> Get:
    return lambda name: _text(members.get(name))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "T" if value else "F"
    return str(value) if isinstance(value, str | int | float) else ""


def _of_lines(lines: Iterator[str]) -> Rows:
    separator, log = "\t", ""
    columns: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            if found := _SEPARATOR.match(line):
                separator = _unescaped(found[1])
            name, *cells = line.rstrip("\n").split(separator)
            if name == "#path" and cells:
                log = cells[0]
            elif name == "#fields":
                columns = {cell: column for column, cell in enumerate(cells)}
            yield number, HEADER_ROW
            continue
        cells = line.rstrip("\n").split(separator)
        if log not in _SITE:
            yield number, _OTHER
        elif len(cells) != len(columns):
            yield number, SHORT
        else:
            yield number, _row(log, _cell_of(columns, cells))


def _cell_of(columns: dict[str, int], cells: list[str]) -> Get:
    def get(name: str) -> str:
        column = columns.get(name)
        cell = "" if column is None else cells[column]
        return "" if cell in _NOTHING else cell

    return get


def _unescaped(separator: str) -> str:
    """``\\x09`` is a tab."""
    found = re.fullmatch(r"\\x([0-9a-fA-F]{2})", separator)
    return chr(int(found[1], 16)) if found else separator[:1]


def _row(log: str, get: Get) -> Seen | Ignored | Rejected:
    site = get(_SITE[log])
    if not site:
        return NO_SITE
    if get("rcode_name") == "NXDOMAIN":
        return NO_SUCH_NAME
    at = _moment(get("ts"))
    if not at:
        return NO_WHEN
    refused = get("rejected") in ("T", "true") or get("rcode_name") == "REFUSED" or get("established") == "F"
    return request(site, at, refused=refused)


def _moment(stated: str) -> str:
    """The day of a moment, which is in seconds since 1970 or, in JSON, may be in ISO 8601."""
    seconds, _, rest = stated.partition(".")
    if seconds.isdigit() and (not rest or rest.isdigit()) and len(seconds) < 12:
        return _day(int(seconds) // _HALF_A_DAY)
    return stated


@lru_cache(maxsize=1024)
def _day(half_days: int) -> str:
    try:
        return datetime.fromtimestamp(half_days * _HALF_A_DAY, UTC).date().isoformat()
    except (ValueError, OverflowError):
        return ""
