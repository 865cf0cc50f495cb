"""The records of one invoice, whichever system stated it: one a line, together its total with tax.

Shared by every connector of invoices and bills but UBL's, whose allowances have tax categories.
Each connector reads what its system states into ``Invoice`` and ``Line``; what the sums mean and
how lines are told apart is decided here alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from discovery.connectors.amounts import CURRENCIES, smallest_unit
from discovery.connectors.apportioning import rounded
from discovery.connectors.invoice_sums import add_up, share_out
from discovery.connectors.stated_values import TEXT, id_of
from discovery.records import NOBODY, Rejected, Removed, Row, Spend, Who

_REST = "allowances, charges and rounding"


class Line(NamedTuple):
    """A line of an invoice as its system states it, in the invoice's own signs."""

    position: int  # in the file
    id: str  # unique within the invoice where the system keeps to it
    item: str
    net: int  # without tax, in 10⁻⁶
    tax: Fraction | None = None  # None: the line does not say how it is taxed
    department: str = ""
    cost_centre: str = ""
    who: Who = NOBODY


class Invoice(NamedTuple):
    """What an invoice states of all its lines, in its own signs.

    Attributes:
        common: what every record has alike; ``text`` is the supplier, ``document`` names the invoice.
        net, gross: the totals without and with tax, None where not stated.
        beside: what the totals hold besides the lines: freight and charges less discounts.
        credit: money comes back, whether the system writes it negative or positive.
    """

    common: Spend
    position: int
    net: int | None
    gross: int | None
    beside: int = 0
    credit: bool = False


def records(invoice: Invoice, lines: Sequence[tuple[int, Line | Rejected]]) -> Iterator[Row]:
    """A row for each line, and a record for what the lines do not explain.

    An invoice without lines is one record with the id of a first line: the same invoice read
    later with its lines then replaces it. Where a line was rejected the others keep their own
    amounts, for what is said of all cannot be shared out among some.
    """
    readable = [line for _, line in lines if isinstance(line, Line)]
    whole = len(readable) == len(lines)
    if not lines:
        total = invoice.gross if invoice.net is None else invoice.net
        if total is None:
            yield invoice.position, Rejected("the invoice has neither lines nor a total; export it with them")
            return
        readable = [Line(invoice.position, "1", "", total)]
    total = _total(invoice, readable)
    sign = -1 if invoice.credit and total > 0 else 1
    if invoice.credit and total < 0 < sum(line.net for line in readable):
        # The total is written as a credit, its lines as what was sold.
        readable = [line._replace(net=-line.net, tax=line.tax and -abs(line.tax)) for line in readable]
    booked = _booked(invoice if whole else invoice._replace(net=None, gross=None, beside=0), readable, sign)
    for position, line in lines:
        yield (position, line) if isinstance(line, Rejected) else next(booked)
    yield from booked


def taken_back(document: str, line_ids: Iterable[str]) -> Removed:
    """An invoice that its system has voided or deleted, as the records that its lines may have made."""
    return Removed("", tuple(id_of(document, line_id) for line_id in (*line_ids, "rest")))


def without_essentials(common: Spend, *, number: bool = True) -> str:
    """What an invoice lacks that cannot be done without, as the beginning of a sentence; else ""."""
    if not common.text:
        return "the invoice names no supplier"
    if number and not common.document:
        return "the invoice has no number"
    if common.currency not in CURRENCIES:
        return "the invoice names no currency"
    return ""


def _total(invoice: Invoice, lines: Sequence[Line]) -> int:
    stated = invoice.net if invoice.gross is None else invoice.gross
    return sum(line.net for line in lines) if stated is None else stated


def _without_tax(lines: Sequence[Line], net: int | None, gross: int | None) -> Sequence[Line]:
    """The lines as they are, or, where they add up to the total with tax, less their tax."""
    if net is None or not gross or net == gross or sum(line.net for line in lines) != gross:
        return lines
    taxes = [line.tax or Fraction(line.net * (gross - net), gross) for line in lines]
    return [
        line._replace(net=rounded(line.net - tax, 1), tax=tax) for line, tax in zip(lines, taxes, strict=True)
    ]


def _booked(invoice: Invoice, lines: Sequence[Line], sign: int) -> Iterator[Row]:
    common = invoice.common
    taxed = any(line.tax is not None for line in lines)
    net_total, gross_total = invoice.net, invoice.gross
    tax_known = taxed or (net_total is not None and gross_total is not None)
    if not tax_known:
        # One total says nothing of tax; what the lines state is part of that same total.
        total = net_total if gross_total is None else gross_total
        net_total = gross_total = total
    lines = _without_tax(lines, net_total, gross_total)
    nets = [Fraction(line.net) for line in lines]
    if net_total is None and gross_total is not None and taxed:
        net_total = gross_total - int(sum((line.tax or 0 for line in lines), Fraction(0)))
    if invoice.beside and net_total is not None:
        missing = net_total - sum(line.net for line in lines)
        if abs(missing - invoice.beside) <= smallest_unit(common.currency) * len(lines):
            nets = share_out(nets, invoice.beside)
    sums = add_up(
        nets,
        [line.tax for line in lines],
        net_total,
        gross_total,
        common.currency,
        [line.net for line in lines],
    )
    # A total without tax that has no tax beside it is still the net amount.
    net_known = tax_known or (invoice.gross is None and invoice.net is not None)
    again: Counter[str] = Counter()
    parts = [*zip(lines, sums.lines, strict=True)]
    if any(sums.rest):
        parts.append((Line(invoice.position, "rest", _REST, 0), sums.rest))
    for line, (net, tax) in parts:
        again[line.id] += 1
        line_id = line.id if again[line.id] == 1 else f"{line.id}#{again[line.id]}"
        yield (
            line.position,
            common._replace(
                own_id=id_of(common.document, line_id) if common.document else "",
                text=" - ".join(filter(None, (common.text, line.item)))[:TEXT],
                amount=sign * (net + tax),
                net=sign * net if net_known else None,
                tax=sign * tax if tax_known else None,
                who=line.who if line.who != NOBODY else common.who,
                department=line.department or common.department,
                cost_centre=line.cost_centre or common.cost_centre,
            ),
        )
