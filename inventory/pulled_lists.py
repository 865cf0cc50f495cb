"""How it goes with a list that is pulled from a system, against the rhythm in which it is pulled."""

from __future__ import annotations

from datetime import datetime, timedelta

from discovery.models import PulledSource
from inventory.freshness import Freshness, State

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


def freshness_of_pull(pulled: PulledSource, now: datetime) -> Freshness:
    """The same in the words for every source: a stopped one is silent, however short a time."""
    every = pulled.every_minutes // (24 * 60)
    since = (now - pulled.last_success).days if pulled.last_success else None
    state = _on_time(pulled, now)
    if how_it_goes(pulled, now) == "stopped":
        state = State.SILENT
    return Freshness(state, every, since)


def _on_time(pulled: PulledSource, now: datetime) -> State:
    if pulled.last_success is None:
        return State.NEVER
    every, lag = timedelta(minutes=pulled.every_minutes), now - pulled.last_success
    if lag > every * _SILENT + _GRACE:
        return State.SILENT
    return State.LATE if lag > every * _LATE + _GRACE else State.FRESH
