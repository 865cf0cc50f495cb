"""What an event of Microsoft Entra ID says: a person opened an app, let one in, or an app came in by itself.

Sign-ins:  https://learn.microsoft.com/graph/api/resources/signin
Apps:      https://learn.microsoft.com/entra/identity/monitoring-health/concept-service-principal-sign-ins
Audit log: https://learn.microsoft.com/graph/api/resources/directoryaudit
Stream:    https://learn.microsoft.com/azure/azure-monitor/reference/tables/signinlogs (and auditlogs,
           aadserviceprincipalsigninlogs)

What diagnostic settings send mixes sign-ins with the audit log, so both connectors read both.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, BinaryIO

import msgspec

from discovery.connectors.base import Head
from discovery.connectors.entra_accounts import MICROSOFT_TENANTS, entra_id, entra_who
from discovery.connectors.json_documents import (
    BAD_JSON,
    elements,
    first_objects,
    looks_like_json,
    lower_keys,
    shown,
    why_unreadable,
)
from discovery.connectors.json_objects import as_object, members
from discovery.connectors.moments import moment
from discovery.connectors.pasted_answers import answer_in, behind_headers, object_of
from discovery.connectors.stated_values import ACCOUNT, OWN_ID, text_of
from discovery.records import NOBODY, Grant, Ignored, Outcome, Rejected, Rows, SignIn, Who

_LISTS = frozenset({"value", "records", "signins", "events", "data", "items", "results"})
_SHOWN = frozenset({"id", "time", "createddatetime", "category", "resulttype", "operationname", "status"})
_TIMES = ("createddatetime", "activitydatetime", "timegenerated", "time")

#: Sign-ins of a person beside the fields that only they have.
_OF_PEOPLE = frozenset({"userprincipalname", "userid", "userdisplayname"})
_SIGN_IN = frozenset({"status", "clientappused", "conditionalaccessstatus", "isinteractive", "resulttype"})
_OUTCOMES = frozenset({"status", "resulttype", "errorcode", "resultsignature"})
_OWNERS_OF_APPS = ("appownertenantid", "appownerorganizationid")

_CONSENT = "consent to application"
_PERMISSIONS = "consentaction.permissions"
_NAMES_OF_APP = "targetid.serviceprincipalnames"
_SCOPE = re.compile(r"Scope:\s*([^,\]]*)")
_FOR_ALL = re.compile(r"ConsentType:\s*AllPrincipals")
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_OTHER = Ignored("an event that is neither a sign-in nor a consent")
OF_A_MACHINE = Ignored("a sign-in of a managed identity, which is the company's own machine")
OF_MICROSOFTS_APP = Ignored("a sign-in of an app of Microsoft's own")
_REFUSED = Ignored("a consent that was not given")


def first_events(head: Head) -> list[dict[str, Any]]:
    """The first events of a file, keys in lower case; for recognition."""
    head = answer_in(head)
    return first_objects(head, _LISTS) if looks_like_json(head) else []


def is_sign_in(found: dict[str, Any]) -> bool:
    """Whether an object is a sign-in of Graph's or of the diagnostic stream, whoever signed in."""
    if "signinlogs" in text_of(found.get("category")).lower():
        return True
    names = found.keys()
    return bool(
        names & {"createddatetime", "timegenerated"}
        and names & {"appdisplayname", "appid"}
        and names & (_OF_PEOPLE | {"serviceprincipalid"})
        and names & _SIGN_IN
    )


def is_audit(found: dict[str, Any]) -> bool:
    """Whether an object is an entry of the audit log."""
    inside = found.get("properties")
    names = found.keys() | (lower_keys(inside).keys() if isinstance(inside, dict) else set())
    return {"targetresources", "initiatedby"} <= names and bool(
        names & {"activitydisplayname", "operationname"}
    )


def event_rows(stream: BinaryIO) -> Rows:
    """One row an event. Raises UnreadableFile where the file breaks off."""
    for position, raw in elements(behind_headers(stream), _LISTS):
        try:
            event = object_of(raw)
            inside = _object(event.get("properties"))
        except BAD_JSON:
            yield position, Rejected(why_unreadable(raw))
            continue
        yield position, _row({**event, **inside} if inside else event, bool(inside), raw)


def _object(value: Any) -> dict[str, Any]:
    """An object, also one that a collector wrote as text. Raises what decoding raises."""
    return as_object(_decoded(value))


