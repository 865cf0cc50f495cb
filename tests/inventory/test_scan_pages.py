"""A scan while it runs, what came of it, and what goes with it when it is withdrawn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.urls import reverse

from discovery import sightings
from discovery.models import Chunk, Coverage, RejectedRow, Scan
from inventory import decisions, rollups
from inventory.access import Role
from inventory.scan_progress import pace
from inventory.scan_results import results_of
from inventory.withdrawal_preview import what_goes
from tests.inventory import rows

pytestmark = [pytest.mark.django_db, pytest.mark.once]

START = datetime(2026, 6, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


# --- the pace, pure ---------------------------------------------------------------------------------


def test_the_pace_is_rows_over_the_time_that_they_took():
    assert pace(read=20_000, expected=100_000, started=START, last_sign=at(10)) == (2_000, 40)


def test_nothing_is_told_before_it_can_be_honest():
    assert pace(read=0, expected=None, started=START, last_sign=at(10)) == (None, None)
    assert pace(read=10_000, expected=100_000, started=START, last_sign=at(0.5)) == (None, None)
    assert pace(read=10_000, expected=None, started=START, last_sign=at(5)) == (2_000, None)


def test_an_estimate_that_was_too_low_tells_no_time_left():
    assert pace(read=10_000, expected=9_000, started=START, last_sign=at(5)) == (2_000, None)


# --- pages ------------------------------------------------------------------------------------------


def text_of(response: object) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def running(**columns: object) -> Scan:
    return rows.scan(
        state=Scan.State.READING,
        rows_read=20_000,
        rows_expected=100_000,
        started_at=START,
        held_at=at(10),
        **columns,
    )


def test_a_running_scan_shows_its_pace_and_what_it_found(signed_in):
    scan = running(file_name="big.csv")
    RejectedRow.objects.create(scan=scan, line=3, reason="no date", row=b"")
    client = signed_in(Role.FINANCE)
    for name in ("sources", "progress"):
        page = text_of(client.get(reverse(name)))
        assert "2,000 rows a second" in page
        assert "read in about 40 seconds" in page
        assert "1 rejected" in page
        assert reverse("progress") in page


def test_merging_counts_rows_that_are_compared(signed_in):
    scan = rows.scan(state=Scan.State.MERGING, rows_read=30, records_new=4, recognised=1, sealed=3)
    for number, state in enumerate((Chunk.State.MERGED, Chunk.State.STAGED, Chunk.State.STAGED)):
        Chunk.objects.create(
            scan=scan, number=number, state=state, rows=10, records=10, keys=b"", coverage=b"", body=b""
        )
    page = text_of(signed_in(Role.FINANCE).get(reverse("progress")))
    assert "10 of 30 rows compared" in page
    assert "so far 4 new: 1 about AI, 3 sealed" in page
    assert "rows a second" not in page


@pytest.mark.once
@pytest.mark.parametrize("count", [1, 10])
def test_running_scans_are_asked_for_together(signed_in, django_assert_num_queries, count):
    client = signed_in(Role.FINANCE)
    for _number in range(count):
        running()
    client.get(reverse("progress"))
    with django_assert_num_queries(9):
        client.get(reverse("progress"))


@pytest.fixture
def two_files():
    """Two files of one source: ChatGPT in both, Miro in the second alone, whose row has its own purchase."""
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    rows.product("miro/miro", "Miro")
    first = rows.scan(file_name="march.csv")
    both = rows.spend(rows.descriptor("openai/chatgpt"), "20", date(2026, 3, 4), scan=first)
    second = rows.scan(file_name="april.csv", rows_read=2, records_new=1, records_known=1)
    alone = rows.spend(rows.descriptor("miro/miro"), "8", date(2026, 4, 4), scan=second)
    shows(first, both)
    shows(second, both, alone)
    rollups.apply()
    return first, second


def shows(scan: Scan, *records: object) -> None:
    packed = b"".join(bytes(record.identity) + bytes(record.content) for record in records)
    entries = sightings.native(sightings.unpack(packed))
    for run in sightings.store(scan, np.array(entries)):
        run.save()


def test_what_came_of_a_file_are_tools_that_none_told_of_before(two_files):
    _first, second = two_files
    found = results_of(second)
    assert found.new == [("miro/miro", "Miro")]
    assert (found.purchases, found.sums) == (1, {"EUR": 8_000_000})


def test_the_page_of_a_file_says_what_came_of_it(signed_in, two_files):
    page = text_of(signed_in(Role.PRIVACY_OFFICER).get(reverse("scan", args=[two_files[1].pk])))
    assert "april.csv told of 1 tool that was not known" in page
    assert reverse("tool", args=["miro/miro"]) in page
    assert "Withdraw" not in page


def test_a_withdrawal_takes_only_what_no_other_file_shows(two_files):
    first, second = two_files
    going = what_goes(second)
    assert (going.rows, going.others, going.records) == (1, 1, 1)
    assert going.tools == [("miro/miro", "Miro")]
    assert (going.purchases, going.sums) == (1, {"EUR": 8_000_000})
    assert what_goes(first).rows == 0
    assert what_goes(first).tools == []


def test_a_tool_that_somebody_decided_about_stays_without_its_figures(two_files):
    change = decisions.Change(status="sanctioned")
    decisions.decide(["miro/miro"], change, actor="hanna", reason="fine", now=START)
    going = what_goes(two_files[1])
    assert (going.tools, going.kept_tools) == ([], [("miro/miro", "Miro")])


def test_the_page_says_before_what_would_go(signed_in, two_files):
    page = text_of(signed_in(Role.FINANCE).get(reverse("withdraw", args=[two_files[1].pk])))
    assert "1 tool that nothing else tells of" in page
    assert "1 purchase of EUR 8.00" in page
    assert "1 row is in another file too and stays" in page


def test_rejected_rows_come_as_csv_without_the_row(signed_in, two_files):
    first, second = two_files
    RejectedRow.objects.create(scan=first, line=7, reason="=no date", row=b"sealed")
    RejectedRow.objects.create(scan=second, line=9, reason="no amount", row=b"sealed")
    client = signed_in(Role.AUDITOR)
    response = client.get(reverse("rejected_export"))
    assert response["Content-Disposition"] == 'attachment; filename="rejected.csv"'
    lines = response.content.decode().splitlines()
    assert lines == ["file,line,reason,source", "april.csv,9,no amount,cards", "march.csv,7,'=no date,cards"]
    of_one = client.get(reverse("rejected_export") + f"?scan={first.pk}").content.decode()
    assert "april.csv" not in of_one
    assert f"rejected.csv?scan={first.pk}" in text_of(client.get(reverse("rejected") + f"?scan={first.pk}"))
    assert "sealed" not in of_one


def test_months_that_no_file_covers_stand_beside_totals(signed_in, two_files):
    first, _second = two_files
    Coverage.objects.create(
        scan=first, source=first.source, account_key=b"a" * 16, account_stated=True, own_ids=True,
        first_day=date(2026, 4, 1), last_day=date(2026, 4, 30), days=b"",
    )  # fmt: skip
    for role in (Role.FINANCE, Role.SECURITY, Role.PROCUREMENT):
        client = signed_in(role)
        for address in (reverse("home"), reverse("tools"), reverse("tool", args=["miro/miro"])):
            assert "Cards and bank accounts: 11 months" in text_of(client.get(address)), (role, address)
