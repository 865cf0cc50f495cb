"""Tools in use that serve the same capability: who and what they have in common, and what was decided.

A group is a capability with at least two tools in use, of which one at least has it as its primary one:
a suite that does it beside its main job counts too. What is built with (a model API) never overlaps
with what people work in (a chat app). A group is open, accepted as intended until a day, or a case.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import combinations
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Sum

from discovery.models import Person
from inventory.company_time import day_of
from inventory.figures import evidence
from inventory.flags.facts import USE_WINDOW
from inventory.flags.keep import check_tools
from inventory.listing import spend_window
from inventory.models import OverlapDecision, Tool, ToolPerson
from inventory.money_totals import in_reporting_currency, reporting_currency
from inventory.naming import ToolName, capabilities_of, names_of
from inventory.overlap_decisions import holds_as_accepted, newest_decisions
from inventory.reach import WHOLE, Reach
from inventory.saving import Range, Terms
from inventory.use import tools_in_use
from vendors.models import Capability, ProductCapability

#: The capability that tells which group of capabilities is about building with models.
_BUILDING = "llm-api"
_CENT = 10_000  # 10⁻⁶


class GroupState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    CASE = "case"


class Step(StrEnum):
    """What a case plans for a tool."""

    KEEP = "keep"
    MOVE = "move"  # end it, and give its people a kept one
    RETIRE = "retire"  # end it without a substitute


class WrongOverlapDecision(ValueError):
    """A decision about an overlap that cannot be taken: one sentence that says why."""


@dataclass(frozen=True)
class Member:
    """A tool of a group."""

    tool: Tool
    name: ToolName
    primary: bool  # whether the group's capability is its primary one
    departments: Mapping[str, int]  # → people
    spend: Mapping[str, int]  # currency → booked in the twelve months up to the latest purchase of all


@dataclass(frozen=True)
class Group:
    """Tools in use with one capability. ``people`` have used at least one of them, ever."""

    capability: str
    name: str
    members: tuple[Member, ...]  # by key
    people: int
    people_in_common: int  # with at least two of the tools
    pairs: Mapping[tuple[str, str], int]  # (key, later key) → people with both
    state: GroupState
    decision: OverlapDecision | None  # the newest one, whether it still holds or not

    @property
    def keys(self) -> list[str]:
        return [member.tool.key for member in self.members]

    @property
    def spend(self) -> dict[str, int]:
        """Currency → what all of them cost in the twelve months."""
        return _together(member.spend for member in self.members)

    @property
    def departments_in_common(self) -> dict[str, list[str]]:
        """Department → the tools that people of it use, where these are several."""
        tools: dict[str, list[str]] = defaultdict(list)
        for member in self.members:
            for department in member.departments:
                tools[department].append(member.tool.key)
        return {department: keys for department, keys in sorted(tools.items()) if len(keys) > 1}


def grouped(
    capabilities: Mapping[str, list[tuple[str, str]]], building: Collection[str]
) -> dict[str, list[str]]:
    """Capability → keys of the tools that overlap in it. Pure.

    ``capabilities``: tool → (capability, name), the primary one first; ``building``: capabilities of
    building with models.
    """
    members: dict[str, list[str]] = defaultdict(list)
    primary: set[str] = set()
    for key in sorted(capabilities):
        having = [capability for capability, _ in capabilities[key]]
        for capability in having:
            if (capability in building) == (having[0] in building):
                members[capability].append(key)
        primary.update(having[:1])
    return {
        capability: keys
        for capability, keys in sorted(members.items())
        if len(keys) > 1 and capability in primary
    }


def building_capabilities() -> set[str]:
    """Capabilities of building with models. One query."""
    groups = dict(Capability.objects.values_list("key", "group"))
    return {key for key, group in groups.items() if group == groups.get(_BUILDING)}


@dataclass(frozen=True)
class _Overlapping:
    """Which tools overlap, as far as a reader may see, before anybody looks at their people."""

    keys: Mapping[str, list[str]]  # capability → tools within reach, two at least
    tools: Mapping[str, Tool]  # with the figures within reach
    names: Mapping[str, str]  # capability → name
    primary: Mapping[str, str]  # tool → capability
    states: Mapping[str, GroupState]
    decisions: Mapping[str, OverlapDecision]


def _overlapping(today: date, only: str, reach: Reach) -> _Overlapping:
    """Whether tools are in use, and what was decided about them, is the whole company's matter."""
    slim = Tool.objects.only("key", "status", "last_seen", "last_used", "sources").order_by("key")
    numbers = {tool.key: tool.pk for tool in slim}
    used = tools_in_use(slim, today)
    capabilities = capabilities_of(used)
    found = grouped(capabilities, building_capabilities())
    if only:
        found = {capability: keys for capability, keys in found.items() if capability == only}
    decisions = newest_decisions(found) if found else {}
    states = {key: state_of(decisions.get(key), keys, today) for key, keys in found.items()}
    overlapping = [numbers[key] for key in {key for keys in found.values() for key in keys}]
    tools = {tool.key: tool for tool in reach.tools(Tool.objects.filter(pk__in=overlapping))}
    found = {name: [key for key in keys if key in tools] for name, keys in found.items()}
    found = {name: keys for name, keys in found.items() if len(keys) > 1}
    return _Overlapping(
        keys=found,
        tools={key: tools[key] for key in sorted({key for keys in found.values() for key in keys})},
        names={key: name for having in capabilities.values() for key, name in having},
        primary={tool: having[0][0] for tool, having in capabilities.items()},
        states=states,
        decisions=decisions,
    )


