"""Rules: played back before they hold, below decisions about texts, undone to exactly what was before."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from discovery import openings
from discovery.asked import ask_recognition
from discovery.asked_rules import accept, ask_rule, ask_undo, decisions_of, drop, history_of
from discovery.decisions import WrongDecision, decide_recognition
from discovery.models import AskedRule, Decision, Descriptor, SealOpening
from discovery.playback import Playback
from discovery.reconcile import reconcile_all
from discovery.reconsider import reconsider
from discovery.tasks import follow
from tests.discovery.test_asked import paid, state
from tests.discovery.test_sealing_of_records import whole_database
from vendors.local import add_local_product, local_identifier, withdraw_local_product
from vendors.matching.catalog import IdentifierKind
from vendors.models import Product, Vendor

ADA, TOM, EVE = "ada@corp.example", "tom@corp.example", "eve@corp.example"
NOW = datetime(2026, 4, 1, tzinfo=UTC)
FILE = """
    spend account=a amount=20 id=1
    spend account=a amount=9.99 id=3 text="MAYBE TOOL BERLIN"
    spend account=a amount=5 id=4 text="MAYBE TOOL ULM"
    spend account=a amount=7 id=5 text="MAYBE SHOP"
    spend account=a amount=40 id=6 text="GASTHAUS ADLER"
    spend account=a amount=41 id=7 text="GASTHAUS ADLER ULM"
    spend account=a amount=60 id=9 text="SCHREINEREI HUBER"
