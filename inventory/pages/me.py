"""``/me/``: what is kept on whoever asks, and ``this was private``. Nobody reads anybody else's."""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from discovery.models import Decision, Record
from discovery.tasks import follow
from inventory import my_data as mine
from inventory.access import Action, may, person_of, reach_of
from inventory.declarations import own
from inventory.questions_to_users import answers_by

RECORDS_PER_PAGE = 25
OPENINGS_PER_PAGE = 10

logger = logging.getLogger(__name__)


@login_required
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    person = person_of(request.user)
    records = Paginator(mine.records_of(person) if person else Record.objects.none(), RECORDS_PER_PAGE)
    openings = Paginator(mine.openings_for(request.user), OPENINGS_PER_PAGE)
    page = records.get_page(request.GET.get("records"))
    context = {
        "person": person,
        "entries": list(mine.directory_of(person)) if person else [],
        "records": page,
        "lines": mine.lines(page.object_list),
        "presence": mine.weeks_of(person) if person else [],
        "openings": openings.get_page(request.GET.get("openings")),
        "opened": Paginator(mine.opened_by(request.user), OPENINGS_PER_PAGE).get_page(
            request.GET.get("opened")
        ),
        "changes": mine.access_changes_of(request.user),
        "tokens": mine.tokens_of(request.user),
        "visit": mine.visit_of(request.user),
        "may_call": may(request.user, Action.SEE_TOOLS),
        "departments": sorted(reach_of(request.user).departments or ()),
        "private": mine.called_private(request.user),
        "declarations": own(request.user),
        "attestations": mine.attestations_of(request.user),
        "answers": answers_by(person) if person else [],
        "months_words": settings.PENUMBRA["RECORD_RETENTION_MONTHS"],
        "months_sealed": settings.PENUMBRA["RETENTION_MONTHS"],
    }
    return render(request, "inventory/my_data.html", context)


@login_required
@require_POST
def private(request: HttpRequest, record_id: int) -> HttpResponse:
    try:
        mine.call_private(request.user, record_id)
    except Record.DoesNotExist:
        raise Http404("There is no such record on you.") from None
    except mine.NotPrivate as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The record is being sealed: in a moment nobody can read it."))
        tell_workers()
    return redirect("my_data")


@login_required
@require_POST
def not_private(request: HttpRequest, decision_id: int) -> HttpResponse:
    try:
        mine.take_private_back(request.user, decision_id)
    except Decision.DoesNotExist:
        raise Http404("You did not call such a record private.") from None
    messages.success(request, _("The record counts again in a moment."))
    tell_workers()
    return redirect("my_data")


def tell_workers() -> None:
    """Tell the workers, who have the sealing key. The sweep comes by too, so a lost word only delays."""
    try:
        follow.delay()
    except OperationalError:
        logger.warning("a decision waits for the sweep: the broker cannot be reached")
