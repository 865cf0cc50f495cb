"""Plans that amounts tell: on the tool's page, in its risk and in its flags; a guess never hides a risk."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from discovery.models import Record
from inventory import rollups
from inventory.access import Role
from inventory.decisions import Change, decide
from inventory.flags import keep
from inventory.flags.words import restored
from inventory.models import Flag, Tool
from inventory.plans_paid import NamedPlans, PaidPlan, PaidPlans, PlansOfTool, plans_of_tool
from inventory.weighing import weigh
from tests.discovery.conftest import catalog, files  # noqa: F401  (the fixtures of fake sources)
from tests.inventory import rows
from tests.inventory.test_pages import words_of
from tests.vendors.folders import LUMEN, write_catalog
from vendors.load import load_catalog
from vendors.models import Plan, Price
from vendors.risk_attributes import attributes

CERTAIN = {"plan": "team", "plan_certain": True, "seats": 1}
LIKELY = {"plan": "team", "plan_certain": False, "seats": 3}
DAYS = [date(2026, month, 4) for month in (1, 2, 3)]
NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)


# --- a tool from what is named and what is paid -----------------------------------------------------


def named(*in_texts: str, listed: tuple[str, ...] = ()) -> NamedPlans:
    return NamedPlans(listed=set(listed), in_texts=set(in_texts))


def paid(silent: int = 0, **plans: tuple[int, int, int]) -> PaidPlans:
    """Each plan as (certain charges, likely charges, seats within a month)."""
    return PaidPlans({plan.replace("_", "-"): PaidPlan(*of) for plan, of in plans.items()}, silent)


@pytest.mark.parametrize(
    ("words", "amounts", "people", "plan", "likely"),
    [
        (named(), paid(), 3, "", ()),
        (named("team"), paid(), 3, "team", ()),
        (named("team", "plus"), paid(), 3, "", ()),
        # an amount tells the plan of all only where all charges do, and pay for all who were seen
        (named(), paid(team=(3, 0, 2)), 2, "team", ()),
        (named(), paid(team=(3, 0, 2)), 3, "", ("team",)),
        (named(), paid(1, team=(3, 0, 2)), 2, "", ("team",)),
        (named(), paid(team=(2, 1, 3)), 2, "", ("team",)),
        (named(), paid(team=(3, 0, 2), plus=(1, 0, 1)), 1, "", ("plus", "team")),
        # lists and people's word go before, texts too unless an amount contradicts them for certain
        (named(listed=("business",)), paid(plus=(3, 0, 9)), 3, "business", ("plus",)),
        (named("team"), paid(plus=(0, 2, 1)), 1, "team", ("plus",)),
        (named("team"), paid(plus=(2, 0, 1)), 1, "", ("plus",)),
        (named("max"), paid(max_5x=(2, 0, 1)), 1, "max", ()),
    ],
)
def test_what_amounts_tell_of_a_tool(words, amounts, people, plan, likely):
    assert plans_of_tool(words, amounts, people) == PlansOfTool(plan, likely)


# --- from records and purchases to the tool ---------------------------------------------------------


@pytest.fixture
def draft(db, tmp_path):
    """A product with a free plan that trains and a company's that does not, found in texts without a plan."""
    load_catalog(write_catalog(tmp_path, lumen=LUMEN))
    return rows.descriptor("lumen/draft", form="lumen draft")


def tool() -> Tool:
    rollups.apply()
    return Tool.objects.get(key="lumen/draft")


def plans() -> tuple[str, list[str]]:
    return tool().plan, tool().likely_plans


def pays(of, told: dict[str, object] | None, number: int = 0, **columns: object) -> None:
    """Three months of charges of one person."""
    who = rows.person(f"p{number}@corp.example", "Sales")
    for day in DAYS:
        rows.spend(of, "40", day, person=who, currency="USD", told=told or {}, **columns)


def test_the_plan_of_a_tool_is_what_all_its_charges_tell(draft):
    pays(draft, CERTAIN)
    assert plans() == ("team", [])
    rows.spend(draft, "-40", DAYS[2])  # money back is the price of nothing
    assert plans() == ("team", [])
    rows.spend(draft, "7.50", DAYS[2])
    assert plans() == ("", ["team"])


def test_who_signs_in_without_having_paid_may_be_on_another_plan(draft):
    pays(draft, CERTAIN)
    rows.presence(draft, person=rows.person("eve@corp.example"))
    assert plans() == ("", ["team"])


def test_what_is_metered_or_of_a_product_that_is_only_likely_tells_no_plan(draft):
    maker = rows.descriptor("lumen", form="lumen")
    rows.spend(maker, "40", told={**LIKELY, "likely_product": "lumen/draft"})
    rows.spend(draft, "40", door="model_api", told=CERTAIN)
    assert plans() == ("", [])
    assert Tool.objects.get(key="lumen").likely_plans == []


def test_a_list_of_licences_goes_before_amounts(draft):
    pays(draft, {**CERTAIN, "plan": "free"})
    rows.licence(draft, "Team")
    assert plans() == ("team", ["free"])


def test_the_word_of_a_person_about_a_text_goes_before_amounts(draft):
    said = rows.descriptor("lumen/draft", form="lumen team", plan="team", decided_by="ada@corp.example")
    rows.spend(said, "40", DAYS[0])
    pays(draft, {**CERTAIN, "plan": "free"})
    assert plans() == ("team", ["free"])


# --- risk -------------------------------------------------------------------------------------------


