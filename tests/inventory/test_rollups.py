from __future__ import annotations

from collections import defaultdict
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from discovery.changes import tools_changed
from discovery.models import ChangedTool, Descriptor, Purchase, Record, Scan
from inventory import rollups
from inventory.models import Tool, ToolMonth, ToolPerson, ToolSpend, ToolStatus
from tests.inventory import rows

pytestmark = pytest.mark.django_db


def stored() -> dict[str, tuple]:
    """All figures as plain values, without the database's numbers."""
    return {
        tool.key: (
            tool.vendor,
            tool.people_count,
            tool.people_unresolved,
            tool.first_seen,
            tool.last_seen,
            tool.spend,
            tool.doors,
            tool.sources,
            tool.departments,
            tool.plan,
            sorted(
                tool.months.values_list(
                    "month", "department", "door", "currency", "amount", "purchases", "merchant_currency"
                )
            ),
            sorted(tool.spend_months.values_list("month", "currency", "amount")),
            sorted(tool.people.values_list("person__email", flat=True)),
        )
        for tool in Tool.objects.all()
    }


def test_months_without_their_parts_say_the_same():
    chat = rows.descriptor("openai/chatgpt")
    rows.spend(chat, "20", date(2026, 3, 4), department="Engineering")
    rows.spend(chat, "5", date(2026, 3, 9), department="Sales", door="employee_expense")
    rows.spend(chat, "-1", date(2026, 3, 20))  # a refund
    rows.spend(chat, "9", date(2026, 3, 4), currency="USD")
    rollups.apply()
    months = ToolSpend.objects.order_by("currency").values_list("month", "currency", "amount")
    assert list(months) == [("2026-03", "EUR", 24_000_000), ("2026-03", "USD", 9_000_000)]
    rows.spend(chat, "1", date(2026, 3, 21))
    rollups.apply()
    assert ToolSpend.objects.get(currency="EUR").amount == 25_000_000
    Record.objects.all().delete()
    Purchase.objects.all().delete()
    tools_changed(["openai/chatgpt"])
    rollups.apply()
    assert not ToolSpend.objects.exists()


def test_an_installation_that_is_brought_up_to_date_has_these_months_at_once():
    rows.spend(rows.descriptor("openai/chatgpt"), "20", date(2026, 3, 4), department="Engineering")
    rollups.apply()
    kept = list(ToolSpend.objects.values_list("tool", "month", "currency", "amount"))
    ToolSpend.objects.all().delete()
    import_module("inventory.migrations.0005_tool_spend").sum_months(apps, None)
    assert list(ToolSpend.objects.values_list("tool", "month", "currency", "amount")) == kept


def test_a_tool_says_who_what_when_and_how_much():
    ada = rows.person("ada@corp.example", "Engineering")
    bob = rows.person("bob@corp.example", "Sales")
    chat = rows.descriptor("openai/chatgpt", plan="team")
    rows.spend(chat, "20", date(2026, 3, 4), person=ada, department="Engineering")
    rows.spend(chat, "25.50", date(2026, 3, 9), person=ada, department="Engineering")
    rows.spend(chat, "-20", date(2026, 4, 1), currency="USD", door="procurement")
    rows.presence(chat, date(2026, 2, 2), person=bob)
    rows.presence(chat, date(2026, 5, 4), person=bob, attempt=True)

    rollups.apply()

    tool = Tool.objects.get()
    assert (tool.key, tool.product, tool.vendor) == ("openai/chatgpt", "openai/chatgpt", "openai")
    assert tool.people_count == 2
    assert (tool.first_seen, tool.last_seen) == (date(2026, 2, 2), date(2026, 4, 1))
    assert tool.spend == {"EUR": 45_500_000, "USD": -20_000_000}
    assert tool.doors == ["procurement", "corporate_card"]
    assert tool.sources == ["cards", "okta"]
    assert tool.departments == ["Engineering", "Sales"]
    assert tool.plan == "team"
    march = tool.months.get(month="2026-03")
    assert (march.amount, march.purchases, march.department) == (45_500_000, 2, "Engineering")
    assert not ChangedTool.objects.exists()


