"""Decisions of programs are those of people: logged with who and why, all or none, undone whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from inventory.access import Role
from inventory.models import DecisionBatch, Flag, FlagAcceptance, OverlapDecision, Tool
from tests.inventory.api.conftest import body_of, client_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("decided")]

BOTH = ["anthropic/claude", "openai/chatgpt"]


@pytest.fixture
def security(account) -> tuple[Client, str]:
    owner = account(Role.SECURITY)
    return client_with(owner), owner.email


@pytest.fixture
def procurement(account) -> tuple[Client, str]:
    owner = account(Role.PROCUREMENT)
    return client_with(owner), owner.email


def send(client: Client, address: str, **body: object):
    return client.post(f"/api/v1/{address}", body, content_type="application/json")


def log(client: Client, question: str = "") -> list[dict]:
    return client.get(f"/api/v1/decisions/?{question}").json()["results"]


def test_many_tools_are_decided_about_at_once_and_it_is_undone_whole(security):
    client, email = security
    change = {"status": "restricted", "allowed_data": ["public"], "tags": {"team": "Sales"}}
    answer = send(client, "decisions/", tools=BOTH, change=change, reason="until the contract is signed")
    assert answer.status_code == 201
    taken = answer.json()
    assert (taken["tools"], taken["actor"], taken["undoes"]) == (2, email, None)
    chat = client.get("/api/v1/tools/openai/chatgpt/").json()
    assert (chat["status"], chat["allowed_data"], chat["tags"]) == (
        "restricted",
        ["public"],
        {"team": "Sales"},
    )
    rows = log(client, f"decision={taken['decision']}")
    assert [row["tool"] for row in rows] == BOTH
    assert rows[0]["reason"] == "until the contract is signed"
    assert (rows[0]["before"]["status"], rows[0]["after"]["status"]) == ("discovered", "restricted")

    undone = send(client, f"decisions/{taken['decision']}/undo/", reason="signed too late")
    assert undone.status_code == 201
    assert undone.json()["undoes"] == taken["decision"]
    assert set(Tool.objects.filter(key__in=BOTH).values_list("status", flat=True)) == {"discovered"}
    assert {row["undone_by"] for row in log(client, f"decision={taken['decision']}")} == {
        undone.json()["decision"]
    }


def test_a_call_that_is_sent_twice_decides_once(security):
    client, _ = security
    call = {"tools": BOTH, "change": {"status": "sanctioned"}, "reason": "both are fine"}
    decision = send(client, "decisions/", **call).json()["decision"]
    again = send(client, "decisions/", **call)
    assert again.status_code == 409
    assert again.json()["detail"] == "this is so already; there is nothing to decide."
    assert send(client, f"decisions/{decision}/undo/", reason="no").status_code == 201
    twice = send(client, f"decisions/{decision}/undo/", reason="no")
    assert twice.status_code == 409
    assert twice.json()["detail"].endswith("has undone this decision already.")


def test_an_undo_that_would_overwrite_what_was_decided_since_is_refused(security):
    client, _ = security
    first = send(client, "decisions/", tools=BOTH, change={"status": "sanctioned"}, reason="fine").json()
    send(client, "decisions/", tools=BOTH[:1], change={"status": "prohibited"}, reason="not that one")
    answer = send(client, f"decisions/{first['decision']}/undo/", reason="no")
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("anthropic/claude changed since this decision")
    assert Tool.objects.get(key="openai/chatgpt").status == "sanctioned"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"change": {}}, "nothing is decided: "),
        ({"reason": " "}, "reason: This field may not be blank."),
        ({"tools": []}, "tools: "),
        ({"tools": ["nobody/knows"]}, "the inventory has no nobody/knows; "),
        ({"change": {"status": "allowed"}}, "change: status: allowed is not known; it is one of "),
        ({"change": {"state": "sanctioned"}}, "change: nothing is called state here; known are status, "),
        ({"why": "x"}, "nothing is called why here; known are tools, change, reason."),
        ({"change": {"review_due": "2020-01-01"}}, "the review date 2020-01-01 is not in the future."),
        ({"change": {"owner": "ada"}}, "ada is no e-mail address; "),
        ({"change": {"status": "restricted"}}, "openai/chatgpt cannot be restricted without saying how: "),
        ({"change": {"tags": {"a\x00": "b"}}}, "change: tags: Null characters are not allowed."),
    ],
)
def test_a_decision_that_cannot_be_taken_changes_nothing(security, body, sentence):
    client, _ = security
    before = DecisionBatch.objects.count()
    call = {"tools": BOTH, "change": {"owner": "ada@corp.example"}, "reason": "pays for both"}
    answer = send(client, "decisions/", **{**call, **body})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(sentence)
    assert DecisionBatch.objects.count() == before
    assert not Tool.objects.filter(key__in=BOTH).exclude(owner="").exists()


def test_what_is_not_json_is_not_read(security):
    client, _ = security
    assert client.post("/api/v1/decisions/", {"reason": "x"}).status_code == 415
    for body in ("[]", '"text"', "{", ""):
        answer = client.post("/api/v1/decisions/", body, content_type="application/json")
        assert answer.status_code == 400, body
    assert send(client, f"decisions/{10**30}/undo/", reason="no").status_code == 404


def test_a_department_reads_what_was_decided_about_its_tools(account, security):
    client, _ = security
    send(client, "decisions/", tools=["openai/chatgpt"], change={"status": "sanctioned"}, reason="fine")
    assert {row["tool"] for row in log(client)} == {"openai/chatgpt", "deepl/translator"}
    sales = client_with(account(Role.SECURITY, "Sales"))
    assert [row["tool"] for row in log(sales)] == ["openai/chatgpt"]
    assert log(sales, "tool=deepl/translator") == []


def test_a_risk_is_accepted_until_a_day_and_taken_back(security):
    client, email = security
    undecided = client.get("/api/v1/flags/?rule=decision.undecided").json()["results"]
    assert {flag["subject"] for flag in undecided} >= set(BOTH)
    assert all(flag["title"] and flag["detail"] and flag["advice"] for flag in undecided)
    body = body_of("flags/accept/")
    answer = send(client, "flags/accept/", **body)
    assert answer.status_code == 200
    for flag in answer.json()["flags"]:
        assert (flag["state"], flag["accepted_until"], flag["accepted_by"]) == (
            "accepted",
            body["until"],
            email,
        )
    shown = client.get("/api/v1/flags/?state=accepted&tool=openai/chatgpt").json()["results"]
    assert [flag["accepted_because"] for flag in shown] == [body["reason"]]
    tool = client.get("/api/v1/tools/openai/chatgpt/").json()
    assert "decision.undecided" not in tool["open_flags"]

    back = send(client, "flags/take-back/", flags=body["flags"], reason="it was misread")
    assert {flag["state"] for flag in back.json()["flags"]} == {"open"}
    tool = client.get("/api/v1/tools/openai/chatgpt/").json()
    assert "decision.undecided" in tool["open_flags"]
    assert send(client, "flags/take-back/", flags=body["flags"], reason="again").status_code == 409


def test_an_acceptance_that_makes_no_sense_is_refused(security):
    client, _ = security
    body = body_of("flags/accept/")
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    for wrong, status, sentence in (
        ({"until": yesterday}, 400, "a risk is accepted until a day in the future"),
        ({"flags": [999_999]}, 400, "flags: there is no flag 999999."),
        ({"flags": [2**64]}, 400, "flags: 0: "),
    ):
        answer = send(client, "flags/accept/", **{**body, **wrong})
        assert (answer.status_code, answer.json()["detail"][: len(sentence)]) == (status, sentence)
    send(client, "decisions/", tools=BOTH, change={"status": "sanctioned"}, reason="fine")
    closed = Flag.objects.filter(rule="decision.undecided", state="closed")
    assert closed
    answer = send(client, "flags/accept/", **{**body, "flags": [closed[0].pk]})
    assert answer.status_code == 409
    assert not FlagAcceptance.objects.exists()


def test_a_group_is_accepted_made_a_case_and_opened_again(procurement):
    client, email = procurement
    [group] = client.get("/api/v1/overlaps/").json()["results"]
    assert (group["capability"], group["state"], group["decision"]) == ("chat", "open", None)
    assert [tool["tool"] for tool in group["tools"]] == BOTH
    assert group["spend_12m_by_currency"] == {"EUR": "143.100001"}

    def state() -> str:
        return client.get("/api/v1/overlaps/").json()["results"][0]["state"]

    accepted = send(client, "overlaps/chat/accept/", **body_of("overlaps/chat/accept/"))
    assert accepted.status_code == 201
    assert (accepted.json()["decided"], accepted.json()["actor"]) == ("accepted", email)
    assert state() == "accepted"
    case = send(client, "overlaps/chat/case/", **body_of("overlaps/chat/case/"))
    assert case.json()["plan"] == {"anthropic/claude": "keep", "openai/chatgpt": "move"}
    assert state() == "case"
    assert send(client, "overlaps/chat/reopen/", reason="both stay").json()["decided"] == "reopened"
    assert state() == "open"
    assert client.get("/api/v1/overlaps/?state=case").json()["results"] == []
    assert OverlapDecision.objects.count() == 3


@pytest.mark.parametrize(
    ("address", "body", "status", "sentence"),
    [
        ("overlaps/nothing/accept/", {}, 404, "No two tools in use overlap in nothing."),
        ("overlaps/chat/accept/", {"until": "2020-01-01"}, 400, "an overlap is accepted until a day in"),
        ("overlaps/chat/case/", {"owner": "lena"}, 400, "lena is no e-mail address; "),
        ("overlaps/chat/case/", {"plan": {"anthropic/claude": "keep"}}, 400, "a case keeps at least one "),
        ("overlaps/chat/case/", {"plan": {"deepl/translator": "keep"}}, 400, "a case keeps at least one "),
        (
            "overlaps/chat/case/",
            {"plan": {"anthropic/claude": "end"}},
            400,
            "plan: anthropic/claude: end is not",
        ),
        ("overlaps/chat/reopen/", {}, 400, "nothing was decided about chat; "),
    ],
)
def test_a_decision_about_a_group_that_makes_no_sense_is_refused(
    procurement, address, body, status, sentence
):
    client, _ = procurement
    answer = send(client, address, **{**body_of(address.replace("nothing", "chat")), **body})
    assert (answer.status_code, answer.json()["detail"][: len(sentence)]) == (status, sentence)
    assert not OverlapDecision.objects.exists()
