"""Contracts as they hold: what their registers say, field by field, and what people wrote over it.

A register is read again and again. Of each field the newest reading that states anything counts, so what a
later one leaves out stays. What a person wrote holds as long as the register says what it said then; when
the register says something else, it still holds and is a question, never silently written over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from discovery.kept_rows import contract_of
from discovery.models import Person, Record
from discovery.money import to_micro
from inventory.figures import tool_records
from inventory.models import ContractEdit
from inventory.reach import WHOLE, Reach

#: Fields that people may write over. Who owns a tool is decided with the tool.
EDITABLE = ("start", "end", "notice_by", "amount", "seats", "plan")
_DAYS = ("start", "end", "notice_by")
_FIELDS = (*EDITABLE, "supplier", "product", "notice_days", "renews", "currency", "every", "status")
_LONGEST = 80
_LONGEST_REASON = 500


class NotCorrect(ValueError):
    """A value that cannot be written down: one sentence that says what to do."""


@dataclass(frozen=True)
class Term:
    """A field of a contract. Days as dates, amounts in 10⁻⁶."""

    name: str
    value: Any  # what holds; None: nobody says
    stated: Any  # what the register says
    edit: ContractEdit | None = None  # what somebody wrote, where it holds
    asks: bool = False  # the register says something else than when it was written


@dataclass(frozen=True)
class Contract:
    """A contract about one tool."""

    key: str
    tool: str
    source: str
    read_on: date  # the last day on which its register showed it
    person: Person | None  # its owner, by the register
    terms: dict[str, Term]
    #: What holds of each field; None: nobody says.
    supplier: str | None
    product: str | None
    start: date | None
    end: date | None
    notice_by: date | None
    notice_days: int | None
    renews: bool | None
    amount: int | None  # 10⁻⁶ of the currency for each ``every``
    currency: str | None
    every: str | None
    seats: int | None
    plan: str | None
    status: str | None

    @property
    def last_day_of_notice(self) -> date | None:
        """As stated, else so many days before the end."""
        if self.notice_by or self.end is None or self.notice_days is None:
            return self.notice_by
        return self.end - timedelta(days=self.notice_days)

    @property
    def questions(self) -> list[Term]:
        return [term for term in self.terms.values() if term.asks]

    @property
    def editable(self) -> list[Term]:
        return [self.terms[name] for name in EDITABLE]


def contracts(tools: Iterable[str] | None = None, reach: Reach = WHOLE, key: str = "") -> list[Contract]:
    """Contracts of some tools or all, or the one with a key; by supplier and product. Two queries."""
    records = reach.records(tool_records().filter(kind=Record.Kind.CONTRACT))
    if tools is not None:
        records = records.filter(tool__in=list(tools))
    if key:
        records = records.filter(details__contract=key)
    read: dict[str, list[Record]] = defaultdict(list)
    for record in records.select_related("source", "person").order_by("date", "line"):
        read[record.details["contract"]].append(record)
    if not read:
        return []
    edits: dict[tuple[str, str], ContractEdit] = {}
    for edit in ContractEdit.objects.filter(contract__in=read).order_by("pk"):
        edits[edit.contract, edit.field] = edit
    found = [_contract(number, readings, edits) for number, readings in read.items()]
    return sorted(found, key=lambda one: (one.supplier or "", one.product or "", one.source, one.key))


def _contract(key: str, readings: list[Record], edits: dict[tuple[str, str], ContractEdit]) -> Contract:
    stated: dict[str, Any] = {}
    person = None
    for record in readings:  # oldest first
        row = contract_of(record)
        stated |= {name: value for name in _FIELDS if (value := getattr(row, name)) not in (None, "")}
        person = record.person or person
    last = readings[-1]
    terms = {name: _term(name, stated.get(name), edits.get((key, name))) for name in _FIELDS}
    return Contract(
        key=key,
        tool=last.tool,
        source=last.source.name,
        read_on=last.date,
        person=person,
        terms=terms,
        **{name: term.value for name, term in terms.items()},
    )


def _term(name: str, stated: Any, edit: ContractEdit | None) -> Term:
    if edit is None or edit.value is None:
        return Term(name, stated, stated)
    ours = date.fromisoformat(edit.value) if name in _DAYS else edit.value
    asks = _written(stated) not in (edit.stated, edit.value)
    return Term(name, ours, stated, edit, asks)


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def next_to_end(found: Iterable[Contract]) -> dict[str, Contract]:
    """Tool → the contract that ends next, seen from the last day that any register was read.

    Where all are over it is the one that ended last: the clock is never asked.
    """
    by_tool: dict[str, list[tuple[date, str, str, Contract]]] = defaultdict(list)
    for one in found:
        if one.end is not None:
            by_tool[one.tool].append((one.end, one.supplier or "", one.key, one))
    chosen = {}
    for tool, having in by_tool.items():
        read_on = max(one.read_on for *_, one in having)
        running = [ending for ending in having if ending[0] >= read_on]
        chosen[tool] = (min(running) if running else max(having))[3]
    return chosen


# --- written by people --------------------------------------------------------------------------------


def correct(
    contract: Contract, field: str, text: str, *, actor: str, reason: str, now: datetime
) -> ContractEdit:
    """Write a value over the register's; empty: take the register's again. Raises NotCorrect."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > _LONGEST_REASON:
        raise NotCorrect(_("Say why, in 500 characters at most: it is kept with your name."))
    if field not in EDITABLE:
        raise NotCorrect(_("Choose what is to be corrected from the list."))
    value = _read(field, text.strip())
    if field == "amount" and value is not None and not contract.currency:
        raise NotCorrect(_("The register states no currency for it, so no amount can be written."))
    return ContractEdit.objects.create(
        contract=contract.key,
        field=field,
        value=value,
        stated=_written(contract.terms[field].stated),
        actor=actor,
        reason=reason,
        made_at=now,
    )


def _read(field: str, text: str) -> Any:
    if not text:
        return None
    try:
        if field in _DAYS:
            return date.fromisoformat(text).isoformat()
        if field == "amount":
            amount = to_micro(Decimal(text))
            if not 0 <= amount < 10**17:
                raise ValueError
            return amount
        if field == "seats":
            seats = int(text)
            if not 0 <= seats < 10**9:
                raise ValueError
            return seats
    except (ValueError, InvalidOperation, OverflowError):
        raise NotCorrect(_("Write a day as 2026-12-31, an amount as 1200.50, seats as a number.")) from None
    if len(text) > _LONGEST:
        raise NotCorrect(_("Write at most 80 characters."))
    return text
