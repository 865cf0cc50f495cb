"""The pages of systems: connecting, testing, pausing, deleting a credential; and that no page shows one."""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from discovery import credentials, pulls, sealing
from discovery.models import Connection, ConnectionChange, PulledSource
from inventory.access import Role
from inventory.pages import systems as pages
from inventory.pulled_lists import freshness_of_pull, how_it_goes

pytestmark = pytest.mark.once

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ENTERED = {
    "domain": "company.okta.com",
    "token": "s3cret-token",
    "lists": ["okta_system_log"],
    "reason": "sign-ins every hour",
}


@pytest.fixture
def administrator(client, django_user_model, monkeypatch):
    """Somebody who may connect systems; workers are told of nothing."""
    from django.contrib.auth.models import Group

    for task in (pages.sweep, pages.try_connections):
        monkeypatch.setattr(task, "delay", lambda: None)
    user = django_user_model.objects.create(username="ann", email="ann@corp.example")
    user.groups.add(Group.objects.get_or_create(name=Role.ADMINISTRATOR)[0])
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    credentials.publish()
    return client


def connect(client, **more):
    return client.post(reverse("connect", args=["okta"]), ENTERED | more)


@pytest.mark.django_db
class TestConnecting:
    def test_a_form_is_made_of_the_settings(self, administrator):
        page = administrator.get(reverse("connect", args=["okta"])).content.decode()
        assert 'name="domain"' in page
        assert 'name="token" type="password"' in page
        assert "Read-only Administrator" in page

    def test_a_connection_is_stored_sealed_and_logged(self, administrator):
        assert connect(administrator).status_code == 302
        made = Connection.objects.get()
        assert b"s3cret-token" not in bytes(made.credential)
        assert made.test_asked_at
        assert ConnectionChange.objects.values_list("what", "actor", "reason").get() == (
            "connected", "ann@corp.example", "sign-ins every hour",
        )  # fmt: skip
        (pulled,) = PulledSource.objects.select_related("source")
        assert (pulled.source.name, pulled.every_minutes) == ("okta_system_log", 60)
        for name, arguments in (("systems", []), ("connection", [made.pk]), ("sources", [])):
            page = administrator.get(reverse(name, args=arguments))
            assert page.status_code == 200
            assert "s3cret-token" not in page.content.decode()

    def test_the_page_needs_no_sealing_key(self, administrator, settings, monkeypatch):
        def none() -> str:
            raise AssertionError("the page asked for the sealing key")

        monkeypatch.setattr(sealing, "_derived", functools.cache(sealing._derived.__wrapped__))
        settings.PENUMBRA = {**settings.PENUMBRA, "SEALING_KEY": none}
        assert connect(administrator).status_code == 302
        made = Connection.objects.get()
        assert administrator.get(reverse("connection", args=[made.pk])).status_code == 200

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"domain": "company-admin.okta.com"}, "without -admin"),
            ({"token": ""}, "API token is empty"),
            ({"lists": []}, "at least one list"),
            ({"reason": " "}, "Say why"),
        ],
    )
    def test_what_is_wrong_is_said_and_the_secret_is_not_shown(self, administrator, wrong, said):
        answer = connect(administrator, **wrong)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert "s3cret-token" not in answer.content.decode()
        assert not Connection.objects.exists()

    def test_a_second_company_of_the_same_system_has_sources_of_its_own(self, administrator):
        connect(administrator)
        assert connect(administrator, name="Daughter", domain="daughter.okta.com").status_code == 302
        names = PulledSource.objects.order_by("source__name").values_list("source__name", flat=True)
        assert list(names) == ["okta_system_log", "okta_system_log Daughter"]


@pytest.mark.django_db
def test_a_list_is_paused_and_a_credential_deleted_with_a_reason(administrator):
    connect(administrator)
    made, pulled = Connection.objects.get(), PulledSource.objects.get()
    change, delete = reverse("change_list", args=[pulled.pk]), reverse("delete_credential", args=[made.pk])
    administrator.post(change, {"do": "pause"})
    pulled.refresh_from_db()
    assert not pulled.paused
    administrator.post(change, {"do": "pause", "reason": "audit"})
    pulled.refresh_from_db()
    assert pulled.paused
    administrator.post(delete, {"reason": ""})
    made.refresh_from_db()
    assert made.credential
    administrator.post(delete, {"reason": "contract ended"})
    made.refresh_from_db()
    assert made.credential is None
    page = administrator.get(reverse("connection", args=[made.pk])).content.decode()
    assert "contract ended" in page
    assert "Stopped" in page


@pytest.mark.django_db
def test_a_test_shows_what_is_missing(administrator, monkeypatch):
    connect(administrator)
    made = Connection.objects.get()
    monkeypatch.setattr(pulls, "_first_page", lambda connection, name: "Okta refuses this list (403)")
    pulls.try_asked()
    page = administrator.get(reverse("connection", args=[made.pk])).content.decode()
    assert "Okta refuses this list (403)" in page


@pytest.mark.django_db
def test_the_page_of_a_connection_begins_with_how_it_goes(administrator):
    connect(administrator)
    made, pulled = Connection.objects.get(), PulledSource.objects.get()

    def heading() -> str:
        page = administrator.get(reverse("connection", args=[made.pk])).content.decode()
        return page.partition("<h1>")[2].partition("</h1>")[0]

    assert heading() == "Nothing was read from Okta yet"
    PulledSource.objects.update(last_success=timezone.now())
    assert heading() == "Lists are pulled from Okta"
    PulledSource.objects.update(trouble="Okta refuses this list (403)", troubled_since=timezone.now())
    assert heading() == "The list of Okta cannot be read"
    sources = administrator.get(reverse("sources")).content.decode()
    assert "<h1>1 list cannot be read from its system</h1>" in sources
    assert "1 source, and it comes in" in administrator.get("/").content.decode()  # it is tried again
    PulledSource.objects.update(last_success=None)
    home = administrator.get("/").content.decode()
    assert "1 of 1 sources does not come in as it should" in home
    assert "Okta refuses this list (403)" in home
    assert pulled.source.name == "okta_system_log"


@pytest.mark.parametrize(
    ("hours", "more", "badge", "state"),
    [
        (None, {}, "never", "never"),
        (1, {}, "fresh", "fresh"),
        (3, {}, "late", "late"),
        (9, {}, "silent", "silent"),
        (1, {"trouble": "x"}, "again", "fresh"),
        (1, {"trouble": "x", "denied": True}, "stopped", "silent"),
        (9, {"paused": True}, "paused", "paused"),
    ],
)
def test_how_it_goes_by_its_own_rhythm(hours, more, badge, state):
    last = NOW - timedelta(hours=hours) if hours else None
    connection = Connection(credential=b"sealed")
    pulled = PulledSource(connection=connection, every_minutes=60, last_success=last, **more)
    assert how_it_goes(pulled, NOW) == badge
    assert freshness_of_pull(pulled, NOW).state == state
