"""``/sources/<number>/``: does a source come in, what became of its rows, what did people say of it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from discovery import expectations
from discovery.expectations import WrongExpectation
from discovery.models import Scan, Source
from inventory.access import Action, behind, may
from inventory.company_time import day_of
from inventory.source_lines import source_lines
from inventory.source_portrait import sealed_by_month, tools_told_of

SCANS_PER_PAGE = 10


@behind(Action.SEE_SOURCES)
@require_http_methods(["GET", "POST"])
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    found = get_object_or_404(Source, pk=source_id)
    wrong = ""
    if request.method == "POST":
        if not may(request.user, Action.ANSWER_FOR_SOURCES):
            raise PermissionDenied(gettext(Action.ANSWER_FOR_SOURCES.value))
        try:
            _say(request, found)
        except WrongExpectation as refused:
            wrong = str(refused)
        else:
            messages.success(request, _("It is written down."))
            return redirect("source", source_id)
    return _page(request, found, wrong)


def _say(request: HttpRequest, found: Source) -> None:
    """Write down what the form says. Raises WrongExpectation."""
    form, now = request.POST, timezone.now()
    who = {"actor": request.user.email.lower(), "reason": form.get("reason", ""), "now": now}
    match form.get("what", ""):
        case "due":
            days = form.get("every_days", "").strip()
            if days and not (days.isascii() and days.isdigit() and len(days) < 5):
                raise WrongExpectation(_("Give the rhythm as a whole number of days."))
            expectations.is_due(found, int(days) if days else None, **who)
        case "paused":
            until = _day(form.get("until", ""))
            if until is None:
                raise WrongExpectation(_("Say until which day the source is paused."))
            expectations.rests(found, until, today=day_of(now), **who)
        case "retired":
            expectations.is_over(found, **who)
        case _unknown:
            raise WrongExpectation(_("Choose what holds for this source."))


def _day(text: str) -> object:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _page(request: HttpRequest, found: Source, wrong: str) -> HttpResponse:
    lines = source_lines(timezone.now(), only=found.pk)
    if not lines:
        raise Http404("There is no such source.")
    scans = Scan.objects.filter(source=found).order_by("-pk")
    context = {
        "line": lines[0],
        "scans": Paginator(scans, SCANS_PER_PAGE).get_page(request.GET.get("scans")),
        "tools": tools_told_of(found),
        "counts": may(request.user, Action.SEE_EVIDENCE),
        "sealed": sealed_by_month(found),
        "words": found.expectations.order_by("-pk"),
        "may_answer": may(request.user, Action.ANSWER_FOR_SOURCES),
        "may_see_rejected": may(request.user, Action.SEE_REJECTED),
        "may_see_waiting": may(request.user, Action.SEE_RECOGNITIONS),
        "wrong": wrong,
        "typed": {name: request.POST.get(name, "") for name in ("what", "every_days", "until", "reason")},
    }
    return render(request, "inventory/source.html", context, status=422 if wrong else 200)
