"""Loading brings the database in line with the files, and touches nothing else."""

import json
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command

from tests.vendors.folders import ACME, write_catalog
from vendors.catalog_files import InvalidCatalog, read_catalog
from vendors.catalog_index import catalog_version, load_entries, load_matcher, names
from vendors.load import load_catalog, store_catalog
from vendors.local import add_local_product, local_identifier
from vendors.matching import Decision, describe
from vendors.matching.catalog import IdentifierKind, Strength
from vendors.models import Capability, Identifier, Origin, Product

pytestmark = pytest.mark.django_db

ZENITH = """
name = "Zenith"
source = "written for a test"
[[products]]
key = "zenith/notes"
name = "Zenith Notes"
capabilities = ["meeting-notes"]
names = ["Zenith Notes"]
"""


def test_the_database_then_says_what_the_files_say(tmp_path):
    folder = write_catalog(tmp_path)
    changes = load_catalog(folder)

    from_files = read_catalog(folder).entries()
    stored = load_entries()
    assert changes.added == ("acme/brightchat",)
    assert set(stored.vendors) == set(from_files.vendors)
    assert set(stored.products) == set(from_files.products)
    assert set(stored.identifiers) == set(from_files.identifiers)
    product = Product.objects.get(key="acme/brightchat")
    assert [c.capability.key for c in product.capability_links.select_related("capability")] == [
        "general-chat",
        "meeting-notes",
    ]


def test_the_shipped_catalog_survives_the_way_through_the_database(shipped_catalog):
    store_catalog(shipped_catalog)
    stored, from_files = load_entries(), shipped_catalog.entries()
    assert set(stored.products) == set(from_files.products)
    assert set(stored.identifiers) == set(from_files.identifiers)


def test_loading_again_changes_nothing(tmp_path, django_assert_max_num_queries):
    folder = write_catalog(tmp_path)
    first = load_catalog(folder)
    with django_assert_max_num_queries(36):
        second = load_catalog(folder, again=True)

    assert first
    assert not second
    assert not load_catalog(folder)
    assert second.version == first.version == catalog_version()


def test_loading_asks_the_database_for_many_rows_at_a_time(shipped_catalog, django_assert_max_num_queries):
    alone = [v for v in shipped_catalog.vendors if not any(p.replaced_by for p in v.products)]
    with django_assert_max_num_queries(60):
        changes = store_catalog(replace(shipped_catalog, vendors=tuple(alone[:350])))
    assert len(changes.added) >= 350


def test_what_changed_in_the_files_changes_here(tmp_path):
    before = load_catalog(write_catalog(tmp_path)).version
    changed = (
        ACME.replace('name = "Brightchat"', 'name = "Brightchat Pro"')
        .replace('["general-chat", "meeting-notes"]', '["meeting-notes", "general-chat"]')
        .replace('"common"', '"distinctive"')
        .replace('domains = ["brightchat.com"]', 'domains = ["brightchat.ai"]')
    )
    changes = load_catalog(write_catalog(tmp_path, acme=changed, zenith=ZENITH))

    assert (changes.added, changes.changed) == (("zenith/notes",), ("acme/brightchat",))
    assert changes.version != before
    product = Product.objects.get(key="acme/brightchat")
    assert product.name == "Brightchat Pro"
    assert product.capability_links.get(position=0).capability.key == "meeting-notes"
    assert set(product.identifiers.values_list("value", "strength")) == {
        ("Brightchat", "distinctive"),
        ("Lantern", "distinctive"),
        ("brightchat.ai", "distinctive"),
    }


def test_a_changed_vendor_identifier_is_reported_and_changes_the_version(tmp_path):
    before = load_catalog(write_catalog(tmp_path)).version
    changes = load_catalog(write_catalog(tmp_path, acme=ACME.replace("Acme Robotics", "Acme Robots")))

    assert changes.vendors == ("acme",)
    assert not changes.changed
    assert changes.version != before


def test_a_product_that_vanished_is_withdrawn_not_deleted(tmp_path):
    load_catalog(write_catalog(tmp_path, acme=ACME, zenith=ZENITH))
    changes = load_catalog(write_catalog(tmp_path))

    assert changes.withdrawn == ("zenith/notes",)
    assert Product.objects.get(key="zenith/notes").withdrawn
    assert "zenith/notes" not in {p.key for p in load_entries().products}
    assert "zenith/notes" not in {i.product for i in load_entries().identifiers}
    assert names()["zenith/notes"].product_name == "Zenith Notes"

    back = load_catalog(write_catalog(tmp_path, acme=ACME, zenith=ZENITH))
    assert back.changed == ("zenith/notes",)
    assert "zenith/notes" in {p.key for p in load_entries().products}


def test_a_capability_that_vanished_goes_when_nothing_uses_it(tmp_path):
    load_catalog(write_catalog(tmp_path))
    Capability.objects.create(key="juggling", name="Juggling", group="Assist")
    assert load_catalog(write_catalog(tmp_path), again=True).capabilities == ("juggling",)
    assert not Capability.objects.filter(key="juggling").exists()


