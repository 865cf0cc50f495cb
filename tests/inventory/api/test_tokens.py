"""A token opens what its scopes and its owner's roles allow, until it expires or is revoked."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from inventory.access import Role
from inventory.api_tokens import LONGEST_LIFE, ApiToken, TokenRefused, make_token, revoke_token
from inventory.granting import set_access
from tests.inventory.api.conftest import client_with

pytestmark = pytest.mark.django_db
TOOLS = "/api/v1/tools/"


def made(owner, **wanted):
    wanted = {
        "name": "nightly",
        "scopes": ["read"],
        "days": 30,
        "by": "hanna",
        "now": timezone.now(),
        **wanted,
    }
    return make_token(owner, **wanted)


def bearer(secret: str) -> Client:
    return Client(headers={"authorization": f"Bearer {secret}"})


def refusal(client: Client, address: str = TOOLS) -> tuple[int, str]:
    answer = client.get(address)
    return answer.status_code, answer.json()["detail"]


def test_a_secret_is_known_by_its_beginning_and_kept_as_a_digest_only(account):
    token, secret = made(account(Role.SECURITY))
    assert re.fullmatch(r"penumbra_[0-9a-f]{64}", secret)
    kept = json.dumps(list(ApiToken.objects.values()), default=str)
    assert secret.removeprefix("penumbra_") not in kept
    assert bearer(secret).get(TOOLS).status_code == 200
    assert made(account(Role.SECURITY))[1] != secret
    assert str(token) == "nightly"


def test_an_expired_revoked_unknown_or_closed_token_opens_nothing(account):
    owner = account(Role.SECURITY)
    _, expired = made(owner, name="old", days=1, now=timezone.now() - timedelta(days=1, seconds=1))
    token, secret = made(owner)
    assert refusal(bearer(expired)) == (401, "This token is expired.")
    assert refusal(bearer("penumbra_" + "0" * 64)) == (401, "This token is not known.")
    assert refusal(bearer("grün")) == (401, "This token is not known.")
    assert refusal(bearer("")) == (401, "This token is not known.")
    assert revoke_token(token, by="hanna", now=timezone.now())
    assert not revoke_token(token, by="tomasz", now=timezone.now())
    assert ApiToken.objects.get(pk=token.pk).revoked_by == "hanna"
    assert refusal(bearer(secret)) == (401, "This token is revoked.")
    _, again = made(owner)
    owner.is_active = False
    owner.save(update_fields=["is_active"])
    assert refusal(bearer(again)) == (401, "The account of this token is closed.")
    assert bearer(again).get(TOOLS).headers["WWW-Authenticate"] == 'Bearer realm="Penumbra"'


def test_a_token_is_read_from_its_header_alone(account):
    _, secret = made(account(Role.SECURITY))
    assert Client().get(f"{TOOLS}?token={secret}").status_code == 401
    assert Client(headers={"authorization": f"Basic {secret}"}).get(TOOLS).status_code == 401


def test_a_wrong_token_is_refused_though_somebody_is_signed_in(signed_in):
    client = signed_in(Role.SECURITY)
    assert client.get(TOOLS).status_code == 200
    assert client.get(TOOLS, headers={"authorization": "Bearer penumbra_0"}).status_code == 401


def test_what_an_owner_loses_every_token_loses_at_once(account, company):
    owner = account(Role.SECURITY)
    client = client_with(owner)
    assert len(client.get(TOOLS).json()["results"]) == 2
    set_access(owner, roles=[Role.SECURITY], departments=["Sales"], actor="hanna", reason="moved")
    assert [tool["key"] for tool in client.get(TOOLS).json()["results"]] == ["openai/chatgpt"]
    set_access(owner, roles=[], departments=["Sales"], actor="hanna", reason="left")
    assert refusal(client) == (403, "Your role does not let you see the tools and their figures.")


def test_the_day_of_the_last_use_is_kept_and_no_more(account):
    token, secret = made(account(Role.SECURITY))
    assert token.last_used is None
    bearer(secret).get(TOOLS)
    token.refresh_from_db()
    assert (timezone.now().date() - token.last_used).days in (0, 1)
    assert "last_used" in {
        field.name for field in ApiToken._meta.fields if field.get_internal_type() == "DateField"
    }


def test_an_account_reads_on_my_data_which_tokens_it_has_and_no_other_does(account):
    owner, other = account(None), account(Role.ADMINISTRATOR)
    token, secret = made(owner, name="nightly export")
    made(owner, name="old export")
    bearer(secret).get(TOOLS)
    revoke_token(token, by="hanna", now=timezone.now())
    pages = []
    for user, languages in ((owner, "en"), (owner, "de"), (other, "en")):
        browser = Client(headers={"accept-language": languages})
        browser.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        pages.append(browser.get("/me/").content.decode())
    english, german, others = pages
    for words in ("Programs that call in my name", "nightly export", "revoked · last used on", "never used"):
        assert words in english
    assert "widerrufen · zuletzt benutzt am" in german
    assert secret.removeprefix("penumbra_") not in english
    assert "nightly export" not in others


def test_a_secret_stands_in_no_log(account, caplog):
    _, secret = made(account(Role.EMPLOYEE))
    with caplog.at_level(logging.DEBUG):
        bearer(secret).get(TOOLS)
        bearer(secret + "x").get(TOOLS)
        bearer(secret).get("/api/v1/nothing/")
    assert caplog.text
    assert secret not in caplog.text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"days": 0}, "one to 366 days"),
        ({"days": LONGEST_LIFE + 1}, "one to 366 days"),
        ({"scopes": []}, "one scope or several"),
        ({"scopes": ["read", "rule"]}, "no scope rule"),
        ({"name": "  "}, "Say what the token is for"),
        ({"name": "x" * 81}, "at most 80"),
    ],
)
def test_a_token_without_bounds_is_not_made(account, wrong, sentence):
    with pytest.raises(TokenRefused, match=sentence):
        made(account(Role.SECURITY), **wrong)
    assert not ApiToken.objects.exists()


def test_two_tokens_in_force_have_two_names(account):
    owner = account(Role.SECURITY)
    token, _ = made(owner)
    with pytest.raises(TokenRefused, match="there already"):
        made(owner)
    revoke_token(token, by="hanna", now=timezone.now())
    made(owner)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"made_by": ""},
        {"scopes": ""},
        {"scopes": "decide read"},
        {"days": 367},
        {"days": 0},
        {"expires_at": None},
        {"revoked_by": "hanna"},
        {"revoked_at": timezone.now()},
    ],
)
def test_the_database_refuses_a_token_without_bounds(account, wrong):
    token, _ = made(account(Role.SECURITY))
    wrong = {
        name: value or (token.made_at if name == "expires_at" else value) for name, value in wrong.items()
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(**wrong)


def run(*words: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("api_token", *words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_operator_makes_lists_and_revokes_tokens(account):
    owner = account(Role.SECURITY)
    out, err = run("create", owner.email.upper(), "nightly export", "--days", "90")
    secret = out.strip()
    assert "Keep the secret now" in err
    assert bearer(secret).get(TOOLS).status_code == 200
    [line] = json.loads(run("list", "--json")[0])
    assert line.pop("last_used")
    assert line.pop("expires") == (timezone.now() + timedelta(days=90)).date().isoformat()
    number = line.pop("token")
    assert line == {
        "name": "nightly export",
        "owner": owner.email,
        "scopes": ["read"],
        "state": "in force",
    }
    assert secret not in run("list")[0]
    assert run("revoke", str(number))[0] == f"Token {number}, nightly export, is revoked.\n"
    assert "revoked, until" in run("list")[0]
    assert bearer(secret).get(TOOLS).status_code == 401


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["create", "nobody@corp.example", "x", "--days", "1"], "nobody has an account"),
        (["revoke", "7"], "there is no token 7"),
    ],
)
def test_the_command_says_what_is_wrong(words, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*words)
