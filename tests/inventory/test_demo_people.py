"""Whoever signs in to the demo is somebody of the sample company, with records of their own."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from discovery import sample_company
from inventory import demo
from inventory.access import person_of
from inventory.my_tools import my_tools
from tests.inventory.test_my_tools import NOW
from vendors.load import store_catalog

ADDRESSES = [persona.email for persona in demo.PERSONAS]


@pytest.fixture(scope="module")
def company() -> sample_company.Company:
    return sample_company.build(seed=5, people=24, months=2, end=date(2026, 10, 31))


def test_addresses_of_personas_change_the_directory_and_nothing_that_is_true(company):
    addressed = sample_company.addressed(company, 5, ADDRESSES)
    assert addressed.truth == company.truth
    assert [file.name for file in addressed.files] == [file.name for file in company.files]
    changed = [
        new.name
        for old, new in zip(company.files, addressed.files, strict=True)
        if old.content() != new.content()
    ]
    assert changed == ["directory/scim-users.json"]
    directory = next(f for f in addressed.files if f.name in changed).content().decode()
    assert [directory.count(f'"{address}"') for address in ADDRESSES] == [1] * len(ADDRESSES)


@pytest.mark.once  # the demo is of the embedded default
@pytest.mark.django_db(transaction=True)
def test_every_persona_has_tools_and_the_name_of_their_person(company, shipped_catalog, tmp_path):
    store_catalog(shipped_catalog)
    sample_company.write(sample_company.addressed(company, 5, ADDRESSES), tmp_path)
    with suppress(SystemExit):  # some files of the sample company cannot be read
        call_command("scan", str(tmp_path / "exports"), stdout=StringIO())
    demo.mark_as_demo(sample_company.NAME)
    demo.create_personas()
    demo.name_personas()
    for user in get_user_model().objects.order_by("email"):
        person = person_of(user)
        assert person, user.email
        assert user.get_full_name() == person.name
        assert my_tools(user, NOW), user.email
