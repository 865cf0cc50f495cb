"""What keeping some tools and ending others saves: plain arithmetic on exact integers. Pure.

    first year      = cost ended − seats to buy − committed remaining term − cost of moving
    following years = cost ended − seats to buy

Every term is a range, since little of it is known exactly. The least saving takes the least that ends
and the most that has to be paid, the greatest the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self


class WrongTerm(ValueError):
    """A term that makes no sense: one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Range:
    """From at least to at most, both included. An exact number is a range from itself to itself."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise WrongTerm(
                f"a range goes from the lower to the higher number, not from {self.low} to {self.high}"
            )

    @classmethod
    def exactly(cls, number: int) -> Self:
        return cls(number, number)

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Range) -> Range:
        return Range(self.low - other.high, self.high - other.low)

    def times(self, other: Range) -> Range:
        """The product of ranges without negative numbers."""
        return Range(self.low * other.low, self.high * other.high)


NOTHING = Range(0, 0)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a saving is worked out from, each editable. Amounts in 10⁻⁶ of the currency."""

    currency: str
    ended: Range = NOTHING  # cost a year of the tools that end
    seats: Range = NOTHING  # people who need a seat of a kept tool and have none
    seat_price: Range = NOTHING  # a year
    committed: Range = NOTHING  # still to be paid for the tools that end, by contract
    hours: Range = NOTHING  # work of moving
    hourly: Range = NOTHING

    def __post_init__(self) -> None:
        for name in _RANGES:
            if name != "ended" and getattr(self, name).low < 0:
                raise WrongTerm(f"{name.replace('_', ' ')} cannot be less than nothing")

    def stored(self) -> dict[str, Any]:
        """The terms as JSON holds them."""
        ranges = {name: getattr(self, name) for name in _RANGES}
        return {"currency": self.currency, **{name: [one.low, one.high] for name, one in ranges.items()}}


_RANGES = tuple(f.name for f in fields(Terms) if f.name != "currency")


def restored(stored: Mapping[str, Any]) -> Terms:
    """The terms that :meth:`Terms.stored` wrote down."""
    return Terms(stored["currency"], **{name: Range(*stored[name]) for name in _RANGES if name in stored})


@dataclass(frozen=True, slots=True)
class Saving:
    """The result with the amounts it consists of, so that the formula can be shown."""

    currency: str
    ended: Range
    seats: Range
    committed: Range
    moving: Range
    first_year: Range
    following_years: Range


def saving(terms: Terms) -> Saving:
    """Work the saving out. Negative where keeping costs more than what ends."""
    seats = terms.seats.times(terms.seat_price)
    moving = terms.hours.times(terms.hourly)
    yearly = terms.ended - seats
    return Saving(
        currency=terms.currency,
        ended=terms.ended,
        seats=seats,
        committed=terms.committed,
        moving=moving,
        first_year=yearly - terms.committed - moving,
        following_years=yearly,
    )
