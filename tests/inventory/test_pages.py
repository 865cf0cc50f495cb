from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from discovery.models import RejectedRow, Scan
from discovery.scans import Failure
from inventory import rollups
from inventory.access import Role
from inventory.models import Tool
from inventory.pages import sources
from inventory.pseudonyms import pseudonym
from tests.inventory import rows

pytestmark = pytest.mark.django_db

LISTS = [reverse("tools"), reverse("sources"), reverse("progress"), reverse("rejected")]
TOOL = reverse("tool", args=["openai/chatgpt"])


@pytest.fixture
def chatgpt() -> Tool:
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    chat = rows.descriptor("openai/chatgpt", form="OPENAI CHATGPT SUBSCR")
    ada = rows.person("ada@corp.example", "Engineering", name="Ada Byron")
    rows.spend(chat, "1234.5", date(2026, 3, 4), person=ada, department="Engineering")
    rows.spend(chat, "9", date(2026, 3, 4), currency="USD")
    rollups.apply()
    return Tool.objects.get()


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("address", ["/", *LISTS, TOOL])
def test_a_visitor_signs_in_first(address):
    response = Client().get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("role", [None, Role.EMPLOYEE])
def test_an_employee_is_told_what_comes_to_them_and_sees_nothing_else(signed_in, chatgpt, role):
    client = signed_in(role)
    assert "Nothing is asked of you here yet" in text_of(client.get("/"))
    for address in [*LISTS, TOOL]:
        assert client.get(address).status_code == 403


def test_the_privacy_officer_sees_figures_and_no_person(signed_in, chatgpt):
    client = signed_in(Role.PRIVACY_OFFICER)
    for page in (client.get(reverse("tools")), client.get(TOOL)):
        text = text_of(page)
        assert "ChatGPT" in text
        assert "1–4" in text
        for word in ("Ada", "ada@corp.example", "OPENAI CHATGPT SUBSCR"):
            assert word not in text
    assert client.get(reverse("rejected")).status_code == 403


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.EMPLOYEE}))
def test_everybody_else_begins_with_the_inventory(signed_in, role):
    assert signed_in(role).get("/")["Location"] == reverse("tools")


def test_the_list_shows_tools_with_spend_and_totals(signed_in, chatgpt):
    text = text_of(signed_in(Role.FINANCE).get(reverse("tools")))
    assert "We use 1 AI tool" in text
    # its row, and the total
    assert text.count("EUR 1,234.50") == 2
    assert text.count("+ USD 9.00") == 2


def test_what_is_not_ai_is_said_beside_the_total(signed_in, chatgpt):
    rows.sealed(rows.source(), "2026-03", 812, {"EUR": [812, 5_000_000_000]})
    text = text_of(signed_in(Role.FINANCE).get(reverse("tools")))
    assert "812 records of EUR 5,000.00" in text
    assert "employees’ expenses" in text  # no source was read for them


def test_search_and_filters_narrow_the_list(signed_in, chatgpt):
    rows.product("deepl/translator", "DeepL Translator")
    rows.presence(rows.descriptor("deepl/translator"))
    rollups.apply()
    client = signed_in(Role.SECURITY)

    def shown(query: str) -> list[bool]:
        text = text_of(client.get(reverse("tools") + query))
        return [f"<b>{name}</b>" in text for name in ("ChatGPT", "DeepL Translator")]

    assert shown("?q=deepl") == [False, True]
    assert shown("?q=CHATGPT+openai") == [True, False]
    assert shown("?door=sso") == [False, True]
    assert shown("?status=prohibited") == [False, False]
    assert shown("?sort=name&door=nonsense&page=99") == [True, True]


def test_long_lists_say_how_many_of_how_many(signed_in):
    for number in range(60):
        rows.spend(rows.descriptor(f"maker{number:02}/tool"), str(number + 1))
    rollups.apply()
    client = signed_in(Role.SECURITY)
    assert "1–50 of 60" in text_of(client.get(reverse("tools")))
    second = text_of(client.get(reverse("tools") + "?page=2"))
    assert "51–60 of 60" in second
    assert "All 60 tools" in second


def test_a_tool_shows_its_evidence(signed_in, chatgpt):
    text = text_of(signed_in(Role.SECURITY).get(TOOL))
    for words in ("OPENAI CHATGPT SUBSCR", "the name of the product", "EUR 1,234.50", "2026-03"):
        assert words in text
    assert pseudonym("ada@corp.example", Role.SECURITY) in text
    assert "Ada" not in text
    assert "Showing 1–2 of 2 records" in text


