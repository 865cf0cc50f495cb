"""The list of tools: searched, filtered, sorted, with the totals of what is shown.

An inventory has hundreds or a few thousand tools, not millions: one slim row of each is read and
narrowed here, in a fixed number of queries; all else only of those that a page shows.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Exists, F, Max, OuterRef, QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from discovery.models import Person, Source
from inventory.figures import DOORS, last_months
from inventory.head_counts import coarse, total_shown
from inventory.models import Tool, ToolArrival, ToolDepartment, ToolMonth, ToolPerson, ToolStatus
from inventory.money_totals import reporting_currency, reporting_first
from inventory.naming import ToolName, names_of
from inventory.open_flags import may_read_flags, open_flags
from inventory.reach import WHOLE, Reach
from inventory.words import DOOR_NAMES, KIND_NAMES, hue_of
from vendors.models import ProductCapability

SORTS = {
    "spend": _("spend"),
    "people": _("people"),
    "name": _("name"),
    "first": _("first seen"),
    "last": _("last seen"),
}
#: Counted back from the latest day that any record tells of: the clock is never asked for a figure.
SEEN = {
    "new": _("first seen within 30 days"),
    "recent": _("seen within 30 days"),
    "quiet": _("quiet for 60 days"),
}
_RECENT, _QUIET = timedelta(days=30), timedelta(days=60)
#: The owner that means: nobody.
NOBODY = "-"

#: What a list can show beside the tool itself; the first ones unless the address names others.
COLUMNS = {
    "status": _("Status"),
    "owner": _("Owner"),
    "people": _("People"),
    "trend": _("By month"),
    "spend": _("Spend, 12 months"),
    "flags": _("Flags"),
    "doors": _("Came in by"),
    "last": _("Last seen"),
    "first": _("First seen"),
    "departments": _("Departments"),
    "plan": _("Plan"),
    "sources": _("Sources"),
}
_USUAL = ("status", "owner", "people", "trend", "spend", "flags", "last")


def columns_for(reach: Reach) -> dict[str, object]:
    """The columns that a reader may have: which departments use a tool counts people, where few do."""
    withheld = {"departments": not reach.exact, "flags": not may_read_flags(reach)}
    return {name: words for name, words in COLUMNS.items() if not withheld.get(name)}


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; words it does not know count as not asked."""

    query: str = ""
    status: str = ""
    capability: str = ""
    department: str = ""
    owner: str = ""
    door: str = ""
    seen: str = ""
    kind: str = ""
    arrived_after: datetime | None = None
    sort: str = "spend"
    columns: tuple[str, ...] = _USUAL

    @classmethod
    def from_address(cls, address: Mapping[str, str], reach: Reach = WHOLE) -> Wanted:
        """What a reader may ask for: without the right to names, nothing by department."""

        def known(name: str, words: Iterable[str], otherwise: str = "") -> str:
            value = address.get(name, "")
            return value if value in words else otherwise

        named = address.getlist("col") if hasattr(address, "getlist") else []
        return cls(
            query=address.get("q", "").strip()[:200],
            status=known("status", ToolStatus.values),
            capability=address.get("capability", "")[:60],
            department=address.get("department", "")[:120] if reach.exact else "",
            owner=address.get("owner", "")[:254],
            door=known("door", DOORS),
            seen=known("seen", SEEN),
            kind=address.get("kind", "")[:20],
            arrived_after=_instant(address.get("arrived_after", "")),
            sort=known("sort", SORTS, "spend"),
            columns=tuple(name for name in COLUMNS if name in named) or _USUAL,
        )

    @property
    def narrowed(self) -> bool:
        filters = (self.status, self.capability, self.department, self.owner, self.door, self.seen, self.kind)
        return bool(self.query or any(filters) or self.arrived_after)

    def as_address(self) -> list[tuple[str, str]]:
        """Names and values that ask for the same, for forms that must not forget them."""
        names = ("status", "capability", "department", "owner", "door", "seen", "kind")
        pairs = [("q", self.query), *((name, getattr(self, name)) for name in names)]
        if self.arrived_after:
            pairs.append(("arrived_after", self.arrived_after.isoformat()))
        if self.sort != "spend":
            pairs.append(("sort", self.sort))
        if self.columns != _USUAL:
            pairs += [("col", name) for name in self.columns]
        return [(name, value) for name, value in pairs if value]


