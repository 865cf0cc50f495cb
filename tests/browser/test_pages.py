"""What people do with the pages, in a real browser."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect

from discovery import tasks
from discovery.models import AskedRule, Decision, Descriptor, Purchase, RejectedRow, Scan
from discovery.playback import Move, Playback
from inventory import rollups
from inventory import tasks as inventory_tasks
from inventory.access import Role
from inventory.demo import create_personas, mark_as_demo
from inventory.flags.keep import check_all
from inventory.models import DecisionBatch
from inventory.pages import columns, members, sources
from inventory.policies import make_policy, switch
from inventory.policy_terms import Conditions, Outcome
from inventory.pseudonyms import pseudonym
from tests.browser.conftest import PASSWORD, a_user
from tests.browser.reading import EVERY_LOOK, faults, faults_of
from tests.inventory import rows
from vendors.catalog_files import SHIPPED
from vendors.load import load_catalog

CARDS = (
    "Transaction ID,Transaction Date,Cardholder,Card,Merchant,MCC,Amount,Currency\n"
    "t1,2026-03-02,ANNA BERG,4411,OPENAI *CHATGPT SUBSCR 4158799686 CA,5734,20.00,USD\n"
    "t2,2026-03-03,ANNA BERG,4411,TRATTORIA DA GINO MALMO,5812,31.50,EUR\n"
    "t3,2026-02-31,ANNA BERG,4411,OPENAI *CHATGPT SUBSCR 4158799686 CA,5734,20.00,USD\n"
)

ADA = "ada.of.a-very-long-department@corp.example"
OPEN_NAME = f"/people/{pseudonym(ADA, Role.FINANCE)}/open/"
PAGES = (
    "/tools/",
    "/tools/?q=nothing+like+it",
    "/tools/?status=discovered&col=departments&col=sources&col=plan",
    "/tools/openai/chatgpt/",
    "/tools/openai/chatgpt/?tab=people",
    "/tools/openai/chatgpt/?tab=spend",
    "/tools/openai/chatgpt/?tab=risk",
    "/tools/openai/chatgpt/?tab=evidence",
    "/catalog/",
    "/catalog/?q=chat",
    "/catalog/of/openai/chatgpt/",
    "/purchases/",
    "/purchases/decided/",
    "/sources/",
    "/sources/rejected/",
    "/sources/mappings/",
    "/allowed/?tool=o",
    "/me/",
    "/me/tokens/",
    OPEN_NAME,
)


@pytest.fixture
def company(transactional_db) -> None:
    """Tools with money, people, refused rows and a long name."""
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    rows.product("deepl/translator", "DeepL Translator", capability="translation")
    ada = rows.person(ADA, "Engineering", name="Ada Byron")
    chat = rows.descriptor("openai/chatgpt", form="OPENAI *CHATGPT SUBSCR 4158799686 CA")
    rows.spend(chat, "1234567.89", date(2026, 3, 4), person=ada, department="Engineering")
    rows.spend(chat, "9", date(2026, 2, 4), currency="USD")
    rows.presence(rows.descriptor("deepl/translator"), person=ada)
    scan = rows.scan(
        file_name="exports/a-folder/a-very-long-file-name-of-march-2026.csv",
        rows_read=3,
        records_new=2,
        rows_rejected=1,
    )
    RejectedRow.objects.create(scan=scan, line=3, reason="has no such day as its date", row=b"sealed")
    rollups.apply()
    check_all(datetime(2026, 3, 31, 12, tzinfo=UTC))


def test_procurement_signs_in_searches_and_opens_a_tool(company, page):
    user = a_user(Role.PROCUREMENT)
    page.goto("/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="What do we use?").click()
    page.get_by_role("heading", name="We use 2 AI tools").wait_for()
    page.get_by_label("Find a tool or a maker").fill("chatgpt")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="ChatGPT", exact=True).click()
    page.get_by_role("heading", name="ChatGPT", level=1).wait_for()
    page.get_by_role("navigation", name="About this tool").get_by_role("link", name="People").click()
    expect(page.get_by_text("Ada Byron")).to_have_count(0)
    page.locator("#people").get_by_role("link", name="person").first.click()
    page.get_by_label("Why do you need the name?").fill("who renews it?")
    page.get_by_role("button", name="Open the name").click()
    expect(page.get_by_role("rowheader", name="Ada Byron")).to_be_visible()
    expect(page.get_by_text("EUR 1,234,567.89").first).to_be_visible()


@pytest.mark.once
def test_a_filter_narrows_the_list_without_loading_the_page_again(company, sign_in):
    page = sign_in(Role.PROCUREMENT)
    page.goto("/tools/")
    page.evaluate("window.sameDocument = true")
    page.get_by_text("Capability", exact=True).click()
    page.get_by_role("link", name="Translation 1").click()
    page.get_by_role("link", name="Capability: Translation").wait_for()
    expect(page.get_by_role("link", name="ChatGPT", exact=True)).to_have_count(0)
    expect(page).to_have_url("/tools/?capability=translation")
    assert page.evaluate("window.sameDocument") is True
    page.go_back()
    page.get_by_role("link", name="ChatGPT", exact=True).wait_for()
    # pages hold names: none of them stays in the browser
    assert page.evaluate("localStorage.length") == 0
    assert page.evaluate("sessionStorage.getItem('htmx-history-cache')") is None


@pytest.mark.once
def test_everything_on_the_list_works_without_script(company, chromium, live_server, client):
    address = live_server.url
    client.force_login(a_user(Role.PROCUREMENT), "allauth.account.auth_backends.AuthenticationBackend")
    context = chromium.new_context(java_script_enabled=False, base_url=address)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    page = context.new_page()
    page.goto("/tools/")
    page.get_by_text("Capability", exact=True).click()
    page.get_by_role("link", name="Translation 1").click()
    expect(page.get_by_role("link", name="ChatGPT", exact=True)).to_have_count(0)
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Departments").check()
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("columnheader", name="Departments")).to_be_visible()
    expect(page.get_by_role("link", name="Capability: Translation")).to_be_visible()
    page.goto("/allowed/")
    page.get_by_label("Which tool?").fill("deepl")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("DeepL Translator.")).to_be_visible()
    context.close()


def test_an_uploaded_file_is_seen_to_end_without_loading_the_page_again(
    tmp_path, settings, monkeypatch, sign_in
):
    settings.PENUMBRA = {**settings.PENUMBRA, "UPLOADS_DIR": tmp_path / "uploads"}
    catalog = tmp_path / "catalog"
    (catalog / "vendors").mkdir(parents=True)
    shutil.copy(SHIPPED / "capabilities.toml", catalog)
    shutil.copy(SHIPPED / "vendors" / "openai.toml", catalog / "vendors")
    load_catalog(catalog)
    told: list[int] = []
    monkeypatch.setattr(sources.run_scan, "delay", told.append)
    monkeypatch.setattr(sources.look_at_upload, "delay", lambda number: None)
    file = tmp_path / "cards.csv"
    file.write_text(CARDS)

    page = sign_in(Role.ADMINISTRATOR)
    expect(page.get_by_role("heading", level=1)).to_have_text("Four steps to a first inventory")
    page.goto("/sources/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is coming in yet")
    page.get_by_label("Files or archives").set_input_files([file])
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_text("Being looked at").wait_for()
    inventory_tasks.look_at_uploads()  # the worker's part
    page.get_by_text("Nothing of it counts yet").wait_for()
    page.get_by_role("button", name="Read it in").click()
    page.get_by_text("waits for a worker").wait_for()
    page.evaluate("window.sameDocument = true")

    tasks.run_scan(told[0])  # the worker's part
    rollups.apply()

    page.get_by_text("is read: 2 new records").wait_for()
    assert page.evaluate("window.sameDocument") is True
    expect(page.locator("[hx-get]")).to_have_count(0)  # it asks no more
    page.get_by_role("link", name="1 rejected").click()
    page.get_by_role("heading", name="1 row could not be read").wait_for()
    page.get_by_role("link", name="What do we use?").click()
    page.get_by_role("heading", name="We use 1 AI tool").wait_for()


@pytest.mark.once
def test_what_the_columns_of_a_file_mean_is_said_while_its_rows_are_seen(
    tmp_path, settings, monkeypatch, sign_in
):
    settings.PENUMBRA = {**settings.PENUMBRA, "UPLOADS_DIR": tmp_path / "uploads"}
    for pages in (sources, columns):
        monkeypatch.setattr(pages.look_at_upload, "delay", lambda number: None)
    file = tmp_path / "ausgaben.csv"
    file.write_text(
        "Wann;Wohin;Wieviel;Von wem\n"
        "03/04/2026;BAHN;1.234;ada@corp.example\n"
        "99/99/2026;BAHN;2.000;ben@corp.example\n"
    )
    page = sign_in(Role.FINANCE)
    page.goto("/sources/")
    page.get_by_label("Files or archives").set_input_files([file])
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_text("Being looked at").wait_for()
    inventory_tasks.look_at_uploads()  # the worker's part
    page.get_by_role("link", name="Say what its columns mean").click()
    page.evaluate("window.sameDocument = true")
    page.get_by_label("Wann").select_option(label="Date of purchase")
    page.get_by_label("Wohin").select_option(label="Merchant or supplier")
    page.get_by_text("No date shows whether the day or the month comes first").wait_for()
    page.get_by_label("03/04 is").select_option("day")
    page.get_by_label("Decimal sign").select_option(",")
    page.get_by_label("Currency", exact=True).fill("EUR")
    page.get_by_text("EUR 1,234.00").wait_for()
    expect(page.get_by_text("holds no possible date")).to_be_visible()
    assert page.evaluate("window.sameDocument") is True
    assert faults(page) == []
    page.get_by_role("button", name="Save, and count what it would bring").click()
    page.get_by_text("Being looked at").wait_for()
    inventory_tasks.look_at_uploads()
    page.get_by_text("Line 3: column").wait_for()
    page.get_by_role("button", name="Read it in").wait_for()


@pytest.mark.once
def test_whose_members_a_list_holds_is_said_by_typing_a_few_letters(
    company, tmp_path, settings, monkeypatch, sign_in
):
    settings.PENUMBRA = {**settings.PENUMBRA, "UPLOADS_DIR": tmp_path / "uploads"}
    told: list[int] = []
    monkeypatch.setattr(sources.run_scan, "delay", told.append)
    for pages in (sources, members):
        monkeypatch.setattr(pages.look_at_upload, "delay", lambda number: None)
    file = tmp_path / "members.csv"
    file.write_text(
        "E-mail,Name,Role,Last active\nada@corp.example,Ada Byron,Owner,2026-04-03\n,Nobody,Member,\n"
    )
    page = sign_in(Role.SECURITY)
    page.goto("/sources/")
    page.get_by_label("Files or archives").set_input_files([file])
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_text("Being looked at").wait_for()
    inventory_tasks.look_at_uploads()  # the worker's part
    page.get_by_role("link", name="Say whose members they are").click()
    page.evaluate("window.sameDocument = true")
    page.get_by_text("Say of which tool these people are members").wait_for()
    page.get_by_label("These are the members of").press_sequentially("chatg")
    page.locator("#tools option[value=ChatGPT]").wait_for(state="attached")
    page.get_by_label("These are the members of").fill("ChatGPT")
    expect(page.get_by_text("Say of which tool")).to_have_count(0)
    expect(page.get_by_role("cell", name="ada@corp.example Ada Byron")).to_be_visible()
    expect(page.get_by_text("the member has no e-mail address")).to_be_visible()
    assert page.evaluate("window.sameDocument") is True
    assert faults(page, EVERY_LOOK) == []
    page.get_by_role("button", name="Save, and count what it would bring").click()
    page.get_by_text("Being looked at").wait_for()
    inventory_tasks.look_at_uploads()
    page.get_by_text("Members of ChatGPT, as was said of such lists.").wait_for()
    page.get_by_role("button", name="Read it in").click()
    page.get_by_text("waits for a worker").wait_for()
    tasks.run_scan(told[0])  # the worker's part
    rollups.apply()
    page.get_by_text("is read: 1 new record").wait_for()


@pytest.mark.once
def test_a_statement_without_a_currency_asks_one_question(tmp_path, settings, monkeypatch, sign_in):
    settings.PENUMBRA = {**settings.PENUMBRA, "UPLOADS_DIR": tmp_path / "uploads"}
    for pages in (sources, columns):
        monkeypatch.setattr(pages.look_at_upload, "delay", lambda number: None)
    file = tmp_path / "bank.csv"
    file.write_text("Date,Description,Amount,Balance\n2026-04-03,BAHN,-20.00,80.00\n")
    page = sign_in(Role.FINANCE)
    page.goto("/sources/")
    page.get_by_label("Files or archives").set_input_files([file])
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_text("Being looked at").wait_for()
    inventory_tasks.look_at_uploads()  # the worker's part
    expect(page.get_by_label("All amounts are in")).to_have_value("EUR")
    assert faults(page) == []
    page.get_by_label("All amounts are in").fill("usd")
    page.get_by_role("button", name="Yes, count it so").click()
    page.get_by_text("Being looked at").wait_for()
    inventory_tasks.look_at_uploads()
    page.get_by_text("read in USD, as was said of such files").wait_for()
    page.get_by_role("button", name="Read it in").wait_for()


@pytest.mark.once
@pytest.mark.parametrize("address", ["/", "/sources/", "/sources/sample/"])
def test_axe_finds_nothing_on_the_pages_of_a_new_administrator(sign_in, address):
    mark_as_demo("Norrland")
    create_personas()
    page = sign_in(Role.ADMINISTRATOR)
    page.goto(address)
    assert faults(page) == []


def test_a_scan_is_withdrawn_after_a_question(company, monkeypatch, sign_in):
    monkeypatch.setattr(sources.run_scan, "delay", lambda number: None)
    page = sign_in(Role.ADMINISTRATOR)
    page.goto("/sources/")
    page.get_by_role("link", name="Withdraw exports/a-folder").click()
    page.get_by_role("link", name="Keep it").click()
    assert not Scan.objects.filter(state=Scan.State.WITHDRAWING).exists()
    page.get_by_role("link", name="Withdraw exports/a-folder").click()
    page.get_by_role("button", name="Withdraw it").click()
    page.get_by_text("what only it showed will be gone").wait_for()


@pytest.mark.once
@pytest.mark.parametrize("role", [Role.FINANCE, Role.SECURITY, Role.PROCUREMENT, Role.EMPLOYEE])
def test_every_home_can_be_read_by_anybody(company, sign_in, role):
    page = sign_in(role)
    page.goto("/")
    assert faults(page) == []


@pytest.mark.once
def test_any_page_can_be_read_by_anybody(company, sign_in):
    page = sign_in(Role.FINANCE)  # who sees everything but the list of opened names
    scan = Scan.objects.get(file_name__startswith="exports/")
    found = faults_of(
        page,
        [
            *PAGES,
            f"/scans/{scan.pk}/",
            f"/scans/{scan.pk}/withdraw/",
            f"/sources/{scan.source_id}/",
            f"/purchases/{Purchase.objects.latest('pk').pk}/",
            "/accounts/logout/",
        ],
    )
    page.context.clear_cookies()
    assert found | faults_of(page, ["/accounts/login/"]) == {}


@pytest.mark.once
def test_every_component_can_be_read_by_anybody_at_any_width_in_any_theme(sign_in):
    page = sign_in(Role.FINANCE)
    page.goto("/components/")
    assert faults(page, EVERY_LOOK) == []


@pytest.mark.once
def test_the_keyboard_reaches_the_content_first(company, sign_in):
    page = sign_in(Role.PROCUREMENT)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.once
def test_the_way_out_is_in_sight_below_the_longest_navigation(company, sign_in):
    page = sign_in(Role.SECURITY)
    page.set_viewport_size({"width": 1280, "height": 640})
    out = page.get_by_role("button", name="Sign out")
    expect(out).to_be_in_viewport(ratio=1)
    page.get_by_role("link", name="What am I told of?").focus()  # the last of the list is not covered by it
    last, foot = page.get_by_role("link", name="What am I told of?").bounding_box(), out.bounding_box()
    assert last["y"] + last["height"] <= foot["y"]


@pytest.mark.once
def test_the_menu_opens_on_a_phone(company, sign_in):
    page = sign_in(Role.PROCUREMENT)
    page.set_viewport_size({"width": 390, "height": 844})
    link = page.get_by_role("link", name="Is it all coming in?")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    link.click()
    page.wait_for_url("**/sources/")


def test_triage_is_done_by_key_and_undone(company, sign_in):
    page = sign_in(Role.SECURITY)
    page.goto("/triage/")
    first = page.get_by_role("heading", level=1).inner_text()
    page.evaluate("window.sameDocument = true")
    page.keyboard.press("j")
    page.wait_for_url("**/triage/?tool=*")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(first)
    assert page.evaluate("window.sameDocument") is True  # the queue moves without loading the page
    page.keyboard.press("k")
    page.get_by_role("heading", name=first, level=1).wait_for()
    page.keyboard.press("s")  # a reason is asked for first
    expect(page.locator("#reason")).to_be_focused()
    page.keyboard.type("training is off")
    page.keyboard.press("Enter")
    page.get_by_text(f"{first}: decided.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone: 1 tool is as it was.").wait_for()


@pytest.mark.once
def test_triage_and_bulk_work_without_script(company, chromium, live_server, client):
    address = live_server.url
    client.force_login(a_user(Role.SECURITY), "allauth.account.auth_backends.AuthenticationBackend")
    context = chromium.new_context(java_script_enabled=False, base_url=address)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    page = context.new_page()
    page.goto("/triage/")
    page.get_by_label("Why?").fill("vendor answers next week")
    page.get_by_role("button", name="Snooze").click()
    page.get_by_text("is snoozed").first.wait_for()
    page.goto("/tools/")
    page.get_by_text("Decide about several at once").click()
    page.get_by_label("Mark ChatGPT").check()
    page.get_by_role("combobox", name="Status").select_option("sanctioned")
    page.get_by_label("Why?").fill("contract signed")
    page.get_by_role("button", name="Decide", exact=True).click()
    page.get_by_text("1 tool was decided about.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone: 1 tool is as it was.").wait_for()
    context.close()


@pytest.mark.once
def test_where_people_decide_can_be_read_by_anybody(company, sign_in):
    page = sign_in(Role.SECURITY)
    made = make_policy(
        "Chats",
        Conditions(capability="chat"),
        Outcome("sanctioned", 90),
        actor="security@corp.example",
        now=datetime(2026, 3, 31, 12, tzinfo=UTC),
    )
    switch(
        made, True, actor="security@corp.example", reason="known", now=datetime(2026, 3, 31, 12, tzinfo=UTC)
    )
    batch = DecisionBatch.objects.get()
    addresses = (
        "/triage/",
        "/triage/policies/",
        f"/triage/policies/{made.pk}/",
        "/decisions/",
        f"/decisions/{batch.pk}/",
        "/tools/",
        "/tools/openai/chatgpt/?tab=decisions",
        "/decisions/tool/openai/chatgpt/",
    )
    assert faults_of(page, addresses) == {}


@pytest.mark.once
def test_texts_that_wait_read_well_for_everybody(company, sign_in):
    rows.product("zorblaxo/a-very-long-name", "Zorblaxo Enterprise Conversations", capability="voice")
    text = rows.descriptor("", Descriptor.State.REVIEW, form="zorblaxo ai tallinn", mcc="5734")
    rows.spend(text, "29.99", text="PAYPAL *ZORBLAXO AI 4029357733 A-VERY-LONG-REFERENCE TALLINN EE")
    Decision.objects.create(
        kind=Decision.Kind.RECOGNISE,
        subject={"channel": "card", "text": "00", "form": "a text"},
        after="openai/chatgpt",
        actor=ADA,
        reason="its invoice says so",
    )
    would = Playback(
        asked=9,
        moves=[Move("review", "openai/chatgpt", 1, 1, {"EUR": 29_990_000}, [text.pk])],
        opens_descriptors=3,
        opens_records=12,
        contradicts=[1],
    )
    rule = AskedRule.objects.create(
        fits="words",
        text="zorblaxo tallinn a-very-long-word-of-a-pattern",
        answer="openai/chatgpt",
        actor=ADA,
        reason="its invoice says so",
        state="played",
        would=would.as_dict(),
    )
    said = {"fits": "words", "words": ["adler"], "channel": "card", "answer": "openai/chatgpt"}
    Decision.objects.create(
        kind=Decision.Kind.RULE, subject={"rule": rule.pk}, after=said, actor=ADA, reason="its invoice"
    )
    page = sign_in(Role.SECURITY)
    addresses = (
        "/recognitions/rules/",
        f"/recognitions/rules/{rule.pk}/",
        "/recognitions/",
        f"/recognitions/{text.pk}/?q=zorb",
        "/recognitions/decided/",
        "/recognitions/inspect/",
    )
    assert faults_of(page, addresses) == {}
    page.get_by_label("Text", exact=True).fill(
        "PAYPAL *ZORBLAXO AI 4029357733 A-VERY-LONG-REFERENCE TALLINN EE"
    )
    page.get_by_role("button", name="Weigh it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("A person is asked")
    assert faults(page) == []
