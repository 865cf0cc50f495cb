"""Everybody makes, sees and revokes their own tokens, and nobody another's."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.access import Role
from inventory.api_tokens import ApiToken, make_token

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGE = "/me/tokens/"


def make(browser: Client, **form: object):
    return browser.post(PAGE, {"name": "nightly export", "scope": ["read"], "days": "30", **form})


def secret_in(answer) -> str:
    found = re.search(r'id="secret">(\w+)<', answer.content.decode())
    return found.group(1) if found else ""


def test_a_secret_is_shown_once_and_opens_what_it_says(signed_in):
    browser = signed_in(Role.SECURITY)
    answer = make(browser)
    secret = secret_in(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/tools/").status_code == 200
    again = browser.get(PAGE).content.decode()
    assert secret not in again
    assert "nightly export" in again
    token = ApiToken.objects.get()
    assert (token.scopes, token.days, token.made_by) == ("read", 30, token.owner.email)
    assert f'href="{PAGE}"' in browser.get(reverse("my_data")).content.decode()


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": " "}, "Say what the token is for."),
        ({"days": "4000"}, "A token lasts one to 366 days."),
        ({"days": ""}, "A token lasts one to 366 days."),
        ({"scope": []}, "A token has one scope or several."),
        ({"scope": ["rule"]}, "There is no scope rule; scopes are read, upload, decide."),
    ],
)
def test_what_is_wrong_is_one_sentence_and_no_token(signed_in, form, sentence):
    answer = make(signed_in(Role.SECURITY), **form)
    assert sentence in answer.content.decode()
    assert secret_in(answer) == ""
    assert not ApiToken.objects.exists()


def test_scopes_are_offered_to_who_can_use_them(signed_in):
    assert [scope for scope, _ in signed_in(Role.AUDITOR).get(PAGE).context["scopes"]] == ["read"]
    offered = signed_in(Role.ADMINISTRATOR).get(PAGE).context["scopes"]
    assert [scope for scope, _ in offered] == ["read", "upload", "decide"]


def test_a_token_is_revoked_by_its_owner_alone(signed_in):
    browser = signed_in(Role.SECURITY)
    secret = secret_in(make(browser))
    mine = ApiToken.objects.get()
    other = get_user_model().objects.create_user("other@corp.example", "other@corp.example", "a password")
    wanted = {"scopes": ["read"], "days": 7, "by": "hanna", "now": timezone.now()}
    theirs, _ = make_token(other, name="another's", **wanted)
    assert "another's" not in browser.get(PAGE).content.decode().replace("&#x27;", "'")
    assert browser.post(f"{PAGE}{theirs.pk}/revoke/").status_code == 404
    assert browser.post(f"{PAGE}{mine.pk}/revoke/").status_code == 302
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.revoked_by == mine.owner.email
    assert theirs.revoked_at is None
    assert Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/tools/").status_code == 401
