"""The invoice inside a PDF: ZUGFeRD, Factur-X and other hybrid invoices attach it as XML.

Source: ISO 32000-1, 7.3.8 (stream objects) and 7.11.4 (embedded file streams). A stream is never packed
into another one, so that all of them can be found without following a PDF's cross references. Nothing
of the page is read, and nothing in the file is run.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

PDF = b"%PDF-"
#: A larger PDF is no invoice, and one is looked at whole.
LARGEST_PDF = 64 << 20
#: An XML invoice with its own attachments stays below.
LARGEST_INVOICE = 64 << 20

_BEGINNING = 8192
_DICTIONARY = 4096
_STREAM = re.compile(rb"\bstream\r?\n")
_NO_FILE = (b"/FontFile", b"/Subtype/Image", b"/Subtype /Image", b"/Type/XRef", b"/Type /XRef")
_INVOICE = re.compile(
    rb"<(?:[\w.-]+:)?(?:CrossIndustryInvoice|CrossIndustryDocument|Invoice|CreditNote)\b[^>]*"
    rb"(?:urn:un:unece|urn:ferd:|urn:oasis:names:specification:ubl)"
)


class Encrypted(Exception):
    """The PDF is locked, and so is what it holds."""


def invoice_in(pdf: bytes) -> bytes | None:
    """The XML of the invoice, the last where a PDF was changed later; None where it holds none.

    Raises Encrypted.
    """
    found = None
    for packed, is_deflated in _streams(pdf):
        if _INVOICE.search(_unpacked(packed, is_deflated, _BEGINNING)):
            found = packed, is_deflated
    if found is not None:
        return _unpacked(*found, LARGEST_INVOICE)
    if re.search(rb"/Encrypt\b", pdf):
        raise Encrypted
    return None


def _streams(pdf: bytes) -> Iterator[tuple[memoryview, bool]]:
    """Each stream that may be a file, with whether it is deflated."""
    whole = memoryview(pdf)
    for begin in _STREAM.finditer(pdf):
        start = max(pdf.rfind(b"obj", max(0, begin.start() - _DICTIONARY), begin.start()), 0)
        described = pdf[start : begin.start()]
        if any(word in described for word in _NO_FILE):
            continue
        end = pdf.find(b"endstream", begin.end())
        yield whole[begin.end() : end if end >= 0 else len(pdf)], b"/FlateDecode" in described


def _unpacked(packed: memoryview, is_deflated: bool, most: int) -> bytes:
    if not is_deflated:
        return bytes(packed[:most])
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""
