"""One source: does it come in, where its rows went, and what people say of it; and the alarms that follow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from discovery import expectations
from discovery.expectations import WrongExpectation
from discovery.models import (
    Connection,
    ConnectionChange,
    Descriptor,
    PulledSource,
    Source,
    SourceExpectation,
)
from inventory import recompute
from inventory.access import Role
from inventory.freshness import State
from inventory.models import Flag, Notice
from inventory.notice_models import NoticeKind
from inventory.notices.gather import gather
from inventory.notices.readers import readable
from inventory.notices.sentences import sentence
from inventory.source_health import health_of_sources
from inventory.source_lines import source_lines
from tests.inventory import rows
from tests.inventory.api.accounts import account_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
WHO = {"actor": "ann@corp.example", "reason": "the card was cancelled", "now": NOW}


def read(source: Source, *days_ago: int, brought: int = 1, now: datetime = NOW) -> None:
    for days in days_ago:
        rows.scan(source, finished_at=now - timedelta(days=days), rows_read=brought, records_new=brought)


def state_of(source: Source, now: datetime = NOW) -> State:
    return health_of_sources(now)[source.pk].freshness.state


def pulled(source: Source, **columns: object) -> PulledSource:
    made = Connection.objects.create(name="Okta", system="okta", credential=b"sealed", credential_at=NOW)
    columns = {"every_minutes": 1440, "due_at": NOW, "last_success": NOW, **columns}
    return PulledSource.objects.create(source=source, connection=made, **columns)


# --- how it goes ----------------------------------------------------------------------------------------


def test_a_source_that_was_read_once_alarms_at_last():
    cards = rows.source()
    read(cards, 10)
    assert state_of(cards) == State.FRESH
    assert state_of(cards, NOW + timedelta(days=90)) == State.SILENT


def test_statements_of_a_year_uploaded_at_once_are_due_by_the_month():
    cards = rows.source()
    rows.coverage("cards", *(date(2026, month, 28) for month in range(1, 6)))
    for days, scan in enumerate(cards.scans.order_by("pk")):
        cards.scans.filter(pk=scan.pk).update(finished_at=NOW - timedelta(days=days % 3))
    found = health_of_sources(NOW + timedelta(days=20))[cards.pk].freshness
    assert (found.state, found.every) == (State.FRESH, 21)


def test_a_pull_that_succeeds_and_brings_nothing_any_more_alarms():
    okta = rows.source("okta", "sso")
    read(okta, *range(30, 60))
    pulled(okta)
    found = health_of_sources(NOW)[okta.pk]
    assert (found.freshness.state, found.badge, found.freshness.days_without) == (State.EMPTY, "empty", 30)


def test_a_pull_that_never_brought_anything_is_waited_for_a_month():
    okta = rows.source("okta", "sso")
    pulled(okta)
    for days, state in ((32, State.FRESH), (33, State.EMPTY)):
        now = NOW + timedelta(days=days)
        PulledSource.objects.update(last_success=now)
        found = health_of_sources(now)[okta.pk].freshness
        assert (found.state, found.days_without) == (state, days)


def test_a_list_that_says_every_day_what_is_known_is_no_list_that_brings_nothing():
    directory, okta = rows.source("people", "directory"), rows.source("okta", "sso")
    for source in (directory, okta):
        for days in range(40):
            new = int(days >= 35)
            rows.scan(
                source,
                finished_at=NOW - timedelta(days=days),
                rows_read=1,
                records_new=new,
                records_known=1 - new,
            )
        PulledSource.objects.create(
            source=source,
            connection=Connection.objects.create(name=source.name, system="okta", credential=b"x"),
            every_minutes=1440,
            due_at=NOW,
            last_success=NOW,
        )
    assert (state_of(directory), state_of(okta)) == (State.FRESH, State.EMPTY)


def test_a_paused_list_alarms_nobody():
    okta = rows.source("okta", "sso")
    read(okta, *range(30, 60))
    pulled(okta, paused=True, last_success=NOW - timedelta(days=30))
    assert state_of(okta) == State.PAUSED


# --- what people say -------------------------------------------------------------------------------------


def test_an_alarm_is_answered_with_who_and_why(signed_in):
    cards = rows.source()
    read(cards, 100, 107, 114, now=timezone.now())
    client, address = signed_in(Role.FINANCE), reverse("source", args=[cards.pk])
    assert "silent, last read 100 days ago" in client.get(address).content.decode()
    answer = client.post(address, {"what": "retired", "reason": "the card was cancelled"}, follow=True)
    page = " ".join(answer.content.decode().split())
    assert "retired: nothing is expected of it any more" in page
    assert "the card was cancelled" in page
    assert "finance@corp.example" in page
    home = signed_in(Role.ADMINISTRATOR).get("/").content.decode()
    assert "What does not come in" not in home


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"what": "retired"}, "Say why"),
        ({"what": "paused", "reason": "summer"}, "until which day"),
        ({"what": "paused", "until": "2020-01-01", "reason": "summer"}, "ends within a year"),
        ({"what": "due", "every_days": "0", "reason": "x"}, "from 1 to 400 days"),
        ({"what": "due", "every_days": "often", "reason": "x"}, "whole number of days"),
        ({"what": "gone", "reason": "x"}, "Choose what holds"),
    ],
)
@pytest.mark.once
def test_what_cannot_be_written_down_is_said_and_stays_in_the_form(signed_in, form, words):
    cards = rows.source()
    answer = signed_in(Role.FINANCE).post(reverse("source", args=[cards.pk]), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert form.get("reason", "") in page
    assert not SourceExpectation.objects.exists()


def test_the_newest_word_holds():
    cards = rows.source()
    read(cards, 100, 107, 114)
    expectations.rests(cards, date(2026, 7, 1), today=NOW.date(), **WHO)
    assert state_of(cards) == State.PAUSED
    expectations.is_due(cards, 60, **WHO)
    assert (state_of(cards), health_of_sources(NOW)[cards.pk].freshness.every) == (State.LATE, 60)
    expectations.is_over(cards, **WHO)
    assert state_of(cards) == State.RETIRED
    assert cards.expectations.count() == 3
    read(cards, 0, now=NOW + timedelta(days=2))
    assert state_of(cards, NOW + timedelta(days=2)) == State.FRESH


def test_a_list_that_is_over_is_asked_for_no_longer_until_it_is_due_again():
    okta = rows.source("okta", "sso")
    of = pulled(okta)
    with pytest.raises(WrongExpectation, match="on the page of its system"):
        expectations.rests(okta, date(2026, 7, 1), today=NOW.date(), **WHO)
    expectations.is_over(okta, **WHO)
    of.refresh_from_db()
    assert of.paused
    expectations.is_due(okta, None, **WHO)
    of.refresh_from_db()
    assert not of.paused
    assert [one.actor for one in ConnectionChange.objects.all()] == ["ann@corp.example"] * 2


@pytest.mark.parametrize(
    "columns",
    [
        {"what": "retired", "reason": ""},
        {"what": "retired", "every_days": 7},
        {"what": "paused"},
        {"what": "due", "until": date(2026, 7, 1)},
        {"what": "due", "every_days": 401},
        {"what": "asleep"},
    ],
)
def test_the_database_holds_no_half_word(columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        SourceExpectation.objects.create(
            **{"source": rows.source(), "actor": "ann", "reason": "x", "made_at": NOW, **columns}
        )


def test_a_flag_about_a_source_closes_when_it_rests():
    rows.coverage("cards", *(date(2025, month, 1) for month in (1, 2, 3)))
    recompute.take_in(timezone.now())
    assert Flag.objects.get().state == Flag.State.OPEN
    expectations.is_over(rows.source(), **(WHO | {"now": timezone.now()}))
    rows.scan(rows.source("other"))
    recompute.take_in(timezone.now())
    assert Flag.objects.get().state == Flag.State.CLOSED


# --- who is told ------------------------------------------------------------------------------------------


def test_who_works_with_a_kind_of_source_is_told_that_it_fell_silent():
    read(rows.source("cards", "card"), 100, 107, 114)
    read(rows.source("okta", "sso"), 100, 107, 114)
    gather(NOW)
    told = list(Notice.objects.filter(kind=NoticeKind.SOURCE_SILENT))
    heard = {
        role: {one.facts["source"] for one in readable(account_of(role), role, told)}
        for role in (Role.ADMINISTRATOR, Role.FINANCE, Role.SECURITY, Role.PROCUREMENT, Role.AUDITOR)
    }
    assert heard == {
        Role.ADMINISTRATOR: {"cards", "okta"},
        Role.FINANCE: {"cards"},
        Role.SECURITY: {"okta"},
        Role.PROCUREMENT: set(),
        Role.AUDITOR: set(),
    }


def test_that_a_source_brings_nothing_is_told_once_in_its_own_words():
    okta = rows.source("okta", "sso")
    read(okta, *range(30, 60))
    pulled(okta)
    for hours in (0, 1, 30):
        now = NOW + timedelta(hours=hours)
        PulledSource.objects.update(last_success=now)
        gather(now)
    told = Notice.objects.get(kind=NoticeKind.SOURCE_SILENT)
    assert told.facts["state"] == "empty"
    assert sentence(told, tools=[], with_flags=False) == (
        "okta is read on time, but has brought no record for 30 days"
    )


def test_a_connection_that_is_refused_from_the_start_is_told_of_once():
    pulled(rows.source("okta", "sso"), last_success=None, denied=True, trouble="403", troubled_since=NOW)
    for days in (0, 1, 2):
        gather(NOW + timedelta(days=days))
    told = Notice.objects.get(kind=NoticeKind.SOURCE_SILENT)
    assert sentence(told, tools=[], with_flags=False) == "okta was never read, and is stopped"


# --- where its rows went ------------------------------------------------------------------------------------


def test_rows_lead_to_what_became_of_them(signed_in):
    rows.product("openai/chatgpt", "ChatGPT")
    cards, other = rows.source(), rows.source("more cards")
    ai = rows.descriptor("openai/chatgpt")
    for day in (4, 5):
        rows.spend(ai, "20", date(2026, 3, day))
    rows.spend(ai, "20", date(2026, 3, 6), source=other)
    rows.spend(rows.descriptor("", Descriptor.State.REVIEW, form="zorblaxo ai"), "5")
    rows.sealed(cards, "2026-03", 7, {"EUR": [7, 75 * rows.MICRO]})
    recompute.take_in(timezone.now())
    client = signed_in(Role.SECURITY)
    page = " ".join(client.get(reverse("source", args=[cards.pk])).content.decode().split())
    evidence = f"{reverse('tool', args=['openai/chatgpt'])}?tab=evidence"
    assert f'<a href="{evidence}&amp;source=cards">2</a>' in page
    assert f'{reverse("recognitions")}?source=cards">1</a>' in page
    assert "Mar 2026" in page
    assert client.get(f"{evidence}&source=cards").context["records"].paginator.count == 2
    assert client.get(evidence).context["records"].paginator.count == 3


@pytest.mark.once
def test_who_sees_no_evidence_reads_which_tools_and_not_how_many_records(signed_in):
    rows.product("openai/chatgpt", "ChatGPT")
    rows.spend(rows.descriptor("openai/chatgpt"), "20")
    page = signed_in(Role.PRIVACY_OFFICER).get(reverse("source", args=[rows.source().pk]))
    assert "ChatGPT" in page.content.decode()
    assert "tab=evidence" not in page.content.decode()
    assert 'id="say"' not in page.content.decode()


def test_a_charge_that_another_record_explains_is_placed():
    """The text waits, but the purchase is booked: an invoice says what it was for."""
    invoice = rows.spend(rows.descriptor("openai/chatgpt"), "30", source=rows.source("bills", "procurement"))
    rows.spend(rows.descriptor("", Descriptor.State.REVIEW, form="oai 123"), "30", purchase=invoice.purchase)
    rows.spend(rows.descriptor("", Descriptor.State.REVIEW, form="zorblaxo"), "10")
    (cards,) = (line for line in source_lines(NOW) if line.source.name == "cards")
    assert cards.placed["EUR"].unplaced == (25, 25)
    assert (cards.in_review, cards.recognised) == (2, 0)


@pytest.mark.once
@pytest.mark.parametrize("count", [1, 50])
def test_a_sources_page_asks_as_often_for_fifty_tools_as_for_one(signed_in, django_assert_num_queries, count):
    client = signed_in(Role.FINANCE)
    for number in range(count):
        rows.product(f"maker{number}/tool")
        rows.spend(rows.descriptor(f"maker{number}/tool"), "1")
        rows.sealed(rows.source(), f"20{number + 10}-03", 1, {"EUR": [1, 1]})
        expectations.is_due(rows.source(), 30, **WHO)
    with django_assert_num_queries(23):
        client.get(reverse("source", args=[rows.source().pk]))
