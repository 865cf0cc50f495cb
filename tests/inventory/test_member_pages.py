"""A list of members that says of no tool: whose they are is said once, and they hold seats of it."""

from __future__ import annotations

import json
import shutil

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from discovery import scans, table_mappings
from discovery.models import Record, Scan, SealedBlock, TableMapping
from discovery.named_tools import NotNamed, product_named
from discovery.withdrawal import request_withdrawal
from inventory import previews, recompute
from inventory.access import Role
from inventory.models import Preview, Tool
from inventory.pages import columns, members, sources
from inventory.seats import seat_lists
from vendors.catalog_files import SHIPPED
from vendors.load import load_catalog
from vendors.models import Product

pytestmark = [pytest.mark.django_db, pytest.mark.once]

KNOWN_FORM = "Email,Name,Role,Last active\nann@corp.example,Ann Berg,Admin,2026-04-03\n"
FILE = (
    "Wer;Kontakt;Platz;Zuletzt da\n"
    "Ann Berg;ann@corp.example;Pro;2026-04-03\n"
    "Bob Roy;bob@corp.example;Free;2026-04-28\n"
    "Ohne;;Pro;2026-04-28\n"
)
ANSWERS = {"c0": "name", "c1": "email", "c2": "plan", "c3": "last_active", "tool": "Cursor", "file": "0"}


@pytest.fixture(autouse=True)
def _catalog(tmp_path):
    """A few vendors of the shipped catalog; nothing else recognises the name of B12."""
    folder = tmp_path / "catalog"
    (folder / "vendors").mkdir(parents=True)
    shutil.copy(SHIPPED / "capabilities.toml", folder)
    for vendor in ("openai", "cursor", "b12"):
        shutil.copy(SHIPPED / "vendors" / f"{vendor}.toml", folder / "vendors")
    load_catalog(folder)


@pytest.fixture
def client(signed_in, monkeypatch, settings, tmp_path):
    settings.PENUMBRA = {**settings.PENUMBRA, "UPLOADS_DIR": tmp_path / "uploads"}
    for page in (sources, columns, members):
        monkeypatch.setattr(page.look_at_upload, "delay", previews.look)
    monkeypatch.setattr(sources.run_scan, "delay", scans.run)
    return signed_in(Role.SECURITY)


def upload(client, text: str = FILE) -> None:
    client.post(reverse("upload"), {"files": [SimpleUploadedFile("members.csv", text.encode())]})


def page_of(name: str = "members") -> str:
    return reverse(name, args=[Preview.objects.latest("pk").pk])


def seats(key: str) -> list[tuple[int, tuple[str, ...]]]:
    recompute.take_in(timezone.now())
    return [(one.people, one.plans) for one in seat_lists(Tool.objects.get(key=key))]


def test_a_list_of_a_known_form_asks_only_whose_members_they_are(client):
    upload(client, KNOWN_FORM)
    page = client.get(reverse("sources")).content.decode()
    assert "does not say of which tool these people are members" in page
    assert f"{page_of()}?file=0" in page
    asked = client.get(page_of()).content.decode()
    assert "Say of which tool these people are members." in asked
    assert "ann@corp.example" in asked
    assert "3 Apr 2026" in asked  # shown before the tool is named


def test_tools_of_the_catalog_are_offered_while_one_types(client):
    upload(client)
    rows = client.get(page_of("members_rows"), {**ANSWERS, "tool": "chatg"}).content.decode()
    assert '<option value="ChatGPT">OpenAI</option>' in rows
    assert "No tool of the catalog is called “chatg”; choose the one that you mean." in rows
    assert "<span>ChatGPT<small>OpenAI</small></span>" in rows


def test_a_tool_that_was_spelt_wrong_is_chosen_of_those_that_may_be_meant(client):
    upload(client)
    answers = {**ANSWERS, "tool": "Curser"}
    assert (
        "<span>Cursor<small>Cursor (Anysphere)</small></span>"
        in client.get(page_of("members_rows"), answers).content.decode()
    )
    chosen = {**answers, "typed": "Curser", "chosen": "cursor/cursor"}
    rows = client.get(page_of("members_rows"), chosen).content.decode()
    assert 'value="cursor/cursor" checked' in rows
    assert "No tool of the catalog" not in rows
    changed = {**chosen, "tool": "Nothing like it"}  # typed anew: what was chosen before is forgotten
    assert "No tool of the catalog" in client.get(page_of("members_rows"), changed).content.decode()
    client.post(page_of(), chosen)
    assert TableMapping.objects.get().tool == "cursor/cursor"


def test_members_become_seats_of_the_tool_and_go_with_the_import(client):
    upload(client)
    client.post(page_of(), ANSWERS)
    (outcome,) = Preview.objects.get().outcomes
    assert (outcome["connector"], outcome["source"]) == ("member_list", "Members of Cursor")
    assert (outcome["rows_read"], outcome["recognised"], outcome["rows_rejected"]) == (4, 2, 1)
    assert [row["line"] for row in outcome["rejections"]] == [4]
    assert "Members of Cursor, as was said of such lists." in client.get(reverse("sources")).content.decode()
    client.post(page_of("read_in"))
    assert seats("cursor/cursor") == [(2, ("Free", "Pro"))]
    assert {r.person.email for r in Record.objects.all()} == {"ann@corp.example", "bob@corp.example"}
    request_withdrawal(Scan.objects.get().pk, by="x")
    scans.run(Scan.objects.get().pk)
    assert not Record.objects.exists()


