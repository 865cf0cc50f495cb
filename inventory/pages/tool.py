"""``/tools/<key>/``: one tool, and why we think it is used."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inventory import evidence
from inventory.access import Action, behind, may, reach_of
from inventory.listing import spend_window
from inventory.models import Tool
from inventory.naming import capabilities_of, names_of
from inventory.opened_names import names_for

RECORDS_PER_PAGE = 25
PURCHASES_PER_PAGE = 10
PEOPLE_PER_PAGE = 25


@behind(Action.SEE_TOOLS)
@require_safe
def tool(request: HttpRequest, key: str) -> HttpResponse:
    reach = reach_of(request.user)
    found = reach.tools(Tool.objects.filter(key=key))
    if not found:
        raise Http404(f"No tool {key} is in the inventory.")
    shown = found[0]
    months = evidence.months_of(shown, reach)
    window = spend_window(reach)
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
        "exact": reach.exact,
        "evidence": may(request.user, Action.SEE_EVIDENCE),
    }
    if context["evidence"]:
        names = names_for(request.user, timezone.now())
        records = Paginator(evidence.records_of(shown, reach), RECORDS_PER_PAGE)
        bought = Paginator(evidence.purchases_of(shown, reach), PURCHASES_PER_PAGE)
        people = Paginator(names.in_order(evidence.people_of(shown, reach)), PEOPLE_PER_PAGE)
        reasons, texts = evidence.reasons_of(shown, reach)
        context |= {
            "names": names,
            "reasons": reasons,
            "texts": texts,
            "records": records.get_page(request.GET.get("records")),
            "purchases": bought.get_page(request.GET.get("purchases")),
            "people": people.get_page(request.GET.get("people")),
        }
    return render(request, "inventory/tool.html", context)
