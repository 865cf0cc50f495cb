"""Which plan an amount pays for: told where it is exact, both where two fit equally, never guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendors.matching.prices import MICRO, NOTHING, VAT, Interval, ListPrice, Paid, attribute, seats_stated

PRODUCT = "acme/chat"


def price(plan: str, amount: str, per: str = "account", every: str = "month", **more: object) -> ListPrice:
    fields = {
        "product": PRODUCT,
        "name": plan.replace("-", " ").title(),
        "tier": "personal",
        "currency": "USD",
    }
    return ListPrice(
        **{**fields, "plan": plan, "amount": int(Decimal(amount) * MICRO), "per": per, "every": every, **more}
    )


PRICES = (
    price("plus", "20"),
    price("max-5x", "100"),
    price("max-20x", "200"),
    price("business", "25", "seat", tier="business", minimum_seats=2),
    price("business", "21", "seat", tier="business", minimum_seats=2, yearly=True),
)


def told(amount: str, text: str = "", product: str = PRODUCT, prices=PRICES, **more: object):
    fields = {"currency": "USD", "texts": (text,) if text else ()}
    return attribute(Paid(int(Decimal(amount) * MICRO), **{**fields, **more}), prices, product)


@pytest.mark.parametrize(
    ("amount", "plan", "seats", "certain"),
    [
        ("20", "plus", 1, True),
        ("50", "business", 2, True),  # the fewest that are sold
        ("75", "business", 3, False),  # an unknown plan may cost as much
        ("504", "business", 2, True),  # 2 × 21 × 12, charged by the year
        ("23.80", "plus", 1, False),  # with 19 % tax
        ("21.50", "", 0, False),
        ("25", "plus", 1, False),  # one seat of business is not sold; with 25 % tax it is plus
        ("-20", "", 0, False),  # a refund
    ],
)
def test_an_amount_tells_the_plan_whose_price_it_is(amount, plan, seats, certain):
    found = told(amount)
    assert (found.plan, found.seats, found.certain) == (plan, seats, certain)


def test_where_two_plans_fit_equally_both_are_named_and_none_is_told():
    found = told("200")  # one max 20x, or eight seats of business
    assert (found.plan, found.certain) == ("", False)
    assert "Max 20X" in found.reasons[0]
    assert "Business" in found.reasons[0]


def test_how_far_charges_lie_apart_chooses_between_a_month_and_a_year():
    prices = (price("solo", "240", every="year"), price("team", "240"))
    assert told("240", prices=prices).plan == ""
    assert told("240", prices=prices, interval=Interval.YEARLY).plan == "solo"
    assert told("240", prices=prices, interval=Interval.MONTHLY).plan == "team"


def test_prices_hold_from_a_day_until_a_day():
    prices = (price("old", "20", until=date(2026, 3, 1)), price("new", "20", since=date(2026, 3, 1)))
    assert told("20", prices=prices, day=date(2026, 2, 28)).plan == "old"
    assert told("20", prices=prices, day=date(2026, 3, 1)).plan == "new"
    assert told("20", prices=prices).plan == "new"


def test_a_currency_is_never_changed_and_a_stated_net_is_believed():
    assert told("20", currency="EUR") == NOTHING
    assert told("25.10", net=20 * MICRO).plan == "plus"
    assert told("20", net=18 * MICRO) == NOTHING


@pytest.mark.parametrize(
    ("amount", "text", "named", "plan", "certain"),
    [
        ("31", "acme chat plus", "plus", "plus", True),  # whatever was charged
        ("100", "acme max", "max", "max-5x", True),  # the amount chooses among plans of the name
        ("31", "acme max", "max", "max", True),  # as the text has it, where the amount tells no more
        ("20", "acme ultra", "ultra", "ultra", True),  # a plan that the catalog lacks is not another one
        ("40", "acme, x2 devs", "", "plus", True),  # two accounts, as it says
        ("40", "acme, 3 users", "", "", False),  # not what it says
        ("100", "acme 5x max", "max", "max-5x", True),  # a number of the plan's name is no count
        ("20", "acme business", "", "plus", False),  # a word of another plan
        ("20", "acme api credits", "", "", False),  # something else than a plan
    ],
)
def test_the_words_of_a_purchase_go_before_its_amount(amount, text, named, plan, certain):
    found = told(amount, text, plan=named)
    assert (found.plan, found.certain) == (plan, certain)


def test_a_product_is_only_likely_by_an_amount_and_untold_where_two_fit():
    prices = (*PRICES, price("pro", "20", product="acme/code"), price("pro", "30", product="acme/code"))
    assert told("20", product="", prices=prices).product == ""
    found = told("30", product="", prices=prices)
    assert (found.product, found.plan, found.certain) == ("acme/code", "pro", False)
    assert "does not tell the product for certain" in found.reasons[-1]


@pytest.mark.parametrize(
    ("text", "seats"),
    [
        ("12 seats", 12),
        ("3x acme", 3),
        ("acme x4", 4),
        ("5 Lizenzen", 5),
        ("2 seats, 3 users", 0),
        ("v2 4.5 x", 0),
    ],
)
def test_numbers_of_seats_are_read_from_texts(text, seats):
    assert seats_stated([text]) == seats


@settings(max_examples=60)
@given(
    st.sampled_from(PRICES), st.integers(1, 40), st.sampled_from((0, *VAT)), st.randoms(use_true_random=False)
)
def test_whatever_a_price_comes_to_is_found_again_and_the_order_of_prices_is_nothing(one, seats, tax, chance):
    seats = seats if one.per == "seat" and seats >= one.minimum_seats else one.minimum_seats
    cents = round(Decimal(one.unit * seats * (1000 + tax)) / 10_000_000)
    shuffled = list(PRICES)
    chance.shuffle(shuffled)
    paid = Paid(cents * 10_000, "USD")
    assert attribute(paid, shuffled, PRODUCT) == attribute(paid, PRICES, PRODUCT)
    assert attribute(paid, [one], PRODUCT).plan == one.plan
