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
from discovery.connectors.http_session import Garbled, Http, Refused

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
    number, token = cursor.get("report", 0), cursor.get("next", "")
    while number < len(reports):
        report = reports[number]
        asked = [report.since(date.fromisoformat(first)), *report.wanted]
        try:
            answer = http.get(report.url, [*asked, ("page", token)] if token else asked)
        except Refused:
            if not token:
                raise
            token = ""  # the place in the report is gone: begin it again
            continue
        found = answer.object(http.title)
        if not isinstance(found.get("data"), list) or not isinstance(found.get("has_more"), bool):
            raise Garbled(f"{http.title} answered without buckets; it is asked again")
        told(found)
        token = str(found.get("next_page") or "") if found["has_more"] else ""
        if not token:
            number += 1
        behind: Cursor = {"from": first, "began": began, "report": number, "next": token}
        if number == len(reports):
            behind = {"from": (date.fromisoformat(began) - _OVERLAP).isoformat()}
        yield Page(json.dumps(found).encode() if found["data"] else b"", behind, last=number == len(reports))
