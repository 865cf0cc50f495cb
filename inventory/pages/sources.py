"""``/sources/``: is it all coming in? Files to look at first, scans with progress, sources, coverage."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from discovery import watched_folder
from discovery.connectors import CONNECTORS
from discovery.models import Scan
from discovery.scans import Failure
from discovery.tasks import run_scan
from discovery.withdrawal import WITHDRAWABLE, NotWithdrawable, request_withdrawal
from inventory import coverage, previews, sample_removal
from inventory.access import Action, Role, behind, may, roles_of
from inventory.departments_told_of import departments_not_told_of
from inventory.freshness import State
from inventory.listing import months_of
from inventory.models import Preview, Tool
from inventory.money_totals import reporting_currency
from inventory.pages.telling import tell
from inventory.recognitions import how_many_wait
from inventory.said_here import said_here
from inventory.scan_progress import paces
from inventory.scan_results import results_of
from inventory.setup_steps import StepNow, steps_now
from inventory.source_history import history
from inventory.source_lines import SourceLine, source_lines
from inventory.tasks import look_at_upload
from inventory.withdrawal_preview import what_goes

SCANS_PER_PAGE = 10
FILES_AT_ONCE = 20
#: Files that one answer may be for, at most: some uploads may wait at once.
_FILES_NAMED = 500


@behind(Action.SEE_SOURCES)
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    read = history()
    lines = source_lines(timezone.now(), read=read)
    spans = read.spans_by_kind()
    months = months_of(coverage.last_year_of(spans))
    return render(
        request,
        "inventory/sources.html",
        {
            "sources": lines,
            "states": states_of(lines),
            "troubled": sum(bool(line.trouble) for line in lines),
            "rows": sum(line.rows for line in lines),
            "recognised": sum(line.recognised for line in lines),
            "in_review": sum(line.in_review for line in lines),
            "sealed_records": sum(line.sealed.records for line in lines),
            "rejected": sum(line.rejected for line in lines),
            "not_covered": coverage.not_covered(_kinds_read(lines)),
            "not_told_of": departments_not_told_of(),
            "months": months,
            "covered": coverage.covered_months(months, spans) if months else [],
            "steps": first_steps(lines),
            "connectors": sorted((c.title, c.name) for c in CONNECTORS if "file" in c.reads),
            "may_upload": may(request.user, Action.UPLOAD),
            "sample": sample_removal.sample() if may(request.user, Action.REMOVE_SAMPLE) else None,
            "waiting": how_many_wait() if Role.ADMINISTRATOR in roles_of(request.user) else 0,
            "may_see_waiting": may(request.user, Action.SEE_RECOGNITIONS),
            "folder_refused": watched_folder.refused() if settings.PENUMBRA["WATCHED_FOLDER"] else [],
            **_previews(),
            **scans_shown(request),
        },
    )


def states_of(lines: list[SourceLine]) -> dict[str, int]:
    """How many sources are in each state."""
    return {state.value: sum(line.freshness.state == state for line in lines) for state in State}


def first_steps(lines: list[SourceLine]) -> list[StepNow]:
    """What leads to a first inventory, and what of it is done."""
    return steps_now(_kinds_read(lines), has_tools=Tool.objects.exists())


def _kinds_read(lines: list[SourceLine]) -> set[str]:
    return coverage.kinds_covered(line.source for line in lines if line.last_read)


@behind(Action.SEE_SOURCES)
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """The scans alone, for a page that asks every second while something runs."""
    return render(request, "inventory/_scans.html", scans_shown(request))


@behind(Action.UPLOAD)
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """The files that are looked at, alone, while a worker reads one."""
    return render(request, "inventory/_previews.html", _previews())


def _previews() -> dict[str, object]:
    found = list(previews.waiting().order_by("pk"))
    return {
        "previews": found,
        "looking": any(preview.outcomes is None for preview in found),
        "readable": [preview for preview in found if preview.readable],
        "currency": reporting_currency(),  # offered where a file states none, never assumed
    }


def scans_shown(request: HttpRequest, number: int = SCANS_PER_PAGE) -> dict[str, object]:
    """The newest scans, or the page of them that the address names."""
    newest_first = Scan.objects.select_related("source").order_by("-pk")
    page = Paginator(newest_first, number).get_page(request.GET.get("scans"))
    return {
        "scans": page,
        "paces": paces(page.object_list),
        "running": Scan.objects.filter(state__in=Scan.UNFINISHED).count(),
        "may_see_rejected": may(request.user, Action.SEE_REJECTED),
        "may_withdraw": may(request.user, Action.WITHDRAW),
    }


@behind(Action.UPLOAD)
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Keep the files for a look; nothing of them counts before somebody says so."""
    files = request.FILES.getlist("files")
    if not files:
        messages.error(request, _("No file was chosen; choose one or more and upload again."))
    if len(files) > FILES_AT_ONCE:
        words = _("%(number)s files are more than %(most)s at once; put them into one archive.")
        messages.error(request, words % {"number": len(files), "most": FILES_AT_ONCE})
        files = []
    connector = request.POST.get("connector", "")
    if connector and connector not in {c.name for c in CONNECTORS}:
        messages.error(request, _("That format is not known here; choose one of the list."))
        files = []
    account = request.POST.get("account", "").strip()[:120]
    for file in files:
        opened = previews.open_preview(file, connector=connector, account=account, by=request.user.email)
        tell(look_at_upload, opened.pk)
    return redirect("sources")


