"""Ramp: transactions of the company's Ramp cards.

API:  https://docs.ramp.com/developer-api/v1/api/transactions

One object states amounts in two units: ``amount`` is dollars and cents, amounts with a currency
inside are whole numbers of the smallest unit (``minor_unit_conversion_rate`` of them to one).
Reads the API's pages, pages behind each other, bare arrays, single objects, JSON lines, and tables
of these fields. An export of the Ramp pages is a card table.
"""

from __future__ import annotations

from discovery.connectors import ramp_api
from discovery.connectors.amounts import minor_amount, number_amount, smallest_unit, stated_currency
from discovery.connectors.api_objects import ApiObjects, Fields, day_in
from discovery.connectors.base import Kind
from discovery.connectors.column_meaning import folded
from discovery.connectors.moments import stated_instant
from discovery.connectors.stated_values import (
    ACCOUNT,
    COST_CENTRE,
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

_PENDING = Ignored("a charge that is not settled yet")
_DECLINED = Ignored("a charge that was declined or failed")
_COST_CENTRES = ("cost center", "cost centre", "costcenter")
_RATES = {1: 1_000_000, 10: 100_000, 100: 10_000, 1000: 1_000, 10_000: 100}
_SHOWN = ("id", "user_transaction_time", "state", "amount", "currency_code")


class Ramp(ApiObjects):
    name = "ramp"
    kind = Kind.CARD
    title = "Ramp card transactions"
    reads = ("file", "api")
    api = ramp_api.TRANSACTIONS
    lists = frozenset({"data", "transactions"})

    def is_one(self, found: Fields) -> bool:
        return bool(found.text("user_transaction_time")) and any(
            found(name) is not None
            for name in ("card_holder", "merchant_descriptor", "sk_category_id", "merchant_id", "card_id")
        )

    def row(self, found: Fields) -> Spend | Rejected | Ignored:
        state = found.text("state")
        if is_not_spent(state):
            return _DECLINED
        if is_not_settled(state) or state.upper().startswith("PENDING"):
            return _PENDING
        when = day_in(found("user_transaction_time")) or day_in(found("settlement_date"))
        if when is None:
            return _rejected("the transaction has no readable user_transaction_time", found)
        try:
            booked, currency = _booked(found)
        except ValueError:
            return _rejected("the transaction has no readable amount", found)
        if not currency:
            return _rejected("the transaction names no currency of ISO 4217", found)
        merchant_amount, merchant_currency = _merchant(found, booked, currency)
        mcc = found.text("merchant_category_code")
        return Spend(
            account=found.text("entity_id", limit=ACCOUNT),
            own_id=found.text("id", limit=OWN_ID),
            date=when,
            text=each_once(found.text("merchant_name"), found.text("merchant_descriptor"))
            or found.text("memo", "sk_category_name", "state")
            or "transaction",
            amount=booked,
            currency=currency,
            who=_who(found),
            payment=Payment.CARD,
            type=text_of(state, TYPE),
            mcc=category_code(mcc),
            merchant_amount=merchant_amount,
            merchant_currency=merchant_currency,
            department=found.text("card_holder.department_name", limit=DEPARTMENT),
            cost_centre=_cost_centre(found),
            stated_at=stated_instant(found.text("updated_at", "synced_at")),
        )


def _booked(found: Fields) -> tuple[int, str]:
    """The amount as the account books it, and its currency. Raises ValueError."""
    for name in ("entity_amount", "amount"):
        if isinstance(found(name), dict):
            return _minor(found, name)
    value = number_amount(found("amount"))
    # Before Ramp knew other currencies it named none.
    return value, stated_currency(found.text("currency_code") or "USD")


def _minor(found: Fields, name: str) -> tuple[int, str]:
    """An amount that holds its currency, in smallest units. Raises ValueError."""
    currency = stated_currency(found.text(f"{name}.currency_code", f"{name}.currency"))
    rate = found(f"{name}.minor_unit_conversion_rate")
    unit = _RATES.get(rate) if isinstance(rate, int) else None
    value = found.first(f"{name}.amount", f"{name}.value")
    return minor_amount(value, unit or smallest_unit(currency)), currency


def _merchant(found: Fields, booked: int, booked_in: str) -> tuple[int | None, str]:
    """The merchant's amount, signed as the booked one, where it is in another currency."""
    for name in ("merchant_amount", "original_transaction_amount"):
        try:
            value, currency = _minor(found, name)
        except ValueError:
            continue
        if value and currency and currency != booked_in:
            return (abs(value) if booked >= 0 else -abs(value)), currency
    return None, ""


def _who(found: Fields) -> Who:
    email = address_of(found.first("card_holder.email", "user_email", "user.email"))
    name = f"{found.text('card_holder.first_name')} {found.text('card_holder.last_name')}".strip()
    return Who(email=email, name=text_of(name, PERSON)) if email or name else NOBODY


def _cost_centre(found: Fields) -> str:
    """Of the accounting fields that a transaction is coded with, the one for cost centres."""
    selections = found.objects("accounting_field_selections")
    for line in found.objects("line_items"):
        selections += line.objects("accounting_field_selections")
    for selection in selections:
        kinds = (selection.text(name) for name in ("type", "category_info.type", "category_info.name"))
        if any(folded(kind).startswith(_COST_CENTRES) for kind in kinds):
            return selection.text("name", "external_code", "external_id", limit=COST_CENTRE)
    return ""


def _rejected(why: str, found: Fields) -> Rejected:
    return Rejected(f"{why}; export the transactions again as the API gives them", found.shown(*_SHOWN))
