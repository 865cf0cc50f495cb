"""``/roles/``: who holds which role within which departments, and who gave it and why."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inventory.access import ROLE_NAMES, Action, Role, behind, may
from inventory.granting import NotGranted, access_of, grant, known_departments
from inventory.models import AccessChange

ACCOUNTS_PER_PAGE = 50
CHANGES_PER_PAGE = 25


@behind(Action.SEE_ROLES)
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    accounts = (
        get_user_model()
        .objects.order_by("email")
        .prefetch_related("groups")
        .select_related("department_scope")
    )
    if wanted := request.GET.get("q", "").strip():
        accounts = accounts.filter(email__icontains=wanted)
    page = Paginator(accounts, ACCOUNTS_PER_PAGE).get_page(request.GET.get("page"))
    known = set(Role)
    for account in page.object_list:
        names = {group.name for group in account.groups.all()} & known
        account.role_names = [ROLE_NAMES[role] for role in Role if role in names]
        scope = getattr(account, "department_scope", None)
        account.limited_to = sorted(scope.departments) if scope else None
    context = {
        "accounts": page,
        "wanted": wanted,
        "may_change": may(request.user, Action.GRANT_ROLES),
        "changes": Paginator(AccessChange.objects.order_by("-pk"), CHANGES_PER_PAGE).get_page(
            request.GET.get("changes")
        ),
    }
    return render(request, "inventory/roles.html", context)


@behind(Action.GRANT_ROLES)
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, user_id: int) -> HttpResponse:
    """One account: which roles, within which departments, and why."""
    shown = get_object_or_404(get_user_model(), pk=user_id)
    held = access_of(shown)
    chosen = {"roles": held["roles"], "departments": held["departments"] or [], "limited": False}
    chosen["limited"] = held["departments"] is not None
    if request.method == "POST":
        posted = request.POST.getlist("roles")
        chosen = {
            "roles": posted,
            "departments": request.POST.getlist("departments"),
            "limited": request.POST.get("limited") == "1",
        }
        try:
            changed = grant(
                shown,
                roles=[role for role in Role if role in posted],
                departments=chosen["departments"] if chosen["limited"] else None,
                by=request.user,
                reason=request.POST.get("reason", ""),
            )
        except NotGranted as refused:
            messages.error(request, str(refused))
        else:
            if changed:
                messages.success(request, _("The change is kept with its reason."))
            else:
                messages.info(request, _("Nothing differs from what it was."))
            return redirect("roles")
    context = {
        "account": shown,
        "chosen": chosen,
        "roles": [(role.value, ROLE_NAMES[role]) for role in Role],
        "departments": known_departments(),
        "reason": request.POST.get("reason", ""),
        "own": shown.pk == request.user.pk,
        "by_groups": bool(settings.PENUMBRA["OIDC_ROLES"]),
        "changes": AccessChange.objects.filter(account__iexact=shown.email).order_by("-pk"),
    }
    return render(request, "inventory/role_account.html", context)
