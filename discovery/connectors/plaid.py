"""Plaid: transactions of bank and card accounts that a company has linked.

API:         https://plaid.com/docs/api/products/transactions/
Categories:  https://plaid.com/documents/transactions-personal-finance-category-taxonomy.csv

Reads answers of /transactions/sync and /transactions/get, pages behind each other, bare arrays,
JSON lines, and tables of these fields. Money out is positive there, as here. A transaction that
was changed has its old id and replaces what was read; one that is ``removed`` (mostly the pending
form of one that is booked now, under another id) is taken back.
"""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from typing import BinaryIO

from discovery.connectors import plaid_api
from discovery.connectors.amounts import number_amount, stated_currency
from discovery.connectors.api_objects import ApiObjects, Fields, day_in, objects_in
from discovery.connectors.base import Head, Kind, UnreadableFile
from discovery.connectors.decoding import decoded
from discovery.connectors.stated_values import ACCOUNT, OWN_ID, PERSON, TYPE, address_of, each_once, text_of
from discovery.connectors.table_words import is_bill_paid
from discovery.records import NOBODY, Ignored, Payment, Rejected, Removed, Spend, Who

#: What an answer without transactions shows itself by.
_ANSWERS = (("added", "removed", "next_cursor"), ("accounts", "transactions", "total_transactions"))

_PENDING = Ignored("a transaction that is pending")
_OF_NO_ACCOUNT = Ignored("a transaction that the bank took back, without the account it was of")
_PAYMENT = Ignored("a payment of a card's bill or a loan")
_TRANSFER = Ignored("a transfer between accounts")
_INCOME = Ignored("income")

#: Primary personal finance categories, and the first of the older categories.
_PAYMENTS = frozenset({"LOAN_PAYMENTS", "LOAN_DISBURSEMENTS"})
_TRANSFERS = frozenset({"TRANSFER_OUT", "TRANSFER_IN", "TRANSFER"})
_OLD_PAYMENTS = frozenset({"credit card", "loan"})
#: Paid through somebody else: a purchase as often as not.
_OLD_PURCHASES = frozenset({"third party", "debit", "billpay"})
_SHOWN = ("transaction_id", "date", "amount", "iso_currency_code")