def groups(today: date, only: str = "", reach: Reach = WHOLE) -> list[Group]:
    """All groups by capability, or one, within reach. A fixed number of queries, however many there are."""
    found = _overlapping(today, only, reach)
    if not found.keys:
        return []
    numbers = {key: tool.pk for key, tool in found.tools.items()}
    users, spend = _users(numbers, reach), _spend(numbers, reach)
    names = names_of({key: tool.vendor for key, tool in found.tools.items()})
    made = []
    for capability, keys in found.keys.items():
        with_tools = Counter(person for key in keys for person in users[key])
        members = tuple(
            Member(
                tool=found.tools[key],
                name=names[key],
                primary=found.primary[key] == capability,
                departments=_by_department(users[key]),
                spend=spend.get(key, {}),
            )
            for key in keys
        )
        made.append(
            Group(
                capability=capability,
                name=found.names[capability],
                members=members,
                people=len(with_tools),
                people_in_common=sum(count > 1 for count in with_tools.values()),
                pairs={
                    (one, other): len(users[one].keys() & users[other].keys())
                    for one, other in combinations(keys, 2)
                },
                state=found.states[capability],
                decision=found.decisions.get(capability),
            )
        )
    return made


@dataclass(frozen=True)
class Stake:
    """What is at stake in a group: its money, without a look at its people."""

    capability: str
    name: str
    keys: tuple[str, ...]
    spend: Mapping[str, int]
    state: GroupState
    decision: OverlapDecision | None  # the newest one, whether it still holds or not

    @property
    def tools(self) -> int:
        return len(self.keys)

    def step_of(self, tool: str) -> str:
        """What the case in force says becomes of a tool: keep, move or retire, or "" without one."""
        in_force = self.decision if self.state == GroupState.CASE else None
        return str(in_force.plan.get(tool, "")) if in_force else ""


def stakes_beside(tool: str, today: date, reach: Reach = WHOLE) -> list[Stake]:
    """The groups of one tool. One query where no other tool of the inventory can do what it does."""
    its = ProductCapability.objects.filter(product__key=tool).values("capability")
    able = ProductCapability.objects.filter(capability__in=its).values("product__key")
    if not Tool.objects.filter(key__in=able).exclude(key=tool).exists():
        return []
    return [stake for stake in stakes(today, reach) if tool in stake.keys]


