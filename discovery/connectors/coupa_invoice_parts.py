"""One Coupa invoice, from the names that Coupa gives its parts in XML, JSON and CSV alike.

API: https://compass.coupa.com (Coupa Core API, Invoices API, Invoice Line API, Invoice Charge API)

Tax stands on the invoice or, with ``line-level-taxation``, on its lines and charges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import chain

from discovery.connectors.apportioning import rounded
from discovery.connectors.invoice_records import Invoice, Line, records, taken_back, without_essentials
from discovery.connectors.json_members import (
    Members,
    amount_at,
    at,
    day_at,
    first_amount,
    first_text,
    objects_at,
    stated_at,
    text_at,
)
from discovery.connectors.stated_values import COST_CENTRE, DEPARTMENT, OWN_ID, PERSON, TYPE, address_of
from discovery.connectors.table_words import is_draft, is_not_spent
from discovery.money import MICRO
from discovery.records import NOBODY, Ignored, Rejected, Row, Spend, Who

_BESIDE = ("shippingamount", "handlingamount", "miscamount")
_BESIDE_TAX = ("shippingtaxamount", "handlingtaxamount", "misctaxamount")
_DRAFTS = frozenset({"new", "save_as_draft", "save as draft"})
_NOT_OWED = frozenset({"abandoned", "invalid"})


def invoice_rows(position: int, invoice: Members, places: Sequence[int] = ()) -> Iterator[Row]:
    """The rows of an invoice by its names without hyphens; ``places`` are where its lines stand."""
    lines = objects_at(invoice, "invoicelines")
    places = places if lines and places else [position] * max(1, len(lines))
    status = text_at(invoice, "status", limit=60).lower()
    if is_draft(status) or status in _DRAFTS:
        yield from ((place, Ignored("a draft")) for place in places)
        return
    if is_not_spent(status) or status in _NOT_OWED:
        document = _document(invoice)
        ids = [_line_id(line, number) for number, line in enumerate(lines, 1)] or ["1"]
        if document:
            yield places[0], taken_back(document, ids)
        others = places[1:] if document else places
        yield from ((place, Ignored("an invoice that was voided, rejected or given up")) for place in others)
        return
    issued = day_at(invoice, "invoicedate")
    common = _common(invoice, issued or date.min)
    problem = without_essentials(common)
    if not problem and issued is None:
        problem = "the invoice has no readable invoice-date"
    if problem:
        number = text_at(invoice, "invoicenumber", limit=60)
        for place in places:
            yield place, Rejected(f"{problem}; export the invoices with all their fields", number)
        return
    per_line = str(at(invoice, "lineleveltaxation")).lower() == "true"
    read = [
        _line(place, number, line, per_line=per_line)
        for number, (place, line) in enumerate(zip(places, lines, strict=False), 1)
    ]
    net, gross, beside = _totals(invoice, read, per_line=per_line)
    credit = "credit" in text_at(invoice, "documenttype").lower()
    whole = Invoice(common, position, net, gross, beside, credit=credit)
    yield from records(whole, list(zip(places, read, strict=False)))


def _totals(
    invoice: Members, lines: list[Line | Rejected], *, per_line: bool
) -> tuple[int | None, int | None, int]:
    """(without tax, with tax, charges beside the lines)."""
    charges = objects_at(invoice, "invoicecharges")
    beside = _sum(amount_at(invoice, name) for name in _BESIDE) or _sum(
        amount_at(charge, "total") for charge in charges
    )
    if per_line:
        taxed = (rounded(line.tax, 1) for line in lines if isinstance(line, Line) and line.tax)
        on_charges = chain.from_iterable(map(_tax_lines, charges))
        tax = _sum(taxed) + (_sum(amount_at(invoice, name) for name in _BESIDE_TAX) or _sum(on_charges))
    else:
        stated = amount_at(invoice, "taxamount")
        tax = _sum(_tax_lines(invoice)) if stated is None else stated
    gross = first_amount(invoice, "totalwithtaxes", "grosstotal")
    if gross is not None:
        return gross - tax, gross, beside
    if not lines or any(isinstance(line, Rejected) for line in lines):
        return None, None, 0
    net = sum(line.net for line in lines if isinstance(line, Line)) + beside
    return net, net + tax, beside


def _sum(amounts: Iterable[int | None]) -> int:
    return sum(amount or 0 for amount in amounts)


def _tax_lines(part: Members) -> Iterator[int | None]:
    return (amount_at(line, "amount") for line in objects_at(part, "taxlines"))


def _line(position: int, number: int, line: Members, *, per_line: bool) -> Line | Rejected:
    net = first_amount(line, "total", "accountingtotal")
    if net is None:
        price, quantity = amount_at(line, "price"), amount_at(line, "quantity")
        if price is not None:
            net = price if quantity is None else rounded(Fraction(price * quantity, MICRO), 1)
    if net is None:
        return Rejected("the invoice line has no readable total; export the invoices with all their fields")
    tax = None
    if per_line:
        on_line = list(_tax_lines(line))
        tax = Fraction(_sum(on_line) if on_line else amount_at(line, "taxamount") or 0)
    return Line(
        position,
        _line_id(line, number),
        text_at(line, "description") or text_at(line, "item", "name"),
        net,
        tax,
        _name(line, "department", limit=DEPARTMENT),
        _account(line),
        _who(line),
    )


def _line_id(line: Members, number: int) -> str:
    return first_text(line, ("linenum",), ("id",), limit=40) or str(number)


def _document(invoice: Members) -> str:
    return first_text(invoice, ("id",), ("invoicenumber",), limit=OWN_ID)


def _account(part: Members) -> str:
    """The account code, which holds the cost centre; none where a line is split over several."""
    code = first_text(part, ("account", "code"), ("account", "name"), limit=COST_CENTRE)
    split = objects_at(part, "accountallocations")
    if not code and len(split) == 1:
        code = first_text(split[0], ("account", "code"), ("account", "name"), limit=COST_CENTRE)
    return code


def _name(part: Members, name: str, *, limit: int) -> str:
    return text_at(part, name, "name", limit=limit) or text_at(part, name, limit=limit)


def _who(part: Members) -> Who:
    person = at(part, "requestedby")
    address = address_of(at(person, "email"))
    login = "" if address else text_at(person, "login", limit=PERSON)
    full = first_text(person, ("fullname",), ("name",), limit=PERSON)
    if not full:
        full = f"{text_at(person, 'firstname', limit=90)} {text_at(person, 'lastname', limit=90)}".strip()
    return Who(address, login, full) if address or login or full else NOBODY


def _common(invoice: Members, issued: date) -> Spend:
    return Spend(
        account="",
        own_id="",
        date=issued,
        text=first_text(invoice, ("supplier", "name"), ("supplier", "displayname"), ("supplier",), limit=300),
        amount=0,
        currency=_name_of_currency(invoice),
        who=_who(invoice),
        type=text_at(invoice, "documenttype", limit=TYPE),
        url=text_at(invoice, "supplier", "website", limit=300),
        department=_name(invoice, "department", limit=DEPARTMENT)
        or _name(at(invoice, "requestedby") or {}, "department", limit=DEPARTMENT),
        cost_centre=_account(invoice),
        stated_at=stated_at(invoice, "updatedat"),
        document=_document(invoice),
        due=next(
            (
                found
                for name in ("netduedate", "paymentduedate", "duedate")
                if (found := day_at(invoice, name))
            ),
            None,
        ),
    )


def _name_of_currency(invoice: Members) -> str:
    """The code of the invoice, else of the first line that states one."""
    for part in (invoice, *objects_at(invoice, "invoicelines")):
        if code := first_text(part, ("currency", "code"), ("currency",), limit=10).upper():
            return code
    return ""
