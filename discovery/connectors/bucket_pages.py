"""Pulls of metered use that comes in buckets of days, one report behind the other: OpenAI's and Anthropic's.

Both answer with ``data``, ``has_more`` and ``next_page``, which is sent as ``page``; both restate the
last days, so that every pull begins some days before the last one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from discovery.connectors.api import Cursor, Page
from discovery.connectors.http_session import Answer, Garbled, Http
from discovery.connectors.list_pages import pages_from

#: How far back a first pull goes; what is sealed is kept for about as long.
_KEPT = timedelta(days=395)
#: Buckets are restated for days (judgement).
_OVERLAP = timedelta(days=7)


@dataclass(frozen=True)
class Report:
    """A report: its address, what is asked beside the first day, and how that day is written."""

    url: str
    wanted: tuple[tuple[str, str], ...]
    since: Callable[[date], tuple[str, str]]


def pages_of_reports(
    http: Http, reports: list[Report], cursor: Cursor, told: Callable[[dict[str, Any]], None]
) -> Iterator[Page]:
    """Every page of every report; ``told`` may complete a page before it is read.

    Cursor: ``from``, the first day that is asked for; while a pull is under way ``began``, ``report``, the
    number of the report, and ``next``, the token of its next page.
    """
    today = http.outside.now().date()
    began = cursor.get("began") or today.isoformat()
    first = cursor.get("from") or (today - _KEPT).isoformat()
    number, place = cursor.get("report", 0), cursor.get("next", "")
    for report in reports[number:]:
        for found, token in _pages(http, report, date.fromisoformat(first), place):
            told(found)
            if not token:
                number += 1
            last = number == len(reports)
            behind: Cursor = {"from": first, "began": began, "report": number, "next": token}
            if last:
                behind = {"from": (date.fromisoformat(began) - _OVERLAP).isoformat()}
            yield Page(json.dumps(found).encode() if found["data"] else b"", behind, last=last)
        place = ""


def _pages(http: Http, report: Report, first: date, token: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Each page of a report, with the token of the next one or ""."""
    asked = [report.since(first), *report.wanted]

    def read(answer: Answer) -> tuple[dict[str, Any], str]:
        found = answer.object(http.title)
        if not isinstance(found.get("data"), list) or not isinstance(found.get("has_more"), bool):
            raise Garbled(f"{http.title} answered without buckets; it is asked again")
        return found, str(found.get("next_page") or "") if found["has_more"] else ""

    return pages_from(token, lambda at: http.get(report.url, [*asked, ("page", at)] if at else asked), read)
