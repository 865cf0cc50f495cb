"""``/allowed/``: may I use this? For everybody who is signed in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inventory.allowed import allowed_tools, answers, by_job


@login_required
@require_safe
def allowed(request: HttpRequest) -> HttpResponse:
    usable = allowed_tools()
    query = request.GET.get("tool", "").strip()[:100]
    found, number = answers(query, usable)
    return render(
        request,
        "inventory/allowed.html",
        {
            "query": query,
            "answers": found,
            "all_answers": number,
            "jobs": by_job(usable),
            "tools": len(usable),
        },
    )
