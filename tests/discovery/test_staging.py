"""Rows are staged column by column where they are all spend lines, and it makes no difference."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.identity import Identities
from discovery.packed_rows import PackedRows
from discovery.records import Ignored, Payment, Rejected, Spend, Who
from discovery.staging import StagedRows
from vendors.matching import Channel

texts = st.sampled_from(["OPENAI *CHATGPT 415", "OPENAI *CHATGPT 416", "café größe", "", "\ud800"])
spends = st.builds(
    Spend,
    account=st.sampled_from(["", "main"]),
    own_id=st.sampled_from(["", "t1", "t2"]),
    date=st.dates(date(2025, 12, 1), date(2026, 2, 28)),
    text=texts,
    amount=st.integers(-(10**18), 10**18),
    currency=st.sampled_from(["EUR", "USD"]),
    who=st.builds(Who, email=st.sampled_from(["", "a@x.example"]), name=st.sampled_from(["", "ANNA BERG"])),
    card=st.sampled_from(["", "**1234", "**9999"]),
    payment=st.sampled_from(Payment),
    mcc=st.sampled_from(["", "5734"]),
    tax=st.one_of(st.none(), st.integers(0, 10**9)),
    stated_at=st.sampled_from(["", "", "", "2026-01-01T00:00:00Z"]),
)
rows = st.lists(st.one_of(spends, spends, st.just(Rejected("no date", "x")), st.just(Ignored("total"))))


def staged(add: str, found: list) -> tuple:
    chunk = StagedRows(Identities(7, "given"), Channel.CARD, date(2026, 3, 9))
    getattr(chunk, add)([(number, row) for number, row in enumerate(found, 1)])
    packed = PackedRows(chunk.rows.as_list())
    everywhere = np.ones(len(packed), dtype=bool)
    return (
        chunk.entries,
        chunk.descriptors,
        chunk.rejected,
        chunk.stated_at,
        chunk.coverage.packed(),
        packed.packed,
        packed.descriptor.tolist(),
        [packed.months[month] for month in packed.month.tolist()],
        [(month, packed.sums(positions)) for month, positions in packed.by_month(everywhere)],
        [(month, packed.charges(positions)) for month, positions in packed.by_month(everywhere)],
        sorted(packed.counted_hints(everywhere)),
    )


@settings(max_examples=150)
@given(rows)
def test_by_column_is_the_same_as_row_by_row(found: list) -> None:
    assert staged("add", found) == staged("_add_each", found)


def test_a_row_that_cannot_be_stored_is_rejected_and_the_others_stay() -> None:
    good = Spend("a", "", date(2026, 1, 1), "CURSOR", 20_000_000, "USD")
    bad = [good._replace(text="\ud800"), good._replace(amount=10**17), good._replace(net=2**70)]
    chunk = StagedRows(Identities(7), Channel.CARD, date(2026, 3, 9))
    chunk.add(list(enumerate([good, *bad, good], 1)))
    assert [line for line, _, _ in chunk.rejected] == [2, 3, 4]
    assert len(chunk.entries) == len(chunk.rows) == 2
