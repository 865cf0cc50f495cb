"""``/purchases/``: what was bought, each purchase once, and why two records are one or are not."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from discovery.decisions import WrongDecision
from discovery.models import Purchase, Record
from discovery.tasks import follow
from inventory import purchase_decisions, purchase_lines
from inventory.access import Action, behind, may, reach_of
from inventory.figures import purchases as booked_purchases
from inventory.footnote import footnote
from inventory.opened_names import names_for
from inventory.purchase_lines import Wanted

PER_PAGE = 50
_LONGEST_REASON = 500

logger = logging.getLogger(__name__)


@behind(Action.SEE_PURCHASES)
@require_safe
def purchases(request: HttpRequest) -> HttpResponse:
    reach = reach_of(request.user)
    now = timezone.now()
    wanted = Wanted.from_address(request.GET)
    rows = purchase_lines.found(wanted, reach)
    page = Paginator(purchase_lines.in_order(rows), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "inventory/purchases.html",
        {
            "narrowed": wanted,
            "page": page,
            "lines": purchase_lines.named(list(page.object_list)),
            "bridges": purchase_lines.bridges(rows),
            "options": purchase_lines.options(rows),
            "left_out": footnote(reach, now),
            "names": names_for(request.user, now),
            "being_counted": purchase_decisions.being_counted(),
            "whole": reach.whole,
        },
    )


def _purchase(request: HttpRequest, number: int) -> Purchase:
    """A booked purchase within the reader's reach."""
    return get_object_or_404(
        reach_of(request.user).purchases(booked_purchases()).select_related("person"), pk=number
    )


@behind(Action.SEE_PURCHASES)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    return _page(request, _purchase(request, number))


def _page(request: HttpRequest, purchase: Purchase, wrong: str = "", status: int = 200) -> HttpResponse:
    records = purchase_decisions.records_behind(purchase)
    reach = reach_of(request.user)
    booking = purchase_lines.booking_record(purchase, records)
    return render(
        request,
        "inventory/purchase.html",
        {
            "purchase": purchase,
            "name": purchase_lines.named([purchase])[0][1],
            "records": records,
            "booking": booking,
            "others": purchase_lines.perhaps_the_same(purchase, reach),
            "acts": purchase_decisions.in_force(records) if reach.whole else [],
            "names": names_for(request.user, timezone.now()),
            "being_counted": purchase_decisions.being_counted(),
            "may_decide": may(request.user, Action.DECIDE_PURCHASES),
            "wrong": wrong,
        },
        status=status,
    )


@behind(Action.DECIDE_PURCHASES)
@require_POST
def split(request: HttpRequest, number: int) -> HttpResponse:
    """A record behind a purchase is another purchase."""
    purchase = _purchase(request, number)
    record = get_object_or_404(Record, pk=_number(request, "record"), purchase=purchase)
    try:
        purchase_decisions.split(purchase, record, **_who(request))
    except WrongDecision as wrong:
        return _page(request, purchase, str(wrong), status=422)
    return _written_down(request, _("Written down: these are two purchases. They are counted in a moment."))


@behind(Action.DECIDE_PURCHASES)
@require_POST
def join(request: HttpRequest, number: int) -> HttpResponse:
    """Another purchase is this one."""
    purchase = _purchase(request, number)
    other = _purchase(request, _number(request, "other"))
    try:
        purchase_decisions.join(purchase, other, **_who(request))
    except WrongDecision as wrong:
        return _page(request, purchase, str(wrong), status=422)
    return _written_down(request, _("Written down: these are one purchase. It is counted in a moment."))


@behind(Action.SEE_PURCHASES)
@require_safe
def decided(request: HttpRequest) -> HttpResponse:
    """What people decided about purchases and still holds; the company's, so for who sees all of it."""
    if not reach_of(request.user).whole:
        return redirect("purchases")
    page = Paginator(purchase_decisions.in_force(), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "inventory/purchases_decided.html",
        {
            "page": page,
            "being_counted": purchase_decisions.being_counted(),
            "may_decide": may(request.user, Action.DECIDE_PURCHASES),
        },
    )


@behind(Action.DECIDE_PURCHASES)
@require_POST
def undo(request: HttpRequest, act: int) -> HttpResponse:
    if act not in {line.act for line in purchase_decisions.in_force()}:
        raise Http404("This decision does not hold any more.")
    try:
        purchase_decisions.undo(act, **_who(request))
    except WrongDecision as wrong:
        words = str(wrong)
        messages.error(request, f"{words[:1].upper()}{words[1:]}.")
        return redirect("decided_purchases")
    return _written_down(request, _("It is undone; what held before is counted in a moment."))


def _who(request: HttpRequest) -> dict[str, str]:
    return {
        "actor": request.user.email.lower(),
        "reason": request.POST.get("reason", "")[:_LONGEST_REASON],
    }


def _number(request: HttpRequest, name: str) -> int:
    value = request.POST.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


def _written_down(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    try:
        follow.delay()
    except OperationalError:
        logger.warning("a decision waits for the sweep: the broker cannot be reached")
    return redirect("decided_purchases")
