"""Who could own a tool, and why: suggestions with reasons; and what leavers leave behind.

A suggestion is worked out from facts and is nobody's duty until somebody accepts it. People are ordered
by the kind of reason, then by who was first: never by how much they use or spend.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum

from django.db.models import Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from discovery.models import DirectoryEntry, Person, Record
from discovery.purchases import Door
from inventory.decisions import Change, decide
from inventory.figures import purchases, tool_records
from inventory.models import DecisionBatch, Tool, ToolPerson

_NAMED = 500  # tools and vendors that a query names; above that it asks for all


class Reason(IntEnum):
    """Why somebody is suggested, the strongest first."""

    CONTRACT = 0
    REQUESTER = 1
    PAYER = 2
    ADMINISTRATOR = 3
    LEAD = 4
    DECLARER = 5

    @property
    def sentence(self) -> Promise:
        return _SENTENCES[self]


_SENTENCES = {
    Reason.CONTRACT: _("The register of contracts names them as its owner."),
    Reason.REQUESTER: _("It was bought for them through procurement."),
    Reason.PAYER: _("They pay for it."),
    Reason.ADMINISTRATOR: _("They administer it."),
    Reason.LEAD: _("They lead the department with the most people using it."),
    Reason.DECLARER: _("They declared that they use it."),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """That somebody has a reason to own a tool, since a day where one is known."""

    email: str
    reason: Reason
    since: date | None = None


@dataclass(frozen=True, slots=True)
class OwnerFacts:
    """What is known of who could own one tool. Addresses; those who left are in none of them."""

    contracts: Mapping[str, date] = field(default_factory=dict)  # → first day on which a register named them
    requesters: Mapping[str, date] = field(default_factory=dict)  # → first purchase through procurement
    payers: Mapping[str, date] = field(default_factory=dict)  # → first purchase by card or expense
    administrators: Collection[str] = ()
    leads: Collection[str] = ()  # of the department with the most people; several where some are equal
    declarers: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody who could own a tool, with every reason for it, the strongest first."""

    email: str
    reasons: tuple[Reason, ...]


def suggestions(facts: OwnerFacts) -> list[Suggestion]:
    """Everybody with a reason: the strongest reason first, then who had it first. Pure."""
    candidates = [
        *(Candidate(email, Reason.CONTRACT, since) for email, since in facts.contracts.items()),
        *(Candidate(email, Reason.REQUESTER, since) for email, since in facts.requesters.items()),
        *(Candidate(email, Reason.PAYER, since) for email, since in facts.payers.items()),
        *(Candidate(email, Reason.ADMINISTRATOR) for email in facts.administrators),
        *(Candidate(email, Reason.LEAD) for email in facts.leads),
        *(Candidate(email, Reason.DECLARER, since) for email, since in facts.declarers.items()),
    ]
    candidates.sort(key=lambda one: (one.reason, one.since or date.max, one.email))
    reasons: dict[str, list[Reason]] = {}
    for one in candidates:
        having = reasons.setdefault(one.email, [])
        if one.reason not in having:
            having.append(one.reason)
    return [Suggestion(email, tuple(having)) for email, having in reasons.items()]


def suggest(tools: Iterable[Tool]) -> dict[str, list[Suggestion]]:
    """Tool key → who could own it. Five queries for any number of tools.

    Also for a tool that has an owner: somebody may want to hand it on. Declarations are not among the
    facts as long as nobody can declare.
    """
    tools = list(tools)
    if not tools:
        return {}
    buyers, named = _buyers(tools), _named_in_contracts(tools)
    people = dict(Person.objects.filter(active=True).values_list("email", "department"))
    leads = _leads(tools, people)
    return {
        tool.key: suggestions(
            OwnerFacts(
                contracts=named[tool.key],
                requesters=buyers[tool.key, True],
                payers=buyers[tool.key, False],
                administrators=[tool.technical_owner] if tool.technical_owner in people else [],
                leads=leads.get(tool.pk, []),
            )
        )
        for tool in tools
    }


def _buyers(tools: Collection[Tool]) -> dict[tuple[str, bool], dict[str, date]]:
    """(tool, through procurement) → people who are here, with their first purchase. One query."""
    booked = purchases().filter(person__active=True, amount__gt=0)
    if len(tools) <= _NAMED:
        booked = booked.filter(vendor__in={tool.vendor for tool in tools})
    found: dict[tuple[str, bool], dict[str, date]] = defaultdict(dict)
    rows = booked.values_list("tool", "person__email", "door").annotate(first=Min("date")).order_by()
    for key, email, door, first in rows:
        having = found[key, door == Door.PROCUREMENT]
        having[email] = min(first, having.get(email, first))
    return found


