"""Netskope: sites of cloud apps and the web that people opened, out of its application and page events.

Fields: as collectors quote them (https://docs.netskope.com/en/netskope-help/admin-console/rest-api/
get-events-data-v2, the documents of Sumo Logic and Cortex XSOAR, Elastic's integration)

An event that Netskope got from an app's own API, and not from the network, names no address.
"""

from __future__ import annotations

from typing import BinaryIO

from discovery.connectors.api_objects import ApiObjects, Fields, day_in
from discovery.connectors.network_domains import KIND, domain_of, is_refused, request
from discovery.connectors.stated_values import address_of, text_of
from discovery.records import NOBODY, Ignored, Rejected, Rows, Seen, Who

#: Of these every event has several, and no other product's.
_OWN = ("ccl", "cci", "appcategory", "traffic_type", "access_method", "ur_normalized", "userkey", "page_id")
_MOMENTS = ("timestamp", "_insertion_epoch_timestamp", "insertion_epoch_timestamp")
_SITES = ("domain", "page", "url")
_OTHER = Ignored("an entry of another log of Netskope's")
_NOTHING = frozenset({"", "unknown", "n/a", "none"})
_SHORTEST = 3


class NetskopeEvents(ApiObjects):
    name = "netskope_events"
    kind = KIND
    title = "Netskope application and page events (JSON, CSV)"
    lists = frozenset({"data", "result", "results", "events"})

    def is_one(self, found: Fields) -> bool:
        named = found.first(*_MOMENTS) is not None and bool(found.text("app", "site"))
        return named and sum(found(name) is not None for name in _OWN) >= _SHORTEST

    def read(self, stream: BinaryIO) -> Rows:
        """One row an event; of one that cannot be read nothing is kept."""
        for position, row in super().read(stream):
            yield position, row._replace(row="") if isinstance(row, Rejected) else row

    def row(self, found: Fields) -> Seen | Rejected | Ignored:
        if not self.is_one(found):
            return _OTHER
        site = next((site for name in _SITES if (site := domain_of(found.text(name)))), "")
        at = next((day for name in _MOMENTS if (day := day_in(found(name)))), "")
        refused = is_refused(found.text("action", limit=100))
        return request(site, str(at), _who(found), _stated(found, "hostname"), refused)


def _who(found: Fields) -> Who:
    """The person, by address or name; a computer's address in the network is nobody."""
    for name in ("user", "ur_normalized", "userkey"):
        if email := address_of(found.text(name)):
            return Who(email=email)
    login = _stated(found, "user")
    return Who(login=login) if any(map(str.isalpha, login)) and ":" not in login else NOBODY


def _stated(found: Fields, name: str) -> str:
    text = text_of(found(name), 200)
    return "" if text.lower() in _NOTHING else text
