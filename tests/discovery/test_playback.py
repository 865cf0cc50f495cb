"""What another catalog would move is told before it moves, exactly, and of sealed texts as counts alone."""

from __future__ import annotations

import json

import pytest

from discovery.decisions import decide_recognition
from discovery.models import Decision, Descriptor, Purchase, Record
from discovery.playback import Move, play_back
from discovery.recognise import Recogniser
from discovery.reconcile import reconcile_all
from discovery.reconsider import reconsider
from tests.discovery.fake_source import FakeMatcher
from tests.discovery.test_sealing_of_records import whole_database
from vendors.models import Product, Vendor

FILE = """
    spend account=a amount=20 id=1
    spend account=a amount=9.99 id=3 text="MAYBE TOOL"
    spend account=a amount=5 id=4 text="MAYBE TOOL"
    spend account=a amount=7 currency=USD id=5 text="MAYBE TOOL"
    spend account=a amount=40 id=6 text="GASTHAUS ADLER"
    spend account=a amount=41 id=7 text="GASTHAUS ADLER ULM"
    spend account=a amount=42 id=8 text="GASTHAUS ADLER ULM"
    spend account=a amount=60 id=9 text="SCHREINEREI HUBER"
"""


@pytest.fixture
def seen(files, catalog):
    for key in ("openai/chatgpt", "maybe/tool", "adler/adler"):
        vendor, _ = Vendor.objects.get_or_create(key=key.partition("/")[0], defaults={"name": key})
        Product.objects.create(key=key, vendor=vendor, name=key)
    files.scan("card", FILE)
    return catalog


def learned(catalog, **words: str) -> Recogniser:
    """The recogniser of another catalog."""
    return Recogniser(FakeMatcher({**words, **{k: v for k, v in catalog.words.items() if k not in words}}))


def test_the_same_catalog_moves_nothing(seen):
    would = play_back(learned(seen))
    assert (would.asked, would.moves, would.opens_descriptors) == (5, [], 0)


def test_what_moves_is_told_with_its_money_and_what_opens_as_counts(seen):
    before = whole_database()
    steps: list[int] = []
    would = play_back(learned(seen, maybe="maybe/tool", gasthaus="adler/adler"), progress=steps.append)
    spend = {"EUR": 14_990_000, "USD": 7_000_000}
    maybe = Descriptor.objects.get(form="maybe tool").pk
    assert would.moves == [Move("review", "maybe/tool", 1, 3, spend, [maybe])]
    assert (would.opens, would.opens_descriptors, would.opens_records) == ({"adler/adler": 2}, 2, 3)
    assert (would.sealed, would.lost) == (3, 0)
    assert (would.arriving, would.leaving) == (["adler/adler", "maybe/tool"], [])
    assert "gasthaus" not in json.dumps(would.as_dict())
    assert sum(steps) == would.asked == 5
    assert whole_database() == before  # nothing moved
    assert type(would).restored(json.loads(json.dumps(would.as_dict()))) == would


def test_what_was_told_is_what_happens(seen):
    would = play_back(learned(seen, maybe="maybe/tool", gasthaus="adler/adler", chatgpt="openai"))
    readable = Record.objects.count()
    for word, answer in (("maybe", "maybe/tool"), ("gasthaus", "adler/adler"), ("chatgpt", "openai")):
        seen.learn(word, answer)
    assert reconsider().changed == would.descriptors + would.opens_descriptors
    reconcile_all()
    assert Record.objects.count() == readable + would.opens_records
    assert [(m.before, m.after) for m in would.moves] == [
        ("openai/chatgpt", "openai"),
        ("review", "maybe/tool"),
    ]


def test_what_would_be_sealed_is_a_move_and_texts_that_cannot_move_are_not_asked_about(seen):
    other = Recogniser(FakeMatcher({}))
    would = play_back(other, touches=lambda text: "maybe" in text.form)
    assert [(m.before, m.after, m.records) for m in would.moves] == [("review", "sealed", 3)]
    assert would.leaving == []  # ChatGPT's texts were not asked about and stand as they did
    assert play_back(other).leaving == ["openai/chatgpt"]


def test_decisions_that_are_newly_contradicted_are_named_and_stay(seen):
    decide_recognition("card", "MAYBE TOOL", "maybe/tool", actor="ada@corp.example", reason="its invoice")
    decide_recognition("card", "OPENAI CHATGPT", "maybe/tool", actor="ada@corp.example", reason="a test")
    kept = list(Descriptor.objects.order_by("pk").values_list("product", flat=True))
    would = play_back(learned(seen, maybe="adler/adler"))
    assert would.contradicts == [Decision.objects.order_by("pk").first().pk]  # the other one is nothing new
    assert would.moves == []
    assert list(Descriptor.objects.order_by("pk").values_list("product", flat=True)) == kept


def test_a_purchase_of_two_moving_texts_is_counted_once(seen):
    Purchase.objects.all().update(amount=1_000_000, currency="EUR")
    first = Purchase.objects.order_by("pk").first()
    Record.objects.filter(text="MAYBE TOOL").update(purchase=first)
    (move,) = play_back(learned(seen, maybe="maybe/tool")).moves
    assert (move.records, move.spend) == (3, {"EUR": 1_000_000})
