"""Digests: one mail a day or week, to one person about one role, as each chose for oneself.

A digest is made in the morning of the company's day from what happened before it, and not at all where
nothing did. What it says is worked out as it is sent, for what the reader may read then.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.access import ROLE_NAMES, Role, reach_of
from inventory.company_time import day_of
from inventory.notice_models import Digest, DigestLine, Notice, NoticeChoice, NoticeKind, Rhythm, Severity
from inventory.notices import outbox
from inventory.notices.readers import CONCERNS, readable, roles_to_choose_for, severe_enough, tools_shown
from inventory.notices.sentences import sentence
from inventory.open_flags import may_read_flags

#: From this hour of the company's day on, mails of the day are written.
MORNING = time(7)
#: Sentences of a mail; it counts what is more.
LONGEST = 50
_AT_ONCE = 50
#: Where somebody answers or reads on what was for them alone.
_FOR_ONE = {NoticeKind.OWNER_ASKED: "asked", NoticeKind.DECLARATION_ANSWERED: "my_tools"}

logger = logging.getLogger(__name__)


class WrongChoice(ValueError):
    """A choice that cannot be: one sentence that says why."""


@dataclass(frozen=True)
class Item:
    """A line of a mail: a sentence and where to read more."""

    text: str
    address: str


def mail_lacks() -> list[str]:
    """What has to be set before mail goes out; empty where it does."""
    given = {
        "EMAIL_HOST": settings.EMAIL_HOST or not settings.EMAIL_BACKEND.endswith(("dummy.EmailBackend",)),
        "DEFAULT_FROM_EMAIL": settings.DEFAULT_FROM_EMAIL,
        "PENUMBRA_URL": settings.PENUMBRA["URL"],
    }
    return [name for name, value in given.items() if not value]


def choose(
    user: AbstractUser, role: str, *, rhythm: str, least: str, language: str, now: datetime
) -> NoticeChoice:
    """Keep what somebody wants for one of the own roles. Raises WrongChoice."""
    if role not in roles_to_choose_for(user):
        raise WrongChoice(_("You do not hold this role."))
    if rhythm not in Rhythm.values or least not in Severity.values:
        raise WrongChoice(_("Choose one of what is offered."))
    if language not in dict(settings.LANGUAGES):
        raise WrongChoice(_("Choose one of the languages that are offered."))
    with transaction.atomic():
        choice, _made = NoticeChoice.objects.get_or_create(
            user=user, role=role, defaults={"language": language, "since": now}
        )
        if choice.rhythm == Rhythm.NEVER:
            choice.since = now  # who begins is not told of last year
        choice.rhythm, choice.least, choice.language = rhythm, least, language
        choice.save(update_fields=["rhythm", "least", "language", "since"])
    return choice


def make_due(now: datetime) -> int:
    """Make the digests of this morning that were not made yet; how many."""
    if mail_lacks():
        return 0
    today = day_of(now)
    zone = ZoneInfo(settings.PENUMBRA["TIME_ZONE"])
    if now < datetime.combine(today, MORNING, zone):
        return 0
    made = 0
    for rhythm, day in ((Rhythm.DAILY, today), (Rhythm.WEEKLY, today - timedelta(days=today.weekday()))):
        period, before = day.isoformat(), datetime.combine(day, MORNING, zone)
        done = Digest.objects.filter(choice=OuterRef("pk"), period=period)
        choices = NoticeChoice.objects.filter(~Exists(done), rhythm=rhythm, user__is_active=True)
        for choice in choices.select_related("user").order_by("pk"):
            made += _make(choice, period, before, now)
    return made


def _make(choice: NoticeChoice, period: str, before: datetime, now: datetime) -> bool:
    """One commit: the digest and what stands in it, or nothing where nothing happened."""
    told = DigestLine.objects.filter(choice=choice, notice=OuterRef("pk"))
    fresh = Notice.objects.filter(
        ~Exists(told),
        kind__in=CONCERNS[Role(choice.role)],
        made_at__gte=choice.since,
        made_at__lt=before,
        summed_in=None,
        to__in=("", choice.user.email.strip().lower()),
    ).order_by("pk")
    notices = [n for n in fresh if severe_enough(n, choice.least)]
    if not readable(choice.user, Role(choice.role), notices):
        return False
    with transaction.atomic():
        digest, made = Digest.objects.get_or_create(choice=choice, period=period, defaults={"next_at": now})
        if made:
            DigestLine.objects.bulk_create(
                [DigestLine(choice=choice, digest=digest, notice=notice) for notice in notices],
                ignore_conflicts=True,
            )
    return made


def send_due(now: datetime) -> int:
    """Send what waits; how many mails went."""
    if mail_lacks():
        return 0
    sent = 0
    for digest in outbox.due(Digest.objects.select_related("choice__user"), now)[:_AT_ONCE]:
        with outbox.claimed(digest) as ours:
            if ours:
                sent += _send(digest, now)
    return sent


def _send(digest: Digest, now: datetime) -> bool:
    mail = written(digest)
    if mail is None:  # what it would say is no longer the reader's to read
        outbox.given_up(digest)
        return False
    try:
        mail.send()
    except OSError as error:  # smtplib's errors are OSErrors
        logger.warning("digest %s was not sent: %s", digest.pk, type(error).__name__)
        outbox.failed(digest, now)
        return False
    return outbox.sent(digest)


def written(digest: Digest) -> EmailMultiAlternatives | None:
    """The mail, in the language that was chosen; None where nothing of it may be read any more."""
    choice = digest.choice
    role = Role(choice.role)
    notices = [line.notice for line in digest.lines.select_related("notice").order_by("notice_id")]
    notices = readable(choice.user, role, notices)
    if not notices or choice.rhythm == Rhythm.NEVER or not choice.user.is_active:
        return None
    choose_address = settings.PENUMBRA["URL"] + reverse("notices")
    with translation.override(choice.language):
        context = {
            "items": [_item(choice.user, notice) for notice in notices[:LONGEST]],
            "more": max(0, len(notices) - LONGEST),
            "role": ROLE_NAMES[role],
            "home": settings.PENUMBRA["URL"] + "/",
            "choose": choose_address,
            "language": choice.language,
        }
        subject = ngettext("Penumbra: %(n)s notice", "Penumbra: %(n)s notices", len(notices))
        mail = EmailMultiAlternatives(
            subject % {"n": len(notices)},
            render_to_string("inventory/mail/digest.txt", context),
            settings.DEFAULT_FROM_EMAIL,
            [choice.user.email],
            headers={
                # The same whenever it is sent, so that a mail program shows it once.
                "Message-ID": f"<digest-{digest.pk}@{settings.PENUMBRA['URL'].partition('://')[2]}>",
                "List-Unsubscribe": f"<{choose_address}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        mail.attach_alternative(render_to_string("inventory/mail/digest.html", context), "text/html")
    return mail


def _item(user: AbstractUser, notice: Notice) -> Item:
    tools = tools_shown(user, notice)
    text = sentence(notice, tools=tools, with_flags=may_read_flags(reach_of(user)))
    if page := _FOR_ONE.get(NoticeKind(notice.kind)):
        address = reverse(page)
    elif len(tools) == 1:
        address = reverse("tool", args=[tools[0]])
    else:
        address = "/"
    return Item(text, settings.PENUMBRA["URL"] + address)
