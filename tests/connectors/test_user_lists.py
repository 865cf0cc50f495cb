"""Users of Okta, Entra ID and Google Workspace as their APIs list them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.entra_users import EntraUsers
from discovery.connectors.google_workspace_users import GoogleWorkspaceUsers
from discovery.connectors.okta_users import OktaUsers
from discovery.connectors.user_lists import UserList
from discovery.records import DirectoryPerson, Ignored, Rejected
from tests.connectors.event_files import SAMPLES, assert_survives, counts, read, recognised_by

OKTA, ENTRA, GOOGLE = OktaUsers(), EntraUsers(), GoogleWorkspaceUsers()
ALL = (OKTA, ENTRA, GOOGLE)


def sample(connector: UserList) -> bytes:
    (path,) = (SAMPLES / connector.name).iterdir()
    return path.read_bytes()


def people(connector: UserList) -> list[DirectoryPerson]:
    return [row for _, row in read(connector, sample(connector)) if isinstance(row, DirectoryPerson)]


def test_okta_users_are_read() -> None:
    maja, jon = people(OKTA)
    assert maja == DirectoryPerson(
        account="",
        own_id="00u100",
        email="maja@acme.example",
        login="mlind",
        name="Maja Lindqvist",
        given_name="Maja",
        family_name="Lindqvist",
        department="Research",
        cost_centre="4100",
        manager="00u101",
        stated_at="2026-03-01T09:00:00+00:00",
    )
    assert (jon.email, jon.login, jon.aliases) == ("jon@acme.example", "00u101", ("jon.park@acme.example",))
    assert (jon.name, jon.active, jon.stated_at) == ("Jonny Park", False, "")


def test_entra_users_are_read() -> None:
    maja, jon = people(ENTRA)
    assert maja == DirectoryPerson(
        account="",
        own_id="u-100",
        email="maja@acme.example",
        login="u-100",
        aliases=("mlind@acme.onmicrosoft.example", "m.lindqvist@acme.example"),
        name="Maja Lindqvist",
        given_name="Maja",
        family_name="Lindqvist",
        department="Research",
        cost_centre="4100",
        manager="jon@acme.example",
    )
    assert (jon.email, jon.aliases, jon.active, jon.department) == ("jon@acme.example", (), False, "")


def test_google_users_are_read() -> None:
    maja, jon = people(GOOGLE)
    assert maja == DirectoryPerson(
        account="C01",
        own_id="900",
        email="maja@acme.example",
        login="900",
        aliases=("m.lindqvist@acme.example", "maja@acme.test-google-a.example"),
        name="Maja Lindqvist",
        given_name="Maja",
        family_name="Lindqvist",
        department="Research",
        cost_centre="4100",
        manager="jon@acme.example",
    )
    assert (jon.name, jon.active) == ("Jon Park", False)


def test_every_row_is_accounted_for() -> None:
    assert [counts(read(connector, sample(connector))) for connector in ALL] == [
        (2, 1, 0),
        (2, 1, 1),
        (2, 0, 0),
    ]


def test_a_rejected_user_keeps_state_and_id_alone() -> None:
    okta, entra = read(OKTA, sample(OKTA))[2][1], read(ENTRA, sample(ENTRA))[2][1]
    assert isinstance(okta, Rejected)
    assert okta.row == '{"id":"00u102","status":"LOCKED_OUT"}'
    assert isinstance(entra, Rejected)
    assert entra.row == '{"id":"u-102","accountEnabled":true}'


@pytest.mark.parametrize("status", ["STAGED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT"])
def test_an_okta_account_that_is_not_given_up_is_active(status: str) -> None:
    user = {"id": "1", "status": status, "profile": {"login": "a@acme.example"}}
    ((_, row),) = read(OKTA, json.dumps([user]).encode())
    assert isinstance(row, DirectoryPerson)
    assert row.active


@pytest.mark.parametrize("connector", ALL, ids=lambda c: c.name)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_lines_and_pages_behind_each_other_say_the_same(connector: UserList, encoding: str) -> None:
    content = json.loads(sample(connector))
    users = content if isinstance(content, list) else next(v for v in content.values() if isinstance(v, list))
    expected = people(connector)
    for text in (
        "\n".join(map(json.dumps, users)),
        "".join(json.dumps([user], indent=1) for user in users),
        json.dumps([{key.upper(): value for key, value in user.items()} for user in users]),
    ):
        assert recognised_by(text.encode(encoding)) == {connector.name}
        rows = read(connector, text.encode(encoding))
        assert [row for _, row in rows if isinstance(row, DirectoryPerson)] == expected


def test_lists_of_other_things_are_nobodys() -> None:
    group = b'{"value": [{"id": "g-1", "displayName": "All people", "mail": "all@acme.example"}]}'
    assert recognised_by(group) == set()
    assert [type(row) for _, row in read(ENTRA, group)] == [Ignored]
    assert recognised_by(b'{"users": [{"id": 1, "email": "a@acme.example", "role": "admin"}]}') == set()


def test_an_empty_list_is_recognised_where_it_says_whose_it_is() -> None:
    assert recognised_by(b'{"kind": "admin#directory#users", "etag": "x"}') == {"google_workspace_users"}
    empty = b'{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "value": []}'
    assert recognised_by(empty) == {"entra_users"}
    assert read(ENTRA, empty) == []


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**6), st.sampled_from(ALL))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int, connector: UserList) -> None:
    assert_survives(connector, sample(connector), seed)
