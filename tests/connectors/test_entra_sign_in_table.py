"""Entra sign-ins as tables: headers old and new, dates of any country, and damage."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from discovery.connectors.base import UnreadableFile
from discovery.connectors.entra_sign_in_table import EntraSignInTable
from discovery.connectors.moments import moment
from discovery.records import NOBODY, Outcome, Rejected, SignIn
from tests.connectors.event_files import (
    SAMPLES,
    SHARED,
    counts,
    damaged,
    needs_shared,
    read,
    read_as_far_as_possible,
    recognised_by,
)

TABLE = EntraSignInTable()
PORTAL = (SAMPLES / "entra_sign_in_table" / "interactive.csv").read_bytes()
POWERSHELL = (SAMPLES / "entra_sign_in_table" / "powershell.csv").read_bytes()
#: The header that the portal wrote before 2020.
OLD = "User,Username,Application,Application ID,Date,IP address,Location,Client app,Status,Correlation ID\n"


def records(content: bytes) -> list[SignIn]:
    return [row for _, row in read(TABLE, content) if isinstance(row, SignIn)]


def test_the_portals_download_is_read() -> None:
    rows = read(TABLE, PORTAL)
    assert [line for line, _ in rows] == [1, 2, 3, 4, 5]
    assert counts(rows) == (3, 1, 1)
    first, *others = records(PORTAL)
    assert (first.at, first.who.email, first.who.name) == (
        datetime(2026, 3, 5, 7, 0, 41, tzinfo=UTC), "maja.lindqvist@acme.example", "Maja Lindqvist",
    )  # fmt: skip
    assert (first.app, first.client_id, first.outcome) == ("Otter.ai", "a-77", Outcome.USED)
    assert [row.outcome for row in others] == [Outcome.ATTEMPTED, Outcome.ATTEMPTED]


def test_a_rejected_row_keeps_no_person() -> None:
    row = read(TABLE, PORTAL)[4][1]
    assert isinstance(row, Rejected)
    assert "names no app" in row.reason
    assert "jon.park" not in row.row


def test_dates_of_any_country_are_told_from_all_rows() -> None:
    assert [row.at for row in records(POWERSHELL)] == [
        datetime(2026, 3, 5, 8, 0, 41, tzinfo=UTC),
        datetime(2026, 3, 13, 23, 30, tzinfo=UTC),
    ]
    american = POWERSHELL.replace(b"05/03/2026 08:00:41", b"3/5/2026 8:00:41 PM").replace(b"13/03", b"3/13")
    assert records(american)[0].at == datetime(2026, 3, 5, 20, 0, 41, tzinfo=UTC)


def test_an_order_that_only_a_late_row_tells_is_found() -> None:
    header, row, _ = POWERSHELL.splitlines(keepends=True)
    late = row.replace(b"05/03", b"28/03")
    first = records(header + row * 2000 + late)[0]
    assert first.at.date().isoformat() == "2026-03-05"


def test_an_order_that_no_row_tells_is_asked_for() -> None:
    with pytest.raises(UnreadableFile, match="YYYY-MM-DD"):
        read(TABLE, b"".join(POWERSHELL.splitlines(keepends=True)[:2]))


def test_the_portals_old_headers_are_known() -> None:
    content = (
        OLD + "Maja,maja@acme.example,Otter.ai,a-77,2019-03-05T07:00:00Z,192.0.2.7,SE,Browser,Failure,c\n"
    )
    assert recognised_by(content.encode()) == {"entra_sign_in_table"}
    (row,) = records(content.encode())
    assert (row.who.name, row.app, row.outcome) == ("Maja", "Otter.ai", Outcome.ATTEMPTED)


def test_a_logs_table_states_its_status_as_json() -> None:
    content = (
        "TimeGenerated [UTC],Category,ResultType,AppDisplayName,AppId,UserPrincipalName,Status\n"
        '"3/15/2026, 7:00:41.619 AM",SignInLogs,0,Otter.ai,a,maja@acme.example,"{""errorCode"":0}"\n'
        '"3/15/2026, 7:00:41.619 AM",SignInLogs,0,Otter.ai,a,maja@acme.example,"{""errorCode"":50074}"\n'
        '"3/15/2026, 7:00:41.619 AM",SignInLogs,53003,Otter.ai,a,maja@acme.example,\n'
        '"3/15/2026, 7:00:41.619 AM",ServicePrincipalSignInLogs,0,job,a,,\n'
    )
    rows = [row for _, row in read(TABLE, content.encode())]
    assert [(row.outcome, row.app) for row in rows if isinstance(row, SignIn)] == [
        (Outcome.USED, "Otter.ai"), (Outcome.ATTEMPTED, "Otter.ai"), (Outcome.ATTEMPTED, "Otter.ai"),
        (Outcome.USED, "job"),
    ]  # fmt: skip
    assert rows[4].who == NOBODY  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("@{ErrorCode=0; FailureReason=Other.; AdditionalDetails=}", Outcome.USED),
        ("@{ErrorCode=50126; FailureReason=Invalid; AdditionalDetails=}", Outcome.ATTEMPTED),
        ("class SignInStatus { ErrorCode: 0 FailureReason: }", Outcome.USED),
        ("Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus", None),
        ("", None),
    ],
)
def test_a_status_that_powershell_wrote_whole_is_looked_into(status: str, outcome: Outcome | None) -> None:
    header = "CreatedDateTime,UserPrincipalName,AppDisplayName,Status\n"
    ((_, _), (_, row)) = read(TABLE, f"{header}2026-03-05,maja@acme.example,Otter.ai,{status}\n".encode())
    assert (row.outcome if isinstance(row, SignIn) else None) == outcome


def test_a_table_without_an_outcome_tells_attempts() -> None:
    content = b"CreatedDateTime,UserPrincipalName,AppDisplayName\n2026-03-05,maja@acme.example,Otter.ai\n"
    assert [row.outcome for row in records(content)] == [Outcome.ATTEMPTED]


def test_an_app_that_comes_in_by_itself_is_told_of_without_a_person() -> None:
    """The portal's ApplicationSignIns and MSISignIns."""
    header = (
        "Date (UTC),Request ID,Correlation ID,Service principal ID,Service principal name,Credential key ID,"
        "Application,Application ID ,App owner tenant ID,Resource,Status,Managed Identity type\n"
    )
    microsoft = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
    content = (
        f"{header}2026-03-05T07:00:41Z,r,c,sp-1,Glean,k,Glean,a-9,t-9,Microsoft Graph,Success,\n"
        "2026-03-05T07:00:41Z,r,c,sp-1,Otter,k,,a-8,t-9,Microsoft Graph,Failure,None\n"
        f"2026-03-05T07:00:41Z,r,c,sp-1,Sync,k,Sync,a-7,{microsoft},Microsoft Graph,Success,\n"
        "2026-03-05T07:00:41Z,r,c,sp-1,vm-7,k,vm-7,a-6,t-1,Azure Storage,Success,SystemAssigned\n"
    ).encode()
    assert recognised_by(content) == {"entra_sign_in_table"}
    assert counts(read(TABLE, content)) == (2, 0, 3)
    told = [row for _, row in read(TABLE, content) if isinstance(row, SignIn)]
    assert [(row.app, row.client_id, row.who, row.outcome) for row in told] == [
        ("Glean", "a-9", NOBODY, Outcome.USED), ("Otter", "a-8", NOBODY, Outcome.ATTEMPTED),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_encoding_and_separator(encoding: str, separator: str) -> None:
    lines = [
        ["Date", "Username", "User", "Application", "Application ID ", "Status", "Request ID", "Resource"],
        ["2026-03-05", "zoë@acme.example", "Zoë", "Otter.ai", "a-77", "Success", "s-1", "Graph"],
    ]
    content = "\r\n".join(separator.join(line) for line in lines).encode(encoding)
    assert recognised_by(content) == {"entra_sign_in_table"}
    (row,) = records(content)
    assert row.who.name == "Zoë"


def test_a_workbook_is_read_as_its_table() -> None:
    book = Workbook()
    book.active.append(["Sign-ins of March"])
    for line in PORTAL.decode().splitlines()[:2]:
        book.active.append(
            [cell.strip('"') for cell in line.replace('"Uppsala, Uppsala, SE"', "SE").split(",")]
        )
    packed = io.BytesIO()
    book.save(packed)
    assert "entra_sign_in_table" in recognised_by(packed.getvalue())
    assert [row.app for row in records(packed.getvalue())] == ["Otter.ai"]


def test_a_row_with_too_many_cells_or_no_outcome_is_rejected() -> None:
    content = PORTAL + b"x," * 30 + b"x\n2026-03-05T07:00:41Z,s,M,c,u,Maja,m@acme.example,M,n,Otter.ai,a\n"
    reasons = [row.reason for _, row in read(TABLE, content)[-2:] if isinstance(row, Rejected)]
    assert ["more cells" in reasons[0], "whether it succeeded" in reasons[1]] == [True, True]


def test_a_table_of_other_things_is_refused_in_a_sentence() -> None:
    with pytest.raises(UnreadableFile, match="first row must name"):
        read(TABLE, b"Date,Description,Amount\n2026-03-05,Coffee,3.00\n")
    assert "entra_sign_in_table" not in recognised_by(b"Date,User,Application,Status\n2026-03-05,a,b,c\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3/12/2026 12:05:01 AM", datetime(2026, 3, 12, 0, 5, 1, tzinfo=UTC)),
        ("12.03.2026 23:05", datetime(2026, 3, 12, 23, 5, tzinfo=UTC)),
        ("Mar 12, 2026, 1:05\u202fp.m.", datetime(2026, 3, 12, 13, 5, tzinfo=UTC)),
        ("3/12/2026 1:05:01 AM +02:00", datetime(2026, 3, 11, 23, 5, 1, tzinfo=UTC)),
        ("2026-03-12", datetime(2026, 3, 12, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_to_the_second(text: str, expected: datetime) -> None:
    assert moment(text, day_first=False) == expected


@pytest.mark.parametrize("text", ["", "noon", "3/12/2026 25:00", "3/12/2026 13:00 PM", "/Date(9e9)/"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        moment(text, day_first=False)


@needs_shared
def test_the_real_header_is_recognised_and_has_no_row() -> None:
    content = (SHARED / "graph" / "entra_portal_interactive_header.csv").read_bytes()
    assert recognised_by(content) == {"entra_sign_in_table"}
    assert counts(read(TABLE, content)) == (0, 0, 1)


@settings(max_examples=80, deadline=None)
@given(st.integers(min_value=0, max_value=10**6), st.sampled_from([PORTAL, POWERSHELL]))
def test_damage_anywhere_never_breaks(seed: int, content: bytes) -> None:
    garbled, at = damaged(content, seed)
    for broken in (garbled, content[:at]):
        read_as_far_as_possible(TABLE, broken)
    # What stands in whole lines before the damage stays, but for dates whose order the rest told.
    whole = content[:at].count(b"\n") if content is PORTAL else 0
    rows, sentence = read_as_far_as_possible(TABLE, garbled)
    assert sentence or rows[:whole] == read(TABLE, content)[:whole]
