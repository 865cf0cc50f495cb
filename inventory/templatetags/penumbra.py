"""How pages write amounts, months and counts in the reader's locale, and the addresses within them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.template.context import RequestContext
from django.utils import dateformat, formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from discovery.models import Record, Scan
from discovery.money import as_text
from discovery.openings import waiting as seals_waiting
from discovery.records import SeenBy
from discovery.withdrawal import WITHDRAWABLE
from inventory.access import ROLE_NAMES, Action, Role, may, reach_of, roles_of
from inventory.contracts import Term
from inventory.flags import wording
from inventory.freshness import Freshness
from inventory.head_counts import shown
from inventory.models import ContractEdit, Flag, Installation
from inventory.money_totals import reporting_first
from inventory.ownership_requests import waiting_for
from inventory.placed import Placed
from inventory.recognitions import how_many_wait
from inventory.said_here import said_here
from inventory.scan_progress import Pace
from inventory.words import (
    DOOR_NAMES,
    EVERY,
    KIND_NAMES,
    SEEN_IN,
    SHORT_DOORS,
    SWITCHES,
    TERMS,
    month_title,
    source_title,
)

register = template.Library()

_RECORD_KINDS = {
    Record.Kind.SPEND: _lazy("purchase"),
    Record.Kind.PRESENCE: _lazy("sign-in in a week"),
    Record.Kind.GRANT: _lazy("access that an app was given"),
    Record.Kind.LICENCE: _lazy("licence"),
    Record.Kind.USAGE: _lazy("metered use"),
    Record.Kind.SEEN: _lazy("software or site seen in a week"),
    Record.Kind.CONTRACT: _lazy("contract"),
}

register.filter(source_title)
register.filter(said_here)
register.filter("month", month_title)


@register.filter
def mappable(connector: str | None) -> bool:
    """Whether files of that connector are tables whose columns a person can explain."""
    return str(connector).endswith("_table")


@register.filter
def source_titles(names: Iterable[str]) -> str:
    return ", ".join(source_title(name) for name in names)


@register.filter
def count(number: int) -> str:
    """A whole number, its thousands parted as the reader writes it: 1,234 or 1.234."""
    return formats.number_format(number, force_grouping=True)


@register.filter
def money(amount: int | None) -> str:
    """10⁻⁶ as the reader writes it, 1,234.56 or 1.234,56; unknown is a dash."""
    text = as_text(amount)
    if text is None:
        return "–"
    sign = "−" if text.startswith("-") else ""
    whole, _point, cents = text.lstrip("-").partition(".")
    return f"{sign}{count(int(whole))}{formats.get_format('DECIMAL_SEPARATOR')}{cents}"


@register.filter
def signed_share(share: int) -> str:
    """A change in per cent with its sign: +7 %, −38 %."""
    return f"{share:+d} %".replace("-", "−")


@register.filter
def currencies(amounts: Mapping[str, int]) -> str:
    """Currency → 10⁻⁶ in one line, the reporting currency first: EUR 1,234.56 + USD 20.00."""
    return " + ".join(each_currency(amounts)) or "–"


@register.filter
def each_currency(amounts: Mapping[str, int]) -> list[str]:
    """The same, an entry for each currency."""
    return [f"{currency} {money(amount)}" for currency, amount in reporting_first(amounts).items()]


@register.filter
def unplaced(placed: Mapping[str, Placed]) -> list[tuple[str, str]]:
    """(currency, share of spend that nobody could place), the reporting currency first: EUR, 2–14 %."""
    shares = {currency: one.unplaced for currency, one in reporting_first(placed).items()}
    return [
        (currency, f"{share[0]}–{share[1]} %" if share[0] < share[1] else f"{share[0]} %")
        for currency, share in shares.items()
        if share
    ]


@register.filter
def day(when: date | datetime | None) -> str:
    """A day with its year in the reader's language: 4 Mar 2026; none is a dash."""
    return formats.date_format(when, "DATE_FORMAT") if when else "–"


@register.filter
def moment(when: datetime | None) -> str:
    """A day with the time, UTC: 4 Mar 2026, 14:05; none is a dash."""
    return formats.date_format(when, "DATETIME_FORMAT") if when else "–"


@register.filter
def short_month(key: str) -> str:
    """The same without its year, for axes: Mar."""
    return dateformat.format(date(int(key[:4]), int(key[5:]), 1), "M")


