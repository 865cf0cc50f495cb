"""Give somebody roles and departments: each change is written down with who and why."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import AbstractUser, Group
from django.db import transaction

from inventory.access import Role
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
