"""Texts that wait for a person: in which order, what is said of each, and what follows from an answer."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from discovery import tasks
from discovery.models import AskedRecognition, Decision, Descriptor, Purchase, Record, SealedBlock
from inventory import recognitions, rollups
from inventory.access import Role
from inventory.exports.period import Period
from inventory.exports.spend import rows as spend_export
from inventory.models import Tool
from tests.discovery.test_sealing_of_records import whole_database
from tests.inventory import rows
from vendors.catalog_index import load_matcher, update_version
from vendors.models import Identifier, Product

QUEUE = reverse("recognitions")


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    monkeypatch.setattr(tasks.follow, "delay", lambda: None)


def worker() -> None:
    """What workers do within seconds."""
    tasks.follow()
    rollups.apply()


def read(response) -> str:
    """A page as it is read: without tags, spaces joined."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def waits(form: str, amount: str, channel: str = "card", **more: object) -> Descriptor:
    """A text that waits, with a purchase."""
    text = rows.descriptor("", Descriptor.State.REVIEW, form=form)
    Descriptor.objects.filter(pk=text.pk).update(channel=channel)
    rows.spend(text, amount, text=form.upper(), **more)
    return text


@pytest.fixture
def zorblaxo(db) -> Descriptor:
    product = rows.product("zorblaxo/zorblaxo", "Zorblaxo", capability="chat")
    Identifier.objects.create(
        vendor=product.vendor, product=product, kind="name", value="Zorblaxo", strength="common"
    )
    update_version()
    text = rows.descriptor("", Descriptor.State.REVIEW, form="paypal *zorblaxo tallinn")
    ada = rows.person("ada@corp.example", "Sales", name="Ada Byron")
    for amount, on in (("29.99", date(2026, 3, 4)), ("0.01", date(2026, 4, 4))):
        rows.spend(
            text, amount, on, text="PAYPAL *ZORBLAXO 4029357733 TALLINN", person=ada, department="Sales"
        )
    return text


def decide(client: Client, text: Descriptor, answer: str, **more: str):
    fields = {"answer": answer, "reason": "the invoice says so", **more}
    return client.post(reverse("decide_recognition", args=[text.pk]), fields)


def spend_of(tool: str) -> list[tuple[str, str]]:
    return [(row["month"], row["amount"]) for row in spend_export(Period()) if row["product"] == tool]


def test_the_most_money_waits_first_and_an_empty_queue_says_so(signed_in):
    client = signed_in(Role.SECURITY)
    assert "No text waits for a person" in read(client.get(QUEUE))
    waits("smallest ai", "5")
    waits("dollars ai", "900", currency="USD")
    waits("largest ai", "700")
    signs = rows.descriptor("", Descriptor.State.REVIEW, form="signed in ai")
    rows.presence(signs)
    rows.descriptor("", Descriptor.State.REVIEW, form="shown by nothing ai")
    page = read(client.get(QUEUE))
    order = [page.index(word) for word in ("largest ai", "smallest ai", "dollars ai", "signed in ai")]
    assert order == sorted(order)
    assert "4 texts wait for a person" in page
    assert "shown by nothing" not in page
    assert "EUR 705.00" in page


def test_the_queue_is_narrowed_by_channel_and_source(signed_in):
    waits("card ai", "5")
    waits("bank ai", "5", channel="bank", source=rows.source("bank of x", "bank"))
    client = signed_in(Role.PROCUREMENT)
    page = read(client.get(QUEUE, {"channel": "bank"}))
    assert "bank ai" in page
    assert "card ai" not in page
    assert "bank ai" not in read(client.get(QUEUE, {"source": "cards"}))
    assert "Nothing waits in this channel and source" in read(client.get(QUEUE, {"channel": "oauth"}))


def test_money_is_counted_once_where_two_records_are_one_purchase(db):
    text = waits("twice told ai", "12")
    rows.spend(text, "12", source=rows.source("bank", "bank"), purchase=Purchase.objects.get())
    (line,) = recognitions.queue()
    assert (line.sums, line.records, line.sources) == ({"EUR": 12_000_000}, 2, ["bank", "cards"])


def test_a_text_is_shown_in_parts_with_candidates_and_records(signed_in, zorblaxo):
    page = read(signed_in(Role.SECURITY).get(reverse("recognition", args=[zorblaxo.pk])))
    assert "Is this Zorblaxo?" in page
    assert "PAYPAL * carrier: PayPal" in page
    assert "ZORBLAXO name: Zorblaxo" in page
    assert "4029357733 phone, ignored" in page
    assert "TALLINN place" in page
    assert "EUR 30.00" in page
    assert "Ada Byron" not in page  # a pseudonym until the name is opened
    assert "person " in page


def test_confirmed_its_spend_appears_to_the_cent_and_undone_all_is_as_before(signed_in, zorblaxo):
    client = signed_in(Role.SECURITY)
    response = decide(client, zorblaxo, "zorblaxo/zorblaxo")
    assert response["Location"] == QUEUE  # nothing else waits
    page = read(client.get(QUEUE))
    assert "Its records are counted in a moment" in page
    assert "1 answer is written down and will be counted in a moment" in page
    assert spend_of("zorblaxo/zorblaxo") == []
    worker()
    assert spend_of("zorblaxo/zorblaxo") == [("2026-03", "29.99"), ("2026-04", "0.01")]
    assert Tool.objects.get(key="zorblaxo/zorblaxo").spend == {"EUR": 30_000_000}
    decided = read(client.get(reverse("decided_recognitions")))
    assert "the invoice says so security@corp.example" in decided
    decision = Decision.objects.get()
    client.post(reverse("undo_recognition", args=[decision.pk]), {"reason": "it was another one"})
    assert "is being undone" in read(client.get(reverse("decided_recognitions")))
    worker()
    assert spend_of("zorblaxo/zorblaxo") == []
    assert Descriptor.objects.get(pk=zorblaxo.pk).decided_by == ""
    assert "it was another one" in read(client.get(reverse("decided_recognitions")))


