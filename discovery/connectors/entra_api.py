"""Pulls from Microsoft Entra ID through Graph: sign-ins, consents, permission grants with their apps, users.

API:    https://learn.microsoft.com/graph/api/signin-list, directoryaudit-list, oauth2permissiongrant-list,
        serviceprincipal-list, directoryobject-getbyids, user-list
Pages:  ``@odata.nextLink``, followed as it comes. Sign-ins and the audit log come newest first, so that
        how far they are known moves only when the last page is read.
Limits: Retry-After; https://learn.microsoft.com/graph/throttling
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from discovery.connectors.api import Api, Cursor, Page, Settings, System, setting
from discovery.connectors.http_session import Answer, Garbled, Http, Outside
from discovery.connectors.list_pages import pages_from
from discovery.connectors.oauth_tokens import client_credentials

_GRAPH = "https://graph.microsoft.com/v1.0"
_LOGIN = "login.microsoftonline.com"
#: What Entra keeps with a licence P1 or P2; a first pull asks for all of it.
_KEPT = timedelta(days=30)
#: How far back every pull begins again: events that arrived late.
_OVERLAP = timedelta(hours=2)
_LOG_PERMISSION = "AuditLog.Read.All and Directory.Read.All, and the tenant a licence of Entra ID P1"
_PERMISSION = "Directory.Read.All"
_TENANT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
_APP = (
    "id,appId,displayName,appOwnerOrganizationId,servicePrincipalType,createdDateTime,publisherName,homepage"
)
_USER = (
    "id,userPrincipalName,mail,displayName,givenName,surname,department,accountEnabled,userType,"
    "proxyAddresses,employeeOrgData"
)


@dataclass(frozen=True)
class EntraSettings(Settings):
    tenant: str = setting("Tenant id", "Enter the Directory (tenant) ID of the app registration.")
    client_id: str = setting("Client id", "Enter the Application (client) ID of the app registration.")
    secret: str = setting(
        "Client secret", "Enter the value, not the id, of Certificates & secrets.", secret=True
    )

    def wrong(self) -> str:
        if not _TENANT.fullmatch(self.tenant):
            return "Tenant id is neither an id nor a domain; copy it from the app registration's overview"
        return ""


def _http(settings: EntraSettings, outside: Outside, permission: str) -> Http:
    url = f"https://{_LOGIN}/{settings.tenant}/oauth2/v2.0/token"
    scope = "https://graph.microsoft.com/.default"
    login = client_credentials(url, settings.client_id, settings.secret, scope, in_header=False)
    return Http(outside, "Microsoft Graph", ["graph.microsoft.com", _LOGIN], permission, login)


def fetch_sign_ins(settings: EntraSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Interactive sign-ins; others are in Graph's beta alone."""
    return _log(settings, cursor, outside, "auditLogs/signIns", "createdDateTime", "")


def fetch_consents(settings: EntraSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    only = "activityDisplayName eq 'Consent to application' and "
    return _log(settings, cursor, outside, "auditLogs/directoryAudits", "activityDateTime", only)


def _log(
    settings: EntraSettings, cursor: Cursor, outside: Outside, path: str, time: str, only: str
) -> Iterator[Page]:
    """The events of a log that comes newest first.

    Cursor: ``seen``, up to which instant all is known; while a pull is under way ``newest``, what ``seen``
    will be at its end, and ``next``, the link to go on with.
    """
    http = _http(settings, outside, _LOG_PERMISSION)
    seen, newest = cursor.get("seen", ""), cursor.get("newest", "")
    begin = datetime.fromisoformat(seen) - _OVERLAP if seen else outside.now() - _KEPT
    wanted = {"$filter": f"{only}{time} ge {begin.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "$top": "999"}
    for (body, events), link in _pages(http, path, wanted, cursor.get("next", "")):
        newest = max([newest, seen, *_instants(events, time)])
        if not link:
            yield Page(body, {"seen": newest}, last=True)
            return
        yield Page(body, {"seen": seen, "newest": newest, "next": link})


def _values(found: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """The objects of a page, and the link to the next one or "". Raises Garbled."""
    values, link = found.get("value"), found.get("@odata.nextLink", "")
    if not isinstance(values, list) or not isinstance(link, str):
        raise Garbled("Microsoft Graph answered without a list; it is asked again")
    return [one for one in values if isinstance(one, dict)], link


def _instants(events: list[dict[str, Any]], name: str) -> Iterator[str]:
    for event in events:
        try:
            at = datetime.fromisoformat(str(event.get(name)))
        except ValueError:
            continue
        yield at.astimezone(UTC).isoformat(timespec="seconds")


def fetch_users(settings: EntraSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Every user, each time. Cursor: ``next`` while a pull is under way."""
    http = _http(settings, outside, _PERMISSION)
    wanted = {"$select": _USER, "$expand": "manager($select=id,mail,userPrincipalName)", "$top": "999"}
    for (body, _), link in _pages(http, "users", wanted, cursor.get("next", "")):
        yield Page(body, {"next": link} if link else {}, last=not link)


def _pages(
    http: Http, path: str, wanted: dict[str, str], link: str
) -> Iterator[tuple[tuple[bytes, list[dict[str, Any]]], str]]:
    """Each page of a list as it came and as objects, with the link to the next one or ""."""

    def read(answer: Answer) -> tuple[tuple[bytes, list[dict[str, Any]]], str]:
        values, link = _values(answer.object("Microsoft Graph"))
        return (answer.body, values), link

    return pages_from(link, lambda at: http.get(at) if at else http.get(f"{_GRAPH}/{path}", wanted), read)


def fetch_grants(settings: EntraSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Every grant, each time, with the apps and people that it names by object id alone.

    Cursor: ``next`` while a pull is under way.
    """
    http = _http(settings, outside, _PERMISSION)
    apps: dict[str, dict[str, Any]] = {}
    for (_, found), _ in _pages(http, "servicePrincipals", {"$select": _APP, "$top": "999"}, ""):
        apps |= {str(app.get("id")): app for app in found}
    people: dict[str, dict[str, Any]] = {}
    for (_, grants), link in _pages(http, "oauth2PermissionGrants", {"$top": "999"}, cursor.get("next", "")):
        _learn_people(http, people, {str(one["principalId"]) for one in grants if one.get("principalId")})
        named = {str(one.get(name)) for one in grants for name in ("clientId", "principalId")}
        page = [*grants, *(one for key, one in (apps | people).items() if key in named)]
        told = json.dumps({"value": page}).encode() if page else b""
        yield Page(told, {"next": link} if link else {}, last=not link)


def _learn_people(http: Http, people: dict[str, dict[str, Any]], wanted: set[str]) -> None:
    """Ask who these object ids are, those that are not known yet; a thousand at once."""
    missing = sorted(wanted - people.keys())
    for start in range(0, len(missing), 1000):
        asked = {"ids": missing[start : start + 1000], "types": ["user"]}
        answer = http.post(f"{_GRAPH}/directoryObjects/getByIds", asked)
        people |= {str(user.get("id")): user for user in _values(answer.object("Microsoft Graph"))[0]}


ENTRA = System("entra", "Microsoft Entra ID", EntraSettings)
SIGN_INS = Api(ENTRA, fetch_sign_ins, timedelta(hours=1), _LOG_PERMISSION)
CONSENTS = Api(ENTRA, fetch_consents, timedelta(hours=1), _LOG_PERMISSION)
GRANTS = Api(ENTRA, fetch_grants, timedelta(days=1), _PERMISSION)
USERS = Api(ENTRA, fetch_users, timedelta(days=1), _PERMISSION)
