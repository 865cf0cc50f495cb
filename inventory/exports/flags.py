"""``export flags``: findings of rules that stand: open, folded under a stronger one, or accepted."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.exports.period import Period, Row
from inventory.flags import RULE_BY_ID
from inventory.flags.words import restored
from inventory.models import Flag, FlagSubject, Tool

COLUMNS = ("rule", "severity", "product", "title", "detail", "state", "since")

FOLDED = "folded"


def rows(period: Period) -> Iterator[Row]:
    """The most severe first. ``product`` is null for a source, for an app that nobody knows and where
    only the vendor is known: then the detail begins with its name. A period is that of ``since``.

    A flag speaks of the whole company: who is limited to departments reads none.
    """
    if not period.reader.reach.whole:
        return
    standing = Flag.objects.exclude(state=Flag.State.CLOSED)
    if period.since:
        standing = standing.filter(since__gte=period.since)
    if period.until:
        standing = standing.filter(since__lte=period.until)
    vendors = set(Tool.objects.values_list("vendor", flat=True))
    for flag in sorted(standing, key=_order):
        product = flag.subject if flag.about == FlagSubject.TOOL and flag.subject not in vendors else None
        detail = restored(flag.detail).plain(period.reader.count)
        name = flag.subject_name or flag.subject
        yield {
            "rule": flag.rule,
            "severity": flag.severity,
            "product": product,
            "title": RULE_BY_ID[flag.rule].title,
            "detail": detail if product else f"{name}: {detail}",
            "state": FOLDED if flag.folded_under else flag.state,
            "since": flag.since,
        }


def rules_by_tool() -> dict[str, list[str]]:
    """Tool key → ids of the rules whose flags are open, folded ones among them. One query."""
    found: dict[str, list[str]] = {}
    flags = Flag.objects.filter(state=Flag.State.OPEN, about=FlagSubject.TOOL).order_by("rule")
    for subject, rule in flags.values_list("subject", "rule"):
        found.setdefault(subject, []).append(rule)
    return found


def _order(flag: Flag) -> tuple[object, ...]:
    """By what is exported: numbers of this installation decide nothing."""
    rank = RULE_BY_ID[flag.rule].severity.rank
    return rank, flag.rule, flag.about, flag.subject_name or flag.subject, flag.since