@behind(Action.UPLOAD)
@require_POST
def read_in(request: HttpRequest, preview_id: int) -> HttpResponse:
    """Read in a file that was looked at."""
    return _read_in(request, [get_object_or_404(previews.waiting(), pk=preview_id)])


@behind(Action.UPLOAD)
@require_POST
def read_in_all(request: HttpRequest) -> HttpResponse:
    """Read in every file that the page offered to read, of those that nobody answered for meanwhile."""
    return _read_in(request, [preview for preview in _shown(request) if preview.readable])


def _read_in(request: HttpRequest, wanted: list[Preview]) -> HttpResponse:
    """Open their scans; what is being read is said once, whatever number of files it is."""
    being_read = []
    for preview in wanted:
        for opened in previews.read_in(preview, by=request.user.email):
            if isinstance(opened, Failure):
                messages.error(request, f"{opened.file}: {said_here(opened.error)}")
            else:
                being_read.append(opened.file_name)
                tell(run_scan, opened.pk)
    if len(being_read) == 1:
        messages.success(request, _("%(file)s is being read.") % {"file": being_read[0]})
    elif being_read:
        messages.success(request, _("%(number)s files are being read.") % {"number": len(being_read)})
    return redirect("sources")


def _shown(request: HttpRequest) -> list[Preview]:
    """The files that a form names and that still wait; numbers that are none count as not named."""
    numbers = [int(text) for text in request.POST.getlist("look")[:_FILES_NAMED] if text.isdecimal()]
    return list(previews.waiting().filter(pk__in=[n for n in numbers if n < 1 << 63]).order_by("pk"))


@behind(Action.UPLOAD)
@require_POST
def throw_away(request: HttpRequest, preview_id: int) -> HttpResponse:
    """Delete a file that was looked at and is not wanted."""
    preview = get_object_or_404(previews.waiting(), pk=preview_id)
    previews.throw_away(preview, by=request.user.email)
    messages.success(
        request, _("%(file)s was thrown away; nothing of it counts.") % {"file": preview.file_name}
    )
    return redirect("sources")


@behind(Action.UPLOAD)
@require_POST
def throw_all_away(request: HttpRequest) -> HttpResponse:
    """Delete every file that the page showed and that nobody answered for meanwhile."""
    shown = _shown(request)
    for preview in shown:
        previews.throw_away(preview, by=request.user.email)
    messages.success(
        request, _("Thrown away: %(number)s; nothing of these files counts.") % {"number": len(shown)}
    )
    return redirect("sources")


@behind(Action.SEE_SOURCES)
@require_safe
def scan(request: HttpRequest, scan_id: int) -> HttpResponse:
    """What came of one file."""
    shown = get_object_or_404(Scan.objects.select_related("source", "mapping"), pk=scan_id)
    return render(
        request,
        "inventory/scan.html",
        {
            "scan": shown,
            "results": results_of(shown) if shown.state == Scan.State.DONE else None,
            "may_see_rejected": may(request.user, Action.SEE_REJECTED),
            "may_withdraw": may(request.user, Action.WITHDRAW),
        },
    )


@behind(Action.WITHDRAW)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, scan_id: int) -> HttpResponse:
    """Ask first, saying what will be gone; withdraw when that was confirmed."""
    if request.method == "GET":
        asked_about = get_object_or_404(Scan.objects.select_related("source"), pk=scan_id)
        going = what_goes(asked_about) if asked_about.state in WITHDRAWABLE else None
        return render(request, "inventory/withdraw.html", {"scan": asked_about, "going": going})
    try:
        scan = request_withdrawal(scan_id, by=request.user.email)
    except NotWithdrawable as error:
        messages.error(request, f"{error}.")
    else:
        words = _("%(file)s is being withdrawn; what only it showed will be gone.")
        messages.success(request, words % {"file": scan.file_name})
        tell(run_scan, scan.pk)
    return redirect("sources")
