"""SCIM directory: people with their addresses, department and state."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.scim_directory import ScimDirectory
from discovery.records import DirectoryPerson, Ignored, Rejected
from tests.connectors.event_files import (
    SAMPLES,
    assert_survives,
    counts,
    read,
    read_as_far_as_possible,
    recognised_by,
)

SCIM = ScimDirectory()
LIST = (SAMPLES / "scim_directory" / "list_response.json").read_bytes()
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def person(**attributes: object) -> object:
    """The row of one user with these attributes."""
    user = {"schemas": [USER], "id": "u-1", "userName": "maja@acme.example"} | attributes
    return read(SCIM, json.dumps([user]).encode())[0][1]


def test_a_list_response_is_read_user_by_user() -> None:
    rows = read(SCIM, LIST)
    assert [line for line, _ in rows] == [1, 2, 3, 4]
    assert counts(rows) == (2, 1, 1)
    assert rows[0][1] == DirectoryPerson(
        account="",
        own_id="u-100",
        email="maja.lindqvist@acme.example",
        login="mlind",
        aliases=("maja@old.example",),
        name="Maja Lindqvist",
        given_name="Maja",
        family_name="Lindqvist",
        department="Research",
        cost_centre="4100",
        manager="u-1",
        active=True,
        stated_at="2026-03-01T09:00:00+00:00",
    )


def test_a_user_name_that_is_an_address_stands_in_for_missing_addresses() -> None:
    jon = read(SCIM, LIST)[1][1]
    assert isinstance(jon, DirectoryPerson)
    assert (jon.email, jon.login, jon.aliases) == ("jon.park@acme.example", "jon.park@acme.example", ())


def test_a_user_without_any_address_is_rejected_and_their_password_is_not_kept() -> None:
    row = read(SCIM, LIST)[2][1]
    assert isinstance(row, Rejected)
    assert "e-mail" in row.reason
    assert "svc-backup" not in row.reason
    assert "svc-backup" in row.row
    assert "not-to-be-kept" not in row.row


def test_groups_and_other_resources_are_ignored() -> None:
    assert isinstance(read(SCIM, LIST)[3][1], Ignored)
    token = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": "User", "name": "User"}
    assert counts(read(SCIM, json.dumps([token]).encode())) == (0, 0, 1)


@pytest.mark.parametrize(
    ("stated", "active"),
    [(True, True), (False, False), ("False", False), ("true", True), (None, True), (0, False)],
)
def test_active_is_understood_however_it_is_written(stated: object, active: bool) -> None:
    row = person(active=stated)
    assert isinstance(row, DirectoryPerson)
    assert row.active is active


def test_the_primary_address_leads_then_the_one_for_work() -> None:
    home, work, other = ({"value": f"{t}@acme.example", "type": t} for t in ("home", "work", "other"))
    by_work = person(emails=[home, other, work])
    by_primary = person(emails=[home, work, {**other, "primary": "true"}])
    assert isinstance(by_work, DirectoryPerson)
    assert isinstance(by_primary, DirectoryPerson)
    assert by_work.email == "work@acme.example"
    assert by_work.aliases == ("home@acme.example", "other@acme.example", "maja@acme.example")
    assert by_primary.email == "other@acme.example"


def test_attribute_names_are_case_insensitive_and_old_schemas_are_known() -> None:
    row = person(
        Emails=[{"Value": "Maja@Acme.Example"}],
        **{
            "URN:SCIM:schemas:extension:enterprise:1.0": {
                "Department": "Sales",
                "manager": {"managerId": "u-9"},
            }
        },
    )
    assert isinstance(row, DirectoryPerson)
    assert (row.email, row.department, row.manager) == ("maja@acme.example", "Sales", "u-9")


def test_the_manager_is_an_address_where_one_is_stated() -> None:
    row = person(**{ENTERPRISE: {"manager": {"value": "u-1", "displayName": "Boss@acme.example"}}})
    assert isinstance(row, DirectoryPerson)
    assert row.manager == "boss@acme.example"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_pages_arrays_and_lines_in_any_encoding_say_the_same(encoding: str) -> None:
    users = [{"schemas": [USER], "id": f"u-{i}", "userName": f"zoë{i}@acme.example"} for i in range(3)]
    ids = ["u-0", "u-1", "u-2"]
    for text in (
        json.dumps(users, ensure_ascii=False),
        json.dumps(users, indent=2),
        "\r\n".join(json.dumps(user, ensure_ascii=False) for user in users),
        "".join(json.dumps({"Resources": [user]}, indent=1) for user in users),
        "\n".join(json.dumps({"totalResults": 3, "Resources": [user]}) for user in users),
    ):
        rows = read(SCIM, text.encode(encoding))
        assert [row.own_id for _, row in rows if isinstance(row, DirectoryPerson)] == ids


def test_one_bad_element_costs_no_other() -> None:
    good = json.dumps({"schemas": [USER], "id": "u-1", "userName": "maja@acme.example"})
    rows = read(SCIM, f'[{good}, {{"id": nonsense}}, 7, {good}]'.encode())
    assert [type(row) for _, row in rows] == [DirectoryPerson, Rejected, Rejected, DirectoryPerson]
    rows = read(SCIM, f"{good}\n{{broken\n\n{good}\n".encode())
    assert [line for line, _ in rows] == [1, 2, 4]
    assert [type(row) for _, row in rows] == [DirectoryPerson, Rejected, DirectoryPerson]


def test_a_cut_off_file_gives_its_good_rows_and_says_so() -> None:
    rows, sentence = read_as_far_as_possible(SCIM, LIST[: LIST.index(b'"u-102"')])
    assert counts(rows) == (2, 0, 0)
    assert "breaks off" in sentence


def test_an_element_of_a_gigabyte_does_not_fill_the_memory() -> None:
    good = json.dumps({"schemas": [USER], "id": "u-1", "userName": "maja@acme.example"}).encode()
    rows = read(SCIM, good + b'\n{"id":"' + b"x" * (9 << 20) + b'"}\n' + good + b"\n")
    assert [type(row) for _, row in rows] == [DirectoryPerson, Rejected, DirectoryPerson]
    rows, sentence = read_as_far_as_possible(SCIM, b"[" + good + b',{"id":"' + b"x" * (40 << 20))
    assert counts(rows) == (1, 0, 0)
    assert "MB" in sentence


def test_only_scim_is_recognised() -> None:
    assert recognised_by(LIST) == {"scim_directory"}
    assert recognised_by(
        b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0}'
    )
    assert recognised_by(b'[{"id": 1, "name": "Maja"}]') == set()
    assert recognised_by(b"id,userName,emails\n1,maja,maja@acme.example\n").isdisjoint({"scim_directory"})


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int) -> None:
    assert_survives(SCIM, LIST, seed)
