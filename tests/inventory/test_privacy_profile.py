"""The privacy profile says what is in force, and changes with it."""

from __future__ import annotations

from django.urls import reverse

from inventory.access import Role
from inventory.privacy_profile import in_force
from tests.inventory import rows


def test_everybody_reads_what_is_in_force(signed_in, settings):
    settings.PENUMBRA = {**settings.PENUMBRA, "RETENTION_MONTHS": 7, "RECORD_RETENTION_MONTHS": 41}
    text = signed_in(None).get(reverse("privacy")).content.decode()
    for told in ("7 months, by week only", "41 months", "7 months, then its key is destroyed"):
        assert told in text
    assert "for 8 hours at most" in text


def test_only_kinds_that_a_source_was_made_for_are_read(db):
    assert not any(read for _kind, read in in_force().collected)
    rows.source("cards", "card")
    assert [kind for kind, read in in_force().collected if read] == ["card"]


def test_who_may_not_open_names_reads_people_in_fives(db):
    found = in_force()
    assert set(found.in_fives) == {Role.ADMINISTRATOR, Role.PRIVACY_OFFICER}
    assert set(found.opening_names).isdisjoint(found.in_fives)


def test_it_says_how_much_of_network_logs_is_read(signed_in, settings):
    pages, reader = {}, signed_in(None)
    for level in ("off", "none", "device", "person"):
        settings.PENUMBRA = {**settings.PENUMBRA, "NETWORK_LOGS": level}
        assert in_force().network == level
        pages[level] = reader.get(reverse("privacy")).content.decode()
    assert "none may be read" in pages["off"]
    assert "by whom" in pages["person"]
    assert not any("by whom" in pages[level] for level in ("off", "none", "device"))
