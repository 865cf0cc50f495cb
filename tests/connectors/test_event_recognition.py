"""Which files the connectors of events, statements and invoices take for theirs: their own and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery.connectors import recognise
from discovery.connectors.base import HEAD_BYTES, Head
from tests.connectors.event_files import SAMPLES, SHARED, needs_shared, recognised_by

OURS = frozenset(
    {
        "directory_table",
        "duo_authentication",
        "entra_consents",
        "entra_grants",
        "entra_sign_in_table",
        "entra_sign_ins",
        "entra_users",
        "google_workspace_login",
        "google_workspace_token",
        "google_workspace_users",
        "ofx",
        "okta_system_log",
        "okta_users",
        "onelogin_events",
        "scim_directory",
        "tool_activity",
        "ubl_invoice",
    }
    | {"entra_licences", "entra_subscribed_skus", "github_copilot_seats", "google_workspace_licences"}
    | {"licence_table", "member_list", "tool_members"}
    | {"cyclonedx", "spdx", "chrome_extensions", "intune_apps", "osquery_tables"}
    | {"camt", "mt940", "ramp", "brex", "stripe_issuing", "plaid"}
    | {"openai_usage", "anthropic_usage", "litellm_spend", "focus", "aws_cur"}
    | {"contract_register"}
    | {"zeek", "umbrella_dns", "zscaler_web", "cef_log"}
    | {"cxml", "coupa_invoices", "xero_bills", "quickbooks_bills", "netsuite_bills", "cii_invoice"}
)
#: Folders that belong to one connector.
FOLDERS = {name: name for name in ("ofx", "camt", "mt940", "ramp", "brex", "plaid", "cxml")} | {
    "ubl": "ubl_invoice",
    "coupa": "coupa_invoices",
    "xero": "xero_bills",
}
#: What of the real files is whose; every other is nobody's of these.
OWNERS = {
    "copilot/seats_docs_example.json": "github_copilot_seats",
    "derived/duo_rules.jsonl": "duo_authentication",
    "derived/anthropic_rules.jsonl": "tool_activity",
    "derived/openai_rules.jsonl": "tool_activity",
    "derived/notion_rules.jsonl": "tool_activity",
    "openai/audit_logs_docs_example.txt": "tool_activity",
    "derived/cisco_umbrella_dns_rules.jsonl": "umbrella_dns",
    "zeek/ssl.log": "zeek",
    "umbrella_dns/test-umbrella-dnslogs.log": "umbrella_dns",
    "zscaler/test-web-http_endpoint.log": "zscaler_web",
    "openai/costs_docs_example.json": "openai_usage",
    "focus/focus_1.2_head.csv": "focus",
    "duo/test-auth_first2.log": "duo_authentication",
    "derived/onelogin_rules.jsonl": "onelogin_events",
    "derived/azure_signin_rules.jsonl": "entra_sign_ins",
    "entra_signin/test-created-datetime-timestamp.log": "entra_sign_ins",
    "graph/signins_docs_example.txt": "entra_sign_ins",
    "graph/entra_portal_interactive_header.csv": "entra_sign_in_table",
    "okta/consent_grant_first_two.json": "okta_system_log",
    "derived/okta_rules.jsonl": "okta_system_log",
    "derived/gsuite_reports_rules.jsonl": "google_workspace_token",
    "derived/gsuite_activityevent_rules.jsonl": "google_workspace_login",
    "gws_token/test-token.log": "google_workspace_token",
    "gws_login/test-login_last2.log": "google_workspace_login",
}


def _owner(name: str) -> set[str]:
    folder = name.partition("/")[0]
    owner = FOLDERS.get(folder) or OWNERS.get(name)
    return {owner} if owner else set()


def _real_files() -> list[str]:
    return (
        sorted(str(p.relative_to(SHARED)) for p in SHARED.rglob("*") if p.is_file())
        if SHARED.is_dir()
        else []
    )


@needs_shared
@pytest.mark.parametrize("name", _real_files() or [""])
def test_each_real_file_is_taken_by_its_own_connector_alone(name: str) -> None:
    assert recognised_by((SHARED / name).read_bytes(), "export") & OURS == _owner(name)


def _own_samples() -> list[Path]:
    return sorted(p for folder in OURS for p in (SAMPLES / folder).iterdir())


@pytest.mark.parametrize("path", _own_samples(), ids=lambda p: f"{p.parent.name}/{p.name}")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_each_sample_goes_to_its_connector_whatever_it_is_called(path: Path, encoding: str) -> None:
    content = path.read_text(encoding="utf-8").encode(encoding)
    head = Head("statement.csv", content[:HEAD_BYTES], len(content) <= HEAD_BYTES)
    assert recognise(head).name == path.parent.name


@pytest.mark.parametrize(
    "content", [b"", b" \n", b"{", b"[", b"[]", b"{}", b"<", b"\x00\xff\xfe", b"PK\x03\x04", b"a,b\n1,2\n"]
)
def test_scraps_are_nobodys(content: bytes) -> None:
    assert recognised_by(content) & OURS == set()