def test_text_of_a_source_is_shown_as_text(signed_in):
    rows.spend(rows.descriptor("openai/chatgpt", form="<script>alert(1)</script>"))
    rollups.apply()
    assert "<script>alert" not in text_of(signed_in(Role.SECURITY).get(TOOL))


def test_a_tool_nobody_has_is_not_found(signed_in):
    assert signed_in(Role.SECURITY).get(TOOL).status_code == 404


@pytest.mark.parametrize("address", LISTS)
def test_pages_say_something_before_anything_was_read(signed_in, address):
    text_of(signed_in(Role.ADMINISTRATOR).get(address))


def fill(count: int) -> None:
    for number in range(count):
        key = f"maker{number:02}/tool"
        rows.product(key, capability=f"job{number % 7}")
        of = rows.descriptor(key)
        where = rows.source(f"source {number:02}")
        rows.spend(of, str(number + 1), person=rows.person(f"p{number}@corp.example"), source=where)
        rows.sealed(where, "2026-03", 1, {"EUR": [1, 1]})
        rejected = rows.scan(where)
        RejectedRow.objects.create(scan=rejected, line=3, reason="no date", row=b"sealed")
    rollups.apply()


@pytest.mark.parametrize(
    ("address", "queries"),
    [(reverse("tools"), 16), (reverse("sources"), 12), (reverse("progress"), 7), (reverse("rejected"), 8)],
)
@pytest.mark.parametrize("count", [1, 50])
def test_a_page_asks_the_database_as_often_for_fifty_rows_as_for_one(
    signed_in, django_assert_num_queries, address, queries, count
):
    client = signed_in(Role.FINANCE)
    fill(count)
    with django_assert_num_queries(queries):
        text_of(client.get(address))


@pytest.mark.parametrize("count", [1, 50])
def test_a_tools_page_asks_as_often_for_fifty_records_as_for_one(
    signed_in, django_assert_num_queries, chatgpt, count
):
    client = signed_in(Role.FINANCE)
    of = rows.descriptor("openai/chatgpt")
    for number in range(count):
        rows.spend(of, "1", person=rows.person(f"p{number}@corp.example"))
    rollups.apply()
    with django_assert_num_queries(20):
        text_of(client.get(TOOL))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (Scan.State.WAITING, "waits for a worker"),
        (Scan.State.READING, "1,200 of about 5,000 rows so far"),
        (Scan.State.DONE, "1,200 new records"),
        (Scan.State.QUESTION, "needs an answer"),
        (Scan.State.WITHDRAWN, "nothing of it counts"),
    ],
)
def test_a_scan_says_in_a_sentence_where_it_stands(signed_in, state, words):
    rows.scan(state=state, rows_read=1_200, records_new=1_200, rows_expected=5_000)
    rollups.apply()
    text = text_of(signed_in(Role.FINANCE).get(reverse("progress")))
    assert words in text
    running = state in (Scan.State.WAITING, Scan.State.READING)
    assert ("hx-get" in text) is running


def test_a_running_scan_shows_how_far_it_is(signed_in):
    rows.scan(state=Scan.State.READING, rows_read=1_200, rows_expected=5_000)
    text = text_of(signed_in(Role.FINANCE).get(reverse("progress")))
    assert 'max="5000" value="1200"' in text


def test_what_went_wrong_with_a_scan_is_shown(signed_in):
    rows.scan(state=Scan.State.FAILED, error="file.csv has no column for the date; export it with one")
    assert "has no column for the date" in text_of(signed_in(Role.FINANCE).get(reverse("sources")))


def test_a_scan_that_runs_cannot_be_withdrawn_and_one_that_is_not_there_is_not_found(signed_in):
    client = signed_in(Role.FINANCE)
    running = rows.scan(state=Scan.State.READING)
    text = text_of(client.get(reverse("withdraw", args=[running.pk])))
    assert "cannot be withdrawn now" in text
    assert "Withdraw it" not in text
    assert client.get(reverse("withdraw", args=[running.pk + 1])).status_code == 404


def test_many_scans_come_in_pages_and_the_page_stays_while_one_runs(signed_in):
    for number in range(23):
        rows.scan(file_name=f"file-{number:02}.csv")
    rows.scan(state=Scan.State.WAITING)
    client = signed_in(Role.FINANCE)
    assert "Showing 1–10 of 24 scans" in text_of(client.get(reverse("sources")))
    last = text_of(client.get(reverse("progress") + "?scans=3"))
    assert "Showing 21–24 of 24 scans" in last
    assert 'hx-get="/sources/progress/?scans=3"' in last
    assert "file-00.csv" in last


def test_filters_offer_only_what_some_tool_came_in_by(signed_in, chatgpt):
    text = text_of(signed_in(Role.FINANCE).get(reverse("tools")))
    assert "Corporate card <small>1</small>" in text
    assert "Network" not in text


