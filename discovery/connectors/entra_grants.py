"""Microsoft Entra ID permission grants: which apps were let into the tenant, by whom, with which scopes.

Grants: https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant
Apps:   https://learn.microsoft.com/graph/api/resources/serviceprincipal
Roles:  https://learn.microsoft.com/graph/api/resources/approleassignment

A grant names its app by the object id of a service principal and states no day. So both lists
belong into one file: it is read twice, first for the apps and people, then row by row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple

from discovery.connectors import entra_api
from discovery.connectors.base import Connector, Head, Kind, UnreadableFile
from discovery.connectors.entra_accounts import MICROSOFT_TENANTS, entra_id, entra_who
from discovery.connectors.json_documents import (
    BAD_JSON,
    elements,
    first_objects,
    looks_like_json,
    shown,
    why_unreadable,
)
from discovery.connectors.json_objects import members
from discovery.connectors.moments import moment
from discovery.connectors.pasted_answers import answer_in, behind_headers, object_of
from discovery.connectors.stated_values import OWN_ID, text_of
from discovery.records import NOBODY, Grant, Ignored, Rejected, Rows, Who

_LISTS = frozenset(
    {"value", "oauth2permissiongrants", "serviceprincipals", "approleassignments", "users", "grants"}
)
_SHOWN = frozenset({"id", "clientid", "consenttype", "scope", "resourceid", "appid", "createddatetime"})
_MARKS = (b"#oauth2PermissionGrants", b"#servicePrincipals", b'"oauth2PermissionGrants"', b'"consentType"')
#: Members that a service principal has and no other object of Graph beside its own appId.
_OF_APPS = frozenset(
    {"serviceprincipaltype", "appownerorganizationid", "serviceprincipalnames", "approleassignmentrequired"}
)

_PERSON = Ignored("a user, read for the address alone")
_TOLD = Ignored("an app of which the grants are told")
_MICROSOFT = Ignored("an app of Microsoft's own, which nobody let in")
_MACHINE = Ignored("a managed identity, which is no app")
_ASSIGNED = Ignored("a person or group that may open an app")

_ALONE = (
    "the grant names its app by object id alone; put the service principals into the same file, "
    "before or behind the grants"
)
_UNDATED = "Graph states no day of this grant; export the service principals with their createdDateTime"


class _App(NamedTuple):
    name: str
    client_id: str
    created: datetime | None
    passed_over: Ignored | None
    home: str = ""


@dataclass(slots=True)
class _Known:
    """What the first reading learns of the objects that others name by id."""

    apps: dict[str, _App] = field(default_factory=dict)
    people: dict[str, Who] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)  # id of an application permission → its name
    granted: set[str] = field(default_factory=set)  # apps of which there is a grant

    def learn(self, found: dict[str, Any]) -> None:
        if _is_grant(found):
            self.granted.add(text_of(found.get("clientid")))
        elif _is_role(found):
            self.granted.add(text_of(found.get("principalid")))
        elif _is_app(found):
            self.apps[_id(found)] = _app(found)
            for role in members(found, "approles"):
                self.roles[text_of(role.get("id"))] = text_of(role.get("value"))
            for inside in _grantsmembers(found):
                self.learn(inside)
        elif "userprincipalname" in found:
            self.people[_id(found)] = entra_who(
                found.get("mail") or found.get("userprincipalname"), _id(found), found.get("displayname")
            )


class EntraGrants(Connector):
    name = "entra_grants"
    kind = Kind.GRANT
    title = "Entra ID permission grants and apps (JSON)"
    reads = ("file", "api")
    api = entra_api.GRANTS

    def recognises(self, head: Head) -> int:
        head = answer_in(head)
        if not looks_like_json(head):
            return 0
        if any(mark in head.start for mark in _MARKS):
            return 94
        found = first_objects(head, _LISTS)
        if b"#appRoleAssign" in head.start or any(_is_role(o) and "principaltype" in o for o in found):
            return 94
        return 94 if any(_is_grant(o) or ("appid" in o and _OF_APPS & o.keys()) for o in found) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row a grant, and one an app without any. Raises UnreadableFile where the file breaks off."""
        stream = behind_headers(stream)
        start = stream.tell()
        known = _learnt(stream)
        stream.seek(start)
        for position, raw in elements(stream, _LISTS):
            try:
                found = object_of(raw)
            except BAD_JSON:
                yield position, Rejected(why_unreadable(raw))
                continue
            for row in _rows(found, known, raw):
                yield position, row


def _learnt(stream: BinaryIO) -> _Known:
    known = _Known()
    try:
        for _, raw in elements(stream, _LISTS):
            try:
                known.learn(object_of(raw))
            except BAD_JSON:  # said when its row is read
                continue
    except UnreadableFile:  # it breaks off there again
        pass
    return known


# --- what an object is ------------------------------------------------------------------------------


def _is_grant(found: dict[str, Any]) -> bool:
    return "clientid" in found and "resourceid" in found and bool({"consenttype", "scope"} & found.keys())


