"""Duo authentication log: who confirmed, or did not confirm, a sign-in to which app.

API: https://duo.com/docs/adminapi#authentication-logs (version 2, and version 1 with its older fields)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.json_documents import (
    BAD_JSON,
    Members,
    elements,
    first_objects,
    looks_like_json,
    refuse_other_list,
    shown,
    why_unreadable,
)
from discovery.connectors.json_objects import as_objects, member
from discovery.connectors.moments import moment, since_1970
from discovery.connectors.pasted_answers import object_of
from discovery.connectors.stated_values import PERSON, address_of, text_of
from discovery.records import Ignored, Outcome, Rejected, Rows, SignIn, Who

_LISTS = frozenset({"authlogs", "response", "records", "items"})
_SHOWN = frozenset({"txid", "timestamp", "isotimestamp", "event_type", "result", "reason"})

#: Members of which every event of Duo has some, its answers none.
_OF_EVENTS = frozenset({"eventtype", "result", "action", "timestamp", "isotimestamp"})
_OTHER = Ignored("an event of Duo that is no sign-in")


class DuoAuthentication(Connector):
    name = "duo_authentication"
    kind = Kind.SSO
    title = "Duo authentication log"

    def recognises(self, head: Head) -> int:
        if not looks_like_json(head):
            return 0
        found = (log for answer in first_objects(head, _LISTS) for log in _logs(answer))
        return 90 if any(map(_is_authentication, found)) or b'"authlogs"' in head.start else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row an event. Raises UnreadableFile where the file breaks off."""
        beside: Members = {}
        known = False
        for position, raw in elements(stream, _LISTS, beside):
            try:
                answer = object_of(raw)
            except BAD_JSON:
                known = True  # what cannot be read may be an event
                yield position, Rejected(why_unreadable(raw))
                continue
            for log in _logs(answer):
                known = known or not _OF_EVENTS.isdisjoint(log)
                yield position, _row(log, raw)
        if not known:
            refuse_other_list(beside, _LISTS, deeper=True)


def _logs(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The events of an answer of version 2, which holds its list two levels deep; else the event itself."""
    response = found.get("response")
    inside = response.get("authlogs") if isinstance(response, dict) else None
    if isinstance(inside, list):
        yield from as_objects(inside)
    else:
        yield found


def _is_authentication(log: dict[str, Any]) -> bool:
    of_version_2 = "application" in log or "accessdevice" in log or "txid" in log
    return "result" in log and "factor" in log and (of_version_2 or "integration" in log)


def _row(log: dict[str, Any], raw: bytes) -> SignIn | Rejected | Ignored:
    stated = text_of(log.get("eventtype")).lower()
    if stated not in ("", "authentication") or "result" not in log or ("action" in log and not stated):
        return _OTHER
    at = _when(log)
    if at is None:
        return _rejected("the event has no readable timestamp", raw)
    app = text_of(member(log, "application").get("name")) or text_of(log.get("integration"))
    if not app:
        return _rejected("the event names no application", raw)
    outcome = Outcome.USED if text_of(log.get("result")).lower() == "success" else Outcome.ATTEMPTED
    return SignIn("", at, _who(log), app, outcome)


def _rejected(why: str, raw: bytes) -> Rejected:
    return Rejected(f"{why}; export the authentication log with all its fields", shown(raw, _SHOWN))


def _when(log: dict[str, Any]) -> datetime | None:
    seconds = log.get("timestamp")
    try:
        if isinstance(seconds, int) and "isotimestamp" not in log:
            return since_1970(seconds)
        return moment(text_of(log.get("isotimestamp") or seconds))
    except (ValueError, OverflowError):
        return None


def _who(log: dict[str, Any]) -> Who:
    """By e-mail, which may be missing, else by user name, which may be one."""
    user = member(log, "user")
    name = text_of(user.get("name") or log.get("username"), 254)
    email = address_of(log.get("email")) or address_of(name)
    return Who(
        email, "" if email else name or text_of(user.get("key"), 254), text_of(log.get("alias"), PERSON)
    )
