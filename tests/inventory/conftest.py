from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from inventory.access import Role


@pytest.fixture(autouse=True)
def test_settings(settings):
    """Static files without a manifest of collected ones, quick passwords, a known currency."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PENUMBRA = {**settings.PENUMBRA, "REPORTING_CURRENCY": "EUR"}
    # Nothing counted for one test may slow another's calls: a cache of its own for each.
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": uuid.uuid4().hex}
    }


@pytest.fixture
def signed_in(db) -> Callable[[Role | None], Client]:
    """A browser in which somebody of this role is signed in."""

    def sign_in(role: Role | None) -> Client:
        user = get_user_model().objects.create_user(
            f"{role}@corp.example", f"{role}@corp.example", "a password"
        )
        if role:
            user.groups.add(Group.objects.get_or_create(name=role.value)[0])
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
