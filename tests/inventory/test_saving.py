from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.saving import NOTHING, Range, Terms, WrongTerm, restored, saving

_amount = st.integers(0, 10**15)
_count = st.integers(0, 10**5)


def _range(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[Range]:
    return st.tuples(numbers, numbers).map(lambda pair: Range(*sorted(pair)))


terms = st.builds(
    Terms,
    currency=st.just("EUR"),
    ended=_range(st.integers(-(10**15), 10**15)),
    seats=_range(_count),
    seat_price=_range(_amount),
    committed=_range(_amount),
    hours=_range(_count),
    hourly=_range(_amount),
)


def test_the_formula_with_exact_terms():
    exact = Terms(
        "EUR",
        ended=Range.exactly(9_194_400_000),
        seats=Range.exactly(22),
        seat_price=Range.exactly(216_000_000),
        committed=Range.exactly(1_332_800_000),
        hours=Range.exactly(20),
        hourly=Range.exactly(65_000_000),
    )
    found = saving(exact)
    assert found.first_year == Range.exactly(9_194_400_000 - 4_752_000_000 - 1_332_800_000 - 1_300_000_000)
    assert found.following_years == Range.exactly(9_194_400_000 - 4_752_000_000)
    assert (found.seats, found.moving) == (Range.exactly(4_752_000_000), Range.exactly(1_300_000_000))


@given(terms, st.data())
def test_whatever_the_truth_within_the_terms_the_saving_is_within_its_range(given_terms, data):
    def drawn(one: Range) -> int:
        return data.draw(st.integers(one.low, one.high))

    ended, seats, price = drawn(given_terms.ended), drawn(given_terms.seats), drawn(given_terms.seat_price)
    committed, hours, hourly = (
        drawn(given_terms.committed),
        drawn(given_terms.hours),
        drawn(given_terms.hourly),
    )
    found = saving(given_terms)
    assert found.first_year.low <= ended - seats * price - committed - hours * hourly <= found.first_year.high
    assert found.following_years.low <= ended - seats * price <= found.following_years.high


@given(terms)
def test_both_ends_can_be_true(given_terms):
    found = saving(given_terms)
    t = given_terms
    low = t.ended.low - t.seats.high * t.seat_price.high - t.committed.high - t.hours.high * t.hourly.high
    high = t.ended.high - t.seats.low * t.seat_price.low - t.committed.low - t.hours.low * t.hourly.low
    assert found.first_year == Range(low, high)


@given(terms)
def test_the_amounts_shown_add_up_to_the_result(given_terms):
    found = saving(given_terms)
    assert found.first_year == found.ended - found.seats - found.committed - found.moving
    assert found.following_years == found.ended - found.seats
    assert found.first_year.high <= found.following_years.high


@given(terms)
def test_terms_come_back_as_they_were_stored(given_terms):
    assert restored(given_terms.stored()) == given_terms


def test_what_is_not_given_costs_and_saves_nothing():
    assert saving(Terms("EUR")).first_year == NOTHING


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Range(2, 1), "from the lower to the higher number"),
        (lambda: Terms("EUR", seats=Range(-1, 0)), "seats cannot be less than nothing"),
    ],
)
def test_terms_that_make_no_sense_are_refused(make, words):
    with pytest.raises(WrongTerm, match=words):
        make()
