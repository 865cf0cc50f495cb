"""``/contracts/<key>/``: a contract as it holds, and what people write over its register."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory.access import Action, behind, may, reach_of
from inventory.contracts import Contract, NotCorrect, contracts, correct
from inventory.models import ContractEdit, Tool
from inventory.naming import names_of
from inventory.opened_names import names_for


@behind(Action.SEE_PURCHASES)
@require_http_methods(["GET", "POST"])
def contract(request: HttpRequest, key: str) -> HttpResponse:
    found = next(iter(contracts(reach=reach_of(request.user), key=key)), None)
    if found is None:
        raise Http404("There is no such contract.")
    return _correct(request, found) if request.method == "POST" else _page(request, found)


@behind(Action.DECIDE_PURCHASES)
def _correct(request: HttpRequest, found: Contract) -> HttpResponse:
    try:
        correct(
            found,
            request.POST.get("field", ""),
            request.POST.get("value", ""),
            actor=request.user.email.lower(),
            reason=request.POST.get("reason", ""),
            now=timezone.now(),
        )
    except NotCorrect as refused:
        return _page(request, found, str(refused), status=422)
    messages.success(request, _("It is written down."))
    return redirect("contract", found.key)


def _page(request: HttpRequest, found: Contract, wrong: str = "", status: int = 200) -> HttpResponse:
    vendors = dict(Tool.objects.filter(key=found.tool).values_list("key", "vendor"))
    context = {
        "contract": found,
        "name": names_of(vendors).get(found.tool),
        "edits": ContractEdit.objects.filter(contract=found.key).order_by("-pk"),
        "names": names_for(request.user, timezone.now()),
        "may_correct": may(request.user, Action.DECIDE_PURCHASES),
        "typed": {name: request.POST.get(name, "") for name in ("field", "value", "reason")},
        "wrong": wrong,
    }
    return render(request, "inventory/contract.html", context, status=status)
