"""What would change an answer is found by asking, and said only where it does."""

from __future__ import annotations

import pytest

from vendors.matching import Channel, Decision, Matcher, describe
from vendors.matching.catalog import (
    CatalogEntries,
    IdentifierEntry,
    IdentifierKind,
    ProductEntry,
    Scope,
    Strength,
    VendorEntry,
)
from vendors.matching.counterfactuals import Change, counterfactuals


def identifier(kind: IdentifierKind, value: str, strength: Strength) -> IdentifierEntry:
    return IdentifierEntry("acme", "acme/lantern", kind, value, strength, Scope.DEDICATED)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    """One tool whose name is a word."""
    return Matcher(
        CatalogEntries(
            vendors=(VendorEntry("acme", "Acme"),),
            products=(ProductEntry("acme/lantern", "acme", "Lantern", "lantern.example"),),
            identifiers=(
                identifier(IdentifierKind.NAME, "Lantern", Strength.COMMON),
                identifier(IdentifierKind.DOMAIN, "lantern.example", Strength.DISTINCTIVE),
            ),
        )
    )


def test_a_common_word_says_what_would_make_it_the_tool(matcher):
    asked = describe("card", "LANTERN OSLO NO")
    assert matcher.recognise(asked).decision != Decision.MATCH
    found = {one.change: one for one in counterfactuals(matcher, asked, "lantern.example")}
    assert found[Change.DOMAIN].recognition.product == "acme/lantern"
    assert found[Change.DOMAIN].value == "lantern.example"
    assert found[Change.SOFTWARE_CATEGORY].recognition.decision == Decision.MATCH
    assert Change.WITHOUT_CATEGORY not in found  # it has none


def test_a_category_that_speaks_against_it_is_named(matcher):
    asked = describe("card", "LANTERN LANTERN.EXAMPLE", mcc="5812")
    found = {one.change: one for one in counterfactuals(matcher, asked, "lantern.example")}
    assert found[Change.WITHOUT_CATEGORY].recognition.decision == Decision.MATCH
    assert found[Change.SOFTWARE_CATEGORY].recognition.decision == Decision.MATCH
    assert Change.RESTAURANT_CATEGORY not in found  # it has one of these


def test_what_is_certain_changes_by_little(matcher):
    assert counterfactuals(matcher, describe("domain", "lantern.example"), "lantern.example") == ()


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("text", ["", "🙂🙂", "lantern", "x" * 100_000])
def test_any_text_is_answered(matcher, channel, text):
    asked = describe(channel, text)
    now = matcher.recognise(asked)
    for one in counterfactuals(matcher, asked, "lantern.example"):
        assert (one.recognition.decision, one.recognition.product) != (now.decision, now.product) or (
            one.recognition.vendor != now.vendor
        )
