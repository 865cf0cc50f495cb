"""Who may do what, and on which rows: the one place that decides, for pages, API and exports.

Roles are Django groups. :func:`may` answers for actions, :func:`reach_of` for rows, and
:func:`person_of` says which person of the records somebody who signed in is.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from discovery.models import DirectoryEntry, Person
from inventory.models import DepartmentScope
from inventory.reach import Reach

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


#: How pages call a role.
ROLE_NAMES = {
    Role.EMPLOYEE: _("employee"),
    Role.PROCUREMENT: _("procurement"),
    Role.SECURITY: _("security"),
    Role.FINANCE: _("finance"),
    Role.PRIVACY_OFFICER: _("privacy officer"),
    Role.AUDITOR: _("auditor"),
    Role.ADMINISTRATOR: _("administrator"),
}


class Action(StrEnum):
    """The value is the sentence that refuses it."""

    SEE_TOOLS = gettext_noop("Your role does not let you see the tools and their figures.")
    SEE_EVIDENCE = gettext_noop("Your role does not let you see records, purchases and people behind a tool.")
    OPEN_NAMES = gettext_noop("Your role does not let you open names of people.")
    SEE_OPENINGS = gettext_noop("Your role does not let you see who opened which name.")
    AGREE_TO_OPENINGS = gettext_noop("Your role does not let you agree to the opening of sealed records.")
    SEE_SOURCES = gettext_noop("Your role does not let you see sources and scans.")
    SEE_REJECTED = gettext_noop("Your role does not let you see which rows were rejected.")
    UPLOAD = gettext_noop("Your role does not let you upload files.")
    ANSWER_FOR_SOURCES = gettext_noop("Your role does not let you say what is expected of a source.")
    CHANGE_SYSTEMS = gettext_noop("Your role does not let you connect systems or change their credentials.")
    WITHDRAW = gettext_noop("Your role does not let you withdraw a scan.")
    SEE_FLAGS = gettext_noop("Your role does not let you see flags and overlaps of the whole company.")
    REMOVE_SAMPLE = gettext_noop("Your role does not let you remove the sample data.")
    DECIDE_OVERLAPS = gettext_noop("Your role does not let you decide about overlaps.")
    SEE_CASES = gettext_noop("Your role does not let you see cases and what they save.")
    SEE_OWNERS = gettext_noop("Your role does not let you see who could own a tool.")
    NAME_OWNERS = gettext_noop("Your role does not let you ask for owners or hand tools on.")
    SEE_DECLARATIONS = gettext_noop("Your role does not let you see what colleagues declared.")
    ANSWER_DECLARATIONS = gettext_noop("Your role does not let you answer declarations.")
    DECIDE = gettext_noop("Your role does not let you decide about tools.")
    SEE_DECISIONS = gettext_noop("Your role does not let you see what was decided about all tools.")
    SEE_RECOGNITIONS = gettext_noop("Your role does not let you see texts that wait for a person.")
    DECIDE_RECOGNITIONS = gettext_noop("Your role does not let you decide what a text stands for.")
    SEE_PURCHASES = gettext_noop("Your role does not let you see purchases and the records behind them.")
    DECIDE_PURCHASES = gettext_noop("Your role does not let you split or join purchases.")
    SEE_REQUESTS = gettext_noop("Your role does not let you see which people asked for their data.")
    ANSWER_REQUESTS = gettext_noop("Your role does not let you hand out a person’s data.")
    SEE_WEBHOOKS = gettext_noop("Your role does not let you see which programs are told of notices.")
    CHANGE_WEBHOOKS = gettext_noop("Your role does not let you change which programs are told of notices.")
    SEE_ROLES = gettext_noop("Your role does not let you see who holds which role.")
    SEE_CORRECTIONS = gettext_noop(
        "Your role does not let you see which errors of the catalog were reported."
    )
    SETTLE_CORRECTIONS = gettext_noop("Your role does not let you settle reported errors of the catalog.")
    SAY_OWN = gettext_noop("Your role does not let you say what holds for your company beside the catalog.")
    WEIGH_RISK = gettext_noop("Your role does not let you change how risk is weighed.")
    GRANT_ROLES = gettext_noop("Your role does not let you give or take roles.")


#: Who works with people's records has the right to names, and opens each with a reason. Who runs the
#: system, or watches over privacy, has no need of them and sees head counts in fives only.
_WITH_NAMES = {Role.PROCUREMENT, Role.SECURITY, Role.FINANCE, Role.AUDITOR}
_COMPANY = _WITH_NAMES | {Role.ADMINISTRATOR}

_ALLOWED: dict[Action, set[Role]] = {
    Action.SEE_TOOLS: _COMPANY | {Role.PRIVACY_OFFICER},
    Action.SEE_EVIDENCE: _WITH_NAMES,
    Action.OPEN_NAMES: _WITH_NAMES,
    Action.SEE_OPENINGS: {Role.PRIVACY_OFFICER, Role.AUDITOR},
    Action.AGREE_TO_OPENINGS: {Role.PRIVACY_OFFICER},
    Action.SEE_SOURCES: _COMPANY | {Role.PRIVACY_OFFICER},
    Action.SEE_REJECTED: _COMPANY,
    Action.UPLOAD: {Role.PROCUREMENT, Role.SECURITY, Role.FINANCE, Role.ADMINISTRATOR},
    Action.ANSWER_FOR_SOURCES: {Role.PROCUREMENT, Role.SECURITY, Role.FINANCE, Role.ADMINISTRATOR},
    Action.CHANGE_SYSTEMS: {Role.ADMINISTRATOR},
    Action.WITHDRAW: {Role.FINANCE, Role.ADMINISTRATOR},
    Action.SEE_FLAGS: _WITH_NAMES,
    Action.DECIDE: {Role.PROCUREMENT, Role.SECURITY, Role.ADMINISTRATOR},
    Action.REMOVE_SAMPLE: {Role.ADMINISTRATOR},
    Action.DECIDE_OVERLAPS: {Role.PROCUREMENT},
    Action.SEE_CASES: _WITH_NAMES,
    Action.SEE_OWNERS: _WITH_NAMES,
    Action.NAME_OWNERS: {Role.PROCUREMENT, Role.SECURITY},
    Action.SEE_DECLARATIONS: {Role.PROCUREMENT, Role.SECURITY, Role.AUDITOR},
    Action.ANSWER_DECLARATIONS: {Role.PROCUREMENT, Role.SECURITY},
    Action.SEE_DECISIONS: _COMPANY | {Role.PRIVACY_OFFICER},
    # A text may name people, so who sees head counts in fives does not see it either.
    Action.SEE_RECOGNITIONS: {Role.PROCUREMENT, Role.SECURITY, Role.AUDITOR},
    Action.DECIDE_RECOGNITIONS: {Role.PROCUREMENT, Role.SECURITY},
    Action.SEE_PURCHASES: _WITH_NAMES,
    Action.DECIDE_PURCHASES: {Role.PROCUREMENT, Role.SECURITY, Role.FINANCE},
    Action.SEE_REQUESTS: {Role.PRIVACY_OFFICER, Role.AUDITOR},
    Action.ANSWER_REQUESTS: {Role.PRIVACY_OFFICER},
    Action.SEE_WEBHOOKS: {Role.SECURITY, Role.ADMINISTRATOR, Role.AUDITOR, Role.PRIVACY_OFFICER},
    Action.CHANGE_WEBHOOKS: {Role.SECURITY, Role.ADMINISTRATOR},
    Action.SEE_CORRECTIONS: {Role.ADMINISTRATOR, Role.PROCUREMENT, Role.SECURITY},
    Action.SETTLE_CORRECTIONS: {Role.ADMINISTRATOR},
    Action.SAY_OWN: {Role.PROCUREMENT, Role.SECURITY, Role.ADMINISTRATOR},
    Action.WEIGH_RISK: {Role.SECURITY, Role.ADMINISTRATOR},
    Action.SEE_ROLES: {Role.ADMINISTRATOR, Role.AUDITOR, Role.PRIVACY_OFFICER},
    Action.GRANT_ROLES: {Role.ADMINISTRATOR},
}

#: What changes the company's data. An auditor may do none of these.
CHANGING = frozenset(
    {
        Action.UPLOAD,
        Action.ANSWER_FOR_SOURCES,
        Action.CHANGE_SYSTEMS,
        Action.WITHDRAW,
        Action.DECIDE,
        Action.REMOVE_SAMPLE,
        Action.DECIDE_OVERLAPS,
        Action.NAME_OWNERS,
        Action.ANSWER_DECLARATIONS,
        Action.DECIDE_RECOGNITIONS,
        Action.DECIDE_PURCHASES,
        Action.CHANGE_WEBHOOKS,
        Action.GRANT_ROLES,
        Action.ANSWER_REQUESTS,
        Action.SAY_OWN,
        Action.WEIGH_RISK,
        Action.AGREE_TO_OPENINGS,
    }
)

#: What cannot be cut down to departments: sources and their rows are the whole company's, and so are
#: flags, overlaps and what is decided.
_WHOLE_COMPANY = frozenset(
    {
        Action.SEE_SOURCES,
        Action.SEE_REJECTED,
        Action.UPLOAD,
        Action.ANSWER_FOR_SOURCES,
        Action.CHANGE_SYSTEMS,
        Action.WITHDRAW,
        Action.SEE_OPENINGS,
        Action.AGREE_TO_OPENINGS,
        Action.SEE_FLAGS,
        Action.DECIDE,
        Action.REMOVE_SAMPLE,
        Action.DECIDE_OVERLAPS,
        Action.SEE_CASES,
        Action.NAME_OWNERS,
        Action.SEE_DECISIONS,
        Action.SEE_CORRECTIONS,
        Action.SETTLE_CORRECTIONS,
        Action.SAY_OWN,
        Action.WEIGH_RISK,
        Action.DECIDE_RECOGNITIONS,
        Action.DECIDE_PURCHASES,
        Action.SEE_REQUESTS,
        Action.ANSWER_REQUESTS,
        Action.SEE_WEBHOOKS,
        Action.CHANGE_WEBHOOKS,
        Action.SEE_ROLES,
        Action.GRANT_ROLES,
    }
)


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


def reach_of(user: User) -> Reach:
    """Which rows a user may see, asked for once a request. What may be done with them, ``may`` says."""
    if not user.is_authenticated:
        return Reach(frozenset(), exact=False)
    held: Reach | None = getattr(user, "_penumbra_reach", None)
    if held is None:
        scope = DepartmentScope.objects.filter(user=user).first()
        exact = not _ALLOWED[Action.OPEN_NAMES].isdisjoint(roles_of(user))
        held = Reach(frozenset(scope.departments) if scope else None, exact)
        user._penumbra_reach = held
    return held


def may(user: User, action: Action) -> bool:
    """Whether a user may do this: the one place that decides."""
    if _ALLOWED[action].isdisjoint(roles_of(user)):
        return False
    return action not in _WHOLE_COMPANY or reach_of(user).whole


def roles_that_may(action: Action) -> list[Role]:
    """The roles that may do this, in their usual order."""
    return [role for role in Role if role in _ALLOWED[action]]


def person_of(user: User) -> Person | None:
    """The person of the records that this user is: by e-mail address, the main one before an alias.

    Addresses of accounts are set by an administrator or verified by the company's sign-in, never by the
    user. An alias that several people claim is nobody's.
    """
    if not user.is_authenticated or not user.email:
        return None
    return person_with(user.email)


def person_with(address: str) -> Person | None:
    """The person of the records who has this e-mail address, the main one before an alias."""
    email = address.strip().lower()
    if person := Person.objects.filter(email=email).first():
        return person
    entries = DirectoryEntry.objects.filter(current=True).exclude(email="").exclude(aliases=[])
    claimed = {
        main for main, aliases in entries.values_list("email", "aliases").iterator() if email in aliases
    }
    return Person.objects.filter(email=claimed.pop()).first() if len(claimed) == 1 else None


def working_role(user: User) -> Role | None:
    """The role whose pseudonyms a user reads by: of several that may see evidence, the first in order."""
    return next((role for role in Role if role in _WITH_NAMES & roles_of(user)), None)


def behind(action: Action) -> Callable[[View[Arguments]], View[Arguments]]:
    """Put a view behind an action: sign-in first, then 403 with what is missing."""

    def decorate(view: View[Arguments]) -> View[Arguments]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
            if not may(request.user, action):
                raise PermissionDenied(gettext(action.value))
            return view(request, *args, **kwargs)

        return guarded

    return decorate
