"""Facts come into the database as the files state them, and leave it as history only."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from tests.vendors.folders import ACME, LUMEN, lumen, write_catalog
from vendors.catalog_index import catalog_version
from vendors.load import load_catalog
from vendors.local import add_local_product, local_identifier
from vendors.matching.catalog import IdentifierKind
from vendors.models import CatalogState, Plan, Price, Product, RiskFact, Vendor

pytestmark = pytest.mark.django_db

FIRST, LATER = date(2026, 10, 10), date(2026, 11, 20)


def load(folder, *changes, today=FIRST, text=None):
    return load_catalog(write_catalog(folder, lumen=text or lumen(*changes)), today=today)


def said(attribute):
    """Value, plans, since and until of every stored fact of an attribute."""
    rows = RiskFact.objects.filter(attribute=attribute).order_by("plans", "value", "until")
    return [(row.value, row.plans, row.since, row.until) for row in rows]


def test_the_database_then_says_what_the_files_say(tmp_path):
    changes = load(tmp_path)

    assert changes.facts == ("lumen", "lumen/draft")
    assert said("owner.country") == [("NO", "", None, None)]
    assert said("training.default") == [
        ("opt-out-user", "free", date(2025, 8, 28), None),
        ("never", "team", None, None),
    ]
    assert RiskFact.objects.get(attribute="owner.country").product is None
    assert [(p.key, p.tier, p.position) for p in Plan.objects.all()] == [
        ("free", "free", 0),
        ("team", "team", 1),
    ]
    assert [(p.source, p.seen, p.basis) for p in Plan.objects.all()] == [
        ("https://lumen.example/plans", date(2026, 10, 7), "vendor"),
        ("", None, ""),
    ]
    price = Price.objects.get()
    assert (price.plan.key, price.amount, price.currency, price.minimum_seats) == (
        "team",
        40_000_000,
        "USD",
        5,
    )


def test_facts_change_nothing_that_matching_reads(tmp_path):
    load(tmp_path)
    version = catalog_version()
    changes = load(tmp_path, ('"never"', '"opt-in"'), ('"40.00"', '"45.00"'))

    assert changes
    assert (changes.added, changes.changed, changes.vendors) == ((), (), ())
    assert changes.facts == ("lumen/draft",)
    assert changes.version == version == catalog_version()


def test_a_fact_that_another_replaced_ends_when_that_one_begins(tmp_path):
    load(tmp_path)
    load(
        tmp_path,
        ('"never"\nplans = ["team"]', '"opt-out-admin"\nplans = ["team"]\nsince = 2026-11-02'),
        today=LATER,
    )
    assert said("training.default")[1:] == [
        ("never", "team", None, date(2026, 11, 2)),
        ("opt-out-admin", "team", date(2026, 11, 2), None),
    ]
    assert RiskFact.objects.get(value="never").vanished


def test_a_fact_without_a_successor_ends_on_the_day_that_it_vanished(tmp_path):
    load(tmp_path)
    without = LUMEN[: LUMEN.rindex("[[products.facts]]")]
    load(tmp_path, text=without, today=LATER)
    load(tmp_path, text=without + "\n# another look\n", today=date(2026, 12, 24))
    assert said("acts") == [("drafts writes-in-apps", "", None, LATER)]

    assert load(tmp_path).facts == ("lumen/draft",)
    assert said("acts") == [("drafts writes-in-apps", "", None, None)]


def test_the_same_said_anew_is_no_history(tmp_path):
    load(tmp_path)
    assert load(
        tmp_path, ("since = 2025-08-28", "since = 2025-09-28"), ("seen = 2026-10-07", "seen = 2026-10-09")
    )
    assert said("training.default")[0] == ("opt-out-user", "free", date(2025, 9, 28), None)
    assert RiskFact.objects.count() == 4
    assert RiskFact.objects.get(attribute="owner.country").seen == date(2026, 10, 9)


def test_a_price_that_changed_is_kept_with_its_end(tmp_path):
    load(tmp_path)
    load(tmp_path, ('"40.00"', '"45.00"'), ('pricing"\nseen = 2026-10-07', 'pricing"\nseen = 2026-11-15'))
    assert list(Price.objects.order_by("amount").values_list("amount", "until")) == [
        (40_000_000, date(2026, 11, 15)),
        (45_000_000, None),
    ]


def test_a_plan_that_vanished_is_withdrawn_and_comes_back(tmp_path):
    load(tmp_path)
    free = LUMEN[LUMEN.index("[[products.plans]]") : LUMEN.index('[[products.plans]]\nkey = "team"')]
    renamed = lumen(
        (free, ""),
        ('plans = ["free"]\n', ""),
        ('plans = ["team"]\n', 'plans = ["team"]\nuntil = 2026-01-01\n'),
    )
    load(tmp_path, text=renamed)
    assert Plan.objects.get(key="free").withdrawn
    load(tmp_path)
    assert not Plan.objects.get(key="free").withdrawn


def test_a_plan_that_is_seen_again_says_when(tmp_path):
    load(tmp_path)
    changes = load(tmp_path, ('plans"\nseen = 2026-10-07', 'plans"\nseen = 2026-11-01'))
    assert changes.facts == ("lumen/draft",)
    assert Plan.objects.get(key="free").seen == date(2026, 11, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"basis": "vendor", "source": "", "seen": date(2026, 10, 7)},
        {"basis": "", "source": "https://lumen.example/plans", "seen": None},
        {"basis": "general-knowledge", "source": "", "seen": None},
        {"basis": "hearsay", "source": "https://lumen.example/plans", "seen": date(2026, 10, 7)},
    ],
    ids=["no source", "no basis", "no day", "unknown basis"],
)
def test_the_database_keeps_no_plan_with_half_a_source(tmp_path, wrong):
    load(tmp_path)
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(key="free").update(**wrong)


def test_what_was_added_here_and_what_left_the_catalog_keep_their_facts(tmp_path):
    load(tmp_path)
    own = add_local_product("own/tool", "Own", "Own", [local_identifier(IdentifierKind.NAME, "Own Tool")])
    RiskFact.objects.create(
        vendor=own.vendor,
        product=own,
        identity="own",
        attribute="sso",
        value="yes",
        seen=FIRST,
        basis="general-knowledge",
    )
    changes = load_catalog(write_catalog(tmp_path, acme=ACME), today=LATER)

    assert changes.withdrawn == ("lumen/draft",)
    assert not RiskFact.objects.filter(vanished=True).exists()
    assert RiskFact.objects.count() == 5


def test_loading_asks_no_more_for_more_facts(tmp_path, django_assert_max_num_queries):
    source = 'source = "https://lumen.example/"\nseen = 2026-10-07\nbasis = "vendor"\n'
    many = LUMEN + "".join(
        f'[[products.facts]]\nattribute = "incident"\nvalue = "No. {number}."\n{source}'
        for number in range(400)
    )
    write_catalog(tmp_path, lumen=many)
    with django_assert_max_num_queries(60):
        assert load_catalog(tmp_path, today=FIRST)
    with django_assert_max_num_queries(36):
        assert not load_catalog(tmp_path, again=True, today=FIRST)


def test_files_that_were_loaded_last_are_not_read_again(tmp_path, django_assert_num_queries):
    folder = write_catalog(tmp_path, lumen=LUMEN)
    load_catalog(folder)
    with django_assert_num_queries(2):
        assert not load_catalog(folder)

    Vendor.objects.update(name="Changed by hand")
    assert not load_catalog(folder)
    assert load_catalog(folder, again=True).vendors == ("lumen",)


def test_what_is_kept_here_is_told_without_reading_the_files_again(tmp_path):
    add_local_product("lumen/draft", "Ours", "Ours", [local_identifier(IdentifierKind.NAME, "Ours")])
    folder = write_catalog(tmp_path, lumen=LUMEN)
    assert load_catalog(folder).kept_local == load_catalog(folder).kept_local == ("lumen/draft",)
    assert RiskFact.objects.filter(product__isnull=False).count() == 0


def test_another_catalog_is_read_whatever_was_loaded_before(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    load_catalog(write_catalog(one, lumen=LUMEN))
    load_catalog(write_catalog(other, acme=ACME))
    assert CatalogState.objects.get().files
    load_catalog(one)
    assert not Product.objects.get(key="lumen/draft").withdrawn


@pytest.mark.parametrize("change", [{"source": ""}, {"basis": "hearsay"}, {"since": date(2026, 1, 2)}])
def test_the_database_refuses_what_the_files_could_not_say(tmp_path, change):
    load(tmp_path)
    fact = RiskFact.objects.get(attribute="owner.country")
    fields = {"until": date(2026, 1, 1)} | change
    with pytest.raises(IntegrityError), transaction.atomic():
        RiskFact.objects.filter(pk=fact.pk).update(**fields)


@pytest.mark.once  # it reads the whole shipped catalog twice, which no database changes
def test_the_command_counts_facts_that_changed():
    first, second, third = StringIO(), StringIO(), StringIO()
    call_command("load_catalog", stdout=first)
    call_command("load_catalog", stdout=second)
    call_command("load_catalog", "--again", stdout=third)
    assert "facts of " in first.getvalue()
    assert "nothing changed" in second.getvalue()
    assert "nothing changed" in third.getvalue()


def test_no_price_ends_before_it_begins(tmp_path):
    load_catalog(write_catalog(tmp_path, lumen=LUMEN))
    price = Price.objects.get()
    with pytest.raises(IntegrityError, match="price_ends_after_it_begins"), transaction.atomic():
        Price.objects.filter(pk=price.pk).update(since=date(2026, 5, 2), until=date(2026, 5, 1))
    Price.objects.filter(pk=price.pk).update(since=date(2026, 5, 1), until=date(2026, 5, 1))
