from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from discovery.models import RejectedRow, Scan
from inventory import previews, rollups
from inventory.access import Role
from inventory.flags.keep import check_all
from inventory.flags.wording import detail_of, title_of
from inventory.granting import set_access
from inventory.models import Flag, Preview, Tool, ToolStatus
from inventory.pages import sources
from inventory.pseudonyms import pseudonym
from tests.inventory import rows

pytestmark = [pytest.mark.django_db, pytest.mark.once]

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


def words_of(response) -> str:
    """What a reader sees: no tags, single spaces."""
    return " ".join(re.sub(r"<[^>]*>", " ", text_of(response)).split())


@pytest.mark.parametrize("address", ["/", *LISTS, TOOL])
def test_a_visitor_signs_in_first(address):
    response = Client().get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("role", [None, Role.EMPLOYEE])
def test_an_employee_is_told_what_comes_to_them_and_sees_nothing_else(signed_in, chatgpt, role):
    client = signed_in(role)
    assert "Is it allowed?" in text_of(client.get("/"))
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


@pytest.mark.parametrize("role", [Role.PRIVACY_OFFICER, Role.AUDITOR])
def test_who_only_looks_begins_with_the_inventory(signed_in, role):
    assert signed_in(role).get("/")["Location"] == reverse("tools")


def test_a_new_administrator_is_led_to_a_first_inventory(signed_in):
    client = signed_in(Role.ADMINISTRATOR)
    words = words_of(client.get("/"))
    assert "Four steps to a first inventory" in words
    assert "/Users?startIndex=1&amp;count=200" in words
    assert "you say what its columns mean, once" in words
    rows.scan(rows.source("directory", "directory"), finished_at=datetime(2026, 3, 1, tzinfo=UTC))
    assert text_of(client.get("/")).count("<details open>") == 1
    assert "SCIM" not in words_of(client.get("/"))  # that step is done


def test_the_administrator_sees_whether_all_comes_in(signed_in):
    fill(3)
    words = words_of(signed_in(Role.ADMINISTRATOR).get("/"))
    assert "Recognitions waiting" in words
    assert "Rows rejected" in words
    assert "newest first" in words


def test_finance_begins_with_a_month_against_the_one_before(signed_in, chatgpt):
    of = rows.descriptor("openai/chatgpt")
    rows.spend(of, "1000", date(2026, 2, 4), department="Sales", door="procurement")
    rows.spend(of, "265.5", date(2026, 3, 9))  # nobody knows whose
    rollups.apply()
    words = words_of(signed_in(Role.FINANCE).get("/"))
    assert "In EUR, Mar 2026 cost 50 % more than Feb 2026" in words  # 9 dollars are not in the change
    assert "17.7 %" in words  # 265.50 of 1,500.00 in euro

    assert "Sales EUR 1,000.00 –" in words
    assert "Engineering – EUR 1,234.50" in words
    assert "not attributed – EUR 265.50 + USD 9.00" in words
    assert "Procurement EUR 1,000.00 –" in words


def test_security_begins_with_what_is_new_and_undecided(signed_in, chatgpt):
    words = words_of(signed_in(Role.SECURITY).get("/"))
    assert "1 tool waits for a decision" in words
    assert "1 was first seen in the thirty days up to 4 Mar 2026" in words
    assert "ChatGPT" in words


def test_procurement_begins_with_jobs_that_several_tools_do(signed_in, chatgpt):
    rows.product("anthropic/claude", "Claude", capability="chat")
    rows.spend(rows.descriptor("anthropic/claude"), "65.5", date(2026, 3, 5))
    rows.product("deepl/translator", "DeepL", capability="translation")
    rows.presence(rows.descriptor("deepl/translator"))
    rollups.apply()
    words = words_of(signed_in(Role.PROCUREMENT).get("/"))
    assert "1 job is done by more than one tool" in words
    assert "Chat 2 EUR 1,300.00 + USD 9.00" in words
    assert "Paid and unowned 2" in words


