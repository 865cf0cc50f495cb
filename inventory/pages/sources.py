"""``/sources/``: is it all coming in? Upload, scans with progress, sources."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from discovery.connectors import CONNECTORS
from discovery.models import Scan
from discovery.scans import Failure, accept_upload
from discovery.tasks import run_scan
from discovery.withdrawal import NotWithdrawable, request_withdrawal
from inventory import coverage
from inventory.access import Action, behind, may

SCANS_PER_PAGE = 10
FILES_AT_ONCE = 20

logger = logging.getLogger(__name__)


@behind(Action.SEE_SOURCES)
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    lines = coverage.source_lines()
    return render(
        request,
        "inventory/sources.html",
        {
            "sources": lines,
            "rows": sum(line.rows for line in lines),
            "about_ai": sum(line.about_ai for line in lines),
            "sealed_records": sum(line.sealed.records for line in lines),
            "rejected": sum(line.rejected for line in lines),
            "not_covered": coverage.not_covered(),
            "connectors": sorted((c.title, c.name) for c in CONNECTORS if "file" in c.reads),
            "may_upload": may(request.user, Action.UPLOAD),
            **_scans(request),
        },
    )


@behind(Action.SEE_SOURCES)
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """The scans alone, for a page that asks every second while something runs."""
    return render(request, "inventory/_scans.html", _scans(request))


def _scans(request: HttpRequest) -> dict[str, object]:
    newest_first = Scan.objects.select_related("source").order_by("-pk")
    return {
        "scans": Paginator(newest_first, SCANS_PER_PAGE).get_page(request.GET.get("scans")),
        "running": Scan.objects.filter(state__in=Scan.UNFINISHED).count(),
        "may_see_rejected": may(request.user, Action.SEE_REJECTED),
        "may_withdraw": may(request.user, Action.WITHDRAW),
    }


@behind(Action.UPLOAD)
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Keep the files until they are read, and let a worker read them."""
    files = request.FILES.getlist("files")
    if not files:
        messages.error(request, "No file was chosen; choose one or more and upload again.")
    if len(files) > FILES_AT_ONCE:
        messages.error(
            request,
            f"{len(files)} files are more than {FILES_AT_ONCE} at once; put them into one archive.",
        )
        files = []
    connector = request.POST.get("connector", "")
    if connector and connector not in {c.name for c in CONNECTORS}:
        messages.error(request, "That format is not known here; choose one of the list.")
        files = []
    account = request.POST.get("account", "").strip()[:120]
    for file in files:
        for opened in accept_upload(file, connector=connector, account=account, by=request.user.email):
            if isinstance(opened, Failure):
                messages.error(request, f"{opened.file}: {opened.error}")
            else:
                messages.success(request, f"{opened.file_name} is being read as {opened.connector}.")
                _start(opened)
    return redirect("sources")


@behind(Action.WITHDRAW)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, scan_id: int) -> HttpResponse:
    """Ask first, saying what will be gone; withdraw when that was confirmed."""
    if request.method == "GET":
        asked_about = get_object_or_404(Scan.objects.select_related("source"), pk=scan_id)
        return render(request, "inventory/withdraw.html", {"scan": asked_about})
    try:
        scan = request_withdrawal(scan_id, by=request.user.email)
    except NotWithdrawable as error:
        messages.error(request, f"{error}.")
    else:
        messages.success(request, f"{scan.file_name} is being withdrawn; what only it showed will be gone.")
        _start(scan)
    return redirect("sources")


def _start(scan: Scan) -> None:
    """Tell the workers. The sweep finds the scan too, so a broker that is away only delays it."""
    try:
        run_scan.delay(scan.pk)
    except OperationalError:
        logger.warning("scan %s waits for the sweep: the broker cannot be reached", scan.pk)
