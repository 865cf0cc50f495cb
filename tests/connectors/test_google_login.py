"""Google Workspace SAML and login activity: apps opened with a Google account."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.google_workspace_login import GoogleWorkspaceLogin
from discovery.connectors.google_workspace_token import GoogleWorkspaceToken
from discovery.records import Grant, Ignored, Outcome, Rejected, SignIn, Who
from tests.connectors.event_files import (
    SAMPLES,
    SHARED,
    assert_survives,
    counts,
    needs_shared,
    read,
    recognised_by,
)

GOOGLE = GoogleWorkspaceLogin()
SAML = (SAMPLES / "google_workspace_login" / "saml.json").read_bytes()
TOKEN = (SAMPLES / "google_workspace_token" / "activities.json").read_bytes()
NOTION = SignIn(
    account="C01",
    at=datetime(2026, 3, 5, 7, tzinfo=UTC),
    who=Who("maja.lindqvist@acme.example"),
    app="Notion",
)


def test_who_has_gemini_do_something_in_workspace_uses_it() -> None:
    content = (SAMPLES / "google_workspace_gemini" / "activity.json").read_bytes()
    assert recognised_by(content) == {"google_workspace_gemini"}
    asked, offered, undated = (row for _, row in read(GOOGLE, content))
    assert asked == SignIn(
        account="C01",
        at=datetime(2026, 3, 5, 7, tzinfo=UTC),
        who=Who("maja.lindqvist@acme.example"),
        app="Gemini for Google Workspace",
    )
    assert isinstance(offered, Ignored)
    assert isinstance(undated, Rejected)


def test_activity_of_gemini_without_an_event_is_rejected_and_not_lost() -> None:
    content = (SAMPLES / "google_workspace_gemini" / "activity.json").read_bytes()
    rows = read(GOOGLE, content.replace(b'"name": "feature_utilization"', b'"called": "x"'))
    assert [row.reason.partition(";")[0] for _, row in rows if isinstance(row, Rejected)] == [
        "the activity has no event"
    ] * 3


def test_a_page_of_sign_ins_is_read() -> None:
    rows = read(GOOGLE, SAML)
    assert counts(rows) == (2, 1, 1)
    assert rows[0][1] == NOTION
    failed = rows[1][1]
    assert isinstance(failed, SignIn)
    assert (failed.app, failed.outcome) == ("Notion", Outcome.ATTEMPTED)


def test_a_sign_in_to_google_itself_names_no_app() -> None:
    assert isinstance(read(GOOGLE, SAML)[2][1], Ignored)


def test_a_rejected_activity_keeps_neither_person_nor_address() -> None:
    row = read(GOOGLE, SAML)[3][1]
    assert isinstance(row, Rejected)
    assert "application_name" in row.reason
    assert "jon.park" not in row.row + row.reason


def test_what_collectors_make_of_an_activity_is_the_same_sign_in() -> None:
    whole = json.loads(SAML)["items"][0]
    split = whole | {"events": whole["events"][0]}
    flat = {key: value for key, value in whole.items() if key != "events"} | {
        "name": "login_success",
        "parameters": {"application_name": "Notion", "initiated_by": "sp"},
        "id": whole["id"] | {"time": "2026-03-05 07:00:00.000000000"},
    }
    for form in (whole, split, flat):
        content = json.dumps(form).encode("utf-16")
        assert recognised_by(content) == {"google_workspace_login"}
        assert read(GOOGLE, content) == [(1, NOTION)]


def test_an_export_of_several_applications_is_read_whole_by_either_connector() -> None:
    both = b"\n".join(
        json.dumps(item).encode() for page in (SAML, TOKEN) for item in json.loads(page)["items"]
    )
    assert "google_workspace_token" in recognised_by(both)
    for connector in (GOOGLE, GoogleWorkspaceToken()):
        kinds = Counter(type(row) for _, row in read(connector, both))
        assert kinds == {SignIn: 2, Grant: 2, Rejected: 2, Ignored: 3}


@pytest.mark.parametrize("time", [None, "at noon"])
def test_a_sign_in_without_a_time_is_rejected(time: str | None) -> None:
    activity = json.loads(SAML)["items"][0]
    activity["id"]["time"] = time
    ((_, row),) = read(GOOGLE, json.dumps(activity).encode())
    assert isinstance(row, Rejected)
    assert "time" in row.reason


def test_other_saml_events_open_no_app() -> None:
    activity = json.loads(SAML)["items"][0]
    activity["events"][0]["name"] = "authorize"
    assert [type(row) for _, row in read(GOOGLE, json.dumps(activity).encode())] == [Ignored]


@needs_shared
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # jq -r .id.applicationName | sort | uniq -c: 3 of token, 1 of saml, 17 of login, 116 of others.
        ("derived/gsuite_activityevent_rules.jsonl", (4, 0, 133)),
        ("gws_login/test-login_last2.log", (0, 0, 2)),
    ],
)
def test_the_real_activities_are_read(name: str, expected: tuple[int, int, int]) -> None:
    content = (SHARED / name).read_bytes()
    assert recognised_by(content) == {"google_workspace_login"}
    assert counts(read(GOOGLE, content)) == expected


@needs_shared
def test_the_real_sign_in_is_read_whole() -> None:
    rows = read(GOOGLE, (SHARED / "derived" / "gsuite_activityevent_rules.jsonl").read_bytes())
    (row,) = (row for _, row in rows if isinstance(row, SignIn))
    assert row == SignIn(
        "",
        datetime(2022, 5, 26, 15, 26, 9, 421000, UTC),
        Who("some.user@somedomain.com"),
        "Some SAML Application",
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int) -> None:
    assert_survives(GOOGLE, SAML, seed)
