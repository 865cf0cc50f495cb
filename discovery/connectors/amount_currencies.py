"""Which currency column belongs to which amount: "Transaction Amount" goes with "Transaction Currency"."""

from __future__ import annotations

from collections.abc import Sequence

from discovery.connectors.column_meaning import Meaning, folded

_M = Meaning
#: Columns for the currency of what was booked, the surest first.
_BOOKED = ("reimbursement currency", "reimbursement currency code", "currency", "currency code")


def currencies_beside(columns: dict[Meaning, int], headers: Sequence[str], *, stated: bool) -> None:
    """Give the booked amount the currency that is named after it, and none that is named after another.

    ``stated``: the booked amount's header has a currency code of its own.
    """
    named = {folded(header): column for column, header in enumerate(headers)}
    booked = columns[_M.AMOUNT]
    own = _named_after(headers[booked], named)
    if own is not None:
        columns[_M.CURRENCY] = own
        return
    currency = columns.get(_M.CURRENCY)
    if currency is None:
        return
    others = [column for header, column in named.items() if _named_after(header, named) == currency]
    elsewhere = next((named[name] for name in _BOOKED if named.get(name, currency) != currency), None)
    if others and booked not in others and (stated or elsewhere is not None):
        columns.setdefault(_M.MERCHANT_AMOUNT, others[0])
        columns[_M.MERCHANT_CURRENCY] = currency
        del columns[_M.CURRENCY]
        if elsewhere is not None:
            columns[_M.CURRENCY] = elsewhere


def _named_after(header: str, named: dict[str, int]) -> int | None:
    """The column of the currency whose header differs from an amount's in that word alone."""
    words = folded(header).split()
    if "amount" not in words or len(words) == 1:
        return None
    wanted = " ".join("currency" if word == "amount" else word for word in words)
    return next((named[name] for name in (wanted, f"{wanted} code") if name in named), None)
