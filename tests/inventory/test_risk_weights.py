"""A company's own weights: what they would do is seen first, who let them hold and why is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from inventory.access import Role
from inventory.models import RiskWeights, Tool
from inventory.policies import make_policy, switch
from inventory.policy_terms import Conditions, Outcome
from inventory.reach import Reach
from inventory.risk import RISK_ATTRIBUTES, SHIPPED_WEIGHTS, risk_of
from inventory.risk_weights import NotWeighed, change_weights, changes, checked, weights_now
from inventory.weighing import weigh
from inventory.weight_effect import effect_of
from tests.inventory import rows
from tests.inventory.test_deciding import words_of
from tests.inventory.test_risk import FACTS, KNOWN, SEEN_HERE

NOW = datetime(2026, 10, 9, 12, tzinfo=UTC)
TODAY = date(2026, 10, 9)
WHO = {"actor": "sam@corp.example", "reason": "we look at training first", "now": NOW}
PAGE = reverse("risk_weights")
#: Training counts half of all, at the cost of what a tool may reach and do.
OTHER = {**SHIPPED_WEIGHTS, "training.default": 50, "access": 5, "acts": 0}


def as_typed(weights):
    return {question: str(weight) for question, weight in weights.items()}


@st.composite
def any_weights(draw):
    cuts = sorted(
        draw(
            st.lists(
                st.integers(0, 100), min_size=len(SHIPPED_WEIGHTS) - 1, max_size=len(SHIPPED_WEIGHTS) - 1
            )
        )
    )
    return dict(
        zip(SHIPPED_WEIGHTS, (b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)), strict=True)
    )


@examples(max_examples=40)
@given(seen=SEEN_HERE, facts=FACTS, lost=st.sets(st.sampled_from(RISK_ATTRIBUTES)), weights=any_weights())
def test_whatever_the_weights_less_known_is_never_less_risky_and_all_is_at_most_a_hundred(
    seen, facts, lost, weights
):
    twin = risk_of(**seen, facts=facts, weights=weights)
    less = {attribute: values for attribute, values in facts.items() if attribute not in lost}
    tool = risk_of(**{**seen, "plan": None}, facts=less, weights=weights)
    assert tool.high >= twin.high
    assert tool.low <= twin.low
    assert 0 <= tool.low <= tool.high <= 100
    assert all(part.high <= weight for part, weight in zip(tool.parts, weights.values(), strict=True))


def test_the_shipped_weights_change_nothing():
    assert sum(SHIPPED_WEIGHTS.values()) == 100
    assert risk_of(**KNOWN) == risk_of(**KNOWN, weights=dict(SHIPPED_WEIGHTS))
    assert list(SHIPPED_WEIGHTS) == ["access", "plan", *RISK_ATTRIBUTES[:-2], "audits", "owner", "product"]


def test_answers_keep_their_proportions():
    facts = {**KNOWN["facts"], "training.default": frozenset({"opt-out-user"})}
    parts = {part.question: part for part in risk_of(**{**KNOWN, "facts": facts}, weights=OTHER).parts}
    training = next(part for question, part in parts.items() if part.low == 40)
    assert training.high == 40  # twelve of fifteen


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"access": ""}, "whole number"),
        ({"access": "-1"}, "whole number"),
        ({"access": "101"}, "whole number"),
        ({"access": "٣"}, "whole number"),
        ({"access": "29"}, "come to 99 and must come to 100"),
    ],
)
def test_weights_that_cannot_be_are_one_sentence(change, said):
    with pytest.raises(NotWeighed, match=said):
        checked(as_typed(SHIPPED_WEIGHTS) | change)
    assert checked(as_typed(OTHER)) == OTHER


@pytest.fixture
def tools(db):
    for key in ("zeta/agent", "alpha/chat"):
        rows.product(key)
        Tool.objects.create(key=key, vendor=key.split("/")[0], last_seen=TODAY, first_seen=TODAY)
    Tool.objects.filter(key="alpha/chat").update(owner="sam@corp.example")
    rows.person("sam@corp.example")


@pytest.mark.django_db
def test_changes_are_versions_with_who_and_why_and_the_last_one_holds():
    assert weights_now() == SHIPPED_WEIGHTS
    change_weights(OTHER, over=0, **WHO)
    assert weights_now() == OTHER
    change_weights(None, over=1, **WHO | {"reason": "back"})
    assert weights_now() == SHIPPED_WEIGHTS
    told = [(change.version, change.reason, len(differing)) for change, differing in changes()]
    assert told == [(2, "back", 3), (1, WHO["reason"], 3)]


@pytest.mark.django_db
def test_nobody_overwrites_what_they_have_not_seen_nor_says_nothing():
    change_weights(OTHER, over=0, **WHO)
    for weights, over, reason, said in (
        (None, 0, "late", "meanwhile"),
        (OTHER, 1, "again", "hold already"),
        (None, 1, " ", "Say why"),
    ):
        with pytest.raises(NotWeighed, match=said):
            change_weights(weights, over=over, **WHO | {"reason": reason})
    assert RiskWeights.objects.count() == 1


@pytest.mark.django_db
def test_weights_of_other_questions_than_are_asked_now_do_not_hold():
    RiskWeights.objects.create(version=1, weights={"access": 100}, actor="a", reason="r", made_at=NOW)
    assert weights_now() == SHIPPED_WEIGHTS


def test_the_effect_is_told_before_and_is_what_happens(tools):
    before = [(one.key, one.risk.low, one.risk.high) for one in weigh()]
    weights = {**SHIPPED_WEIGHTS, "owner": 30, "access": 5}
    effect = effect_of(weights, Reach(), TODAY)
    assert [(one.key, one.risk.low, one.risk.high) for one in weigh()] == before
    assert effect.tools == 2
    change_weights(weights, over=0, **WHO)
    after = {one.key: (one.risk.low, one.risk.high) for one in weigh()}
    assert {one.key: (one.new_low, one.new_high) for one in effect.moved} == after
    owned = next(one for one in effect.moved if one.key == "alpha/chat")
    unowned = next(one for one in effect.moved if one.key == "zeta/agent")
    assert owned.new_high < owned.high
    assert unowned.new_low == unowned.low + 25


def test_policies_that_would_decide_about_more_are_named(tools):
    made = make_policy("Low", Conditions(risk_below=60), Outcome("under_review", 60), actor="a", now=NOW)
    switch(made, True, actor="a", reason="r", now=NOW)
    effect = effect_of(
        {**SHIPPED_WEIGHTS, "owner": 65, "access": 0, "training.default": 0, "acts": 0, "plan": 0},
        Reach(),
        TODAY,
    )
    assert [(policy.name, [one.key for one in tools]) for policy, tools in effect.policies] == [
        ("Low", ["alpha/chat"])
    ]


def test_the_page_shows_the_effect_and_lets_the_weights_hold(tools, signed_in):
    client = signed_in(Role.SECURITY)
    assert "the shipped weights hold" in words_of(client.get(PAGE))
    words = words_of(client.get(PAGE, as_typed(OTHER)))
    assert "nothing has changed yet" in words
    assert "Of 2 tools 2 stand otherwise" in words
    assert not RiskWeights.objects.exists()
    sent = {**as_typed(OTHER), "version": "0", "reason": "training first"}
    assert client.post(PAGE, sent).status_code == 302
    assert (weights_now(), RiskWeights.objects.get().actor) == (OTHER, "security@corp.example")
    assert "training first" in words_of(client.get(PAGE))
    again = client.post(PAGE, {**as_typed(SHIPPED_WEIGHTS), "version": "0", "reason": "late"})
    assert (again.status_code, weights_now()) == (422, OTHER)
    assert "meanwhile" in str(next(iter(get_messages(again.wsgi_request))))
    assert "Back to the shipped weights" in words_of(client.get(PAGE, {"shipped": "1"}))
    client.post(PAGE, {**as_typed(SHIPPED_WEIGHTS), "version": "1", "reason": "back"})
    assert RiskWeights.objects.latest("version").weights is None


def test_what_was_typed_stays_where_it_does_not_add_up(tools, signed_in):
    page = signed_in(Role.ADMINISTRATOR).get(PAGE, as_typed(SHIPPED_WEIGHTS) | {"access": "77"})
    assert page.status_code == 422
    assert 'value="77"' in page.content.decode()
