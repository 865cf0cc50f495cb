"""Names that are not written as the catalog has them, by the cause of the difference.

Asked of the shipped catalog, since it has the words that are no names too.
"""

from __future__ import annotations

import pytest

from vendors.matching import Decision, Matcher, Recognition, describe


@pytest.fixture(scope="module")
def matcher(shipped_catalog) -> Matcher:
    return Matcher(shipped_catalog.entries())


def ask(matcher: Matcher, channel: str, text: str, mcc: str = "") -> Recognition:
    return matcher.recognise(describe(channel, text, mcc=mcc))


@pytest.mark.parametrize(
    ("channel", "text", "tool"),
    [
        # The last word of a name begins a name of another maker by chance.
        ("sso_app", "Nabla Copilot Studio", "nabla/nabla"),
        ("sso_app", "Sakana AI for Slack", "sakana/sakana"),
        ("sso_app", "Google AI Studio", "google/gemini-api"),
        # The last name of one maker says more.
        ("expense", "Anthropic Claude Code monthly", "anthropic/claude-code"),
        # A name that ends as the additions of identity providers do.
        ("sso_app", "AI Picasso", "ai-picasso/ai-picasso"),
        # A name without a word of two letters.
        ("sso_app", "11x", "11x/11x"),
        # The field cut the name off inside its last word, though what is left is a name as well.
        ("card", "MICROSOFT COPILOT STUD", "microsoft/copilot-studio"),
        ("card", "SIEMENS INDUSTRIAL COPI", "siemens/industrial-copilot"),
        # Editions are no foundations and schools.
        ("procurement", "Speechmatics Foundation Edition, 120 seats", "speechmatics/speechmatics"),
        # Who sold it stands before it.
        ("procurement", "SHI - Otter annual subscription, 12 mo", "otter/otter"),
        ("procurement", "AWS Marketplace: Jasper annual subscription", "jasper/jasper"),
        # A legal form in other letters than the catalog's.
        ("card", "CANTAB RESEARCH LTD CAMBRIDGE GB", "speechmatics/speechmatics"),
        ("bank", "NEFT CR Crimson AI Pvt Ltd", "trinka/trinka"),
        ("bank", "IGENIUS S P A", "igenius/igenius"),
        # What says which installation it is may stand before the name.
        ("sso_app", "[EU] Jiminny", "jiminny/jiminny"),
        ("sso_app", "App - Jiminny (SAML)", "jiminny/jiminny"),
        ("sso_app", "zz_OLD Jiminny SAML", "jiminny/jiminny"),
        # Who in the company has it may stand behind a mark, even of an everyday word.
        ("sso_app", "Cursor - Engineering (prod)", "cursor/cursor"),
        ("sso_app", "WRITER (Marketing team)", "writer/writer"),
        # A maker's plain name.
        ("sso_app", "Zenity - prod", "zenity/zenity"),
        ("expense", "Vervoe subscription", "vervoe/vervoe"),
        # A letter too many, also in a short name, beside words of a subscription.
        ("expense", "replitt core subscription", "replit/replit"),
    ],
)
def test_it_is_booked_whatever_the_cause(matcher, channel: str, text: str, tool: str) -> None:
    answer = ask(matcher, channel, text)
    assert (answer.decision, answer.product) == (Decision.MATCH, tool), answer


@pytest.mark.parametrize(
    ("channel", "text", "mcc", "tool"),
    [
        # As people shorten long names, beside words of a subscription.
        ("expense", "midj sub", "", "midjourney/midjourney"),
        # One letter set apart from a short name, and a name that is two words when set apart.
        ("card", "DEEP L", "", "deepl/deepl"),
        ("card", "NIGHT CAFE", "5734", "nightcafe/nightcafe"),
        # A letter wrong in a short name, or in one of which nothing else is said.
        ("expense", "Fotoor subscription", "", "fotor/fotor"),
        ("expense", "Speechmatiks", "", "speechmatics/speechmatics"),
        # A carrier's prefix takes its letters from the name.
        ("card", "PADDLE.NET* SUKI ASSIS", "", "suki/suki"),
        # What a common name is for, or what stands between it and the words of a subscription.
        ("expense", "Otter for the marketing team", "", "otter/otter"),
        ("bank", "SEPA-Lastschrift Otter Rechnung 2026-0412 Abo", "", "otter/otter"),
        # The field cut a domain off behind its dot.
        ("card", "BEAUTIFUL.", "", "beautiful-ai/beautiful-ai"),
        ("card", "PAYPAL *NEXOS.A", "", "nexos/nexos"),
        # A company without its legal form may be another one.
        ("card", "CANTAB RESEARCH", "", "speechmatics/speechmatics"),
        # Words of papers, and of what is done with software, around a common name.
        ("expense", "Rechnung 2026-03 Otter", "", "otter/otter"),
        ("expense", "Otter invoice Feb", "", "otter/otter"),
        ("expense", "software: Otter", "", "otter/otter"),
        ("procurement", "Amendment 2 to Otter MSA", "", "otter/otter"),
        ("procurement", "Otter implementation and onboarding", "", "otter/otter"),
        ("bank", "CB OTTER FACT 120326", "", "otter/otter"),
        ("bank", "Card payment to OTTER", "", "otter/otter"),
        ("oauth", "Profound by Profound", "", "profound/profound"),
        # Another name before it, and its licences behind.
        ("procurement", "Sales enablement – Chorus seats x30", "", "chorus/chorus"),
        # An app that is called just as a product is, by a word that is no name in any other text.
        ("sso_app", "Capacity (SAML)", "", "capacity/capacity"),
        ("oauth", "Shadow", "", "shadow-do/shadow-do"),
        # A word of its maker behind a common name, and a trade or a legal form behind it on a statement.
        ("sso_app", "Sana Learn", "", "sana/sana"),
        ("bank", "NEFT DR-HDFC0000060-HAPTIK INFOTECH PVT LTD-INV HPT/26-27/0412", "", "haptik/haptik"),
        ("bank", "TRF P/ SYNTHETIC USERS LDA FT 2026/33 IBAN PT50", "", "synthetic-users/synthetic-users"),
        # A maker of other things that has one AI product, where something says AI.
        ("card", "ROWS GMBH *AI ANALYST BERLIN", "", "rows/rows-ai"),
        # Who reads it knows the tool, and what it was for.
        ("expense", "replitt core + agent overage hackathon", "", "replit/replit"),
    ],
)
def test_a_person_sees_the_right_tool_first_where_it_may_be_chance(
    matcher, channel: str, text: str, mcc: str, tool: str
) -> None:
    answer = ask(matcher, channel, text, mcc)
    assert (answer.decision, answer.product) == (Decision.REVIEW, tool), answer


