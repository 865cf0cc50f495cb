"""What is answered on a page, without the sealing key, follows in a worker; and undone, all is as before."""

from __future__ import annotations

import pytest

from discovery import recognise
from discovery.asked import ask_recognition, ask_undo, waiting
from discovery.decisions import WrongDecision
from discovery.models import AskedRecognition, Decision, Descriptor, Purchase, Record
from discovery.tasks import follow, sweep
from tests.discovery.test_sealing_of_records import whole_database
from vendors.models import Product, Vendor

FILE = """
    spend account=a amount=9.99 id=3 text="MAYBE TOOL"
    spend account=a amount=5 id=4 text="MAYBE TOOL"
    spend account=a amount=20
"""


@pytest.fixture
def maybe(files) -> Descriptor:
    """A text that waits for a person."""
    vendor = Vendor.objects.create(key="maybe", name="Maybe")
    Product.objects.create(key="maybe/tool", vendor=vendor, name="Maybe Tool")
    files.scan("card", FILE)
    return Descriptor.objects.get(state=Descriptor.State.REVIEW)


def state() -> list[object]:
    """What texts stand for, what is readable, and what is paid."""
    return [
        sorted(Descriptor.objects.values_list("state", "form", "product", "vendor", "decided_by")),
        sorted(Record.objects.filter(current=True).values_list("text", "amount")),
        sorted(Purchase.objects.values_list("product", "amount", "booked")),
    ]


def paid(product: str) -> int:
    return sum(Purchase.objects.filter(product=product, booked=True).values_list("amount", flat=True))


def undo_newest() -> None:
    ask_undo(Decision.objects.latest("pk"), actor="tom@corp.example", reason="a mistake")
    follow()


def test_confirmed_its_spend_appears_to_the_cent_and_undone_all_is_as_before(maybe):
    before = state()
    ask_recognition(maybe, "maybe/tool", actor="ada@corp.example", reason="its invoice says so")
    assert state() == before  # a page only writes down
    follow()
    assert paid("maybe/tool") == 14_990_000
    decision = Decision.objects.get()
    assert (decision.actor, decision.reason) == ("ada@corp.example", "its invoice says so")
    assert decision.asked.descriptor == maybe
    undo_newest()
    assert state() == before
    assert Decision.objects.count() == 2  # the log is added to


def test_what_is_not_ai_stands_nowhere_readable_and_comes_back_when_that_is_undone(maybe):
    before = state()
    assert b"maybe tool" in whole_database()
    ask_recognition(maybe, "not_ai", actor="ada@corp.example", reason="a shop")
    sweep()
    assert b"MAYBE TOOL" not in whole_database()
    assert b"maybe tool" not in whole_database()
    undo_newest()
    assert state() == before


def test_an_undo_gives_way_to_what_was_decided_before(maybe):
    ask_recognition(maybe, "maybe/tool", actor="ada@corp.example", reason="its invoice says so")
    follow()
    first = Decision.objects.get()
    ask_recognition(maybe, "not_ai", actor="tom@corp.example", reason="a shop")
    with pytest.raises(WrongDecision, match="somebody has answered"):
        ask_recognition(maybe, "not_ai", actor="tom@corp.example", reason="a shop")
    follow()
    assert paid("maybe/tool") == 0
    with pytest.raises(WrongDecision, match="a newer decision"):
        ask_undo(first, actor="tom@corp.example", reason="a mistake")
    undo_newest()
    assert paid("maybe/tool") == 14_990_000


def test_an_answer_without_a_reason_or_outside_the_catalog_is_refused(maybe):
    with pytest.raises(WrongDecision, match="say why"):
        ask_recognition(maybe, "maybe/tool", actor="ada@corp.example", reason=" ")
    with pytest.raises(WrongDecision, match="neither"):
        ask_recognition(maybe, "nobody/knows-it", actor="ada@corp.example", reason="so")
    maybe.form = ""
    with pytest.raises(WrongDecision, match="nothing readable"):
        ask_recognition(maybe, "maybe/tool", actor="ada@corp.example", reason="so")
    assert not waiting().exists()


def test_what_left_the_catalog_meanwhile_is_refused_in_a_sentence(maybe):
    ask_recognition(maybe, "maybe/tool", actor="ada@corp.example", reason="so")
    Product.objects.all().delete()
    before = state()
    follow()
    assert "neither a product nor a vendor" in AskedRecognition.objects.get().refused
    assert state() == before
    assert not waiting().exists()


def test_a_page_needs_no_sealing_key(maybe, settings):
    def none() -> str:
        raise AssertionError("the page asked for the sealing key")

    recognise.text_key("card", "x")  # known to this process by now: forget it
    from discovery import sealing

    sealing._derived.cache_clear()
    kept = settings.PENUMBRA
    settings.PENUMBRA = {**kept, "SEALING_KEY": none}
    ask_recognition(maybe, "not_ai", actor="ada@corp.example", reason="a shop")
    settings.PENUMBRA = kept
    sealing._derived.cache_clear()
    follow()
    assert not Record.objects.filter(descriptor=maybe).exists()