def test_the_next_list_of_that_shape_is_read_by_itself_and_who_left_has_no_seat(
    client, tmp_path, monkeypatch
):
    upload(client)
    client.post(page_of(), ANSWERS)
    monkeypatch.setattr(sources.run_scan, "delay", lambda number: None)
    client.post(page_of("read_in"))
    Scan.objects.update(list_day="2026-04-30")  # when it was uploaded
    scans.run(Scan.objects.get().pk)
    later = tmp_path / "june.csv"
    later.write_text(FILE.replace("Bob Roy;bob@corp.example;Free;2026-04-28\n", ""))
    call_command("scan", later)
    assert seats("cursor/cursor") == [(1, ("Pro",))]


def test_the_command_line_names_the_tool_and_remembers_nothing(tmp_path):
    path = tmp_path / "members.csv"
    path.write_text(KNOWN_FORM)
    with pytest.raises(SystemExit):
        call_command("scan", path)
    call_command("scan", path, "--tool", "cursor")
    (scan,) = Scan.objects.filter(state="done")
    assert (scan.connector, scan.records_new, scan.recognised) == ("member_list", 1, 1)
    assert seats("cursor/cursor") == [(1, ())]
    assert not TableMapping.objects.exists()


def test_a_dry_run_says_what_the_list_would_bring_and_stores_nothing(tmp_path, capsys):
    path = tmp_path / "members.csv"
    path.write_text(KNOWN_FORM)
    call_command("scan", path, "--tool", "ChatGPT (OpenAI)", "--dry-run", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["records_new"], told["recognised"]) == ("rehearsed", 1, 1)
    assert told.keys().isdisjoint({"asks", "said"})
    assert not Scan.objects.exists()


@pytest.mark.parametrize(
    ("name", "told"),
    [("Nothing like it", "no tool of the catalog is called"), ("chatgtp", "names like it are ChatGPT")],
)
def test_a_tool_that_nobody_knows_is_refused_before_anything_is_read(tmp_path, name, told):
    path = tmp_path / "members.csv"
    path.write_text(KNOWN_FORM)
    with pytest.raises(CommandError, match=told) as refused:
        call_command("scan", path, "--tool", name)
    assert refused.value.returncode == 2
    assert not Scan.objects.exists()


def test_a_tool_is_named_by_its_key_its_name_or_its_name_and_maker():
    assert {product_named(said).key for said in ("openai/chatgpt", "chatgpt", "ChatGPT (OpenAI)")} == {
        "openai/chatgpt"
    }
    other = Product.objects.get(key="cursor/cursor")
    other.pk, other.key = None, "openai/other"
    other.save()
    with pytest.raises(NotNamed, match="several tools are called Cursor; name one by its key: cursor/cursor"):
        product_named("Cursor")


def test_a_name_that_says_too_little_is_booked_because_a_person_chose_it(client):
    """ "B12" alone is a vitamin: the matcher books no such text."""
    upload(client)
    client.post(page_of(), {**ANSWERS, "tool": "B12"})
    (outcome,) = Preview.objects.get().outcomes
    assert (outcome["recognised"], outcome["sealed"]) == (2, 0)
    client.post(page_of("read_in"))
    assert seats("b12/b12") == [(2, ("Free", "Pro"))]


def test_a_tool_that_the_catalog_lacks_is_added_where_one_ticks_it(client):
    upload(client)
    words = {**ANSWERS, "tool": "Quillwright"}
    page = client.get(page_of("members_rows"), words).content.decode()
    assert "Add “Quillwright” as a tool of your own" in page
    client.post(page_of(), words)
    assert not TableMapping.objects.exists()
    client.post(page_of(), {**words, "own": "1"})
    client.post(page_of("read_in"))
    assert seats("quillwright/quillwright") == [(2, ("Free", "Pro"))]
    assert not SealedBlock.objects.exists()


def test_who_may_not_say_what_texts_stand_for_adds_no_tool(client, signed_in):
    finance = signed_in(Role.FINANCE)
    upload(finance)
    words = {**ANSWERS, "tool": "Quillwright", "own": "1"}
    assert "as a tool of your own" not in finance.get(page_of("members_rows"), words).content.decode()
    finance.post(page_of(), words)
    assert not Product.objects.filter(name="Quillwright").exists()


def test_a_list_that_names_another_tool_above_its_columns_is_not_read_as_this_one(client, tmp_path):
    upload(client, KNOWN_FORM)
    client.post(page_of(), {"c0": "email", "c1": "name", "c2": "role", "c3": "last_active", "tool": "Cursor"})
    client.post(page_of("read_in"))
    other = tmp_path / "chatgpt.csv"
    other.write_text(f"ChatGPT members\n\n{KNOWN_FORM}")
    call_command("scan", other)
    assert Scan.objects.latest("pk").mapping is None
    assert seats("openai/chatgpt") == [(1, ())]


def test_nothing_is_saved_while_something_is_open(client):
    upload(client)
    for wrong, told in (
        ({"tool": ""}, "Say of which tool these people are members."),
        ({"c1": ""}, "Say which column holds the e-mail address."),
        ({"c2": "name"}, "Two columns are “Name”; choose one."),
    ):
        assert told in client.post(page_of(), {**ANSWERS, **wrong}).content.decode()
    assert not TableMapping.objects.exists()


def test_the_list_of_mappings_says_whose_members_they_are(client):
    upload(client)
    client.post(page_of(), ANSWERS)
    page = client.get(reverse("mappings")).content.decode()
    assert "Cursor" in page
    assert "Kontakt = E-mail address" in page
    table_mappings.delete(TableMapping.objects.get().pk, by="x")
    previews.look_again(Preview.objects.get())
    previews.look(Preview.objects.get().pk)
    assert Preview.objects.get().outcomes[0]["error"]


def test_nobody_else_sees_the_rows_of_a_file(client, signed_in):
    upload(client)
    other = signed_in(Role.PROCUREMENT)
    for name in ("members", "members_rows"):
        assert other.get(page_of(name)).status_code == 404
