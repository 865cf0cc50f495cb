"""What each line of an invoice comes to, so that the lines add up to what the document states.

Shared by every connector that reads invoices. All amounts in 10⁻⁶ of the currency's major unit;
exact shares are fractions until the last step.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from discovery.connectors.amounts import smallest_unit
from discovery.connectors.apportioning import apportion, rounded


class Sums(NamedTuple):
    """(net, tax) of each line, and what of the document's totals no line explains."""

    lines: list[tuple[int, int]]
    rest: tuple[int, int]


def add_up(
    nets: Sequence[Fraction],
    taxes: Sequence[Fraction | None],
    net_total: int | None,
    gross_total: int | None,
    currency: str,
    stated: Sequence[int],
) -> Sums:
    """Round lines so that they add up to the stated totals.

    ``nets`` and ``taxes`` are exact shares; a tax is None where the line does not say how it is
    taxed, and where no line does the document's tax is shared out by amount. ``stated`` are the
    net amounts as the lines write them: they tell how fine the document counts. A total that the
    document lacks (None) is that of its lines. What rounding cannot explain is the rest.
    """
    unit = smallest_unit(currency)
    net_sum = rounded(sum(nets, Fraction(0)), unit) if net_total is None else net_total
    net_shares, net_rest = apportion(nets, net_sum, _finest(stated, net_total, unit))
    tax_total = None if gross_total is None else gross_total - net_sum
    shares = [tax or Fraction(0) for tax in taxes]
    if tax_total and net_sum and not any(shares):
        shares = [net * tax_total / net_sum for net in nets]
    taxed = [i for i, tax in enumerate(shares) if tax]
    exact = [shares[i] for i in taxed]
    tax_sum = rounded(sum(exact, Fraction(0)), unit) if tax_total is None else tax_total
    tax_shares, tax_rest = apportion(exact, tax_sum, _finest([], tax_total, unit))
    tax_of = dict(zip(taxed, tax_shares, strict=True))
    return Sums([(net, tax_of.get(i, 0)) for i, net in enumerate(net_shares)], (net_rest, tax_rest))


def share_out(nets: Sequence[Fraction], value: int) -> list[Fraction]:
    """The nets with a charge (or, negative, a discount) on all of them shared out by amount."""
    base = sum(nets, Fraction(0))
    return [net + value * net / base for net in nets] if base else list(nets)


def _finest(stated: Sequence[int], total: int | None, unit: int) -> int:
    """The unit to share amounts in: finer than the currency's where the document counts finer."""
    amounts = [*stated, *(() if total is None else (total,))]
    while unit > 1 and any(value % unit for value in amounts):
        unit //= 10
    return unit
