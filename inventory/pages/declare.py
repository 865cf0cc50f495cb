"""``/declare/``: five questions, and an answer for this case at once. For everybody who is signed in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from inventory import declarations as declared_things
from inventory.allowed import DATA_HINTS, allowed_tools, answers
from inventory.company_time import day_of
from inventory.declaration_models import Colleagues, Outcome, Payer
from inventory.declarations import LINK_DAYS, Said, WrongDeclaration
from inventory.models import DataClass

#: Letters of a name that are looked at: more of it is no name.
_LONGEST = 120


@login_required
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """Choose a tool first, then answer four questions about it; the answer follows what is ticked."""
    if request.method == "POST":
        said = _said(request.POST)
        try:
            made = declared_things.declare(request.user, said, timezone.now())
        except WrongDeclaration as missing:
            return _form(request, said, missing, status=422)
        return redirect("declared", made.pk)
    return _form(request, _said(request.GET))


def _said(sent: object) -> Said:
    return Said(
        tool=sent.get("key", ""),
        name=" ".join(sent.get("name", "").split()),
        purpose=sent.get("purpose", "").strip(),
        data=frozenset(sent.getlist("data")),
        payer=sent.get("payer", ""),
        colleagues=sent.get("colleagues", ""),
    )


def _form(
    request: HttpRequest, said: Said, missing: WrongDeclaration | None = None, status: int = 200
) -> HttpResponse:
    case = declared_things.case_of(request.user, said.data)
    usable = allowed_tools()
    query = request.GET.get("tool", "").strip()[:_LONGEST]
    found, number = answers(query, usable, case)
    answer = declared_things.answer_to(said, case, usable) if said.tool or said.name else None
    if answer and said.tool and not answer.key:
        raise Http404("There is no such tool.")
    context = {
        "query": query,
        "found": found,
        "all_found": number,
        "said": said,
        "answer": answer,
        "due": declared_things.due_on(case.data, day_of(timezone.now()))
        if answer and answer.outcome == Outcome.REVIEW
        else None,
        "classes": [
            (value, label, DATA_HINTS[DataClass(value)], value in said.data)
            for value, label in DataClass.choices
        ],
        "payers": Payer.choices,
        "colleagues": Colleagues.choices,
        "missing": {missing.field: str(missing)} if missing else {},
    }
    return render(request, "inventory/declare.html", context, status=status)


@login_required
@require_safe
def declared(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """What follows from an own declaration, and the link to show somebody."""
    declaration = get_object_or_404(declared_things.own(request.user), pk=declaration_id)
    link = reverse("declaration_shown", args=[declared_things.link_code(declaration)])
    return render(
        request,
        "inventory/declared.html",
        {
            "state": declared_things.states_of([declaration])[0],
            "link": request.build_absolute_uri(link),
            "link_days": LINK_DAYS,
        },
    )


@login_required
@never_cache
@require_safe
def shown(request: HttpRequest, code: str) -> HttpResponse:
    """A declaration that its author shows somebody: whoever is signed in and has the link."""
    declaration = declared_things.behind_link(code)
    if declaration is None:
        raise Http404("This link is not valid, or its thirty days are over.")
    return render(
        request,
        "inventory/declared.html",
        {"state": declared_things.states_of([declaration])[0], "of": declared_things.author(declaration)},
    )
