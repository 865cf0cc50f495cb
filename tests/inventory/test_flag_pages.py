"""The list of flags, and accepting the risk of one on its page."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from inventory import recompute
from inventory.access import Role
from inventory.decisions import Change, decide
from inventory.models import Flag, FlagAcceptance
from tests.inventory import rows
from tests.inventory.test_pages import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOW = timezone.now()
#: What a page of the list asks of the database, whatever it shows.
QUERIES = 21
SOON = (NOW + timedelta(days=30)).date()


@pytest.fixture
def flagged() -> None:
    """A prohibited tool in use, and one that nobody decided about."""
    for key, name in (("openai/chatgpt", "ChatGPT"), ("deepl/translator", "DeepL")):
        rows.product(key, name)
        rows.presence(rows.descriptor(key), NOW.date() - timedelta(days=3))
    recompute.take_in(NOW)
    before = NOW - timedelta(days=10)
    decide(
        ["openai/chatgpt"], Change(status="prohibited"), actor="ilse@corp.example", reason="No.", now=before
    )
    recompute.take_in(NOW)


def flag_on(tool: str) -> Flag:
    return Flag.objects.exclude(state="closed").get(subject=tool, folded_under="")


def test_the_list_begins_with_what_is_most_severe_and_is_narrowed_by_its_address(signed_in, flagged):
    client = signed_in(Role.SECURITY)
    page = client.get("/flags/")
    lines = [(line.title, line.flag.rule) for line in page.context["lines"]]
    assert lines == [("ChatGPT", "decision.prohibited-in-use"), ("DeepL", "decision.undecided")]
    assert "2 flags are open" in words_of(page)

    one = client.get("/flags/", {"tool": "deepl/translator"})
    assert [line.title for line in one.context["lines"]] == ["DeepL"]
    none = client.get("/flags/", {"severity": "low"})
    assert "No flag fits these filters" in words_of(none)
    unknown = client.get("/flags/", {"state": "?", "severity": "?", "rule": "?"})
    assert len(unknown.context["lines"]) == 2


def test_a_source_is_called_as_people_call_it(signed_in):
    """A source that nobody named has the name of its connector, which no page shows."""
    flag = Flag.objects.create(
        rule="source.silent",
        about="source",
        subject="ubl_invoice",
        subject_name="ubl_invoice",
        severity="medium",
        since=NOW.date(),
        detail={"one": "", "many": "Tells of nothing.", "count": 0, "values": {}},
        opened_at=NOW,
    )
    client = signed_in(Role.SECURITY)
    for address in ("/flags/", f"/flags/{flag.pk}/"):
        page = words_of(client.get(address))
        assert "UBL 2.1 invoices and credit notes" in page
        assert "ubl_invoice" not in page


def test_the_file_holds_what_the_list_shows(signed_in, flagged):
    client = signed_in(Role.AUDITOR)
    text = client.get("/flags.csv", {"rule": "decision.undecided"}).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["subject"], row["name"], row["state"]) == ("deepl/translator", "DeepL", "open")
    assert row["detail"].startswith("In use since")


def test_a_risk_is_accepted_until_a_day_and_taken_back(signed_in, flagged):
    client = signed_in(Role.SECURITY)
    flag = flag_on("openai/chatgpt")
    page = client.post(f"/flags/{flag.pk}/", {"until": SOON, "reason": "One team, until March"}, follow=True)
    assert "The risk is accepted." in words_of(page)
    assert flag_on("openai/chatgpt").state == "accepted"
    acceptance = FlagAcceptance.objects.get()
    assert (acceptance.actor, acceptance.until) == ("security@corp.example", SOON)

    assert [line.title for line in client.get("/flags/").context["lines"]] == ["DeepL"]
    (line,) = client.get("/flags/", {"state": "accepted"}).context["lines"]
    assert line.acceptance.reason == "One team, until March"

    page = client.post(f"/flags/{flag.pk}/", {"take_back": "", "reason": "The team is done"}, follow=True)
    assert "The risk is no longer accepted." in words_of(page)
    assert flag_on("openai/chatgpt").state == "open"
    assert "One team, until March" in words_of(page)  # what was said stays to be read


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        ({"until": str(SOON), "reason": " "}, "Say why"),
        ({"until": "", "reason": "So."}, "Say until which day"),
        ({"until": "2026-02-31", "reason": "So."}, "Say until which day"),
        ({"until": "2020-01-01", "reason": "So."}, "A risk is accepted until a day in the future"),
        ({"take_back": "", "reason": "So."}, "it is open"),
    ],
)
def test_what_cannot_be_accepted_is_refused_in_a_sentence(signed_in, flagged, told, answer):
    flag = flag_on("deepl/translator")
    page = signed_in(Role.SECURITY).post(f"/flags/{flag.pk}/", told)
    assert answer in words_of(page)
    assert flag_on("deepl/translator").state == "open"
    assert not FlagAcceptance.objects.exists()


def test_who_only_reads_accepts_nothing(signed_in, flagged):
    flag = flag_on("openai/chatgpt")
    for role in (Role.FINANCE, Role.AUDITOR):
        client = signed_in(role)
        assert 'aria-label="Accept the risk"' not in client.get(f"/flags/{flag.pk}/").content.decode()
        assert client.post(f"/flags/{flag.pk}/", {"until": SOON, "reason": "So."}).status_code == 403
    assert not FlagAcceptance.objects.exists()


def test_a_closed_flag_stays_to_be_read(signed_in, flagged):
    flag = flag_on("deepl/translator")
    decide(
        ["deepl/translator"],
        Change(status="sanctioned", owner="ilse@corp.example"),
        actor="ilse@corp.example",
        reason="Yes.",
        now=NOW,
    )
    recompute.take_in(NOW)
    client = signed_in(Role.SECURITY)
    assert flag.pk in {line.flag.pk for line in client.get("/flags/", {"state": "closed"}).context["lines"]}
    page = client.get(f"/flags/{flag.pk}/")
    assert "Nobody has accepted this risk." in words_of(page)
    assert 'aria-label="Accept the risk"' not in page.content.decode()


def test_the_list_asks_as_often_for_fifty_flags_as_for_one(signed_in, django_assert_num_queries):
    client = signed_in(Role.SECURITY)
    for number in range(50):
        rows.product(f"v{number}/tool")
        rows.presence(rows.descriptor(f"v{number}/tool"), NOW.date())
        if number in (0, 49):
            recompute.take_in(NOW)
            client.get("/flags/")
            with django_assert_num_queries(QUERIES):
                page = client.get("/flags/")
    assert len(page.context["lines"]) == 50
