"""The comparison agrees with a true export and names each thing that is wrong with another."""

from __future__ import annotations

import copy
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from discovery.sample_company import build
from discovery.sample_company.truth import Truth
from tests.sample_company.comparison import differences

TRUTH = build(seed=2, people=90, months=6, end=date(2026, 10, 31)).truth
Rows = list[dict[str, Any]]


def text(amount: int | None) -> str | None:
    return None if amount is None else f"{Decimal(amount).scaleb(-6):f}"


def exported(truth: Truth, waiting: frozenset[str] = frozenset()) -> tuple[Rows, Rows, Rows]:
    """What a product without a fault would export: a spend row for every purchase."""
    inventory = []
    for tool in truth.tools(waiting).values():
        vendor, slash, _ = tool.key.partition("/")
        inventory.append(
            {
                "product": tool.key if slash else None,
                "vendor": vendor,
                "people": list(tool.people),
                "people_count": len(tool.people),
                "people_unresolved": tool.unknown_cards + tool.unknown_logins,
                "departments": list(tool.departments),
                "doors": list(tool.doors),
            }
        )
    spend = []
    for bought in truth.purchases:
        if bought.waits_for in waiting and bought.waits_for:
            continue
        vendor, slash, _ = bought.tool.partition("/")
        spend.append(
            {
                "month": bought.month,
                "product": bought.tool if slash else None,
                "vendor": vendor,
                "department": bought.department or None,
                "door": bought.door,
                "amount": text(bought.amount),
                "currency": bought.currency,
                "net_amount": text(bought.net),
                "tax": text(bought.tax),
                "merchant_amount": text(bought.merchant_amount),
                "merchant_currency": bought.merchant_currency or None,
            }
        )
    rejected = [{"file": f"somewhere/{row.file}", "line": row.line} for row in truth.rejected]
    return inventory, spend, rejected


def test_a_true_export_agrees():
    assert differences(TRUTH, *exported(TRUTH)) == []


def test_a_hard_text_may_wait_but_only_whole():
    assert TRUTH.may_wait_in_review
    every = frozenset(TRUTH.may_wait_in_review)
    assert differences(TRUTH, *exported(TRUTH, every)) == []
    by_text = defaultdict(list)
    for bought in TRUTH.purchases:
        if bought.waits_for:
            by_text[bought.waits_for].append(bought)
    waits, bought = next((w, b) for w, b in sorted(by_text.items()) if len({x.month for x in b}) > 1)
    inventory, spend, rejected = exported(TRUTH, frozenset({waits}))
    _, booked, _ = exported(TRUTH)
    half = next(row for row in booked if row not in spend)
    assert differences(TRUTH, inventory, [*spend, half], rejected) != []
    assert bought


@pytest.mark.parametrize("step", ["0.01", "-0.01"])
def test_a_cent_is_seen(step):
    inventory, spend, rejected = exported(TRUTH)
    spend[0]["amount"] = str(Decimal(spend[0]["amount"]) + Decimal(step))
    found = differences(TRUTH, inventory, spend, rejected)
    assert len(found) == 1
    assert spend[0]["month"] in found[0]
    assert "amount is" in found[0]


def test_a_purchase_counted_twice_or_not_at_all_is_seen():
    inventory, spend, rejected = exported(TRUTH)
    assert differences(TRUTH, inventory, [*spend, spend[3]], rejected) != []
    assert differences(TRUTH, inventory, spend[:3] + spend[4:], rejected) != []


def test_another_month_door_or_department_is_seen():
    for column, other in (("month", "2026-01"), ("door", "cloud_bill"), ("department", "Nowhere")):
        inventory, spend, rejected = exported(TRUTH)
        spend[5][column] = other
        assert differences(TRUTH, inventory, spend, rejected) != [], column


def test_a_person_too_many_or_too_few_is_named():
    inventory, spend, rejected = exported(TRUTH)
    changed = copy.deepcopy(inventory)
    gone = changed[1]["people"].pop()
    changed[1]["people"].append("somebody@norrland.example")
    found = differences(TRUTH, changed, spend, rejected)
    key = changed[1]["product"] or changed[1]["vendor"]
    assert f"{key}: {gone} uses it and is missing" in found
    assert f"{key}: somebody@norrland.example is named and does not use it" in found


def test_a_tool_that_nobody_uses_and_one_that_is_missing_are_named():
    inventory, spend, rejected = exported(TRUTH)
    invented = {**inventory[0], "product": "some/thing", "vendor": "some"}
    assert "some/thing is in the export, and nobody uses it" in differences(
        TRUTH, [*inventory, invented], spend, rejected
    )
    missing = inventory[0]["product"] or inventory[0]["vendor"]
    assert f"{missing} is missing from the inventory" in differences(TRUTH, inventory[1:], spend, rejected)


def test_rejected_rows_are_held_against_their_places():
    inventory, spend, rejected = exported(TRUTH)
    moved = [{**rejected[0], "line": rejected[0]["line"] + 1}, *rejected[1:]]
    assert len(differences(TRUTH, inventory, spend, moved)) == 2
    assert len(differences(TRUTH, inventory, spend, rejected[1:])) == 1


def test_what_waits_or_is_unknown_is_left_out():
    inventory, spend, rejected = exported(TRUTH)
    waiting = [{**spend[0], "decision": "review"}, {**spend[0], "decision": "unknown"}]
    assert differences(TRUTH, inventory, [*spend, *waiting], rejected) == []
