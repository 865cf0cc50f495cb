"""Records → purchases: each counted once, equal ones of one feed kept apart."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.purchases import DAYS_APART, Door, Fact, Group, Links, group
from discovery.records import Payment

DAY = date(2026, 3, 2)
_FEEDS = {
    "invoices": (Door.PROCUREMENT, 0),
    "cards": (Door.CORPORATE_CARD, 0),
    "bank": (Door.CORPORATE_CARD, 1),
    "transfers": (Door.PROCUREMENT, 1),
    "expenses": (Door.EMPLOYEE_EXPENSE, 0),
}


def fact(feed: str, number: int = 0, on: int = 0, amount: int = 20, **more: object) -> Fact:
    door, rank = _FEEDS[feed]
    values: dict = {"product": "openai/chatgpt", "booked": True, "currency": "EUR", **more}
    return Fact(
        key=f"{feed}-{number}".encode(), record=hash((feed, number)), feed=feed, feed_rank=rank, door=door,
        date=DAY + timedelta(days=on), amount=amount * 1_000_000, own_id=str(number), **values,
    )  # fmt: skip


def keys(groups: list[Group]) -> set[frozenset[bytes]]:
    return {frozenset(fact.key for fact in found.facts) for found in groups}


def paid(groups: list[Group]) -> int:
    return sum(found.first.amount for found in groups) // 1_000_000


class TestTheSafeRule:
    def test_card_expense_and_bank_are_one_purchase(self):
        facts = [
            fact("cards", card="1111", person=1, payment=Payment.CARD),
            fact("expenses", on=1, person=1, payment=Payment.CARD),
            fact("bank", on=2, card="1111", payment=Payment.CARD),
        ]
        assert len(group(facts)) == 1

    @pytest.mark.parametrize(
        "other",
        [
            {"on": DAYS_APART + 1},
            {"amount": -20},
            {"amount": 21},
            {"currency": "USD"},
            {"product": "openai/api"},
            {"payment": Payment.PERSONAL},
            {"person": 2},
            {"card": "2222"},
        ],
        ids=str,
    )
    def test_whatever_differs_keeps_two_apart(self, other):
        one = {"card": "1111", "person": 1, "payment": Payment.CARD}
        assert len(group([fact("cards", **one), fact("expenses", **one)])) == 1
        assert len(group([fact("cards", **one), fact("expenses", **{**one, **other})])) == 2

    def test_two_cards_with_the_same_last_digits_and_two_people_stay_two(self):
        assert len(group([fact("cards", card="1111", person=1), fact("bank", card="1111", person=2)])) == 2

    def test_equal_charges_of_one_feed_stay_distinct(self):
        facts = [fact("cards", n, card="1111", person=1) for n in range(3)]
        assert len(group(facts)) == 3
        assert len(group([*facts, fact("expenses", 9, on=1, person=1)])) == 3

    def test_a_product_known_in_both_feeds_decides_although_it_stands_crosswise(self):
        facts = [
            fact("cards", 1, person=1, product="openai/chatgpt"),
            fact("cards", 2, person=1, product="openai/api"),
            fact("expenses", 1, person=1, product="openai/api"),
            fact("expenses", 2, person=1, product="openai/chatgpt"),
        ]
        assert len(group(facts)) == 2

    def test_decisions_of_people_go_before_the_rule(self):
        one, two = fact("cards", person=1), fact("expenses", person=1)
        pair = frozenset([frozenset((one.key, two.key))])
        assert len(group([one, two], Links(different=pair))) == 2
        far = fact("expenses", on=40, person=2)
        together = frozenset([frozenset((one.key, far.key))])
        assert len(group([one, far], Links(same=together))) == 1


class TestInvoices:
    def lines(self, *amounts: int, **more: object) -> list[Fact]:
        return [
            fact("invoices", n, amount=amount, document="INV-1", payment=Payment.BANK, **more)
            for n, amount in enumerate(amounts)
        ]

    def test_a_transfer_of_the_sum_counts_no_second_time(self):
        groups = group([*self.lines(30, 50), fact("transfers", on=3, amount=80, payment=Payment.BANK)])
        assert paid(groups) == 80
        assert sorted(len(found.facts) for found in groups) == [1, 2]

    def test_a_transfer_of_something_else_does(self):
        groups = group([*self.lines(30, 50), fact("transfers", on=3, amount=70, payment=Payment.BANK)])
        assert paid(groups) == 150

    def test_lines_of_two_products_are_paid_by_one_transfer(self):
        one, two = self.lines(30, 50)
        other = fact("invoices", 7, amount=20, document="INV-1", payment=Payment.BANK, product="openai/api")
        transfer = fact("transfers", amount=100, payment=Payment.BANK, product="")
        groups = group([one, two, other, transfer])
        assert paid(groups) == 100
        assert {found.first.product for found in groups} == {"openai/chatgpt", "openai/api"}

    def test_the_day_it_is_due_counts_like_the_day_it_was_written(self):
        due = DAY + timedelta(days=30)
        transfer = fact("transfers", on=31, amount=80, payment=Payment.BANK)
        assert paid(group([*self.lines(30, 50), transfer])) == 160
        assert paid(group([*self.lines(30, 50, due=due), transfer])) == 80
        alone = fact("invoices", amount=80, payment=Payment.BANK, due=due)
        assert paid(group([alone, transfer])) == 80

    def test_two_equal_invoices_need_two_transfers(self):
        second = [
            fact("invoices", n + 5, amount=a, document="INV-2", payment=Payment.BANK)
            for n, a in enumerate((30, 50))
        ]
        transfers = [fact("transfers", n, on=1, amount=80, payment=Payment.BANK) for n in range(2)]
        assert paid(group([*self.lines(30, 50), *second, *transfers])) == 160
        assert paid(group([*self.lines(30, 50), *second, *transfers[:1]])) == 160
        third = fact("transfers", 3, on=1, amount=80, payment=Payment.BANK)
        assert paid(group([*self.lines(30, 50), *second, *transfers, third])) == 240


_facts = st.lists(
    st.builds(
        dict,
        feed=st.sampled_from(sorted(_FEEDS)),
        on=st.integers(0, 12),
        amount=st.sampled_from([20, 20, 40, -20]),
        person=st.sampled_from([None, 1, 2]),
        card=st.sampled_from(["", "1111", "2222"]),
        payment=st.sampled_from([Payment.CARD, Payment.BANK, Payment.UNKNOWN]),
        product=st.sampled_from(["", "openai/chatgpt", "openai/api"]),
        document=st.sampled_from(["", "", "INV-1"]),
    ),
    max_size=12,
)


class TestEveryRecord:
    @settings(max_examples=100, deadline=None)
    @given(drawn=_facts, order=st.randoms(use_true_random=False))
    def test_is_evidence_of_one_purchase_whatever_the_order(self, drawn, order):
        facts = [fact(number=n, **values) for n, values in enumerate(drawn)]
        groups = group(facts)
        assert sorted(f.key for found in groups for f in found.facts) == sorted(f.key for f in facts)
        order.shuffle(facts)
        assert keys(group(facts)) == keys(groups)

    @settings(max_examples=60, deadline=None)
    @given(drawn=_facts)
    def test_of_one_feed_is_a_purchase_of_its_own(self, drawn):
        facts = [fact(number=n, **{**values, "feed": "cards"}) for n, values in enumerate(drawn)]
        assert len(group(facts)) == len(facts)


class TestManyEqualCharges:
    @pytest.mark.parametrize("payer", ["a card each", "one card"])
    def test_take_no_more_than_their_number(self, payer):
        """250 seats of one price over 14 months in two feeds."""
        facts = []
        for month in range(14):
            for seat in range(250):
                card = f"{seat:04}" if payer == "a card each" else "1111"
                number = month * 250 + seat
                facts.append(fact("cards", number, on=30 * month, card=card, payment=Payment.CARD))
                facts.append(fact("bank", number, on=30 * month + seat % 4, card=card, payment=Payment.CARD))
        random.Random(1).shuffle(facts)
        started = time.process_time()
        groups = group(facts)
        assert len(groups) == 14 * 250
        assert time.process_time() - started < 5
