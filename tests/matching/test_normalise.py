"""The normal form: what is unique to a row goes, what recognition needs stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendors.matching import describe
from vendors.matching.normalise import host_of, normal_form

_STATEMENT_LIKE = st.text(alphabet="aAbnN1280.,-*/#:;( )xX%@é'_\t", max_size=40)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("OPENAI *CHATGPT SUBSCR 4158799686 CA", "OPENAI *CHATGPT SUBSCR +14158799686 CA"),
        ("MICROSOFT#G172123598 MSBILL.INFO", "Microsoft#G174400912  msbill.info"),
        ("CARTE 12/03 DEEPL 20,00 EUR", "CARTE 28/11 DEEPL 1.120,50 EUR"),
        ("GRAMMARLY COQF3P8", "GRAMMARLY CO7YQKR2D"),
        ("IKEA #0412 MALMO", "IKEA 08812 MALMO"),
        ("ANTHROPIC.COM CA5.00", "ANTHROPIC.COM CA25.00"),
        ("DEEPL SE//KOELN/DE 2026-09-12T10:21", "DEEPL SE//KOELN/DE 2026-10-01T08:00"),
        ("GOOGLE *ADS4471029381", "GOOGLE *ADS9920411"),
        ("Café Zoë", "CAFE ZOE"),
    ],
)
def test_rows_of_one_merchant_have_one_form(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(
    "name", ["11x.ai", "n8n", "v0", "15five", "tl;dv", "base44", "8x8", "h2o.ai", "microsoft 365", "24.ai"]
)
def test_digits_of_names_stay(name: str) -> None:
    assert normal_form(f"{name.upper()} 94107 12.00") == name


def test_full_width_writing_reads_as_latin() -> None:
    assert normal_form("ＯＰＥＮＡＩ　＊ＣＨＡＴＧＰＴ　２２．００") == "openai *chatgpt"


def test_kana_keep_their_marks() -> None:
    assert normal_form("ディープエル") == "ディープエル"


def test_what_does_not_print_is_removed() -> None:
    assert normal_form("Chat\u200bGPT\x00") == "chatgpt"
    assert normal_form("\x07\ufffd\u200b") == ""


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=40), _STATEMENT_LIKE), st.sampled_from(["card", "network", "sso_app"]))
def test_describing_a_form_again_changes_nothing(text: str, channel: str) -> None:
    once = describe(channel, text)
    assert describe(channel, once.form) == once


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("GET https://gemini.google.com/app?session=private 200", "gemini.google.com"),
        ("CONNECT acme.openai.azure.com:443", "acme.openai.azure.com"),
        ("DNS A www.Chatbase.CO", "chatbase.co"),
        ("chat.openai.com.", "chat.openai.com"),
    ],
)
def test_a_network_line_is_its_host_and_nothing_private(text: str, host: str) -> None:
    assert describe("network", text).form == host


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.gamma.app/pricing", "gamma.app"),
        ("Gamma.App", "gamma.app"),
        ("http://[broken", ""),
        ("n/a", ""),
        ("", ""),
    ],
)
def test_host_of_a_url(url: str, host: str) -> None:
    assert host_of(url) == host


def test_a_category_that_is_none_is_left_out() -> None:
    assert describe("card", "x", mcc="5734").mcc == "5734"
    assert describe("card", "x", mcc="n/a").mcc == ""
