"""A person's request for their data: all that "my data" shows is handed out, and logged without the name."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from inventory.access import Role
from inventory.models import DataRequest, NameOpening
from inventory.pseudonyms import pseudonym
from tests.inventory import rows

REQUESTS = reverse("requests")
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def ada(db):
    rows.product("openai/chatgpt", "ChatGPT")
    ada = rows.person("ada@corp.example", "Engineering", name="Ada Byron")
    bob = rows.person("bob@corp.example", "Sales", name="Bob Cratchit")
    chatgpt = rows.descriptor("openai/chatgpt")
    rows.spend(chatgpt, "20", date(2026, 3, 4), person=ada, text="OPENAI *ADA")
    rows.spend(chatgpt, "30", date(2026, 3, 5), person=bob, text="OPENAI *BOB")
    rows.presence(chatgpt, date(2026, 3, 2), person=ada, text="ChatGPT")
    rows.directory_entry("ada@corp.example", active=True, stated="2026-03-01")
    NameOpening.objects.create(
        opened_by="sam@corp.example",
        role="security",
        person="ada@corp.example",
        reason="who renews it?",
        hours=1,
        opened_at=NOW,
        until=NOW.replace(hour=13),
    )
    return ada


def handed_out(client, form: str = "json", address: str = " Ada@corp.example", reason: str = "letter 7"):
    return client.post(REQUESTS, {"address": address, "reason": reason, "form": form})


def test_the_file_holds_what_my_data_shows_and_nobody_elses(signed_in, ada):
    answer = handed_out(signed_in(Role.PRIVACY_OFFICER))
    assert answer["Content-Disposition"] == 'attachment; filename="personal-data.json"'
    found = json.loads(answer.content)
    told = {(one["kind"], one["text"], one["amount"], one["deleted_on"]) for one in found["records"]}
    assert told == {
        ("spend", "OPENAI *ADA", "20.00", "2029-04-01"),
        ("presence", "ChatGPT", None, "2027-05-01"),
    }
    assert {one["taken_for"] for one in found["records"]} == {"ChatGPT"}
    assert found["weeks"] == [{"tool": "ChatGPT", "weeks_beginning": ["2026-03-02"]}]
    assert [one["email"] for one in found["directory"]] == ["ada@corp.example"]
    assert [one["reason"] for one in found["name_opened_by"]] == ["who renews it?"]
    assert b"BOB" not in answer.content


def test_the_page_to_read_holds_the_same(signed_in, ada):
    text = handed_out(signed_in(Role.PRIVACY_OFFICER), "html").content.decode()
    for told in ("OPENAI *ADA", "20.00", "2026-03-02", "who renews it?"):
        assert told in text
    assert "BOB" not in text


def test_it_is_written_down_without_the_name(signed_in, ada):
    client = signed_in(Role.PRIVACY_OFFICER)
    handed_out(client)
    request = DataRequest.objects.get()
    code = pseudonym("ada@corp.example", Role.PRIVACY_OFFICER)
    assert (request.person, request.records, request.reason) == (code, 2, "letter 7")
    text = client.get(REQUESTS).content.decode()
    assert code in text
    assert "ada@" not in text.lower()


def test_without_a_reason_or_a_person_nothing_is_handed_out(signed_in, ada):
    client = signed_in(Role.PRIVACY_OFFICER)
    assert "Say why" in handed_out(client, reason=" ").content.decode()
    assert "Nothing is kept" in handed_out(client, address="nobody@corp.example").content.decode()
    assert not DataRequest.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        DataRequest.objects.create(person="X", records=0, actor="a", reason="", made_at=NOW)


def test_an_auditor_reads_who_was_answered_and_hands_out_nothing(signed_in, ada):
    handed_out(signed_in(Role.PRIVACY_OFFICER))
    client = signed_in(Role.AUDITOR)
    assert "letter 7" in client.get(REQUESTS).content.decode()
    assert handed_out(client).status_code == 403
