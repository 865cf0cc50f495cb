"""How pages write amounts, months, badges and the navigation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.template.context import RequestContext
from django.utils.formats import get_format, number_format
from django.utils.translation import gettext_lazy

from discovery.connectors import CONNECTORS
from discovery.models import Person, Record, Scan
from discovery.money import as_text
from inventory.access import ROLE_NAMES, Action, Role, may, reach_of, roles_of
from inventory.head_counts import shown
from inventory.listing import DOOR_NAMES
from inventory.models import Installation
from inventory.money_totals import reporting_first
from inventory.opened_names import Names

register = template.Library()

_BADGES = {"discovered": "", "under_review": "review"}

_KINDS = {
    "card": "cards",
    "bank": "bank accounts",
    "expense": "employees’ expenses",
    "procurement": "invoices and orders",
    "sso": "sign-ins",
    "grant": "grants",
    "directory": "people and departments",
    "licence": "licences",
    "usage": "usage cost",
    "cloud": "cloud bills",
}

_RECORD_KINDS = {
    Record.Kind.SPEND: gettext_lazy("purchase"),
    Record.Kind.PRESENCE: gettext_lazy("sign-in in a week"),
    Record.Kind.GRANT: gettext_lazy("access that an app was given"),
}

#: Colours by first letter, so that a tool's tile keeps its colour everywhere.
_HUES = 6


#: A source that nobody named is called like its connector; people read the connector's title.
_TITLES = {connector.name: connector.title for connector in CONNECTORS}


@register.filter
def source_title(name: str) -> str:
    """A source as people call it."""
    return _TITLES.get(str(name), str(name))


@register.filter
def source_titles(names: Iterable[str]) -> str:
    return ", ".join(source_title(name) for name in names)


@register.filter
def money(amount: int | None) -> str:
    """10⁻⁶ as the reader writes it, 1,234.56 or 1.234,56; unknown is a dash."""
    text = as_text(amount)
    if text is None:
        return "–"
    sign = "−" if text.startswith("-") else ""
    whole, _, cents = text.lstrip("-").partition(".")
    return f"{sign}{count(int(whole))}{get_format('DECIMAL_SEPARATOR')}{cents}"


@register.filter
def count(number: int) -> str:
    return number_format(number, force_grouping=True)


@register.filter
def currencies(amounts: Mapping[str, int]) -> str:
    """Currency → 10⁻⁶ in one line, the reporting currency first: EUR 1,234.56 + USD 20.00."""
    return " + ".join(each_currency(amounts)) or "–"


@register.filter
def each_currency(amounts: Mapping[str, int]) -> list[str]:
    """The same, an entry for each currency."""
    return [f"{currency} {money(amount)}" for currency, amount in reporting_first(amounts).items()]


@register.filter
def kind(key: str) -> str:
    """What a source's records are about, in a word or two."""
    return _KINDS.get(key, key)


@register.filter
def record_kind(kind: str) -> str:
    """What a record is, in a word or two."""
    return str(_RECORD_KINDS[kind])


@register.filter
def door(key: str) -> str:
    return DOOR_NAMES.get(key, key)


@register.filter
def badge(status: str) -> str:
    """The badge's class of a status."""
    return _BADGES.get(status, status)


@register.filter
def hue(key: str) -> str:
    """One of six tints, always the same for a tool."""
    return f"c{sum(key.encode()) % _HUES + 1}"


@register.filter
def head_count(people: int, exact: bool) -> str:
    """A number of people, in fives for who has no right to names."""
    return shown(people, exact)


@register.simple_tag
def company_sign_in() -> str:
    """What the company's own sign-in is called, or "" where none is set."""
    configured = settings.COMPANY_SIGN_IN
    return configured.name if configured else ""


@register.filter
def role_name(role: str) -> str:
    """A role as pages call it."""
    return str(ROLE_NAMES[Role(role)])


@register.filter
def initials(user: object) -> str:
    words = str(user.get_full_name() or user.email).replace("@", " ").split()
    return "".join(word[0] for word in words[:2]).upper()


@register.filter
def unfinished(scan: Scan) -> bool:
    return scan.state in Scan.UNFINISHED


