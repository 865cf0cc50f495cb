"""Consents out of Entra's audit log: who let which app in, and when."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.entra_consents import EntraConsents
from discovery.connectors.entra_sign_ins import EntraSignIns
from discovery.records import NOBODY, Grant, Ignored, Rejected, SignIn, Who
from tests.connectors.event_files import SAMPLES, assert_survives, counts, read, recognised_by

ENTRA = EntraConsents()
PAGE = (SAMPLES / "entra_consents" / "directory_audits.json").read_bytes()
STREAM = (SAMPLES / "entra_sign_ins" / "diagnostic.jsonl").read_bytes()
OTTER = Grant(
    account="",
    own_id="Directory_1",
    at=datetime(2026, 3, 5, 7, 0, 41, 619583, UTC),
    who=Who("maja@acme.example"),
    app="Otter.ai",
    client_id="0f7b0e6c-3f0e-4c0e-9d5a-6f1f6a2b3c4d",
    scopes=("Mail.Read", "offline_access"),
)


def consent(**changes: object) -> dict[str, object]:
    return json.loads(PAGE)["value"][0] | changes


def row_of(event: dict[str, object]) -> object:
    ((_, row),) = read(ENTRA, json.dumps([event]).encode())
    return row


def test_a_page_of_the_audit_log_is_read() -> None:
    rows = read(ENTRA, PAGE)
    assert counts(rows) == (2, 1, 2)
    assert rows[0][1] == OTTER


def test_what_an_administrator_allows_for_all_is_nobodys_own_and_has_the_new_scopes() -> None:
    row = read(ENTRA, PAGE)[1][1]
    assert isinstance(row, Grant)
    assert (row.who, row.app, row.scopes) == (NOBODY, "Grammarly", ("User.Read", "Files.Read"))


def test_a_rejected_consent_keeps_no_person() -> None:
    row = read(ENTRA, PAGE)[4][1]
    assert isinstance(row, Rejected)
    assert "activityDateTime" in row.reason
    assert "jon@" not in row.row


def test_the_diagnostic_stream_and_a_workspace_say_the_same() -> None:
    event = consent()
    enveloped = {"time": event["activityDateTime"], "category": "AuditLogs", "tenantId": "t-1",
                 "operationName": "Consent to application", "properties": event}  # fmt: skip
    flat = {"TimeGenerated": event["activityDateTime"], "OperationName": "Consent to application",
            "Id": "Directory_1", "Category": "ApplicationManagement", "Result": "success",
            "InitiatedBy": json.dumps(event["initiatedBy"]),
            "TargetResources": json.dumps(event["targetResources"])}  # fmt: skip
    for form, account in ((enveloped, "t-1"), (flat, "")):
        assert recognised_by(json.dumps([form]).encode()) == {"entra_consents"}
        assert row_of(form) == OTTER._replace(account=account)


def test_consents_among_sign_ins_are_read_with_them() -> None:
    enveloped = {"time": "2026-03-05T07:00:00Z", "category": "AuditLogs", "properties": consent()}
    events = [enveloped, *(e for line in STREAM.splitlines() for e in json.loads(line)["records"])]
    both = "\n".join(map(json.dumps, events)).encode()
    assert recognised_by(both) == {"entra_sign_ins"}
    for connector in (ENTRA, EntraSignIns()):
        kinds = [type(row) for _, row in read(connector, both)]
        assert kinds == [Grant, SignIn, SignIn, Ignored, Ignored]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"result": "failure"}, Ignored),
        ({"targetResources": []}, Rejected),
        ({"targetResources": None}, Rejected),
        ({"targetResources": "[{"}, Rejected),
        ({"targetResources": 7}, Rejected),
        ({"id": None, "correlationId": None}, Rejected),
        ({"initiatedBy": None}, Grant),
        ({"activityDisplayName": "Add service principal"}, Ignored),
    ],
)
def test_a_consent_that_lacks_what_counts_is_no_grant(changes: dict[str, object], kind: type) -> None:
    assert isinstance(row_of(consent(**changes)), kind)


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int) -> None:
    assert_survives(ENTRA, PAGE, seed)
