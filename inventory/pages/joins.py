"""``/catalog/joins/``: own products that the catalog holds too, joined with it and parted again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory import joining
from inventory.access import Action, behind
from inventory.models import CatalogJoin
from vendors.joining import NotJoined, offers


@behind(Action.SAY_OWN)
@require_http_methods(["GET", "POST"])
def joins(request: HttpRequest) -> HttpResponse:
    """What could be joined, and what was, the newest first."""
    status = 200
    if request.method == "POST":
        try:
            joining.join(
                request.POST.get("local", ""),
                request.POST.get("catalog", ""),
                actor=request.user.email,
                reason=request.POST.get("reason", ""),
                now=timezone.now(),
            )
        except NotJoined as refused:
            messages.error(request, str(refused))
            status = 422
        else:
            messages.success(request, _("They are one. Records and decisions follow within minutes."))
            return redirect("joins")
    context = {"offers": offers(), "made": CatalogJoin.objects.order_by("-made_at", "-pk")}
    return render(request, "inventory/joins.html", context, status=status)


@behind(Action.SAY_OWN)
@require_POST
def undo(request: HttpRequest, join_id: int) -> HttpResponse:
    made = get_object_or_404(CatalogJoin, pk=join_id)
    try:
        joining.undo(
            made, actor=request.user.email, reason=request.POST.get("reason", ""), now=timezone.now()
        )
    except NotJoined as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("They are two again. Records and decisions follow within minutes."))
    return redirect("joins")
