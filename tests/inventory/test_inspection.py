"""Any text can be asked about: the answer, what was weighed, what would change it; nothing is kept."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse

from discovery.models import AskedRecognition, Decision, Descriptor
from inventory.access import Role
from tests.inventory import rows
from vendors.catalog_index import update_version
from vendors.models import Identifier

pytestmark = pytest.mark.once

INSPECT = reverse("inspect")


@pytest.fixture
def lantern(db) -> None:
    """A tool whose name is a word."""
    product = rows.product("acme/lantern", "Lantern", capability="chat")
    product.domain = "lantern.example"
    product.save()
    for kind, value, strength in (
        ("name", "Lantern", "common"),
        ("domain", "lantern.example", "distinctive"),
    ):
        Identifier.objects.create(
            vendor=product.vendor, product=product, kind=kind, value=value, strength=strength
        )
    update_version()


def read(response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def test_a_text_shows_its_parts_candidates_and_what_would_change_the_answer(signed_in, lantern):
    client = signed_in(Role.SECURITY)
    asked = {"channel": "card", "text": "PAYPAL *LANTERN 4029357733 OSLO"}
    said = read(client.post(INSPECT, asked))
    assert "phone, ignored" in said
    assert "carrier: PayPal" in said
    assert "“Lantern” stands in the text, which is also a common word or name" in said
    assert "with the domain lantern.example beside it It is booked as Lantern." in said
    assert not Descriptor.objects.exists()
    assert not AskedRecognition.objects.exists()


def test_a_booked_text_says_so_first(signed_in, lantern):
    page = signed_in(Role.PROCUREMENT).post(
        INSPECT, {"channel": "domain", "text": "https://lantern.example/x"}
    )
    assert "<h1>It is booked as Lantern.</h1>" in page.content.decode()
    assert "What would change the answer" not in read(page)


def test_what_a_person_decided_is_said_above_the_catalog(signed_in, lantern):
    Decision.objects.create(
        kind=Decision.Kind.RECOGNISE,
        actor="ada@corp.example",
        reason="our own lamps",
        subject={"channel": "card", "form": "lantern oslo", "text": "0" * 64},
        after="acme/lantern",
    )
    said = read(signed_in(Role.AUDITOR).post(INSPECT, {"channel": "card", "text": "LANTERN OSLO"}))
    assert "ada@corp.example decided: Lantern (our own lamps)." in said


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"channel": "", "text": "x"}, "Say where the text comes from."),
        ({"channel": "card"}, "Enter a text, a web address or a client id."),
        ({"channel": "card", "text": "x" * 2_001}, "longer than 2000 characters"),
        ({"channel": "card", "text": "x", "mcc": "57"}, "A merchant category has four digits."),
    ],
    ids=["no channel", "nothing", "too long", "category"],
)
def test_a_question_that_cannot_be_asked_says_why(signed_in, fields, words):
    response = signed_in(Role.SECURITY).post(INSPECT, fields)
    assert response.status_code == 422
    assert words in read(response)


@pytest.mark.parametrize("text", ["🙂🙂🙂", "\x00\x01", "ＯＰＥＮＡＩ　＊", "]]>", "*" * 2_000])
def test_whatever_is_entered_is_answered(signed_in, lantern, text):
    client = signed_in(Role.SECURITY)
    for channel in ("card", "sso_app", "domain", "network"):
        assert client.post(INSPECT, {"channel": channel, "text": text}).status_code == 200


def test_an_empty_page_offers_texts_to_try(signed_in, lantern):
    client = signed_in(Role.SECURITY)
    page = client.get(INSPECT).content.decode()
    tried = re.findall(r'name="channel" value="(\w+)"><input type="hidden" name="text" value="([^"]+)"', page)
    assert len(tried) == 4
    for channel, text in tried:
        assert client.post(INSPECT, {"channel": channel, "text": text}).status_code == 200


def test_an_employee_sees_no_such_page(signed_in):
    assert signed_in(Role.EMPLOYEE).get(INSPECT).status_code == 403
