"""``/me/tokens/``: tokens with which programs call the API in one's own name. Nobody sees another's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from inventory.access import Action, behind, may
from inventory.api_tokens import LONGEST_LIFE, Scope, TokenRefused, make_token, revoke_token
from inventory.my_data import tokens_of

#: Days that a form offers.
LIVES = (7, 30, 90, LONGEST_LIFE)
_SCOPE_NAMES = {
    Scope.READ: gettext_lazy("read what I may read"),
    Scope.UPLOAD: gettext_lazy("upload files"),
    Scope.DECIDE: gettext_lazy("decide, undo, and withdraw scans"),
}
#: What a scope is good for: it is offered to who may do any of it.
_NEEDS = {
    Scope.READ: (Action.SEE_TOOLS,),
    Scope.UPLOAD: (Action.UPLOAD,),
    Scope.DECIDE: (Action.DECIDE, Action.DECIDE_OVERLAPS, Action.WITHDRAW),
}


@behind(Action.SEE_TOOLS)
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens; a new one's secret is in the answer to the form that made it, and never again."""
    secret = _make(request) if request.method == "POST" else ""
    now = timezone.now()
    found = [(token, token.state(now)) for token in tokens_of(request.user)]
    offered = [scope for scope in Scope if any(may(request.user, action) for action in _NEEDS[scope])]
    return render(
        request,
        "inventory/tokens.html",
        {
            "tokens": found,
            "secret": secret,
            "scopes": [(scope.value, _SCOPE_NAMES[scope]) for scope in offered],
            "lives": LIVES,
            "name": "" if secret else request.POST.get("name", ""),
        },
    )


def _make(request: HttpRequest) -> str:
    """The secret of a new token, or "" where it was not made: then the page says why."""
    days = request.POST.get("days", "")
    try:
        _token, secret = make_token(
            request.user,
            name=request.POST.get("name", ""),
            scopes=request.POST.getlist("scope"),
            days=int(days) if days in map(str, LIVES) else 0,
            by=request.user.email or request.user.get_username(),
            now=timezone.now(),
        )
    except TokenRefused as refused:
        messages.error(request, str(refused))
        return ""
    return secret


@behind(Action.SEE_TOOLS)
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Let one of one's own tokens open nothing from now on."""
    token = get_object_or_404(tokens_of(request.user), pk=token_id)
    if revoke_token(token, by=request.user.email or request.user.get_username(), now=timezone.now()):
        messages.success(request, _("%(name)s opens nothing any more.") % {"name": token.name})
    return redirect("tokens")
