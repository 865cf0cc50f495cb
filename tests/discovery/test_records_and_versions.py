"""Each record once: overlapping exports, restated rows, people who share a day, withdrawals."""

from __future__ import annotations

from collections import Counter

import pytest

from discovery import scans
from discovery.connectors.base import Ask, Kind
from discovery.models import Purchase, Record, Scan, SealedBlock, Source
from discovery.withdrawal import request_withdrawal


def spent() -> int:
    """What purchases cost together, in whole euros."""
    return sum(Purchase.objects.values_list("amount", flat=True)) // 1_000_000


def sealed_charges() -> dict[str, int]:
    charges: Counter[str] = Counter()
    for block in SealedBlock.objects.all():
        charges.update(block.charges)
    return {currency: total // 1_000_000 for currency, total in charges.items()}


def sealed_sums() -> dict[str, list[int]]:
    sums: dict[str, list[int]] = {}
    for block in SealedBlock.objects.all():
        for currency, (number, amount) in block.sums.items():
            total = sums.setdefault(currency, [0, 0])
            total[0] += number
            total[1] += amount // 1_000_000
    return {currency: total for currency, total in sums.items() if total[0]}


class TestRowsWithoutIds:
    def test_equal_charges_of_a_day_are_as_many_as_one_export_shows(self, files):
        files.scan("card", "spend account=a\nspend account=a")
        files.scan("card", "spend account=a\nspend account=a\nspend account=a")
        files.scan("card", "spend account=a")
        assert spent() == 60

    @pytest.mark.parametrize("first", [0, 1])
    def test_equal_charges_of_two_people_are_two_whichever_export_comes_first(self, files, first):
        exports = [
            "spend account=a email=bob@corp.example",
            "spend account=a email=ann@corp.example\nspend account=a email=bob@corp.example",
        ]
        files.scan("expense", exports[first])
        files.scan("expense", exports[1 - first])
        paid = Purchase.objects.values_list("person__email", "amount")
        assert sorted(paid) == [("ann@corp.example", 20_000_000), ("bob@corp.example", 20_000_000)]

    def test_a_card_number_masked_in_another_way_is_the_same_card(self, files):
        files.scan("card", 'spend card="**** 1111"')
        again = files.scan("card", "spend card=XXXX1111")
        assert (again.records_new, again.records_known) == (0, 1)

    def test_two_files_of_nobody_named_that_disagree_wait_for_an_answer(self, files):
        days = "\n".join(f"spend date=2026-03-0{n}" for n in range(1, 6))
        files.scan("expense", days)
        asked = files.scan("expense", days + "\nspend date=2026-03-03 amount=7")
        assert asked.state == Scan.State.QUESTION
        assert asked.asks == Ask.ACCOUNT
        assert spent() == 100


class TestRowsWithIds:
    def test_the_latest_statement_counts_and_older_files_change_nothing(self, files):
        files.scan("card", "spend account=a id=1 amount=30 stated=2026-03-09")
        changed = files.scan("card", "spend account=a id=1 amount=20 stated=2026-03-08")
        assert (changed.records_new, changed.records_known, changed.records_changed) == (0, 1, 1)
        assert spent() == 30

    def test_a_line_that_stands_twice_in_a_restated_file_supersedes_all_the_same(self, files):
        files.scan("card", "spend account=a id=1 amount=30 stated=2026-03-08")
        files.scan("card", "spend account=a id=1 amount=20 stated=2026-03-09\n" * 2)
        assert spent() == 20

    def test_two_contents_under_one_id_in_one_file_are_two_records(self, files):
        files.scan("card", "spend account=a id=1 amount=30\nspend account=a id=1 amount=20")
        assert spent() == 50

    def test_two_contents_of_two_vendors_under_one_id_are_two_records(self, files):
        files.scan("card", "spend account=a id=1 amount=30\nspend account=a id=1 amount=20 text=CLAUDE")
        assert spent() == 50

    def test_a_superseded_version_is_evidence_of_nothing(self, files):
        files.scan("card", "spend account=a id=1 amount=30 stated=2026-03-08")
        files.scan("card", "spend account=a id=1 amount=20 stated=2026-03-09")
        (purchase,) = Purchase.objects.all()
        assert [record.amount for record in purchase.records.all()] == [20_000_000]

    def test_a_changed_sealed_record_changes_the_sums(self, files):
        files.scan("card", 'spend account=a id=1 amount=30 text="LUNCH BAR" stated=2026-03-08')
        files.scan("card", 'spend account=a id=1 amount=20 text="LUNCH BAR" stated=2026-03-09')
        assert sealed_sums() == {"EUR": [1, 20]}

    def test_what_came_back_is_kept_apart_from_what_was_charged(self, files):
        """As a file is stored and as a block is written again."""
        lunch = 'spend account=a id={} amount={} text="LUNCH BAR" stated=2026-03-0{}'
        files.scan("card", f"{lunch.format(1, 30, 8)}\n{lunch.format(2, -12, 8)}")
        assert (sealed_sums(), sealed_charges()) == ({"EUR": [2, 18]}, {"EUR": 30})
        files.scan("card", lunch.format(2, -10, 9))
        assert (sealed_sums(), sealed_charges()) == ({"EUR": [2, 20]}, {"EUR": 30})


class TestWithdrawal:
    def test_of_one_of_two_overlapping_files_leaves_what_the_other_says(self, files):
        lunch = 'spend account=a text="LUNCH BAR" amount=12'
        first = files.scan("card", f"spend account=a\n{lunch}")
        files.scan("card", f"{lunch}\n{lunch}")
        files.withdraw(first)
        assert spent() == 0
        assert sealed_sums() == {"EUR": [2, 24]}

    def test_leaves_no_purchase_of_what_waited_for_a_person(self, files):
        files.withdraw(files.scan("card", 'spend account=a text="MAYBE TOOL"'))
        assert not Purchase.objects.exists()
        assert not Record.objects.exists()

    def test_that_has_only_been_asked_for_is_no_reason_to_store_a_row_twice(self, files):
        text = 'spend account=a text="LUNCH BAR"\nspend account=a'
        first = files.scan("card", text)
        request_withdrawal(first.pk, by="ann@corp.example")
        second = files.scan("card", text)
        assert (second.records_new, second.records_known) == (0, 2)
        scans.run(first.pk)
        assert spent() == 20
        assert sealed_sums() == {"EUR": [1, 20]}


class TestWhatCannotBeStored:
    def test_a_text_longer_than_its_column_is_cut_and_a_nul_left_out(self, files):
        path = files.write("spend account=a id=LONG name=NAME department=DEP")
        path.write_text(
            path.read_text().replace("LONG", "x" * 300).replace("NAME", "A\0B").replace("DEP", "d" * 500)
        )
        (opened,) = scans.open_scans(path, connector="fake_card")
        assert scans.run(opened.pk).state == Scan.State.DONE
        (record,) = Record.objects.all()
        assert (len(record.own_id), record.person_name, len(record.department)) == (200, "AB", 120)

    @pytest.mark.parametrize("amount", ["100000000000000", "-1000000000000000"])
    def test_an_amount_too_large_to_add_up_is_rejected_with_a_sentence(self, files, amount):
        scan = files.scan("card", f"spend account=a amount={amount}\nspend account=a")
        assert (scan.rows_rejected, scan.records_new) == (1, 1)
        assert "too large" in scan.rejected.get().reason
        assert amount not in scan.rejected.get().reason

    def test_rows_read_are_accounted_for_to_the_last(self, files):
        scan = files.scan("card", "header\nspend account=a\nbad\nspend account=a id=1\nspend account=a id=1")
        assert (scan.rows_read, scan.records_new, scan.records_known) == (5, 2, 1)
        assert (scan.rows_rejected, scan.rows_ignored) == (1, 1)

    def test_rows_before_the_point_where_a_file_breaks_off_are_kept(self, files):
        scan = files.scan("card", "spend account=a\nbreak\nspend account=a amount=9")
        assert scan.state == Scan.State.FAILED
        assert "breaks off in line 2" in scan.error
        assert spent() == 20


class TestASource:
    def test_is_made_at_its_first_scan(self, files):
        files.scan("sso", "signin email=ann@corp.example")
        assert Source.objects.get().kind == Kind.SSO
