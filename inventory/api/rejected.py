"""``/api/v1/rejected/``: rows that could not be read, and why. The rows themselves are sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from discovery.models import RejectedRow as StoredRow
from inventory.access import Action
from inventory.api.endpoint import Endpoint, Needs, answer_page, lists
from inventory.api.paging import By, Question
from inventory.api_tokens import Scope


class RejectedQuestion(Question):
    source = serializers.CharField(required=False, max_length=120)


class RejectedRow(serializers.Serializer):
    """Where a row stands that could not be read, and why."""

    scan = serializers.IntegerField()
    source = serializers.CharField()
    file = serializers.CharField()
    line = serializers.IntegerField()
    reason = serializers.CharField()


class Rejected(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"GET": Needs(Scope.READ, Action.SEE_REJECTED)}
    question = RejectedQuestion

    @lists("list_rejected", RejectedQuestion, RejectedRow)
    def get(self, request: Request) -> Response:
        """Rejected rows, those of the newest scan first."""
        asked = self.asked()
        found = StoredRow.objects.defer("row").select_related("scan__source")
        if "source" in asked:
            found = found.filter(scan__source__name=asked["source"])
        page = self.turner(asked).stored(found, By("scan_id", descending=True), By("line"), By("pk"))
        return answer_page(page, map(_row, page.rows), RejectedRow)


def _row(row: StoredRow) -> dict[str, Any]:
    return {
        "scan": row.scan_id,
        "source": row.scan.source.name,
        "file": row.scan.file_name,
        "line": row.line,
        "reason": row.reason,
    }
