"""Texts that wait for a person: what hangs on each, what it may stand for, and what was decided.

Reading only; what people decide is written down by ``discovery.asked`` and followed by a worker.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from discovery.asked import waiting as asked_and_not_taken
from discovery.models import AskedRecognition, Decision, Descriptor, Record
from discovery.recognise import NOT_AI
from discovery.recognition_columns import readable
from inventory.money_totals import reporting_currency, reporting_first
from inventory.naming import ToolName, names_of
from inventory.reach import WHOLE, Reach
from inventory.spelling import spelt_like
from inventory.words import source_title
from vendors.catalog_index import load_matcher
from vendors.matching import Considered
from vendors.matching import Descriptor as Text
from vendors.matching.parts import Kind, Part
from vendors.matching.weighed import BOOK, CONSIDER
from vendors.models import Product, Vendor

#: Products of the catalog that a search shows at most; who wants another types more.
_FOUND = 8

CHANNEL_NAMES = {
    "card": _("card"),
    "bank": _("bank account"),
    "expense": _("expense"),
    "procurement": _("invoice or order"),
    "sso_app": _("sign-in"),
    "oauth": _("grant"),
    "domain": _("domain"),
    "network": _("network"),
}

PART_NAMES = {
    Kind.NAME: _("name"),
    Kind.CARRIER: _("carrier"),
    Kind.ADDED: _("words of the bank or the sign-in"),
    Kind.PLACE: _("place"),
    Kind.LEGAL: _("legal form"),
    Kind.WORD: _("known to nobody"),
    Kind.DATE: _("date, ignored"),
    Kind.AMOUNT: _("amount, ignored"),
    Kind.PHONE: _("phone, ignored"),
    Kind.REFERENCE: _("reference, ignored"),
}

_HOW = {
    "cut": _("name, cut off"),
    "typo": _("name, a letter wrong"),
    "apart": _("name, written apart"),
}


# --- what waits ------------------------------------------------------------------------------------


@dataclass
class Waiting:
    """A text that waits, with what hangs on it within the reader's reach."""

    number: int
    descriptor: Descriptor
    records: int = 0
    sums: dict[str, int] = field(default_factory=dict)  # currency → 10⁻⁶ of purchases, each once
    sources: list[str] = field(default_factory=list)
    first: date = date.max
    last: date = date.min

    @property
    def shown(self) -> str:
        """The text's normal form, or the evidence it consists of."""
        return self.descriptor.form or self.descriptor.host or self.descriptor.client_id


def _texts() -> QuerySet[Descriptor]:
    """Texts that wait and that nobody has answered."""
    answered = asked_and_not_taken().filter(descriptor=OuterRef("pk"))
    return Descriptor.objects.filter(state=Descriptor.State.REVIEW).exclude(Exists(answered))


def _records(reach: Reach) -> QuerySet[Record]:
    return reach.records(Record.objects.filter(current=True, descriptor__state=Descriptor.State.REVIEW))


def how_many_wait(reach: Reach = WHOLE) -> int:
    """Texts that wait and that some record within reach still shows. One query."""
    shown = reach.records(Record.objects.filter(current=True, descriptor=OuterRef("pk")))
    return _texts().filter(Exists(shown)).count()


def queue(reach: Reach = WHOLE, channel: str = "", source: str = "") -> list[Waiting]:
    """What waits: the most money first, then the most records. Three queries.

    Money is that of purchases that are not booked yet; one that another text speaks for is booked already.
    """
    texts = _texts().filter(channel=channel) if channel else _texts()
    found = {text.pk: Waiting(text.pk, text) for text in texts}
    seen = (
        _records(reach)
        .values("descriptor_id", "source__name")
        .annotate(count=Count("pk"), first=Min("date"), last=Max("date"))
        .order_by("source__name")
    )
    for row in seen:
        if (one := found.get(row["descriptor_id"])) is not None:
            one.records += row["count"]
            one.sources.append(row["source__name"])
            one.first, one.last = min(one.first, row["first"]), max(one.last, row["last"])
    money = (
        _records(reach)
        .filter(purchase__booked=False)
        .values_list("descriptor_id", "purchase_id", "purchase__currency", "purchase__amount")
        .distinct()
        .order_by()
    )
    for number, _purchase, currency, amount in money:
        if (one := found.get(number)) is not None:
            one.sums[currency] = one.sums.get(currency, 0) + amount
    lines = [one for one in found.values() if one.records and (not source or source in one.sources)]
    currency = reporting_currency()

    def stake(one: Waiting) -> tuple[int, int, int, int]:
        others = sum(abs(amount) for unit, amount in one.sums.items() if unit != currency)
        return (-abs(one.sums.get(currency, 0)), -others, -one.records, one.number)

    return sorted(lines, key=stake)


def total(lines: Iterable[Waiting]) -> dict[str, int]:
    """Currency → 10⁻⁶ of all that waits; a purchase that two texts speak for is in it once for each."""
    sums: Counter[str] = Counter()
    for line in lines:
        sums.update(line.sums)
    return reporting_first(sums)


def choices(lines: Iterable[Waiting]) -> tuple[list[tuple[str, str, int]], list[tuple[str, str, int]]]:
    """Channels and sources that lines can be narrowed to: (value, words, how many)."""
    lines = list(lines)
    channels = Counter(line.descriptor.channel for line in lines)
    sources = Counter(source for line in lines for source in line.sources)
    return (
        [(key, str(CHANNEL_NAMES.get(key, key)), channels[key]) for key in sorted(channels)],
        [(name, source_title(name), sources[name]) for name in sorted(sources, key=source_title)],
    )