def stakes(today: date, reach: Reach = WHOLE) -> list[Stake]:
    """Groups by the money at stake, those with the most first. A fixed number of queries."""
    found = _overlapping(today, "", reach)
    spend = _spend({key: tool.pk for key, tool in found.tools.items()}, reach) if found.keys else {}
    made = [
        Stake(
            capability,
            found.names[capability],
            tuple(keys),
            _together(spend.get(key, {}) for key in keys),
            found.states[capability],
            found.decisions.get(capability),
        )
        for capability, keys in found.keys.items()
    ]
    return sorted(made, key=by_money)


def by_money(one: Group | Stake) -> tuple[int, str]:
    """Order of groups: the most in the reporting currency first. Other currencies cannot be compared."""
    return -one.spend.get(reporting_currency(), 0), one.name.casefold()


def _together(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    totals: dict[str, int] = defaultdict(int)
    for sums in parts:
        for currency, amount in sums.items():
            totals[currency] += amount
    return dict(totals)


def state_of(decision: OverlapDecision | None, tools: Collection[str], today: date) -> GroupState:
    """What a group of these tools is. An acceptance holds for no tool that came since."""
    if decision is not None and decision.kind == OverlapDecision.Kind.CASE:
        return GroupState.CASE
    if holds_as_accepted(decision, tools, today):
        return GroupState.ACCEPTED
    return GroupState.OPEN


def _users(numbers: Mapping[str, int], reach: Reach) -> dict[str, dict[int, str]]:
    """Tool → its people, with the department of each. One query.

    Counted here and not in the database: people in common are a join of the table with itself, which takes
    minutes there where reading it once takes a tenth of a second.
    """
    keys = {number: key for key, number in numbers.items()}
    departments = dict(Person.objects.values_list("pk", "department"))
    found: dict[str, dict[int, str]] = {key: {} for key in numbers}
    rows = reach.users(ToolPerson.objects.filter(tool__in=keys))
    for number, person in rows.values_list("tool", "person").iterator():
        found[keys[number]][person] = departments[person]
    return found


def _by_department(users: Mapping[int, str]) -> dict[str, int]:
    counts = Counter(department for department in users.values() if department)
    return dict(sorted(counts.items()))


def _spend(numbers: Mapping[str, int], reach: Reach) -> dict[str, dict[str, int]]:
    """Tool → currency → booked in the twelve months up to the latest purchase within reach. Two queries."""
    window = spend_window(reach)
    if window is None:
        return {}
    keys = {number: key for key, number in numbers.items()}
    rows = reach.spend().filter(tool__in=keys, month__gte=window[0], month__lte=window[1])
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for number, currency, total in rows.values_list("tool", "currency").annotate(t=Sum("amount")).order_by():
        found[keys[number]][currency] = int(total)
    return found


# --- deciding ---------------------------------------------------------------------------------------


def accept_overlap(
    capability: str, until: date, *, actor: str, reason: str, now: datetime
) -> OverlapDecision:
    """Say that a group is intended, until a day and for the tools it has now."""
    if until <= day_of(now):
        raise WrongOverlapDecision(f"an overlap is accepted until a day in the future, and {until} is none")
    return _decide(capability, OverlapDecision.Kind.ACCEPTED, actor, reason, now, until=until)


def open_case(
    capability: str,
    plan: Mapping[str, str],
    terms: Terms,
    *,
    owner: str,
    due: date,
    actor: str,
    reason: str,
    now: datetime,
) -> OverlapDecision:
    """Decide what becomes of a group's tools (keep, move, retire), who sees to it and until when.

    Decided again, a case replaces the one before; both stay in the log.
    """
    steps = set(plan.values())
    if strange := steps - set(Step):
        raise WrongOverlapDecision(f"{min(strange)} is no step; a tool is kept, moved or retired")
    if Step.KEEP not in steps or len(steps) < 2:
        raise WrongOverlapDecision("a case keeps at least one tool and moves or retires at least one")
    if due <= day_of(now):
        raise WrongOverlapDecision(f"a case is due on a day in the future, and {due} is none")
    try:
        validate_email(owner)
    except ValidationError:
        raise WrongOverlapDecision(f"{owner or 'nobody'} is no e-mail address; name who sees to it") from None
    return _decide(
        capability,
        OverlapDecision.Kind.CASE,
        actor,
        reason,
        now,
        plan=dict(plan),
        terms=terms.stored(),
        owner=owner.strip().lower(),
        due=due,
    )


def reopen(capability: str, *, actor: str, reason: str, now: datetime) -> OverlapDecision:
    """Take back what was decided about a group."""
    if newest_decisions([capability]).get(capability) is None:
        raise WrongOverlapDecision(f"nothing was decided about {capability}; there is nothing to take back")
    return _decide(capability, OverlapDecision.Kind.REOPENED, actor, reason, now)


def decisions_about(tool: str) -> list[OverlapDecision]:
    """The newest decision of each group that names this tool and was not taken back. One query."""
    return [
        decision
        for _, decision in sorted(newest_decisions().items())
        if tool in decision.tools and decision.kind != OverlapDecision.Kind.REOPENED
    ]


def _decide(
    capability: str, kind: str, actor: str, reason: str, now: datetime, **columns: Any
) -> OverlapDecision:
    if not reason.strip():
        raise WrongOverlapDecision("say why: the reason is kept with the decision")
    if not actor.strip():
        raise WrongOverlapDecision("say who decides: the name is kept with the decision")
    found = groups(day_of(now), only=capability)
    if not found and kind != OverlapDecision.Kind.REOPENED:
        raise WrongOverlapDecision(f"no two tools in use overlap in {capability}")
    keys = found[0].keys if found else []
    if strange := set(columns.get("plan", ())) - set(keys):
        raise WrongOverlapDecision(f"{min(strange)} is not among the tools that overlap in {capability}")
    decision = OverlapDecision.objects.create(
        capability=capability,
        kind=kind,
        tools=keys,
        actor=actor.strip(),
        reason=reason.strip(),
        made_at=now,
        **columns,
    )
    check_tools(keys, now)
    return decision


# --- what a case would save -------------------------------------------------------------------------


def proposed_terms(group: Group, plan: Mapping[str, str], today: date) -> tuple[Terms, set[str]]:
    """Terms as far as they are known, to be edited, and the names of those of which nothing is known.

    Contracts and work of moving are not recorded yet. People lack a seat where they have a tool that moves
    and none that is kept: at most all who are still here, at least those of them seen lately. A seat of a
    kept tool costs what it came to a person in the twelve months, down to the cent. Two queries.
    """
    unknown = {"committed", "hours", "hourly"}
    ended = _total(group, [key for key, step in plan.items() if step != Step.KEEP])
    if ended is None:
        unknown.add("ended")
    kept = [member for member in group.members if plan.get(member.tool.key) == Step.KEEP]
    prices = [
        total // (member.tool.people_count * _CENT) * _CENT
        for member in kept
        if member.tool.people_count and (total := in_reporting_currency(member.spend))
    ]
    if not prices:
        unknown.add("seat_price")
    moved = [key for key, step in plan.items() if step == Step.MOVE]
    terms = Terms(
        currency=reporting_currency(),
        ended=Range.exactly(ended or 0),
        seats=_lacking(moved, [member.tool.key for member in kept], today),
        seat_price=Range(min(prices, default=0), max(prices, default=0)),
    )
    return terms, unknown


def _total(group: Group, keys: Iterable[str]) -> int | None:
    """What these tools cost in the twelve months, in the reporting currency; None where a rate is missing."""
    totals = [in_reporting_currency(member.spend) for member in group.members if member.tool.key in set(keys)]
    return None if None in totals else sum(total for total in totals if total)


def _lacking(moved: Collection[str], kept: Collection[str], today: date) -> Range:
    """People who are here and have a tool that moves and none that is kept: seen lately, and ever."""
    having = ToolPerson.objects.filter(tool__key__in=kept).values("person")
    lacking = ToolPerson.objects.filter(tool__key__in=moved, person__active=True).exclude(person__in=having)
    people = set(lacking.values_list("person", flat=True).distinct())
    seen = evidence(since=today - USE_WINDOW).filter(tool__in=moved, person__in=people)
    return Range(seen.values("person").distinct().count(), len(people))
