"""What the pages of Ramp and Brex export: their headers tell currency, sign and what is settled."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from discovery.connectors import by_name
from discovery.records import Ignored, Payment, Spend, Who
from tests.connectors.event_files import read, recognised_by

SAMPLES = Path(__file__).parent.parent / "samples"
RAMP = (SAMPLES / "ramp_pages.csv").read_bytes()
BREX = (SAMPLES / "brex_pages.csv").read_bytes()


def test_ramps_export() -> None:
    assert "card_table" in recognised_by(RAMP)
    header, booked, pending, refund = (row for _, row in read(by_name("card_table"), RAMP))
    assert isinstance(header, Ignored)
    assert booked == Spend(
        account="",
        own_id="RAMP.c6b65c60-3b7b-4778-9412-000000000001",
        date=date(2026, 5, 11),
        text="Superhuman",
        amount=29_000_000,
        currency="USD",
        who=Who(name="Mia Okonkwo"),
        card="4034",
        payment=Payment.CARD,
        department="General",
    )
    assert pending == Ignored("not settled yet")
    assert isinstance(refund, Spend)
    assert (refund.amount, refund.text) == (-20_000_000, "OpenAI")


@pytest.mark.parametrize("lost", [0, 10])
def test_rows_with_and_without_all_cells_are_judged_alike(lost: int) -> None:
    """A short row goes another way through the reader than the even rows around it."""
    lines = RAMP.decode().splitlines()
    pending = lines[2].split(",")
    content = "\n".join([*lines[:2], ",".join(pending[: len(pending) - lost]), *lines[3:]]).encode()
    rows = [row for _, row in read(by_name("card_table"), content)]
    assert not isinstance(rows[2], Spend)
    assert [type(row) for row in rows if isinstance(row, Spend)] == [Spend, Spend]


def test_brex_export() -> None:
    assert "card_table" in recognised_by(BREX)
    _, purchase, paid = (row for _, row in read(by_name("card_table"), BREX))
    assert isinstance(purchase, Spend)
    assert (purchase.date, purchase.text, purchase.amount, purchase.currency) == (
        date(2026, 10, 17), "OPENAI *CHATGPT", 129_000_000, "USD",
    )  # fmt: skip
    assert (purchase.card, purchase.own_id, purchase.department) == ("0042", "tx_1", "Sales")
    assert paid == Ignored("payment of a bill")


def test_a_currency_that_the_file_states_goes_before() -> None:
    content = RAMP.replace(b"Amount,", b"Amount (EUR),", 1)
    row = next(row for _, row in read(by_name("card_table"), content) if isinstance(row, Spend))
    assert row.currency == "EUR"
