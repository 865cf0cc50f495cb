"""The API tells no more of people than pages do: pseudonyms, fives, and no order by use."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from discovery.models import Person
from inventory.access import Role
from inventory.listing import SORTS
from inventory.opened_names import open_name
from inventory.pseudonyms import pseudonym
from tests.inventory.api.conftest import client_with
from tests.inventory.test_privacy_numbers import (
    DIFFERENT,
    MORE_QUESTIONS,
    QUESTIONS,
    WITHOUT_NAMES,
    TakenBack,
)
from tests.inventory.test_privacy_numbers import company as company_of_few

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "tools/",
    "tools/openai/chatgpt/",
    "spend/",
    "purchases/",
    "people/",
    "people/?tool=openai/chatgpt",
]


def test_people_are_pseudonyms_in_no_order_that_tells_names(program, company):
    client = program(Role.SECURITY)
    for address in ADDRESSES:
        text = client.get(f"/api/v1/{address}").content.decode()
        assert "Ada" not in text
        assert "ada@" not in text
    everybody = client.get("/api/v1/people/").json()["results"]
    assert [one["person"] for one in everybody] == sorted(one["person"] for one in everybody)
    lena = pseudonym("lena@corp.example", Role.SECURITY)
    assert {one["person"]: one for one in everybody}[lena] == {
        "person": lena,
        "name": None,
        "email": None,
        "department": "Sales",
        "active": None,
        "tools": ["openai/chatgpt"],
    }


def test_a_name_that_was_opened_is_read_by_who_opened_it_while_it_is_open(account, company):
    owner, other = account(Role.SECURITY), account(Role.SECURITY)
    ada = Person.objects.get(email="ada@corp.example")
    now = timezone.now()
    open_name(owner, ada, reason="who renews it?", hours=1, now=now - timedelta(hours=2))
    address = "/api/v1/people/?tool=deepl/translator"
    assert client_with(owner).get(address).json()["results"][0]["name"] is None
    open_name(owner, ada, reason="who renews it?", hours=1, now=now)
    [one] = client_with(owner).get(address).json()["results"]
    assert (one["name"], one["email"], one["active"]) == ("Ada Byron", "ada@corp.example", True)
    bought = client_with(owner).get("/api/v1/purchases/?tool=deepl/translator").json()["results"][0]
    assert (bought["person_name"], bought["person_email"]) == ("Ada Byron", "ada@corp.example")
    assert client_with(other).get(address).json()["results"][0]["name"] is None


@pytest.mark.parametrize("role", WITHOUT_NAMES)
def test_no_answer_tells_one_small_group_from_another(program, role):
    client = program(role)
    asked = [
        *(f"tools/?{question}&sort={order}" for question, order in itertools.product(QUESTIONS, SORTS)),
        *(f"tools/?{question}" for question in MORE_QUESTIONS if "col=" not in question),
        *(f"tools/{key}/" for key in ("large/tool", "one/small", "other/small")),
    ]
    answers = []
    for different in DIFFERENT:
        try:
            with transaction.atomic():
                company_of_few(*different)
                answers.append({address: client.get(f"/api/v1/{address}").content for address in asked})
                raise TakenBack
        except TakenBack:
            pass
    assert b'"people_at_least":1,"people_at_most":4' in answers[0]["tools/one/small/"]
    assert b'"people_count":null' in answers[0]["tools/one/small/"]
    assert b'"people_at_least":10,"people_at_most":14' in answers[0]["tools/large/tool/"]
    for answer in answers[1:]:
        assert answer == answers[0]


def test_rejected_rows_are_not_opened(program, company):
    assert "row" not in str(program(Role.ADMINISTRATOR).get("/api/v1/rejected/").json())
