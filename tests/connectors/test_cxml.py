"""cXML: orders are no spend; the lines of an invoice are, and together what is to pay."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.cxml import Cxml
from discovery.records import Ignored, Rejected, Spend, Who
from tests.connectors.event_files import (
    SAMPLES,
    SHARED,
    assert_survives,
    counts,
    needs_shared,
    read,
    read_as_far_as_possible,
    recognised_by,
)

CXML = Cxml()
INVOICE = (SAMPLES / "cxml" / "invoice.xml").read_bytes()
ORDER = (SAMPLES / "cxml" / "order.xml").read_bytes()


def money(amount: object, currency: str = "USD") -> str:
    return f'<Money currency="{currency}">{amount}</Money>'


def item(number: int, subtotal: object, more: str = "", name: str = "Claude seats") -> str:
    return (
        f'<InvoiceDetailItem invoiceLineNumber="{number}" quantity="1"><InvoiceDetailItemReference>'
        f"<Description>{name}</Description></InvoiceDetailItemReference>"
        f"<SubtotalAmount>{money(subtotal)}</SubtotalAmount>{more}</InvoiceDetailItem>"
    )


def invoice(*items: str, summary: str = "", header: str = 'purpose="standard"', inside: str = "") -> bytes:
    return (
        '<!DOCTYPE cXML SYSTEM "http://xml.cXML.org/schemas/cXML/1.1.008/InvoiceDetail.dtd"><cXML><Header><From>'
        '<Credential domain="DUNS"><Identity>1</Identity></Credential></From></Header><Request>'
        f'<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="7" invoiceDate="2026-05-02" {header}>'
        f"{inside}</InvoiceDetailRequestHeader><InvoiceDetailOrder>{''.join(items)}</InvoiceDetailOrder>"
        f"<InvoiceDetailSummary>{summary}</InvoiceDetailSummary></InvoiceDetailRequest></Request></cXML>"
    ).encode()


def summary(**amounts: object) -> str:
    return "".join(f"<{name}>{money(amount)}</{name}>" for name, amount in amounts.items())


def spends(content: bytes) -> list[Spend]:
    rows = [row for _, row in read(CXML, content)]
    assert all(isinstance(row, Spend) for row in rows), rows
    return [row for row in rows if isinstance(row, Spend)]


def parts(content: bytes) -> list[tuple[int | None, int | None, int]]:
    return [(row.net, row.tax, row.amount) for row in spends(content)]


def test_an_invoice_says_what_who_and_when_and_adds_up_to_what_is_to_pay():
    seats, keyboard = spends(INVOICE)
    assert seats == Spend(
        account="networkid:AN01000000042",
        own_id="networkid:AN01000000007/NW-2026-118/1",
        date=date(2026, 3, 31),
        text="Northwind Software Resale - ChatGPT Enterprise, 20 seats, March",
        # Freight of 15 and a discount of 45 are shared out: 1200 and 300 become 1176 and 294.
        amount=1_399_440_000,
        currency="EUR",
        who=Who("lena.okafor@acme.example", name="Lena Okafor"),
        type="standard",
        net=1_176_000_000,
        tax=223_440_000,
        department="Research",
        cost_centre="4711",
        document="networkid:AN01000000007/NW-2026-118",
        due=date(2026, 4, 30),
    )
    assert seats.amount + keyboard.amount == 1_749_300_000
    assert (seats.tax or 0) + (keyboard.tax or 0) == 279_300_000


def test_orders_are_no_spend():
    assert counts(read(CXML, ORDER)) == (0, 0, 2)
    assert {row for _, row in read(CXML, ORDER)} == {
        Ignored("a purchase order, which is no spend until its invoice comes")
    }


@pytest.mark.parametrize(
    "changed",
    [
        INVOICE.replace(b'"production"', b'"test"'),
        INVOICE.replace(b'operation="new"', b'operation="delete"'),
        INVOICE.replace(b'operation="new"', b'operation="new" isInformationOnly="yes"'),
    ],
)
def test_what_is_not_owed_is_passed_over(changed: bytes):
    assert counts(read(CXML, changed)) == (0, 0, 2)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        # NetAmount is what is to pay, tax included.
        (summary(SubtotalAmount=10, Tax=2, NetAmount=12), [(10_000_000, 2_000_000, 12_000_000)]),
        # A sender who means the amount without tax by it.
        (summary(SubtotalAmount=10, Tax=2, NetAmount=10), [(10_000_000, 2_000_000, 12_000_000)]),
        (summary(SubtotalAmount=10, Tax=2, NetAmount=""), [(10_000_000, 2_000_000, 12_000_000)]),
        (
            summary(SubtotalAmount=10, Tax=2, GrossAmount=12, NetAmount=""),
            [(10_000_000, 2_000_000, 12_000_000)],
        ),
        (
            summary(SubtotalAmount=10, Tax=2, DueAmount=5, DepositAmount=7),
            [(10_000_000, 2_000_000, 12_000_000)],
        ),
        (
            summary(SubtotalAmount=10, Tax=2, InvoiceDetailDiscount=1, NetAmount=11),
            [(9_000_000, 2_000_000, 11_000_000)],
        ),
        # Lines that do not sum to the subtotal: what is left over pays its part of the tax.
        (
            summary(SubtotalAmount=15, Tax=3, NetAmount=18),
            [(10_000_000, 2_000_000, 12_000_000), (5_000_000, 1_000_000, 6_000_000)],
        ),
        # No total, no word of tax.
        ("", [(None, None, 10_000_000)]),
    ],
)
def test_lines_add_up_to_what_the_summary_states(stated: str, expected: list[tuple]):
    assert parts(invoice(item(1, 10), summary=stated)) == expected


def test_tax_in_line_holds():
    tax = f"<Tax>{money('1.90')}</Tax>"
    content = invoice(
        item(1, 10, tax), item(2, 5), summary=summary(SubtotalAmount=15, Tax="1.90", NetAmount="16.90")
    )
    assert parts(content) == [(10_000_000, 1_900_000, 11_900_000), (5_000_000, 0, 5_000_000)]


@pytest.mark.parametrize("purpose", ["creditMemo", "lineLevelCreditMemo"])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_credit_memo_is_money_back_however_it_is_written(purpose: str, sign: int):
    content = invoice(
        item(1, 10 * sign),
        summary=summary(SubtotalAmount=10 * sign, Tax=2 * sign, NetAmount=12 * sign),
        header=f'purpose="{purpose}"',
    )
    (row,) = spends(content)
    assert (row.net, row.tax, row.amount) == (-10_000_000, -2_000_000, -12_000_000)
    assert row.document == "duns:1/credit note 7"


@pytest.mark.parametrize(
    "stated",
    [
        summary(SubtotalAmount=10, Tax=2, NetAmount=12, DueAmount=-12),
        summary(SubtotalAmount=10, Tax=2, DueAmount=-12),
        summary(SubtotalAmount=-10, Tax=-2, NetAmount=-12, DueAmount=-12),
    ],
)
def test_a_credit_memo_whose_signs_disagree_is_money_back_as_a_whole(stated: str):
    rows = spends(invoice(item(1, 10), summary=stated, header='purpose="creditMemo"'))
    assert [(row.net, row.tax) for row in rows] == [(-10_000_000, -2_000_000)]


def test_an_empty_net_amount_leaves_the_discount_off():
    stated = summary(SubtotalAmount=2025, InvoiceDetailDiscount=500, Tax=405, NetAmount="")
    assert sum(row.amount for row in spends(invoice(item(1, 2025), summary=stated))) == 1_930_000_000


def test_attributes_may_be_written_in_another_case():
    content = invoice(item(1, 10)).replace(b"invoiceDate", b"InvoiceDate").replace(b"currency", b"Currency")
    assert [(row.date, row.currency) for row in spends(content)] == [(date(2026, 5, 2), "USD")]


def test_a_line_may_leave_its_subtotal_to_the_reader():
    line = (
        '<InvoiceDetailItem invoiceLineNumber="1" quantity="2.5">'
        f'<UnitPrice>{money(8)}</UnitPrice><PriceBasisQuantity quantity="10"/></InvoiceDetailItem>'
    )
    assert parts(invoice(line, summary=summary(SubtotalAmount=2, Tax=0, NetAmount=2))) == [
        (2_000_000, 0, 2_000_000)
    ]


def test_a_line_that_cannot_be_read_costs_no_other():
    content = invoice(
        item(1, "ten"), item(2, 5).replace("USD", "EUR"), item(3, 4), summary=summary(NetAmount=20)
    )
    rows = [row for _, row in read(CXML, content)]
    assert [type(row) for row in rows] == [Rejected, Rejected, Spend]
    assert isinstance(rows[2], Spend)
    assert rows[2].amount == 4_000_000


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (INVOICE.replace(b'invoiceID="NW-2026-118"', b""), "no number"),
        (INVOICE.replace(b"2026-03-31T09:00", b"2026-02-31T09:00"), "invoiceDate"),
        (INVOICE.replace(b'"EUR"', b'"XXX"'), "no currency"),
    ],
)
def test_an_invoice_that_lacks_the_essential_is_rejected(wrong: bytes, reason: str):
    rows = [row for _, row in read(CXML, wrong)]
    assert len(rows) == 2
    for row in rows:
        assert isinstance(row, Rejected)
        assert reason in row.reason


def test_the_supplier_is_named_by_whoever_sells():
    remit = '<InvoicePartner><Contact role="remitTo"><Name>Bank</Name></Contact></InvoicePartner>'
    seller = (
        '<InvoicePartner><Contact role="issuerOfInvoice"><Name>Anthropic</Name></Contact></InvoicePartner>'
    )
    assert spends(invoice(item(1, 1), inside=remit))[0].text == "Bank - Claude seats"
    assert spends(invoice(item(1, 1), inside=remit + seller))[0].text == "Anthropic - Claude seats"
    assert spends(invoice(item(1, 1)))[0].text == "1 - Claude seats"


def test_the_document_type_is_neither_fetched_nor_its_entities_followed():
    unknown = invoice(item(1, 1, name="before&undefined;after"))
    assert spends(unknown)[0].text == "1 - beforeafter"
    declared = INVOICE.replace(
        b'InvoiceDetail.dtd">',
        b'InvoiceDetail.dtd" [<!ENTITY a "aa"><!ENTITY x SYSTEM "file:///etc/passwd">]>',
    )
    rows, sentence = read_as_far_as_possible(CXML, declared)
    assert rows == []
    assert "entities" in sentence


def test_no_secret_is_kept():
    assert "not-to-be-read" not in str(read(CXML, INVOICE) + read(CXML, ORDER))


def test_encodings_prefixes_and_a_missing_envelope():
    text = INVOICE.decode()
    bare = text[text.index("<InvoiceDetailRequest>") : text.index("</Request>")]
    for content in (text.encode("utf-16"), text.encode("utf-8-sig")):
        assert recognised_by(content) == {"cxml"}
        assert read(CXML, content) == read(CXML, INVOICE)
    assert recognised_by(bare.encode()) == {"cxml"}
    assert [row.amount for row in spends(bare.encode())] == [row.amount for row in spends(INVOICE)]


def test_an_invoice_of_many_lines_is_read_in_pieces():
    content = invoice(*(item(number, 1) for number in range(6_000)), summary=summary(NetAmount=6_000))
    assert sum(row.amount for row in spends(content)) == 6_000_000_000


def test_other_messages_of_cxml_are_passed_over():
    content = (
        b'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd"><cXML><Message>'
        b"<PunchOutOrderMessage/></Message></cXML>"
    )
    assert recognised_by(content) == {"cxml"}
    assert counts(read(CXML, content)) == (0, 0, 1)


@needs_shared
def test_the_real_messages():
    # Both say deploymentMode="test"; their lines by `grep -c '<ItemOut '` and '<InvoiceDetailServiceItem '.
    for name in ("OrderRequest.xml", "InvoiceDetailRequest_service.xml"):
        content = (SHARED / "cxml" / name).read_bytes()
        assert recognised_by(content) == {"cxml"}
        assert counts(read(CXML, content)) == (0, 0, 2)
    rows = spends(content.replace(b'deploymentMode="test"', b""))
    # Subtotal 2025 and tax 405 as the file's summary has them; its two lines state 400 each.
    assert sum(row.net or 0 for row in rows) == 2_025_000_000
    assert sum(row.tax or 0 for row in rows) == 405_000_000
    assert [row.net for row in rows] == [400_000_000, 400_000_000, 1_225_000_000]
    assert (rows[0].currency, rows[0].date, rows[0].due) == ("GBP", date(2016, 10, 15), date(2016, 11, 14))
    assert "welcome" not in str(rows)


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_damage_anywhere_breaks_nothing_but_the_file(seed: int):
    assert_survives(CXML, INVOICE, seed)
    assert_survives(CXML, ORDER, seed)
    cut = seed % len(INVOICE)
    rows, sentence = read_as_far_as_possible(CXML, INVOICE[:cut])
    assert (rows == [] and sentence) or rows == read(CXML, INVOICE)