def test_an_employee_is_answered_by_name_and_told_what_to_use_instead(signed_in, chatgpt):
    rows.product("anthropic/claude", "Claude", capability="chat")
    rows.product("other/chatter", "Chatter", capability="chat")
    rows.presence(rows.descriptor("anthropic/claude"))
    rollups.apply()
    Tool.objects.filter(key="anthropic/claude").update(status=ToolStatus.SANCTIONED)
    Tool.objects.filter(key="openai/chatgpt").update(status=ToolStatus.PROHIBITED)
    client = signed_in(Role.EMPLOYEE)

    def answer(name: str) -> str:
        return words_of(client.get(reverse("allowed"), {"tool": name}))

    assert "Claude. Yes. It is sanctioned." in answer("claude")
    assert "ChatGPT. No. It is prohibited here. Use instead: Claude" in answer("chatgpt")
    assert "Chatter. Not yet decided. Nobody here was seen to use it. Use instead: Claude" in answer(
        "chatter"
    )
    assert "“something else” is not known here. Ask before you use it" in answer("something else")
    guessed = answer("chatgtp")
    assert "“chatgtp” is not known here." in guessed
    assert (
        "Do you mean one of these, which are spelt nearly so? ChatGPT. No. It is prohibited here." in guessed
    )
    shown = answer("")
    assert "Ada" not in shown
    assert "EUR" not in shown


def test_the_list_shows_tools_with_spend_and_totals(signed_in, chatgpt):
    words = words_of(signed_in(Role.FINANCE).get(reverse("tools")))
    assert "We use 1 AI tool" in words
    # its row, and the total
    assert words.count("EUR 1,234.50 + USD 9.00") == 2


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

    Tool.objects.filter(key="openai/chatgpt").update(owner="ada@corp.example")
    assert shown("?capability=chat") == [True, False]
    assert shown("?department=Engineering") == [True, False]
    assert shown("?owner=ada@corp.example") == [True, False]
    assert shown("?owner=-") == [False, True]
    assert shown("?kind=sso") == [False, True]
    assert shown("?seen=new") == [True, True]
    assert shown("?seen=quiet") == [False, False]
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


def test_totals_are_the_sums_of_the_rows_in_each_currency(signed_in):
    for number in range(7):
        of = rows.descriptor(f"maker{number}/tool")
        rows.spend(of, f"{number + 1}.01", currency="EUR" if number % 2 else "USD")
        rows.spend(of, "0.5", date(2024, 1, 9))  # before the twelve months
    rollups.apply()
    client = signed_in(Role.FINANCE)
    for query in ("", "?q=maker3", "?sort=name&col=spend"):
        table = list(csv.DictReader(io.StringIO(client.get(f"/tools.csv{query}").content.decode())))
        words = words_of(client.get(f"/tools/{query}"))
        total = words[words.rindex("tools") :]
        for currency in ("EUR", "USD"):
            paid = sum(float(row.get(f"spend_12m_{currency.lower()}") or 0) for row in table)
            assert (f"{currency} {paid:,.2f}" in words) is (paid > 0), (query, total)


def test_a_list_is_exported_as_it_is_shown(signed_in, chatgpt):
    rows.product("deepl/translator", "=DeepL", capability="translation")
    rows.presence(rows.descriptor("deepl/translator"))
    rollups.apply()
    client = signed_in(Role.FINANCE)
    everything = client.get("/tools.csv?sort=name&col=status&col=people&col=spend")
    assert everything["Content-Disposition"] == 'attachment; filename="tools.csv"'
    table = list(csv.reader(io.StringIO(everything.content.decode())))
    assert table == [
        [
            *("product", "product_name", "vendor", "vendor_name", "capability"),
            *("status", "people_count", "spend_12m_eur", "spend_12m_usd"),
        ],
        ["deepl/translator", "'=DeepL", "deepl", "Deepl", "translation", "discovered", "0", "0.00", "0.00"],
        ["openai/chatgpt", "ChatGPT", "openai", "Openai", "chat", "discovered", "1", "1234.50", "9.00"],
    ]
    narrowed = client.get("/tools.csv?q=deepl").content.decode()
    assert "chatgpt" not in narrowed
    assert client.get("/tools.xlsx?q=deepl").content[:2] == b"PK"
    assert client.get("/tools.exe").status_code == 404
    months = client.get("/tools.csv?col=trend").content.decode().splitlines()[0].split(",")
    assert months[5:7] == ["spend_2025-04_eur", "spend_2025-05_eur"]
    assert len(months) == 5 + 2 * 12


