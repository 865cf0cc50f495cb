"""Asking for owners and succession: by who may, answered by nobody but the person asked."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory import rollups
from inventory.access import Role
from inventory.decisions import Change, decide, log_of
from inventory.granting import set_access
from inventory.models import DecisionBatch, OwnershipRequest, Tool
from inventory.ownership_requests import WrongRequest, accept, ask, hand_over
from inventory.pseudonyms import pseudonym
from tests.inventory import rows

pytestmark = [pytest.mark.django_db, pytest.mark.once]

OWNERS = reverse("owners")
OF_CHAT = reverse("owner_of", args=["openai/chatgpt"])
MINE = reverse("asked")
CHAT, DEEPL = "openai/chatgpt", "deepl/translator"


@pytest.fixture
def company() -> None:
    """Ada pays for ChatGPT, and Gone, who left, owned DeepL and alone paid for Lilt; Bob is a colleague."""
    ada = rows.person("ada@corp.example", "Sales", name="Ada Byron", in_directory=True)
    rows.person("bob@corp.example", "Legal", name="Bob Clay", in_directory=True)
    gone = rows.person("gone@corp.example", "Sales", active=False, in_directory=True)
    for key, name, payer in ((CHAT, "ChatGPT", ada), (DEEPL, "DeepL", ada), ("lilt/lilt", "Lilt", gone)):
        rows.product(key, name)
        rows.spend(rows.descriptor(key), "20", date(2026, 3, 4), person=payer, department=payer.department)
    rollups.apply()
    decide(
        [DEEPL],
        Change(owner="gone@corp.example", technical_owner="gone@corp.example"),
        actor="hanna",
        reason="bought it",
        now=timezone.now(),
    )


@pytest.fixture
def employee():
    """A browser of somebody without any role."""

    def sign_in(email: str) -> Client:
        client = Client()
        user, _ = get_user_model().objects.get_or_create(username=email, defaults={"email": email})
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def words_of(response) -> str:
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def asked_for(key: str = CHAT, who: str = "ada@corp.example", technical: bool = False) -> OwnershipRequest:
    return ask(
        key,
        who,
        technical=technical,
        asked_by="ilse@corp.example",
        reason="You pay for it.",
        now=timezone.now(),
    )


def answering(client: Client, request: OwnershipRequest, **data: str) -> str:
    return words_of(client.post(reverse("answer_request", args=[request.pk]), data, follow=True))


def test_who_could_own_a_tool_is_suggested_with_reasons_and_without_a_name(signed_in, company):
    client = signed_in(Role.SECURITY)
    code = pseudonym("ada@corp.example", Role.SECURITY)
    words = words_of(client.get(OWNERS))
    assert "2 tools have no business owner" in words
    assert f"person {code} They pay for it." in words
    assert "4 Mar 2026" in words  # unowned since
    page = words_of(client.get(OF_CHAT))
    assert "Nobody owns ChatGPT" in page
    assert f"person {code} Sales They pay for it." in page
    assert "Ada" not in words + page


def test_a_suggested_person_is_asked_by_their_pseudonym_and_accepts(signed_in, company, employee):
    client = signed_in(Role.PROCUREMENT)
    code = pseudonym("ada@corp.example", Role.PROCUREMENT)
    words = words_of(
        client.post(OF_CHAT, {"asked": code, "technical": "0", "reason": "You pay for it."}, follow=True)
    )
    assert "They are asked, and see it on their own page." in words
    assert Tool.objects.get(key=CHAT).owner == ""
    assert "Asked, no answer yet 1" in words_of(client.get(OWNERS))

    ada = employee("ada@corp.example")
    words = words_of(ada.get(MINE))
    assert "You are asked to own 1 tool" in words
    assert "ChatGPT" in words
    assert "You pay for it." in words
    assert "EUR" not in words
    assert "You are its owner now." in answering(ada, OwnershipRequest.objects.get(), answer="accept")
    tool = Tool.objects.get(key=CHAT)
    assert (tool.owner, tool.technical_owner) == ("ada@corp.example", "")
    logged = next(log_of(CHAT))
    assert (logged.batch.actor, logged.after["owner"]) == ("ada@corp.example", "ada@corp.example")
    assert "You pay for it." in logged.batch.reason
    assert "ChatGPT" in words_of(ada.get(MINE)).partition("What I own")[2]


def test_business_and_technical_owner_are_asked_apart(company, employee):
    request = asked_for(technical=True)
    asked_for()  # as business owner, at the same time
    ada = employee("ada@corp.example")
    answering(ada, request, answer="accept")
    tool = Tool.objects.get(key=CHAT)
    assert (tool.owner, tool.technical_owner) == ("", "ada@corp.example")
    assert "You are asked to own 1 tool" in words_of(ada.get(MINE))


def test_who_was_asked_hands_it_on_and_the_colleague_is_asked_in_turn(company, employee, signed_in):
    request = asked_for()
    ada = employee("ada@corp.example")
    words = answering(ada, request, answer="pass_on", to="Bob@corp.example", reason="He runs it.")
    assert "Your colleague is asked instead of you." in words
    assert Tool.objects.get(key=CHAT).owner == ""
    handed = OwnershipRequest.objects.get(asked="bob@corp.example")
    assert (handed.asked_by, handed.reason, handed.answer) == ("ada@corp.example", "He runs it.", "")
    request.refresh_from_db()
    assert request.answer == "handed_on"
    page = words_of(signed_in(Role.SECURITY).get(OF_CHAT))
    assert "ada@corp.example" not in page  # who was asked and asks a colleague stays a pseudonym
    answering(employee("bob@corp.example"), handed, answer="accept")
    assert Tool.objects.get(key=CHAT).owner == "bob@corp.example"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"answer": "pass_on", "to": "gone@corp.example", "reason": "x"}, "nobody here with that address"),
        ({"answer": "pass_on", "to": "nobody", "reason": "x"}, "by their e-mail address"),
        ({"answer": "pass_on", "to": "ada@corp.example", "reason": "x"}, "Name a colleague"),
        ({"answer": "pass_on", "to": "bob@corp.example"}, "Say why you ask"),
        ({"answer": "decline"}, "why not"),
    ],
)
def test_an_answer_that_makes_no_sense_changes_nothing(company, employee, data, words):
    request = asked_for()
    assert words in answering(employee("ada@corp.example"), request, **data)
    request.refresh_from_db()
    assert request.answer == ""
    assert OwnershipRequest.objects.count() == 1


def test_who_declines_says_why_and_answers_once(company, employee, signed_in):
    request = asked_for()
    ada = employee("ada@corp.example")
    answering(ada, request, answer="decline", reason="I leave in May.")
    assert "You have answered this already." in answering(ada, request, answer="accept")
    assert Tool.objects.get(key=CHAT).owner == ""
    assert "I leave in May." in words_of(signed_in(Role.AUDITOR).get(OF_CHAT))


def test_no_employee_reaches_what_another_is_asked_by_changing_a_number(company, employee, signed_in):
    request = asked_for()
    for client in (employee("bob@corp.example"), employee(""), signed_in(Role.SECURITY)):
        assert "You pay for it." not in words_of(client.get(MINE))
        for answer in ("accept", "pass_on", "decline"):
            data = {"answer": answer, "to": "bob@corp.example", "reason": "mine now"}
            assert client.post(reverse("answer_request", args=[request.pk]), data).status_code == 404
    request.refresh_from_db()
    assert request.answer == ""
    assert Tool.objects.get(key=CHAT).owner == ""
    assert DecisionBatch.objects.count() == 1


def test_a_request_is_taken_back_and_then_nobody_sees_or_answers_it(company, employee, signed_in):
    request = asked_for()
    client = signed_in(Role.PROCUREMENT)
    address = reverse("withdraw_request", args=[request.pk])
    assert "The request is taken back." in words_of(client.post(address, follow=True))
    assert client.post(address).status_code == 404
    ada = employee("ada@corp.example")
    assert "Nothing waits for your answer" in words_of(ada.get(MINE))
    assert ada.post(reverse("answer_request", args=[request.pk]), {"answer": "accept"}).status_code == 404


def test_somebody_is_asked_once_at_a_time_and_only_while_here(company):
    asked_for()
    with pytest.raises(WrongRequest, match="asked already"):
        asked_for()
    with pytest.raises(WrongRequest, match="nobody here"):
        asked_for(who="gone@corp.example")
    with pytest.raises(WrongRequest, match="nobody here"):
        asked_for(who="stranger@elsewhere.example")
    with pytest.raises(WrongRequest, match="no such tool"):
        asked_for(key="nothing/like-it")
    decide([CHAT], Change(owner="bob@corp.example"), actor="hanna", reason="x", now=timezone.now())
    with pytest.raises(WrongRequest, match="own it already"):
        asked_for(who="bob@corp.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnershipRequest.objects.update(answer="accepted")  # without a day


def test_who_owns_it_already_when_accepting_is_told_nothing_is_wrong(company):
    request = asked_for()
    decide([CHAT], Change(owner="ada@corp.example"), actor="hanna", reason="x", now=timezone.now())
    user = get_user_model().objects.create_user("ada", "ada@corp.example")
    assert accept(user, request.pk, now=timezone.now()).answer == "accepted"


def test_what_leavers_leave_behind_is_listed_and_handed_over_at_once(company, signed_in):
    client = signed_in(Role.PROCUREMENT)
    words = words_of(client.get(OWNERS + "?tab=leavers"))
    assert "Left by leavers 3" in words
    assert "DeepL business owner" in words
    assert "DeepL technical owner" in words
    assert "Lilt business owner" in words
    assert "nobody else ever paid, and nobody owns it" in words
    chosen = {
        "tool": [f"business:{DEEPL}", f"technical:{DEEPL}", "business:lilt/lilt", f"business:{CHAT}"],
        "to": "bob@corp.example",
        "reason": "Gone left in May.",
    }
    words = words_of(client.post(reverse("hand_over"), chosen, follow=True))
    assert "2 tools are handed over." in words
    assert "Left by leavers 0" in words
    deepl = Tool.objects.get(key=DEEPL)
    assert (deepl.owner, deepl.technical_owner) == ("bob@corp.example", "bob@corp.example")
    assert Tool.objects.get(key="lilt/lilt").owner == "bob@corp.example"
    assert Tool.objects.get(key=CHAT).owner == ""  # nobody left it behind
    assert next(log_of(DEEPL)).batch.actor == f"{Role.PROCUREMENT}@corp.example"


def test_who_left_as_technical_owner_alone_leaves_no_other_duty_behind(company, signed_in):
    decide([CHAT], Change(technical_owner="gone@corp.example"), actor="h", reason="x", now=timezone.now())
    words = words_of(signed_in(Role.PROCUREMENT).get(OWNERS + "?tab=leavers"))
    assert "ChatGPT technical owner" in words
    assert "ChatGPT business owner" not in words


@pytest.mark.parametrize(
    ("lines", "to", "reason", "words"),
    [
        (set(), "bob@corp.example", "x", "Choose the tools"),
        ({(DEEPL, False)}, "gone@corp.example", "x", "nobody here"),
        ({(DEEPL, False)}, "bob@corp.example", " ", "Say why"),
        ({("nothing/like-it", False)}, "bob@corp.example", "x", "changed meanwhile"),
    ],
)
def test_a_hand_over_that_makes_no_sense_is_refused_in_one_sentence(company, lines, to, reason, words):
    with pytest.raises(WrongRequest, match=words):
        hand_over(lines, to, actor="ilse@corp.example", reason=reason, now=timezone.now())
    assert Tool.objects.get(key=DEEPL).owner == "gone@corp.example"


def test_who_is_limited_to_departments_sees_its_people_only_and_asks_nobody(company, signed_in):
    client = signed_in(Role.SECURITY)
    user = get_user_model().objects.get(email=f"{Role.SECURITY}@corp.example")
    set_access(user, roles=[Role.SECURITY], departments=["Legal"], actor="hanna", reason="leads it")
    assert "0 tools have no business owner" in words_of(client.get(OWNERS))
    assert client.get(OF_CHAT).status_code == 404
    set_access(user, roles=[Role.SECURITY], departments=["Sales"], actor="hanna", reason="leads it")
    assert "They pay for it." in words_of(client.get(OF_CHAT))
    assert client.post(OF_CHAT, {"asked": "bob@corp.example", "reason": "x"}).status_code == 403
    assert client.post(reverse("hand_over")).status_code == 403


def test_a_tools_page_links_to_its_owners(company, signed_in):
    page = signed_in(Role.FINANCE).get(reverse("tool", args=[CHAT])).content.decode()
    assert f'href="{OF_CHAT}"' in page
    assert "unowned since 4 Mar 2026" in page
    assert (
        f'href="{OF_CHAT}"'
        not in signed_in(Role.PRIVACY_OFFICER).get(reverse("tool", args=[CHAT])).content.decode()
    )
