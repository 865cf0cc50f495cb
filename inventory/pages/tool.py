"""``/tools/<key>/``: one tool, and why we think it is used."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from inventory import evidence, portrait
from inventory.access import Action, behind, may
from inventory.listing import jobs_by_product, months_of, spend_window
from inventory.models import Tool
from inventory.naming import capabilities_of, names_of
from inventory.words import hue_of
from vendors.models import Product

RECORDS_PER_PAGE = 25
PURCHASES_PER_PAGE = 15
PEOPLE_PER_PAGE = 50
NEWEST = 5

#: Parts of the page, each with its own queries; the first is shown unless the address names another.
TABS = ("overview", "people", "spend", "evidence")


@behind(Action.SEE_TOOLS)
def tool(request: HttpRequest, key: str) -> HttpResponse:
    try:
        shown = Tool.objects.get(key=key)
    except Tool.DoesNotExist:
        raise Http404(f"No tool {key} is in the inventory.") from None
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    exact = may(request.user, Action.SEE_EVIDENCE)
    name = names_of({shown.key: shown.vendor})[shown.key]
    job = jobs_by_product([shown.key]).get(shown.key)
    window = spend_window()
    spend = evidence.months_of(shown)
    recent: dict[str, int] = {}
    for line in spend:
        if window and window[0] <= line.month <= window[1]:
            recent[line.currency] = recent.get(line.currency, 0) + line.total
    witnesses = portrait.witnesses_of(shown)
    context = {
        "tool": shown,
        "name": name,
        "hue": hue_of(job.group) if job else "c0",
        "summary": Product.objects.filter(key=shown.key).values_list("summary", flat=True).first() or "",
        "capabilities": [words for _, words in capabilities_of([shown.key])[shown.key]],
        "window": window,
        "spend_12m": recent,
        "latest": [line for line in spend if window and line.month == window[1]],
        "witnesses": witnesses,
        "records_count": sum(witness.records for witness in witnesses),
        "exact": exact,
        "tab": tab,
    }
    match tab:
        case "overview":
            context |= _overview(shown, exact)
        case "people":
            context |= _people(request, shown, exact)
        case "spend":
            context |= _spend(request, shown, exact)
        case _:
            context |= _evidence(request, shown, exact)
    if tab in ("overview", "spend"):
        chart = portrait.chart_of(name.title, spend, months_of(window), context["hue"])
        context |= {"months": spend, "chart": chart}
    return render(request, "inventory/tool.html", context)


def _overview(shown: Tool, exact: bool) -> dict[str, object]:
    context: dict[str, object] = {"departments": portrait.departments_of(shown)}
    context["prices"], context["all_prices"] = portrait.prices_of(shown)
    if exact:
        context["newest"] = list(evidence.records_of(shown)[:NEWEST])
    return context


def _people(request: HttpRequest, shown: Tool, exact: bool) -> dict[str, object]:
    context: dict[str, object] = {"departments": portrait.departments_of(shown)}
    if exact:
        people = Paginator(evidence.people_of(shown), PEOPLE_PER_PAGE)
        context["people"] = people.get_page(request.GET.get("people"))
    return context


def _spend(request: HttpRequest, shown: Tool, exact: bool) -> dict[str, object]:
    context: dict[str, object] = {}
    context["prices"], context["all_prices"] = portrait.prices_of(shown)
    if exact:
        bought = Paginator(evidence.purchases_of(shown), PURCHASES_PER_PAGE)
        context["purchases"] = bought.get_page(request.GET.get("purchases"))
    return context


def _evidence(request: HttpRequest, shown: Tool, exact: bool) -> dict[str, object]:
    if not exact:
        return {}
    reasons, texts = evidence.reasons_of(shown)
    records = Paginator(evidence.records_of(shown), RECORDS_PER_PAGE)
    return {"reasons": reasons, "texts": texts, "records": records.get_page(request.GET.get("records"))}
