from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AbstractUser
from django.test import Client
from django.utils import timezone

from inventory import rollups
from inventory.access import Role
from inventory.api_tokens import Scope, make_token
from tests.inventory import rows
from tests.inventory.api.accounts import account_of

_numbers = itertools.count(1)
SCOPES = [scope.value for scope in Scope]


@pytest.fixture
def account(db) -> Callable[..., AbstractUser]:
    """Makes an account with a role, for the whole company or some departments."""
    return account_of


def client_with(user: AbstractUser, scopes: list[str] | None = None, days: int = 30, **form: Any) -> Client:
    """A program with a new token of this account."""
    _, secret = make_token(
        user,
        name=f"token {next(_numbers)}",
        scopes=SCOPES if scopes is None else scopes,
        days=days,
        by="test",
        now=form.get("now") or timezone.now(),
    )
    return Client(headers={"authorization": f"Bearer {secret}"})


@pytest.fixture
def program(account) -> Callable[..., Client]:
    """A program with a token of every scope, of an account with this role."""

    def make(role: Role | None, *departments: str, scopes: list[str] | None = None) -> Client:
        return client_with(account(role, *departments), scopes)

    return make


@pytest.fixture
def company(db) -> None:
    """ChatGPT in Sales and Engineering, DeepL in Engineering alone, a purchase of no department."""
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    rows.product("deepl/translator", "DeepL Translator")
    chat, deepl = rows.descriptor("openai/chatgpt", plan="team"), rows.descriptor("deepl/translator")
    ada = rows.person("ada@corp.example", "Engineering", name="Ada Byron")
    lena = rows.person("lena@corp.example", "Sales", name="Lena Voss")
    rows.spend(chat, "100.10", date(2026, 1, 4), person=ada, department="Engineering")
    rows.spend(chat, "20.000001", date(2026, 3, 4), person=lena, department="Sales", net=16_000_000)
    rows.spend(chat, "-7", date(2026, 5, 4), door="employee_expense")
    rows.spend(deepl, "9", date(2026, 5, 6), currency="USD", person=ada, department="Engineering")
    rows.presence(chat, date(2026, 2, 9), person=lena)
    rollups.apply()
