from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from discovery.models import DirectoryEntry, Person
from inventory import rollups
from inventory.decisions import Change, WrongDecision, decide, log_of
from inventory.models import Tool
from inventory.ownership import (
    OwnerFacts,
    Reason,
    Suggestion,
    accept_ownership,
    hand_on,
    legacies,
    suggest,
    suggestions,
)
from tests.inventory import rows

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


def test_the_strongest_reason_decides_the_order_and_then_who_was_first():
    facts = OwnerFacts(
        requesters={"req@x.example": date(2026, 5, 1)},
        payers={"late@x.example": date(2026, 3, 1), "first@x.example": date(2026, 1, 1)},
        administrators=["admin@x.example"],
        leads=["lead@x.example"],
        declarers={"decl@x.example": date(2025, 1, 1)},
    )
    assert [one.email.partition("@")[0] for one in suggestions(facts)] == [
        "req",
        "first",
        "late",
        "admin",
        "lead",
        "decl",
    ]


def test_somebody_with_several_reasons_is_suggested_once_with_all_of_them():
    ada = "ada@x.example"
    facts = OwnerFacts(payers={ada: date(2026, 1, 1)}, leads=[ada], administrators=[ada])
    assert suggestions(facts) == [Suggestion(ada, (Reason.PAYER, Reason.ADMINISTRATOR, Reason.LEAD))]
    assert suggestions(OwnerFacts()) == []


def test_every_reason_is_a_sentence():
    assert all(str(reason.sentence).endswith(".") for reason in Reason)


def suggested(key: str) -> list[tuple[str, list[Reason]]]:
    rollups.apply()
    found = suggest(Tool.objects.all())[key]
    return [(one.email.partition("@")[0], list(one.reasons)) for one in found]


@pytest.mark.django_db
def test_suggestions_come_from_purchases_the_directory_and_decisions():
    chat = rows.descriptor("openai/chatgpt")
    ada, bob, cleo = (rows.person(f"{name}@corp.example", "Sales") for name in ("ada", "bob", "cleo"))
    rows.person("lead@corp.example", "Board")
    rows.person("admin@corp.example", "IT")
    for person, manager in ((ada, "Lead@corp.example"), (bob, "lead@corp.example"), (cleo, "other")):
        entry = rows.directory_entry(person.email, True, "2026-01-01T00:00:00Z")
        DirectoryEntry.objects.filter(pk=entry.pk).update(department="Sales", manager=manager)
    rows.spend(chat, "500", date(2026, 2, 1), person=bob, door="procurement")
    rows.spend(chat, "20", date(2026, 3, 1), person=cleo)
    rows.spend(chat, "20", date(2026, 1, 9), person=ada)
    rollups.apply()
    Tool.objects.update(technical_owner="admin@corp.example")
    assert suggested("openai/chatgpt") == [
        ("bob", [Reason.REQUESTER]),
        ("ada", [Reason.PAYER]),
        ("cleo", [Reason.PAYER]),
        ("admin", [Reason.ADMINISTRATOR]),
        ("lead", [Reason.LEAD]),
    ]


@pytest.mark.django_db
def test_nobody_who_left_is_suggested():
    chat = rows.descriptor("openai/chatgpt")
    gone = rows.person("gone@corp.example", "Sales", active=False)
    boss = rows.person("boss@corp.example", active=False)
    rows.spend(chat, "20", person=gone)
    entry = rows.directory_entry(gone.email, True, "")
    DirectoryEntry.objects.filter(pk=entry.pk).update(department="Sales", manager=boss.email)
    assert suggested("openai/chatgpt") == []


@pytest.mark.django_db
def test_a_refund_makes_nobody_a_payer():
    rows.spend(rows.descriptor("openai/chatgpt"), "-20", person=rows.person("ada@corp.example"))
    assert suggested("openai/chatgpt") == []


@pytest.mark.django_db
def test_accepting_is_a_decision_of_who_was_asked_and_handing_on_one_of_who_does_it():
    rows.spend(rows.descriptor("openai/chatgpt"))
    rollups.apply()
    accept_ownership("openai/chatgpt", "ada@corp.example", reason="I asked for it.", now=NOW)
    hand_on(["openai/chatgpt"], "bob@corp.example", actor="ada@corp.example", reason="Bob runs it.", now=NOW)
    hand_on(["openai/chatgpt"], "cleo@corp.example", technical=True, actor="IT", reason="Runs it.", now=NOW)
    tool = Tool.objects.get()
    assert (tool.owner, tool.technical_owner) == ("bob@corp.example", "cleo@corp.example")
    assert [(row.batch.actor, row.after) for row in log_of(tool.key)] == [
        ("IT", {"technical_owner": "cleo@corp.example"}),
        ("ada@corp.example", {"owner": "bob@corp.example"}),
        ("ada@corp.example", {"owner": "ada@corp.example"}),
    ]
    with pytest.raises(WrongDecision, match="no e-mail address"):
        hand_on([tool.key], "nobody", actor="ada@corp.example", reason="?", now=NOW)


@pytest.mark.django_db
def test_what_a_leaver_leaves_behind_is_listed_with_who_could_take_it():
    gone = rows.person("gone@corp.example")
    other = rows.person("other@corp.example")
    keys = ("openai/chatgpt", "deepl/translator", "otter/notes", "jasper/jasper", "cursor/cursor")
    for key in keys:
        rows.spend(rows.descriptor(key), person=gone)
    rows.spend(rows.descriptor("otter/notes", form="again"), person=other)
    rollups.apply()
    who = {"actor": "Ilse", "reason": "agreed", "now": NOW}
    decide(["openai/chatgpt"], Change(owner=gone.email), **who)
    decide(["deepl/translator"], Change(technical_owner=gone.email, owner=other.email), **who)
    decide(["cursor/cursor"], Change(owner=gone.email, status="retired"), **who)
    assert legacies() == []

    Person.objects.filter(pk=gone.pk).update(active=False)

    assert [(one.tool.key, one.business, one.technical, one.sole_payer) for one in legacies()] == [
        ("deepl/translator", False, True, True),
        ("jasper/jasper", False, False, True),
        ("openai/chatgpt", True, False, True),
    ]
    assert legacies([other.email]) == []
    assert len(legacies(["Gone@corp.example"])) == 3


@pytest.mark.django_db
def test_suggestions_take_as_many_queries_for_fifty_tools_as_for_one():
    for number in range(50):
        rows.spend(rows.descriptor(f"maker{number}/tool"), person=rows.person(f"p{number}@corp.example"))
    rollups.apply()
    tools = list(Tool.objects.all())
    counts = []
    for some in (tools[:1], tools):
        with CaptureQueriesContext(connection) as done:
            assert all(suggest(some).values())
        counts.append(len(done))
    assert counts == [5, 5]
