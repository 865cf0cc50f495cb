"""Of every connector that can be pulled: it says so, its settings are a form, its page says what it needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery.connectors import CONNECTORS
from discovery.connectors.api import fields_of

PULLED = [connector for connector in CONNECTORS if connector.api]
PAGES = Path(__file__).parents[2] / "docs" / "connectors"


def test_what_can_be_pulled_says_so() -> None:
    assert [c.name for c in CONNECTORS if "api" in c.reads] == [c.name for c in PULLED]
    assert len(PULLED) >= 15


@pytest.mark.parametrize("connector", PULLED, ids=lambda connector: connector.name)
def test_its_page_says_which_permission_is_enough_and_its_secrets_are_hidden(connector) -> None:
    page = (PAGES / f"{connector.name}.md").read_text()
    assert "**Pull.**" in page
    fields = fields_of(connector.api.system.settings)
    assert any(field.secret for field in fields)
    assert all(field.label and field.help.endswith(".") for field in fields)
    made = connector.api.system.settings(**{field.name: f"value of {field.name}" for field in fields})
    shown = repr(made)
    assert not [field.name for field in fields if field.secret and f"value of {field.name}" in shown]
