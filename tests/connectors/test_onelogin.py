"""OneLogin events: apps that were opened, and apps that were refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.onelogin_events import OneLoginEvents
from discovery.records import Ignored, Outcome, Rejected, SignIn, Who
from tests.connectors.event_files import (
    SAMPLES,
    SHARED,
    assert_survives,
    counts,
    needs_shared,
    read,
    recognised_by,
)

ONELOGIN = OneLoginEvents()
PAGE = (SAMPLES / "onelogin_events" / "events.json").read_bytes()


def test_a_page_is_read_event_by_event() -> None:
    rows = read(ONELOGIN, PAGE)
    assert counts(rows) == (2, 1, 1)
    first, second, third, fourth = (row for _, row in rows)
    assert first == SignIn(
        account="4711",
        at=datetime(2026, 3, 5, 7, 0, 0, 780000, UTC),
        who=Who("", "100", "Maja Lindqvist"),
        app="Notion",
    )
    assert isinstance(second, SignIn)
    assert (second.who, second.app, second.outcome) == (
        Who("jon@acme.example"), "Perplexity", Outcome.ATTEMPTED,
    )  # fmt: skip
    assert isinstance(third, Ignored)
    assert isinstance(fourth, Rejected)
    assert "created_at" in fourth.reason
    assert "Jon" not in fourth.row


def test_lines_arrays_and_the_broadcast_say_the_same() -> None:
    events = json.loads(PAGE)["data"]
    expected = [row for _, row in read(ONELOGIN, PAGE)]
    sent = [
        {("event_timestamp" if k == "created_at" else k): v for k, v in event.items()} for event in events
    ]
    for content in (json.dumps(events), "\n".join(map(json.dumps, events)), json.dumps(sent)):
        assert recognised_by(content.encode()) == {"onelogin_events"}
        assert [row for _, row in read(ONELOGIN, content.encode())][:3] == expected[:3]


def test_an_event_without_app_or_type_is_rejected() -> None:
    event = json.loads(PAGE)["data"][0]
    rows = read(ONELOGIN, json.dumps([event | {"app_name": None}, event | {"event_type_id": None}]).encode())
    reasons = [row.reason for _, row in rows if isinstance(row, Rejected)]
    assert ["names no app" in reasons[0], "event_type_id" in reasons[1]] == [True, True]


@needs_shared
def test_the_real_events_are_read() -> None:
    content = (SHARED / "derived" / "onelogin_rules.jsonl").read_bytes()
    assert recognised_by(content) == {"onelogin_events"}
    # jq -r .event_type_id | sort | uniq -c: of 26 one is 8 and one 90; neither has created_at.
    assert counts(read(ONELOGIN, content)) == (0, 2, 24)


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int) -> None:
    assert_survives(ONELOGIN, PAGE, seed)
