"""Whatever is wrong with a call is one clear sentence, and nothing is passed over in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from kombu.exceptions import OperationalError

from discovery.models import Scan
from inventory.access import Role
from inventory.api import scans
from tests.inventory.api.test_access import CARDS

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def finance(program) -> Client:
    return program(Role.FINANCE)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "tools/?status=allowed",
            "status: allowed is not known; it is one of discovered, under_review, sanctioned, restricted, "
            "prohibited, retired.",
        ),
        ("tools/?sort=risk", "sort: risk is not known; it is one of spend, people, name, first, last."),
        ("tools/?colour=red", "colour: nothing is asked by this name here; known are "),
        ("tools/openai/chatgpt/?sort=name", "sort: nothing is asked by this name here."),
        ("tools/?status=retired&status=sanctioned", "status: give it once."),
        ("tools/?limit=501", "limit: Ensure this value is less than or equal to 500."),
        ("tools/?limit=0", "limit: Ensure this value is greater than or equal to 1."),
        ("tools/?limit=many", "limit: A valid integer is required."),
        ("tools/?q=%00", "q: Null characters are not allowed."),
        ("spend/?since=31.01.2026", "since: this is not a day; write it like 2026-01-31."),
        (
            "spend/?since=2026-02-01&until=2026-01-01",
            "until 2026-01-01 is before since 2026-02-01; swap them.",
        ),
        ("purchases/?door=sso", "door: sso is not known; it is one of procurement, "),
        ("scans/?state=over", "state: over is not known; it is one of waiting, "),
    ],
)
def test_a_question_that_is_not_understood_is_refused(finance, company, address, sentence):
    answer = finance.get(f"/api/v1/{address}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["title"]) == (400, "Bad Request")
    assert problem["detail"].startswith(sentence)
    assert problem["detail"].endswith(".")


def test_an_empty_word_asks_for_nothing(finance, company):
    whole = finance.get("/api/v1/tools/").json()
    assert finance.get("/api/v1/tools/?q=&status=&door=&sort=").json() == whole


def test_other_problems_have_the_same_shape(finance, program):
    for answer, status in (
        (Client().get("/api/v1/tools/"), 401),
        (program(Role.EMPLOYEE).get("/api/v1/tools/"), 403),
        (finance.get("/api/v1/tools/nobody/knows/"), 404),
        (finance.get("/api/v1/tools/Nobody Knows/"), 404),
        (finance.get("/api/v1/tools"), 404),
        (finance.get("/api/v2/"), 404),
        (finance.get(f"/api/v1/scans/{10**30}/"), 404),
        (finance.post("/api/v1/tools/"), 405),
        (finance.post("/api/v1/scans/", "{}", content_type="application/json"), 415),
        (Client().get("/api/schema/"), 401),
    ):
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert set(answer.json()) == {"status", "title", "detail"}
        assert answer.json()["status"] == status
        assert answer.json()["detail"].endswith(".")


def test_sentences_are_english_for_every_caller(program):
    answer = program(Role.EMPLOYEE).get("/api/v1/tools/", headers={"accept-language": "de"})
    assert answer.json()["detail"] == "Your role does not let you see the tools and their figures."
    answer = program(Role.FINANCE).get("/api/v1/tools/?limit=x", headers={"accept-language": "de"})
    assert answer.json()["detail"] == "limit: A valid integer is required."


def test_no_answer_is_kept_by_what_lies_between(finance, company):
    for answer in (finance.get("/api/v1/tools/"), Client().get("/api/v1/tools/"), finance.get("/api/v1/")):
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Content-Language"] == "en"


def test_json_is_the_answer_whatever_is_rather_wanted(finance, company):
    for accept in ("text/html", "application/xml", "nonsense"):
        answer = finance.get("/api/v1/tools/", headers={"accept": accept})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/json"


# --- uploads --------------------------------------------------------------------------------------


@pytest.fixture
def told(monkeypatch) -> list[int]:
    numbers: list[int] = []
    monkeypatch.setattr(scans.run_scan, "delay", numbers.append)
    return numbers


def upload(client: Client, content: bytes = CARDS, name: str = "cards.csv", **form: str):
    return client.post("/api/v1/scans/", {"file": SimpleUploadedFile(name, content), **form})


def test_an_upload_waits_for_a_worker_under_the_callers_name(finance, told):
    answer = upload(finance, connector="card_table", account="** 1234")
    assert answer.status_code == 202
    [scan], unread = answer.json()["scans"], answer.json()["unread"]
    assert unread == []
    assert (scan["file"], scan["connector"], scan["state"]) == ("cards.csv", "card_table", "waiting")
    assert told == [scan["scan"]]
    stored = Scan.objects.get()
    assert (stored.account, stored.uploaded, stored.path[-9:]) == ("** 1234", True, "cards.csv")
    assert scan["requested_by"] == stored.requested_by
    assert finance.get(f"/api/v1/scans/{stored.pk}/").json() == scan


def test_an_upload_says_what_its_file_leaves_open(finance, told):
    answer = upload(finance, currency="usd", date_order="day")
    assert answer.status_code == 202
    assert Scan.objects.get().said == {"currency": "USD", "day_first": True}


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"content": b""}, "file: cards.csv is empty; export it again."),
        (
            {"content": b"\x00\x01 nothing that is known"},
            "file: cards.csv is of no format that is known here",
        ),
        ({"connector": "abacus"}, "connector: abacus is not known; it is one of "),
        ({"currency": "XQQ"}, "currency: this is no code of a currency; write it as USD or EUR."),
        ({"date_order": "year"}, "date_order: year is not known; it is one of day, month."),
        ({"tool": "Nothing like it"}, "tool: no tool of the catalog is called Nothing like it"),
        ({"account": "x" * 121}, "account: Ensure this field has no more than 120 characters."),
        ({"name": "ü" * 120 + ".csv"}, "file: this file's name is too long; give it a shorter one."),
    ],
)
def test_an_upload_that_cannot_be_read_says_why_and_leaves_nothing(finance, told, form, sentence):
    before = set(Path(settings.PENUMBRA["UPLOADS_DIR"]).glob("*"))
    answer = upload(finance, **form)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(sentence)
    assert not Scan.objects.exists()
    assert told == []
    assert set(Path(settings.PENUMBRA["UPLOADS_DIR"]).glob("*")) == before


def test_an_upload_without_a_file_says_so(finance, told):
    for form in ({}, {"file": "text"}):
        answer = finance.post("/api/v1/scans/", form)
        assert answer.status_code == 400
        assert answer.json()["detail"].startswith("file: ")


def test_a_form_of_too_many_fields_is_refused(finance, told):
    answer = finance.post("/api/v1/scans/", {f"f{number}": "x" for number in range(1_100)})
    assert answer.status_code == 400
    assert answer.json()["detail"] == "This form has more fields, or longer ones, than are read here."


def test_a_file_is_read_though_the_broker_is_away(finance, monkeypatch):
    def away(number: int) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(scans.run_scan, "delay", away)
    assert upload(finance).status_code == 202
    assert Scan.objects.get().state == Scan.State.WAITING
