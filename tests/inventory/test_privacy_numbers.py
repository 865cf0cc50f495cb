"""Fewer than five people are not told apart by who has no right to names, whatever is asked."""

from __future__ import annotations

import itertools
import re
from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from inventory import rollups
from inventory.access import Role
from inventory.head_counts import coarse, shown, total_shown
from inventory.listing import SORTS
from tests.distribution import on_each_database
from tests.inventory import rows

#: Who has no right to names.
WITHOUT_NAMES = on_each_database((Role.PRIVACY_OFFICER,), (Role.PRIVACY_OFFICER, Role.ADMINISTRATOR))

#: Filters that cut the four tools of the company below into every set they allow.
QUESTIONS = ["", "q=small", "q=large", "q=one", "q=other", "door=sso", "door=grant", "status=discovered"]


#: What else the address may say; departments are no question for such a reader.
MORE_QUESTIONS = [
    *("department=Department+1", "col=departments&col=people", "kind=sso", "kind=grant"),
    *("seen=new", "seen=quiet", "owner=-", "capability=chat"),
]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("people", "words"),
    [(0, "0"), (1, "1–4"), (4, "1–4"), (5, "5–9"), (9, "5–9"), (10, "10–14"), (1_234, "1,230–1,234")],
)
def test_people_are_told_in_fives(people, words):
    assert shown(people, exact=False) == words
    assert shown(people, exact=True) == f"{people:,}"
    assert shown(coarse(people), exact=False) == words  # handed on no more exactly


@pytest.mark.thorough
def test_a_total_says_no_more_than_its_groups():
    assert total_shown(12, [7, 9, 2], exact=True) == "12"
    assert total_shown(0, [], exact=False) == "0"
    for groups in itertools.product(range(1, 5), repeat=3):
        assert total_shown(sum(groups), groups, exact=False) == "at least 1"
        assert total_shown(sum(groups) + 12, [*groups, 12], exact=False) == "at least 10"


def company(few: list[str], others: list[str], departments: int = 1) -> None:
    """A large tool with twelve people; two small ones with these; people of both may be of the large one."""
    everybody = {
        email: rows.person(f"{email}@corp.example", f"Department {number % departments}")
        for number, email in enumerate(sorted({*few, *others, *LARGE}))
    }
    for key, door, people in (
        ("large/tool", rows.presence, LARGE),
        ("one/small", rows.presence, few),
        ("other/small", rows.grant, others),
    ):
        rows.product(key)
        descriptor = rows.descriptor(key)
        for email in people:
            door(descriptor, date(2026, 3, 2), person=everybody[email])
    rollups.apply()


LARGE = [f"p{number:02}" for number in range(12)]
#: Companies that differ only in who the few are, how many, and in which departments.
DIFFERENT = [
    (["a"], ["b"]),
    (["a", "b", "c", "d"], ["e", "f", "g", "h"]),
    (["a", "b", "c"], ["a", "b"]),
    (["p00"], ["p01", "p02", "p03"]),
    (["p00", "a"], ["p00", "b", "c", "d"]),
    (["a", "b", "c", "d"], ["e", "f", "g", "h"], 4),
]


def all_that_can_be_asked(client: Client) -> dict[str, str]:
    """Every list and page of tools under every filter and order, without what differs from visit to visit."""
    lists = [
        f"{reverse('tools')}?{question}&sort={order}"
        for question in QUESTIONS
        for order in [*SORTS, "no order"]
    ]
    lists += [f"{reverse('tools')}?{question}" for question in MORE_QUESTIONS]
    lists += [f"/tools.csv?{question}&col=people&col=departments&col=sources" for question in QUESTIONS]
    pages = [
        reverse("tool", args=[key]) + tab
        for key in ("large/tool", "one/small", "other/small")
        for tab in ("", "?tab=people", "?tab=spend", "?tab=evidence")
    ]
    return {
        address: re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", client.get(address).content.decode())
        for address in [*lists, *pages]
    }


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.parametrize("role", WITHOUT_NAMES)
def test_nothing_that_can_be_asked_tells_one_small_group_from_another(signed_in, role):
    client = signed_in(role)
    answers = []
    for different in DIFFERENT:
        try:
            with transaction.atomic():
                company(*different)
                answers.append(all_that_can_be_asked(client))
                raise TakenBack
        except TakenBack:
            pass
    first = answers[0]
    assert "1–4" in first[reverse("tool", args=["one/small"])]
    assert "10–14" in first[reverse("tool", args=["large/tool"])]
    for answer in answers[1:]:
        for address, text in answer.items():
            assert text == first[address], address


class TakenBack(Exception):
    """The company was made for one look."""


@pytest.mark.thorough
@pytest.mark.django_db
def test_who_has_the_right_to_names_reads_exact_numbers(signed_in):
    company(["a", "b", "c"], ["d"])
    text = signed_in(Role.SECURITY).get(reverse("tools")).content.decode()
    assert "1–4" not in text
    assert 'data-l="People">16<' in text  # of the total: each person once
