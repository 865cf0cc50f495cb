"""Plans, prices and facts are read as written, and every fault in them is named with file and key."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.vendors.folders import ACME, LUMEN, lumen, write_catalog
from tests.vendors.test_catalog_files import faults_of
from vendors.catalog_files import problems_of_days, read_catalog
from vendors.fact_files import FRESH, count_stale, stale
from vendors.risk_attributes import Kind, attributes

TODAY = date(2026, 11, 1)


def test_a_file_with_facts_is_sound_and_read_as_it_says(tmp_path):
    catalog = read_catalog(write_catalog(tmp_path, lumen=LUMEN))
    assert faults_of(tmp_path) == []
    assert problems_of_days(catalog, TODAY) == []

    (vendor,) = catalog.vendors
    (product,) = vendor.products
    assert [(f.attribute, f.value, f.plans) for f in vendor.facts] == [("owner.country", "NO", ())]
    assert [(p.key, p.tier, len(p.prices)) for p in product.plans] == [
        ("free", "free", 0),
        ("team", "team", 1),
    ]
    assert [(p.source, p.seen, p.basis) for p in product.plans] == [
        ("https://lumen.example/plans", date(2026, 10, 7), "vendor"),
        ("", None, ""),  # known from its price
    ]
    price = product.plans[1].prices[0]
    assert (price.amount, price.currency, price.per, price.every) == (
        Decimal("40.00"),
        "USD",
        "seat",
        "month",
    )
    assert (price.minimum_seats, price.billed, price.seen) == (5, "yearly", date(2026, 10, 7))
    assert [(f.value, f.plans, f.since) for f in product.facts] == [
        ("opt-out-user", ("free",), date(2025, 8, 28)),
        ("never", ("team",), None),
        ("drafts writes-in-apps", (), None),  # in the order of the attribute's values
    ]


def test_facts_and_plans_are_nothing_that_matching_reads(tmp_path):
    bare = LUMEN.replace(LUMEN[LUMEN.index("[[products.plans]]") :], "").replace(
        LUMEN[LUMEN.index("[[facts]]") : LUMEN.index("[[products]]")], ""
    )
    without = read_catalog(write_catalog(tmp_path / "bare", lumen=bare)).entries()
    assert read_catalog(write_catalog(tmp_path / "full", lumen=LUMEN)).entries() == without


PLAN_SOURCE = 'source = "https://lumen.example/plans"\nseen = 2026-10-07\nbasis = "vendor"\n'


FAULTS = {
    "unknown attribute": ([('"acts"', '"juggles"')], "'juggles' is no attribute"),
    "unknown value": ([('"never"', '"seldom"')], "'seldom' is none of never, opt-in"),
    "unknown value of several": ([('"drafts"', '"sings"')], "'sings' is none of"),
    "one where several are": ([('["writes-in-apps", "drafts"]', '"drafts"')], "no list of values"),
    "nothing beside something": ([('"drafts"]', '"none"]')], "'none' stands beside"),
    "country by name": ([('value = "NO"', 'value = "Norway"')], "does not look like"),
    "dead plan": ([('plans = ["team"]', 'plans = ["teams"]')], "the plan 'teams', which is not there"),
    "plan twice": (
        [('key = "team"', 'key = "free"'), ('plans = ["team"]\n', 'plans = ["free"]\nuntil = 2026-01-01\n')],
        "plan 'free' is there twice",
    ),
    "no source": ([('source = "https://lumen.example/company"\n', "")], "names no source"),
    "source of a price": (
        [('source = "https://lumen.example/pricing"\n', "")],
        "a price of plan 'team' names no source",
    ),
    "a plan without price or source": (
        [(PLAN_SOURCE, "")],
        "the plan 'free' has no price and does not say where it is known from",
    ),
    "basis of a plan without its source": (
        [('source = "https://lumen.example/plans"\n', "")],
        "the plan 'free' names no source",
    ),
    "source of a plan that is no address": (
        [("https://lumen.example/plans", "its own pages")],
        "the plan 'free': the source 'its own pages' is no https address",
    ),
    "source of a plan without its basis": (
        [('plans"\nseen = 2026-10-07\nbasis = "vendor"\n', 'plans"\nseen = 2026-10-07\n')],
        "products.0.plans.0",
    ),
    "not https": ([("https://lumen.example/company", "http://lumen.example/company")], "no https address"),
    "source in words": ([("https://lumen.example/company", "its own pages")], "no https address"),
    "ends before it begins": (
        [("since = 2025-08-28", "since = 2025-08-28\nuntil = 2025-08-27")],
        "before it begins",
    ),
    "two facts of one plan": (
        [('plans = ["team"]', 'plans = ["free", "team"]')],
        "two facts that hold for the plan free",
    ),
    "one of all plans, one of one": ([('plans = ["team"]\n', "")], "two facts that hold for the plans free"),
    "no currency": ([('currency = "USD"\n', "")], '"currency" is a required property'),
    "amount as a number": ([('"40.00"', "40.00")], "products.0.plans.1.prices.0.amount"),
    "unknown tier": ([('tier = "team"', 'tier = "gold"')], "products.0.plans.1.tier"),
    "a moment instead of a day": ([("seen = 2026-10-07", "seen = 2026-10-07T08:00:00")], "facts.0.seen"),
    "no basis": ([('basis = "general-knowledge"', "")], '"basis" is a required property'),
}


@pytest.mark.parametrize(("changes", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_its_place(tmp_path, changes, words):
    found = faults_of(write_catalog(tmp_path, lumen=lumen(*changes)))

    assert len(found) == 1, found
    assert found[0].startswith("lumen.toml: ")
    assert words in found[0]


def test_a_plan_may_be_general_knowledge_with_or_without_a_price(tmp_path):
    believed = 'seen = 2026-10-07\nbasis = "general-knowledge"\n'
    text = lumen((PLAN_SOURCE, believed), ('tier = "team"\n', f'tier = "team"\n{believed}'))
    assert faults_of(write_catalog(tmp_path, lumen=text)) == []


def test_history_and_incidents_stand_beside_what_holds(tmp_path):
    before = 'attribute = "training.default"\nvalue = "never"\nplans = ["free"]\nuntil = 2025-08-28\n'
    source = 'source = "https://lumen.example/terms"\nseen = 2025-01-07\nbasis = "vendor"\n'
    incidents = "".join(
        f'[[products.facts]]\nattribute = "incident"\nvalue = "{what}"\n{source}'
        for what in ("A leak.", "Another.")
    )
    text = f"{LUMEN}\n[[products.facts]]\n{before}{source}{incidents}"
    assert faults_of(write_catalog(tmp_path, lumen=text)) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (
            ('seen = 2026-10-07\nbasis = "general', 'seen = 2026-11-03\nbasis = "general'),
            "the fact acts: seen 2026-11-03",
        ),
        (("since = 2025-08-28", "since = 2027-01-01"), "the fact training.default: since 2027-01-01"),
        (
            ('pricing"\nseen = 2026-10-07', 'pricing"\nseen = 2027-10-07'),
            "a price of plan 'team': seen 2027-10-07",
        ),
        (('plans"\nseen = 2026-10-07', 'plans"\nseen = 2027-10-07'), "the plan 'free': seen 2027-10-07"),
    ],
)
def test_a_day_that_has_not_come_is_a_fault(tmp_path, change, what):
    catalog = read_catalog(write_catalog(tmp_path, lumen=lumen(change)))
    (found,) = problems_of_days(catalog, TODAY)
    assert found.startswith(f"lumen.toml: lumen/draft: {what} has not come yet")


def test_the_day_may_be_one_ahead_where_the_file_was_written(tmp_path):
    catalog = read_catalog(write_catalog(tmp_path, lumen=LUMEN))
    assert problems_of_days(catalog, date(2026, 10, 6)) == []
    assert len(problems_of_days(catalog, date(2026, 10, 5))) == 6


def test_what_is_old_is_counted_and_history_is_not(tmp_path):
    seen = date(2026, 10, 7)
    assert not stale(seen, seen + FRESH)
    catalog = read_catalog(write_catalog(tmp_path, lumen=lumen(("since = 2025-08-28", "until = 2026-10-01"))))
    assert count_stale(catalog.stated(), seen + FRESH) == 0
    assert count_stale(catalog.stated(), date(2027, 4, 6)) == 5


def test_the_command_warns_of_old_facts_and_refuses_days_to_come(tmp_path):
    stdout, stderr = StringIO(), StringIO()
    old = LUMEN.replace("2026-10-07", "2020-10-07")
    call_command("validate_catalog", str(write_catalog(tmp_path, acme=ACME, lumen=old)), stdout=stdout)
    assert "2 products of 2 vendors, 4 facts" in stdout.getvalue()
    assert "last looked at more than 180 days ago: 6." in stdout.getvalue()

    ahead = LUMEN.replace("2026-10-07", "2999-10-07")
    with pytest.raises(CommandError, match="6 problems"):
        call_command("validate_catalog", str(write_catalog(tmp_path, lumen=ahead)), stderr=stderr)
    assert stderr.getvalue().count("has not come yet") == 6


def test_every_attribute_says_what_it_needs():
    for key, attribute in attributes().items():
        assert attribute.name, key
        assert bool(attribute.values) == (attribute.kind in (Kind.ONE, Kind.SEVERAL)), key
        for value in attribute.values:
            stated = [value] if attribute.kind == Kind.SEVERAL else value
            assert attribute.stored(stated) == value
            assert attribute.words(value) == attribute.values[value]
