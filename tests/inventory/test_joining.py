"""An own product that a later catalog holds too is joined with it, all follows, and it can be undone."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from discovery.decisions import decide_recognition
from discovery.models import Purchase
from inventory import joining
from inventory.access import Role
from inventory.decisions import Change, decide
from inventory.models import CatalogJoin, Declaration, Tool
from inventory.recompute import rematch
from tests.inventory.test_deciding import words_of
from tests.vendors.folders import ACME, write_catalog
from vendors import load
from vendors.catalog_index import load_matcher
from vendors.joining import NotJoined, offers
from vendors.load import load_catalog
from vendors.local import add_local_product, local_identifier
from vendors.matching import describe
from vendors.matching.catalog import IdentifierKind, Strength
from vendors.models import Identifier, Origin, OwnPlan, OwnPrice, Product
from vendors.own import say_fact, say_plan, say_price
from vendors.product_facts import facts_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 9, 12, tzinfo=UTC)
WHO = {"actor": "pat@corp.example", "reason": "the same maker", "now": NOW}
ZENITH = """
name = "Zenith"
source = "written for a test"
[[products]]
key = "zenith/quillnote"
name = "Quillnote Pro"
domain = "quillnote.com"
capabilities = ["meeting-notes"]
names = ["Quillnote Pro"]
domains = ["quillnote.com"]
[[products.facts]]
attribute = "training.default"
value = "never"
source = "https://quillnote.com/terms"
seen = 2026-10-07
basis = "vendor"
"""
CARDS = (
    "Transaction ID,Transaction Date,Cardholder,Card,Merchant,MCC,Amount,Currency\n"
    "t1,2026-03-02,ANNA BERG,4411,QUILLNOTE,5734,20.00,EUR\n"
    "t2,2026-03-03,ANNA BERG,4411,THE PEN PLACE,5734,5.00,EUR\n"
)


def own(key: str) -> None:
    identifiers = [
        local_identifier(IdentifierKind.NAME, "Quillnote"),
        local_identifier(IdentifierKind.DOMAIN, "quillnote.com"),
    ]
    add_local_product(key, "Quillnote", "Quill", identifiers, capabilities=["general-chat"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalog in the place of the shipped one."""
    folder = write_catalog(tmp_path / "shipped", acme=ACME)
    (folder / "edition.txt").write_text("2026.6.1\n")
    monkeypatch.setattr(load, "SHIPPED", folder)
    monkeypatch.setattr(joining, "load_catalog", lambda: load_catalog(folder))
    load_catalog(folder)
    return folder


@pytest.fixture
def grown(folder: Path, tmp_path: Path) -> None:
    """An own product with records and decisions; then the catalog learns of it."""
    own("quill/quillnote")
    path = tmp_path / "cards.csv"
    path.write_text(CARDS)
    call_command("scan", str(path), stdout=StringIO())
    decide_recognition("card", "THE PEN PLACE", "quill/quillnote", actor="pat", reason="their shop")
    rematch(lambda _: None, NOW)
    change = Change(status="sanctioned", owner="pat@corp.example", tags={"team": "sales"})
    decide(["quill/quillnote"], change, actor="sam", reason="we need it", now=NOW)
    Declaration.objects.create(
        account="a@corp.example", person="a@corp.example", tool="quill/quillnote", name="Quillnote",
        purpose="notes", data=[], payer="nobody", colleagues="few", outcome="allowed", declared_at=NOW,
    )  # fmt: skip
    load_catalog(write_catalog(folder, acme=ACME, zenith=ZENITH))


def figures(key: str) -> tuple:
    tool = Tool.objects.get(key=key)
    return tool.status, tool.owner, tool.spend


def test_shared_domains_and_distinctive_names_are_offered_and_nothing_else(folder):
    assert offers() == []
    own("quill/quillnote")
    assert offers() == []
    name = local_identifier(IdentifierKind.NAME, "Lantern", Strength.COMMON)
    add_local_product("my/lantern", "Lantern", "Mine", [name])  # an ordinary word tells nothing
    load_catalog(write_catalog(folder, acme=ACME, zenith=ZENITH))
    (offer,) = offers()
    assert (offer.local, offer.catalog, offer.shared) == (
        "quill/quillnote",
        "zenith/quillnote",
        ("quillnote.com",),
    )


def test_records_purchases_decisions_and_words_follow(grown):
    before = figures("quill/quillnote")
    assert before == ("sanctioned", "pat@corp.example", {"EUR": 25_000_000})
    joining.join("quill/quillnote", "zenith/quillnote", **WHO)
    joining.finish(NOW)
    assert figures("zenith/quillnote") == before
    assert set(Purchase.objects.values_list("product", flat=True)) == {"zenith/quillnote"}
    assert Tool.objects.get(key="zenith/quillnote").tags == {"team": "sales"}
    assert Declaration.objects.get().tool == "zenith/quillnote"
    assert (
        Tool.objects.get(key="quill/quillnote").status,
        Tool.objects.get(key="quill/quillnote").spend,
    ) == (
        "retired",
        {},
    )
    assert load_matcher().recognise(describe("card", "QUILLNOTE")).product == "zenith/quillnote"
    made = CatalogJoin.objects.get()
    assert made.settled_at
    load_catalog(load.SHIPPED, again=True)
    assert load_matcher().recognise(describe("card", "QUILLNOTE")).product == "zenith/quillnote"


