"""Network logs are not read before they are allowed, and then no further than was agreed."""

from __future__ import annotations

import pytest

from config.agreed import NETWORK_LOGS
from discovery.connectors import by_name
from discovery.connectors.base import UnreadableFile
from discovery.files import Member, members
from discovery.network_logs import NetworkLogs, as_agreed
from discovery.records import NOBODY, Seen, Spend
from discovery.rehearsal import rehearse_all
from discovery.scans import Failure, open_scans
from discovery.table_mappings import choose, reader_of
from tests.connectors.event_files import SAMPLES

pytestmark = pytest.mark.once

LOG = SAMPLES / "zscaler_web" / "web.json"


@pytest.fixture
def agreed(settings):
    def agree(on: str) -> None:
        settings.PENUMBRA = {**settings.PENUMBRA, "NETWORK_LOGS": on}

    return agree


def seen() -> list[Seen]:
    reader = by_name("zscaler_web")
    with LOG.open("rb") as stream:
        return [row for _, row in as_agreed(reader, reader.read(stream)) if isinstance(row, Seen)]


def test_without_a_word_no_network_log_is_read(db):
    (opened,) = open_scans(LOG)
    assert isinstance(opened, Failure)
    assert "set PENUMBRA_NETWORK_LOGS" in opened.error
    (named,) = open_scans(LOG, connector="zscaler_web")
    assert isinstance(named, Failure)
    (rehearsed,) = rehearse_all([LOG], connector="", source="", account="")
    assert rehearsed.error == opened.error


def test_other_files_are_read_whatever_is_agreed_on_network_logs(db):
    (member,) = members(SAMPLES / "openai_usage" / "costs.json")
    assert isinstance(member, Member)
    assert choose(member, "").reader.name == "openai_usage"


@pytest.mark.parametrize("level", ["none", "device", "person"])
def test_once_agreed_it_is_read(db, agreed, level):
    agreed(level)
    (member,) = members(LOG)
    assert isinstance(member, Member)
    assert choose(member, "").reader.name == "zscaler_web"


def test_nobody_and_no_computer_is_kept_where_that_was_agreed(agreed):
    agreed("none")
    assert [(row.text, row.who, row.where) for row in seen()] == [
        ("chatgpt.com", NOBODY, ""),
        ("claude.ai", NOBODY, ""),
    ]
    assert [row.attempt for row in seen()] == [False, True]


def test_computers_alone_are_kept_where_that_was_agreed(agreed):
    agreed("device")
    assert [(row.who, row.where) for row in seen()] == [(NOBODY, "LAPTOP-7"), (NOBODY, "LAPTOP-9")]


def test_a_computer_is_kept_beside_no_person(agreed):
    agreed("person")
    assert [(row.who.email, row.where) for row in seen()] == [("maja@acme.example", ""), ("", "LAPTOP-9")]


def test_a_scan_that_waits_is_not_read_once_the_word_is_taken_back(db, agreed):
    agreed("person")
    (scan,) = open_scans(LOG)
    agreed("off")
    with pytest.raises(UnreadableFile, match="not read here"):
        reader_of(scan)


def test_other_records_pass_as_they_are(agreed):
    agreed("none")
    reader = by_name("card_table")
    row = (1, Spend("", "", None, "x", 1, "EUR"))
    assert list(as_agreed(reader, iter([row]))) == [row]


def test_the_setting_knows_what_the_code_knows():
    assert list(NETWORK_LOGS) == [level.value for level in NetworkLogs]
