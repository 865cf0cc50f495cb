"""``/``: the home of everybody's role, with what asks for something first."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inventory import coverage, declarations, homes
from inventory.access import Action, Role, may, reach_of, roles_of
from inventory.allowed import allowed_tools, by_job, fitting
from inventory.cases import cases as all_cases
from inventory.company_time import day_of
from inventory.footnote import footnote
from inventory.freshness import State
from inventory.listing import Wanted, lines, listing, number_of_news
from inventory.models import FlagSeverity, Tool, ToolStatus
from inventory.my_tools import my_tools, questions_to
from inventory.overlap import stakes
from inventory.pages.sources import first_steps, scans_shown, states_of
from inventory.recognitions import how_many_wait
from inventory.source_lines import SourceLine, source_lines
from inventory.triage import queue
from inventory.visits import last_visit

#: Tools and jobs a home shows at most; the rest is one click away.
_TOP = 10
#: Scans that the administrator's home shows.
LAST_SCANS = 5
#: Own tools that need a word and declarations that an employee's home shows.
_FEW = 5
_HIGH = (FlagSeverity.CRITICAL, FlagSeverity.HIGH)


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    roles = roles_of(request.user)
    for role, page in _HOMES.items():
        if role in roles:
            return page(request)
    if may(request.user, Action.SEE_TOOLS):
        return redirect("tools")
    return _employee(request)


def _employee(request: HttpRequest) -> HttpResponse:
    tools = my_tools(request.user, timezone.now())
    asking = [tool for tool in tools if tool.asks]
    jobs = by_job(fitting(allowed_tools(), declarations.case_of(request.user)))
    return render(
        request,
        "inventory/home_employee.html",
        {
            "questions": len(questions_to(request.user, timezone.now())),
            "asking": asking[:_FEW],
            "all_asking": len(asking),
            "tools": tools,
            "states": declarations.states_of(declarations.own(request.user)[:_FEW]),
            "jobs": jobs[:_TOP],
            "all_jobs": len(jobs),
        },
    )


def _finance(request: HttpRequest) -> HttpResponse:
    reach = reach_of(request.user)
    money = homes.money(reach)
    return render(
        request,
        "inventory/home_finance.html",
        {"money": money, "left_out": footnote(reach, timezone.now(), money.window if money else None)},
    )


def _security(request: HttpRequest) -> HttpResponse:
    reach = reach_of(request.user)
    now = timezone.now()
    to_decide = queue(reach, day_of(now)) if may(request.user, Action.DECIDE) else None
    undecided = listing(Wanted(status=ToolStatus.DISCOVERED, sort="first"), reach)
    before = last_visit(request.user.email.lower(), now)
    return render(
        request,
        "inventory/home_security.html",
        {
            "found": undecided,
            "lines": lines(undecided, undecided.entries[:_TOP]),
            "new": next((number for how, _words, number in undecided.seen if how == "new"), 0),
            "before": before,
            "since": number_of_news(before, reach) if before else None,
            "high": sum(one.severity in _HIGH for one in to_decide.waiting) if to_decide else None,
            "prohibited": undecided.statuses.get(ToolStatus.PROHIBITED, 0),
            "silent": _silent() if may(request.user, Action.SEE_SOURCES) else None,
            "queue": to_decide,
            "top": to_decide.waiting[:_TOP] if to_decide else [],
            "waiting": how_many_wait(reach),
            "may_see_waiting": True,
            "exact": reach.exact,
            "left_out": footnote(reach, now, undecided.window),
        },
    )


def _silent() -> list[SourceLine]:
    """Sources that do not come in as they should."""
    return [line for line in source_lines(timezone.now()) if asks(line)]


def asks(line: SourceLine) -> bool:
    """Whether a source asks for something; a pull that fails is tried again, unless none ever came in."""
    never_came = bool(line.trouble) and line.last_read is None
    return never_came or line.freshness.alarms or line.freshness.state == State.LATE


def _procurement(request: HttpRequest) -> HttpResponse:
    reach = reach_of(request.user)
    found = listing(Wanted(), reach)
    now = timezone.now()
    today = day_of(now)
    at_stake = stakes(today, reach)
    sees_cases = may(request.user, Action.SEE_CASES)
    cases = all_cases(today) if sees_cases else []
    unowned = [entry for entry in found.entries if not entry.owner and found.spend_of.get(entry.pk)]
    return render(
        request,
        "inventory/home_procurement.html",
        {
            "found": found,
            "doubles": at_stake[:_TOP],
            "all_doubles": len(at_stake),
            "sees_cases": sees_cases,
            "cases": cases[:_TOP],
            "all_cases": len(cases),
            "sees_owners": may(request.user, Action.SEE_OWNERS),
            "unowned": lines(found, unowned[:_TOP]),
            "all_unowned": len(unowned),
            "left_out": footnote(reach, now, found.window, people=True),
        },
    )


def _administrator(request: HttpRequest) -> HttpResponse:
    if not may(request.user, Action.SEE_SOURCES):
        return redirect("tools")
    now = timezone.now()
    found = source_lines(now)
    steps = first_steps(found)
    return render(
        request,
        "inventory/home_administrator.html",
        {
            "sources": found,
            "states": states_of(found),
            "asks": [line for line in found if asks(line)],
            "rejected": sum(line.rejected for line in found),
            "waiting": coverage.texts_in_review(),
            "tools": Tool.objects.count(),
            "steps": steps,
            "all_steps_done": all(line.done for line in steps if not line.step.later),
            "may_upload": may(request.user, Action.UPLOAD),
            "left_out": footnote(reach_of(request.user), now),
            **scans_shown(request, LAST_SCANS),
        },
    )


_HOMES: dict[Role, Callable[[HttpRequest], HttpResponse]] = {
    Role.FINANCE: _finance,
    Role.SECURITY: _security,
    Role.PROCUREMENT: _procurement,
    Role.ADMINISTRATOR: _administrator,
}
