"""What becomes one record of a camt entry: the entry, each transaction of its batch, the batch's charges.

Standard: ISO 20022, Bank-to-Customer Cash Management; its external bank transaction codes (BTC)
"""

from __future__ import annotations

import re
from datetime import date

from discovery.connectors.amounts import decimal_amount, stated_currency
from discovery.connectors.stated_values import TYPE, id_of, text_of
from discovery.connectors.xml_documents import Node
from discovery.records import Ignored

_COLLECTED = Ignored("money collected from customers")
_OWN_MONEY = Ignored("the company's own money: a sweep, loan, security, exchange or interest")

#: Families and sub-families of ISO 20022 bank transaction codes.
_ISSUED_DEBITS = "IDDT"
_TAKINGS = "MCRD"
BY_CARD = frozenset({"CCRD", "MCRD"})
_SWEEPS = frozenset({"SWEP", "TOPG", "ZABA", "ZABT"})
_INTEREST = frozenset({"INTR"})
_OTHER_BUSINESS = frozenset({"LDAS", "SECU", "DERV", "FORX", "PMET", "CMDT"})
_FEES = frozenset({"FEES", "COMM", "CHRG", "COME", "COMI"})

#: What stands where there is no reference.
_NO_REFERENCE = re.compile(r"0*|N/?A|NO(?:N|T|NE)?[ -]?(?:REF|PROVIDED|AVAILABLE)?(?:ERENCE)?", re.IGNORECASE)


class Part:
    """What becomes one record: an entry, a transaction of its batch, or the charges of the batch."""

    def __init__(
        self, entry: Node, transactions: list[Node], amount: int, currency: str, number: int = 0
    ) -> None:
        self.entry, self.transactions = entry, transactions
        self.amount, self.currency = amount, currency
        self.number = number  # among the parts of a batch, counted from 1
        self.charges = not transactions and number > 0
        self.line = transactions[0].line if transactions and number else entry.line
        self.reversal = entry.value("RvslInd").lower() in ("true", "1")

    def first(self, *path: str) -> Node | None:
        """An element of the transaction, or, where it has none, of the entry."""
        for transaction in self.transactions[:1]:
            if found := transaction.first(*path):
                return found
        return self.entry.first(*path)

    def value(self, *path: str) -> str:
        for transaction in self.transactions[:1]:
            if found := transaction.value(*path):
                return found
        return self.entry.value(*path)

    def own_id(self, when: date) -> str:
        """The bank's reference, with day and amount: some banks give one to many entries."""
        reference = _reference(self.entry.value("AcctSvcrRef"))
        if not reference and len(self.transactions) == 1:
            refs = self.transactions[0].first("Refs")
            stated = (
                [_reference(refs.value(name)) for name in ("AcctSvcrRef", "UETR", "TxId")] if refs else []
            )
            reference = next(filter(None, stated), "")
        if not reference:
            return ""
        return id_of(
            reference, when.isoformat(), str(self.amount), *([f"#{self.number}"] if self.number else [])
        )

    def merchant(self) -> tuple[int | None, str]:
        """The amount in the other currency, signed as the booked one, where there is one."""
        if len(self.transactions) == 1:
            for path in (("AmtDtls", "InstdAmt", "Amt"), ("AmtDtls", "TxAmt", "Amt"), ("Amt",)):
                stated = self.transactions[0].first(*path)
                currency = stated_currency(stated.attributes.get("Ccy", "")) if stated else ""
                if currency and currency != self.currency and (value := unsigned(stated)):
                    return (value if self.amount >= 0 else -value), currency
        return None, ""


def parts_of(entry: Node, booked: int, currency: str) -> list[Part]:
    transactions = [found for details in entry.all("NtryDtls") for found in details.all("TxDtls")]
    whole = [Part(entry, transactions, booked, currency)]
    if len(transactions) < 2:
        return whole
    amounts = _amounts(transactions, entry.value("CdtDbtInd"), booked, currency)
    charges = _charges([entry], currency) or _charges(transactions, currency)
    if amounts is None or abs(booked - sum(amounts)) not in (0, charges):
        return whole
    parts = [
        Part(entry, [transaction], amount, currency, number)
        for number, (transaction, amount) in enumerate(zip(transactions, amounts, strict=True), 1)
    ]
    if rest := booked - sum(amounts):
        parts.append(Part(entry, [], rest, currency, len(parts) + 1))
    return parts


def _amounts(transactions: list[Node], indicator: str, booked: int, currency: str) -> list[int] | None:
    """What each transaction moved, signed; None where one does not say it in the entry's currency."""
    found: list[int] = []
    for transaction in transactions:
        for path in (("Amt",), ("AmtDtls", "TxAmt", "Amt"), ("AmtDtls", "InstdAmt", "Amt")):
            stated = transaction.first(*path)
            if stated and stated.attributes.get("Ccy", currency).upper() == currency and unsigned(stated):
                own = signed(stated, transaction.value("CdtDbtInd") or indicator)
                break
        else:
            return None
        if own is None:
            return None
        found.append(own)
    # Some banks write each transaction's side as the other party sees it.
    alike = [abs(amount) if booked > 0 else -abs(amount) for amount in found]
    return alike if sum(found) != booked and sum(alike) == booked else found


def _charges(nodes: list[Node], currency: str) -> int:
    total = 0
    for node in nodes:
        for charges in node.all("Chrgs"):
            stated = [charges.first("TtlChrgsAndTaxAmt")]
            if stated[0] is None:
                stated = [*(record.first("Amt") for record in charges.all("Rcrd")), *charges.all("Amt")]
            total += sum(
                unsigned(amount) or 0
                for amount in stated
                if amount and amount.attributes.get("Ccy", currency).upper() == currency
            )
    return total


class Code:
    """What kind of transaction it is: ISO's code, else the bank's own."""

    def __init__(self, part: Part) -> None:
        self.domain = part.value("BkTxCd", "Domn", "Cd").upper()
        self.family = part.value("BkTxCd", "Domn", "Fmly", "Cd").upper()
        self.sub_family = part.value("BkTxCd", "Domn", "Fmly", "SubFmlyCd").upper()
        codes = filter(None, (self.domain, self.family, self.sub_family))
        self.text = "/".join(codes) or text_of(part.value("BkTxCd", "Prtry", "Cd"), TYPE)
        if part.charges:
            self.family = self.sub_family = ""

    def no_spending(self, *, money_in: bool, reversal: bool) -> Ignored | None:
        came_in = money_in != reversal  # what it reverses came in, too
        if self.family == _ISSUED_DEBITS or (self.family == _TAKINGS and came_in):
            return _COLLECTED
        if self.sub_family in _SWEEPS or (self.sub_family in _INTEREST and came_in):
            return _OWN_MONEY
        if self.domain in _OTHER_BUSINESS and self.sub_family not in _FEES:
            return _OWN_MONEY
        return None


def _reference(stated: str) -> str:
    stated = text_of(stated)
    return "" if _NO_REFERENCE.fullmatch(stated) or (stated.isdigit() and len(stated) <= 4) else stated


def unsigned(amount: Node | None) -> int | None:
    try:
        return None if amount is None else decimal_amount(amount.text)
    except ValueError:
        return None


def signed(amount: Node | None, indicator: str) -> int | None:
    """Money out is positive."""
    sign = {"DBIT": 1, "CRDT": -1}.get(indicator.upper())
    value = unsigned(amount)
    return None if sign is None or value is None else sign * value
