"""``/owners/``: who owns what, who could, who was asked, and what leavers leave behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from discovery.models import Person
from inventory.access import Action, behind, may, reach_of
from inventory.footnote import footnote
from inventory.listing import Wanted, lines, listing
from inventory.models import OwnershipRequest, Tool, ToolStatus
from inventory.naming import ToolName, names_of
from inventory.opened_names import names_for, person_behind
from inventory.ownership import Legacy, Reason, legacies, suggest
from inventory.ownership_requests import WrongRequest, ask, open_requests, withdraw
from inventory.ownership_requests import hand_over as hand_them_over
from inventory.reach import Reach

PER_PAGE = 25
TABS = ("unowned", "asked", "leavers")
#: Suggested owners of a tool in a list; its own page shows all.
_SUGGESTED = 2


@dataclass(frozen=True)
class Suggested:
    """Somebody who could own a tool, as far as the reader may know who."""

    person: Person
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class Left:
    """What somebody left behind: a tool, as its business or technical owner, or as who alone paid."""

    tool: Tool
    name: ToolName
    technical: bool
    owner: str  # the address of the owner who left; "" where only payers did
    payers: Sequence[Person]  # leavers who alone bought it
    suggested: Sequence[Suggested]

    @property
    def value(self) -> str:
        """What a form sends for it."""
        return f"{'technical' if self.technical else 'business'}:{self.tool.key}"


@behind(Action.SEE_OWNERS)
@require_safe
def owners(request: HttpRequest) -> HttpResponse:
    reach = reach_of(request.user)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    within = {tool.key: tool for tool in reach.tools(Tool.objects.order_by("key"))}
    left = _left(within, reach)
    asked = [one for one in open_requests() if one.tool in within]
    found = listing(Wanted(owner="-"), reach)
    unowned = [entry for entry in found.entries if entry.status != ToolStatus.RETIRED]
    context = {
        "tab": tab,
        "unowned": len(unowned),
        "asked": len(asked),
        "leavers": len(left),
        "all_tools": len(within),
        "names": names_for(request.user, timezone.now()),
        "acts": may(request.user, Action.NAME_OWNERS),
        "exact": reach.exact,
        "left_out": footnote(reach, timezone.now(), found.window),
    }
    if tab == "unowned":
        page = Paginator(unowned, PER_PAGE).get_page(request.GET.get("page"))
        keys = [entry.key for entry in page.object_list]
        suggested = _suggested([within[key] for key in keys], reach)
        waiting = {one.tool for one in asked if not one.technical}
        context |= {
            "page": page,
            "rows": [
                (line, within[line.key].unowned_since, suggested[line.key][:_SUGGESTED], line.key in waiting)
                for line in lines(found, page.object_list)
            ],
        }
    elif tab == "asked":
        page = Paginator(asked, PER_PAGE).get_page(request.GET.get("page"))
        people, askers = _people(one.asked for one in page.object_list), _colleagues(page.object_list)
        names = names_of({one.tool: within[one.tool].vendor for one in page.object_list})
        context |= {
            "page": page,
            "rows": [
                (one, names[one.tool], people.get(one.asked), askers.get(one.asked_by))
                for one in page.object_list
            ],
        }
    else:
        context["page"] = context["rows"] = left
    return render(request, "inventory/owners.html", context)


def _suggested(tools: Sequence[Tool], reach: Reach) -> dict[str, list[Suggested]]:
    """Who could own each tool, people out of the reader's reach left out."""
    found = suggest(tools)
    people = _people((one.email for some in found.values() for one in some), reach)
    return {
        key: [Suggested(people[one.email], one.reasons) for one in some if one.email in people]
        for key, some in found.items()
    }


def _people(addresses: Iterable[str], reach: Reach | None = None) -> dict[str, Person]:
    rows = Person.objects.filter(email__in=set(addresses))
    return {person.email: person for person in (reach.people(rows) if reach else rows)}


def _colleagues(requests: Iterable[OwnershipRequest]) -> dict[str, Person]:
    """Who asked because they were asked themselves: people like any other, read by their pseudonym."""
    found = OwnershipRequest.objects.filter(
        tool__in={one.tool for one in requests}, answer=OwnershipRequest.Answer.HANDED_ON
    )
    return _people(found.values_list("asked", flat=True))


