"""Every file of the sample company is recognised by its connector, which rejects its bad rows alone."""

from __future__ import annotations

import io
from datetime import date

import pytest

from discovery.connectors import recognise
from discovery.connectors.base import HEAD_BYTES, Head
from discovery.records import Rejected
from discovery.sample_company import build, pieces
from discovery.sample_company.files import SampleArchive

_WHOLE = build(seed=3, people=60, months=5, end=date(2026, 10, 31))
_CONNECTORS = {
    "directory/": "scim_directory",
    "sign-ins/": "okta_system_log",
    "grants/": "google_workspace_token",
    "bank/": "ofx",
    "cards/statement": "ofx",
    "cards/card-programme": "card_table",
    "cards/firmenkarten": "card_table",
    "expenses/": "expense_table",
    "invoices/": "ubl_invoice",
    "seats/chatgpt": "member_list",
    "seats/github": "github_copilot_seats",
    "usage/": "openai_usage",
    "code/": "cyclonedx",
}


@pytest.mark.parametrize("company", [_WHOLE, pieces(_WHOLE, 2)], ids=["whole", "in pieces"])
def test_every_file_is_read_by_its_connector(company):
    for file in company.files:
        wanted = next(name for start, name in _CONNECTORS.items() if file.name.startswith(start))
        for member in file.members if isinstance(file, SampleArchive) else (file,):
            content = member.content()
            head = Head(member.name, content[:HEAD_BYTES], len(content) <= HEAD_BYTES)
            connector = recognise(head)
            assert connector.name == wanted, member.name
            rows = list(connector.read(io.BytesIO(content)))
            rejected = {line for line, row in rows if isinstance(row, Rejected)}
            assert rejected == {row.line for row in member.rejected()}, member.name
            # A table's header is a row of its own, and nothing of the file is left out.
            assert len({line for line, _ in rows}) - len(member.rows) in (0, 1), member.name
