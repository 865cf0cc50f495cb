"""``/overlap/``: tools that do the same job, side by side, and what is decided about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from discovery.money import as_text
from inventory import portrait
from inventory.access import Action, behind, may, reach_of
from inventory.case_form import as_decided, filled_in
from inventory.cases import Case, cases
from inventory.company_time import day_of
from inventory.exports.period import Row
from inventory.footnote import footnote
from inventory.head_counts import FEW, coarse, in_common_shown, total_shown
from inventory.listing import jobs_by_product, spend_window
from inventory.models import Flag, OverlapDecision
from inventory.money_totals import reporting_first
from inventory.open_flags import may_read_flags, open_flags
from inventory.overlap import (
    Group,
    GroupState,
    Member,
    WrongOverlapDecision,
    accept_overlap,
    by_money,
    groups,
    open_case,
    reopen,
)
from inventory.pages.downloads import download
from inventory.portrait import Price
from inventory.reach import Reach
from inventory.side_by_side import Beside, beside, compared_names
from inventory.words import hue_of

#: Tools that stand side by side at most.
SIDE_BY_SIDE = 6
#: Plans and prices of a tool in its column.
_PRICES = 3


@dataclass(frozen=True)
class Line:
    """A group as the list shows it."""

    group: Group
    tools: Sequence[str]
    people: str
    in_common: int | None  # None where it is withheld


@behind(Action.SEE_TOOLS)
@require_safe
def overlaps(request: HttpRequest) -> HttpResponse:
    reach = reach_of(request.user)
    found, state, window = _all(reach), _state(request), spend_window(reach)
    shown = [line for line in found if not state or line.group.state == state]
    return render(
        request,
        "inventory/overlaps.html",
        {
            "lines": shown,
            "all_groups": len(found),
            "states": [(one, sum(line.group.state == one for line in found)) for one in GroupState],
            "state": state,
            "spend": reporting_first(_total(shown)),
            "may_see_cases": may(request.user, Action.SEE_CASES),
            "exact": reach.exact,
            "window": window,
            "left_out": footnote(reach, timezone.now(), window),
        },
    )


@behind(Action.SEE_TOOLS)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """What the list shows, as a file."""
    reach = reach_of(request.user)
    state = _state(request)
    shown = [line for line in _all(reach) if not state or line.group.state == state]
    currencies = list(reporting_first(_total(shown)))
    columns = ["capability", "name", "tools", "people", "people_in_common"]
    columns += [f"spend_12m_{currency.lower()}" for currency in currencies]
    columns += ["state", "until", "due"]
    left_out = footnote(reach, timezone.now(), spend_window(reach))
    return download(request, "overlap", columns, [_row(line, currencies) for line in shown], left_out)


def _row(line: Line, currencies: Sequence[str]) -> Row:
    withheld = line.in_common is None
    group, decision = line.group, line.group.decision
    spend = group.spend
    return {
        "capability": group.capability,
        "name": group.name,
        "tools": group.keys,
        "people": line.people if withheld else group.people,
        "people_in_common": line.in_common,
        **{f"spend_12m_{currency.lower()}": as_text(spend.get(currency, 0)) for currency in currencies},
        "state": group.state.value,
        "until": decision.until if decision and group.state == GroupState.ACCEPTED else None,
        "due": decision.due if decision and group.state == GroupState.CASE else None,
    }


def _all(reach: Reach) -> list[Line]:
    """By the money at stake."""
    return [
        Line(
            group,
            [member.name.title for member in group.members],
            _people_shown(group, reach),
            group.people_in_common if reach.exact else None,
        )
        for group in sorted(groups(_today(), reach=reach), key=by_money)
    ]


def _people_shown(group: Group, reach: Reach) -> str:
    return total_shown(group.people, (member.tool.people_count for member in group.members), reach.exact)


def _state(request: HttpRequest) -> str:
    state = request.GET.get("state", "")
    return state if state in set(GroupState) else ""


def _total(lines: Sequence[Line]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for line in lines:
        for currency, amount in line.group.spend.items():
            totals[currency] = totals.get(currency, 0) + amount
    return totals


def _today() -> date:
    return day_of(timezone.now())


def _group(capability: str, reach: Reach) -> Group:
    found = groups(_today(), only=capability, reach=reach)
    if not found:
        raise Http404(f"No two tools in use overlap in {capability}.")
    return found[0]


# --- one group --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A tool among those side by side."""

    member: Member
    hue: str
    step: str  # of the case in force
    flags: Sequence[Flag]
    prices: Sequence[Price]
    all_prices: int
    beside: Beside


