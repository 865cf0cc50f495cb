"""Registers of contracts: four languages, terms and notice, and tables that are none."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discovery.connectors import recognise
from discovery.connectors.base import Head
from discovery.connectors.contract_register import ContractRegister
from discovery.connectors.contract_words import Notice, every_of, notice_of, renews_of, without_end
from discovery.records import Contract, Rejected, Who
from tests.connectors.event_files import SAMPLES, counts, read

REGISTER = ContractRegister()


def contracts(content: bytes) -> list[Contract]:
    return [row for _, row in read(REGISTER, content) if isinstance(row, Contract)]


def sample(name: str) -> bytes:
    return (SAMPLES / "contract_register" / name).read_bytes()


def test_a_register_is_read() -> None:
    first, second, third = contracts(sample("register.csv"))
    assert first == Contract(
        account="",
        own_id="C-2025-014",
        supplier="OpenAI Ireland Ltd",
        product="ChatGPT Enterprise",
        owner=Who(email="maja@acme.example"),
        cost_centre="4100",
        start=date(2025, 4, 15),
        end=date(2027, 3, 31),
        notice_by=date(2026, 12, 31),
        notice_days=93,
        renews=True,
        amount=36_000_000_000,
        currency="EUR",
        every="year",
        seats=50,
        status="active",
    )
    assert (second.amount, second.notice_by, second.renews) == (9_600_500_000, date(2026, 5, 1), False)
    assert second.owner == Who(name="Jon Park")
    assert (third.end, third.renews, third.amount, third.every) == (None, None, None, "")
    assert counts(read(REGISTER, sample("register.csv"))) == (3, 3, 4)


def test_registers_in_german_french_and_spanish() -> None:
    le_chat, endless = contracts(sample("vertraege.csv"))
    assert (le_chat.end, le_chat.notice_by, le_chat.every) == (date(2026, 6, 30), date(2026, 3, 31), "term")
    assert (le_chat.amount, le_chat.currency, le_chat.seats) == (12_345_600_000, "EUR", 30)
    assert le_chat.renews is True
    assert (endless.end, endless.renews, endless.notice_days) == (None, False, 31)
    (french,) = contracts(sample("contrats.csv"))
    assert (french.every, french.notice_by, french.amount) == ("month", date(2026, 4, 30), 250_000_000)
    (spanish,) = contracts(sample("contratos.csv"))
    assert (spanish.notice_by, spanish.every, spanish.renews) == (date(2026, 5, 31), "year", True)


def test_a_workbook_says_the_same() -> None:
    book = openpyxl.Workbook()
    for line in sample("register.csv").decode().splitlines():
        book.active.append(line.split(";"))
    stream = io.BytesIO()
    book.save(stream)
    assert recognise(Head("x", stream.getvalue(), True)).name == "contract_register"
    assert contracts(stream.getvalue()) == contracts(sample("register.csv"))


@pytest.mark.parametrize("name", ["register.csv", "vertraege.csv", "contrats.csv", "contratos.csv"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_register_is_known_in_any_encoding(name: str, encoding: str) -> None:
    content = sample(name).decode().encode(encoding)
    assert recognise(Head("spend.csv", content, True)).name == "contract_register"
    assert contracts(content) == contracts(sample(name))


@pytest.mark.parametrize(
    "header",
    [
        "Supplier,Invoice number,Invoice date,Contract number,Contract end,Amount,Currency",
        "Supplier,PO number,Start date,End date,Amount,Currency,Status",
        "Lieferant,Belegdatum,Fälligkeit,Vertragsnummer,Vertragsende,Betrag,Währung",
        "Date,Supplier,Description,Amount,Currency,Contract",
        "Email,Name,Department,Start date,End date,Contract type",
        "Supplier,Start,End",
    ],
)
def test_invoices_orders_and_people_are_no_contracts(header: str) -> None:
    row = ",".join("2026-03-01" if "date" in name.lower() else "7" for name in header.split(","))
    assert REGISTER.recognises(Head("contracts.csv", f"{header}\n{row}\n".encode(), True)) == 0


def test_a_rejected_contract_shows_no_names_and_no_values() -> None:
    rejected = [row for _, row in read(REGISTER, sample("register.csv")) if isinstance(row, Rejected)]
    assert len(rejected) == 3
    assert not any(word in row.row + row.reason for row in rejected for word in ("@", "Cursor", "1.000"))


@pytest.mark.parametrize(
    ("cell", "header", "expected"),
    [
        ("3 months", "", Notice(3, "month")),
        ("3 Monate zum Quartalsende", "", Notice(3, "month")),
        ("90", "notice period", Notice(90, "day")),
        ("3", "kundigungsfrist monate", Notice(3, "month")),
        ("1 año", "", Notice(1, "year")),
        ("6 semaines", "", Notice(6, "week")),
        ("3", "notice period", None),  # of what?
        ("none", "", None),
    ],
)
def test_periods_of_notice(cell: str, header: str, expected: Notice | None) -> None:
    assert notice_of(cell, header) == expected


@given(
    st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 1, 1)),
    st.integers(min_value=1, max_value=24),
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
)
def test_notice_is_given_before_the_end_and_never_later_than_its_days_say(
    end: date, number: int, unit: str
) -> None:
    notice = Notice(number, unit)
    last = notice.before(end)
    assert last is not None
    assert end - timedelta(days=notice.days) <= last < end


def test_words_for_billing_renewal_and_no_end() -> None:
    assert [every_of(cell) for cell in ("Monthly", "vierteljährlich", "annuelle", "einmalig", "12", "")] == [
        "month",
        "quarter",
        "year",
        "term",
        "",
        "",
    ]
    assert [renews_of(c) for c in ("Ja", "sí", "12 Monate", "Manual", "non", "perhaps", "")] == [
        True,
        True,
        True,
        False,
        False,
        None,
        None,
    ]
    assert all(
        map(without_end, ("", "unbefristet", "open-ended", "31.12.9999", "à durée indéterminée", "n/a"))
    )
    assert not without_end("31.12.2026")
