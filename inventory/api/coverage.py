"""What an answer leaves out: the footnote of pages, as an object beside the rows of every report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from discovery.money import as_texts
from inventory.access import reach_of
from inventory.api.endpoint import Amount, OneOf, page_of
from inventory.api.paging import Page, Question
from inventory.api.problems import documented
from inventory.footnote import Footnote, Window, footnote
from inventory.freshness import ALARMS


class MonthsNotCovered(serializers.Serializer):
    """Months that no file of these kinds tells of."""

    kinds = serializers.ListField(child=serializers.CharField(), help_text="of sources, as their kind")
    months = serializers.ListField(child=serializers.CharField(), help_text="YYYY-MM, in order")


class SourceAlarm(serializers.Serializer):
    """A source that fell silent, or is read and brings nothing any more."""

    source = serializers.CharField()
    freshness = OneOf([state.value for state in ALARMS])


class CoverageNote(serializers.Serializer):
    """What the figures leave out. Null is not known by department."""

    first_month = serializers.CharField(allow_null=True, help_text="of those looked at, YYYY-MM")
    last_month = serializers.CharField(allow_null=True)
    kinds_not_read = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="no source of any of these kinds was ever read: totals are too low",
    )
    optional_kinds_not_read = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), help_text="these would show more"
    )
    months_not_covered = MonthsNotCovered(many=True)
    departments_not_told_of = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="no record about AI is of anybody there: they use none, or no source tells of them",
    )
    small_departments_not_told_of = serializers.IntegerField(
        allow_null=True, help_text="more of them, of fewer than five people"
    )
    sources_alarming = SourceAlarm(many=True, allow_null=True)
    purchases_in_review = serializers.IntegerField(help_text="wait for a person and are in no total")
    in_review_by_currency = serializers.DictField(child=Amount())
    records_sealed = serializers.IntegerField(allow_null=True, help_text="not AI, or without a sign of it")
    sealed_by_currency = serializers.DictField(child=Amount(), allow_null=True)


S = TypeVar("S", bound=type[serializers.Serializer])


def reports(name: str, question: type[Question], row: S, *statuses: int, **more: serializers.Field) -> Any:
    """Describe an operation that lists figures, with what they leave out."""
    return extend_schema(
        operation_id=name,
        parameters=[question],
        responses={200: page_of(row, coverage=CoverageNote(), **more), **documented(400, *statuses)},
    )


def answer_report(
    request: Request,
    page: Page[Any],
    rows: Iterable[Mapping[str, Any]],
    row: type[serializers.Serializer],
    window: Window | None = None,
) -> Response:
    """A page of figures, and what they leave out."""
    return Response(
        {
            "next": page.next,
            "results": row(list(rows), many=True).data,
            "coverage": coverage_of(request, window),
        }
    )


def coverage_of(request: Request, window: Window | None = None) -> dict[str, Any]:
    """What an answer to this account leaves out, in these months or the last year that any file covers."""
    return CoverageNote(_row(footnote(reach_of(request.user), timezone.now(), window))).data


def _row(left_out: Footnote) -> dict[str, Any]:
    missing, told, alarming = left_out.not_covered, left_out.not_told_of, left_out.alarming
    first, last = left_out.looked_at or (None, None)
    waiting, sums = left_out.in_review
    return {
        "first_month": first,
        "last_month": last,
        "kinds_not_read": missing.kinds[: len(missing.totals)],
        "optional_kinds_not_read": missing.kinds[len(missing.totals) :],
        "months_not_covered": [
            {"kinds": line.kinds, "months": line.missing_months} for line in left_out.gaps
        ],
        "departments_not_told_of": told.names if told else None,
        "small_departments_not_told_of": told.small if told else None,
        "sources_alarming": None
        if alarming is None
        else [{"source": one.source.name, "freshness": one.freshness.state.value} for one in alarming],
        "purchases_in_review": waiting,
        "in_review_by_currency": as_texts(sums),
        "records_sealed": left_out.sealed.records if left_out.sealed else None,
        "sealed_by_currency": as_texts(left_out.sealed.sums) if left_out.sealed else None,
    }
