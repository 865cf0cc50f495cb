"""Deciding: about one tool, about many of the list at once, and ``/decisions/`` with all batches and undo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from discovery.models import Person
from inventory.access import Action, behind, may, reach_of
from inventory.deciding import STATUSES, change_of_many, change_of_one, tags_as_text
from inventory.decision_words import changes
from inventory.decisions import Change, WrongDecision, decide, log_of, undo
from inventory.listing import Wanted, listing
from inventory.models import DataClass, DecisionBatch, Tool
from inventory.naming import names_of

BATCHES_PER_PAGE = 30
ROWS_PER_PAGE = 50


def decision_part(request: HttpRequest, tool: Tool, filled_in: QueryDict | None = None) -> dict[str, Any]:
    """The form and the history on a tool's page. Four queries."""
    return {
        "history": [(row.batch, changes(row.before, row.after)) for row in log_of(tool.key)],
        "may_decide": may(request.user, Action.DECIDE),
        "may_see_batches": may(request.user, Action.SEE_DECISIONS),
        "form": _filled_in(tool, filled_in),
        "statuses": STATUSES,
        "departments_to_choose": _departments(tool),
        "data_to_choose": DataClass.choices,
    }


def _filled_in(tool: Tool, form: QueryDict | None) -> dict[str, Any]:
    """What the fields hold: what was sent, or else what the tool says now."""
    if form is not None:
        texts = ("status", "conditions", "review_due", "owner", "technical_owner", "tags", "reason")
        lists = ("allowed_departments", "allowed_data")
        return {name: form.get(name, "") for name in texts} | {name: form.getlist(name) for name in lists}
    return {
        "status": tool.status,
        "conditions": tool.conditions,
        "review_due": tool.review_due.isoformat() if tool.review_due else "",
        "owner": tool.owner,
        "technical_owner": tool.technical_owner,
        "tags": tags_as_text(tool.tags),
        "allowed_departments": tool.allowed_departments,
        "allowed_data": tool.allowed_data,
        "reason": "",
    }


def _departments(tool: Tool) -> list[str]:
    """Every department of the directory, whoever uses the tool, and what was allowed before."""
    known = Person.objects.exclude(department="").values_list("department", flat=True).distinct().order_by()
    return sorted({*known, *tool.allowed_departments}, key=str.casefold)


@behind(Action.DECIDE)
@require_http_methods(["GET", "POST"])
def decide_one(request: HttpRequest, key: str) -> HttpResponse:
    """Decide about a tool; what cannot be taken is said above the form, with everything filled in."""
    tool = Tool.objects.filter(key=key).first()
    if tool is None:
        raise Http404(f"No tool {key} is in the inventory.")
    name = names_of({tool.key: tool.vendor})[tool.key]
    if request.method == "POST":
        try:
            batch = _decide(request, [tool.key], change_of_one(request.POST, tool))
        except WrongDecision as refused:
            messages.error(request, sentence(refused))
        else:
            said(request, _("%(tool)s: decided.") % {"tool": name.title}, batch)
            return redirect(f"{reverse('tool', args=[key])}?tab=decisions")
    filled_in = request.POST if request.method == "POST" else None
    context = {"tool": tool, "name": name, **decision_part(request, tool, filled_in)}
    return render(request, "inventory/decide.html", context)


@behind(Action.DECIDE)
@require_POST
def decide_many(request: HttpRequest) -> HttpResponse:
    """Decide the same about the chosen rows of the list, or about all that its filters match."""
    address = request.POST.get("address", "")
    back = f"{reverse('tools')}?{address}" if address else reverse("tools")
    try:
        keys = _meant(request, address)
        batch = _decide(request, keys, change_of_many(request.POST))
    except WrongDecision as refused:
        messages.error(request, sentence(refused))
        return redirect(back)
    number = batch.decisions.count()
    words = ngettext("%(number)s tool was decided about.", "%(number)s tools were decided about.", number)
    said(request, words % {"number": number}, batch)
    return redirect(back)


def _meant(request: HttpRequest, address: str) -> Iterable[str]:
    """Keys of the tools that the form means. Raises WrongDecision where there is none, or where the list
    is not the one that was looked at."""
    if request.POST.get("which") != "all":
        if not (keys := request.POST.getlist("tool")):
            raise WrongDecision(_("no tool is chosen; mark some rows, or choose all that match"))
        return keys
    reach = reach_of(request.user)
    keys = [entry.key for entry in listing(Wanted.from_address(QueryDict(address), reach), reach).entries]
    if str(len(keys)) != request.POST.get("matching", ""):
        number = len(keys)
        words = ngettext(
            "the list has changed: %(number)s tool matches now; look at it and decide again",
            "the list has changed: %(number)s tools match now; look at them and decide again",
            number,
        )
        raise WrongDecision(words % {"number": number})
    return keys


def _decide(request: HttpRequest, keys: Iterable[str], change: Change) -> DecisionBatch:
    reason = request.POST.get("reason", "")
    return decide(keys, change, actor=request.user.email, reason=reason, now=timezone.now())


def sentence(refused: Exception) -> str:
    """Why something was refused, as a sentence of its own; the key of a tool stays as it is."""
    text = str(refused)
    begins_with_word = text.partition(" ")[0].isalpha()
    return f"{text[0].upper() if begins_with_word else text[0]}{text[1:]}."


def said(request: HttpRequest, text: str, batch: DecisionBatch) -> None:
    """Say what was done, with a button that undoes it (see ``undo_button``)."""
    messages.success(request, text, extra_tags=f"undo-{batch.pk}")


@behind(Action.SEE_DECISIONS)
@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """Every batch, newest first: who, when, why, how many tools; undone or not."""
    found = DecisionBatch.objects.select_related("undone_by", "undoes").annotate(tools=Count("decisions"))
    page = Paginator(found.order_by("-made_at", "-pk"), BATCHES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "inventory/batches.html", {"page": page})


@behind(Action.SEE_DECISIONS)
@require_safe
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One batch: what it changed of each tool."""
    batches = DecisionBatch.objects.select_related("undone_by", "undoes")
    found = get_object_or_404(batches, pk=batch_id)
    page = Paginator(found.decisions.order_by("tool"), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    keys = [row.tool for row in page]
    vendors = dict(Tool.objects.filter(key__in=keys).values_list("key", "vendor"))
    names = names_of({key: vendors.get(key, key.partition("/")[0]) for key in keys})
    context = {
        "batch": found,
        "page": page,
        "rows": [
            (row.tool, row.tool in vendors, names[row.tool].title, changes(row.before, row.after))
            for row in page
        ],
        "undone_by": getattr(found, "undone_by", None),
        "may_decide": may(request.user, Action.DECIDE),
    }
    return render(request, "inventory/batch.html", context)


@behind(Action.DECIDE)
@require_POST
def undo_batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Put back what a batch changed, and go back to the page where it was asked for."""
    found = get_object_or_404(DecisionBatch, pk=batch_id)
    reason = request.POST.get("reason", "").strip() or _("taken back right after it was decided")
    try:
        undoing = undo(found, actor=request.user.email, reason=reason, now=timezone.now())
    except WrongDecision as refused:
        messages.error(request, sentence(refused))
        return redirect("batch", batch_id)
    number = undoing.decisions.count()
    words = ngettext(
        "Undone: %(number)s tool is as it was.", "Undone: %(number)s tools are as they were.", number
    )
    messages.success(request, words % {"number": number})
    back = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back) if own else redirect("batch", undoing.pk)
