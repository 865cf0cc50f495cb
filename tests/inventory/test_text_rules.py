"""Pages of rules for texts: written, played back, saved, undone; sealed records need a second person."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse

from discovery import openings, tasks
from discovery.models import AskedRule, Descriptor, SealOpening
from inventory.access import Role
from tests.discovery import conftest as scans
from tests.inventory import rows
from vendors.local import add_local_product, local_identifier
from vendors.matching.catalog import IdentifierKind
from vendors.models import Product, Vendor

catalog, files = scans.catalog, scans.files  # what a scan needs
RULES = reverse("text_rules")
FILE = """
    spend account=a amount=9.99 id=3 text="MAYBE TOOL BERLIN"
    spend account=a amount=5 id=4 text="MAYBE TOOL ULM"
    spend account=a amount=40 id=6 text="GASTHAUS ADLER"
"""


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    monkeypatch.setattr(tasks.follow, "delay", lambda: None)


@pytest.fixture
def seen(files):
    for key in ("maybe/tool", "adler/adler"):
        vendor, _ = Vendor.objects.get_or_create(key=key.partition("/")[0], defaults={"name": key.title()})
        Product.objects.create(key=key, vendor=vendor, name=f"{vendor.key.title()} Product")
    files.scan("card", FILE)


def read(response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def write(client, text: str, tool: str = "", address: str = RULES, **more: str):
    fields = {"fits": "words", "text": text, "channel": "", "tool": tool, "reason": "its invoices say so"}
    return client.post(address, {**fields, **more})


def test_a_rule_is_written_played_back_saved_and_undone(signed_in, seen):
    client = signed_in(Role.SECURITY)
    address = write(client, "maybe tool", "Maybe Product")["Location"]
    assert "0 of 3 texts" in read(client.get(address))
    tasks.follow()
    page = read(client.get(address))
    assert "It would move 2 texts" in page
    assert "EUR 14.99" in page
    assert "maybe tool berlin" in page
    assert "none would open" in page
    asked = AskedRule.objects.get()
    client.post(reverse("save_text_rule", args=[asked.pk]), {"do": "save"})
    assert "It is taking effect" in read(client.get(address))
    tasks.follow()
    assert Descriptor.objects.filter(product="maybe/tool").count() == 2
    page = read(client.get(RULES))
    assert f"has all these words, in any order: “maybe tool” rule {asked.pk}, 1 version" in page
    assert "its invoices say so security@corp.example" in page
    assert "It holds." in read(client.get(address))
    inspected = client.post(reverse("inspect"), {"channel": "card", "text": "MAYBE TOOL GRAZ 77"})
    assert f"Rule {asked.pk} of security@corp.example" in read(inspected)
    client.post(reverse("undo_text_rule", args=[asked.pk]), {"reason": "a mistake"})
    tasks.follow()
    page = read(client.get(address))
    assert "It does not hold." in page
    assert "a mistake" in page
    assert not Descriptor.objects.filter(product="maybe/tool").exists()


def test_a_new_version_is_written_on_the_rules_page(signed_in, seen):
    client = signed_in(Role.PROCUREMENT)
    address = write(client, "maybe tool", "maybe/tool")["Location"]
    tasks.follow()
    client.post(reverse("save_text_rule", args=[AskedRule.objects.get().pk]), {"do": "save"})
    tasks.follow()
    assert write(client, "maybe", address=address, stands="not_ai")["Location"] == address
    tasks.follow()
    assert "It would move 2 texts" in read(client.get(address))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"text": "ab"}, "three letters or more"),
        ({"reason": " "}, "Say why"),
        ({"tool": ""}, "Say which tool"),
        ({"tool": "no such thing"}, "Say which tool"),
        ({"tool": "product"}, "Several tools are called so"),
        ({"tool": "maybee tool"}, "No tool of the catalog is called so; choose the one that you mean."),
        ({"fits": "regex"}, "A pattern is one of"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_and_what_was_typed_stays(signed_in, seen, fields, says):
    response = write(signed_in(Role.SECURITY), **{"text": "maybe tool", "tool": "maybe/tool", **fields})
    assert response.status_code == 422
    assert says in read(response)
    assert not AskedRule.objects.exists()


def test_only_its_author_saves_a_rule_and_an_auditor_only_reads(signed_in, seen):
    address = write(signed_in(Role.SECURITY), "maybe tool", "maybe/tool")["Location"]
    tasks.follow()
    other = signed_in(Role.PROCUREMENT)
    assert "wrote it, and saves or drops it" in read(other.get(address))
    save = reverse("save_text_rule", args=[AskedRule.objects.get().pk])
    assert "security@corp.example wrote this rule" in read(other.post(save, {"do": "save"}, follow=True))
    auditor = signed_in(Role.AUDITOR)
    assert "A new rule" not in read(auditor.get(RULES))
    assert write(auditor, "maybe", "maybe/tool").status_code == 422


def test_sealed_records_wait_for_the_privacy_officer(signed_in, seen):
    security, officer = signed_in(Role.SECURITY), signed_in(Role.PRIVACY_OFFICER)
    address = write(security, "adler", "adler/adler")["Location"]
    tasks.follow()
    assert "1–4" in read(security.get(address))  # of sealed records no more than this is told
    security.post(reverse("save_text_rule", args=[AskedRule.objects.get().pk]), {"do": "save"})
    tasks.follow()
    assert not Descriptor.objects.filter(product="adler/adler").exists()
    page = read(officer.get(reverse("seal_openings")))
    assert "1 rule or tool would open sealed records" in page
    assert "“adler” → Adler Product" in page
    assert "security@corp.example asked on" in page
    opening = SealOpening.objects.get()
    answer = reverse("answer_opening", args=[opening.pk])
    assert security.post(answer, {"do": "agree", "reason": "I want it"}).status_code == 403
    assert "Say why" in read(officer.post(answer, {"do": "agree", "reason": ""}, follow=True))
    officer.post(answer, {"do": "agree", "reason": "the works council agreed"})
    tasks.follow()
    assert Descriptor.objects.get(product="adler/adler").form == "gasthaus adler"
    page = read(officer.get(reverse("seal_openings")))
    assert "opened" in page
    assert "privacy officer@corp.example" in page
    assert "1 sealed record was opened" in read(security.get(address))


def test_a_text_that_waits_fills_the_form_in(signed_in):
    text = rows.descriptor("", Descriptor.State.REVIEW, form="paypal *zorblaxo tallinn")
    page = signed_in(Role.SECURITY).get(RULES, {"like": text.pk}).content.decode()
    assert 'value="paypal *zorblaxo tallinn"' in page


def test_the_privacy_officer_reads_by_which_words_a_tool_of_the_companys_own_is_known(
    signed_in, seen, catalog
):
    names = [local_identifier(IdentifierKind.NAME, name) for name in ("Adler", "Gasthaus")]
    add_local_product("own/adler", "Adler Cloud", "Own", names)
    catalog.learn("adler", "own/adler")
    openings.ask_for_products(asked_by="operator", reason="added at the shell")
    page = read(signed_in(Role.PRIVACY_OFFICER).get(reverse("seal_openings")))
    assert "known by “Adler”, “Gasthaus” → Adler Cloud" in page
    assert "operator asked on" in page