def test_own_words_follow_where_nothing_is_said_of_the_catalogs(grown):
    for key, value in (("quill/quillnote", "always"), ("zenith/quillnote", "never")):
        product = Product.objects.get(key=key)
        say_fact(product, "training.default", value, [], source="", **WHO)
    own = Product.objects.get(key="quill/quillnote")
    say_plan(own, "Frame", "enterprise", source="", **WHO)
    say_price(own, "frame", "9", "EUR", "seat", "month", source="", **WHO)
    made = joining.join("quill/quillnote", "zenith/quillnote", **WHO)
    joining.finish(NOW)
    said = facts_of({"zenith/quillnote": "zenith"})["zenith/quillnote"]
    assert [plan.key for plan in said.plans] == ["frame"]
    assert said.on_plan("training.default", "frame").value == "never"
    assert OwnPrice.objects.get().product == "zenith/quillnote"
    joining.undo(made, actor="sam", reason="two products", now=NOW)
    joining.finish(NOW)
    assert {OwnPrice.objects.get().product, OwnPlan.objects.get().product} == {"quill/quillnote"}


def test_undone_all_is_as_it_was(grown):
    before = figures("quill/quillnote")
    joining.finish(NOW)
    made = joining.join("quill/quillnote", "zenith/quillnote", **WHO)
    joining.finish(NOW)
    joining.undo(made, actor="sam", reason="two products", now=NOW)
    joining.finish(NOW)
    assert figures("quill/quillnote") == before
    assert Declaration.objects.get().tool == "quill/quillnote"
    assert not Tool.objects.filter(key="zenith/quillnote").exclude(spend={}).exists()
    assert [offer.catalog for offer in offers()] == ["zenith/quillnote"]
    with pytest.raises(NotJoined, match="already"):
        joining.undo(made, actor="sam", reason="again", now=NOW)


def test_what_people_decided_about_the_catalogs_product_stands(grown):
    decide_recognition("card", "THE PEN PLACE", "zenith/quillnote", actor="pat", reason="theirs")
    rematch(lambda _: None, NOW)
    decide(["zenith/quillnote"], Change(status="prohibited"), actor="sam", reason="no", now=NOW)
    joining.join("quill/quillnote", "zenith/quillnote", **WHO)
    joining.finish(NOW)
    assert figures("zenith/quillnote")[0] == "prohibited"


def test_a_key_that_both_have_is_handed_over_and_given_back(folder):
    own("zenith/quillnote")
    load_catalog(write_catalog(folder, acme=ACME, zenith=ZENITH))
    assert [(offer.local, offer.catalog) for offer in offers()] == [("zenith/quillnote", "zenith/quillnote")]
    said_here = set(Identifier.objects.filter(product__key="zenith/quillnote").values_list("kind", "value"))
    made = joining.join("zenith/quillnote", "zenith/quillnote", **WHO)
    joining.finish(NOW)
    product = Product.objects.get(key="zenith/quillnote")
    assert (product.name, product.origin, product.facts.count()) == ("Quillnote Pro", Origin.CATALOG, 1)
    assert offers() == []
    joining.undo(made, actor="sam", reason="ours is another", now=NOW)
    joining.finish(NOW)
    product.refresh_from_db()
    assert (product.name, product.origin, product.facts.count()) == ("Quillnote", Origin.LOCAL, 0)
    assert set(product.identifiers.values_list("kind", "value")) == said_here
    assert [link.capability.key for link in product.capability_links.all()] == ["general-chat"]


def test_a_join_that_was_cut_off_is_brought_to_its_end(grown, monkeypatch):
    joining.join("quill/quillnote", "zenith/quillnote", **WHO)
    monkeypatch.setattr(joining, "_carry_over", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        joining.finish(NOW)
    monkeypatch.undo()
    assert CatalogJoin.objects.get().settled_at is None
    monkeypatch.setattr(joining, "load_catalog", lambda: None)
    joining.finish(NOW)
    assert figures("zenith/quillnote")[0] == "sanctioned"
    joining.finish(NOW)
    assert figures("zenith/quillnote")[0] == "sanctioned"


def test_only_what_is_offered_is_joined_once_and_with_a_reason(grown):
    for local, catalog, reason, said in (
        ("quill/quillnote", "acme/brightchat", "x", "share no name"),
        ("acme/brightchat", "zenith/quillnote", "x", "share no name"),
        ("quill/quillnote", "zenith/quillnote", " ", "Say why"),
    ):
        with pytest.raises(NotJoined, match=said):
            joining.join(local, catalog, actor="a", reason=reason, now=NOW)
    joining.join("quill/quillnote", "zenith/quillnote", **WHO)
    with pytest.raises(NotJoined, match="joined already"):
        joining.join("quill/quillnote", "zenith/quillnote", **WHO)


def test_the_page_offers_joins_and_parts(grown, signed_in):
    client = signed_in(Role.SECURITY)
    page = reverse("joins")
    assert "1 own product may be in the catalog too" in words_of(client.get(reverse("catalog")))
    assert "both are known by quillnote.com" in words_of(client.get(page))
    sent = {"local": "quill/quillnote", "catalog": "zenith/quillnote", "reason": "same maker"}
    assert client.post(page, sent).status_code == 302
    words = words_of(client.get(page))
    assert "security@corp.example on" in words
    assert "records and decisions are following" in words
    back = reverse("undo_join", args=[CatalogJoin.objects.get().pk])
    client.post(back, {"reason": ""})
    assert CatalogJoin.objects.get().undone_at is None
    client.post(back, {"reason": "two products"})
    assert "undone by security@corp.example" in words_of(client.get(page))


def test_the_own_products_page_leads_to_the_catalogs(grown, signed_in):
    joining.join("quill/quillnote", "zenith/quillnote", **WHO)
    page = signed_in(Role.FINANCE).get(reverse("catalog_product", args=["quill/quillnote"]))
    assert "It was replaced by Quillnote Pro" in words_of(page)
