"""A file that no connector reads says what it is, where its beginning tells, and what to export instead."""

from __future__ import annotations

import pytest

from discovery.connectors import recognise
from discovery.connectors.base import UnreadableFile
from discovery.connectors.unread_formats import why_unread
from tests.connectors.test_tables import head

STRIPE = (
    b'"id","description","created","amount","amount_refunded","currency","status","customer_email"\n'
    b"ch_1,Ticket 7,2026-02-03 13:12,25.00,0.00,eur,Paid,buyer@example.com\n"
)
TRADES = (
    b'"Transactions for account XX876"\n"Date","Action","Symbol","Description","Quantity","Price","Amount"\n'
    b'"04/27/2026","Buy","BND","BOND MARKET ETF","45","$73.77","-$3320.05"\n'
)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "is a web page"),
        (b"!Type:Bank\nD01/02/2026\nT-20.00\nPOpenAI\n^\n", "is QIF"),
        (
            b'<?xml version="1.0"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"/>',
            "is an order of payments; download the statement as camt.053",
        ),
        (
            b"01,122099999,123456789,260201,0200,1,65,,2/\n02,031001234,122099999,1,260201,2359,,2/\n",
            "is BAI2",
        ),
        (b"UNA:+.? 'UNB+UNOA:2+X+Y+260901:1000+1'UNH+1+INVOIC:D:96A:UN'", "is an EDIFACT or X12 message"),
        (b'<p:FatturaElettronica versione="FPR12" xmlns:p="http://example"/>', "is a FatturaPA invoice"),
        (
            b'<rdf:RDF xmlns:spdx="http://spdx.org/rdf/terms#" xmlns:rdf="http://example"/>',
            "write it as SPDX JSON or tag-value",
        ),
        (b'---\nSPDXID: "SPDXRef-DOCUMENT"\nspdxVersion: "SPDX-2.3"\n', "write it as SPDX JSON or tag-value"),
        (
            b"#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\n1.0\tC1\t10.0.0.1\n",
            "export dns.log",
        ),
        (b'{"ts":1.0,"uid":"C1","id.orig_h":"10.0.0.1","proto":"tcp"}\n', "export dns.log"),
        (b'{"ts":1595284458.695376,"uids":["C1"],"client_addr":"10.0.0.1"}\n', "export dns.log"),
        (
            b'<!--Sample--><rsm:SCRDMCCBDACIOMessageStructure xmlns:rsm="urn:un:unece:uncefact:data:x"/>',
            "is an order .Order-X., of which nothing is owed",
        ),
        (
            b"0740000002500463051NOVAK               02051400000000190900+\r\n",
            "is a Czech or Slovak statement in ABO",
        ),
        (
            b"*ContactName,EmailAddress,*InvoiceNumber,Reference,*InvoiceDate,*Description,*Quantity,"
            b"*UnitAmount,*TaxType,Currency\nBuyer,,1,PO-7,2026-06-13,Work,2,100.00,GST on Income,NZD\n",
            "lists invoices to customers",
        ),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (b"SQLite format 3\x00", "is a database"),
        (STRIPE, "lists what customers paid, of which nothing was spent"),
        (STRIPE.replace(b",", b";"), "lists what customers paid, of which nothing was spent"),
        (TRADES, "lists dealings in securities"),
        (
            b"lineItem/UsageStartDate,lineItem/ProductCode,lineItem/UnblendedCost\n2026-06-01,AmazonBedrock,120.00\n",
            "is an AWS cost and usage report without some columns",
        ),
        (
            b'"EXTF";700;21;"Buchungsstapel";13\n'
            b"Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Konto;"
            b"Gegenkonto (ohne BU-Schl\xfcssel);Belegdatum;Belegfeld 1;Buchungstext\n"
            b"20,00;S;EUR;6640;70099;2107;R-1;OpenAI\n",
            "is a batch of DATEV's postings",
        ),
        (
            b"JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|EcritureLib|Debit|Credit|Idevise\n"
            b"AC|Achats|1|20260305|622600|Honoraires|OPENAI|20,00|0,00|EUR\n"
            b"AC|Achats|1|20260305|401000|Fournisseurs|OPENAI|0,00|20,00|EUR\n",
            "is a French ledger",
        ),
        (
            b"Example Inc\nTransaction List by Vendor\n\n"
            b",Date,Transaction Type,Num,Posting,Memo/Description,Account,Amount\nOpenAI,,,,,,,\n"
            b",01/25/2026,Bill,1042,Yes,Seats,Accounts Payable (USD),$20.00\n"
            b",01/30/2026,Bill Payment (Check),,Yes,,Checking,-$20.00\nTotal for OpenAI,,,,,,,$20.00\n",
            "is QuickBooks' list of transactions",
        ),
        (b"Name,Length\nAvatar,3h\n", "is of no format that is known here; name its format"),
    ],
)
def test_what_is_not_read_says_what_to_do(content, says):
    with pytest.raises(UnreadableFile, match=f"^file {says}" if says.startswith(("is", "lists")) else says):
        recognise(head(content))


@pytest.mark.parametrize(
    "part", [b"<", b"<a ", b"a: b\n", b"---\n", b'{"', b'"', b"<Document>", b"01,", b"a" * 4096]
)
def test_a_hostile_beginning_is_answered_too(part):
    assert why_unread(head(part * (65_536 // len(part)))).startswith("is of no format")
