"""What is new since somebody's last visit, and that they can see that the visit was kept."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from inventory import rollups
from inventory.access import Role
from inventory.models import HomeVisit, ToolArrival
from inventory.visits import SAME_VISIT, last_visit
from tests.inventory import rows
from tests.inventory.test_pages import words_of

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def arrive(key: str, when: datetime, *, baseline: bool = False) -> None:
    rows.product(key, key.partition("/")[2].title())
    rows.presence(rows.descriptor(key))
    rollups.apply()
    ToolArrival.objects.create(tool=key, baseline=baseline, arrived_at=when)


def test_a_visit_lasts_while_somebody_keeps_looking():
    assert last_visit("sam@corp.example", NINE) is None
    looking = NINE
    for _ in range(3):
        looking += SAME_VISIT
        assert last_visit("sam@corp.example", looking) is None
    next_day = NINE + timedelta(days=1)
    assert last_visit("sam@corp.example", next_day) == looking
    assert last_visit("sam@corp.example", next_day + timedelta(minutes=5)) == looking
    assert last_visit("kim@corp.example", next_day) is None


def test_a_clock_set_back_does_not_make_old_things_new():
    last_visit("sam@corp.example", NINE)
    last_visit("sam@corp.example", NINE + timedelta(days=1))
    assert last_visit("sam@corp.example", NINE - timedelta(days=7)) == NINE
    with pytest.raises(IntegrityError), transaction.atomic():
        HomeVisit.objects.update(before=NINE + timedelta(days=2))


def test_security_reads_what_is_new_since_the_last_visit_and_opens_just_that(signed_in):
    now = timezone.now()
    arrive("known/before", now - timedelta(days=9))
    client = signed_in(Role.SECURITY)
    assert "New 1 first seen within thirty days" in words_of(client.get("/"))

    HomeVisit.objects.update(looked_at=now - timedelta(days=2))
    arrive("fresh/tool", now - timedelta(days=1))
    arrive("baseline/tool", now - timedelta(days=1), baseline=True)  # of a source's first look: no news
    home = client.get("/")
    assert re.search(r"New 1 since your last visit, ", words_of(home))
    address = re.search(r'href="(/tools/\?arrived_after=[^"]+)"', home.content.decode())[1]
    listed = client.get(address.replace("&amp;", "&"))
    assert [line.key for line in listed.context["lines"]] == ["fresh/tool"]
    assert "New since" in words_of(listed)


def test_an_address_that_names_no_instant_narrows_nothing(signed_in):
    arrive("fresh/tool", timezone.now())
    client = signed_in(Role.SECURITY)
    for typed in ("yesterday", "2026-03-02", "2026-03-02T09:00:00", "9" * 5000):
        assert len(client.get("/tools/", {"arrived_after": typed}).context["lines"]) == 1


def test_the_visit_stands_in_what_is_kept_on_a_person(signed_in):
    client = signed_in(Role.SECURITY)
    client.get("/")
    assert "You last opened your home on" in words_of(client.get("/me/"))
    answer = signed_in(Role.PRIVACY_OFFICER).post(
        "/privacy/requests/", {"address": "security@corp.example", "reason": "letter 8", "form": "json"}
    )
    looked_at = HomeVisit.objects.get().looked_at.isoformat()
    assert json.loads(answer.content)["home_last_opened"] == [{"at": looked_at}]