class Plaid(ApiObjects):
    name = "plaid"
    kind = Kind.BANK
    title = "Plaid transactions"
    reads = ("file", "api")
    api = plaid_api.TRANSACTIONS
    lists = frozenset({"accounts", "added", "modified", "removed", "transactions", "latest_transactions"})

    def __init__(self) -> None:
        self._cards: dict[str, str] = {}  # of the accounts that are cards, the digits shown
        self._banks: set[str] = set()

    def starts_over(self, stream: BinaryIO) -> Plaid:
        """A reader that knows the accounts, which may stand behind their transactions."""
        reader = Plaid()
        if stream.seekable():
            start = stream.tell()
            with suppress(UnreadableFile):  # it breaks off there again
                for _, found in objects_in(stream, self.lists, self.is_one):
                    if isinstance(found, Fields) and _is_account(found):
                        reader._learn(found)
            stream.seek(start)
        return reader

    def recognises(self, head: Head) -> int:
        start = decoded(head.start)
        if start.lstrip().startswith("{") and any(_has(start, *names) for names in _ANSWERS):
            return 95
        return super().recognises(head)

    def is_one(self, found: Fields) -> bool:
        return bool(found.text("transaction_id") and found.text("account_id")) and (
            any(found(name) is not None for name in ("iso_currency_code", "pending", "payment_channel"))
        )

    def row(self, found: Fields) -> Spend | Removed | Rejected | Ignored | None:
        account = found.text("account_id", limit=ACCOUNT)
        if _is_account(found):
            return None
        if not found.text("transaction_id"):
            return _rejected("the transaction has no transaction_id", found)
        if all(found(name) is None for name in ("amount", "name", "date", "pending")):
            own_id = found.text("transaction_id", limit=OWN_ID)
            return Removed(account, (own_id,)) if account else _OF_NO_ACCOUNT
        if found.says("pending"):
            return _PENDING
        when = day_in(found.first("authorized_date", "date")) or day_in(
            found.first("date", "authorized_datetime", "datetime")
        )
        if when is None:
            return _rejected("the transaction has no readable authorized_date or date", found)
        try:
            booked = number_amount(found("amount"))
        except ValueError:
            return _rejected("the transaction has no readable amount", found)
        if why := self._no_spending(found, booked, account):
            return why
        currency = stated_currency(found.text("iso_currency_code"))
        if not currency:
            return _rejected("the transaction is in no currency of ISO 4217", found)
        digits = self._cards.get(account)
        bank = Payment.BANK if account in self._banks else Payment.UNKNOWN
        return Spend(
            account=account,
            own_id=found.text("transaction_id", limit=OWN_ID),
            date=when,
            text=_merchant(found) or found.text("personal_finance_category.detailed") or "transaction",
            amount=booked,
            currency=currency,
            who=_owner(found),
            card=f"*{digits}" if digits else "",
            payment=bank if digits is None else Payment.CARD,
            type=found.text("personal_finance_category.primary", "transaction_code", limit=TYPE),
            url=found.text("website", limit=300),
        )

    def _learn(self, found: Fields) -> None:
        account = found.text("account_id", limit=ACCOUNT)
        if found.text("type").lower() == "credit":
            mask = found.text("mask")
            self._cards[account] = mask if mask.isdigit() and len(mask) <= 4 else ""
        elif found.text("type").lower() == "depository":
            self._banks.add(account)

    def _no_spending(self, found: Fields, booked: int, account: str) -> Ignored | None:
        primary = found.text("personal_finance_category.primary").upper()
        if not primary:
            return _by_old_category(found, booked) or (
                _PAYMENT if booked < 0 and account in self._cards and is_bill_paid(_merchant(found)) else None
            )
        if primary in _PAYMENTS:
            return _PAYMENT
        to_merchant = any(one.text("type") == "merchant" for one in found.objects("counterparties"))
        if primary in _TRANSFERS and not to_merchant:
            return _TRANSFER
        return _INCOME if primary == "INCOME" and booked < 0 else None


def _is_account(found: Fields) -> bool:
    return bool(
        found.text("account_id")
        and not found.text("transaction_id")
        and (found("balances") is not None or found.text("type"))
    )


def _has(start: str, *names: str) -> bool:
    return all(re.search(rf'"{name}"\s*:', start) for name in names)


def _by_old_category(found: Fields, booked: int) -> Ignored | None:
    """By the categories that Plaid gave before personal finance categories: ``["Transfer", "Credit"]``."""
    stated = found("category")
    if isinstance(stated, str):
        try:
            stated = ast.literal_eval(stated[:200]) if stated.startswith("[") else stated.split(",")
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            stated = []
    names = [text_of(name).lower() for name in stated] if isinstance(stated, list) else []
    first, second = (*names, "", "")[:2]
    if first == "payment" and second in _OLD_PAYMENTS:
        return _PAYMENT
    if first == "transfer" and second == "payroll" and booked < 0:
        return _INCOME
    if first == "transfer" and second not in _OLD_PURCHASES:
        return _TRANSFER
    return None


def _merchant(found: Fields) -> str:
    """The marketplace, if one stands between, the merchant as Plaid knows it, and as the bank printed it."""
    parties = found.objects("counterparties")
    between = [one.text("name") for one in parties if one.text("type") == "marketplace"]
    printed = found.text("original_description", "name")
    return text_of(each_once(*between[:2], found.text("merchant_name"), printed))


def _owner(found: Fields) -> Who:
    """The holder of a sub-account, where the bank names one."""
    owner = found.text("account_owner", limit=PERSON)
    if not owner:
        return NOBODY
    email = address_of(owner)
    return Who(email=email, name="" if email else owner)


def _rejected(why: str, found: Fields) -> Rejected:
    return Rejected(f"{why}; export the transactions again as the API gives them", found.shown(*_SHOWN))
