"""Flags as they are kept: what the database tells rules, and what opens, closes and stays closed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from discovery.changes import tools_changed
from discovery.models import Descriptor, Person, Record
from inventory import recompute, rollups
from inventory.decisions import Change, decide
from inventory.flags import keep
from inventory.flags.collect import tool_facts
from inventory.flags.wording import advice_of, detail_of, title_of
from inventory.flags.words import ngettext_lazy, restored
from inventory.head_counts import shown
from inventory.models import Flag, FlagAcceptance, Tool, ToolToCheck
from inventory.use import tools_in_use
from tests.inventory import rows
from tests.vendors.folders import LUMEN, write_catalog
from vendors.load import load_catalog

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = NOW.date()
RECENT = date(2026, 6, 1)
WHO = {"actor": "Tomasz Wieczorek", "reason": "Known and agreed."}
MAIL = "https://www.googleapis.com/auth/gmail.readonly"
FILES = "https://www.googleapis.com/auth/drive.readonly"


def standing(now: datetime = NOW, state: str = Flag.State.OPEN) -> list[tuple[str, str]]:
    """(rule, subject) of what is in a state and folded under nothing, after roll-ups at a time."""
    recompute.take_in(now)
    flags = Flag.objects.filter(state=state, folded_under="")
    return sorted(flags.values_list("rule", "subject"))


def decided(key: str, **change: object) -> None:
    decide([key], Change(**change), **WHO, now=datetime(2026, 3, 1, 9, tzinfo=UTC))


@pytest.fixture
def chat() -> Descriptor:
    """A tool in use by two people, about which nothing is decided."""
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    of = rows.descriptor("openai/chatgpt")
    for name in ("ada", "bob"):
        rows.presence(of, RECENT, person=rows.person(f"{name}@corp.example", "Sales"))
    return of


def test_a_flag_opens_with_the_evidence_and_closes_by_itself(chat):
    assert standing() == [("decision.undecided", "openai/chatgpt")]
    flag = Flag.objects.get(rule="decision.undecided")
    assert (flag.state, flag.severity, flag.since, flag.opened_at) == ("open", "medium", RECENT, NOW)
    assert detail_of(flag, exact=True) == "In use since 1 Jun 2026, by 2 people lately."

    decided("openai/chatgpt", status="sanctioned", owner="ada@corp.example")

    later = NOW + timedelta(days=1)
    assert standing(later) == []
    flag.refresh_from_db()
    assert flag.state == Flag.State.CLOSED


def test_working_it_out_again_changes_nothing(chat):
    standing()
    before = list(Flag.objects.values())
    for again in (keep.check_all, lambda now: keep.check_tools(["openai/chatgpt"], now)):
        again(NOW + timedelta(hours=1))
        assert list(Flag.objects.values()) == before
    assert not ToolToCheck.objects.exists()


def test_a_flag_that_comes_back_is_a_new_one_and_the_old_one_stays_as_history(chat):
    standing()
    decided("openai/chatgpt", status="sanctioned", owner="ada@corp.example")
    decided("openai/chatgpt", status="discovered")
    assert [flag.state for flag in Flag.objects.filter(rule="decision.undecided").order_by("pk")] == [
        "closed",
        "open",
    ]


def test_a_weaker_flag_folds_under_a_stronger_one_and_unfolds(chat):
    standing()
    assert Flag.objects.get(rule="owner.none").folded_under == "decision.undecided"
    decided("openai/chatgpt", status="sanctioned")
    assert standing() == [("owner.none", "openai/chatgpt")]


def test_an_accepted_risk_stays_closed_until_its_day(chat):
    standing()
    flag = Flag.objects.get(rule="decision.undecided")
    keep.accept([flag], date(2026, 8, 1), **WHO, now=NOW)
    assert standing(state=Flag.State.ACCEPTED) == [("decision.undecided", "openai/chatgpt")]
    flag.refresh_from_db()
    acceptance = keep.acceptances_of([flag])[flag.pk]
    assert (acceptance.actor, acceptance.reason, acceptance.until) == (*WHO.values(), date(2026, 8, 1))
    keep.check_all(datetime(2026, 8, 1, 23, tzinfo=UTC))
    flag.refresh_from_db()
    assert flag.state == Flag.State.ACCEPTED
    keep.check_all(datetime(2026, 8, 2, 1, tzinfo=UTC))
    flag.refresh_from_db()
    assert flag.state == Flag.State.OPEN


def test_other_evidence_opens_an_accepted_risk_again():
    notes = rows.descriptor("otter/notes")
    eve = rows.person("eve@corp.example")
    rows.grant(notes, RECENT, person=eve, scopes=[MAIL])
    standing()
    keep.accept(Flag.objects.filter(rule="access.wide-scopes"), date(2027, 1, 1), **WHO, now=NOW)
    rows.grant(notes, RECENT, person=rows.person("finn@corp.example"), scopes=[MAIL])
    assert ("access.wide-scopes", "otter/notes") in standing(state=Flag.State.ACCEPTED)
    rows.grant(notes, RECENT, person=eve, scopes=[FILES])
    assert ("access.wide-scopes", "otter/notes") in standing()


def test_an_acceptance_outlives_a_gap_in_the_facts(chat):
    standing()
    keep.accept(Flag.objects.filter(rule="decision.undecided"), date(2027, 1, 1), **WHO, now=NOW)
    decided("openai/chatgpt", status="sanctioned")
    decided("openai/chatgpt", status="discovered")
    assert standing(state=Flag.State.ACCEPTED) == [("decision.undecided", "openai/chatgpt")]


def test_an_acceptance_can_be_taken_back_and_both_are_logged(chat):
    standing()
    flags = Flag.objects.filter(rule="decision.undecided")
    keep.accept(flags, date(2027, 1, 1), **WHO, now=NOW)
    keep.take_back(flags.all(), actor="Ilse", reason="no longer agreed", now=NOW + timedelta(hours=1))
    assert standing() == [("decision.undecided", "openai/chatgpt")]
    assert list(FlagAcceptance.objects.values_list("actor", "until").order_by("pk")) == [
        ("Tomasz Wieczorek", date(2027, 1, 1)),
        ("Ilse", None),
    ]
    with pytest.raises(TypeError, match="is a log"):
        FlagAcceptance.objects.all().delete()


def test_an_acceptance_that_makes_no_sense_is_refused_in_one_sentence(chat):
    standing()
    flags = list(Flag.objects.filter(rule="decision.undecided"))
    for until, who, words in (
        (TODAY, WHO, "a day in the future"),
        (date(2027, 1, 1), WHO | {"reason": ""}, "say why"),
        (date(2027, 1, 1), WHO | {"actor": ""}, "say who"),
    ):
        with pytest.raises(keep.WrongAcceptance, match=words):
            keep.accept(flags, until, **who, now=NOW)
    with pytest.raises(keep.WrongAcceptance, match="nobody accepted"):
        keep.take_back(flags, **WHO, now=NOW)
    decided("openai/chatgpt", status="sanctioned")
    closed = Flag.objects.filter(rule="decision.undecided")
    with pytest.raises(keep.WrongAcceptance, match="is closed"):
        keep.accept(closed, date(2027, 1, 1), **WHO, now=NOW)
    assert not FlagAcceptance.objects.exists()


def test_the_database_holds_one_standing_flag_of_a_rule_and_subject(chat):
    standing()
    flag = Flag.objects.get(rule="decision.undecided")
    flag.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        flag.save(force_insert=True)


def test_older_facts_never_write_over_newer_flags(chat, monkeypatch):
    collected, nested = keep.tool_facts, []

    def while_somebody_decides(keys, today):
        facts = collected(keys, today)
        if not nested:
            nested.append(True)
            decided("openai/chatgpt", status="sanctioned", owner="ada@corp.example")
        return facts

    rollups.apply()
    monkeypatch.setattr(keep, "tool_facts", while_somebody_decides)
    keep.check_marked(NOW)
    assert not Flag.objects.filter(state=Flag.State.OPEN).exists()


def test_a_review_date_passes_without_a_scan(chat):
    decided_at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    rollups.apply()
    change = Change(status="sanctioned", owner="ada@corp.example", review_due=date(2026, 6, 15))
    decide(["openai/chatgpt"], change, **WHO, now=decided_at)
    keep.check_all(NOW)
    assert not Flag.objects.filter(state="open").exists()
    keep.check_all(NOW + timedelta(days=1))
    assert [flag.rule for flag in keep.flags_of("openai/chatgpt")] == ["decision.review-due"]


def test_a_tool_that_nobody_looked_for_is_not_out_of_use():
    rows.presence(rows.descriptor("openai/chatgpt"), date(2026, 1, 5), source=rows.source("okta", "sso"))
    rows.presence(rows.descriptor("deepl/translator"), date(2026, 1, 5), source=rows.source("idp", "sso"))
    rows.coverage("okta", date(2026, 1, 11))
    rows.coverage("idp", date(2026, 6, 10))
    assert standing() == [("decision.undecided", "openai/chatgpt")]


def test_flags_do_not_depend_on_the_order_in_which_files_are_read():
    """A file that says nothing of a tool still says that it was not seen."""
    rows.presence(rows.descriptor("openai/chatgpt"), date(2026, 1, 5))
    rows.coverage("okta", date(2026, 1, 11))
    assert standing() == [("decision.undecided", "openai/chatgpt")]
    rows.coverage("okta", date(2026, 6, 10))
    assert standing() == []


def test_what_is_invoiced_once_a_year_is_in_use_for_a_year():
    rows.spend(rows.descriptor("deepl/translator"), "900", date(2025, 8, 1), door="procurement")
    rows.spend(rows.descriptor("otter/notes"), "9", date(2025, 8, 1))
    rows.presence(rows.descriptor("openai/chatgpt"), RECENT, source=rows.source())
    rollups.apply()
    tools = list(Tool.objects.all())
    assert tools_in_use(tools, TODAY) == {"deepl/translator", "openai/chatgpt"}


def test_prohibited_and_used_afterwards(chat):
    rollups.apply()
    decided("openai/chatgpt", status="prohibited")
    assert standing() == [("decision.prohibited-in-use", "openai/chatgpt")]


def test_restricted_to_a_department_and_used_in_another(chat):
    rollups.apply()
    decided("openai/chatgpt", status="restricted", allowed_departments=["Legal"], owner="ada@corp.example")
    assert standing() == [("decision.outside-conditions", "openai/chatgpt")]


def test_leavers_and_an_owner_who_left(chat):
    rollups.apply()
    decided("openai/chatgpt", status="sanctioned", owner="bob@corp.example")
    rows.directory_entry("bob@corp.example", True, "2026-04-01T08:00:00Z")
    rows.directory_entry("bob@corp.example", False, "2026-05-04T08:00:00Z")
    rows.directory_entry("bob@corp.example", False, "2026-06-04T08:00:00Z")
    Person.objects.filter(email="bob@corp.example").update(active=False)
    tools_changed(["openai/chatgpt"])
    assert standing() == [("owner.left", "openai/chatgpt"), ("people.leavers", "openai/chatgpt")]
    leavers = Flag.objects.get(rule="people.leavers")
    assert leavers.since == date(2026, 5, 4)
    assert detail_of(leavers, exact=True) == "1 leaver: after leaving, 0 paid and 1 signed in."


def test_an_owner_without_records_who_left_is_noticed_with_the_next_scan(chat):
    rollups.apply()
    rows.person("boss@corp.example")
    decided("openai/chatgpt", status="sanctioned", owner="boss@corp.example")
    assert standing() == []
    Person.objects.filter(email="boss@corp.example").update(active=False)
    rows.scan(rows.source("directory", "directory"))
    assert standing() == [("owner.left", "openai/chatgpt")]


def test_grants_stand_until_they_are_taken_back():
    notes = rows.descriptor("otter/notes")
    ada, bob = rows.person("ada@corp.example"), rows.person("bob@corp.example")
    rows.grant(notes, date(2026, 5, 1), person=ada, scopes=[MAIL, FILES])
    rows.grant(notes, date(2026, 5, 2), person=bob, scopes=[MAIL])
    rows.grant(notes, date(2026, 5, 9), person=ada, revoked=True)
    rollups.apply()
    (facts,) = tool_facts(["otter/notes"], TODAY)
    assert [(one.scope, one.first, one.people) for one in facts.granted] == [(MAIL, date(2026, 5, 1), 1)]


def test_scopes_that_grew_after_approval():
    notes = rows.descriptor("otter/notes")
    ada = rows.person("ada@corp.example")
    rows.grant(notes, date(2026, 2, 1), person=ada, scopes=[MAIL])
    rollups.apply()
    decided("otter/notes", status="sanctioned", owner="ada@corp.example")
    rows.grant(notes, RECENT, person=ada, scopes=[FILES, MAIL])
    assert standing() == [("access.scopes-grown", "otter/notes")]


def test_an_app_that_waits_for_a_person_is_flagged_by_what_it_reaches():
    unknown = rows.descriptor("", Descriptor.State.REVIEW, form="shiny notes")
    rows.grant(unknown, RECENT, person=rows.person("ada@corp.example"), scopes=[FILES])
    recompute.take_in(NOW)
    flag = Flag.objects.get()
    assert (flag.rule, flag.about, flag.subject_name) == ("access.wide-scopes", "app", "shiny notes")
    Record.objects.update(current=False)
    keep.check_all(NOW)
    flag.refresh_from_db()
    # What it was called goes with it: somebody may have said that it is not AI, and its text is sealed now.
    assert (flag.state, flag.subject_name) == (Flag.State.CLOSED, "")


def test_personal_plans_beside_the_companys():
    team, plus = (rows.descriptor("openai/chatgpt", plan=plan) for plan in ("team", "plus"))
    rows.spend(team, "500", RECENT, door="procurement")
    for number in range(5):
        rows.spend(plus, "20", RECENT, person=rows.person(f"p{number}@corp.example"))
    rollups.apply()
    decided("openai/chatgpt", status="sanctioned", owner="boss@corp.example")
    assert standing() == [("plan.personal", "openai/chatgpt")]
    folded = Flag.objects.get(rule="plan.team-on-individual")
    assert folded.folded_under == "plan.personal"


def test_a_price_that_changed():
    chat = rows.descriptor("openai/chatgpt")
    ada = rows.person("ada@corp.example")
    for month, dollars in ((3, 20), (4, 20), (5, 25)):
        rows.spend(
            chat,
            str(dollars * 0.9),
            date(2026, month, 5),
            person=ada,
            merchant_amount=dollars * rows.MICRO,
            merchant_currency="USD",
        )
    standing()
    flag = Flag.objects.get(rule="price.moved")
    assert detail_of(flag, exact=True) == "25.00 USD since May 2026, 20.00 before, for 1 person."
    assert flag.since == date(2026, 5, 1)


def test_a_cost_centre_that_looks_like_a_month_is_shown_as_it_is():
    sentence = ngettext_lazy("%(dear)s pays more than %(cheap)s.", "", 1, dear="4500-13", cheap="4500-10")
    flag = Flag(rule="price.moved", detail=sentence.stored())
    assert detail_of(flag, exact=True) == "4500-13 pays more than 4500-10."


def test_what_is_decided_about_one_tool_changes_what_is_found_on_another(chat):
    rows.product("anthropic/claude", "Claude", capability="chat")
    claude = rows.descriptor("anthropic/claude")
    for person in Person.objects.all():
        rows.presence(claude, RECENT, person=person)
    standing()
    overlap = Flag.objects.filter(rule="overlap.in-department", state="open").order_by("subject")
    assert [flag.subject for flag in overlap] == ["anthropic/claude", "openai/chatgpt"]
    decided("openai/chatgpt", status="sanctioned", owner="ada@corp.example")
    assert [flag.subject for flag in overlap.all()] == ["anthropic/claude"]


def test_flags_of_many_tools_follow_a_decision_with_the_next_sweep():
    for number in range(51):
        rows.presence(rows.descriptor(f"maker{number}/tool"), RECENT)
    recompute.take_in(NOW)
    undecided = Flag.objects.filter(rule="decision.undecided", state=Flag.State.OPEN)
    assert undecided.count() == 51
    keys = [f"maker{number}/tool" for number in range(51)]
    decide(keys, Change(status="sanctioned"), **WHO, now=NOW)
    recompute.take_in(NOW)
    assert not undecided.exists()


def test_a_silent_source_is_flagged_by_its_own_rhythm():
    rows.coverage("cards", *(date(2026, month, 1) for month in (1, 2, 3)))
    recompute.take_in(NOW)
    flag = Flag.objects.get()
    assert (flag.rule, flag.about, flag.subject) == ("source.silent", "source", "cards")
    rows.coverage("cards", RECENT)
    recompute.take_in(NOW)
    flag.refresh_from_db()
    assert flag.state == Flag.State.CLOSED


def test_few_people_are_not_counted_out_to_who_may_not_see_names(chat):
    standing()
    flag = Flag.objects.get(rule="decision.undecided")
    assert detail_of(flag, exact=False) == "In use since 1 Jun 2026, by 1–4 people lately."
    Record.objects.order_by("pk").first().delete()
    tools_changed(["openai/chatgpt"])
    standing()
    flag.refresh_from_db()
    assert detail_of(flag, exact=True) == "In use since 1 Jun 2026, by 1 person lately."
    assert detail_of(flag, exact=False) == "In use since 1 Jun 2026, by 1–4 people lately."
    told = restored(flag.detail).plain(lambda people: shown(people, exact=False))
    assert told == "In use since 2026-06-01, by 1–4 people lately."
    with override("de"):
        assert title_of(flag)
        assert advice_of(flag)


def test_facts_take_as_many_queries_for_fifty_tools_as_for_one():
    for number in range(51):
        one = rows.descriptor(f"maker{number}/tool")
        rows.spend(one, "5", RECENT, person=rows.person(f"p{number}@corp.example"))
        rows.grant(one, RECENT, person=rows.person(f"q{number}@corp.example"), scopes=[MAIL])
    rollups.apply()
    counts = []
    for keys in (["maker0/tool"], [f"maker{number}/tool" for number in range(1, 51)]):
        with CaptureQueriesContext(connection) as done:
            assert len(tool_facts(keys, TODAY)) == len(keys)
        counts.append(len(done))
    assert counts[0] == counts[1] <= 14


def test_where_a_take_in_was_cut_off_the_next_look_works_out_every_flag(chat):
    assert standing() == [("decision.undecided", "openai/chatgpt")]
    rows.scan(applied_at=None)
    rollups.apply()  # and then the power goes, before any flag is looked at
    Tool.objects.update(status="sanctioned", owner="ada@corp.example")
    keep.check_marked(NOW + timedelta(hours=1))
    assert not Flag.objects.filter(state=Flag.State.OPEN, rule="decision.undecided").exists()
    assert not ToolToCheck.objects.exists()


# --- facts of the catalog ---------------------------------------------------------------------------


@pytest.mark.parametrize(("plan", "fires"), [("free", True), ("team", False), ("max", False), ("", False)])
def test_a_plan_that_trains_is_flagged_by_the_facts_of_that_plan(tmp_path, plan, fires):
    load_catalog(write_catalog(tmp_path, lumen=LUMEN))
    of = rows.descriptor("lumen/draft", plan=plan)
    for number, day in enumerate((date(2025, 3, 4), date(2026, 2, 27), date(2026, 3, 1))):
        rows.spend(of, "20", day, person=rows.person(f"p{number}@corp.example"))
    rollups.apply()
    keep.check_all(datetime(2026, 3, 2, tzinfo=UTC))

    found = list(Flag.objects.filter(rule="data.trains", state=Flag.State.OPEN))
    assert bool(found) == fires
    if fires:
        assert found[0].since == date(2025, 8, 28)  # paid before, and since then it trains
        assert found[0].detail["values"]["plans"] == "Free"
