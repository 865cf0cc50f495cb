"""Deciding as pages: one tool, many at once, the history, and undo."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inventory import rollups
from inventory.access import Action, Role, may
from inventory.deciding import tags_as_text, tags_in
from inventory.decision_words import changes
from inventory.decisions import WrongDecision
from inventory.granting import set_access
from inventory.models import DecisionBatch, Tool, ToolDecision
from tests.inventory import rows

pytestmark = [pytest.mark.django_db, pytest.mark.once]

KEY = "openai/chatgpt"
PAGE = reverse("tool", args=[KEY])
DECIDE = reverse("decide_one", args=[KEY])
BULK = reverse("decide_many")
NEXT_YEAR = (timezone.now() + timedelta(days=300)).date().isoformat()


@pytest.fixture
def chatgpt() -> Tool:
    rows.product(KEY, "ChatGPT", capability="chat")
    ada = rows.person("ada@corp.example", "Engineering", name="Ada Byron")
    rows.spend(rows.descriptor(KEY), "20", date(2026, 3, 4), person=ada, department="Engineering")
    rollups.apply()
    return Tool.objects.get()


def limited(departments: list[str]) -> Client:
    user = get_user_model().objects.create_user("lim@corp.example", "lim@corp.example", "a password")
    user.groups.add(Group.objects.get_or_create(name=Role.SECURITY.value)[0])
    set_access(user, roles=[Role.SECURITY], departments=departments, actor="hanna", reason="leads it")
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def words_of(response) -> str:
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def form(**filled_in: object) -> dict[str, object]:
    return {"status": "discovered", "reason": "contract signed", **filled_in}


def test_a_tool_is_restricted_with_conditions_scope_owners_and_tags(signed_in, chatgpt):
    client = signed_in(Role.SECURITY)
    response = client.post(
        DECIDE,
        form(
            status="restricted",
            conditions="Business workspace only.",
            allowed_departments=["Engineering"],
            allowed_data=["public"],
            review_due=NEXT_YEAR,
            owner="Priya@corp.example",
            technical_owner="olu@corp.example",
            tags="contract = C-2291, team = all",
        ),
        follow=True,
    )
    words = words_of(response)
    assert "ChatGPT: decided." in words
    assert "Business workspace only. Only for Engineering. Only with this data: Public." in words
    assert "Status: Restricted" in words
    assert "contract signed" in words
    assert "security@corp.example" in words
    tool = Tool.objects.get()
    assert (tool.status, tool.owner, tool.technical_owner) == (
        "restricted",
        "priya@corp.example",
        "olu@corp.example",
    )
    assert tool.tags == {"contract": "C-2291", "team": "all"}
    assert tool.review_due.isoformat() == NEXT_YEAR


def test_every_decision_that_lets_or_forbids_gets_a_review_date(signed_in, chatgpt):
    signed_in(Role.SECURITY).post(DECIDE, form(status="prohibited"))
    assert Tool.objects.get().review_due > timezone.localdate()


def test_what_cannot_be_decided_is_said_and_what_was_filled_in_stays(signed_in, chatgpt):
    client = signed_in(Role.SECURITY)
    words = words_of(client.post(DECIDE, form(status="restricted", tags="team = sales")))
    assert "cannot be restricted without saying how" in words
    response = client.post(DECIDE, form(status="sanctioned", reason=" ", owner="priya@corp.example"))
    assert "Say why" in words_of(response)
    assert 'value="priya@corp.example"' in response.content.decode()
    assert "“2026-02-31” is no day" in words_of(client.post(DECIDE, form(review_due="2026-02-31")))
    assert "“team” is no tag" in words_of(client.post(DECIDE, form(tags="team")))
    assert "“x” is no status" in words_of(client.post(DECIDE, form(status="x")))
    assert not DecisionBatch.objects.exists()


def test_the_form_takes_away_what_is_emptied_and_leaves_what_stays(signed_in, chatgpt):
    client = signed_in(Role.SECURITY)
    client.post(DECIDE, form(status="sanctioned", owner="a@corp.example", tags="a = 1, b = 2"))
    due = Tool.objects.get().review_due
    client.post(DECIDE, form(status="sanctioned", owner="", tags="b = 2", review_due=due.isoformat()))
    tool = Tool.objects.get()
    assert (tool.owner, tool.tags, tool.review_due) == ("", {"b": "2"}, due)
    assert set(ToolDecision.objects.order_by("-pk").first().after) == {"owner", "owner_until", "tags"}


def test_a_decision_is_undone_from_the_message_that_tells_of_it(signed_in, chatgpt):
    client = signed_in(Role.PROCUREMENT)
    response = client.post(DECIDE, form(status="sanctioned"), follow=True)
    batch = DecisionBatch.objects.get()
    assert f'action="{reverse("undo_batch", args=[batch.pk])}"' in response.content.decode()
    words = words_of(client.post(reverse("undo_batch", args=[batch.pk]), follow=True))
    assert "Undone: 1 tool is as it was." in words
    assert Tool.objects.get().status == "discovered"
    again = words_of(client.post(reverse("undo_batch", args=[batch.pk]), follow=True))
    assert "has undone this decision already" in again


def test_who_undoes_goes_back_to_the_page_and_nowhere_else(signed_in, chatgpt):
    client = signed_in(Role.SECURITY)
    for sent, arrived in (("/triage/", "/triage/"), ("https://elsewhere.example/", None)):
        client.post(DECIDE, form(status="sanctioned"))
        batch = DecisionBatch.objects.order_by("-pk").first()
        response = client.post(reverse("undo_batch", args=[batch.pk]), {"next": sent})
        undoing = DecisionBatch.objects.get(undoes=batch)
        assert response["Location"] == (arrived or reverse("batch", args=[undoing.pk]))


def test_undo_never_overwrites_what_somebody_decided_since(signed_in, chatgpt):
    client = signed_in(Role.SECURITY)
    client.post(DECIDE, form(status="sanctioned"))
    first = DecisionBatch.objects.get()
    client.post(DECIDE, form(status="prohibited", reason="it trains on our data"))
    words = words_of(client.post(reverse("undo_batch", args=[first.pk]), follow=True))
    assert "changed since this decision" in words
    assert Tool.objects.get().status == "prohibited"


def test_who_decides_and_who_reads_what_was_decided(signed_in, chatgpt):
    signed_in(Role.SECURITY).post(DECIDE, form(status="sanctioned"))
    auditor = signed_in(Role.AUDITOR)
    words = words_of(auditor.get(f"{PAGE}?tab=decisions"))
    assert "Status: Sanctioned" in words
    assert "Decide about it" not in words
    assert auditor.post(DECIDE, form(status="prohibited")).status_code == 403
    assert auditor.post(BULK, {}).status_code == 403
    batch = DecisionBatch.objects.get()
    assert "Undo it" not in words_of(auditor.get(reverse("batch", args=[batch.pk])))
    assert auditor.post(reverse("undo_batch", args=[batch.pk])).status_code == 403
    assert Tool.objects.get().status == "sanctioned"


def test_a_reader_of_some_departments_reads_decisions_of_their_tools_and_takes_none(signed_in, chatgpt):
    signed_in(Role.SECURITY).post(DECIDE, form(status="sanctioned"))
    reader = limited(["Engineering"])
    assert "Status: Sanctioned" in words_of(reader.get(f"{PAGE}?tab=decisions"))
    assert 'name="tool"' not in reader.get(reverse("tools")).content.decode()
    assert reader.post(DECIDE, form(status="prohibited")).status_code == 403
    assert reader.get(reverse("batches")).status_code == 403
    user = get_user_model().objects.get(email="lim@corp.example")
    assert not may(user, Action.DECIDE)


def test_who_decides_without_the_right_to_names_sees_none(signed_in, chatgpt):
    text = words_of(signed_in(Role.ADMINISTRATOR).get(f"{PAGE}?tab=decisions"))
    assert "Decide" in text
    assert "Ada" not in text
    assert "1–4" in text


# --- many at once -----------------------------------------------------------------------------------


def many(count: int) -> list[str]:
    made = Tool.objects.bulk_create(
        [
            Tool(
                key=f"maker{n}/tool",
                vendor=f"maker{n}",
                first_seen=date(2026, 3, 1),
                last_seen=date(2026, 3, 4),
            )
            for n in range(count)
        ]
    )
    return [tool.key for tool in made]


def test_the_marked_rows_are_decided_in_one_batch_and_undone_in_one_go(signed_in):
    one, two, three = many(3)
    client = signed_in(Role.PROCUREMENT)
    response = client.post(
        BULK,
        {
            "tool": [one, two],
            "which": "chosen",
            "status": "sanctioned",
            "owner": "priya@corp.example",
            "tags": "team = sales",
            "reason": "bought last year",
        },
        follow=True,
    )
    assert "2 tools were decided about." in words_of(response)
    decided = Tool.objects.filter(status="sanctioned", owner="priya@corp.example", tags={"team": "sales"})
    assert set(decided.values_list("key", flat=True)) == {one, two}
    batch = DecisionBatch.objects.get()
    assert "bought last year" in words_of(client.get(reverse("batches")))
    assert "Sanctioned" in words_of(client.get(reverse("batch", args=[batch.pk])))
    client.post(reverse("undo_batch", args=[batch.pk]), {"reason": "wrong list"})
    assert set(Tool.objects.values_list("status", "owner")) == {("discovered", "")}
    assert "undone" in words_of(client.get(reverse("batches")))
    assert three not in ToolDecision.objects.values_list("tool", flat=True)


def test_all_that_the_filter_matches_are_decided_and_no_other(signed_in):
    many(3)
    Tool.objects.create(key="other/tool", vendor="other", status="sanctioned")
    client = signed_in(Role.SECURITY)
    address = "status=discovered"
    said = client.post(
        BULK,
        {"which": "all", "address": address, "matching": "3", "status": "prohibited", "reason": "not needed"},
    )
    assert said["Location"] == f"{reverse('tools')}?{address}"
    assert Tool.objects.filter(status="prohibited").count() == 3
    assert Tool.objects.get(key="other/tool").status == "sanctioned"


def test_a_list_that_changed_meanwhile_is_looked_at_again(signed_in):
    many(3)
    client = signed_in(Role.SECURITY)
    response = client.post(
        BULK, {"which": "all", "matching": "2", "status": "prohibited", "reason": "r"}, follow=True
    )
    assert "The list has changed: 3 tools match now" in words_of(response)
    assert "No tool is chosen" in words_of(
        client.post(BULK, {"which": "chosen", "status": "prohibited", "reason": "r"}, follow=True)
    )
    assert "Nothing is decided" in words_of(
        client.post(BULK, {"which": "chosen", "tool": "maker1/tool", "reason": "r"}, follow=True)
    )
    assert not DecisionBatch.objects.exists()


def test_five_hundred_tools_are_decided_within_five_seconds_in_as_many_queries_as_a_hundred(signed_in):
    many(500)
    client = signed_in(Role.SECURITY)
    asked = []
    for number in (100, 500):
        keys = [f"maker{n}/tool" for n in range(number)]
        filled_in = {"tool": keys, "status": "sanctioned", "tags": f"n = {number}", "reason": "known"}
        with CaptureQueriesContext(connection) as captured:
            begun = time.perf_counter()
            client.post(BULK, filled_in)
            assert time.perf_counter() - begun < 5
        asked.append(len(captured))
    assert Tool.objects.filter(status="sanctioned").count() == 500
    assert asked[1] <= asked[0] + 8
    assert asked[1] < 40


def test_tags_are_written_in_one_field_and_read_back():
    assert tags_in(" team = sales,contract=C-1; old = \n") == {"team": "sales", "contract": "C-1", "old": ""}
    assert tags_as_text({"a": "1", "b": "2"}) == "a = 1, b = 2"
    with pytest.raises(WrongDecision, match="“team” is no tag"):
        tags_in("team")


def test_a_change_is_told_in_words_and_what_follows_from_it_is_not():
    told = changes(
        {"status": "discovered", "status_since": None, "review_due": None, "tags": {}},
        {
            "status": "restricted",
            "status_since": "2026-06-01",
            "review_due": "2027-06-01",
            "tags": {"a": "1"},
        },
    )
    assert [(str(one.name), one.before, one.after) for one in told] == [
        ("Status", "Not yet decided", "Restricted"),
        ("To be reviewed by", "", "1 Jun 2027"),
        ("Tags", "", "a = 1"),
    ]
