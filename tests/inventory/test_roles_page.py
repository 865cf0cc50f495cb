"""Roles on a page: an administrator gives and takes them with a reason; nobody raises themselves."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from discovery.models import DirectoryEntry
from inventory.access import Role
from inventory.granting import NotGranted, access_of, grant, set_access
from inventory.models import AccessChange
from tests.inventory import rows

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def account(email: str, *roles: Role):
    user = get_user_model().objects.create_user(email, email, "a password")
    user.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in roles])
    return user


def sales() -> None:
    entry = rows.directory_entry("lena@corp.example", active=True, stated="2026-03-01")
    DirectoryEntry.objects.filter(pk=entry.pk).update(department="Sales")


def give(client, user, **form: object):
    form = {"roles": ["security"], "limited": "0", "reason": "joins security", **form}
    return client.post(reverse("role_account", args=[user.pk]), form)


def test_an_administrator_gives_a_role_and_the_log_says_who_and_why(signed_in):
    client, ada = signed_in(Role.ADMINISTRATOR), account("ada@corp.example")
    assert give(client, ada).url == reverse("roles")
    assert access_of(ada) == {"roles": ["security"], "departments": None}
    change = AccessChange.objects.get()
    assert (change.actor, change.reason) == ("administrator@corp.example", "joins security")
    text = client.get(reverse("roles")).content.decode()
    assert "joins security" in text
    give(client, ada)  # the same again is no change
    assert AccessChange.objects.count() == 1


def test_roles_are_limited_to_departments_that_a_directory_knows(signed_in):
    sales()
    client, ada = signed_in(Role.ADMINISTRATOR), account("ada@corp.example")
    give(client, ada, limited="1", departments=["Sales"])
    assert access_of(ada)["departments"] == ["Sales"]
    text = give(client, ada, limited="1", departments=["Elsewhere"]).content.decode()
    assert "No directory knows the department Elsewhere." in text
    assert access_of(ada)["departments"] == ["Sales"]
    give(client, ada, limited="1", departments=[])  # limited to nothing: sees nothing
    assert access_of(ada)["departments"] == []


def test_without_a_reason_nothing_is_given(signed_in):
    client, ada = signed_in(Role.ADMINISTRATOR), account("ada@corp.example")
    assert "Say why" in give(client, ada, reason=" ").content.decode()
    assert access_of(ada)["roles"] == []


def test_nobody_raises_themselves():
    hanna, _other = account("hanna@corp.example", Role.ADMINISTRATOR), account("x@y.z", Role.ADMINISTRATOR)
    with pytest.raises(NotGranted, match="themselves"):
        grant(hanna, roles=[Role.ADMINISTRATOR, Role.SECURITY], departments=None, by=hanna, reason="x")
    assert access_of(hanna)["roles"] == ["administrator"]
    assert grant(hanna, roles=[], departments=None, by=hanna, reason="gives it up")
    assert access_of(hanna)["roles"] == []


@pytest.mark.parametrize("departments", [None, ["Sales"]])
def test_the_last_administrator_stays(departments):
    sales()
    hanna = account("hanna@corp.example", Role.ADMINISTRATOR)
    gone = account("gone@corp.example", Role.ADMINISTRATOR)
    gone.is_active = False
    gone.save()
    limited = account("limited@corp.example", Role.ADMINISTRATOR)
    set_access(limited, roles=[Role.ADMINISTRATOR], departments=["Sales"], actor="x", reason="x")
    roles = [] if departments is None else [Role.ADMINISTRATOR]
    with pytest.raises(NotGranted, match="last administrator"):
        grant(hanna, roles=roles, departments=departments, by=hanna, reason="x")
    assert access_of(hanna) == {"roles": ["administrator"], "departments": None}
    assert AccessChange.objects.filter(account="hanna@corp.example").count() == 0


def test_an_auditor_reads_and_changes_nothing(signed_in):
    client, ada = signed_in(Role.AUDITOR), account("ada@corp.example")
    assert "ada@corp.example" in client.get(reverse("roles")).content.decode()
    assert give(client, ada).status_code == 403
    auditor = get_user_model().objects.get(email="auditor@corp.example")
    with pytest.raises(NotGranted):
        grant(ada, roles=[Role.SECURITY], departments=None, by=auditor, reason="x")


@pytest.mark.parametrize("number", [1, 50])
def test_the_list_asks_as_much_for_fifty_accounts_as_for_one(
    signed_in, django_assert_max_num_queries, number
):
    client = signed_in(Role.ADMINISTRATOR)
    for one in range(number):
        account(f"a{one}@corp.example", Role.SECURITY)
    with django_assert_max_num_queries(16):
        client.get(reverse("roles"))
