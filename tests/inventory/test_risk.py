"""Risk as a range: what is unknown widens it, and never makes a tool look better than its twin."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.flags.facts import PlanKind
from inventory.models import Tool
from inventory.plan_kinds import kind_of_plan, trains_on
from inventory.risk import RISK_ATTRIBUTES, risk_of
from inventory.weighing import rank_of, weigh
from tests.vendors.folders import LUMEN, lumen, write_catalog
from vendors.load import load_catalog
from vendors.matching.scopes import Reach as Access
from vendors.product_facts import facts_of
from vendors.risk_attributes import Kind, attributes

pytestmark = pytest.mark.once

KNOWN = {
    "access": ["mail"],
    "doors": ["grant"],
    "plan": PlanKind.COMPANY,
    "owned": True,
    "product": True,
    "facts": {},
}
BEST = {
    "training.default": "never",
    "retention.default": "zero",
    "human-review": "no",
    "content-licence": "none",
    "acts": "none",
    "records-third-parties": "no",
    "cert.soc2": "type-2",
    "cert.iso27001": "yes",
}
WORST = {
    "training.default": "always",
    "retention.default": "longer",
    "human-review": "yes",
    "content-licence": "broad",
    "acts": "drafts spends-money",
    "records-third-parties": "yes",
    "cert.soc2": "none",
    "cert.iso27001": "no",
}


def known(facts):
    return {attribute: frozenset({value}) for attribute, value in facts.items()}


def test_what_is_unknown_widens_the_range_and_what_is_known_narrows_it():
    risk = risk_of(**KNOWN)
    assert (risk.low, risk.high, risk.known) == (22, 72, 4)
    for change in ({"access": [], "doors": []}, {"plan": None}, {"product": False}):
        other = risk_of(**{**KNOWN, **change})
        assert other.high - other.low > risk.high - risk.low
    told = risk_of(**{**KNOWN, "facts": known(BEST)})
    assert (told.low, told.high, told.known) == (22, 22, len(told.parts))


def test_the_worst_of_everything_is_a_hundred_and_the_best_is_nothing():
    worst = risk_of(
        access=["mail", "code", "files", "administration"],
        doors=["grant"],
        plan=PlanKind.INDIVIDUAL,
        owned=False,
        product=False,
        facts=known(WORST),
    )
    assert (worst.low, worst.high) == (95, 100)  # which product it is stays unknown
    assert risk_of(**{**KNOWN, "access": [], "facts": known(BEST)}).high == 0


def values_of(attribute):
    meant = attributes()[attribute]
    if meant.kind == Kind.SEVERAL:
        some = st.lists(st.sampled_from([v for v in meant.values if v != "none"]), min_size=1, unique=True)
        return some.map(meant.stored) | st.just("none")
    return st.sampled_from(sorted(meant.values))


FACTS = st.fixed_dictionaries(
    {attribute: st.frozensets(values_of(attribute), min_size=1, max_size=3) for attribute in RISK_ATTRIBUTES}
)
SEEN_HERE = st.fixed_dictionaries(
    {
        "access": st.lists(st.sampled_from([one.value for one in Access]), unique=True),
        "doors": st.lists(st.sampled_from(["grant", "sso"]), unique=True),
        "plan": st.sampled_from(list(PlanKind)),
        "owned": st.booleans(),
        "product": st.just(True),
    }
)


@given(
    seen=SEEN_HERE,
    facts=FACTS,
    lost=st.sets(st.sampled_from(RISK_ATTRIBUTES)),
    doubted=st.sets(st.sampled_from(RISK_ATTRIBUTES)),
    plan_known=st.booleans(),
    people=st.integers(0, 5_000),
)
def test_a_tool_never_ranks_below_its_twin_of_which_more_is_known(
    seen, facts, lost, doubted, plan_known, people
):
    twin = risk_of(**seen, facts=facts)
    less = {
        attribute: values | {None} if attribute in doubted else values
        for attribute, values in facts.items()
        if attribute not in lost
    }
    tool = risk_of(**{**seen, "plan": seen["plan"] if plan_known else None}, facts=less)

    assert tool.low <= twin.low <= twin.high <= tool.high <= 100
    assert rank_of(tool, people, seen["access"]) >= rank_of(twin, people, seen["access"])
    assert tool.known <= twin.known


@given(facts=FACTS, attribute=st.sampled_from(RISK_ATTRIBUTES), data=st.data())
def test_another_plan_that_may_be_in_use_never_lowers_what_the_risk_may_come_to(facts, attribute, data):
    more = {**facts, attribute: facts[attribute] | {data.draw(values_of(attribute))}}
    one, other = risk_of(**{**KNOWN, "facts": facts}), risk_of(**{**KNOWN, "facts": more})
    assert other.low <= one.low
    assert other.high >= one.high


@pytest.mark.parametrize(
    ("attribute", "values"),
    [
        ("training.default", ["never", "opt-in", "opt-out-admin", "opt-out-user", "always"]),
        ("retention.default", ["zero", "up-to-30-days", "up-to-1-year", "until-deleted", "longer"]),
        ("human-review", ["no", "abuse-only", "yes"]),
        ("acts", ["none", "drafts", "writes-in-apps", "runs-code", "browses", "spends-money"]),
        ("cert.soc2", ["type-2", "type-1", "none"]),
    ],
)
def test_the_worse_answer_weighs_more(attribute, values):
    facts = known({**BEST, "cert.iso27001": "no"})
    risks = [risk_of(**{**KNOWN, "facts": {**facts, **known({attribute: value})}}) for value in values]
    assert all(one.high < other.high for one, other in pairwise(risks))


def test_either_audit_is_enough():
    for facts in ({"cert.soc2": "type-2"}, {"cert.iso27001": "yes"}):
        (part,) = [p for p in risk_of(**{**KNOWN, "facts": known(facts)}).parts if p.question == "Audited"]
        assert (part.low, part.high) == (0, 0)


@pytest.mark.django_db
def test_a_tool_is_weighed_by_the_facts_of_its_plan(tmp_path, django_assert_max_num_queries):
    load_catalog(write_catalog(tmp_path, lumen=LUMEN))
    tool = Tool.objects.create(key="lumen/draft", vendor="lumen")

    def training(plan):
        Tool.objects.filter(pk=tool.pk).update(plan=plan)
        (one,) = weigh()
        (part,) = [p for p in one.risk.parts if p.question == attributes()["training.default"].name]
        return part.low, part.high, part.answer

    assert training("team") == (0, 0, "no")
    assert training("free") == (12, 12, "yes, unless the person switches it off")
    assert training("") == (0, 12, "no / yes, unless the person switches it off")
    assert training("max") == (0, 15, None)
    with django_assert_max_num_queries(11):
        weigh()


# --- plans ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_whether_a_plan_trains_is_known_where_the_facts_say_so(tmp_path):
    load_catalog(write_catalog(tmp_path, lumen=LUMEN))
    said = facts_of({"lumen/draft": "lumen"})["lumen/draft"]
    assert trains_on("free", said) == (True, date(2025, 8, 28))
    assert trains_on("team", said) == (False, None)
    assert trains_on("", said) == trains_on("max", said) == (None, None)
    assert [kind_of_plan(name, said) for name in ("free", "team", "plus", "max", "")] == [
        PlanKind.INDIVIDUAL,
        PlanKind.COMPANY,
        PlanKind.INDIVIDUAL,
        None,
        None,
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "trains"),
    [("never", False), ("opt-in", False), ("opt-out-admin", True), ("always", True), ("opt-out-user", True)],
)
def test_a_product_whose_plans_are_alike_needs_no_plan_to_be_known(tmp_path, value, trains):
    same = lumen(('"opt-out-user"', f'"{value}"'), ('"never"\nplans', f'"{value}"\nplans'))
    load_catalog(write_catalog(tmp_path, lumen=same))
    assert trains_on("", facts_of({"lumen/draft": "lumen"})["lumen/draft"])[0] is trains