@dataclass(frozen=True)
class Common:
    """A cell of the matrix: how many people have both tools."""

    shown: str
    look: str


@behind(Action.SEE_TOOLS)
@require_safe
def overlap(request: HttpRequest, capability: str) -> HttpResponse:
    reach = reach_of(request.user)
    group = _group(capability, reach)
    shown = _side_by_side(group, request.GET.getlist("tool"))
    columns = _columns(request, group, shown, reach)
    answers = zip(*(column.beside.answers for column in columns), strict=True)
    window = spend_window(reach)
    return render(
        request,
        "inventory/overlap.html",
        {
            "group": group,
            "columns": columns,
            "compared": [
                (name, list(zip(columns, of_each, strict=True)))
                for name, of_each in zip(compared_names(), answers, strict=True)
            ],
            "chosen": {member.tool.key for member in shown},
            "most": SIDE_BY_SIDE,
            "people": _people_shown(group, reach),
            "matrix": _matrix(shown, group, reach.exact),
            "in_common": [
                (name, [member.name.title for member in group.members if member.tool.key in keys])
                for name, keys in group.departments_in_common.items()
            ],
            "case": _case_of(request, group),
            "spend": reporting_first(group.spend),
            "window": window,
            "left_out": footnote(reach, timezone.now(), window),
            "exact": reach.exact,
            "reads_flags": may_read_flags(reach),
            "evidence": may(request.user, Action.SEE_EVIDENCE),
            "decides": may(request.user, Action.DECIDE_OVERLAPS),
        },
    )


def _case_of(request: HttpRequest, group: Group) -> Case | None:
    if group.state != GroupState.CASE or group.decision is None or not may(request.user, Action.SEE_CASES):
        return None
    return next(iter(cases(_today(), only=group.decision.pk)), None)


def _side_by_side(group: Group, wanted: Sequence[str]) -> list[Member]:
    """The tools that are asked for, else those with the most money; at most six, the dearest first."""
    by_cost = sorted(group.members, key=by_money_of)
    chosen = [member for member in by_cost if member.tool.key in wanted]
    return (chosen if len(chosen) > 1 else by_cost)[:SIDE_BY_SIDE]


def by_money_of(member: Member) -> tuple[int, str]:
    currency = next(iter(reporting_first(member.spend)), "")
    return -member.spend.get(currency, 0), member.tool.key


def _columns(request: HttpRequest, group: Group, shown: Sequence[Member], reach: Reach) -> list[Column]:
    keys = [member.tool.key for member in shown]
    jobs, flags = jobs_by_product(keys), open_flags(keys, reach)
    weighed = beside([member.tool for member in shown], reach)
    plan = group.decision.plan if group.decision and group.state == GroupState.CASE else {}
    columns = []
    for member in shown:
        key = member.tool.key
        prices: tuple[list[Price], int] = ([], 0)
        if may(request.user, Action.SEE_EVIDENCE):
            prices = portrait.prices_of(member.tool, reach)
        hue = hue_of(jobs[key].group) if key in jobs else "c0"
        columns.append(
            Column(
                member,
                hue,
                plan.get(key, ""),
                flags.get(key, []),
                prices[0][:_PRICES],
                prices[1],
                weighed[key],
            )
        )
    return columns


