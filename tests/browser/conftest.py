"""A real Chromium in front of the pages. Where there is none these tests are skipped and say so."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, Group
from django.test import Client

from inventory.access import Role
from tests.services.chromium import chromium as installed_chromium

sync_api = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PASSWORD = "a password for tests"


@pytest.fixture(scope="package")
def chromium() -> Iterator[object]:
    program = installed_chromium()
    if program is None:
        pytest.skip("no Chromium is installed (on Debian: apt-get install chromium)")
    with pytest.MonkeyPatch.context() as patch, sync_api.sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _as_served(settings):
    """Static files without a manifest of collected ones."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def page(chromium, live_server, transactional_db) -> Iterator[object]:
    """An empty tab; what the pages asked of elsewhere or the policy forbade fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=live_server.url)
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on(
        "request",
        lambda asked: None if asked.url.startswith(live_server.url) else complaints.append(asked.url),
    )
    yield tab
    context.close()
    assert complaints == []


def a_user(role: Role) -> AbstractUser:
    """Somebody of a role, with a password to sign in with."""
    email = f"{role.replace(' ', '-')}@corp.example"
    user = get_user_model().objects.create_user(email, email, PASSWORD)
    user.groups.add(Group.objects.get_or_create(name=role.value)[0])
    return user


@pytest.fixture
def sign_in(page, live_server) -> Callable[[Role], object]:
    """Somebody of a role, signed in, on the page that they begin with; the form has a test of its own."""

    def sign_in(role: Role) -> object:
        client = Client()
        client.force_login(a_user(role), "allauth.account.auth_backends.AuthenticationBackend")
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto("/")
        return page

    return sign_in
