"""Amounts as systems print them."""

from __future__ import annotations

from discovery.sample_company.world import CENT


def decimal(amount: int | None) -> str:
    """Two decimals and a point: 20_000_000 → 20.00."""
    if amount is None:
        return ""
    sign = "-" if amount < 0 else ""
    whole, cents = divmod(abs(amount) // CENT, 100)
    return f"{sign}{whole}.{cents:02}"
