"""A report as a file to download, with what it leaves out.

A table of values holds rows and nothing else: programs that read CSV take a footer for a row. What it leaves
out is told beside it, by a link in the answer (RFC 8288, relation ``describedby``); a workbook has a sheet
for it (docs/decisions/0105-every-report-carries-the-same-footnote.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from inventory.exports.coverage import COLUMNS, lines_of
from inventory.exports.period import Row
from inventory.exports.writers import Sheet, write_csv, write_xlsx
from inventory.footnote import Footnote

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(
    request: HttpRequest,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Row],
    left_out: Footnote,
    form: str = "csv",
) -> HttpResponse:
    """Rows as ``name.csv`` or ``name.xlsx``."""
    out = BytesIO()
    if form == "xlsx":
        write_xlsx(columns, rows, out, Sheet("Coverage", COLUMNS, lines_of(left_out)))
    else:
        write_csv(columns, rows, out)
    response = HttpResponse(out.getvalue(), content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    beside = request.build_absolute_uri(reverse("coverage_export"))
    response["Link"] = f'<{beside}>; rel="describedby"; type="text/csv"'
    return response
