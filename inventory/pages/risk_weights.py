"""``/triage/weights/``: how much each question of risk weighs here; the effect is seen before it holds."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory.access import Action, behind, reach_of
from inventory.company_time import day_of
from inventory.risk import QUESTIONS, SHIPPED_WEIGHTS, Weights
from inventory.risk_weights import (
    WHOLE,
    NotWeighed,
    change_weights,
    changes,
    checked,
    newest_change,
    weights_now,
)
from inventory.weight_effect import effect_of

#: Tools that the effect names; the rest it counts.
_NAMED = 40


@behind(Action.WEIGH_RISK)
@require_http_methods(["GET", "POST"])
def weights(request: HttpRequest) -> HttpResponse:
    """The weights, what others would do (asked for with them in the address), and every change so far."""
    status, wanted = 200, None
    form = request.POST if request.method == "POST" else request.GET
    try:
        wanted = _wanted(form)
        if request.method == "POST":
            _save(request, wanted)
            messages.success(request, _("They hold from now on."))
            return redirect("risk_weights")
    except NotWeighed as refused:
        messages.error(request, str(refused))
        status = 422
    held = weights_now()
    newest = newest_change()
    context = {
        "questions": [
            (key, name, form.get(key, held[key]), held[key], SHIPPED_WEIGHTS[key])
            for key, name in QUESTIONS.items()
        ],
        "whole": WHOLE,
        "own": dict(held) != dict(SHIPPED_WEIGHTS),
        "asked_for": (wanted or {}).items(),
        "effect": effect_of(wanted, reach_of(request.user), day_of(timezone.now())) if wanted else None,
        "named": _NAMED,
        "named_slice": f":{_NAMED}",
        "version": newest.version if newest else 0,
        "reason": form.get("reason", ""),
        "changes": changes(),
    }
    return render(request, "inventory/risk_weights.html", context, status=status)


def _wanted(form: QueryDict) -> Weights | None:
    """The weights that are asked for; None where none are. Raises NotWeighed."""
    if form.get("shipped"):
        return SHIPPED_WEIGHTS
    return checked(form) if any(question in form for question in QUESTIONS) else None


def _save(request: HttpRequest, wanted: Weights | None) -> None:
    if wanted is None:
        raise NotWeighed(_("Say what each question weighs."))
    seen = request.POST.get("version", "")
    change_weights(
        None if wanted == SHIPPED_WEIGHTS else wanted,
        over=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1,
        actor=request.user.email,
        reason=request.POST.get("reason", ""),
        now=timezone.now(),
    )
