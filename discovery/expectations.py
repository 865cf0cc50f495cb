"""What people say of a source: it is due every so many days, it rests until a day, or it is over.

An alarm that nobody can answer is soon read by nobody. Every word is kept with who and why.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from discovery.connections import pause
from discovery.expectation_models import LONGEST_RHYTHM
from discovery.models import PulledSource, Scan, Source, SourceExpectation

#: A pause ends by itself: what is longer is over.
LONGEST_PAUSE = timedelta(days=366)


class WrongExpectation(Exception):
    """One sentence that says why nothing was written down."""


def newest() -> dict[int, SourceExpectation]:
    """Source → the word on it that holds. One query."""
    return {one.source_id: one for one in SourceExpectation.objects.order_by("pk")}


def resting_sources(today: date) -> set[str]:
    """Names of the sources of which somebody said that nothing is due on a day. One query.

    A retired source that was read again is due again.
    """
    read = Scan.objects.filter(
        state=Scan.State.DONE, source=OuterRef("source"), finished_at__gt=OuterRef("made_at")
    )
    found = SourceExpectation.objects.select_related("source").annotate(read_since=Exists(read))
    newest_word = {one.source.name: one for one in found.order_by("pk")}
    return {
        name
        for name, word in newest_word.items()
        if (word.what == SourceExpectation.What.RETIRED and not word.read_since)
        or (word.until and today <= word.until)
    }


def is_due(source: Source, every_days: int | None, *, actor: str, reason: str, now: datetime) -> None:
    """It is expected every so many days; None: as its history and kind say. Raises WrongExpectation."""
    if every_days is not None and not 1 <= every_days <= LONGEST_RHYTHM:
        raise WrongExpectation(_("A rhythm is from 1 to %(most)s days.") % {"most": LONGEST_RHYTHM})
    _write(source, SourceExpectation.What.DUE, actor, reason, now, every_days=every_days)


def rests(source: Source, until: date, *, today: date, actor: str, reason: str, now: datetime) -> None:
    """Nothing is expected of it up to a day. Raises WrongExpectation."""
    if not today <= until <= today + LONGEST_PAUSE:
        raise WrongExpectation(_("A pause ends within a year; a source that ends for good is retired."))
    if PulledSource.objects.filter(pk=source.pk).exists():
        raise WrongExpectation(_("This list is pulled: pause it on the page of its system."))
    _write(source, SourceExpectation.What.PAUSED, actor, reason, now, until=until)


def is_over(source: Source, *, actor: str, reason: str, now: datetime) -> None:
    """Nothing is expected of it any more; what it told stays. Raises WrongExpectation.

    A list that is pulled is asked for no longer. A file that is read later makes the source expected again.
    """
    _write(source, SourceExpectation.What.RETIRED, actor, reason, now)


def _write(
    source: Source, what: str, actor: str, reason: str, now: datetime, **columns: int | date | None
) -> None:
    actor, reason = actor.strip(), " ".join(reason.split())
    if not actor or not reason:
        raise WrongExpectation(_("Say why: the reason is kept with the change."))
    resting = what == SourceExpectation.What.RETIRED
    with transaction.atomic():
        SourceExpectation.objects.create(
            source=source, what=what, actor=actor, reason=reason, made_at=now, **columns
        )
        pulled = PulledSource.objects.select_related("connection", "source").filter(pk=source.pk).first()
        if pulled and pulled.paused != resting:
            pause(pulled, on=resting, actor=actor, reason=reason, now=now)
