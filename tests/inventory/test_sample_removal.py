"""The sample company goes by one action; what is real beside it stays, and so does who asked."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from discovery import asked_rules, scans
from discovery.models import (
    AskedRule,
    DataKey,
    Decision,
    Descriptor,
    Person,
    Record,
    Scan,
    SealedBlock,
    SealOpening,
    Source,
)
from inventory import decisions, demo, demo_company, joining, recompute, sample_removal
from inventory.access import Role
from inventory.models import (
    AccessChange,
    CatalogJoin,
    DecisionBatch,
    Installation,
    SampleRemoval,
    Tool,
    ToolDecision,
)
from inventory.pages import sample
from inventory.risk import SHIPPED_WEIGHTS
from inventory.risk_weights import change_weights, weights_now
from vendors.catalog_files import SHIPPED
from vendors.load import load_catalog
from vendors.local import add_local_product, local_identifier
from vendors.matching.catalog import IdentifierKind
from vendors.models import Capability, Product
from vendors.own import capabilities_now, say_capabilities

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HEADER = "Transaction ID,Transaction Date,E-mail,Card,Merchant,MCC,Amount,Currency\n"
CHATGPT = "t1,2026-03-02,anna@norrland.example,4411,OPENAI *CHATGPT SUBSCR 4158799686 CA,5734,20.00,USD\n"
LUNCH = "t2,2026-03-03,anna@norrland.example,4411,TRATTORIA DA GINO MALMO,5812,31.50,EUR\n"
CURSOR = "t3,2026-04-02,ben@corp.example,4412,CURSOR AI POWERED IDE,5734,40.00,USD\n"
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def demo_here(settings, tmp_path, tmp_path_factory, monkeypatch):
    """The sample company: one file, its personas, and a decision of one of them."""
    settings.PENUMBRA = {**settings.PENUMBRA, "DATA_DIR": tmp_path / "data"}
    monkeypatch.setattr(sample.sweep, "delay", lambda: None)
    folder = tmp_path_factory.mktemp("catalog")
    (folder / "vendors").mkdir()
    shutil.copy(SHIPPED / "capabilities.toml", folder)
    for vendor in ("openai", "cursor"):
        shutil.copy(SHIPPED / "vendors" / f"{vendor}.toml", folder / "vendors")
    load_catalog(folder)
    demo.mark_as_demo("Norrland")
    demo.create_personas()
    read(demo_company.folder() / "exports" / "cards.csv", CHATGPT, LUNCH, by=demo_company.BY)
    decide("security@norrland.example", "openai/chatgpt", "prohibited")


def read(path: Path, *rows: str, by: str, source: str = "") -> Scan:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + "".join(rows))
    (opened,) = scans.open_scans(path, by=by, source=source)
    assert isinstance(opened, Scan)
    done = scans.run(opened.pk)
    recompute.take_in(NOW)
    return done


def decide(actor: str, tool: str, status: str, **more: object) -> None:
    decisions.decide(
        [tool], decisions.Change(status=status, **more), actor=actor, reason="for the test", now=NOW
    )


def remove() -> None:
    user = get_user_model().objects.create_user("hanna@corp.example", "hanna@corp.example", PASSWORD)
    user.is_superuser = True
    user.save()
    sample_removal.request(by="hanna@corp.example", now=NOW)
    scans.run_unfinished()
    recompute.take_in(NOW)
    assert sample_removal.advance(NOW)


def signed_in(email: str) -> Client:
    client = Client()
    user = get_user_model().objects.get(email=email)
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_afterwards_the_installation_is_empty():
    remove()
    assert not DataKey.objects.exclude(source=None).exists()
    for model in (Scan, Source, Record, SealedBlock, Person, Descriptor, Tool, ToolDecision):
        assert not model.objects.exists(), model
    assert list(get_user_model().objects.values_list("email", flat=True)) == ["hanna@corp.example"]
    assert not Installation.objects.filter(demo=True).exists()
    assert not demo_company.folder().exists()


def test_what_personas_said_beside_the_catalog_joined_and_weighed_goes():
    who = {"actor": "security@norrland.example", "reason": "for the test", "now": NOW}
    product = Product.objects.get(key="cursor/cursor")
    before = capabilities_now(product)
    other = Capability.objects.exclude(key__in=before).first()
    say_capabilities(product, [other.key], **who)
    add_local_product("own/c", "C", "C", [local_identifier(IdentifierKind.DOMAIN, "cursor.com")])
    joining.join("own/c", "cursor/cursor", **who)
    change_weights({**SHIPPED_WEIGHTS, "owner": 0, "product": 10}, over=0, **who)
    remove()
    assert capabilities_now(product) == before
    assert Product.objects.get(key="own/c").replaced_by is None
    assert weights_now() == SHIPPED_WEIGHTS
    assert not CatalogJoin.objects.exists()


def test_it_is_written_down_who_asked_and_what_went():
    remove()
    removal = SampleRemoval.objects.get()
    assert (removal.requested_by, removal.finished_at) == ("hanna@corp.example", NOW)
    told = removal.removed
    assert (told["scans"], told["sources"], told["accounts"]) == (1, 1, len(demo.PERSONAS))
    assert (told["tools"], told["people"], told["decisions"]) == (1, 1, 1)


def test_what_a_real_file_shows_stays(tmp_path):
    kept = read(tmp_path / "real.csv", CURSOR, by="operator")
    decide("hanna@corp.example", "cursor/cursor", "sanctioned")
    remove()
    assert list(Scan.objects.values_list("pk", "state")) == [(kept.pk, "done")]
    assert list(Tool.objects.values_list("key", "status")) == [("cursor/cursor", "sanctioned")]
    assert list(Person.objects.values_list("email", flat=True)) == ["ben@corp.example"]
    assert Source.objects.exists()


def test_a_record_that_both_show_stays(tmp_path):
    read(tmp_path / "real.csv", CHATGPT, by="operator")
    remove()
    assert list(Tool.objects.values_list("key", "status")) == [("openai/chatgpt", "discovered")]
    assert Record.objects.get(current=True).text.startswith("OPENAI")


def test_of_a_tool_that_both_decided_about_the_real_decision_holds(tmp_path):
    read(tmp_path / "real.csv", CHATGPT, by="operator")
    decide("hanna@corp.example", "openai/chatgpt", "restricted", conditions="no customer data")
    decide("security@norrland.example", "openai/chatgpt", "sanctioned")
    remove()
    tool = Tool.objects.get()
    assert (tool.status, tool.conditions) == ("restricted", "no customer data")
    assert list(DecisionBatch.objects.values_list("actor", flat=True)) == ["hanna@corp.example"]


def test_a_real_decision_about_a_tool_that_goes_is_kept():
    decide("hanna@corp.example", "openai/chatgpt", "sanctioned")
    remove()
    assert list(Tool.objects.values_list("key", "status", "people_count")) == [
        ("openai/chatgpt", "sanctioned", 0)
    ]


def test_nothing_goes_before_every_scan_is_withdrawn():
    get_user_model().objects.create_superuser("h@corp.example", "h@corp.example", PASSWORD)
    sample_removal.request(by="h@corp.example", now=NOW)
    assert not sample_removal.advance(NOW)
    assert Tool.objects.exists()


def test_a_second_request_is_refused():
    get_user_model().objects.create_superuser("h@corp.example", "h@corp.example", PASSWORD)
    sample_removal.request(by="h@corp.example", now=NOW)
    with pytest.raises(sample_removal.NotRemoved, match="already"):
        sample_removal.request(by="h@corp.example", now=NOW)


def test_the_page_asks_whose_the_installation_is_and_signs_them_in():
    client = signed_in("administrator@norrland.example")
    address = reverse("sample")
    assert "Whose is it from now on?" in client.get(address).content.decode()
    refused = client.post(address, {"email": "me@corp.example", "password": "short"}, follow=True)
    assert "too short" in refused.content.decode()
    assert not SampleRemoval.objects.exists()
    page = client.post(address, {"email": "Me@corp.example", "password": PASSWORD}, follow=True)
    assert "is being removed" in page.content.decode()
    scans.run_unfinished()
    recompute.take_in(NOW)
    assert sample_removal.advance(NOW)
    after = client.get(address)
    assert "There is no sample data here" in after.content.decode()
    assert after.context["user"].email == "me@corp.example"
    assert AccessChange.objects.get(account="me@corp.example").after["roles"] == [Role.ADMINISTRATOR.value]


def test_sources_lead_an_administrator_there():
    page = signed_in("administrator@norrland.example").get(reverse("sources")).content.decode()
    assert reverse("sample") in page
    other = signed_in("finance@norrland.example").get(reverse("sources")).content.decode()
    assert reverse("sample") not in other


def test_rules_that_personas_wrote_go_with_all_their_versions():
    who = "security@norrland.example"
    first = asked_rules.ask_rule("words", "trattoria", "", "not_ai", actor=who, reason="a test")
    for version in (first, None):
        version = version or asked_rules.ask_rule(
            "words", "trattoria", "", "cursor/cursor", actor=who, reason="a test", of=first
        )
        asked_rules.take_asked_rules()
        asked_rules.accept(version, actor=who)
        asked_rules.take_asked_rules()
    assert SealOpening.objects.filter(state="waiting").exists()
    asked_rules.ask_undo(first.pk, actor=who, reason="a test")
    asked_rules.take_asked_rules()
    remove()
    assert not AskedRule.objects.exists()
    assert not SealOpening.objects.exists()
    assert not Decision.objects.exists()
