"""Each person walks through what they must be able to do, wide and on a phone, in a real browser.

One company for all of them: meetings that two tools note, one of which nobody decided about; a purchase
that a card and an expense tell of; a text that waits; somebody who uses a tool and declares another.
"""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from discovery import tasks
from discovery.models import Descriptor, Purchase
from inventory import recompute
from inventory import tasks as inventory_tasks
from inventory.access import Role
from inventory.decisions import Change, decide
from inventory.models import DecisionBatch, Flag, Tool
from inventory.pages import sources
from tests.browser.conftest import a_user
from tests.inventory import rows

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
MAIL = "https://www.googleapis.com/auth/gmail.readonly"
CARDS = (
    "Transaction ID,Transaction Date,Cardholder,Card,Merchant,MCC,Amount,Currency\n"
    "t1,2026-03-02,ADA BYRON,4411,OTTER.AI SUBSCRIPTION,5734,16.99,EUR\n"
    "t2,2026-03-03,ADA BYRON,4411,TRATTORIA DA GINO MALMO,5812,31.50,EUR\n"
    "t3,2026-02-31,ADA BYRON,4411,OTTER.AI SUBSCRIPTION,5734,16.99,EUR\n"
)

pytestmark = [
    pytest.mark.once,
    pytest.mark.parametrize("size", [WIDE, PHONE], ids=["1280", "390"]),
]


@pytest.fixture
def company(transactional_db, monkeypatch) -> None:
    for task in (tasks.follow, sources.run_scan, sources.look_at_upload):
        monkeypatch.setattr(task, "delay", lambda *numbers: None)  # the worker's part is done by hand
    now = timezone.now()
    on = now.date() - timedelta(days=20)
    ada = rows.person("ada@corp.example", "Sales", name="Ada Byron", in_directory=True)
    lena = rows.person("employee@corp.example", "Sales", name="Lena Voss", in_directory=True)
    for key, name in (("otter/otter", "Otter"), ("fathom/fathom", "Fathom")):
        rows.product(key, name, capability="meeting-notes")
        for person in (ada, lena):
            rows.spend(rows.descriptor(key), "20", on, person=person, department="Sales")
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    rows.grant(rows.descriptor("otter/otter"), on, person=ada, scopes=[MAIL])
    rows.presence(rows.descriptor("openai/chatgpt"), on, person=lena)
    chat = rows.descriptor("openai/chatgpt")
    rows.spend(chat, "20.50", on, person=ada, department="Sales", email="ada@corp.example")
    rows.spend(
        chat,
        "20.50",
        on + timedelta(days=1),
        source=rows.source("expenses", "expense"),
        purchase=Purchase.objects.latest("pk"),
        person=ada,
        email="ada@corp.example",
    )
    rows.spend(
        rows.descriptor("", Descriptor.State.REVIEW, form="zorblaxo ai tallinn", mcc="5734"),
        "29.99",
        on,
        text="PAYPAL *ZORBLAXO AI TALLINN EE",
    )
    recompute.take_in(now)
    decide(
        ["openai/chatgpt"],
        Change(status="sanctioned", owner="ilse@corp.example"),
        actor="ilse@corp.example",
        reason="Contract signed.",
        now=now - timedelta(days=40),
    )
    recompute.take_in(now)


@pytest.fixture
def walk(company, sign_in, size):
    """Sign in as somebody of a role, on a screen of this size."""

    def walk(role: Role) -> object:
        page = sign_in(role)
        page.set_viewport_size(size)
        page.goto("/")
        return page

    return walk


def go(page, question: str) -> None:
    """By the menu, which a phone opens first."""
    menu = page.get_by_role("button", name="Menu")
    if menu.is_visible():
        menu.click()
    with page.expect_navigation():
        page.get_by_role("navigation", name="Main").get_by_role("link", name=question).click()


def in_days(number: int) -> str:
    return (timezone.now().date() + timedelta(days=number)).isoformat()


def fits(page) -> None:
    """Nothing of the page is wider than the screen, once it is there: a click may be opening it still."""
    page.wait_for_load_state()
    page.wait_for_function("document.documentElement?.scrollWidth <= innerWidth")


