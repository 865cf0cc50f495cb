"""Accounts that call the API."""

from __future__ import annotations

import itertools

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser

from inventory.access import Role
from inventory.granting import set_access

_numbers = itertools.count(1)


def account_of(role: Role | None, *departments: str) -> AbstractUser:
    """A new account with a role, for the whole company or some departments."""
    email = f"u{next(_numbers)}@corp.example"
    user = get_user_model().objects.create_user(email, email, "a password")
    roles = [role] if role else []
    set_access(user, roles=roles, departments=departments or None, actor="hanna", reason="set-up")
    return user
