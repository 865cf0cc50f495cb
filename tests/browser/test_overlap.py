"""Overlaps, cases and owners in a real browser."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inventory import recompute
from inventory.access import Role
from inventory.decisions import Change, decide
from inventory.models import OverlapDecision
from inventory.overlap import open_case
from inventory.ownership_requests import ask
from inventory.saving import Range, Terms
from tests.browser.conftest import a_user
from tests.browser.reading import faults_of
from tests.inventory import rows

EUR = rows.MICRO


@pytest.fixture
def company(transactional_db) -> None:
    """Jobs that two and eight tools do, a case, a leaver's tool, and somebody who is asked."""
    now = timezone.now()
    on = now.date() - timedelta(days=20)
    ada = rows.person("ada@corp.example", "Sales", name="Ada Byron", in_directory=True)
    bob = rows.person("bob@corp.example", "A department with quite a long name", in_directory=True)
    gone = rows.person("gone@corp.example", "Sales", active=False)
    tools = {"otter/notes": "meeting-notes", "fathom/fathom": "meeting-notes"}
    tools |= {f"translator{number}/a-long-name-of-a-tool": "translation" for number in range(8)}
    for key, job in tools.items():
        rows.product(key, capability=job)
        for someone in (ada, bob):
            rows.spend(rows.descriptor(key), "123456.78", on, person=someone, department=someone.department)
    rows.product("lilt/lilt", "Lilt")
    rows.spend(rows.descriptor("lilt/lilt"), "20", on, person=gone, department="Sales")
    recompute.take_in(now)
    who = {"actor": "ilse@corp.example", "reason": "One is enough.", "now": now}
    open_case(
        "meeting-notes",
        {"otter/notes": "keep", "fathom/fathom": "move"},
        Terms("EUR", ended=Range(10 * EUR, 90 * EUR)),
        owner="ilse@corp.example",
        due=now.date() + timedelta(days=90),
        **who,
    )
    decide(["otter/notes"], Change(owner="gone@corp.example"), **who)
    rows.person(f"{Role.PROCUREMENT}@corp.example", "Sales", in_directory=True)
    for asked in ("ada@corp.example", f"{Role.PROCUREMENT}@corp.example"):
        ask("fathom/fathom", asked, technical=False, asked_by="ilse@corp.example", reason="So.", now=now)


def addresses() -> list[str]:
    case = OverlapDecision.objects.get()
    return [
        "/overlap/",
        "/overlap/?state=accepted",
        "/overlap/translation/",
        "/overlap/meeting-notes/",
        "/overlap/translation/case/",
        "/cases/",
        f"/cases/{case.pk}/",
        "/owners/",
        "/owners/?tab=asked",
        "/owners/?tab=leavers",
        "/owners/of/fathom/fathom/",
        "/me/asked/",
        "/",
    ]


@pytest.mark.once
def test_pages_can_be_read_by_anybody(company, sign_in):
    assert faults_of(sign_in(Role.PROCUREMENT), addresses()) == {}


@pytest.mark.once
def test_six_tools_stand_side_by_side_without_scrolling_and_no_name_covers_another(company, sign_in):
    page = sign_in(Role.PROCUREMENT)
    page.goto("/overlap/translation/")
    expect(page.locator(".compare thead b")).to_have_count(6)
    scrolled = "e => e.scrollWidth - e.clientWidth"
    assert page.get_by_role("region", name="Side by side").evaluate(scrolled) == 0
    names = [name.bounding_box() for name in page.locator(".matrix thead .cut").all()]
    assert len(names) == 6
    for left, right in pairwise(names):
        assert left["x"] + left["width"] <= right["x"]


@pytest.mark.once
def test_a_saving_is_worked_out_again_at_every_change_without_loading_the_page(company, sign_in):
    page = sign_in(Role.PROCUREMENT)
    page.goto("/overlap/translation/case/")
    page.evaluate("window.sameDocument = true")
    page.get_by_label("Committed remaining term, at most").fill("56.78")
    page.keyboard.press("Tab")
    page.get_by_text("committed remaining term 0.00 to 56.78").wait_for()
    page.get_by_label("Step for Translator1/A-Long-Name-Of-A-Tool").select_option("keep")
    page.get_by_text("changed from 0.00 to 0.00").wait_for()  # what was typed stays
    expect(page.get_by_label("Committed remaining term, at most")).to_have_value("56.78")
    assert page.evaluate("window.sameDocument") is True
    page.get_by_label("Responsible").fill("ilse@corp.example")
    page.get_by_label("To be done by").fill(str(timezone.now().date() + timedelta(days=60)))
    page.get_by_label("Why?").fill("Two are enough.")
    page.get_by_role("button", name="Open the case").click()
    page.get_by_text("The case is open.").wait_for()


@pytest.mark.once
def test_who_is_asked_accepts_without_script(company, chromium, live_server, client):
    address = live_server.url
    client.force_login(a_user(Role.PROCUREMENT), "allauth.account.auth_backends.AuthenticationBackend")
    context = chromium.new_context(java_script_enabled=False, base_url=address)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    page = context.new_page()
    page.goto("/me/asked/")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("You are its owner now.")).to_be_visible()
    context.close()
