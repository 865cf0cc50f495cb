"""Sign-in by the company's own provider: a real one, in a process of its own, asked over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from config.company_sign_in import CompanySignIn, company_sign_in
from inventory.access import Role, person_of, roles_of
from inventory.granting import set_access
from inventory.models import AccessChange
from tests.frame.environment import PROJECT
from tests.inventory import rows
from tests.inventory.oidc_provider import CLIENT, SECRET

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def _user(subject: str, email: str, *groups: str, verified: object = True) -> dict[str, object]:
    return {
        "sub": subject,
        "email": email,
        "email_verified": verified,
        "given_name": subject.title(),
        "family_name": "Byron",
        "groups": list(groups),
    }


USERS = {
    "ada": _user("ada", "Ada@corp.example", "it-security", "choir"),
    "ada-in-finance": _user("ada", "ada@corp.example", "controlling"),
    "ada-married": _user("ada", "ada.king@corp.example", "it-security"),
    "unverified": _user("eve", "ada@corp.example", "it-security", verified=False),
    "nearly": _user("eve", "ada@corp.example", "it-security", verified="false"),
    "nameless": _user("nobody", "", "it-security"),
    "boss": _user("boss", "boss@corp.example", "root", "administrator"),
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.inventory.oidc_provider", json.dumps(USERS)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as provider:
        yield provider.stdout.readline().strip()
        provider.terminate()


@pytest.fixture(autouse=True)
def configured(issuer, settings, monkeypatch) -> CompanySignIn:
    for name, value in {
        "ISSUER": issuer,
        "CLIENT_ID": CLIENT,
        "CLIENT_SECRET": SECRET,
        "ROLES": "it-security=security, controlling = finance, controlling=procurement",
    }.items():
        monkeypatch.setenv(f"PENUMBRA_OIDC_{name}", value)
    found = company_sign_in()
    settings.COMPANY_SIGN_IN = found
    settings.SOCIALACCOUNT_PROVIDERS = found.providers()
    settings.PENUMBRA = {
        **settings.PENUMBRA,
        "OIDC_ROLES": found.roles,
        "OIDC_GROUPS_CLAIM": found.groups_claim,
    }
    return found


def sign_in(user: str, browser: Client | None = None, query: str = "") -> tuple[Client, object]:
    """What a browser does: from our page to the provider, and back with what it says."""
    browser = browser or Client()
    there = browser.get(f"/accounts/oidc/company/login/{query}")
    assert there.status_code == 302
    answer = requests.get(there["Location"] + f"&user={user}", allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert back.path == "/accounts/oidc/company/login/callback/"
    return browser, browser.get(f"{back.path}?{back.query}")


def account(email: str = "ada@corp.example"):
    return get_user_model().objects.get(email=email)


def signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_who_is_vouched_for_signs_in_with_the_roles_of_the_mapped_groups():
    person = rows.person("ada@corp.example", "Engineering")
    browser, response = sign_in("ada", query="?next=/me/")
    assert (response.status_code, response["Location"]) == (302, "/me/")
    assert browser.get("/me/").status_code == 200
    ada = account()
    assert roles_of(ada) == {Role.SECURITY}
    assert person_of(ada) == person
    assert ada.get_full_name() == "Ada Byron"
    assert not ada.has_usable_password()
    change = AccessChange.objects.get()
    assert (change.account, change.after["roles"]) == ("ada@corp.example", ["security"])
    assert change.actor == "the company's sign-in"


def test_the_sign_in_page_leads_there_by_a_link():
    text = Client().get("/accounts/login/?next=/me/").content.decode()
    assert 'href="/accounts/oidc/company/login/?next=/me/"' in text.replace("%2F", "/")
    assert "Sign in with 127.0.0.1" in text


def test_groups_of_each_sign_in_are_the_truth_for_roles_and_departments_stay():
    sign_in("ada")
    set_access(
        account(), roles=[Role.SECURITY, Role.AUDITOR], departments=["Sales"], actor="hanna", reason="helps"
    )
    sign_in("ada-in-finance")
    assert roles_of(account()) == {Role.FINANCE, Role.PROCUREMENT}
    assert account().department_scope.departments == ["Sales"]
    assert get_user_model().objects.count() == 1


def test_a_group_gives_a_role_by_the_mapping_alone():
    sign_in("boss")
    assert roles_of(account("boss@corp.example")) == frozenset()
    assert not account("boss@corp.example").is_superuser


def test_without_a_mapping_roles_are_what_an_administrator_gave(settings):
    settings.PENUMBRA = {**settings.PENUMBRA, "OIDC_ROLES": {}}
    sign_in("ada")
    set_access(account(), roles=[Role.AUDITOR], departments=None, actor="hanna", reason="audits")
    sign_in("ada")
    assert roles_of(account()) == {Role.AUDITOR}


@pytest.mark.parametrize("user", ["unverified", "nearly", "nameless"])
def test_nobody_comes_in_without_a_verified_address(user):
    get_user_model().objects.create_user("ada@corp.example", "ada@corp.example", "a password")
    browser, response = sign_in(user)
    assert response.status_code == 403
    assert "does not say that your e-mail address is verified" in response.content.decode()
    assert not signed_in(browser)
    assert account().has_usable_password()
    assert get_user_model().objects.count() == 1


def test_an_account_that_an_administrator_made_is_taken_over_by_its_verified_address():
    get_user_model().objects.create_user("ada@corp.example", "ada@corp.example", "a password")
    browser, _ = sign_in("ada")
    assert signed_in(browser)
    assert roles_of(account()) == {Role.SECURITY}
    assert not account().has_usable_password()  # from now on the company decides


def test_the_address_follows_the_provider_and_nobody_takes_anothers():
    sign_in("ada")
    sign_in("ada-married")
    ada = account("ada.king@corp.example")
    assert get_user_model().objects.get() == ada
    get_user_model().objects.create_user("new", "ada@corp.example", "a password")
    browser, response = sign_in("ada-in-finance")
    assert response.status_code == 403
    assert "Another account has your e-mail address" in response.content.decode()
    assert not signed_in(browser)


def test_a_session_cannot_be_joined_with_somebody_elses_sign_in():
    browser, _ = sign_in("boss")
    _, response = sign_in("ada", browser, "?process=connect")
    assert response.status_code == 403
    assert account("boss@corp.example").socialaccount_set.count() == 1


def test_a_refusal_at_the_provider_is_said_in_a_sentence():
    browser, response = sign_in("a stranger")
    assert response.status_code == 403
    assert "The sign-in was cancelled." in response.content.decode()
    assert not signed_in(browser)


def test_an_answer_that_nobody_asked_for_signs_nobody_in():
    browser = Client()
    response = browser.get("/accounts/oidc/company/login/callback/?code=stolen&state=made-up")
    assert response.status_code == 403
    assert "did not work" in response.content.decode()
    assert not signed_in(browser)


def test_a_wrong_client_secret_signs_nobody_in(settings, configured, monkeypatch):
    monkeypatch.setenv("PENUMBRA_OIDC_CLIENT_SECRET", "another")
    settings.SOCIALACCOUNT_PROVIDERS = configured.providers()
    browser, response = sign_in("ada")
    assert response.status_code == 403
    assert not signed_in(browser)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"ISSUER": "http://login.corp.example"}, "not https"),
        ({"CLIENT_ID": ""}, "PENUMBRA_OIDC_CLIENT_ID is not set"),
        ({"CLIENT_SECRET": ""}, "PENUMBRA_OIDC_CLIENT_SECRET is not set"),
        ({"ROLES": "it-security"}, "write it like"),
    ],
)
def test_a_setting_that_is_no_good_is_told_in_a_sentence(monkeypatch, variables, words):
    for name, value in variables.items():
        monkeypatch.setenv(f"PENUMBRA_OIDC_{name}", value)
    with pytest.raises(ImproperlyConfigured, match=words):
        company_sign_in().providers()


def test_a_secret_may_stand_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.delenv("PENUMBRA_OIDC_CLIENT_SECRET")
    monkeypatch.setenv("PENUMBRA_OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    assert company_sign_in().providers()["openid_connect"]["APPS"][0]["secret"] == "from a file"


def test_without_an_issuer_there_is_none(monkeypatch):
    monkeypatch.delenv("PENUMBRA_OIDC_ISSUER")
    assert company_sign_in() is None
