"""Entra sign-ins as JSON: Graph's pages, the diagnostic stream, and what is use and what an attempt."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.entra_sign_ins import EntraSignIns
from discovery.records import NOBODY, Ignored, Outcome, Rejected, SignIn, Who
from tests.connectors.event_files import (
    SAMPLES,
    SHARED,
    assert_survives,
    counts,
    needs_shared,
    read,
    recognised_by,
)

ENTRA = EntraSignIns()
FOLDER = SAMPLES / "entra_sign_ins"
PAGE = (FOLDER / "graph_page.json").read_bytes()
STREAM = (FOLDER / "diagnostic.jsonl").read_bytes()
LINES = b"".join(
    json.dumps(record).encode() + b"\n"
    for page in STREAM.splitlines()
    for record in json.loads(page)["records"]
)
MAJA = Who("maja.lindqvist@acme.example", "", "Maja Lindqvist")


def sign_in(**changes: object) -> dict[str, object]:
    return {
        "id": "s-1",
        "createdDateTime": "2026-03-05T07:00:41.6195833Z",
        "userPrincipalName": "maja.lindqvist@acme.example",
        "userDisplayName": "Maja Lindqvist",
        "appDisplayName": "Otter.ai",
        "appId": "a-77",
        "isInteractive": True,
        "status": {"errorCode": 0},
    } | changes


def row_of(**changes: object) -> object:
    return read(ENTRA, json.dumps([sign_in(**changes)]).encode())[0][1]


def test_a_page_is_read_sign_in_by_sign_in() -> None:
    rows = read(ENTRA, PAGE)
    assert [position for position, _ in rows] == [1, 2, 3, 4, 5]
    assert counts(rows) == (4, 1, 0)
    at = datetime(2026, 3, 5, 7, 0, 41, 619583, UTC)
    assert rows[0][1] == SignIn("", at, MAJA, "Otter.ai", Outcome.USED, "a-77")


def test_a_refused_sign_in_is_an_attempt_and_a_silent_renewal_is_use() -> None:
    outcomes = [row.outcome for _, row in read(ENTRA, PAGE) if isinstance(row, SignIn) and row.who != NOBODY]
    assert outcomes == [Outcome.USED, Outcome.ATTEMPTED, Outcome.USED]


def test_an_app_that_comes_in_by_itself_is_told_of_without_a_person() -> None:
    job = read(ENTRA, PAGE)[3][1]
    assert isinstance(job, SignIn)
    assert (job.app, job.client_id, job.who, job.outcome) == ("backup job", "a-9", NOBODY, Outcome.USED)
    # The stream has no appDisplayName for apps.
    record = {
        "time": "2026-03-05T07:07:00Z",
        "category": "ServicePrincipalSignInLogs",
        "tenantId": "t-1",
        "resultType": "0",
        "properties": {"appId": "a-9", "servicePrincipalName": "Glean", "servicePrincipalId": "sp-9"},
    }
    ((_, glean),) = read(ENTRA, json.dumps({"records": [record]}).encode())
    assert isinstance(glean, SignIn)
    assert (glean.app, glean.who, glean.account) == ("Glean", NOBODY, "t-1")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"signInEventTypes": ["managedIdentity"]}, "managed identity"),
        ({"category": "ManagedIdentitySignInLogs"}, "managed identity"),
        ({"category": "MicrosoftServicePrincipalSignInLogs"}, "Microsoft"),
        ({"appOwnerTenantId": "f8cdef31-a31e-4b4a-93e4-5f571e91255a"}, "Microsoft"),
    ],
)
def test_the_companys_machines_and_microsofts_own_apps_are_passed_over(changes, why) -> None:
    nobody = {"userPrincipalName": None, "userDisplayName": None, "servicePrincipalId": "sp-9"}
    row = row_of(**nobody, **changes)
    assert isinstance(row, Ignored)
    assert why in row.why


def test_a_guest_is_known_by_the_address_at_home() -> None:
    guest = read(ENTRA, PAGE)[2][1]
    assert isinstance(guest, SignIn)
    assert guest.who.email == "jane_roe@partner.example"


def test_a_rejected_sign_in_keeps_neither_person_nor_address() -> None:
    row = read(ENTRA, PAGE)[4][1]
    assert isinstance(row, Rejected)
    assert "createdDateTime" in row.reason
    assert "s-5" in row.row
    assert "jon.park" not in row.row + row.reason


def test_the_diagnostic_stream_says_the_same_and_names_the_tenant() -> None:
    rows = [row for _, row in read(ENTRA, STREAM)]
    assert counts(read(ENTRA, STREAM)) == (2, 0, 2)
    at = datetime(2026, 3, 5, 7, 0, 41, 619583, UTC)
    assert rows[0] == SignIn("t-1", at, MAJA, "Otter.ai", Outcome.USED, "a-77")
    # The second states no time of its own, and its result beside it.
    assert isinstance(rows[1], SignIn)
    assert (rows[1].at, rows[1].outcome) == (datetime(2026, 3, 5, 7, 6, tzinfo=UTC), Outcome.ATTEMPTED)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"status": {"errorCode": 50076}}, Outcome.ATTEMPTED),
        ({"status": {"errorCode": 50140}}, Outcome.ATTEMPTED),
        ({"status": {"errorCode": "0"}}, Outcome.USED),
        ({"status": '{"errorCode":0,"additionalDetails":"MFA"}'}, Outcome.USED),
        ({"status": '{"errorCode":90094}'}, Outcome.ATTEMPTED),
        ({"status": None, "resultType": "Success"}, Outcome.USED),
        ({"status": None, "resultType": 50126}, Outcome.ATTEMPTED),
        ({"status": {"ErrorCode": 53003}}, Outcome.ATTEMPTED),
    ],
)
def test_only_the_error_code_nought_is_use(changes: dict[str, object], outcome: Outcome) -> None:
    row = row_of(**changes)
    assert isinstance(row, SignIn)
    assert row.outcome == outcome


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"createdDateTime": None}, "createdDateTime"),
        ({"createdDateTime": "0001-01-01T00:00:00Z"}, "createdDateTime"),
        ({"appDisplayName": "", "appId": None}, "names no app"),
        ({"status": None}, "whether it succeeded"),
        ({"status": {}}, "whether it succeeded"),
    ],
)
def test_a_sign_in_that_lacks_what_counts_is_rejected(change: dict[str, object], reason: str) -> None:
    row = row_of(**change)
    assert isinstance(row, Rejected)
    assert reason in row.reason


def test_where_the_export_leaves_the_outcome_out_nobody_is_said_to_have_come_in() -> None:
    event = {key: value for key, value in sign_in().items() if key != "status"}
    ((_, row),) = read(ENTRA, json.dumps(event).encode())
    assert isinstance(row, SignIn)
    assert row.outcome == Outcome.ATTEMPTED


def test_an_app_without_a_name_goes_by_its_client_id() -> None:
    row = row_of(appDisplayName=None)
    assert isinstance(row, SignIn)
    assert (row.app, row.client_id) == ("a-77", "a-77")


def test_who_cannot_be_named_by_address_goes_by_what_is_stated() -> None:
    for change, who in (
        ({"userPrincipalName": "MLIND"}, Who("", "MLIND", "Maja Lindqvist")),
        ({"userPrincipalName": "", "userId": "u-100"}, Who("", "u-100", "Maja Lindqvist")),
        ({"userPrincipalName": "{PII Removed}", "userDisplayName": None, "userId": "u-1"}, Who("", "u-1")),
    ):
        row = row_of(**change)
        assert isinstance(row, SignIn)
        assert row.who == who


def test_what_powershell_writes_is_the_same_sign_in() -> None:
    event = {key[:1].upper() + key[1:]: value for key, value in sign_in().items()}
    event |= {"Status": {"ErrorCode": 0}, "CreatedDateTime": "/Date(1772694041619)/"}
    ((_, row),) = read(ENTRA, json.dumps([event]).encode("utf-16"))
    assert isinstance(row, SignIn)
    assert (row.at, row.who, row.outcome) == (
        datetime(2026, 3, 5, 7, 0, 41, 619000, UTC), MAJA, Outcome.USED,
    )  # fmt: skip
    assert recognised_by(json.dumps([event]).encode("utf-16")) == {"entra_sign_ins"}


def test_a_log_of_a_workspace_has_the_fields_side_by_side() -> None:
    event = {
        "TimeGenerated": "2026-03-05T07:00:41.619Z", "Category": "SignInLogs", "ResultType": "0",
        "UserPrincipalName": "maja.lindqvist@acme.example", "AppDisplayName": "Otter.ai",
        "TenantId": "of the workspace",
    }  # fmt: skip
    ((_, row),) = read(ENTRA, json.dumps([event]).encode())
    assert isinstance(row, SignIn)
    assert (row.account, row.outcome) == ("", Outcome.USED)


def test_pages_arrays_and_lines_say_the_same() -> None:
    events = [sign_in(id=f"s-{number}", riskEventTypes=["none"]) for number in range(3)]
    texts = (
        json.dumps(events, indent=1),
        "\r\n".join(map(json.dumps, events)),
        "".join(json.dumps({"value": [event]}, indent=1) for event in events),
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + json.dumps({"value": events}),
        json.dumps({"value": events}).replace('"none"]', '"none",]'),
    )
    for text in texts:
        assert Counter(type(row) for _, row in read(ENTRA, text.encode())) == {SignIn: 3}
        assert recognised_by(text.encode()) == {"entra_sign_ins"}


def test_other_azure_logs_are_ignored_and_other_json_rejected() -> None:
    audit = {"time": "2026-03-05T07:08:00Z", "category": "AuditLogs", "properties": {}}
    rows = read(ENTRA, json.dumps([audit, {"operationName": "Write"}, {"name": "x"}]).encode())
    assert [type(row) for _, row in rows] == [Ignored, Ignored, Rejected]


def test_an_empty_page_is_recognised_and_has_no_row() -> None:
    page = b'{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#auditLogs/signIns","value":[]}'
    assert recognised_by(page) == {"entra_sign_ins"}
    assert read(ENTRA, page) == []


def _by_category(name: str) -> Counter[str]:
    """What of a real file is whose, from its lines alone."""
    found: Counter[str] = Counter()
    for line in (SHARED / name).read_text().splitlines():
        event = json.loads(line)
        category = event["category"]
        if "SignIn" not in category:
            found["ignored"] += 1
        else:
            named = event["properties"].get("appDisplayName") or event["properties"].get("appId")
            found["sign-in" if named else "rejected"] += 1
    return found


@needs_shared
def test_the_real_sign_ins_are_read() -> None:
    name = "derived/azure_signin_rules.jsonl"
    rows = read(ENTRA, (SHARED / name).read_bytes())
    # jq -r 'select(.category|test("SignIn")).category' | sort | uniq -c: 15 interactive, 3 silent, 8 of
    # service principals; two of the interactive ones have neither appDisplayName nor appId.
    assert counts(rows) == (24, 2, 21)
    assert _by_category(name) == {"sign-in": 24, "rejected": 2, "ignored": 21}
    people = Counter(row.outcome for _, row in rows if isinstance(row, SignIn) and row.who != NOBODY)
    apps = Counter((row.outcome, row.app) for _, row in rows if isinstance(row, SignIn) and row.who == NOBODY)
    # jq: of the 16 of people, status.errorCode is 50053 or 50126 in four.
    assert people == {Outcome.USED: 12, Outcome.ATTEMPTED: 4}
    # jq '.properties|select(.servicePrincipalName)|[.status.errorCode,.servicePrincipalName]'
    assert apps == {
        (Outcome.ATTEMPTED, "some-service-principal"): 7,
        (Outcome.USED, "very-normal-service-principal"): 1,
    }


@needs_shared
def test_the_real_stream_and_page_are_read_whole() -> None:
    rows = read(ENTRA, (SHARED / "entra_signin" / "test-created-datetime-timestamp.log").read_bytes())
    seen = [row for _, row in rows if isinstance(row, SignIn)]
    assert [(row.at, row.who.email) for row in seen] == [
        (datetime(2026, 7, 10, 20, 1, 51, 924876, UTC), "testuser@example.com"),
        (datetime(2026, 7, 10, 20, 3, 31, 273742, UTC), "testuser2@example.com"),
    ]
    ((_, row),) = read(ENTRA, (SHARED / "graph" / "signins_docs_example.txt").read_bytes())
    assert isinstance(row, SignIn)
    assert (row.app, row.client_id, row.who.email, row.outcome) == (
        "Graph explorer", "de8bc8b5-d9f9-48b1-a8ad-b748da725064", "testaccount1@contoso.com", Outcome.USED,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**6), st.sampled_from([PAGE, LINES]))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int, content: bytes) -> None:
    assert_survives(ENTRA, content, seed)
