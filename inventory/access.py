"""Who may do what. Roles are Django groups; every view asks :func:`may`, and nothing else decides."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

User = AbstractUser | AnonymousUser
Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


class Role(StrEnum):
    """The value is the group's name."""

    EMPLOYEE = "employee"
    PROCUREMENT = "procurement"
    SECURITY = "security"
    FINANCE = "finance"
    PRIVACY_OFFICER = "privacy officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    SEE_TOOLS = "see the tools and their figures"
    SEE_EVIDENCE = "see records, purchases and people behind a tool"
    SEE_SOURCES = "see sources and scans"
    SEE_REJECTED = "see which rows were rejected"
    UPLOAD = "upload files"
    WITHDRAW = "withdraw a scan"


_COMPANY = {Role.PROCUREMENT, Role.SECURITY, Role.FINANCE, Role.AUDITOR, Role.ADMINISTRATOR}

#: The privacy officer sees what is kept and from where, and no record of a person.
_ALLOWED: dict[Action, set[Role]] = {
    Action.SEE_TOOLS: _COMPANY | {Role.PRIVACY_OFFICER},
    Action.SEE_EVIDENCE: _COMPANY,
    Action.SEE_SOURCES: _COMPANY | {Role.PRIVACY_OFFICER},
    Action.SEE_REJECTED: _COMPANY,
    Action.UPLOAD: {Role.PROCUREMENT, Role.SECURITY, Role.FINANCE, Role.ADMINISTRATOR},
    Action.WITHDRAW: {Role.FINANCE, Role.ADMINISTRATOR},
}


def roles_of(user: User) -> frozenset[Role]:
    """The roles of a user, asked for once a request. A superuser is an administrator."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    held: frozenset[Role] | None = getattr(user, "_penumbra_roles", None)
    if held is None:
        known = set(Role)
        names = user.groups.values_list("name", flat=True)
        held = frozenset(Role(name) for name in names if name in known)
        if user.is_superuser:
            held |= {Role.ADMINISTRATOR}
        user._penumbra_roles = held
    return held


def may(user: User, action: Action) -> bool:
    """Whether a user may do this: the one place that decides."""
    return not _ALLOWED[action].isdisjoint(roles_of(user))


def behind(action: Action) -> Callable[[View[Arguments]], View[Arguments]]:
    """Put a view behind an action: sign-in first, then 403 with what is missing."""

    def decorate(view: View[Arguments]) -> View[Arguments]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
            if not may(request.user, action):
                raise PermissionDenied(f"Your role does not let you {action.value}.")
            return view(request, *args, **kwargs)

        return guarded

    return decorate
