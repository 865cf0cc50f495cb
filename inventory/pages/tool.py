"""``/tools/<key>/``: one tool, and why we think it is used."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from discovery.models import Record
from inventory import evidence, portrait
from inventory.access import Action, behind, may, reach_of
from inventory.company_time import day_of
from inventory.consumption_lines import metered_months
from inventory.contracts import contracts
from inventory.fact_lines import groups_of, history_of, known_of
from inventory.footnote import footnote
from inventory.listing import jobs_by_product, months_of, spend_window
from inventory.models import Tool
from inventory.naming import capabilities_of, names_of
from inventory.open_flags import may_read_flags, open_flags
from inventory.opened_names import names_for
from inventory.overlap import stakes_beside
from inventory.pages.deciding import decision_part
from inventory.plan_evidence import plan_charges, plan_in_words
from inventory.reach import Reach
from inventory.risk_weights import weights_now
from inventory.seats import seat_lists
from inventory.weighing import access_of, risk_of_tool
from inventory.words import hue_of
from vendors.models import Product
from vendors.product_facts import facts_of

RECORDS_PER_PAGE = 25
PURCHASES_PER_PAGE = 15
PEOPLE_PER_PAGE = 50
NEWEST = 5

#: Parts of the page, each with its own queries; the first is shown unless the address names another.
TABS = ("overview", "people", "spend", "risk", "evidence", "decisions")


@behind(Action.SEE_TOOLS)
@require_safe
def tool(request: HttpRequest, key: str) -> HttpResponse:
    reach = reach_of(request.user)
    found = reach.tools(Tool.objects.filter(key=key))
    if not found:
        raise Http404(f"No tool {key} is in the inventory.")
    shown = found[0]
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    name = names_of({shown.key: shown.vendor})[shown.key]
    job = jobs_by_product([shown.key]).get(shown.key)
    window = spend_window(reach)
    spend = evidence.months_of(shown, reach)
    recent: dict[str, int] = {}
    for line in spend:
        if window and window[0] <= line.month <= window[1]:
            recent[line.currency] = recent.get(line.currency, 0) + line.total
    context = {
        "tool": shown,
        "name": name,
        "hue": hue_of(job.group) if job else "c0",
        "summary": Product.objects.filter(key=shown.key).values_list("summary", flat=True).first() or "",
        "capabilities": [words for _, words in capabilities_of([shown.key])[shown.key]],
        "exact": reach.exact,
        "window": window,
        "left_out": footnote(reach, timezone.now(), window),
        "spend_12m": recent,
        "latest": [line for line in spend if window and line.month == window[1]],
        "evidence": may(request.user, Action.SEE_EVIDENCE),
        "tab": tab,
        "may_decide": may(request.user, Action.DECIDE),
    }
    if context["evidence"]:
        # Records, and people by their purchases, could be counted: not for who sees figures only.
        context |= _behind(request, shown, reach, tab)
    if tab == "overview":
        stakes = stakes_beside(shown.key, day_of(timezone.now()), reach)
        context["together"] = [(stake, stake.step_of(shown.key)) for stake in stakes]
        context["sees_owners"] = may(request.user, Action.SEE_OWNERS)
        context["flags"] = open_flags([shown.key], reach).get(shown.key, [])
        context["plan"] = plan_in_words(shown)
        context["plan_withheld"] = not reach.whole  # what the whole company is on
    if tab in ("overview", "people"):
        context["departments"] = portrait.departments_of(shown, reach)
    if tab in ("overview", "spend"):
        chart = portrait.chart_of(name.title, spend, months_of(window), context["hue"])
        context |= {"months": spend, "chart": chart}
    if tab == "risk":
        context |= _risk(shown, reach)
        context["may_weigh"] = may(request.user, Action.WEIGH_RISK)
    if tab == "decisions":
        context |= decision_part(request, shown)
    return render(request, "inventory/tool.html", context)


def _risk(shown: Tool, reach: Reach) -> dict[str, object]:
    """What the catalog says, and the risk where the reader may know what people granted."""
    said = facts_of({shown.key: shown.vendor}, history=True)[shown.key]
    risk = None
    if may_read_flags(reach):
        reached = access_of([shown.key]).get(shown.key, frozenset())
        risk = risk_of_tool(shown, reached, said, weights_now())
    return {
        "risk": risk,
        "groups": groups_of(said, day_of(timezone.now())),
        "history": history_of(said),
        "asked": known_of(said),
    }


def _behind(request: HttpRequest, shown: Tool, reach: Reach, tab: str) -> dict[str, object]:
    """Records, purchases, prices and people of a part of the page."""
    witnesses = portrait.witnesses_of(shown, reach)
    kinds = {witness.kind for witness in witnesses}
    names = names_for(request.user, timezone.now())
    context: dict[str, object] = {
        "witnesses": witnesses,
        "records_count": sum(witness.records for witness in witnesses),
        "names": names,
    }
    if tab in ("overview", "spend"):
        context["prices"], context["all_prices"] = portrait.prices_of(shown, reach)
    match tab:
        case "overview":
            context["plan_charges"] = plan_charges(shown, reach)
            context["newest"] = list(evidence.records_of(shown, reach)[:NEWEST])
            if Record.Kind.CONTRACT in kinds:
                context["contracts"] = contracts([shown.key], reach)
            if Record.Kind.LICENCE in kinds:
                context["seats"] = seat_lists(shown, reach)
        case "people":
            people = Paginator(names.in_order(evidence.people_of(shown, reach)), PEOPLE_PER_PAGE)
            context["people"] = people.get_page(request.GET.get("people"))
            context["any_name"] = any(one.email for one in context["people"])
        case "spend":
            bought = Paginator(evidence.purchases_of(shown, reach), PURCHASES_PER_PAGE)
            context["purchases"] = bought.get_page(request.GET.get("purchases"))
            if reach.whole and Record.Kind.USAGE in kinds:  # an account's month is the company's
                context["metered"] = metered_months(shown)
        case "evidence":
            context["reasons"], context["texts"] = evidence.reasons_of(shown, reach)
            told = evidence.records_of(shown, reach)
            if source := request.GET.get("source", ""):
                told = told.filter(source__name=source)
            context["only"] = source
            records = Paginator(told, RECORDS_PER_PAGE)
            context["records"] = records.get_page(request.GET.get("records"))
    return context
