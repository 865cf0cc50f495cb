"""Shares that add up: exact fractions rounded so that their sum is the stated total."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def rounded(value: Fraction, unit: int) -> int:
    """The nearest multiple of the unit, halves away from zero: a credit note mirrors its invoice."""
    nearest = unit * int((2 * abs(value) + unit) // (2 * unit))
    return nearest if value >= 0 else -nearest


def apportion(exact: Sequence[Fraction], total: int, unit: int) -> tuple[list[int], int]:
    """The shares in whole units, and what of the total rounding cannot explain.

    Each share is its exact value rounded to ``unit``; units that the total has more or
    less go one each to the shares that rounding moved most the other way (the first of equals).
    A difference of more than one unit a share is not rounding: then shares stay as rounded and
    the whole difference is handed back.

    >>> apportion([Fraction(10, 3)] * 3, 10, 1)
    ([4, 3, 3], 0)
    """
    shares = [rounded(value, unit) for value in exact]
    missing = total - sum(shares)
    units, odd = divmod(abs(missing), unit)
    if odd or units > len(shares):
        return shares, missing
    step = unit if missing > 0 else -unit
    by_need = sorted(range(len(shares)), key=lambda i: (shares[i] - exact[i]) * (1 if step > 0 else -1))
    for i in by_need[:units]:
        shares[i] += step
    return shares, 0
