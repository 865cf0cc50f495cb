"""Zscaler Internet Access: sites visited, out of the web log that NSS feeds write as JSON.

Format: https://help.zscaler.com/zia/nss-feed-output-format-web-logs

All values are texts, "None" is nothing, and an address has no scheme. A feed in CSV names its
columns nowhere: one with a header of the same names is read.
"""

from __future__ import annotations

from typing import BinaryIO

from discovery.connectors.api_objects import ApiObjects, Fields
from discovery.connectors.base import Kind
from discovery.connectors.network_domains import is_refused, request
from discovery.connectors.stated_values import address_of
from discovery.records import NOBODY, Ignored, Rejected, Rows, Seen, Who

_OTHER = Ignored("a line of another log of Zscaler's")
_NOTHING = frozenset({"none", "na", "unknown"})
_MOMENTS = ("time", "datetime", "event_time")
_SITES = ("eurl", "url", "ehost", "host")


class ZscalerWeb(ApiObjects):
    name = "zscaler_web"
    kind = Kind.NETWORK
    title = "Zscaler web log (JSON, CSV)"
    lists = frozenset({"events"})

    def is_one(self, found: Fields) -> bool:
        if not _is_of_web(found):
            return False
        event = _event(found)
        return bool(
            event.text(*_SITES)
            and event.text(*_MOMENTS)
            and event.text("action")
            and (found("sourcetype") or event("appname") is not None or event("appclass") is not None)
        )

    def read(self, stream: BinaryIO) -> Rows:
        """One row a request; of one that cannot be read nothing is kept."""
        for position, row in super().read(stream):
            yield position, row._replace(row="") if isinstance(row, Rejected) else row

    def row(self, found: Fields) -> Seen | Rejected | Ignored:
        if not _is_of_web(found):
            return _OTHER
        event = _event(found)
        login = _stated(event, "login")
        email = address_of(login)
        who = Who(email=email, login="" if email else login) if login else NOBODY
        return request(
            event.text(*_SITES),
            event.text(*_MOMENTS),
            who,
            _stated(event, "devicehostname"),
            is_refused(event.text("action")),
        )


def _is_of_web(found: Fields) -> bool:
    kind = found.text("sourcetype")
    return not kind or kind.startswith("zscalernss-web")


def _event(found: Fields) -> Fields:
    inside = found("event")
    return Fields(dict(inside)) if isinstance(inside, dict) else found


def _stated(event: Fields, name: str) -> str:
    text = event.text(name, limit=200)
    return "" if text.lower() in _NOTHING else text
