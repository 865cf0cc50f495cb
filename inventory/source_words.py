"""How it goes with a source, and which months nothing tells of, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.freshness import By, Freshness, State


def sentence_of(found: Freshness) -> str:
    """What is wrong with a source, or that nothing is, without its name."""
    match found.state:
        case State.SILENT if found.days_since is None:
            return _("never read, and stopped")
        case State.SILENT:
            words = ngettext(
                "silent, last read %(days)s day ago", "silent, last read %(days)s days ago", found.days_since
            )
            return words % {"days": found.days_since}
        case State.EMPTY:
            days = found.days_without or 0
            words = ngettext(
                "read on time, but without a record for %(days)s day",
                "read on time, but without a record for %(days)s days",
                days,
            )
            return words % {"days": days}
        case State.LATE:
            words = ngettext(
                "late, last read %(days)s day ago", "late, last read %(days)s days ago", found.days_since
            )
            return words % {"days": found.days_since}
        case State.PAUSED:
            return _("paused on purpose")
        case State.RETIRED:
            return _("retired: nothing is expected of it any more")
        case State.NEVER:
            return _("never read to its end")
        case _:
            return _("on time")


def known_from(found: Freshness) -> str:
    """What the expected rhythm is known from; "" where there is none."""
    match found.by if found.every is not None else None:
        case By.SAID:
            return _("as somebody said")
        case By.HISTORY:
            return _("as it came so far")
        case By.KIND:
            return _("assumed, until it was read on three days")
        case By.SCHEDULE:
            return _("by its schedule")
        case _:
            return ""


def runs_of(months: Sequence[str]) -> list[tuple[str, str]]:
    """Months (YYYY-MM, in order) as first and last of each stretch without a break."""
    runs: list[tuple[str, str]] = []
    for month in months:
        if runs and _number(month) == _number(runs[-1][1]) + 1:
            runs[-1] = (runs[-1][0], month)
        else:
            runs.append((month, month))
    return runs


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])