# --- one text ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """Something that a text may be said to stand for."""

    key: str
    title: str
    note: object
    grounds: tuple[str, ...] = ()
    against: str = ""
    fit: object = ""
    score: float = 0.0


def _fit(score: float) -> object:
    if score >= BOOK:
        return _("fits well")
    return _("may be it") if score >= CONSIDER else _("hardly")


def records_of(descriptor: Descriptor, reach: Reach) -> QuerySet[Record]:
    """Records with this text, newest first."""
    rows = reach.records(Record.objects.filter(current=True, descriptor=descriptor))
    return rows.select_related("source", "person", "descriptor").order_by("-date", "source__name", "-pk")


def asked(descriptor: Descriptor) -> Text:
    """A stored descriptor as the question that the matcher is asked. It must be readable."""
    return readable(descriptor)


def parts_of(question: Text, text: str) -> list[tuple[Part, object, str]]:
    """The text as it came: (part, what it was taken for in words, how it looks)."""
    looks = {Kind.NAME: "name", Kind.CARRIER: "via"}
    return [
        (
            part,
            _HOW.get(part.how, PART_NAMES[part.kind]),
            looks.get(part.kind, "" if part.kind.read else "noise"),
        )
        for part in load_matcher().parts(question, text)
    ]


def candidates(question: Text) -> list[Choice]:
    """What the catalog has that the text may stand for, the likeliest first."""
    found = load_matcher().consider(question)
    names = _names(found)
    return [_candidate(one, names) for one in found]


def _candidate(one: Considered, names: dict[str, ToolName]) -> Choice:
    key = one.product or one.vendor
    name = names[key]
    note: object = name.vendor_name if one.product else _("the maker only; the product is left open")
    return Choice(key, name.title, note, one.grounds, one.against, _fit(one.score), one.score)


def _names(found: Iterable[Considered]) -> dict[str, ToolName]:
    return names_of({one.product or one.vendor: one.vendor for one in found})


def search(query: str) -> tuple[list[Choice], int]:
    """Products and makers of the catalog that a query names, and how many it names."""
    words = query.casefold().split()
    if not words:
        return [], 0
    products = Product.objects.filter(withdrawn=False, replaced_by=None)
    found = [
        Choice(key, name, maker)
        for key, name, maker, domain in products.values_list("key", "name", "vendor__name", "domain")
        if all(word in f"{name} {maker} {domain}".casefold() for word in words)
    ]
    found += [
        Choice(key, name, _("the maker only; the product is left open"))
        for key, name in Vendor.objects.values_list("key", "name")
        if all(word in name.casefold() for word in words)
    ]
    found.sort(key=lambda one: (not one.title.casefold().startswith(words[0]), one.title.casefold()))
    return found[:_FOUND], len(found)


def near(query: str) -> list[Choice]:
    """Products that are spelt nearly as a query which names none."""
    products = Product.objects.filter(withdrawn=False, replaced_by=None)
    rows = {key: (name, maker) for key, name, maker in products.values_list("key", "name", "vendor__name")}
    found = spelt_like(query, ((key, said) for key, told in rows.items() for said in told))
    return [Choice(key, *rows[key]) for key in found]


# --- what was decided --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decided:
    """A decision about a text, as the list shows it. ``text`` is "" where it is sealed."""

    decision: Decision
    text: str
    channel: object
    answer: object
    in_force: bool
    being_undone: bool


def decided(decisions: Iterable[Decision]) -> list[Decided]:
    """Decisions with their texts in words. Four queries."""
    decisions = list(decisions)
    newest: dict[str, int] = {}
    every = Decision.objects.filter(kind=Decision.Kind.RECOGNISE).order_by("pk")
    for number, text in every.values_list("pk", "subject__text"):
        newest[text] = number
    undone = set(asked_and_not_taken().exclude(undoes=None).values_list("undoes_id", flat=True))
    vendors: dict[str, str] = defaultdict(str)
    for decision in decisions:
        if decision.after and decision.after != NOT_AI:
            vendors[decision.after] = decision.after.partition("/")[0]
    names = names_of(vendors)
    return [
        Decided(
            decision,
            decision.subject.get("form", ""),
            CHANNEL_NAMES.get(decision.subject["channel"], decision.subject["channel"]),
            _answer(decision, names),
            bool(decision.after) and newest[decision.subject["text"]] == decision.pk,
            decision.pk in undone,
        )
        for decision in decisions
    ]


def _answer(decision: Decision, names: dict[str, ToolName]) -> object:
    if not decision.after:
        return _("as the catalog says")
    return _("not AI") if decision.after == NOT_AI else names[decision.after].title


def decisions() -> QuerySet[Decision]:
    """Every decision about a text, newest first."""
    return Decision.objects.filter(kind=Decision.Kind.RECOGNISE).order_by("-pk")


def being_counted() -> int:
    """Answers that no worker has taken up yet."""
    return asked_and_not_taken().count()


def refused() -> list[str]:
    """Why the newest answers of pages came to nothing, in sentences."""
    rows = AskedRecognition.objects.exclude(refused="").order_by("-pk")
    return list(rows.values_list("refused", flat=True)[:3])