class Job(NamedTuple):
    """What a product does first of all."""

    key: str
    name: str
    group: str


class Entry(NamedTuple):
    """What narrowing and sorting need of a tool: little, since every tool is asked for it.

    Lists and days stay the text that the database holds; of lists the few different ones are read once.
    """

    pk: int
    key: str
    vendor: str
    status: str
    owner: str
    people: int
    first_seen: str  # ISO day, or ""
    last_seen: str
    doors: str
    departments: str
    sources: str


class Line(NamedTuple):
    """A tool as the list shows it: plain values, so that equal lines are equal."""

    key: str
    product: str
    title: str
    vendor: str
    vendor_name: str
    job: Job | None
    status: str
    owner: str
    people: int
    spend: tuple[tuple[str, int], ...]  # (currency, the twelve months' amount), the reporting one first
    trend: tuple[int, ...]  # the twelve months of the currency that comes first
    first_seen: date | None
    last_seen: date | None
    doors: tuple[str, ...]
    departments: tuple[str, ...]
    plan: str
    likely_plans: tuple[str, ...]  # by what is paid
    sources: tuple[str, ...]
    flags: tuple[tuple[str, str], ...]  # (severity, rule) of the open ones, the most severe first

    @property
    def hue(self) -> str:
        return hue_of(self.job.group) if self.job else "c0"

    @property
    def note(self) -> str:
        """What stands below its name."""
        if not self.product:
            return str(_("product not known"))
        return self.job.name if self.job else self.vendor_name

    @property
    def sums(self) -> dict[str, int]:
        return dict(self.spend)


Choices = list[tuple[str, object, int]]  # value, words, how many tools


@dataclass(frozen=True)
class Listing:
    """Tools in order, and totals over all of them."""

    entries: list[Entry]
    all_tools: int
    undecided: int
    unowned: int
    people_shown: str  # each person once; as exact as the reader may know
    spend: dict[str, int]
    spend_of: Mapping[int, Mapping[str, int]]
    reach: Reach
    window: tuple[str, str] | None
    latest_day: date | None
    statuses: dict[str, int] = field(default_factory=dict)
    doors: Choices = field(default_factory=list)
    capabilities: Choices = field(default_factory=list)
    departments: Choices = field(default_factory=list)
    owners: Choices = field(default_factory=list)
    kinds: Choices = field(default_factory=list)
    seen: Choices = field(default_factory=list)


def listing(wanted: Wanted, reach: Reach = WHOLE) -> Listing:
    """Tools as wanted and within reach. A fixed number of queries, however many tools there are."""
    entries = _entries(reach)
    window = spend_window(reach)
    spend = _spend(window, reach)
    jobs = jobs_by_product()
    kinds = dict(Source.objects.order_by().values_list("name", "kind"))
    facts = _Facts(entries, jobs, kinds)
    names = _names(entries) if wanted.query or wanted.sort == "name" else {}
    shown = facts.fitting(wanted)
    if wanted.arrived_after:
        news = set(_news_since(wanted.arrived_after))
        shown = [entry for entry in shown if entry.key in news]
    if wanted.query:
        shown = list(_found(shown, wanted.query, names, jobs))
    shown = _sorted(shown, wanted.sort, spend, names)
    total: dict[str, int] = defaultdict(int)
    for entry in shown:
        for currency, amount in spend.get(entry.pk, {}).items():
            total[currency] += amount
    statuses = Counter(entry.status for entry in entries)
    return Listing(
        entries=shown,
        all_tools=len(entries),
        undecided=statuses[ToolStatus.DISCOVERED],
        unowned=sum(not entry.owner for entry in entries),
        people_shown=total_shown(
            _people_of(shown if wanted.narrowed else None, reach) if reach.exact else 0,
            (entry.people for entry in shown),
            reach.exact,
        ),
        spend=reporting_first(total),
        spend_of=spend,
        reach=reach,
        window=window,
        latest_day=facts.latest,
        statuses=dict(statuses),
        **facts.choices(reach),
    )


