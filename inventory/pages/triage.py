"""``/triage/``: one tool at a time beside its queue; sanction, restrict, prohibit, ask, snooze, undo."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inventory import evidence, portrait
from inventory.access import Action, behind, may, reach_of
from inventory.allowed import allowed_tools
from inventory.company_time import day_of
from inventory.deciding import day_in
from inventory.decision_words import changes
from inventory.decisions import KEEP, REVIEW_AFTER, Change, WrongDecision, decide, log_of
from inventory.footnote import footnote
from inventory.models import Policy, QuestionToUsers, Tool, ToolStatus
from inventory.naming import names_of
from inventory.opened_names import names_for
from inventory.pages.deciding import said, sentence
from inventory.questions_to_users import ANSWER_WITHIN, ask_users, asked_about, take_back
from inventory.snoozing import snooze
from inventory.triage import Waiting, alike, queue

#: Shown beside the tool: the queue from the present one on, a few of its people, what to use instead.
_QUEUE, _PEOPLE, _INSTEAD, _HISTORY = 14, 5, 4, 3
SNOOZE_FOR = timedelta(days=14)
DECISIONS = (ToolStatus.RESTRICTED, ToolStatus.SANCTIONED, ToolStatus.PROHIBITED)


@behind(Action.DECIDE)
@require_safe
def triage(request: HttpRequest) -> HttpResponse:
    return _page(request, request.GET.get("tool", ""))


def _page(request: HttpRequest, key: str) -> HttpResponse:
    """The queue at one of its tools, or at its first."""
    now = timezone.now()
    reach = reach_of(request.user)
    found = queue(reach, day_of(now))
    keys = [one.key for one in found.waiting]
    at = keys.index(key) if key in keys else 0
    context = {
        "queue": found,
        "shown": found.waiting[_first_shown(at, len(keys)) :][:_QUEUE],
        "exact": reach.exact,
        "policies": Policy.objects.filter(on=True).count(),
        "left_out": footnote(reach, now),
    }
    if keys:
        context |= {
            "here": found.waiting[at],
            "place": at + 1,
            "before": keys[at - 1] if at else "",
            "after": keys[at + 1] if at + 1 < len(keys) else "",
            "alike": alike(found.waiting[at], found.waiting),
            **_beside(request, found.waiting[at]),
            **_form(request, day_of(now)),
        }
    return render(request, "inventory/triage.html", context)


def _first_shown(at: int, length: int) -> int:
    """From where on the queue is shown, so that the present tool is seen with some before it."""
    return max(0, min(at - 3, length - _QUEUE))


def _beside(request: HttpRequest, here: Waiting) -> dict[str, object]:
    """Evidence, people and alternatives of the tool that is looked at, as the reader may see them."""
    now = timezone.now()
    reach = reach_of(request.user)
    tool = here.weighed.tool
    if not reach.exact:
        (tool,) = reach.tools(Tool.objects.filter(key=tool.key))
    job = here.weighed.job
    sees_people = may(request.user, Action.SEE_EVIDENCE)
    names = names_for(request.user, now) if sees_people else None
    context: dict[str, object] = {
        "tool": tool,
        "instead": [
            one
            for one in allowed_tools()
            if job and one.job and one.job.key == job.key and one.key != tool.key
        ][:_INSTEAD],
        "history": [(row.batch, changes(row.before, row.after)) for row in log_of(tool.key)][:_HISTORY],
        "asked": asked_about(tool.key, names, exact=reach.exact, today=day_of(now)),
        "sees_people": sees_people,
        "names": names,
    }
    if names:
        context["witnesses"] = portrait.witnesses_of(tool, reach)
        context["people"] = names.in_order(evidence.people_of(tool, reach)[:200])[:_PEOPLE]
    return context


def _form(request: HttpRequest, today: object) -> dict[str, object]:
    """What the fields hold: what was sent and refused, or what is usual."""
    sent = request.POST
    return {
        "reason": sent.get("reason", ""),
        "conditions": sent.get("conditions", ""),
        "review_due": sent.get("review_due", "") or str(today + REVIEW_AFTER),
        "until": sent.get("until", "") or str(today + SNOOZE_FOR),
        "question": sent.get("question", ""),
        "answer_by": sent.get("answer_by", "") or str(today + ANSWER_WITHIN),
    }


@behind(Action.DECIDE)
@require_POST
def act(request: HttpRequest, key: str) -> HttpResponse:
    """Do what was pressed and go on to the next tool; what cannot be done is said with all filled in."""
    tool = Tool.objects.filter(key=key).first()
    if tool is None:
        raise Http404(f"No tool {key} is in the inventory.")
    name = names_of({tool.key: tool.vendor})[tool.key].title
    try:
        _do(request, tool, name)
    except WrongDecision as refused:
        messages.error(request, sentence(refused))
        return _page(request, key)
    after = request.POST.get("after", "")
    return redirect(f"{reverse('triage')}?{urlencode({'tool': after})}" if after else reverse("triage"))


def _do(request: HttpRequest, tool: Tool, name: str) -> None:
    form, actor, now = request.POST, request.user.email, timezone.now()
    reason = form.get("reason", "")
    match form.get("act", ""):
        case "snooze":
            until = day_in(form.get("until", ""))
            if until is None:
                raise WrongDecision(_("name the day until which it is snoozed"))
            snooze([tool.key], until, actor=actor, reason=reason, now=now)
            messages.success(
                request, _("%(tool)s is snoozed.") % {"tool": name}, extra_tags=f"wake-{tool.key}"
            )
        case "ask":
            last = day_in(form.get("answer_by", ""))
            ask_users(tool.key, form.get("question", ""), last, actor=actor, now=now)
            words = _("The people who use %(tool)s are asked; it comes back with their answers.")
            messages.success(request, words % {"tool": name}, extra_tags=f"wake-{tool.key}")
        case status if status in DECISIONS:
            change = Change(
                status=status,
                conditions=form.get("conditions", "") if status == ToolStatus.RESTRICTED else KEEP,
                review_due=_due(form.get("review_due", ""), tool),
            )
            batch = decide([tool.key], change, actor=actor, reason=reason, now=now)
            said(request, _("%(tool)s: decided.") % {"tool": name}, batch)
        case other:
            raise WrongDecision(_("“%(what)s” is nothing that can be decided here") % {"what": other or "?"})


def _due(text: str, tool: Tool) -> object:
    due = day_in(text)
    return KEEP if due is None or due == tool.review_due else due


@behind(Action.DECIDE)
@require_POST
def wake(request: HttpRequest, key: str) -> HttpResponse:
    """Back into the queue before its day; a question that is still open is asked no longer."""
    get_object_or_404(Tool, key=key)
    actor, now = request.user.email, timezone.now()
    open_ = QuestionToUsers.objects.filter(tool=key, taken_back_at=None, answer_by__gte=day_of(now)).first()
    if open_:
        take_back(open_, actor=actor, now=now)
        messages.success(request, _("It is back in the queue, and nobody is asked any more."))
    else:
        snooze([key], None, actor=actor, reason=_("taken back into the queue"), now=now)
        messages.success(request, _("It is back in the queue."))
    return redirect(f"{reverse('triage')}?{urlencode({'tool': key})}")
