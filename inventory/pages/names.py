"""``/people/<pseudonym>/open/`` opens a name with a reason; ``/privacy/openings/`` lists who did."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from inventory.access import Action, Role, behind
from inventory.access_models import OPENING_HOURS
from inventory.models import NameOpening
from inventory.opened_names import NotOpened, open_name, person_behind
from inventory.pseudonyms import pseudonym

OPENINGS_PER_PAGE = 50


@behind(Action.OPEN_NAMES)
@require_http_methods(["GET", "POST"])
def open_one(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a reason first; then open the name and go back to where it is read."""
    person = person_behind(code, request.user)
    if person is None:
        raise Http404(f"Nobody within your reach is called {code}.")
    back = _own_address(request, request.GET.get("next") or request.POST.get("next") or "")
    if request.method == "POST":
        hours = request.POST.get("hours", "")
        try:
            opened = open_name(
                request.user,
                person,
                reason=request.POST.get("reason", ""),
                hours=int(hours) if hours.isascii() and hours.isdigit() else 0,
                now=timezone.now(),
            )
        except NotOpened as refused:
            messages.error(request, str(refused))
        else:
            said = ngettext(
                "The name is open to you for %(hours)s hour; the person concerned sees that, and why.",
                "The name is open to you for %(hours)s hours; the person concerned sees that, and why.",
                opened.hours,
            )
            messages.success(request, said % {"hours": opened.hours})
            return redirect(back)
    context = {"code": code, "back": back, "hours": OPENING_HOURS, "reason": request.POST.get("reason", "")}
    return render(request, "inventory/open_name.html", context)


def _own_address(request: HttpRequest, address: str) -> str:
    """An address of these pages, else the list of tools: nobody is sent elsewhere from here."""
    known = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if known else "/tools/"


@behind(Action.SEE_OPENINGS)
@require_safe
def openings(request: HttpRequest) -> HttpResponse:
    """Who opened a name, when and why; whose it is stays a pseudonym of this page's readers."""
    page = Paginator(NameOpening.objects.order_by("-opened_at", "-pk"), OPENINGS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    for opening in page.object_list:
        opening.code = pseudonym(opening.person, Role.PRIVACY_OFFICER)
    return render(request, "inventory/openings.html", {"page": page})