def _named_in_contracts(tools: Collection[Tool]) -> dict[str, dict[str, date]]:
    """Tool → owners of its contracts who are here, with the first day that says so. One query."""
    read = tool_records().filter(kind=Record.Kind.CONTRACT, person__active=True)
    if len(tools) <= _NAMED:
        read = read.filter(descriptor__vendor__in={tool.vendor for tool in tools})
    found: dict[str, dict[str, date]] = defaultdict(dict)
    rows = read.values_list("tool", "person__email").annotate(first=Min("date")).order_by()
    for key, email, first in rows:
        found[key][email] = first
    return found


def _leads(tools: Collection[Tool], people: Mapping[str, str]) -> dict[int, list[str]]:
    """Tool → leads of the department with the most people who are here. Two queries.

    Who leads a department is who most of its people name as their manager. Where a directory names
    managers by a number of its own, nobody is known to lead.
    """
    managers: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    named = (
        DirectoryEntry.objects.filter(current=True, active=True).exclude(manager="").exclude(department="")
    )
    for department, manager in named.values_list("department", "manager"):
        if manager.lower() in people:
            managers[department][manager.lower()] += 1
    users = ToolPerson.objects.filter(person__active=True).exclude(person__department="")
    if len(tools) <= _NAMED:
        users = users.filter(tool__in=tools)
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for tool, department in users.values_list("tool", "person__department"):
        counts[tool][department] += 1
    found = {}
    for tool, departments in counts.items():
        most = _most(departments)
        found[tool] = sorted({lead for department in most for lead in _most(managers.get(department, {}))})
    return found


def _most(counts: Mapping[str, int]) -> list[str]:
    """Those that are counted most often: several where they are equal."""
    highest = max(counts.values(), default=0)
    return [name for name, count in counts.items() if count == highest]


# --- deciding ---------------------------------------------------------------------------------------


def accept_ownership(tool: str, owner: str, *, reason: str, now: datetime) -> DecisionBatch:
    """Somebody who was asked accepts: a decision of theirs.

    Raises WrongDecision like any decision.
    """
    return decide([tool], Change(owner=owner), actor=owner, reason=reason, now=now)


def hand_on(
    tools: Iterable[str], to: str, *, technical: bool = False, actor: str, reason: str, now: datetime
) -> DecisionBatch:
    """Hand tools on to somebody else: by an owner, by who was asked, or for a leaver. One decision."""
    change = Change(technical_owner=to) if technical else Change(owner=to)
    return decide(tools, change, actor=actor, reason=reason, now=now)


# --- succession -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Legacy:
    """A tool that somebody who left was responsible for, and who could take it."""

    tool: Tool
    leaver: str  # e-mail address
    business: bool
    technical: bool
    sole_payer: bool  # everybody else who ever bought it has left too
    suggestions: list[Suggestion]


def legacies(leavers: Collection[str] | None = None) -> list[Legacy]:
    """What these people who left were responsible for, or everybody who left, by tool. Nine queries at most.

    Owned, business or technical; or paid by nobody who is still here, and owned by nobody.
    """
    gone = Person.objects.filter(active=False)
    if leavers is not None:
        gone = gone.filter(email__in=[address.lower() for address in leavers])
    addresses = set(gone.values_list("email", flat=True))
    if not addresses:
        return []
    payers = _sole_payers(addresses)
    concerned = Tool.objects.exclude(status=Tool.Status.RETIRED).order_by("key")
    tools = [
        tool
        for tool in concerned
        if tool.owner in addresses
        or tool.technical_owner in addresses
        or (not tool.owner and tool.key in payers)
    ]
    suggested = suggest(tools)
    found = []
    for tool in tools:
        involved = {tool.owner, tool.technical_owner} & addresses
        if not tool.owner:
            involved |= payers.get(tool.key, set())
        found += [
            Legacy(
                tool=tool,
                leaver=leaver,
                business=tool.owner == leaver,
                technical=tool.technical_owner == leaver,
                sole_payer=leaver in payers.get(tool.key, ()),
                suggestions=suggested[tool.key],
            )
            for leaver in sorted(involved)
        ]
    return found


def _sole_payers(addresses: Collection[str]) -> dict[str, set[str]]:
    """Tool → leavers who bought it, where nobody who is still here ever did. Two queries."""
    bought: dict[str, set[str]] = defaultdict(set)
    vendors = set()
    booked = purchases().filter(amount__gt=0)
    rows = booked.filter(person__active=False).values_list("tool", "vendor", "person__email").distinct()
    for key, vendor, email in rows.order_by():
        if email in addresses:
            bought[key].add(email)
            vendors.add(vendor)
    here = booked.filter(person__active=True, vendor__in=vendors)
    for key in here.values_list("tool", flat=True).distinct().order_by():
        bought.pop(key, None)
    return bought
