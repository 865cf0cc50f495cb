"""The made-up card file is what the benchmarks say it is."""

from __future__ import annotations

import csv

from bench import card_file, stores
from discovery.connectors.base import HEAD_BYTES, Head
from discovery.connectors.spend_tables import CardTable
from discovery.records import Spend
from vendors.matching import describe


def test_the_same_seed_makes_the_same_rows():
    assert list(card_file.rows(300, seed=3)) == list(card_file.rows(300, seed=3))
    assert list(card_file.rows(300, seed=3)) != list(card_file.rows(300, seed=4))


def test_raw_texts_nearly_all_differ_and_stand_for_far_fewer_merchants():
    rows = list(card_file.rows(20_000))
    texts = {row[5] for row in rows}
    forms = {describe("card", row[5], mcc=row[6]) for row in rows}
    assert len(texts) > 0.8 * len(rows)
    assert 0.05 * len(rows) < len(forms) < 0.1 * len(rows)


def test_one_row_in_a_hundred_is_an_ai_tool():
    names = [pattern.split("%s")[0] for pattern, *_ in card_file._AI_TEXTS]
    found = sum(row[5].startswith(tuple(names)) for row in card_file.rows(20_000))
    assert 150 < found < 250


def test_the_card_connector_reads_every_row(tmp_path):
    for ids in (True, False):
        path = tmp_path / f"{ids}.csv"
        card_file.write(path, 500, ids=ids)
        start = path.read_bytes()[:HEAD_BYTES]
        assert CardTable().recognises(Head(path.name, start, complete=True)) > 0
        with path.open("rb") as stream:
            read = [row for _, row in CardTable().read(stream) if isinstance(row, Spend)]
        made = list(card_file.rows(500))
        assert [spend.text for spend in read] == [row[5] for row in made]
        assert [spend.amount for spend in read] == [round(float(row[7]) * 100) * 10_000 for row in made]
        assert [spend.own_id for spend in read] == [row[0] if ids else "" for row in made]


def test_the_bare_store_holds_the_same_rows_with_ids_and_without(tmp_path):
    for ids in (True, False):
        path = tmp_path / f"{ids}.csv"
        card_file.write(path, 120, ids=ids)
        with path.open(newline="") as file:
            assert len(list(csv.reader(file))) == 121
        found = stores.sqlite(str(path), str(tmp_path / f"{ids}.sqlite3"))
        assert found["rows"] == 120
        assert found["seconds"] > 0


def test_distinct_texts_are_distinct():
    texts = list(card_file.texts(2_000))
    assert len({text for text, _ in texts}) == 2_000
    assert len(dict(card_file.merchant_texts(2_000))) > 1_950
