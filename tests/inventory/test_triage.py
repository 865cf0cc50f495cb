"""The queue: what waits, in which order, what a first look is, and what is done with a tool from there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from discovery.models import Scan
from inventory import rollups
from inventory.access import Role
from inventory.arrivals import note_arrivals
from inventory.company_time import day_of
from inventory.decisions import WrongDecision
from inventory.flags.keep import check_all
from inventory.models import AnswerOfUser, DecisionBatch, QuestionToUsers, Snooze, Tool, ToolArrival
from inventory.questions_to_users import (
    NotAnswered,
    answer_question,
    answers_by,
    ask_users,
    asked_about,
    questions_for,
    take_back,
)
from inventory.reach import Reach
from inventory.snoozing import snooze, snoozed
from inventory.triage import queue
from tests.inventory import rows
from tests.inventory.test_deciding import limited, words_of

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = day_of(NOW)
TRIAGE = reverse("triage")
EVERYTHING = Reach()
WITHOUT_NAMES = Reach(exact=False)


def act(key: str) -> str:
    return reverse("triage_act", args=[key])


@pytest.fixture
def company():
    """Mail reader of two people, a quiet writer, and a sanctioned tool that does what the writer does."""
    for key, name, job in (
        ("reader/mailer", "Mailer", "mail-help"),
        ("writer/pen", "Pen", "writing"),
        ("good/quill", "Quill", "writing"),
    ):
        rows.product(key, name, capability=job)
    day = TODAY - timedelta(days=10)
    ada = rows.person("ada@corp.example", "Engineering", name="Ada Byron")
    bea = rows.person("bea@corp.example", "Sales", name="Bea Holm")
    mailer = rows.descriptor("reader/mailer")
    for who in (ada, bea):
        rows.grant(mailer, day, person=who, scopes=["https://www.googleapis.com/auth/gmail.readonly"])
    rows.spend(rows.descriptor("writer/pen"), "20", day, person=ada, department="Engineering")
    rows.presence(rows.descriptor("good/quill"), day, person=bea)
    rollups.apply()
    Tool.objects.filter(key="good/quill").update(status="sanctioned", decided_at=NOW)
    check_all(NOW)
    return ada, bea


def order(reach: Reach = EVERYTHING) -> list[str]:
    return [one.key for one in queue(reach, TODAY).waiting]


def test_what_reaches_the_most_comes_first_and_says_why_in_words(signed_in, company):
    assert order() == ["reader/mailer", "writer/pen"]
    words = words_of(signed_in(Role.SECURITY).get(TRIAGE))
    assert "May reach mail" in words
    assert "Trains on what people enter Unknown" in words
    assert "Reaches mail, files, calendars, code or administration" in words


def test_sanctioned_alternatives_stand_beside_the_tool(signed_in, company):
    words = words_of(signed_in(Role.SECURITY).get(TRIAGE, {"tool": "writer/pen"}))
    assert "What they could use instead does the same, decided already Q Quill" in words


def test_names_are_pseudonyms_and_who_may_see_no_people_sees_fives(signed_in, company):
    words = words_of(signed_in(Role.SECURITY).get(TRIAGE))
    assert "Ada" not in words
    assert "person " in words
    words = words_of(signed_in(Role.ADMINISTRATOR).get(TRIAGE))
    assert "Your role sees numbers of people in fives, and not who they are." in words
    assert "1–4" in words
    for hidden in ("Ada", "Engineering", "ada@corp.example", "granted it", "2 people"):
        assert hidden not in words


def test_the_order_tells_no_small_number_of_people(company):
    cara = rows.person("cara@corp.example", "Sales")
    rows.spend(rows.descriptor("writer/pen"), "20", TODAY - timedelta(days=9), person=cara)
    before = [one.weighed.rank for one in queue(WITHOUT_NAMES, TODAY).waiting]
    rollups.apply()
    assert [one.weighed.rank for one in queue(WITHOUT_NAMES, TODAY).waiting] == before


def test_an_auditor_and_who_is_limited_to_departments_do_not_triage(signed_in, company):
    assert signed_in(Role.AUDITOR).get(TRIAGE).status_code == 403
    reader = limited(["Engineering"])
    assert reader.get(TRIAGE).status_code == 403
    assert reader.post(act("writer/pen"), {"act": "sanctioned", "reason": "r"}).status_code == 403
    assert Tool.objects.get(key="writer/pen").status == "discovered"
    assert TRIAGE not in reader.get("/").content.decode()


def test_each_decision_goes_on_to_the_next_tool_and_can_be_undone(signed_in, company):
    client = signed_in(Role.SECURITY)
    filled_in = {
        "act": "restricted",
        "reason": "reads mail",
        "conditions": "No customer mail.",
        "after": "writer/pen",
    }
    response = client.post(act("reader/mailer"), filled_in)
    assert response["Location"] == f"{TRIAGE}?tool=writer%2Fpen"
    tool = Tool.objects.get(key="reader/mailer")
    assert (tool.status, tool.conditions) == ("restricted", "No customer mail.")
    assert tool.review_due > TODAY
    assert order() == ["writer/pen"]
    batch = DecisionBatch.objects.get()
    assert reverse("undo_batch", args=[batch.pk]) in client.get(TRIAGE).content.decode()
    client.post(reverse("undo_batch", args=[batch.pk]))
    assert order() == ["reader/mailer", "writer/pen"]


def test_what_cannot_be_done_is_said_and_what_was_filled_in_stays(signed_in, company):
    client = signed_in(Role.SECURITY)
    response = client.post(act("writer/pen"), {"act": "restricted", "reason": "because of this"})
    assert "cannot be restricted without saying how" in words_of(response)
    assert 'value="because of this"' in response.content.decode()
    assert "“burn” is nothing" in words_of(client.post(act("writer/pen"), {"act": "burn", "reason": "r"}))
    assert client.post(act("no/tool"), {"act": "sanctioned", "reason": "r"}).status_code == 404
    assert not DecisionBatch.objects.exists()


def test_a_decided_tool_comes_back_when_its_decision_asks_for_another_look(company):
    assert "good/quill" not in order()
    Tool.objects.filter(key="good/quill").update(review_due=TODAY)
    found = {one.key: one for one in queue(WITHOUT_NAMES, TODAY).waiting}
    assert found["good/quill"].why == "Its review is due"
    Tool.objects.filter(key="good/quill").update(
        review_due=None, status="prohibited", status_since=TODAY - timedelta(days=30)
    )
    check_all(NOW)
    first = queue(EVERYTHING, TODAY).waiting[0]
    assert (first.key, first.why, first.severity) == ("good/quill", "Prohibited and in use", "critical")


# --- the first look ---------------------------------------------------------------------------------


def test_a_first_look_is_one_line_and_the_ten_that_matter_and_news_after_it_are_told(signed_in):
    cards = rows.source("cards")
    first = rows.scan(cards)
    for number in range(13):
        rows.product(f"old{number}/tool", f"Old {number}")
        rows.spend(rows.descriptor(f"old{number}/tool"), "20", TODAY - timedelta(days=20), scan=first)
    rollups.apply()
    note_arrivals(NOW)
    assert set(ToolArrival.objects.values_list("baseline", flat=True)) == {True}
    found = queue(EVERYTHING, TODAY)
    assert (found.first_look, found.first_look_shown, found.left_out) == (13, 10, 3)
    assert (len(found.waiting), found.all_waiting) == (10, 13)

    Scan.objects.filter(pk=first.pk).update(created_at=NOW - timedelta(days=30))
    rows.product("fresh/tool", "Fresh")
    rows.spend(rows.descriptor("fresh/tool"), "5", TODAY - timedelta(days=2), scan=rows.scan(cards))
    rollups.apply()
    assert note_arrivals(NOW) == 1
    assert note_arrivals(NOW) == 0
    assert not ToolArrival.objects.get(tool="fresh/tool").baseline
    assert "fresh/tool" in order()
    words = words_of(signed_in(Role.SECURITY).get(TRIAGE))
    assert "The first look at your sources found 13 tools." in words
    assert "Here are the 10 that matter most of those still undecided" in words
    assert "3 more can wait." in words


def test_several_files_of_one_day_are_one_first_look_and_a_second_source_has_its_own():
    cards = rows.source("cards")
    january, february = rows.scan(cards), rows.scan(cards)
    rows.spend(rows.descriptor("one/tool"), "20", TODAY - timedelta(days=20), scan=january)
    rows.spend(rows.descriptor("two/tool"), "20", TODAY - timedelta(days=20), scan=february)
    rollups.apply()
    note_arrivals(NOW)
    Scan.objects.update(created_at=NOW - timedelta(days=40))
    rows.presence(
        rows.descriptor("three/tool"), TODAY - timedelta(days=3), scan=rows.scan(rows.source("okta", "sso"))
    )
    rollups.apply()
    note_arrivals(NOW)
    assert ToolArrival.objects.filter(baseline=True).count() == 3


def test_security_begins_with_the_queue(signed_in, company):
    response = signed_in(Role.SECURITY).get("/")
    words = words_of(response)
    assert "What matters most 2 of 2 that wait" in words
    assert words.index("Mailer May reach mail") < words.index("Pen New")
    assert f"{TRIAGE}?tool=reader%2Fmailer" in response.content.decode()


def test_the_queue_asks_the_database_as_often_for_fifty_tools_as_for_two(signed_in, company):
    client = signed_in(Role.SECURITY)
    client.get(TRIAGE)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(TRIAGE).status_code == 200
        return len(captured)

    few = asked()
    for number in range(50):
        rows.spend(rows.descriptor(f"maker{number}/tool"), "20", TODAY - timedelta(days=5))
    rollups.apply()
    client.get(TRIAGE)  # what scans tell is asked once after each of them
    assert asked() == few


# --- snooze and ask ---------------------------------------------------------------------------------


def test_a_snoozed_tool_comes_back_on_its_day_or_when_it_is_taken_back(signed_in, company):
    client = signed_in(Role.SECURITY)
    until = TODAY + timedelta(days=5)
    filled_in = {"act": "snooze", "until": until.isoformat(), "reason": "vendor answers next week"}
    response = client.post(act("writer/pen"), filled_in, follow=True)
    assert "Pen is snoozed." in words_of(response)
    assert "1 tool is snoozed" in words_of(response)
    assert order() == ["reader/mailer"]
    assert "writer/pen" in [one.key for one in queue(EVERYTHING, until).waiting]
    client.post(reverse("wake", args=["writer/pen"]))
    assert order() == ["reader/mailer", "writer/pen"]
    assert Snooze.objects.filter(actor="security@corp.example").count() == 2


def test_a_snooze_needs_a_day_to_come_and_a_reason(company):
    for until, reason in ((TODAY, "r"), (TODAY + timedelta(days=2), " ")):
        with pytest.raises(WrongDecision):
            snooze(["writer/pen"], until, actor="tom", reason=reason, now=NOW)
    assert snoozed(TODAY) == {}


def test_people_who_use_a_tool_are_asked_and_their_answers_come_back_under_pseudonyms(signed_in, company):
    ada, bea = company
    client = signed_in(Role.SECURITY)
    response = client.post(
        act("writer/pen"), {"act": "ask", "question": "What is it for?", "reason": ""}, follow=True
    )
    assert "The people who use Pen are asked" in words_of(response)
    assert order() == ["reader/mailer"]
    (question,) = questions_for(ada, TODAY)
    assert (question.text, question.asked_by) == ("What is it for?", "security@corp.example")
    assert questions_for(bea, TODAY) == []
    answer_question(question.pk, ada, "other", "Quill does it too", now=NOW)
    assert questions_for(ada, TODAY) == []
    assert [one.words for one in answers_by(ada)] == ["Quill does it too"]

    client.post(reverse("wake", args=["writer/pen"]))
    words = words_of(client.get(TRIAGE, {"tool": "writer/pen"}))
    assert "I could use something else: 1" in words
    assert "Quill does it too" in words
    assert "Ada" not in words
    words = words_of(signed_in(Role.ADMINISTRATOR).get(TRIAGE, {"tool": "writer/pen"}))
    assert "I could use something else: 1–4" in words
    assert "Quill does it too" not in words


def test_an_answer_is_given_once_in_time_and_by_who_was_asked(company):
    ada, bea = company
    question = ask_users("writer/pen", "What for?", None, actor="tom@corp.example", now=NOW)
    for person, choice in ((bea, "need"), (ada, "perhaps")):
        with pytest.raises(NotAnswered):
            answer_question(question.pk, person, choice, now=NOW)
    with pytest.raises(NotAnswered, match="not any more"):
        answer_question(question.pk, ada, "need", now=NOW + timedelta(days=20))
    answer_question(question.pk, ada, "need", now=NOW)
    with pytest.raises(NotAnswered):
        answer_question(question.pk, ada, "never", now=NOW)
    assert AnswerOfUser.objects.get().answer == "need"


def test_what_cannot_be_asked_is_refused(company):
    ask_users("writer/pen", "What for?", None, actor="tom@corp.example", now=NOW)
    for tool, text, last, words in (
        ("writer/pen", "And now?", None, "being asked already"),
        ("reader/mailer", " ", None, "say what"),
        ("reader/mailer", "x" * 501, None, "500"),
        ("reader/mailer", "Why?", TODAY, "future"),
        ("no/tool", "Why?", None, "nobody to ask"),
    ):
        with pytest.raises(WrongDecision, match=words):
            ask_users(tool, text, last, actor="tom@corp.example", now=NOW)
    assert QuestionToUsers.objects.count() == 1


def test_a_question_that_is_taken_back_is_asked_no_longer_and_its_answers_stay(company):
    ada, _bea = company
    question = ask_users("reader/mailer", "What for?", None, actor="tom@corp.example", now=NOW)
    answer_question(question.pk, ada, "need", now=NOW)
    take_back(question, actor="tom@corp.example", now=NOW)
    assert questions_for(company[1], TODAY) == []
    (told,) = asked_about("reader/mailer", None, exact=True, today=TODAY)
    assert (told.counts, told.open, told.said) == ([("I need it", "1")], False, [])
    with pytest.raises(WrongDecision, match="taken back already"):
        take_back(question, actor="tom@corp.example", now=NOW)


def test_a_scan_that_was_looked_at_before_makes_no_news_of_a_withdrawn_one():
    """A tool keeps the arrival it had: keys are permanent."""
    rows.spend(rows.descriptor("one/tool"), "20", date(2026, 3, 4))
    rollups.apply()
    note_arrivals(datetime(2026, 3, 5, tzinfo=UTC))
    Tool.objects.all().delete()
    Tool.objects.create(key="one/tool", vendor="one")
    assert note_arrivals(NOW) == 0


def test_what_was_paid_in_another_currency_is_shown_where_there_is_no_rate(company, signed_in):
    day = TODAY - timedelta(days=10)
    rows.spend(rows.descriptor("writer/pen", form="pen abroad"), "7", day, currency="USD")
    rollups.apply()
    said = words_of(signed_in(Role.SECURITY).get(f"{TRIAGE}?tool=writer/pen"))
    assert "EUR 20.00" in said
    assert "USD 7.00" in said
