"""Names that are spelt nearly as somebody typed them."""

from __future__ import annotations

import pytest

from inventory.spelling import spelt_like

NAMES = [
    ("openai/chatgpt", "ChatGPT"),
    ("openai/chatgpt", "OpenAI"),
    ("perplexity/perplexity", "Perplexity"),
    ("anthropic/claude", "Claude"),
    ("anthropic/claude", "Anthropic"),
    ("miro/ai", "Miro AI"),
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chatgtp", "openai/chatgpt"),  # moved
        ("Perplexty", "perplexity/perplexity"),  # left out
        ("perplx", "perplexity/perplexity"),  # while one types
        ("antropic", "anthropic/claude"),  # by its maker
        ("  claud ", "anthropic/claude"),
    ],
)
def test_a_slip_finds_the_name_that_was_meant(typed, meant):
    assert spelt_like(typed, NAMES)[0] == meant


@pytest.mark.parametrize("typed", ["", "cla", "zorblaxo", "payroll", "chat room for teams"])
def test_another_word_finds_none(typed):
    assert spelt_like(typed, NAMES) == []


def test_the_nearest_comes_first_and_five_are_enough():
    names = [(f"maker/{letter}", f"Clau{letter}e") for letter in "bcdefgh"]
    found = spelt_like("claude", names)
    assert found[0] == "maker/d"
    assert len(found) == 5