@register.filter
def withdrawable(scan: Scan) -> bool:
    """Whether the scan has ended and still shows records."""
    return scan.state in (Scan.State.DONE, Scan.State.FAILED, Scan.State.QUESTION)


@register.filter
def scan_sentence(scan: Scan) -> str:
    """What a scan is doing, or what came of it."""
    match scan.state:
        case Scan.State.WAITING:
            return "waits for a worker"
        case Scan.State.READING:
            expected = f" of about {scan.rows_expected:,}" if scan.rows_expected else ""
            return f"is being read: {scan.rows_read:,}{expected} rows so far{_share(scan)}"
        case Scan.State.MERGING:
            return "is read; its records are being compared with what is known"
        case Scan.State.DERIVING:
            return "is stored; people and purchases are being worked out"
        case Scan.State.DONE if scan.applied_at is None:
            return "is read; the inventory takes it in a moment"
        case Scan.State.DONE if not scan.records_new:
            return "is read: nothing new in it"
        case Scan.State.DONE:
            return f"is read: {scan.records_new:,} new record{'s' if scan.records_new != 1 else ''}"
        case Scan.State.QUESTION:
            return "needs an answer before anything of it counts"
        case Scan.State.FAILED:
            return "could not be read to its end"
        case Scan.State.WITHDRAWING:
            return "is being withdrawn"
        case _:
            return "was withdrawn: nothing of it counts"


def _share(scan: Scan) -> str:
    """How much of a file is read, as far as that can be told: an estimate never says all."""
    if not scan.rows_expected:
        return ""
    return f", {min(99, scan.rows_read * 100 // scan.rows_expected)} %"


@register.simple_tag
def still_to_come(page: Page) -> int:
    """How many the next page shows."""
    return min(page.paginator.per_page, page.paginator.count - page.end_index())


@register.simple_tag(takes_context=True)
def with_parameter(context: RequestContext, **changes: object) -> str:
    """This page's query string with some parameters changed, the page number forgotten."""
    parameters = context["request"].GET.copy()
    parameters.pop("page", None)
    for name, value in changes.items():
        if value in ("", None):
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}"


@register.simple_tag(takes_context=True)
def page_link(context: RequestContext, parameter: str, number: int) -> str:
    """This page's query string with another page number."""
    parameters = context["request"].GET.copy()
    parameters[parameter] = str(number)
    return f"?{parameters.urlencode()}"


@register.inclusion_tag("inventory/_reach.html", takes_context=True)
def reach_note(context: RequestContext) -> dict[str, object]:
    """Says on every page that lists and totals are of some departments only."""
    reach = reach_of(context["request"].user)
    return {"limited": not reach.whole, "departments": sorted(reach.departments or ())}


@register.inclusion_tag("inventory/_person.html", takes_context=True)
def person(context: RequestContext, names: Names, someone: Person | None) -> dict[str, object]:
    """A person as this reader sees them: a name, or a pseudonym with the way to open it."""
    return {
        "shown": names.of(someone) if someone else None,
        "back": context["request"].get_full_path(),
    }


@register.inclusion_tag("inventory/_search.html", takes_context=True)
def search_box(context: RequestContext) -> dict[str, object]:
    """Search for tools, on every page of who may see them; keeps the list's filters."""
    return {"shown": may(context["request"].user, Action.SEE_TOOLS), "wanted": context.get("wanted")}


@register.inclusion_tag("inventory/_navigation.html", takes_context=True)
def navigation(context: RequestContext) -> dict[str, object]:
    """The side bar: the questions this user's role may ask."""
    request = context["request"]
    company = Installation.objects.values_list("company", flat=True).first()
    return {
        "user": request.user,
        "roles": ", ".join(str(ROLE_NAMES[role]) for role in Role if role in roles_of(request.user)),
        "company": company or "",
        "tools": may(request.user, Action.SEE_TOOLS),
        "sources": may(request.user, Action.SEE_SOURCES),
        "openings": may(request.user, Action.SEE_OPENINGS),
        "here": request.resolver_match.url_name if request.resolver_match else "",
        "csrf_token": context.get("csrf_token"),
    }
