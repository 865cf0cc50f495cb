from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from discovery.changes import tools_changed
from discovery.models import Purchase, Record
from inventory import rollups
from inventory.decisions import REVIEW_AFTER, Change, ChangedSince, WrongDecision, decide, log_of, undo
from inventory.models import DecisionBatch, Tool, ToolDecision
from tests.inventory import rows

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
WHO = {"actor": "Tomasz Wieczorek", "reason": "Contract signed, training off."}


def tool(key: str, **columns: object) -> Tool:
    return Tool.objects.create(key=key, vendor=key.partition("/")[0], **columns)


def tools(count: int) -> list[str]:
    made = Tool.objects.bulk_create([Tool(key=f"maker{n}/tool", vendor=f"maker{n}") for n in range(count)])
    return [one.key for one in made]


def columns(key: str) -> dict[str, object]:
    names = ("status", "conditions", "allowed_departments", "allowed_data", "review_due", "owner", "tags")
    return Tool.objects.values(*names).get(key=key)


def test_a_decision_is_stored_and_logged_with_who_when_before_after_and_why():
    tool("openai/chatgpt", owner="old@corp.example", tags={"team": "all"})
    change = Change(
        status="restricted",
        conditions=" Business workspace only. ",
        allowed_departments=["Sales", "Legal"],
        allowed_data=["public", "internal"],
        review_due=date(2026, 12, 3),
        owner="Priya@Corp.example",
        tags={"contract": "C-2291"},
    )

    batch = decide(["openai/chatgpt"], change, **WHO, now=NOW)

    assert columns("openai/chatgpt") == {
        "status": "restricted",
        "conditions": "Business workspace only.",
        "allowed_departments": ["Legal", "Sales"],
        "allowed_data": ["internal", "public"],
        "review_due": date(2026, 12, 3),
        "owner": "priya@corp.example",
        "tags": {"contract": "C-2291", "team": "all"},
    }
    (row,) = log_of("openai/chatgpt")
    assert row.batch == batch
    assert (row.batch.actor, row.batch.reason, row.batch.made_at) == (*WHO.values(), NOW)
    assert row.before == {
        "status": "discovered",
        "status_since": None,
        "conditions": "",
        "allowed_departments": [],
        "allowed_data": [],
        "review_due": None,
        "owner": "old@corp.example",
        "tags": {"team": "all"},
    }
    assert row.after["status"] == "restricted"
    assert row.after["status_since"] == "2026-06-01"


def test_what_a_decision_does_not_name_stays():
    tool("deepl/translator", owner="ada@corp.example", conditions="Only texts.", tags={"a": "1", "b": "2"})
    decide(["deepl/translator"], Change(tags={"a": "", "c": "3"}), **WHO, now=NOW)
    assert columns("deepl/translator") == {
        "status": "discovered",
        "conditions": "Only texts.",
        "allowed_departments": [],
        "allowed_data": [],
        "review_due": None,
        "owner": "ada@corp.example",
        "tags": {"b": "2", "c": "3"},
    }


def test_what_lets_or_forbids_is_reviewed_after_a_year_unless_a_later_day_stands():
    tool("openai/chatgpt")
    tool("deepl/translator", review_due=date(2028, 1, 1))
    tool("otter/notes", review_due=date(2026, 5, 1))
    decide(["openai/chatgpt", "deepl/translator", "otter/notes"], Change(status="sanctioned"), **WHO, now=NOW)
    assert dict(Tool.objects.values_list("key", "review_due")) == {
        "openai/chatgpt": NOW.date() + REVIEW_AFTER,
        "deepl/translator": date(2028, 1, 1),
        "otter/notes": NOW.date() + REVIEW_AFTER,
    }


def test_a_tool_without_owner_says_since_when():
    one = tool("openai/chatgpt", first_seen=date(2026, 2, 1), last_seen=date(2026, 2, 1))
    assert one.unowned_since == date(2026, 2, 1)
    decide([one.key], Change(owner="ada@corp.example"), **WHO, now=NOW)
    one.refresh_from_db()
    assert one.unowned_since is None
    decide([one.key], Change(owner=""), **WHO, now=LATER)
    one.refresh_from_db()
    assert one.unowned_since == LATER.date()


def test_500_tools_are_decided_and_undone_in_a_few_dozen_statements():
    keys = tools(500)
    change = Change(status="sanctioned", owner="ada@corp.example", tags={"wave": "1"})
    with CaptureQueriesContext(connection) as done:
        batch = decide(keys, change, **WHO, now=NOW)
        undo(batch, actor="Ilse", reason="wrong list", now=LATER)
    assert len(done) < 100
    assert batch.decisions.count() == 500
    assert not Tool.objects.exclude(status="discovered", owner="", tags={}, review_due=None).exists()


def test_a_batch_takes_as_many_queries_for_fifty_tools_as_for_one():
    keys = tools(52)
    decide(keys[:1], Change(status="prohibited"), **WHO, now=NOW)
    counts = []
    for some in (keys[1:2], keys[2:]):
        with CaptureQueriesContext(connection) as done:
            decide(some, Change(status="prohibited"), **WHO, now=NOW)
        counts.append(len(done))
    assert counts[0] == counts[1] < 40


