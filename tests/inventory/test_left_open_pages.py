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
    assert "No date shows" not in other.get(reverse("sources")).content.decode()


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
