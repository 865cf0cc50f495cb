"""Lists of members that say of no tool, read as a person said: what is guessed, asked and yielded."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest

from discovery.connectors.base import Ask, Head, LeftOpen, Said, UnreadableFile
from discovery.connectors.member_list import MemberList
from discovery.connectors.member_mapping import (
    MemberMapping,
    asks_for_order,
    columns_of_members,
    first_members,
    line_above,
    mapped_members,
)
from discovery.connectors.table_mapping import guess, shape_of, shapes_in
from discovery.records import Licence, Rejected, Switch

LIST = (
    "Wer;Kontakt;Platz;Zuletzt da;Zustand\n"
    "Ann Berg;ann@corp.example;Pro;03.04.2026;aktiv\n"
    "Bob Roy;bob@corp.example;Free;28.04.2026;eingeladen\n"
    "Ohne;;Pro;28.04.2026;aktiv\n"
)
HEADERS = ("Wer", "Kontakt", "Platz", "Zuletzt da", "Zustand")
COLUMNS = {"name": 0, "email": 1, "plan": 2, "last_active": 3, "status": 4}
TOOL = Said(tool="Cursor", url="https://cursor.com", product="anysphere/cursor")


def head(text: str) -> Head:
    return Head("members.csv", text.encode(), complete=True)


def members(reader, text: str) -> list[Licence]:
    return [row for _, row in reader.read(BytesIO(text.encode())) if isinstance(row, Licence)]


def test_columns_are_guessed_by_name_and_addresses_by_their_cells():
    assert columns_of_members(guess(head(LIST))) == {"email": 1}
    named = "Full name;Contact;Seat type;Last active\nAnn Berg;ann@corp.example;Pro;2026-04-03\n"
    assert columns_of_members(guess(head(named))) == {"email": 1, "name": 0, "plan": 2, "last_active": 3}


def test_each_row_is_a_seat_of_the_tool_that_was_named():
    ann, bob = members(mapped_members(MemberMapping(HEADERS, COLUMNS, TOOL)), LIST)
    assert (ann.app, ann.url, ann.plan, ann.who.email, ann.who.name) == (
        "Cursor", "https://cursor.com", "Pro", "ann@corp.example", "Ann Berg",
    )  # fmt: skip
    assert (ann.state, ann.last_active) == (Switch.ON, date(2026, 4, 3))
    assert bob.state == Switch.OFF


def test_every_row_is_told_of_and_one_without_an_address_says_what_to_do():
    rows = list(first_members(MemberMapping(HEADERS, COLUMNS, TOOL), head(LIST), 9))
    assert [line for line, _ in rows] == [2, 3, 4]
    assert isinstance(rows[2][1], Rejected)
    assert "no e-mail address" in rows[2][1].reason
    assert "Ohne" not in rows[2][1].row


def test_an_open_order_of_dates_is_asked_for_and_the_answer_holds():
    text = "E-mail;Plan;Last active\nann@corp.example;Pro;03/04/2026\n"
    found = guess(head(text))
    assert asks_for_order(found, columns_of_members(found))
    for day_first, month in ((True, 4), (False, 3)):
        said = Said(tool="Cursor", day_first=day_first)
        mapping = MemberMapping(found.headers, columns_of_members(found), said)
        (ann,) = members(mapped_members(mapping), text)
        assert ann.last_active is not None
        assert ann.last_active.month == month


def test_a_list_with_another_line_above_is_of_another_tool():
    plain, figma, later = (
        f"{above}{LIST}" for above in ("", "Members of Figma 12\n\n", "Members of Figma 13\n\n")
    )
    shape = shape_of(HEADERS)
    assert shape in shapes_in(head(figma))
    assert line_above(head(plain), shape) == ""
    assert line_above(head(figma), shape) == line_above(head(later), shape) != ""


def test_a_list_of_a_known_form_asks_whose_members_they_are_and_takes_the_answer():
    text = "Email,Name,Role,Last active\nann@corp.example,Ann Berg,Admin,2026-04-03\n"
    with pytest.raises(LeftOpen) as asked:
        members(MemberList(), text)
    assert asked.value.ask == Ask.TOOL
    (ann,) = members(MemberList().answered(TOOL), text)
    assert (ann.app, ann.role) == ("Cursor", "Admin")


def test_what_a_row_says_goes_before_what_was_said_of_the_file():
    text = "Email,Application,Plan\nann@corp.example,Figma,Pro\nbob@corp.example,,Pro\n"
    ann, bob = members(MemberList().answered(TOOL), text)
    assert (ann.app, ann.url) == ("Figma", "")
    assert (bob.app, bob.url) == ("Cursor", "https://cursor.com")


def test_an_answer_changes_no_other_reading():
    reader = MemberList()
    reader.answered(TOOL)
    assert reader.said == Said()


def test_a_list_of_addresses_alone_is_a_list_of_members():
    text = "Members of Figma\n\nE-mail\nann@corp.example\nbob@corp.example\n"
    found = guess(head(text))
    assert (found.headers, columns_of_members(found)) == (("E-mail",), {"email": 0})
    assert shape_of(found.headers) in shapes_in(head(text))
    read = members(mapped_members(MemberMapping(found.headers, {"email": 0}, TOOL)), text)
    assert [one.who.email for one in read] == ["ann@corp.example", "bob@corp.example"]


@pytest.mark.parametrize(
    "text", ["ann@corp.example,Ann\nbob@corp.example,Bob\n", "ann@corp.example\nbob@corp.example\n"]
)
def test_no_member_is_taken_for_the_names_of_the_columns(text):
    with pytest.raises(UnreadableFile, match="first row"):
        guess(head(text))


def test_a_text_in_which_somebody_is_named_is_no_table():
    with pytest.raises(UnreadableFile):
        guess(head("Dear all\nplease ask ann@corp.example\nann@corp.example\nwe are closed\nyours\n"))
