"""``/triage/policies/``: rules that decide before a person has to; made, looked at, switched on and off."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from discovery.money import MICRO
from inventory.access import Action, behind, may
from inventory.decisions import WrongDecision
from inventory.figures import DOORS
from inventory.models import Policy
from inventory.money_totals import reporting_currency
from inventory.pages.deciding import sentence
from inventory.policies import make_policy, preview, switch, terms_of
from inventory.policy_terms import MAKERS, PEOPLE, PLANS, SNOOZE, STATUSES, Conditions, Outcome
from inventory.risk import ACCESS_NAMES
from inventory.templatetags.penumbra import money
from inventory.words import DOOR_NAMES
from vendors.models import Capability

#: Tools that a preview names of each kind; the rest it counts.
_NAMED = 20


@behind(Action.DECIDE)
@require_http_methods(["GET", "POST"])
def policies(request: HttpRequest) -> HttpResponse:
    """All policies, and the form for a new one, which is written down switched off."""
    if request.method == "POST":
        try:
            conditions, outcome = _terms(request.POST)
            made = make_policy(
                request.POST.get("name", ""),
                conditions,
                outcome,
                actor=request.user.email,
                now=timezone.now(),
            )
        except WrongDecision as refused:
            messages.error(request, sentence(refused))
        else:
            return redirect("policy", made.pk)
    capabilities = dict(Capability.objects.order_by("name").values_list("key", "name"))
    listed = Policy.objects.annotate(
        tools=Count("batches__batch__decisions", filter=Q(batches__batch__undone_by=None))
    )
    context = {
        "policies": [
            (policy, *_in_words(policy, capabilities)) for policy in listed.order_by("-on", "made_at", "pk")
        ],
        "filled_in": request.POST if request.method == "POST" else request.GET,
        "access_chosen": request.POST.getlist("access"),
        "capabilities": capabilities.items(),
        "doors": [(door, DOOR_NAMES[door]) for door in DOORS],
        "accesses": ACCESS_NAMES.items(),
        "plans": PLANS.items(),
        "makers": MAKERS,
        "people": PEOPLE,
        "statuses": STATUSES,
        "snooze": SNOOZE,
        "currency": reporting_currency(),
        "may_weigh": may(request.user, Action.WEIGH_RISK),
    }
    return render(request, "inventory/policies.html", context)


def _in_words(policy: Policy, capabilities: dict[str, str]) -> tuple[list[str], str]:
    conditions, outcome = terms_of(policy)
    return conditions.in_words(capabilities, _amount), outcome.in_words()


def _amount(micro: int | None) -> str:
    return f"{reporting_currency()} {money(micro)}"


def _terms(form: QueryDict) -> tuple[Conditions, Outcome]:
    """What the form says. Raises WrongDecision in one sentence."""

    def number(name: str) -> int | None:
        if not (text := form.get(name, "").strip()):
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 12):
            raise WrongDecision(_("“%(text)s” is no whole number") % {"text": text})
        return int(text)

    def amount(name: str) -> int | None:
        whole = number(name)
        return None if whole is None else whole * MICRO

    conditions = Conditions(
        capability=form.get("capability", ""),
        door=form.get("door", ""),
        access=tuple(form.getlist("access")),
        no_access=bool(form.get("no_access")),
        plan=form.get("plan", ""),
        maker=form.get("maker", ""),
        people_below=number("people_below"),
        people_from=number("people_from"),
        spend_below=amount("spend_below"),
        spend_from=amount("spend_from"),
        risk_below=number("risk_below"),
        risk_from=number("risk_from"),
    )
    return conditions, Outcome(
        form.get("act", ""), number("days") or 0, form.get("outcome_conditions", "").strip()
    )


@behind(Action.DECIDE)
@require_safe
def policy(request: HttpRequest, policy_id: int) -> HttpResponse:
    """A policy with what it would decide, or has decided."""
    found = get_object_or_404(Policy, pk=policy_id)
    words = _in_words(found, dict(Capability.objects.values_list("key", "name")))
    context = {
        "policy": found,
        "conditions": words[0],
        "outcome": words[1],
        "preview": preview(*terms_of(found)),
        "named": f":{_NAMED}",
        "switches": found.switches.order_by("-made_at", "-pk"),
        "batches": [
            link.batch
            for link in found.batches.select_related("batch__undone_by").order_by("-batch__made_at", "-pk")
        ],
    }
    return render(request, "inventory/policy.html", context)


@behind(Action.DECIDE)
@require_POST
def switch_policy(request: HttpRequest, policy_id: int) -> HttpResponse:
    found = get_object_or_404(Policy, pk=policy_id)
    on = request.POST.get("on") == "1"
    reason = request.POST.get("reason", "")
    try:
        number = switch(found, on, actor=request.user.email, reason=reason, now=timezone.now())
    except WrongDecision as refused:
        messages.error(request, sentence(refused))
        return redirect("policy", policy_id)
    if on:
        words = ngettext(
            "Switched on: it decided about %(number)s tool.",
            "Switched on: it decided about %(number)s tools.",
            number,
        )
        messages.success(request, words % {"number": number})
    else:
        messages.success(request, _("Switched off; what it decided stays until somebody undoes it."))
    return redirect("policy", policy_id)