def _decoded(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        return msgspec.json.decode(value)
    return value


def _row(event: dict[str, Any], enveloped: bool, raw: bytes) -> SignIn | Grant | Rejected | Ignored:
    """The row of an event whose envelope and properties were put together."""
    what = text_of(event.get("activitydisplayname") or event.get("operationname")).lower()
    if what.rstrip(".") == _CONSENT:
        return _consent(event, enveloped, raw)
    category = text_of(event.get("category")).lower()
    if category and "signin" not in category:
        return _OTHER
    if not category and not event.keys() & (_OF_PEOPLE | {"serviceprincipalid", "appid", "appdisplayname"}):
        return _OTHER if what else _rejected("the row is no event of Entra", raw)
    kinds = _kinds(event, category)
    if "managedidentity" in kinds:
        return OF_A_MACHINE
    by_itself = _is_by_itself(event, kinds)
    if by_itself and ("microsoftserviceprincipal" in kinds or _is_microsofts(event)):
        return OF_MICROSOFTS_APP
    at = _when(event)
    if at is None:
        return _rejected("the sign-in has no readable createdDateTime", raw)
    client = entra_id(event.get("appid"))
    app = text_of(event.get("appdisplayname"))
    if by_itself:
        app = app or text_of(event.get("serviceprincipalname"))
    app = app or client
    if not app:
        return _rejected("the sign-in names no app", raw)
    outcome = _outcome(event)
    if outcome is None:
        return _rejected("the sign-in does not say whether it succeeded", raw)
    who = NOBODY if by_itself else _who(event)
    # In the answers of the API a tenant is that of the user or of the resource, never said to be ours.
    account = text_of(event.get("tenantid"), ACCOUNT) if enveloped else ""
    return SignIn(account, at, who, app, outcome, client)


def _rejected(why: str, raw: bytes) -> Rejected:
    return Rejected(f"{why}; export the events with all their fields", shown(raw, _SHOWN))


def _who(event: dict[str, Any]) -> Who:
    return entra_who(event.get("userprincipalname"), event.get("userid"), event.get("userdisplayname"))


def _kinds(event: dict[str, Any], category: str) -> str:
    """Who signed in, in Entra's own words: of the stream its category, of the API its kinds of event."""
    kinds = event.get("signineventtypes")
    stated = [text_of(kind).lower() for kind in kinds] if isinstance(kinds, list) else []
    return " ".join((category, *stated))


def _is_by_itself(event: dict[str, Any], kinds: str) -> bool:
    """Whether an app signed in with a secret of its own, and no person."""
    if "serviceprincipal" in kinds:
        return True
    return bool(entra_id(event.get("serviceprincipalid"))) and not any(
        entra_id(event.get(name)) for name in _OF_PEOPLE
    )


def _is_microsofts(event: dict[str, Any]) -> bool:
    return any(text_of(event.get(name)).lower() in MICROSOFT_TENANTS for name in _OWNERS_OF_APPS)


def _when(event: dict[str, Any]) -> datetime | None:
    for name in _TIMES:
        try:
            return moment(text_of(event.get(name)))
        except (ValueError, OverflowError):
            continue
    return None


def _outcome(event: dict[str, Any]) -> Outcome | None:
    """Use where the error code is 0. Interrupted sign-ins have codes of their own and are attempts.

    Where the export leaves the outcome out, nobody is said to have come in: it is an attempt.
    """
    if _OUTCOMES.isdisjoint(event):
        return Outcome.ATTEMPTED
    try:
        code = _object(event.get("status")).get("errorcode")
    except BAD_JSON:
        code = None
    for stated in (code, event.get("resulttype"), event.get("errorcode"), event.get("resultsignature")):
        if word := text_of(stated).lower():
            return Outcome.USED if word in ("0", "success") else Outcome.ATTEMPTED
    return None


# --- consents ---------------------------------------------------------------------------------------


def _consent(event: dict[str, Any], enveloped: bool, raw: bytes) -> Grant | Rejected | Ignored:
    """A person, or an administrator for all, let an app in."""
    result = text_of(event.get("result") or event.get("resultsignature") or "success").lower()
    if result not in ("success", "none", "0"):
        return _REFUSED
    at = _when(event)
    if at is None:
        return _rejected("the consent has no readable activityDateTime", raw)
    own_id = text_of(event.get("id") or event.get("correlationid"), OWN_ID)
    try:
        targets = [lower_keys(t) for t in _decoded(event.get("targetresources")) or () if isinstance(t, dict)]
        user = _object(_object(event.get("initiatedby")).get("user"))
    except (*BAD_JSON, TypeError):
        targets, user = [], {}
    app = next((t for t in targets if text_of(t.get("type")).lower() in ("serviceprincipal", "")), {})
    changes = _changes(app)
    client = next(iter(_GUID.findall(changes.get(_NAMES_OF_APP, ""))), "")
    name = text_of(app.get("displayname")) or client
    if not name or not own_id:
        return _rejected("the consent names no app or has no id", raw)
    stated = changes.get(_PERMISSIONS, "")
    # What was there before stands in front of the arrow.
    given = stated.rpartition("=>")[2]
    scopes = [scope for part in _SCOPE.findall(given) for scope in part.strip(' "').split()]
    # Who consents for all is an administrator; the grant is not that person's own.
    for_all = bool(_FOR_ALL.search(given))
    who = entra_who("" if for_all else user.get("userprincipalname"), None if for_all else user.get("id"))
    account = text_of(event.get("tenantid"), ACCOUNT) if enveloped else ""
    return Grant(account, own_id, at, who, name, client, tuple(dict.fromkeys(scopes)))


def _changes(app: dict[str, Any]) -> dict[str, str]:
    """New value by name of property; their order is not fixed."""
    return {
        text_of(one.get("displayname")).lower(): text_of(one.get("newvalue"), 20_000)
        for one in members(app, "modifiedproperties")
    }
