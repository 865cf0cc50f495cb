"""What a company says itself goes before the catalog, survives every loading, and can be taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from inventory.access import Role
from inventory.flags.facts import PlanKind
from inventory.models import Tool, ToolToCheck
from inventory.naming import capabilities_of
from inventory.plan_kinds import kind_of_plan
from inventory.weighing import weigh
from tests.inventory.test_deciding import words_of
from tests.vendors.folders import ACME, LUMEN, lumen, write_catalog
from vendors.load import load_catalog
from vendors.models import OwnCapabilities, OwnFact, OwnPlan, OwnPrice, Product
from vendors.own import NotSaid, say_capabilities, say_fact, say_plan, say_price, take_back
from vendors.product_facts import facts_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 9, 12, tzinfo=UTC)
WHO = {"source": "", "actor": "pat@corp.example", "reason": "our contract", "now": NOW}
OWN = reverse("own_words", args=["lumen/draft"])
PAGE = reverse("catalog_product", args=["lumen/draft"])


@pytest.fixture(autouse=True)
def folder(tmp_path):
    load_catalog(write_catalog(tmp_path, acme=ACME, lumen=LUMEN), today=date(2026, 10, 8))
    return tmp_path


@pytest.fixture
def draft():
    return Product.objects.get(key="lumen/draft")


def training(plan="free"):
    return facts_of({"lumen/draft": "lumen"})["lumen/draft"].on_plan("training.default", plan)


def jobs():
    return [key for key, _ in capabilities_of(["lumen/draft"])["lumen/draft"]]


def test_an_own_fact_goes_before_the_catalogs_which_stays_beside_it(draft):
    say_fact(draft, "training.default", "never", ["free"], **WHO)
    assert (training().value, training().own.actor) == ("never", "pat@corp.example")
    facts = facts_of({"lumen/draft": "lumen"})["lumen/draft"].facts
    assert sorted(f.value for f in facts if f.attribute == "training.default") == [
        "never",
        "never",
        "opt-out-user",
    ]
    assert training("team").own is None


def test_what_is_said_survives_every_loading(draft, folder):
    say_fact(draft, "training.default", "never", ["free"], **WHO)
    say_price(draft, "team", "31.50", "eur", "seat", "month", **WHO)
    say_capabilities(draft, ["meeting-notes"], **WHO)
    other = lumen(('capabilities = ["general-chat"]', 'capabilities = ["general-chat", "meeting-notes"]'))
    load_catalog(write_catalog(folder, acme=ACME, lumen=other))
    load_catalog(folder, again=True)
    assert training().value == "never"
    assert jobs() == ["meeting-notes"]
    assert OwnPrice.objects.get().amount == 31_500_000


def test_taking_back_gives_the_catalogs_newest_word(draft, folder):
    say_capabilities(draft, ["meeting-notes"], **WHO)
    other = lumen(('capabilities = ["general-chat"]', 'capabilities = ["general-chat", "meeting-notes"]'))
    load_catalog(write_catalog(folder, acme=ACME, lumen=other))
    fact = say_fact(draft, "training.default", "never", [], **WHO)
    take_back(fact, actor="sam", reason="wrong", now=NOW)
    take_back(OwnCapabilities.objects.get(), actor="sam", reason="wrong", now=NOW)
    assert training().value == "opt-out-user"
    assert jobs() == ["general-chat", "meeting-notes"]
    assert OwnFact.objects.get().taken_back_by == "sam"
    with pytest.raises(NotSaid, match="already"):
        take_back(fact, actor="sam", reason="again", now=NOW)


def test_saying_anew_takes_the_former_word_back_and_keeps_it(draft):
    for value in ("never", "opt-in"):
        say_fact(draft, "training.default", value, ["free"], **WHO)
    assert training().value == "opt-in"
    assert list(OwnFact.objects.order_by("pk").values_list("value", "taken_back_reason")) == [
        ("never", "Said anew."),
        ("opt-in", ""),
    ]


def test_incidents_stand_beside_each_other_and_values_of_one_thing_do_not(draft):
    for said in ("No. 1.", "No. 2.", "No. 2."):
        say_fact(draft, "incident", said, [], **WHO)
    assert OwnFact.objects.filter(taken_back_at=None).count() == 2
    word = say_fact(draft, "training.default", "never", [], **WHO)
    word.pk, word.value = None, "always"
    with pytest.raises(IntegrityError, match=r"own_fact_holds_once|UNIQUE"), transaction.atomic():
        word.save()


def test_risk_follows_what_is_said(draft):
    Tool.objects.create(key="lumen/draft", vendor="lumen")
    before = weigh()[0].risk
    say_fact(draft, "training.default", "never", [], **WHO)
    assert weigh()[0].risk.high < before.high


def test_an_own_plan_can_be_named_priced_and_is_taken_for_its_kind(draft, signed_in):
    say_plan(draft, "Nordic Frame", "enterprise", **WHO)
    say_fact(draft, "training.default", "never", ["nordic-frame"], **WHO)
    say_price(draft, "nordic-frame", "20", "EUR", "seat", "month", **WHO)
    said = facts_of({"lumen/draft": "lumen"})["lumen/draft"]
    assert kind_of_plan("nordic frame", said) == PlanKind.COMPANY
    assert said.on_plan("training.default", "nordic-frame").value == "never"
    words = words_of(signed_in(Role.FINANCE).get(PAGE))
    assert "Nordic Frame for large companies · your company’s word you pay EUR 20.00" in words
    take_back(OwnPlan.objects.get(), actor="sam", reason="ended", now=NOW)
    said = facts_of({"lumen/draft": "lumen"})["lumen/draft"]
    assert [plan.key for plan in said.plans] == ["free", "team"]


def test_a_plan_of_the_catalogs_name_is_that_one_of_another_tier(draft):
    say_plan(draft, "Free", "team", **WHO)
    said = facts_of({"lumen/draft": "lumen"})["lumen/draft"]
    assert [(plan.key, plan.tier) for plan in said.plans] == [("free", "team"), ("team", "team")]
    assert kind_of_plan("free", said) == PlanKind.COMPANY


@pytest.mark.parametrize(
    ("say", "said"),
    [
        (lambda p: say_fact(p, "nonsense", "x", [], **WHO), "from the list"),
        (lambda p: say_fact(p, "training.default", "perhaps", [], **WHO), "is none of"),
        (lambda p: say_fact(p, "training.default", "never", ["gold"], **WHO), "gold is no plan"),
        (lambda p: say_fact(p, "training.default", "never", [], **WHO | {"reason": " "}), "Say why"),
        (lambda p: say_fact(p, "training.default", "never", [], **WHO | {"source": "x"}), "https://"),
        (lambda p: say_price(p, "gold", "1", "EUR", "seat", "month", **WHO), "one of its plans"),
        (lambda p: say_price(p, "team", "-1", "EUR", "seat", "month", **WHO), "as a number"),
        (lambda p: say_price(p, "team", "0.0000001", "EUR", "seat", "month", **WHO), "as a number"),
        (lambda p: say_price(p, "team", "nan", "EUR", "seat", "month", **WHO), "as a number"),
        (lambda p: say_price(p, "team", "1", "EURO", "seat", "month", **WHO), "three letters"),
        (lambda p: say_price(p, "team", "1", "EUR", "soul", "month", **WHO), "what the price is for"),
        (lambda p: say_plan(p, "我们", "team", **WHO), "Latin"),
        (lambda p: say_plan(p, "Ours", "golden", **WHO), "for whom"),
        (lambda p: say_capabilities(p, [], **WHO), "between one and 8"),
        (lambda p: say_capabilities(p, ["telepathy"], **WHO), "from the list"),
    ],
)
def test_what_cannot_be_said_is_one_sentence_and_changes_nothing(draft, say, said):
    with pytest.raises(NotSaid, match=said):
        say(draft)
    assert not any(model.objects.exists() for model in (OwnFact, OwnPlan, OwnPrice, OwnCapabilities))


def test_the_page_says_it_shows_it_beside_the_catalog_and_takes_it_back(signed_in):
    client = signed_in(Role.SECURITY)
    assert "opt-out-user" in client.get(OWN, {"attribute": "training.default"}).content.decode()
    said = {
        "kind": "fact",
        "attribute": "training.default",
        "value": "never",
        "plans": "free",
        "reason": "DPA",
    }
    assert client.post(OWN, said).status_code == 302
    assert ToolToCheck.objects.filter(tool="lumen/draft").exists()
    words = words_of(client.get(PAGE))
    assert "your company’s word security@corp.example on" in words
    assert ": DPA" in words
    number = OwnFact.objects.get().pk
    back = reverse("take_back_own_word", args=["fact", number])
    assert client.post(back, {"reason": ""}).status_code == 302
    assert OwnFact.objects.get().taken_back_at is None
    client.post(back, {"reason": "no longer in force"})
    assert "taken back by security@corp.example" in words_of(client.get(OWN))
    assert "your company’s word" not in words_of(client.get(PAGE))


def test_a_negotiated_price_and_own_jobs_show_on_the_products_page(signed_in):
    client = signed_in(Role.PROCUREMENT)
    price = {"kind": "price", "plan": "team", "amount": "31.50", "currency": "eur", "per": "seat",
             "every": "month", "reason": "frame contract"}  # fmt: skip
    assert client.post(OWN, price).status_code == 302
    chosen = {"kind": "capabilities", "job": ["meeting-notes", ""], "reason": "we take notes with it"}
    assert client.post(OWN, chosen).status_code == 302
    words = words_of(client.get(PAGE))
    assert "you pay EUR 31.50 for each seat a month" in words
    assert "The catalog says: General chat." in words


def test_what_was_typed_stays_where_it_cannot_be_taken(signed_in):
    typed = {
        "kind": "fact",
        "attribute": "acts",
        "value": ["drafts", "browses"],
        "source": "ftp://x",
        "reason": "w",
    }
    page = signed_in(Role.ADMINISTRATOR).post(OWN, typed)
    assert page.status_code == 422
    assert page.content.decode().count(" checked") == 2
    assert 'value="ftp://x"' in page.content.decode()
