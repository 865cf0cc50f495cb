"""The counts of facts are of what is stored, by what it rests on."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.vendors.folders import ACME, LUMEN, lumen, write_catalog
from vendors.fact_counts import count_facts, facts_counted
from vendors.fact_files import FRESH
from vendors.load import load_catalog

pytestmark = pytest.mark.django_db

SEEN = date(2026, 10, 7)
_CERTIFICATES = ("cert.soc2", "cert.iso27001", "cert.iso42001", "cert.hipaa", "cert.fedramp")
_CONTROLS = ("sso", "scim", "audit-log", "admin-controls")


def fact(attribute, value, basis="vendor"):
    source = 'source = "https://lumen.example/trust"\n'
    return (
        f'\n[[products.facts]]\nattribute = "{attribute}"\nvalue = "{value}"\n{source}'
        f'seen = 2026-10-07\nbasis = "{basis}"\n'
    )


def test_each_fact_counts_once_by_its_basis(tmp_path, django_assert_num_queries):
    load_catalog(write_catalog(tmp_path, lumen=LUMEN))
    with django_assert_num_queries(4):
        counts = count_facts(SEEN)
    assert counts.by_basis == {"vendor": 3, "secondary": 0, "general-knowledge": 1}
    assert counts.prices_by_basis == {"vendor": 1, "secondary": 0, "general-knowledge": 0}
    assert counts.by_attribute == {"training.default": 2, "acts": 1, "owner.country": 1}
    assert (counts.facts, counts.prices, counts.products, counts.with_facts) == (4, 1, 1, 1)
    assert (counts.well_known, counts.stale, counts.history) == (0, 0, 0)


def test_twelve_sourced_facts_make_a_product_well_known(tmp_path):
    # Two of its own and one of its maker's are sourced already; what is only believed counts nothing.
    more = "".join(fact(key, "no") for key in (*_CERTIFICATES[1:], *_CONTROLS))
    load_catalog(write_catalog(tmp_path, lumen=LUMEN + more))
    assert (count_facts(SEEN).well_known, count_facts(SEEN).well_known_with_prices) == (0, 1)

    load_catalog(write_catalog(tmp_path, lumen=LUMEN + more + fact("cert.soc2", "type-2", "secondary")))
    assert count_facts(SEEN).well_known == 1
    # A product's own word on what its maker said does not count beside it.
    load_catalog(write_catalog(tmp_path, lumen=LUMEN + more + fact("owner.country", "SE")))
    assert count_facts(SEEN).well_known == 0


PLAN_SOURCE = 'source = "https://lumen.example/plans"\nseen = 2026-10-07\nbasis = "vendor"\n'
BELIEVED = 'seen = 2026-10-07\nbasis = "general-knowledge"\n'
PRICED_PLAN = LUMEN[LUMEN.index('[[products.plans]]\nkey = "team"') : LUMEN.index("[[products.facts]]")]


@pytest.mark.parametrize(
    ("changes", "sourced"),
    [
        ((), 1),
        (((PRICED_PLAN, ""), ('plans = ["team"]', 'plans = ["free"]\nuntil = 2026-10-08')), 1),
        (((PLAN_SOURCE, BELIEVED),), 1),  # the price of the other one has a source
        (
            (
                (PLAN_SOURCE, BELIEVED),
                ('source = "https://lumen.example/pricing"\n', ""),
                (
                    'seen = 2026-10-07\nbasis = "vendor"\n\n[[products.facts]]',
                    f"{BELIEVED}\n[[products.facts]]",
                ),
            ),
            0,
        ),
    ],
)
def test_plans_count_as_sourced_by_their_own_source_or_their_price(tmp_path, changes, sourced):
    load_catalog(write_catalog(tmp_path, acme=ACME, lumen=lumen(*changes)))
    counts = count_facts(SEEN)
    assert (counts.products, counts.with_plans, counts.with_sourced_plans) == (2, 1, sourced)


@pytest.mark.parametrize(
    ("changes", "complete"),
    [
        ((), {"told": 1, "unknown": 0}),
        (
            (
                ('training.default"\nvalue = "opt-out-user"', 'training.opt-out"\nvalue = "contract"'),
                ('training.default"\nvalue = "never"', 'training.opt-out"\nvalue = "contract"'),
            ),
            {"told": 0, "unknown": 1},
        ),
        ((('country = "NO"\n', ""),), {"told": 0, "unknown": 0}),
    ],
    ids=["told", "unknown", "no country"],
)
def test_a_product_is_complete_with_category_plans_and_country(tmp_path, changes, complete):
    load_catalog(write_catalog(tmp_path, acme=ACME, lumen=lumen(*changes)))
    assert count_facts(SEEN).complete == complete


def test_what_is_stale_and_what_is_history_are_told_apart(tmp_path):
    load_catalog(write_catalog(tmp_path, lumen=lumen(("since = 2025-08-28", "until = 2026-08-28"))))
    counts = count_facts(SEEN + FRESH)
    assert (counts.facts, counts.stale, counts.history) == (3, 0, 1)
    assert count_facts(date(2027, 4, 6)).stale == 5


def test_the_command_prints_the_counts(tmp_path):
    load_catalog(write_catalog(tmp_path, lumen=LUMEN))
    table, as_json = StringIO(), StringIO()
    call_command("catalog", "facts", stdout=table)
    call_command("catalog", "facts", "--json", stdout=as_json)
    assert "4 facts and 1 list price; 0 more are history." in table.getvalue()
    assert "1 of 1 product has a fact, its maker's among them." in table.getvalue()
    assert "With plans: 1, of which a source tells for 1." in table.getvalue()
    assert (
        "country: 1; whether it trains on what people enter is told of 1 and unknown of 0."
        in table.getvalue()
    )
    assert json.loads(as_json.getvalue())["by_basis"]["vendor"] == 3


def test_one_fact_of_history_is_told_as_one(tmp_path):
    load_catalog(write_catalog(tmp_path, lumen=lumen(("since = 2025-08-28", "until = 2026-08-28"))))
    table = StringIO()
    call_command("catalog", "facts", stdout=table)
    assert "3 facts and 1 list price; 1 more is history." in table.getvalue()


def test_history_of_withdrawn_products_counts_no_more_than_their_facts(tmp_path):
    ended = lumen(("since = 2025-08-28", "until = 2026-08-28"))
    load_catalog(write_catalog(tmp_path, acme=ACME, lumen=ended))
    assert count_facts(SEEN).history == 1
    load_catalog(write_catalog(tmp_path, acme=ACME))
    assert (count_facts(SEEN).facts, count_facts(SEEN).history) == (1, 0)  # its maker's own


def test_without_a_catalog_the_command_says_what_to_do():
    with pytest.raises(CommandError, match="load_catalog"):
        call_command("catalog", "facts")


def test_a_page_counts_once_for_each_catalog_and_day(tmp_path, django_assert_num_queries):
    load_catalog(write_catalog(tmp_path, lumen=LUMEN))
    first = facts_counted(SEEN)
    assert first == count_facts(SEEN)
    with django_assert_num_queries(1):
        assert facts_counted(SEEN) == first
    load_catalog(write_catalog(tmp_path, lumen=LUMEN + fact("sso", "yes")))
    assert facts_counted(SEEN).facts == first.facts + 1
    assert facts_counted(SEEN + FRESH + timedelta(days=1)).stale > 0
