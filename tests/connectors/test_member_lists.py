"""Members of tools, as their administration pages export them and their APIs list them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors import recognise
from discovery.connectors.base import HEAD_BYTES, Connector, Head, UnreadableFile
from discovery.connectors.member_list import MemberList
from discovery.connectors.tool_members import ToolMembers
from discovery.records import Ignored, Licence, Rejected, Switch, Who
from tests.connectors.event_files import SAMPLES, assert_survives, counts, read, read_as_far_as_possible

TABLE, ANSWERS = MemberList(), ToolMembers()
TABLES = sorted((SAMPLES / TABLE.name).iterdir())
JSON = sorted((SAMPLES / ANSWERS.name).iterdir())


def members(connector: Connector, content: bytes | str) -> list[Licence]:
    raw = content.encode() if isinstance(content, str) else content
    return [row for _, row in read(connector, raw) if isinstance(row, Licence)]


def sample(connector: Connector, name: str) -> bytes:
    return (SAMPLES / connector.name / name).read_bytes()


def reader_of(content: str) -> str:
    return recognise(Head("export", content.encode()[:HEAD_BYTES], True)).name


def test_the_members_of_claude_are_known_by_their_columns() -> None:
    maja, jon = members(TABLE, sample(TABLE, "claude.csv"))
    assert maja == Licence(
        account="",
        own_id="",
        app="Claude",
        who=Who(email="maja@acme.example", name="Maja Lindqvist"),
        plan="Premium",
        role="Owner",
    )
    assert jon.who.email == "jon@acme.example"
    rows = read(TABLE, sample(TABLE, "claude.csv"))
    assert counts(rows) == (2, 1, 1)
    rejected = rows[-1][1]
    assert isinstance(rejected, Rejected)
    assert "Invited" not in rejected.row


def test_the_user_report_of_chatgpt_says_who_was_active() -> None:
    maja, jon = members(TABLE, sample(TABLE, "chatgpt_users.csv"))
    assert (maja.app, maja.account, maja.own_id, maja.role) == ("ChatGPT", "acc-1", "user-1", "account-owner")
    assert (maja.state, maja.since, maja.last_active, maja.date) == (
        Switch.ON, date(2025, 3, 1), date(2026, 2, 27), date(2026, 2, 28),
    )  # fmt: skip
    assert (jon.state, jon.last_active) == (Switch.OFF, None)


def test_the_usage_report_of_copilot_says_who_was_active() -> None:
    text = (
        "Report Refresh Date,User Principal Name,Display Name,Last Activity Date,"
        "Copilot Chat Last Activity Date,Word Copilot Last Activity Date,Report Period\n"
        "2026-03-01,maja@acme.example,Maja Lindqvist,2026-02-27,2026-02-27,,30\n"
        "2026-03-01,7A3F00D1,Jon Park,,,,30\n"
    )
    assert reader_of(text) == "member_list"
    (maja,) = members(TABLE, text)
    assert (maja.app, maja.last_active, maja.date) == (
        "Microsoft 365 Copilot", date(2026, 2, 27), date(2026, 3, 1),
    )  # fmt: skip
    assert counts(read(TABLE, text.encode())) == (1, 1, 1)  # a name that the report hides is no address


def test_a_line_above_the_columns_names_the_tool() -> None:
    maja, jon = members(TABLE, sample(TABLE, "named_above.csv"))
    assert {maja.app, jon.app} == {"Cursor"}
    assert (maja.state, maja.since, maja.last_active) == (Switch.ON, date(2025, 2, 3), date(2026, 2, 28))
    assert (jon.state, jon.last_active) == (Switch.OFF, None)
    assert counts(read(TABLE, sample(TABLE, "named_above.csv")))[1] == 0


@pytest.mark.parametrize("line", ["Cursor", "Cursor members", "List of users: Cursor", "Members of Cursor"])
def test_the_line_above_may_say_that_it_is_a_list(line: str) -> None:
    (member,) = members(TABLE, f"{line}\nEmail,Role,Status\na@acme.example,Admin,Active\n")
    assert member.app == "Cursor"


def test_a_column_names_the_tool_of_each_row() -> None:
    text = (
        "Application,User email,Role,Last used\nFigma,a@acme.example,Editor,2026-01-02\n,b@acme.example,,\n"
    )
    assert [(row.app, row.role, row.last_active) for row in members(TABLE, text)] == [
        ("Figma", "Editor", date(2026, 1, 2))
    ]
    assert counts(read(TABLE, text.encode())) == (1, 1, 1)


@pytest.mark.parametrize(
    "header",
    [
        "Name,Email,Role,Status,Last active",
        "Email,Name,Plan,Department",
        "Email,Seat type,Department,Cost center",
        "Email,Name,Role,Date joined",
        "Email,Full name,Workspace role,Last login,Status",
        "E-Mail,Name,Rolle,Status,Zuletzt aktiv",
        "Email,Name,Subscription,Department",
    ],
)
def test_a_list_that_names_no_tool_is_refused_and_is_no_list_of_people(header: str) -> None:
    text = f"{header}\nmaja@acme.example,Maja,Admin,Active,2026-01-02\n"
    assert reader_of(text) == "member_list"
    with pytest.raises(UnreadableFile, match="write the tool's name in a line of its own"):
        read(TABLE, text.encode())


@pytest.mark.parametrize(
    "header",
    [
        "Email,Name,Department,Manager,Role,Last login",
        "Email,Name,Department,Status,Last login",
        "User principal name,Display name,Department,User type,Last sign-in",
    ],
)
def test_people_with_departments_stay_a_list_of_people(header: str) -> None:
    assert reader_of(f"{header}\nmaja@acme.example,Maja,IT,x,y,\n") == "directory_table"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Active", Switch.ON), ("accepted", Switch.ON), ("true", Switch.ON), ("Pending", Switch.OFF),
        ("Deactivated", Switch.OFF), ("no", Switch.OFF), ("", Switch.UNKNOWN), ("blue", Switch.UNKNOWN),
    ],
)  # fmt: skip
def test_the_status_says_whether_the_seat_can_be_used(status: str, state: Switch) -> None:
    (member,) = members(TABLE, f"Figma\nEmail,Role,Status\na@acme.example,Editor,{status}\n")
    assert member.state is state


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("claude.json", [("Claude", "owner", "", Switch.ON)]),
        ("cursor.json", [("Cursor", "owner", "", Switch.ON), ("Cursor", "member", "", Switch.OFF)]),
        ("notion.json", [("Notion", "", "", Switch.ON), ("Notion AI", "", "Notion", Switch.UNKNOWN)]),
        ("openai.json", [("OpenAI API", "owner", "", Switch.ON)]),
        (
            "zoom.json",
            [
                ("Zoom", "", "Licensed", Switch.ON),
                ("Zoom AI Companion", "", "Licensed", Switch.UNKNOWN),
            ],
        ),
    ],
)
def test_answers_of_five_tools_say_who_is_a_member(name: str, expected: list[tuple[object, ...]]) -> None:
    found = members(ANSWERS, sample(ANSWERS, name))
    assert [(row.app, row.role, row.plan, row.state) for row in found] == expected
    assert found[0].who == Who(email="maja@acme.example", name="Maja Lindqvist")


def test_days_of_answers_are_those_of_utc() -> None:
    zoom, _ = members(ANSWERS, sample(ANSWERS, "zoom.json"))
    assert (zoom.since, zoom.last_active) == (date(2024, 3, 1), date(2026, 2, 20))
    (openai,) = members(ANSWERS, sample(ANSWERS, "openai.json"))
    assert openai.since == date(2025, 3, 1)


def test_bots_are_no_members_and_who_has_no_address_is_rejected() -> None:
    assert [type(row) for _, row in read(ANSWERS, sample(ANSWERS, "notion.json"))] == [
        Licence, Licence, Ignored,
    ]  # fmt: skip
    assert counts(read(ANSWERS, sample(ANSWERS, "claude.json"))) == (1, 1, 0)


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=0, max_value=10**6), st.sampled_from(JSON))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int, path) -> None:
    assert_survives(ANSWERS, path.read_bytes(), seed)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200), st.sampled_from(TABLES))
def test_any_text_behind_a_list_breaks_nothing(text: str, path) -> None:
    rows, _ = read_as_far_as_possible(TABLE, path.read_bytes() + text.encode())
    assert counts(rows)[0] >= 2
