"""My tools: filled in from evidence about me, one click each, and nobody else's."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from discovery.models import Decision
from inventory import rollups
from inventory.access import Role
from inventory.declaration_models import Attestation
from inventory.models import AnswerOfUser, UsersAnswer
from inventory.my_tools import my_tools, needs_a_word
from inventory.pages import me
from inventory.questions_to_users import ask_users
from tests.inventory import rows
from tests.inventory.test_declarations import browser, text_of

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def told(monkeypatch) -> list[str]:
    words: list[str] = []
    monkeypatch.setattr(me.follow, "delay", lambda: words.append("follow"))
    return words


@pytest.fixture
def company(db):
    """Ada signs in to ChatGPT and pays for it, gave DeepL access, and is on an invoice of Claude's."""
    for key, name in (
        ("openai/chatgpt", "ChatGPT"),
        ("deepl/translator", "DeepL"),
        ("anthropic/claude", "Claude"),
        ("gamma/gamma", "Gamma"),
        ("otter/otter", "Otter"),
    ):
        rows.product(key, name)
    ada = rows.person("ada@corp.example", "Engineering", name="Ada Byron")
    bob = rows.person("bob@corp.example", "Sales", name="Bob Low")
    chat = rows.descriptor("openai/chatgpt")
    rows.presence(chat, date(2026, 3, 9), person=ada)
    rows.spend(chat, "20", date(2026, 3, 4), person=ada)
    rows.grant(rows.descriptor("deepl/translator"), date(2026, 3, 5), person=ada)
    bill = rows.source("invoices", "procurement")
    rows.spend(rows.descriptor("anthropic/claude"), "90", person=ada, source=bill)
    rows.grant(rows.descriptor("otter/otter"), date(2026, 3, 5), person=ada, revoked=True)
    rows.presence(rows.descriptor("otter/otter"), date(2026, 3, 9), person=ada, attempt=True)
    rows.spend(rows.descriptor("gamma/gamma"), "7", person=bob)
    rollups.apply()


def test_it_is_filled_in_from_sign_ins_purchases_and_grants_and_nothing_else(company):
    text = text_of(browser("ada@corp.example").get("/me/tools/"))
    for words in (
        "We saw signs of 3 AI tools.",
        "signed in, last in the week of 9 Mar 2026",
        "paid, last on 4 Mar 2026",
        "given access on 5 Mar 2026",
    ):
        assert words in text, words
    for words in ("Otter", "Gamma"):  # an attempt and what was taken back; Bob's
        assert words not in text


def test_one_click_each(company):
    client = browser("ada@corp.example")
    for key, word, said in (
        ("openai/chatgpt", "uses", "I use it, said on"),
        ("deepl/translator", "stopped", "No longer, said on"),
        ("anthropic/claude", "not_me", "That was not me, said on"),
    ):
        text = text_of(client.post("/me/tools/say/", {"tool": key, "word": word}, follow=True))
        assert "Thank you." in text
        assert said in text
    assert "Your tools, all answered" in text
    assert Attestation.objects.filter(account="ada@corp.example", person="ada@corp.example").count() == 3
    assert "I use it" in text_of(client.get("/me/"))  # it is kept on her, so she reads it there


def test_it_was_private_seals_every_own_record_of_the_tool(company, told):
    client = browser("ada@corp.example")
    text = text_of(client.post("/me/tools/say/", {"tool": "openai/chatgpt", "word": "private"}, follow=True))
    assert "2 records are being sealed" in text
    assert "We saw signs of 2 AI tools." in text
    assert Decision.objects.filter(kind=Decision.Kind.PRIVATE, actor="ada@corp.example").count() == 2
    assert told == ["follow"]


def test_what_suppliers_invoice_is_not_private(company):
    client = browser("ada@corp.example")
    text = text_of(
        client.post("/me/tools/say/", {"tool": "anthropic/claude", "word": "private"}, follow=True)
    )
    assert "An invoice, order, seat or metered use of the company is not private." in text
    assert not Decision.objects.exists()


