"""``/webhooks/``: which programs are told of notices, what reached them, and a test for each."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from inventory.access import Action, behind, may
from inventory.models import Delivery, DeliveryTry, Webhook
from inventory.notice_models import NoticeKind, Severity
from inventory.notices import webhooks as hooks
from inventory.tasks import send_notices

DELIVERIES_PER_PAGE = 25

logger = logging.getLogger(__name__)


@behind(Action.SEE_WEBHOOKS)
@never_cache
@require_http_methods(["GET", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """The list; by POST a new one, whose secret stands on the answer and nowhere else."""
    if request.method == "POST":
        return _make(request)
    return _list(request)


@behind(Action.CHANGE_WEBHOOKS)
def _make(request: HttpRequest) -> HttpResponse:
    try:
        made, secret = hooks.make(
            name=request.POST.get("name", ""),
            url=request.POST.get("url", ""),
            kinds=request.POST.getlist("kinds"),
            least=request.POST.get("least", ""),
            actor=request.user.email,
            reason=request.POST.get("reason", ""),
            now=timezone.now(),
            offered=hooks.kinds_for(request.user),
        )
    except hooks.WrongWebhook as refused:
        messages.error(request, str(refused))
        return _list(request)
    return _one(request, made, secret=secret)


def _list(request: HttpRequest) -> HttpResponse:
    posted = request.POST
    context = {
        "webhooks": Webhook.objects.order_by("name"),
        "may_change": may(request.user, Action.CHANGE_WEBHOOKS),
        "kinds": [(kind.value, kind.label) for kind in hooks.kinds_for(request.user)],
        "severities": Severity.choices,
        "typed": {name: posted.get(name, "") for name in ("name", "url", "reason")},
        "chosen": posted.getlist("kinds"),
        "least": posted.get("least", Severity.HIGH),
    }
    return render(request, "inventory/webhooks.html", context)


@behind(Action.SEE_WEBHOOKS)
@never_cache
@require_safe
def webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    return _one(request, get_object_or_404(Webhook, pk=webhook_id))


def _one(request: HttpRequest, shown: Webhook, secret: str = "") -> HttpResponse:
    tries = Prefetch("log", DeliveryTry.objects.order_by("-pk"))
    deliveries = shown.deliveries.select_related("notice").prefetch_related(tries).order_by("-pk")
    context = {
        "webhook": shown,
        "kinds": [NoticeKind(kind).label for kind in shown.kinds],
        "secret": secret,
        "may_change": may(request.user, Action.CHANGE_WEBHOOKS),
        "deliveries": Paginator(deliveries, DELIVERIES_PER_PAGE).get_page(request.GET.get("page")),
        "changes": shown.changes.order_by("-pk"),
    }
    return render(request, "inventory/webhook.html", context)


@behind(Action.CHANGE_WEBHOOKS)
@require_POST
def switch(request: HttpRequest, webhook_id: int) -> HttpResponse:
    found = get_object_or_404(Webhook, pk=webhook_id)
    on = request.POST.get("on") == "1"
    try:
        hooks.switch(
            found,
            on=on,
            actor=request.user.email,
            reason=request.POST.get("reason", ""),
            now=timezone.now(),
        )
    except hooks.WrongWebhook as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The webhook is on.") if on else _("The webhook is off."))
    return redirect("webhook", webhook_id)


@behind(Action.CHANGE_WEBHOOKS)
@never_cache
@require_POST
def renew_secret(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """A new secret, which stands on the answer and nowhere else."""
    found = get_object_or_404(Webhook, pk=webhook_id)
    try:
        secret = hooks.renew_secret(
            found, actor=request.user.email, reason=request.POST.get("reason", ""), now=timezone.now()
        )
    except hooks.WrongWebhook as refused:
        messages.error(request, str(refused))
        return redirect("webhook", webhook_id)
    return _one(request, found, secret=secret)


@behind(Action.CHANGE_WEBHOOKS)
@require_POST
def test(request: HttpRequest, webhook_id: int) -> HttpResponse:
    found = get_object_or_404(Webhook, pk=webhook_id)
    try:
        hooks.test(found, now=timezone.now())
    except hooks.WrongWebhook as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("A test is on its way: what came of it stands below in a moment."))
        _send()
    return redirect("webhook", webhook_id)


@behind(Action.CHANGE_WEBHOOKS)
@require_POST
def replay(request: HttpRequest, delivery_id: int) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.select_related("webhook"), pk=delivery_id)
    try:
        hooks.replay(delivery, now=timezone.now())
    except hooks.WrongWebhook as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is sent once more, under the same event id."))
        _send()
    return redirect("webhook", delivery.webhook_id)


def _send() -> None:
    """Tell the workers. The sweep comes by too, so a lost word only delays."""
    try:
        send_notices.delay()
    except OperationalError:
        logger.warning("a delivery waits for the sweep: the broker cannot be reached")
