"""Statistics are gathered by who wrote much, so that the first questions are planned by them."""

import pytest
from django.db import connection

from discovery.planner import know_what_grew
from tests.inventory import rows

pytestmark = pytest.mark.django_db


def planned_rows() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'discovery_person'")
        return cursor.fetchone()[0]


@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="only PostgreSQL plans by statistics of its own"
)
def test_the_planner_learns_of_what_grew_and_of_nothing_else():
    rows.person("first@corp.example")
    know_what_grew()
    assert planned_rows() < 500
    for number in range(600):
        rows.person(f"p{number}@corp.example")
    know_what_grew()
    assert planned_rows() == pytest.approx(601, abs=60)


def test_nothing_happens_to_what_is_stored():
    rows.person("ada@corp.example")
    know_what_grew()
    assert rows.person("bo@corp.example").pk