def test_many_people_and_purchases_come_in_pages(signed_in, chatgpt):
    of = rows.descriptor("openai/chatgpt")
    for number in range(30):
        rows.spend(of, "1", person=rows.person(f"p{number:02}@corp.example"))
    rollups.apply()
    text = text_of(signed_in(Role.SECURITY).get(TOOL + "?people=2"))
    assert "Showing 26–31 of 31 people" in text
    assert "Showing 1–10 of 32 purchases" in text
    assert "Next 10" in text


@pytest.fixture
def started(monkeypatch) -> list[int]:
    numbers: list[int] = []
    monkeypatch.setattr(sources.run_scan, "delay", numbers.append)
    return numbers


def test_an_upload_opens_scans_and_says_what_was_not_recognised(signed_in, monkeypatch, started):
    asked = []

    def accept(file, **options):
        asked.append((file.name, options))
        return [rows.scan(state=Scan.State.WAITING, file_name=file.name), Failure("b.bin", "is not a format")]

    monkeypatch.setattr(sources, "accept_upload", accept)
    client = signed_in(Role.FINANCE)
    response = client.post(
        reverse("upload"),
        {"files": [SimpleUploadedFile("cards.csv", b"x")], "connector": "", "account": " ACME 1 "},
        follow=True,
    )
    assert asked == [("cards.csv", {"connector": "", "account": "ACME 1", "by": "finance@corp.example"})]
    assert started == [Scan.objects.get(file_name="cards.csv").pk]
    text = text_of(response)
    assert "cards.csv is being read" in text
    assert "b.bin: is not a format" in text


def test_an_upload_without_a_file_or_of_an_unknown_format_is_refused(signed_in, monkeypatch, started):
    monkeypatch.setattr(sources, "accept_upload", lambda *a, **k: pytest.fail("nothing to accept"))
    client = signed_in(Role.FINANCE)
    assert "No file was chosen" in text_of(client.post(reverse("upload"), {}, follow=True))
    form = {"files": [SimpleUploadedFile("a.csv", b"x")], "connector": "telepathy"}
    assert "not known here" in text_of(client.post(reverse("upload"), form, follow=True))


def test_only_some_roles_upload_and_withdraw(signed_in, started):
    scan = rows.scan()
    auditor = signed_in(Role.AUDITOR)
    assert auditor.post(reverse("upload"), {}).status_code == 403
    assert auditor.post(reverse("withdraw", args=[scan.pk])).status_code == 403
    assert auditor.get(reverse("withdraw", args=[scan.pk])).status_code == 403
    assert signed_in(Role.SECURITY).post(reverse("withdraw", args=[scan.pk])).status_code == 403
    assert "Read a file" not in text_of(auditor.get(reverse("sources")))
    assert started == []


def test_a_scan_is_withdrawn_only_after_it_was_said_what_will_be_gone(signed_in, started):
    scan = rows.scan(file_name="march.csv", rows_read=815, records_new=812, rows_rejected=3)
    client = signed_in(Role.FINANCE)
    asked = text_of(client.get(reverse("withdraw", args=[scan.pk])))
    for words in ("Withdraw march.csv?", "812 were new", "3 rejected rows"):
        assert words in asked
    scan.refresh_from_db()
    assert (scan.state, started) == (Scan.State.DONE, [])
    assert "is being withdrawn" in text_of(client.post(reverse("withdraw", args=[scan.pk]), follow=True))
    scan.refresh_from_db()
    assert (scan.state, scan.requested_by) == (Scan.State.WITHDRAWING, "finance@corp.example")
    assert started == [scan.pk]


def test_rejected_rows_show_file_line_and_reason_but_never_the_row(signed_in):
    scan = rows.scan(rows.source("ledger"), file_name="ledger.csv")
    RejectedRow.objects.create(scan=scan, line=17, reason="the amount is no number", row=b"TOP-SECRET")
    RejectedRow.objects.create(scan=rows.scan(rows.source("other")), line=1, reason="no date", row=b"")
    client = signed_in(Role.AUDITOR)
    text = text_of(client.get(reverse("rejected") + "?source=ledger"))
    for words in ("ledger.csv", "17", "the amount is no number", "1 row could not be read"):
        assert words in text
    assert "no date" not in text
    assert "TOP-SECRET" not in text


def test_pages_hold_nothing_that_the_security_policy_forbids(signed_in, chatgpt):
    client = signed_in(Role.FINANCE)
    for address in [*LISTS, TOOL]:
        text = text_of(client.get(address))
        assert "style=" not in text
        assert "<style" not in text
        assert " onclick" not in text
