from __future__ import annotations

import json
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from inventory.access import Action, Role, may
from inventory.demo import PERSONAS, create_personas, mark_as_demo

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def personas() -> list[dict[str, str]]:
    out = StringIO()
    call_command("personas", "--json", stdout=out)
    return json.loads(out.getvalue())


def test_personas_exist_in_a_demo_only():
    with pytest.raises(CommandError, match="not marked as demo"):
        call_command("personas")
    assert not get_user_model().objects.exists()


def test_every_role_has_a_persona_who_can_sign_in(client):
    mark_as_demo("Norrland")
    listed = personas()
    assert {persona["role"] for persona in listed} == {role.value for role in Role}
    for persona in listed:
        browser = Client()
        response = browser.post(
            "/accounts/login/", {"login": persona["email"], "password": persona["password"]}
        )
        assert response.status_code == 302, persona
        assert response["Location"] == "/"
        assert browser.get("/", follow=True).status_code == 200


def test_listing_personas_again_changes_nothing():
    mark_as_demo("Norrland")
    create_personas()
    before = list(get_user_model().objects.order_by("pk").values_list("pk", "password"))
    assert personas() == personas()
    assert list(get_user_model().objects.order_by("pk").values_list("pk", "password")) == before


def test_a_wrong_password_is_refused_with_a_sentence():
    mark_as_demo("Norrland")
    create_personas()
    response = Client().post(
        "/accounts/login/", {"login": "security@norrland.example", "password": "a wrong one"}
    )
    assert response.status_code == 200
    assert "not correct" in response.content.decode()


def test_guessing_passwords_is_stopped_after_a_few_tries():
    mark_as_demo("Norrland")
    create_personas()
    cache.clear()
    security = next(persona for persona in PERSONAS if persona.role == Role.SECURITY)

    def sign_in(password: str) -> int:
        form = {"login": security.email, "password": password}
        return Client().post("/accounts/login/", form).status_code

    assert sign_in(security.password) == 302
    for number in range(5):
        sign_in(f"guess {number}")
    assert sign_in(security.password) == 200  # even the right one has to wait
    cache.clear()
    assert sign_in(security.password) == 302


def test_the_sign_in_page_is_ours_and_names_its_fields():
    text = Client().get("/accounts/login/?next=/sources/").content.decode()
    assert 'name="login"' in text
    assert 'name="password"' in text
    assert 'name="next" value="/sources/"' in text
    assert "penumbra/base.css" in text


def test_nobody_can_sign_up():
    response = Client().post("/accounts/signup/", {"email": "x@corp.example", "password1": "long enough 1"})
    assert "made by an administrator" in response.content.decode()
    assert not get_user_model().objects.exists()


def user(*roles: str, **columns: object):
    made = get_user_model().objects.create_user("u@corp.example", "u@corp.example", "pw", **columns)
    made.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
    return made


def test_a_visitor_and_a_user_without_a_role_may_do_nothing():
    without_a_role = user()
    assert not any(may(AnonymousUser(), action) for action in Action)
    assert not any(may(without_a_role, action) for action in Action)


def test_rights_of_several_roles_add_up_and_unknown_groups_give_none():
    both = user(Role.AUDITOR, Role.FINANCE, "choir")
    assert may(both, Action.SEE_EVIDENCE)
    assert may(both, Action.WITHDRAW)


def test_an_account_that_was_closed_may_do_nothing():
    closed = user(Role.ADMINISTRATOR, is_active=False)
    assert not any(may(closed, action) for action in Action)


def test_a_superuser_is_an_administrator():
    assert may(user(is_superuser=True), Action.WITHDRAW)
