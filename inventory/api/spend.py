"""``/api/v1/spend/``: months × tools × departments × doors, the rows of ``export spend``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.access import Action
from inventory.api.coverage import answer_report, reports
from inventory.api.endpoint import Amount, Endpoint, Needs, Within
from inventory.api_tokens import Scope
from inventory.exports import spend
from inventory.exports.coverage import window_of
from inventory.exports.for_readers import export_for
from inventory.exports.period import Period


class SpendRow(serializers.Serializer):
    """Purchases of a month, each once. Refunds are negative."""

    month = serializers.CharField(help_text="YYYY-MM")
    product = serializers.CharField(allow_null=True)
    product_name = serializers.CharField(allow_null=True)
    vendor = serializers.CharField(allow_null=True)
    vendor_name = serializers.CharField(allow_null=True)
    department = serializers.CharField(allow_null=True, help_text="null: unattributed")
    door = serializers.CharField()
    amount = Amount(help_text="as booked by the account, tax included")
    currency = serializers.CharField()
    net_amount = Amount(allow_null=True)
    tax = Amount(allow_null=True)
    merchant_amount = Amount(allow_null=True)
    merchant_currency = serializers.CharField(allow_null=True)
    reporting_amount = Amount(allow_null=True, help_text="null where a rate is missing")
    reporting_currency = serializers.CharField(allow_null=True)


class Spend(Endpoint):
    #: As the export: a department of one person tells who paid.
    needs: ClassVar[Mapping[str, Needs]] = {"GET": Needs(Scope.READ, Action.SEE_EVIDENCE)}
    question = Within

    @reports("list_spend", Within, SpendRow)
    def get(self, request: Request) -> Response:
        """What was paid, by month, tool, department, door and currency."""
        asked = self.asked()
        period = Period(asked.get("since"), asked.get("until"))
        _, found = export_for(request.user, "spend", period, timezone.now())
        rows = list(found)
        page = self.turner(asked).ordered(rows, spend.order)
        return answer_report(request, page, page.rows, SpendRow, window_of(period))