@register.filter
def kind(key: str) -> str:
    """What a source's records are about, in a word or two."""
    return KIND_NAMES.get(key, key)


@register.filter
def door(key: str) -> str:
    return DOOR_NAMES.get(key, key)


@register.filter
def doors(keys: Iterable[str]) -> str:
    """Doors in a row, by their short names."""
    return ", ".join(str(SHORT_DOORS.get(key, key)) for key in keys)


@register.filter
def head_count(people: int, exact: bool) -> str:
    """A number of people, in fives for who has no right to names."""
    return shown(people, exact)


@register.filter
def form_of(people: int, exact: bool) -> int:
    """The number whose grammatical form goes with a ``head_count``: a five of people is many."""
    return people if exact else 2


@register.filter
def flag_title(flag: Flag) -> str:
    return wording.title_of(flag)


@register.filter
def flag_detail(flag: Flag) -> str:
    """The sentence with its figures, for who may read flags."""
    return wording.detail_of(flag, exact=True)


@register.filter
def flag_advice(flag: Flag) -> str:
    """What to do next."""
    return wording.advice_of(flag)


@register.filter
def record_kind(kind: str) -> str:
    """What a record is, in a word or two."""
    return str(_RECORD_KINDS[kind])


@register.filter
def switch(state: str) -> str:
    """Whether what a licence allows is on, off or not known."""
    return str(SWITCHES[state])


@register.filter
def told_of(record: Record) -> str:
    """What a record of a licence, of metered use or of software says beside its text; "" for others."""
    told = record.details
    match record.kind:
        case Record.Kind.LICENCE:
            parts = [record.plan, told.get("role", ""), str(SWITCHES[record.state])]
            if record.last_active:
                parts.append(_("last active on %(day)s") % {"day": day(record.last_active)})
        case Record.Kind.USAGE:
            parts = [told.get("model", ""), told.get("project", ""), told.get("key", "")]
        case Record.Kind.SEEN:
            where = told.get("where", "") if record.type == SeenBy.PACKAGE else ""
            parts = [str(SEEN_IN.get(record.type, "")), where, told.get("version", "")]
        case Record.Kind.CONTRACT:
            ends = _("ends on %(day)s") % {"day": day(record.until)} if record.until else ""
            parts = [record.plan, told.get("status", ""), ends]
        case _:
            parts = []
    return " · ".join(part for part in parts if part)


@register.filter
def every(period: str) -> str:
    """What a contract's amount is for; another word than these as its register has it."""
    return str(EVERY.get(period, period))


@register.filter
def term_name(name: str) -> str:
    return str(TERMS[name])


@register.filter
def term_value(term: Term, currency: str | None) -> str:
    """What holds of a contract's term, as pages write it."""
    return _term(term.name, term.value, currency)


@register.filter
def term_stated(term: Term, currency: str | None) -> str:
    return _term(term.name, term.stated, currency)


@register.filter
def edit_value(edit: ContractEdit, currency: str | None) -> str:
    value = edit.value
    if edit.field in ("start", "end", "notice_by") and value:
        value = date.fromisoformat(value)
    return _term(edit.field, value, currency)


def _term(name: str, value: object, currency: str | None) -> str:
    if value is None:
        return _("nothing")
    if isinstance(value, date):
        return day(value)
    return f"{currency} {money(value)}" if name == "amount" and isinstance(value, int) else str(value)


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
    return scan.state in WITHDRAWABLE


@register.filter
def scan_sentence(scan: Scan) -> str:
    """What a scan is doing, or what came of it."""
    match scan.state:
        case Scan.State.WAITING:
            return _("waits for a worker")
        case Scan.State.READING:
            return _reading(scan)
        case Scan.State.MERGING:
            return _("is read; its records are being compared with what is known")
        case Scan.State.DERIVING:
            return _("is stored; people and purchases are being worked out")
        case Scan.State.DONE if scan.applied_at is None:
            return _("is read; the inventory takes it in a moment")
        case Scan.State.DONE if not scan.records_new:
            return _("is read: nothing new in it")
        case Scan.State.DONE:
            new = scan.records_new
            words = ngettext("is read: %(new)s new record", "is read: %(new)s new records", new)
            return words % {"new": count(new)}
        case Scan.State.QUESTION:
            return _("needs an answer before anything of it counts")
        case Scan.State.FAILED:
            return _("could not be read to its end")
        case Scan.State.WITHDRAWING:
            return _("is being withdrawn")
        case _other:
            return _("was withdrawn: nothing of it counts")


