"""``/sources/sample/``: remove the sample company, saying first what goes and what stays."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from discovery.tasks import sweep
from inventory import sample_removal
from inventory.access import Action, behind
from inventory.models import SampleRemoval
from inventory.pages.telling import tell

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@behind(Action.REMOVE_SAMPLE)
@require_http_methods(["GET", "POST"])
def sample(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            _remove(request)
        except sample_removal.NotRemoved as error:
            messages.error(request, f"{error}.")
        else:
            messages.success(request, _("The sample data is being removed."))
            tell(sweep)
        return redirect("sample")
    return render(
        request,
        "inventory/sample.html",
        {
            "sample": sample_removal.sample(),
            "underway": sample_removal.underway(),
            "last": SampleRemoval.objects.exclude(finished_at=None).order_by("-pk").first(),
            "asks_for_account": sample_removal.needs_an_administrator(),
        },
    )


def _remove(request: HttpRequest) -> None:
    """Make the account that stays, where there is none; then ask for the removal."""
    user = request.user
    with transaction.atomic():
        if makes_account := sample_removal.needs_an_administrator():
            user = sample_removal.administrator(
                request.POST.get("email", ""), request.POST.get("password", "")
            )
        sample_removal.request(by=user.email, now=timezone.now())
    if makes_account:
        login(request, user, backend=_BACKEND)
