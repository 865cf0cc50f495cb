"""Stripe Issuing: transactions of the cards that a company issues through Stripe.

API:     https://docs.stripe.com/api/issuing/transactions/object
Units:   https://docs.stripe.com/currencies (smallest units, with exceptions from ISO 4217)

Reads the API's lists, pages of them behind each other, bare arrays, JSON lines, the events that
webhooks get, and tables of these fields (Sigma, data pipelines). An export of the Dashboard, whose
amounts have decimals, is a card table.
"""

from __future__ import annotations

import re
from contextlib import suppress

from discovery.connectors import stripe_api
from discovery.connectors.amounts import minor_amount, smallest_unit, stated_currency
from discovery.connectors.api_objects import ApiObjects, Fields, day_in
from discovery.connectors.base import Head, Kind
from discovery.connectors.decoding import decoded
from discovery.connectors.stated_values import (
    COST_CENTRE,
    DEPARTMENT,
    OWN_ID,
    PERSON,
    TYPE,
    address_of,
    category_code,
    text_of,
)
from discovery.records import NOBODY, Ignored, Payment, Rejected, Spend, Who

_LISTS = frozenset({"data"})
_EMPTY_LIST = re.compile(r'"url"\s*:\s*"/v1/issuing/transactions"')
_KINDS = frozenset({"issuing.transaction", "issuing_transaction"})
_AUTHORIZATIONS = frozenset({"issuing.authorization", "issuing_authorization"})

#: Where Stripe's smallest unit is not that of ISO 4217, in 10⁻⁶.
_UNITS = {"ISK": 10_000, "UGX": 10_000, "MGA": 1_000_000}

_NOT_CAPTURED = Ignored("an authorisation, of which nothing is booked yet")
_NO_TRANSACTION = Ignored("another object of Stripe than a card transaction")
_SHOWN = ("id", "created", "type", "amount", "currency")


class StripeIssuing(ApiObjects):
    name = "stripe_issuing"
    kind = Kind.CARD
    title = "Stripe Issuing transactions"
    reads = ("file", "api")
    api = stripe_api.TRANSACTIONS
    lists = _LISTS

    def recognises(self, head: Head) -> int:
        return super().recognises(head) or (95 if _EMPTY_LIST.search(decoded(head.start[:4096])) else 0)

    def is_one(self, found: Fields) -> bool:
        return _of(found).text("object") in _KINDS | _AUTHORIZATIONS or (
            found.text("id").startswith("ipi_") and found("merchant_data.name") is not None
        )

    def row(self, found: Fields) -> Spend | Rejected | Ignored:
        found = _of(found)
        kind = found.text("object")
        if kind in _AUTHORIZATIONS:
            return _NOT_CAPTURED
        if kind and kind not in _KINDS:
            return _NO_TRANSACTION
        when = day_in(found("created"))
        if when is None:
            return _rejected("the transaction has no readable created", found)
        currency = stated_currency(found.text("currency"))
        if not currency:
            return _rejected("the transaction names no currency of ISO 4217", found)
        try:
            booked = -_amount(found("amount"), currency)
        except ValueError:
            return _rejected("the transaction has no readable amount in the currency's smallest unit", found)
        merchant_currency = stated_currency(found.text("merchant_currency"))
        merchant_amount = None
        if merchant_currency and merchant_currency != currency:
            with suppress(ValueError):
                merchant_amount = -_amount(found("merchant_amount"), merchant_currency) or None
        mcc = found.text("merchant_data.category_code")
        last4 = found.text("card.last4")
        return Spend(
            account="",
            own_id=found.text("id", limit=OWN_ID),
            date=when,
            text=found.text("merchant_data.name", "merchant_data.network_id")
            or found.text("type")
            or "transaction",
            amount=booked,
            currency=currency,
            who=_who(found),
            card=f"*{last4}" if last4.isdigit() and len(last4) == 4 else "",
            payment=Payment.CARD,
            type=found.text("type", limit=TYPE),
            mcc=category_code(mcc),
            url=found.text("merchant_data.url", limit=300),
            merchant_amount=merchant_amount,
            merchant_currency=merchant_currency if merchant_amount else "",
            department=found.text("metadata.department", limit=DEPARTMENT),
            cost_centre=found.text("metadata.cost_center", "metadata.cost_centre", limit=COST_CENTRE),
        )


def _of(found: Fields) -> Fields:
    """The object itself; of a webhook's event the one it tells of."""
    if found.text("object") == "event" and isinstance(inside := found("data.object"), dict):
        return Fields({key.lower().replace("_", ""): value for key, value in inside.items()})
    return found


def _amount(value: object, currency: str) -> int:
    return minor_amount(value, _UNITS.get(currency, smallest_unit(currency)))


def _who(found: Fields) -> Who:
    """The cardholder, where the object holds it whole."""
    for holder in ("cardholder", "card.cardholder"):
        email = address_of(found(f"{holder}.email"))
        name = text_of(found(f"{holder}.name"), PERSON)
        if email or name:
            return Who(email=email, name=name)
    return NOBODY


def _rejected(why: str, found: Fields) -> Rejected:
    return Rejected(f"{why}; export the transactions again as the API gives them", found.shown(*_SHOWN))
