"""What webhooks are sent: one delivery for each webhook and notice, tried until it arrives or is given up."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from inventory.notice_models import Delivery, DeliveryTry, Notice, NoticeKind, Webhook
from inventory.notices import outbox
from inventory.notices.own_network import Answer, Refused, post
from inventory.notices.readers import FLAG_KINDS, severe_enough
from inventory.notices.signing import SecretLost, signature, unseal

#: Deliveries of one sweep, so that a slow receiver does not keep a worker from scans for long.
_AT_ONCE = 20
_GONE = 410


def make_due(now: datetime) -> int:
    """A delivery for each notice that a webhook is to be told and is not told yet; how many."""
    made = 0
    for webhook in Webhook.objects.filter(active=True).order_by("pk"):
        told = Delivery.objects.filter(webhook=webhook, notice=OuterRef("pk"))
        fresh = Notice.objects.filter(
            ~Exists(told),
            kind__in=webhook.kinds,
            made_at__gte=webhook.since,
            summed_in=None,
            to="",
        ).order_by("pk")
        wanted = [
            Delivery(webhook=webhook, notice=notice, event_id=notice.event_id, next_at=now, made_at=now)
            for notice in fresh
            if severe_enough(notice, webhook.least)
        ]
        Delivery.objects.bulk_create(wanted, ignore_conflicts=True)
        made += len(wanted)
    return made


def send_due(now: datetime) -> int:
    """Send what waits, to each webhook in order; after a failure its others wait for the next sweep."""
    delivered = 0
    unwell: set[int] = set()
    waiting = Delivery.objects.filter(webhook__active=True).select_related("webhook", "notice")
    for delivery in outbox.due(waiting, now)[:_AT_ONCE]:
        if delivery.webhook_id in unwell:
            continue
        with outbox.claimed(delivery) as ours:
            if ours and not send(delivery, now):
                unwell.add(delivery.webhook_id)
            delivered += ours and delivery.webhook_id not in unwell
    return delivered


def send(delivery: Delivery, now: datetime) -> bool:
    """Try a claimed delivery once and write down what came of it; whether it arrived."""
    body = json.dumps(payload(delivery), separators=(",", ":"), ensure_ascii=False).encode()
    timestamp = int(now.timestamp())
    try:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Penumbra",
            "webhook-id": delivery.event_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(
                unseal(delivery.webhook.secret), delivery.event_id, timestamp, body
            ),
        }
        answer = post(delivery.webhook.url, body, headers, settings.PENUMBRA["WEBHOOK_NETWORKS"])
    except Refused as refused:
        return _failed(delivery, str(refused), now)
    except SecretLost:
        return _failed(delivery, _("The secret cannot be opened: give this webhook a new one."), now)
    except OSError as error:
        return _failed(delivery, _("No answer: %(error)s") % {"error": type(error).__name__}, now)
    return _answered(delivery, answer, now)


def _answered(delivery: Delivery, answer: Answer, now: datetime) -> bool:
    _log(delivery, answer.text, now, answer.status)
    if 200 <= answer.status < 300:
        return outbox.sent(delivery)
    if answer.status == _GONE:  # the receiver wants no more of it
        outbox.given_up(delivery)
    else:
        outbox.failed(delivery, now)
    return False


def _failed(delivery: Delivery, why: str, now: datetime) -> bool:
    _log(delivery, why, now)
    outbox.failed(delivery, now)
    return False


def _log(delivery: Delivery, answer: str, now: datetime, status: int | None = None) -> None:
    shown = "".join(letter if letter.isprintable() else " " for letter in answer)
    DeliveryTry.objects.create(delivery=delivery, at=now, status=status, answer=" ".join(shown.split())[:200])


def payload(delivery: Delivery) -> dict[str, Any]:
    """What is sent: names of things and counts, and nobody's name or address."""
    notice = delivery.notice
    if notice is None:
        return {
            "id": delivery.event_id,
            "type": "test",
            "timestamp": delivery.made_at.isoformat(),
            "data": {},
        }
    data = {"tools": notice.tools, **notice.facts}
    if notice.kind == NoticeKind.SUMMARY and NoticeKind.FLAG_OPENED not in delivery.webhook.kinds:
        data = _without_flags(data)
    if notice.kind in FLAG_KINDS:
        data["severity"] = notice.severity
    return {
        "id": delivery.event_id,
        "type": notice.kind,
        "timestamp": notice.happened_at.isoformat(),
        "data": data,
    }


def _without_flags(data: dict[str, Any]) -> dict[str, Any]:
    """A summary for a webhook that is told of no flags: how many there are is not told either."""
    counts = {kind: count for kind, count in data["counts"].items() if kind not in FLAG_KINDS}
    return {name: value for name, value in data.items() if name != "flags_opened"} | {"counts": counts}