def test_an_export_tells_who_may_not_see_names_no_small_number_of_people(signed_in, chatgpt):
    table = list(
        csv.DictReader(io.StringIO(signed_in(Role.PRIVACY_OFFICER).get("/tools.csv").content.decode()))
    )
    assert [row["people_count"] for row in table] == ["1–4"]
    assert signed_in(Role.EMPLOYEE).get("/tools.csv").status_code == 403


def test_columns_are_chosen_in_the_address_and_kept_by_filters(signed_in, chatgpt):
    client = signed_in(Role.FINANCE)
    text = text_of(client.get("/tools/?col=plan&col=departments"))
    assert "Engineering" in text
    assert "EUR" not in words_of(client.get("/tools/?col=plan&col=departments")).partition("leave out")[0]
    assert 'name="col" value="plan" checked' in text
    assert "col=plan&amp;col=departments&amp;status=discovered" in text


def test_a_total_tells_who_may_not_see_names_no_more_than_its_rows(signed_in, chatgpt):
    words = words_of(signed_in(Role.PRIVACY_OFFICER).get("/tools/?status=discovered"))
    assert "1 of 1 tools at least 1 EUR 1,234.50" in words


def test_a_tool_shows_why_we_think_it_is_used(signed_in, chatgpt):
    client = signed_in(Role.SECURITY)
    overview = words_of(client.get(TOOL))
    assert "cards told of it in 2 records since 4 Mar 2026." in overview
    assert "Engineering 1 1" in overview
    assert "not named 4 Mar 2026 1 EUR 1,234.50" in overview  # a price that was paid
    evidence = words_of(client.get(TOOL + "?tab=evidence"))
    code = pseudonym("ada@corp.example", Role.SECURITY)
    for words in ("OPENAI CHATGPT SUBSCR", "the name of the product", f"person {code}", "EUR 1,234.50"):
        assert words in evidence
    assert code in words_of(client.get(TOOL + "?tab=people"))
    assert "Showing 1–2 of 2 records" in evidence
    spend = words_of(client.get(TOOL + "?tab=spend"))
    assert "Mar 2026 Corporate card EUR 1,234.50" in spend
    assert "All months EUR 1,234.50 + USD 9.00" in spend
    assert code in spend
    for tab in ("overview", "people", "spend", "evidence"):
        assert "Ada" not in text_of(client.get(f"{TOOL}?tab={tab}"))


def test_open_flags_stand_on_the_list_and_on_the_tools_page(signed_in, chatgpt):
    check_all(datetime(2026, 3, 31, 12, tzinfo=UTC))
    rules = list(Flag.objects.filter(state="open", folded_under="").values_list("rule", flat=True))
    assert "decision.undecided" in rules
    client = signed_in(Role.SECURITY)
    page = words_of(client.get(TOOL))
    assert "Open flags" in page
    for flag in Flag.objects.filter(rule__in=rules):
        assert f"{title_of(flag)} {detail_of(flag, exact=True)}" in page
    assert f'href="{TOOL}#flags"' in text_of(client.get("/tools/"))
    table = list(csv.DictReader(io.StringIO(client.get("/tools.csv").content.decode())))
    assert all(rule in table[0]["flags"] for rule in rules)


def test_flags_are_not_for_who_sees_figures_only_or_some_departments(signed_in, chatgpt):
    check_all(datetime(2026, 3, 31, 12, tzinfo=UTC))
    officer, limited = signed_in(Role.PRIVACY_OFFICER), signed_in(Role.SECURITY)
    of = get_user_model().objects.get(email="security@corp.example")
    set_access(of, roles=[Role.SECURITY], departments=["Engineering"], actor="hanna", reason="leads it")
    for client in (officer, limited):
        assert "Open flags" not in text_of(client.get(TOOL))
        assert "#flags" not in text_of(client.get("/tools/?col=flags&col=people"))
        assert "flags" not in client.get("/tools.csv?col=flags&col=people").content.decode()


