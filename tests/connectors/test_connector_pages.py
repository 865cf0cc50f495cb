"""docs/connectors.md: every connector has its page and its place there, and what it quotes is in the code."""

from __future__ import annotations

import re
from pathlib import Path

from discovery import connectors
from discovery.connectors import CONNECTORS

DOCS = Path(__file__).parents[2] / "docs"
MODULES = Path(connectors.__file__).parent
PAGE = (DOCS / "connectors.md").read_text(encoding="utf-8")


def test_every_connector_stands_under_its_kind_and_says_where_it_is_pulled_from() -> None:
    listed = []
    for section in PAGE.split("\n### ")[1:]:
        (kind,) = re.findall(r"^.*\(`(\w+)`\)\n", section)
        listed += [
            (kind, *found) for found in re.findall(r"^- \[(.+)\]\(connectors/(\w+)\.md\)(.*)$", section, re.M)
        ]
    assert sorted(listed) == sorted(
        (c.kind.value, c.title, c.name, f", also pulled from {c.api.system.title}" if c.api else "")
        for c in CONNECTORS
    )


def test_every_connector_has_a_page_and_every_page_a_connector() -> None:
    pages = {path.stem for path in (DOCS / "connectors").glob("*.md")}
    assert pages == {connector.name for connector in CONNECTORS}


def test_every_module_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`(?:\w+/)*(\w+\.(?:py|toml))`", PAGE))
    known = {
        path.name for root in (MODULES, MODULES.parent, Path(__file__).parent) for path in root.iterdir()
    }
    assert len(named) > 30
    assert named <= known


def test_the_page_quotes_the_code_as_it_is() -> None:
    quoted = re.findall(r"^```python (\w+\.py)\n(.*?)^```$", PAGE, re.M | re.S)
    assert len(quoted) >= 6
    for module, code in quoted:
        assert code in (MODULES / module).read_text(encoding="utf-8"), (module, code)
