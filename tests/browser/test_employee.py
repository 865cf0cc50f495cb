"""What an employee does in a real browser: on a phone, with and without script."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from inventory import rollups
from inventory.access import Role
from inventory.models import Declaration, Tool
from tests.browser.conftest import a_user
from tests.browser.reading import faults, faults_of
from tests.inventory import rows

PHONE = {"width": 390, "height": 844}
ADDRESSES = (
    "/",
    "/declare/",
    "/declare/?tool=chat",
    "/declare/?key=openai/chatgpt&data=customer",
    "/declare/?name=Wonder",
    "/me/tools/",
    "/allowed/?data=customer",
    "/allowed/?tool=chat",
    "/me/",
)


@pytest.fixture
def company(transactional_db) -> None:
    """ChatGPT restricted to public data, Claude for anything, DeepL undecided: the employee uses two."""
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    rows.product("anthropic/claude", "Claude", capability="chat")
    rows.product("deepl/translator", "DeepL", capability="translation")
    lena = rows.person("employee@corp.example", "Sales", name="Lena Voss")
    rows.presence(rows.descriptor("openai/chatgpt"), date(2026, 3, 2), person=lena)
    rows.spend(rows.descriptor("deepl/translator"), "9", date(2026, 3, 4), person=lena)
    rows.spend(rows.descriptor("anthropic/claude"), "20", date(2026, 3, 4))
    rollups.apply()
    Tool.objects.filter(key="openai/chatgpt").update(
        status="restricted", allowed_data=["public"], conditions="No names of customers."
    )
    Tool.objects.filter(key="anthropic/claude").update(status="sanctioned")


def test_an_employee_declares_on_a_phone_and_is_answered_while_ticking(company, sign_in):
    page = sign_in(Role.EMPLOYEE)
    page.set_viewport_size(PHONE)
    page.goto("/declare/")
    page.get_by_label("1. Which tool?").press_sequentially("chatg")
    page.get_by_role("link", name="ChatGPT").click()
    page.evaluate("window.sameDocument = true")
    page.get_by_label("2. What for?").fill("Summaries of calls")
    page.get_by_label("Public").check()
    page.get_by_role("heading", name="Yes, under conditions.").wait_for()
    page.get_by_label("Customers’ data").check()
    page.get_by_role("heading", name="Not with this: Customers’ data.").wait_for()
    expect(page.get_by_text("Claude")).to_be_visible()
    assert page.evaluate("window.sameDocument") is True
    expect(page.get_by_label("2. What for?")).to_have_value("Summaries of calls")
    page.get_by_label("4. Who pays?").select_option("nobody")
    page.get_by_label("5. How many of you use it?").select_option("few")
    page.get_by_role("button", name="Send it").click()
    page.get_by_role("heading", name="Thank you. Here is your answer").wait_for()
    expect(page.get_by_label("A link to show your manager")).to_have_value(re.compile("/declared/"))
    page.get_by_role("link", name="My tools", exact=True).click()
    page.get_by_role("button", name="Yes, I use it").first.click()
    page.get_by_text("Thank you. You are asked again in half a year.").wait_for()


@pytest.mark.once
def test_whether_a_tool_is_allowed_is_answered_on_the_home_while_typing(company, sign_in):
    page = sign_in(Role.EMPLOYEE)
    page.evaluate("window.sameDocument = true")
    page.get_by_label("Is it allowed?").last.press_sequentially("chatgtp")  # a slip of the hand
    page.get_by_text("Do you mean one of these").wait_for()
    expect(page.locator("#answers").get_by_text("ChatGPT")).to_be_visible()
    assert page.evaluate("window.sameDocument") is True
    assert faults(page) == []
    page.get_by_role("button", name="Ask", exact=True).click()  # and the button leads to the page of answers
    page.wait_for_url("**/allowed/?tool=chatgtp")


@pytest.mark.once
def test_everything_an_employee_does_works_without_script(company, chromium, live_server, client):
    address = live_server.url
    client.force_login(a_user(Role.EMPLOYEE), "allauth.account.auth_backends.AuthenticationBackend")
    context = chromium.new_context(java_script_enabled=False, base_url=address, viewport=PHONE)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Declare a tool").click()
    page.get_by_label("1. Which tool?").fill("Wonder Tool")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="“Wonder Tool” is another one").click()
    page.get_by_label("2. What for?").fill("Slides")
    page.get_by_label("Internal").check()
    page.get_by_label("4. Who pays?").select_option("not_yet")
    page.get_by_label("5. How many of you use it?").select_option("alone")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Somebody looks at it")
    assert Declaration.objects.get().name == "Wonder Tool"
    page.goto("/me/tools/")
    page.get_by_role("button", name="No longer").first.click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    page.goto("/allowed/")
    page.get_by_role("link", name="Customers’ data").click()
    expect(page.get_by_role("cell", name="Claude")).to_be_visible()
    expect(page.get_by_role("cell", name="ChatGPT")).to_have_count(0)
    context.close()


@pytest.mark.once
def test_pages_for_employees_can_be_read_by_anybody(company, sign_in):
    page = sign_in(Role.EMPLOYEE)
    page.goto("/declare/?key=deepl/translator")
    page.get_by_label("2. What for?").fill("Letters")
    page.get_by_label("Public").check()
    page.get_by_label("4. Who pays?").select_option("nobody")
    page.get_by_label("5. How many of you use it?").select_option("few")
    page.get_by_role("button", name="Send it").click()
    page.get_by_role("heading", name="Thank you. Somebody looks at it").wait_for()
    assert faults_of(page, [page.url, *ADDRESSES]) == {}


@pytest.mark.once
def test_who_answers_declarations_can_read_them(company, sign_in, client):
    client.force_login(a_user(Role.EMPLOYEE), "allauth.account.auth_backends.AuthenticationBackend")
    form = {"key": "deepl/translator", "purpose": "Letters", "data": ["public"], "payer": "nobody"}
    client.post("/declare/", form | {"colleagues": "few"})
    client.post("/me/tools/say/", {"tool": "openai/chatgpt", "word": "not_me"})
    page = sign_in(Role.SECURITY)
    page.goto("/declarations/")
    assert faults(page) == []
    page.get_by_label("Answer", exact=True).select_option("allowed")
    page.get_by_label("Why, in words that they read").fill("No names go in.")
    page.get_by_role("button", name="Answer").click()
    page.get_by_text("Who declared it reads your answer now.").wait_for()
