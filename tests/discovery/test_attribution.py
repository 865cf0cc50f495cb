"""What each purchase was for: the plan by words, amount and interval; a likely product is never booked."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest

from discovery.attribution import attributed, interval_of
from discovery.models import Purchase
from discovery.purchases import group
from tests.discovery.test_purchases import fact
from tests.inventory import rows
from tests.matching.test_prices import price
from vendors.matching.prices import Interval
from vendors.models import Plan, Price, Product, Vendor

PRICES = (
    price("plus", "20", product="openai/chatgpt", currency="EUR"),
    price("yearly", "240", product="openai/chatgpt", currency="EUR", every="year"),
    price("team", "240", product="openai/chatgpt", currency="EUR"),
    price("pro", "30", product="openai/code", currency="USD"),
)


def told(*facts, prices=PRICES) -> list[tuple[str, str, bool]]:
    found = attributed(group(facts), prices)
    return [(one.product, one.plan, one.certain) for one in found]


@pytest.mark.parametrize(
    ("days", "interval"),
    [
        ([date(2026, 1, 31), date(2026, 3, 2), date(2026, 4, 1)], Interval.MONTHLY),
        ([date(2026, 1, 31), date(2026, 3, 2)], Interval.UNKNOWN),  # two may be chance
        ([date(2025, 1, 31), date(2026, 2, 1)], Interval.YEARLY),
        ([date(2026, 1, 1), date(2026, 1, 9), date(2026, 2, 8)], Interval.UNKNOWN),
        ([], Interval.UNKNOWN),
    ],
)
def test_how_far_equal_charges_lie_apart(days, interval):
    assert interval_of(days) == interval


def test_the_interval_of_one_payers_charges_chooses_and_that_of_others_does_not():
    monthly = [fact("cards", n, on=30 * n, amount=240, card="1111") for n in range(3)]
    assert told(*monthly) == [("openai/chatgpt", "team", True)] * 3
    by_invoice = [fact("invoices", n, on=30 * n, amount=240) for n in range(3)]
    assert told(*by_invoice) == [("openai/chatgpt", "team", True)] * 3
    of_nobody = [fact("expenses", n, on=30 * n, amount=240) for n in range(3)]
    assert told(*of_nobody) == [("", "", False)] * 3
    of_three = [fact("cards", n, on=30 * n, amount=240, card=str(n)) for n in range(3)]
    assert told(*of_three) == [("", "", False)] * 3


def test_the_twin_records_words_tell_the_plan_and_the_product():
    card = fact("cards", amount=31, card="1", person=1, product="", text="OPENAI SAN FRANCISCO")
    claim = fact("expenses", amount=31, on=1, person=1, plan="plus", text="ChatGPT Plus")
    assert told(card, claim) == [("openai/chatgpt", "plus", True)]
    assert told(card) == [("", "", False)]


def test_what_the_merchant_charged_goes_before_what_the_account_booked():
    charged = {"merchant_amount": 30_000_000, "merchant_currency": "USD", "product": "openai/code"}
    assert told(fact("cards", amount=27, **charged)) == [("openai/code", "pro", True)]


def test_of_a_vendor_alone_the_product_is_likely_and_a_text_that_waits_tells_nothing():
    charged = {"merchant_amount": 30_000_000, "merchant_currency": "USD", "product": ""}
    assert told(fact("cards", amount=27, **charged)) == [("openai/code", "pro", False)]
    assert told(fact("cards", amount=27, booked=False, **charged)) == [("", "", False)]


def test_neither_the_order_of_records_nor_who_paid_in_which_department_matters():
    facts = [fact("cards", n, on=30 * n, amount=240, card="1111", department="Sales") for n in range(3)]
    facts += [fact("expenses", n, on=n, amount=20, person=2, text=f"ChatGPT {n}") for n in range(3)]
    groups = group(facts)
    told_of = zip(groups, attributed(groups, PRICES), strict=True)
    expected = {one.key: found for purchase, found in told_of for one in purchase.facts}
    random.Random(3).shuffle(facts)
    groups = group(replace(one, department="Legal") for one in facts)
    for found, one in zip(groups, attributed(groups, PRICES), strict=True):
        assert {expected[f.key] for f in found.facts} == {one}


def test_purchases_are_stored_with_plan_and_reasons_and_stay_booked_as_they_were(files):
    vendor = Vendor.objects.create(key="openai", name="OpenAI")
    for key, amount in (("chatgpt", 20), ("code", 30)):
        product = Product.objects.create(key=f"openai/{key}", vendor=vendor, name=key)
        plan = Plan.objects.create(product=product, key="solo", name="Solo", tier="personal", position=0)
        Price.objects.create(
            plan=plan, identity=key, seen="2026-03-01", basis="general-knowledge", amount=amount * rows.MICRO,
            currency="EUR", per="account", every="month",
        )  # fmt: skip
    files.scan("card", 'spend account=a amount=20 id=1\nspend account=a amount=30 id=2 text="OPENAI"')
    chat, vendor_only = Purchase.objects.order_by("amount")
    assert (chat.product, chat.likely_product) == ("openai/chatgpt", "")
    assert (chat.plan, chat.plan_certain, chat.seats) == ("solo", True, 1)
    assert chat.attribution == "The amount is a list price: Solo (EUR 20.00 an account and month)."
    assert (vendor_only.product, vendor_only.likely_product, vendor_only.plan) == ("", "openai/code", "solo")
    assert not vendor_only.plan_certain