def test_procurement_finds_what_overlaps_and_settles_it_in_a_case(walk):
    page = walk(Role.PROCUREMENT)
    expect(page.get_by_role("heading", level=1)).to_have_text("1 job is done by more than one tool")
    go(page, "What overlaps?")
    page.get_by_role("link", name="Meeting-notes").click()
    expect(page.get_by_text("2 of them have two or more.")).to_be_visible()
    compared = page.get_by_role("region", name="Side by side")
    for tool in ("Otter", "Fathom"):
        expect(compared.get_by_role("link", name=tool)).to_be_visible()
    fits(page)

    page.get_by_role("link", name="Open a case").click()
    page.get_by_label("Step for Otter").select_option("move")
    page.get_by_label("Responsible").fill("ada@corp.example")
    page.get_by_label("To be done by").fill(in_days(90))
    page.get_by_label("Why?").fill("One is enough.")
    expect(page.locator("#result")).to_contain_text("EUR")  # the saving, as a range, with its terms
    fits(page)
    page.get_by_role("button", name="Open the case").click()
    page.get_by_text("The case is open.").wait_for()
    go(page, "What overlaps?")
    page.get_by_role("link", name="Meeting-notes").click()
    expect(page.get_by_role("link", name=re.compile("ada@corp.example sees to it by"))).to_be_visible()
    page.get_by_role("link", name="Otter", exact=True).click()
    planned = page.get_by_role("listitem").filter(has_text="ada@corp.example sees to it by")
    expect(planned).to_contain_text("Move and end")  # on every tool of the group
    expect(planned).to_contain_text("One is enough.")
    fits(page)


def test_procurement_takes_away_as_a_file_what_is_on_the_screen(walk):
    page = walk(Role.PROCUREMENT)
    go(page, "What do we use?")
    page.get_by_text("Capability", exact=True).click()
    page.get_by_role("link", name="Meeting-notes 2").click()
    expect(page.get_by_role("link", name="ChatGPT", exact=True)).to_have_count(0)
    fits(page)
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^CSV")).click()
    with Path(download.value.path()).open(encoding="utf-8-sig") as file:
        assert {row["product_name"] for row in csv.DictReader(file)} == {"Otter", "Fathom"}


def test_security_decides_what_is_new_with_its_evidence_and_takes_it_back(walk):
    page = walk(Role.SECURITY)
    expect(page.get_by_role("heading", level=1)).to_have_text("2 tools wait for a decision")
    page.get_by_role("link", name="Go through them").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Otter")  # it reads mail: that comes first
    expect(page.get_by_text("Reaches mail", exact=False).first).to_be_visible()
    expect(page.get_by_text("Unknown", exact=True).first).to_be_visible()
    fits(page)
    page.get_by_label("Why?").fill("It reads mail.")
    page.get_by_label("Conditions").fill("Not with customers.")
    page.get_by_label("To be reviewed by").fill(in_days(180))
    page.get_by_role("button", name="Restrict").click()
    page.get_by_text("Otter: decided.").wait_for()
    notice = page.get_by_role("status")
    expect(notice.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone: 1 tool is as it was.").wait_for()

    page.goto("/tools/otter/otter/?tab=evidence")
    expect(page.get_by_text("at least 1", exact=False).or_(page.get_by_text("grant")).first).to_be_visible()
    fits(page)


def test_security_accepts_a_risk_until_a_day_and_names_what_a_text_stands_for(walk):
    page = walk(Role.SECURITY)
    go(page, "What was flagged?")
    page.get_by_role("link", name="Reaches mail, files, calendars, code or administration").click()
    page.get_by_label("Until").fill(in_days(60))
    page.get_by_label("Why?").fill("Until the contract is signed.")
    fits(page)
    page.get_by_role("button", name="Accept the risk").click()
    page.get_by_text("The risk is accepted.").wait_for()
    assert Flag.objects.get(rule="access.wide-scopes").state == "accepted"

    go(page, "Is it what we think?")
    page.get_by_role("link", name=re.compile("zorblaxo", re.IGNORECASE)).first.click()
    expect(page.get_by_text("EUR 29.99").first).to_be_visible()
    fits(page)
    page.get_by_label("Not AI").check()
    page.locator("form", has=page.get_by_role("button", name="Decide, and show the next one")).get_by_label(
        "Why?"
    ).fill("A repair shop.")
    page.get_by_role("button", name="Decide, and show the next one").click()
    page.get_by_role("heading", level=1).wait_for()
    go(page, "Is it what we think?")
    expect(page.get_by_text("EUR 29.99")).to_have_count(0)


def test_an_employee_is_answered_declares_and_reads_what_is_held(walk):
    page = walk(Role.EMPLOYEE)
    expect(page.get_by_text("Fathom").first).to_be_visible()
    go(page, "What do I use?")
    page.get_by_role("button", name="Yes, I use it").first.click()
    page.get_by_text("Thank you. You are asked again in half a year.").wait_for()
    fits(page)
    go(page, "May I use this?")
    page.get_by_label("1. Which tool?").press_sequentially("chatg")
    page.get_by_role("link", name="ChatGPT").click()
    page.get_by_label("2. What for?").fill("Summaries of calls")
    page.get_by_label("Public").check()
    page.get_by_role("heading", name=re.compile("^Yes")).wait_for()
    page.get_by_label("4. Who pays?").select_option("nobody")
    page.get_by_label("5. How many of you use it?").select_option("few")
    page.get_by_role("button", name="Send it").click()
    page.get_by_role("heading", name="Thank you. Here is your answer").wait_for()
    fits(page)
    go(page, "What to use for what?")
    expect(page.get_by_text("ChatGPT").first).to_be_visible()
    go(page, "What is known of me?")
    expect(page.get_by_text("Nobody has opened it.")).to_be_visible()
    expect(page.get_by_text("ada@corp.example")).to_have_count(0)
    assert page.request.get("/tools/").status == 403


def test_finance_sees_each_amount_once_and_takes_a_merge_apart(walk):
    page = walk(Role.FINANCE)
    expect(page.get_by_text("Not attributed", exact=True)).to_be_visible()
    fits(page)
    go(page, "What was bought?")
    expect(page.get_by_role("rowheader", name="Counted twice, taken off")).to_be_visible()
    fits(page)
    page.get_by_role("row", name=re.compile("ChatGPT")).get_by_role("link").first.click()
    expect(page.get_by_text("2 records tell of it")).to_be_visible()
    fits(page)
    page.get_by_text("This is not one").first.click()
    page.get_by_label("Why is it another purchase?").first.fill("Two months.")
    page.get_by_role("button", name="Split it off").first.click()
    page.get_by_text("being worked out again", exact=False).or_(
        page.get_by_text("1 record tells of it")
    ).first.wait_for()
    tasks.follow()
    recompute.take_in(timezone.now())
    assert Purchase.objects.filter(product="openai/chatgpt").count() == 2
    go(page, "What was bought?")
    page.get_by_role("link", name="What was decided", exact=True).click()
    expect(page.get_by_text("Two months.")).to_be_visible()


def test_finance_looks_at_a_file_before_it_counts_and_withdraws_it(walk, tmp_path, settings):
    settings.PENUMBRA = {**settings.PENUMBRA, "UPLOADS_DIR": tmp_path / "uploads"}
    file = tmp_path / "cards.csv"
    file.write_text(CARDS)
    page = walk(Role.FINANCE)
    for _again in range(2):
        go(page, "Is it all coming in?")
        page.get_by_label("Files or archives").set_input_files([file])
        page.get_by_role("button", name="Look at it first").click()
        inventory_tasks.look_at_uploads()
        page.get_by_text("Nothing of it counts yet").wait_for()
        fits(page)
        page.get_by_role("button", name="Read it in").click()
        page.get_by_text("waits for a worker").wait_for()
        tasks.sweep()
        recompute.take_in(timezone.now())
    page.get_by_text("nothing new", exact=False).first.wait_for()
    page.get_by_role("link", name=re.compile("rejected")).first.click()
    page.get_by_role("heading", name="1 row could not be read").wait_for()
    fits(page)


def test_the_administrator_gives_a_role_and_a_program_its_access(walk):
    other = a_user(Role.AUDITOR)
    page = walk(Role.ADMINISTRATOR)
    expect(page.get_by_text("Recognitions waiting")).to_be_visible()
    go(page, "Who may do what?")
    page.get_by_role("link", name=other.email).click()
    page.get_by_label("Finance").check()
    page.get_by_label("Why?").fill("Stands in for Mariam.")
    fits(page)
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_text("Stands in for Mariam.").first).to_be_visible()
    assert set(other.groups.values_list("name", flat=True)) == {Role.AUDITOR, Role.FINANCE}
    go(page, "Which programs are told?")
    fits(page)
    page.goto("/me/tokens/")
    fits(page)


