"""The invoice inside a PDF is a file to read; every other PDF says what to do instead."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import suppress

import pytest

from discovery.connectors import recognise
from discovery.connectors.base import UnreadableFile
from discovery.files import BadMember, Member, head_of, members
from discovery.pdf_invoices import Encrypted, invoice_in
from discovery.records import Spend
from tests.connectors.event_files import SAMPLES

INVOICE = (SAMPLES / "cii_invoice" / "factur-x.xml").read_bytes()


def pdf(*attached: bytes, deflated: bool = True, also: bytes = b"") -> bytes:
    """A PDF with a page's content, a picture and these files attached."""
    streams = [(b"/Length 9", b"BT (x) ET"), (b"/Subtype/Image /Filter/DCTDecode", b"\xff\xd8stream\n")]
    for content in attached:
        packed = zlib.compress(content) if deflated else content
        how = b"/Filter /FlateDecode " if deflated else b""
        streams.append((b"/Type /EmbeddedFile /Subtype /text#2Fxml " + how, packed))
    objects = [
        b"%d 0 obj\n<< %s >>\nstream\r\n%s\r\nendstream\nendobj\n" % (number, described, content)
        for number, (described, content) in enumerate(streams, 1)
    ]
    return b"%PDF-1.7\n%\xe2\xe3\n" + b"".join(objects) + also + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def only(path) -> Member | BadMember:
    (found,) = members(path)
    return found


@pytest.mark.parametrize("deflated", [True, False])
def test_the_invoice_is_found_among_other_attachments(deflated):
    found = invoice_in(pdf(b"<order>1</order>", INVOICE, b"notes", deflated=deflated))
    assert (found or b"").strip() == INVOICE.strip()


def test_of_an_invoice_that_was_changed_later_the_last_holds():
    assert invoice_in(pdf(INVOICE.replace(b"AA-2026-31", b"OLD"), INVOICE)) == INVOICE


def test_a_pdf_reads_as_the_invoice_inside_it(tmp_path):
    path = tmp_path / "invoice.pdf"
    path.write_bytes(pdf(INVOICE))
    member = only(path)
    assert isinstance(member, Member)
    assert member.name == "invoice.pdf!invoice.xml"
    connector = recognise(head_of(member))
    assert connector.name == "cii_invoice"
    with member.open() as stream:
        rows = list(connector.read(stream))
    assert {type(row) for _, row in rows} == {Spend}
    assert rows == list(connector.read(member.open()))


def test_a_ubl_invoice_inside_a_pdf_reads_too():
    ubl = next((SAMPLES / "ubl_invoice").glob("*.xml")).read_bytes()
    assert invoice_in(pdf(ubl)) == ubl


def test_a_pdf_in_an_archive_is_opened(tmp_path):
    path = tmp_path / "month.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.pdf", pdf(INVOICE))
    member = only(path)
    assert isinstance(member, Member)
    assert member.name == "month.zip!a.pdf!invoice.xml"
    assert member.open().read() == INVOICE


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (pdf(), "a PDF without an invoice inside that programs can read; export the data as CSV"),
        (pdf(b"<order/>"), "a PDF without an invoice inside that programs can read; export the data as CSV"),
        (pdf(also=b"9 0 obj << /Filter /Standard >> endobj /Encrypt 9 0 R "), "save it without a password"),
    ],
)
def test_a_pdf_without_an_invoice_says_what_to_do(tmp_path, content, says):
    path = tmp_path / "receipt.pdf"
    path.write_bytes(content)
    member = only(path)
    assert isinstance(member, BadMember)
    assert says in member.error


def test_damage_anywhere_is_no_traceback(tmp_path):
    whole = pdf(INVOICE)
    path = tmp_path / "invoice.pdf"
    for at in range(5, len(whole), 97):
        for content in (whole[:at], whole[:at] + b"\x00endstream\xff" + whole[at + 3 :]):
            path.write_bytes(content)
            member = only(path)
            if isinstance(member, Member):
                with suppress(UnreadableFile):
                    list(recognise(head_of(member)).read(member.open()))


def test_a_locked_pdf_is_told_apart():
    with pytest.raises(Encrypted):
        invoice_in(pdf(also=b"/Encrypt 9 0 R "))
