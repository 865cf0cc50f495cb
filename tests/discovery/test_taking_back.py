"""What a source takes back, against a plain model: the last word of a reading, and of all readings."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery import sightings
from discovery.identity import GONE

_GONE = int.from_bytes(GONE)
#: (identity, content); content 0 is "taken back".
words = st.tuples(st.integers(0, 3), st.integers(0, 2))


def entries(found: list[tuple[int, int]]) -> sightings.Entries:
    made = np.zeros(len(found), dtype=sightings.native(sightings.unpack(b"")).dtype)
    for place, (identity, content) in enumerate(found):
        made[place] = (identity, identity * 2 + 1, content or _GONE)  # versioned: the lowest bit is set
    return made


@settings(max_examples=60)
@given(st.lists(st.lists(words, max_size=4), min_size=1, max_size=4))
def test_the_last_page_that_speaks_of_a_record_has_the_last_word(pages: list[list[tuple[int, int]]]) -> None:
    shown = [(n, word) for n, page in enumerate(pages) for word in page if word[1]]
    gone = [(n, word) for n, page in enumerate(pages) for word in page if not word[1]]
    stale, withdrawn = sightings.overruled(
        entries([word for _, word in shown]),
        entries([word for _, word in gone]),
        np.array([n for n, _ in shown], dtype=np.intp),
        np.array([n for n, _ in gone], dtype=np.intp),
    )
    left = {word for (_, word), old in zip(shown, stale, strict=True) if not old}
    left |= {word for (_, word), old in zip(gone, withdrawn, strict=True) if not old}
    expected = set()
    for identity in {word[0] for page in pages for word in page}:
        last = next(page for page in reversed(pages) if any(word[0] == identity for word in page))
        said = {word for word in last if word[0] == identity}
        expected |= {word for word in said if not word[1]} or said
    assert left == expected


@settings(max_examples=60)
@given(st.lists(words, min_size=1, max_size=6))
def test_of_several_readings_the_latest_holds_and_what_it_takes_back_is_gone(
    readings: list[tuple[int, int]],
) -> None:
    """Each reading says one thing; the first of the list is the latest."""
    every, ranks = entries(readings), np.arange(len(readings))
    found, counts = sightings._counting(every, ranks)
    counting = {(int(one["hi"]), int(one["content"])) for one in found[counts]}
    latest = dict(reversed(readings))
    assert counting == {(identity, content) for identity, content in latest.items() if content}
