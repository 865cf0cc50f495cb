"""``/``: the home of everybody's role, with what asks for something first."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inventory import coverage, homes
from inventory.access import Action, Role, may, reach_of, roles_of
from inventory.coverage import SourceLine
from inventory.freshness import State
from inventory.listing import Wanted, lines, listing
from inventory.models import ToolStatus
from inventory.pages.allowed import allowed
from inventory.recognitions import how_many_wait

#: Tools and jobs a home shows at most; the rest is one click away.
_TOP = 10


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    roles = roles_of(request.user)
    for role, page in _HOMES.items():
        if role in roles:
            return page(request)
    if may(request.user, Action.SEE_TOOLS):
        return redirect("tools")
    return allowed(request)


def _finance(request: HttpRequest) -> HttpResponse:
    reach = reach_of(request.user)
    return render(
        request,
        "inventory/home_finance.html",
        {
            "money": homes.money(reach),
            "in_review": coverage.in_review(reach),
            "sealed": coverage.sealed() if reach.whole else None,
            "not_covered": coverage.not_covered(),
        },
    )


def _security(request: HttpRequest) -> HttpResponse:
    reach = reach_of(request.user)
    undecided = listing(Wanted(status=ToolStatus.DISCOVERED, sort="first"), reach)
    return render(
        request,
        "inventory/home_security.html",
        {
            "found": undecided,
            "lines": lines(undecided, undecided.entries[:_TOP]),
            "new": next((number for how, _words, number in undecided.seen if how == "new"), 0),
            "prohibited": undecided.statuses.get(ToolStatus.PROHIBITED, 0),
            "silent": _silent() if may(request.user, Action.SEE_SOURCES) else None,
            "waiting": how_many_wait(reach),
            "may_see_waiting": True,
            "exact": reach.exact,
        },
    )


def _silent() -> list[SourceLine]:
    """Sources that no longer come in as they did."""
    lines_of_sources = coverage.source_lines(timezone.localdate())
    return [line for line in lines_of_sources if line.freshness.state in (State.SILENT, State.LATE)]


def _procurement(request: HttpRequest) -> HttpResponse:
    found = listing(Wanted(), reach_of(request.user))
    doubles = homes.doubles(found)
    unowned = [entry for entry in found.entries if not entry.owner and found.spend_of.get(entry.pk)]
    return render(
        request,
        "inventory/home_procurement.html",
        {
            "found": found,
            "doubles": doubles[:_TOP],
            "all_doubles": len(doubles),
            "unowned": lines(found, unowned[:_TOP]),
            "all_unowned": len(unowned),
        },
    )


def _administrator(request: HttpRequest) -> HttpResponse:
    return redirect("sources" if may(request.user, Action.SEE_SOURCES) else "tools")


_HOMES: dict[Role, Callable[[HttpRequest], HttpResponse]] = {
    Role.FINANCE: _finance,
    Role.SECURITY: _security,
    Role.PROCUREMENT: _procurement,
    Role.ADMINISTRATOR: _administrator,
}
