"""Damaged files: some of the variants of ``python -m tests.connectors.damage``, and what it has found."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from discovery.connectors import CONNECTORS, by_name, recognise
from discovery.connectors.base import Head
from discovery.connectors.column_meaning import folded_header
from discovery.connectors.named_tables import as_shown
from discovery.files import BadMember, Member, members
from discovery.records import Ignored, Rejected, Spend
from tests.connectors.damage import variant
from tests.connectors.damage_promises import Sample, read_variant, samples
from tests.connectors.event_files import SAMPLES, read_as_far_as_possible


@pytest.fixture(scope="module")
def intact() -> list[Sample]:
    return samples()


def test_there_is_something_to_damage_of_every_connector(intact: list[Sample]) -> None:
    assert {sample.connector for sample in intact} == {connector.name for connector in CONNECTORS}


@pytest.mark.parametrize("start", range(0, 168, 56))
def test_a_damaged_file_is_read_or_refused_and_no_promise_is_broken(
    intact: list[Sample], tmp_path: Path, start: int
) -> None:
    for number in range(start, start + 56):
        sample, kind, content = variant(intact, 11, number)
        reading = read_variant(sample, content, tmp_path / "damaged.export", twice=number % 10 == 0)
        assert not reading.broken, (number, sample.name, kind)
        assert reading.read or reading.refused, (number, sample.name, kind)


def test_a_long_line_of_brackets_is_not_looked_at_as_a_header() -> None:
    """Each opening bracket took a look at all behind it: half a minute for 64 KB."""
    line = b"Mar  2 08:08:08 fw1 CEF:" + b"[(" * 32_000
    row = b"<14>1 2026-03-02T09:00:00Z fw1 CEF:0|A|B|1|x|Deny|1|src=10.1.2.4 dhost=claude.ai\n"
    assert recognise(Head("web.log", row + line, True)).name == "cef_log"
    assert folded_header(line.decode()) == ""


def test_a_message_that_begins_over_and_over_is_read_at_once() -> None:
    """Blocks of messages without line ends between them took longer than anybody waits."""
    rows, sentence = read_as_far_as_possible(by_name("mt940"), b"{1:F01}{4:" * 60 + b"X\n")
    assert (rows, sentence) == ([], "the file holds no MT940 statement; download it again")


def test_a_name_in_an_archive_stays_on_one_line_of_a_message(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("b\nscan 7: done.csv"), b"x")
    (member,) = members(path)
    assert isinstance(member, Member)
    assert member.name == "a.zip!b�scan 7: done.csv"
    assert member.open().read() == b"x"


def test_a_name_that_is_not_unicode_is_a_sentence(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.GNU_FORMAT) as archive:
        info = tarfile.TarInfo(b"caf\xe9.csv".decode("utf-8", "surrogateescape"))
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
    (member,) = members(tmp_path / "a.tar")
    assert isinstance(member, BadMember)
    assert member.error == "a.tar!caf�.csv has a name that is not Unicode; unpack and rename it"


def test_what_an_spdx_list_does_not_say_of_a_package_is_told() -> None:
    """An entry whose members are renamed was passed over, and so was a list without packages."""
    rows, sentence = read_as_far_as_possible(
        by_name("spdx"),
        b'{"spdxVersion": "SPDX-2.3", "packages": [{"name": "openai", "version_info": "1"}, {"nom": "x"}]}',
    )
    assert [type(row) for _, row in rows][1:] == [Rejected]
    assert sentence == ""
    rows, sentence = read_as_far_as_possible(by_name("spdx"), b"SPDXVersion: SPDX-2.3\nPaketName: openai\n")
    assert (rows, sentence) == ([], "the list names no package; make it again")
    rows, _ = read_as_far_as_possible(by_name("cyclonedx"), b'{"bomFormat": "CycloneDX", "komponents": [{}]}')
    assert [type(row) for _, row in rows] == [Rejected]


def test_a_row_with_an_open_quote_is_kept_without_what_nobody_may_see() -> None:
    """Its cells cannot be told apart: of a list of people nothing is kept, of spending no credential."""
    people = (SAMPLES / "directory_table" / "employees.csv").read_bytes() + b'"b@x.example,Born 1980\n'
    rows, _ = read_as_far_as_possible(by_name("directory_table"), people)
    assert [row.row for _, row in rows if isinstance(row, Rejected)] == [""]
    key = "sk-ant-api03-Zq81mXoPltW0kfVu"
    for before in ("OPENAI ", "OPENAI_"):
        line = f'2026-01-02,"{before}{key},2.00,EUR\n'
        spending = f"Date,Merchant,Amount,Currency\n2026-01-01,A,1.00,EUR\n{line}"
        rows, _ = read_as_far_as_possible(by_name("card_table"), spending.encode())
        kept = f'2026-01-02,"{before}…,2.00,EUR'
        assert [row.row for _, row in rows if isinstance(row, Rejected)] == [kept]


def test_a_table_cut_off_inside_a_quoted_cell_has_no_last_row() -> None:
    """Half an amount was read as the amount."""
    table = (
        b'"Date","Merchant","Currency","Amount"\n"2026-01-01","A","EUR","10.00"\n"2026-01-02","B","EUR","12'
    )
    rows, _ = read_as_far_as_possible(by_name("card_table"), table)
    assert [type(row) for _, row in rows] == [Ignored, Spend, Rejected]


@pytest.mark.parametrize(
    "name", ["camt", "ubl_invoice", "cii_invoice", "coupa_invoices", "cxml", "cyclonedx"]
)
def test_xml_that_holds_no_document_is_refused(name: str) -> None:
    """The element of the document renamed: the file was read as one without a row."""
    rows, sentence = read_as_far_as_possible(by_name(name), b"<renamed><a>1</a></renamed>")
    assert not rows
    assert sentence


def test_a_statement_on_one_line_is_refused() -> None:
    rows, sentence = read_as_far_as_possible(
        by_name("mt940"), b":20:1:25:X:28C:1:60F:C260101EUR1,:61:2601010101D1,\n"
    )
    assert (rows, sentence) == ([], "the file holds no MT940 statement; download it again")


_STATEMENT = ":20:1\n:25:X\n:28C:1\n:60F:C260101EUR5,00\n%s:62F:C260102EUR%s\n-\n"
_REPORT = ":20:1\n:25:X\n:28C:1\n:34F:EURD0,\n%s:90D:%sEUR1,\n-\n"


_CAMT = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><Stmt>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">5</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<TxsSummry><TtlNtries><NbOfNtries>%s</NbOfNtries></TtlNtries></TxsSummry>%s</Stmt></Document>"""