def training() -> tuple[int, int]:
    rollups.apply()
    (one,) = weigh()
    (part,) = [p for p in one.risk.parts if p.question == attributes()["training.default"].name]
    return part.low, part.high


def test_risk_is_by_a_plan_that_amounts_tell_for_certain_and_never_narrowed_by_a_guess(draft):
    pays(draft, LIKELY)
    assert training() == (0, 12)  # both plans may be in use
    Record.objects.update(current=False)
    pays(draft, CERTAIN, 1)
    rows.Purchase.objects.filter(plan_certain=False).delete()
    assert training() == (0, 0)


def test_a_plan_that_amounts_make_likely_widens_what_a_text_tells(draft):
    rows.spend(rows.descriptor("lumen/draft", form="lumen draft team", plan="team"), "200", DAYS[0])
    assert training() == (0, 0)
    pays(draft, {**LIKELY, "plan": "free"})
    assert plans() == ("team", ["free"])
    assert training() == (0, 12)


# --- flags ------------------------------------------------------------------------------------------


def flagged(rule: str) -> str:
    """What an open flag of a rule says, "" where there is none."""
    rollups.apply()
    keep.check_all(NOW)
    found = Flag.objects.filter(rule=rule, state=Flag.State.OPEN).first()
    return restored(found.detail).plain() if found else ""


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (None, ""),
        ({"plan": "team", "plan_certain": True}, ""),
        ({"plan": "team", "plan_certain": False}, ""),
        ({"plan": "free", "plan_certain": True}, "1 person on a plan that trains by default: Free."),
        (
            {"plan": "free", "plan_certain": False},
            "By what is paid 1 person is probably on a plan that trains by default: Free.",
        ),
    ],
)
def test_a_plan_that_trains_is_flagged_as_surely_as_amounts_tell_it(draft, told, sentence):
    pays(draft, told)
    assert flagged("data.trains") == sentence
    if sentence:
        assert Flag.objects.get(rule="data.trains").since == date(2026, 1, 4)


def test_plans_that_are_named_and_plans_that_are_likely_are_told_apart(draft):
    pays(rows.descriptor("lumen/draft", form="lumen free", plan="free"), None)
    pays(draft, {**LIKELY, "plan": "free"}, 1)
    assert flagged("data.trains") == "1 person on a plan that trains by default: Free."


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        # the company buys it: who is reimbursed has a plan of their own, unless it is certainly the company's
        (None, "1 person on a personal plan of it."),
        ({"plan": "team", "plan_certain": False}, "1 person on a personal plan of it."),
        ({"plan": "team", "plan_certain": True}, ""),
        ({"plan": "free", "plan_certain": True}, "1 person on a personal plan of it."),
    ],
)
def test_a_guess_spares_nobody_who_pays_alone(draft, told, sentence):
    rows.spend(draft, "200", DAYS[2], door="procurement")
    pays(draft, told, door="employee_expense")
    assert personal() == sentence


def test_who_is_only_probably_on_a_personal_plan_is_told_so(draft):
    pays(draft, {"plan": "free", "plan_certain": False})
    assert personal() == "By what is paid 1 person is probably on a personal plan of it."
    pays(rows.descriptor("lumen/draft", form="lumen free", plan="free"), None, 1)
    assert personal() == "2 people on a personal plan of it, 1 of them probably, by what is paid."


def test_for_whom_a_list_names_the_plan_an_amount_is_a_guess(draft):
    pays(draft, {"plan": "free", "plan_certain": True})
    rows.licence(draft, "Team", person=rows.Person.objects.get())
    assert personal() == "By what is paid 1 person is probably on a personal plan of it."


def personal() -> str:
    if tool().status != "sanctioned":
        decide(["lumen/draft"], Change(status="sanctioned"), actor="Ada", reason="Known.", now=NOW)
    return flagged("plan.personal")


# --- from a file to the page ------------------------------------------------------------------------


def page(signed_in, role: Role) -> str:
    return words_of(signed_in(role).get(reverse("tool", args=["openai/chatgpt"])))


def test_charges_of_a_file_tell_the_plan_on_the_tools_page(files, signed_in):  # noqa: F811
    product = rows.product("openai/chatgpt", "ChatGPT")
    plan = Plan.objects.create(product=product, key="business", name="Business", tier="business", position=0)
    Price.objects.create(
        plan=plan, identity="business", seen="2026-01-01", basis="general-knowledge", amount=30 * rows.MICRO,
        currency="EUR", per="seat", every="month",
    )  # fmt: skip
    files.scan(
        "card", "\n".join(f"spend account=a amount=30 id={n} date={day}" for n, day in enumerate(DAYS))
    )
    rollups.apply()
    assert Tool.objects.get().plan == "business"
    told = page(signed_in, Role.PROCUREMENT)
    assert "Plan Business From amounts: 3 of 3 charges are exactly the price of Business" in told
    assert "Plan Business" in page(signed_in, Role.FINANCE)

    files.scan("card", "spend account=b amount=90 id=8 date=2026-03-05\nspend account=b amount=7 id=9")
    rollups.apply()
    assert (Tool.objects.get().plan, Tool.objects.get().likely_plans) == ("", ["business"])
    told = page(signed_in, Role.SECURITY)
    assert "Probably Business , by what is paid; no record names it" in told
    assert "3 of 5 charges are exactly the price of Business" in told
    assert "1 of 5 charges are probably the price of Business 3 seats EUR 90.00" in told
    listed = signed_in(Role.ADMINISTRATOR).get(reverse("tools"), {"col": "plan"})
    assert "probably business" in words_of(listed)
