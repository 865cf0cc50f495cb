"""What share of a source's charges nobody could place. Pure: sums in, an answer out.

Charges are the amounts above zero: with what came back or came in taken off, a bank account that customers
pay into would have no share at all. What waits for a person is not placed for certain. What is sealed is not
AI, or unknown without a sign of it: outside the seal nothing tells which, so that it counts towards the most
alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Placed:
    """What became of a source's charges in one currency: 10⁻⁶. ``sealed`` is None where it is not known."""

    recognised: int
    waiting: int
    sealed: int | None

    @property
    def unplaced(self) -> tuple[int, int] | None:
        """The least and the most percent that nobody could place, rounded down and up.

        None where there is no share to tell: nothing was charged, or what is sealed is not known.
        """
        if self.sealed is None:
            return None
        total = self.recognised + self.waiting + self.sealed
        if total <= 0:
            return None
        return 100 * self.waiting // total, -(-100 * (self.waiting + self.sealed) // total)


def placed(
    recognised: Mapping[str, int], waiting: Mapping[str, int], sealed: Mapping[str, int | None]
) -> dict[str, Placed]:
    """Currency → what became of the charges, from three sums by currency."""
    return {
        currency: Placed(recognised.get(currency, 0), waiting.get(currency, 0), sealed.get(currency, 0))
        for currency in sorted({*recognised, *waiting, *sealed})
    }
