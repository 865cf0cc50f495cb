"""Tables that no connector recognises, read as a person said: what is guessed, asked and yielded."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from discovery.connectors import recognise
from discovery.connectors.base import Head, Kind, UnreadableFile
from discovery.connectors.column_meaning import Meaning
from discovery.connectors.table_mapping import (
    TableMapping,
    first_rows,
    guess,
    mapped_table,
    shape_of,
    shapes_in,
)
from discovery.records import Rejected, Spend

HEADER = ("Wann", "Wohin", "Wieviel", "Von wem")
COLUMNS = {Meaning.DATE: 0, Meaning.MERCHANT: 1, Meaning.AMOUNT: 2, Meaning.EMAIL: 3}


def head(*lines: str, complete: bool = True) -> Head:
    return Head("export.csv", "".join(f"{line}\n" for line in lines).encode(), complete)


TABLE = head(
    ";".join(HEADER),
    "03/04/2026;OPENAI CHATGPT;1.234;lena@corp.example",
    "05/04/2026;CURSOR;2.000;ben@corp.example",
    "31/31/2026;CURSOR;2.000;ben@corp.example",
)


def mapping(**columns: object) -> TableMapping:
    return TableMapping(
        **{"kind": Kind.CARD, "headers": HEADER, "columns": COLUMNS, "currency": "EUR", **columns}
    )


def spends(of: TableMapping, file: Head) -> list[Spend | Rejected]:
    return [row for _line, row in first_rows(of, file, 20)]


def test_no_connector_recognises_it():
    with pytest.raises(UnreadableFile):
        recognise(TABLE)


def test_what_the_cells_tell_is_guessed_whatever_the_names():
    found = guess(TABLE)
    assert found.headers == HEADER
    assert found.columns[Meaning.DATE] == 0
    assert found.columns[Meaning.DESCRIPTION] == 1
    assert found.columns[Meaning.EMAIL] == 3


def test_order_and_mark_are_asked_for_only_where_the_cells_leave_them_open():
    open_file = guess(head(";".join(HEADER), "03/04/2026;CURSOR;1.234;a@corp.example"))
    assert open_file.order(COLUMNS).asked
    assert open_file.mark(COLUMNS).asked
    told = guess(head(";".join(HEADER), "23/04/2026;CURSOR;1.234,50;a@corp.example"))
    assert (told.order(COLUMNS).asked, told.order(COLUMNS).shown) == (False, True)
    assert (told.mark(COLUMNS).asked, told.mark(COLUMNS).shown) == (False, ",")


def test_an_answer_holds_where_the_cells_leave_it_open():
    file = head(";".join(HEADER), "03/04/2026;CURSOR;1.234;a@corp.example")
    (day_first,) = spends(mapping(day_first=True, mark=","), file)
    (month_first,) = spends(mapping(day_first=False, mark="."), file)
    assert (day_first.date, day_first.amount) == (date(2026, 4, 3), 1_234_000_000)
    assert (month_first.date, month_first.amount) == (date(2026, 3, 4), 1_234_000)


def test_what_the_cells_show_goes_before_an_answer():
    file = head(";".join(HEADER), "23/04/2026;CURSOR;1.234,50;a@corp.example")
    (record,) = spends(mapping(day_first=False, mark="."), file)
    assert (record.date, record.amount) == (date(2026, 4, 23), 1_234_500_000)


def test_a_row_that_cannot_be_read_says_why():
    *_, wrong = spends(mapping(day_first=True, mark=","), TABLE)
    assert isinstance(wrong, Rejected)
    assert "Wann" in wrong.reason


def test_spending_with_a_minus_is_spending():
    file = head(";".join(HEADER), "23/04/2026;CURSOR;-20,00;a@corp.example")
    (record,) = spends(mapping(spending_is_negative=True), file)
    assert record.amount == 20_000_000


def test_without_a_currency_nothing_is_read():
    with pytest.raises(UnreadableFile, match="currency"):
        spends(mapping(currency="", day_first=True, mark=","), TABLE)


def test_the_shape_is_the_header_whatever_its_case_accents_and_empty_ends():
    assert shape_of(["Début", "Montant", ""]) == shape_of(["DEBUT", " montant "])
    assert shape_of(["Montant", "Début"]) != shape_of(["Début", "Montant"])
    assert mapping().shape in shapes_in(TABLE)


def test_lines_above_the_header_do_not_matter():
    file = head("Export of April", "", ";".join(HEADER), "23/04/2026;CURSOR;20,00;a@corp.example")
    assert guess(file).headers == HEADER
    assert mapping().shape in shapes_in(file)
    assert [record.text for record in spends(mapping(), file)] == ["CURSOR"]


def test_another_header_is_not_read_by_it():
    with pytest.raises(UnreadableFile):
        spends(mapping(), head("Wann;Wohin;Betrag", "23/04/2026;CURSOR;20,00"))


def test_a_workbook_is_read_by_the_sheet_with_the_header():
    book = openpyxl.Workbook()
    book.active.append(["Notes"])
    sheet = book.create_sheet("Ausgaben")
    sheet.append(HEADER)
    sheet.append([date(2026, 4, 23), "CURSOR", 20.5, "a@corp.example"])
    packed = BytesIO()
    book.save(packed)
    file = Head("export.xlsx", packed.getvalue(), complete=True)
    assert mapping().shape in shapes_in(file)
    (record,) = spends(mapping(), file)
    assert (record.date, record.amount, record.text) == (date(2026, 4, 23), 20_500_000, "CURSOR")


def test_the_line_that_the_beginning_breaks_off_in_is_not_shown():
    file = Head("export.csv", TABLE.start[:-20], complete=False)
    assert len(spends(mapping(day_first=True, mark=","), file)) == 2


def test_invoices_name_their_supplier():
    rows = mapped_table(mapping(kind=Kind.PROCUREMENT, day_first=True, mark=",")).read(BytesIO(TABLE.start))
    assert [row.text for _line, row in rows if isinstance(row, Spend)] == ["OPENAI CHATGPT", "CURSOR"]


def test_a_file_that_is_no_table_is_refused_with_what_to_do():
    with pytest.raises(UnreadableFile, match="CSV or XLSX"):
        guess(Head("export.json", b'{"a": 1}', complete=True))
    with pytest.raises(UnreadableFile, match="first row"):
        guess(head("23/04/2026;CURSOR;20,00", "24/04/2026;CURSOR;20,00"))
