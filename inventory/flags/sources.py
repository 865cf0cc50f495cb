"""A rule about where records come from."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from statistics import median_low

from inventory.flags.facts import SourceFacts
from inventory.flags.rule import Finding, Rule, Severity
from inventory.flags.words import gettext_noop, ngettext_lazy

#: A file comes some days after the last day it tells of: a week for statements (judgement).
ON_ITS_WAY = timedelta(days=7)
_FILES = 3  # so many are needed to know a rhythm


def rhythm_of(accounts: tuple[tuple[date, ...], ...]) -> timedelta | None:
    """The usual time between the last days of one account's files; None before three of them.

    Account by account: files of several cards that come together end on days close to each other.
    """
    gaps = [
        (later - earlier).days
        for last_days in accounts
        if len(last_days) >= _FILES
        for earlier, later in pairwise(last_days)
    ]
    return timedelta(days=median_low(gaps)) if gaps else None


class SourceSilent(Rule):
    """A source has told nothing for longer than half as long again as it usually does."""

    id = "source.silent"
    title = gettext_noop("The newest days of a source are missing")
    severity = Severity.MEDIUM
    advice = gettext_noop("Read its newest export; until then what it shows may be missing.")
    about = (SourceFacts,)

    def check(self, source: SourceFacts) -> Finding | None:
        rhythm = rhythm_of(source.accounts)
        if rhythm is None or source.resting:
            return None
        last = max(last_days[-1] for last_days in source.accounts)
        silent = source.today - last
        if silent <= rhythm * 3 / 2 + ON_ITS_WAY:
            return None
        detail = ngettext_lazy(
            "Tells of nothing after %(day)s; usually it comes every %(days)s day.",
            "Tells of nothing after %(day)s; usually it comes every %(days)s days.",
            rhythm.days,
            day=last.isoformat(),
            days=rhythm.days,
        )
        return self.found(source, last, detail, last.isoformat())
