"""``rejected`` at the command line: the rows themselves, for the operator."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from discovery.models import RejectedRow
from discovery.sealing import seal_text
from tests.inventory import rows

pytestmark = pytest.mark.django_db


def rejected(*options: str) -> str:
    out = StringIO()
    call_command("rejected", *options, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _two_sources() -> None:
    ledger = rows.scan(rows.source("ledger"), file_name="ledger.csv")
    other = rows.scan(rows.source("other"), file_name="other.csv")
    for scan, line, row in (
        (ledger, 17, "=cmd|' /C calc'!A0,\x1b[31mred\r\nsecond line"),
        (ledger, 4, "2026-02-31,ACME"),
        (other, 1, "a" * 500),
    ):
        RejectedRow.objects.create(
            scan=scan, line=line, reason="has no such day as its date", row=seal_text(row)
        )


def test_every_row_comes_with_its_file_line_and_reason():
    text = rejected()
    assert "ledger.csv, line 4: has no such day as its date\n    2026-02-31,ACME\n" in text
    assert text.index("line 4") < text.index("line 17") < text.index("other.csv")
    assert max(map(len, text.splitlines())) < 120


def test_nothing_in_a_row_can_steer_the_terminal():
    assert "\x1b" not in rejected()


def test_csv_has_the_rows_whole_and_none_runs_as_a_formula():
    lines = list(csv.DictReader(StringIO(rejected("--format", "csv"), newline="")))
    assert [list(line) for line in lines] == [["file", "line", "reason", "row"]] * 3
    assert [line["line"] for line in lines] == ["4", "17", "1"]
    assert lines[1]["row"] == "'=cmd|' /C calc'!A0,\x1b[31mred\r\nsecond line"
    assert lines[2]["row"] == "a" * 500


def test_one_source_can_be_asked_for():
    assert "other.csv" in rejected("--source", "other")
    assert "ledger.csv" not in rejected("--source", "other")


def test_a_source_that_does_not_exist_is_said_with_those_that_do():
    with pytest.raises(CommandError, match="it is one of: ledger, other") as refused:
        rejected("--source", "nothing")
    assert refused.value.returncode == 2


def test_an_empty_list_says_so():
    RejectedRow.objects.all().delete()
    assert rejected() == "No row was rejected.\n"
    assert rejected("--format", "csv") == "file,line,reason,row\r\n"
