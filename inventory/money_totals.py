"""What amounts in several currencies come to in the reporting currency.

There are no exchange rates yet: a total is known only where every amount is in the reporting
currency, and otherwise it is None, never a part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.conf import settings


def reporting_currency() -> str:
    """ISO code that totals are given in."""
    return str(settings.PENUMBRA["REPORTING_CURRENCY"])


Told = TypeVar("Told")


def reporting_first(amounts: Mapping[str, Told]) -> dict[str, Told]:
    """The same by currency, the reporting currency before the others."""
    wanted = reporting_currency()
    return dict(sorted(amounts.items(), key=lambda item: (item[0] != wanted, item[0])))


def in_reporting_currency(amounts: Mapping[str, int]) -> int | None:
    """The total of currency → amount in 10⁻⁶, or None where a rate is missing."""
    wanted = reporting_currency()
    if any(amount for currency, amount in amounts.items() if currency != wanted):
        return None
    return amounts.get(wanted, 0)
