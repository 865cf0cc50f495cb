"""``/sources/looks/…/columns/``: what the columns of a file mean, and the one thing that it leaves open.

The rows shown are those of a file that its reader uploaded a moment ago, straight from the upload:
nobody else sees them, and nothing of them is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from discovery import table_mappings
from discovery.connectors import by_name
from discovery.connectors.amounts import CURRENCIES
from discovery.connectors.base import Head, Kind, Said, UnreadableFile
from discovery.connectors.column_meaning import Meaning
from discovery.connectors.table_mapping import KINDS, OFFERED, guess
from discovery.files import Member, head_of, members
from inventory import previews
from inventory.access import Action, behind
from inventory.mapping_form import MEANINGS, MappingForm, reading
from inventory.member_form import MEANINGS as MEMBER_MEANINGS
from inventory.models import Preview
from inventory.pages.telling import tell
from inventory.said_here import said_here
from inventory.tasks import look_at_upload
from vendors.models import Product


@behind(Action.UPLOAD)
@never_cache
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, preview_id: int) -> HttpResponse:
    """Say what the columns mean, seeing how the first rows would be read; then have it looked at so."""
    preview = own_look(request, preview_id)
    try:
        number, head = table_in(preview, request.GET if request.method == "GET" else request.POST)
        guessed = guess(head)
    except UnreadableFile as error:
        messages.error(request, f"{preview.file_name}: {said_here(str(error))}.")
        return redirect("sources")
    if request.method == "POST":
        form = MappingForm.answered(guessed, request.POST)
        found = reading(form, head)
        problems = list(found.problems)
        if not form.name:
            problems.append(_("Give the mapping a name: the source that its files fill is called so."))
        if "show" in request.POST:
            problems = []
        elif not problems:
            try:
                saved = table_mappings.save(
                    form.mapping(),
                    name=form.name,
                    by=request.user.email,
                    head=head,
                    account=preview.account,
                )
            except table_mappings.NotSaved as error:
                problems.append(f"{error}.")
            else:
                previews.look_again(preview)
                tell(look_at_upload, preview.pk)
                words = _("The mapping %(name)s is saved; files with this header are read by it.")
                messages.success(request, words % {"name": saved.name})
                return redirect("sources")
        for problem in problems:
            messages.error(request, problem)
    else:
        form = MappingForm.guessed(guessed, head.name.rpartition("!")[2])
        found = reading(form, head)
    return render(
        request,
        "inventory/columns.html",
        {
            "preview": preview,
            "number": number,
            "form": form,
            "reading": found,
            "kinds": [kind.value for kind in KINDS],
            "meanings": [(meaning.name, MEANINGS[meaning]) for meaning in OFFERED],
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
        found = reading(MappingForm.answered(guess(head), request.GET), head)
    except UnreadableFile as error:
        raise Http404(str(error)) from None
    return render(request, "inventory/_columns_rows.html", {"reading": found})


def own_look(request: HttpRequest, preview_id: int) -> Preview:
    """A file that waits for an answer and that this reader uploaded."""
    return get_object_or_404(previews.waiting(), pk=preview_id, requested_by=request.user.email)


def table_in(preview: Preview, answers: Mapping[str, str]) -> tuple[int, Head]:
    """The file asked about: of an archive, by its number."""
    try:
        wanted = int(answers.get("file", "0"))
    except ValueError:
        wanted = 0
    for number, member in enumerate(members(Path(preview.path))):
        if number == wanted:
            if not isinstance(member, Member):
                raise UnreadableFile(member.error)
            return number, head_of(member)
    raise UnreadableFile("the file is no longer there; upload it again")


@behind(Action.UPLOAD)
@require_POST
def answer(request: HttpRequest, preview_id: int) -> HttpResponse:
    """Say the one thing that a file of a known format leaves open; kept for the next with its header."""
    preview = own_look(request, preview_id)
    currency = request.POST.get("currency", "").strip().upper()
    said = Said(currency, {"day": True, "month": False}.get(request.POST.get("order", "")))
    if said == Said() or (currency and currency not in CURRENCIES):
        messages.error(request, _("Say the currency by its code of three letters, such as EUR."))
        return redirect("sources")
    try:
        number, head = table_in(preview, request.POST)
        reader = by_name(str((preview.outcomes or [])[number]["connector"]))
        kept = table_mappings.remember(head, reader, said, by=request.user.email, account=preview.account)
    except (UnreadableFile, IndexError, table_mappings.NotSaved) as error:
        messages.error(request, f"{preview.file_name}: {said_here(str(error))}.")
        return redirect("sources")
    if not kept and len(preview.outcomes or []) > 1:  # what is said of it would be said of the others too
        words = _("%(file)s has no header to know it by; upload it alone and answer there.")
        messages.error(request, words % {"file": head.name})
        return redirect("sources")
    if kept:
        previews.look_with(preview, Said())
        messages.success(request, _kept_for(said))
    else:
        previews.look_with(preview, said)
        messages.success(request, _("It holds for this upload: its table has no header to know the next by."))
    tell(look_at_upload, preview.pk)
    return redirect("sources")


def _kept_for(said: Said) -> str:
    """Which files the answer holds for."""
    if said.currency:
        return _("Kept: the next file of this account with this header is read so, without asking.")
    return _("Kept: the next file with this header is read so, without asking.")


@behind(Action.UPLOAD)
@require_safe
def mappings(request: HttpRequest) -> HttpResponse:
    """Every saved mapping: what it reads, who made it, how many files were read by it."""
    saved = list(table_mappings.in_force().annotate(files=Count("scans")).order_by("name", "pk"))
    of_tools = [mapping.tool for mapping in saved if mapping.tool]
    named = dict(Product.objects.filter(key__in=of_tools).values_list("key", "name")) if of_tools else {}
    lines = [
        (
            mapping,
            named.get(mapping.tool, mapping.tool_name),
            [
                (mapping.headers[column], _words(mapping.kind, name))
                for name, column in sorted(mapping.columns.items(), key=lambda item: item[1])
            ],
        )
        for mapping in saved
    ]
    return render(request, "inventory/mappings.html", {"lines": lines})


def _words(kind: str, name: str) -> str:
    """What a column of a mapping holds."""
    return str(MEMBER_MEANINGS[name] if kind == Kind.LICENCE else MEANINGS[Meaning[name]])


@behind(Action.UPLOAD)
@require_POST
def delete(request: HttpRequest, mapping_id: int) -> HttpResponse:
    if table_mappings.delete(mapping_id, by=request.user.email):
        messages.success(request, _("The mapping is deleted. What was read by it stays."))
    return redirect("mappings")
