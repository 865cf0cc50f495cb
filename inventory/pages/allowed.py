"""``/allowed/``: what to use for what, with which data. For everybody who is signed in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inventory.allowed import allowed_tools, answers, by_job, fitting
from inventory.declarations import case_of
from inventory.models import DataClass


@login_required
@require_safe
def allowed(request: HttpRequest) -> HttpResponse:
    """The directory of allowed tools by what they do, narrowed to a class of data; and an answer for one."""
    usable = allowed_tools()
    query = request.GET.get("tool", "").strip()[:100]
    data = request.GET.get("data", "")
    data = data if data in DataClass.values else ""
    case = case_of(request.user, [data] if data else [])
    found, number = answers(query, usable, case)
    fit = fitting(usable, case)
    return render(
        request,
        "inventory/allowed.html",
        {
            "query": query,
            "answers": found,
            "all_answers": number,
            "classes": DataClass.choices,
            "data": data,
            "jobs": by_job(fit),
            "tools": len(fit),
            "all_tools": len(usable),
        },
    )
