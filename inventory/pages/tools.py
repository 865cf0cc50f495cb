"""``/tools/``: what we use."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inventory import coverage
from inventory.access import Action, behind, reach_of
from inventory.listing import DOOR_NAMES, SORTS, Wanted, lines, listing
from inventory.models import ToolStatus

PER_PAGE = 50


@behind(Action.SEE_TOOLS)
@require_safe
def tools(request: HttpRequest) -> HttpResponse:
    wanted = Wanted.from_address(request.GET)
    reach = reach_of(request.user)
    found = listing(wanted, reach)
    page = Paginator(found.entries, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "inventory/tools.html",
        {
            "wanted": wanted,
            "found": found,
            "page": page,
            "lines": lines(page.object_list, reach),
            "statuses": [(value, label, found.statuses.get(value, 0)) for value, label in ToolStatus.choices],
            "doors": [
                (door, name, found.doors.get(door, 0))
                for door, name in DOOR_NAMES.items()
                if door in found.doors or door == wanted.door
            ],
            "sorts": SORTS,
            "sealed": coverage.sealed() if reach.whole else None,
            "in_review": coverage.in_review(reach),
            "not_covered": coverage.not_covered(),
            "exact": reach.exact,
        },
    )
