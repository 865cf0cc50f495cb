"""``/sources/systems/``: systems that lists are pulled from. No page can open a credential, or shows one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from discovery import connections as acts
from discovery.connections import SYSTEMS, WrongConnection
from discovery.connectors.api import fields_of
from discovery.credentials import NoWorkerYet
from discovery.models import Connection, PulledSource
from discovery.tasks import sweep, try_connections
from inventory.access import Action, behind, may
from inventory.pages.telling import tell
from inventory.pulled_lists import how_it_goes


@behind(Action.SEE_SOURCES)
@never_cache
@require_safe
def systems(request: HttpRequest) -> HttpResponse:
    """Every connection with its lists, and the systems that can be connected."""
    now = timezone.now()
    return render(
        request,
        "inventory/systems.html",
        {
            "connections": [(one, _lists(one, now)) for one in acts.connections()],
            "offers": SYSTEMS.values(),
            "may_change": may(request.user, Action.CHANGE_SYSTEMS),
        },
    )


def _lists(connection: Connection, now: object) -> list[tuple[PulledSource, str]]:
    lists = sorted(connection.lists.all(), key=lambda pulled: pulled.source.name)
    for pulled in lists:
        pulled.connection = connection
    return [(pulled, how_it_goes(pulled, now)) for pulled in lists]


@behind(Action.CHANGE_SYSTEMS)
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def connect(request: HttpRequest, system: str) -> HttpResponse:
    """The form that a system's settings make; what was typed stays, secrets apart."""
    if system not in SYSTEMS:
        raise Http404
    offer = SYSTEMS[system]
    posted = request.POST
    sent = request.method == "POST"
    if sent:
        try:
            made = acts.connect(
                system,
                name=posted.get("name", ""),
                values=posted.dict(),
                lists=posted.getlist("lists"),
                actor=request.user.email,
                reason=posted.get("reason", ""),
                now=timezone.now(),
            )
            acts.ask_test(made, now=timezone.now())
        except (WrongConnection, NoWorkerYet) as wrong:
            messages.error(request, str(wrong))
        else:
            tell(try_connections)
            return redirect("connection", made.pk)
    fields = fields_of(offer.system.settings)
    context = {
        "offer": offer,
        "fields": [(one, "" if one.secret else posted.get(one.name, "")) for one in fields],
        "chosen": posted.getlist("lists") if sent else [one.name for one in offer.connectors],
        "typed": {name: posted.get(name, "") for name in ("name", "reason")},
    }
    return render(request, "inventory/connect.html", context, status=422 if sent else 200)


@behind(Action.SEE_SOURCES)
@never_cache
@require_safe
def connection(request: HttpRequest, connection_id: int) -> HttpResponse:
    """One connection: its lists, what the last test said, who changed what."""
    found = get_object_or_404(Connection, pk=connection_id)
    offer, lists = SYSTEMS[found.system], _lists(found, timezone.now())
    fields = fields_of(offer.system.settings)
    return render(
        request,
        "inventory/connection.html",
        {
            "connection": found,
            "offer": offer,
            "lists": lists,
            "troubled": sum(bool(pulled.trouble) for pulled, _badge in lists),
            "ever_read": any(pulled.last_success for pulled, _badge in lists),
            "settings": [(one, found.settings.get(one.name, "")) for one in fields if not one.secret],
            "fields": [(one, "" if one.secret else found.settings.get(one.name, "")) for one in fields],
            "changes": found.changes.order_by("-pk"),
            "may_change": may(request.user, Action.CHANGE_SYSTEMS),
        },
    )


@behind(Action.CHANGE_SYSTEMS)
@require_POST
def test(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Ask a worker to try the connection: pages cannot open its credential."""
    found = get_object_or_404(Connection, pk=connection_id)
    try:
        acts.ask_test(found, now=timezone.now())
    except WrongConnection as wrong:
        messages.error(request, str(wrong))
    else:
        tell(try_connections)
    return redirect("connection", connection_id)


@behind(Action.CHANGE_SYSTEMS)
@sensitive_post_parameters()
@require_POST
def new_credential(request: HttpRequest, connection_id: int) -> HttpResponse:
    found = get_object_or_404(Connection, pk=connection_id)
    now = timezone.now()
    try:
        acts.replace_credential(
            found,
            request.POST.dict(),
            actor=request.user.email,
            reason=request.POST.get("reason", ""),
            now=now,
        )
        found.refresh_from_db()
        acts.ask_test(found, now=now)
    except (WrongConnection, NoWorkerYet) as wrong:
        messages.error(request, str(wrong))
    else:
        tell(try_connections)
        messages.success(request, _("The credential was replaced; every list is tried again."))
    return redirect("connection", connection_id)


@behind(Action.CHANGE_SYSTEMS)
@require_POST
def delete_credential(request: HttpRequest, connection_id: int) -> HttpResponse:
    found = get_object_or_404(Connection, pk=connection_id)
    try:
        acts.delete_credential(
            found, actor=request.user.email, reason=request.POST.get("reason", ""), now=timezone.now()
        )
    except WrongConnection as wrong:
        messages.error(request, str(wrong))
    else:
        messages.success(request, _("The credential is deleted; what was read stays."))
    return redirect("connection", connection_id)


@behind(Action.CHANGE_SYSTEMS)
@require_POST
def change_list(request: HttpRequest, source_id: int) -> HttpResponse:
    """Pull a list now, pause it, let it go on, or let it begin again."""
    pulled = get_object_or_404(PulledSource.objects.select_related("connection", "source"), pk=source_id)
    who = {"actor": request.user.email, "reason": request.POST.get("reason", ""), "now": timezone.now()}
    try:
        match request.POST.get("do"):
            case "pull":
                acts.pull_now(pulled, now=timezone.now())
            case "pause":
                acts.pause(pulled, on=True, **who)
            case "go on":
                acts.pause(pulled, on=False, **who)
            case "begin again":
                acts.begin_again(pulled, **who)
            case _:
                raise WrongConnection(_("Choose what is to happen with the list."))
    except WrongConnection as wrong:
        messages.error(request, str(wrong))
    else:
        tell(sweep)
    return redirect("connection", pulled.connection_id)