def _matrix(shown: Sequence[Member], group: Group, exact: bool) -> list[tuple[Member, list[Common | None]]]:
    """Rows of cells; None where a tool meets itself. The deeper, the more: by what is shown alone."""

    def both(one: str, other: str) -> int:
        return group.pairs[min(one, other), max(one, other)]

    def looked_at(people: int) -> int:
        return people if exact else coarse(people) if people >= FEW else 0

    keys = [member.tool.key for member in shown]
    most = max((looked_at(both(one, other)) for one in keys for other in keys if one != other), default=0)
    rows = []
    for member in shown:
        cells: list[Common | None] = []
        for other in keys:
            if other == member.tool.key:
                cells.append(None)
                continue
            people = both(member.tool.key, other)
            seen = looked_at(people)
            look = "" if not seen else "m2" if 2 * seen >= most else "m1"
            cells.append(Common(in_common_shown(people, exact), look))
        rows.append((member, cells))
    return rows


# --- deciding ---------------------------------------------------------------------------------------


@behind(Action.DECIDE_OVERLAPS)
@require_POST
def accept(request: HttpRequest, capability: str) -> HttpResponse:
    until = parse_day(request.POST.get("until", ""))
    if until is None:
        messages.error(request, _("Name the last day that the overlap is accepted."))
    else:
        try:
            accept_overlap(
                capability,
                until,
                actor=request.user.email,
                reason=request.POST.get("reason", ""),
                now=timezone.now(),
            )
        except WrongOverlapDecision as refused:
            messages.error(request, as_sentence(refused))
        else:
            messages.success(request, _("The overlap is accepted as intended."))
    return _back(capability)


@behind(Action.DECIDE_OVERLAPS)
@require_POST
def take_back(request: HttpRequest, capability: str) -> HttpResponse:
    try:
        reopen(
            capability,
            actor=request.user.email,
            reason=request.POST.get("reason", ""),
            now=timezone.now(),
        )
    except WrongOverlapDecision as refused:
        messages.error(request, as_sentence(refused))
    else:
        messages.success(request, _("The overlap is open again."))
    return _back(capability)


def _back(capability: str) -> HttpResponse:
    """To the group, or to the list where the group is none any more."""
    if groups(_today(), only=capability):
        return redirect("overlap", capability)
    return redirect("overlaps")


@behind(Action.DECIDE_OVERLAPS)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, capability: str) -> HttpResponse:
    """A case while it is filled in: worked out again at every change, and opened when that is asked."""
    reach = reach_of(request.user)
    group = _group(capability, reach)
    form = filled_in(group, request.POST if request.method == "POST" else as_decided(group), _today())
    wrong = form.wrong
    if request.method == "POST" and "open" in request.POST and form.terms is not None:
        due = parse_day(request.POST.get("due", ""))
        try:
            if due is None:
                raise WrongOverlapDecision(_("Name the day by which it is to be done."))
            if not form.cost_known:
                raise WrongOverlapDecision(_("Fill in what the tools that end cost in a year."))
            decision: OverlapDecision = open_case(
                capability,
                form.plan,
                form.terms,
                owner=request.POST.get("owner", ""),
                due=due,
                actor=request.user.email,
                reason=request.POST.get("reason", ""),
                now=timezone.now(),
            )
        except WrongOverlapDecision as refused:
            wrong = as_sentence(refused)
        else:
            messages.success(request, _("The case is open. It shows on every tool of the group."))
            return redirect("case", decision.pk)
    return render(
        request,
        "inventory/case_plan.html",
        {
            "group": group,
            "form": form,
            "wrong": wrong,
            "tools": [(member, form.plan[member.tool.key]) for member in group.members],
            "bar": _bar(form.result.first_year.low, form.result.first_year.high, form.result.ended.high)
            if form.result
            else None,
            "given": {name: request.POST.get(name, "") for name in ("owner", "due", "reason")},
            "address": reverse("plan_case", args=[capability]),
            "left_out": footnote(reach, timezone.now(), spend_window(reach)),
        },
    )


def _bar(low: int, high: int, ended: int) -> tuple[int, int, int] | None:
    """A range as a part of what ends; None where nothing ends or nothing is saved."""
    if ended <= 0 or high <= 0:
        return None
    return max(0, low), min(high, ended), ended


def parse_day(text: str) -> date | None:
    """A day as a date field sends it, or None."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def as_sentence(refused: Exception) -> str:
    """A refusal as pages say it."""
    text = str(refused)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