@pytest.mark.parametrize("stated", [("4", "0", "<Eintrag/>"), ("5", "2", "<Eintrag/>")])
def test_a_camt_statement_whose_entries_are_gone_is_not_read_as_nothing(stated: tuple[str, ...]) -> None:
    rows, sentence = read_as_far_as_possible(by_name("camt"), (_CAMT % stated).encode())
    assert [(line, type(row)) for line, row in rows] == [(1, Rejected)]
    assert sentence == ""


def test_a_camt_statement_without_entries_is_read_as_nothing() -> None:
    assert read_as_far_as_possible(by_name("camt"), (_CAMT % ("5.00", "0", "")).encode()) == ([], "")


def test_an_ofx_transaction_that_is_not_marked_as_one_is_told() -> None:
    """Its tag renamed, once or everywhere, the amount was passed over."""
    whole = (SAMPLES / "ofx" / "card.qfx").read_bytes()
    intact, _ = read_as_far_as_possible(by_name("ofx"), whole)
    rows, _ = read_as_far_as_possible(by_name("ofx"), whole.replace(b"<STMTTRN>", b"<BUCHUNG>", 1))
    assert [type(row) for _, row in rows] == [Rejected, *(type(row) for _, row in intact[1:])]
    rows, _ = read_as_far_as_possible(by_name("ofx"), whole.replace(b"STMTTRN>", b"BUCHUNG>"))
    assert {type(row) for _, row in rows} == {Rejected}
    assert len(rows) == len(intact)


@pytest.mark.parametrize(
    "mark",
    [
        _STATEMENT % (":6I:2601020102D1,00NTRFX\n", "4,00"),
        _STATEMENT.replace(":60F:", ":6OF:") % ("", "5,00"),
        _REPORT % ("", "1"),
    ],
)
def test_a_statement_whose_entries_are_gone_is_not_read_as_nothing(mark: str) -> None:
    rows, sentence = read_as_far_as_possible(by_name("mt940"), mark.encode())
    assert [type(row) for _, row in rows] == [Rejected]
    assert sentence == ""


@pytest.mark.parametrize("mark", [_STATEMENT % ("", "5,"), _REPORT % ("", "0")])
def test_a_statement_without_entries_is_read_as_nothing(mark: str) -> None:
    assert read_as_far_as_possible(by_name("mt940"), mark.encode()) == ([], "")