"""


@pytest.fixture
def seen(files):
    for key in ("openai/chatgpt", "maybe/tool", "adler/adler"):
        vendor, _ = Vendor.objects.get_or_create(key=key.partition("/")[0], defaults={"name": key})
        Product.objects.create(key=key, vendor=vendor, name=key)
    files.scan("card", FILE)
    return files


def write(text: str, answer: str, fits: str = "words", of: AskedRule | None = None, **more: str) -> AskedRule:
    """A rule, played back."""
    asked = ask_rule(fits, text, more.get("channel", ""), answer, actor=ADA, reason="its invoices", of=of)
    follow()
    asked.refresh_from_db()
    return asked


def hold(text: str, answer: str, **more) -> AskedRule:
    """A rule that took effect."""
    asked = write(text, answer, **more)
    accept(asked, actor=ADA)
    follow()
    asked.refresh_from_db()
    assert asked.state == "followed", asked.refused
    return asked


def undo(rule: AskedRule) -> None:
    ask_undo(rule.number, actor=TOM, reason="a mistake")
    follow()


def test_a_rule_is_played_back_and_moves_just_that_once_it_is_saved(seen):
    before = state()
    asked = write("maybe tool", "maybe/tool")
    would = Playback.restored(asked.would)
    assert state() == before
    assert (asked.state, asked.seen) == ("played", asked.expected)
    assert (would.descriptors, would.records, would.spend) == (2, 2, {"EUR": 14_990_000})
    with pytest.raises(WrongDecision, match="wrote this rule"):
        accept(asked, actor=TOM)
    accept(asked, actor=ADA)
    follow()
    assert paid("maybe/tool") == 14_990_000
    text = Descriptor.objects.get(form="maybe tool ulm")
    assert text.decided_by == f"rule {asked.number}"
    assert "Rule" in text.reasons[0]
    assert "maybe tool" in text.reasons[0]
    seen.scan("card", 'spend account=a amount=1 id=20 text="MAYBE NEW TOOL"')
    assert paid("maybe/tool") == 15_990_000  # texts that come in later too
    (decision,) = decisions_of(asked.number)
    assert (decision.actor, decision.reason, decision.before) == (ADA, "its invoices", None)


def test_undone_all_is_exactly_as_before_and_a_newer_version_gives_way_to_the_older(seen):
    before = state()
    rule = hold("maybe tool", "maybe/tool")
    first = state()
    hold("maybe", "not_ai", of=rule, fits="beginning")
    assert paid("maybe/tool") == 0
    undo(rule)
    assert state() == first
    undo(rule)
    assert state() == before
    with pytest.raises(WrongDecision, match="nothing to undo"):
        ask_undo(rule.number, actor=TOM, reason="a mistake")
    assert [version.undo for version in history_of(rule.number)] == [True, True, False, False]
    assert Decision.objects.count() == 4  # the log is added to


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_rules_are_laid_on_one_another_each_undo_restores_exactly_what_was(seen, seed):
    chance = random.Random(seed)
    rules, states = [], [state()]
    for _ in range(6):
        words = " ".join(chance.sample(["maybe", "tool", "ulm", "adler", "chatgpt"], chance.choice([1, 2])))
        of = chance.choice([None, *rules]) if rules else None
        answer = chance.choice(["maybe/tool", "adler", "not_ai"])
        rules.append(hold(words, answer, of=of, fits=chance.choice(["words", "beginning"])))
        states.append(state())
    assert len({repr(one) for one in states}) >= 3  # it does do something
    for rule in reversed(rules):
        assert state() == states.pop()
        undo(rule)
    assert state() == states.pop()


def test_a_rule_dropped_or_without_effect_changes_nothing(seen):
    before = state()
    asked = write("maybe tool", "maybe/tool")
    drop(asked, actor=ADA)
    with pytest.raises(WrongDecision, match="not wait"):
        accept(asked, actor=ADA)
    gone = write("maybe tool", "maybe/tool")
    accept(gone, actor=ADA)
    Product.objects.filter(key="maybe/tool").delete()
    Vendor.objects.filter(key="maybe").delete()
    follow()
    gone.refresh_from_db()
    assert (gone.state, gone.refused) == ("refused", "maybe/tool is no longer in the catalog")
    assert state() == before


def test_what_a_person_decided_about_a_text_stays_and_is_named(seen):
    text = Descriptor.objects.get(form="maybe tool ulm")
    ask_recognition(text, "not_ai", actor=TOM, reason="a shop in Ulm")
    follow()
    asked = hold("maybe tool", "maybe/tool")
    assert Playback.restored(asked.would).contradicts == [Decision.objects.order_by("pk").first().pk]
    assert paid("maybe/tool") == 9_990_000
    assert b"maybe tool ulm" not in whole_database()


def test_of_two_rules_the_one_that_asks_more_decides_and_of_equals_the_newer(seen):
    hold("maybe tool", "openai/chatgpt")
    hold("maybe", "maybe/tool")
    assert paid("maybe/tool") == 7_000_000
    last = hold("tool maybe", "adler/adler")
    assert paid("adler/adler") == 14_990_000
    undo(last)
    assert paid("openai/chatgpt") == 20_000_000 + 14_990_000


def test_a_rule_that_says_not_ai_leaves_its_texts_readable_nowhere(seen):
    hold("maybe tool", "not_ai")
    for text in (b"maybe tool ulm", b"MAYBE TOOL BERLIN", b"maybe tool berlin"):
        assert text not in whole_database()


# --- what is sealed -----------------------------------------------------------------------------------


def agree(**more: object) -> SealOpening:
    opening = openings.waiting().get()
    openings.answer(
        opening, **{"agree": True, "actor": EVE, "reason": "the works council agreed"} | more, now=NOW
    )
    follow()
    opening.refresh_from_db()
    return opening


def test_sealed_records_open_only_when_a_second_person_agrees_and_that_is_kept(seen):
    before = state()
    rule = hold("adler", "adler/adler")
    assert Playback.restored(rule.would).opens_records == 2
    assert state() == before
    reconsider()  # nor does asking about everything again open them
    reconcile_all()
    assert state() == before
    opening = openings.waiting().get()
    assert (opening.asked_by, opening.descriptors, opening.records) == (ADA, 2, 2)
    with pytest.raises(WrongDecision, match="somebody else"):
        openings.answer(opening, True, actor=ADA, reason="so", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        SealOpening.objects.filter(pk=opening.pk).update(answered_by=ADA)
    opening = agree()
    assert paid("adler/adler") == 81_000_000
    assert (opening.state, opening.answered_by) == ("opened", EVE)
    assert (opening.opened_descriptors, opening.opened_records) == (2, 2)
    assert Decision.objects.filter(kind="opening", actor=EVE).count() == 1
    undo(rule)
    assert state() == before


def test_texts_that_come_in_after_a_rule_are_its_own_and_what_is_sealed_already_stays(seen):
    hold("adler", "adler/adler")
    seen.scan(
        "card",
        """
        spend account=a amount=1 id=30 text="ADLER NEU"
        spend account=a amount=2 id=31 text="GASTHAUS ADLER"
    """,
    )
    assert paid("adler/adler") == 1_000_000
    assert b"GASTHAUS" not in whole_database()


def test_refused_it_stays_sealed_and_a_rule_undone_waits_for_nobody(seen):
    before = state()
    rule = hold("adler", "adler/adler")
    agree(agree=False)
    assert state() == before
    assert not openings.waiting().exists()
    undo(rule)
    hold("adler", "adler/adler")
    opening = openings.waiting().get()
    undo(AskedRule.objects.get(pk=opening.rule))
    opening.refresh_from_db()
    assert (opening.state, state()) == ("lapsed", before)
    with pytest.raises(WrongDecision, match="not wait"):
        openings.answer(opening, True, actor=EVE, reason="so", now=NOW)


def test_a_rule_that_says_not_ai_of_sealed_texts_is_no_way_to_open_them(seen, catalog):
    """Undone, what it fits would otherwise count as sealed by a person, whom the guard lets through."""
    before = state()
    rule = hold("adler", "not_ai")
    assert state() == before
    own_product(catalog)
    undo(rule)
    assert state() == before


def own_product(catalog) -> None:
    add_local_product("own/adler", "Adler", "Own", [local_identifier(IdentifierKind.NAME, "Adler")])
    catalog.learn("adler", "own/adler")


def test_a_product_of_the_companys_own_opens_nothing_either_until_somebody_agrees(seen, catalog):
    before = state()
    own_product(catalog)
    maybe = Descriptor.objects.get(form="maybe shop")
    ask_recognition(maybe, "own/adler", actor=ADA, reason="it is ours", ask_all=True)
    follow()
    assert paid("own/adler") == 7_000_000
    opening = openings.waiting().get()
    assert (opening.product, opening.records) == ("own/adler", 2)
    agree()
    assert paid("own/adler") == 7_000_000 + 81_000_000
    withdraw_local_product("own/adler")
    catalog.words.pop("adler")
    decide_recognition("card", "MAYBE SHOP", "", actor=ADA, reason="a test")
    reconsider()
    follow()
    assert state()[1:] == before[1:]


def test_asked_once_more_with_other_words_somebody_has_to_agree_again(seen, catalog):
    own_product(catalog)
    openings.ask_for_product("own/adler", asked_by=ADA, reason="it is ours")
    agree()
    assert paid("own/adler") == 81_000_000
    names = [local_identifier(IdentifierKind.NAME, name) for name in ("Adler", "Huber")]
    add_local_product("own/adler", "Adler", "Own", names)
    catalog.learn("huber", "own/adler")
    reconsider()
    follow()
    assert paid("own/adler") == 81_000_000
