"""Licences, metered use and software that was seen, from a file to pages and exports."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from discovery import connectors
from discovery.connectors.base import Kind
from inventory import my_data, rollups
from inventory.access import Role
from inventory.consumption_lines import metered_months
from inventory.evidence import booked_purchases
from inventory.exports import EXPORTS
from inventory.exports.period import Period
from inventory.models import Tool
from inventory.purchase_lines import Wanted, found, in_order
from inventory.seats import seat_lists
from inventory.use import tools_in_use
from tests.discovery.conftest import catalog, files  # noqa: F401  (the fixtures of fake sources)
from tests.discovery.fake_source import FakeSource
from tests.inventory import rows
from tests.inventory.test_pages import words_of

MICRO = 1_000_000
TODAY = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def tools(db):
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    rows.product("anthropic/claude", "Claude")


def export(which: str) -> list[dict]:
    rollups.apply()
    return list(EXPORTS[which].rows(Period()))


def chatgpt() -> Tool:
    rollups.apply()
    return Tool.objects.get(key="openai/chatgpt")


LIST = """licence email=ann@corp.example plan=Enterprise state=on active=2026-03-10 date={day}
licence email=bob@corp.example plan=Enterprise state=on date={day}"""


class TestSeats:
    def test_whoever_had_one_is_among_the_people_and_its_plan_and_door_are_told(self, files):  # noqa: F811
        files.scan("licence", LIST.format(day="2026-03-16"))
        files.scan("licence", LIST.format(day="2026-02-16").replace("bob", "eve"))
        (tool,) = export("inventory")
        assert tool["people"] == ["ann@corp.example", "bob@corp.example", "eve@corp.example"]
        assert (tool["plan"], tool["doors"], tool["sources"]) == ("enterprise", ["licence"], ["fake_licence"])
        assert (tool["first_seen"], tool["last_seen"]) == (date(2026, 2, 16), date(2026, 3, 16))
        assert {row["kind"] for row in export("records")} == {"licence"}

    @pytest.mark.parametrize("newest_first", [True, False])
    def test_who_is_missing_from_a_newer_list_holds_none_any_more(self, files, newest_first):  # noqa: F811
        lists = [LIST.format(day="2026-02-16"), LIST.splitlines()[0].format(day="2026-03-16")]
        scans = [files.scan("licence", text) for text in (lists[::-1] if newest_first else lists)]
        (now,) = seat_lists(chatgpt())
        assert (now.day, now.people, now.active, now.state) == (date(2026, 3, 16), 1, 1, "on")
        files.withdraw(scans[0] if newest_first else scans[1])
        (before,) = seat_lists(chatgpt())
        assert (before.day, before.people) == (date(2026, 2, 16), 2)

    def test_without_activity_are_no_use(self, files):  # noqa: F811
        files.scan("licence", LIST.splitlines()[1].format(day="2026-03-16"))
        assert tools_in_use([chatgpt()], TODAY) == set()
        files.scan("licence", LIST.splitlines()[0].format(day="2026-03-16"))
        assert tools_in_use([chatgpt()], TODAY) == {"openai/chatgpt"}
        assert chatgpt().last_used == date(2026, 3, 10)

    def test_that_were_bought_and_a_feature_that_is_off_stand_on_the_page(self, files, signed_in):  # noqa: F811
        files.scan("licence", "licence seats=50 used=12 plan=Team date=2026-03-16 state=off")
        chatgpt()
        page = words_of(signed_in(Role.PROCUREMENT).get(reverse("tool", args=["openai/chatgpt"])))
        assert "12 of 50 used" in page
        assert "ChatGPT · Team · off" in page


class TestMeteredUse:
    def test_is_in_every_total_once_and_its_difference_is_a_line(self, files, signed_in):  # noqa: F811
        files.scan("usage", "usage cost=8 id=1 date=2026-01-05\nusage cost=3 id=2 date=2025-11-05")
        files.scan("card", "spend amount=10 date=2026-02-03 text=CHATGPT id=1 account=acc")
        spend = [(row["month"], row["door"], row["amount"]) for row in export("spend")]
        assert spend == [("2025-11", "model_api", "3.00"), ("2026-02", "corporate_card", "10.00")]
        (tool,) = export("inventory")
        assert tool["spend_by_currency"] == {"EUR": "13.00"}
        assert tool["doors"] == ["model_api", "corporate_card"]
        january, november = metered_months(chatgpt())
        assert (january.covered, january.charged, january.difference) == (8 * MICRO, 10 * MICRO, 2 * MICRO)
        assert (november.counts, november.difference) == (3 * MICRO, None)
        address = reverse("tool", args=["openai/chatgpt"]) + "?tab=spend"
        page = words_of(signed_in(Role.FINANCE).get(address))
        assert "What use was metered at" in page
        purchases = {row["date"]: row["purchase"] for row in export("records")}
        assert purchases["2026-01-05"] == purchases["2026-02-03"] != purchases["2025-11-05"]

    def test_stands_behind_the_charge_that_pays_for_it_after_what_charged_it(self, files):  # noqa: F811
        files.scan("usage", "usage cost=8 id=1 date=2026-01-05\nusage cost=3 id=2 date=2026-01-12")
        files.scan("card", "spend amount=10 date=2026-02-03 text=CHATGPT id=1 account=acc")
        chatgpt()
        for rows_of in (booked_purchases(), in_order(found(Wanted()))):
            (purchase,) = rows_of
            assert [record.kind for record in purchase.behind] == ["spend", "usage", "usage"]

    def test_that_a_gateway_tells_of_too_counts_once_and_says_so(self, files, signed_in, monkeypatch):  # noqa: F811
        gateway = FakeSource(Kind.USAGE, "fake_gateway")
        gateway.gateway = True
        monkeypatch.setitem(connectors._BY_NAME, gateway.name, gateway)
        files.scan("gateway", "usage cost=9 id=1 account=proxy date=2026-01-05")
        provider = files.scan("cloud", "usage cost=8 account=org date=2026-01-07")
        assert [(row["door"], row["amount"]) for row in export("spend")] == [("cloud_bill", "8.00")]
        address = reverse("tool", args=["openai/chatgpt"]) + "?tab=spend"
        chatgpt()
        page = words_of(signed_in(Role.FINANCE).get(address))
        assert "tells of the same use: EUR 9.00" in page
        files.withdraw(provider)
        assert [(row["door"], row["amount"]) for row in export("spend")] == [("model_api", "9.00")]


class TestWhatWasSeen:
    def test_makes_a_tool_in_use_without_people(self, files):  # noqa: F811
        files.scan("code", "seen by=package text=ChatGPT where=corp/bot date=2026-03-04")
        files.scan("endpoint", "seen by=program text=Claude where=laptop date=2026-03-04")
        found = {row["product"]: (row["doors"], row["people_count"]) for row in export("inventory")}
        assert found == {"openai/chatgpt": (["code"], 0), "anthropic/claude": (["device"], 0)}
        assert tools_in_use(Tool.objects.all(), TODAY) == set(found)

    def test_shows_its_repository_and_no_device(self, files, signed_in):  # noqa: F811
        files.scan("code", "seen by=package text=ChatGPT where=corp/bot date=2026-03-04")
        files.scan("endpoint", 'seen by=program text=ChatGPT where="Ann laptop" date=2026-03-04')
        chatgpt()
        address = reverse("tool", args=["openai/chatgpt"]) + "?tab=evidence"
        page = words_of(signed_in(Role.SECURITY).get(address))
        assert "package in code · corp/bot" in page
        assert "program on a device" in page
        assert "laptop" not in page


def test_a_person_reads_every_record_on_them(files, signed_in, django_user_model):  # noqa: F811
    files.scan("licence", LIST.splitlines()[0].format(day="2026-03-16").replace("ann@corp", "None@corp"))
    files.scan("usage", "usage cost=8 id=1 email=none@corp.example")
    files.scan("endpoint", "seen email=none@corp.example where=laptop date=2026-03-04")
    rollups.apply()
    page = words_of(signed_in(None).get("/me/"))
    assert "Enterprise · on · last active on" in page
    assert "metered use" in page
    assert "program on a device" in page
    mine = my_data.records_of(my_data.person_of(django_user_model.objects.get()))
    assert {line.record.kind: line.may_be_private for line in my_data.lines(mine)} == {
        "licence": False,  # the company's account
        "usage": False,
        "seen": True,
    }