@pytest.mark.parametrize(
    ("channel", "text", "mcc"),
    [
        ("card", "NIGHT CAFE LISBOA PT", ""),
        ("card", "CHAT HUB", "5812"),
        ("card", "DEEP LAND", ""),
        ("card", "CAPACITY", ""),
        ("expense", "shadow box for the lobby", ""),
        ("card", "OPEN SPACE LLC", ""),
        ("card", "MICROSOFT DYNAMICS 365 C", ""),
        ("expense", "gift for Midge", ""),
        ("expense", "gram scale for the lab", ""),
        ("expense", "photo printing", ""),
        ("procurement", "Gamma Foundation donation", ""),
        ("bank", "NEFT DR-HDFC0000060-SHARMA TRAVELS PVT LTD", ""),
    ],
)
def test_what_only_resembles_a_name_is_not_shown(matcher, channel: str, text: str, mcc: str) -> None:
    assert ask(matcher, channel, text, mcc).decision == Decision.NONE


@pytest.mark.parametrize("text", ["GAMMA WWW.COM", "WWW.GAMMA", "Gamma www.ai subscription"])
def test_an_address_without_a_domain_is_no_host(matcher, text: str) -> None:
    for channel in ("card", "bank", "expense", "procurement", "sso_app", "oauth"):
        assert ask(matcher, channel, text).reasons


@pytest.mark.parametrize(
    "text",
    [
        # What an unknown app works with stands behind it.
        "Vimodia for ChatGPT",
        "Rezepte mit ChatGPT",
        # Apps that work with every model name several makers' tools.
        "Vimodia: ChatGPT, Claude and Gemini",
        "Vimodia - Chat with GPT-5, Claude, DeepSeek, Grok",
        # An app that sits beside the tool.
        "Vimodia: ChatGPT Sidebar",
        "Vimodia - Your ChatGPT AI Assistant",
        # A cloud serves models of other makers, and is then what is used.
        "AWS Claude",
        "Azure Mistral Large",
    ],
)
@pytest.mark.parametrize("channel", ["sso_app", "oauth"])
def test_a_tool_in_the_name_of_another_app_waits_for_a_person(matcher, channel: str, text: str) -> None:
    answer = ask(matcher, channel, text)
    assert answer.decision == Decision.REVIEW, answer
    assert "Against it" in " ".join(answer.reasons)


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("Sign in with ChatGPT", "openai/chatgpt"),
        ("SSO for ChatGPT", "openai/chatgpt"),
        ("OpenAI: ChatGPT Assistant", "openai/chatgpt"),
        ("ACME - ChatGPT Enterprise", "openai/chatgpt"),
        ("ChatGPT for Slack", "openai/chatgpt"),
        ("Azure OpenAI", "microsoft/azure-openai"),
        ("Freshservice with Freddy Copilot", "freshworks/freddy"),
    ],
)
def test_a_way_in_or_the_makers_name_before_it_changes_nothing(matcher, text: str, tool: str) -> None:
    answer = ask(matcher, "sso_app", text)
    assert (answer.decision, answer.product) == (Decision.MATCH, tool), answer


@pytest.mark.parametrize(
    "text",
    [
        "ChatGPT Acceptable Use Policy",
        "Richtlinie ChatGPT",
        "Demande d'accès ChatGPT",
        "Midjourney Incident Report Form",
        "Request Copilot licence",
        "AI Tool Intake Form",
        # Agents that are people, or programs.
        "Travel Agent Extranet",
        "Backup Agent Console",
        # Of what the catalog knows it has the AI by name.
        "Google Chat",
    ],
)
def test_pages_about_tools_and_other_agents_are_none(matcher, text: str) -> None:
    answer = ask(matcher, "sso_app", text)
    assert answer.decision == Decision.NONE, answer


def test_a_word_of_pages_elsewhere_in_the_name_asks_a_person(matcher) -> None:
    answer = ask(matcher, "sso_app", "Grammarly - policy pages for all")
    assert (answer.decision, answer.product) == (Decision.REVIEW, "grammarly/grammarly"), answer


def test_an_app_that_leaves_ai_out_of_its_name_is_put_before_a_person(matcher) -> None:
    answer = ask(matcher, "oauth", "Napkin")
    assert (answer.decision, answer.product) == (Decision.REVIEW, "napkin/napkin"), answer
    assert ask(matcher, "oauth", "NetSuite").decision == Decision.NONE  # which sells what is not AI, too