@pytest.mark.parametrize("on_one_line", [False, True])
@pytest.mark.parametrize(
    ("sample", "name"),
    [
        ("brex/transactions.json", "items"),
        ("cyclonedx/checkout.json", "components"),
        ("duo_authentication/authentication.json", "authlogs"),
        ("duo_authentication/authentication.json", "response"),
        ("entra_licences/users.json", "value"),
        ("entra_users/page.json", "value"),
        ("google_workspace_users/page.json", "users"),
        ("openai_usage/costs.json", "data"),
        ("scim_directory/list_response.json", "Resources"),
        ("stripe_issuing/transactions.json", "data"),
        ("tool_members/claude.json", "data"),
    ],
)
def test_an_answer_whose_list_goes_by_another_name_is_refused(
    sample: str, name: str, on_one_line: bool
) -> None:
    """It was read as nothing, or as one entry of no use; an answer whose list is empty still is."""
    content = (SAMPLES / sample).read_bytes()
    connector = by_name(sample.partition("/")[0])
    answer = json.loads(content.replace(f'"{name}":'.encode(), b'"renamed":'))
    renamed = json.dumps(answer, indent=None if on_one_line else 1) + "\n" * on_one_line
    rows, sentence = read_as_far_as_possible(connector, renamed.encode())
    assert {type(row) for _, row in rows} <= {Ignored, Rejected}
    assert sentence.startswith("what the file lists stands under no name that is known here (")
    holder = answer["response"] if name == "authlogs" else answer
    empty: object = {"authlogs": []} if name == "response" else []
    holder[name], holder["renamed"] = empty, []
    rows, sentence = read_as_far_as_possible(connector, json.dumps(answer).encode())
    assert (rows, sentence) == ([], "")


@pytest.mark.parametrize(
    ("sample", "name"),
    [
        ("anthropic_usage/claude_code.json", "model_breakdown"),
        ("anthropic_usage/messages.json", "results"),
        ("openai_usage/costs.json", "results"),
        ("openai_usage/costs.json", "amount"),
        ("osquery_tables/snapshots.log", "snapshot"),
        ("quickbooks_bills/query_bill.json", "QueryResponse"),
    ],
)
def test_an_entry_whose_inner_list_goes_by_another_name_is_rejected(sample: str, name: str) -> None:
    content = (SAMPLES / sample).read_bytes().replace(f'"{name}"'.encode(), b'"renamed"')
    rows, _ = read_as_far_as_possible(by_name(sample.partition("/")[0]), content)
    assert Rejected in {type(row) for _, row in rows} <= {Rejected, Ignored}


def test_users_whose_profile_goes_by_another_name_are_refused() -> None:
    content = (SAMPLES / "okta_users" / "users.json").read_bytes()
    _, sentence = read_as_far_as_possible(by_name("okta_users"), content.replace(b'"profile"', b'"profil"'))
    assert sentence.startswith("none of the file's entries has the fields of a user")


def test_answers_without_users_are_read_as_nothing() -> None:
    """Google leaves out the list of an answer that would be empty."""
    rows, sentence = read_as_far_as_possible(
        by_name("google_workspace_users"), b'{"kind": "admin#directory#users", "etag": "x"}\n' * 2
    )
    assert ([type(row) for _, row in rows], sentence) == ([Ignored, Ignored], "")


@pytest.mark.parametrize(("old", "sentence"), [(b"component", "the list holds parts"), (b"", "")])
def test_an_xml_list_whose_components_go_by_another_name_is_refused(old: bytes, sentence: str) -> None:
    bill = (SAMPLES / "cyclonedx" / "shop.xml").read_bytes()
    before, behind = bill.split(b"<components>\n", 1)[0], b"<dependencies/></bom>"
    bill = bill.replace(old, b"renamed") if old else before + b"<components/>" + behind
    rows, said = read_as_far_as_possible(by_name("cyclonedx"), bill)
    assert (rows, said[:20]) == ([], sentence)


def test_a_component_that_has_lost_its_name_is_told() -> None:
    """Its reference made it look like what stands beside components."""
    bill = b'{"bomFormat": "CycloneDX", "components": [{"type": "library", "bom-ref": "a", "nom": "openai"}]}'
    rows, sentence = read_as_far_as_possible(by_name("cyclonedx"), bill)
    assert ([type(row) for _, row in rows], sentence) == ([Rejected], "")


def test_an_address_in_a_column_that_has_moved_is_not_kept() -> None:
    assert as_shown({"own_id": "maja@acme.example", "status": "off"}, ("own_id", "status")) == "status: off"


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("tool_members", {"type": "user", "id": "maja@acme.example", "role": "owner", "added_at": "2026"}),
        ("entra_users", {"id": "maja@acme.example", "userPrincipalName": "", "userType": "owner"}),
        ("scim_directory", {"id": "owner", "emails": [{"value": "maja@acme@example"}]}),
    ],
)
def test_an_address_in_a_json_member_that_has_moved_is_not_kept(name: str, row: dict[str, object]) -> None:
    rows, _ = read_as_far_as_possible(by_name(name), json.dumps([row]).encode())
    (kept,) = [row.row for _, row in rows if isinstance(row, Rejected)]
    assert "owner" in kept
    assert "@" not in kept


def test_an_event_without_any_pair_costs_no_other() -> None:
    rows, _ = read_as_far_as_possible(by_name("cef_log"), b"CEF:0|A|B|1|x|Deny|1|nothing\nno event\n")
    assert [type(row) for _, row in rows] == [Ignored, Ignored]
