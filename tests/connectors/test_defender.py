"""Microsoft Defender's table of activity in cloud apps: who was where in a week, and nothing else of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.defender_cloud_apps import DefenderCloudApps
from discovery.records import Ignored, Outcome, Rejected, SignIn, Who
from tests.connectors.event_files import SAMPLES, assert_survives, read, recognised_by

TABLE = DefenderCloudApps()
FILES = sorted((SAMPLES / TABLE.name).iterdir())
AT = datetime(2026, 3, 2, 8, 8, 8, 239000, tzinfo=UTC)
MAJA = Who("maja@acme.example", "", "Maja Lindqvist")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_form_is_recognised_and_by_nobody_else(path) -> None:
    assert recognised_by(path.read_bytes()) == {TABLE.name}


def test_the_stream_to_an_event_hub_says_who_was_in_which_app() -> None:
    content = (SAMPLES / TABLE.name / "stream.json").read_bytes()
    copilot, by_the_app, failed, machine, undated = (row for _, row in read(TABLE, content))
    assert copilot == SignIn("", AT, MAJA, "Microsoft Copilot", Outcome.USED)
    assert isinstance(by_the_app, SignIn)
    assert by_the_app.who == Who("jon@acme.example", "", "Jon Park")
    assert isinstance(failed, SignIn)
    assert (failed.who.login, failed.outcome) == ("0aa3", Outcome.ATTEMPTED)
    assert isinstance(machine, Ignored)
    assert isinstance(undated, Rejected)
    assert undated.row == "ReportId=r5 ActionType=Send Timestamp=then"


def test_the_table_of_the_portal_says_the_same() -> None:
    content = (SAMPLES / TABLE.name / "hunting.csv").read_bytes()
    assert [row for _, row in read(TABLE, content) if isinstance(row, SignIn)] == [
        SignIn("", AT, MAJA, "Microsoft Teams", Outcome.USED)
    ]


def test_nothing_is_kept_of_a_row_whose_cells_cannot_be_told_apart() -> None:
    content = (SAMPLES / TABLE.name / "hunting.csv").read_bytes().replace(b'239Z",', b"239Z,")
    assert [row.row for _, row in read(TABLE, content) if isinstance(row, Rejected)] == [""]


def test_nothing_of_what_was_done_comes_through() -> None:
    said = "".join(repr(read(TABLE, path.read_bytes())) for path in FILES)
    assert not any(word in said for word in ("81.2.69", "secret", "CopilotInteraction"))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_costs_rows_and_never_a_traceback(seed: int) -> None:
    assert_survives(TABLE, (SAMPLES / TABLE.name / "stream.json").read_bytes(), seed)
