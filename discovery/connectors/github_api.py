"""Pulls from GitHub: who has a seat of Copilot in an organisation, and how many are paid for.

API:    https://docs.github.com/rest/copilot/copilot-user-management
Pages:  Link headers with rel="next" (https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api).
Limits: Retry-After, or x-ratelimit-remaining 0 with x-ratelimit-reset, in a 403 or 429.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from discovery.connectors.api import Api, Cursor, Page, Settings, System, setting
from discovery.connectors.http_session import AccessDenied, Answer, Garbled, Http, Outside, Refused
from discovery.connectors.oauth_tokens import bearer

_HOST = "api.github.com"
_PERMISSION = "the scope manage_billing:copilot, or the permission GitHub Copilot Business: read"
_ORGANISATION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,98}[A-Za-z0-9])?")
_NOT_FOUND = 404


@dataclass(frozen=True)
class GithubSettings(Settings):
    organisation: str = setting("Organisation", "Enter its name as in github.com/orgs/NAME.")
    token: str = setting("Token", "Enter a token of an owner of the organisation.", secret=True)

    def wrong(self) -> str:
        if not _ORGANISATION.fullmatch(self.organisation):
            return "Organisation is no name of GitHub's; enter it as in github.com/orgs/NAME"
        return ""


def fetch_seats(settings: GithubSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Every seat, each time. Cursor: ``next``, the link to go on with, while a pull is under way."""
    headers = {"X-GitHub-Api-Version": "2022-11-28"}
    http = Http(outside, "GitHub", [_HOST], _PERMISSION, lambda http: {**bearer(settings.token), **headers})
    billing = f"https://{_HOST}/orgs/{settings.organisation}/copilot/billing"
    whose = {"organization": {"login": settings.organisation}}
    link = cursor.get("next", "")
    found: list[dict[str, Any]] = []
    if not link:
        found.append(whose | _asked(http, billing).object("GitHub"))
    while True:
        answer = _asked(http, link or f"{billing}/seats?per_page=100")
        seats = answer.object("GitHub").get("seats")
        if not isinstance(seats, list):
            raise Garbled("GitHub answered without seats; it is asked again")
        found += [whose | {k: v for k, v in seat.items() if v} for seat in seats if isinstance(seat, dict)]
        link = answer.links.get("next", "")
        told = json.dumps(found).encode() if found else b""
        yield Page(told, {"next": link} if link else {}, last=not link)
        if not link:
            return
        found = []


def _asked(http: Http, url: str) -> Answer:
    try:
        return http.get(url)
    except Refused as refused:
        if refused.status != _NOT_FOUND:
            raise
        raise AccessDenied(
            "GitHub shows no Copilot seats of this organisation (404): its name is another, or the "
            f"credential needs {_PERMISSION}"
        ) from None


GITHUB = System("github", "GitHub", GithubSettings)
SEATS = Api(GITHUB, fetch_seats, timedelta(days=1), _PERMISSION)