def _is_role(found: dict[str, Any]) -> bool:
    return "approleid" in found and "principalid" in found


def _is_app(found: dict[str, Any]) -> bool:
    return "appid" in found and bool(
        _OF_APPS & found.keys() or {"displayname", "appdisplayname"} & found.keys()
    )


def _id(found: dict[str, Any]) -> str:
    return text_of(found.get("id") or found.get("objectid"), OWN_ID)


def _grantsmembers(app: dict[str, Any]) -> list[dict[str, Any]]:
    """The grants that an answer with ``$expand`` writes into their app."""
    return [
        o
        for name in ("oauth2permissiongrants", "approleassignments")
        for o in members(app, name)
        if _is_grant(o) or _is_role(o)
    ]


def _app(found: dict[str, Any]) -> _App:
    passed_over = None
    if (
        text_of(found.get("appownerorganizationid")).lower() in MICROSOFT_TENANTS
        or text_of(found.get("publishername")) == "Microsoft Services"
    ):
        passed_over = _MICROSOFT
    elif text_of(found.get("serviceprincipaltype")).lower() == "managedidentity":
        passed_over = _MACHINE
    client = entra_id(found.get("appid"))
    name = text_of(found.get("displayname")) or text_of(found.get("appdisplayname")) or client
    home = text_of(found.get("homepage"))
    return _App(name, client, _day(found.get("createddatetime")), passed_over, home)


def _day(stated: object) -> datetime | None:
    try:
        return moment(text_of(stated))
    except (ValueError, OverflowError):
        return None


# --- rows -------------------------------------------------------------------------------------------


def _rows(found: dict[str, Any], known: _Known, raw: bytes) -> Iterator[Grant | Rejected | Ignored]:
    if _is_grant(found):
        yield _delegated(found, known, raw)
    elif _is_role(found):
        yield _of_an_app(found, known, raw)
    elif _is_app(found):
        yield _app_itself(found, known, raw)
        for inside in _grantsmembers(found):
            yield _delegated(inside, known, raw) if _is_grant(inside) else _of_an_app(inside, known, raw)
    elif "userprincipalname" in found:
        yield _PERSON
    else:
        yield Rejected(
            "the entry is no grant, app or user; export oauth2PermissionGrants and servicePrincipals",
            shown(raw, _SHOWN),
        )


def _delegated(grant: dict[str, Any], known: _Known, raw: bytes) -> Grant | Rejected | Ignored:
    """A grant of an administrator for all, or of one person."""
    app = known.apps.get(text_of(grant.get("clientid")))
    if app is None or not app.name:
        return Rejected(_ALONE, shown(raw, _SHOWN))
    if app.passed_over:
        return app.passed_over
    at = _day(grant.get("starttime")) or app.created
    if at is None:
        return Rejected(_UNDATED, shown(raw, _SHOWN))
    principal = entra_id(grant.get("principalid"))
    for_all = text_of(grant.get("consenttype")).lower() == "allprincipals"
    who = NOBODY if for_all or not principal else known.people.get(principal, Who(login=principal))
    scopes = tuple(dict.fromkeys(text_of(grant.get("scope")).split()))
    own_id = _id(grant) or f"{text_of(grant.get('clientid'))}/{text_of(grant.get('resourceid'))}/{principal}"
    return Grant("", own_id[:OWN_ID], at, who, app.name, app.client_id, scopes, url=app.home)


def _of_an_app(role: dict[str, Any], known: _Known, raw: bytes) -> Grant | Rejected | Ignored:
    """A permission that an administrator gave the app itself."""
    if text_of(role.get("principaltype")).lower() in ("user", "group"):
        return _ASSIGNED
    app = known.apps.get(text_of(role.get("principalid")))
    if app is not None and app.passed_over:
        return app.passed_over
    name = (app.name if app else "") or text_of(role.get("principaldisplayname"))
    if not name:
        return Rejected(_ALONE, shown(raw, _SHOWN))
    at = _day(role.get("createddatetime") or role.get("creationtimestamp")) or (app.created if app else None)
    if at is None:
        return Rejected(_UNDATED, shown(raw, _SHOWN))
    scope = known.roles.get(text_of(role.get("approleid")), "")
    client, home = (app.client_id, app.home) if app else ("", "")
    return Grant("", _id(role), at, NOBODY, name, client, (scope,) if scope else (), url=home)


def _app_itself(found: dict[str, Any], known: _Known, raw: bytes) -> Grant | Rejected | Ignored:
    """An app without a grant in this file: that it is in the tenant, and since when, is all it says."""
    app = known.apps.get(_id(found)) or _app(found)
    if app.passed_over:
        return app.passed_over
    if _id(found) in known.granted:
        return _TOLD
    if not app.name or not _id(found):
        return Rejected("the app has no name or id; export it with displayName and id", shown(raw, _SHOWN))
    if app.created is None:
        return Rejected(_UNDATED, shown(raw, _SHOWN))
    return Grant("", _id(found), app.created, NOBODY, app.name, app.client_id, url=app.home)