def _left(within: dict[str, Tool], reach: Reach) -> list[Left]:
    """What leavers leave behind within reach, by tool, business before technical."""
    found: dict[tuple[str, bool], list[Legacy]] = {}
    for legacy in legacies():
        if legacy.tool.key in within:
            if legacy.business or (legacy.sole_payer and not legacy.tool.owner):
                found.setdefault((legacy.tool.key, False), []).append(legacy)
            if legacy.technical:
                found.setdefault((legacy.tool.key, True), []).append(legacy)
    of_tools = {key: one[0].tool for (key, _technical), one in found.items()}
    names = names_of({key: tool.vendor for key, tool in of_tools.items()})
    suggested = {key: one[0].suggestions for (key, _technical), one in found.items()}
    people = _people((one.email for some in suggested.values() for one in some), reach)
    payers = _people((one.leaver for some in found.values() for one in some if one.sole_payer), reach)
    return [
        Left(
            tool=of_tools[key],
            name=names[key],
            technical=technical,
            owner=of_tools[key].technical_owner if technical else of_tools[key].owner,
            payers=[
                payers[one.leaver]
                for one in some
                if one.sole_payer and one.leaver in payers and not technical and not one.business
            ],
            suggested=[
                Suggested(people[one.email], one.reasons) for one in suggested[key] if one.email in people
            ][:_SUGGESTED],
        )
        for (key, technical), some in sorted(found.items())
    ]


@behind(Action.NAME_OWNERS)
@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """Hand the chosen tools of leavers over, all at once."""
    within = {tool.key: tool for tool in Tool.objects.all()}
    offered = {left.value: left for left in _left(within, reach_of(request.user))}
    chosen = [offered[value] for value in request.POST.getlist("tool") if value in offered]
    try:
        number = hand_them_over(
            {(left.tool.key, left.technical) for left in chosen},
            _address(request, request.POST.get("to", "")),
            actor=request.user.email,
            reason=request.POST.get("reason", ""),
            now=timezone.now(),
        )
    except WrongRequest as refused:
        messages.error(request, str(refused))
    else:
        said = ngettext("%(number)s tool is handed over.", "%(number)s tools are handed over.", number)
        messages.success(request, said % {"number": number})
    return redirect("/owners/?tab=leavers")


@behind(Action.SEE_OWNERS)
@require_http_methods(["GET", "POST"])
def owner_of(request: HttpRequest, key: str) -> HttpResponse:
    """One tool: its owners, who could be, and whom to ask."""
    reach = reach_of(request.user)
    found = reach.tools(Tool.objects.filter(key=key))
    if not found:
        raise Http404(f"No tool {key} is in the inventory.")
    tool = found[0]
    acts = may(request.user, Action.NAME_OWNERS)
    if request.method == "POST":
        if not acts:
            raise PermissionDenied(gettext(Action.NAME_OWNERS.value))
        try:
            ask(
                key,
                _address(request, request.POST.get("asked", "")),
                technical=request.POST.get("technical") == "1",
                asked_by=request.user.email,
                reason=request.POST.get("reason", ""),
                now=timezone.now(),
            )
        except WrongRequest as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("They are asked, and see it on their own page."))
        return redirect("owner_of", key)
    requests = list(OwnershipRequest.objects.filter(tool=key).order_by("-asked_at", "-pk"))
    people, askers = _people(one.asked for one in requests), _colleagues(requests)
    names = names_for(request.user, timezone.now())
    context = {
        "tool": tool,
        "name": names_of({key: tool.vendor})[key],
        "suggested": [(one, names.of(one.person).code) for one in _suggested([tool], reach)[key]],
        "requests": [(one, people.get(one.asked), askers.get(one.asked_by)) for one in requests],
        "names": names,
        "acts": acts,
    }
    return render(request, "inventory/owner_of.html", context)


def _address(request: HttpRequest, asked: str) -> str:
    """Whom somebody names: by address, or by the pseudonym under which they are suggested."""
    asked = asked.strip()
    if "@" in asked or not asked:
        return asked
    person = person_behind(asked.upper(), request.user)
    return person.email if person else asked


@behind(Action.NAME_OWNERS)
@require_POST
def take_back(request: HttpRequest, request_id: int) -> HttpResponse:
    try:
        taken = withdraw(request_id, actor=request.user.email, now=timezone.now())
    except OwnershipRequest.DoesNotExist:
        raise Http404("There is no such request without an answer.") from None
    messages.success(request, _("The request is taken back."))
    return redirect("owner_of", taken.tool)
