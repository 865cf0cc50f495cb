"""``/api/v1/purchases/``: every booked purchase once, newest first, with the records that tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from discovery.models import Purchase, Record
from discovery.money import as_text
from discovery.purchases import Door
from inventory import evidence
from inventory.access import Action, reach_of
from inventory.api.coverage import answer_report, reports
from inventory.api.endpoint import Amount, Endpoint, Needs, OneOf, Within
from inventory.api.paging import By
from inventory.api.tools import tool_of
from inventory.api_tokens import Scope
from inventory.exports.coverage import window_of
from inventory.exports.period import Period
from inventory.opened_names import Names, names_for

_DOORS = [door.value for door in Door]


class PurchaseQuestion(Within):
    tool = serializers.CharField(required=False, max_length=160, help_text="key")
    door = OneOf(_DOORS, required=False)
    department = serializers.CharField(required=False, max_length=120)


class BehindRow(serializers.Serializer):
    """A record that tells of a purchase."""

    source = serializers.CharField()
    date = serializers.DateField()
    text = serializers.CharField(help_text="as it came")
    amount = Amount(allow_null=True)
    currency = serializers.CharField(allow_null=True)


class PurchaseRow(serializers.Serializer):
    """One spend fact. A refund is negative."""

    purchase = serializers.CharField(help_text="stays the same while the record that it books under does")
    date = serializers.DateField()
    product = serializers.CharField(allow_null=True)
    vendor = serializers.CharField()
    department = serializers.CharField(allow_null=True)
    door = OneOf(_DOORS)
    person = serializers.CharField(allow_null=True, help_text="pseudonym for the account's role")
    person_name = serializers.CharField(allow_null=True, help_text="null until it is opened with a reason")
    person_email = serializers.CharField(allow_null=True, help_text="the same")
    amount = Amount()
    currency = serializers.CharField()
    net_amount = Amount(allow_null=True)
    tax = Amount(allow_null=True)
    merchant_amount = Amount(allow_null=True)
    merchant_currency = serializers.CharField(allow_null=True)
    records = BehindRow(many=True)


_NEWEST_FIRST = (
    By("date", descending=True, write=date.isoformat, read=date.fromisoformat),
    By("key", write=lambda key: bytes(key).hex(), read=bytes.fromhex),
)


class Purchases(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"GET": Needs(Scope.READ, Action.SEE_EVIDENCE)}
    question = PurchaseQuestion

    @reports("list_purchases", PurchaseQuestion, PurchaseRow, 404)
    def get(self, request: Request) -> Response:
        """Purchases with what tells of each."""
        asked = self.asked()
        reach = reach_of(request.user)
        found = evidence.booked_purchases(reach, asked.get("since"), asked.get("until"))
        if "tool" in asked:
            tool = tool_of(asked["tool"], reach)
            found = found.filter(tool=tool.key, vendor=tool.vendor)  # the vendor is found by an index
        for name in ("door", "department"):
            if name in asked:
                found = found.filter(**{name: asked[name]})
        page = self.turner(asked).stored(found, *_NEWEST_FIRST)
        names = names_for(request.user, timezone.now())
        period = Period(asked.get("since"), asked.get("until"))
        rows = (_row(purchase, names) for purchase in page.rows)
        return answer_report(request, page, rows, PurchaseRow, window_of(period))


def _row(purchase: Purchase, names: Names) -> dict[str, Any]:
    payer = names.of(purchase.person) if purchase.person else None
    return {
        "purchase": bytes(purchase.key).hex(),
        "date": purchase.date,
        "product": purchase.product or None,
        "vendor": purchase.vendor,
        "department": purchase.department or None,
        "door": purchase.door,
        "person": payer.code if payer else None,
        "person_name": (payer.name or None) if payer else None,
        "person_email": (payer.email or None) if payer else None,
        "amount": as_text(purchase.amount),
        "currency": purchase.currency,
        "net_amount": as_text(purchase.net),
        "tax": as_text(purchase.tax),
        "merchant_amount": as_text(purchase.merchant_amount),
        "merchant_currency": purchase.merchant_currency or None,
        "records": [_behind(record) for record in purchase.behind],
    }


def _behind(record: Record) -> dict[str, Any]:
    return {
        "source": record.source.name,
        "date": record.date,
        "text": record.text,
        "amount": as_text(record.amount),
        "currency": record.currency or None,
    }
