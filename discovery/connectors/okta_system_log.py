"""Okta System Log: who opened which app, and who let which app into the company's data.

API:     https://developer.okta.com/docs/reference/api/system-log/
Events:  https://developer.okta.com/docs/reference/api/event-types/

Reads the API's bare array, pages of it behind each other, JSON lines, and what collectors make
of it (keys in lower case, an envelope around the list). Addresses, places, devices and session
ids are not even decoded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any, BinaryIO

import msgspec

from discovery.connectors import okta_api
from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.dates import instant
from discovery.connectors.json_documents import (
    BAD_JSON,
    elements,
    first_objects,
    looks_like_json,
    lower_keys,
    shown,
    why_unreadable,
)
from discovery.connectors.json_objects import as_object, member
from discovery.connectors.pasted_answers import answer_in, behind_headers
from discovery.connectors.stated_values import OWN_ID, PERSON, address_of, text_of
from discovery.records import NOBODY, Grant, Ignored, Outcome, Rejected, Rows, SignIn, Who

_LISTS = frozenset({"events", "logs", "logevents", "items", "value", "data", "results", "records"})
_SHOWN = frozenset({"uuid", "published", "eventtype", "outcome"})

_SSO = "user.authentication.sso"
_GRANTED = frozenset(
    {"app.oauth2.as.consent.grant", "app.oauth2.consent.grant", "app.oauth2.admin.consent.grant"}
)
#: Consent taken back. Tokens alone are revoked at every sign-out and say nothing about consent.
_REVOKED = ("app.oauth2.as.consent.revoke", "app.oauth2.consent.revoke", "app.oauth2.admin.consent.revoke")
_APPS = frozenset({"appinstance", "publicclientapp", "oauth2client", "clientapp"})
_SCOPES = frozenset({"consentgrant", "scope", "oauth2scope"})

_OTHER = Ignored("an event that is neither a sign-in to an app nor a consent")
_REFUSED = Ignored("a consent that was not given")


class _Event(msgspec.Struct, gc=False):
    """What an event must be decoded for to know whether it is of use; the rest stays as bytes."""

    eventType: str = ""
    eventtype: str = ""
    uuid: str | None = None
    published: str | None = None
    actor: msgspec.Raw = msgspec.Raw()
    target: msgspec.Raw = msgspec.Raw()
    outcome: msgspec.Raw = msgspec.Raw()
    debugContext: msgspec.Raw = msgspec.Raw()


class _Part(msgspec.Struct, gc=False):
    """An actor or target."""

    id: str | None = None
    type: str | None = None
    alternateId: str | None = None
    displayName: str | None = None
    detailEntry: msgspec.Raw = msgspec.Raw()


class _Wrapped(msgspec.Struct, gc=False):
    """What log streaming puts around an event: Amazon EventBridge, Splunk's HTTP event collector."""

    detail: msgspec.Raw = msgspec.Raw()
    event: msgspec.Raw = msgspec.Raw()


class _Result(msgspec.Struct, gc=False):
    result: str | None = None


_EVENT = msgspec.json.Decoder(_Event)
_WRAPPED = msgspec.json.Decoder(_Wrapped)
_PART = msgspec.json.Decoder(_Part | None)
_PARTS = msgspec.json.Decoder(list[_Part] | None)
_RESULT = msgspec.json.Decoder(_Result | None)

#: How names are written in the API, by how collectors may have rewritten them.
_NAMES = {
    name.lower(): name
    for name in (
        *_Event.__struct_fields__,
        *_Part.__struct_fields__,
        "debugData",
        "grantedScopes",
        "requestedScopes",
    )
    if name != "eventtype"
} | {"eventtype": "eventType", "targets": "target"}


