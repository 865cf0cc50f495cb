"""Descriptors of many texts at once are those of each text by itself."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendors.matching import Descriptors, describe, normal_form
from vendors.matching import descriptors as module

pytestmark = pytest.mark.once

CORPUS = Path(__file__).parents[1] / "corpus"
#: What stands in statements beside what unique words are made of: every branch of both ways.
_PIECES = st.one_of(
    st.sampled_from(
        [
            "0A1B2C3D4",
            "402-935-7733",
            "#00417",
            "365",
            "360",
            "360,",
            "ADS4471029381",
            "AB1234",
            "n8n",
            "11x",
            "*",
            "-",
            "–",
            "a*",
            "SQ*",
        ]
    ),
    st.sampled_from(
        [
            "Gamma",
            "é",
            "ﬁ",
            "ß",
            "＊",
            "１２３",
            "①",
            ".ai",
            "24.ai",
            "CA5.00",
            "1.234,56",
            "12345",
            "x9x9x9x9",
            "@",
            "™",
            "İ",
            "日本",
            "ABC12345",
        ]
    ),
    st.sampled_from(["abc1234d", "A", "1", "/", "_", "365x", "1234*", "*1234", "é*1234A", "a.b*12A34"]),
    st.sampled_from(["\u200b", "\u0301", " ", "  ", "\t", "\n", "\u00a0"]),
)
_TEXTS = st.lists(
    st.one_of(
        st.lists(_PIECES, max_size=8).map("".join),
        st.lists(_PIECES, max_size=8).map(" ".join),
        st.text(st.characters(max_codepoint=0x17F), max_size=30),
        st.text("AB1234*- .", max_size=24),
        st.text(max_size=20),
    ),
    max_size=4,
)


def together(texts: list[str]) -> list[str]:
    return [one.form for one in Descriptors("card").of(texts, [""] * len(texts), [""] * len(texts))]


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_a_text_among_others_has_the_form_that_it_has_alone(texts):
    alone = list(map(normal_form, texts))
    assert together(texts) == alone
    assert together(texts * 2) == alone * 2


def test_the_texts_of_the_corpus_have_the_forms_that_they_have_alone():
    texts = []
    for path in sorted(CORPUS.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            texts += [
                cell for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) for cell in row
            ]
    assert len(texts) > 10_000
    assert together(texts) == list(map(normal_form, texts))


def test_category_and_address_are_of_the_descriptor_and_alike_ones_are_one():
    texts = ["CAFE 1234", "CAFE #99", "CAFE 1234"]
    one, alike, other = Descriptors("card").of(
        texts, ["5812", "5812", ""], ["", "", "https://cafe.example/x"]
    )
    assert one is alike
    assert one == describe("card", texts[0], mcc="5812")
    assert other == describe("card", texts[2], url="https://cafe.example/x")


def test_no_more_is_remembered_than_is_said(monkeypatch):
    monkeypatch.setattr(module, "_REMEMBERED", 3)
    found = Descriptors("card")
    names = ["alpha", "beta", "gamma", "delta", "epsilon"]
    texts = [f"{name} {number}0000" for number, name in enumerate(names)]
    assert [one.form for one in found.of(texts, [""] * 5, [""] * 5)] == names
    assert len(found._remembered) == 2