def test_what_is_not_ai_is_sealed_and_undone_it_waits_again(signed_in, zorblaxo):
    client = signed_in(Role.PROCUREMENT)
    assert b"zorblaxo tallinn" in whole_database().lower()
    decide(client, zorblaxo, "not_ai", reason="a bicycle shop")
    worker()
    assert b"*zorblaxo" not in whole_database().lower()
    assert sum(block.sums["EUR"][1] for block in SealedBlock.objects.all()) == 30_000_000
    assert not Record.objects.exists()
    assert "a sealed text" in read(client.get(reverse("decided_recognitions")))
    client.post(
        reverse("undo_recognition", args=[Decision.objects.get().pk]), {"reason": "it sells a chatbot"}
    )
    worker()
    restored = Descriptor.objects.get(pk=zorblaxo.pk)
    assert (restored.form, restored.decided_by) == ("paypal *zorblaxo tallinn", "")
    assert sorted(Record.objects.values_list("amount", flat=True)) == [10_000, 29_990_000]


def test_a_tool_that_the_catalog_lacks_is_added_takes_other_texts_along_and_goes_when_undone(signed_in, db):
    text = waits("quirrelmind ai", "40")
    alike = waits("quirrelmind ai berlin", "2")
    client = signed_in(Role.SECURITY)
    response = decide(client, text, "add", name="Quirrelmind", maker="Quirrel Labs", domain="quirrel.example")
    assert response["Location"] == reverse("recognition", args=[alike.pk])  # the next one
    worker()
    assert spend_of("quirrel-labs/quirrelmind") == [("2026-03", "42.00")]
    decision = Decision.objects.get()
    client.post(reverse("undo_recognition", args=[decision.pk]), {"reason": "a mistake"})
    worker()
    assert spend_of("quirrel-labs/quirrelmind") == []
    assert Product.objects.get(key="quirrel-labs/quirrelmind").withdrawn
    assert not load_matcher().consider(recognitions.asked(text))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"answer": ""}, "Choose what the text stands for."),
        ({"answer": "not_ai", "reason": " "}, "Say why: the reason is kept with the decision."),
        ({"answer": "nobody/knows"}, "neither a product nor a vendor of the catalog"),
        ({"answer": "add", "name": "AI"}, "A name has four to eighty letters"),
        ({"answer": "add", "name": "Zorblaxo"}, "The catalog has this tool already"),
        ({"answer": "add", "name": "人工知能人工"}, "Write the name in Latin letters"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_refused_in_a_sentence(signed_in, zorblaxo, fields, words):
    response = decide(signed_in(Role.SECURITY), zorblaxo, **fields)
    assert response.status_code == 422
    assert words in read(response)
    assert not AskedRecognition.objects.exists()


def test_another_tool_is_found_without_script(signed_in, zorblaxo):
    rows.product("deepl/translator", "DeepL Translator")
    client = signed_in(Role.SECURITY)
    page = client.get(reverse("recognition", args=[zorblaxo.pk]), {"q": "deepl"})
    assert 'value="deepl/translator"' in page.content.decode()
    assert "nothing called “gibberish”" in read(
        client.get(reverse("recognition", args=[zorblaxo.pk]), {"q": "gibberish"})
    )
    decide(client, zorblaxo, "deepl/translator")
    worker()
    assert Tool.objects.get().key == "deepl/translator"


def test_who_is_limited_to_departments_sees_their_texts_and_decides_none(signed_in, zorblaxo, limited):
    waits("of nobody ai", "500")
    client = limited(Role.SECURITY, "Sales")
    page = read(client.get(QUEUE))
    assert "paypal *zorblaxo tallinn" in page
    assert "of nobody ai" not in page
    assert decide(client, zorblaxo, "not_ai").status_code == 403
    assert client.get(reverse("recognition", args=[Descriptor.objects.latest("pk").pk])).status_code == 404


@pytest.fixture
def limited(db) -> Callable[[Role, str], Client]:
    from django.contrib.auth import get_user_model

    from inventory.granting import set_access

    def sign_in(role: Role, department: str) -> Client:
        user = get_user_model().objects.create_user("l@corp.example", "l@corp.example", "a password")
        set_access(user, roles=[role], departments=[department], actor="hanna", reason="leads it")
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def test_how_many_wait_stands_in_the_navigation_and_on_homes(signed_in, zorblaxo):
    waits("another ai", "1")
    assert "Is it what we think? 2" in read(signed_in(Role.AUDITOR).get(reverse("tools")))
    assert "2 texts wait for a person" in read(signed_in(Role.SECURITY).get(reverse("home")))
    administrator = signed_in(Role.ADMINISTRATOR)
    assert "2 texts wait for a person" in read(administrator.get(reverse("sources")))
    assert "Recognitions waiting 2" in read(administrator.get(reverse("home")))


def test_pages_ask_the_database_as_often_for_fifty_texts_as_for_one(signed_in, zorblaxo):
    client = signed_in(Role.SECURITY)
    waits("one ai", "1")

    def queries() -> list[int]:
        asked = []
        for address in (QUEUE, reverse("recognition", args=[zorblaxo.pk]), reverse("decided_recognitions")):
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            asked.append(len(captured))
        return asked

    queries()  # the matcher is built once a process
    for_one = queries()
    for number in range(49):
        waits(f"text {'x' * number} ai", "1")
    assert queries() == for_one
    assert max(for_one) < 30
