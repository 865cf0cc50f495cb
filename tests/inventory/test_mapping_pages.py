"""A file that nobody recognises: its columns are explained once, and the next one is read by itself."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from discovery import scans, table_mappings
from discovery.models import Record, RejectedRow, Scan, SealedBlock, TableMapping
from inventory import previews
from inventory.access import Role
from inventory.models import Preview
from inventory.pages import columns, sources

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FILE = (
    b"Wann;Wohin;Wieviel;Von wem\n"
    b"03/04/2026;TRATTORIA DA GINO;1.234;lena@corp.example\n"
    b"05/04/2026;BAHN AG;2.000;ben@corp.example\n"
    b"31/31/2026;BAHN AG;2.000;ben@corp.example\n"
)
ANSWERS = {
    "c0": "DATE", "c1": "MERCHANT", "c2": "AMOUNT", "c3": "EMAIL", "kind": "card", "order": "day",
    "mark": ",", "currency": "eur", "sign": "positive", "name": "Corporate cards", "file": "0",
}  # fmt: skip


@pytest.fixture
def uploaded(signed_in, monkeypatch, settings, tmp_path):
    """A client that has uploaded the file, which a worker has looked at."""
    settings.PENUMBRA = {**settings.PENUMBRA, "UPLOADS_DIR": tmp_path / "uploads"}
    for page in (sources, columns):
        monkeypatch.setattr(page.look_at_upload, "delay", previews.look)
    monkeypatch.setattr(sources.run_scan, "delay", scans.run)
    client = signed_in(Role.FINANCE)
    client.post(reverse("upload"), {"files": [SimpleUploadedFile("cards.csv", FILE)]})
    return client


def page_of(name: str = "columns") -> str:
    return reverse(name, args=[Preview.objects.latest("pk").pk])


def test_the_upload_leads_to_the_columns(uploaded):
    response = uploaded.get(reverse("sources"))
    assert f"{page_of()}?file=0" in response.content.decode()


def test_the_page_shows_what_it_guesses_and_what_it_must_ask(uploaded):
    page = uploaded.get(page_of()).content.decode()
    assert "TRATTORIA DA GINO" in page
    assert "No date shows whether the day or the month comes first; say which." in page
    assert "No amount shows which sign is the decimal sign; say which." in page
    assert "no-store" in uploaded.get(page_of())["Cache-Control"]


def test_the_first_rows_are_shown_as_they_would_be_read(uploaded):
    rows = uploaded.get(page_of("columns_rows"), ANSWERS).content.decode()
    assert "1,234.00" in rows
    assert "3 Apr 2026" in rows
    assert "holds no possible date" in rows
    other = uploaded.get(page_of("columns_rows"), {**ANSWERS, "order": "month"}).content.decode()
    assert "4 Mar 2026" in other


def test_nothing_is_saved_while_something_is_open(uploaded):
    response = uploaded.post(page_of(), {**ANSWERS, "order": "", "name": ""})
    assert "say which" in response.content.decode()
    assert "Give the mapping a name" in response.content.decode()
    assert not TableMapping.objects.exists()


def test_two_columns_cannot_be_the_same(uploaded):
    page = uploaded.post(page_of(), {**ANSWERS, "c3": "AMOUNT"}).content.decode()
    assert "Two columns are “Amount”" in page
    assert not TableMapping.objects.exists()


def test_showing_how_it_reads_saves_nothing(uploaded):
    page = uploaded.post(page_of(), {**ANSWERS, "show": "1"}).content.decode()
    assert "1,234.00" in page
    assert not TableMapping.objects.exists()


def test_a_saved_mapping_is_counted_then_read_in_and_the_next_file_needs_nothing(uploaded):
    uploaded.post(page_of(), ANSWERS)
    (outcome,) = Preview.objects.get().outcomes
    assert (outcome["source"], outcome["rows_read"], outcome["rows_rejected"]) == ("Corporate cards", 4, 1)
    assert [row["line"] for row in outcome["rejections"]] == [4]
    uploaded.post(page_of("read_in"))
    scan = Scan.objects.get()
    assert (scan.state, scan.records_new, scan.source.name) == ("done", 2, "Corporate cards")
    assert scan.mapping == TableMapping.objects.get()

    later = FILE.splitlines(keepends=True)[0] + b"04/04/2026;BAHN AG;3.000;ben@corp.example\n"
    uploaded.post(reverse("upload"), {"files": [SimpleUploadedFile("may.csv", later)]})
    (outcome,) = Preview.objects.get().outcomes
    assert (outcome["source"], outcome["records_new"]) == ("Corporate cards", 1)


def test_the_command_line_reads_by_a_saved_mapping(uploaded, tmp_path, capsys):
    uploaded.post(page_of(), ANSWERS)
    path = tmp_path / "april.csv"
    path.write_bytes(FILE)
    call_command("scan", path, "--json")
    scan = Scan.objects.get()
    assert (scan.connector, scan.source.name, scan.records_new) == ("card_table", "Corporate cards", 2)
    assert SealedBlock.objects.exists()
    assert not Record.objects.exists()
    assert RejectedRow.objects.count() == 1


def test_a_mapping_of_another_kind_cannot_take_the_name_of_a_source(uploaded):
    uploaded.post(page_of(), ANSWERS)
    uploaded.post(page_of("read_in"))
    uploaded.post(reverse("upload"), {"files": [SimpleUploadedFile("x.csv", FILE)]})
    page = uploaded.post(page_of(), {**ANSWERS, "kind": "bank"}).content.decode()
    assert "choose another name" in page
    assert TableMapping.objects.count() == 1


def test_saving_again_takes_the_place_of_the_one_before(uploaded):
    uploaded.post(page_of(), ANSWERS)
    uploaded.post(page_of(), {**ANSWERS, "order": "month"})
    assert table_mappings.in_force().get().day_first is False
    old = TableMapping.objects.exclude(deleted_at=None).get()
    assert old.deleted_by == "finance@corp.example"


def test_a_deleted_mapping_reads_no_further_file(uploaded):
    uploaded.post(page_of(), ANSWERS)
    saved = TableMapping.objects.get()
    assert "Corporate cards" in uploaded.get(reverse("mappings")).content.decode()
    uploaded.post(reverse("delete_mapping", args=[saved.pk]))
    assert "Corporate cards" not in uploaded.get(reverse("mappings")).content.decode()
    previews.look_again(Preview.objects.get())
    previews.look(Preview.objects.get().pk)
    (outcome,) = Preview.objects.get().outcomes
    assert "no format that is known" in outcome["error"]
    page = uploaded.get(reverse("sources")).content.decode()
    assert reverse("throw_away", args=[Preview.objects.get().pk]) in page
    assert reverse("read_in", args=[Preview.objects.get().pk]) not in page  # there is nothing to read in


def test_nobody_else_sees_the_rows_of_a_file(uploaded, signed_in):
    other = signed_in(Role.SECURITY)
    for name in ("columns", "columns_rows"):
        assert other.get(page_of(name)).status_code == 404
    assert (
        reverse("columns", args=[Preview.objects.get().pk])
        not in other.get(reverse("sources")).content.decode()
    )


def test_a_file_that_is_no_table_says_so(uploaded):
    uploaded.post(reverse("upload"), {"files": [SimpleUploadedFile("x.json", b'{"a": 1}')]})
    page = uploaded.get(page_of(), follow=True).content.decode()
    assert "the file is no table" in page


def test_the_list_of_mappings_asks_no_more_for_many(uploaded, django_assert_num_queries):
    client = uploaded
    for count in (1, 50):
        for number in range(count):
            answers = {**ANSWERS, "name": f"Cards {count} {number}"}
            header = f"Wann;Wohin;Wieviel;Von wem;{count}x{number}\n".encode()
            client.post(reverse("upload"), {"files": [SimpleUploadedFile("x.csv", header + FILE[27:])]})
            client.post(page_of(), answers)
        with django_assert_num_queries(7):
            client.get(reverse("mappings"))
