"""Exact money: whole numbers of 10⁻⁶ of a currency's major unit, decimals at the edges."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

MICRO = 1_000_000


def to_micro(value: Decimal) -> int:
    """Whole millionths of the major unit. Raises ValueError where that would round."""
    scaled = value.scaleb(6)
    whole = int(scaled)
    if whole != scaled:
        raise ValueError("more than six decimals")
    return whole


def from_micro(amount: int) -> Decimal:
    """The exact decimal with at least two places: 20_000_000 → Decimal('20.00')."""
    cents, rest = divmod(amount, 10_000)
    if rest == 0:
        return Decimal(cents).scaleb(-2)
    return Decimal(amount).scaleb(-6).normalize()


def as_text(amount: int | None) -> str | None:
    """Decimal string as exports write it, or None."""
    return None if amount is None else format(from_micro(amount), "f")


def as_texts(amounts: Mapping[str, int]) -> dict[str, str | None]:
    """Amounts by name (a currency, a door) as exports write them."""
    return {name: as_text(amount) for name, amount in amounts.items()}
