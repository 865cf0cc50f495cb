"""``/flags/``: what rules found, and accepting the risk of it until a day."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inventory.access import Action, behind, may, reach_of
from inventory.exports.period import Row
from inventory.flag_list import (
    FlagLine,
    WantedFlags,
    acceptances_so_far,
    choices,
    flag_lines,
    flags_wanted,
)
from inventory.flags.keep import WrongAcceptance, accept, take_back
from inventory.flags.wording import advice_of, detail_of, title_of
from inventory.footnote import footnote
from inventory.models import Flag, FlagState
from inventory.pages.deciding import sentence
from inventory.pages.downloads import download

FLAGS_PER_PAGE = 50
_COLUMNS = (
    "flag",
    "rule",
    "severity",
    "title",
    "about",
    "subject",
    "name",
    "detail",
    "advice",
    "state",
    "since",
    "accepted_until",
    "accepted_by",
    "accepted_because",
)


@behind(Action.SEE_FLAGS)
@require_safe
def flags(request: HttpRequest) -> HttpResponse:
    wanted = WantedFlags.from_address(request.GET)
    page = Paginator(flags_wanted(wanted), FLAGS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": wanted,
        "choices": choices(wanted),
        "page": page,
        "lines": flag_lines(page.object_list),
        "may_accept": may(request.user, Action.DECIDE),
        "address": request.GET.urlencode(),
        "left_out": footnote(reach_of(request.user), timezone.now()),
    }
    return render(request, "inventory/flags.html", context)


@behind(Action.SEE_FLAGS)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """What the list shows, every page of it."""
    lines = flag_lines(list(flags_wanted(WantedFlags.from_address(request.GET))))
    left_out = footnote(reach_of(request.user), timezone.now())
    return download(request, "flags", _COLUMNS, [_row(line) for line in lines], left_out)


@behind(Action.SEE_FLAGS)
@require_http_methods(["GET", "POST"])
def flag(request: HttpRequest, flag_id: int) -> HttpResponse:
    """One flag: why, what to do, and the risk accepted until a day or no longer."""
    found = get_object_or_404(Flag, pk=flag_id)
    if request.method == "POST":
        if not may(request.user, Action.DECIDE):
            raise PermissionDenied(gettext(Action.DECIDE.value))
        if _answered(request, found):
            return redirect("flag", flag_id)
    context = {
        "line": flag_lines([found])[0],
        "acceptances": acceptances_so_far(found),
        "may_accept": may(request.user, Action.DECIDE) and found.state != FlagState.CLOSED,
        "typed": {name: request.POST.get(name, "") for name in ("until", "reason")},
    }
    return render(request, "inventory/flag.html", context)


def _answered(request: HttpRequest, found: Flag) -> bool:
    """Do what the form asks; False where it was refused, which is said."""
    actor, reason, now = request.user.email, request.POST.get("reason", ""), timezone.now()
    try:
        if "take_back" in request.POST:
            take_back([found], actor=actor, reason=reason, now=now)
            messages.success(request, _("The risk is no longer accepted."))
        else:
            accept([found], _day(request.POST.get("until", "")), actor=actor, reason=reason, now=now)
            messages.success(
                request, _("The risk is accepted. The flag opens again where its evidence changes.")
            )
    except WrongAcceptance as refused:
        messages.error(request, sentence(refused))
        return False
    return True


def _day(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise WrongAcceptance(_("say until which day the risk is accepted"))
    return day


def _row(line: FlagLine) -> Row:
    found, accepted = line.flag, line.acceptance
    return {
        "flag": found.pk,
        "rule": found.rule,
        "severity": found.severity,
        "title": title_of(found),
        "about": found.about,
        "subject": found.subject,
        "name": line.title,
        "detail": detail_of(found, exact=True),
        "advice": advice_of(found),
        "state": found.state,
        "since": found.since,
        "accepted_until": accepted.until if accepted else None,
        "accepted_by": accepted.actor if accepted else None,
        "accepted_because": accepted.reason if accepted else None,
    }
