"""``/cases/``: cases about overlaps, how far each is and what it brought."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inventory.access import Action, behind, may, reach_of
from inventory.cases import Case, WrongEntry, write_down
from inventory.cases import cases as all_cases
from inventory.company_time import day_of
from inventory.footnote import footnote
from inventory.money_totals import reporting_first
from inventory.saving import restored


@behind(Action.SEE_CASES)
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found = all_cases(day_of(now))
    brought: dict[str, int] = {}
    for case in found:
        for currency, amount in case.measured.brought.items():
            brought[currency] = brought.get(currency, 0) + amount
    context = {
        "cases": found,
        "running": sum(case.done is None for case in found),
        "late": sum(case.late for case in found),
        "measured": sum(case.measured.known for case in found),
        "brought": reporting_first(brought),
        "left_out": footnote(reach_of(request.user), now),
    }
    return render(request, "inventory/cases.html", context)


@behind(Action.SEE_CASES)
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    now = timezone.now()
    found: Case | None = next(iter(all_cases(day_of(now), only=case_id)), None)
    if found is None:
        raise Http404("There is no such case.")
    decides = may(request.user, Action.DECIDE_OVERLAPS)
    if request.method == "POST":
        if not decides:
            raise PermissionDenied(gettext(Action.DECIDE_OVERLAPS.value))
        try:
            write_down(
                found.decision,
                request.POST.get("words", ""),
                done="done" in request.POST,
                actor=request.user.email,
                now=now,
            )
        except WrongEntry as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("It is written down."))
        return redirect("case", case_id)
    context = {
        "case": found,
        "terms": restored(found.decision.terms),
        "decides": decides,
        "left_out": footnote(reach_of(request.user), now),
        "ended_words": ngettext(
            "%(ended)s of %(all)s tool that is to end is out of use",
            "%(ended)s of %(all)s tools that are to end are out of use",
            found.ending,
        )
        % {"ended": found.ended, "all": found.ending},
    }
    return render(request, "inventory/case.html", context)
