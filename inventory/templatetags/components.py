"""The components of the pages: each is a template in ``templates/components`` with these few parameters.

``/components/`` shows every one of them in every state. What is only structure (frame, panel,
table, timeline, steps) is plain markup with the classes of the style sheets; that page shows it too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import template
from django.core.paginator import Page
from django.template.context import RequestContext
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from discovery.models import Person, Scan
from inventory import icons
from inventory.listing import Line
from inventory.models import ToolStatus
from inventory.money_totals import reporting_first
from inventory.opened_names import Names, Shown
from inventory.templatetags.penumbra import count

register = template.Library()
register.filter("record_icon", icons.of_record)
register.filter("source_icon", icons.of_source)

Context = dict[str, Any]  # of values that can be compared and hashed


def component(name: str) -> Callable[[Callable[..., Context]], Callable[..., Context]]:
    """Register a tag: a function that gives the context of a template.

    A component's markup depends on its context and the language alone, so it is made once for
    each: a list of fifty tools shows a handful of different badges.
    """

    def registered(function: Callable[..., Context]) -> Callable[..., Context]:
        @register.simple_tag(name=function.__name__)
        @wraps(function)
        def tag(*args: object, **kwargs: object) -> SafeString:
            context = function(*args, **kwargs)
            return _markup(name, get_language(), tuple(context), tuple(context.values()))

        return function

    return registered


@lru_cache(maxsize=5_000)
def _markup(name: str, language: str, names: tuple[str, ...], values: tuple[object, ...]) -> SafeString:
    made = get_template(name).render(dict(zip(names, values, strict=True)))
    return mark_safe(made.strip())  # noqa: S308  (a template escaped it)


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
    "empty": Shape("prohibited", "prohibited", _("Brings nothing")),
    "stopped": Shape("prohibited", "prohibited", _("Stopped")),
    "paused": Shape("retired", "retired", _("Paused")),
    "again": Shape("restricted", "restricted", _("Tried again")),
    "never": Shape("retired", "retired", _("Never read")),
}

_SEVERITIES = {
    "low": (1, _("Low")),
    "medium": (2, _("Medium")),
    "high": (3, _("High")),
    "critical": (3, _("Critical")),
}


@component("components/badge.html")
def badge(status: str) -> Context:
    """The status of a tool or of a source. Not for severity, tags, counts."""
    return _SHAPES[status]._asdict()


@component("components/severity.html")
def severity(level: str, words: str = "") -> Context:
    """How soon somebody should look: low, medium, high, critical; other ``words`` than the level's own."""
    bars, word = _SEVERITIES[level]
    return {"level": level, "words": str(words or word), "bars": tuple(number < bars for number in range(3))}


@component("components/risk.html")
def risk(low: int, high: int) -> Context:
    """From what is known to the worst case, 0 to 100; the band goes by the upper end."""
    band = "high" if high >= 55 else "medium" if high >= 35 else "low"
    return {"low": low, "high": high, "band": band}


@component("components/amounts.html")
def amounts(sums: Mapping[str, int]) -> Context:
    """Currency → 10⁻⁶: the reporting currency, the others below it."""
    return {"sums": tuple(reporting_first(sums).items())}


@register.inclusion_tag("components/person.html", takes_context=True)
def person(context: RequestContext, names: Names, someone: Person | None) -> Context:
    """A person as this reader sees them: a name, or a pseudonym with the way to open it.

    Not kept ready-made like other components: a name closes again.
    """
    if someone is None:
        return {"name": ""}
    shown = names.of(someone)
    back = urlencode({"next": context["request"].get_full_path()})
    return {
        "name": str(shown),
        "hidden": shown.hidden,
        "letters": "".join(word[0] for word in str(shown).split()[:2]).upper(),
        "address": f"{reverse('open_name', args=[shown.code])}?{back}" if shown.hidden else "",
    }


@register.inclusion_tag("components/person.html")
def pseudonym(code: str) -> Context:
    """A person whose name the reader cannot open here."""
    return {"name": str(Shown(code)), "hidden": True}


@component("components/tool.html")
def tool_cell(key: str, title: str, note: str = "", hue: str = "c0") -> Context:
    """A tool wherever a list names it, linked to its page; the tile's tint is its capability's hue."""
    return {"key": key, "title": title, "note": str(note), "hue": hue}


@register.inclusion_tag("components/facet.html", takes_context=True)
def facet(
    context: RequestContext,
    parameter: str,
    label: str,
    options: Sequence[tuple[str, str, int]],
    chosen: str = "",
) -> Context:
    """A filter: choices of (value, words, how many), or what is chosen with a way to take it away.

    State lives in the address; it opens without script.
    """
    address = context["request"].GET.copy()
    address.pop("page", None)
    address.pop(parameter, None)
    others = address.urlencode()
    before = f"?{others}&" if others else "?"
    return {
        "label": label,
        "parameter": parameter,
        "links": [
            (before + urlencode({parameter: value}), words, number) for value, words, number in options
        ],
        "chosen": next((words for value, words, _number in options if value == chosen), chosen),
        "without": f"?{others}",
    }


@component("components/tool_row.html")
def tool_row(line: Line, shown: frozenset[str], exact: bool, choose: bool = False) -> Context:
    """A row of the list of tools, in the columns that are shown; ``choose`` adds a box of the form #bulk."""
    return {"line": line, "shown": shown, "exact": exact, "choose": choose}


@component("components/spark.html")
def spark(values: Sequence[int]) -> Context:
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


@component("components/empty.html")
def nothing(text: str, address: str = "", action: str = "", title: str = "") -> Context:
    """Why nothing is here, and the one next step."""
    return {"title": title, "text": text, "address": address, "action": action}


@component("components/empty.html")
def nothing_told(text: str, address: str = "", action: str = "") -> Context:
    """The same where what is not read cannot be told: before a first source is read, it says so instead.

    One query, and only where it is shown.
    """
    if Scan.objects.filter(state=Scan.State.DONE).exists():
        return {"title": "", "text": text, "address": address, "action": action}
    unread = _("No source was read yet: what nobody tells of cannot be seen here.")
    return {"title": "", "text": unread, "address": reverse("sources"), "action": _("Go to sources")}


@register.inclusion_tag("components/pages.html", takes_context=True)
def pages(context: RequestContext, page: Page, parameter: str, sentence: str, anchor: str = "") -> Context:
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
def bars(chart: object) -> Context:
    """Amounts by month, stacked (:class:`inventory.charts.Bars`); the caller shows the same in a table."""
    return {"chart": chart}


@component("components/answer.html")
def answer(mood: str, title: str, text: str = "") -> Context:
    """What follows from a question: mood is ok, warn, stop or "" where nothing is known."""
    return {"mood": mood, "title": title, "text": text}


@component("components/range.html")
def money_range(low: int, high: int, most: int) -> Context:
    """Money from at least to at most, of a scale that ends at ``most``; all in 10⁻⁶."""
    return {"low": 100 * low // most, "high": 100 * high // most}


@register.simple_tag
def status_name(status: str) -> object:
    """A status in words, as its badge says it."""
    return _SHAPES[status].word
