"""Every rule with a case that raises it and two that do not. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from inventory.flags import RULE_BY_ID, RULES, findings
from inventory.flags.facts import (
    AppFacts,
    Charge,
    Facts,
    Granted,
    JobFacts,
    Owner,
    PlanInUse,
    PlanKind,
    Rival,
    SourceFacts,
    Status,
    ToolFacts,
    Use,
)
from inventory.flags.plans import kind_by_name
from inventory.flags.sources import rhythm_of
from vendors.matching.scopes import Reach, only_identity, reach_of

TODAY = date(2026, 6, 15)
APPROVED = date(2026, 3, 1)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def people(count: int, department: str = "Sales", last: date = date(2026, 6, 1)) -> tuple[Use, ...]:
    return tuple(Use(number, last, department) for number in range(count))


#: A tool about which there is nothing to say: approved, owned, in use.
QUIET = ToolFacts(
    subject="maker/tool",
    today=TODAY,
    seen_until=TODAY,
    in_use=True,
    first_seen=day("01-10"),
    last_seen=day("06-01"),
    status=Status.SANCTIONED,
    status_since=APPROVED,
    review_due=date(2027, 3, 1),
    owner=Owner(active=True),
    uses=people(3),
)


def tool(**facts: object) -> ToolFacts:
    return replace(QUIET, **facts)


def charges(*amounts: int, person: int = 1, **columns: str) -> tuple[Charge, ...]:
    return tuple(
        Charge(person, f"2026-{month:02}", amount * 1_000_000, "USD", **columns)
        for month, amount in enumerate(amounts, start=1)
    )


def leaver(**dates: date) -> tuple[Use, ...]:
    return (Use(1, day("06-01"), active=False, left=day("05-10"), **dates),)


MAIL = Granted("https://www.googleapis.com/auth/gmail.readonly", day("02-01"), 6)
ADDRESS = Granted("https://www.googleapis.com/auth/userinfo.email", day("05-01"), 6)
MONTHLY = tuple(date(2026, month, 1) - timedelta(days=1) for month in range(2, 6))
RIVAL = Rival("Sales", "other/tool", "Other Tool", approved=False, people=4)
JOB = JobFacts(
    subject="maker/tool",
    today=TODAY,
    first_seen=day("01-10"),
    capability="Meeting notes",
    departments={"Sales": 3, "Legal": 1},
    rivals=(RIVAL,),
)
PLUS = PlanInUse("plus", PlanKind.INDIVIDUAL, first=day("04-02"), people=frozenset({7, 8}))

#: rule → (what raises it, its sentence, what does not and what does not)
CASES: dict[str, tuple[Facts, str, Facts, Facts]] = {
    "decision.undecided": (
        tool(status=Status.DISCOVERED),
        "In use since 2026-01-10, by 3 people lately.",
        tool(status=Status.DISCOVERED, in_use=False),
        tool(status=Status.UNDER_REVIEW, status_since=TODAY - timedelta(days=14)),
    ),
    "decision.prohibited-in-use": (
        tool(status=Status.PROHIBITED),
        "Seen again on 2026-06-01, with 3 people.",
        tool(status=Status.PROHIBITED, status_since=day("06-01")),
        tool(status=Status.PROHIBITED, in_use=False),
    ),
    "decision.outside-conditions": (
        tool(status=Status.RESTRICTED, allowed_departments=frozenset({"Legal"})),
        "3 people outside the departments it is allowed for: Sales.",
        tool(status=Status.RESTRICTED, allowed_departments=frozenset({"Legal", "Sales"})),
        tool(
            status=Status.RESTRICTED,
            allowed_departments=frozenset({"Legal"}),
            uses=(*people(3, department=""), *people(2, last=APPROVED)),
        ),
    ),
    "decision.review-due": (
        tool(review_due=TODAY - timedelta(days=1)),
        "It was to be reviewed by 2026-06-14.",
        tool(review_due=TODAY),
        tool(review_due=TODAY - timedelta(days=1), status=Status.RETIRED),
    ),
    "owner.none": (
        tool(owner=None, unowned_since=day("01-10")),
        "Nobody has owned it since 2026-01-10; 3 people used it lately.",
        tool(owner=Owner(active=None)),
        tool(owner=None, unowned_since=day("01-10"), in_use=False),
    ),
    "owner.left": (
        tool(owner=Owner(active=False, left=day("05-01"))),
        "Its business owner has left.",
        tool(owner=Owner(active=None)),
        tool(technical_owner=Owner(active=True)),
    ),
    "people.leavers": (
        tool(uses=leaver(paid=day("06-01"), signed_in=day("06-01"))),
        "1 leaver: after leaving, 1 paid and 1 signed in.",
        tool(uses=leaver(paid=day("05-10"), signed_in=day("05-04"))),
        tool(uses=(Use(1, day("06-01"), active=False, left=None, paid=day("06-01")),)),
    ),
    "access.wide-scopes": (
        tool(status=Status.DISCOVERED, granted=(ADDRESS, MAIL)),
        "Reaches mail; at least 6 people granted it.",
        tool(granted=(MAIL,)),
        tool(status=Status.DISCOVERED, granted=(ADDRESS,)),
    ),
    "access.scopes-grown": (
        tool(granted=(replace(MAIL, first=day("05-05")),)),
        "1 scope more than on 2026-03-01: https://www.googleapis.com/auth/gmail.readonly.",
        tool(granted=(MAIL, ADDRESS)),
        tool(granted=(replace(MAIL, first=day("05-05")),), status_since=None),
    ),
    "data.trains": (
        tool(plans=(replace(PLUS, trains=True),)),
        "2 people on a plan that trains by default: plus.",
        tool(plans=(PLUS,)),
        tool(plans=(replace(PLUS, trains=False),)),
    ),
    "plan.personal": (
        tool(plans=(PLUS,)),
        "2 people on a personal plan of it.",
        tool(plans=(replace(PLUS, kind=None, expensed=frozenset({7})),)),
        tool(plans=(PLUS,), status=Status.DISCOVERED),
    ),
    "plan.team-on-individual": (
        tool(plans=(PlanInUse("", first=day("02-02"), own_cards=frozenset(range(5))),)),
        "5 people pay for it one by one.",
        tool(plans=(PlanInUse("", own_cards=frozenset(range(4))),)),
        tool(plans=(PlanInUse("", own_cards=frozenset(range(5)), company_paid=True),)),
    ),
    "overlap.in-department": (
        JOB,
        "1 other tool for the same job (Meeting notes) in Sales: Other Tool.",
        replace(JOB, approved=True),
        replace(JOB, accepted=True),
    ),
    "price.moved": (
        tool(charges=(*charges(20, 20, 25), *charges(20, 20, 25, person=2))),
        "25.00 USD since 2026-03, 20.00 before, for 2 people.",
        tool(charges=charges(20, 25, 20)),
        tool(charges=charges(20, 20, 25, 25, 25, 25)),
    ),
    "source.silent": (
        SourceFacts(subject="cards", name="cards", today=TODAY + timedelta(days=10), accounts=(MONTHLY,)),
        "Tells of nothing after 2026-04-30; usually it comes every 30 days.",
        SourceFacts(subject="cards", name="cards", today=TODAY, accounts=(MONTHLY,)),
        SourceFacts(subject="cards", name="cards", today=date(2030, 1, 1), accounts=(MONTHLY[:2],)),
    ),
}


def test_nothing_is_said_of_a_tool_that_is_all_right():
    assert findings([QUIET]) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_speaks_when_it_should_and_only_then(rule):
    raising, sentence, *quiet = CASES[rule.id]
    found = rule.check(raising)
    assert found is not None
    assert found.detail.plain() == sentence
    assert (found.rule, found.about, found.subject) == (type(rule), raising.kind, raising.subject)
    assert found.since <= raising.today
    assert [rule.check(facts) for facts in quiet] == [None, None]


def test_there_are_fifteen_rules_each_with_words_and_folded_under_one_at_least_as_severe():
    assert len(RULES) == len(RULE_BY_ID) == 15
    for rule in RULES:
        assert rule.title
        assert rule.advice.endswith(".")
        for stronger in rule.under:
            assert RULE_BY_ID[stronger].severity.rank <= rule.severity.rank
            assert rule.id not in RULE_BY_ID[stronger].under


def test_every_rule_is_documented_with_its_severity_and_what_it_folds_under():
    table = (Path(__file__).parents[2] / "docs" / "flags.md").read_text()
    for rule in RULES:
        (line,) = (line for line in table.splitlines() if line.startswith(f"| `{rule.id}` |"))
        _, _, severity, _, under, _ = line.split("|")
        assert severity.strip() == rule.severity
        assert under.strip() == ", ".join(f"`{stronger}`" for stronger in rule.under)


@pytest.mark.parametrize(
    ("plan", "people", "sentence"),
    [
        ("plus", 2, "2 people on a plan that trains by default: plus."),
        ("plus", 0, "In use on a plan that trains by default: plus."),
        ("", 2, "Trains by default on every plan that the catalog knows; 2 people use it."),
        ("", 1, "Trains by default on every plan that the catalog knows; 1 person uses it."),
        ("", 0, "Trains by default on every plan that the catalog knows; who uses it is not known."),
    ],
)
def test_training_is_told_by_what_is_known_of_plan_and_people(plan, people, sentence):
    facts = tool(plans=(PlanInUse(plan, people=frozenset(range(people)), trains=True),))
    found = RULE_BY_ID["data.trains"].check(facts)
    assert found
    assert found.detail.plain() == sentence


def test_no_sentence_names_a_person():
    for raising, sentence, *_ in CASES.values():
        assert "@" not in sentence
        assert findings([raising])


def test_an_app_that_nobody_knows_is_flagged_for_what_it_reaches():
    app = AppFacts(subject="ab12", today=TODAY, name="Shiny Notes", granted=(MAIL, ADDRESS))
    assert [found.rule.id for found in findings([app])] == ["access.wide-scopes"]
    assert findings([replace(app, granted=(ADDRESS,))]) == []


def test_a_leaver_who_signed_in_before_leaving_is_no_matter():
    facts = tool(uses=leaver(signed_in=day("05-11")))
    assert RULE_BY_ID["people.leavers"].check(facts)
    assert not RULE_BY_ID["people.leavers"].check(tool(uses=leaver(signed_in=day("05-04"))))


def test_a_reimbursed_plan_is_personal_where_the_company_buys_the_tool():
    bought = PlanInUse("team", PlanKind.COMPANY, company_paid=True)
    own = PlanInUse("", people=frozenset({7, 8}), expensed=frozenset({7}))
    assert RULE_BY_ID["plan.personal"].check(tool(plans=(bought, own))).detail.count == 1
    assert not RULE_BY_ID["plan.personal"].check(tool(plans=(own,)))


def test_one_department_pays_more_than_another_for_the_same_plan():
    cheap = charges(20, 20, person=1, department="Legal", plan="team")
    dear = charges(22, 22, person=2, department="Sales", plan="team")
    found = RULE_BY_ID["price.moved"].check(tool(charges=cheap + dear))
    assert found.detail.plain() == "Sales pays 22.00 USD for plan team, Legal 20.00."
    unnamed = tuple(replace(charge, plan="") for charge in cheap + dear)
    assert not RULE_BY_ID["price.moved"].check(tool(charges=unnamed))


def test_an_approved_tool_is_not_flagged_beside_one_that_is_not_but_beside_another_approved_one():
    approved = replace(RIVAL, key="third/tool", name="Third Tool", approved=True)
    rule = RULE_BY_ID["overlap.in-department"]
    facts = replace(JOB, approved=True, rivals=(RIVAL, approved))
    assert rule.check(facts).detail.plain().endswith("in Sales: Third Tool.")
    assert not rule.check(replace(facts, counts=False))
    assert not rule.check(replace(facts, rivals=(replace(approved, people=1),)))
    assert not rule.check(replace(facts, rivals=(replace(approved, department="Legal"),)))


def test_the_evidence_is_the_same_as_long_as_the_risk_is():
    wide = RULE_BY_ID["access.wide-scopes"]
    facts = tool(status=Status.DISCOVERED, granted=(MAIL,))
    before = wide.check(facts).digest
    assert wide.check(replace(facts, granted=(replace(MAIL, people=9),), today=TODAY)).digest == before
    files = Granted("Files.Read.All", day("06-02"), 1)
    assert wide.check(replace(facts, granted=(MAIL, files))).digest != before


@pytest.mark.parametrize(
    ("scope", "reach"),
    [
        ("https://mail.google.com/", Reach.MAIL),
        ("https://www.googleapis.com/auth/gmail.modify", Reach.MAIL),
        ("https://graph.microsoft.com/Mail.ReadWrite", Reach.MAIL),
        ("https://www.googleapis.com/auth/drive.readonly", Reach.FILES),
        ("Files.Read.All", Reach.FILES),
        ("https://www.googleapis.com/auth/calendar.events", Reach.CALENDAR),
        ("Calendars.Read", Reach.CALENDAR),
        ("repo", Reach.CODE),
        ("https://www.googleapis.com/auth/admin.directory.user", Reach.ADMINISTRATION),
        ("Directory.ReadWrite.All", Reach.ADMINISTRATION),
        ("https://www.googleapis.com/auth/drive.file", None),
        ("https://www.googleapis.com/auth/gmail.labels", None),
        ("https://www.googleapis.com/auth/calendar.settings.readonly", None),
        ("Sites.Selected", None),
        ("openid", None),
        ("report", None),
    ],
)
def test_what_a_scope_reaches(scope, reach):
    assert reach_of(scope) == reach


def test_scopes_of_signing_in_say_who_somebody_is_and_no_more():
    assert only_identity("https://www.googleapis.com/auth/userinfo.email")
    assert only_identity("openid")
    assert not only_identity("https://www.googleapis.com/auth/calendar")


def test_a_plan_is_known_by_its_name_only_where_that_tells():
    assert kind_by_name("Plus") == PlanKind.INDIVIDUAL
    assert kind_by_name("enterprise") == PlanKind.COMPANY
    assert kind_by_name("pro") is None
    assert kind_by_name("") is None


def test_a_rhythm_is_known_after_three_files():
    assert rhythm_of((MONTHLY[:2],)) is None
    assert rhythm_of(((date(2026, 1, 1), date(2026, 1, 8), date(2026, 1, 15)),)) == timedelta(days=7)


def test_cards_whose_months_end_on_different_days_are_no_daily_source():
    cards = tuple(tuple(last - timedelta(days=early) for last in MONTHLY) for early in range(4))
    assert rhythm_of(cards) == timedelta(days=30)


def declared(*people_and_days: tuple[int, date]) -> tuple[Use, ...]:
    """Three people of Sales, some of whom said of their own accord that they use it."""
    days = dict(people_and_days)
    return tuple(replace(use, declared=days.get(use.person)) for use in people(3))


LAST_GOOD_DAY = TODAY - timedelta(days=29)


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("decision.prohibited-in-use", {"status": Status.PROHIBITED}),
        (
            "decision.outside-conditions",
            {"status": Status.RESTRICTED, "allowed_departments": frozenset({"Legal"})},
        ),
        ("plan.personal", {"plans": (replace(PLUS, people=frozenset({0, 1, 2})),)}),
    ],
)
def test_nothing_is_held_against_a_person_for_thirty_days_after_they_declared(rule, facts):
    check = RULE_BY_ID[rule].check
    everybody = [(person, LAST_GOOD_DAY) for person in range(3)]
    assert check(tool(uses=declared(*everybody), **facts)) is None
    over = [(person, LAST_GOOD_DAY - timedelta(days=1)) for person in range(3)]
    assert "3 people" in check(tool(uses=declared(*over), **facts)).detail.plain()
    assert "1 person" in check(tool(uses=declared(*everybody[:2]), **facts)).detail.plain()


def test_what_was_seen_after_the_last_use_of_who_declared_is_somebody_elses():
    uses = declared(*[(person, TODAY) for person in range(3)])
    found = RULE_BY_ID["decision.prohibited-in-use"].check(
        tool(status=Status.PROHIBITED, uses=uses, last_seen=day("06-02"))
    )
    assert found.detail.plain() == "Seen again on 2026-06-02, with 0 people."
