"""``match``: each line is answered in its place, and what cannot be read is named."""

from __future__ import annotations

import io
import json
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.decided import text_key
from discovery.management.commands import match
from discovery.models import Decision
from discovery.questions import UnreadableQuestion, read_question
from tests.vendors.folders import write_catalog
from vendors.load import load_catalog
from vendors.matching import Channel, describe
from vendors.models import Plan, Price, Product

pytestmark = pytest.mark.once

KEYS = [
    "id", "decision", "product", "product_name", "vendor", "vendor_name", "plan", "domain", "score",
    "carrier", "none_because", "reasons", "alternatives", "model_vendor",
]  # fmt: skip


@pytest.fixture
def catalog(db, tmp_path):
    load_catalog(write_catalog(tmp_path))


def ask(monkeypatch, stdin: bytes, *options: str) -> tuple[list[str], str, int]:
    """(lines of stdout, stderr, exit status)"""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
    stdout, stderr, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command("match", *options, stdout=stdout, stderr=stderr)
    except CommandError as error:
        stderr.write(str(error))
        status = error.returncode
    return stdout.getvalue().splitlines(), stderr.getvalue(), status


def ask_json(monkeypatch, *questions: str) -> list[dict]:
    lines, stderr, status = ask(monkeypatch, "\n".join(questions).encode(), "--json")
    assert (stderr, status) == ("", 0)
    return [json.loads(line) for line in lines]


@pytest.mark.usefixtures("catalog")
def test_an_answer_has_the_promised_keys(monkeypatch):
    question = {"id": "7", "channel": "card", "text": "BRIGHTCHAT 415879", "amount": "20.00", "mcc": "5734"}
    (found,) = ask_json(monkeypatch, json.dumps(question))

    assert list(found) == KEYS
    assert {key: found[key] for key in KEYS if key not in ("score", "reasons")} == {
        "id": "7",
        "decision": "match",
        "product": "acme/brightchat",
        "product_name": "Brightchat",
        "vendor": "acme",
        "vendor_name": "Acme",
        "plan": None,
        "domain": "brightchat.com",
        "carrier": None,
        "none_because": None,
        "alternatives": [],
        "model_vendor": None,
    }
    assert 0.8 <= found["score"] <= 1
    assert found["reasons"] == ["The name “Brightchat” stands in the text."]


@pytest.mark.usefixtures("catalog")
def test_both_ways_of_asking_are_answered_in_order(monkeypatch):
    found = ask_json(
        monkeypatch,
        "card\tACME ROBOTICS LIMITED",
        '{"id": 2, "channel": "sso_app", "text": "Lantern"}',
        "card\tJOE'S DINER\r",
        "card\tAPPLE.COM/BILL",
        "card\t",
        "bank\tZEBRALENS AI",
    )
    assert [(a["id"], a["decision"], a["product"], a["vendor"], a["none_because"]) for a in found] == [
        (None, "match", None, "acme", None),
        (2, "match", "acme/brightchat", "acme", None),
        (None, "none", None, None, "unknown"),
        (None, "none", None, None, "carrier"),
        (None, "none", None, None, "unreadable"),
        (None, "review", None, None, None),
    ]
    assert found[3]["carrier"] == "Apple"
    assert "catalog does not have" in found[5]["reasons"][0]


@pytest.mark.usefixtures("catalog")
def test_a_category_and_an_address_beside_the_text_count(monkeypatch):
    lantern = {"channel": "card", "text": "LANTERN"}
    app = {"channel": "sso_app", "text": "Lantern"}
    found = ask_json(
        monkeypatch,
        json.dumps(lantern),
        json.dumps(lantern | {"mcc": 5734}),
        json.dumps(lantern | {"mcc": 742}),  # 0742, veterinary services
        json.dumps(app | {"url": "https://lantern.example/start"}),
        json.dumps(app | {"url": "https://app.brightchat.com/sso", "scopes": ["openid"]}),
    )
    assert [a["decision"] for a in found] == ["review", "match", "none", "review", "match"]


@pytest.mark.usefixtures("catalog")
def test_what_an_unknown_app_may_read_counts(monkeypatch):
    app = {"channel": "oauth", "text": "Vimodia"}
    found = ask_json(
        monkeypatch,
        json.dumps(app),
        json.dumps(app | {"scopes": ["openid", "https://www.googleapis.com/auth/gmail.readonly"]}),
        json.dumps(app | {"scopes": "openid Mail.Read"}),
    )
    assert [a["decision"] for a in found] == ["none", "review", "review"]
    assert "mail" in found[1]["reasons"][0]