def _people_of(entries: Sequence[Entry] | None, reach: Reach) -> int:
    """How many people within reach use any of these tools (None: of all), each counted once."""
    uses = ToolPerson.objects.filter(person=OuterRef("pk"))
    if entries is not None:
        uses = uses.filter(tool__in=[entry.pk for entry in entries])
    # By person and not by use: the first use of each answers, however many there are.
    return reach.people(Person.objects.filter(Exists(uses))).count()


def lines(found: Listing, entries: Sequence[Entry]) -> list[Line]:
    """The lines of some entries, as a page or an export shows them. A fixed number of queries."""
    numbers = [entry.pk for entry in entries]
    within = found.reach.tools(Tool.objects.filter(pk__in=numbers))
    tools = {tool.pk: tool for tool in within}
    names = _names(entries)
    jobs = jobs_by_product([entry.key for entry in entries])
    by_tool = months_by_tool(numbers, found.window, found.reach)
    flags = open_flags([entry.key for entry in entries], found.reach)
    months = months_of(found.window)
    made = []
    for entry in entries:
        tool = tools.get(entry.pk)
        if tool is None:
            continue  # it lost its evidence a moment ago
        name, paid = names[tool.key], by_tool.get(tool.pk, {})
        spend = tuple(reporting_first(found.spend_of.get(tool.pk, {})).items())
        trend = tuple(paid.get((spend[0][0], month), 0) for month in months) if spend else ()
        made.append(
            Line(
                key=tool.key,
                product=tool.product,
                title=name.title,
                vendor=tool.vendor,
                vendor_name=name.vendor_name,
                job=jobs.get(tool.key),
                status=tool.status,
                owner=tool.owner,
                people=tool.people_count,
                spend=spend,
                trend=trend,
                first_seen=tool.first_seen,
                last_seen=tool.last_seen,
                doors=tuple(tool.doors),
                departments=tuple(tool.departments) if found.reach.exact else (),
                plan=tool.plan,
                likely_plans=tuple(tool.likely_plans),
                sources=tuple(tool.sources),
                flags=tuple((flag.severity, flag.rule) for flag in flags.get(tool.key, ())),
            )
        )
    return made


def number_of_news(since: datetime, reach: Reach = WHOLE) -> int:
    """How many tools ``arrived_after`` would show."""
    return len(reach.tools(Tool.objects.filter(key__in=_news_since(since))))


def _news_since(instant: datetime) -> QuerySet[ToolArrival, str]:
    """Keys of the tools that came to be known since, without those of a first look at a source."""
    arrivals = ToolArrival.objects.filter(arrived_at__gt=instant, baseline=False)
    return arrivals.values_list("tool", flat=True)


def spend_window(reach: Reach = WHOLE) -> tuple[str, str] | None:
    """The twelve months up to the latest with a booked purchase, or None where nothing was bought."""
    latest = reach.months(ToolMonth.objects.all()).aggregate(latest=Max("month"))["latest"]
    return last_months(latest) if latest else None


def months_of(window: tuple[str, str] | None) -> list[str]:
    """Every month (YYYY-MM) from the first to the last of a window."""
    if not window:
        return []
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in window)
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]


def jobs_by_product(products: Sequence[str] | None = None) -> dict[str, Job]:
    """Product key → what it does first of all; of every tool of ours unless products are named."""
    wanted = Tool.objects.order_by().values("key") if products is None else products
    links = ProductCapability.objects.filter(position=0, product__key__in=wanted).order_by()
    columns = ("product__key", "capability__key", "capability__name", "capability__group")
    jobs: dict[str, Job] = {}  # few, of many products: each is made once
    return {
        product: jobs.get(key) or jobs.setdefault(key, Job(key, *words))
        for product, key, *words in links.values_list(*columns)
    }


