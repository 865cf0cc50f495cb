"""Cisco Umbrella: names looked up, out of the DNS log that Umbrella writes to a bucket.

Format: https://docs.umbrella.com/deployment-umbrella/docs/log-formats-and-versioning

CSV without a header; versions of it, ten columns and more, stand in one file. Whom a look-up is of
is an address in brackets, a user, a computer or a network, and a later column says which. Collectors
that parsed the file keep the columns as members of objects: those are read too, and so is what the
Reporting API answers: https://developer.cisco.com/docs/cloud-security/get-activity-dns
"""

from __future__ import annotations

import io
import re
from itertools import islice
from typing import Any, BinaryIO

from discovery.connectors.api_objects import Fields, day_in, first_in, objects_in
from discovery.connectors.base import Connector, Head
from discovery.connectors.csv_rows import Block, csv_blocks
from discovery.connectors.declared_encodings import Rejoined
from discovery.connectors.decoding import decoded, text_lines
from discovery.connectors.json_documents import looks_like_json
from discovery.connectors.network_domains import KIND, NO_SUCH_NAME, SHORT, is_refused, request
from discovery.connectors.stated_values import address_of, text_of
from discovery.records import NOBODY, Ignored, Rejected, Rows, Seen, Who

_AT, _IDENTITY, _ACTION, _QUERY_TYPE, _CODE, _DOMAIN = 0, 1, 5, 6, 7, 8
_COLUMNS = 10
_NO_SUCH_NAME = 3  # the response code NXDOMAIN of DNS, RFC 1035
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_QUERY = re.compile(r"\d+ \(\w+\)")
_ADDRESS = re.compile(r"\(([^()\s]+@[^()\s]+)\)")
_PERSON = re.compile(r"\bAD Users?\b|\bDirectory Users?\b", re.IGNORECASE)
_DEVICE = re.compile(r"\b(?:Roaming (?:Computers?|Clients?)|Mobile Devices?|AD Computers?)\b", re.IGNORECASE)
_HEADER = Ignored("header")
_OTHER = Ignored("an entry that is no look-up")
_LISTS = frozenset({"data", "events", "records", "results"})
_BLOCK = 1 << 16


class UmbrellaDns(Connector):
    name = "umbrella_dns"
    kind = KIND
    title = "Cisco Umbrella DNS log"

    def recognises(self, head: Head) -> int:
        if looks_like_json(head):
            return 95 if any(map(_is_look_up, first_in(head, _LISTS))) else 0
        lines = list(islice(io.StringIO(decoded(head.start[:16_384]), newline=None), 5))
        rows = [row for b in csv_blocks(iter(lines), ",", 0) if isinstance(b, Block) for row in b.rows]
        return 95 if any(map(_is_one, rows)) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a look-up; of one that cannot be read nothing is kept."""
        start = stream.read(_BLOCK)
        again: Any = Rejoined(start, stream)
        if looks_like_json(Head("", start, False)):
            for position, found in objects_in(again, _LISTS, _is_look_up):
                told = _look_up(found) if isinstance(found, Fields) else found
                yield position, told._replace(row="") if isinstance(told, Rejected) else told
            return
        for block in csv_blocks(text_lines(again), ",", 0):
            if not isinstance(block, Block):
                yield block[0], SHORT
                continue
            for line, row in zip(block.lines, block.rows, strict=True):
                yield line, _row(row)


def _is_one(row: list[str]) -> bool:
    return (
        len(row) >= _COLUMNS
        and bool(_MOMENT.match(row[_AT]))
        and bool(_QUERY.fullmatch(row[_QUERY_TYPE]))
        and "." in row[_DOMAIN]
    )


def _is_look_up(found: Fields) -> bool:
    return _is_kept(found) or _is_answered(found)


def _is_answered(found: Fields) -> bool:
    """Whether the Reporting API answers so: of look-ups, and of requests through Umbrella's proxy."""
    identities = found("identities")
    named = bool(found.text("verdict") and found.text("domain", "url")) and found("timestamp") is not None
    return named and isinstance(identities, list) and found("externalip") is not None


def _is_kept(found: Fields) -> bool:
    return bool(
        found.text("domain") and found.text("action") and found("timestamp") and found("responseCode")
    ) and any(found(name) is not None for name in ("internalIp", "policyIdentity", "identities"))


def _look_up(found: Fields) -> Seen | Ignored | Rejected:
    if not _is_look_up(found):
        return _OTHER
    if found.text("responseCode") == "NXDOMAIN" or found("returncode") == _NO_SUCH_NAME:
        return NO_SUCH_NAME
    if not _is_kept(found):
        who, device = _of_all(found)
        at = str(day_in(found("timestamp")) or "")
        return request(found.text("domain", "url"), at, who, device, is_refused(found.text("verdict")))
    identity = found.text("policyIdentity", "mostGranularIdentity", limit=200)
    types = [found.text("policyIdentityType", "mostGranularIdentityType", limit=200)]
    who, device = _of(identity, types)
    at = found.text("timestamp")[:10]
    return request(found.text("domain"), at, who, device, is_refused(found.text("action")))


def _of_all(found: Fields) -> tuple[Who, str]:
    """The person among the identities of a look-up, and the computer."""
    who, device = NOBODY, ""
    for identity in found.objects("identities"):
        person, computer = _of(identity.text("label", limit=200), [identity.text("type.label", limit=200)])
        who, device = (person if who == NOBODY else who), device or computer
    return who, device


def _row(row: list[str]) -> Seen | Ignored | Rejected:
    if row[0].strip().lower() == "timestamp":
        return _HEADER
    if len(row) < _COLUMNS:
        return SHORT
    if row[_CODE] == "NXDOMAIN":
        return NO_SUCH_NAME
    who, device = _of(row[_IDENTITY], row[_COLUMNS : _COLUMNS + 2])
    return request(row[_DOMAIN], row[_AT][:10], who, device, is_refused(row[_ACTION]))


def _of(identity: str, types: list[str]) -> tuple[Who, str]:
    """The person and the computer of an identity; a network or site is neither.

    Its type stands in one of two columns, by the version of the log, as the first of a list.
    """
    found = _ADDRESS.search(identity)
    if found and (email := address_of(found[1])):
        return Who(email=email), ""
    if email := address_of(identity):
        return Who(email=email), ""
    stated = next((kind for kind in types if _PERSON.match(kind) or _DEVICE.search(kind)), "")
    first = stated.partition(",")[0]
    if _PERSON.match(first):
        return Who(login=text_of(identity, 254)), ""
    return NOBODY, text_of(identity, 200) if _DEVICE.search(first) else ""