@pytest.mark.usefixtures("catalog")
@pytest.mark.parametrize("scopes", [{"read": True}, [1], 7])
def test_permissions_that_are_no_texts_are_refused_in_a_sentence(monkeypatch, scopes):
    line = json.dumps({"channel": "oauth", "text": "Vimodia", "scopes": scopes})
    _, stderr, status = ask(monkeypatch, line.encode(), "--json")
    assert "scopes is not a list of texts" in stderr
    assert status == 1


@pytest.mark.usefixtures("catalog")
def test_what_a_person_decided_is_the_answer(monkeypatch):
    for text, after in (("JOE'S DINER", "acme/brightchat"), ("BRIGHTCHAT", "not_ai")):
        Decision.objects.create(
            kind=Decision.Kind.RECOGNISE,
            subject={"text": text_key("card", describe("card", text).form)},
            after=after,
            actor="Ada Admin",
            reason="asked the shop",
        )
    diner, chat = ask_json(monkeypatch, "card\tJoe's Diner", "card\tBRIGHTCHAT")
    assert (diner["decision"], diner["product_name"], diner["score"]) == ("match", "Brightchat", 1.0)
    assert "asked the shop" in diner["reasons"][0]
    assert (chat["decision"], chat["none_because"]) == ("none", "not_ai")


BAD_LINES = {
    "empty": (b"", "the line is empty"),
    "no tab": (b"card OPENAI", "no tab"),
    "unknown channel": (b"fax\tOPENAI", "channel is not one of card, bank"),
    "broken": (b'{"channel": "card", ', "not valid JSON"),
    "no channel": (b'{"id": 1, "text": "OPENAI"}', "channel is not one of"),
    "channel is a list": (b'{"id": 1, "channel": ["card"], "text": "x"}', "channel is not one of"),
    "nothing asked": (b'{"id": 1, "channel": "card"}', "nothing is asked"),
    "text is a number": (b'{"id": 1, "channel": "card", "text": 5}', "text is not a text"),
    "mcc is a list": (b'{"id": 1, "channel": "card", "text": "x", "mcc": []}', "mcc is not"),
    "not a number": (b'{"id": NaN, "channel": "card", "text": "x"}', "cannot be read"),
    "too deep": (b'{"id": ' + b"[" * 100_000, "cannot be read"),
    "not UTF-8": (b"card\t\xff\xfe", "not UTF-8"),
    "endless": (b"card\t" + b"x" * 2_500_000, "longer than a million bytes"),
}


@pytest.mark.usefixtures("catalog")
@pytest.mark.parametrize(("line", "words"), BAD_LINES.values(), ids=BAD_LINES)
@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_a_bad_line_is_named_and_the_others_are_answered(monkeypatch, line, words, options):
    lines, stderr, status = ask(monkeypatch, b"card\tBRIGHTCHAT\n" + line + b"\ncard\tDINER\n", *options)

    assert status == 1
    assert stderr.startswith("line 2: ")
    assert words in stderr
    assert "1 of 3 lines" in stderr
    assert len(lines) == 3
    if options:
        answers = [json.loads(line) for line in lines]
        assert [a["decision"] for a in answers] == ["match", "none", "none"]
        assert list(answers[1]) == KEYS
        assert answers[1]["none_because"] == "unreadable"
        assert answers[1]["id"] == (1 if b'"id": 1,' in line else None)
        assert words in answers[1]["reasons"][0]


def test_nothing_of_a_bad_line_is_repeated():
    for line in ("secret", "secret\tsecret", '{"channel": "secret"}', '{"secret": '):
        with pytest.raises(UnreadableQuestion) as found:
            read_question(line)
        assert "secret" not in str(found.value)


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.builds("{}\t{}".format, st.sampled_from(list(Channel)), st.text(max_size=40)),
        st.dictionaries(
            st.sampled_from(["id", "channel", "text", "mcc", "url", "client_id", "amount"]),
            st.one_of(st.none(), st.integers(), st.text(max_size=20), st.sampled_from(list(Channel))),
        ).map(json.dumps),
    )
)
def test_any_line_is_a_question_or_named_as_none(line):
    try:
        read = read_question(line)
    except UnreadableQuestion as unreadable:
        read = unreadable
    assert str(read) if isinstance(read, UnreadableQuestion) else read.descriptor.channel in set(Channel)