def test_a_chart_stands_beside_a_table_with_the_same_months(signed_in, chatgpt):
    text = text_of(signed_in(Role.SECURITY).get(TOOL + "?tab=spend"))
    assert 'aria-label="ChatGPT: spend by month and door, EUR; the table holds the same figures"' in text
    assert text.count('<rect class="c') == 1


def test_text_of_a_source_is_shown_as_text(signed_in):
    rows.spend(rows.descriptor("openai/chatgpt", form="<script>alert(1)</script>"))
    rollups.apply()
    client = signed_in(Role.SECURITY)
    for tab in ("overview", "people", "spend", "evidence"):
        assert "<script>alert" not in text_of(client.get(f"{TOOL}?tab={tab}"))


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
    [(reverse("tools"), 26), (reverse("sources"), 20), (reverse("progress"), 7), (reverse("rejected"), 9)],
)
@pytest.mark.parametrize("count", [1, 50])
def test_a_page_asks_the_database_as_often_for_fifty_rows_as_for_one(
    signed_in, django_assert_num_queries, address, queries, count
):
    client = signed_in(Role.FINANCE)
    fill(count)
    with django_assert_num_queries(queries):
        text_of(client.get(address))


@pytest.mark.parametrize(
    ("tab", "queries"), [("", 31), ("?tab=people", 27), ("?tab=spend", 28), ("?tab=evidence", 28)]
)
@pytest.mark.parametrize("count", [1, 50])
def test_a_tools_page_asks_as_often_for_fifty_records_as_for_one(
    signed_in, django_assert_num_queries, chatgpt, count, tab, queries
):
    client = signed_in(Role.FINANCE)
    of = rows.descriptor("openai/chatgpt")
    for number in range(count):
        rows.spend(of, "1", person=rows.person(f"p{number}@corp.example"))
    rollups.apply()
    with django_assert_num_queries(queries):
        text_of(client.get(TOOL + tab))


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
    assert 'door=corporate_card">Corporate card <small>1</small>' in text
    assert "Network" not in text


def test_many_people_and_purchases_come_in_pages(signed_in, chatgpt):
    of = rows.descriptor("openai/chatgpt")
    for number in range(60):
        rows.spend(of, "1", person=rows.person(f"p{number:02}@corp.example"))
    rollups.apply()
    client = signed_in(Role.SECURITY)
    assert "Showing 51–61 of 61 people" in text_of(client.get(TOOL + "?tab=people&people=2"))
    bought = text_of(client.get(TOOL + "?tab=spend"))
    assert "Showing 1–15 of 62 purchases" in bought
    assert "Next 15" in bought


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.SECURITY, "home"),
        (Role.PROCUREMENT, "home"),
        (Role.PROCUREMENT, "owners"),
        (Role.PROCUREMENT, "overlaps"),
        (Role.FINANCE, "purchases"),
        (Role.SECURITY, "flags"),
        (Role.ADMINISTRATOR, "rejected"),
    ],
)
def test_before_a_source_is_read_no_page_says_that_all_is_well(signed_in, role, address):
    page = signed_in(role).get(reverse(address))
    assert "No source was read yet: what nobody tells of cannot be seen here. Go to sources" in words_of(page)
    for comfort in ("has a business owner", "has an owner", "No rule finds", "was understood"):
        assert comfort not in words_of(page)


@pytest.fixture
def started(monkeypatch) -> list[int]:
    numbers: list[int] = []
    monkeypatch.setattr(sources.run_scan, "delay", numbers.append)
    return numbers


