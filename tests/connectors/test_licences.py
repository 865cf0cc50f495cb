"""Licences and seats: what Microsoft, Google and GitHub say was bought, and who has it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors import recognise
from discovery.connectors.base import HEAD_BYTES, Connector, Head
from discovery.connectors.entra_licences import EntraLicences
from discovery.connectors.entra_subscribed_skus import EntraSubscribedSkus
from discovery.connectors.github_copilot_seats import GithubCopilotSeats
from discovery.connectors.google_workspace_licences import GoogleWorkspaceLicences
from discovery.connectors.licence_table import LicenceTable
from discovery.connectors.microsoft_skus import sku_name
from discovery.records import Licence, Rejected, Switch, Who
from tests.connectors.event_files import SAMPLES, SHARED, assert_survives, counts, needs_shared, read

SKUS, USERS, GOOGLE = EntraSubscribedSkus(), EntraLicences(), GoogleWorkspaceLicences()
GITHUB, TABLE = GithubCopilotSeats(), LicenceTable()
FILES = [path for c in (SKUS, USERS, GOOGLE, GITHUB) for path in sorted((SAMPLES / c.name).iterdir())]
READERS = {connector.name: connector for connector in (SKUS, USERS, GOOGLE, GITHUB)}


def sample(connector: Connector, name: str) -> bytes:
    return (SAMPLES / connector.name / name).read_bytes()


def licences(connector: Connector, content: bytes) -> list[Licence]:
    return [row for _, row in read(connector, content) if isinstance(row, Licence)]


def reader_of(content: str) -> str:
    return recognise(Head("export", content.encode()[:HEAD_BYTES], True)).name


def test_what_was_bought_is_read_with_its_name() -> None:
    copilot, suite, other, within = licences(SKUS, sample(SKUS, "skus.json"))
    assert copilot == Licence(
        account="t-1",
        own_id="639dec6b-bb19-468b-871c-c5c441c4b0cb",
        app="Microsoft 365 Copilot",
        plan="Microsoft_365_Copilot",
        state=Switch.ON,
        seats=25,
        seats_used=14,
    )
    assert (suite.app, suite.seats, suite.seats_used) == ("Microsoft 365 E5", 500, 480)
    # Expired and still working, with Copilot within it that was switched off.
    assert (other.app, other.seats, other.state) == ("Acme Suite With All", 5, Switch.ON)
    assert (within.app, within.plan, within.state) == (
        "Microsoft 365 Copilot", "Acme Suite With All", Switch.OFF,
    )  # fmt: skip
    assert within.own_id != other.own_id


@pytest.mark.parametrize(
    ("sku_id", "part", "name"),
    [
        ("06EBC4EE-1BB5-47DD-8120-11324BC54E06", "", "Microsoft 365 E5"),
        ("", "SPE_E3", "Microsoft 365 E3"),
        ("x", "Microsoft_365_E5_(no_Teams)", "Microsoft 365 E5 (no Teams)"),
        ("9a18296a-025f-4e37-9ffa-30bf8d1ce775", "", "9a18296a-025f-4e37-9ffa-30bf8d1ce775"),
    ],
)
def test_a_number_that_is_not_known_says_what_it_can(sku_id: str, part: str, name: str) -> None:
    assert sku_name(sku_id, part) == name


def test_each_licence_of_a_user_is_one() -> None:
    maja, suite, jon = licences(USERS, sample(USERS, "users.json"))
    assert maja == Licence(
        account="",
        own_id="u-100/639dec6b-bb19-468b-871c-c5c441c4b0cb",
        app="Microsoft 365 Copilot",
        who=Who(email="maja@acme.example", name="Maja Lindqvist"),
        state=Switch.ON,
        since=date(2026, 1, 15),
    )
    assert (suite.app, suite.state) == ("Microsoft 365 E3", Switch.ON)
    # What makes Copilot of the licence is among the plans that were switched off.
    assert (jon.who.email, jon.state) == ("jon@acme.example", Switch.OFF)
    assert counts(read(USERS, sample(USERS, "users.json"))) == (3, 1, 1)


def test_a_licence_in_error_or_of_a_blocked_user_is_off() -> None:
    sku = "639dec6b-bb19-468b-871c-c5c441c4b0cb"
    states = [{"skuId": sku, "state": "Error"}, {"skuId": sku, "state": "Active"}]
    user = {"id": "1", "userPrincipalName": "a@acme.example", "assignedLicenses": [{"skuId": sku}]}
    seen = [
        licences(USERS, json.dumps([user | more]).encode())[0].state
        for more in (
            {"licenseAssignmentStates": states[:1]},
            {"licenseAssignmentStates": states},
            {"accountEnabled": False},
        )
    ]
    assert seen == [Switch.OFF, Switch.ON, Switch.OFF]


def test_users_with_departments_are_a_directory() -> None:
    user = {
        "id": "1",
        "userPrincipalName": "a@acme.example",
        "mail": "a@acme.example",
        "assignedLicenses": [],
    }
    assert reader_of(json.dumps({"value": [user]})) == "entra_licences"
    assert reader_of(json.dumps({"value": [user | {"department": "IT"}]})) == "entra_users"


def test_google_licences_are_named_by_sku_or_product() -> None:
    rows = read(GOOGLE, sample(GOOGLE, "licences.json"))
    workspace = "Google Workspace Business Standard"
    assert [(row.app, row.plan, row.who.email) for _, row in rows if isinstance(row, Licence)] == [
        ("Gemini for Google Workspace", "AI Expanded Access", "maja@acme.example"),
        (workspace, workspace, "maja@acme.example"),
        ("Gemini for Google Workspace", workspace, "maja@acme.example"),
        ("Gemini for Google Workspace", "", "jon@acme.example"),
    ]
    assert counts(rows) == (4, 1, 0)
    bought, _, within, _ = licences(GOOGLE, sample(GOOGLE, "licences.json"))
    # An add-on is there to be used; of an edition's Gemini the list does not say whether it is switched on.
    assert (bought.state, within.state) == (Switch.ON, Switch.UNKNOWN)
    assert bought.own_id != within.own_id


def test_copilot_seats_say_when_they_were_last_used() -> None:
    maja, jon = licences(GITHUB, sample(GITHUB, "seats.json"))
    assert maja == Licence(
        account="acme",
        own_id="acme/maja-l",
        app="GitHub Copilot",
        who=Who(login="maja-l"),
        plan="enterprise",
        state=Switch.ON,
        since=date(2025, 8, 3),
        last_active=date(2026, 2, 28),  # in UTC, which is the next day
    )
    # Given up, and usable until the end of what is paid.
    assert (jon.state, jon.last_active, jon.plan) == (Switch.ON, None, "business")
    assert counts(read(GITHUB, sample(GITHUB, "seats.json"))) == (2, 1, 0)


def test_the_activity_report_says_the_same_of_its_day() -> None:
    maja, jon = licences(GITHUB, sample(GITHUB, "activity_report.csv"))
    assert (maja.who.login, maja.last_active, maja.date) == ("maja-l", date(2026, 2, 28), date(2026, 3, 1))
    assert (jon.who.login, jon.last_active) == ("jon-p", None)


def test_an_organisations_billing_says_how_many_seats_are_paid_for() -> None:
    raw = json.dumps({"seat_breakdown": {"total": 12, "pending_invitation": 1}, "plan_type": "business"})
    assert reader_of(raw) == "github_copilot_seats"
    (bought,) = licences(GITHUB, raw.encode())
    assert (bought.who, bought.seats, bought.plan) == (Who(), 12, "business")


@needs_shared
def test_githubs_own_example_is_read() -> None:
    (seat,) = licences(GITHUB, (SHARED / "copilot" / "seats_docs_example.json").read_bytes())
    assert (seat.who.login, seat.last_active) == ("octocat", date(2021, 10, 14))


def test_a_cell_of_licences_is_one_each() -> None:
    rows = read(TABLE, sample(TABLE, "active_users.csv"))
    assert [(line, row.app, row.who.email, row.state) for line, row in rows if isinstance(row, Licence)] == [
        (2, "Microsoft 365 E3", "maja@acme.example", Switch.ON),
        (2, "Microsoft 365 Copilot", "maja@acme.example", Switch.ON),
        (3, "Microsoft 365 Copilot", "jon@acme.example", Switch.OFF),
    ]
    assert counts(rows) == (3, 1, 2)
    rejected = next(row for _, row in rows if isinstance(row, Rejected))
    assert "room" not in rejected.row


def test_googles_download_is_read_too() -> None:
    text = (
        "First Name [Required],Last Name [Required],Email Address [Required],Status [READ ONLY],"
        "Licenses [READ ONLY]\nMaja,Lindqvist,maja@acme.example,Suspended,"
        '"Google Workspace Business Plus, AI Expanded Access"\n'
    )
    assert reader_of(text) == "licence_table"
    assert [(row.app, row.plan, row.who.name, row.state) for row in licences(TABLE, text.encode())] == [
        ("Google Workspace Business Plus", "", "Maja Lindqvist", Switch.OFF),
        ("Gemini for Google Workspace", "Google Workspace Business Plus", "Maja Lindqvist", Switch.OFF),
        ("Gemini for Google Workspace", "AI Expanded Access", "Maja Lindqvist", Switch.OFF),
    ]


def test_who_has_a_department_makes_the_export_a_directory() -> None:
    text = sample(TABLE, "active_users.csv").decode()
    assert reader_of(text) == "licence_table"
    assert reader_of(text.replace("False,,Maja", "False,IT,Maja")) == "directory_table"


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=0, max_value=10**6), st.sampled_from(FILES))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int, path) -> None:
    connector = READERS[path.parent.name]
    if path.suffix == ".json":
        assert_survives(connector, path.read_bytes(), seed)
