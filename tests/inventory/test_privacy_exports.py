"""Exports for a reader: rows within reach, pseudonyms, people in fives."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import transaction

from discovery.models import Person
from inventory import rollups
from inventory.access import Role
from inventory.exports import EXPORTS
from inventory.exports.for_readers import ACTIONS, NotForReader, export_for
from inventory.exports.period import Period, WrongPeriod
from inventory.granting import set_access
from inventory.listing import Wanted, listing
from inventory.opened_names import open_name
from inventory.pseudonyms import pseudonym
from inventory.reach import WHOLE, Reach
from tests.inventory import rows
from tests.inventory.test_privacy_numbers import DIFFERENT, TakenBack
from tests.inventory.test_privacy_numbers import company as company_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def reader(role: Role, *departments: str):
    user, _ = get_user_model().objects.get_or_create(username=role, email=f"{role}@corp.example")
    set_access(user, roles=[role], departments=departments or None, actor="hanna", reason="works here")
    return get_user_model().objects.get(pk=user.pk)


def exported(user, name: str, period: Period = Period()) -> list[dict[str, object]]:  # noqa: B008 (frozen)
    columns, found = export_for(user, name, period, NOW)
    found = list(found)
    assert all(set(row) == set(columns) for row in found)
    return found


@pytest.fixture
def company() -> None:
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    rows.product("anthropic/claude", "Claude", capability="chat")
    chat, claude = rows.descriptor("openai/chatgpt"), rows.descriptor("anthropic/claude")
    ada = rows.person("ada@corp.example", "Engineering", name="Ada Byron")
    lena = rows.person("lena@corp.example", "Sales", name="Lena Voss")
    rows.spend(
        chat,
        "100",
        date(2026, 1, 4),
        person=ada,
        department="Engineering",
        account="ADAS CARD",
        text="CHAT A",
    )
    rows.spend(chat, "20", date(2026, 3, 4), person=lena, department="Sales", account="LENAS CARD")
    rows.spend(chat, "7", date(2026, 5, 4))
    rows.presence(claude, date(2026, 2, 2), person=ada)
    rollups.apply()


def test_every_export_says_what_a_reader_must_be_allowed():
    assert set(ACTIONS) == set(EXPORTS)


def test_names_are_pseudonyms_until_they_are_opened(company):
    security = reader(Role.SECURITY)
    code = pseudonym("ada@corp.example", Role.SECURITY)
    for name in EXPORTS:
        text = str(exported(security, name))
        for secret in ("Ada", "ada@", "Lena", "lena@", "CARD"):
            assert secret not in text, name
    assert code in str(exported(security, "people"))
    assert code in str(exported(security, "records"))
    assert code in str(exported(security, "inventory"))
    ada = Person.objects.get(email="ada@corp.example")
    open_name(security, ada, reason="who renews it?", hours=1, now=NOW)
    for name in ("people", "records", "inventory"):
        text = str(exported(security, name))
        assert "ada@corp.example" in text
        assert "lena@" not in text


def test_people_stand_by_pseudonym_whatever_is_open(company):
    security = reader(Role.SECURITY)
    codes = [row["email"] for row in exported(security, "people")]
    assert codes == sorted(codes)
    assert all(row["name"] is None for row in exported(security, "people"))


def test_within_departments_totals_are_those_of_the_pages(company):
    security = reader(Role.SECURITY, "Sales")
    spend = exported(security, "spend")
    assert [(row["department"], row["amount"]) for row in spend] == [("Sales", "20.00")]
    (tool,) = exported(security, "inventory")
    assert (tool["product"], tool["spend_total"], tool["departments"]) == (
        "openai/chatgpt",
        "20.00",
        ["Sales"],
    )
    assert tool["people_count"] == 1
    (found,) = listing(Wanted(), Reach(frozenset({"Sales"}))).entries
    assert (found.people, found.first_seen, found.last_seen) == (
        1,
        str(tool["first_seen"]),
        str(tool["last_seen"]),
    )
    assert [row["amount"] for row in exported(security, "records")] == ["20.00"]
    assert [row["department"] for row in exported(security, "people")] == ["Sales"]
    assert exported(security, "overlap") == []
    with pytest.raises(WrongPeriod, match="belongs to no department"):
        exported(security, "spend", Period(include=frozenset({"unknown"})))


def test_the_whole_companys_figures_are_the_same_by_roll_up_and_by_export(company):
    told = {row["product"]: row["people_count"] for row in exported(reader(Role.SECURITY), "inventory")}
    assert told == {entry.key: entry.people for entry in listing(Wanted(), WHOLE).entries}


@pytest.mark.parametrize("role", [Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
def test_no_export_tells_one_small_group_from_another(role):
    """Companies that differ only in who the few are, how many and where are the same in every export."""
    answers = []
    for different in DIFFERENT:
        try:
            with transaction.atomic():
                company_of(*different)
                user = reader(role)
                answers.append(
                    [
                        exported(user, name, period)
                        for name in ("inventory", "overlap")
                        for period in (
                            Period(),
                            Period(since=date(2026, 3, 1)),
                            Period(until=date(2026, 3, 9)),
                        )
                    ]
                )
                raise TakenBack
        except TakenBack:
            pass
    assert {row["people_count"] for row in answers[0][0]} == {"1–4", "10–14"}
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
def test_people_and_records_are_for_who_works_with_them(company, role):
    for name in ("people", "records", "spend"):
        with pytest.raises(NotForReader, match="records, purchases and people"):
            exported(reader(role), name)


def test_an_employee_exports_nothing(company):
    for name in EXPORTS:
        with pytest.raises(NotForReader):
            exported(reader(Role.EMPLOYEE), name)


def test_the_command_line_exports_as_somebody_reads(company, tmp_path):
    reader(Role.ADMINISTRATOR)
    target = tmp_path / "out.json"
    arguments = ["--format", "json", "-o", str(target)]
    call_command("export", "inventory", "--as", "Administrator@corp.example", *arguments)
    assert {row["people_count"] for row in json.loads(target.read_text())} == {"1–4"}
    with pytest.raises(CommandError, match="does not let you see records"):
        call_command("export", "people", "--as", "administrator@corp.example", *arguments)
    with pytest.raises(CommandError, match="nobody has an account"):
        call_command("export", "people", "--as", "eve@corp.example", *arguments)
