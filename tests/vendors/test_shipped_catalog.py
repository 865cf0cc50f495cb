"""What people rely on in the data that ships."""

import csv
from pathlib import Path

import pytest

from discovery.connectors.package_urls import package_url
from vendors.catalog_files import WORDS, folded, problems
from vendors.matching.catalog import IdentifierKind, Scope, Strength

KEYS = Path(__file__).resolve().parents[3] / "shared" / "matching" / "keys.tsv"

#: Payment processors, stores and a plan that is not AI: no part of a catalog of AI vendors.
NOT_IN_THE_CATALOG = {
    "2checkout",
    "aws",
    "fastspring",
    "google/google-one",
    "lemonsqueezy",
    "paddle",
    "paypal",
    "stripe",
}


@pytest.fixture(scope="module")
def catalog(shipped_catalog):
    return shipped_catalog


def test_the_shipped_catalog_is_sound(catalog):
    assert problems(catalog) == []


def test_it_covers_what_companies_meet(catalog):
    assert sum(1 for _ in catalog.products()) >= 4_000
    assert len(catalog.vendors) >= 3_800


def test_nearly_every_product_is_recognised_by_the_name_that_people_read(catalog):
    words = frozenset(WORDS)
    products = [product for _, product in catalog.products()]
    nameless = [
        product.key
        for product in products
        if folded(IdentifierKind.NAME, product.name)
        not in {folded(i.kind, i.value) for i in product.identifiers if i.kind in words}
    ]
    assert len(nameless) <= 0.05 * len(products), nameless


def test_packages_are_named_as_connectors_name_them(catalog):
    packages = {
        identifier.value: product.key
        for _, product in catalog.products()
        for identifier in product.identifiers
        if identifier.kind == IdentifierKind.CLIENT_ID and identifier.value.startswith("pkg:")
    }
    assert [value for value in packages if package_url(value) != value] == []
    assert packages["pkg:pypi/openai"] == "openai/api"
    assert packages[package_url("pkg:npm/%40anthropic-ai/sdk@0.30.0")] == "anthropic/api"
    assert packages["pkg:npm/@aws-sdk/client-bedrock-runtime"] == "amazon/bedrock"


def test_every_capability_has_a_product(catalog):
    used = {c for _, product in catalog.products() for c in product.capabilities}
    unused = {c.key for c in catalog.capabilities} - used
    assert unused <= {"test-generation-only"} | UNSERVED, unused - UNSERVED


#: Known to the taxonomy; the catalog has no product that does it yet.
UNSERVED: set[str] = set()


@pytest.mark.skipif(not KEYS.exists(), reason="the list of agreed keys is not beside the project")
def test_every_agreed_key_is_there(catalog):
    with KEYS.open(encoding="utf-8") as rows:
        agreed = {row["key"] for row in csv.DictReader(rows, delimiter="\t")}
    keys = {v.key for v in catalog.vendors} | {p.key for _, p in catalog.products()}
    assert agreed - keys == NOT_IN_THE_CATALOG


@pytest.mark.parametrize(
    "vendor", ["microsoft", "google", "adobe", "notion", "canva", "github", "amazon", "slack", "zoom"]
)
def test_a_suite_vendor_alone_is_no_evidence_of_ai(catalog, vendor):
    found = next(v for v in catalog.vendors if v.key == vendor)
    assert found.identifiers
    assert {i.scope for i in found.identifiers} == {Scope.SHARED}


@pytest.mark.parametrize(
    "key",
    [
        "ada/ada",
        "anthropic/claude",
        "bolt-new/bolt",
        "clay/clay",
        "cognition/devin",
        "cursor/cursor",
        "dust/dust",
        "elicit/elicit",
        "fathom/fathom",
        "gamma/gamma",
        "granola/granola",
        "harvey/harvey",
        "jasper/jasper",
        "lindy/lindy",
        "otter/otter",
        "poe/poe",
        "replicate/replicate",
        "runway/runway",
        "tome/tome",
        "writer/writer",
    ],
)
def test_a_name_that_is_also_a_word_is_no_evidence_alone(catalog, key):
    product = next(p for _, p in catalog.products() if p.key == key)
    own = product.key.partition("/")[2]
    names = [i for i in product.identifiers if i.kind == IdentifierKind.NAME and i.value.casefold() == own]
    assert [i.strength for i in names] == [Strength.COMMON]


def test_every_product_can_be_recognised_by_something(catalog):
    assert [p.key for _, p in catalog.products() if not p.identifiers] == []
