"""Pulls from Okta: the System Log and the users.

API:    https://developer.okta.com/docs/reference/api/system-log/ and
        https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/
Pages:  Link headers with rel="next", followed as they come. A log request without ``until`` always
        names a next page, also behind an empty one: the empty page ends the pull.
Limits: X-Rate-Limit-Reset, an instant in seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from discovery.connectors.api import Api, Cursor, Page, Settings, System, is_host, setting
from discovery.connectors.http_session import Garbled, Http, Outside
from discovery.connectors.list_pages import pages_from

#: What Okta keeps; a first pull asks for all of it.
_KEPT = timedelta(days=90)
#: How far back every pull begins again: events that Okta stored late.
_OVERLAP = timedelta(hours=1)
_PER_PAGE, _USERS_PER_PAGE = "1000", "200"
#: Nothing else is even sent: sign-ins to apps and consents.
_EVENTS = (
    "user.authentication.sso",
    "app.oauth2.as.consent.grant",
    "app.oauth2.consent.grant",
    "app.oauth2.admin.consent.grant",
    "app.oauth2.as.consent.revoke",
    "app.oauth2.consent.revoke",
    "app.oauth2.admin.consent.revoke",
)
_PERMISSION = "a token of an administrator with the role Read-only Administrator"


@dataclass(frozen=True)
class OktaSettings(Settings):
    domain: str = setting("Okta domain", "Enter it as company.okta.com, without https:// and without -admin.")
    token: str = setting("API token", "Enter a token of Security > API > Tokens.", secret=True)

    def wrong(self) -> str:
        if not is_host(self.domain):
            return "Okta domain is not a name such as company.okta.com; enter it without https:// and path"
        if self.domain.lower().endswith(
            ("-admin.okta.com", "-admin.oktapreview.com", "-admin.okta-emea.com")
        ):
            return "Okta domain is the administration console's; enter it without -admin"
        return ""


def _http(settings: OktaSettings, outside: Outside) -> Http:
    return Http(
        outside,
        "Okta",
        [settings.domain],
        _PERMISSION,
        lambda http: {"Authorization": f"SSWS {settings.token}"},
    )


def fetch_log(settings: OktaSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Sign-ins and consents, oldest first as Okta stored them.

    Cursor: ``seen``, the latest instant that an event of an earlier page names; ``next``, the link to go
    on with, while a pull is under way.
    """
    http = _http(settings, outside)
    seen = cursor.get("seen", "")
    begin = datetime.fromisoformat(seen) - _OVERLAP if seen else outside.now() - _KEPT
    for body, link in _pages(http, _address(settings, "logs"), _log_from(begin), cursor.get("next", "")):
        published = _instants(body)
        if not published:
            yield Page(b"", {"seen": seen}, last=True)
            return
        seen = max(seen, max(published))
        if not link:
            yield Page(body, {"seen": seen}, last=True)
            return
        yield Page(body, {"seen": seen, "next": link})


def _pages(http: Http, url: str, wanted: dict[str, str], link: str) -> Iterator[tuple[bytes, str]]:
    """Each page of a list as it came, with the link to the next one or ""."""
    return pages_from(
        link,
        lambda at: http.get(at) if at else http.get(url, wanted),
        lambda answer: (answer.body, answer.links.get("next", "")),
    )


def _log_from(begin: datetime) -> dict[str, str]:
    return {
        "since": begin.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "sortOrder": "ASCENDING",
        "limit": _PER_PAGE,
        "filter": " or ".join(f'eventType eq "{event}"' for event in _EVENTS),
    }


def _address(settings: OktaSettings, what: str) -> str:
    return f"https://{settings.domain.lower()}/api/v1/{what}"


def _instants(body: bytes) -> list[str]:
    """When the events of a page were published, as ISO instants; raises Garbled where it is no list."""
    try:
        events = msgspec.json.decode(body, type=list[dict[str, Any]])
        stated = [event.get("published") for event in events]
        return [
            datetime.fromisoformat(at).astimezone(UTC).isoformat() for at in stated if isinstance(at, str)
        ] or ([datetime.fromtimestamp(0, UTC).isoformat()] if events else [])
    except (msgspec.MsgspecError, ValueError):
        raise Garbled("Okta answered with something other than a list of events; it is asked again") from None


def fetch_users(settings: OktaSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Users that changed since the last pull, those that left included.

    Cursor: ``since``, the instant at which the last whole pull began, less the overlap; ``next`` and
    ``began`` while a pull is under way.
    """
    http = _http(settings, outside)
    began = cursor.get("began") or outside.now().astimezone(UTC).isoformat()
    since = cursor.get("since") or "1970-01-01T00:00:00+00:00"
    changed = datetime.fromisoformat(since).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    wanted = {"filter": f'lastUpdated gt "{changed}"', "limit": _USERS_PER_PAGE}
    for body, link in _pages(http, _address(settings, "users"), wanted, cursor.get("next", "")):
        if not link:
            following = (datetime.fromisoformat(began) - _OVERLAP).isoformat()
            yield Page(body, {"since": following}, last=True)
            return
        yield Page(body, {"since": since, "began": began, "next": link})


OKTA = System("okta", "Okta", OktaSettings)
LOG = Api(OKTA, fetch_log, timedelta(hours=1), _PERMISSION)
USERS = Api(OKTA, fetch_users, timedelta(days=1), _PERMISSION)
