"""Common Event Format: requests as firewalls and proxies of any maker send them to a collector.

Format: ArcSight Common Event Format implementation standard, version 26. ``CEF:0|maker|product|version|
class|name|severity|key=value …``: values have spaces and no quotes, and end where the next key begins.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import BinaryIO

from discovery.connectors.base import Connector, Head
from discovery.connectors.decoding import decoded, text_lines
from discovery.connectors.network_domains import KIND, NO_SITE, NO_WHEN, SHORT, domain_of, is_refused, request
from discovery.connectors.stated_values import address_of, text_of
from discovery.records import NOBODY, Ignored, Rejected, Rows, Seen, Who

_CEF = re.compile(r"CEF:\s?\d\|")
_HEADER = re.compile(r"CEF:\s?\d\|" + r"([^|\\]*+(?:\\.[^|\\]*+)*+)\|" * 6)
_KEY = re.compile(r"(?:^|(?<=\s))([A-Za-z][\w.\[\]-]*)=")
_SITES = ("dhost", "request", "destinationDnsDomain")
_MOMENTS = ("rt", "end", "start", "art")
_WANTED = frozenset((*_SITES, *_MOMENTS, "suser", "shost", "act", "outcome"))
#: A moment before the event, where syslog writes one with its year.
_SYSLOG = re.compile(r"(?:<\d+>\d?\s*)?(\d{4}-\d\d-\d\dT\S+)")
_MILLISECONDS = re.compile(r"\d{13}")
_MONTH_FIRST = re.compile(r"([A-Z][a-z]{2} \d{1,2} \d{4})\b")
#: As Zscaler's feed for Sentinel writes it: "Mar 02 26 10:15:00".
_SHORT_YEAR = re.compile(r"([A-Z][a-z]{2} \d{1,2}) (\d\d)(?= \d\d:\d\d)")
_DATED = re.compile(r"(\d{4}-\d\d-\d\d)")
_OTHER = Ignored("a line that is no event of this format")


class CefLog(Connector):
    name = "cef_log"
    kind = KIND
    title = "Web requests in Common Event Format"

    def recognises(self, head: Head) -> int:
        for line in decoded(head.start[:32_768]).splitlines()[:20]:
            if _CEF.search(line[:400]) and re.search(r"\s(?:dhost|request|destinationDnsDomain)=", line):
                return 85
        return 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a line."""
        for number, line in enumerate(text_lines(stream), 1):
            yield number, _row(line.rstrip("\n"))


def _row(line: str) -> Seen | Ignored | Rejected:
    begun = _CEF.search(line)
    if begun is None:
        return _OTHER
    header = _HEADER.match(line, begun.start())
    if header is None:
        return SHORT
    said = _extension(line[header.end() :])
    site = next(filter(None, (domain_of(said.get(key, "")) for key in _SITES)), "")
    if not site:
        return NO_SITE
    at = _moment(said) or ((found := _SYSLOG.match(line)) and found[1][:10])
    if not at:
        return NO_WHEN
    action = said.get("act") or said.get("outcome") or header[5]
    return request(site, at, _who(said.get("suser", "")), text_of(said.get("shost"), 200), is_refused(action))


def _extension(text: str) -> dict[str, str]:
    """The wanted pairs; the first of each key."""
    found: dict[str, str] = {}
    keys = list(_KEY.finditer(text))
    for key, following in zip_longest(keys, keys[1:]):
        if key[1] in _WANTED:
            value = text[key.end() : following.start() if following else None]
            found.setdefault(key[1], value.strip().replace("\\=", "=").replace("\\\\", "\\").strip('"'))
    return found


def _moment(said: dict[str, str]) -> str:
    """The day of the event, "" where none is stated with its year."""
    for key in _MOMENTS:
        stated = said.get(key, "")
        if _MILLISECONDS.fullmatch(stated):
            return f"/Date({stated})/"
        if found := _MONTH_FIRST.match(stated) or _DATED.match(stated):
            return found[1]
        if found := _SHORT_YEAR.match(stated):
            return f"{found[1]} 20{found[2]}"
    return ""


def _who(stated: str) -> Who:
    """A person by address, else by user name: "ACME\\\\maja" is maja."""
    if not stated or stated.lower() in ("none", "unknown", "-"):
        return NOBODY
    email = address_of(stated)
    return Who(email=email) if email else Who(login=text_of(stated.rpartition("\\")[2], 254))