CARDS = (
    b"Transaction ID,Transaction Date,Cardholder,Card,Merchant,MCC,Amount,Currency\n"
    b"t1,2026-03-02,ANNA BERG,4411,OPENAI *CHATGPT SUBSCR 4158799686 CA,5734,20.00,USD\n"
    b"t2,2026-03-03,ANNA BERG,4411,TRATTORIA DA GINO MALMO,5812,31.50,EUR\n"
    b"t3,2026-02-31,ANNA BERG,4411,TRATTORIA DA GINO MALMO,5812,31.50,EUR\n"
)


@pytest.fixture
def uploads(settings, tmp_path):
    """An empty folder of uploads."""
    folder = tmp_path / "uploads"
    settings.PENUMBRA = {**settings.PENUMBRA, "UPLOADS_DIR": folder}
    return folder


@pytest.fixture
def uploaded(signed_in, monkeypatch, uploads):
    """A client that has uploaded a file of cards, which a worker has looked at."""
    monkeypatch.setattr(sources.look_at_upload, "delay", previews.look)
    client = signed_in(Role.FINANCE)
    client.post(reverse("upload"), {"files": [SimpleUploadedFile("cards.csv", CARDS)], "account": " ACME 1 "})
    return client


def test_a_file_is_looked_at_before_anything_of_it_counts(uploaded, uploads):
    words = words_of(uploaded.get(reverse("sources")))
    assert (
        "Card transactions (CSV, XLSX): 4 rows, of them 2 new, 0 known, 1 passed over, 1 rejected "
        "Of what is new 0 about AI, 1 to review, 1 sealed Line 4: "
    ) in words
    assert "Nothing of it counts yet" in words
    assert not Scan.objects.exists()
    preview = Preview.objects.get()
    assert (preview.account, preview.requested_by) == ("ACME 1", "finance@corp.example")
    assert "TRATTORIA" not in str(preview.outcomes)
    assert str(uploads) not in words


def test_a_file_that_was_looked_at_is_read_in_when_somebody_says_so(uploaded, started):
    words = words_of(uploaded.post(reverse("read_in", args=[Preview.objects.get().pk]), follow=True))
    scan = Scan.objects.get()
    assert (scan.file_name, scan.account, scan.uploaded) == ("cards.csv", "ACME 1", True)
    assert scan.requested_by == "finance@corp.example"
    assert started == [scan.pk]
    assert "cards.csv is being read" in words
    assert not Preview.objects.exists()


