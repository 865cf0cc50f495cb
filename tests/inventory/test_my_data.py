"""Everybody reads all that is kept on them, and nobody reads anybody else's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from discovery.decisions import follow_decisions
from discovery.models import Decision, Descriptor, DirectoryEntry, Person, Record
from inventory import rollups
from inventory.access import Role
from inventory.granting import set_access
from inventory.models import NameOpening, Tool
from inventory.opened_names import open_name
from inventory.pages import me
from tests.inventory import rows

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def browser(email: str, *roles: Role) -> Client:
    user = get_user_model().objects.create_user(email, email, "a password")
    for role in roles:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture(autouse=True)
def told(monkeypatch) -> list[str]:
    """Words to the workers, who do nothing here by themselves."""
    words: list[str] = []
    monkeypatch.setattr(me.follow, "delay", lambda: words.append("follow"))
    return words


@pytest.fixture
def company():
    """Ada with a record of each kind, one replaced and one that waits; Bob with one of his own."""
    rows.product("openai/chatgpt", "ChatGPT")
    chat = rows.descriptor("openai/chatgpt", form="OPENAI CHATGPT")
    ada = rows.person("ada@corp.example", "Engineering", name="Ada Byron")
    bob = rows.person("bob@corp.example", "Sales", name="Bob Low")
    for monday in (date(2026, 3, 2), date(2026, 3, 9)):
        rows.presence(chat, monday, person=ada, email=ada.email)
    rows.presence(chat, date(2026, 3, 16), person=ada, email=ada.email, attempt=True)
    rows.spend(chat, "20", date(2026, 3, 4), person=ada, text="OPENAI *CHATGPT", email=ada.email)
    rows.spend(
        chat, "19", date(2026, 3, 4), person=ada, text="AN OLD VERSION", current=False, email=ada.email
    )
    rows.grant(chat, person=ada, text="ChatGPT reads files", email=ada.email)
    waiting = rows.descriptor("", state=Descriptor.State.REVIEW, form="MAYBE TOOL")
    rows.spend(waiting, "9", date(2026, 4, 4), person=ada, email=ada.email)
    rows.spend(chat, "77", date(2026, 3, 4), person=bob, text="BOBS OWN LINE", email=bob.email)
    directory = rows.source("directory", "directory")
    for person, department, current in (
        (ada, "Engineering", True),
        (ada, "Support", False),
        (bob, "Sales", True),
    ):
        DirectoryEntry.objects.create(
            source=directory, scan=rows.scan(directory), identity=person.email.encode()[:16],
            content=department.encode()[:8], email=person.email, name=person.name, department=department,
            current=current,
        )  # fmt: skip
    rollups.apply()


def text_of(client: Client, address: str = reverse("my_data")) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_every_kind_of_record_is_shown_with_source_and_deletion_date(company, settings):
    settings.PENUMBRA = {**settings.PENUMBRA, "RETENTION_MONTHS": 13, "RECORD_RETENTION_MONTHS": 36}
    text = text_of(browser("ada@corp.example"))
    assert "7 records are kept on you" in text
    for words in (
        "OPENAI *CHATGPT",
        "AN OLD VERSION",
        "replaced by a newer version",
        "ChatGPT reads files",
        "MAYBE TOOL",
        "not yet decided",
        "an attempt, not use",
        "EUR 20.00",
        "cards",
        "okta",
        "google",
        "1 May 2027",  # sign-ins of March 2026, thirteen months kept
        "1 Apr 2029",  # spend of that month, thirty-six
        "when the access is taken back",
        "2 weeks, beginning on",
        "9 Mar 2026",
        "Engineering",
        "Support",
    ):
        assert words in text, words


def test_nothing_of_anybody_else_is_shown(company):
    text = text_of(browser("ada@corp.example"))
    for words in ("BOBS OWN LINE", "77.00", "bob@corp.example", "Bob Low", "Sales"):
        assert words not in text


def test_who_is_in_no_record_is_told_so(company):
    text = text_of(browser("eve@corp.example", Role.ADMINISTRATOR))
    assert "No record is kept on you" in text
    assert "OPENAI" not in text


def test_who_opened_my_name_and_why_is_told_to_me_alone(company):
    browser("tomasz@corp.example", Role.SECURITY)
    reader = get_user_model().objects.get(email="tomasz@corp.example")
    ada = Person.objects.get(email="ada@corp.example")
    open_name(reader, ada, reason="who renews it?", hours=4, now=NOW)
    text = text_of(browser("ada@corp.example"))
    assert "tomasz@corp.example" in text
    assert "who renews it?" in text
    assert "for 4 hours" in text
    assert "who renews it?" not in text_of(browser("bob@corp.example", *Role))


def test_what_is_kept_of_me_as_an_account_is_told_too(company):
    client = browser("tomasz@corp.example", Role.SECURITY)
    reader = get_user_model().objects.get(email="tomasz@corp.example")
    set_access(reader, roles=[Role.SECURITY], departments=["Sales"], actor="hanna", reason="leads triage")
    open_name(reader, Person.objects.get(email="bob@corp.example"), reason="who renews?", hours=1, now=NOW)
    text = text_of(client)
    for words in ("limited to Sales", "hanna", "leads triage", "Names that I opened", "who renews?"):
        assert words in text
    assert "bob@corp.example" not in text
    assert "totals are of it alone" not in text  # one's own data are not cut down to departments
    assert "leads triage" not in text_of(browser("ada@corp.example"))


def test_openings_come_in_pages_with_none_left_out(company):
    for number in range(12):
        NameOpening.objects.create(
            opened_by="s@corp.example", role="security", person="ada@corp.example",
            reason=f"reason {number:02}", hours=1, opened_at=NOW + timedelta(days=number),
            until=NOW + timedelta(days=number, hours=1),
        )  # fmt: skip
    client = browser("ada@corp.example")
    assert "1–10 of 12" in text_of(client)
    assert "reason 00" in text_of(client, reverse("my_data") + "?openings=2")


def of(amount: int) -> Record:
    return Record.objects.get(amount=amount * rows.MICRO)


def test_this_was_private_seals_the_record_and_figures_follow(company, told):
    client = browser("ada@corp.example")
    response = client.post(reverse("private", args=[of(20).pk]), follow=True)
    assert "is being sealed" in response.content.decode()
    assert told == ["follow"]
    follow_decisions()  # the worker's part
    rollups.apply()
    assert not Record.objects.filter(amount=20 * rows.MICRO).exists()
    assert Tool.objects.get().spend == {"EUR": 77 * rows.MICRO}
    text = text_of(client)
    assert "6 records are kept on you" in text
    assert "OPENAI *CHATGPT" not in text
    assert "What I called private" in text
    decision = Decision.objects.get()
    assert (decision.kind, decision.actor) == ("private", "ada@corp.example")
    assert decision.reason

    client.post(reverse("not_private", args=[decision.pk]))
    follow_decisions()
    rollups.apply()
    assert of(20).person.email == "ada@corp.example"
    assert Tool.objects.get().spend == {"EUR": 97 * rows.MICRO}
    assert "What I called private" not in text_of(client)


@pytest.mark.parametrize("roles", [[], list(Role)])
def test_nobody_reaches_anothers_record_by_changing_a_number(company, told, roles):
    client = browser("bob@corp.example", *roles)
    own = of(77)
    for record in Record.objects.exclude(pk=own.pk):
        assert client.post(reverse("private", args=[record.pk])).status_code == 404
    assert not Decision.objects.exists()
    assert client.post(reverse("private", args=[own.pk])).status_code == 302
    decision = Decision.objects.get()
    other = browser("ada@corp.example", *roles)
    for number in range(decision.pk + 2):
        assert other.post(reverse("not_private", args=[number])).status_code == 404
    assert Decision.objects.count() == 1
    assert told == ["follow"]


def test_what_a_supplier_invoiced_is_the_companys(company):
    record = of(20)
    record.source.kind = "procurement"
    record.source.save()
    client = browser("ada@corp.example")
    response = client.post(reverse("private", args=[record.pk]), follow=True)
    assert (
        "An invoice, order, seat or metered use of the company is not private." in response.content.decode()
    )
    assert not Decision.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize("count", [1, 20])
def test_the_page_asks_as_often_for_twenty_records_as_for_one(django_assert_num_queries, count):
    rows.product("openai/chatgpt", "ChatGPT")
    ada = rows.person("ada@corp.example")
    for number in range(count):
        of_it = rows.descriptor("openai/chatgpt", form=f"TEXT {number}")
        rows.presence(of_it, date(2026, 3, 2), person=ada, source=rows.source(f"okta {number}", "sso"))
    client = browser("ada@corp.example")
    with django_assert_num_queries(27):
        text_of(client)
