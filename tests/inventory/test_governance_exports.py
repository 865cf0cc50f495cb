"""What exports say of decisions, flags, suggested owners and overlaps."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone

from inventory import recompute
from inventory.access import Role
from inventory.decisions import Change, decide
from inventory.exports.for_readers import export_for
from inventory.exports.period import Period
from inventory.flags import keep
from inventory.granting import set_access
from inventory.models import Flag
from inventory.overlap import accept_overlap
from tests.inventory import rows

pytestmark = pytest.mark.django_db

MAIL = "https://www.googleapis.com/auth/gmail.readonly"
WHO = {"actor": "Tomasz", "reason": "As agreed."}


@pytest.fixture
def export(tmp_path: Path):
    def run(what: str, *options: str):
        target = tmp_path / "out.json"
        call_command("export", what, "--format", "json", "-o", str(target), *options)
        return json.loads(target.read_text())

    return run


@pytest.fixture
def chat() -> None:
    """A tool in use, paid by Ada since January, with access to mail; the exports look at it today."""
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    of = rows.descriptor("openai/chatgpt")
    ada = rows.person("ada@corp.example", "Sales")
    rows.spend(of, "20", date(2026, 1, 5), person=ada)
    rows.grant(of, date(2026, 2, 3), person=ada, scopes=[MAIL])
    recompute.take_in(timezone.now())


def test_flags_are_exported_with_state_and_the_day_since_which_they_hold(chat, export):
    keep.accept(
        Flag.objects.filter(rule="access.wide-scopes"),
        timezone.now().date() + timedelta(days=30),
        **WHO,
        now=timezone.now(),
    )
    assert export("flags") == [
        {
            "rule": "access.wide-scopes",
            "severity": "high",
            "product": "openai/chatgpt",
            "title": "Reaches mail, files, calendars, code or administration",
            "detail": "Reaches mail; at least 1 person granted it.",
            "state": "accepted",
            "since": "2026-02-03",
        },
        {
            "rule": "decision.undecided",
            "severity": "medium",
            "product": "openai/chatgpt",
            "title": "In use and not decided",
            "detail": "In use since 2026-01-05, by 1 person lately.",
            "state": "open",
            "since": "2026-01-05",
        },
        {
            "rule": "owner.none",
            "severity": "low",
            "product": "openai/chatgpt",
            "title": "No owner",
            "detail": "Nobody has owned it since 2026-01-05; 1 person used it lately.",
            "state": "folded",
            "since": "2026-01-05",
        },
    ]
    assert [flag["rule"] for flag in export("flags", "--since", "2026-02-01")] == ["access.wide-scopes"]


def test_what_is_about_no_product_is_named_in_the_sentence(export):
    rows.presence(rows.descriptor("deepl"), date(2026, 3, 2))
    rows.coverage("cards", *(date(2025, month, 1) for month in (1, 2, 3)))
    recompute.take_in(timezone.now())
    told = {flag["rule"]: (flag["product"], flag["detail"].partition(":")[0]) for flag in export("flags")}
    assert told["source.silent"] == (None, "cards")
    assert told["decision.undecided"] == (None, "deepl")


def test_the_inventory_says_who_could_own_a_tool_since_when_nobody_does_its_tags_and_its_flags(chat, export):
    (tool,) = export("inventory")
    assert tool["suggested_owner"] == "ada@corp.example"
    assert tool["unowned_since"] == "2026-01-05"
    assert tool["tags"] == {}
    assert tool["flags"] == ["access.wide-scopes", "decision.undecided", "owner.none"]

    change = Change(status="sanctioned", owner="bob@corp.example", tags={"wave": "1", "contract": "C-1"})
    decide(["openai/chatgpt"], change, **WHO, now=timezone.now())

    (tool,) = export("inventory")
    assert (tool["owner"], tool["suggested_owner"], tool["unowned_since"]) == ("bob@corp.example", None, None)
    assert tool["tags"] == {"contract": "C-1", "wave": "1"}
    assert tool["flags"] == []


def test_a_leaver_is_suggested_as_an_owner_to_nobody(export):
    rows.spend(rows.descriptor("deepl/translator"), person=rows.person("gone@corp.example", active=False))
    recompute.take_in(timezone.now())
    assert export("inventory")[0]["suggested_owner"] is None


def test_the_overlap_says_what_was_decided_and_leaves_out_what_is_retired(chat, export):
    rows.product("anthropic/claude", "Claude", capability="chat")
    rows.spend(rows.descriptor("anthropic/claude"), "30", date(2026, 2, 4))
    recompute.take_in(timezone.now())
    now = timezone.now()
    accept_overlap("chat", now.date() + timedelta(days=30), **WHO, now=now)
    (group,) = export("overlap")
    assert (group["tools"], group["state"]) == (["anthropic/claude", "openai/chatgpt"], "accepted")
    assert group["spend_12m"] == "50.00"
    assert export("overlap", "--since", "2026-01-01") == [group]
    assert export("overlap", "--since", "2026-02-01") != [group]
    decide(["anthropic/claude"], Change(status="retired"), **WHO, now=now)
    assert export("overlap") == export("overlap", "--since", "2026-01-01") == []


def read_by(role: Role, *departments: str) -> dict[str, list[dict[str, object]]]:
    user = get_user_model().objects.create_user(role, f"{role}@corp.example")
    set_access(user, roles=[role], departments=departments or None, **{**WHO, "reason": "works here"})
    user = get_user_model().objects.get(pk=user.pk)
    return {
        name: list(export_for(user, name, Period(), timezone.now())[1]) for name in ("flags", "inventory")
    }


def test_who_may_not_see_names_reads_few_people_in_a_flag_as_one_to_four(chat):
    details = [flag["detail"] for flag in read_by(Role.ADMINISTRATOR)["flags"]]
    assert "Reaches mail; at least 1–4 people granted it." in details
    assert not any("1 person" in detail for detail in details)


def test_who_is_limited_to_a_department_reads_no_flags_of_the_whole_company(chat):
    found = read_by(Role.FINANCE, "Sales")
    assert found["flags"] == []
    assert [tool["flags"] for tool in found["inventory"]] == [[]]


def test_an_owner_is_suggested_by_name_to_the_operator_only(chat, export):
    assert [tool["suggested_owner"] for tool in export("inventory")] == ["ada@corp.example"]
    assert [tool["suggested_owner"] for tool in read_by(Role.PROCUREMENT)["inventory"]] == [None]
