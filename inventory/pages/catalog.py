"""``/catalog/``: every product that is known, what is known of it, and what is not."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inventory.access import Action, behind, may, reach_of
from inventory.catalog_search import capabilities, near, search
from inventory.company_time import day_of
from inventory.corrections import NotTaken, report, settle
from inventory.fact_lines import BASIS_NAMES, groups_of, history_of, known_of, words_for
from inventory.listing import jobs_by_product
from inventory.models import CatalogCorrection, Tool
from inventory.naming import capabilities_of, names_of
from inventory.own_words import own_jobs_of
from inventory.product_page import instead_of, plans_of
from inventory.words import hue_of
from vendors.applied_packs import loaded_edition
from vendors.fact_counts import WELL_KNOWN, facts_counted
from vendors.joining import offers
from vendors.models import Capability, Product
from vendors.product_facts import facts_of
from vendors.risk_attributes import attributes

CORRECTIONS_PER_PAGE = 25


@behind(Action.SEE_TOOLS)
@require_safe
def catalog(request: HttpRequest) -> HttpResponse:
    """Search; without a question the capabilities and how much is known, by what it rests on."""
    query = request.GET.get("q", "").strip()[:100]
    chosen = Capability.objects.filter(key=request.GET.get("capability", "")[:60]).first()
    found, number = search(query, chosen.key if chosen else "", reach_of(request.user))
    counts = facts_counted(day_of(timezone.now()))
    context = {
        "query": query,
        "chosen": chosen,
        "found": found,
        "number": number,
        "counts": counts,
        "edition": loaded_edition(),
        "bases": [
            (name, counts.by_basis[basis], counts.prices_by_basis[basis])
            for basis, name in BASIS_NAMES.items()
        ],
        "well_known": WELL_KNOWN,
        "complete": sum(counts.complete.values()),
        "sees_corrections": may(request.user, Action.SEE_CORRECTIONS),
        "may_join": may(request.user, Action.SAY_OWN),
        "may_inspect": may(request.user, Action.SEE_RECOGNITIONS),
    }
    if not query and context["may_join"]:
        context["offers"] = len(offers())
    if query and not found and not chosen:
        context["found"] = near(query, reach_of(request.user))
    if not context["found"]:
        jobs = sorted(capabilities(), key=lambda job: job[0])
        context["jobs"] = [(group, list(of_group)) for group, of_group in groupby(jobs, lambda job: job[0])]
    return render(request, "inventory/catalog.html", context)


@behind(Action.SEE_TOOLS)
@require_safe
def product(request: HttpRequest, key: str) -> HttpResponse:
    return _page(request, _product(key))


@behind(Action.SEE_TOOLS)
@require_POST
def report_error(request: HttpRequest, key: str) -> HttpResponse:
    """Store what somebody says is wrong; what they typed stays where it cannot be taken."""
    shown = _product(key)
    try:
        report(
            shown,
            request.POST.get("said", ""),
            attribute=request.POST.get("attribute", ""),
            source=request.POST.get("source", ""),
            actor=request.user.email,
            now=timezone.now(),
        )
    except NotTaken as refused:
        messages.error(request, str(refused))
        return _page(request, shown, status=422)
    messages.success(
        request, _("Thank you. An administrator reads it; the catalog stays as it is until then.")
    )
    return redirect("catalog_product", shown.key)


@behind(Action.SEE_CORRECTIONS)
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """What people say is wrong: what waits first, then what was settled, the newest first."""
    listed = CatalogCorrection.objects.order_by("settled_at", "-made_at", "-pk")
    waiting = Paginator(listed.filter(settled_at=None), CORRECTIONS_PER_PAGE)
    settled = Paginator(listed.exclude(settled_at=None).order_by("-settled_at", "-pk"), CORRECTIONS_PER_PAGE)
    context = {
        "waiting": waiting.get_page(request.GET.get("waiting")),
        "settled": settled.get_page(request.GET.get("settled")),
        "subjects": {key: attribute.name for key, attribute in attributes().items()},
        "may_settle": may(request.user, Action.SETTLE_CORRECTIONS),
    }
    shown = [one for page in (context["waiting"], context["settled"]) for one in page]
    names = names_of({one.product: one.product.partition("/")[0] for one in shown})
    for one in shown:
        one.about = context["subjects"].get(one.attribute, "")
        one.title = names[one.product].title
    return render(request, "inventory/corrections.html", context)


@behind(Action.SETTLE_CORRECTIONS)
@require_POST
def settle_correction(request: HttpRequest, correction_id: int) -> HttpResponse:
    if not CatalogCorrection.objects.filter(pk=correction_id).exists():
        raise Http404("There is no such report.")
    try:
        settle(correction_id, request.POST.get("answer", ""), actor=request.user.email, now=timezone.now())
    except NotTaken as refused:
        messages.error(request, str(refused))
    return redirect("corrections")


def _product(key: str) -> Product:
    found = Product.objects.select_related("vendor", "replaced_by").filter(key=key).first()
    if found is None:
        raise Http404(f"The catalog holds no product {key}.")
    return found


def _page(request: HttpRequest, shown: Product, status: int = 200) -> HttpResponse:
    today = day_of(timezone.now())
    said = facts_of({shown.key: shown.vendor.key}, history=True)[shown.key]
    job = jobs_by_product([shown.key]).get(shown.key)
    mine = CatalogCorrection.objects.filter(product=shown.key, actor=request.user.email)
    country = shown.vendor.country
    context = {
        "product": shown,
        "hue": hue_of(job.group) if job else "c0",
        "country": words_for(attributes()["owner.country"], country) if country else "",
        "capabilities": capabilities_of([shown.key])[shown.key],
        "tool": next(iter(reach_of(request.user).tools(Tool.objects.filter(key=shown.key))), None),
        "plans": plans_of(shown, today),
        "groups": groups_of(said, today),
        "history": history_of(said),
        "asked": known_of(said),
        "instead": instead_of(shown),
        "subjects": [(key, attribute.name) for key, attribute in attributes().items()],
        "mine": mine.order_by("-made_at", "-pk")[:CORRECTIONS_PER_PAGE],
        "typed": request.POST,
        "may_say": may(request.user, Action.SAY_OWN),
        "jobs": own_jobs_of(shown),
    }
    return render(request, "inventory/catalog_product.html", context, status=status)
