"""``/api/v1/sources/``: where records come from; ``connectors/``: what can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from discovery.connectors import CONNECTORS
from discovery.connectors.base import Kind
from discovery.money import as_texts
from inventory.access import Action
from inventory.api.coverage import answer_report, reports
from inventory.api.endpoint import Amount, Endpoint, Needs, OneOf, answer_page, lists
from inventory.api.paging import Question
from inventory.api_tokens import Scope
from inventory.freshness import By, State
from inventory.source_lines import SourceLine, source_lines

_NEEDS = Needs(Scope.READ, Action.SEE_SOURCES)


class SourceRow(serializers.Serializer):
    """A source with what still counts of it."""

    source = serializers.CharField()
    connector = serializers.CharField()
    kind = OneOf([kind.value for kind in Kind])
    rows_read = serializers.IntegerField()
    rows_rejected = serializers.IntegerField()
    recognised = serializers.IntegerField(help_text="readable records: about AI, or waiting for a person")
    in_review = serializers.IntegerField(help_text="of the readable records, those waiting for a person")
    sealed = serializers.IntegerField(help_text="records that nobody can read")
    sealed_by_currency = serializers.DictField(child=Amount())
    recognised_by_currency = serializers.DictField(child=Amount(), help_text="spend that is an AI tool's")
    in_review_by_currency = serializers.DictField(
        child=Amount(), help_text="spend that waits for a person; with what is sealed, all nobody could place"
    )
    not_placed_percent = serializers.DictField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="currency → least and most percent of what was charged that nobody could place",
    )
    first_day = serializers.DateField(allow_null=True, help_text="of the readable records")
    last_day = serializers.DateField(allow_null=True)
    last_read = serializers.DateTimeField(allow_null=True)
    scans_failed = serializers.IntegerField()
    running = serializers.BooleanField(help_text="whether a scan of it has not ended")
    freshness = OneOf(
        [state.value for state in State],
        help_text="by its own rhythm; empty: read on time, but brings no record any more",
    )
    every_days = serializers.IntegerField(allow_null=True, help_text="days between two readings, as expected")
    rhythm_by = OneOf(
        [by.value for by in By],
        allow_null=True,
        help_text="what that is known from: kind is assumed until it was read three times",
    )
    days_since = serializers.IntegerField(allow_null=True, help_text="since it was last read to its end")
    days_without_records = serializers.IntegerField(
        allow_null=True, help_text="since it last brought a record"
    )


class Sources(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"GET": _NEEDS}
    question = Question

    @reports("list_sources", Question, SourceRow)
    def get(self, request: Request) -> Response:
        """Every source, by name."""
        asked = self.asked()
        found = sorted(source_lines(timezone.now()), key=lambda line: line.source.name)
        page = self.turner(asked).ordered(found, lambda line: line.source.name)
        return answer_report(request, page, map(_row, page.rows), SourceRow)


def _row(line: SourceLine) -> dict[str, Any]:
    return {
        "source": line.source.name,
        "connector": line.source.connector,
        "kind": line.source.kind,
        "rows_read": line.rows,
        "rows_rejected": line.rejected,
        "recognised": line.about_ai,
        "in_review": line.in_review,
        "sealed": line.sealed.records,
        "sealed_by_currency": as_texts(line.sealed.sums),
        "recognised_by_currency": as_texts(line.sums),
        "in_review_by_currency": as_texts(line.sums_waiting),
        "not_placed_percent": {
            name: list(share) for name, one in line.placed.items() if (share := one.unplaced)
        },
        "first_day": line.first_day,
        "last_day": line.last_day,
        "last_read": line.last_read,
        "scans_failed": line.failed,
        "running": line.running,
        "freshness": line.freshness.state.value,
        "every_days": line.freshness.every,
        "rhythm_by": line.freshness.by.value if line.freshness.by else None,
        "days_since": line.freshness.days_since,
        "days_without_records": line.freshness.days_without,
    }


class ConnectorRow(serializers.Serializer):
    """What can be read, and its name for uploads."""

    name = serializers.CharField()
    kind = OneOf([kind.value for kind in Kind])
    reads = serializers.ListField(child=OneOf(["file", "api"]))
    title = serializers.CharField()


class Connectors(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"GET": _NEEDS}
    question = Question

    @lists("list_connectors", Question, ConnectorRow)
    def get(self, request: Request) -> Response:
        """Every connector, by name."""
        asked = self.asked()
        found = sorted(CONNECTORS, key=lambda connector: connector.name)
        page = self.turner(asked).ordered(found, lambda connector: connector.name)
        rows = (
            {"name": one.name, "kind": one.kind.value, "reads": list(one.reads), "title": one.title}
            for one in page.rows
        )
        return answer_page(page, rows, ConnectorRow)
