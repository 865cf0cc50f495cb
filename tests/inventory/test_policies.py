"""Policies: previewed on today's tools and past decisions, switched on with a reason, never over a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from discovery.money import MICRO
from inventory import rollups
from inventory.access import Role
from inventory.company_time import day_of
from inventory.decisions import Change, WrongDecision, decide, undo
from inventory.flags.keep import check_all
from inventory.models import DecisionBatch, Policy, PolicySwitch, Snooze, Tool
from inventory.policies import apply_policies, make_policy, preview, switch
from inventory.policy_terms import Conditions, Outcome
from inventory.recompute import take_in
from tests.inventory import rows
from tests.inventory.test_deciding import words_of

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = day_of(NOW)
PERSON = {"actor": "tom@corp.example", "reason": "looked at it"}
POLICIES = reverse("policies")
WRITING = Conditions(capability="writing")
SANCTION = Outcome("sanctioned", 180)


@pytest.fixture
def company():
    """Three tools for writing, one that reads mail."""
    for key, job in (
        ("one/pen", "writing"),
        ("two/pen", "writing"),
        ("three/pen", "writing"),
        ("reader/mailer", "mail-help"),
    ):
        rows.product(key, key, capability=job)
    day = TODAY - timedelta(days=10)
    ada = rows.person("ada@corp.example", "Engineering")
    for key, amount in (("one/pen", "20"), ("two/pen", "400"), ("three/pen", "5")):
        rows.spend(rows.descriptor(key), amount, day, person=ada)
    rows.grant(
        rows.descriptor("reader/mailer"),
        day,
        person=ada,
        scopes=["https://www.googleapis.com/auth/gmail.readonly"],
    )
    rollups.apply()
    check_all(NOW)


def keys(weighed: object) -> set[str]:
    return {one.key for one in weighed}


def policy(conditions: Conditions = WRITING, outcome: Outcome = SANCTION, name: str = "Pens") -> Policy:
    return make_policy(name, conditions, outcome, actor="tom@corp.example", now=NOW)


def test_a_preview_counts_what_waits_and_what_people_decided_and_changes_nothing(company):
    decide(["one/pen"], Change(status="sanctioned"), **PERSON, now=NOW)
    decide(["two/pen"], Change(status="prohibited"), **PERSON, now=NOW)
    found = preview(WRITING, SANCTION)
    assert (keys(found.decides), keys(found.agrees), keys(found.disagrees)) == (
        {"three/pen"},
        {"one/pen"},
        {"two/pen"},
    )
    assert Tool.objects.get(key="three/pen").status == "discovered"


@pytest.mark.parametrize(
    ("conditions", "matched"),
    [
        (Conditions(access=("mail", "code")), {"reader/mailer"}),
        (Conditions(no_access=True), {"one/pen", "two/pen", "three/pen"}),
        (Conditions(door="grant"), {"reader/mailer"}),
        (Conditions(capability="writing", spend_from=100 * MICRO), {"two/pen"}),
        (Conditions(capability="writing", spend_below=100 * MICRO), {"one/pen", "three/pen"}),
        (Conditions(people_from=5), set()),
        (Conditions(people_below=5, capability="writing"), {"one/pen", "two/pen", "three/pen"}),
        (Conditions(plan="company"), set()),
        (Conditions(risk_from=100), set()),
        (Conditions(maker="sanctioned"), set()),
    ],
)
def test_all_conditions_hold_and_what_is_unknown_meets_none(company, conditions, matched):
    assert keys(preview(conditions, SANCTION).decides) == matched


def test_the_status_of_another_tool_of_its_maker_counts(company):
    Tool.objects.create(key="one/other", vendor="one", status="prohibited", decided_at=NOW)
    assert keys(preview(Conditions(maker="prohibited"), SANCTION).decides) == {"one/pen"}


def test_switched_on_it_decides_in_a_batch_of_its_own_and_says_so(company):
    made = policy(outcome=Outcome("restricted", 30, "Public texts only."))
    assert switch(made, True, **PERSON, now=NOW) == 3
    tool = Tool.objects.get(key="one/pen")
    assert (tool.status, tool.conditions, tool.review_due) == (
        "restricted",
        "Public texts only.",
        TODAY + timedelta(days=30),
    )
    batch = DecisionBatch.objects.get()
    assert batch.of_policy.policy == made
    assert batch.actor == "policy “Pens”"
    assert "Restricted" in batch.reason
    assert batch.decisions.count() == 3


def test_new_tools_are_decided_as_they_arrive_and_old_ones_once(company):
    switch(policy(), True, **PERSON, now=NOW)
    rows.product("four/pen", "Pen 4", capability="writing")
    rows.spend(rows.descriptor("four/pen"), "9", TODAY - timedelta(days=1))
    take_in(NOW)
    assert Tool.objects.get(key="four/pen").status == "sanctioned"
    assert apply_policies(NOW) == 0
    assert DecisionBatch.objects.count() == 2


def test_what_a_person_decided_or_undid_is_never_touched(company):
    decide(["one/pen"], Change(owner="ada@corp.example"), **PERSON, now=NOW)
    made = policy()
    switch(made, True, **PERSON, now=NOW)
    assert Tool.objects.get(key="one/pen").status == "discovered"
    undo(DecisionBatch.objects.get(of_policy__policy=made), **PERSON, now=NOW)
    assert apply_policies(NOW) == 0
    assert set(Tool.objects.values_list("status", flat=True)) == {"discovered"}


def test_a_policy_that_is_off_decides_nothing_and_switching_is_logged(company):
    made = policy()
    assert apply_policies(NOW) == 0
    switch(made, True, **PERSON, now=NOW)
    with pytest.raises(WrongDecision, match="already"):
        switch(made, True, **PERSON, now=NOW)
    with pytest.raises(WrongDecision, match="say why"):
        switch(made, False, actor="tom@corp.example", reason=" ", now=NOW)
    switch(made, False, **PERSON, now=NOW)
    assert list(PolicySwitch.objects.order_by("pk").values_list("on", flat=True)) == [True, False]
    assert Tool.objects.filter(status="sanctioned").count() == 3


def test_a_policy_can_snooze_once(company):
    made = policy(Conditions(capability="writing"), Outcome("snooze", 30))
    switch(made, True, **PERSON, now=NOW)
    assert set(Snooze.objects.values_list("tool", "until")) == {
        (key, TODAY + timedelta(days=30)) for key in ("one/pen", "two/pen", "three/pen")
    }
    assert apply_policies(NOW + timedelta(days=40)) == 0


def test_the_first_policy_that_was_made_decides(company):
    first, second = policy(), policy(outcome=Outcome("prohibited", 30), name="Later")
    switch(second, True, **PERSON, now=NOW)
    switch(first, True, **PERSON, now=NOW)
    assert Tool.objects.get(key="one/pen").status == "prohibited"  # it was on first
    rows.product("four/pen", "Pen 4", capability="writing")
    rows.spend(rows.descriptor("four/pen"), "9", TODAY - timedelta(days=1))
    take_in(NOW)
    assert Tool.objects.get(key="four/pen").status == "sanctioned"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({}, "without a condition"),
        ({"door": "window"}, "window"),
        ({"access": ("everything",)}, "everything"),
        ({"people_below": 3}, "one of the numbers"),
        ({"access": ("mail",), "no_access": True}, "choose one"),
        ({"risk_from": 101}, "0 to 100"),
        ({"people_from": 10, "people_below": 5}, "nothing is from 10"),
    ],
)
def test_terms_that_make_no_sense_are_refused(wrong, words):
    with pytest.raises(WrongDecision, match=words):
        Conditions(**wrong)


@pytest.mark.parametrize("wrong", [("burn", 30), ("sanctioned", 0), ("sanctioned", 800), ("restricted", 30)])
def test_outcomes_that_make_no_sense_are_refused(wrong):
    with pytest.raises(WrongDecision):
        Outcome(*wrong)


def test_terms_are_stored_without_loss():
    conditions = Conditions(capability="writing", access=("mail",), people_below=10, spend_from=5 * MICRO)
    assert Conditions.restored(conditions.stored()) == conditions
    assert "door" not in conditions.stored()


def test_a_policy_is_made_looked_at_and_switched_on_by_page(signed_in, company):
    client = signed_in(Role.SECURITY)
    decide(["two/pen"], Change(status="prohibited"), **PERSON, now=NOW)
    filled_in = {"name": "Pens", "capability": "writing", "act": "sanctioned", "days": "180"}
    words = words_of(client.post(POLICIES, filled_in, follow=True))
    assert "It is off and decides nothing." in words
    assert "It would decide about 2 tools today, and once against what a person decided" in words
    made = Policy.objects.get()
    response = client.post(
        reverse("switch_policy", args=[made.pk]), {"on": "1", "reason": "pens are harmless"}, follow=True
    )
    words = words_of(response)
    assert "Switched on: it decided about 2 tools." in words
    assert "pens are harmless" in words
    assert Tool.objects.get(key="two/pen").status == "prohibited"
    assert "Pens on does Writing" in words_of(client.get(POLICIES))
    client.post(reverse("switch_policy", args=[made.pk]), {"on": "0", "reason": "enough"})
    assert not Policy.objects.get().on


def test_what_a_form_has_wrong_is_said_and_what_was_filled_in_stays(signed_in, company):
    client = signed_in(Role.SECURITY)
    response = client.post(
        POLICIES, {"name": "Pens", "act": "sanctioned", "days": "180", "spend_from": "a lot"}
    )
    assert "“a lot” is no whole number" in words_of(response)
    assert 'value="Pens"' in response.content.decode()
    assert "would decide everything" in words_of(client.post(POLICIES, {"name": "P", "act": "sanctioned"}))
    assert signed_in(Role.AUDITOR).get(POLICIES).status_code == 403
    assert not Policy.objects.exists()
