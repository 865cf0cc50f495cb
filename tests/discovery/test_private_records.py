"""What a person calls private is sealed, and stays so whatever is scanned, rebuilt or learned later."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from discovery.decisions import follow_decisions
from discovery.derive import rebuild
from discovery.models import Decision, Person, Purchase, Record, SealedBlock
from discovery.private import decide_private, take_back
from discovery.retention import deleted_on, forget, sealed_until
from discovery.tasks import sweep
from tests.discovery.logical_state import everything
from tests.discovery.test_sealing_of_records import rematch, whole_database

ADA = "ada@corp.example"
FILE = f"""
    spend account=a amount=20 email={ADA} text="MIDJOURNEY SUBSCRIPTION"
    spend account=a amount=20 email={ADA} text="MIDJOURNEY SUBSCRIPTION"
    spend account=a amount=9 id=3 email={ADA} text="CLAUDE PRO"
"""


def private(record: Record) -> Decision:
    decision = decide_private(record, actor=ADA, reason="private, says the person it is about")
    follow_decisions()
    return decision


def readable() -> list[int]:
    return sorted(amount // 1_000_000 for amount in Record.objects.values_list("amount", flat=True))


def paid() -> list[int]:
    return sorted(amount // 1_000_000 for amount in Purchase.objects.values_list("amount", flat=True))


def sealed() -> tuple[int, int]:
    """How many records are sealed, and their sum."""
    blocks = list(SealedBlock.objects.all())
    return sum(b.count for b in blocks), sum(b.sums["EUR"][1] for b in blocks if b.sums) // 1_000_000


def of(amount: int) -> Record:
    return Record.objects.filter(amount=amount * 1_000_000).order_by("pk").first()


def test_a_private_record_is_sealed_alone_with_its_purchase(files):
    files.scan("expense", FILE)
    private(of(20))
    assert (readable(), paid(), sealed()) == ([9, 20], [9, 20], (1, 20))
    assert of(20).descriptor.product == "midjourney/midjourney"  # its twin and what the text stands for stay
    private(of(9))
    assert (readable(), sealed()) == ([20], (2, 29))
    assert b"CLAUDE PRO" not in whole_database()


def test_it_stays_sealed_through_rescans_new_versions_rematch_and_rebuild(files):
    first = files.scan("expense", FILE)
    private(of(20))
    private(of(9))
    files.scan("expense", FILE)
    assert (readable(), sealed()) == ([20], (2, 29))
    corrected = FILE.replace("amount=9", "amount=11")
    files.scan("expense", corrected)
    assert (readable(), sealed()) == ([20], (2, 31))
    rematch()
    rebuild()
    sweep()
    assert (readable(), paid(), sealed()) == ([20], [20], (2, 31))
    files.withdraw(first)
    assert (readable(), sealed()) == ([20], (2, 31))


def test_it_is_sealed_as_it_is_read_where_an_import_was_withdrawn_and_comes_again(files):
    scan = files.scan("expense", FILE)
    private(of(9))
    files.withdraw(scan)
    assert (readable(), sealed()) == ([], (0, 0))
    again = files.scan("expense", FILE)
    assert (readable(), sealed()) == ([20, 20], (1, 9))
    assert again.sealed == 1


def test_taken_back_everything_is_as_it_was(files):
    files.scan("expense", FILE)
    before = everything()
    decision = private(of(20))
    take_back(decision, actor=ADA, reason="it was for work")
    follow_decisions()
    assert (readable(), paid()) == ([9, 20, 20], [9, 20, 20])
    assert {key: rows for key, rows in everything().items() if "ecision" not in key} == {
        key: rows for key, rows in before.items() if "ecision" not in key
    }


def test_the_sweep_alone_brings_it_in_line(files):
    files.scan("expense", FILE)
    decide_private(of(9), actor=ADA, reason="private")
    assert readable() == [9, 20, 20]
    sweep()
    assert (readable(), paid()) == ([20, 20], [20, 20])


def test_who_has_nothing_but_private_records_is_no_person_any_more(files):
    files.scan("expense", f"spend account=a id=1 email={ADA}")
    assert Person.objects.filter(email=ADA).exists()
    private(Record.objects.get())
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("kind", "revoked", "gone"),
    [("presence", False, date(2027, 5, 1)), ("spend", False, date(2029, 4, 1)),
     ("grant", True, date(2029, 4, 1)), ("grant", False, None)],
)  # fmt: skip
def test_records_say_when_they_are_deleted(kind, revoked, gone, settings):
    settings.PENUMBRA = {**settings.PENUMBRA, "RETENTION_MONTHS": 13, "RECORD_RETENTION_MONTHS": 36}
    assert deleted_on(Record(kind=kind, revoked=revoked, date=date(2026, 3, 30))) == gone
    assert sealed_until("2026-03") == date(2027, 5, 1)


def test_records_are_deleted_on_the_day_they_say_and_no_scan_brings_them_back(files):
    sign_ins = f"signin email={ADA} date=2026-03-04\nsignin email={ADA} date=2026-04-08"
    files.scan("sso", sign_ins)
    files.scan("expense", FILE)
    (old, _) = Record.objects.filter(kind="presence").order_by("date")
    assert deleted_on(old) == date(2027, 5, 1)
    assert forget(datetime(2027, 4, 30, 23, tzinfo=UTC)).records == 0
    assert forget(datetime(2027, 5, 1, tzinfo=UTC)).records == 1
    assert Record.objects.filter(kind="presence").count() == 1
    files.scan("sso", sign_ins)
    assert Record.objects.filter(kind="presence").count() == 1
    assert forget(datetime(2029, 4, 1, tzinfo=UTC)).records == 4
    assert not Person.objects.exists()
    assert not Purchase.objects.exists()
