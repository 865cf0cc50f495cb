from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory import recompute
from inventory.decisions import Change, decide
from inventory.exports import overlap as overlap_export
from inventory.exports.period import Period
from inventory.models import Flag, OverlapDecision, Tool
from inventory.overlap import (
    GroupState,
    Step,
    WrongOverlapDecision,
    accept_overlap,
    decisions_about,
    grouped,
    groups,
    open_case,
    proposed_terms,
    reopen,
)
from inventory.saving import Range, Terms
from tests.inventory import rows
from vendors.models import Capability, Product, ProductCapability

NOW = datetime(2026, 3, 31, 9, tzinfo=UTC)
TODAY = NOW.date()
WHO = {"actor": "Ilse Brandt", "reason": "Two teams, two languages.", "now": NOW}
ON = date(2026, 3, 4)


def also(key: str, capability: str) -> None:
    """Give a product a further capability."""
    job, _ = Capability.objects.get_or_create(key=capability, defaults={"name": capability, "group": "work"})
    of = Product.objects.get(key=key)
    position = ProductCapability.objects.filter(product=of).count()
    ProductCapability.objects.create(product=of, capability=job, position=position)


@pytest.fixture
def notes(db) -> None:
    """Three tools that write meeting notes: Ada has all, Bob two, Cleo and Dan one."""
    people = {
        name: rows.person(f"{name}@corp.example", department)
        for name, department in (("ada", "Sales"), ("bob", "Sales"), ("cleo", "Legal"), ("dan", ""))
    }
    used = {
        "otter/notes": (["ada", "bob", "cleo"], "30"),
        "fathom/fathom": (["ada", "bob"], "20"),
        "tldv/tldv": (["ada", "dan"], "10"),
    }
    for key, (names, amount) in used.items():
        rows.product(key, key.partition("/")[0].title(), capability="meeting-notes")
        for name in names:
            rows.spend(rows.descriptor(key, form=f"{key} {name}"), amount, ON, person=people[name])
    recompute.take_in(NOW)


def group() -> object:
    (found,) = groups(TODAY)
    return found


def test_a_group_says_who_and_what_its_tools_have_in_common(notes):
    found = group()
    assert (found.capability, found.name, found.state) == ("meeting-notes", "Meeting-Notes", GroupState.OPEN)
    assert found.keys == ["fathom/fathom", "otter/notes", "tldv/tldv"]
    assert (found.people, found.people_in_common) == (4, 2)
    assert found.pairs == {
        ("fathom/fathom", "otter/notes"): 2,
        ("fathom/fathom", "tldv/tldv"): 1,
        ("otter/notes", "tldv/tldv"): 1,
    }
    assert found.departments_in_common == {"Sales": ["fathom/fathom", "otter/notes", "tldv/tldv"]}
    assert found.spend == {"EUR": 150 * rows.MICRO}
    assert {member.tool.key: member.spend for member in found.members} == {
        "otter/notes": {"EUR": 90 * rows.MICRO},
        "fathom/fathom": {"EUR": 40 * rows.MICRO},
        "tldv/tldv": {"EUR": 20 * rows.MICRO},
    }


def test_only_tools_in_use_that_are_not_retired_overlap(notes):
    decide(["tldv/tldv"], Change(status="retired"), **WHO)
    assert group().keys == ["fathom/fathom", "otter/notes"]
    rows.presence(rows.descriptor("openai/chatgpt"), date(2026, 9, 7), source=rows.source())
    rows.presence(rows.descriptor("otter/notes"), date(2026, 9, 7))
    recompute.take_in(NOW)
    assert groups(date(2026, 9, 14)) == []


def test_spend_is_kept_apart_by_currency_and_older_than_twelve_months_is_left_out(notes):
    rows.spend(rows.descriptor("otter/notes"), "7", ON, currency="USD")
    rows.spend(rows.descriptor("otter/notes"), "1000", date(2025, 3, 31))
    recompute.take_in(NOW)
    assert group().spend == {"EUR": 150 * rows.MICRO, "USD": 7 * rows.MICRO}


def test_what_a_suite_does_beside_its_main_job_overlaps_too():
    capabilities = {
        "a/suite": [("chat", "Chat"), ("notes", "Notes")],
        "b/notes": [("notes", "Notes")],
        "c/other": [("translation", "Translation"), ("writing", "Writing")],
        "d/other": [("speech", "Speech"), ("writing", "Writing")],
    }
    assert grouped(capabilities, ()) == {"notes": ["a/suite", "b/notes"]}


def test_an_api_and_a_chat_app_do_not_overlap():
    capabilities = {
        "openai/chatgpt": [("general-chat", "Chat"), ("llm-api", "API")],
        "openai/api": [("llm-api", "API"), ("general-chat", "Chat")],
        "anthropic/api": [("llm-api", "API")],
    }
    assert grouped(capabilities, {"llm-api"}) == {"llm-api": ["anthropic/api", "openai/api"]}


def test_every_group_takes_the_same_number_of_queries(notes):
    with CaptureQueriesContext(connection) as one:
        assert len(groups(TODAY)) == 1
    for number in range(20):
        for maker in ("left", "right"):
            key = f"{maker}{number}/tool"
            rows.product(key, capability=f"job-{number}")
            rows.spend(rows.descriptor(key), on=ON, person=rows.person(f"{maker}{number}@corp.example"))
    also("left0/tool", "job-1")
    recompute.take_in(NOW)
    with CaptureQueriesContext(connection) as many:
        found = groups(TODAY)
    assert len(found) == 21
    assert {group.people for group in found} == {2, 3, 4}
    assert len(one) == len(many) <= 15