def months_by_tool(
    tools: Sequence[int], window: tuple[str, str] | None, reach: Reach = WHOLE
) -> dict[int, dict[tuple[str, str], int]]:
    """Tool → (currency, month) → booked amount of the window."""
    found: dict[int, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    if window:
        rows = reach.spend().filter(tool__in=tools, month__gte=window[0], month__lte=window[1])
        for tool, currency, month, amount in rows.values_list("tool_id", "currency", "month", "amount"):
            found[tool][currency, month] += amount
    return found


def _instant(stated: str | datetime) -> datetime | None:
    """An instant with its offset as an address states it, None where it is none."""
    try:
        instant = stated if isinstance(stated, datetime) else datetime.fromisoformat(stated[:40])
    except ValueError:
        return None
    return instant if instant.tzinfo else None


def _as_text(name: str) -> Cast:
    return Cast(name, TextField())


def _day(name: str) -> Coalesce:
    return Coalesce(_as_text(name), Value(""), output_field=TextField())


def _entries(reach: Reach) -> list[Entry]:
    """A slim row of every tool within reach, without making objects of them."""
    if not reach.whole:
        return _entries_within(reach)
    columns = ("pk", "key", "vendor", "status", "owner", "people_count")
    texts = [
        *(_day(name) for name in ("first_seen", "last_seen")),
        *(_as_text(name) for name in ("doors", "departments", "sources")),
    ]
    entries = map(Entry._make, Tool.objects.order_by("key").values_list(*columns, *texts))
    if reach.exact:
        return list(entries)
    return [entry._replace(people=coarse(entry.people)) for entry in entries]


def _entries_within(reach: Reach) -> list[Entry]:
    """The same from what some departments have. Two queries."""
    texts = (_day("first_seen"), _day("last_seen"), _as_text("doors"), _as_text("sources"), "people")
    parts: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = reach.parts(ToolDepartment.objects.order_by("department"))
    for tool, *part in rows.values_list("tool_id", "department", *texts):
        parts[tool].append(tuple(part))
    entries, written = [], {}  # of lists of departments there are few
    for pk, *columns in Tool.objects.order_by("key").values_list("pk", "key", "vendor", "status", "owner"):
        if mine := parts.get(pk):
            departments, first, last, doors, sources, people = zip(*mine, strict=True)
            number = sum(people)
            entries.append(
                Entry(
                    pk,
                    *columns,
                    number if reach.exact else coarse(number),
                    min(first),
                    max(last),
                    _merged(doors),
                    written.get(departments) or written.setdefault(departments, json.dumps(departments)),
                    _merged(sources),
                )
            )
    return entries


def _merged(texts: Sequence[str]) -> str:
    """Lists as the database holds them, made one; of a single department there is nothing to merge."""
    if len(set(texts)) == 1:
        return texts[0]
    return json.dumps(sorted({value for text in texts for value in json.loads(text)}))


def _names(entries: Sequence[Entry]) -> dict[str, ToolName]:
    return names_of({entry.key: entry.vendor for entry in entries})


def _spend(window: tuple[str, str] | None, reach: Reach) -> dict[int, dict[str, int]]:
    """Tool → currency → booked amount of the window."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    if window:
        months = reach.spend().filter(month__gte=window[0], month__lte=window[1])
        sums = months.values_list("tool_id", "currency").annotate(total=Sum(F("amount"))).order_by()
        for tool, currency, total in sums:
            found[tool][currency] = int(total)
    return found


class _Facts:
    """What filters ask of tools, each different text read once."""

    def __init__(self, entries: Sequence[Entry], jobs: Mapping[str, Job], kinds: Mapping[str, str]) -> None:
        self._entries, self._jobs = entries, jobs
        self._doors = _read(entry.doors for entry in entries)
        self._departments = _read(entry.departments for entry in entries)
        sources = _read(entry.sources for entry in entries)
        self._kinds = {text: {kinds.get(name, "") for name in names} for text, names in sources.items()}
        latest = max((entry.last_seen for entry in entries), default="")
        self.latest = date.fromisoformat(latest) if latest else None
        self._recent = str(self.latest - _RECENT) if self.latest else ""
        self._quiet = str(self.latest - _QUIET) if self.latest else ""

    def fitting(self, wanted: Wanted) -> list[Entry]:
        """The tools that pass every filter but the search."""
        if not wanted.narrowed:
            return list(self._entries)
        return [entry for entry in self._entries if self._fits(entry, wanted)]

    def _fits(self, entry: Entry, wanted: Wanted) -> bool:
        return (
            (not wanted.status or entry.status == wanted.status)
            and (not wanted.owner or (entry.owner or NOBODY) == wanted.owner)
            and (not wanted.door or wanted.door in self._doors[entry.doors])
            and (not wanted.department or wanted.department in self._departments[entry.departments])
            and (not wanted.kind or wanted.kind in self._kinds[entry.sources])
            and (not wanted.capability or self._job(entry) == wanted.capability)
            and (not wanted.seen or self._seen(entry.first_seen, entry.last_seen, wanted.seen))
        )

    def _job(self, entry: Entry) -> str:
        job = self._jobs.get(entry.key)
        return job.key if job else ""

    def _seen(self, first: str, last: str, how: str) -> bool:
        if not last:
            return False
        if how == "quiet":
            return last <= self._quiet
        return (first if how == "new" else last) > self._recent

    def choices(self, reach: Reach) -> dict[str, Choices]:
        """What each filter offers: only what some tool has, and what the reader may ask for."""
        doors = _together(Counter(entry.doors for entry in self._entries), self._doors)
        departments = _together(Counter(entry.departments for entry in self._entries), self._departments)
        kinds = _together(Counter(entry.sources for entry in self._entries), self._kinds)
        owners = Counter(entry.owner for entry in self._entries)
        jobs = Counter(job for entry in self._entries if (job := self._jobs.get(entry.key)))
        nobody = owners.pop("", 0)
        days = Counter((entry.first_seen, entry.last_seen) for entry in self._entries)
        seen = {
            how: sum(number for (first, last), number in days.items() if self._seen(first, last, how))
            for how in SEEN
        }
        return {
            "doors": [(door, DOOR_NAMES[door], doors[door]) for door in DOORS if doors[door]],
            "departments": [(name, name, departments[name]) for name in sorted(departments) if reach.exact],
            "kinds": [(kind, KIND_NAMES.get(kind, kind), kinds[kind]) for kind in sorted(kinds) if kind],
            "owners": ([(NOBODY, _("Nobody yet"), nobody)] if nobody and owners else [])
            + [(owner, owner, owners[owner]) for owner in sorted(owners)],
            "capabilities": [
                (job.key, job.name, number)
                for job, number in sorted(jobs.items(), key=lambda item: item[0].name)
            ],
            "seen": [(how, words, seen[how]) for how, words in SEEN.items() if seen[how]],
        }


def _read(texts: Iterable[str]) -> dict[str, list[str]]:
    return {text: json.loads(text) for text in set(texts)}


def _together(counts: Counter[str], meant: Mapping[str, Iterable[str]]) -> Counter[str]:
    """How many tools have each single value, from how many have each text."""
    totals: Counter[str] = Counter()
    for text, number in counts.items():
        for value in meant[text]:
            totals[value] += number
    return totals


def _found(
    entries: Iterable[Entry], query: str, names: Mapping[str, ToolName], jobs: Mapping[str, Job]
) -> Iterator[Entry]:
    words = query.casefold().split()
    for entry in entries:
        name, job = names[entry.key], jobs.get(entry.key)
        parts = (name.title, name.vendor_name, name.domain, job.name if job else "", entry.key)
        text = " ".join(parts).casefold()
        if all(word in text for word in words):
            yield entry


def _sorted(
    entries: list[Entry], sort: str, spend: Mapping[int, Mapping[str, int]], names: Mapping[str, ToolName]
) -> list[Entry]:
    """In the order that is asked for; equal ones stay in the order of their keys."""
    match sort:
        case "people":
            return sorted(entries, key=attrgetter("people"), reverse=True)
        case "name":
            return sorted(entries, key=lambda entry: names[entry.key].title.casefold())
        case "first":
            return sorted(entries, key=attrgetter("first_seen"), reverse=True)
        case "last":
            return sorted(entries, key=attrgetter("last_seen"), reverse=True)
    currency = reporting_currency()

    def by_spend(entry: Entry) -> tuple[int, bool]:
        """The reporting currency decides; amounts in others cannot be compared and come after."""
        paid = spend.get(entry.pk)
        return (-paid.get(currency, 0), False) if paid else (0, True)

    return sorted(entries, key=by_spend)
