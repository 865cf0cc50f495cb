"""May I use this, with this data? What everybody may know: which tools are decided, and what to use instead.

Names, statuses and conditions only: no figure, no person, no source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.declaration_models import Outcome
from inventory.listing import Job, jobs_by_product
from inventory.models import DataClass, Tool, ToolStatus
from inventory.naming import names_of
from inventory.spelling import spelt_like
from inventory.words import hue_of
from vendors.models import Product

#: Answers shown at most; who gets more types more.
_ANSWERS = 6
#: Tools named instead of another at most.
_INSTEAD = 3
_USABLE = (ToolStatus.SANCTIONED, ToolStatus.RESTRICTED)

#: What each class of data is, for who does not know the words.
DATA_HINTS = {
    DataClass.PUBLIC: _("websites, published reports"),
    DataClass.INTERNAL: _("plans, notes, drafts"),
    DataClass.CUSTOMER: _("names, orders, messages of customers"),
    DataClass.PERSONAL: _("applicants, colleagues, health"),
    DataClass.CONFIDENTIAL: _("passwords, source code, unpublished figures"),
}


class Case(NamedTuple):
    """Who asks, and with what data. Empty: not said."""

    data: frozenset[str] = frozenset()
    department: str = ""


@dataclass(frozen=True)
class Limits:
    """What was decided of a tool, as far as it limits its use. An empty list leaves nobody out."""

    status: str
    conditions: str = ""
    data: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

    @property
    def data_words(self) -> str:
        return data_words(self.data)


@dataclass(frozen=True)
class Verdict:
    """What follows from limits for one case."""

    outcome: Outcome
    not_with: tuple[str, ...] = ()  # the classes asked about that may not go in
    elsewhere: bool = False  # it is for other departments


def judge(limits: Limits | None, case: Case) -> Verdict:
    """Whether a tool may be used in a case. Pure. None: nobody decided, and nobody was seen to use it."""
    if limits is None or limits.status in (ToolStatus.DISCOVERED, ToolStatus.UNDER_REVIEW):
        return Verdict(Outcome.REVIEW)
    if limits.status not in _USABLE:
        return Verdict(Outcome.REFUSED)
    not_with = in_order(case.data.difference(limits.data)) if limits.data else ()
    elsewhere = bool(limits.departments and case.department) and case.department not in limits.departments
    if not_with or elsewhere:
        return Verdict(Outcome.REFUSED, not_with, elsewhere)
    free = limits.status == ToolStatus.SANCTIONED
    free = free and not (limits.conditions or limits.data or limits.departments)
    return Verdict(Outcome.ALLOWED if free else Outcome.CONDITIONS)


def in_order(data: Iterable[str]) -> tuple[str, ...]:
    """Classes of data from harmless to secret."""
    return tuple(value for value in DataClass.values if value in set(data))


@dataclass(frozen=True)
class Allowed:
    """A tool that everybody may use, perhaps under conditions."""

    key: str
    title: str
    maker: str
    status: str
    job: Job | None
    limits: Limits

    @property
    def hue(self) -> str:
        return hue_of(self.job.group) if self.job else "c0"


@dataclass(frozen=True)
class Answer:
    """What follows for one tool that somebody asks about. ``mood`` is the look of the answer."""

    key: str  # "" where nobody knows the tool
    title: str
    maker: str
    job: Job | None
    status: str  # "" where it is not in the inventory
    outcome: Outcome
    mood: str
    said: str | Promise
    limits: Limits | None = None
    instead: list[Allowed] = field(default_factory=list)

    @property
    def hue(self) -> str:
        return hue_of(self.job.group) if self.job else "c0"

    @property
    def shows_limits(self) -> bool:
        """Whether what limits its use is worth saying: of a tool that may be used at all."""
        limits = self.limits
        return bool(
            limits and limits.status in _USABLE and (limits.conditions or limits.data or limits.departments)
        )


_MOODS = {
    Outcome.ALLOWED: "ok",
    Outcome.CONDITIONS: "warn",
    Outcome.INSTEAD: "stop",
    Outcome.REFUSED: "stop",
    Outcome.REVIEW: "",
}
_SAID = {
    ToolStatus.SANCTIONED: _("Yes. It is sanctioned."),
    ToolStatus.PROHIBITED: _("No. It is prohibited here."),
    ToolStatus.RETIRED: _("No longer. It was retired."),
    ToolStatus.UNDER_REVIEW: _("Not yet decided. It is under review."),
    ToolStatus.DISCOVERED: _("Not yet decided. It is used here, and nobody has decided about it."),
}
_UNSEEN = _("Not yet decided. Nobody here was seen to use it.")


def _said(limits: Limits | None, verdict: Verdict) -> str | Promise:
    if limits is None:
        return _UNSEEN
    if verdict.not_with:
        return gettext("Not with this: %(data)s.") % {"data": data_words(verdict.not_with)}
    if verdict.elsewhere:
        return _("Not in your department.")
    if verdict.outcome != Outcome.CONDITIONS:
        return _SAID[ToolStatus(limits.status)]
    if limits.conditions or limits.data or limits.departments:
        return _("Yes, under conditions.")
    return _("Yes, under conditions. Ask its owner which ones before you use it.")


def data_words(data: Iterable[str]) -> str:
    """Classes of data in words."""
    return ", ".join(str(DataClass(value).label) for value in in_order(data))


def limits_of(tool: Tool) -> Limits:
    return Limits(tool.status, tool.conditions, in_order(tool.allowed_data), tuple(tool.allowed_departments))


def allowed_tools() -> list[Allowed]:
    """Every tool that may be used, by what it does and its name. Four queries."""
    tools = list(Tool.objects.filter(status__in=_USABLE))
    names = names_of({tool.key: tool.vendor for tool in tools})
    jobs = jobs_by_product([tool.key for tool in tools])
    found = [
        Allowed(
            tool.key,
            names[tool.key].title,
            names[tool.key].vendor_name,
            tool.status,
            jobs.get(tool.key),
            limits_of(tool),
        )
        for tool in tools
    ]
    return sorted(found, key=lambda one: (one.job.name if one.job else "\uffff", one.title.casefold()))


def fitting(tools: Iterable[Allowed], case: Case, job: str = "") -> list[Allowed]:
    """Those that may be used in a case, for a job or for any; what is free of conditions comes first."""
    found = [
        (judge(one.limits, case).outcome, one) for one in tools if not job or (one.job and one.job.key == job)
    ]
    fit = [pair for pair in found if pair[0] in (Outcome.ALLOWED, Outcome.CONDITIONS)]
    return [one for _outcome, one in sorted(fit, key=lambda pair: pair[0] != Outcome.ALLOWED)]


def by_job(tools: Iterable[Allowed]) -> list[tuple[str, list[Allowed]]]:
    """The same, under what they do."""
    groups: dict[str, list[Allowed]] = defaultdict(list)
    for tool in tools:
        groups[gettext(tool.job.name) if tool.job else ""].append(tool)
    return sorted(groups.items(), key=lambda group: (not group[0], group[0].casefold()))


class Known(NamedTuple):
    """A tool that the catalog or the inventory names."""

    key: str
    name: str
    maker: str


def known(query: str) -> list[Known]:
    """Every tool of catalog and inventory that a query names. Three queries.

    The name that begins with what was typed comes first, then what is used here.
    """
    words = query.casefold().split()
    if not words:
        return []
    tools = dict(Tool.objects.values_list("key", "vendor"))
    products = Product.objects.filter(withdrawn=False).values_list("key", "name", "vendor__name", "domain")
    named = [(Known(key, name, maker), domain) for key, name, maker, domain in products]
    makers = names_of({key: vendor for key, vendor in tools.items() if key == vendor})
    named += [(Known(key, name.title, name.vendor_name), "") for key, name in makers.items()]
    found = [
        one
        for one, domain in named
        if all(word in f"{one.name} {one.maker} {domain}".casefold() for word in words)
    ]
    return sorted(
        found,
        key=lambda one: (
            not one.name.casefold().startswith(words[0]),
            one.key not in tools,
            one.name.casefold(),
            one.key,
        ),
    )


def answers(query: str, usable: list[Allowed], case: Case) -> tuple[list[Answer], int]:
    """What follows for each tool that a query names, and how many it names.

    Where it names none, these are tools that are spelt nearly so, and the number is 0.
    """
    found = known(query)
    if not found:
        products = Product.objects.filter(withdrawn=False).values_list("key", "name", "vendor__name")
        near = spelt_like(query, ((key, said) for key, name, maker in products for said in (name, maker)))
        return answers_for([(one, case) for one in named(near)], usable), 0
    return answers_for([(one, case) for one in found[:_ANSWERS]], usable), len(found)


def answer_about(key: str, usable: list[Allowed], case: Case) -> Answer | None:
    """What follows for one tool by its key, or None where neither catalog nor inventory has it."""
    return next(iter(answers_for([(one, case) for one in named([key])], usable)), None)


def named(keys: Collection[str]) -> list[Known]:
    """Tools by their keys, as the catalog calls them; what neither catalog nor inventory has is left out."""
    vendors = dict(Product.objects.filter(key__in=keys).values_list("key", "vendor__key"))
    vendors |= dict(Tool.objects.filter(key__in=keys).values_list("key", "vendor"))
    names = names_of(vendors)
    return [Known(key, names[key].title, names[key].vendor_name) for key in keys if key in names]


def answers_for(asked: Collection[tuple[Known, Case]], usable: list[Allowed]) -> list[Answer]:
    """What follows for some tools, each in its case, in their order. Two queries."""
    keys = {one.key for one, _case in asked}
    stored = {tool.key: tool for tool in Tool.objects.filter(key__in=keys)}
    jobs = jobs_by_product(list(keys))
    return [_answer(one, stored.get(one.key), jobs.get(one.key), usable, case) for one, case in asked]


def _answer(one: Known, tool: Tool | None, job: Job | None, usable: list[Allowed], case: Case) -> Answer:
    limits = limits_of(tool) if tool else None
    verdict = judge(limits, case)
    answer = Answer(
        key=one.key,
        title=one.name,
        maker=one.maker,
        job=job,
        status=tool.status if tool else "",
        outcome=verdict.outcome,
        mood=_MOODS[verdict.outcome],
        said=_said(limits, verdict),
        limits=limits,
    )
    if job is None or verdict.outcome in (Outcome.ALLOWED, Outcome.CONDITIONS):
        return answer
    instead = [other for other in fitting(usable, case, job.key) if other.key != one.key][:_INSTEAD]
    outcome = Outcome.INSTEAD if instead and verdict.outcome == Outcome.REFUSED else verdict.outcome
    return replace(answer, instead=instead, outcome=outcome)


def unknown(name: str) -> Answer:
    """What follows for a tool that neither catalog nor inventory has."""
    said = _("Nobody here knows it yet.")
    return Answer("", name, "", None, "", Outcome.REVIEW, _MOODS[Outcome.REVIEW], said)
