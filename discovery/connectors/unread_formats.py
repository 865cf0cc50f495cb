"""What a file is that no connector reads, where its beginning tells, and what to export instead.

Sources of the marks: the formats' own specifications (SPDX 2.3, ISO 20022 pain, QIF as Quicken wrote it, BAI2
of the BTRS standard, UN/EDIFACT and X12 envelopes, FatturaPA 1.2, Zeek's log writers) and, of tables, public
exports of Stripe (package csv2ofx 0.34), Fidelity and Schwab (package beancount-reds-importers 0.10), and
DATEV's batches, the FEC and QuickBooks' reports as public tests of other programs write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from discovery.connectors.base import Head, UnreadableFile
from discovery.connectors.column_meaning import folded, folded_header
from discovery.connectors.csv_rows import Block, csv_blocks
from discovery.connectors.decoding import decoded

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*")
_STATEMENT = "download the statement as camt.053, MT940, OFX or CSV"
_INVOICES = "ask for it as UBL, CII or cXML, or export the list of invoices as CSV"

_BYTES: tuple[tuple[tuple[bytes, ...], str], ...] = (
    (_PICTURES, "is a picture; export the data itself as CSV or XLSX"),
    ((b"SQLite format 3\x00",), "is a database; export its tables as CSV"),
    ((b"{\\rtf",), "is a text document; export the data itself as CSV or XLSX"),
    (
        (b"PAR1",),
        "is a Parquet file that is neither FOCUS nor AWS's cost and usage report; export one of these",
    ),
)

#: What the beginning of a text shows, white space before it left out.
_TEXTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(mark, re.IGNORECASE), says)
    for mark, says in (
        (
            r"<!doctype html|(?:<\?xml[^>]*>\s*)?<html\b",
            "is a web page, as a download gives where nobody is signed in; sign in and export it again",
        ),
        (
            r"<[^<]{0,300}(?:<[^<]{0,300}){0,3}spdx\.org/rdf|<[^<]{0,300}<Document>(?s:.{0,2000})<(?:SPDXID|spdxVersion)>"
            r"|(?:---\s+)?(?:[\w-]+:.*\s+){0,3}(?:SPDXID|spdxVersion): ",
            "is a bill of materials in SPDX's RDF, XML or YAML; write it as SPDX JSON or tag-value",
        ),
        (
            r'#separator\s|\{[^{}]{0,400}"(?:id\.orig_h|uid)"\s*:|\{"ts":\d{10}\.\d+,',
            "is a Zeek log that names no sites; export dns.log, ssl.log or http.log",
        ),
        (r"!(?:Type|Account|Option):?", f"is QIF, which names no currency and no ids; {_STATEMENT}"),
        (
            r"(?:<\?xml[^>]*>\s*)?<[^<]{0,400}iso:20022:tech:xsd:pain\.",
            f"is an order of payments; {_STATEMENT}",
        ),
        (r"01,[^,\n]*,[^,\n]*,\d{6},\d{4},", f"is BAI2; {_STATEMENT}"),
        (
            r"(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*>\s*)*<[\w:]*SCRDMCCBDACIOMessageStructure\b",
            f"is an order (Order-X), of which nothing is owed before its invoice; {_INVOICES}",
        ),
        (r"074\d{16}\D", f"is a Czech or Slovak statement in ABO (GPC); {_STATEMENT}"),
        (r"UN[AB][+:]|ISA[*|~]", f"is an EDIFACT or X12 message; {_INVOICES}"),
        (
            r"(?:<\?xml[^>]*>\s*)?(?:<\?[^>]*>\s*)*<[\w:]*FatturaElettronica\b",
            f"is a FatturaPA invoice; {_INVOICES}",
        ),
    )
)

#: Tables by (folded) headers that occur together, of which none is spending.
_TABLES: tuple[tuple[frozenset[str], str], ...] = (
    (
        frozenset({"id", "amount", "amount refunded", "currency"}),
        "lists what customers paid, of which nothing was spent; leave it out, and export bills, cards or "
        "accounts",
    ),
    *(
        (
            frozenset({"contactname", "invoicenumber", "unitamount", "taxtype", of_sales}),
            "lists invoices to customers as Xero takes them in, of which nothing was spent; export bills",
        )
        for of_sales in ("reference", "brandingtheme")
    ),
    (
        frozenset({"action", "symbol", "quantity"}),
        "lists dealings in securities, no spending; leave it out, and export bills, cards or accounts",
    ),
    *(
        (
            frozenset(headers),
            f"is {whose}, where an invoice and its payment both stand, each on several accounts; export "
            "the list of suppliers' invoices, or the statements of cards and accounts",
        )
        for whose, *headers in (
            ("a batch of DATEV's postings", "umsatz ohne soll haben kz", "gegenkonto ohne bu schlussel"),
            ("a French ledger (FEC)", "journalcode", "ecriturenum", "comptenum"),
            ("QuickBooks' list of transactions", "transaction type", "num", "posting"),
        )
    ),
    *(
        (
            frozenset({cost}),
            "is an AWS cost and usage report without some columns; export it with type, start date, product "
            "code and usage type of each line item",
        )
        for cost in ("lineitem unblendedcost", "line item unblended cost")
    ),
)
_UNKNOWN = "is of no format that is known here; name its format, or export it as one that is read here"


def why_unread(head: Head) -> str:
    """The rest of the sentence that begins with the file's name."""
    for marks, says in _BYTES:
        if head.start.startswith(marks):
            return says
    text = decoded(head.start).lstrip("\ufeff \t\r\n")
    for mark, says in _TEXTS:
        if mark.match(text):
            return says
    return next(filter(None, map(no_spending, _first_rows(text))), _UNKNOWN)


def no_spending(headers: Iterable[str]) -> str:
    """What a table with these headers lists, where it is known to be no spending; else ""."""
    present = {name for header in headers for name in (folded_header(header), folded(header))}
    return next((says for needed, says in _TABLES if needed <= present), "")


def _first_rows(text: str) -> Iterable[Sequence[str]]:
    lines = text.splitlines(keepends=True)[:60]
    for delimiter in ",;\t|":
        try:
            blocks = [block for block in csv_blocks(iter(lines), delimiter, 0) if isinstance(block, Block)]
        except UnreadableFile:
            continue
        for block in blocks:
            yield from block.rows
