"""Metered use counts as spend only where nothing that went out covers its account and month."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery.consumption import COUNTS, COVERED, TWICE, Charge, Metered, consumption
from discovery.purchases import Door, Links

API = "openai/api"
_numbers = iter(range(1, 1_000_000))


def use(amount: int, on: str = "2026-01-05", **fields: object) -> Metered:
    number = next(_numbers)
    shared = {
        "key": number.to_bytes(16, "big"),
        "version": number.to_bytes(16, "big"),
        "source": "api",
        "account": "org",
        "currency": "USD",
        "product": API,
        "door": Door.MODEL_API,
        "booked": True,
    }
    return Metered(record=number, date=date.fromisoformat(on), amount=amount, **(shared | fields))


def paid(amount: int, on: str, **fields: object) -> Charge:
    day = date.fromisoformat(on)
    shared = {"key": f"{on} {amount}".encode(), "rank": (day,), "currency": "USD", "product": API}
    return Charge(date=day, amount=amount, **({"invoice": False} | shared | fields))


def totals(metered: list[Metered], charges: list[Charge]) -> int:
    return sum(bought.amount for bought in consumption(metered, charges).bought)


class TestAMonthOfAnAccount:
    def test_counts_once_by_department_where_nothing_pays_for_it(self):
        found = consumption([use(5), use(7, "2026-01-31"), use(2, department="Law")], [])
        assert [(b.first.department, b.amount) for b in found.bought] == [("", 12), ("Law", 2)]
        assert [(m.month, m.amount, m.standing) for m in found.months] == [("2026-01", 14, COUNTS)]

    @pytest.mark.parametrize("on", ["2026-01-01", "2026-01-31", "2026-02-15"])
    def test_explains_a_charge_of_that_month_or_of_the_beginning_of_the_next(self, on):
        charge = paid(20, on)
        metered = use(14)
        found = consumption([metered], [charge])
        assert found.bought == ()
        assert found.explained == {metered.record: charge.key}
        assert [(m.amount, m.charged, m.standing) for m in found.months] == [(14, 20, COVERED)]

    @pytest.mark.parametrize("on", ["2025-12-31", "2026-02-16", "2026-03-01"])
    def test_is_not_paid_by_a_charge_of_another_time(self, on):
        assert totals([use(14)], [paid(20, on)]) == 14

    def test_is_paid_by_an_invoice_until_the_end_of_the_next_month(self):
        assert totals([use(14)], [paid(20, "2026-02-28", invoice=True)]) == 0
        assert totals([use(14)], [paid(20, "2026-03-01", invoice=True)]) == 14

    @pytest.mark.parametrize(("product", "left"), [("openai/chatgpt", 14), ("", 0), (API, 0)])
    def test_is_not_paid_by_what_is_known_to_be_for_another_product(self, product, left):
        assert totals([use(14)], [paid(20, "2026-01-20", product=product)]) == left

    def test_is_not_paid_by_money_that_came_back(self):
        assert totals([use(14)], [paid(-20, "2026-01-20"), paid(0, "2026-01-20")]) == 14

    def test_of_which_two_sources_tell_counts_once(self):
        found = consumption([use(5), use(6, source="bill")], [])
        assert [(m.source, m.standing) for m in found.months] == [("api", TWICE), ("bill", COUNTS)]
        assert [bought.amount for bought in found.bought] == [6]
        assert totals([use(5, account=""), use(6, account="", source="bill")], []) == 11

    @pytest.mark.parametrize("product", [API, ""])
    def test_that_a_provider_meters_is_not_told_by_a_gateway_too(self, product):
        passed = use(9, account="", source="gateway", gateway=True)
        found = consumption([use(5, product=product), passed], [])
        assert {(m.source, m.standing) for m in found.months} == {("gateway", TWICE), ("api", COUNTS)}
        assert [bought.amount for bought in found.bought] == [5]
        same_account = use(9, source="gateway", gateway=True)
        assert totals([use(5, product=product), same_account], []) == 5
        assert totals([passed], []) == 9

    @pytest.mark.parametrize(
        "other",
        [
            use(5, "2026-02-01"),
            use(5, product="openai/chatgpt"),
            use(5, booked=False),
            use(5, source="another", gateway=True, account=""),
        ],
        ids=["of another month", "of another product", "that waits for a person", "of another gateway"],
    )
    def test_of_a_gateway_counts_beside_use(self, other):
        assert totals([other, use(9, account="", source="gateway", gateway=True)], []) == 14

    def test_of_a_gateway_counts_beside_credit_alone(self):
        assert totals([use(-5), use(9, account="", source="gateway", gateway=True)], []) == 4

    def test_of_a_gateway_explains_the_charge_that_the_meter_explains(self):
        passed, charge = use(9, account="", source="gateway", gateway=True), paid(6, "2026-02-01")
        found = consumption([use(5), passed], [charge])
        assert found.explained[passed.record] == charge.key
        assert [m.charged for m in found.months if m.standing == COVERED] == [6]

    def test_a_charge_stands_beside_one_month_alone(self):
        found = consumption([use(5), use(6, "2026-02-01")], [paid(20, "2026-02-10")])
        assert [(m.month, m.charged) for m in found.months] == [("2026-01", 20), ("2026-02", None)]

    def test_that_waits_for_a_person_waits_with_its_sum(self):
        (bought,) = consumption([use(5, booked=False)], [paid(20, "2026-01-20")]).bought
        assert (bought.amount, bought.first.booked) == (5, False)

    def test_is_paid_or_not_as_a_person_says(self):
        one, late = use(14), paid(20, "2026-06-01", keys=frozenset({b"late"}))
        said = frozenset({frozenset({one.key, b"late"})})
        assert consumption([one], [late], Links(same=said)).bought == ()
        near = paid(20, "2026-01-20", keys=frozenset({b"late"}))
        assert len(consumption([one], [near], Links(different=said)).bought) == 1

    def test_that_comes_to_nothing_is_no_purchase(self):
        assert consumption([use(5), use(-5)], []).bought == ()


_use = st.builds(
    use,
    st.integers(-(10**15), 10**15),
    st.sampled_from(["2026-01-05", "2026-01-31", "2026-02-01"]),
    source=st.sampled_from(["api", "bill"]),
    account=st.sampled_from(["", "org"]),
    currency=st.sampled_from(["USD", "EUR"]),
    department=st.sampled_from(["", "Law"]),
    product=st.sampled_from(["", API]),
)
_passed = st.builds(
    use,
    st.integers(-5, 50),
    st.sampled_from(["2026-01-05", "2026-02-01"]),
    source=st.just("gateway"),
    gateway=st.just(True),
    account=st.sampled_from(["", "org"]),
)
_charge = st.builds(paid, st.integers(-50, 50), st.sampled_from(["2026-01-20", "2026-02-10", "2026-02-20"]))


@given(st.lists(_use | _passed, max_size=8), st.lists(_charge, max_size=3), st.randoms(use_true_random=False))
def test_order_changes_nothing_and_every_record_has_one_place(metered, charges, order):
    found = consumption(metered, charges)
    shuffled = list(metered)
    order.shuffle(shuffled)
    again = consumption(shuffled, charges)
    assert (again.months, again.bought, again.explained) == (found.months, found.bought, found.explained)
    placed = [number for bought in found.bought for number in bought.records] + list(found.explained)
    assert len(placed) == len(set(placed))
    counted = sum(month.amount for month in found.months if month.standing == COUNTS)
    assert counted == sum(bought.amount for bought in found.bought)
