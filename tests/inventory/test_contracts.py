"""Contracts: read from registers weekly, corrected by people, and never silently written over."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from discovery import scans
from discovery.models import Record, Scan
from discovery.withdrawal import request_withdrawal
from inventory import rollups
from inventory.access import Role
from inventory.contracts import Contract, NotCorrect, contracts, correct
from inventory.exports import EXPORTS
from inventory.exports.period import Period
from inventory.models import ContractEdit, Tool
from tests.discovery.conftest import catalog, files  # noqa: F401  (the fixtures of fake sources)
from tests.inventory import rows
from tests.inventory.test_pages import words_of

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
FULL = "contract id=7 email=ann@corp.example end=2026-12-31 notice_days=30 amount=1200 every=year seats=50"


@pytest.fixture(autouse=True)
def tools(db):
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")


@pytest.fixture
def read(files):  # noqa: F811
    """Reads a register on a day."""

    def on(day: str, text: str = FULL) -> Scan:
        scan = files.open("procurement", text)
        Scan.objects.filter(pk=scan.pk).update(list_day=date.fromisoformat(day))
        return scans.run(scan.pk)

    return on


def only() -> Contract:
    (found,) = contracts()
    return found


def write(field: str, value: str, reason: str = "as signed") -> ContractEdit:
    return correct(only(), field, value, actor="bob@corp.example", reason=reason, now=NOW)


class TestAContract:
    def test_tells_when_it_ends_what_it_costs_and_who_owns_it(self, read):
        read("2026-03-02")
        found = only()
        assert (found.tool, found.supplier, found.product) == ("openai/chatgpt", "OpenAI", "ChatGPT")
        assert (found.end, found.last_day_of_notice) == (date(2026, 12, 31), date(2026, 12, 1))
        assert (found.amount, found.currency, found.every, found.seats) == (1_200_000_000, "EUR", "year", 50)
        assert found.person.email == "ann@corp.example"

    @pytest.mark.parametrize("turned", [True, False])
    def test_keeps_what_a_later_reading_leaves_out_in_whichever_order_they_come(self, read, turned):
        readings = [("2026-03-02", FULL), ("2026-03-09", "contract id=7 end=2027-12-31 notice=2027-09-30")]
        for day, text in readings[::-1] if turned else readings:
            read(day, text)
        found = only()
        assert (found.end, found.notice_by, found.seats) == (date(2027, 12, 31), date(2027, 9, 30), 50)
        assert found.read_on == date(2026, 3, 9)

    def test_that_is_withdrawn_says_what_the_reading_before_said(self, read):
        read("2026-03-02")
        before = only()
        scan = read("2026-03-09", "contract id=7 end=2027-12-31")
        scans.run(request_withdrawal(scan.pk, by="bob@corp.example").pk)
        assert only() == before

    def test_is_in_the_inventory_without_use_or_people_and_suggests_its_owner(self, read):
        read("2026-03-02")
        read("2026-03-02", "contract id=8 product=ChatGPT end=2026-06-30\ncontract id=9 end=2025-06-30")
        rollups.apply()
        (tool,) = EXPORTS["inventory"].rows(Period())
        assert (tool["contract_end"], tool["notice_by"]) == (date(2026, 6, 30), None)
        assert (tool["people"], tool["doors"]) == ([], ["procurement"])
        assert tool["suggested_owner"] == "ann@corp.example"
        assert Tool.objects.get().last_used is None
        assert [row["tools"] for row in EXPORTS["people"].rows(Period())] == [[]]

    def test_of_what_is_not_ai_is_sealed(self, read):
        read("2026-03-02", "contract supplier=Cleaners product=Windows amount=3")
        assert not Record.objects.exists()
        assert contracts() == []


class TestWhatAPersonWrites:
    def test_holds_while_the_register_says_what_it_said(self, read):
        read("2026-03-02")
        write("end", "2027-01-31")
        read("2026-03-09")
        found = only()
        assert found.end == date(2027, 1, 31)
        assert found.terms["end"].stated == date(2026, 12, 31)
        assert found.questions == []

    def test_still_holds_and_is_a_question_when_the_register_changes(self, read):
        read("2026-03-02")
        write("seats", "60")
        read("2026-03-09", FULL.replace("seats=50", "seats=70"))
        assert only().seats == 60
        assert [term.name for term in only().questions] == ["seats"]
        write("seats", "60", "we counted again")
        assert only().questions == []
        write("seats", "")
        assert (only().seats, only().questions) == (70, [])

    def test_is_no_question_where_the_register_came_to_say_the_same(self, read):
        read("2026-03-02")
        write("amount", "1300.50")
        read("2026-03-09", FULL.replace("amount=1200", "amount=1300.50"))
        assert (only().amount, only().questions) == (1_300_500_000, [])

    @pytest.mark.parametrize(
        ("field", "value", "reason"),
        [
            ("end", "31.12.2026", "why"),
            ("amount", "NaN", "why"),
            ("seats", "-1", "why"),
            ("seats", "1", " "),
            ("supplier", "x", "why"),
            ("plan", "x" * 81, "why"),
        ],
    )
    def test_is_refused_with_a_sentence(self, read, field, value, reason):
        read("2026-03-02")
        with pytest.raises(NotCorrect, match=r"\.$"):
            write(field, value, reason)
        assert not ContractEdit.objects.exists()


def test_it_stands_on_the_tools_page_and_is_corrected_on_its_own(read, signed_in):
    read("2026-03-02")
    rollups.apply()
    browser = signed_in(Role.PROCUREMENT)
    address = reverse("contract", args=[only().key])
    page = browser.get(reverse("tool", args=["openai/chatgpt"]))
    assert address in page.content.decode()
    assert "a year" in words_of(page)
    posted = browser.post(address, {"field": "end", "value": "2027-01-31", "reason": "as signed"})
    assert posted.status_code == 302
    edit = ContractEdit.objects.get()
    assert (edit.value, edit.stated, edit.reason) == ("2027-01-31", "2026-12-31", "as signed")
    assert "as signed" in words_of(browser.get(address))
    assert browser.post(address, {"field": "end", "value": "soon", "reason": "x"}).status_code == 422
    assert signed_in(Role.AUDITOR).post(address, {"field": "end", "reason": "x"}).status_code == 403
