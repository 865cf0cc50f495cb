"""Pulls from OpenAI: what API use cost by project and line, and how much of it there was by person and key.

API:    https://platform.openai.com/docs/api-reference/usage (organization/costs and
        organization/usage/completions) and …/users (who a user id is)
Pages:  ``next_page`` is sent as ``page``; ``limit`` counts buckets. Users: ``after`` the last id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from discovery.connectors.api import Api, Cursor, Page, Settings, System, setting
from discovery.connectors.bucket_pages import Report, pages_of_reports
from discovery.connectors.http_session import Garbled, Http, Outside
from discovery.connectors.oauth_tokens import bearer

_BASE = "https://api.openai.com/v1/organization"
_PERMISSION = "an admin key of the organisation that may read usage and users"


@dataclass(frozen=True)
class OpenAiSettings(Settings):
    key: str = setting("Admin key", "Enter a key that begins with sk-admin-.", secret=True)

    def wrong(self) -> str:
        if not self.key.startswith("sk-admin"):
            return "Admin key is no admin key, and others read no costs; enter one that begins with sk-admin-"
        return ""


def _since(day: date) -> tuple[str, str]:
    return "start_time", str(int(datetime.combine(day, time(), UTC).timestamp()))


_REPORTS = [
    Report(
        f"{_BASE}/costs",
        (("bucket_width", "1d"), ("limit", "180"), ("group_by[]", "project_id"), ("group_by[]", "line_item")),
        _since,
    ),
    Report(
        f"{_BASE}/usage/completions",
        (
            ("bucket_width", "1d"),
            ("limit", "31"),
            *(("group_by[]", name) for name in ("project_id", "user_id", "api_key_id", "model")),
        ),
        _since,
    ),
]


def fetch(settings: OpenAiSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Costs, then usage of models; the last days again each time, since they are restated."""
    http = Http(outside, "OpenAI", ["api.openai.com"], _PERMISSION, lambda http: bearer(settings.key))
    people = _people(http)

    def name_users(page: dict[str, Any]) -> None:
        for bucket in page["data"]:
            for result in bucket.get("results", []) if isinstance(bucket, dict) else ():
                if isinstance(result, dict) and (email := people.get(str(result.get("user_id")))):
                    result["user_email"] = email

    yield from pages_of_reports(http, _REPORTS, cursor, name_users)


def _people(http: Http) -> dict[str, str]:
    """The address of each user of the organisation, by id."""
    found: dict[str, str] = {}
    after = ""
    while True:
        wanted = {"limit": "100"} | ({"after": after} if after else {})
        page = http.get(f"{_BASE}/users", wanted).object("OpenAI")
        users = page.get("data")
        if not isinstance(users, list):
            raise Garbled("OpenAI answered without a list of users; it is asked again")
        known = [user for user in users if isinstance(user, dict) and user.get("id")]
        found |= {str(user["id"]): str(user.get("email") or "") for user in known}
        if page.get("has_more") is not True or not known:
            return found
        after = str(known[-1]["id"])


OPENAI = System("openai", "OpenAI", OpenAiSettings)
USAGE = Api(OPENAI, fetch, timedelta(days=1), _PERMISSION)