def test_the_privacy_officer_sees_the_profile_and_no_personal_record(walk):
    page = walk(Role.PRIVACY_OFFICER)
    go(page, "What is kept of people?")
    expect(page.get_by_role("heading", name="Who reads names")).to_be_visible()
    fits(page)
    go(page, "Who asked for their data?")
    page.get_by_label("E-mail address of the person").fill("ada@corp.example")
    page.get_by_label("Why? Do not name the person.").fill("Letter of March.")
    with page.expect_download() as download:
        page.get_by_role("button", name="As a page to read").click()
    assert "20.50" in Path(download.value.path()).read_text()
    page.reload()
    expect(page.get_by_text("Letter of March.")).to_be_visible()
    for address in ("/tools/", "/tools/otter/otter/", "/tools/otter/otter/?tab=people", "/privacy/openings/"):
        page.goto(address)
        fits(page)
        assert not re.search(r"Ada Byron|ada@corp|Lena Voss", page.inner_text("main")), address
    assert page.request.get("/purchases/").status == 403


def test_the_auditor_reads_who_decided_what_and_changes_nothing(walk):
    page = walk(Role.AUDITOR)
    go(page, "What was decided?")
    expect(page.get_by_text("Contract signed.")).to_be_visible()
    page.get_by_role("row", name=re.compile("Contract signed")).get_by_role("link").first.click()
    expect(page.get_by_text("ilse@corp.example").first).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    fits(page)
    assert page.request.get("/triage/").status == 403
    assert DecisionBatch.objects.count() == 1
    assert Tool.objects.get(key="openai/chatgpt").status == "sanctioned"
