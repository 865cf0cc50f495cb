"""Okta System Log: sign-ins and consents, by type and never by place."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.okta_system_log import OktaSystemLog
from discovery.records import Grant, Ignored, Outcome, Rejected, SignIn, Who
from tests.connectors.event_files import (
    SAMPLES,
    SHARED,
    assert_survives,
    counts,
    needs_shared,
    read,
    read_as_far_as_possible,
    recognised_by,
)

OKTA = OktaSystemLog()
SIGN_INS = (SAMPLES / "okta_system_log" / "sign_ins.jsonl").read_bytes()
CONSENTS = (SAMPLES / "okta_system_log" / "consents.json").read_bytes()

EVENT = {
    "uuid": "e-1",
    "published": "2026-03-02T08:00:00.000Z",
    "eventType": "user.authentication.sso",
    "actor": {"id": "00u1", "type": "User", "alternateId": "maja@acme.example", "displayName": "Maja"},
    "outcome": {"result": "SUCCESS"},
    "target": [{"id": "0oa1", "type": "AppInstance", "displayName": "ChatGPT"}],
}
MAJA = SignIn("", datetime(2026, 3, 2, 8, tzinfo=UTC), Who("maja@acme.example", name="Maja"), "ChatGPT")


def row_of(**changes: object) -> object:
    return read(OKTA, json.dumps([EVENT | changes]).encode())[0][1]


def test_sign_ins_are_read_and_the_cut_off_last_line_is_told() -> None:
    rows, sentence = read_as_far_as_possible(OKTA, SIGN_INS)
    assert counts(rows) == (3, 3, 1)
    assert sentence == "the file breaks off in line 8; export it again"
    assert rows[0] == (
        1,
        SignIn(
            "",
            datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
            Who("maja.lindqvist@acme.example", name="Maja Lindqvist"),
            "ChatGPT",
        ),
    )


def test_the_headers_that_name_the_next_page_may_stand_above_it() -> None:
    head = 'HTTP/2 200\r\ncontent-type: application/json\r\nlink: <https://a.example/>; rel="next"\r\n\r\n'
    content = head.encode() + json.dumps([EVENT]).encode()
    assert recognised_by(content) == {"okta_system_log"}
    assert [row for _, row in read(OKTA, content)] == [MAJA]


def test_a_refused_sign_in_is_an_attempt_and_a_login_is_no_address() -> None:
    row = read_as_far_as_possible(OKTA, SIGN_INS)[0][1][1]
    assert isinstance(row, SignIn)
    assert row.outcome is Outcome.ATTEMPTED
    assert row.who == Who(login="jpark", name="Jon Park")
    assert row.app == "Claude"


def test_an_event_rewritten_by_a_collector_is_the_same_sign_in() -> None:
    lowered = json.loads(json.dumps(EVENT), object_pairs_hook=lambda p: {k.lower(): v for k, v in p})
    snakes = {
        "event_type": EVENT["eventType"],
        "Uuid": "e-1",
        "PUBLISHED": "2026-03-02 08:00:00",
        "actor": {"type": "User", "alternate_id": "maja@acme.example", "display_name": "Maja"},
        "outcome": {"Result": "SUCCESS"},
        "target": [{"Type": "AppInstance", "Display_Name": "ChatGPT"}],
    }
    for event in (EVENT, lowered, snakes):
        assert read(OKTA, json.dumps(event).encode()) == [(1, MAJA)]


@pytest.mark.parametrize(
    "around",
    [
        {"version": "0", "detail-type": "SystemLog", "source": "aws.partner/okta.com/acme", "detail": EVENT},
        {"time": 1772438400, "host": "acme.okta.com", "sourcetype": "OktaIM2:log", "event": EVENT},
    ],
)
def test_an_event_that_log_streaming_wrapped_is_the_same_sign_in(around: dict[str, object]) -> None:
    content = json.dumps(around).encode()
    assert recognised_by(content) == {"okta_system_log"}
    assert read(OKTA, content + b"\n" + content) == [(1, MAJA), (2, MAJA)]


def test_events_that_syslog_passed_on_are_the_same_sign_ins() -> None:
    line = b"<134>1 2026-03-02T08:00:00.000Z idp.okta.com okta - - - " + json.dumps(EVENT).encode() + b"\n"
    assert recognised_by(line + line) == {"okta_system_log"}
    assert [row for _, row in read(OKTA, line + line)] == [MAJA, MAJA]


@pytest.mark.parametrize("envelope", ["events", "Records", "value", "data", "logEvents"])
def test_envelopes_pages_and_lines_say_the_same(envelope: str) -> None:
    text = json.dumps(EVENT)
    assert read(OKTA, f'{{"next": null, "{envelope}": [{text}, {text}]}}'.encode()) == [(1, MAJA), (2, MAJA)]
    assert read(OKTA, f"[{text}]\n[{text}]\n".encode()) == [(1, MAJA), (2, MAJA)]
    assert read(OKTA, f"{text}\n{text}".encode()) == [(1, MAJA), (2, MAJA)]
    assert read(OKTA, json.dumps(EVENT, indent=4).encode()) == [(1, MAJA)]


def test_the_app_is_found_by_type_wherever_it_stands() -> None:
    user = {"type": "AppUser", "displayName": "maja in the app"}
    app = {"type": "AppInstance", "displayName": "Gamma", "alternateId": "Slides"}
    for targets in ([user, app], [app, user], [user, user, app]):
        row = row_of(target=targets)
        assert isinstance(row, SignIn)
        assert row.app == "Gamma"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"uuid": None}, "no uuid"),
        ({"published": "last week"}, "published date"),
        ({"published": None}, "published date"),
        ({"published": 1772438400}, "type"),
        ({"target": None}, "names an app"),
        ({"target": [{"type": "AppUser", "displayName": "x"}]}, "names an app"),
        ({"target": "ChatGPT"}, "type"),
        ({"eventType": ""}, "eventType"),
    ],
)
def test_a_bad_event_is_rejected_with_its_reason(change: dict[str, object], reason: str) -> None:
    row = row_of(**change)
    assert isinstance(row, Rejected)
    assert reason in row.reason


def test_addresses_places_and_devices_are_not_kept_even_of_a_rejected_event() -> None:
    row = row_of(
        published="never",
        client={"ipAddress": "192.0.2.7", "device": "Computer"},
        debugContext={"debugData": {"url": "/x?stateToken=secret"}},
    )
    assert isinstance(row, Rejected)
    assert "never" in row.row
    for kept_out in ("192.0.2.7", "Computer", "secret", "maja"):
        assert kept_out not in row.row + row.reason


def test_events_of_no_use_are_ignored_whatever_they_lack() -> None:
    assert isinstance(row_of(eventType="user.session.start", uuid=None, published=None), Ignored)


def test_consents_carry_the_app_its_client_id_and_scopes() -> None:
    rows = read(OKTA, CONSENTS)
    assert counts(rows) == (3, 0, 2)
    assert rows[0][1] == Grant(
        "",
        "c-1",
        datetime(2026, 3, 3, 9, tzinfo=UTC),
        Who(login="00u1"),  # Okta itself acted: the target says for whom
        "Otter.ai",
        "0oaA",
        ("files.read", "profile"),
    )
    assert isinstance(rows[1][1], Ignored)  # not given
    revoked = rows[2][1]
    assert isinstance(revoked, Grant)
    assert (revoked.revoked, revoked.client_id, revoked.who.email) == (True, "0oaB", "jon.park@acme.example")
    assert isinstance(rows[3][1], Ignored)  # a token, not the consent
    by_context = rows[4][1]
    assert isinstance(by_context, Grant)
    assert (by_context.app, by_context.scopes) == ("Fireflies", ("openid", "email"))


def test_only_okta_is_recognised() -> None:
    assert recognised_by(SIGN_INS) == {"okta_system_log"}
    assert recognised_by(CONSENTS) == {"okta_system_log"}
    assert recognised_by(b'{"event_type": "sso_auth", "timestamp": "2026-01-01T00:00:00Z"}') == set()
    assert recognised_by(b'{"eventType": "AwsApiCall", "eventSource": "s3.amazonaws.com"}') == set()


@needs_shared
def test_the_real_consent_events_are_read() -> None:
    content = (SHARED / "okta" / "consent_grant_first_two.json").read_bytes()
    assert recognised_by(content) == {"okta_system_log"}
    first, second = (row for _, row in read(OKTA, content))
    assert isinstance(first, Grant)
    assert isinstance(second, Grant)
    assert first.client_id == second.client_id == "0oa7rb3qjbKyi6j7O2p7"
    assert first.scopes == ("launch/patient",)
    assert len(second.scopes) == 4
    assert first.who.email == ""
    assert len(first.who.login) == 32


@needs_shared
def test_the_collectors_events_are_read() -> None:
    content = (SHARED / "derived" / "okta_rules.jsonl").read_bytes()
    assert recognised_by(content) == {"okta_system_log"}
    rows = read(OKTA, content)
    # 26 lines are findings of rules without an event type; the two sign-ins state no time.
    assert counts(rows) == (0, 28, 72)
    assert [line for line, row in rows if isinstance(row, Rejected) and "published" in row.reason] == [70, 71]


@needs_shared
def test_a_file_of_headers_is_nobodys() -> None:
    content = (SHARED / "okta" / "response_head.txt").read_bytes()
    assert recognised_by(content) == set()
    rows, sentence = read_as_far_as_possible(OKTA, content)
    assert rows == []
    assert "not JSON" in sentence


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=10**6), st.sampled_from(["lines", "array", "indented", "envelope"]))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int, shape: str) -> None:
    events = [EVENT | {"uuid": f"e-{i}"} for i in range(8)]
    text = {
        "lines": "\n".join(map(json.dumps, events)) + "\n",
        "array": json.dumps(events),
        "indented": json.dumps(events, indent=2),
        "envelope": json.dumps({"a": 1, "events": events, "z": [1]}),
    }[shape]
    assert_survives(OKTA, text.encode(), seed)


def test_an_array_reads_like_lines_across_the_reading_blocks() -> None:
    events = [EVENT | {"uuid": f"e-{i}", "pad": "é[{" * (i % 97)} for i in range(6000)]
    lines = "\n".join(json.dumps(e, ensure_ascii=False) for e in events)
    array = json.dumps(events, ensure_ascii=False)
    assert len(array) > 1 << 20
    assert read(OKTA, array.encode()) == read(OKTA, lines.encode())
    broken = array.replace('"e-4000"', "nonsense")
    rows = read(OKTA, broken.encode())
    assert counts(rows) == (5999, 1, 0)
    assert isinstance(rows[4000][1], Rejected)
