"""How pages write how it goes with a source, and which months no source covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template

from inventory.money_totals import reporting_first
from inventory.placed import Placed
from inventory.source_words import known_from, runs_of, sentence_of
from inventory.templatetags.penumbra import unplaced
from inventory.words import month_title

register = template.Library()

register.filter("health_sentence", sentence_of)
register.filter("known_from", known_from)


@register.filter
def months(keys: Sequence[str]) -> str:
    """Months (YYYY-MM) as people read them: Jan 2026, Mar 2026–May 2026."""
    runs = ((month_title(first), month_title(last)) for first, last in runs_of(keys))
    return ", ".join(first if first == last else f"{first}–{last}" for first, last in runs)


@register.filter
def placed_lines(placed: Mapping[str, Placed]) -> list[tuple[str, Placed, str]]:
    """(currency, what became of the spend, the share that nobody placed), the reporting currency first."""
    shares = dict(unplaced(placed))
    return [(currency, placed[currency], shares.get(currency, "")) for currency in reporting_first(placed)]
