"""A file that states no currency, or no order of its dates: asked once, and never taken for granted."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from discovery import scans
from discovery.connectors.base import Said
from discovery.models import Scan, SealedBlock, TableMapping
from inventory import previews
from inventory.access import Role
from inventory.models import Preview
from inventory.pages import columns, sources

pytestmark = [pytest.mark.django_db, pytest.mark.once]

OPEN = "Date,Description,Amount,Balance\n03/04/2026,TRATTORIA,-20.00,80.00\n05/04/2026,BAHN,-7.50,72.50\n"
NO_HEADER = "2026-04-03,TRATTORIA,-20.00\n2026-04-05,BAHN,-7.50\n2026-04-07,BAHN,9.50\n"


@pytest.fixture
def client(signed_in, monkeypatch, settings, tmp_path):
    settings.PENUMBRA = {
        **settings.PENUMBRA,
        "UPLOADS_DIR": tmp_path / "uploads",
        "REPORTING_CURRENCY": "SEK",
    }
    for page in (sources, columns):
        monkeypatch.setattr(page.look_at_upload, "delay", previews.look)
    monkeypatch.setattr(sources.run_scan, "delay", scans.run)
    return signed_in(Role.FINANCE)


def upload(client, text: str = OPEN) -> None:
    client.post(reverse("upload"), {"files": [SimpleUploadedFile("bank.csv", text.encode())]})


def answer(client, **said: str) -> None:
    client.post(reverse("answer_look", args=[Preview.objects.latest("pk").pk]), {"file": "0", **said})


def outcome() -> dict:
    return Preview.objects.latest("pk").outcomes[0]


def test_the_currency_of_the_company_is_offered_and_not_assumed(client):
    upload(client, OPEN.replace("03/04/2026", "2026-04-03").replace("05/04/2026", "2026-04-05"))
    page = client.get(reverse("sources")).content.decode()
    assert "No row says its currency. All amounts are in" in page
    assert 'value="SEK"' in page
    assert outcome()["rows_read"] == 0
    assert reverse("read_in", args=[Preview.objects.get().pk]) not in page
    assert not TableMapping.objects.exists()


def test_each_question_is_asked_once_and_holds_for_the_next_file_of_this_layout(client, tmp_path, capsys):
    upload(client)
    assert outcome()["asks"] == "order"
    answer(client, order="day")
    assert outcome()["asks"] == "currency"
    assert 'value="SEK"' in client.get(reverse("sources")).content.decode()
    answer(client, currency="usd")
    assert (outcome()["records_new"], outcome().get("error")) == (2, None)
    assert "Amounts that state no currency are read in USD" in client.get(reverse("sources")).content.decode()
    client.post(reverse("read_in", args=[Preview.objects.latest("pk").pk]))
    assert {code for block in SealedBlock.objects.all() for code in block.sums} == {"USD"}

    later = tmp_path / "may.csv"
    later.write_text("Date,Description,Amount,Balance\n06/05/2026,BAHN,-3.00,69.50\n")
    call_command("scan", later)
    scan = Scan.objects.latest("pk")
    assert (scan.state, scan.records_new) == ("done", 1)
    assert scan.said == {"currency": "USD", "day_first": True}
    assert "amounts without a currency in USD, as was said" in capsys.readouterr().out


def test_a_month_of_refunds_is_read_by_the_same_reader_as_the_file_that_was_answered_for(client, tmp_path):
    header = "Date,Description,Amount\n"
    upload(client, f"{header}2026-04-03,TRATTORIA,-20.00\n2026-04-05,BAHN,-7.50\n")
    answer(client, currency="USD")
    client.post(reverse("read_in", args=[Preview.objects.latest("pk").pk]))
    first = Scan.objects.get()
    later = tmp_path / "may.csv"
    later.write_text(f"{header}2026-05-06,TRATTORIA,20.00\n2026-05-07,BAHN,3.00\n")
    call_command("scan", later)
    scan = Scan.objects.latest("pk")
    assert (scan.state, scan.connector, scan.source) == ("done", first.connector, first.source)


def test_what_was_said_is_listed_and_can_be_taken_back(client):
    upload(client)
    answer(client, order="day")
    answer(client, currency="USD")
    page = client.get(reverse("mappings")).content.decode()
    assert "USD" in page
    assert "day first" in page
    client.post(reverse("delete_mapping", args=[TableMapping.objects.get(deleted_at=None).pk]))
    upload(client)
    assert outcome()["asks"] == "order"


def test_a_table_without_a_header_is_answered_for_this_upload_alone(client):
    upload(client, NO_HEADER)
    assert outcome()["asks"] == "currency"
    answer(client, currency="USD")
    assert outcome()["records_new"] == 3
    client.post(reverse("read_in", args=[Preview.objects.latest("pk").pk]))
    assert Scan.objects.get().state == "done"
    assert not TableMapping.objects.exists()
    upload(client, NO_HEADER)
    assert outcome()["asks"] == "currency"


ACCOUNT = "Account number,{account}\n\nDate,Description,Amount,Balance\n{day},BAHN,-7.50,72.50\n"
CARDS = "Transaction Date,Card No.,Description,Amount\n{rows}"


def test_what_was_said_of_one_account_is_asked_again_of_another(client):
    upload(client, ACCOUNT.format(account="DE44500105175407324931", day="2026-04-03"))
    answer(client, currency="USD")
    assert outcome()["said"] == {"currency": "USD"}
    client.post(reverse("read_in", args=[Preview.objects.latest("pk").pk]))
    upload(client, ACCOUNT.format(account="DE02120300000000202051", day="2026-05-03"))
    assert outcome()["asks"] == "currency"
    assert "its next file with this header" in client.get(reverse("sources")).content.decode()
    answer(client, currency="CHF")
    assert outcome()["said"] == {"currency": "CHF"}
    for account, currency in (("DE44500105175407324931", "USD"), ("DE02120300000000202051", "CHF")):
        upload(client, ACCOUNT.format(account=account, day="2026-06-03"))
        assert outcome()["said"] == {"currency": currency}
    assert "CHF, USD" in client.get(reverse("mappings")).content.decode()


def test_an_account_that_a_person_names_is_another_one_too(client, tmp_path, capsys):
    text = "Date,Description,Amount,Balance\n2026-04-03,BAHN,-7.50,72.50\n"
    upload(client, text)
    answer(client, currency="USD")
    path = tmp_path / "second.csv"
    path.write_text(text.replace("04-03", "05-03"))
    for named in ({"account": "Zurich"}, {"source": "zurich"}):
        with pytest.raises(SystemExit):
            call_command("scan", path, **named)
        assert "does not say its currency" in capsys.readouterr().err
    call_command("scan", path)
    assert Scan.objects.latest("pk").said == {"currency": "USD"}


def test_a_mapping_holds_for_another_account_and_its_currency_does_not(client, settings):
    header = "Wann;Wohin ging es;Wieviel;Konto von uns\n"
    answers = {
        "c0": "DATE", "c1": "MERCHANT", "c2": "AMOUNT", "c3": "ACCOUNT", "kind": "bank", "order": "day",
        "mark": ",", "currency": "eur", "sign": "positive", "name": "Banks", "file": "0",
    }  # fmt: skip
    upload(client, f"{header}03/04/2026;BAHN AG;2,00;1001\n")
    client.post(reverse("columns", args=[Preview.objects.latest("pk").pk]), answers)
    assert outcome()["said"] == {"currency": "EUR", "day_first": True}
    upload(client, f"{header}04/04/2026;BAHN AG;2,00;2002\n")
    assert (outcome()["source"], outcome()["asks"]) == ("Banks", "currency")
    answer(client, currency="SEK")
    assert outcome()["said"] == {"currency": "SEK", "day_first": True}
    upload(client, f"{header}04/05/2026;BAHN AG;2,00;1001\n")
    assert outcome()["said"] == {"currency": "EUR", "day_first": True}


def test_a_card_programme_is_known_by_any_of_its_cards(client):
    one, two, three = (f"2026-04-0{n},4111********111{n},BAHN,7.50\n" for n in (1, 2, 3))
    upload(client, CARDS.format(rows=one + two))
    answer(client, currency="USD")
    upload(client, CARDS.format(rows=two + three))
    assert outcome()["said"] == {"currency": "USD"}
    upload(client, CARDS.format(rows=three))
    assert outcome()["asks"] == "currency"


def test_what_is_kept_of_an_account_is_not_its_number(client):
    upload(client, ACCOUNT.format(account="DE44500105175407324931", day="2026-04-03"))
    answer(client, currency="USD")
    assert "54073249" not in str(list(TableMapping.objects.values()))


def test_of_a_table_without_a_header_among_others_nothing_is_said_for_the_others(client):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", NO_HEADER)
        archive.writestr("b.csv", NO_HEADER.replace("TRATTORIA", "BAHN"))
    client.post(reverse("upload"), {"files": [SimpleUploadedFile("both.zip", packed.getvalue())]})
    answer(client, currency="USD")
    assert [one["asks"] for one in Preview.objects.get().outcomes] == ["currency", "currency"]
    assert "upload it alone" in client.get(reverse("sources")).content.decode()


def test_no_currency_is_taken_that_is_none(client):
    upload(client, NO_HEADER)
    answer(client, currency="XQQ")
    assert outcome()["asks"] == "currency"


def test_nobody_answers_for_another_persons_file(client, signed_in):
    upload(client)
    other = signed_in(Role.PROCUREMENT)
    target = reverse("answer_look", args=[Preview.objects.latest("pk").pk])
    assert other.post(target, {"file": "0", "order": "day"}).status_code == 404
    page = other.get(reverse("sources")).content.decode()
    assert "No date shows" not in page
    assert "no row shows whether the day or the month comes first" in page
    assert "Whoever uploaded it is asked for it here." in page
    assert "--date-order" not in page


def test_a_page_speaks_of_pages_where_a_scan_asks_for_something(client, tmp_path):
    path = tmp_path / "bank.csv"
    path.write_text(OPEN)
    with pytest.raises(SystemExit):
        call_command("scan", path)
    number = Scan.objects.get().pk
    for page in (reverse("sources"), reverse("scan", args=[number])):
        text = client.get(page).content.decode()
        assert "Or upload the file on the page of sources, and say it there." in text
        assert "--" not in text[text.index("no row shows") : text.index("say it there.")]


def test_the_command_line_is_told_by_options_and_remembers_nothing(tmp_path, capsys):
    path = tmp_path / "bank.csv"
    path.write_text(OPEN)
    with pytest.raises(SystemExit):
        call_command("scan", path)
    assert "--date-order" in capsys.readouterr().err
    call_command("scan", path, "--date-order", "day", "--currency", "usd")
    scan = Scan.objects.get(state="done")
    assert (scan.records_new, scan.said) == (2, {"currency": "USD", "day_first": True})
    assert not TableMapping.objects.exists()
    with pytest.raises(CommandError, match="--currency DOLLAR"):
        call_command("scan", path, "--currency", "dollar".upper())


def test_a_scan_that_was_opened_with_another_answer_is_not_taken_up_for_this_one(tmp_path):
    path = tmp_path / "bank.csv"
    path.write_text(OPEN)
    (one,) = scans.open_scans(path, said=Said("USD", True))
    (other,) = scans.open_scans(path, said=Said("EUR", True))
    (again,) = scans.open_scans(path, said=Said("USD", True))
    assert one.pk == again.pk != other.pk
