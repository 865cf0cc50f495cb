"""What permissions tell of an app that nobody knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.matching.small_catalog import ENTRIES
from vendors.matching import Asks, Decision, Matcher, NoneBecause, Recognition, describe
from vendors.matching.counterfactuals import Change, counterfactuals
from vendors.matching.scopes import asked_of

MATCHER = Matcher(ENTRIES)
GOOGLE = "https://www.googleapis.com/auth/"
GRAPH = "https://graph.microsoft.com/"


def ask(text: str, *scopes: str, channel: str = "oauth") -> Recognition:
    return MATCHER.recognise(describe(channel, text, scopes=scopes))


@pytest.mark.parametrize(
    ("scopes", "asks"),
    [
        (["openid", "email", GOOGLE + "gmail.readonly"], Asks.MAIL),
        (["https://mail.google.com/"], Asks.MAIL),
        (["Mail.ReadWrite", "offline_access"], Asks.MAIL),
        ([GRAPH + "Mail.Read.Shared"], Asks.MAIL),
        ([GOOGLE + "drive.readonly"], Asks.FILES),
        (["Files.Read.All", "Sites.Read.All"], Asks.FILES),
        (["OnlineMeetingTranscript.Read.All"], Asks.MEETINGS),
        (["Calls.JoinGroupCall.All"], Asks.MEETINGS),
        ([GOOGLE + "meetings.space.readonly"], Asks.MEETINGS),
        (["cloud_recording:read:list_user_recordings"], Asks.MEETINGS),
        (["ChannelMessage.Read.All"], Asks.MESSAGES),
        (["channels:history", "chat:write"], Asks.MESSAGES),
        (["assistant:write", "channels:history"], Asks.ASSISTANT),
        ([GOOGLE + "generative-language.retriever"], Asks.ASSISTANT),
        # The most telling of several.
        (["Files.Read.All", "Mail.Read", "OnlineMeetingRecording.Read.All"], Asks.MEETINGS),
        # What says nothing: who signs in, days and hours, what a person picks, what is sent and not read.
        (["openid", "profile", "User.Read"], ""),
        ([GOOGLE + "calendar", GOOGLE + "calendar.events"], ""),
        ([GOOGLE + "drive.file", "Sites.Selected"], ""),
        ([GOOGLE + "gmail.send", "Mail.Send", "Mail.ReadBasic"], ""),
        (["OnlineMeetings.ReadWrite", GOOGLE + "meetings.space.created"], ""),
        ([], ""),
    ],
)
def test_what_an_app_may_read(scopes: list[str], asks: str) -> None:
    assert asked_of(scopes) == asks
    assert asked_of(reversed(scopes)) == asks


@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_permissions_have_an_answer(scopes: list[str]) -> None:
    assert asked_of(scopes) in ("", *Asks)


@pytest.mark.parametrize(
    ("scope", "said"),
    [("Mail.Read", "mail"), ("OnlineMeetingTranscript.Read.All", "said in meetings")],
)
def test_an_unknown_app_that_may_read_content_waits_for_a_person(scope: str, said: str) -> None:
    assert ask("Vimodia", "User.Read").decision == Decision.NONE
    answer = ask("Vimodia", "User.Read", scope)
    assert (answer.decision, answer.product, answer.vendor) == (Decision.REVIEW, None, None)
    assert said in answer.reasons[0]
    asked = describe("oauth", "Vimodia", scopes=[scope])
    changes = {one.change: one.recognition.decision for one in counterfactuals(MATCHER, asked)}
    assert changes[Change.WITHOUT_PERMISSIONS] == Decision.NONE


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("Bluebird Mail", "Mail.Read"),
        ("iOS Accounts", "Mail.Read"),
        ("Kopia Backup", "Files.Read.All"),
        ("Kopia Backup", "Mail.ReadWrite"),
        ("Canal Archive Export", "channels:history"),
    ],
)
def test_an_app_whose_name_says_why_it_reads_that_is_not_shown(text: str, scope: str) -> None:
    answer = ask(text, scope)
    assert (answer.decision, answer.none_because) == (Decision.NONE, NoneBecause.UNKNOWN)
    assert "says why" in answer.reasons[0]


def test_permissions_say_nothing_of_what_is_known() -> None:
    """A suite is no AI tool whatever it may read, and a tool is booked whatever it may read."""
    assert ask("Microsoft", "Mail.Read").decision == Decision.NONE
    assert ask("ChatGPT", "Mail.Read") == ask("ChatGPT")


def test_permissions_are_asked_of_grants_alone() -> None:
    assert describe("sso_app", "Vimodia", scopes=["Mail.Read"]) == describe("sso_app", "Vimodia")
    assert ask("Vimodia", "Mail.Read", channel="sso_app").decision == Decision.NONE
