"""Every row comes exactly once, page by page, also when rows come and go between two pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.core import signing
from django.test import Client

from discovery.models import Purchase, Scan
from inventory import rollups
from inventory.access import Role
from tests.inventory import rows

pytestmark = pytest.mark.django_db

#: List → what tells one row from another.
LISTS = {
    "tools": "key",
    "spend": "product",
    "purchases": "purchase",
    "people": "person",
    "sources": "source",
    "scans": "scan",
    "rejected": "reason",
}


def add(name: str, day: date = date(2026, 3, 4)) -> None:
    """One more row for every list."""
    key = f"{name}/tool"
    rows.product(key)
    where = rows.source(f"source {name}")
    found = rows.scan(where)
    found.rejected.create(line=3, reason=f"reason {name}", row=b"sealed")
    rows.spend(
        rows.descriptor(key), "5", day, person=rows.person(f"{name}@corp.example"), source=where, scan=found
    )


@pytest.fixture
def many(db) -> None:
    for name in "bdfhjlnprt":
        add(name)
    rollups.apply()


def pages(
    client: Client, address: str, between: Callable[[int], None] = lambda number: None
) -> Iterator[list[dict]]:
    number = 0
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.content
        yield answer.json()["results"]
        address = answer.json()["next"]
        number += 1
        if address:
            between(number)


@pytest.mark.parametrize("what", LISTS)
def test_every_row_comes_exactly_once_while_rows_are_added(program, many, what):
    client = program(Role.FINANCE)
    name = LISTS[what]
    before = [row[name] for page in pages(client, f"/api/v1/{what}/?limit=500") for row in page]
    assert len(before) == len(set(before)) == 10

    def add_more(number: int) -> None:
        letters = ("a0", "e0", "m0", "q0", "z0")
        add(letters[number % 5] + "x" * number, date(2026, 1 + number, 9))
        rollups.apply()

    read = list(pages(client, f"/api/v1/{what}/?limit=3", add_more))
    assert all(len(page) <= 3 for page in read)
    seen = [row[name] for page in read for row in page]
    assert len(seen) == len(set(seen))
    assert set(before) <= set(seen)


@pytest.mark.parametrize("what", ["tools", "scans", "purchases"])
def test_a_row_that_goes_takes_no_other_with_it(program, many, what):
    client = program(Role.FINANCE)
    name = LISTS[what]
    before = [row[name] for page in pages(client, f"/api/v1/{what}/?limit=500") for row in page]

    def take_the_last_away(number: int) -> None:
        last = read[-1][-1][name]
        if what == "tools":
            rows.Record.objects.filter(descriptor__product=last).delete()
            Purchase.objects.filter(product=last).delete()
            rows.tools_changed([last])
            rollups.apply()
        elif what == "purchases":
            Purchase.objects.filter(key=bytes.fromhex(last)).delete()
        else:
            scan = Scan.objects.get(pk=last)
            rows.Record.objects.filter(scan=scan).delete()
            scan.delete()

    read: list[list[dict]] = []
    for page in pages(client, f"/api/v1/{what}/?limit=3", take_the_last_away):
        read.append(page)
    assert [row[name] for page in read for row in page] == before


@pytest.mark.parametrize("sort", ["spend", "people", "name", "first", "last"])
def test_tools_come_once_in_every_order_of_the_page(program, many, sort):
    client = program(Role.FINANCE)
    whole = client.get(f"/api/v1/tools/?sort={sort}").json()["results"]
    read = [row for page in pages(client, f"/api/v1/tools/?sort={sort}&limit=4") for row in page]
    assert read == whole


def test_a_cursor_belongs_to_its_question(program, many):
    client = program(Role.FINANCE)
    address = client.get("/api/v1/tools/?limit=2&sort=name").json()["next"]
    cursor = address.partition("cursor=")[2]
    assert client.get(f"/api/v1/tools/?sort=name&limit=7&cursor={cursor}").status_code == 200
    for other in (
        f"tools/?sort=spend&cursor={cursor}",
        f"tools/?sort=name&q=a&cursor={cursor}",
        f"people/?sort=name&cursor={cursor}",
        "tools/?cursor=made-up",
        f"tools/?sort=name&cursor={cursor[:-1]}",
        f"scans/?cursor={signing.dumps([1])}",
    ):
        answer = client.get(f"/api/v1/{other}")
        assert answer.status_code == 400, other
        assert answer.json()["detail"].endswith(".")


def test_a_list_that_changed_beyond_recognition_says_so(program, many):
    client = program(Role.FINANCE)
    address = client.get("/api/v1/tools/?limit=2").json()["next"]
    rows.Record.objects.all().delete()
    Purchase.objects.all().delete()
    rows.tools_changed([f"{name}/tool" for name in "bdfhjlnprt"])
    rollups.apply()
    add("new")
    rollups.apply()
    answer = client.get(address)
    assert answer.status_code == 400
    assert answer.json()["detail"] == (
        "cursor: the rows that this cursor stands after are gone; start again without one."
    )


def test_the_last_page_has_no_next_and_a_page_can_be_empty(program, many):
    client = program(Role.FINANCE)
    assert client.get("/api/v1/tools/?limit=10").json()["next"] is None
    assert (
        client.get("/api/v1/tools/?limit=9")
        .json()["next"]
        .startswith("http://testserver/api/v1/tools/?limit=9&cursor=")
    )
    assert client.get("/api/v1/tools/?q=nothing").json()["results"] == []
