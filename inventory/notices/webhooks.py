"""Webhooks: made, changed and switched by an administrator, each change with who and why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from inventory.access import reach_of
from inventory.notice_models import Delivery, NoticeKind, Severity, Webhook, WebhookChange, new_event_id
from inventory.notices.own_network import Refused, check_address
from inventory.notices.readers import FLAG_KINDS
from inventory.notices.signing import new_secret, seal
from inventory.open_flags import may_read_flags

#: What a webhook can be told: nothing that is for one person only.
KINDS = tuple(
    kind for kind in NoticeKind if kind not in (NoticeKind.OWNER_ASKED, NoticeKind.DECLARATION_ANSWERED)
)


def kinds_for(user: AbstractUser) -> tuple[NoticeKind, ...]:
    """The kinds that somebody may let out: of flags only who may read them."""
    if may_read_flags(reach_of(user)):
        return KINDS
    return tuple(kind for kind in KINDS if kind not in FLAG_KINDS)


class WrongWebhook(ValueError):
    """One sentence that says why nothing was changed."""


def make(
    *,
    name: str,
    url: str,
    kinds: Collection[str],
    least: str,
    actor: str,
    reason: str,
    now: datetime,
    offered: Collection[str] = KINDS,
) -> tuple[Webhook, str]:
    """A new webhook and its secret, which is readable now and never again. Raises WrongWebhook.

    ``offered`` are the kinds that whoever makes it may read.
    """
    if not name.strip():
        raise WrongWebhook(_("Give the webhook a name."))
    if not kinds or not set(kinds) <= set(offered) or least not in Severity.values:
        raise WrongWebhook(_("Choose one of what is offered."))
    try:
        check_address(url.strip(), settings.PENUMBRA["WEBHOOK_NETWORKS"])
    except Refused as refused:
        raise WrongWebhook(str(refused)) from None
    secret = new_secret()
    webhook = Webhook(
        name=name.strip(),
        url=url.strip(),
        secret=seal(secret),
        kinds=sorted(set(kinds)),
        least=least,
        since=now,
    )
    try:
        webhook.full_clean(exclude=["secret", "kinds", "url"])
    except ValidationError as error:
        raise WrongWebhook(error.messages[0]) from None
    if len(webhook.url) > 500:
        raise WrongWebhook(_("The address is longer than 500 characters."))
    with transaction.atomic():
        webhook.save()
        _log(webhook, "made", actor, reason, now)
    return webhook, secret


def switch(webhook: Webhook, *, on: bool, actor: str, reason: str, now: datetime) -> None:
    """Stop telling a webhook, or begin again. What happened while it was off is not sent later."""
    with transaction.atomic():
        if on and not webhook.active:
            webhook.since = now
        webhook.active = on
        webhook.save(update_fields=["active", "since"])
        if not on:
            waiting = webhook.deliveries.filter(state=Delivery.State.WAITING)
            waiting.update(state=Delivery.State.GIVEN_UP)
        _log(webhook, "on" if on else "off", actor, reason, now)


def renew_secret(webhook: Webhook, *, actor: str, reason: str, now: datetime) -> str:
    """A new secret from the next delivery on; the old one signs nothing any more."""
    secret = new_secret()
    with transaction.atomic():
        webhook.secret = seal(secret)
        webhook.save(update_fields=["secret"])
        _log(webhook, "new secret", actor, reason, now)
    return secret


def test(webhook: Webhook, *, now: datetime) -> Delivery:
    """Send a test to a webhook: signed and logged like every other delivery. Raises WrongWebhook."""
    if not webhook.active:
        raise WrongWebhook(_("This webhook is off; switch it on first."))
    event_id = new_event_id()
    return Delivery.objects.create(webhook=webhook, event_id=event_id, next_at=now, made_at=now)


def replay(delivery: Delivery, *, now: datetime) -> None:
    """Send once more, under the same event id, what was sent or given up. Raises WrongWebhook."""
    ended = Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.WAITING)
    if not delivery.webhook.active:
        raise WrongWebhook(_("This webhook is off; switch it on first."))
    if not ended.update(state=Delivery.State.WAITING, tries=0, next_at=now):
        raise WrongWebhook(_("This delivery waits already."))


def _log(webhook: Webhook, what: str, actor: str, reason: str, now: datetime) -> None:
    if not actor.strip() or not reason.strip():
        raise WrongWebhook(_("Say why: the reason is kept with the change."))
    WebhookChange.objects.create(
        webhook=webhook, what=what, actor=actor.strip(), reason=" ".join(reason.split()), made_at=now
    )
