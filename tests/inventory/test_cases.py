"""What a case brought, and how far it is; the form it is opened with."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import SimpleTestCase
from django.utils import translation

from inventory import recompute
from inventory.case_form import as_decided, filled_in
from inventory.cases import WrongEntry, cases, measured, write_down
from inventory.decisions import Change, decide
from inventory.overlap import groups, open_case, reopen
from inventory.saving import Range, Terms
from tests.inventory import rows

EUR = rows.MICRO
NOW = datetime(2026, 3, 31, 9, tzinfo=UTC)
WHO = {"actor": "ilse@corp.example", "reason": "One is enough.", "now": NOW}
PLAN = {"otter/notes": "keep", "fathom/fathom": "move"}


def months(first: int, last: int, amount: int) -> dict[str, dict[str, int]]:
    """The same amount in each month of 2026."""
    return {f"2026-{month:02}": {"EUR": amount * EUR} for month in range(first, last + 1)}


class WhatACaseBrought(SimpleTestCase):
    """Decided in April, due at the end of May: measured from June on."""

    def found(self, spend, today=date(2026, 9, 10), told=("2026-01", "2026-09")):
        return measured(spend, told, date(2026, 4, 15), date(2026, 5, 31), today)

    def test_months_after_its_day_are_held_against_those_before_the_decision(self):
        found = self.found(months(1, 5, 100) | months(6, 9, 40))
        assert (found.first, found.last, found.months, found.before_months) == ("2026-06", "2026-08", 3, 3)
        assert found.before == {"EUR": 300 * EUR}  # April and May are neither before nor after
        assert found.after == {"EUR": 120 * EUR}  # September is not over
        assert found.brought == {"EUR": 180 * EUR}

    def test_it_may_have_cost_more(self):
        assert self.found(months(1, 5, 10) | months(6, 9, 40)).brought == {"EUR": -90 * EUR}

    def test_currencies_stay_apart(self):
        found = self.found(months(1, 5, 100) | {"2026-07": {"USD": 9 * EUR}})
        assert found.brought == {"EUR": 300 * EUR, "USD": -9 * EUR}

    def test_nothing_is_said_before_a_month_is_over_and_told_of(self):
        for today, told in ((date(2026, 6, 20), "2026-06"), (date(2026, 9, 10), "2026-05")):
            found = self.found(months(1, 5, 100), today=today, told=("2026-01", told))
            assert not found.known
            assert found.brought == {}

    def test_nothing_is_said_without_a_month_before(self):
        assert not self.found(months(6, 9, 40), told=("2026-04", "2026-09")).known
        assert not self.found({}, told=None).known

    def test_what_is_older_than_twelve_months_before_is_left_out(self):
        found = self.found({"2025-03": {"EUR": 999 * EUR}} | months(1, 9, 10), told=("2025-01", "2026-09"))
        assert (found.before_months, found.before) == (12, {"EUR": 30 * EUR})


@pytest.fixture
def notes(db) -> None:
    """Two tools that write meeting notes; Ada has both."""
    ada, bob = rows.person("ada@corp.example", "Sales"), rows.person("bob@corp.example", "Sales")
    for key, people, amount in (("otter/notes", [ada], "30"), ("fathom/fathom", [ada, bob], "20")):
        rows.product(key, key.partition("/")[0].title(), capability="meeting-notes")
        for someone in people:
            rows.spend(rows.descriptor(key), amount, date(2026, 2, 4), person=someone)
            rows.spend(rows.descriptor(key), amount, date(2026, 3, 4), person=someone)
    recompute.take_in(NOW)


def a_case(due: date = date(2026, 4, 30), **who):
    terms = Terms("EUR", ended=Range.exactly(80 * EUR))
    return open_case("meeting-notes", PLAN, terms, owner="ilse@corp.example", due=due, **(WHO | who))


def test_a_case_tells_what_is_planned_what_ended_and_whether_it_is_late(notes):
    decision = a_case()
    (case,) = cases(date(2026, 4, 1))
    assert [(tool.title, tool.step, tool.in_use) for tool in case.tools] == [
        ("Otter", "keep", True),
        ("Fathom", "move", True),
    ]
    assert (case.name, case.ended, case.ending, case.late) == ("Meeting-Notes", 0, 1, False)
    assert case.expected.first_year == Range.exactly(80 * EUR)
    assert cases(date(2026, 5, 1))[0].late
    decide(["fathom/fathom"], Change(status="retired"), **WHO)
    write_down(decision, "Everybody moved.", done=True, actor="ilse@corp.example", now=NOW)
    (case,) = cases(date(2026, 5, 1))
    assert (case.ended, case.done, case.late) == (1, date(2026, 3, 31), False)


def test_a_case_that_was_done_is_measured_from_the_month_after_and_stays_in_the_list(notes):
    decision = a_case(now=datetime(2026, 3, 1, tzinfo=UTC))
    write_down(decision, "Done.", done=True, actor="ilse@corp.example", now=datetime(2026, 3, 9, tzinfo=UTC))
    rows.spend(rows.descriptor("otter/notes"), "30", date(2026, 5, 4))
    recompute.take_in(NOW)
    reopen("meeting-notes", **WHO)
    (case,) = cases(date(2026, 6, 2))
    assert (case.measured.months, case.measured.before_months) == (2, 1)
    assert case.measured.brought == {"EUR": (2 * 70 - 30) * EUR}


def test_what_is_decided_again_or_taken_back_before_it_is_done_leaves_the_list(notes):
    first = a_case()
    second = a_case(now=datetime(2026, 3, 31, 10, tzinfo=UTC))
    assert [case.decision for case in cases(NOW.date())] == [second]
    assert cases(NOW.date(), only=first.pk)[0].taken_back
    reopen("meeting-notes", **(WHO | {"now": datetime(2026, 3, 31, 11, tzinfo=UTC)}))
    assert cases(NOW.date()) == []


def test_what_happened_is_said_in_words_and_done_only_once(notes):
    decision = a_case()
    with pytest.raises(WrongEntry, match="Say what happened"):
        write_down(decision, " ", done=False, actor="ilse@corp.example", now=NOW)
    write_down(decision, "Half of them moved.", done=False, actor="ilse@corp.example", now=NOW)
    write_down(decision, "Done.", done=True, actor="ilse@corp.example", now=NOW)
    with pytest.raises(WrongEntry, match="done already"):
        write_down(decision, "Done.", done=True, actor="ilse@corp.example", now=NOW)
    assert [entry.words for entry in cases(NOW.date())[0].entries] == ["Done.", "Half of them moved."]


# --- the form ---------------------------------------------------------------------------------------


def the_form(**data: str):
    return filled_in(groups(NOW.date())[0], data, NOW.date())


def test_a_new_case_starts_from_what_is_known_and_says_what_is_not(notes):
    form = the_form()
    assert form.plan == {"fathom/fathom": "keep", "otter/notes": "move"}  # the dearest one is kept
    lines = {line.name: line for line in form.lines}
    assert (lines["ended"].low, lines["ended"].high, lines["ended"].known) == ("60.00", "60.00", True)
    assert (lines["seats"].low, lines["seats"].high) == ("0", "0")  # Ada has the kept one already
    assert {name for name, line in lines.items() if not line.known} == {"committed", "hours", "hourly"}
    assert form.result.first_year == Range.exactly(60 * EUR)
    assert form.guessed == ["Committed remaining term", "Hours of moving", "An hour of moving"]
    assert the_form(hours_high="3").guessed == ["Committed remaining term", "An hour of moving"]


def test_a_case_in_force_is_changed_from_what_was_decided(notes):
    a_case()
    group = groups(NOW.date())[0]
    form = filled_in(group, as_decided(group), NOW.date())
    assert form.plan == PLAN
    assert form.terms == Terms("EUR", ended=Range.exactly(80 * EUR))


def test_a_tool_that_is_decided_for_is_kept_first(notes):
    decide(["otter/notes"], Change(status="sanctioned"), **WHO)
    assert the_form().plan == {"fathom/fathom": "move", "otter/notes": "keep"}


def test_a_changed_term_stays_when_the_plan_changes_and_the_others_follow(notes):
    plan = {"step:otter/notes": "keep", "step:fathom/fathom": "move"}
    typed = {
        "ended_low": "60.00", "ended_low_default": "60.00",
        "ended_high": "1,000.5", "ended_high_default": "60.00",
    }  # fmt: skip
    lines = {line.name: line for line in the_form(**plan, **typed).lines}
    assert (lines["ended"].low, lines["ended"].high) == ("80.00", "1,000.5")
    assert lines["ended"].edited
    assert (lines["seats"].low, lines["seats"].edited) == ("1", False)  # Bob lacks one
    result = the_form(**plan, **typed).result
    assert result.first_year == Range(80 * EUR - 60 * EUR, 1_000_500_000 - 60 * EUR)


@pytest.mark.parametrize("text", ["a lot", "1.000,50", "12,34", "-5", "1e3", "1.1234567", "9999999999"])
def test_a_number_that_cannot_be_read_is_refused_and_kept_as_typed(notes, text):
    form = the_form(committed_low=text)
    assert form.result is None
    assert f"“{text}” cannot be read" in form.wrong
    assert next(line.low for line in form.lines if line.name == "committed") == text


def test_numbers_are_read_as_the_reader_writes_them(notes):
    with translation.override("de"):
        form = the_form(committed_high="1.000,50")
        assert form.terms.committed == Range(0, 1_000_500_000)
        assert the_form(committed_high="1,000.50").result is None


def test_a_range_goes_from_the_lower_to_the_higher(notes):
    assert "cannot both be" in the_form(hours_low="5", hours_high="4").wrong
