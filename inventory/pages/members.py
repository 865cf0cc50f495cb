"""``/sources/looks/…/members/``: whose members a list holds, and what its columns mean."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from discovery import table_mappings
from discovery.connectors.base import UnreadableFile
from discovery.connectors.member_mapping import OFFERED
from discovery.connectors.table_mapping import guess
from discovery.decisions import WrongDecision
from inventory import previews
from inventory.access import Action, behind, may
from inventory.member_form import MEANINGS, MemberForm, reading
from inventory.pages.columns import own_look, table_in
from inventory.pages.telling import tell
from inventory.said_here import said_here
from inventory.tasks import look_at_upload


@behind(Action.UPLOAD)
@never_cache
@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, preview_id: int) -> HttpResponse:
    """Say of which tool these people are members, seeing how they would be read; then look at it so."""
    preview = own_look(request, preview_id)
    try:
        number, head = table_in(preview, request.GET if request.method == "GET" else request.POST)
        guessed = guess(head)
    except UnreadableFile as error:
        messages.error(request, f"{preview.file_name}: {said_here(str(error))}.")
        return redirect("sources")
    if request.method == "POST":
        form = MemberForm.answered(guessed, head, request.POST)
        form.own = form.own and may(request.user, Action.DECIDE_RECOGNITIONS)
        found = reading(form, head)
        problems = [] if "show" in request.POST else list(found.problems)
        if not problems and "show" not in request.POST:
            try:
                name, mapping = form.to_save()
                saved = table_mappings.save_members(mapping, name=name, by=request.user.email)
            except (table_mappings.NotSaved, WrongDecision) as error:
                problems.append(f"{str(error)[:1].upper()}{str(error)[1:]}.")
            else:
                previews.look_again(preview)
                tell(look_at_upload, preview.pk)
                words = _("The mapping %(name)s is saved; files with this header are read by it.")
                messages.success(request, words % {"name": saved.name})
                return redirect("sources")
        for problem in problems:
            messages.error(request, problem)
    else:
        form = MemberForm.guessed(guessed, head)
        found = reading(form, head)
    return render(
        request,
        "inventory/members.html",
        {
            "preview": preview,
            "number": number,
            "form": form,
            "reading": found,
            "meanings": [(name, MEANINGS[name]) for name in OFFERED],
            "may_add": may(request.user, Action.DECIDE_RECOGNITIONS),
        },
    )


@behind(Action.UPLOAD)
@never_cache
@require_safe
def rows(request: HttpRequest, preview_id: int) -> HttpResponse:
    """How the first rows would be read by the answers so far, alone, while somebody answers."""
    preview = own_look(request, preview_id)
    try:
        _number, head = table_in(preview, request.GET)
        form = MemberForm.answered(guess(head), head, request.GET)
        form.own = form.own and may(request.user, Action.DECIDE_RECOGNITIONS)
        found = reading(form, head)
    except UnreadableFile as error:
        raise Http404(str(error)) from None
    return render(
        request,
        "inventory/_members_rows.html",
        {"reading": found, "form": form, "may_add": may(request.user, Action.DECIDE_RECOGNITIONS)},
    )
