"""A tool's risk and what the catalog says of it, each with its source; what nobody says is unknown."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override

from inventory import rollups
from inventory.access import Role
from inventory.fact_lines import groups_of, history_of, known_of, words_for
from tests.inventory import rows
from tests.inventory.test_deciding import limited, words_of
from tests.vendors.folders import LUMEN, lumen, write_catalog
from vendors.fact_files import FRESH
from vendors.load import load_catalog
from vendors.product_facts import facts_of
from vendors.risk_attributes import attributes

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TOOL = reverse("tool", args=["lumen/draft"]) + "?tab=risk"
SEEN = date(2026, 10, 7)


@pytest.fixture
def draft(tmp_path):
    load_catalog(write_catalog(tmp_path, lumen=LUMEN), today=date(2026, 10, 8))
    of = rows.descriptor("lumen/draft", plan="free")
    rows.spend(of, "20", person=rows.person("ada@corp.example", "Sales"), department="Sales")
    rollups.apply()
    return tmp_path


def said():
    return facts_of({"lumen/draft": "lumen"}, history=True)["lumen/draft"]


def lines(today=SEEN):
    return {line.name: line for group in groups_of(said(), today) for line in group.lines}


def test_a_fact_stands_with_value_plan_source_day_and_hand(signed_in, draft):
    response = signed_in(Role.SECURITY).get(TOOL)
    words = words_of(response)
    assert (
        "Trains on what people enter yes, unless the person switches it off Free lumen.example first hand"
        in words
    )
    assert "Trains on what people enter no Team lumen.example first hand" in words
    assert (
        "What it can do by itself drafts, writes in connected apps all general knowledge, not checked"
        in words
    )
    assert "Country of the owner Norway all said of all that its maker sells" in words
    assert 'href="https://lumen.example/terms" rel="noreferrer"' in response.content.decode()


def test_what_nobody_says_is_unknown_and_counted(signed_in, draft):
    words = words_of(signed_in(Role.SECURITY).get(TOOL))
    assert "Audit log Unknown" in words
    known, asked = known_of(said())
    assert known == 3
    assert f"something of 3 of {asked} things" in words
    assert lines()["SOC 2"].entries == ()
    assert "Incident" not in lines()  # nobody is asked for one


def test_plans_of_which_nothing_is_said_are_named(tmp_path, draft):
    load_catalog(
        write_catalog(tmp_path, lumen=lumen(('plans = ["team"]\n', 'plans = ["team"]\nuntil = 2026-10-01\n')))
    )
    line = lines()["Trains on what people enter"]
    assert [entry.plans for entry in line.entries] == ["Free"]
    assert line.unknown_on == "Team"


def test_the_risk_is_a_range_with_the_points_of_each_answer(signed_in, draft):
    words = words_of(signed_in(Role.SECURITY).get(TOOL))
    assert "Plan in use for one person, or free 10" in words
    assert "Trains on what people enter yes, unless the person switches it off 12" in words
    assert "Audited Unknown 0–5" in words


def test_who_may_not_know_what_people_granted_reads_facts_and_no_risk(signed_in, draft):
    for client in (signed_in(Role.ADMINISTRATOR), limited(["Sales"])):
        words = words_of(client.get(TOOL))
        assert "not the risk here" in words
        assert "Points" not in words
        assert "Trains on what people enter" in words


def test_a_stale_fact_is_marked(draft):
    assert not lines(SEEN + FRESH)["What it can do by itself"].entries[0].stale
    assert lines(date(2027, 4, 6))["What it can do by itself"].entries[0].stale


def test_a_stale_fact_says_so_in_words(signed_in, draft, tmp_path):
    load_catalog(write_catalog(tmp_path, lumen=LUMEN.replace("2026-10-07", "2020-10-07")))
    assert "stale: seen on 7 Oct 2020" in words_of(signed_in(Role.SECURITY).get(TOOL))


def test_what_changed_is_told_the_newest_first(draft, tmp_path):
    after = lumen(('"never"\nplans = ["team"]', '"opt-out-admin"\nplans = ["team"]\nsince = 2026-10-20'))
    load_catalog(write_catalog(tmp_path, lumen=after), today=date(2026, 11, 1))
    what = "Trains on what people enter"
    with override("en"):
        assert history_of(said()) == [
            f"Since 20 Oct 2026, on Team – {what}: yes, unless an administrator switches it off.",
            f"Until 20 Oct 2026, as the catalog had it, on Team – {what}: no.",
            f"Since 28 Aug 2025, on Free – {what}: yes, unless the person switches it off.",
        ]


def test_an_incident_was_on_a_day_and_does_not_hold_since_then(draft, tmp_path):
    told = (
        '\n[[products.facts]]\nattribute = "incident"\nvalue = "Drafts of one customer showed to another."\n'
    )
    told += (
        'source = "https://lumen.example/status"\nseen = 2026-10-07\nbasis = "vendor"\nsince = 2026-03-04\n'
    )
    load_catalog(write_catalog(tmp_path, lumen=LUMEN + told), today=date(2026, 11, 1))
    with override("en"):
        assert "4 Mar 2026 – Incident: Drafts of one customer showed to another." in history_of(said())


def test_what_the_product_says_otherwise_is_no_news_of_its_maker(draft, tmp_path):
    of_maker = LUMEN.replace("seen = 2026-10-07", "seen = 2026-10-07\nsince = 2024-05-01", 1)
    own = '\n[[products.facts]]\nattribute = "owner.country"\nvalue = "SE"\n'
    own += 'source = "https://lumen.example/"\nseen = 2026-10-07\nbasis = "secondary"\n'
    load_catalog(write_catalog(tmp_path, lumen=of_maker))
    assert any("Norway" in sentence for sentence in history_of(said()))
    load_catalog(write_catalog(tmp_path, lumen=of_maker + own))
    assert not any("Norway" in sentence for sentence in history_of(said()))


def test_a_country_is_named_in_the_readers_language(draft):
    with override("de"):
        assert lines()["Country of the owner"].entries[0].words == "Norwegen"


def test_a_fact_that_the_product_says_otherwise_is_not_shown_of_its_maker(tmp_path, draft):
    own = '\n[[products.facts]]\nattribute = "owner.country"\nvalue = "SE"\n'
    own += 'source = "https://lumen.example/"\nseen = 2026-10-07\nbasis = "secondary"\n'
    load_catalog(write_catalog(tmp_path, lumen=LUMEN + own))
    (entry,) = lines()["Country of the owner"].entries
    assert (entry.words, entry.basis, entry.of_maker) == ("Sweden", "second hand", False)


@pytest.mark.parametrize("count", [1, 50])
def test_the_page_asks_as_often_for_many_facts_as_for_few(
    signed_in, draft, tmp_path, django_assert_num_queries, count
):
    source = 'source = "https://lumen.example/"\nseen = 2026-10-07\nbasis = "vendor"\n'
    many = LUMEN + "".join(
        f'[[products.facts]]\nattribute = "incident"\nvalue = "No. {number}."\n{source}'
        for number in range(count)
    )
    load_catalog(write_catalog(tmp_path, lumen=many))
    client = signed_in(Role.FINANCE)
    with django_assert_num_queries(30):
        client.get(TOOL)


def test_scopes_are_told_by_what_they_reach_and_as_the_platform_names_them():
    with override("en"):
        usual = attributes()["scopes.usual"]
        assert words_for(usual, "Mail.Read Files.Read.All offline_access") == (
            "mail, files (Mail.Read Files.Read.All offline_access)"
        )
        assert words_for(usual, "openid") == "openid"