def test_a_faulty_catalog_changes_nothing(tmp_path):
    version = load_catalog(write_catalog(tmp_path)).version
    faulty = ACME.replace('"Brightchat", {', '"Claude", {')

    with pytest.raises(InvalidCatalog, match="Claude"):
        load_catalog(write_catalog(tmp_path, acme=faulty, zenith=ZENITH))

    assert catalog_version() == version
    assert not Product.objects.filter(key="zenith/notes").exists()


def test_the_command_says_what_changed():
    first, second = StringIO(), StringIO()
    call_command("load_catalog", stdout=first)
    call_command("load_catalog", stdout=second)
    assert "products added" in first.getvalue()
    assert "nothing changed" in second.getvalue()


# --- a company's own products -----------------------------------------------------------------------


def add_brightloom(**more):
    return add_local_product(
        "brightloom/studio",
        "Brightloom Studio",
        "Brightloom",
        [local_identifier(IdentifierKind.NAME, "Brightloom Studio")],
        **more,
    )


def test_an_added_product_is_recognised_at_once(tmp_path):
    load_catalog(write_catalog(tmp_path))
    before = catalog_version()
    question = describe("card", "BRIGHTLOOM STUDIO")
    assert load_matcher().recognise(question).product is None

    add_brightloom()

    assert catalog_version() != before
    answer = load_matcher().recognise(question)
    assert (answer.decision, answer.product) == (Decision.MATCH, "brightloom/studio")
    assert names()["brightloom/studio"] == ("Brightloom Studio", "brightloom", "Brightloom", "")


def test_loading_leaves_what_was_added_here_alone(tmp_path):
    folder = write_catalog(tmp_path)
    load_catalog(folder)
    add_brightloom(domain="brightloom.example", capabilities=["general-chat"])
    version = catalog_version()

    changes = load_catalog(folder)

    assert not changes
    assert changes.version == version
    product = Product.objects.get(key="brightloom/studio")
    assert (product.origin, product.withdrawn) == (Origin.LOCAL, False)
    assert product.identifiers.count() == 1
    assert product.capability_links.count() == 1


def test_a_key_added_here_stays_when_the_catalog_gets_it_too(tmp_path):
    load_catalog(write_catalog(tmp_path))
    add_local_product(
        "zenith/notes", "Our Notes", "Our Zenith", [local_identifier(IdentifierKind.NAME, "Our Notes")]
    )
    changes = load_catalog(write_catalog(tmp_path, acme=ACME, zenith=ZENITH))

    assert changes.kept_local == ("zenith/notes",)
    assert Product.objects.get(key="zenith/notes").name == "Our Notes"
    assert list(Identifier.objects.filter(product__key="zenith/notes").values_list("value", flat=True)) == [
        "Our Notes"
    ]


def test_what_was_added_here_wins_over_the_catalogs_claim_on_the_same_words(tmp_path):
    load_catalog(write_catalog(tmp_path))
    add_local_product(
        "own/brightchat", "Our fork", "Own", [local_identifier(IdentifierKind.NAME, "BRIGHT CHAT")]
    )
    assert load_matcher().recognise(describe("expense", "Brightchat")).product == "own/brightchat"


def test_adding_again_replaces_what_was_said_before():
    add_brightloom()
    add_local_product(
        "brightloom/studio",
        "Brightloom",
        "Brightloom",
        [local_identifier(IdentifierKind.DOMAIN, "brightloom.example", Strength.DISTINCTIVE)],
    )
    product = Product.objects.get(key="brightloom/studio")
    assert list(product.identifiers.values_list("kind", "value")) == [("domain", "brightloom.example")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key": "Bright Loom"}, "is not a key"),
        ({"key": "acme/brightchat"}, "shipped catalog"),
        ({"identifiers": []}, "at least one"),
        ({"identifiers": [local_identifier(IdentifierKind.NAME, "  ")]}, "at least one"),
        ({"capabilities": ["juggling"]}, "'juggling'"),
    ],
)
def test_what_cannot_be_added_is_refused_with_a_reason(tmp_path, change, words):
    load_catalog(write_catalog(tmp_path))
    version = catalog_version()
    product = {
        "key": "own/tool",
        "name": "Tool",
        "vendor_name": "Own",
        "identifiers": [local_identifier(IdentifierKind.NAME, "Own Tool")],
    } | change

    with pytest.raises(ValueError, match=words):
        add_local_product(**product)

    assert catalog_version() == version
    assert not Product.objects.filter(origin=Origin.LOCAL).exists()


def test_the_matcher_is_built_once_per_version(tmp_path, django_assert_num_queries):
    load_catalog(write_catalog(tmp_path))
    matcher = load_matcher()
    with django_assert_num_queries(1):
        assert load_matcher() is matcher


def test_the_matcher_is_scored_on_the_projects_own_rows_unless_others_are_named(tmp_path):
    load_catalog(write_catalog(tmp_path))
    own, rows = StringIO(), tmp_path / "rows.tsv"
    call_command("evaluate", "--json", stdout=own)
    assert json.loads(own.getvalue())["rows"] > 1_000
    rows.write_text("id\tchannel\ttext\texpected\nA1\tcard\tBRIGHTCHAT\tacme/brightchat\n")
    named = StringIO()
    call_command("evaluate", str(rows), "--json", stdout=named)
    assert json.loads(named.getvalue())["rows"] == 1
