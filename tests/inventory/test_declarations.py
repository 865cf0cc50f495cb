"""An employee asks and declares, is answered for the case at once, and nothing is held against them."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory import declarations, rollups
from inventory.access import Role
from inventory.allowed import Case, Limits, judge
from inventory.decisions import Change, decide
from inventory.declaration_models import Attestation, Declaration, DeclarationAnswer, Outcome
from inventory.flags.keep import check_all
from inventory.granting import set_access
from inventory.models import Flag, Tool
from tests.inventory import rows

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday
FORM = {
    "key": "openai/chatgpt",
    "purpose": "summaries of calls",
    "data": ["public"],
    "payer": "nobody",
    "colleagues": "few",
}
SAID = declarations.Said("openai/chatgpt", "", "calls", frozenset({"public"}), "nobody", "few")


# --- what follows from a decision, without a database ---------------------------------------------


def case(*data: str, department: str = "") -> Case:
    return Case(frozenset(data), department)


@pytest.mark.parametrize(
    ("limits", "asked", "outcome", "not_with"),
    [
        (None, case("public"), Outcome.REVIEW, ()),
        (Limits("discovered"), case("public"), Outcome.REVIEW, ()),
        (Limits("under_review"), case("public"), Outcome.REVIEW, ()),
        (Limits("sanctioned"), case("confidential"), Outcome.ALLOWED, ()),
        (Limits("sanctioned", data=("public",)), case("public"), Outcome.CONDITIONS, ()),
        (Limits("restricted", "no names"), case("public"), Outcome.CONDITIONS, ()),
        (Limits("restricted", data=("public",)), case(), Outcome.CONDITIONS, ()),
        (
            Limits("restricted", data=("public", "internal")),
            case("customer", "public", "personal"),
            Outcome.REFUSED,
            ("customer", "personal"),
        ),
        (Limits("restricted", departments=("Legal",)), case("public"), Outcome.CONDITIONS, ()),
        (Limits("restricted", departments=("Legal",)), case(department="Legal"), Outcome.CONDITIONS, ()),
        (Limits("restricted", departments=("Legal",)), case(department="Sales"), Outcome.REFUSED, ()),
        (Limits("prohibited", data=("public",)), case("public"), Outcome.REFUSED, ()),
        (Limits("retired"), case("public"), Outcome.REFUSED, ()),
    ],
)
def test_a_case_is_judged_by_status_data_and_department(limits, asked, outcome, not_with):
    verdict = judge(limits, asked)
    assert (verdict.outcome, verdict.not_with) == (outcome, not_with)


def test_an_answer_is_due_in_working_days_the_sooner_the_more_harmless_the_data():
    friday = date(2026, 11, 27)
    assert declarations.due_on({"public", "internal"}, friday) == date(2026, 12, 1)  # Tuesday
    assert declarations.due_on({"public", "customer"}, friday) == date(2026, 12, 11)


# --- pages ----------------------------------------------------------------------------------------


def browser(email: str, *roles: Role) -> Client:
    user = get_user_model().objects.create_user(email, email, "a password")
    for role in roles:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def text_of(response) -> str:
    return html.unescape(response.content.decode())


@pytest.fixture
def company(db):
    """ChatGPT that Ada pays for, Claude and Le Chat beside it, a maker without a product, Gamma unseen."""
    for key, name in (
        ("openai/chatgpt", "ChatGPT"),
        ("anthropic/claude", "Claude"),
        ("mistral/le-chat", "Le Chat"),
    ):
        rows.product(key, name, capability="chat")
    rows.product("gamma/gamma", "Gamma", capability="slides")
    ada = rows.person("ada@corp.example", "Engineering", name="Ada Byron")
    rows.person("bob@corp.example", "Sales", name="Bob Low")
    for key in ("openai/chatgpt", "anthropic/claude", "mistral/le-chat", "cohere"):
        rows.spend(rows.descriptor(key), "20", date(2026, 11, 20), person=ada)
    rollups.apply()


def decided(key: str, status: str, **change: object) -> None:
    decide([key], Change(status=status, **change), actor="hanna", reason="looked at", now=NOW)


def test_typing_suggests_tools_of_catalog_and_inventory_with_status_and_lets_unknown_ones_through(company):
    decided("openai/chatgpt", "sanctioned")
    client = browser("ada@corp.example")
    text = text_of(client.get("/declare/?tool=chat"))
    assert 'href="/declare/?key=openai%2Fchatgpt"' in text
    assert "Sanctioned" in text
    assert "“chat” is another one" in text
    assert "Gamma" in text_of(client.get("/declare/?tool=gam"))  # nobody was seen to use it
    assert 'href="/declare/?key=cohere"' in text_of(client.get("/declare/?tool=cohere"))  # a maker alone
    assert 'href="/declare/?name=Wonder%20Tool"' in text_of(client.get("/declare/?tool=Wonder+Tool"))


def test_the_answer_follows_what_is_ticked_before_anything_is_sent(company):
    decided("openai/chatgpt", "restricted", conditions="No names of customers.", allowed_data=["public"])
    decided("anthropic/claude", "sanctioned")
    decided("mistral/le-chat", "restricted", conditions="Ask Hanna.", allowed_data=["public"])
    client = browser("ada@corp.example")
    text = text_of(client.get("/declare/?key=openai/chatgpt&data=public"))
    assert "Yes, under conditions." in text
    assert "No names of customers." in text
    assert "Only with this data: Public." in text
    text = text_of(client.get("/declare/?key=openai/chatgpt&data=public&data=customer"))
    assert "Not with this: Customers’ data." in text
    assert "Use this instead" in text
    assert "Claude" in text
    assert "Le Chat" not in text  # not with customers' data either
    assert not Declaration.objects.exists()


def test_an_undecided_tool_is_in_review_with_a_date_and_what_can_be_used_today(company):
    decided("anthropic/claude", "sanctioned")
    client = browser("ada@corp.example")
    made = declarations.declare(get_user_model().objects.get(), SAID, NOW)
    assert (made.outcome, made.due) == ("review", date(2026, 11, 27))
    text = text_of(client.get(f"/declare/{made.pk}/"))
    assert "answers <b>by 27 Nov 2026</b>" in text
    assert "You can use this today" in text
    assert "Claude" in text


def test_a_declaration_without_script_goes_from_form_to_answer(company):
    decided("openai/chatgpt", "sanctioned")
    client = browser("ada@corp.example")
    response = client.post("/declare/", FORM, follow=True)
    assert "Yes. It is sanctioned." in text_of(response)
    made = Declaration.objects.get()
    assert (made.account, made.tool, made.data, made.outcome, made.due) == (
        "ada@corp.example",
        "openai/chatgpt",
        ["public"],
        "allowed",
        None,
    )


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        ({"key": ""}, "Say which tool."),
        ({"purpose": "  "}, "Say in a few words what for."),
        ({"purpose": "x" * 301}, "Say what for in at most 300 letters."),
        ({"data": []}, "Tick what goes in, at least one."),
        ({"data": ["everything"]}, "Tick what goes in, at least one."),
        ({"payer": "santa"}, "Choose who pays."),
        ({"colleagues": ""}, "Choose how many of you use it."),
        ({"key": "", "name": "x" * 121}, "A tool’s name has at most 120 letters."),
    ],
)
def test_what_is_missing_is_said_in_one_sentence_and_the_rest_stays_filled_in(company, gap, sentence):
    response = browser("ada@corp.example").post("/declare/", FORM | gap)
    assert response.status_code == 422
    assert sentence in text_of(response)
    if "purpose" not in gap and gap != {"key": ""}:  # without a tool it starts again
        assert 'value="summaries of calls"' in text_of(response)
    assert not Declaration.objects.exists()


def test_a_key_that_is_made_up_is_refused(company):
    client = browser("ada@corp.example")
    assert client.get("/declare/?key=no/such").status_code == 404
    assert client.post("/declare/", FORM | {"key": "no/such"}).status_code in (404, 422)
    assert not Declaration.objects.exists()


def test_a_tool_that_nobody_knows_is_declared_by_its_name_and_waits(company):
    client = browser("eve@corp.example")  # in no record
    form = FORM | {"key": "", "name": "Wonder  Tool"}
    text = text_of(client.post("/declare/", form, follow=True))
    assert "Nobody here knows it yet." in text
    made = Declaration.objects.get()
    assert (made.tool, made.name, made.person, made.outcome) == (
        "",
        "Wonder Tool",
        "eve@corp.example",
        "review",
    )
    assert made.due


def test_a_declared_tool_stands_in_the_inventory_and_stays_through_scans(company):
    browser("bob@corp.example").post("/declare/", FORM | {"key": "gamma/gamma"})
    tool = Tool.objects.get(key="gamma/gamma")
    assert tool.declared_since == declarations.day_of(Declaration.objects.get().declared_at)
    assert (tool.vendor, tool.status, tool.people_count) == ("gamma", "discovered", 0)
    rollups.rebuild_all()
    assert Tool.objects.filter(key="gamma/gamma").exists()
    page = browser("t@corp.example", Role.SECURITY).get("/tools/gamma/gamma/")
    assert "a colleague declared on" in text_of(page)


def test_a_tool_that_somebody_would_like_to_start_with_is_not_in_use(company):
    browser("bob@corp.example").post("/declare/", FORM | {"key": "gamma/gamma", "payer": "not_yet"})
    assert Declaration.objects.get().wanted_only
    assert not Tool.objects.filter(key="gamma/gamma").exists()


# --- good faith -----------------------------------------------------------------------------------


def open_rules() -> set[str]:
    return set(Flag.objects.filter(subject="openai/chatgpt", state="open").values_list("rule", flat=True))


def test_for_thirty_days_no_flag_is_raised_against_who_declared(company):
    browser("ada@corp.example")
    ada = get_user_model().objects.get()
    decide(
        ["openai/chatgpt"], Change(status="prohibited"), actor="h", reason="r", now=NOW - timedelta(days=20)
    )
    check_all(NOW)
    assert "decision.prohibited-in-use" in open_rules()
    declarations.declare(ada, SAID, NOW)
    assert "decision.prohibited-in-use" not in open_rules()
    check_all(NOW + timedelta(days=29))
    assert "decision.prohibited-in-use" not in open_rules()
    declarations.declare(ada, SAID, NOW + timedelta(days=29))  # again extends nothing
    check_all(NOW + timedelta(days=30))
    assert "decision.prohibited-in-use" in open_rules()


def test_what_one_person_declares_spares_nobody_else(company):
    bob = browser("bob@corp.example")
    decide(
        ["openai/chatgpt"], Change(status="prohibited"), actor="h", reason="r", now=NOW - timedelta(days=20)
    )
    bob.post("/declare/", FORM)
    check_all(NOW)
    assert "decision.prohibited-in-use" in open_rules()


# --- whose it is ----------------------------------------------------------------------------------


def test_nobody_reads_anothers_declaration_by_its_number_but_by_the_link_that_was_given(company):
    ada, bob = browser("ada@corp.example"), browser("bob@corp.example")
    ada.post("/declare/", FORM)
    number = Declaration.objects.get().pk
    text = text_of(ada.get(f"/declare/{number}/"))
    link = re.search(r'value="http://testserver(/declared/[^"]+)"', text)[1]
    assert bob.get(f"/declare/{number}/").status_code == 404
    assert browser("t@corp.example", *Role).get(f"/declare/{number}/").status_code == 404
    shown = text_of(bob.get(link))
    assert "Ada Byron asks to use ChatGPT" in shown
    assert "summaries of calls" in shown
    assert Client().get(link).status_code == 302
    assert bob.get(link[:-4] + "abc/").status_code == 404
    assert "summaries" not in text_of(bob.get("/me/tools/"))


def test_a_link_ends(company, monkeypatch):
    ada = browser("ada@corp.example")
    ada.post("/declare/", FORM)
    code = declarations.link_code(Declaration.objects.get())
    assert declarations.behind_link(code)
    later = declarations.signing.time.time() + declarations.LINK_DAYS * 86_400 + 1
    monkeypatch.setattr(declarations.signing.time, "time", lambda: later)
    assert declarations.behind_link(code) is None
    assert ada.get(f"/declared/{code}/").status_code == 404


# --- who answers ----------------------------------------------------------------------------------


def test_security_answers_and_who_declared_reads_who_when_and_why(company):
    ada, security = browser("ada@corp.example"), browser("tomasz@corp.example", Role.SECURITY)
    ada.post("/declare/", FORM)
    made = Declaration.objects.get()
    text = text_of(security.get("/declarations/"))
    assert "1 declaration waits for an answer" in text
    assert "summaries of calls" in text
    assert "Ada" not in text  # a pseudonym until it is opened
    assert "ada@corp.example" not in text
    address = f"/declarations/{made.pk}/answer/"
    assert "Say why" in text_of(security.post(address, {"outcome": "allowed", "reason": " "}, follow=True))
    assert "Choose an answer." in text_of(
        security.post(address, {"outcome": "review", "reason": "x"}, follow=True)
    )
    assert not DeclarationAnswer.objects.exists()
    text = text_of(
        security.post(address, {"outcome": "allowed", "reason": "It reads no names."}, follow=True)
    )
    assert "No declaration waits for an answer" in text
    for address in (f"/declare/{made.pk}/", "/me/tools/"):
        text = text_of(ada.get(address))
        assert "Allowed" in text
        assert "tomasz@corp.example" in text
    assert "It reads no names." in text_of(ada.get(f"/declare/{made.pk}/"))


def test_deciding_about_the_tool_answers_its_declarations(company):
    ada, security = browser("ada@corp.example"), browser("tomasz@corp.example", Role.SECURITY)
    ada.post("/declare/", FORM)
    decided("openai/chatgpt", "restricted", conditions="No names of customers.")
    assert "No declaration waits" in text_of(security.get("/declarations/"))
    text = text_of(ada.get(f"/declare/{Declaration.objects.get().pk}/"))
    assert "Yes, under conditions." in text
    assert "No names of customers." in text


def test_who_is_limited_to_a_department_reads_and_answers_its_declarations_alone(company):
    for email in ("ada@corp.example", "bob@corp.example"):
        browser(email).post("/declare/", FORM | {"purpose": f"for {email[:3]}"})
    client = browser("s@corp.example")
    set_access(
        get_user_model().objects.get(email="s@corp.example"),
        roles=[Role.SECURITY],
        departments=["Sales"],
        actor="hanna",
        reason="leads it",
    )
    text = text_of(client.get("/declarations/"))
    assert "for bob" in text
    assert "for ada" not in text
    adas = Declaration.objects.get(account="ada@corp.example").pk
    response = client.post(f"/declarations/{adas}/answer/", {"outcome": "allowed", "reason": "x"})
    assert response.status_code == 404
    assert not DeclarationAnswer.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize("number", [1, 20])
def test_the_list_of_declarations_asks_as_often_for_twenty_as_for_one(
    company, number, django_assert_num_queries
):
    decided("anthropic/claude", "sanctioned")
    browser("ada@corp.example")
    ada = get_user_model().objects.get()
    for _ in range(number):
        declarations.declare(ada, SAID, NOW)
    client = browser("t@corp.example", Role.SECURITY)
    client.get("/declarations/")
    with django_assert_num_queries(QUERIES):
        client.get("/declarations/")


QUERIES = 28


def test_what_people_said_is_deleted_when_its_time_is_over(company, settings):
    settings.PENUMBRA = {**settings.PENUMBRA, "RECORD_RETENTION_MONTHS": 13}
    browser("ada@corp.example")
    ada = get_user_model().objects.get()
    for when in (datetime(2025, 9, 30, 23, tzinfo=UTC), datetime(2025, 10, 1, tzinfo=UTC)):
        declarations.declare(ada, SAID, when)
        Attestation.objects.create(
            account="ada@corp.example", person="ada@corp.example", tool="x", word="uses", made_at=when
        )
    assert declarations.forget(NOW) == 2
    assert Declaration.objects.get().declared_at == datetime(2025, 10, 1, tzinfo=UTC)
    assert Attestation.objects.get().made_at == datetime(2025, 10, 1, tzinfo=UTC)


@pytest.mark.once
@pytest.mark.parametrize(
    "address", ["/", "/allowed/?tool=tool", "/declare/?tool=tool", "/declare/?key=maker0/tool&data=public"]
)
def test_pages_for_employees_ask_as_often_for_fifty_tools_as_for_one(db, address):
    def add(numbers: range) -> None:
        for number in numbers:
            rows.product(f"maker{number}/tool", capability="chat")
            Tool.objects.create(key=f"maker{number}/tool", vendor=f"maker{number}", status="sanctioned")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    client = browser("ada@corp.example")
    add(range(1))
    client.get(address)
    with_one = queries()
    add(range(1, 50))
    assert queries() == with_one < 30
