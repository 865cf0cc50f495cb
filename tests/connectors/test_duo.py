"""Duo authentication log: sign-ins that were confirmed, and those that were not."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.duo_authentication import DuoAuthentication
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

DUO = DuoAuthentication()
ANSWER = (SAMPLES / "duo_authentication" / "authentication.json").read_bytes()
LINES = b"".join(json.dumps(log).encode() + b"\n" for log in json.loads(ANSWER)["response"]["authlogs"])


def test_an_answer_is_read_event_by_event() -> None:
    rows = read(DUO, ANSWER)
    assert counts(rows) == (2, 1, 1)
    first, second, third, fourth = (row for _, row in rows)
    assert first == SignIn(
        "", datetime(2026, 3, 5, 7, 0, 0, 351346, UTC), Who("maja@acme.example"), "Slack", Outcome.USED
    )
    assert second == SignIn(
        "", datetime(2026, 3, 5, 8, tzinfo=UTC), Who(login="jpark"), "Slack", Outcome.ATTEMPTED
    )
    assert isinstance(third, Ignored)
    assert isinstance(fourth, Rejected)
    assert "names no application" in fourth.reason
    assert "jon@acme" not in fourth.row


def test_lines_and_arrays_say_the_same() -> None:
    expected = [row for _, row in read(DUO, ANSWER)][:3]
    logs = json.loads(ANSWER)["response"]["authlogs"]
    for content in (LINES, json.dumps(logs).encode(), json.dumps({"authlogs": logs}).encode("utf-16")):
        assert recognised_by(content) == {"duo_authentication"}
        assert [row for _, row in read(DUO, content)][:3] == expected


def test_the_first_version_of_the_log_is_read() -> None:
    log = {"timestamp": 1772694000, "username": "mlind", "integration": "Slack", "factor": "Duo Push",
           "result": "SUCCESS", "ip": "192.0.2.7", "new_enrollment": False}  # fmt: skip
    content = json.dumps({"stat": "OK", "response": [log]}).encode()
    assert recognised_by(content) == {"duo_authentication"}
    ((_, row),) = read(DUO, content)
    assert row == SignIn("", datetime(2026, 3, 5, 7, tzinfo=UTC), Who(login="mlind"), "Slack")


@pytest.mark.parametrize("result", ["denied", "fraud", "failure", "error", None])
def test_only_success_is_use(result: str | None) -> None:
    log = json.loads(LINES.splitlines()[0]) | {"result": result}
    ((_, row),) = read(DUO, json.dumps(log).encode())
    assert isinstance(row, SignIn)
    assert row.outcome == Outcome.ATTEMPTED


def test_a_log_of_administrators_is_nobodys() -> None:
    log = b'{"action": "admin_login", "isotimestamp": "2026-03-05T07:00:00+00:00", "username": "Jon Park"}\n'
    assert recognised_by(log) == set()
    assert [type(row) for _, row in read(DUO, log)] == [Ignored]


@needs_shared
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # Two lines by eye, both successes.
        ("duo/test-auth_first2.log", (2, 0, 0)),
        # jq 'select(.result)' has 14 lines, none with a time; the other 28 are of administrators.
        ("derived/duo_rules.jsonl", (0, 14, 28)),
    ],
)
def test_the_real_logs_are_read(name: str, expected: tuple[int, int, int]) -> None:
    content = (SHARED / name).read_bytes()
    assert recognised_by(content) == {"duo_authentication"}
    assert counts(read(DUO, content)) == expected


@needs_shared
def test_the_real_sign_ins_are_read_whole() -> None:
    rows = read(DUO, (SHARED / "duo" / "test-auth_first2.log").read_bytes())
    seen = [row for _, row in rows if isinstance(row, SignIn)]
    assert [(row.app, row.who, row.outcome) for row in seen] == [
        ("Microsoft Azure Active Directory", Who("narroway@example.com"), Outcome.USED),
        ("Duo Access Gateway Launcher", Who("narroway@example.com"), Outcome.USED),
    ]
    assert seen[0].at == datetime(2020, 2, 13, 18, 56, 20, 351346, UTC)


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int) -> None:
    assert_survives(DUO, LINES, seed)
