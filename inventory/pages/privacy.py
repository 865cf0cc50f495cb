"""``/privacy/``: what is kept of people here, for everybody who signs in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inventory.privacy_profile import in_force


@login_required
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    return render(request, "inventory/privacy.html", {"profile": in_force()})
