"""Who is limited to departments sees what these have: in lists, totals and on a tool's page."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from discovery.models import DirectoryEntry, Person
from inventory import rollups
from inventory.access import CHANGING, Action, Role, may, person_of, reach_of
from inventory.granting import set_access
from inventory.listing import Wanted, listing
from inventory.models import AccessChange, DepartmentScope, Tool, ToolDepartment
from inventory.reach import WHOLE, Reach
from tests.inventory import rows

pytestmark = pytest.mark.django_db

SALES = Reach(frozenset({"Sales"}))
TOOL = reverse("tool", args=["openai/chatgpt"])


@pytest.fixture
def company() -> None:
    """ChatGPT in Sales and Engineering, DeepL in Engineering alone, a purchase of no department."""
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    rows.product("deepl/translator", "DeepL Translator")
    chat, deepl = rows.descriptor("openai/chatgpt"), rows.descriptor("deepl/translator")
    ada = rows.person("ada@corp.example", "Engineering", name="Ada Byron")
    lena = rows.person("lena@corp.example", "Sales", name="Lena Voss")
    rows.spend(chat, "100", date(2026, 1, 4), person=ada, department="Engineering")
    rows.spend(chat, "20", date(2026, 3, 4), person=lena, department="Sales")
    rows.spend(chat, "7", date(2026, 5, 4))
    rows.presence(deepl, date(2026, 2, 2), person=ada)
    rows.presence(chat, date(2026, 2, 9), person=lena)
    rollups.apply()


@pytest.fixture
def limited(signed_in):
    """A browser of somebody with a role and departments."""

    def sign_in(role: Role, *departments: str) -> Client:
        client = signed_in(role)
        user = get_user_model().objects.get(email=f"{role}@corp.example")
        set_access(user, roles=[role], departments=departments, actor="hanna", reason="leads them")
        return client

    return sign_in


def test_figures_of_departments_add_up_to_no_more_than_the_companys(company):
    whole = {tool.key: tool for tool in WHOLE.tools(Tool.objects.all())}
    sales = {tool.key: tool for tool in SALES.tools(Tool.objects.all())}
    assert set(whole) == {"openai/chatgpt", "deepl/translator"}
    assert set(sales) == {"openai/chatgpt"}
    chat = sales["openai/chatgpt"]
    assert chat.spend == {"EUR": 20 * rows.MICRO}
    assert chat.people_count == 1
    assert (chat.first_seen, chat.last_seen) == (date(2026, 2, 9), date(2026, 3, 4))
    assert chat.doors == ["corporate_card", "sso"]
    assert chat.sources == ["cards", "okta"]
    assert chat.departments == ["Sales"]
    assert whole["openai/chatgpt"].spend == {"EUR": 127 * rows.MICRO}


def test_figures_within_departments_follow_the_records(company):
    lena = Person.objects.get(email="lena@corp.example")
    lena.records.update(person=None)
    rollups.rebuild_all()
    parts = ToolDepartment.objects.filter(department="Sales")
    assert [part.doors for part in parts] == [["corporate_card"]]  # the purchase is left, the sign-in is not
    rollups.rebuild_all()
    assert ToolDepartment.objects.filter(department="Sales").get().pk == parts.get().pk


def test_people_of_departments_are_counted_anew_for_an_installation_that_knew_no_such_number(company):
    counted = sorted(ToolDepartment.objects.values_list("tool__key", "department", "people"))
    assert counted == [
        ("deepl/translator", "Engineering", 1),
        ("openai/chatgpt", "Engineering", 1),
        ("openai/chatgpt", "Sales", 1),
    ]
    ToolDepartment.objects.update(people=0)
    import_module("inventory.migrations.0017_people_of_departments").count_people(apps, None)
    assert sorted(ToolDepartment.objects.values_list("tool__key", "department", "people")) == counted


def test_a_person_who_changes_departments_is_counted_in_the_new_one(company):
    Person.objects.filter(email="lena@corp.example").update(department="Engineering")
    rollups.rebuild_all()
    assert ToolDepartment.objects.get(tool__key="openai/chatgpt", department="Engineering").people == 2
    (only,) = listing(Wanted(query="chatgpt"), Reach(frozenset({"Engineering"}))).entries
    assert only.people == 2


def test_the_list_is_searched_and_totalled_within_departments(company):
    found = listing(Wanted(), SALES)
    assert [entry.key for entry in found.entries] == ["openai/chatgpt"]
    assert (found.all_tools, found.people_shown, found.spend) == (1, "1", {"EUR": 20 * rows.MICRO})
    assert found.window == ("2025-04", "2026-03")  # not moved by what others bought later
    assert listing(Wanted(query="deepl"), SALES).entries == []
    assert listing(Wanted(door="sso"), SALES).spend == {"EUR": 20 * rows.MICRO}


def words_of(client: Client, address: str) -> str:
    """What a reader sees of a page: no tags, single spaces."""
    response = client.get(address)
    assert response.status_code == 200, address
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


ELSEWHERE = ("DeepL", "Engineering", "127.00", "107.00", "100.00", " 7.00", "Jan 2026", "May 2026")


def test_pages_show_what_the_departments_have_and_say_so(company, limited):
    client = limited(Role.SECURITY, "Sales")
    text = words_of(client, reverse("tools") + "?col=people&col=trend&col=spend&col=departments&col=first")
    assert "totals are of it alone: Sales" in text
    assert "All 1 tool 1 EUR 20.00" in text
    assert "not known by department" in text
    people = words_of(client, TOOL + "?tab=people")
    assert "Showing 1–1 of 1 people" in people
    assert "Sales 1 1 All 1" in people
    spend = words_of(client, TOOL + "?tab=spend")
    assert "All months EUR 20.00" in spend
    assert "Showing 1–1 of 1 purchases" in spend
    evidence = words_of(client, TOOL + "?tab=evidence")
    assert "Showing 1–2 of 2 records" in evidence
    home = words_of(client, "/")
    assert "1 tool waits for a decision" in home
    assert "silent" not in home  # sources are the whole company's
    for page in (text, words_of(client, TOOL), people, spend, evidence, home):
        for elsewhere in ELSEWHERE:
            assert elsewhere not in page
    assert client.get(reverse("tool", args=["deepl/translator"])).status_code == 404


def test_filters_offer_and_find_only_what_is_within_reach(company, limited):
    client = limited(Role.SECURITY, "Sales")
    text = words_of(client, reverse("tools"))
    assert "Department Sales 1" in text
    assert "No tool fits" in words_of(client, reverse("tools") + "?department=Engineering")
    assert "No tool fits" in words_of(client, reverse("tools") + "?q=deepl")


def test_homes_of_who_is_limited_speak_of_the_departments(company, limited):
    money = words_of(limited(Role.FINANCE, "Sales"), "/")
    assert "AI cost us EUR 20.00 in Mar 2026" in money
    assert "Not attributed" not in money
    jobs = words_of(limited(Role.PROCUREMENT, "Sales"), "/")
    assert "Spend, 12 months EUR 20.00" in jobs
    for elsewhere in ("DeepL", "Engineering", "127.00", "107.00", "100.00"):
        assert elsewhere not in money
        assert elsewhere not in jobs
    assert limited(Role.ADMINISTRATOR, "Sales").get("/").url == reverse("tools")


def test_the_list_is_exported_within_departments(company, limited):
    columns = "col=people&col=spend&col=trend&col=departments&col=sources"
    exported = limited(Role.FINANCE, "Sales").get(f"/tools.csv?{columns}").content.decode()
    row, *others = csv.DictReader(io.StringIO(exported))
    assert others == []
    assert (row["product"], row["people_count"], row["departments"]) == ("openai/chatgpt", "1", "Sales")
    assert row["spend_12m_eur"] == row["spend_2026-03_eur"] == "20.00"
    assert "100.00" not in exported


def test_who_is_limited_to_no_department_sees_nothing(company, limited):
    client = limited(Role.SECURITY)
    text = client.get(reverse("tools")).content.decode()
    assert "limited to no department" in text
    assert "ChatGPT" not in text
    assert client.get(TOOL).status_code == 404


def test_what_cannot_be_cut_down_to_departments_is_not_for_who_is_limited(company, limited):
    client = limited(Role.FINANCE, "Sales")
    for address in ("sources", "progress", "rejected"):
        assert client.get(reverse(address)).status_code == 403
    assert client.post(reverse("upload")).status_code == 403


def user(email: str = "u@corp.example"):
    return get_user_model().objects.create_user(email, email, "a password")


def test_a_change_of_access_is_written_down_once_with_who_and_why():
    somebody = user()
    wanted = {
        "roles": [Role.FINANCE],
        "departments": ["Sales"],
        "actor": "hanna",
        "reason": "new here",
    }
    assert set_access(somebody, **wanted)
    assert not set_access(somebody, **wanted)
    change = AccessChange.objects.get()
    assert change.before == {"roles": [], "departments": None}
    assert change.after == {"roles": ["finance"], "departments": ["Sales"]}
    assert (change.actor, change.reason) == ("hanna", "new here")
    assert reach_of(get_user_model().objects.get()) == Reach(frozenset({"Sales"}))
    set_access(somebody, **{**wanted, "departments": None})
    assert not DepartmentScope.objects.exists()


def test_the_command_lists_and_sets_access_and_insists_on_a_reason():
    user("ada@corp.example")
    with pytest.raises(CommandError, match="say who changes the access and why"):
        call_command("access", "ada@corp.example", "--role", "security")
    with pytest.raises(CommandError, match="chief is no role"):
        call_command("access", "ada@corp.example", "--role", "chief", "--reason", "x")
    with pytest.raises(CommandError, match="nobody has an account"):
        call_command("access", "eve@corp.example", "--reason", "x")
    options = ["--role", "privacy officer", "--department", "Sales", "--reason", "elected"]
    call_command("access", "ada@corp.example", *options, stdout=StringIO())
    out = StringIO()
    call_command("access", stdout=out)
    assert out.getvalue() == "ada@corp.example: privacy officer; only Sales\n"


def test_the_database_refuses_a_change_without_a_reason():
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessChange.objects.create(account="a", before={}, after={}, actor="b", reason="")


def test_an_auditor_changes_nothing(signed_in):
    signed_in(Role.AUDITOR)
    auditor = get_user_model().objects.get()
    assert CHANGING
    assert not any(may(auditor, action) for action in CHANGING)
    assert may(auditor, Action.SEE_EVIDENCE)


def test_who_signed_in_is_the_person_with_that_address_or_alone_with_that_alias():
    rows.person("ada@corp.example")
    other = rows.person("lena.voss@corp.example")
    assert person_of(user("Ada@corp.example")).email == "ada@corp.example"
    assert person_of(user("lena@corp.example")) is None

    def entry(email: str, *aliases: str) -> None:
        directory = rows.source("directory", "directory")
        DirectoryEntry.objects.create(
            source=directory, scan=rows.scan(directory), identity=email.encode()[:16], content=b"1" * 8,
            email=email, aliases=list(aliases),
        )  # fmt: skip

    entry("lena.voss@corp.example", "lena@corp.example")
    assert person_of(get_user_model().objects.get(email="lena@corp.example")) == other
    entry("ada@corp.example", "lena@corp.example")
    assert person_of(get_user_model().objects.get(email="lena@corp.example")) is None
