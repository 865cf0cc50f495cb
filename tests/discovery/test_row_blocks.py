"""Blocks of rows: a scan that goes on finds the row at which it stopped, whatever blocks it was cut into."""

from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery.connectors import by_name
from discovery.connectors.base import UnreadableFile, in_blocks
from discovery.connectors.table_cells import id_in, ids_in
from discovery.records import Ignored, Rejected, Row, Spend
from discovery.row_blocks import RowBlocks
from discovery.spend_columns import Block, SpendColumns, rows_of

SPEND = Spend("a", "", date(2026, 1, 1), "CURSOR", 20_000_000, "USD")
CARDS = "Date,Merchant,Card Number,Amount,Currency,Status\n" + "".join(
    f"2026-01-{day:02},CAFE {day},1234,{day}.50,EUR,{'declined' if day % 7 == 0 else 'posted'}\n"
    for day in range(1, 29)
)


def block_of(first: int, size: int, by_column: bool) -> Block:
    """Rows from a line on, every third no record."""
    rows: list[Row] = [
        (line, Ignored("total") if line % 3 == 0 else SPEND._replace(own_id=f"t{line}"))
        for line in range(first, first + size)
    ]
    if not by_column:
        return rows
    spends = [(line, row) for line, row in rows if isinstance(row, Spend)]
    columns = Spend._make(map(list, zip(*(row for _, row in spends), strict=True)))
    others = [(line, row) for line, row in rows if not isinstance(row, Spend)]
    return SpendColumns([line for line, _ in spends], columns, others)


def blocks_of(sizes: list[tuple[int, bool]]) -> list[Block]:
    found, line = [], 1
    for size, by_column in sizes:
        found.append(block_of(line, size, by_column))
        line += size
    return found


@given(
    st.lists(st.tuples(st.integers(2, 9), st.booleans()), max_size=6), st.integers(0, 40), st.integers(1, 12)
)
def test_whatever_is_passed_over_the_rest_comes_once_and_in_order(sizes, skipped, at_once):
    blocks = blocks_of(sizes)
    reading = RowBlocks(iter(blocks))
    reading.skip(skipped)
    rest = []
    while taken := reading.take(at_once):
        assert all(map(len, taken))
        rest += rows_of(taken)
    assert rest == list(rows_of(blocks))[skipped:]
    assert reading.broken_off is None


def test_a_file_that_breaks_off_gives_the_rows_before_and_then_the_sentence():
    def rows():
        yield from block_of(1, 1_500, by_column=False)
        raise UnreadableFile("the file ends here; export it again")

    reading = RowBlocks(in_blocks(rows()))
    assert len(list(rows_of(reading.take(10_000)))) == 1_500
    assert reading.take(10_000) == []
    assert str(reading.broken_off) == "the file ends here; export it again"


def test_a_table_by_column_holds_the_rows_that_it_has_one_by_one():
    reader = by_name("card_table")
    blocks = list(reader.read_blocks(io.BytesIO(CARDS.encode())))
    assert any(isinstance(block, SpendColumns) for block in blocks)
    rows = list(rows_of(blocks))
    assert rows == list(reader.read(io.BytesIO(CARDS.encode())))
    assert [line for line, _ in rows] == list(range(1, 30))
    amounts = [row.amount for _, row in rows if isinstance(row, Spend)]
    assert amounts == [day * 1_000_000 + 500_000 for day in range(1, 29) if day % 7]


@pytest.mark.parametrize(
    "cells", [["T1", "x-2_Z"], [" T1 ", "'T2'"], ["T1", "T2\n"], ["T1", "T 2\n"], [""], ["a" * 300, "ä1"]]
)
def test_ids_of_a_column_are_those_of_its_cells(cells):
    assert ids_in(cells) == list(map(id_in, cells))


def test_a_row_that_is_rejected_among_columns_keeps_its_line():
    text = CARDS.replace("2026-01-05", "nonsense").replace(",9.50,", ",,")
    rows = dict(by_name("card_table").read(io.BytesIO(text.encode())))
    assert [line for line, row in rows.items() if isinstance(row, Rejected)] == [6, 10]


def test_a_cell_that_holds_two_amounts_is_no_amount_and_moves_no_other():
    text = CARDS.replace(",3.50,", ',"3.50\n4.25",')
    rows = [row for _, row in by_name("card_table").read(io.BytesIO(text.encode()))]
    assert [isinstance(row, Rejected) for row in rows[:6]] == [False, False, False, True, False, False]
    assert [row.amount for row in rows[4:6]] == [4_500_000, 5_500_000]
