"""``/``: leads everybody to the home of their role."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from inventory.access import Action, may


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if may(request.user, Action.SEE_TOOLS):
        return redirect("tools")
    return render(request, "inventory/employee.html")
