"""Licences, metered use and software that was seen: stored, merged, sealed, opened and withdrawn."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from discovery import scans
from discovery.models import Consumption, Descriptor, Person, Purchase, Record, Scan, SealedBlock
from discovery.reconcile import reconcile_all
from discovery.reconsider import reconsider
from discovery.rehearsal import rehearse_all
from discovery.retention import forget
from discovery.staging import company_day
from tests.discovery.logical_state import everything

pytestmark = pytest.mark.django_db

MICRO = 1_000_000


def of(kind: str) -> list[Record]:
    return list(Record.objects.filter(kind=kind, current=True).order_by("date", "email", "pk"))


class TestALicence:
    def test_is_kept_with_its_day_plan_state_and_activity(self, files):
        files.scan(
            "licence",
            """licence email=Ann@corp.example plan=Enterprise role=Owner state=on since=2025-11-03
            active=2026-02-27 date=2026-03-02
            """.replace("\n", " "),
        )
        (seat,) = of("licence")
        assert (seat.date, seat.plan, seat.state) == (date(2026, 3, 2), "Enterprise", "on")
        assert seat.last_active == date(2026, 2, 27)
        assert seat.details == {"role": "Owner", "since": "2025-11-03"}
        assert seat.person.email == "ann@corp.example"

    def test_of_two_lists_is_seen_in_both(self, files):
        march = "licence email=ann@corp.example date=2026-03-02"
        files.scan("licence", march)
        files.scan("licence", "licence email=ann@corp.example date=2026-02-02 plan=Team")
        assert [(one.date.month, one.plan) for one in of("licence")] == [(2, "Team"), (3, "")]
        assert files.scan("licence", march).records_new == 0

    def test_of_another_plan_on_the_same_day_is_the_same_seat(self, files):
        files.scan("licence", "licence email=ann@corp.example date=2026-03-02 plan=Team")
        scan = files.scan("licence", "licence email=ann@corp.example date=2026-03-02 plan=Enterprise")
        assert (scan.records_new, scan.records_changed) == (0, 1)
        assert [one.plan for one in of("licence")] == ["Enterprise"]

    def test_of_a_list_without_a_day_is_of_the_day_of_the_scan(self, files):
        scan = files.open("licence", "licence email=ann@corp.example")
        Scan.objects.filter(pk=scan.pk).update(list_day=date(2026, 1, 9))
        files_scan = files.scan("licence", "licence email=bob@corp.example")
        scans.run(scan.pk)
        days = {one.email: one.date for one in of("licence")}
        assert days["ann@corp.example"] == date(2026, 1, 9)
        assert days["bob@corp.example"] == company_day(files_scan.created_at)

    def test_of_the_same_bytes_read_again_later_is_of_the_first_day(self, files):
        first = files.scan("licence", "licence email=ann@corp.example")
        Scan.objects.filter(pk=first.pk).update(list_day=date(2026, 1, 9))
        again = files.open("licence", "licence email=ann@corp.example")
        assert again.list_day == date(2026, 1, 9)

    def test_without_a_person_is_how_many_seats_there_are(self, files):
        files.scan("licence", 'licence app=ChatGPT seats=50 used=12 plan="Team" date=2026-03-02')
        (bought,) = of("licence")
        assert bought.details == {"seats": 50, "seats_used": 12}
        assert not Person.objects.exists()

    def test_of_what_is_not_ai_is_sealed_and_opens_when_the_catalog_grows(self, files, catalog):
        files.scan("licence", "licence app=Notes email=ann@corp.example state=off date=2026-03-02")
        assert not Record.objects.exists()
        assert not Person.objects.exists()
        catalog.learn("notes", "notion/notion")
        reconsider()
        reconcile_all()
        (seat,) = of("licence")
        assert (seat.email, seat.state, seat.date) == ("ann@corp.example", "off", date(2026, 3, 2))
        del catalog.words["notes"]
        reconsider()
        reconcile_all()
        assert not Record.objects.exists()
        assert SealedBlock.objects.get(count__gt=0).month == "2026-03"


class TestMeteredUse:
    def test_is_spend_of_its_account_and_month_through_the_door_of_its_source(self, files):
        files.scan("usage", "usage cost=4 id=1 date=2026-03-01\nusage cost=0.000001 id=2 date=2026-03-31")
        files.scan("cloud", "usage cost=7 id=1 date=2026-03-31 account=cloud text=CLAUDE")
        bought = Purchase.objects.order_by("vendor")
        assert [(p.vendor, p.door, p.amount, p.net) for p in bought] == [
            ("anthropic", "cloud_bill", 7 * MICRO, 7 * MICRO),
            ("openai", "model_api", 4 * MICRO + 1, 4 * MICRO + 1),
        ]
        assert {one.purchase.vendor for one in of("usage")} == {"anthropic", "openai"}

    @pytest.mark.parametrize("use_first", [True, False])
    def test_explains_a_charge_in_whichever_order_they_are_read(self, files, use_first):
        use = ("usage", "usage cost=4 id=1 date=2026-03-01")
        charge = ("card", "spend amount=10 date=2026-04-02 text=OPENAI id=1 account=acc")
        for kind, line in (use, charge) if use_first else (charge, use):
            files.scan(kind, line)
        (purchase,) = Purchase.objects.all()
        assert (purchase.door, purchase.amount, purchase.records.count()) == ("corporate_card", 10 * MICRO, 2)
        (month,) = Consumption.objects.all()
        assert (month.standing, month.amount, month.charged) == ("covered", 4 * MICRO, 10 * MICRO)

    def test_counts_again_when_the_charge_is_withdrawn(self, files):
        files.scan("usage", "usage cost=4 id=1 date=2026-03-01")
        before = everything()
        charge = files.scan("card", "spend amount=10 date=2026-04-02 text=OPENAI id=1 account=acc")
        files.withdraw(charge)
        assert everything() == before

    def test_that_is_restated_counts_in_its_newest_version(self, files):
        files.scan("usage", "usage cost=4 id=1")
        scan = files.scan("usage", "usage cost=5 id=1")
        assert scan.records_changed == 1
        assert Purchase.objects.get().amount == 5 * MICRO

    def test_of_one_file_with_equal_rows_counts_each(self, files):
        files.scan("usage", "usage cost=4\nusage cost=4")
        files.scan("usage", "usage cost=4\nusage cost=4")
        assert Purchase.objects.get().amount == 8 * MICRO

    def test_without_a_cost_is_evidence_and_no_purchase(self, files):
        files.scan("usage", "usage id=1 requests=12 model=gpt-x project=bot")
        (one,) = of("usage")
        assert one.details == {"requests": 12, "model": "gpt-x", "project": "bot"}
        assert not Purchase.objects.exists()

    def test_of_a_person_keeps_no_number_of_requests(self, files):
        files.scan("usage", "usage id=1 cost=1 requests=12 email=ann@corp.example")
        (one,) = of("usage")
        assert (one.person.email, one.details) == ("ann@corp.example", {})

    def test_with_a_cost_and_no_currency_is_rejected(self, files):
        scan = files.scan("usage", 'usage cost=4 currency=""')
        assert (scan.rows_rejected, scan.rejected.get().reason) == (
            1,
            "the cost has no currency; export it with one",
        )

    def test_that_is_sealed_stands_in_the_sums(self, files):
        files.scan("cloud", "usage text=STORAGE cost=4 id=1\nusage text=STORAGE id=2")
        (block,) = SealedBlock.objects.all()
        assert (block.count, block.sums) == (2, {"EUR": [1, 4 * MICRO]})


class TestWhatWasSeen:
    def test_is_kept_by_week_and_a_device_as_a_hash(self, files):
        scan = files.scan(
            "endpoint",
            """seen date=2026-03-04 where="Ann's laptop" email=ann@corp.example
            seen date=2026-03-06 where="ann's LAPTOP" email=ann@corp.example
            seen date=2026-03-06 where="another" email=ann@corp.example""",
        )
        assert (scan.records_new, scan.records_known) == (2, 1)
        found = of("seen")
        assert {one.date for one in found} == {date(2026, 3, 2)}
        hashes = {one.details["where"] for one in found}
        assert len(hashes) == 2
        assert all(len(one) == 16 and int(one, 16) >= 0 for one in hashes)

    def test_in_code_names_the_repository(self, files):
        files.scan("code", "seen by=package text=ChatGPT where=corp/bot version=1.2 date=2026-03-04")
        (one,) = of("seen")
        assert one.details == {"where": "corp/bot", "version": "1.2"}
        assert one.type == "package"

    def test_in_the_network_is_a_host_and_no_address(self, files, settings):
        settings.PENUMBRA = settings.PENUMBRA | {"NETWORK_LOGS": "none"}
        files.scan("network", "seen by=domain text=https://chatgpt.com/c/secret?q=1 date=2026-03-04")
        (one,) = of("seen")
        assert one.text == "chatgpt.com"
        assert one.descriptor.channel == "network"

    def test_refused_is_an_attempt_beside_the_visit_of_the_same_week(self, files):
        files.scan(
            "endpoint",
            """seen date=2026-03-04 email=ann@corp.example attempt=yes
            seen date=2026-03-05 email=ann@corp.example attempt=yes
            seen date=2026-03-06 email=ann@corp.example""",
        )
        assert sorted(record.attempt for record in of("seen")) == [False, True]


def test_a_rehearsal_counts_what_a_scan_would(files):
    path = files.write("licence email=ann@corp.example\nlicence app=Notes\nbad")
    (told,) = rehearse_all([path], connector="fake_licence", source="", account="")
    assert (told.records_new, told.recognised, told.sealed, told.rows_rejected) == (2, 1, 1, 1)


def test_what_is_older_than_it_may_be_is_forgotten_by_kind(files):
    files.scan("licence", "licence email=ann@corp.example date=2024-03-02")
    files.scan("endpoint", "seen email=ann@corp.example date=2024-03-02")
    files.scan("usage", "usage id=1 cost=4 date=2024-03-02")
    forget(datetime(2026, 3, 1, tzinfo=UTC))
    assert [one.kind for one in Record.objects.all()] == ["usage"]
    assert not Descriptor.objects.filter(records__kind="licence").exists()
