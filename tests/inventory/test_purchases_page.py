"""Purchases, each once: the bridge ties to ``export spend``, and people split and join them."""

from __future__ import annotations

import html
import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from discovery import tasks
from discovery.models import Decision, Purchase, Record
from inventory import purchase_lines, rollups
from inventory.access import Role
from inventory.exports.period import Period
from inventory.exports.spend import rows as spend_export
from inventory.purchase_lines import Wanted
from tests.inventory import rows

pytestmark = pytest.mark.once

LIST = reverse("purchases")


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    monkeypatch.setattr(tasks.follow, "delay", lambda: None)


def worker() -> None:
    tasks.follow()
    rollups.apply()


def read(response) -> str:
    """A page as it is read: without tags, spaces joined."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def exported(currency: str = "EUR") -> int:
    """The total of ``export spend`` in 10⁻⁶."""
    amounts = [Decimal(row["amount"]) for row in spend_export(Period()) if row["currency"] == currency]
    return int(sum(amounts) * 1_000_000)


@pytest.fixture
def twice_told(db) -> Purchase:
    """A purchase that a card and an expense tell of, and others in two currencies."""
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    chat = rows.descriptor("openai/chatgpt")
    ada = rows.person("ada@corp.example", "Sales")
    rows.spend(chat, "20.50", date(2026, 3, 4), person=ada, email="ada@corp.example")
    first = Purchase.objects.get()
    where = rows.source("expenses", "expense")
    rows.spend(
        chat, "20.50", date(2026, 3, 5), source=where, purchase=first, person=ada, email="ada@corp.example"
    )
    rows.spend(chat, "9", date(2026, 2, 1), person=ada)
    rows.spend(chat, "7", date(2026, 2, 1), currency="USD")
    rows.spend(rows.descriptor("", "review", form="zorblaxo ai"), "1000")
    rollups.apply()
    return first


def test_the_bridge_leads_from_what_feeds_tell_to_what_export_spend_says(signed_in, twice_told):
    euros, dollars = purchase_lines.bridges(purchase_lines.found(Wanted()))
    assert euros.feeds == [("card", 29_500_000, 2), ("expense", 20_500_000, 1)]
    assert (euros.told, euros.twice, euros.total) == (50_000_000, 20_500_000, 29_500_000)
    assert (euros.records_twice, euros.purchases) == (1, 2)
    assert euros.told - euros.twice == euros.total == exported()
    assert dollars.total == exported("USD") == 7_000_000
    page = read(signed_in(Role.FINANCE).get(LIST))
    assert "Cards 2 EUR 29.50" in page
    assert "Counted twice, taken off 1 EUR −20.50" in page
    assert "2 purchases in EUR EUR 29.50" in page
    assert "1 more, EUR 1,000.00, waits for a person and is in no total." in page


def test_filters_narrow_the_list_and_the_bridge(twice_told):
    def total(**wanted: str) -> dict[str, int]:
        rows_found = purchase_lines.found(Wanted(**wanted))
        return {bridge.currency: bridge.total for bridge in purchase_lines.bridges(rows_found)}

    assert total(month="2026-03") == {"EUR": 20_500_000}
    assert total(source="expenses") == {"EUR": 20_500_000}
    assert total(door="employee_expense") == {}
    assert total(tool="openai/chatgpt", month="2026-02") == {"EUR": 9_000_000, "USD": 7_000_000}
    assert total(tool="nobody/knows-it") == {}
    assert Wanted.from_address({"month": "2026-99"}) == Wanted()


def test_filters_speak_of_sources_and_months_as_people_do(signed_in, twice_told):
    where = rows.source("card_table")
    Record.objects.filter(source__name="expenses").update(source=where)
    page = read(signed_in(Role.FINANCE).get(LIST, {"source": "card_table", "month": "2026-03"}))
    assert "Source: Card transactions (CSV, XLSX)" in page
    assert "Month: Mar 2026" in page
    assert "card_table" not in page


def test_who_is_limited_sees_the_purchases_of_these_departments_only(twice_told):
    Purchase.objects.filter(pk=twice_told.pk).update(department="Sales")
    from inventory.reach import Reach

    found = purchase_lines.found(Wanted(), Reach(frozenset({"Sales"})))
    assert list(found) == [twice_told]


def test_split_a_record_counts_for_itself_and_undone_all_is_as_before(signed_in, twice_told):
    worker()
    before = exported()
    assert before == 29_500_000
    client = signed_in(Role.FINANCE)
    purchase = Purchase.objects.get(amount=20_500_000)
    expense = Record.objects.get(source__name="expenses")
    page = client.get(reverse("purchase", args=[purchase.pk]))
    assert "2 records tell of it" in read(page)
    sent = {"record": expense.pk, "reason": "two people paid"}
    response = client.post(reverse("split_purchase", args=[purchase.pk]), sent)
    assert response["Location"] == reverse("decided_purchases")
    assert exported() == before  # counted in a moment, as the page says
    worker()
    assert exported() == before + 20_500_000
    decided = read(client.get(reverse("decided_purchases")))
    assert "two people paid finance@corp.example" in decided
    act = Decision.objects.get(kind=Decision.Kind.DIFFERENT_PURCHASES).pk
    client.post(reverse("undo_purchases", args=[act]), {"reason": "it was one after all"})
    worker()
    assert exported() == before
    assert "Nobody has decided about a purchase yet" in read(client.get(reverse("decided_purchases")))
    assert client.post(reverse("undo_purchases", args=[act]), {"reason": "again"}).status_code == 404


def test_joined_two_purchases_are_one(signed_in, twice_told):
    worker()
    before = exported()
    client = signed_in(Role.SECURITY)
    one = Purchase.objects.get(amount=20_500_000)
    other = Purchase.objects.get(amount=9_000_000)
    page = read(client.get(reverse("purchase", args=[other.pk])))
    assert "Is one of these the same?" in page
    sent = {"other": one.pk, "reason": "a part payment"}
    client.post(reverse("join_purchases", args=[other.pk]), sent)
    worker()
    assert exported() in (20_500_000, 9_000_000)
    act = Decision.objects.get().pk
    client.post(reverse("undo_purchases", args=[act]), {"reason": "no part payment"})
    worker()
    assert exported() == before


def test_a_decision_without_a_reason_is_refused_and_an_auditor_only_reads(signed_in, twice_told):
    dollars = Purchase.objects.get(currency="USD")
    client = signed_in(Role.PROCUREMENT)
    refused = client.post(
        reverse("join_purchases", args=[twice_told.pk]), {"other": dollars.pk, "reason": "so"}
    )
    assert refused.status_code == 422
    assert "Choose another purchase of the same maker in the same currency." in read(refused)
    expense = Record.objects.get(source__name="expenses")
    refused = client.post(reverse("split_purchase", args=[twice_told.pk]), {"record": expense.pk})
    assert refused.status_code == 422
    assert "Say why" in read(refused)
    auditor = signed_in(Role.AUDITOR)
    assert auditor.get(reverse("purchase", args=[twice_told.pk])).status_code == 200
    assert auditor.post(reverse("split_purchase", args=[twice_told.pk])).status_code == 403
    assert not Decision.objects.exists()


def test_the_list_asks_the_database_as_often_for_fifty_purchases_as_for_one(signed_in):
    client = signed_in(Role.FINANCE)
    rows.product("openai/chatgpt", "ChatGPT")
    chat = rows.descriptor("openai/chatgpt")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    rows.spend(chat, "1", person=rows.person("p@corp.example"))
    for_one = queries()
    for number in range(49):
        rows.spend(chat, "1", person=rows.person(f"p{number}@corp.example"))
    assert queries() == for_one < 30