@pytest.mark.usefixtures("catalog")
def test_an_answer_for_reading_is_one_line(monkeypatch):
    lines, _, _ = ask(
        monkeypatch, b"card\tBRIGHTCHAT\nbank\tACME ROBOTICS LIMITED\ncard\tDINER\nbank\tFOO AI\n"
    )
    assert [line.split("\t")[:2] for line in lines] == [
        ["match", "acme/brightchat"],
        ["match", "acme"],
        ["none", "unknown"],
        ["review", "not in the catalog"],
    ]


@pytest.mark.usefixtures("catalog")
def test_an_answer_comes_before_the_next_question_is_there(monkeypatch):
    class Asking(io.RawIOBase):
        """A pipe whose writer looks at each answer before asking on."""

        questions = [b"card\tBRIGHTCHAT\n", b"card\tDINER\n", b""]
        answered: list[int] = []

        def readline(self, limit: int | None = -1) -> bytes:
            self.answered.append(len(stdout.getvalue().splitlines()))
            return self.questions.pop(0)

    stdin, stdout = Asking(), io.StringIO()
    monkeypatch.setattr(match.sys, "stdin", type("Stdin", (), {"buffer": stdin}))
    call_command("match", stdout=stdout)
    assert stdin.answered == [0, 1, 2]


@pytest.mark.usefixtures("catalog")
def test_nothing_is_stored_and_the_database_is_asked_once(monkeypatch):
    ask(monkeypatch, b"card\tBRIGHTCHAT\n")  # the matcher is built
    asked = []
    for lines in (1, 20):
        with CaptureQueriesContext(connection) as queries:
            ask(monkeypatch, b"card\tBRIGHTCHAT\nbank\tFOO AI\n" * lines)
        asked.append([query["sql"] for query in queries])
    assert asked[0] == asked[1]
    assert all(sql.startswith("SELECT") for sql in asked[0])


@pytest.mark.django_db
def test_without_a_catalog_it_says_how_to_get_one(monkeypatch):
    lines, stderr, status = ask(monkeypatch, b"card\tBRIGHTCHAT\n", "--json")
    assert (lines, status) == ([], 1)
    assert "load_catalog" in stderr


@pytest.mark.usefixtures("catalog")
def test_an_amount_tells_the_plan_where_it_is_certain_and_says_so_where_it_is_not(monkeypatch):
    plan = Plan.objects.create(
        product=Product.objects.get(key="acme/brightchat"),
        key="solo",
        name="Solo",
        tier="personal",
        position=0,
    )
    for identity, amount in (("one", 20), ("other", 35)):
        Price.objects.create(
            plan=plan, identity=identity, seen="2026-03-01", basis="general-knowledge",
            amount=amount * 1_000_000, currency="USD", per="account", every="month",
        )  # fmt: skip
    asked = {"channel": "card", "text": "BRIGHTCHAT 415879", "mcc": "5734"}
    amounts = [
        ("20.00", "USD"),
        (35, "usd"),
        ("23.80", "USD"),
        ("20.00", "EUR"),
        ("20,00", "USD"),
        ("1e99", "USD"),
    ]
    found = ask_json(
        monkeypatch,
        *(json.dumps({**asked, "amount": amount, "currency": currency}) for amount, currency in amounts),
    )
    assert [one["plan"] for one in found] == ["solo", "solo", None, None, None, None]
    assert found[0]["reasons"][-1] == "The amount is a list price: Solo (USD 20.00 an account and month)."
    assert any(reason.startswith("Probably the plan solo") for reason in found[2]["reasons"])
    assert found[3]["reasons"] == found[4]["reasons"]


@pytest.mark.usefixtures("catalog")
def test_an_amount_of_a_wrong_kind_is_named(monkeypatch):
    question = {"channel": "card", "text": "x", "amount": ["20"], "currency": "USD"}
    _, stderr, status = ask(monkeypatch, json.dumps(question).encode(), "--json")
    assert "amount is not a number such as 20.00" in stderr
    assert status == 1


@pytest.mark.usefixtures("catalog")
def test_a_rule_is_the_reason(monkeypatch):
    said = {"fits": "words", "words": ["tool", "zorb"], "channel": "", "answer": "acme/brightchat"}
    Decision.objects.create(
        kind=Decision.Kind.RULE,
        subject={"rule": 7},
        after=said,
        actor="ada@corp.example",
        reason="its invoice",
    )
    (found,) = ask_json(monkeypatch, json.dumps({"channel": "card", "text": "ZORB THE TOOL 4711"}))
    assert (found["decision"], found["product"]) == ("match", "acme/brightchat")
    assert found["reasons"][0].startswith("Rule 7 of ada@corp.example")