def test_a_tool_that_costs_nothing_names_the_door_it_came_through():
    rows.presence(rows.descriptor("deepl/translator"))
    rows.grant(rows.descriptor("otter/notes"))
    rollups.apply()
    assert Tool.objects.get(key="deepl/translator").doors == ["sso"]
    assert Tool.objects.get(key="otter/notes").doors == ["grant"]


def test_attempts_alone_are_no_use_and_no_tool():
    rows.presence(rows.descriptor("openai/chatgpt"), attempt=True, person=rows.person("eve@corp.example"))
    rollups.apply()
    assert not Tool.objects.exists()


def test_what_waits_for_a_person_is_no_tool():
    rows.spend(rows.descriptor("jasper/jasper", Descriptor.State.REVIEW))
    rollups.apply()
    assert not Tool.objects.exists()


def test_superseded_records_do_not_count():
    rows.spend(rows.descriptor("openai/chatgpt"), current=False)
    Purchase.objects.all().delete()
    rollups.apply()
    assert not Tool.objects.exists()


def test_a_record_that_tells_the_vendor_only_follows_its_purchase():
    chat, bare = rows.descriptor("openai/chatgpt"), rows.descriptor("openai")
    card = rows.spend(chat)
    rows.spend(bare, purchase=card.purchase, source=rows.source("bank", "bank"))
    rollups.apply()
    assert list(Tool.objects.values_list("key", "sources")) == [("openai/chatgpt", ["bank", "cards"])]


def test_where_only_the_vendor_is_known_the_vendor_is_the_tool():
    rows.spend(rows.descriptor("openai"))
    rollups.apply()
    tool = Tool.objects.get()
    assert (tool.key, tool.product) == ("openai", "")


def test_cards_logins_and_names_of_nobody_known_are_counted_once_each():
    chat = rows.descriptor("openai/chatgpt")
    for card in ("**** 1", "**** 1", "**** 2"):
        rows.spend(chat, card=card)
    rows.presence(chat, login="ghost")
    rows.spend(chat)  # a bank transfer has no hint of a person at all
    rollups.apply()
    assert Tool.objects.get().people_unresolved == 3


def test_net_is_unknown_where_one_purchase_does_not_state_it():
    chat = rows.descriptor("openai/chatgpt")
    rows.spend(chat, "119", net=100_000_000, tax=19_000_000)
    rows.spend(chat, "20")
    rollups.apply()
    month = ToolMonth.objects.get()
    assert (month.amount, month.net, month.tax) == (139_000_000, None, None)


def test_a_tool_without_evidence_goes_unless_somebody_decided_about_it():
    rows.spend(rows.descriptor("openai/chatgpt"))
    rows.spend(rows.descriptor("openai/api"))
    rollups.apply()
    Tool.objects.filter(key="openai/api").update(status=ToolStatus.SANCTIONED)
    Record.objects.update(current=False)
    Purchase.objects.all().delete()
    tools_changed(["openai/chatgpt", "openai/api"])

    rollups.apply()

    kept = Tool.objects.get()
    assert (kept.key, kept.status, kept.spend) == ("openai/api", ToolStatus.SANCTIONED, {})
    assert not kept.months.exists()
    assert not ToolPerson.objects.exists()


def test_new_figures_never_touch_a_decision():
    chat = rows.descriptor("openai/chatgpt")
    rows.spend(chat)
    rollups.apply()
    Tool.objects.update(status=ToolStatus.RESTRICTED, owner="ada@corp.example")
    rows.spend(chat, "5")
    rollups.apply()
    tool = Tool.objects.get()
    assert (tool.status, tool.owner, tool.spend) == ("restricted", "ada@corp.example", {"EUR": 25_000_000})