def test_undoing_puts_everything_back_and_is_itself_logged():
    tool("openai/chatgpt", owner="ada@corp.example", tags={"a": "1"})
    tool("deepl/translator")
    before = {key: columns(key) for key in ("openai/chatgpt", "deepl/translator")}
    change = Change(status="prohibited", owner="bob@corp.example", tags={"a": "2"})
    batch = decide(before, change, **WHO, now=NOW)

    undone = undo(batch, actor="Ilse Brandt", reason="wrong list", now=LATER)

    assert {key: columns(key) for key in before} == before
    assert (undone.undoes, undone.actor, undone.reason) == (batch, "Ilse Brandt", "wrong list")
    assert [(row.batch, row.after.get("status")) for row in log_of("deepl/translator")] == [
        (undone, "discovered"),
        (batch, "prohibited"),
    ]


def test_an_undo_can_be_undone_and_nothing_is_undone_twice():
    tool("openai/chatgpt")
    batch = decide(["openai/chatgpt"], Change(status="sanctioned"), **WHO, now=NOW)
    undone = undo(batch, **WHO, now=LATER)
    undo(undone, **WHO, now=LATER)
    assert columns("openai/chatgpt")["status"] == "sanctioned"
    with pytest.raises(WrongDecision, match="Tomasz Wieczorek has undone this decision already"):
        undo(batch, **WHO, now=LATER)


def test_an_undo_overwrites_nothing_that_somebody_changed_since_and_says_which():
    for key in ("openai/chatgpt", "deepl/translator"):
        tool(key)
    batch = decide(["openai/chatgpt", "deepl/translator"], Change(status="prohibited"), **WHO, now=NOW)
    decide(["deepl/translator"], Change(status="sanctioned"), actor="Ilse", reason="needed", now=LATER)
    with pytest.raises(ChangedSince, match="deepl/translator changed since") as refused:
        undo(batch, **WHO, now=LATER)
    assert refused.value.tools == ["deepl/translator"]
    assert columns("openai/chatgpt")["status"] == "prohibited"
    assert DecisionBatch.objects.count() == 2


def test_an_undo_leaves_alone_what_others_decided_about_other_things():
    tool("openai/chatgpt")
    batch = decide(["openai/chatgpt"], Change(status="prohibited"), **WHO, now=NOW)
    decide(["openai/chatgpt"], Change(owner="ada@corp.example"), actor="Ilse", reason="hers", now=LATER)
    undo(batch, **WHO, now=LATER)
    assert columns("openai/chatgpt")["status"] == "discovered"
    assert columns("openai/chatgpt")["owner"] == "ada@corp.example"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(), "nothing is decided"),
        (Change(status="banned"), "banned is no status"),
        (Change(status="restricted"), "cannot be restricted without saying how"),
        (Change(review_due=date(2026, 6, 1)), "not in the future"),
        (Change(owner="Ada"), "ada is no e-mail address"),
        (Change(allowed_data=["secret"]), "secret is no class of data"),
        (Change(tags={"": "x"}), "a tag has a name"),
        (Change(status="discovered"), "so already"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_in_one_sentence(change, words):
    tool("openai/chatgpt")
    with pytest.raises(WrongDecision, match=words):
        decide(["openai/chatgpt"], change, **WHO, now=NOW)
    assert not DecisionBatch.objects.exists()


def test_a_decision_says_who_and_why_and_about_what():
    tool("openai/chatgpt")
    change = Change(status="sanctioned")
    with pytest.raises(WrongDecision, match="say why"):
        decide(["openai/chatgpt"], change, actor="Tomasz", reason=" ", now=NOW)
    with pytest.raises(WrongDecision, match="say who"):
        decide(["openai/chatgpt"], change, actor="", reason="why not", now=NOW)
    with pytest.raises(WrongDecision, match="the inventory has no nobody/knows"):
        decide(["openai/chatgpt", "nobody/knows"], change, **WHO, now=NOW)
    assert columns("openai/chatgpt")["status"] == "discovered"


def test_the_log_can_be_added_to_and_nothing_else():
    tool("openai/chatgpt")
    batch = decide(["openai/chatgpt"], Change(status="sanctioned"), **WHO, now=NOW)
    batch.reason = "another"
    row = batch.decisions.get()
    for change in (
        batch.save,
        batch.delete,
        row.delete,
        DecisionBatch.objects.all().delete,
        lambda: ToolDecision.objects.update(after={}),
    ):
        with pytest.raises(TypeError, match="is a log"):
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        DecisionBatch.objects.create(actor="Tomasz", reason="", made_at=NOW)


def test_no_scan_changes_a_decision_and_no_tool_that_was_decided_about_goes():
    chat, notes = rows.descriptor("openai/chatgpt"), rows.descriptor("otter/notes")
    rows.spend(chat)
    rows.spend(notes)
    rollups.apply()
    batch = decide(
        ["openai/chatgpt"], Change(conditions="No customer data.", tags={"a": "b"}), **WHO, now=NOW
    )
    rows.spend(chat, "5")
    rollups.apply()
    assert columns("openai/chatgpt")["conditions"] == "No customer data."
    undo(batch, **WHO, now=LATER)
    Record.objects.update(current=False)
    Purchase.objects.all().delete()
    tools_changed(["openai/chatgpt", "otter/notes"])

    rollups.apply()

    assert list(Tool.objects.values_list("key", flat=True)) == ["openai/chatgpt"]
