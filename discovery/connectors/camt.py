"""camt.053 account statements, and the reports (052) and notifications (054) of the same shape.

Standard: ISO 20022, https://www.iso20022.org/iso-20022-message-definitions (Bank-to-Customer Cash
Management). Every version is read: elements are known by their local names, and where a version
moved one (``Sts/Cd``, ``Cdtr/Pty/Nm``) both places are looked at.

Amounts have no sign: ``CdtDbtInd`` says whether money went out, of a reversal too. An entry may
be a batch of transactions (``TxDtls``). They become records where their amounts add up to the
entry, with its charges if need be; else the entry is one record, for what was booked is certain.
"""

from __future__ import annotations

import re
from datetime import date
from typing import BinaryIO

from discovery.connectors.amounts import stated_currency
from discovery.connectors.base import Connector, Head, Kind
from discovery.connectors.camt_entries import BY_CARD, Code, Part, parts_of, signed
from discovery.connectors.dates import day
from discovery.connectors.decoding import decoded
from discovery.connectors.moments import stated_instant
from discovery.connectors.payment_purposes import joined_pieces, purpose_of, without_accounts
from discovery.connectors.stated_values import (
    ACCOUNT,
    PERSON,
    TYPE,
    each_once,
    is_card_number,
    masked,
    text_of,
)
from discovery.connectors.xml_documents import Node, children
from discovery.records import NOBODY, Ignored, Payment, Record, Rejected, Rows, Spend, Who

_ROOTS = frozenset({"Stmt", "Rpt", "Ntfctn"})
_WANTED = frozenset({"Id", "CreDtTm", "Acct", "Bal", "TxsSummry", "Ntry"})
#: Of a batch of thousands only what is read is held.
_LEFT_OUT = frozenset(
    {"PstlAdr", "CtctDtls", "RltdAgts", "Prxy", "Tax", "SfkpgAcct", "SplmtryData", "Avlbty"}
)
_LARGEST_ENTRY = 500_000
_MESSAGE = re.compile(r"<(?:[\w.-]+:)?BkToCstmr(?:Stmt|AcctRpt|DbtCdtNtfctn)\w*[\s>/]")
_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.05[234]\.001")

_NO_ENTRY = Rejected("the statement's balance or count tells of entries and it holds none; download it again")
_PENDING = Ignored("an entry that is not booked yet")
_INFORMATION = Ignored("an entry for information that is never booked")
_NOT_BOOKED = {"PDNG": _PENDING, "FUTR": _PENDING, "INFO": _INFORMATION}

_USTRD_WIDTH = 140
_SHOWN = ("NtryRef", "Amt", "CdtDbtInd", "AddtlNtryInf")


class Camt(Connector):
    name = "camt"
    kind = Kind.BANK
    title = "camt.053 bank statements, camt.052 and camt.054"

    def recognises(self, head: Head) -> int:
        start = decoded(head.start)
        if "<" not in start[:200]:
            return 0
        return 95 if _MESSAGE.search(start) else 90 if _NAMESPACE.search(start) else 0

    def read(self, stream: BinaryIO) -> Rows:
        """One row an entry, or one a transaction of a batch.

        Raises UnreadableFile where the file breaks off or holds no statement.
        """
        statement: _Statement | None = None
        missing = "the file holds no statement; download it again"
        for root, child in children(stream, _ROOTS, _WANTED, _LEFT_OUT, _LARGEST_ENTRY, missing=missing):
            if statement is None:
                statement = _Statement(root.name)
            if child is None:
                if statement.lacks_entries():
                    yield root.line, _NO_ENTRY
                statement = None
            elif child.name == "Ntry":
                yield from statement.rows(child)
            else:
                statement.learn(child)


