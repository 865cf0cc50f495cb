"""What people rely on: plain cases are booked, ordinary words are not, doubt goes to a person."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.small_catalog import ENTRIES
from vendors.matching import Channel, Decision, Matcher, NoneBecause, Recognition, describe

MATCHER = Matcher(ENTRIES)


def ask(channel: str, text: str, **more: str) -> Recognition:
    return MATCHER.recognise(describe(channel, text, **more))


def booked(channel: str, text: str, **more: str) -> str | None:
    answer = ask(channel, text, **more)
    return (answer.product or answer.vendor) if answer.decision == Decision.MATCH else None


@pytest.mark.parametrize(
    ("channel", "text", "tool"),
    [
        ("card", "OPENAI *CHATGPT SUBSCR 4158799686 CA", "openai/chatgpt"),
        ("card", "PAYPAL *OPENAI *CHATGPT S", "openai/chatgpt"),
        ("card", "OPENAI OPENAI.COM CA", "openai"),
        ("card", "ANTHROPIC ANTHROPIC.COMCA", "anthropic"),
        ("card", "ANTHROPIC* CLAUDE SUB", "anthropic/claude"),
        ("card", "CLAUDE.AI SUBSCRI", "anthropic/claude"),
        ("card", "CURSOR, AI POWERED IDE", "cursor/cursor"),
        ("card", "CURSOR, AI POWERE", "cursor/cursor"),
        ("card", "ANYSPHERE INC", "cursor/cursor"),
        ("card", "PADDLE.NET* N8N CLOUD1 LONDON GB", "n8n/n8n"),
        ("card", "PADDLE.NET* GAMMA", "gamma/gamma"),
        ("card", "Gamma.app, San Francisco", "gamma/gamma"),
        ("card", "GITHUB, INC. COPILOT", "github/copilot"),
        ("card", "MICROSOFT*COPILOT PRO", "microsoft/copilot"),
        ("card", "MIDJOURNEY INC.        SOUTH SAN FRA CA", "midjourney/midjourney"),
        ("card", "MID JOURNEY", "midjourney/midjourney"),
        ("card", "GRAMMARL", "grammarly/grammarly"),
        ("bank", "Compra Openai *chatgpt Subscr, Dublin, Tarjeta 5489 , Comision 0,00", "openai/chatgpt"),
        ("bank", "DEEPL SE//KOELN/DE 2026-09-12T10:21 Debitk.12 2029-12", "deepl/deepl"),
        ("expense", "Abo Claude Pro (KI-Assistent)", "anthropic/claude"),
        ("expense", "AI note taker otter", "otter/otter"),
        ("expense", "Gramarly premium", "grammarly/grammarly"),
        ("expense", "chatpgt pro account", "openai/chatgpt"),
        ("expense", "Microosoft 365 Copilot", "microsoft/m365-copilot"),
        ("expense", "crédits API OpenAI", "openai/api"),
        ("expense", "licencia anual Copilot de GitHub", "github/copilot"),
        ("expense", "チャットGPT プラス 3月分", "openai/chatgpt"),
        ("expense", "ChatGPT for the restaurant menu", "openai/chatgpt"),
        ("procurement", "SHI INTL - GitHub Copilot Bus 50 seats", "github/copilot"),
        ("procurement", "Microsoft 365 Copilot, 60 licenses", "microsoft/m365-copilot"),
        ("sso_app", "Cursor", "cursor/cursor"),
        ("sso_app", "Claude for Work (Anthropic)", "anthropic/claude"),
        ("sso_app", "Otter (SAML)", "otter/otter"),
        ("sso_app", "D-ID - SSO Production", "did/studio"),
        ("oauth", "tl;dv: Meeting Recorder for Zoom", "tldv/tldv"),
        ("oauth", "Grammarly for Slack", "grammarly/grammarly"),
        ("domain", "chat.openai.com", "openai/chatgpt"),
        ("domain", "eu.api.openai.com", "openai/api"),
        ("domain", "openai.com", "openai"),
        ("network", "GET https://claude.ai/chat/1 200", "anthropic/claude"),
    ],
)
def test_plain_cases_are_booked(channel: str, text: str, tool: str) -> None:
    assert booked(channel, text) == tool


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        ("card", "CLAUDE'S BAKERY PORTLAND OR"),
        ("card", "GAMMA SPORTS PITTSBURGH PA"),
        ("card", "SQ *THE OTTER INN PUB"),
        ("card", "HARVEY NORMAN"),
        ("card", "MIDJOURNEY HOSTEL CUSCO"),
        ("card", "DEEP L SEA FISHING"),
        ("card", "COPILOT TRAVEL CENTER AUSTIN TX"),
        ("bank", "Überweisung Claude Dubois Miete"),
        ("expense", "Dinner with Claude Martin (Acme)"),
        ("expense", "lunch with OpenAI team"),
        ("expense", "Otter phone case for company phone"),
        ("expense", "New cursor - replacement mouse for the design desk"),
        ("procurement", "Gamma radiation detector"),
        ("sso_app", "Gamma Ray Radiology PACS"),
        ("oauth", "Custom Cursor for Chrome"),
        ("oauth", "AI Email Writer"),
    ],
)
def test_a_common_word_alone_is_no_evidence(channel: str, text: str) -> None:
    assert booked(channel, text) is None


def test_a_merchant_category_decides_for_a_name_that_stands_alone() -> None:
    assert ask("card", "CURSOR NEW YORK NY").decision == Decision.REVIEW
    assert booked("card", "CURSOR NEW YORK NY", mcc="5734") == "cursor/cursor"
    assert ask("card", "CURSOR NEW YORK NY", mcc="5812").none_because == NoneBecause.NOT_AI
    assert booked("card", "CURSOR FABRICS", mcc="5734") is None


def test_a_distinctive_name_under_an_ordinary_category_waits_for_a_person() -> None:
    assert ask("card", "MIDJOURNEY", mcc="5812").decision == Decision.REVIEW
    assert ask("card", "MIDJOURNEY RUNNING SHOES", mcc="5661").decision == Decision.NONE


@pytest.mark.parametrize(
    ("text", "carrier"),
    [
        ("APPLE.COM/BILL 866-712-7753 CA", "Apple"),
        ("PADDLE.NET* LISBON GB", "Paddle"),
        ("PAYPAL *PADDLE.NET 4029357733", "Paddle"),
        ("FS* FASTSPRING 877-327-8914 CA", "FastSpring"),
        ("LEMSQZY* STORE", "Lemon Squeezy"),
        ("GOOGLE *SERVICES G.CO/HELPPAY# CA", "Google"),
    ],
)
def test_a_carrier_with_nothing_behind_it_is_never_a_guess(text: str, carrier: str) -> None:
    answer = ask("card", text)
    assert (answer.none_because, answer.carrier) == (NoneBecause.CARRIER, carrier)
    assert answer.product is None
    assert answer.vendor is None


@pytest.mark.parametrize("text", ["", "   ", "12345 **", "???", "\u200b\x00", "4029357733"])
def test_a_text_without_words_is_unreadable(text: str) -> None:
    assert ask("card", text).none_because == NoneBecause.UNREADABLE


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        ("card", "MICROSOFT#G174400912 MSBILL.INFO WA"),
        ("procurement", "Microsoft 365 E3 - 300 seats, annual"),
        ("card", "GITHUB, INC."),
        ("domain", "microsoft.com"),
        ("network", "CONNECT update.microsoft.com:443"),
    ],
)
def test_a_suite_vendor_alone_is_not_ai(channel: str, text: str) -> None:
    answer = ask(channel, text)
    assert (answer.decision, answer.product, answer.vendor) == (Decision.NONE, None, None)


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        ("card", "STRIPE* ZEBRALENS AI"),
        ("card", "ZEBRALENS.AI"),
        ("oauth", "MeetingGPT"),
        ("sso_app", "Zebralens AI"),
        ("domain", "zebralens.ai"),
        ("expense", "AI tool subscription"),
    ],
)
def test_a_possible_tool_that_the_catalog_lacks_waits_for_a_person(channel: str, text: str) -> None:
    answer = ask(channel, text)
    assert (answer.decision, answer.product, answer.vendor) == (Decision.REVIEW, None, None)
    assert "catalog does not have" in answer.reasons[0]


@pytest.mark.parametrize(
    ("channel", "text", "mcc"),
    [
        ("card", "AI'S SUSHI & GRILL HONOLULU HI", "5812"),
        ("card", "RISTORANTE AI FRARI VENEZIA", ""),
        ("card", "AI WEIWEI EXHIBIT TICKETS", ""),
        ("card", "MAIN STREET PHARMACY", ""),
        ("card", "KAI LAI HOUSE", ""),
        ("bank", "Lufthansa Frankfurt", ""),
        ("expense", "book on AI", ""),
        ("expense", "Taxi Flughafen - Hotel", ""),
        ("sso_app", "Okta Admin Console", ""),
        ("domain", "bbc.co.uk", ""),
    ],
)
def test_ordinary_records_are_not_shown_to_anybody(channel: str, text: str, mcc: str) -> None:
    assert ask(channel, text, mcc=mcc).decision == Decision.NONE


@pytest.mark.parametrize(
    "host",
    ["openai.com.evil.io", "chatgpt.com.login-verify.ru", "notchatgpt.com", "api-openai.com", "gamma.nl"],
)
def test_look_alike_hosts_are_not_the_product(host: str) -> None:
    assert ask("domain", host).decision == Decision.NONE


def test_a_client_id_decides_whatever_the_name_says() -> None:
    client = "E0476654-C1D5-430B-AB80-70CBD947616A"
    assert booked("oauth", "Some renamed app", client_id=client) == "openai/chatgpt"


def test_a_package_that_only_its_name_places_waits_for_a_person() -> None:
    package = "pkg:npm/midjourney-mock"
    answer = ask("sso_app", package, client_id=package)
    assert (answer.decision, answer.product) == (Decision.REVIEW, "midjourney/midjourney")
    assert "by its id" in answer.reasons[-1]
    assert ask("sso_app", "pkg:npm/react", client_id="pkg:npm/react").decision == Decision.NONE


@pytest.mark.parametrize(
    ("url", "decision"),
    [
        ("", Decision.MATCH),
        ("https://chatgpt.com/", Decision.MATCH),
        ("https://acme.okta.com/app/chatgpt", Decision.MATCH),
        ("https://chatgpt.login-verify.ru", Decision.REVIEW),
    ],
)
def test_an_exact_app_name_is_booked_unless_its_domain_speaks_against_it(url: str, decision: str) -> None:
    assert ask("sso_app", "ChatGPT", url=url).decision == decision


def test_a_name_that_several_products_share_waits_for_a_person() -> None:
    answer = ask("sso_app", "Copilot")
    assert answer.decision == Decision.REVIEW
    named = {answer.product, *(a.product for a in answer.alternatives)}
    assert named == {"microsoft/copilot", "github/copilot"}


def test_two_tools_in_one_text_wait_for_a_person() -> None:
    answer = ask("expense", "ChatGPT and Midjourney subscriptions")
    assert answer.decision == Decision.REVIEW
    assert answer.alternatives


def test_a_model_is_booked_on_the_cloud_that_serves_it() -> None:
    answer = ask("procurement", "AWS Marketplace: Anthropic Claude Sonnet (Amazon Bedrock Edition)")
    assert (answer.product, answer.model_vendor) == ("amazon/bedrock", "anthropic")


def test_the_vendor_is_booked_where_the_product_is_not_told() -> None:
    answer = ask("card", "OPENAI IRELAND LIMITED DUBLIN")
    assert (answer.decision, answer.product, answer.vendor) == (Decision.MATCH, None, "openai")


@pytest.mark.parametrize(
    ("channel", "text", "plan"),
    [
        ("procurement", "ChatGPT Enterprise, 150 seats", "enterprise"),
        ("sso_app", "ChatGPT Enterprise", "enterprise"),
        ("expense", "Claude Pro (AI)", "pro"),
        ("procurement", "GitHub Copilot Business", "business"),
        ("card", "OPENAI *CHATGPT SUBSCR", None),
        ("expense", "ChatGPT for our business", None),
        ("domain", "chatgpt.com", None),
        ("card", "OPENAI IRELAND LIMITED", None),
    ],
)
def test_a_plan_is_told_where_the_text_names_one(channel: str, text: str, plan: str | None) -> None:
    answer = ask(channel, text)
    assert (answer.decision, answer.plan) == (Decision.MATCH, plan)


def test_reasons_are_sentences_and_scores_lie_between_nought_and_one() -> None:
    for channel in Channel:
        for text in ("ChatGPT", "Cursor", "Otter Inn", "Foo AI", "", "claude.ai", "APPLE.COM/BILL"):
            answer = ask(channel, text)
            assert 0 <= answer.score <= 1
            assert answer.reasons
            for reason in answer.reasons:
                assert reason.endswith(".")
                assert reason[0] == reason[0].upper()
            scores = [a.score for a in answer.alternatives]
            assert scores == sorted(scores, reverse=True)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(list(Channel)),
    st.one_of(st.text(max_size=60), st.text(alphabet="claude curso gpt.ai*-/ #,()'1", max_size=40)),
    st.sampled_from(["", "5734", "5812"]),
)
def test_any_text_gets_the_same_whole_answer_twice(channel: Channel, text: str, mcc: str) -> None:
    answer = ask(channel, text, mcc=mcc)
    assert answer == ask(channel, text, mcc=mcc)
    if answer.decision == Decision.MATCH:
        assert answer.vendor is not None
    if answer.decision == Decision.NONE:
        assert answer.none_because is not None
        assert answer.product is None
        assert answer.vendor is None
    if answer.product is not None:
        assert answer.product.startswith(f"{answer.vendor}/")


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["OPENAI *CHATGPT SUBSCR", "CLAUDE.AI", "MIDJOURNEY INC."]),
    st.integers(10**7, 10**11),
    st.sampled_from(["CA", "SAN FRANCISCO CA", "DUBLIN IE", "USD 20.00 @ 0.92983"]),
)
def test_references_and_places_change_no_booking(name: str, reference: int, tail: str) -> None:
    assert booked("card", f"{name} {reference} {tail}") == booked("card", name)


def test_an_empty_catalog_knows_nothing() -> None:
    empty = Matcher(type(ENTRIES)((), (), ()))
    assert empty.recognise(describe("card", "MIDJOURNEY INC")).none_because == NoneBecause.UNKNOWN


@pytest.mark.parametrize("text", ["open ai " * 12_500, "a." * 50_000, "ai " * 33_000, "*" * 100_000])
def test_a_hostile_text_is_answered_by_its_beginning(text: str) -> None:
    """How long that takes is a benchmark's matter: ``bench recognition`` prints the slowest."""
    for channel in Channel:
        asked = describe(channel, text)
        assert MATCHER.recognise(asked) == MATCHER.recognise(asked._replace(form=asked.form[:1_000]))


def test_of_a_text_beyond_all_measure_only_the_beginning_is_read() -> None:
    assert booked("card", "MIDJOURNEY INC " + "ladle " * 300) == booked("card", "MIDJOURNEY INC")
    assert ask("card", "ladle " * 300 + "MIDJOURNEY INC").decision == Decision.NONE
