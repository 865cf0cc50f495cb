"""``/declarations/``: what colleagues declared, for who answers them. Names as roles allow."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inventory import declaration_queue as queue
from inventory.access import Action, behind, may, reach_of
from inventory.declaration_models import Outcome
from inventory.declarations import WrongDeclaration, answer_declaration
from inventory.opened_names import names_for

PER_PAGE = 20


@behind(Action.SEE_DECLARATIONS)
@require_safe
def declarations(request: HttpRequest) -> HttpResponse:
    """Those that wait, the first due first; or all of them, the newest first."""
    reach, everything = reach_of(request.user), request.GET.get("show") == "all"
    rows = queue.within(reach) if everything else queue.waiting(reach)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    names = names_for(request.user, timezone.now())
    return render(
        request,
        "inventory/declarations.html",
        {
            "page": page,
            "lines": queue.lines(page.object_list, names),
            "everything": everything,
            "waiting": queue.waiting(reach).count(),
            "all": queue.within(reach).count(),
            "names": names,
            "not_me": queue.not_me(reach),
            "usual": queue.usual_days(),
            "may_answer": may(request.user, Action.ANSWER_DECLARATIONS),
            "outcomes": [(value, label) for value, label in Outcome.choices if value != Outcome.REVIEW],
        },
    )


@behind(Action.ANSWER_DECLARATIONS)
@require_POST
def answer(request: HttpRequest, declaration_id: int) -> HttpResponse:
    declaration = queue.within(reach_of(request.user)).filter(pk=declaration_id).first()
    if declaration is None:
        raise Http404("There is no such declaration within your reach.")
    try:
        answer_declaration(
            declaration,
            request.POST.get("outcome", ""),
            actor=request.user.email,
            reason=request.POST.get("reason", ""),
            now=timezone.now(),
        )
    except WrongDeclaration as missing:
        messages.error(request, str(missing))
    else:
        messages.success(request, _("Who declared it reads your answer now."))
    return redirect("declarations")
