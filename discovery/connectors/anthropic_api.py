"""Pulls from Anthropic: what API use cost by workspace and line, and how much there was by key and model.

API:    https://platform.claude.com/docs/en/api/admin/cost_report and
        https://platform.claude.com/docs/en/api/admin-api/usage-cost/get-messages-usage-report
Pages:  ``next_page`` is sent as ``page``; ``limit`` counts buckets, 31 days at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from discovery.connectors.api import Api, Cursor, Page, Settings, System, setting
from discovery.connectors.bucket_pages import Report, pages_of_reports
from discovery.connectors.http_session import Http, Outside

_BASE = "https://api.anthropic.com/v1/organizations"
_PERMISSION = "an admin key of the organisation"


@dataclass(frozen=True)
class AnthropicSettings(Settings):
    key: str = setting("Admin key", "Enter a key that begins with sk-ant-admin.", secret=True)

    def wrong(self) -> str:
        if not self.key.startswith("sk-ant-admin"):
            return (
                "Admin key is no admin key, and others read no costs; enter one that begins with sk-ant-admin"
            )
        return ""


def _since(day: date) -> tuple[str, str]:
    return "starting_at", f"{day.isoformat()}T00:00:00Z"


_DAYS = (("bucket_width", "1d"), ("limit", "31"))
_REPORTS = [
    Report(
        f"{_BASE}/cost_report",
        (*_DAYS, ("group_by[]", "workspace_id"), ("group_by[]", "description")),
        _since,
    ),
    Report(
        f"{_BASE}/usage_report/messages",
        (*_DAYS, *(("group_by[]", name) for name in ("workspace_id", "api_key_id", "model"))),
        _since,
    ),
]


def fetch(settings: AnthropicSettings, cursor: Cursor, outside: Outside) -> Iterator[Page]:
    """Costs, then usage of models; the last days again each time, since they are restated."""
    keys = {"x-api-key": settings.key, "anthropic-version": "2023-06-01"}
    http = Http(outside, "Anthropic", ["api.anthropic.com"], _PERMISSION, lambda http: keys)
    yield from pages_of_reports(http, _REPORTS, cursor, _as_it_is)


def _as_it_is(page: dict[str, Any]) -> None:
    """Nothing is to be added to a page."""


ANTHROPIC = System("anthropic", "Anthropic", AnthropicSettings)
USAGE = Api(ANTHROPIC, fetch, timedelta(days=1), _PERMISSION)
