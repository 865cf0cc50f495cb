"""Google Workspace token activity: apps that were let in, and taken back."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.google_workspace_token import GoogleWorkspaceToken
from discovery.records import Grant, Ignored, Rejected, Who
from tests.connectors.event_files import (
    SAMPLES,
    SHARED,
    assert_survives,
    counts,
    needs_shared,
    read,
    recognised_by,
)

GOOGLE = GoogleWorkspaceToken()
ACTIVITIES = (SAMPLES / "google_workspace_token" / "activities.json").read_bytes()


def activity(**changes: object) -> dict[str, object]:
    return {
        "kind": "admin#reports#activity",
        "id": {
            "time": "2026-03-05T07:00:00.000Z",
            "uniqueQualifier": "-42",
            "applicationName": "token",
            "customerId": "C01",
        },
        "actor": {"email": "maja@acme.example"},
        "events": [
            {
                "name": "authorize",
                "parameters": [
                    {"name": "client_id", "value": "77.apps"},
                    {"name": "app_name", "value": "Otter.ai"},
                    {"name": "scope", "multiValue": ["openid"]},
                ],
            }
        ],
    } | changes


def rows_of(*activities: dict[str, object]) -> list[object]:
    return [row for _, row in read(GOOGLE, "\n".join(map(json.dumps, activities)).encode())]


def test_a_page_of_activities_is_read_event_by_event() -> None:
    rows = read(GOOGLE, ACTIVITIES)
    assert [line for line, _ in rows] == [1, 1, 2, 3, 4]
    assert counts(rows) == (2, 1, 2)
    assert rows[0][1] == Grant(
        account="C01",
        own_id="2026-03-05T07:00:00+00:00/-42/authorize/77.apps.googleusercontent.com",
        at=datetime(2026, 3, 5, 7, tzinfo=UTC),
        who=Who("maja.lindqvist@acme.example"),
        app="Otter.ai",
        client_id="77.apps.googleusercontent.com",
        scopes=("https://www.googleapis.com/auth/calendar", "openid"),
    )


def test_a_revocation_names_its_client_and_scopes_where_the_app_has_no_name() -> None:
    row = read(GOOGLE, ACTIVITIES)[2][1]
    assert isinstance(row, Grant)
    assert row.revoked
    assert row.app == row.client_id == "78.apps.googleusercontent.com"
    assert row.scopes == ("https://mail.google.com/",)
    assert row.who == Who(login="901")


def test_a_rejected_activity_keeps_neither_person_nor_address() -> None:
    row = read(GOOGLE, ACTIVITIES)[3][1]
    assert isinstance(row, Rejected)
    assert "time" in row.reason
    assert "jon.park" not in row.row + row.reason


def test_what_collectors_make_of_an_activity_is_the_same_grant() -> None:
    event = activity()["events"][0]  # type: ignore[index]
    split = activity(events=event)
    flat = activity(
        name="authorize",
        parameters={"client_id": "77.apps", "app_name": "Otter.ai", "scope": ["openid"]},
        id={
            "time": "2026-03-05 07:00:00.000000000",
            "uniqueQualifier": -42,
            "applicationName": "token",
            "customerId": "C01",
        },
    )
    del flat["events"]
    one, other, third = rows_of(activity(), split, flat)
    assert isinstance(one, Grant)
    assert one == other == third


def test_activity_of_other_applications_and_calls_are_ignored() -> None:
    login = activity(id={"time": "x", "uniqueQualifier": "1", "applicationName": "login"})
    call = activity(events=[{"name": "activity", "parameters": []}])
    assert [type(row) for row in rows_of(login, call)] == [Ignored, Ignored]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": {"time": "2026-03-05T07:00:00Z", "applicationName": "token"}}, "uniqueQualifier"),
        ({"id": {"uniqueQualifier": "1", "applicationName": "token"}}, "time"),
        ({"events": []}, "no event"),
        ({"events": None}, "no event"),
        ({"events": [{"name": "authorize", "parameters": []}]}, "client id"),
        ({"events": "authorize"}, "type"),
    ],
)
def test_a_bad_activity_is_rejected_with_its_reason(change: dict[str, object], reason: str) -> None:
    (row,) = rows_of(activity(**change))
    assert isinstance(row, Rejected)
    assert reason in row.reason


def test_token_activity_is_recognised_and_other_reports_barely() -> None:
    assert recognised_by(ACTIVITIES) == {"google_workspace_token"}
    assert recognised_by(json.dumps(activity()).encode()) == {"google_workspace_token"}
    assert recognised_by(b'{"kind":"admin#reports#activities","etag":"x"}') == {"google_workspace_token"}
    assert recognised_by(b'{"items": [{"id": {"time": "now"}}]}') == set()


@needs_shared
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gws_token/test-token.log", (1, 0, 0)),
        ("derived/gsuite_reports_rules.jsonl", (0, 0, 20)),
    ],
)
def test_the_real_activities_are_read(name: str, expected: tuple[int, int, int]) -> None:
    content = (SHARED / name).read_bytes()
    assert recognised_by(content) == {"google_workspace_token"}
    assert counts(read(GOOGLE, content)) == expected


@needs_shared
def test_the_real_grant_is_read_whole() -> None:
    ((_, row),) = read(GOOGLE, (SHARED / "gws_token" / "test-token.log").read_bytes())
    assert isinstance(row, Grant)
    assert (row.account, row.app, row.who.email) == ("C02umwv6u", "Gmail Add-on", "foo@bar.com")
    assert row.client_id.startswith("923474483785-")
    assert row.at == datetime(2023, 1, 1, 6, 24, 42, 442000, tzinfo=UTC)
    assert len(row.scopes) == 5
    assert "192" not in row.own_id


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int) -> None:
    assert_survives(GOOGLE, ACTIVITIES, seed)
