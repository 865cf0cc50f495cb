"""A text as it came is shown in parts, each with what it was taken for; the candidates with their grounds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.small_catalog import ENTRIES
from vendors.matching import Channel, Matcher, describe

MATCHER = Matcher(ENTRIES)


def parts(channel: str, text: str) -> list[tuple[str, str]]:
    return [(part.text, part.kind.value) for part in MATCHER.parts(describe(channel, text), text)]


@pytest.mark.parametrize(
    ("channel", "text", "expected"),
    [
        (
            "card",
            "PAYPAL *OPENAI CHATGPT 4029357733 CA",
            [
                ("PAYPAL *", "carrier"),
                ("OPENAI", "name"),
                ("CHATGPT", "name"),
                ("4029357733", "phone"),
                ("CA", "place"),
            ],
        ),
        ("card", "ANYSPHERE INC", [("ANYSPHERE INC", "name")]),
        ("card", "ZORBLAXO AI TALLINN EE", [("ZORBLAXO AI", "word"), ("TALLINN EE", "place")]),
        (
            "card",
            "GRAMMARLY 12.10.2026 R7741X99 29,00",
            [
                ("GRAMMARLY", "name"),
                ("12.10.2026", "date"),
                ("R7741X99", "reference"),
                ("29,00", "amount"),
            ],
        ),
        (
            "bank",
            "KARTENZAHLUNG GRAMMARLY INC",
            [("KARTENZAHLUNG", "added"), ("GRAMMARLY", "name"), ("INC", "legal")],
        ),
        ("sso_app", "Grammarly (SAML)", [("Grammarly", "name"), ("(SAML)", "added")]),
    ],
)
def test_a_text_is_cut_into_what_its_parts_were_taken_for(channel, text, expected):
    assert parts(channel, text) == expected


def test_a_name_says_whose_it_is_and_how_it_stands_there():
    cut = MATCHER.parts(describe("card", "PAYPAL *GRAMMARL"), "PAYPAL *GRAMMARL")
    assert [(part.note, part.how) for part in cut] == [("PayPal", ""), ("Grammarly", "cut")]


@settings(max_examples=200)
@given(st.sampled_from(list(Channel)), st.text(max_size=60))
def test_the_parts_are_the_whole_text(channel, text):
    whole = "".join(part.text for part in MATCHER.parts(describe(channel, text), text))
    assert "".join(whole.split()) == "".join(text.split())


def test_candidates_come_with_grounds_and_what_speaks_against_them():
    found = MATCHER.consider(describe("card", "GRAMMARLY KIEV", mcc="5812"))
    assert found[0].product == "grammarly/grammarly"
    assert found[0].grounds
    recognised = MATCHER.recognise(describe("card", "OPENAI *CHATGPT SUBSCR CA"))
    first = MATCHER.consider(describe("card", "OPENAI *CHATGPT SUBSCR CA"))[0]
    assert (first.product, first.score) == (recognised.product, recognised.score)
    assert MATCHER.consider(describe("card", "TRATTORIA DA GINO")) == ()
