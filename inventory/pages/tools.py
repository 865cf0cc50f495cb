"""``/tools/``: what we use, and the same as a file."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inventory.access import Action, behind, may, reach_of
from inventory.deciding import STATUSES
from inventory.exports.shown import export_of
from inventory.footnote import footnote
from inventory.listing import SORTS, Wanted, columns_for, lines, listing, spend_window
from inventory.models import ToolStatus
from inventory.pages.downloads import TYPES, download

PER_PAGE = 50


@behind(Action.SEE_TOOLS)
@require_safe
def tools(request: HttpRequest) -> HttpResponse:
    reach = reach_of(request.user)
    wanted = Wanted.from_address(request.GET, reach)
    found = listing(wanted, reach)
    page = Paginator(found.entries, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "inventory/tools.html",
        {
            "wanted": wanted,
            "found": found,
            "page": page,
            "lines": lines(found, page.object_list),
            "statuses": [
                (value, found.statuses.get(value, 0))
                for value in ToolStatus.values
                if found.statuses.get(value) or value == wanted.status
            ],
            "shown": frozenset(wanted.columns).intersection(columns_for(reach)),
            "columns": columns_for(reach).items(),
            "sorts": SORTS.items(),
            "sorted_by": SORTS[wanted.sort],
            "exact": reach.exact,
            "left_out": footnote(reach, timezone.now(), found.window, people=True),
            "may_decide": may(request.user, Action.DECIDE),
            "address": request.GET.urlencode(),
            "statuses_to_give": STATUSES,
        },
    )


@behind(Action.SEE_TOOLS)
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """What the list shows, every page of it, in the columns that it shows."""
    if form not in TYPES:
        raise Http404(f"A list is written as {' or '.join(TYPES)}, not as {form}.")
    reach = reach_of(request.user)
    columns, rows = export_of(Wanted.from_address(request.GET, reach), reach)
    left_out = footnote(reach, timezone.now(), spend_window(reach))
    return download(request, "tools", columns, rows, left_out, form)
