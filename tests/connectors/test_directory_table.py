"""Lists of people as tables: four languages, three identity providers, who left and who leads."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from discovery.connectors import recognise
from discovery.connectors.base import HEAD_BYTES, Head, UnreadableFile
from discovery.connectors.directory_table import DirectoryTable
from discovery.connectors.directory_words import day_stated, is_gone
from discovery.records import DirectoryPerson, Ignored, Rejected
from tests.connectors.event_files import (
    SAMPLES,
    counts,
    damaged,
    read,
    read_as_far_as_possible,
    recognised_by,
)

TABLE = DirectoryTable()
FOLDER = SAMPLES / "directory_table"
FILES = sorted(FOLDER.iterdir())
HEADER = "Email,Name,Department,Status,Last day\n"


def people(content: bytes | str) -> list[DirectoryPerson]:
    raw = content.encode() if isinstance(content, str) else content
    return [row for _, row in read(TABLE, raw) if isinstance(row, DirectoryPerson)]


def sample(name: str) -> list[DirectoryPerson]:
    return people((FOLDER / name).read_bytes())


def test_a_german_list_is_read_whole() -> None:
    jorg, anna, eva = sample("personalliste.csv")
    assert jorg == DirectoryPerson(
        account="",
        own_id="1001",
        email="joerg.mueller@acme.example",
        login="1001",
        name="Jörg Müller",
        given_name="Jörg",
        family_name="Müller",
        department="Vertrieb",
        cost_centre="4100",
        manager="anna.weiss@acme.example",
    )
    assert (anna.active, anna.manager, eva.active) == (True, "", False)


def test_a_manager_named_either_way_round_is_told_by_address() -> None:
    assert [person.manager for person in sample("personalliste.csv")] == [
        "anna.weiss@acme.example", "", "anna.weiss@acme.example",
    ]  # fmt: skip
    assert [person.manager for person in sample("collaborateurs.csv")] == ["luc@acme.example", ""]
    assert sample("employees.csv")[1].manager == "jane@acme.example"
    both = "Email,Name,Department,Manager\na@acme.example,Jo Li,A,Jo Li\nb@acme.example,Jo Li,B,Jo Li\n"
    assert [person.manager for person in people(both)] == ["Jo Li", "Jo Li"]


def test_an_export_of_active_directory_is_read() -> None:
    text = (
        '"Name","GivenName","Surname","SamAccountName","EmailAddress","Department","Manager","Enabled"\n'
        '"Maja Lindqvist","Maja","Lindqvist","mlind","maja@acme.example","IT","CN=Park\\, Jon,OU=IT","True"\n'
        '"Park, Jon","Jon","Park","jpark","jon@acme.example","IT","","False"\n'
    )
    maja, jon = people(text)
    assert (maja.login, maja.manager, maja.active) == ("mlind", "jon@acme.example", True)
    assert (jon.login, jon.active) == ("jpark", False)


@pytest.mark.parametrize(
    "header",
    [
        "Associate ID,Legal First Name,Legal Last Name,Work Contact: Work Email,Home Department Description,"
        "Reports To Legal Name,Position Status,Termination Date",
        "Employee ID,Legal Name - First Name,Last Name,Email - Primary Work,Supervisory Organization,"
        "Worker's Manager,Active Status,Termination Date",
        "ID,First name,Last name,Email,Department,Supervisor,Status,Termination date",
        "Pers.-Nr.,Vorname,Nachname,E-Mail-Adresse,Org.-Einheit,Führungskraft,Status,Letzter Arbeitstag",
        "Matricule,Prénom,Nom,Mail professionnel,Département,Manager,Statut,Date de fin de contrat",
        "Legajo,Nombre,Apellido,Correo laboral,Área,Jefe inmediato,Estatus,Fecha de término",
    ],
)
def test_headers_of_many_systems_mean_the_same(header: str) -> None:
    (maja,) = people(f"{header}\n7,Maja,Lindqvist,maja@acme.example,IT,jon@acme.example,Terminated,\n")
    assert (maja.own_id, maja.email, maja.department) == ("7", "maja@acme.example", "IT")
    assert (maja.family_name, maja.manager, maja.active) == ("Lindqvist", "jon@acme.example", False)


def test_a_spanish_list_is_of_the_day_that_stands_above_it() -> None:
    rows = read(TABLE, (FOLDER / "empleados.csv").read_bytes())
    assert counts(rows) == (3, 0, 4)
    assert {person.stated_at for person in sample("empleados.csv")} == {"2026-03-15T00:00:00+00:00"}
    # The second leaves nine months after that day, the third had left.
    assert [person.active for person in sample("empleados.csv")] == [True, True, False]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("entra_users.csv", [("maja@acme.example", "u-100", True), ("jane@partner.example", "u-101", False)]),
        ("google_users.csv", [("maja@acme.example", "100", True), ("jon@acme.example", "101", False)]),
        ("okta_users.csv", [("maja@acme.example", "mlind", True), ("jon@acme.example", "00u2", False)]),
        (
            "microsoft_365_users.csv",
            [("maja@acme.example", "u-100", True), ("jon@acme.example", "u-101", False)],
        ),
        ("collaborateurs.csv", [("zoe@acme.example", "M1", True), ("luc@acme.example", "M2", False)]),
        ("employees.csv", [("jane@acme.example", "12", True), ("john@acme.example", "13", False)]),
    ],
)
def test_lists_of_every_kind_say_who_works_here(name: str, expected: list[tuple[str, str, bool]]) -> None:
    assert [(person.email, person.login, person.active) for person in sample(name)] == expected


def test_further_addresses_are_aliases_and_private_ones_are_not_read() -> None:
    assert sample("google_users.csv")[0].aliases == ("m.l@acme.example",)
    assert sample("microsoft_365_users.csv")[0].aliases == ("maja@acme.onmicrosoft.example",)
    private = "Work email;Personal email;Department\nm@acme.example;m@home.example;IT\n"
    assert "home" not in repr(people(private))


@pytest.mark.parametrize(
    ("row", "active"),
    [
        ("active,", True),
        ("Active,2026-01-31", True),
        ("Terminated,", False),
        ("Full-Time,", True),
        ("on leave,", True),
        (",2026-01-31", False),
        (",01/02/2026", False),
        (",", True),
        (",-", True),
        (",31.12.9999", True),
        (",9999-12-31", True),
    ],
)
def test_the_status_says_who_left_and_else_the_last_day(row: str, active: bool) -> None:
    (person,) = people(f"{HEADER}maja@acme.example,Maja,IT,{row}\n")
    assert person.active is active


@pytest.mark.parametrize(
    ("word", "gone"),
    [
        ("ausgeschieden", True), ("Inaktiv", True), ("FALSCH", True), ("WAHR", False), ("no", True),
        ("Inactif", True), ("Sorti", True), ("En congé", False), ("Baja", True), ("Baja médica", False),
        ("Inactivo", True), ("Elternzeit", False), ("gekündigt", False), ("Suspended", True), ("1", False),
    ],
)  # fmt: skip
def test_words_of_four_languages_say_who_is_gone(word: str, gone: bool) -> None:
    assert is_gone(word) is gone


def test_the_day_above_a_list_is_found() -> None:
    assert day_stated([["Personalliste"], ["Stand:", "01.03.2026"]]) == "01.03.2026"
    assert day_stated([["Generated on 2026-03-01 by HR"]]) == "2026-03-01"
    assert day_stated([["Founded", "2001-01-01"]]) == ""


def test_a_day_that_may_be_meant_either_way_is_left_out() -> None:
    text = "Email,Department,Last day,As of\na@acme.example,IT,,03/04/2026\n"
    text += "b@acme.example,IT,03/05/2026,03/04/2026\n"
    assert [(person.stated_at, person.active) for person in people(text)] == [("", True), ("", False)]
    told = text + "c@acme.example,IT,03/31/2026,03/04/2026\n"
    assert [(person.stated_at[:10], person.active) for person in people(told)] == [
        ("2026-03-04", True), ("2026-03-04", True), ("2026-03-04", True),
    ]  # fmt: skip


def test_a_name_column_means_what_stands_beside_it() -> None:
    german = "Name;Vorname;E-Mail;Abteilung\nLindqvist;Maja;maja@acme.example;IT\n"
    french = "Nom;Courriel;Service;Manager\nMaja Lindqvist;maja@acme.example;IT;\n"
    employee = "Employee,Email,Department\nMaja Lindqvist,maja@acme.example,IT\n"
    assert [people(text)[0].name for text in (german, french, employee)] == ["Maja Lindqvist"] * 3
    assert people(german)[0].family_name == "Lindqvist"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_any_encoding_and_separator(encoding: str) -> None:
    text = (FOLDER / "personalliste.csv").read_text()
    for separator in ";,\t":
        content = text.replace("Weiß, Anna", "Weiß Anna").replace(";", separator).encode(encoding)
        assert recognised_by(content) == {"directory_table"}
        assert [person.name for person in people(content)] == ["Jörg Müller", "Anna Weiß", "Eva Kurz"]


def test_a_workbook_with_a_title_is_read() -> None:
    book = Workbook()
    book.active.append(["Headcount"])
    book.active.append(["As of", "2026-03-01"])
    book.active.append(["E-mail", "Full name", "Cost centre", "Leaving date"])
    book.active.append(["maja@acme.example", "Maja Lindqvist", 4100, None])
    packed = io.BytesIO()
    book.save(packed)
    assert "directory_table" in recognised_by(packed.getvalue())
    (maja,) = people(packed.getvalue())
    assert (maja.name, maja.cost_centre, maja.stated_at) == (
        "Maja Lindqvist", "4100", "2026-03-01T00:00:00+00:00",
    )  # fmt: skip


def test_who_has_no_address_is_rejected_and_totals_are_not() -> None:
    rows = read(TABLE, f"{HEADER},Maja Lindqvist,IT,active,\nTotal,2,,,\n,,IT,,\n".encode())
    assert [type(row) for _, row in rows] == [Ignored, Rejected, Ignored, Ignored]
    rejected = rows[1][1]
    assert isinstance(rejected, Rejected)
    assert "e-mail" in rejected.reason
    assert "Maja" not in rejected.row


@pytest.mark.parametrize(
    "content",
    [
        "Date,Employee email,Department,Merchant,Amount\n2026-01-02,a@acme.example,IT,Figma,12.00\n",
        "Date,Employee email,Department,Cost centre,Vendor,Total\n2026-01-02,a@acme.example,IT,1,Figma,12\n",
        "Name,Email,Role,Status,Last active\nMaja,a@acme.example,Admin,Active,2026-01-02\n",
        "User email,Service,Requests\na@acme.example,search,7\n",
        "Email,Name,Plan,Department\na@acme.example,Maja,Pro,IT\n",
        "Username,Application,Department,Date\na@acme.example,Figma,IT,2026-01-02\n",
    ],
)
def test_spending_members_and_sign_ins_are_no_list_of_people(content: str) -> None:
    assert "directory_table" not in recognised_by(content.encode())
    with pytest.raises(UnreadableFile, match="no list of people"):
        read(TABLE, content.encode())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_list_of_people_is_taken_for_nothing_else(path) -> None:
    content = path.read_bytes()
    assert recognise(Head("export", content[:HEAD_BYTES], True)).name == "directory_table"


def test_a_list_that_says_who_has_a_seat_is_left_to_whoever_reads_seats() -> None:
    head = Head("x", (FOLDER / "microsoft_365_users.csv").read_bytes(), True)
    assert TABLE.recognises(head) == 50
    assert TABLE.recognises(Head("x", (FOLDER / "employees.csv").read_bytes(), True)) == 91


@settings(max_examples=80, deadline=None)
@given(st.integers(min_value=0, max_value=10**6), st.sampled_from(FILES))
def test_damage_anywhere_never_breaks(seed: int, path) -> None:
    content = path.read_bytes()
    garbled, at = damaged(content, seed)
    read_as_far_as_possible(TABLE, content[:at])
    rows, sentence = read_as_far_as_possible(TABLE, garbled)
    lines = [line for line, _ in rows]
    assert sentence or lines == sorted(set(lines))
