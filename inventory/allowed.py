"""May I use this? What everybody may know: which tools are decided, and what to use instead.

Names and statuses only: no figure, no person, no source.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.listing import Job, jobs_by_product
from inventory.models import Tool, ToolStatus
from inventory.naming import names_of
from inventory.words import hue_of
from vendors.models import Product

#: Answers shown at most; who gets more types more.
_ANSWERS = 6
_USABLE = (ToolStatus.SANCTIONED, ToolStatus.RESTRICTED)


@dataclass(frozen=True)
class Allowed:
    """A tool that everybody may use, perhaps under conditions."""

    key: str
    title: str
    maker: str
    status: str
    job: Job | None

    @property
    def hue(self) -> str:
        return hue_of(self.job.group) if self.job else "c0"


@dataclass(frozen=True)
class Answer:
    """What follows for one tool that somebody asks about. ``mood`` is the look of the answer."""

    title: str
    mood: str
    said: object
    instead: list[Allowed] = field(default_factory=list)


_SAID = {
    ToolStatus.SANCTIONED: ("ok", _("Yes. It is sanctioned.")),
    ToolStatus.RESTRICTED: ("warn", _("Yes, under conditions. Ask its owner which ones before you use it.")),
    ToolStatus.PROHIBITED: ("stop", _("No. It is prohibited here.")),
    ToolStatus.RETIRED: ("stop", _("No longer. It was retired.")),
    ToolStatus.UNDER_REVIEW: ("", _("Not yet decided. It is under review.")),
    ToolStatus.DISCOVERED: ("", _("Not yet decided. It is used here, and nobody has decided about it.")),
}
_UNSEEN = ("", _("Not yet decided. Nobody here was seen to use it."))


def allowed_tools() -> list[Allowed]:
    """Every tool that may be used, by what it does and its name. Four queries."""
    tools = list(Tool.objects.filter(status__in=_USABLE))
    names = names_of({tool.key: tool.vendor for tool in tools})
    jobs = jobs_by_product([tool.key for tool in tools])
    found = [
        Allowed(tool.key, names[tool.key].title, names[tool.key].vendor_name, tool.status, jobs.get(tool.key))
        for tool in tools
    ]
    return sorted(found, key=lambda one: (one.job.name if one.job else "\uffff", one.title.casefold()))


def by_job(tools: list[Allowed]) -> list[tuple[str, list[Allowed]]]:
    """The same, under what they do."""
    groups: dict[str, list[Allowed]] = defaultdict(list)
    for tool in tools:
        groups[gettext(tool.job.name) if tool.job else ""].append(tool)
    return sorted(groups.items(), key=lambda group: (not group[0], group[0].casefold()))


def answers(query: str, usable: list[Allowed]) -> tuple[list[Answer], int]:
    """What follows for each tool of the catalog that a query names, and how many it names."""
    words = query.casefold().split()
    if not words:
        return [], 0
    statuses = dict(Tool.objects.values_list("key", "status"))
    products = Product.objects.filter(withdrawn=False).values_list("key", "name", "vendor__name", "domain")
    found = [
        (key, name)
        for key, name, maker, domain in products
        if all(word in f"{name} {maker} {domain}".casefold() for word in words)
    ]
    # The name that begins with what was typed comes first, then what is used here.
    first = words[0]
    found.sort(
        key=lambda one: (not one[1].casefold().startswith(first), one[0] not in statuses, one[1].casefold())
    )
    jobs = jobs_by_product([key for key, _name in found])
    return [
        _answer(key, name, statuses.get(key), jobs.get(key), usable) for key, name in found[:_ANSWERS]
    ], len(found)


def _answer(key: str, name: str, status: str | None, job: Job | None, usable: list[Allowed]) -> Answer:
    mood, said = _SAID[ToolStatus(status)] if status else _UNSEEN
    if status in _USABLE or job is None:
        return Answer(name, mood, said)
    instead = [one for one in usable if one.job and one.job.key == job.key and one.key != key]
    return Answer(name, mood, said, instead)
