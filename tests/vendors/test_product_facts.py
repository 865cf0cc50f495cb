"""What the catalog says of a product, plan by plan."""

from datetime import date

import pytest

from tests.vendors.folders import LUMEN, lumen, write_catalog
from vendors.load import load_catalog
from vendors.product_facts import ProductFacts, facts_of

pytestmark = pytest.mark.django_db

OF_LUMEN = {"lumen/draft": "lumen"}


def said_of(folder, text=LUMEN, **more) -> ProductFacts:
    load_catalog(write_catalog(folder, lumen=text), today=date(2026, 11, 1))
    return facts_of(OF_LUMEN, **more)["lumen/draft"]


def test_each_plan_has_its_own_facts_and_those_of_all_plans(tmp_path):
    said = said_of(tmp_path)
    assert said.on_plan("training.default", "free").value == "opt-out-user"
    assert said.on_plan("training.default", "team").value == "never"
    assert said.on_plan("acts", "team").value == said.on_plan("acts", "free").value == "drafts writes-in-apps"
    assert said.on_plan("sso", "team") is None


def test_what_may_be_is_what_holds_on_any_plan_in_question(tmp_path):
    said = said_of(tmp_path)
    assert said.values("training.default", said.plans_named("Team")) == {"never"}
    assert said.values("training.default", said.plans_named("")) == {"never", "opt-out-user"}
    assert said.values("sso", said.plans_named("")) == {None}


@pytest.mark.parametrize(
    ("name", "plans", "tiers"),
    [
        ("team", ("team",), {"team"}),
        ("Free", ("free",), {"free"}),
        ("growth", ("pro",), {"business"}),
        ("business", ("pro",), {"business"}),
        ("max", ("max",), set()),
        ("", ("free", "team", "pro"), set()),
    ],
)
def test_a_name_means_a_plan_by_key_name_word_or_tier(tmp_path, name, plans, tiers):
    pro = '[[products.plans]]\nkey = "pro"\nname = "Pro Growth"\ntier = "business"\n'
    pro += 'seen = 2026-10-07\nbasis = "general-knowledge"\n\n[[products.facts]]'
    said = said_of(tmp_path, lumen(("[[products.facts]]", pro)))
    assert (said.plans_named(name), said.tiers_named(name)) == (plans, tiers)


def test_of_a_plan_that_the_catalog_lacks_only_what_holds_on_all_is_known(tmp_path):
    said = said_of(tmp_path)
    assert said.values("training.default", said.plans_named("max")) == {None}
    assert said.values("acts", said.plans_named("max")) == {"drafts writes-in-apps"}


def test_a_products_own_fact_goes_before_its_makers(tmp_path):
    own = '\n[[products.facts]]\nattribute = "owner.country"\nvalue = "SE"\nplans = ["team"]\n'
    own += 'source = "https://lumen.example/"\nseen = 2026-10-07\nbasis = "vendor"\n'
    said = said_of(tmp_path, LUMEN + own)
    assert said.on_plan("owner.country", "team").value == "SE"
    assert said.on_plan("owner.country", "free").value == "NO"
    assert facts_of({"lumen": "lumen"})["lumen"].values("owner.country", [""]) == {"NO"}


def test_history_is_told_apart_and_only_where_it_is_asked_for(tmp_path):
    load_catalog(write_catalog(tmp_path, lumen=LUMEN), today=date(2026, 10, 10))
    after = lumen(('"never"\nplans = ["team"]', '"opt-out-admin"\nplans = ["team"]\nsince = 2026-10-20'))
    assert said_of(tmp_path, after).history == ()
    (before,) = said_of(tmp_path, after, history=True).history
    assert (before.value, before.until, before.vanished) == ("never", date(2026, 10, 20), True)


def test_any_number_of_products_takes_four_queries(tmp_path, django_assert_num_queries):
    load_catalog(write_catalog(tmp_path, lumen=LUMEN))
    with django_assert_num_queries(4):
        found = facts_of({**OF_LUMEN, "lumen": "lumen", "un/known": "un"}, ["training.default"])
    assert {fact.attribute for fact in found["lumen/draft"].facts} == {"training.default"}
    assert found["un/known"] == ProductFacts()