def test_an_overlap_is_accepted_until_a_day_and_for_the_tools_it_has(notes):
    accept_overlap("meeting-notes", date(2026, 6, 30), **WHO)
    assert group().state == GroupState.ACCEPTED
    assert groups(date(2026, 7, 1))[0].state == GroupState.OPEN
    rows.product("granola/granola", capability="meeting-notes")
    rows.spend(rows.descriptor("granola/granola"), on=ON)
    recompute.take_in(NOW)
    assert group().state == GroupState.OPEN


def test_an_accepted_overlap_raises_no_flag(notes):
    rule = {"rule": "overlap.in-department", "state": Flag.State.OPEN}
    assert Flag.objects.filter(**rule).count() == 2
    accept_overlap("meeting-notes", date(2026, 6, 30), **WHO)
    assert not Flag.objects.filter(**rule).exists()
    reopen("meeting-notes", **WHO)
    assert Flag.objects.filter(**rule).count() == 2


def test_a_case_says_what_becomes_of_each_tool_and_shows_on_every_one(notes):
    plan = {"otter/notes": Step.KEEP, "fathom/fathom": Step.MOVE, "tldv/tldv": Step.RETIRE}
    terms, unknown = proposed_terms(group(), plan, TODAY)
    assert terms == Terms(
        "EUR",
        ended=Range.exactly(60 * rows.MICRO),
        seats=NOBODY,
        seat_price=Range.exactly(30 * rows.MICRO),
    )
    assert unknown == {"committed", "hours", "hourly"}
    case = open_case("meeting-notes", plan, terms, owner="Ilse@corp.example", due=date(2026, 9, 1), **WHO)
    found = group()
    assert (found.state, found.decision) == (GroupState.CASE, case)
    assert (case.plan, case.owner, case.due) == (plan, "ilse@corp.example", date(2026, 9, 1))
    for key in plan:
        assert decisions_about(key) == [case]
    assert decisions_about("deepl/translator") == []
    reopen("meeting-notes", **WHO)
    assert group().state == GroupState.OPEN
    assert decisions_about("otter/notes") == []
    assert OverlapDecision.objects.count() == 2


NOBODY = Range(0, 0)


def test_who_lacks_a_seat_of_what_is_kept_is_counted_as_a_range(notes):
    plan = {"fathom/fathom": Step.KEEP, "otter/notes": Step.MOVE, "tldv/tldv": Step.MOVE}
    terms, _ = proposed_terms(group(), plan, TODAY)
    assert terms.seats == Range.exactly(2)  # Cleo and Dan
    rows.spend(rows.descriptor("otter/notes"), on=date(2025, 4, 1), person=rows.person("eve@corp.example"))
    gone = rows.person("gone@corp.example", active=False)
    rows.spend(rows.descriptor("otter/notes"), on=ON, person=gone)
    recompute.take_in(NOW)
    terms, _ = proposed_terms(group(), plan, TODAY)
    assert terms.seats == Range(2, 3)


def test_a_missing_rate_makes_the_cost_that_ends_unknown(notes):
    rows.spend(rows.descriptor("tldv/tldv"), "7", ON, currency="USD")
    recompute.take_in(NOW)
    plan = {"otter/notes": Step.KEEP, "tldv/tldv": Step.RETIRE}
    terms, unknown = proposed_terms(group(), plan, TODAY)
    assert "ended" in unknown
    assert terms.ended == NOBODY


@pytest.mark.parametrize(
    ("plan", "more", "words"),
    [
        ({"otter/notes": "keep"}, {}, "keeps at least one tool and moves or retires"),
        ({"otter/notes": "retire", "tldv/tldv": "move"}, {}, "keeps at least one"),
        ({"otter/notes": "keep", "tldv/tldv": "burn"}, {}, "burn is no step"),
        ({"otter/notes": "keep", "openai/chatgpt": "move"}, {}, "openai/chatgpt is not among the tools"),
        ({"otter/notes": "keep", "tldv/tldv": "move"}, {"due": TODAY}, "a day in the future"),
        ({"otter/notes": "keep", "tldv/tldv": "move"}, {"owner": ""}, "name who sees to it"),
        ({"otter/notes": "keep", "tldv/tldv": "move"}, {"reason": ""}, "say why"),
    ],
)
def test_a_case_that_makes_no_sense_is_refused_in_one_sentence(notes, plan, more, words):
    options = {"owner": "ilse@corp.example", "due": date(2026, 9, 1), **WHO} | more
    with pytest.raises(WrongOverlapDecision, match=words):
        open_case("meeting-notes", plan, Terms("EUR"), **options)
    assert not OverlapDecision.objects.exists()


def test_what_does_not_overlap_cannot_be_accepted_and_what_was_not_decided_not_taken_back(notes):
    with pytest.raises(WrongOverlapDecision, match="no two tools in use overlap in chat"):
        accept_overlap("chat", date(2026, 6, 30), **WHO)
    with pytest.raises(WrongOverlapDecision, match="a day in the future"):
        accept_overlap("meeting-notes", TODAY, **WHO)
    with pytest.raises(WrongOverlapDecision, match="nothing was decided about meeting-notes"):
        reopen("meeting-notes", **WHO)
    assert Tool.objects.filter(status="discovered").count() == 3


def test_the_export_says_the_same(notes):
    (row,) = overlap_export.rows(Period())
    found = group()
    assert (row["tools"], row["people_in_common"]) == (found.keys, found.people_in_common)
    assert (row["spend_12m"], row["state"]) == ("150.00", found.state)
