"""Names: a pseudonym for each role until somebody opens one, with a reason, for some hours."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from inventory import rollups
from inventory.access import Role
from inventory.granting import set_access
from inventory.models import NameOpening
from inventory.opened_names import names_for
from inventory.pseudonyms import pseudonym
from tests.inventory import rows

TOOL = reverse("tool", args=["openai/chatgpt"]) + "?tab=people"
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def ada(db):
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    ada = rows.person("ada@corp.example", "Engineering", name="Ada Byron")
    rows.spend(
        rows.descriptor("openai/chatgpt"), "20", date(2026, 3, 4), person=ada, department="Engineering"
    )
    rollups.apply()
    return ada


def address(role: Role, email: str = "ada@corp.example") -> str:
    return reverse("open_name", args=[pseudonym(email, role)])


def opened(client: Client, role: Role, **form: object):
    form = {"reason": "who renews it?", "hours": 1, "next": TOOL, **form}
    return client.post(address(role), form)


def test_a_pseudonym_is_stable_readable_and_another_for_each_role():
    codes = {role: pseudonym("ada@corp.example", role) for role in Role}
    assert codes == {role: pseudonym(" Ada@corp.example", role) for role in Role}
    assert len(set(codes.values())) == len(Role)
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes.values())


def test_a_pseudonym_hangs_on_the_secret_of_the_installation(settings):
    before = pseudonym("ada@corp.example", Role.SECURITY)
    settings.SECRET_KEY = "another installation's secret, as long as one should be"
    assert pseudonym("ada@corp.example", Role.SECURITY) != before


def test_ten_thousand_people_have_as_many_pseudonyms():
    codes = {pseudonym(f"p{number}@corp.example", Role.SECURITY) for number in range(10_000)}
    assert len(codes) == 10_000


def test_a_name_is_read_only_after_it_was_opened_with_a_reason(signed_in, ada):
    client = signed_in(Role.SECURITY)
    code = pseudonym(ada.email, Role.SECURITY)

    def text() -> str:
        return client.get(TOOL).content.decode()

    assert f"person {code}" in text()
    assert "Ada" not in text()
    assert "ada@" not in text()
    asked = client.get(address(Role.SECURITY) + f"?next={TOOL}").content.decode()
    assert "Ada" not in asked
    for refused in ({"reason": "  "}, {"hours": 9}, {"hours": "x"}, {"reason": "x" * 501}):
        assert opened(client, Role.SECURITY, **refused).status_code == 200
    assert not NameOpening.objects.exists()
    assert opened(client, Role.SECURITY).url == TOOL
    assert "Ada Byron" in text()
    assert "ada@corp.example" in text()
    opening = NameOpening.objects.get()
    assert (opening.opened_by, opening.person) == ("security@corp.example", "ada@corp.example")
    assert (opening.role, opening.reason, opening.hours) == ("security", "who renews it?", 1)
    assert opening.until - opening.opened_at == timedelta(hours=1)


def test_an_opened_name_is_for_who_opened_it_and_closes_by_itself(signed_in, ada):
    opened(signed_in(Role.SECURITY), Role.SECURITY, hours=4)
    assert "Ada" not in signed_in(Role.FINANCE).get(TOOL).content.decode()
    user = get_user_model().objects.get(email="security@corp.example")
    opening = NameOpening.objects.get()
    assert not names_for(user, opening.opened_at).of(ada).hidden
    assert not names_for(user, opening.until - timedelta(seconds=1)).of(ada).hidden
    assert names_for(user, opening.until).of(ada).hidden


def test_another_roles_pseudonym_opens_nothing(signed_in, ada):
    assert signed_in(Role.FINANCE).get(address(Role.SECURITY)).status_code == 404


def test_nobody_out_of_reach_is_opened(signed_in, ada):
    client = signed_in(Role.SECURITY)
    user = get_user_model().objects.get()
    set_access(user, roles=[Role.SECURITY], departments=["Sales"], actor="hanna", reason="leads it")
    assert opened(client, Role.SECURITY).status_code == 404
    assert not NameOpening.objects.exists()


def test_after_opening_nobody_is_sent_to_another_site(signed_in, ada):
    answer = opened(signed_in(Role.SECURITY), Role.SECURITY, next="https://evil.example/")
    assert answer.url == reverse("tools")


def test_people_stand_in_no_order_that_tells_names(signed_in, ada):
    chat = rows.descriptor("openai/chatgpt")
    for number in range(20):
        rows.spend(chat, "1", person=rows.person(f"p{number:02}@corp.example", name=f"Person {number:02}"))
    rollups.apply()
    text = signed_in(Role.SECURITY).get(TOOL).content.decode()
    shown = re.findall(r"person ([0-9A-Z]{4}-[0-9A-Z]{4})", text[text.index('id="people"') :])
    assert len(shown) == 21
    assert shown == sorted(shown)


def test_who_watches_over_privacy_reads_every_opening_and_no_name(signed_in, ada):
    opened(signed_in(Role.SECURITY), Role.SECURITY)
    for role in (Role.PRIVACY_OFFICER, Role.AUDITOR):
        text = signed_in(role).get(reverse("openings")).content.decode()
        assert "security@corp.example" in text
        assert "who renews it?" in text
        assert pseudonym(ada.email, Role.PRIVACY_OFFICER) in text
        assert "Ada" not in text
        assert "ada@" not in text


@pytest.mark.parametrize(
    "wrong",
    [{"reason": ""}, {"opened_by": ""}, {"person": ""}, {"hours": 0}, {"hours": 9}, {"until": NOW}],
)
def test_the_database_refuses_an_opening_without_bounds_or_reason(db, wrong):
    good = {
        "opened_by": "s@corp.example",
        "role": "security",
        "person": "ada@corp.example",
        "reason": "why",
        "hours": 1,
        "opened_at": NOW,
        "until": NOW + timedelta(hours=1),
    }
    NameOpening.objects.create(**good)
    with pytest.raises(IntegrityError), transaction.atomic():
        NameOpening.objects.create(**{**good, **wrong})
