"""``/privacy/requests/``: the privacy officer hands out a person's data; who asked stays a pseudonym."""

from __future__ import annotations

import json
from dataclasses import asdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from inventory.access import Action, behind, may
from inventory.models import DataRequest
from inventory.person_data import NotHandedOut, PersonData, hand_out

REQUESTS_PER_PAGE = 25


@behind(Action.SEE_REQUESTS)
@never_cache
@require_http_methods(["GET", "POST"])
def requests(request: HttpRequest) -> HttpResponse:
    return _answer(request) if request.method == "POST" else _page(request)


@behind(Action.ANSWER_REQUESTS)
def _answer(request: HttpRequest) -> HttpResponse:
    try:
        found = hand_out(
            request.POST.get("address", ""),
            actor=request.user.email,
            reason=request.POST.get("reason", ""),
            now=timezone.now(),
        )
    except NotHandedOut as refused:
        messages.error(request, str(refused))
        return _page(request)
    if request.POST.get("form") == "html":
        answer = HttpResponse(render_to_string("inventory/person_data.html", {"parts": _parts(found)}))
        answer["Content-Disposition"] = 'attachment; filename="personal-data.html"'
        return answer
    text = json.dumps(asdict(found), ensure_ascii=False, indent=2)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="personal-data.json"'
    return answer


def _parts(found: PersonData) -> list[tuple[str, list[dict[str, object]]]]:
    return [
        (_("Records"), found.records),
        (_("Weeks in which you signed in"), found.weeks),
        (_("What the directory says"), found.directory),
        (_("Who opened your name"), found.name_opened_by),
        (_("Names that you opened"), found.names_opened),
        (_("Changes of your roles"), found.access_changes),
        (_("What you called private"), found.called_private),
        (_("When you last opened your home"), found.home_last_opened),
    ]


def _page(request: HttpRequest) -> HttpResponse:
    context = {
        "page": Paginator(DataRequest.objects.order_by("-pk"), REQUESTS_PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "may_answer": may(request.user, Action.ANSWER_REQUESTS),
        "typed": {name: request.POST.get(name, "") for name in ("address", "reason")},
    }
    return render(request, "inventory/requests.html", context)
