"""Google Workspace: third-party apps that people let into their Google account, and took back.

API: https://developers.google.com/workspace/admin/reports/v1/reference/activities (application ``token``)

Reads the API's pages, JSON lines of activities, and what collectors make of them: ``events``
as one object, or an event's name and parameters lifted into the activity.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any, BinaryIO

import msgspec

from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.dates import instant
from discovery.connectors.json_documents import (
    BAD_JSON,
    elements,
    first_objects,
    looks_like_json,
    shown,
    why_unreadable,
)
from discovery.connectors.stated_values import ACCOUNT, address_of, id_of, text_of
from discovery.records import Grant, Ignored, Rejected, Rows, Who

_LISTS = frozenset({"items", "activities"})
_SHOWN = frozenset({"id", "kind"})

_NOT_TOKEN = Ignored("activity of another Google application")
_NOT_CONSENT = Ignored("token activity that neither gives nor takes back consent")


class _Id(msgspec.Struct, gc=False):
    time: str | None = None
    uniqueQualifier: str | int | None = None
    customerId: str | int | None = None
    applicationName: str | None = None


class _Actor(msgspec.Struct, gc=False):
    email: str | None = None
    profileId: str | int | None = None
    key: str | None = None


class _Event(msgspec.Struct, gc=False):
    name: str | None = None
    parameters: msgspec.Raw = msgspec.Raw()


class _Activity(msgspec.Struct, gc=False):
    id: _Id | None = None
    actor: _Actor | None = None
    events: list[_Event] | _Event | None = None
    name: str | None = None
    parameters: msgspec.Raw = msgspec.Raw()


_ACTIVITY = msgspec.json.Decoder(_Activity)


class GoogleWorkspaceToken(Connector):
    name = "google_workspace_token"
    kind = Kind.GRANT
    title = "Google Workspace token activity"

    def recognises(self, head: Head) -> int:
        if not looks_like_json(head):
            return 0
        surest = 0
        for found in first_objects(head, _LISTS):
            identity = found.get("id")
            application = identity.get("applicationName") if isinstance(identity, dict) else None
            if application == "token":
                return 95
            if found.get("kind") == "admin#reports#activity":
                surest = 10  # reports of other applications: nothing in them is read
        return surest or (40 if b"admin#reports#activities" in head.start else 0)

    def read(self, stream: BinaryIO) -> Rows:
        """One row an event. Raises UnreadableFile where the file breaks off."""
        for position, raw in elements(stream, _LISTS):
            try:
                rows = list(_rows(_ACTIVITY.decode(raw), raw))
            except msgspec.ValidationError:
                yield position, _rejected("a field of the activity is not of the type that Google sends", raw)
            except BAD_JSON:
                yield position, Rejected(why_unreadable(raw))
            else:
                for row in rows:
                    yield position, row


def _rejected(why: str, raw: bytes) -> Rejected:
    return Rejected(f"{why}; export the token activity with all its fields", shown(raw, _SHOWN))


def _rows(activity: _Activity, raw: bytes) -> Iterator[Grant | Rejected | Ignored]:
    identity = activity.id or _Id()
    if (identity.applicationName or "token") != "token":
        yield _NOT_TOKEN
        return
    if isinstance(activity.events, list):
        events = activity.events
    elif activity.events is not None:
        events = [activity.events]
    else:
        events = [_Event(activity.name, activity.parameters)]
    if not events or all(event.name is None for event in events):
        yield _rejected("the activity has no event", raw)
        return
    for event in events:
        if event.name in ("authorize", "revoke"):
            yield _grant(identity, activity.actor or _Actor(), event, raw)
        else:
            yield _NOT_CONSENT


def _grant(identity: _Id, actor: _Actor, event: _Event, raw: bytes) -> Grant | Rejected:
    try:
        at = instant(identity.time or "")
    except (ValueError, OverflowError):
        return _rejected("the activity has no readable time", raw)
    qualifier = text_of(identity.uniqueQualifier)
    if not qualifier:
        return _rejected("the activity has no uniqueQualifier", raw)
    parameters = _parameters(event.parameters)
    client = text_of(parameters.get("client_id"), 200)
    app = text_of(parameters.get("app_name")) or client
    if not app:
        return _rejected("the event names neither an app nor its client id", raw)
    address = address_of(actor.email)
    login = "" if address else text_of(actor.email or actor.profileId or actor.key, 254)
    # An activity's events are told apart by name and client, not by their place: some
    # collectors write each event on a line of its own.
    own_id = id_of(at.astimezone(UTC).isoformat(), qualifier, event.name or "", client)
    return Grant(
        text_of(identity.customerId, ACCOUNT),
        own_id,
        at,
        Who(address, login),
        app,
        client,
        _scopes(parameters),
        event.name == "revoke",
    )


def _parameters(raw: msgspec.Raw) -> dict[str, Any]:
    """Name → value, whichever of Google's value slots holds it."""
    stated = msgspec.json.decode(raw) if bytes(raw) else None
    if isinstance(stated, dict):
        return stated
    found: dict[str, Any] = {}
    for parameter in stated if isinstance(stated, list) else ():
        if isinstance(parameter, dict) and isinstance(name := parameter.get("name"), str):
            for slot in ("value", "multiValue", "intValue", "multiMessageValue", "messageValue"):
                if slot in parameter:
                    found[name] = parameter[slot]
                    break
    return found


def _scopes(parameters: dict[str, Any]) -> tuple[str, ...]:
    stated = parameters.get("scope")
    if isinstance(stated, str):
        scopes = stated.replace(",", " ").split()
    elif isinstance(stated, list):
        scopes = [text_of(scope) for scope in stated]
    else:
        data = parameters.get("scope_data")
        scopes = [_scope_name(part) for part in (data if isinstance(data, list) else [data])]
    return tuple(dict.fromkeys(filter(None, scopes)))


def _scope_name(part: Any) -> str:
    if not isinstance(part, dict):
        return ""
    inside = part.get("parameter")
    if isinstance(inside, list):
        for parameter in inside:
            if isinstance(parameter, dict) and parameter.get("name") == "scope_name":
                return text_of(parameter.get("value"))
    return text_of(part.get("scope_name"))
