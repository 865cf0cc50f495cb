"""Behind TLS nothing is served with what only a trial may have."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from inventory import doctor
from inventory.demo import create_personas, mark_as_demo
from inventory.models import Installation
from inventory.production import reasons_not_to_serve, refuse_if_unsafe
from tests.frame.environment import run

pytestmark = [pytest.mark.django_db, pytest.mark.once]

GOOD = "0f8a2c67b1d94e35a7c2e9b04d6f13857a90c4e2d1b6f3a8"


@pytest.fixture(autouse=True)
def production(settings):
    settings.PENUMBRA = {**settings.PENUMBRA, "SECURE": True}
    settings.SECRET_KEY = GOOD
    return settings


def reasons() -> list[str]:
    return [sentence for sentence, _ in reasons_not_to_serve()]


def test_a_fit_installation_serves():
    assert reasons() == []
    refuse_if_unsafe()
    assert not [error for error in run_checks(include_deployment_checks=True) if error.id[:8] == "penumbra"]


@pytest.mark.parametrize(
    ("secret", "fault"),
    [
        ("x" * 50, "too short or too simple"),
        ("brief", "too short or too simple"),
        ("django-insecure-" + GOOD, "is a placeholder"),
        ("ChangeMe-" + GOOD, "is a placeholder"),
    ],
)
def test_a_secret_that_nobody_generated_is_refused(production, secret, fault):
    production.SECRET_KEY = secret
    (told,) = reasons()
    assert told.startswith("DJANGO_SECRET_KEY ")
    assert fault in told
    assert secret not in told
    with pytest.raises(ImproperlyConfigured, match=fault):
        refuse_if_unsafe()


def test_debug_a_demo_and_its_accounts_are_refused_each(production):
    production.DEBUG = True
    assert [told for told in reasons() if "error pages" in told]
    production.DEBUG = False
    mark_as_demo("Norrland")
    create_personas()
    assert reasons() == ["this database is a demo's, whose passwords are no secret"]
    Installation.objects.all().delete()
    assert reasons() == ["accounts of the demo exist, whose passwords are no secret"]
    with pytest.raises(ImproperlyConfigured, match="accounts of the demo exist"):
        refuse_if_unsafe()


def test_a_role_that_does_not_exist_is_told(production):
    production.PENUMBRA = {
        **production.PENUMBRA,
        "OIDC_ROLES": {"it": ("chief",), "it-security": ("security",)},
    }
    assert reasons() == ["PENUMBRA_OIDC_ROLES gives the unknown role chief"]


def test_the_doctor_and_the_deployment_check_say_the_same(production):
    mark_as_demo("Norrland")
    (told,) = reasons()
    assert told in [finding.sentence for finding in doctor._production()]
    assert told in [error.msg for error in run_checks(include_deployment_checks=True)]
    assert told not in [error.msg for error in run_checks()]


def test_a_trial_serves_all_of_it(production):
    production.PENUMBRA = {**production.PENUMBRA, "SECURE": False}
    mark_as_demo("Norrland")
    refuse_if_unsafe()


def test_the_web_server_does_not_start(tmp_path):
    done = run(
        "-c", "import config.wsgi",
        data=tmp_path, DJANGO_SECURE="1", DJANGO_SECRET_KEY="x" * 50, PENUMBRA_SEALING_KEY=GOOD,
        DATABASE_URL="sqlite://:memory:",
    )  # fmt: skip
    assert done.returncode == 1
    assert "ImproperlyConfigured" in done.stderr.splitlines()[-1]
    assert "nothing is served" in done.stderr
