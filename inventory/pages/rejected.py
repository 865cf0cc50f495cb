"""``/sources/rejected/``: rows that could not be read, and why; the same as CSV.

The rows themselves are sealed: no page opens them, the operator's command line does.
"""

from __future__ import annotations

from io import BytesIO

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from discovery.models import RejectedRow, Scan
from inventory.access import Action, behind
from inventory.exports.writers import write_csv

PER_PAGE = 50
_COLUMNS = ("file", "line", "reason", "source")


@behind(Action.SEE_REJECTED)
@require_safe
def rejected(request: HttpRequest) -> HttpResponse:
    by_source = list(
        RejectedRow.objects.values_list("scan__source__name")
        .annotate(count=Count("pk"))
        .order_by("scan__source__name")
    )
    return render(
        request,
        "inventory/rejected.html",
        {
            "page": Paginator(_asked_for(request), PER_PAGE).get_page(request.GET.get("page")),
            "by_source": by_source,
            "source": request.GET.get("source", ""),
            "scan": Scan.objects.filter(pk=_scan(request)).first() if _scan(request) else None,
        },
    )


@behind(Action.SEE_REJECTED)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """What the page lists, every page of it: where the row stands and why, never the row."""
    values = _asked_for(request).values_list("scan__file_name", "line", "reason", "scan__source__name")
    out = BytesIO()
    rows = (dict(zip(_COLUMNS, row, strict=True)) for row in values.iterator(chunk_size=1_000))
    write_csv(_COLUMNS, rows, out)
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rejected.csv"'
    return response


def _asked_for(request: HttpRequest) -> QuerySet[RejectedRow]:
    """The rejected rows that the address names: of a source, of a scan, or all."""
    rows = RejectedRow.objects.defer("row").select_related("scan__source")
    if name := request.GET.get("source", ""):
        rows = rows.filter(scan__source__name=name)
    if number := _scan(request):
        rows = rows.filter(scan=number)
    return rows.order_by("-scan_id", "line", "pk")


def _scan(request: HttpRequest) -> int | None:
    text = request.GET.get("scan", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