def _reading(scan: Scan) -> str:
    """How much of a file is read, as far as that can be told: an estimate never says all."""
    read = count(scan.rows_read)
    if not scan.rows_expected:
        return _("is being read: %(read)s rows so far") % {"read": read}
    return _("is being read: %(read)s of about %(expected)s rows so far, %(share)s %%") % {
        "read": read,
        "expected": count(scan.rows_expected),
        "share": min(99, scan.rows_read * 100 // scan.rows_expected),
    }


#: The steps of a scan as they are shown, each with the states in which it is being done.
_STEPS = (
    (("waiting",), _lazy("Taken in hand")),
    (("reading",), _lazy("Reading")),
    (("merging",), _lazy("Comparing with what is known")),
    (("deriving", "done"), _lazy("People, purchases, inventory")),
)


@register.simple_tag
def scan_steps(scan: Scan) -> list[tuple[str, str]]:
    """The steps of a running scan in order: (name, "done", "now" or "")."""
    at = next((number for number, (states, _name) in enumerate(_STEPS) if scan.state in states), 0)
    return [
        (name, "done" if number < at else "now" if number == at else "")
        for number, (_states, name) in enumerate(_STEPS)
    ]


@register.simple_tag
def pace_of(paces: Mapping[int, Pace], scan: Scan) -> Pace | None:
    """How far a running scan is."""
    return paces.get(scan.pk)


@register.filter
def until_read(seconds: int) -> str:
    """How long a reading still takes, as roughly as it is known."""
    if seconds < 10:
        return _("read in a few seconds")
    if seconds < 90:
        return _("read in about %(number)s seconds") % {"number": -(-seconds // 10) * 10}
    minutes = -(-seconds // 60)
    return _("read in about %(number)s minutes") % {"number": count(minutes)}


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


@register.inclusion_tag("inventory/_search.html", takes_context=True)
def search_box(context: RequestContext) -> dict[str, object]:
    """Search for tools, on every page of who may see them; keeps the list's filters."""
    wanted = context.get("wanted")
    return {
        "shown": may(context["request"].user, Action.SEE_TOOLS),
        "query": wanted.query if wanted else "",
        "kept": [(name, value) for name, value in wanted.as_address() if name != "q"] if wanted else [],
    }


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
        "owners": may(request.user, Action.SEE_OWNERS),
        "waiting": waiting_for(request.user),
        "openings": may(request.user, Action.SEE_OPENINGS),
        "seals": seals_waiting().count() if may(request.user, Action.SEE_OPENINGS) else 0,
        "declarations": may(request.user, Action.SEE_DECLARATIONS),
        "decide": may(request.user, Action.DECIDE),
        "flags": may(request.user, Action.SEE_FLAGS),
        "decisions": may(request.user, Action.SEE_DECISIONS),
        "purchases": may(request.user, Action.SEE_PURCHASES),
        "recognitions": may(request.user, Action.SEE_RECOGNITIONS),
        "texts": how_many_wait(reach_of(request.user)) if may(request.user, Action.SEE_RECOGNITIONS) else 0,
        "requests": may(request.user, Action.SEE_REQUESTS),
        "roles_page": may(request.user, Action.SEE_ROLES),
        "webhooks": may(request.user, Action.SEE_WEBHOOKS),
        "here": request.resolver_match.url_name if request.resolver_match else "",
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def rhythm(found: Freshness) -> str:
    """How often a source is read, from how often it was."""
    match found.every:
        case None:
            return "–"
        case 0:
            return _("several times a day")
        case 1:
            return _("daily")
        case every if 6 <= every <= 8:
            return _("weekly")
        case every if 27 <= every <= 32:
            return _("monthly")
        case every if 85 <= every <= 97:
            return _("quarterly")
        case every:
            return _("every %(days)s days") % {"days": every}


_WEBHOOK_CHANGES = {
    "made": _lazy("made"),
    "on": _lazy("switched on"),
    "off": _lazy("switched off"),
    "new secret": _lazy("new secret"),
}


@register.filter
def webhook_change(what: str) -> str:
    return str(_WEBHOOK_CHANGES.get(what, what))
