"""Google Workspace activity reports: what the connectors of single applications have in common.

API: https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities

An activity has an application, a person and one or several events. Collectors split the events
into activities of their own, write ``events`` as one object, or lift an event's name and
parameters into the activity; all of these are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, BinaryIO

import msgspec

from discovery.connectors.base import Head
from discovery.connectors.dates import instant
from discovery.connectors.json_documents import (
    BAD_JSON,
    elements,
    first_objects,
    looks_like_json,
    shown,
    why_unreadable,
)
from discovery.connectors.stated_values import address_of, text_of
from discovery.records import Grant, Ignored, Rejected, Rows, SignIn, Who

_LISTS = frozenset({"items", "activities"})
_SHOWN = frozenset({"id", "kind"})
_SLOTS = (
    "value",
    "multiValue",
    "intValue",
    "boolValue",
    "multiMessageValue",
    "messageValue",
    "multiIntValue",
)

#: The mark of an answer, there even where it has no activity.
ANSWER = b"admin#reports#activities"


class Id(msgspec.Struct, gc=False):
    time: str | None = None
    uniqueQualifier: str | int | None = None
    customerId: str | int | None = None
    applicationName: str | None = None


class Actor(msgspec.Struct, gc=False):
    email: str | None = None
    profileId: str | int | None = None
    key: str | None = None


class Event(msgspec.Struct, gc=False):
    name: str | None = None
    parameters: msgspec.Raw = msgspec.Raw()


class Activity(msgspec.Struct, gc=False):
    id: Id | None = None
    actor: Actor | None = None
    events: list[Event] | Event | None = None
    name: str | None = None
    parameters: msgspec.Raw = msgspec.Raw()


_ACTIVITY = msgspec.json.Decoder(Activity)

#: The rows of an activity; the bytes are the activity's own, for what is rejected.
ReadActivity = Callable[[Activity, bytes], Iterable[SignIn | Grant | Rejected | Ignored]]


def applications_in(head: Head) -> set[str]:
    """The applications that the first activities of a file are of; "" where one does not say."""
    if not looks_like_json(head):
        return set()
    found = set()
    for activity in first_objects(head, _LISTS):
        identity = activity.get("id")
        application = identity.get("applicationName") if isinstance(identity, dict) else None
        if isinstance(application, str):
            found.add(application)
        elif activity.get("kind") == "admin#reports#activity":
            found.add("")
    return found


def activity_rows(stream: BinaryIO, read: ReadActivity) -> Rows:
    """The rows of every activity. Raises UnreadableFile where the file breaks off."""
    for position, raw in elements(stream, _LISTS):
        try:
            rows = list(read(_ACTIVITY.decode(raw), raw))
        except msgspec.ValidationError:
            yield position, rejected("a field of the activity is not of the type that Google sends", raw)
        except BAD_JSON:
            yield position, Rejected(why_unreadable(raw))
        else:
            for row in rows:
                yield position, row


def events_of(activity: Activity) -> list[Event]:
    """The events; none where the activity names none."""
    if isinstance(activity.events, list):
        events = activity.events
    elif activity.events is not None:
        events = [activity.events]
    else:
        events = [Event(activity.name, activity.parameters)]
    return events if any(event.name is not None for event in events) else []


def rejected(why: str, raw: bytes) -> Rejected:
    return Rejected(f"{why}; export the activity with all its fields", shown(raw, _SHOWN))


def application_of(activity: Activity) -> str:
    return (activity.id.applicationName if activity.id else "") or ""


def time_of(activity: Activity) -> datetime | None:
    """When it happened, in UTC; None where that cannot be read."""
    try:
        return instant((activity.id.time if activity.id else "") or "")
    except (ValueError, OverflowError):
        return None


def who_of(activity: Activity) -> Who:
    """The person by address, else by profile id or key."""
    actor = activity.actor or Actor()
    address = address_of(actor.email)
    return Who(address, "" if address else text_of(actor.email or actor.profileId or actor.key, 254))


def parameters_of(event: Event) -> dict[str, Any]:
    """Name → value, whichever of Google's value slots holds it."""
    stated = msgspec.json.decode(event.parameters) if bytes(event.parameters) else None
    if isinstance(stated, dict):
        return stated
    found: dict[str, Any] = {}
    for parameter in stated if isinstance(stated, list) else ():
        if isinstance(parameter, dict) and isinstance(name := parameter.get("name"), str):
            for slot in _SLOTS:
                if slot in parameter:
                    found[name] = parameter[slot]
                    break
    return found
