"""Entra permission grants: joined with their apps and people, dated by the app; what one list alone says."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.entra_grants import EntraGrants
from discovery.records import NOBODY, Grant, Ignored, Rejected, Who
from tests.connectors.event_files import (
    SAMPLES,
    counts,
    damaged,
    read,
    read_as_far_as_possible,
    recognised_by,
)

ENTRA = EntraGrants()
BOTH = (SAMPLES / "entra_grants" / "grants_and_apps.json").read_bytes()
APP = {
    "id": "sp-1",
    "appId": "a-77",
    "displayName": "Otter.ai",
    "createdDateTime": "2026-03-05T07:00:00Z",
    "servicePrincipalType": "Application",
}
GRANT = {
    "id": "g-1",
    "clientId": "sp-1",
    "consentType": "Principal",
    "principalId": "u-100",
    "resourceId": "sp-9",
    "scope": " Mail.Read",
}


def rows_of(*objects: dict[str, object]) -> list[object]:
    return [row for _, row in read(ENTRA, json.dumps({"value": objects}).encode())]


def test_pages_of_grants_apps_and_people_are_read_together() -> None:
    rows = read(ENTRA, BOTH)
    assert [position for position, _ in rows] == list(range(1, 11))
    # By hand: two grants and ChatGPT, which has none; a grant of an app that is not in the file;
    # Graph Explorer and its grant, a managed identity, two apps with grants, a user.
    assert counts(rows) == (3, 1, 6)
    assert rows[0][1] == Grant(
        account="",
        own_id="g-1",
        at=datetime(2026, 3, 5, 7, tzinfo=UTC),
        who=Who("maja.lindqvist@acme.example", "", "Maja Lindqvist"),
        app="Otter.ai",
        client_id="a-77",
        scopes=("Mail.Read", "offline_access"),
    )


def test_an_administrators_grant_is_nobodys_and_an_unknown_person_goes_by_id() -> None:
    for_all = read(ENTRA, BOTH)[1][1]
    assert isinstance(for_all, Grant)
    assert (for_all.who, for_all.app, for_all.scopes) == (NOBODY, "Grammarly", ("User.Read",))
    app, row = rows_of(APP, GRANT)
    assert isinstance(app, Ignored)
    assert isinstance(row, Grant)
    assert row.who == Who(login="u-100")


def test_an_app_without_a_grant_is_in_the_tenant_since_it_was_created() -> None:
    row = read(ENTRA, BOTH)[6][1]
    assert row == Grant("", "sp-3", datetime(2025, 12, 1, 12, tzinfo=UTC), NOBODY, "ChatGPT", "a-79")


def test_the_order_of_the_lists_changes_nothing() -> None:
    first, second, third = BOTH.decode().split("\n{\n")
    turned = "\n{\n".join((second, first.removeprefix("{\n"), third))
    turned = "{\n" + turned
    grants = {row for _, row in read(ENTRA, BOTH) if isinstance(row, Grant)}
    assert {row for _, row in read(ENTRA, turned.encode()) if isinstance(row, Grant)} == grants


def test_grants_alone_are_rejected_with_what_to_do_and_apps_alone_are_read() -> None:
    (alone,) = rows_of(GRANT)
    assert isinstance(alone, Rejected)
    assert "service principals into the same file" in alone.reason
    assert "u-100" not in alone.row
    (app,) = rows_of(APP)
    assert isinstance(app, Grant)
    assert (app.app, app.scopes) == ("Otter.ai", ())


def test_one_document_with_named_lists_and_grants_within_their_app_say_the_same() -> None:
    expected = rows_of(APP, GRANT)[1]
    named = json.dumps({"oauth2PermissionGrants": [GRANT], "servicePrincipals": [APP]}).encode()
    within = json.dumps({"value": [APP | {"oauth2PermissionGrants": [GRANT]}]}).encode()
    lines = f"{json.dumps(GRANT)}\n{json.dumps(APP)}\n".encode("utf-16")
    for content in (named, within, lines):
        assert recognised_by(content) == {"entra_grants"}
        assert [row for _, row in read(ENTRA, content) if isinstance(row, Grant)] == [expected]


def test_what_powershell_writes_is_understood() -> None:
    grant = {"ObjectId": "g-1", "ClientId": "sp-1", "ConsentType": "AllPrincipals", "ResourceId": "sp-9",
             "Scope": "User.Read", "StartTime": "0001-01-01T00:00:00"}  # fmt: skip
    app = {"ObjectId": "sp-1", "AppId": "a-77", "DisplayName": "Otter.ai",
           "CreatedDateTime": "/Date(1772694000000)/"}  # fmt: skip
    _, row = rows_of(app, grant)
    assert isinstance(row, Grant)
    assert (row.own_id, row.at) == ("g-1", datetime(2026, 3, 5, 7, tzinfo=UTC))


def test_permissions_of_the_app_itself_are_grants_of_an_administrator() -> None:
    graph = {"id": "sp-9", "appId": "a-0", "displayName": "Microsoft Graph",
             "appOwnerOrganizationId": "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
             "appRoles": [{"id": "r-1", "value": "Mail.ReadWrite"}]}  # fmt: skip
    role = {
        "id": "ra-1",
        "appRoleId": "r-1",
        "principalId": "sp-1",
        "principalType": "ServicePrincipal",
        "principalDisplayName": "Otter.ai",
        "resourceId": "sp-9",
        "createdDateTime": "2026-03-06T07:00:00Z",
    }
    person = role | {"principalType": "User", "principalDisplayName": "Maja Lindqvist"}
    rows = rows_of(APP, graph, role, person)
    assert [type(row) for row in rows] == [Ignored, Ignored, Grant, Ignored]
    assert rows[2] == Grant(
        "", "ra-1", datetime(2026, 3, 6, 7, tzinfo=UTC), NOBODY, "Otter.ai", "a-77", ("Mail.ReadWrite",)
    )
    (unnamed,) = rows_of(role)
    assert isinstance(unnamed, Grant)
    assert (unnamed.app, unnamed.client_id, unnamed.scopes) == ("Otter.ai", "", ())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"createdDateTime": None}, "createdDateTime"),
        ({"createdDateTime": "0001-01-01T00:00:00Z"}, "createdDateTime"),
        ({"displayName": "", "appId": None}, "no name or id"),
    ],
)
def test_an_app_that_lacks_what_counts_is_rejected(changes: dict[str, object], reason: str) -> None:
    (row,) = rows_of(APP | changes)
    assert isinstance(row, Rejected)
    assert reason in row.reason


def test_other_lists_of_graph_are_nobodys_and_other_entries_rejected() -> None:
    registrations = b'{"value": [{"id": "x", "appId": "a", "signInAudience": "AzureADMyOrg"}]}'
    assert recognised_by(registrations) == set()
    assert [type(row) for row in rows_of({"id": "x", "members": []})] == [Rejected]


@settings(max_examples=80, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_never_breaks(seed: int) -> None:
    garbled, at = damaged(BOTH, seed)
    for content in (garbled, BOTH[:at]):
        rows, sentence = read_as_far_as_possible(ENTRA, content)
        positions = [position for position, _ in rows]
        assert positions == sorted(positions)
        assert rows or sentence or content is not garbled


def test_role_assignments_alone_name_their_apps_and_days() -> None:
    """``servicePrincipals/…/appRoleAssignments`` and ``appRoleAssignedTo``, without any other list."""
    role = {
        "id": "r-1",
        "appRoleId": "ar-1",
        "createdDateTime": "2026-03-05T07:00:00Z",
        "principalId": "sp-1",
        "principalDisplayName": "Glean",
        "principalType": "ServicePrincipal",
        "resourceDisplayName": "Microsoft Graph",
    }
    person = role | {"id": "r-2", "principalType": "User", "principalDisplayName": "Maja Lindqvist"}
    pages = json.dumps({"value": [role, person]}).encode()
    assert recognised_by(pages) == {"entra_grants"}
    glean, assigned = (row for _, row in read(ENTRA, pages))
    assert glean == Grant("", "r-1", datetime(2026, 3, 5, 7, tzinfo=UTC), NOBODY, "Glean")
    assert isinstance(assigned, Ignored)


def test_the_apps_home_page_goes_with_its_grants() -> None:
    app = APP | {"homepage": "https://otter.ai/start"}
    _, row = rows_of(app, GRANT)
    assert isinstance(row, Grant)
    assert row.url == "https://otter.ai/start"
    (alone,) = rows_of(app)
    assert isinstance(alone, Grant)
    assert alone.url == "https://otter.ai/start"
