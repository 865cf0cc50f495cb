"""``/tools/<key>/``: one tool, and why we think it is used."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from inventory import evidence
from inventory.access import Action, behind, may
from inventory.listing import spend_window
from inventory.models import Tool
from inventory.naming import capabilities_of, names_of

RECORDS_PER_PAGE = 25
PURCHASES_PER_PAGE = 10
PEOPLE_PER_PAGE = 25


@behind(Action.SEE_TOOLS)
def tool(request: HttpRequest, key: str) -> HttpResponse:
    try:
        shown = Tool.objects.get(key=key)
    except Tool.DoesNotExist:
        raise Http404(f"No tool {key} is in the inventory.") from None
    months = evidence.months_of(shown)
    window = spend_window()
    recent: dict[str, int] = {}
    for line in months:
        if window and window[0] <= line.month <= window[1]:
            recent[line.currency] = recent.get(line.currency, 0) + line.total
    context = {
        "tool": shown,
        "name": names_of({shown.key: shown.vendor})[shown.key],
        "capabilities": [name for _, name in capabilities_of([shown.key])[shown.key]],
        "months": months,
        "window": window,
        "spend_12m": recent,
        "exact": may(request.user, Action.SEE_EVIDENCE),
    }
    if context["exact"]:
        records = Paginator(evidence.records_of(shown), RECORDS_PER_PAGE)
        bought = Paginator(evidence.purchases_of(shown), PURCHASES_PER_PAGE)
        people = Paginator(evidence.people_of(shown), PEOPLE_PER_PAGE)
        reasons, texts = evidence.reasons_of(shown)
        context |= {
            "reasons": reasons,
            "texts": texts,
            "records": records.get_page(request.GET.get("records")),
            "purchases": bought.get_page(request.GET.get("purchases")),
            "people": people.get_page(request.GET.get("people")),
        }
    return render(request, "inventory/tool.html", context)
