"""Brex: transactions of the company's Brex cards.

API:  https://developer.brex.com/openapi/transactions_api/ (GET /v2/transactions/card/primary)

Reads the API's pages, pages behind each other, bare arrays, JSON lines, and tables of these
fields. Amounts are whole numbers of the currency's smallest unit. An export of the Brex
dashboard is a card table.
"""

from __future__ import annotations

from discovery.connectors import brex_api
from discovery.connectors.amounts import minor_amount, smallest_unit, stated_currency
from discovery.connectors.api_objects import ApiObjects, Fields, day_in
from discovery.connectors.base import Kind
from discovery.connectors.stated_values import (
    DEPARTMENT,
    OWN_ID,
    PERSON,
    TYPE,
    address_of,
    category_code,
    each_once,
    text_of,
)
from discovery.connectors.table_words import is_not_settled, is_not_spent
from discovery.records import NOBODY, Ignored, Payment, Rejected, Spend, Who

_SPENT = frozenset({"PURCHASE", "BNPL_FEE", "FEE"})
_CAME_BACK = frozenset({"REFUND", "CHARGEBACK"})
_BILL = Ignored("a payment of the card's bill")
_REWARD = Ignored("a reward, which is no purchase")
_CASH = Ignored("a movement of the Brex cash account; scan that account's bank statement for it")
_NOT_SPENT = {
    "COLLECTION": _BILL,
    "CARD_COLLECTION": _BILL,
    "REWARDS_CREDIT": _REWARD,
    "REWARDS_REDEMPTION": _REWARD,
}
_PENDING = Ignored("a charge that is not booked yet")
_DECLINED = Ignored("a charge that was declined or cancelled")
_SHOWN = ("id", "posted_at_date", "type", "amount.amount", "amount.currency")


class Brex(ApiObjects):
    name = "brex"
    kind = Kind.CARD
    title = "Brex card transactions"
    reads = ("file", "api")
    api = brex_api.TRANSACTIONS
    lists = frozenset({"items", "data"})

    def is_one(self, found: Fields) -> bool:
        if found("amount.amount") is None and found("amount.currency") is None:
            return False
        return found.text("id").startswith("pste_") or all(
            found.text(name) for name in ("posted_at_date", "type", "description")
        )

    def row(self, found: Fields) -> Spend | Rejected | Ignored:
        kind = found.text("type").upper()
        if kind in _NOT_SPENT:
            return _NOT_SPENT[kind]
        status = found.text("status")
        if is_not_spent(status):
            return _DECLINED
        if is_not_settled(status):
            return _PENDING
        if kind not in _SPENT | _CAME_BACK and not found.text("card_id"):
            return _CASH
        when = day_in(found.first("initiated_at_date", "posted_at_date"))
        if when is None:
            return _rejected("the transaction has no readable initiated_at_date or posted_at_date", found)
        # The API's documentation: US dollars where it names none.
        currency = stated_currency(found.text("amount.currency") or "USD")
        if not currency:
            return _rejected("the transaction's amount names no currency of ISO 4217", found)
        try:
            booked = minor_amount(found("amount.amount"), smallest_unit(currency))
        except ValueError:
            return _rejected("the transaction has no readable amount in the currency's smallest unit", found)
        mcc = found.text("merchant.mcc")
        return Spend(
            account="",
            own_id=found.text("id", limit=OWN_ID),
            date=when,
            text=each_once(found.text("description"), found.text("merchant.raw_descriptor"))
            or kind
            or "transaction",
            amount=-abs(booked) if kind in _CAME_BACK else booked,
            currency=currency,
            who=_who(found),
            payment=Payment.CARD,
            type=text_of(kind, TYPE),
            mcc=category_code(mcc),
            department=found.text("department.name", limit=DEPARTMENT),
        )


def _who(found: Fields) -> Who:
    """The card's user, where what pulled the transactions has joined it to them."""
    email = address_of(found("user.email"))
    name = f"{found.text('user.first_name')} {found.text('user.last_name')}".strip()
    return Who(email=email, name=text_of(name, PERSON)) if email or name else NOBODY


def _rejected(why: str, found: Fields) -> Rejected:
    return Rejected(f"{why}; export the transactions again as the API gives them", found.shown(*_SHOWN))