@pytest.mark.parametrize("word", ["uses", "private"])
def test_nobody_says_a_word_about_what_is_not_theirs(company, word):
    client = browser("ada@corp.example", *Role)
    assert client.post("/me/tools/say/", {"tool": "gamma/gamma", "word": word}).status_code == 404
    assert client.post("/me/tools/say/", {"tool": "openai/chatgpt", "word": "perhaps"}).status_code == 404
    assert not Attestation.objects.exists()
    assert not Decision.objects.exists()


def test_who_is_in_no_record_is_told_so_and_shown_where_to_declare(company):
    text = text_of(browser("eve@corp.example").get("/me/tools/"))
    assert "No AI tool is known to be yours" in text
    assert "/declare/" in text


def test_not_me_is_told_to_those_who_look_after_it_under_a_pseudonym(company):
    browser("ada@corp.example").post("/me/tools/say/", {"tool": "openai/chatgpt", "word": "not_me"})
    text = text_of(browser("t@corp.example", Role.SECURITY).get("/declarations/"))
    assert "“That was not me”" in text
    assert "ChatGPT" in text
    assert "Ada" not in text


@pytest.mark.parametrize(
    ("word", "said_on", "last", "asks"),
    [
        ("", None, date(2026, 3, 1), True),
        ("uses", date(2026, 11, 1), date(2026, 11, 20), False),
        ("uses", date(2026, 5, 27), date(2026, 5, 1), True),  # 182 days ago
        ("uses", date(2026, 5, 28), date(2026, 5, 1), False),
        ("stopped", date(2026, 5, 1), date(2026, 5, 1), False),
        ("stopped", date(2026, 5, 1), date(2026, 5, 2), True),
        ("not_me", date(2026, 5, 1), date(2026, 5, 2), True),
    ],
)
def test_a_word_is_asked_for_again_when_it_is_old_or_contradicted(word, said_on, last, asks):
    assert needs_a_word(word, said_on, last, NOW) is asks


def test_the_home_of_an_employee_shows_what_needs_a_word_and_what_to_use(company):
    text = text_of(browser("ada@corp.example").get("/"))
    assert "3 tools need a word from you" in text
    assert 'name="word" value="uses"' in text
    assert "Nothing is decided yet." in text
    text = text_of(browser("eve@corp.example").get("/"))
    assert "<h1>Is it allowed?</h1>" in text


@pytest.mark.once
@pytest.mark.parametrize("number", [1, 30])
def test_my_tools_ask_as_often_for_thirty_as_for_one(db, number, django_assert_num_queries):
    ada = rows.person("ada@corp.example")
    for n in range(number):
        rows.product(f"maker{n}/tool")
        rows.presence(rows.descriptor(f"maker{n}/tool"), person=ada)
    rollups.apply()
    browser("ada@corp.example")
    user = get_user_model().objects.get()
    with django_assert_num_queries(10):
        assert len(my_tools(user, NOW)) == number


def test_a_question_to_the_users_of_a_tool_is_answered_once_by_each_for_themselves(company):
    question = ask_users("openai/chatgpt", "What for?", None, actor="tomasz@corp.example", now=timezone.now())
    ada, bob = browser("ada@corp.example"), browser("bob@corp.example")
    assert "A question about a tool you use waits for you." in text_of(ada.get("/"))
    text = text_of(ada.get("/me/tools/"))
    assert "ChatGPT: What for?" in text
    assert "tomasz@corp.example asks everybody who uses it" in text
    address = f"/me/questions/{question.pk}/"
    assert "What for?" not in text_of(bob.get("/me/tools/"))
    assert "You are not asked this" in text_of(bob.post(address, {"choice": "needed"}, follow=True))
    choice = UsersAnswer.values[0]
    said = {"choice": choice, "words": "summaries"}
    assert "under a pseudonym" in text_of(ada.post(address, said, follow=True))
    given = AnswerOfUser.objects.get()
    assert (given.person, given.answer, given.words) == ("ada@corp.example", choice, "summaries")
    assert "What for?" not in text_of(ada.get("/me/tools/"))
    assert "summaries" in text_of(ada.get("/me/"))
    assert "summaries" not in text_of(bob.get("/me/"))