class _Statement:
    """One account's statement while it is read: what its entries have in common."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._account = self._owner = self._card = self._created = ""
        self._empty = True  # whether it has no entry yet
        self._counted = False  # whether its summary counts entries
        self._balances: dict[str, tuple[int | None, str]] = {}  # by code: signed, in 10⁻⁶; currency

    def learn(self, part: Node) -> None:
        if part.name == "CreDtTm":
            self._created = part.text
        elif part.name == "Acct":
            number = _number(part)
            self._card = masked(number) if is_card_number(number) else ""
            self._account = (self._card or number)[:ACCOUNT]
            self._owner = _folded(_name(part.first("Ownr")) or part.value("Nm"))
        elif part.name == "Bal":
            amount = part.first("Amt")
            self._balances[part.value("Tp", "CdOrPrtry", "Cd")] = (
                signed(amount, part.value("CdtDbtInd")),
                amount.attributes.get("Ccy", "") if amount else "",
            )
        elif part.name == "TxsSummry":
            self._counted = bool(part.value("TtlNtries", "NbOfNtries").strip("0"))

    def lacks_entries(self) -> bool:
        """Whether it has no entry though its summary counts some, or its balance has changed.

        A report (052) may tell of balances alone, a statement tells of every entry between its two.
        """
        opened = self._balances.get("OPBD") or self._balances.get("PRCD")
        closed = self._balances.get("CLBD")
        changed = (
            self._kind == "Stmt"
            and opened is not None
            and closed is not None
            and None not in (opened[0], closed[0])
            and opened[1] == closed[1]
            and opened[0] != closed[0]
        )
        return self._empty and (self._counted or changed)

    def rows(self, entry: Node) -> Rows:
        self._empty = False
        status = (entry.value("Sts", "Cd") or entry.value("Sts", "Prtry") or entry.value("Sts")).upper()
        if status in _NOT_BOOKED:
            yield entry.line, _NOT_BOOKED[status]
            return
        booked = signed(entry.first("Amt"), entry.value("CdtDbtInd"))
        when = self._day(entry)
        amount = entry.first("Amt")
        currency = stated_currency(amount.attributes.get("Ccy", "")) if amount else ""
        if booked is None:
            yield entry.line, _rejected("the entry has no readable Amt with CdtDbtInd DBIT or CRDT", entry)
        elif when is None:
            yield entry.line, _rejected("the entry has no readable BookgDt or ValDt", entry)
        elif not currency:
            yield entry.line, _rejected("the entry's Amt names no currency of ISO 4217", entry)
        else:
            for part in parts_of(entry, booked, currency):
                yield part.line, self._row(part, when)

    def _row(self, part: Part, when: date) -> Record | Ignored:
        code = Code(part)
        if why := code.no_spending(money_in=part.amount < 0, reversal=part.reversal):
            return why
        # Money that says nothing of itself is money all the same: then its kind names it.
        text = self._text(part) or code.text or part.entry.value("CdtDbtInd")
        merchant_amount, merchant_currency = part.merchant()
        card = masked("".join(part.value("CardTx", "Card", "PlainCardData", "PAN").split()))
        on_card = bool(part.first("CardTx")) or code.family in BY_CARD or bool(self._card)
        return Spend(
            account=self._account,
            own_id=part.own_id(when),
            date=when,
            text=text,
            amount=part.amount,
            currency=part.currency,
            who=self._who(part),
            card=text_of(card, 40) or self._card,
            payment=Payment.CARD if on_card else Payment.BANK,
            type=text_of(code.text, TYPE),
            merchant_amount=merchant_amount,
            merchant_currency=merchant_currency,
            stated_at=stated_instant(self._created),
        )

    def _text(self, part: Part) -> str:
        """Who was paid and what for. What the bank adds counts only where nothing else says it."""
        if part.charges:
            return each_once("bank charges", text_of(part.entry.value("AddtlNtryInf"), 300))
        names = [self._counterparty(transaction, part) for transaction in part.transactions]
        # A batch that is one record: whoever is in it, as far as it has room.
        name = each_once(*list(dict.fromkeys(names))[:20])
        one = part.transactions[0] if len(part.transactions) == 1 else None
        purpose = _purpose(one) if one else ""
        if not purpose and (not name or not part.number):  # of a batch the bank says only that it is one
            said = [one.value("AddtlTxInf") if one else "", part.entry.value("AddtlNtryInf")]
            purpose = purpose_of(each_once(*said))
        if not name and not purpose and one:
            strd = one.first("RmtInf", "Strd")
            purpose = strd.value("CdtrRefInf", "Ref") if strd else ""
        return text_of(each_once(name, purpose))

    def _counterparty(self, transaction: Node, part: Part) -> str:
        """The other side. A reversal keeps the roles of what it reverses."""
        parties = transaction.first("RltdPties")
        if parties is None:
            return ""
        sides = ["Dbtr", "Cdtr"] if (part.amount < 0) != part.reversal else ["Cdtr", "Dbtr"]
        for side in sides:
            iban = parties.value(f"{side}Acct", "Id", "IBAN") or parties.value(
                f"{side}Acct", "Id", "Othr", "Id"
            )
            name = _name(parties.first(side))
            if "".join(iban.split()).upper() == self._account != "" or _folded(name) == self._owner != "":
                continue
            ultimate = _name(parties.first(f"Ultmt{side}"))
            ultimate = "" if self._owner and _folded(ultimate) == self._owner else ultimate
            if name or ultimate:
                return each_once(name, ultimate)
        return ""

    def _who(self, part: Part) -> Who:
        """For whom the company paid, where the payment names one."""
        if part.amount < 0 or len(part.transactions) != 1:
            return NOBODY
        name = _name(part.transactions[0].first("RltdPties", "UltmtDbtr"))
        return Who(name=name) if name and _folded(name) != self._owner else NOBODY

    def _day(self, entry: Node) -> date | None:
        """The day of the booking, else of the value. A report or notification is made as it books."""
        stated = [entry.value(name, part) for name in ("BookgDt", "ValDt") for part in ("Dt", "DtTm")]
        stated += [
            entry.value("NtryDtls", "TxDtls", "RltdDts", name) for name in ("AccptncDtTm", "IntrBkSttlmDt")
        ]
        if self._kind != "Stmt":
            stated.append(self._created)
        for text in stated:
            try:
                return day(text[:10])
            except ValueError:
                continue
        return None


def _rejected(why: str, entry: Node) -> Rejected:
    row = " ".join(f"<{name}>{value[:200]}" for name in _SHOWN if (value := entry.value(name)))
    return Rejected(f"{why}; download the statement again, or ask the bank", row)


def _purpose(transaction: Node) -> str:
    pieces = [found.text for info in transaction.all("RmtInf") for found in info.all("Ustrd")]
    if not any(pieces):
        strd = transaction.first("RmtInf", "Strd")
        pieces = [found.text for found in strd.all("AddtlRmtInf")] if strd else []
    return purpose_of(joined_pieces(pieces, _USTRD_WIDTH))


def _name(party: Node | None) -> str:
    """A party's name; since version 8 it is inside ``Pty``, or a bank inside ``Agt``."""
    if party is None:
        return ""
    stated = party.value("Nm") or party.value("Pty", "Nm") or party.value("Agt", "FinInstnId", "Nm")
    return text_of(without_accounts(stated), PERSON)


def _number(account: Node | None) -> str:
    if account is None:
        return ""
    return "".join((account.value("Id", "IBAN") or account.value("Id", "Othr", "Id")).split()).upper()


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