def test_a_finished_scan_is_taken_once_and_an_unfinished_one_waits():
    done, reading = rows.scan(), rows.scan(state=Scan.State.READING)
    assert rollups.apply() == 1
    assert rollups.apply() == 0
    done.refresh_from_db()
    reading.refresh_from_db()
    assert done.applied_at is not None
    assert reading.applied_at is None


def test_a_change_while_figures_are_worked_out_is_not_lost(monkeypatch):
    chat = rows.descriptor("openai/chatgpt")
    rows.spend(chat)
    work_out, late = rollups.figures, []

    def while_somebody_writes(vendors):
        found = work_out(vendors)
        if not late:
            late.append(rows.spend(chat, "5"))
        return found

    monkeypatch.setattr(rollups, "figures", while_somebody_writes)
    rollups.apply()
    assert ChangedTool.objects.count() == 1
    rollups.apply()
    assert Tool.objects.get().spend == {"EUR": 25_000_000}
    assert not ChangedTool.objects.exists()


def test_older_figures_never_replace_newer_ones(monkeypatch):
    chat = rows.descriptor("openai/chatgpt")
    rows.spend(chat)
    work_out, nested = rollups.figures, []

    def while_another_process_is_faster(vendors):
        found = work_out(vendors)
        if not nested:
            nested.append(True)
            rows.spend(chat, "5")
            rollups.apply()
        return found

    monkeypatch.setattr(rollups, "figures", while_another_process_is_faster)
    rollups.apply()
    assert Tool.objects.get().spend == {"EUR": 25_000_000}
    assert not ChangedTool.objects.exists()


@pytest.mark.parametrize("written", [0, 2, 5_000])
def test_long_writings_are_cut_and_each_mark_goes_with_its_figures(monkeypatch, written):
    monkeypatch.setattr(rollups, "_WRITTEN", written)
    for number in range(30):
        rows.spend(rows.descriptor(f"maker{number:02}/tool"), person=rows.person(f"p{number}@corp.example"))
    scans = Scan.objects.count()
    assert rollups.apply() == scans
    assert Tool.objects.filter(people_count=1, spend={"EUR": 20_000_000}).count() == 30
    assert not ChangedTool.objects.exists()
    assert not Scan.objects.filter(applied_at=None).exists()


_TOOLS = ("openai", "openai/chatgpt", "openai/api", "deepl/translator", "otter/notes")
_purchase = st.tuples(
    st.sampled_from(_TOOLS),
    st.integers(-500, 500),
    st.dates(date(2025, 11, 1), date(2026, 2, 28)),
    st.sampled_from(["EUR", "USD"]),
    st.sampled_from(["procurement", "corporate_card"]),
    st.sampled_from(["", "Sales", "Legal"]),
)


class RollupsInPieces(TestCase):
    """Whatever comes in whatever pieces: the figures are the plain sums, and equal a rebuild."""

    @effort(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(pieces=st.lists(st.lists(_purchase, max_size=5), max_size=4), drop=st.booleans())
    def test_figures_equal_plain_sums_and_a_rebuild(self, pieces, drop):
        descriptors = {tool: rows.descriptor(tool) for tool in _TOOLS}
        for piece in pieces:
            for tool, amount, day, currency, door, department in piece:
                rows.spend(descriptors[tool], str(amount), day, currency, door=door, department=department)
            rollups.apply()
        bought = [purchase for piece in pieces for purchase in piece]
        if drop and bought:
            first = Purchase.objects.order_by("pk").first()
            first.records.all().delete()
            first.delete()
            tools_changed([bought[0][0]])
            rollups.apply()
            bought = bought[1:]
        sums = defaultdict(lambda: defaultdict(int))
        for tool, amount, _, currency, _, _ in bought:
            sums[tool][currency] += amount * rows.MICRO
        assert {tool.key: tool.spend for tool in Tool.objects.all()} == sums
        before = stored()
        rollups.rebuild_all()
        assert stored() == before
        Tool.objects.all().delete()
        rollups.rebuild_all()
        assert stored() == before