class OktaSystemLog(Connector):
    name = "okta_system_log"
    kind = Kind.SSO
    title = "Okta System Log"
    reads = ("file", "api")
    api = okta_api.LOG

    def recognises(self, head: Head) -> int:
        head = answer_in(head)
        if not looks_like_json(head):
            return 0
        objects = first_objects(head, _LISTS)
        return 90 if any(map(_is_event, chain(objects, _wrapped_in(objects)))) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row an event. Raises UnreadableFile where the file breaks off."""
        decode = _EVENT.decode
        for position, raw in elements(behind_headers(stream), _LISTS):
            try:
                event = decode(raw)
                kind = event.eventType or event.eventtype
                if not kind:
                    raw = _unwrapped(raw)
                    event = _rewritten(raw)
                    kind = event.eventType
                if kind == _SSO:
                    yield position, _sign_in(event, raw)
                elif kind in _GRANTED or kind.startswith(_REVOKED):
                    yield position, _grant(event, raw, revoked=kind not in _GRANTED)
                elif kind:
                    yield position, _OTHER
                else:
                    yield position, _rejected("the event names no eventType", raw)
            except msgspec.ValidationError:
                yield position, _rejected("a field of the event is not of the type that Okta sends", raw)
            except BAD_JSON:
                yield position, Rejected(why_unreadable(raw))


def _is_event(found: dict[str, Any]) -> bool:
    kind = found.get("eventtype")
    return (
        isinstance(kind, str)
        and "." in kind
        and ("legacyeventtype" in found or ("published" in found and "actor" in found))
    )


def _wrapped_in(objects: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for found in objects:
        for name in _Wrapped.__struct_fields__:
            if isinstance(inside := found.get(name), dict):
                yield lower_keys(inside)


def _rejected(why: str, raw: bytes) -> Rejected:
    return Rejected(f"{why}; export the System Log with all fields of its events", shown(raw, _SHOWN))


def _unwrapped(raw: bytes) -> bytes:
    """The event that log streaming wrapped, else what was given."""
    wrapped = _WRAPPED.decode(raw)
    return next((bytes(part) for part in (wrapped.detail, wrapped.event) if bytes(part)[:1] == b"{"), raw)


def _rewritten(raw: bytes) -> _Event:
    """The event with every key written as the API writes it, whatever a collector made of it."""
    return _EVENT.decode(msgspec.json.encode(_renamed(msgspec.json.decode(raw))))


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {_NAMES.get(key, key): _renamed(inside) for key, inside in lower_keys(value).items()}
    if isinstance(value, list):
        return [_renamed(inside) for inside in value]
    return value


def _as_sent(inside: bytes) -> bytes:
    """An actor or the targets with their keys as the API writes them."""
    if b'"alternateId"' in inside or b'"displayName"' in inside:
        return inside
    return msgspec.json.encode(_renamed(msgspec.json.decode(inside))) if inside else b"null"


@lru_cache(maxsize=20_000)
def _actor(raw: bytes) -> Who:
    """Who an actor is; a person's own is alike in all their events."""
    return _who(_PART.decode(_as_sent(raw)) or _Part())


def _parts(raw: msgspec.Raw) -> list[_Part]:
    return _PARTS.decode(_as_sent(bytes(raw))) or []


def _succeeded(event: _Event) -> bool:
    outcome = _RESULT.decode(event.outcome) if bytes(event.outcome) else None
    return outcome is not None and (outcome.result or "").upper() == "SUCCESS"


def _when(event: _Event) -> datetime | None:
    try:
        return instant(event.published or "")
    except (ValueError, OverflowError):
        return None


def _who(actor: _Part) -> Who:
    """A user by address or login. Okta's own services and clients are nobody."""
    kind = (actor.type or "").lower()
    stated = text_of(actor.alternateId, 254)
    if kind not in ("user", ""):
        return NOBODY
    address = address_of(stated) if kind == "user" else ""
    name = text_of(actor.displayName, PERSON)
    return Who(address, "" if address else stated or text_of(actor.id, 254), name)


def _sign_in(event: _Event, raw: bytes) -> SignIn | Rejected:
    if not event.uuid:
        return _rejected("the event has no uuid", raw)
    at = _when(event)
    if at is None:
        return _rejected("the event has no readable published date", raw)
    app = next((t for t in _parts(event.target) if (t.type or "").lower() == "appinstance"), None)
    name = text_of(app.displayName or app.alternateId) if app else ""
    if not name:
        return _rejected("none of the event's targets names an app", raw)
    outcome = Outcome.USED if _succeeded(event) else Outcome.ATTEMPTED
    return SignIn("", at, _actor(bytes(event.actor)), name, outcome)


def _grant(event: _Event, raw: bytes, *, revoked: bool) -> Grant | Rejected | Ignored:
    if not _succeeded(event):
        return _REFUSED
    if not event.uuid:
        return _rejected("the event has no uuid", raw)
    at = _when(event)
    if at is None:
        return _rejected("the event has no readable published date", raw)
    targets = _parts(event.target)
    details = [_details(t) for t in targets]
    client = _first(d.get("publicclientapp") or d.get("clientid") for d in details)
    app = ""
    for target in targets:
        if (target.type or "").lower() in _APPS:
            app = app or text_of(target.displayName or target.alternateId)
            client = client or text_of(target.id, OWN_ID)
    if not app and not client:
        return _rejected("none of the event's targets names the app or its client id", raw)
    scopes = [text_of(t.displayName) for t in targets if (t.type or "").lower() in _SCOPES]
    who = _actor(bytes(event.actor))
    if who == NOBODY:
        user = next((t for t in targets if (t.type or "").lower() == "user"), None)
        who = _who(user) if user else Who(login=_first(d.get("user") for d in details)[:254])
    return Grant(
        "",
        text_of(event.uuid, OWN_ID),
        at,
        who,
        app or client,
        client,
        tuple(dict.fromkeys(filter(None, scopes or _debug_scopes(event)))),
        revoked,
    )


def _first(values: Iterable[object]) -> str:
    return next((text for text in (text_of(v, OWN_ID) for v in values) if text), "")


def _details(target: _Part) -> dict[str, Any]:
    return as_object(msgspec.json.decode(target.detailEntry) if bytes(target.detailEntry) else None)


def _debug_scopes(event: _Event) -> list[str]:
    """The scopes that some consent events state beside their targets, as one text."""
    context = msgspec.json.decode(event.debugContext) if bytes(event.debugContext) else None
    stated = member(as_object(context), "debugdata").get("grantedscopes")
    return text_of(stated).replace(",", " ").split()
