"""``/me/asked/``: what somebody is asked to own, and their answer. Nobody reads anybody else's."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inventory.models import OwnershipRequest, Tool
from inventory.naming import names_of
from inventory.ownership_requests import (
    WrongRequest,
    accept,
    addresses_of,
    decline,
    pass_on,
    requests_to,
    tools_of,
)


@login_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    found, owned = requests_to(request.user), tools_of(request.user)
    keys = {one.tool for one in found} | {tool.key for tool in owned}
    tools = {tool.key: tool for tool in Tool.objects.filter(key__in=keys)}
    names = names_of({key: tools[key].vendor if key in tools else key.partition("/")[0] for key in keys})
    mine = addresses_of(request.user)
    context = {
        "waiting": [
            (one, names[one.tool], _owner(one, tools.get(one.tool))) for one in found if not one.answer
        ],
        "answered": [(one, names[one.tool]) for one in found if one.answer],
        "owned": [
            (tool, names[tool.key], tool.owner in mine, tool.technical_owner in mine) for tool in owned
        ],
    }
    return render(request, "inventory/asked.html", context)


def _owner(asked_for: OwnershipRequest, tool: Tool | None) -> str:
    """Whom somebody would take over from by accepting; "" is nobody."""
    if tool is None:
        return ""
    return tool.technical_owner if asked_for.technical else tool.owner


@login_required
@require_POST
def answer(request: HttpRequest, request_id: int) -> HttpResponse:
    """Accept, hand on or decline what one was asked oneself."""
    now, reason = timezone.now(), request.POST.get("reason", "")
    try:
        match request.POST.get("answer"):
            case "accept":
                accept(request.user, request_id, now=now)
                messages.success(request, _("You are its owner now."))
            case "pass_on":
                pass_on(request.user, request_id, request.POST.get("to", ""), reason=reason, now=now)
                messages.success(request, _("Your colleague is asked instead of you."))
            case _otherwise:
                decline(request.user, request_id, reason=reason, now=now)
                messages.success(request, _("You have declined; whoever asked sees why."))
    except OwnershipRequest.DoesNotExist:
        raise Http404("Nobody asked you this.") from None
    except WrongRequest as refused:
        messages.error(request, str(refused))
    return redirect("asked")
