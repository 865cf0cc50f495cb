"""Give somebody roles and departments: each change is written down with who and why."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, Group
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from discovery.models import DirectoryEntry
from inventory.access import Action, Role, may
from inventory.models import AccessChange, DepartmentScope


class NotGranted(Exception):
    """One sentence that says why nothing was changed."""


@transaction.atomic
def set_access(
    user: AbstractUser,
    *,
    roles: Collection[Role],
    departments: Collection[str] | None,
    actor: str,
    reason: str,
) -> bool:
    """Let a user hold these roles and no others, within departments or (None) the whole company.

    Whether anything changed; what did not is not written down again.
    """
    if not actor.strip() or not reason.strip():
        raise NotGranted("say who changes the access and why: both are kept with the change")
    before = access_of(user)
    after = {
        "roles": sorted(role.value for role in roles),
        "departments": None if departments is None else sorted(set(departments)),
    }
    if before == after:
        return False
    others = user.groups.exclude(name__in=[role.value for role in Role])
    held = [Group.objects.get_or_create(name=name)[0] for name in after["roles"]]
    user.groups.set([*others, *held])
    if departments is None:
        DepartmentScope.objects.filter(user=user).delete()
    else:
        DepartmentScope.objects.update_or_create(user=user, defaults={"departments": after["departments"]})
    AccessChange.objects.create(
        account=user.email, before=before, after=after, actor=actor.strip(), reason=reason.strip()
    )
    return True


def access_of(user: AbstractUser) -> dict[str, list[str] | None]:
    """Roles and departments as a change writes them down."""
    known = {role.value for role in Role}
    scope = DepartmentScope.objects.filter(user=user).first()
    return {
        "roles": sorted(name for name in user.groups.values_list("name", flat=True) if name in known),
        "departments": sorted(scope.departments) if scope else None,
    }


@transaction.atomic
def grant(
    user: AbstractUser,
    *,
    roles: Collection[Role],
    departments: Collection[str] | None,
    by: AbstractUser,
    reason: str,
) -> bool:
    """As ``set_access``, for an administrator on a page: raises NotGranted where somebody would raise
    themselves, or where nobody would be left who can give roles.
    """
    if not may(by, Action.GRANT_ROLES):
        raise NotGranted(_("Your role does not let you give or take roles."))
    if not reason.strip():
        raise NotGranted(_("Say why: the reason is kept with the change, and the person reads it."))
    if departments is not None and (unknown := sorted(set(departments) - set(known_departments()))):
        raise NotGranted(_("No directory knows the department %(name)s.") % {"name": unknown[0]})
    # Two administrators who take each other's role at once: the second waits here and is refused.
    Group.objects.get_or_create(name=Role.ADMINISTRATOR.value)
    Group.objects.select_for_update().get(name=Role.ADMINISTRATOR.value)
    if user.pk == by.pk and _raises(access_of(user), roles, departments):
        raise NotGranted(_("Nobody gives themselves more than they have; ask another administrator."))
    changed = set_access(
        user, roles=roles, departments=departments, actor=by.email, reason=" ".join(reason.split())
    )
    if not administrators().exists():
        raise NotGranted(_("This is the last administrator: make somebody else one first."))
    return changed


def _raises(
    before: dict[str, list[str] | None], roles: Collection[Role], departments: Collection[str] | None
) -> bool:
    more = {role.value for role in roles} - set(before["roles"] or ())
    if before["departments"] is None:
        return bool(more)
    return bool(more) or departments is None or not set(departments) <= set(before["departments"])


def administrators() -> QuerySet[AbstractUser]:
    """Who can give roles: administrators of the whole company whose account is active."""
    held = Q(groups__name=Role.ADMINISTRATOR.value) | Q(is_superuser=True)
    accounts = get_user_model().objects.filter(held, is_active=True, department_scope__isnull=True)
    return accounts.distinct()


def known_departments() -> list[str]:
    """Departments that directories name now."""
    named = DirectoryEntry.objects.filter(current=True).exclude(department="")
    return sorted(set(named.order_by().values_list("department", flat=True).distinct()))
