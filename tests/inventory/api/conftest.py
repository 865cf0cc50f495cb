from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AbstractUser
from django.test import Client
from django.utils import timezone

from inventory import recompute, rollups
from inventory.access import Role
from inventory.api_tokens import Scope, make_token
from inventory.decisions import Change, decide
from inventory.models import DecisionBatch, Flag
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


@pytest.fixture
def decided(company) -> DecisionBatch:
    """The same with Claude beside ChatGPT, so that there are flags and an overlap, and with a decision."""
    rows.product("anthropic/claude", "Claude", capability="chat")
    rows.spend(rows.descriptor("anthropic/claude"), "30", date(2026, 5, 4))
    now = timezone.now()
    recompute.take_in(now)
    owner = Change(owner="lena@corp.example")
    return decide(["deepl/translator"], owner, actor="hanna", reason="translates most", now=now)


def body_of(address: str) -> dict[str, object]:
    """What a call sends to an address where something is decided."""
    later = (timezone.localdate() + timedelta(days=30)).isoformat()
    undecided = Flag.objects.filter(rule="decision.undecided").exclude(state="closed").order_by("pk")
    flags = list(undecided.values_list("pk", flat=True))
    plan = {"anthropic/claude": "keep", "openai/chatgpt": "move"}
    return {
        "reason": "looked at with the works council",
        **{
            "decisions/": {"tools": ["openai/chatgpt"], "change": {"status": "sanctioned"}},
            "flags/accept/": {"flags": flags, "until": later},
            "flags/take-back/": {"flags": flags},
            "overlaps/chat/accept/": {"until": later},
            "overlaps/chat/case/": {"plan": plan, "owner": "lena@corp.example", "due": later},
        }.get(address, {}),
    }
