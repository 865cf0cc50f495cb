"""Pulls from Google Workspace: token and SAML activity, and users.

API:    https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list
        https://developers.google.com/workspace/admin/directory/reference/rest/v1/users/list
Pages:  ``nextPageToken`` is sent as ``pageToken``; activities come newest first, ``items`` is missing where
        there are none, and events arrive hours late.
Limits: 429, and 403 with rateLimitExceeded or quotaExceeded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from discovery.connectors.api import Api, Cursor, Page, Settings, System, setting
from discovery.connectors.http_session import Answer, Garbled, Http, Outside
from discovery.connectors.list_pages import pages_from
from discovery.connectors.oauth_tokens import service_account
from discovery.connectors.stated_values import address_of

_HOST = "admin.googleapis.com"
_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105
_REPORTS = "https://www.googleapis.com/auth/admin.reports.audit.readonly"
_USERS = "https://www.googleapis.com/auth/admin.directory.user.readonly"
#: What Google keeps; a first pull asks for all of it.
_KEPT = timedelta(days=180)
#: How far back every pull begins again: events arrive up to a day late, at times more.
_OVERLAP = timedelta(hours=48)


@dataclass(frozen=True)
class GoogleSettings(Settings):
    administrator: str = setting(
        "Administrator", "Enter the address of the administrator that the service account acts for."
    )
    key: str = setting(
        "Key file of the service account", "Paste the JSON file as Google made it.", secret=True, long=True
    )

    def wrong(self) -> str:
        if not address_of(self.administrator):
            return "Administrator is no e-mail address; enter that of an administrator of your Workspace"
        try:
            found = json.loads(self.key)
            service_account(found, "", "", "")
            whole = bool(found["client_email"])
        except (ValueError, KeyError, TypeError, AttributeError):
            whole = False
        if not whole:
            return "Key file of the service account is not the JSON that Google made; paste all of it"
        return ""


def _http(settings: GoogleSettings, outside: Outside, scope: str) -> Http:
    login = service_account(json.loads(settings.key), _TOKEN_URL, scope, settings.administrator)
    return Http(outside, "Google", [_HOST, "oauth2.googleapis.com"], _permission(scope), login)


def _permission(scope: str) -> str:
    return f"domain-wide delegation for the scope {scope}, and the administrator the privilege for it"


def fetch_token(settings: GoogleSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    return _activities(settings, cursor, outside, "token")


def fetch_saml(settings: GoogleSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Sign-ins to apps: activity of the application ``login`` names none."""
    return _activities(settings, cursor, outside, "saml")


def _activities(
    settings: GoogleSettings, cursor: Cursor, outside: Outside, application: str
) -> Iterator[Page]:
    """Cursor: ``seen``, up to which instant all is known; while a pull is under way ``newest``, what ``seen``
    will be at its end, ``since``, and ``next``, Google's token of the next page.
    """
    http = _http(settings, outside, _REPORTS)
    seen, newest = cursor.get("seen", ""), cursor.get("newest", "")
    begin = datetime.fromisoformat(seen) - _OVERLAP if seen else outside.now() - _KEPT
    # A page's token belongs to the question that it came with.
    since = cursor.get("since") or f"{begin.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
    url = f"https://{_HOST}/admin/reports/v1/activity/users/all/applications/{application}"
    wanted = {"startTime": since, "maxResults": "1000"}
    for (body, found), token in _pages(http, url, wanted, cursor.get("next", "")):
        items = found.get("items", [])
        newest = max([newest, seen, *_instants(items)])
        if not token:
            yield Page(body if items else b"", {"seen": newest}, last=True)
            return
        yield Page(body if items else b"", {"seen": seen, "newest": newest, "since": since, "next": token})


def _pages(
    http: Http, url: str, wanted: dict[str, str], token: str
) -> Iterator[tuple[tuple[bytes, dict[str, Any]], str]]:
    """Each page as it came and as an object, with the token of the next one or ""."""

    def ask(token: str) -> Answer:
        return http.get(url, wanted | ({"pageToken": token} if token else {}))

    def read(answer: Answer) -> tuple[tuple[bytes, dict[str, Any]], str]:
        found = answer.object("Google")
        token = found.get("nextPageToken") or ""
        if not isinstance(token, str) or not isinstance(found.get("items", []), list):
            raise Garbled("Google answered without a list; it is asked again")
        return (answer.body, found), token

    return pages_from(token, ask, read)


def _instants(items: list[Any]) -> Iterator[str]:
    for item in items:
        try:
            at = datetime.fromisoformat(item["id"]["time"])
        except (KeyError, TypeError, ValueError):
            continue
        yield at.astimezone(UTC).isoformat(timespec="seconds")


def fetch_users(settings: GoogleSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Every user, each time. Cursor: ``next`` while a pull is under way."""
    http = _http(settings, outside, _USERS)
    wanted = {"customer": "my_customer", "maxResults": "500", "projection": "full"}
    url = f"https://{_HOST}/admin/directory/v1/users"
    for (body, found), token in _pages(http, url, wanted, cursor.get("next", "")):
        yield Page(body if found.get("users") else b"", {"next": token} if token else {}, last=not token)


GOOGLE = System("google_workspace", "Google Workspace", GoogleSettings)
TOKEN = Api(GOOGLE, fetch_token, timedelta(hours=1), _permission(_REPORTS))
SAML = Api(GOOGLE, fetch_saml, timedelta(hours=1), _permission(_REPORTS))
USERS = Api(GOOGLE, fetch_users, timedelta(days=1), _permission(_USERS))