@pytest.fixture
def uploaded_more(uploaded):
    """Three files that wait: one read like the first, one with nothing new, one that cannot be read."""
    files = {
        "more.csv": CARDS.replace(b"t1,", b"t8,").replace(b"t2,", b"t9,"),
        "headings.csv": CARDS.splitlines(keepends=True)[0],
        "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    }
    uploaded.post(
        reverse("upload"), {"files": [SimpleUploadedFile(name, text) for name, text in files.items()]}
    )
    return uploaded


def test_many_files_are_read_in_with_one_answer(uploaded_more, started):
    words = words_of(uploaded_more.get(reverse("sources")))
    assert "4 files wait for your answer 3 can be read in" in words
    assert "picture.png is a picture" in words
    assert "No row of it is a purchase, a sign-in or anything else that counts" in words
    readable = [preview.pk for preview in Preview.objects.exclude(file_name="picture.png")]
    words = words_of(uploaded_more.post(reverse("read_in_all"), {"look": readable}, follow=True))
    assert "3 files are being read." in words
    assert sorted(started) == sorted(Scan.objects.values_list("pk", flat=True))
    assert set(Scan.objects.values_list("file_name", flat=True)) == {"cards.csv", "more.csv", "headings.csv"}
    assert [preview.file_name for preview in previews.waiting()] == ["picture.png"]


def test_one_answer_is_for_the_files_that_the_page_showed(uploaded_more, uploads, started):
    """Not for what somebody uploaded since, nor for what is no number."""
    first = Preview.objects.order_by("pk").first()
    uploaded_more.post(reverse("read_in_all"), {"look": [first.pk, "x", 10**30]})
    assert [scan.file_name for scan in Scan.objects.all()] == ["cards.csv"]
    left = list(previews.waiting().order_by("pk"))
    page = uploaded_more.post(
        reverse("throw_all_away"), {"look": [left[0].pk, left[1].pk, first.pk]}, follow=True
    )
    assert "Thrown away: 2; nothing of these files counts." in words_of(page)
    assert [preview.pk for preview in previews.waiting()] == [left[2].pk]


def test_a_file_that_is_not_wanted_is_gone(uploaded, uploads):
    words = words_of(uploaded.post(reverse("throw_away", args=[Preview.objects.get().pk]), follow=True))
    assert "nothing of it counts" in words
    assert "Your answer" not in words
    assert list(uploads.iterdir()) == []
    thrown = Preview.objects.get()
    assert (thrown.file_name, thrown.thrown_away_by) == ("cards.csv", "finance@corp.example")
    assert (thrown.path, thrown.account, thrown.outcomes) == ("", "", None)
    again = uploaded.post(reverse("throw_away", args=[thrown.pk]))
    assert (again.status_code, uploads.exists()) == (404, True)
    assert uploaded.post(reverse("read_in", args=[thrown.pk])).status_code == 404
    previews.forget(thrown.created_at + previews.KEPT * 2)
    assert Preview.objects.exists()


def test_a_file_that_nobody_answers_for_is_thrown_away_after_a_day(uploaded, uploads):
    made = Preview.objects.get().created_at
    assert previews.forget(made + previews.KEPT) == 0
    assert previews.forget(made + previews.KEPT * 1.01) == 1
    assert list(uploads.iterdir()) == []


def test_a_look_that_no_worker_was_told_of_is_taken_up(signed_in, monkeypatch, uploads):
    monkeypatch.setattr(sources.look_at_upload, "delay", lambda number: None)
    client = signed_in(Role.FINANCE)
    client.post(reverse("upload"), {"files": [SimpleUploadedFile("a.bin", b"\x00\x01")]})
    waiting = text_of(client.get(reverse("looks")))
    assert "Being looked at" in waiting
    assert "hx-get" in waiting
    previews.look_at_all()
    looked = text_of(client.get(reverse("looks")))
    assert "a.bin is of no format that is known here" in looked
    assert "hx-get" not in looked


def test_an_upload_without_a_file_or_of_an_unknown_format_is_refused(signed_in, started, uploads):
    client = signed_in(Role.FINANCE)
    assert "No file was chosen" in text_of(client.post(reverse("upload"), {}, follow=True))
    form = {"files": [SimpleUploadedFile("a.csv", b"x")], "connector": "telepathy"}
    assert "not known here" in text_of(client.post(reverse("upload"), form, follow=True))
    assert not Preview.objects.exists()


def test_only_some_roles_upload_and_withdraw(signed_in, started):
    scan = rows.scan()
    auditor = signed_in(Role.AUDITOR)
    assert auditor.post(reverse("upload"), {}).status_code == 403
    assert auditor.post(reverse("read_in", args=[1])).status_code == 403
    assert auditor.post(reverse("throw_away", args=[1])).status_code == 403
    assert auditor.post(reverse("withdraw", args=[scan.pk])).status_code == 403
    assert auditor.get(reverse("withdraw", args=[scan.pk])).status_code == 403
    assert signed_in(Role.SECURITY).post(reverse("withdraw", args=[scan.pk])).status_code == 403
    assert "Read a file" not in text_of(auditor.get(reverse("sources")))
    assert started == []


def test_a_scan_is_withdrawn_only_after_it_was_said_what_will_be_gone(signed_in, started):
    scan = rows.scan(file_name="march.csv", rows_read=815, records_new=812, rows_rejected=3)
    client = signed_in(Role.FINANCE)
    asked = text_of(client.get(reverse("withdraw", args=[scan.pk])))
    for words in ("Withdraw march.csv?", "No tool goes.", "3 rejected rows"):
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
    for address in ["/", "/allowed/", "/components/", *LISTS, TOOL, TOOL + "?tab=spend"]:
        text = text_of(client.get(address))
        assert "style=" not in text
        assert "<style" not in text
        assert " onclick" not in text
