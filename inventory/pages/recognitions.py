"""``/recognitions/``: texts that wait for a person, one at a time, and what was decided."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from discovery.decisions import WrongDecision
from discovery.recognise import NOT_AI
from discovery.tasks import follow
from inventory import inspection, recognition_answers, recognitions
from inventory.access import Action, behind, may, reach_of
from inventory.opened_names import names_for
from inventory.recognitions import Waiting
from vendors.models import Capability

PER_PAGE = 50
RECORDS_PER_PAGE = 10
_LONGEST_REASON = 500

logger = logging.getLogger(__name__)


def _filters(request: HttpRequest) -> dict[str, str]:
    """What the queue is narrowed to, from the address."""
    wanted = {name: request.GET.get(name, "") for name in ("channel", "source")}
    return {name: value for name, value in wanted.items() if value}


@behind(Action.SEE_RECOGNITIONS)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    reach = reach_of(request.user)
    filters = _filters(request)
    lines = recognitions.queue(reach, **filters)
    channels, sources = recognitions.choices(lines)
    return render(
        request,
        "inventory/recognitions.html",
        {
            "page": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
            "all": len(lines),
            "sums": recognitions.total(lines),
            "records": sum(line.records for line in lines),
            "filters": filters,
            "query": urlencode(filters),
            "channels": channels,
            "sources": sources,
            "being_counted": recognitions.being_counted(),
            "refused": recognitions.refused() if reach.whole else [],
            "may_decide": may(request.user, Action.DECIDE_RECOGNITIONS),
            "whole": reach.whole,
        },
    )


@behind(Action.SEE_RECOGNITIONS)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    lines = recognitions.queue(reach_of(request.user), **_filters(request))
    return _page(request, _line(lines, number), lines)


def _line(lines: list[Waiting], number: int) -> Waiting:
    line = next((line for line in lines if line.number == number), None)
    if line is None:
        raise Http404("This text does not wait for a person any more.")
    return line


def _page(
    request: HttpRequest, line: Waiting, lines: list[Waiting], wrong: str = "", status: int = 200
) -> HttpResponse:
    reach = reach_of(request.user)
    records = Paginator(recognitions.records_of(line.descriptor, reach), RECORDS_PER_PAGE)
    page = records.get_page(request.GET.get("records"))
    newest = page.object_list[0].text if page.object_list else line.shown
    query = request.GET.get("q", "").strip()[:100]
    found, all_found = recognitions.search(query)
    position = lines.index(line)
    filters = _filters(request)
    question = recognitions.asked(line.descriptor)
    candidates = recognitions.candidates(question)
    return render(
        request,
        "inventory/recognition.html",
        {
            "line": line,
            "asked": question,
            "position": position + 1,
            "all": len(lines),
            "later": lines[position + 1].number if position + 1 < len(lines) else None,
            "filters": filters,
            "query_string": urlencode(filters),
            "parts": recognitions.parts_of(question, newest),
            "candidates": candidates,
            "changes": inspection.changes(question, candidates),
            "records": page,
            "names": names_for(request.user, timezone.now()),
            "channel": recognitions.CHANNEL_NAMES.get(line.descriptor.channel, line.descriptor.channel),
            "query": query,
            "found": found or recognitions.near(query),
            "all_found": all_found,
            "jobs": Capability.objects.order_by("name"),
            "wrong": wrong,
            "kept": request.POST,
            "not_ai": NOT_AI,
            "may_decide": may(request.user, Action.DECIDE_RECOGNITIONS),
        },
        status=status,
    )


@behind(Action.DECIDE_RECOGNITIONS)
@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Write an answer down and show the next text."""
    lines = recognitions.queue(reach_of(request.user), **_filters(request))
    line = _line(lines, number)
    who = {"actor": request.user.email.lower(), "reason": request.POST.get("reason", "")[:_LONGEST_REASON]}
    key = request.POST.get("answer", "")
    try:
        if key == "add":
            recognition_answers.add_tool(
                line.descriptor,
                name=request.POST.get("name", ""),
                maker=request.POST.get("maker", ""),
                domain=request.POST.get("domain", ""),
                job=request.POST.get("job", ""),
                **who,
            )
        else:
            recognition_answers.answer(line.descriptor, key, **who)
    except WrongDecision as wrong:
        return _page(request, line, lines, wrong=str(wrong), status=422)
    if key == NOT_AI:
        messages.success(request, _("Written down. Its records are sealed in a moment."))
    else:
        messages.success(request, _("Written down. Its records are counted in a moment."))
    follow_soon()
    filters = urlencode(_filters(request))
    position = lines.index(line)
    rest = lines[position + 1 :] + lines[:position]
    target = reverse("recognition", args=[rest[0].number]) if rest else reverse("recognitions")
    return redirect(f"{target}?{filters}" if filters else target)


@behind(Action.SEE_RECOGNITIONS)
@require_safe
def decided(request: HttpRequest) -> HttpResponse:
    """Every decision about a text, with who and why; the company's, so for who sees all of it."""
    if not reach_of(request.user).whole:
        return redirect("recognitions")
    page = Paginator(recognitions.decisions(), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "inventory/recognitions_decided.html",
        {
            "page": page,
            "lines": recognitions.decided(page.object_list),
            "being_counted": recognitions.being_counted(),
            "may_decide": may(request.user, Action.DECIDE_RECOGNITIONS),
        },
    )


@behind(Action.DECIDE_RECOGNITIONS)
@require_POST
def undo(request: HttpRequest, decision_id: int) -> HttpResponse:
    decision = get_object_or_404(recognitions.decisions(), pk=decision_id)
    reason = request.POST.get("reason", "")[:_LONGEST_REASON]
    try:
        recognition_answers.undo(decision, actor=request.user.email.lower(), reason=reason)
    except WrongDecision as wrong:
        messages.error(request, _sentence(str(wrong)))
    else:
        messages.success(request, _("It is being undone; all is as before in a moment."))
        follow_soon()
    return redirect("decided_recognitions")


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def follow_soon() -> None:
    """Tell the workers, who have the sealing key. The sweep comes by too, so a lost word only delays."""
    try:
        follow.delay()
    except OperationalError:
        logger.warning("a decision waits for the sweep: the broker cannot be reached")
