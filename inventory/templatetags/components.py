"""The components of the pages: each is a template in ``templates/components`` with these few parameters.

``/components/`` shows every one of them in every state. What is only structure (frame, panel,
table, timeline, steps) is plain markup with the classes of the style sheets; that page shows it too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django import template
from django.core.paginator import Page
from django.template.context import RequestContext
from django.utils.translation import gettext_lazy as _

from inventory.models import ToolStatus
from inventory.money_totals import reporting_first
from inventory.templatetags.penumbra import count

register = template.Library()


class Shape(NamedTuple):
    """What a badge shows: shape first, colour second, word always."""

    look: str
    shape: str
    word: object


_SHAPES = {
    ToolStatus.DISCOVERED: Shape("", "discovered", _("Not yet decided")),
    ToolStatus.UNDER_REVIEW: Shape("review", "under_review", _("Under review")),
    ToolStatus.SANCTIONED: Shape("sanctioned", "sanctioned", _("Sanctioned")),
    ToolStatus.RESTRICTED: Shape("restricted", "restricted", _("Restricted")),
    ToolStatus.PROHIBITED: Shape("prohibited", "prohibited", _("Prohibited")),
    ToolStatus.RETIRED: Shape("retired", "retired", _("Retired")),
    # of a source
    "fresh": Shape("sanctioned", "sanctioned", _("On time")),
    "late": Shape("restricted", "restricted", _("Late")),
    "silent": Shape("prohibited", "prohibited", _("Silent")),
    "reading": Shape("review", "under_review", _("Reading")),
    "no_rhythm": Shape("", "discovered", _("No rhythm yet")),
    "never": Shape("retired", "retired", _("Never read")),
}

_SEVERITIES = {
    "low": (1, _("Low")),
    "medium": (2, _("Medium")),
    "high": (3, _("High")),
    "critical": (3, _("Critical")),
}


@register.inclusion_tag("components/badge.html")
def badge(status: str) -> Shape:
    """The status of a tool or of a source. Not for severity, tags, counts."""
    return _SHAPES[status]._asdict()


@register.inclusion_tag("components/severity.html")
def severity(level: str, words: str = "") -> dict[str, object]:
    """How soon somebody should look: low, medium, high, critical; other ``words`` than the level's own."""
    bars, word = _SEVERITIES[level]
    return {"level": level, "words": words or word, "bars": [number < bars for number in range(3)]}


@register.inclusion_tag("components/risk.html")
def risk(low: int, high: int) -> dict[str, object]:
    """From what is known to the worst case, 0 to 100; the band goes by the upper end."""
    band = "high" if high >= 55 else "medium" if high >= 35 else "low"
    return {"low": low, "high": high, "band": band}


@register.inclusion_tag("components/amounts.html")
def amounts(sums: Mapping[str, int]) -> dict[str, object]:
    """Currency → 10⁻⁶: the reporting currency, the others below it."""
    return {"sums": reporting_first(sums).items()}


@register.inclusion_tag("components/person.html")
def person(name: str, pseudonym: bool = False) -> dict[str, object]:
    """Somebody by name, or by a stable pseudonym where the reader has no right to names."""
    letters = "" if pseudonym else "".join(word[0] for word in str(name).split()[:2]).upper()
    return {"name": name, "pseudonym": pseudonym, "letters": letters}


@register.inclusion_tag("components/tool.html")
def tool_cell(key: str, title: str, note: str = "", hue: str = "c0") -> dict[str, object]:
    """A tool wherever a list names it, linked to its page; the tile's tint is its capability's hue."""
    return {"key": key, "title": title, "note": note, "hue": hue}


@register.inclusion_tag("components/facet.html", takes_context=True)
def facet(
    context: RequestContext,
    parameter: str,
    label: str,
    options: Sequence[tuple[str, str, int]],
    chosen: str = "",
) -> dict[str, object]:
    """A filter: choices of (value, words, how many), or what is chosen with a way to take it away.

    State lives in the address; it opens without script.
    """
    address = context["request"].GET
    links = []
    for value, words, number in options:
        links.append((_with(address, parameter, value), words, number))
    return {
        "label": label,
        "parameter": parameter,
        "links": links,
        "chosen": next((words for value, words, _number in options if value == chosen), chosen),
        "without": _with(address, parameter, ""),
    }


def _with(address: object, parameter: str, value: str) -> str:
    changed = address.copy()
    changed.pop("page", None)
    changed.pop(parameter, None)
    if value:
        changed[parameter] = value
    return f"?{changed.urlencode()}"


@register.inclusion_tag("components/spark.html")
def spark(values: Sequence[int]) -> dict[str, object]:
    """A line through some months' amounts, the last one marked; nothing where none is above zero."""
    highest = max(values, default=0)
    if highest <= 0 or len(values) < 2:
        return {"points": ""}
    step = 68 / (len(values) - 1)
    spots = [
        f"{2 + number * step:.1f},{18 - max(0, value) * 16 / highest:.1f}"
        for number, value in enumerate(values)
    ]
    x, _comma, y = spots[-1].partition(",")
    return {"points": " ".join(spots), "x": x, "y": y}


@register.inclusion_tag("components/empty.html")
def nothing(text: str, address: str = "", action: str = "", title: str = "") -> dict[str, object]:
    """Why nothing is here, and the one next step."""
    return {"title": title, "text": text, "address": address, "action": action}


@register.inclusion_tag("components/pages.html", takes_context=True)
def pages(
    context: RequestContext, page: Page, parameter: str, sentence: str, anchor: str = ""
) -> dict[str, object]:
    """How many of how many, and the ways to the pages before and after.

    ``sentence`` has %(first)s, %(last)s and %(all)s.
    """
    address = context["request"].GET

    def link(number: int) -> str:
        changed = address.copy()
        changed[parameter] = str(number)
        return f"?{changed.urlencode()}{anchor}"

    return {
        "said": sentence
        % {
            "first": count(page.start_index()),
            "last": count(page.end_index()),
            "all": count(page.paginator.count),
        },
        "earlier": link(page.previous_page_number()) if page.has_previous() else "",
        "later": link(page.next_page_number()) if page.has_next() else "",
        "to_come": min(page.paginator.per_page, page.paginator.count - page.end_index()),
    }


@register.inclusion_tag("components/bars.html")
def bars(chart: object) -> dict[str, object]:
    """Amounts by month, stacked (:class:`inventory.charts.Bars`); the caller shows the same in a table."""
    return {"chart": chart}


@register.inclusion_tag("components/answer.html")
def answer(mood: str, title: str, text: str = "") -> dict[str, object]:
    """What follows from a question: mood is ok, warn, stop or "" where nothing is known."""
    return {"mood": mood, "title": title, "text": text}


@register.inclusion_tag("components/range.html")
def money_range(low: int, high: int, most: int) -> dict[str, object]:
    """Money from at least to at most, of a scale that ends at ``most``; all in 10⁻⁶."""
    return {"low": 100 * low // most, "high": 100 * high // most}


@register.simple_tag
def status_name(status: str) -> object:
    """A status in words, as its badge says it."""
    return _SHAPES[status].word
