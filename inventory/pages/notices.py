"""``/notices/``: how often somebody is sent a digest, for each of the own roles."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inventory.access import ROLE_NAMES, Action, may
from inventory.notice_models import NoticeChoice, NoticeKind, Rhythm, Severity
from inventory.notices.digests import WrongChoice, choose, mail_lacks
from inventory.notices.readers import CONCERNS, FLAG_KINDS, roles_to_choose_for


@login_required
@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            choose(
                request.user,
                request.POST.get("role", ""),
                rhythm=request.POST.get("rhythm", ""),
                least=request.POST.get("least", Severity.HIGH),
                language=request.POST.get("language", ""),
                now=timezone.now(),
            )
        except WrongChoice as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Your choice is kept."))
        return redirect("notices")
    chosen = {choice.role: choice for choice in NoticeChoice.objects.filter(user=request.user)}
    offers = [
        {
            "role": role.value,
            "name": ROLE_NAMES[role],
            "kinds": [NoticeKind(kind).label for kind in CONCERNS[role]],
            "with_flags": not set(FLAG_KINDS).isdisjoint(CONCERNS[role]),
            "rhythm": chosen[role].rhythm if role in chosen else Rhythm.NEVER,
            "least": chosen[role].least if role in chosen else Severity.HIGH,
            "language": chosen[role].language if role in chosen else (get_language() or "en")[:2],
        }
        for role in roles_to_choose_for(request.user)
    ]
    context = {
        "offers": offers,
        "rhythms": Rhythm.choices,
        "severities": Severity.choices,
        "languages": settings.LANGUAGES,
        "lacks": mail_lacks(),
        "tell_what": may(request.user, Action.CHANGE_SYSTEMS),
    }
    return render(request, "inventory/notices.html", context)
