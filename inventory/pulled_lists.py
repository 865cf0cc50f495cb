"""How it goes with a list that is pulled from a system, against the rhythm in which it is pulled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from discovery.models import PulledSource
from inventory.company_time import day_of
from inventory.freshness import By, Freshness, Said, State, is_empty

#: How many of its intervals a list may take before it is late, and before it is silent; an hour is none.
_LATE, _SILENT = 1.5, 3.0
_GRACE = timedelta(hours=1)


def how_it_goes(pulled: PulledSource, now: datetime) -> str:
    """The badge's name: stopped, paused, again (it is tried again), never, fresh, late or silent."""
    if pulled.connection.credential is None or pulled.denied:
        return "stopped"
    if pulled.paused:
        return "paused"
    on_time = _on_time(pulled, now)
    if pulled.trouble and on_time != State.SILENT:
        return "again"
    return on_time.value


def freshness_of_pull(
    pulled: PulledSource, now: datetime, brought_on: Sequence[date] = (), said: Said | None = None
) -> Freshness:
    """The same in the words for every source: a stopped one is silent, however short a time.

    ``brought_on``: the days on which it brought a record, in order. Where there is none, it is waited for
    since the credential was entered.
    """
    every, today = pulled.every_minutes // (24 * 60), day_of(now)
    read = day_of(pulled.last_success) if pulled.last_success else None
    since = (today - read).days if read else None
    entered = pulled.connection.credential_at
    first = day_of(entered) if entered else read
    last_brought = brought_on[-1] if brought_on else first
    without = (today - last_brought).days if last_brought else None
    state = _on_time(pulled, now)
    if said and said.retired and not (read and read > said.on):
        state = State.RETIRED
    elif pulled.connection.credential is None or pulled.denied:
        state = State.SILENT
    elif pulled.paused:
        state = State.PAUSED
    elif state != State.SILENT and read and is_empty(brought_on, first or read, read, today, every, said):
        state = State.EMPTY
    return Freshness(state, every, since, By.SCHEDULE, without)


def _on_time(pulled: PulledSource, now: datetime) -> State:
    if pulled.last_success is None:
        return State.NEVER
    every, lag = timedelta(minutes=pulled.every_minutes), now - pulled.last_success
    if lag > every * _SILENT + _GRACE:
        return State.SILENT
    return State.LATE if lag > every * _LATE + _GRACE else State.FRESH
