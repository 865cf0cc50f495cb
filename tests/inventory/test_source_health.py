"""What became of a source's spend, and what and whom no source tells of."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from discovery.connectors.base import Kind
from discovery.models import Coverage, Descriptor, Source, WatchedFile
from inventory import coverage, rollups
from inventory.access import Role
from inventory.departments_told_of import departments_not_told_of
from inventory.footnote import footnote
from inventory.placed import Placed, placed
from inventory.reach import WHOLE
from inventory.setup_steps import steps_now
from inventory.source_lines import source_lines
from tests.inventory import rows

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_what_the_watched_folder_could_not_give_is_named(signed_in, settings):
    settings.PENUMBRA = settings.PENUMBRA | {"WATCHED_FOLDER": "/exports"}
    WatchedFile.objects.create(
        path="cards/march.csv", size=0, modified_ns=0, taken_at=NOW, refused="it is empty; export it again"
    )
    page = signed_in(Role.ADMINISTRATOR).get(reverse("sources")).content.decode()
    assert "cards/march.csv" in page
    assert "it is empty; export it again" in page


# --- pure -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recognised", "waiting", "sealed", "share"),
    [
        (100, 0, 0, (0, 0)),
        (0, 0, 100, (0, 100)),
        (899, 1, 100, (0, 11)),
        (50, 25, 25, (25, 50)),
        (0, 100, 0, (100, 100)),
        (0, 0, 0, None),
        (100, 1, None, None),
    ],
)
def test_the_share_that_nobody_placed_lies_between_what_waits_and_what_is_sealed_too(
    recognised, waiting, sealed, share
):
    assert Placed(recognised, waiting, sealed).unplaced == share


def test_each_currency_stands_for_itself():
    assert placed({"EUR": 3}, {"USD": 1}, {"EUR": 5}) == {"EUR": Placed(3, 0, 5), "USD": Placed(0, 1, 0)}


def test_every_kind_of_source_says_what_is_unknown_without_it():
    named = [kind for some in coverage._ALL for kinds, _words in some for kind in kinds]
    assert sorted(named) == sorted(Kind)


def test_what_shows_more_holds_up_no_first_inventory():
    done = steps_now({"directory", "card", "sso"}, has_tools=True)
    assert [line.step.later for line in done if not line.done] == [True]
    assert not any(line.next for line in done)


# --- what was read ------------------------------------------------------------------------------------


def in_review() -> Descriptor:
    return rows.descriptor("miro/miro", state=Descriptor.State.REVIEW)


@pytest.mark.django_db
def test_a_source_tells_what_is_recognised_waits_and_is_sealed_apart():
    ai = rows.descriptor("openai/chatgpt")
    rows.spend(ai, "20", date(2026, 1, 4))
    rows.spend(ai, "-10", date(2026, 3, 4))
    rows.spend(in_review(), "5", date(2026, 5, 4))
    rows.sealed(rows.source(), "2026-03", 7, {"EUR": [7, 75 * rows.MICRO], "USD": [1, 9 * rows.MICRO]})
    rows.presence(ai)
    cards, okta = sorted(source_lines(NOW), key=lambda line: line.source.name)
    assert (cards.recognised, cards.in_review, cards.sealed.records) == (2, 1, 7)
    assert (cards.first_day, cards.last_day) == (date(2026, 1, 4), date(2026, 5, 4))
    assert {name: one.unplaced for name, one in cards.placed.items()} == {"EUR": (5, 80), "USD": (0, 100)}
    assert (okta.recognised, okta.in_review, okta.placed) == (1, 0, {})


@pytest.mark.django_db
@pytest.mark.once
def test_the_page_shows_the_share_and_what_it_means(signed_in):
    rows.spend(rows.descriptor("openai/chatgpt"), "20")
    rows.spend(in_review(), "5")
    rows.sealed(rows.source(), "2026-03", 7, {"EUR": [7, 75 * rows.MICRO]})
    page = " ".join(signed_in(Role.FINANCE).get(reverse("sources")).content.decode().split())
    assert "5–80 %" in page
    assert "outside the seal nothing tells which" in page


# --- what and whom no source tells of ------------------------------------------------------------------


@pytest.mark.django_db
def test_what_shows_more_is_no_alarm_and_no_line_of_months_before_it_is_read():
    for kind in ("card", "expense", "procurement", "sso", "grant", "directory", "code"):
        rows.scan(rows.source(kind, kind))
    found = coverage.not_covered()
    assert found.totals == []
    assert [str(words) for words in found.more] == [
        "licences and seats",
        "metered use of models and clouds",
        "software on devices",
        "sites visited in the network",
    ]
    assert len(coverage.covered_months(["2026-03"])) == 5


@pytest.mark.django_db
@pytest.mark.parametrize("connector", ["tool_activity", "google_workspace_gemini"])
def test_the_log_of_one_tool_covers_the_sign_ins_of_no_other(connector):
    where = Source.objects.create(name=connector, connector=connector, kind="sso")
    Coverage.objects.create(
        scan=rows.scan(where), source=where, account_key=b"a" * 16, account_stated=True, own_ids=True,
        first_day=date(2026, 3, 1), last_day=date(2026, 3, 31), days=b"",
    )  # fmt: skip
    told = footnote(WHOLE, datetime(2026, 4, 1, tzinfo=UTC), ("2026-03", "2026-03"))
    assert "sign-ins" in [str(words) for words in told.not_covered.totals]
    assert "sign-ins" in [str(words) for words in coverage.not_covered().totals]
    (line,) = [line for line in coverage.covered_months(["2026-03"]) if str(line.words) == "sign-ins"]
    assert line.months == [("2026-03", "none")]
    rows.scan(rows.source("okta_system_log", "sso"))
    assert "sign-ins" not in [str(words) for words in coverage.not_covered().totals]


@pytest.mark.django_db
def test_bills_of_metered_use_cover_the_months_between_them():
    for first in (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)):
        where = rows.source("openai_usage", "usage")
        Coverage.objects.create(
            scan=rows.scan(where), source=where, account_key=b"a" * 16, account_stated=True, own_ids=True,
            first_day=first, last_day=first, days=b"",
        )  # fmt: skip
    line = coverage.covered_months(["2026-01", "2026-02", "2026-05"])[-1]
    assert str(line.words) == "metered use of models and clouds"
    assert [how for _month, how in line.months] == ["full", "full", "none"]


def staff(department: str, number: int, **columns: object) -> list[object]:
    return [
        rows.person(f"{department}{one}@corp.example", department, **{"in_directory": True, **columns})
        for one in range(number)
    ]


@pytest.mark.django_db
def test_departments_that_no_record_tells_of_are_named_unless_they_are_small(signed_in):
    ai = rows.descriptor("openai/chatgpt")
    rows.presence(ai, person=staff("Sales", 5)[0])
    rows.spend(ai, department="Legal")
    for department, number in (("Legal", 6), ("Design", 5), ("Board", 4)):
        staff(department, number)
    staff("Closed", 6, active=False)
    staff("Guests", 6, in_directory=False)
    rollups.apply()
    found = departments_not_told_of()
    assert (found.names, found.small) == (["Design"], 1)
    page = " ".join(signed_in(Role.FINANCE).get(reverse("tools")).content.decode().split())
    assert "Design" in page
    assert "1 department of fewer than five people" in page
    assert "Board" not in page


@pytest.mark.django_db
def test_money_that_came_in_hides_no_charge():
    """Customers pay into a bank account: what was charged has its shares all the same."""
    bank = rows.source("bank", "bank")
    rows.spend(rows.descriptor("openai/chatgpt"), "25", source=bank)
    rows.sealed(bank, "2026-03", 3, {"EUR": [3, -900 * rows.MICRO]}, {"EUR": 75 * rows.MICRO})
    (line,) = source_lines(NOW)
    assert line.placed["EUR"].unplaced == (0, 75)
    assert line.sealed.sums == {"EUR": -900 * rows.MICRO}


@pytest.mark.django_db
def test_what_was_sealed_before_charges_were_kept_makes_no_share_up():
    rows.sealed(rows.source(), "2026-03", 3, {"EUR": [3, 75 * rows.MICRO]}, {})
    rows.sealed(rows.source(), "2026-04", 3, {"EUR": [3, 75 * rows.MICRO]})
    (line,) = source_lines(NOW)
    assert line.placed["EUR"].unplaced is None
