"""OneLogin events: who opened which app, and who was refused one.

API:   https://developers.onelogin.com/api-docs/1/events/get-events
Types: https://developers.onelogin.com/api-docs/1/events/event-types
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO

from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.json_documents import (
    BAD_JSON,
    elements,
    first_objects,
    looks_like_json,
    shown,
    why_unreadable,
)
from discovery.connectors.moments import moment
from discovery.connectors.pasted_answers import object_of
from discovery.connectors.stated_values import ACCOUNT, PERSON, address_of, text_of
from discovery.records import Ignored, Outcome, Rejected, Rows, SignIn, Who

_LISTS = frozenset({"data", "events"})
_SHOWN = frozenset({"id", "created_at", "event_timestamp", "event_type_id"})

#: "User logged into app" and "user tried to open an app without having it".
_OUTCOMES = {"8": Outcome.USED, "90": Outcome.ATTEMPTED}
_TIMES = ("createdat", "eventtimestamp")

_OTHER = Ignored("an event that opens no app")


class OneLoginEvents(Connector):
    name = "onelogin_events"
    kind = Kind.SSO
    title = "OneLogin events"

    def recognises(self, head: Head) -> int:
        if not looks_like_json(head):
            return 0
        return 90 if any(map(_is_event, first_objects(head, _LISTS))) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row an event. Raises UnreadableFile where the file breaks off."""
        for position, raw in elements(stream, _LISTS):
            try:
                event = object_of(raw)
            except BAD_JSON:
                yield position, Rejected(why_unreadable(raw))
                continue
            yield position, _row(event, raw)


def _is_event(found: dict[str, Any]) -> bool:
    return "eventtypeid" in found and not {"username", "userid", "actoruserid"}.isdisjoint(found)


def _row(event: dict[str, Any], raw: bytes) -> SignIn | Rejected | Ignored:
    kind = text_of(event.get("eventtypeid"))
    if not kind:
        return _rejected("the event names no event_type_id", raw)
    outcome = _OUTCOMES.get(kind)
    if outcome is None:
        return _OTHER
    at = _when(event)
    if at is None:
        return _rejected("the event has no readable created_at", raw)
    app = text_of(event.get("appname"))
    if not app:
        return _rejected("the event names no app", raw)
    return SignIn(text_of(event.get("accountid"), ACCOUNT), at, _who(event), app, outcome)


def _rejected(why: str, raw: bytes) -> Rejected:
    return Rejected(f"{why}; export the events with all their fields", shown(raw, _SHOWN))


def _when(event: dict[str, Any]) -> datetime | None:
    for name in _TIMES:
        try:
            return moment(text_of(event.get(name)))
        except (ValueError, OverflowError):
            continue
    return None


def _who(event: dict[str, Any]) -> Who:
    """OneLogin names people by display name and by a number of its own."""
    name = text_of(event.get("username"), PERSON)
    email = address_of(event.get("useremail")) or address_of(name)
    return Who(email, "" if email else text_of(event.get("userid"), 254), "" if address_of(name) else name)
