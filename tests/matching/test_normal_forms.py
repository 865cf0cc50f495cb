"""Normal forms of many texts at once are those of each text by itself."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendors.matching import NormalForms, normal_form
from vendors.matching import normal_forms as module

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


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_a_text_among_others_has_the_form_that_it_has_alone(texts):
    forms = NormalForms()
    alone = list(map(normal_form, texts))
    assert forms.of(texts) == alone
    assert forms.of(texts) == alone  # remembered


def test_the_texts_of_the_corpus_have_the_forms_that_they_have_alone():
    texts = []
    for path in sorted(CORPUS.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            texts += [
                cell for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) for cell in row
            ]
    assert len(texts) > 10_000
    assert NormalForms().of(texts) == list(map(normal_form, texts))


def test_no_more_is_remembered_than_is_said(monkeypatch):
    monkeypatch.setattr(module, "_REMEMBERED", 3)
    forms = NormalForms()
    names = ["alpha", "beta", "gamma", "delta", "epsilon"]
    assert forms.of([f"{name} {number}0000" for number, name in enumerate(names)]) == names
    assert len(forms._remembered) == 2
