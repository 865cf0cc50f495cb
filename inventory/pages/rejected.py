"""``/sources/rejected/``: rows that could not be read, and why.

The rows themselves are sealed: no page opens them, the operator's command line does.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from discovery.models import RejectedRow
from inventory.access import Action, behind

PER_PAGE = 50


@behind(Action.SEE_REJECTED)
@require_safe
def rejected(request: HttpRequest) -> HttpResponse:
    rows = RejectedRow.objects.all()
    by_source = list(
        rows.values_list("scan__source__name").annotate(count=Count("pk")).order_by("scan__source__name")
    )
    name = request.GET.get("source", "")
    if name:
        rows = rows.filter(scan__source__name=name)
    ordered = rows.defer("row").select_related("scan__source").order_by("-scan_id", "line", "pk")
    return render(
        request,
        "inventory/rejected.html",
        {
            "page": Paginator(ordered, PER_PAGE).get_page(request.GET.get("page")),
            "by_source": by_source,
            "source": name,
        },
    )
