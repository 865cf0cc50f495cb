"""Rules of a company's own: what they fit, which goes first, and that nothing makes them slow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendors.matching import Descriptor, describe
from vendors.matching.patterns import Fits, Rule, Rules, WrongPattern, pattern


def rules(*written: tuple[str, ...]) -> Rules:
    return Rules(Rule(n, pattern(*one), f"answer {n}") for n, one in enumerate(written, start=1))


def answer(of: Rules, channel: str, text: str, **more: str) -> str:
    found = of.find(describe(channel, text, **more))
    return found.answer if found else ""


@pytest.mark.parametrize(
    ("written", "channel", "text", "fits"),
    [
        (("words", "tool acme"), "card", "ACME GMBH 4471 THE TOOL", True),
        (("words", "tool acme"), "card", "ACME TOOLS", False),  # whole words only
        (("beginning", "Acme *Tool"), "card", "ACME * TOOL 2026-03-04 BERLIN", True),
        (("beginning", "acme tool"), "card", "THE ACME TOOL", False),
        (("words", "acme", "bank"), "card", "ACME", False),
        (("words", "acme", "bank"), "bank", "ACME", True),
        (("host", "https://acme.example/x"), "domain", "api.acme.example", True),
        (("host", "acme.example"), "domain", "notacme.example", False),
        (("words", "acme"), "domain", "acme.example", False),  # a host has no words
        (("words", "élan tòol"), "expense", "Tool Elan", True),
        (("words", "生成ツール"), "card", "acme 生成ツール 東京", True),
    ],
)
def test_whole_words_of_the_normal_form_are_compared(written, channel, text, fits):
    assert bool(answer(rules(written), channel, text)) is fits


def test_a_client_id_fits_exactly_and_a_host_beside_a_text_too():
    own = rules(("client_id", "123.apps"), ("host", "acme.example"))
    assert answer(own, "oauth", "Anything", client_id="123.apps") == "answer 1"
    assert answer(own, "oauth", "Anything", client_id="123.apps.more") == ""
    assert answer(own, "sso_app", "Anything", url="https://login.acme.example/") == "answer 2"


def test_what_asks_more_goes_first_and_of_equals_the_newer():
    own = rules(("words", "acme"), ("words", "acme tool"), ("words", "acme"), ("words", "acme", "card"))
    assert answer(own, "card", "ACME TOOL") == "answer 2"
    assert answer(own, "card", "ACME SHOP") == "answer 4"  # of a channel only
    assert answer(own, "bank", "ACME SHOP") == "answer 3"


@pytest.mark.parametrize("text", ["", "ab", "2026-03-04", "*-*", " ".join("abcdefghi"), "x" * 300])
def test_what_says_too_little_or_too_much_is_no_pattern(text):
    for fits in Fits:
        if fits == Fits.CLIENT_ID and len(text) > 2 and " " not in text and len(text) < 200:
            continue
        with pytest.raises(WrongPattern):
            pattern(fits, text)


@settings(max_examples=60)
@given(st.sampled_from(Fits), st.text(max_size=250), st.text(max_size=60))
def test_whatever_is_written_is_a_pattern_or_refused_in_a_sentence(fits, text, other):
    try:
        made = pattern(fits, text)
    except WrongPattern:
        return
    own = Rules([Rule(1, made, "answer")])
    own.find(describe("card", other))
    words = " ".join(made.words)
    asked = {
        Fits.HOST: Descriptor("domain", made.shown),
        Fits.CLIENT_ID: Descriptor("oauth", "", client_id=words),
    }.get(fits, Descriptor("card", words))
    assert own.find(asked)


_WORDS = st.lists(st.sampled_from(["acme", "tool", "berlin", "gmbh", "ai"]), min_size=1, max_size=4)
_WRITTEN = st.tuples(st.sampled_from(["words", "beginning"]), _WORDS, st.sampled_from(["", "card", "bank"]))


@settings(max_examples=40)
@given(st.lists(_WRITTEN, max_size=6), _WORDS, st.randoms(use_true_random=False))
def test_the_order_of_rules_is_nothing_and_each_is_found_as_if_it_were_alone(written, words, chance):
    own = []
    for number, (fits, wanted, channel) in enumerate(written):
        if sum(map(len, wanted)) >= 3:
            own.append(Rule(number, pattern(fits, " ".join(wanted), channel), str(number)))
    asked = Descriptor("card", " ".join(words))
    alone = {rule.number for rule in own if Rules([rule]).find(asked)}
    shuffled = list(own)
    chance.shuffle(shuffled)
    found = list(Rules(shuffled).all(asked))
    assert {rule.number for rule in found} == alone
    assert found == list(Rules(own).all(asked))


def test_neither_many_rules_of_one_word_nor_a_long_text_costs_more_than_its_words(monkeypatch):
    own = Rules(Rule(n, pattern("words", f"acme word{chr(97 + n % 26)}x"), "") for n in range(500))
    compared = []
    from vendors.matching import patterns

    fit = patterns._fit
    monkeypatch.setattr(patterns, "_fit", lambda *asked: compared.append(1) or fit(*asked))
    assert own.find(Descriptor("card", "nothing of it " * 10_000)) is None
    assert compared == []
    assert own.find(Descriptor("card", "acme " * 10_000)) is None
    assert len(compared) <= 500
